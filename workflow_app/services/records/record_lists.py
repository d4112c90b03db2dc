"""The lists of records for those who work with them: a unit's own, for the office everybody's. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session, joinedload, selectinload

from ...domain.people import Actor
from ...domain.words import N_
from ...models.party import Subject, Unit
from ...models.record import CreditRecord
from .. import keyset
from ..people.grants import code_digest
from . import records

PAGE = 30
SOON = timedelta(days=30)
STATUSES = {
    "shown": N_("公示中"),
    "soon": N_("30 日内可以申请修复"),
    "flagged": N_("最长公示期已满，尚未纠正"),
    "limited": N_("不向社会公示"),
    "ended": N_("已停止公示"),
}


@dataclass(frozen=True)
class Wanted:
    """Part of a name, a whole code or part of a decision number; kind, class, unit and status. Empty means any."""

    text: str = ""
    kind: str = ""
    class_: str = ""
    unit: str = ""
    status: str = ""

    @property
    def is_anything(self) -> bool:
        """Whether nothing is asked for."""
        return not any((self.text, self.kind, self.class_, self.unit, self.status))


@dataclass(frozen=True)
class Page:
    """One page and the cursor of the next, or None at the end."""

    records: Sequence[CreditRecord]
    following: str | None


def page(session: Session, wanted: Wanted, *, actor: Actor, today: date, cursor: str = "") -> Page:
    """One page of the records of the reader's units, for the office of all, the newest finding first."""
    query = select(CreditRecord).where(_of(actor), *_conditions(wanted, today))
    if wanted.text:  # and only then, else a database may begin with all subjects
        query = query.join(Subject)
    if before := keyset.read(cursor):
        query = query.where(tuple_(CreditRecord.decided_on, CreditRecord.id) < before)
    parts = (
        joinedload(CreditRecord.subject),
        joinedload(CreditRecord.unit),
        selectinload(CreditRecord.marks),
    )
    newest_first = (CreditRecord.decided_on.desc(), CreditRecord.id.desc())
    found = session.scalars(query.options(*parts).order_by(*newest_first).limit(PAGE + 1)).all()
    last = found[PAGE - 1] if len(found) > PAGE else None
    return Page(found[:PAGE], keyset.written((last.decided_on, last.id)) if last else None)


def counts(session: Session, *, actor: Actor, today: date) -> dict[str, int]:
    """How many of the reader's records are in each status."""
    asked = [func.count().filter(_has(status, today)).label(status) for status in STATUSES]
    row = session.execute(select(*asked).select_from(CreditRecord).where(_of(actor))).one()
    return dict(zip(STATUSES, row, strict=True))


def status_of(record: CreditRecord, today: date) -> str:
    """The status of one record, as the list filters by it; whether repair is near comes last."""
    if record.publicity_ended_at is not None:
        return "ended"
    if record.max_end_on is not None and record.max_end_on < today and record.duties_done_on is None:
        return "flagged"
    return "shown" if record.scope == "public" and record.hidden_at is None else "limited"


def units(session: Session, actor: Actor) -> Sequence[Unit]:
    """The units whose records the reader's list may hold."""
    wanted = select(Unit).where(Unit.is_office.is_(False)).order_by(Unit.id)
    if not any(actor.holds(kind) for kind in records.OFFICE):
        wanted = wanted.where(Unit.id.in_(records.units_of(actor)))
    return session.scalars(wanted).all()


def _of(actor: Actor) -> ColumnElement[bool]:
    if any(actor.holds(kind) for kind in records.OFFICE):
        return CreditRecord.id.is_not(None)
    return CreditRecord.unit_id.in_(records.units_of(actor))


def _has(status: str, today: date) -> ColumnElement[bool]:
    is_up = CreditRecord.publicity_ended_at.is_(None)
    is_late = and_(CreditRecord.max_end_on < today, CreditRecord.duties_done_on.is_(None))
    conditions: dict[str, ColumnElement[bool]] = {
        "shown": and_(is_up, CreditRecord.scope == "public", CreditRecord.hidden_at.is_(None)),
        "soon": and_(is_up, CreditRecord.min_end_on >= today, CreditRecord.min_end_on < today + SOON),
        "flagged": and_(is_up, is_late),
        "limited": and_(is_up, or_(CreditRecord.scope != "public", CreditRecord.hidden_at.is_not(None))),
        "ended": CreditRecord.publicity_ended_at.is_not(None),
    }
    return conditions[status]


def _conditions(wanted: Wanted, today: date) -> list[ColumnElement[bool]]:
    exact = {CreditRecord.kind: wanted.kind, CreditRecord.class_: wanted.class_}
    conditions: list[ColumnElement[bool]] = [column == value for column, value in exact.items() if value]
    if wanted.status in STATUSES:
        conditions.append(_has(wanted.status, today))
    if wanted.unit:
        conditions.append(CreditRecord.unit_id.in_(select(Unit.id).where(Unit.key == wanted.unit)))
    if wanted.text:
        code = code_digest("".join(wanted.text.upper().split()))
        named = Subject.name.contains(wanted.text, autoescape=True)
        numbered = CreditRecord.decision_no.contains(wanted.text, autoescape=True)
        conditions.append(or_(named, numbered, Subject.code_digest == code))
    return conditions
