"""What becomes of the cases of a unit that was merged or closed: which still stand there, and who goes on with them.

Nothing is moved silently. An objection that waits for the answer of an ended unit is handed over to its successor by the
clock, each in a transaction of its own; where nobody took over, the office is told and decides. Never ends a unit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from ...domain import clock
from ...domain.people import CLOCK
from ...domain.words import N_, Sentence
from ...models.case import Case
from ...models.objection import Objection
from ...models.party import Unit
from ...workflows import BY_NAME
from ...workflows.objection import VERIFYING
from ..delivery import notices, outbox
from ..engine.perform import Order, perform
from ..house import House
from ..people import units
from ..queues import queues

WAITING = VERIFYING.name
"""The state of an objection in which a unit owes the answer."""
HAND_OVER = "hand_over"
MOST_LISTED = 200
MERGED = N_("原单位“%(unit)s”已撤销，职责由“%(successor)s”承担")
OFFICE_IS_TOLD = N_(
    "“%(unit)s”已撤销，没有继任单位，仍有 %(count)s 件办件没有办完。请在“异议督办”的“撤销单位的办件”里逐件处理。"
)
TAKEN_OVER = N_("“%(unit)s”已于 %(day)s撤销，职责由“%(successor)s”承担。您不用重新提交。")
IS_MOVED = N_("“%(unit)s”已于 %(day)s撤销，职责由“%(successor)s”承担，这件办件已改由其办理。您不用重新提交。")
NOBODY_YET = N_("“%(unit)s”已于 %(day)s撤销，还没有确定由哪个单位接手。信用办会安排，您不用重新提交。")


@dataclass(frozen=True)
class Behind:
    """An ended unit with what still stands there, soonest due first; `successor` answers for it today, or nobody."""

    unit: Unit
    successor: Unit | None
    cases: tuple[Case, ...]


def open_cases_of(session: Session, unit: Unit) -> Sequence[Case]:
    """The cases of every workflow that were handed in, have not ended and stand at this unit, soonest due first."""
    return session.scalars(_standing().where(Case.unit_id == unit.id)).unique().all()


def left_behind(session: Session, *, on: date) -> tuple[Behind, ...]:
    """The ended units at which cases still stand; so many cases as fit a page."""
    ended = select(Unit.id).where(Unit.ended_on <= on)
    wanted = _standing().where(Case.unit_id.in_(ended)).limit(MOST_LISTED)
    found = sorted(session.scalars(wanted).unique(), key=lambda case: case.unit_id or 0)
    return tuple(
        Behind(unit, units.responsible(session, unit, on=on), tuple(cases))
        for unit_id, cases in groupby(found, key=lambda case: case.unit_id)
        for unit in (session.get_one(Unit, unit_id),)
    )


def follow_up(session: Session, unit: Unit, *, now: datetime) -> int:
    """After a unit was ended or got its successor: let its objections be handed over, or tell the office.

    Returns how many objections are handed over. Called again it does nothing twice.
    """
    found = open_cases_of(session, unit)
    if units.responsible(session, unit, on=clock.legal_day(now)) is None:
        _tell_office(session, unit, len(found), now=now)
        return 0
    waiting = session.scalars(
        select(Case.id)
        .join(Objection)
        .where(Case.unit_id == unit.id, Case.state == WAITING)
        .order_by(Case.id)
    ).all()
    for case_id in waiting:
        key = f"merge/{unit.id}-{unit.successor_id}/{case_id}"
        outbox.put(session, key, HAND_OVER, {"case_id": case_id, "unit_id": unit.id}, now=now)
    return len(waiting)


def _tell_office(session: Session, unit: Unit, count: int, *, now: datetime) -> None:
    if count:
        told = Sentence(OFFICE_IS_TOLD, unit=unit.name, count=count)
        for side in ("clerk", "lead"):
            notices.tell(session, f"merge/{unit.id}/{side}", told, to=side, now=now)


def hand_over(session: Session, payload: dict[str, Any], *, now: datetime, house: House) -> None:
    """Hand one objection over to the unit that answers today; nothing when it went on meanwhile or nobody answers."""
    case = session.get_one(Case, payload["case_id"], with_for_update={"of": Case}, populate_existing=True)
    unit = session.get_one(Unit, payload["unit_id"])
    taking_over = units.responsible(session, unit, on=clock.legal_day(now))
    if case.state != WAITING or case.unit_id != unit.id or taking_over in (None, unit):
        return
    assert taking_over is not None
    reason = str(Sentence(MERGED, unit=unit.name, successor=taking_over.name))
    given = {"provider": taking_over.key, "clock_reason": reason}
    perform(session, case.address, Order(HAND_OVER, given, None), actor=CLOCK, now=now, house=house)


def merger_note(session: Session, case: Case, *, on: date) -> Sentence | None:
    """What whoever reads an open case should know of a unit that is no more; None when nothing ended or it is over.

    The unit of the case is asked first, then that of the record, whose case was handed over already.
    """
    if BY_NAME[case.workflow].state(case.state).ended:
        return None
    of_record = case.record.unit if case.record else None
    ended = [unit for unit in (case.unit, of_record) if unit and not units.is_in_being(unit, on=on)]
    for unit in ended:
        values: dict[str, Any] = {"unit": unit.name, "day": unit.ended_on}
        successor = units.responsible(session, unit, on=on)
        if successor is not None:
            text = IS_MOVED if case.unit_id == successor.id else TAKEN_OVER
            return Sentence(text, **values, successor=successor.name)
        if unit is case.unit:
            return Sentence(NOBODY_YET, **values)
    return None


def _standing() -> Select[Case]:
    """Cases that were handed in and have not ended; a draft stands nowhere yet."""
    wanted = select(Case).options(joinedload(Case.subject), joinedload(Case.unit), joinedload(Case.record))
    handed_in = wanted.where(Case.number.is_not(None), queues.still_open())
    return handed_in.order_by(Case.due_on, Case.id)
