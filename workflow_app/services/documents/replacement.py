"""换发: what a certificate would say if it were issued from its case as it stands today, and how that differs from the paper.

The same text in the version in force today, the days of the original: what was earned then was earned then. Reads only;
who may replace what, and what follows, is `proposals`.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from difflib import SequenceMatcher

from markupsafe import Markup
from sqlalchemy.orm import Session

from ...domain import clock
from ...domain.differing import Kind, Piece, differences
from ...domain.people import CLOCK
from ...domain.words import N_, Sentence
from ...models.case import Case
from ...models.document import Document
from ...workflows import BY_NAME
from ..engine import history
from ..house import House
from ..rules import rulebooks
from . import texts, wording
from .documents import Particulars, frozen, particulars_of, thawed
from .kinds import KINDS
from .texts import Plain, Text

FIELDS = (
    ("holder_name", N_("持有人")),
    ("holder_code", N_("持有人代码")),
    ("matter", N_("事项")),
    ("result", N_("内容或结果")),
    ("unit_name", N_("出具单位")),
)
END_OF_LINE = re.compile(r"</(?:p|h\d|li|tr)>|<br>")


@dataclass(frozen=True)
class Change:
    """One thing that would read otherwise: a field by its label, or with none a line of the text, in pieces."""

    label: Sentence | None
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Replacement:
    """What the new certificate would say. `changes` is for the eye; `is_needed` tells whether the case says anything else."""

    text: Text
    values: dict[str, Plain]
    particulars: Particulars
    changes: tuple[Change, ...]
    is_needed: bool
    digest: str


def of(session: Session, document: Document, *, now: datetime, house: House) -> Replacement:
    """The replacement of a certificate as it would be issued now. Refused when no version of its text is in force."""
    case = session.get_one(Case, document.case_id)
    today, day = clock.legal_day(now), document.issued_on
    text = texts.current(document.text_id, on=today)
    values, particulars = wording.of(
        session, case, BY_NAME[case.workflow], told=history.events(session, case.id), names=text.placeholders,
        actor=CLOCK, day=day, house=house, rulebook=rulebooks.current(session, house),
    )  # fmt: skip
    particulars = replace(particulars, record=())
    lasting = {name: values[name] for name in text.placeholders if name in values}
    dated: dict[str, Plain] = dict.fromkeys(KINDS[document.kind].dated, today)
    stated = {**lasting, **{name: value for name, value in dated.items() if name in lasting}}
    return Replacement(
        text, stated, particulars, _changes(document, text, stated, particulars),
        _is_needed(document, stated, particulars), _digest(text, lasting, particulars),
    )  # fmt: skip


def _is_needed(document: Document, stated: dict[str, Plain], particulars: Particulars) -> bool:
    """Whether the case says anything else than the paper; the wording of a newer text and the day alone don't count."""
    before = document.facts["values"]
    passing = {"number", *KINDS[document.kind].dated}
    now = {name: value for name, value in frozen(stated).items() if name in before and name not in passing}
    same = all(before[name] == json.loads(json.dumps(value)) for name, value in now.items())
    return not same or particulars_of(document) != particulars


def _changes(
    document: Document, text: Text, stated: dict[str, Plain], particulars: Particulars
) -> tuple[Change, ...]:
    was = asdict(particulars_of(document))
    will = asdict(particulars)
    fields = [
        Change(Sentence(label), differences(was[name], will[name]))
        for name, label in FIELDS
        if was[name] != will[name]
    ]
    before = _lines(texts.get(document.text_id, document.text_version), thawed(document.facts["values"]))
    return (*fields, *(Change(None, pieces) for pieces in _rewritten(before, _lines(text, stated))))


def _lines(text: Text, values: dict[str, Plain]) -> list[str]:
    """The text line by line, as it is read."""
    found = (Markup(part).striptags() for part in END_OF_LINE.split(texts.render(text, values)))
    return [line for line in found if line]


def _rewritten(before: Sequence[str], after: Sequence[str]) -> list[tuple[Piece, ...]]:
    """The lines that differ, each with what it leaves out and puts in."""
    found: list[tuple[Piece, ...]] = []
    for tag, start, end, first, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        old, new = before[start:end], after[first:last]
        if tag == "replace" and len(old) == len(new):
            found += [differences(*pair) for pair in zip(old, new, strict=True)]
        elif tag != "equal":
            found += [(Piece(Kind.OLD, line),) for line in old] + [(Piece(Kind.NEW, line),) for line in new]
    return found


def _digest(text: Text, lasting: dict[str, Plain], particulars: Particulars) -> str:
    """A sign of all that it would say but for the day, so that nobody confirms something else than was shown."""
    said = [text.label, frozen(lasting), asdict(particulars)]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
