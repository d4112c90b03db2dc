"""Measures that units take because of a record (失信惩戒措施): each unit starts and lifts its own, and both stay told."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from ...domain.people import Actor
from ...domain.refusals import NotYours, Refused
from ...domain.words import N_
from ...models.record import CreditRecord, Measure, RecordChange
from . import records


def start(
    session: Session,
    record: CreditRecord,
    *,
    unit_id: int,
    title: str,
    basis: str,
    started_on: date,
    actor: Actor,
    now: datetime,
    today: date,
) -> Measure:
    """A unit of this person takes a measure. Raises NotYours for another unit, Refused."""
    if unit_id not in records.units_of(actor):
        raise NotYours
    if record.publicity_ended_at is not None:
        raise Refused(N_("这条记录已经停止公示，不能再据此采取惩戒措施。"), code="measure_title")
    if not record.decided_on <= started_on <= today:
        raise Refused(N_("措施的起始日期应在文书日期和今天之间，请核对。"), code="started_on")
    made = Measure(unit_id=unit_id, title=title, basis=basis, started_on=started_on)
    record.measures.append(made)
    _write(session, record, old="", new=title, why=basis, actor=actor, now=now)
    return made


def lift(
    session: Session,
    record: CreditRecord,
    measure_id: int,
    *,
    on: date,
    why: str,
    actor: Actor,
    now: datetime,
    today: date,
) -> None:
    """The unit lifts its measure. Raises NotYours for that of another unit, Refused when it was lifted before."""
    measure = next((row for row in record.measures if row.id == measure_id), None)
    if measure is None or measure.unit_id not in records.units_of(actor):
        raise NotYours
    if measure.lifted_on is not None:
        raise Refused(N_("这项措施已经解除。"), code="decided")
    if not measure.started_on <= on <= today:
        raise Refused(N_("解除日期应在起始日期和今天之间，请核对。"), code="lifted_on")
    measure.lifted_on, measure.lifted_by_id = on, actor.person_id
    _write(session, record, old=measure.title, new="", why=why, actor=actor, now=now)


def _write(
    session: Session, record: CreditRecord, *, old: str, new: str, why: str, actor: Actor, now: datetime
) -> None:
    session.add(
        RecordChange(
            record_id=record.id, at=now, by_id=actor.person_id, field="measure", old=old, new=new, why=why
        )
    )
    session.flush()
