"""What a list tells of its cases: read as columns, for a list only shows them. Nothing can be done with a line but show it.

A line has the names of the case that it tells of, so that whatever names a case reads both.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, case, select

from ...models.base import table
from ...models.case import Case
from ...models.catalogue import CommitmentItem
from ...models.party import Person, Subject, Unit
from ...models.record import CreditRecord


class Called(NamedTuple):
    """A unit or a colleague."""

    name: str
    name_en: str


class Whom(NamedTuple):
    """A subject."""

    kind: str
    name: str


class Titled(NamedTuple):
    """An item of the catalogue."""

    title: str
    title_en: str


class About(NamedTuple):
    """A record."""

    title: str
    decision_no: str
    scope: str
    subject_id: int
    subject: Whom


class CaseLine(NamedTuple):
    """A case in a list."""

    id: int
    ref: str
    number: str | None
    workflow: str
    state: str
    version: int
    subject_id: int
    unit_id: int | None
    opened_by_id: int | None
    assignee_id: int | None
    assigned_at: datetime | None
    lease_until: datetime | None
    due_on: date
    created_at: datetime
    updated_at: datetime
    ended_at: datetime | None
    facts: dict[str, Any]
    subject: Whom
    unit: Called | None
    item: Titled | None
    record: About | None
    assignee: Called | None

    @property
    def address(self) -> str:
        """What stands in its URL."""
        return self.number or self.ref


_CASE, _SUBJECT, _UNIT, _ITEM, _RECORD, _PERSON = map(
    table, (Case, Subject, Unit, CommitmentItem, CreditRecord, Person)
)
_OWNER = _SUBJECT.alias("owner")
OWN = CaseLine._fields[: CaseLine._fields.index("facts")]
_NAMELESS = and_(_CASE.c.item_id.is_(None), _CASE.c.record_id.is_(None))
_LINES = (
    select(
        *(_CASE.c[name] for name in OWN),
        case(
            (_NAMELESS, _CASE.c.facts)
        ),  # they are sealed, and tell what only a case is about that nothing else names
        *(_SUBJECT.c.kind, _SUBJECT.c.name),
        *(_UNIT.c.name, _UNIT.c.name_en),
        *(_ITEM.c.title, _ITEM.c.title_en),
        *(_RECORD.c.title, _RECORD.c.decision_no, _RECORD.c.scope, _RECORD.c.subject_id),
        *(_OWNER.c.kind, _OWNER.c.name),
        _PERSON.c.name,
    )
    .select_from(_CASE)
    .join(_SUBJECT, _SUBJECT.c.id == _CASE.c.subject_id)
    .outerjoin(_UNIT, _UNIT.c.id == _CASE.c.unit_id)
    .outerjoin(_ITEM, _ITEM.c.id == _CASE.c.item_id)
    .outerjoin(_RECORD, _RECORD.c.id == _CASE.c.record_id)
    .outerjoin(_OWNER, _OWNER.c.id == _RECORD.c.subject_id)
    .outerjoin(_PERSON, _PERSON.c.id == _CASE.c.assignee_id)
)


def asked(ids: Select[Any], sorting: Sequence[ColumnElement[Any]]) -> Select[*tuple[Any, ...]]:
    """The lines of these cases in this order."""
    return _LINES.where(_CASE.c.id.in_(ids)).order_by(*sorting)


def told(row: Row[*tuple[Any, ...]]) -> CaseLine:
    """A row of `asked` as a line."""
    own, parts = row[: len(OWN)], row[len(OWN) :]
    (
        facts,
        kind,
        name,
        unit,
        unit_en,
        item,
        item_en,
        record,
        number,
        scope,
        owner_id,
        owner_kind,
        owner,
        by,
    ) = parts
    rest = (
        facts or {},
        Whom(kind, name),
        Called(unit, unit_en) if unit is not None else None,
        Titled(item, item_en) if item is not None else None,
        About(record, number, scope, owner_id, Whom(owner_kind, owner)) if owner_id is not None else None,
        Called(by, by) if by is not None else None,
    )
    return CaseLine._make((*own, *rest))
