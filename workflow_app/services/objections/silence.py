"""Silent providers (逾期未答复的单位): units whose time to answer an objection (OB-06) is over, and urging them.

Asked of the clocks and the rows of objections alone, never of sealed facts. Urging is a notice to the people of the unit
with the day in its key, so that it goes out once per case and day and the key itself tells when it was done.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy import Row, Select, select, true
from sqlalchemy.orm import Session

from ...domain import clock
from ...domain.calendar import Calendar
from ...domain.due_words import end_of
from ...domain.refusals import NotYours, Refused
from ...domain.words import N_, Sentence
from ...models.case import Case
from ...models.deadline import Deadline
from ...models.objection import Objection
from ...models.party import Subject, Unit
from ...workflows.kit import Escalate
from ...workflows.objection import VERIFYING
from ..delivery import notices, outbox
from ..people import units

LEVELS = VERIFYING.expiry.to if isinstance(VERIFYING.expiry, Escalate) else ()
"""Who is told one after the other when the clock is over."""
ONE_DAY = timedelta(days=1)
URGED = N_(
    "信用办催办：%(subject)s的异议（%(number)s）应在 %(due)s前答复，已经超过。请尽快核查答复；"
    "需要检测、鉴定的，请说明并暂停计时。"
)
UNIT_IS_ENDED = N_("这个单位已经撤销，没有人能收到催办。请把这件异议改由另一单位核查。")


@dataclass(frozen=True)
class Waiting:
    """An objection whose answer is late: since when it is with the unit, until when it should have been answered.

    `days_late` are working days after the due day; `told` counts how many of LEVELS were told, the first on
    `first_told_on`; `urged_on` are the days on which the office urged the unit, newest first.
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
    days = {row.Case.id: _days(row.Deadline.due_on, today) for row in rows}
    urged = outbox.known(session, [urge_key(case_id, day) for case_id in days for day in days[case_id]])
    found = []
    for _, group in groupby(rows, key=lambda row: row.Unit.id):
        of_unit = tuple(group)
        unit = of_unit[0].Unit
        waiting = tuple(
            _waiting(
                row,
                tuple(day for day in reversed(days[row.Case.id]) if urge_key(row.Case.id, day) in urged),
                calendar.working_days_between(row.Deadline.due_on, today),
            )
            for row in of_unit
        )
        successor = units.responsible(session, unit, on=today)
        is_ended = not units.is_in_being(unit, on=today)
        found.append(Silent(unit, is_ended, successor if is_ended else None, waiting))
    return tuple(sorted(found, key=lambda silent: (-len(silent.waiting), silent.unit.id)))


def urge(session: Session, number: str, *, now: datetime) -> bool:
    """Urge the unit that owes the answer; False when it was urged today already.

    Raises NotYours when no answer is late under this number, Refused when nobody is left to hear it.
    """
    today = clock.legal_day(now)
    row = session.execute(_late(today).where(Case.number == number)).first()
    if row is None:
        raise NotYours
    if not units.is_in_being(row.Unit, on=today):
        raise Refused(UNIT_IS_ENDED)
    key = urge_key(row.Case.id, today)
    if outbox.exists(session, key):
        return False
    told = Sentence(URGED, subject=row.subject, number=number, due=end_of(row.Deadline.due_on))
    notices.tell(session, key, told, to="unit", case_id=row.Case.id, now=now)
    return True


def urge_key(case_id: int, day: date) -> str:
    """The key of the urging of one case on one legal day."""
    return f"urge/{case_id}/{day}"


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


def _days(due_on: date, today: date) -> list[date]:
    """The days on which the unit may have been urged."""
    return [due_on + n * ONE_DAY for n in range(1, (today - due_on).days + 1)]
