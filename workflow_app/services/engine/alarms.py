"""On which day time has something to do for a clock: remind, expire, tell the next one up.

Decides the day only; what then happens is done by `services.engine.sweep`. A clock that stands has no such day.
"""

from datetime import date, timedelta

from ...domain import clock
from ...domain.rulebook import Rulebook
from ...models.deadline import Deadline
from ...workflows.kit import Escalate, State

ONE_DAY = timedelta(days=1)
INTERVAL = "ES-01"


def reminder_days(state: State, *, starts_on: date, due_on: date) -> dict[int, date]:
    """How many days before → on which day the waiting side is reminded, first one first; none before the clock began."""
    length = (due_on - starts_on).days
    return {days: due_on - days * ONE_DAY for days in sorted(state.remind, reverse=True) if days < length}


def next_for(deadline: Deadline, state: State, *, after: date, rulebook: Rulebook) -> date | None:
    """The first legal day after `after` on which something is to be done for a stored clock of this state."""
    if deadline.paused_on is not None:
        return None
    return next_on(
        state,
        starts_on=deadline.starts_on,
        due_on=deadline.due_on,
        after=after,
        told_on=clock.legal_day(deadline.expired_at) if deadline.expired_at else None,
        escalated=deadline.escalated,
        rulebook=rulebook,
    )


def next_on(
    state: State,
    *,
    starts_on: date,
    due_on: date,
    after: date,
    told_on: date | None,
    escalated: int,
    rulebook: Rulebook,
) -> date | None:
    """The first legal day after `after` on which something is to be done; None when nothing is left.

    Expiry comes on the day after the due day. `told_on` is the day on which it was seen that the period was over and
    the first one up was told (None: not yet), `escalated` how many were told since. Each further one is told on the
    day after the interval of rule ES-01, which runs from the day on which the one before was told.
    """
    ahead = [day for day in reminder_days(state, starts_on=starts_on, due_on=due_on).values() if day > after]
    if ahead:
        return ahead[0]
    if state.expiry is None:
        return None
    if told_on is None:
        return max(due_on, after) + ONE_DAY
    if isinstance(state.expiry, Escalate) and escalated < len(state.expiry.to):
        for _ in range(escalated):
            told_on = rulebook.due(INTERVAL, told_on).due_on + ONE_DAY
        return max(told_on, after + ONE_DAY)
    return None
