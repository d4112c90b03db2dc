"""On which day time has something to do for a clock: remind, expire, tell the next one up.

Decides the day only; what then happens is done by `services.sweep`. A clock that stands has no such day.
"""

from datetime import date, timedelta

from ..domain.rulebook import Rulebook
from ..workflows.kit import Escalate, State

ONE_DAY = timedelta(days=1)
INTERVAL = "ES-01"


def reminder_days(state: State, *, starts_on: date, due_on: date) -> tuple[date, ...]:
    """The days on which the waiting side is reminded, first one first; none before the clock began."""
    length = (due_on - starts_on).days
    return tuple(sorted(due_on - timedelta(days=days) for days in state.remind if days < length))


def next_on(
    state: State,
    *,
    starts_on: date,
    due_on: date,
    after: date,
    is_expired: bool,
    escalated: int,
    rulebook: Rulebook,
) -> date | None:
    """The first legal day after `after` on which something is to be done; None when nothing is left.

    The first person up is told on the day after the due day, the next one when the interval of rule ES-01 has gone by
    without an end.
    """
    ahead = [day for day in reminder_days(state, starts_on=starts_on, due_on=due_on) if day > after]
    if ahead:
        return ahead[0]
    if state.expiry is None:
        return None
    if not is_expired:
        return max(due_on, after) + ONE_DAY
    if isinstance(state.expiry, Escalate) and escalated < len(state.expiry.to):
        last = due_on
        for _ in range(escalated):
            last = rulebook.due(INTERVAL, last).due_on
        return max(last, after) + ONE_DAY
    return None
