"""What the search box of the home page finds: the reader's own cases first, then what is public.

What was typed is told apart by its shape: the number of a document, of a case, or a name or code. Whether a
document or another person's case exists is never said here; the verify page and the sign-in page are pointed at.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from ...domain.people import Actor
from ...models.commitment import CommitmentPublicity
from ...workflows import ALL
from ..commitments import columns
from ..documents import kinds
from ..queues import queues
from ..queues.lines import CaseLine
from ..queues.orders import Wanted
from ..records import publication
from ..records.publication import Line

NUMBER = re.compile(r"([A-Z]{2})-?([0-9]{6})-?([0-9]{8})-?([0-9]{6})")
VERIFY_CODE = re.compile(r"[A-Z2-7]{24}")
# Digits, letters and the hyphen of numbers; punctuation that belongs to Chinese names, such as （）, stays.
HALF_WIDTH = {ord(full): ord(full) - 0xFEE0 for full in "－０１２３４５６７８９"} | {
    letter + 0xFEE0: letter for letter in (*range(ord("A"), ord("Z") + 1), *range(ord("a"), ord("z") + 1))
}
MOST = 10
LONGEST = 100


@dataclass(frozen=True)
class Found:
    """The answer for `text`. `document_number`, `verify_code` and `case_number` are what the text looks like.

    `records` are public records of penalties and lists with the marks they bear.
    """

    text: str
    cases: Sequence[CaseLine] = ()
    lines: Sequence[CommitmentPublicity] = ()
    is_more: bool = False
    records: Sequence[Line] = ()
    has_more_records: bool = False
    document_number: str = ""
    verify_code: str = ""
    case_number: str = ""


def find(session: Session, typed: str, *, actor: Actor | None, today: date) -> Found:
    """What there is for this reader."""
    text = tidy(typed)
    if not text:
        return Found(text)
    prefix, number = _number(text)
    compact = re.sub(r"[\s-]", "", text).upper()
    is_case = prefix in {workflow.prefix for workflow in ALL}
    # A commitment is published under its case number without prefix and hyphens (承诺编码).
    public = columns.page(session, columns.Wanted(text=number[3:].replace("-", "") if is_case else text))
    penalties = publication.page(session, publication.Wanted(text=text), today=today)
    return Found(
        text,
        records=penalties.lines[:MOST],
        has_more_records=len(penalties.lines) > MOST,
        cases=_own_cases(session, number or text, actor=actor, today=today),
        lines=public.lines[:MOST],
        is_more=len(public.lines) > MOST,
        document_number=number if prefix in {kind.prefix for kind in kinds.KINDS.values()} else "",
        verify_code=compact if VERIFY_CODE.fullmatch(compact) else "",
        case_number=number if is_case else "",
    )


def tidy(typed: str) -> str:
    """What was typed, half-width, without blanks at the ends and without what can't be seen, cut to a sensible length."""
    seen = "".join(mark for mark in typed if unicodedata.category(mark)[0] != "C")
    return " ".join(seen.translate(HALF_WIDTH).split())[:LONGEST]


def _number(text: str) -> tuple[str, str]:
    """Prefix and number in its plain shape when the text looks like one, else two empty strings."""
    found = NUMBER.fullmatch(text.upper().replace(" ", ""))
    return (found[1], "-".join(found.groups())) if found else ("", "")


def _own_cases(session: Session, text: str, *, actor: Actor | None, today: date) -> Sequence[CaseLine]:
    if actor is None:
        return ()
    return queues.page(session, actor, tab="all", today=today, wanted=Wanted(search=text)).cases[:MOST]
