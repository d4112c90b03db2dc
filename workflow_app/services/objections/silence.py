"""Silent providers (逾期未答复的单位): units whose time to answer an objection (OB-06) is over, and when they were urged.

Asked of the clocks, the rows of objections and the urgings alone, never of sealed facts. Urges nobody: that is the same
for every case, `services.supervision.urgings`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy import Row, Select, select, true
from sqlalchemy.orm import Session

from ...domain import clock
from ...domain.calendar import Calendar
from ...models.case import Case
from ...models.deadline import Deadline
from ...models.objection import Objection
from ...models.party import Subject, Unit
from ...models.queue import Urging
from ...workflows.kit import Escalate
from ...workflows.objection import VERIFYING
from ..people import units

LEVELS = VERIFYING.expiry.to if isinstance(VERIFYING.expiry, Escalate) else ()
"""Who is told one after the other when the clock is over."""


@dataclass(frozen=True)
class Waiting:
    """An objection whose answer is late: since when it is with the unit, until when it should have been answered.

    `days_late` are working days after the due day; `told` counts how many of LEVELS were told, the first on
    `first_told_on`; `urged_on` are the days since on which the unit was urged, newest first.
    """

    number: str
    subject: str
    since: date
    due_on: date
    days_late: int
    told: int
    first_told_on: date | None
    urged_on: tuple[date, ...]


@dataclass(frozen=True)
class Silent:
    """A unit with its late answers, the longest first; `successor` stands for it when it was ended."""

    unit: Unit
    is_ended: bool
    successor: Unit | None
    waiting: tuple[Waiting, ...]


def silent_providers(
    session: Session, *, today: date, calendar: Calendar, unit_ids: Collection[int] | None = None
) -> tuple[Silent, ...]:
    """The units that are silent today, those with most late answers first. `unit_ids` None means every unit."""
    of_units = Unit.id.in_(unit_ids) if unit_ids is not None else true()
    rows = session.execute(_late(today).where(of_units)).all()
    urged = _urged(session, [row.Case.id for row in rows])
    found = []
    for _, group in groupby(rows, key=lambda row: row.Unit.id):
        of_unit = tuple(group)
        unit = of_unit[0].Unit
        waiting = tuple(
            _waiting(
                row,
                tuple(day for day in urged.get(row.Case.id, ()) if day > row.Deadline.due_on),
                calendar.working_days_between(row.Deadline.due_on, today),
            )
            for row in of_unit
        )
        successor = units.responsible(session, unit, on=today)
        is_ended = not units.is_in_being(unit, on=today)
        found.append(Silent(unit, is_ended, successor if is_ended else None, waiting))
    return tuple(sorted(found, key=lambda silent: (-len(silent.waiting), silent.unit.id)))


def _late(today: date) -> Select[Case, Deadline, Unit, str]:
    """Objections that wait for a unit whose clock ran out; a clock that stands never runs out. Longest late first."""
    return (
        select(Case, Deadline, Unit, Subject.name.label("subject"))
        .join(Objection, Objection.case_id == Case.id)
        .join(Deadline, Deadline.case_id == Case.id)
        .join(Unit, Unit.id == Objection.unit_id)
        .join(Subject, Subject.id == Case.subject_id)
        .where(
            Case.state == VERIFYING.name,
            Deadline.state == VERIFYING.name,
            Deadline.closed_seq.is_(None),
            Deadline.paused_on.is_(None),
            Deadline.due_on < today,
        )
        .order_by(Unit.id, Deadline.due_on, Case.id)
    )


def _waiting(row: Row[Case, Deadline, Unit, str], urged_on: tuple[date, ...], days_late: int) -> Waiting:
    case, deadline, _, subject = row
    first_told = clock.legal_day(deadline.expired_at) if deadline.expired_at else None
    return Waiting(
        case.address, subject, deadline.starts_on, deadline.due_on, days_late,
        min(deadline.escalated, len(LEVELS)), first_told, urged_on,
    )  # fmt: skip


def _urged(session: Session, case_ids: Collection[int]) -> Mapping[int, tuple[date, ...]]:
    """Case → the days on which its unit was urged, newest first."""
    asked = select(Urging.case_id, Urging.at).where(Urging.case_id.in_(case_ids))
    days: dict[int, tuple[date, ...]] = {}
    for case_id, at in session.execute(asked.order_by(Urging.id.desc())):
        days[case_id] = (*days.get(case_id, ()), clock.legal_day(at))
    return days
