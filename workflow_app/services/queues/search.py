"""Finding cases by what people type: a number or part of one, a code, a decision's number, or any part of a name.

Names are found through the index of pairs that the database keeps (`domain.name_parts`), so that a search takes no
longer at a million cases. Whether a reader may see what was found is asked by the queue, never here.
"""

import json
import re
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Select,
    and_,
    any_,
    bindparam,
    case,
    false,
    func,
    literal_column,
    select,
    text,
    true,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from ...domain.name_parts import PAIR, sought, tidy
from ...domain.record_words import KINDS
from ...models.base import keyring
from ...models.case import Case
from ...models.party import Subject
from ...models.record import CreditRecord
from ...workflows import ALL

MOST = 2500
"""Subjects that are looked up one by one; of a name that more have, the lists are searched in their order instead.

Where both cost the same among a million cases of 200,000 subjects."""
MOST_OF_A_DAY = 5000
"""Cases that get a number of one prefix in one day."""
LATELY = 92
"""Days back that the last digits of a number alone are looked for."""
WHOLE = re.compile(r"(?:([A-Z]{2}))?([0-9]{6})?([0-9]{8})([0-9]{6})")
TAIL = re.compile(r"[0-9]{1,6}")
DAY = re.compile(r"20[0-9]{6}")
BEGINNING = re.compile(r"[A-Z]{2}(?:-[0-9]*)*")
OF_A_DAY = re.compile(r"[A-Z]{2}-[0-9]{6}-[0-9]{8}(?:-[0-9]*)?")
CODE = re.compile(r"[0-9A-Z]{18}")
DIGEST = re.compile("#[0-9a-f]{64}")
"""What stands for a code where the code itself may not stand, see `asked`."""
UNKNOWN = "\uffff"  # behind every character that stands in a number
last_part, day_part = (
    func.substr(Case.number, *map(literal_column, part)) for part in (("20",), ("11", "8"))
)
"""The last part of a number and its day, written as the index has them."""


def by_number(typed: str, *, division: str, today: date) -> ColumnElement[bool] | None:
    """Cases whose number this is: whole, without prefix and place, its day or so much of its beginning, or its last
    digits of late.

    None when it looks like no number. `division` is the place of a number that was typed without one.
    """
    asked = re.sub(r"\s", "", typed).upper()
    prefixes = [workflow.prefix for workflow in ALL]
    if found := WHOLE.fullmatch(asked.replace("-", "")):
        prefix, place, day, serial = found.groups()
        asked_prefixes = [prefix] if prefix else prefixes
        return Case.number.in_([f"{each}-{place or division}-{day}-{serial}" for each in asked_prefixes])
    if TAIL.fullmatch(asked):
        since = f"{today - timedelta(LATELY):%Y%m%d}"
        place = func.substr(Case.number, 4, 6)
        return and_(last_part == asked.zfill(6), day_part > since, place == division)
    if DAY.fullmatch(asked):
        return Case.id.in_(_beginning(*(f"{prefix}-{division}-{asked}-" for prefix in prefixes)))
    if OF_A_DAY.fullmatch(asked) and asked[:2] in prefixes:
        return Case.id.in_(_beginning(asked))
    return None


def by_beginning(typed: str) -> ColumnElement[bool] | None:
    """Cases whose number begins so, where that is less than a day of them: so many that a list is read in its order."""
    asked = re.sub(r"\s", "", typed).upper()
    workflow = next((each.name for each in ALL if each.prefix == asked[:2]), None)
    if workflow is None or not BEGINNING.fullmatch(asked):
        return None
    # Cut off the number, so that no index is walked that knows nothing of the list.
    return (Case.workflow == workflow) & (func.substr(Case.number, 1, len(asked)) == asked)


def _beginning(*texts: str) -> Select[int]:
    """One stretch of the index of numbers for each; joined by OR they would be looked for in other indexes."""
    stretches = (
        select(Case.id).where(Case.number >= text, Case.number < text + UNKNOWN).limit(MOST_OF_A_DAY)
        for text in texts
    )
    return select(union_all(*(select(each.subquery().c.id) for each in stretches)).subquery().c.id)


def records(session: Session, typed: str) -> Sequence[int]:
    """The records of the decision with this number, as it is written on it."""
    if not re.search("[0-9]", number := unicodedata.normalize("NFKC", typed)):
        return ()
    written = {typed, re.sub(r"[\[(【]", "〔", re.sub(r"[\])】]", "〕", number))}
    own = (CreditRecord.kind.in_(KINDS), CreditRecord.decision_no.in_(written))
    return session.scalars(select(CreditRecord.id).where(*own).limit(MOST)).all()


def subjects(session: Session, typed: str) -> Sequence[int] | None:
    """The subjects with this code, or whose name holds this; None when there are more than MOST, or all for nothing."""
    code = re.sub(r"[\s-]", "", typed).upper()
    if DIGEST.fullmatch(typed) or CODE.fullmatch(code):
        digest = typed[1:] if typed.startswith("#") else keyring.digest(f"subject:{code}")
        return session.scalars(select(Subject.id).where(Subject.code_digest == digest)).all()
    pairs, letters = sought(typed), tidy(typed)
    if not pairs:
        return ()
    found = _having(session, pairs)
    if len(found) > MOST:
        return None
    if len(pairs) == 1:
        return found
    names = session.execute(select(Subject.id, Subject.name).where(one_of(session, Subject.id, found)))
    return [row.id for row in names if typed in row.name or letters in tidy(row.name)]


def named(typed: str) -> ColumnElement[bool]:
    """Cases of subjects with this in their name, looked at one by one.

    PostgreSQL believes that any text is rare and would look through all subjects first; of a CASE it believes nothing.
    """
    name = select(Subject.name).where(Subject.id == Case.subject_id).scalar_subquery()
    return case((name.contains(typed, autoescape=True), true()), else_=false())


def one_of(
    session: Session, column: InstrumentedAttribute[Any], numbers: Sequence[int]
) -> ColumnElement[bool]:
    """The column holds one of these numbers, which are sent as one value: thousands as quickly as ten."""
    if is_postgresql(session):
        return column == any_(bindparam(None, list(numbers), type_=ARRAY(Integer)))
    return column.in_(select(func.json_each(json.dumps(numbers)).table_valued("value").c.value))


def is_postgresql(session: Session) -> bool:
    """Which of the two databases this is."""
    return session.get_bind().dialect.name == "postgresql"


def _having(session: Session, pairs: Sequence[str]) -> list[int]:
    """Subjects with all these pairs in their names, at most one more than MOST."""
    if is_postgresql(session):
        # Of very many only some are looked up, enough to know.
        session.execute(text(f"SET LOCAL gin_fuzzy_search_limit = {10 * MOST}"))
        mark = "'{}':*" if len(pairs[0]) < PAIR else "'{}'"
        asked = " & ".join(mark.format(pair) for pair in pairs)
        found = text("SELECT id FROM subject_search WHERE parts @@ CAST(:asked AS tsquery) LIMIT :most")
    else:
        asked = " AND ".join(f'"{pair}"' + ("*" if len(pair) < PAIR else "") for pair in pairs)
        found = text("SELECT rowid FROM subject_search WHERE subject_search MATCH :asked LIMIT :most")
    return [row[0] for row in session.execute(found, {"asked": asked, "most": MOST + 1})]
