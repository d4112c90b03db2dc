"""The disputed fields of an objection as its letters print them, row by row: what was shown, claimed, found and decided.

A letter is written after the correction was carried out, so what was shown before is read from the history of changes
that this case left, and from the record where it left none. Reads only; letters are issued in Chinese.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...domain.disputable import FIELDS
from ...domain.words import Sentence
from ...models.case import Case
from ...models.record import RecordChange
from ..documents.texts import in_words
from . import disputed, foreign_records

NOTHING = "—"
NOT_PUBLIC = "（不公开）"
SHORT = 48
"""How many characters fit a narrow column; a row with more is printed as a table of its own."""

Row = tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """Where a cell takes its value: a fact kept by field, in its stored form."""

    values: Mapping[str, str]
    otherwise: str = NOTHING


def rows(
    case: Case, shown: Mapping[str, str], columns: tuple[Column, ...], *, named: frozenset[str]
) -> tuple[Row, ...]:
    """A row for each named field, in the order of the page: its title, what was shown, then the columns.

    The first column is the applicant's own claim. Of what the applicant may not read only the claim is printed.
    """
    claimed, *others = columns
    told = foreign_records.to_subject(case, shown)
    may_read = [replace(each, values=foreign_records.to_subject(case, each.values)) for each in others]
    return tuple(
        (
            FIELDS[name],
            in_chinese(name, told[name]) or NOTHING,
            *(_cell(name, each) for each in (claimed, *may_read)),
        )
        if name in told
        else (FIELDS[name], NOT_PUBLIC, _cell(name, claimed), *(NOT_PUBLIC for _each in others))
        for name in FIELDS
        if name in named and (name in told or name in claimed.values)
    )


def narrow(found: tuple[Row, ...]) -> tuple[Row, ...]:
    """The rows that fit a table of narrow columns."""
    return tuple(row for row in found if max(map(len, row)) <= SHORT)


def wide(found: tuple[Row, ...]) -> tuple[Row, ...]:
    """The rows that need a table of their own."""
    return tuple(row for row in found if max(map(len, row)) > SHORT)


def shown_before(session: Session, case: Case, *, since: datetime | None = None) -> dict[str, str]:
    """What each field said before this case changed it, or before what it changed from `since` on."""
    assert case.record is not None
    wanted = select(RecordChange).where(
        RecordChange.case_id == case.id, RecordChange.record_id == case.record.id
    )
    if since is not None:
        wanted = wanted.where(RecordChange.at >= since)
    found: dict[str, str] = {}
    for change in session.scalars(wanted.order_by(RecordChange.id)):
        found.setdefault(change.field, change.old)
    return disputed.kept(case.record) | found


def in_chinese(field: str, stored: str) -> str:
    """A stored value of a field as official papers write it; what can't be read as the field wants it stays as typed."""
    value = disputed.told(field, stored)
    return str(value) if isinstance(value, Sentence) else in_words(value)


def _cell(field: str, column: Column) -> str:
    stored = column.values.get(field, "")
    return in_chinese(field, stored) if stored else column.otherwise
