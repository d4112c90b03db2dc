"""What time brings about: automatic steps and escalation when a deadline ends, reminders before it.

One due deadline per transaction; one that another worker holds is skipped. `expired_at` and the outbox keys make
each thing happen once, also after an outage or when a worker is killed in between. Overdue itself is never stored.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..domain.people import CLOCK
from ..models.case import Case
from ..models.deadline import Deadline
from ..workflows import ALL, BY_NAME
from ..workflows.kit import Escalate, Take
from . import outbox
from .house import House
from .perform import Order, perform


def next_expired(session: Session, *, today: date, after: int = 0) -> Deadline | None:
    """The oldest open deadline whose day is over and on which nothing was done yet, locked; None at the end."""
    wanted = (
        select(Deadline)
        .where(
            Deadline.closed_seq.is_(None),
            Deadline.expired_at.is_(None),
            Deadline.due_on < today,
            Deadline.id > after,
        )
        .order_by(Deadline.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return session.scalars(wanted, execution_options={"populate_existing": True}).first()


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
            key = f"{case.id}/deadline-{deadline.id}/overdue-{side}"
            outbox.put(session, key, "notice", {"case_id": case.id, "what": "overdue", "to": side}, now=now)


def remind(session: Session, *, today: date, now: datetime) -> int:
    """Write the reminders that fall on today for every open deadline; returns how many deadlines were near."""
    near = 0
    for days in sorted({days for workflow in ALL for state in workflow.states for days in state.remind}):
        wanted = select(Deadline).where(
            Deadline.closed_seq.is_(None), Deadline.due_on == today + timedelta(days=days)
        )
        for deadline in session.scalars(wanted):
            case = session.get_one(Case, deadline.case_id)
            state = BY_NAME[case.workflow].state(deadline.state)
            if days not in state.remind:
                continue
            near += 1
            key = f"{case.id}/deadline-{deadline.id}/remind-{days}"
            outbox.put(
                session, key, "notice", {"case_id": case.id, "what": "reminder", "to": "subject"}, now=now
            )
    return near
