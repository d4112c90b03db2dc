"""What time brings about: automatic steps and escalation when a deadline ends, reminders before it.

One due deadline per transaction; one that another worker holds is skipped. `expired_at` and the outbox keys make
each thing happen once, also after an outage or when a worker is killed in between. Overdue itself is never stored.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from ..domain.people import CLOCK
from ..models.case import Case
from ..models.deadline import Deadline
from ..workflows import ALL, BY_NAME
from ..workflows.kit import Escalate, Take
from . import notices, outbox
from .house import House
from .perform import Order, perform

Place = tuple[date, int]
BEGINNING: Place = (date.min, 0)
LONGEST = timedelta(days=max(days for workflow in ALL for state in workflow.states for days in state.remind))


def next_expired(session: Session, *, today: date, after: Place = BEGINNING) -> Deadline | None:
    """The oldest open deadline whose day is over and on which nothing was done yet; None at the end.

    Its case is locked first, as every step does it, so that a sweep and a person never wait for each other. A case
    that somebody holds is skipped. `after` is the place of the deadline handled last.
    """
    while (found := _waiting_longest(session, today=today, after=after)) is not None:
        after = place_of(found)
        lock = select(Case.id).where(Case.id == found.case_id).with_for_update(skip_locked=True)
        if session.scalar(lock) is None:
            continue
        session.refresh(found)
        if found.closed_seq is None and found.expired_at is None:
            return found
    return None


def place_of(deadline: Deadline) -> Place:
    """Where a deadline stands in the order of the sweep."""
    return deadline.due_on, deadline.id


def _waiting_longest(session: Session, *, today: date, after: Place) -> Deadline | None:
    wanted = (
        select(Deadline)
        .where(
            Deadline.closed_seq.is_(None),
            Deadline.expired_at.is_(None),
            Deadline.due_on < today,
            tuple_(Deadline.due_on, Deadline.id) > after,
        )
        .order_by(Deadline.due_on, Deadline.id)
        .limit(1)
    )
    return session.scalars(wanted).first()


def expire(session: Session, deadline: Deadline, *, now: datetime, house: House) -> None:
    """Do what the workflow says on expiry: take the clock's step, or tell those to whom it escalates."""
    deadline.expired_at = now
    case = session.get_one(Case, deadline.case_id)
    expiry = BY_NAME[case.workflow].state(deadline.state).expiry
    if isinstance(expiry, Take):
        session.flush()
        perform(session, case.address, Order(expiry.step, {}, None), actor=CLOCK, now=now, house=house)
    elif isinstance(expiry, Escalate):
        for side in expiry.to:
            key = _key(deadline, f"overdue-{side}")
            notices.announce(session, case, key, what="overdue", to=side, now=now)


def remind(session: Session, *, today: date, now: datetime) -> int:
    """Write the reminders that are due and were not written yet; returns how many.

    Of several that an outage held up, only the last: nobody needs two reminders on one day.
    """
    wanted = (
        select(Deadline, Case)
        .join(Case, Case.id == Deadline.case_id)
        .where(Deadline.closed_seq.is_(None), Deadline.due_on >= today, Deadline.due_on <= today + LONGEST)
    )
    reached = {
        _key(deadline, f"remind-{days}"): case
        for deadline, case in session.execute(wanted)
        if (days := _days_reached(deadline, case, today)) is not None
    }
    known = outbox.known(session, reached)
    for key, case in reached.items():
        if key not in known:
            notices.announce(session, case, key, what="reminder", to="subject", now=now)
    return len(reached.keys() - known)


def _days_reached(deadline: Deadline, case: Case, today: date) -> int | None:
    """The reminder that stands now: the one nearest to the due day that was reached, and not before the clock began."""
    before = BY_NAME[case.workflow].state(deadline.state).remind
    days_left, length = (deadline.due_on - today).days, (deadline.due_on - deadline.starts_on).days
    return min((days for days in before if days_left <= days < length), default=None)


def _key(deadline: Deadline, what: str) -> str:
    """An edit of a draft starts its clock anew under an id that may have been used, so the key says the day."""
    return f"{deadline.case_id}/deadline-{deadline.opened_seq}-{deadline.due_on}/{what}"
