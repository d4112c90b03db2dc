"""What time brings about: reminders before a deadline, automatic steps and escalation after it.

One clock per transaction, in the order of the days on which there was something to do; one whose case somebody holds
is skipped. `act_on`, written in the transaction of what was done, and the outbox keys make each thing happen once, also
after an outage or when a worker is killed in between. Overdue itself is never stored.
"""

from datetime import date, datetime

from sqlalchemy import Row, select, tuple_
from sqlalchemy.orm import Session

from ...domain import clock
from ...domain.hook_kinds import HookKind
from ...domain.people import CLOCK
from ...models.case import Case
from ...models.deadline import Deadline
from ...workflows import BY_NAME
from ...workflows.kit import Escalate, State, Take
from ..delivery import notices
from ..house import House
from ..machines import hook_news
from ..rules import rulebooks
from . import alarms
from .perform import Order, perform

Place = tuple[date, int]
BEGINNING: Place = (date.min, 0)


def next_due(session: Session, *, today: date, after: Place = BEGINNING) -> Deadline | None:
    """The open clock for which something has waited longest; None at the end.

    Its case is locked first, as every step does it, so that a sweep and a person never wait for each other. A case
    that somebody holds is skipped. `after` is the place of the clock handled last.
    """
    while (found := _waiting_longest(session, today=today, after=after)) is not None:
        after = found.act_on, found.id
        lock = select(Case.id).where(Case.id == found.case_id).with_for_update(skip_locked=True)
        if session.scalar(lock) is None:
            continue
        # Between the question and the lock it may have been closed, paused, moved, or begun anew under another id.
        still = select(Deadline).where(
            Deadline.id == found.id, Deadline.closed_seq.is_(None), Deadline.act_on <= today
        )
        deadline = session.scalars(still, execution_options={"populate_existing": True}).first()
        if deadline is not None:
            return deadline
    return None


def place_of(deadline: Deadline) -> Place:
    """Where a clock stands in the order of the sweep, as long as nothing was done for it."""
    assert deadline.act_on is not None  # `next_due` finds no other
    return deadline.act_on, deadline.id


def _waiting_longest(session: Session, *, today: date, after: Place) -> Row[int, int, date | None] | None:
    wanted = (
        select(Deadline.id, Deadline.case_id, Deadline.act_on)
        .where(
            Deadline.closed_seq.is_(None),
            Deadline.act_on <= today,
            tuple_(Deadline.act_on, Deadline.id) > after,
        )
        .order_by(Deadline.act_on, Deadline.id)
        .limit(1)
    )
    return session.execute(wanted).first()


def act(session: Session, deadline: Deadline, *, now: datetime, house: House) -> None:
    """Do what stands now for a clock that `next_due` found, and note when to look at it again.

    Of the reminders that an outage held up only the last is written, and none when the period is over.
    """
    today = clock.legal_day(now)
    case = session.get_one(Case, deadline.case_id)
    state = BY_NAME[case.workflow].clock(deadline.state)
    if today <= deadline.due_on:
        _remind(session, deadline, case, state=state, now=now)
    elif isinstance(state.expiry, Take):
        deadline.expired_at, deadline.act_on = now, None
        session.flush()
        perform(session, case.address, Order(state.expiry.step, {}, None), actor=CLOCK, now=now, house=house)
        return
    elif isinstance(state.expiry, Escalate):
        _tell_next(session, deadline, case, expiry=state.expiry, now=now)
    book = rulebooks.current(session, house)
    deadline.act_on = alarms.next_for(deadline, state, after=today, rulebook=book)
    session.flush()


def _remind(session: Session, deadline: Deadline, case: Case, *, state: State, now: datetime) -> None:
    """Write the reminder nearest to the due day whose day has come."""
    days = alarms.reminder_days(state, starts_on=deadline.starts_on, due_on=deadline.due_on)
    reached = [before for before, day in days.items() if day <= clock.legal_day(now)]
    if reached:
        key = _key(deadline, case, f"remind-{reached[-1]}")
        notices.announce(
            session, case, key, what="reminder", to="subject", now=now, is_held=True, about=deadline
        )
        hook_news.clock_rang(session, deadline, case, HookKind.CASE_DUE_SOON, now=now)


def _tell_next(session: Session, deadline: Deadline, case: Case, *, expiry: Escalate, now: datetime) -> None:
    """Tell the next one up; nobody when all were told."""
    deadline.expired_at = deadline.expired_at or now
    hook_news.clock_rang(session, deadline, case, HookKind.CASE_OVERDUE, now=now)
    for side in expiry.to[deadline.escalated : deadline.escalated + 1]:
        key = _key(deadline, case, f"overdue-{side}")
        notices.announce(session, case, key, what="overdue", to=side, now=now, is_held=True, about=deadline)
        deadline.escalated += 1


def _key(deadline: Deadline, case: Case, what: str) -> str:
    """Once per clock and due day.

    An edit of a draft starts its clock anew under an id that may have been used, so the key says the event and the day,
    and the name of a clock that is not the state's own.
    """
    name = "" if deadline.state == case.state else f"-{deadline.state}"
    return f"{case.id}/deadline-{deadline.opened_seq}{name}-{deadline.due_on}/{what}"
