"""Counts a period along its timeline; what it found is said in words by telling.py.

A period is a base leg and one leg for each extension. Each leg begins where the leg before it ends, and a day on which
the clock stands is never counted. Only the very end moves away from a day off (民法典第二百零三条). Months and years are
first measured as if nothing had been paused (第二百零二条); the days so found are then counted like days. So a pause
never makes anything end earlier, and two pauses side by side do what one does.
"""

from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from .calendar import Calendar
from .ledger import Entry, Pause, Timeline
from .rule import Unit

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Leg:
    """So many units, or up to a day that a paper names (`last_day`); `extension` is the entry that added the leg."""

    unit: Unit
    value: int
    extension: Entry | None = None
    last_day: date | None = None

    @property
    def is_in_working_days(self) -> bool:
        """Whether only working days count towards the leg."""
        return self.unit is Unit.WORKING_DAY

    @property
    def has_length(self) -> bool:
        """Whether there is anything to count, or a day that is named."""
        return bool(self.value or self.last_day)


@dataclass(frozen=True)
class Stretch:
    """A counted leg: after one day and up to another. The plain days are the same ones without any pause."""

    leg: Leg
    after: date
    ends_on: date
    plain_after: date
    plain_end: date
    pauses: tuple[Pause, ...]

    @property
    def judged(self) -> tuple[date, ...]:
        """The days of which it mattered whether they are working days."""
        return days(self.after + ONE_DAY, self.ends_on + ONE_DAY) if self.leg.is_in_working_days else ()


@dataclass(frozen=True)
class Reckoning:
    """The stretches, the end they lead to, and the due day it moves to past days off and the `late_pauses`.

    `remaining` is what was left when the standing pause began, None while the clock runs: working days when
    `is_in_working_days`, that is when every leg counts them, otherwise days.
    """

    stretches: tuple[Stretch, ...]
    ends_on: date
    due_on: date
    late_pauses: tuple[Pause, ...]
    is_in_working_days: bool
    has_length: bool
    remaining: int | None

    @property
    def moved_over(self) -> tuple[date, ...]:
        """The days from the end up to the due day."""
        return days(self.ends_on, self.due_on + ONE_DAY)

    @property
    def judged(self) -> tuple[date, ...]:
        """All days of which it mattered whether they are working days, in order."""
        at_the_end = self.moved_over if self.has_length else ()
        return (*(day for stretch in self.stretches for day in stretch.judged), *at_the_end)

    @property
    def pauses(self) -> tuple[Pause, ...]:
        """The pauses that are over, each with what it took out."""
        return (*(pause for stretch in self.stretches for pause in stretch.pauses), *self.late_pauses)


def reckon(legs: Sequence[Leg], time: Timeline, calendar: Calendar) -> Reckoning:
    """Count the legs one after the other and move the end away from days off and pauses.

    A period without any length is due on its day even when that is a day off; only a pause moves it.
    """
    stretches = _stretches(legs, time, calendar)
    ends_on, has_length = stretches[-1].ends_on, any(leg.has_length for leg in legs)
    due_on = ends_on
    while not time.runs_on(due_on) or (has_length and not calendar.is_working(due_on)):
        due_on += ONE_DAY
    is_in_working_days = all(leg.is_in_working_days for leg in legs if leg.has_length)
    counts = calendar.is_working if is_in_working_days else _every_day
    return Reckoning(
        stretches,
        ends_on,
        due_on,
        late_pauses=time.pauses[sum(len(stretch.pauses) for stretch in stretches) :],
        is_in_working_days=is_in_working_days,
        has_length=has_length,
        remaining=_left(time.standing.on, time, ends_on, counts) if time.standing else None,
    )


def days(first: date, until: date) -> tuple[date, ...]:
    """The days from `first` on, `until` left out."""
    return tuple(first + ONE_DAY * n for n in range((until - first).days))


def _stretches(legs: Sequence[Leg], time: Timeline, calendar: Calendar) -> tuple[Stretch, ...]:
    found: list[Stretch] = []
    after = plain_after = time.starts_on
    waiting = list(time.pauses)
    for leg in legs:
        counts = calendar.is_working if leg.is_in_working_days else _every_day
        plain_end = _plain_end(leg, plain_after, calendar)
        count = leg.value if leg.is_in_working_days else (plain_end - plain_after).days
        ends_on = _nth(count, after, _while_running(counts, time)) if time.pauses else plain_end
        # An end is a day on which the clock runs, so that a pause lies within one stretch, or after all of them.
        here = [pause for pause in waiting if after < ends_on and pause.from_on <= ends_on]
        del waiting[: len(here)]
        pauses = tuple(_measured(pause, after, counts) for pause in here)
        found.append(Stretch(leg, after, ends_on, plain_after, plain_end, pauses))
        after, plain_after = ends_on, plain_end
    return tuple(found)


def _plain_end(leg: Leg, after: date, calendar: Calendar) -> date:
    """Where the leg would end if nothing were ever paused."""
    if leg.last_day:
        return leg.last_day
    if leg.is_in_working_days:
        return _nth(leg.value, after, calendar.is_working)
    if leg.unit is Unit.CALENDAR_DAY:
        return after + ONE_DAY * leg.value
    return months_later(after, leg.value * (12 if leg.unit is Unit.YEAR else 1))


def _nth(count: int, after: date, counts: Callable[[date], bool]) -> date:
    """The day that is the `count`-th to count after a day. Below 0, for a day named before the start: that day."""
    if count < 0:
        return after + ONE_DAY * count
    day = after
    while count:
        day += ONE_DAY
        count -= counts(day)
    return day


def months_later(day: date, months: int) -> date:
    """The corresponding day `months` later, or the last day of a month that has none (民法典第二百零二条)."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _measured(pause: Pause, after: date, counts: Callable[[date], bool]) -> Pause:
    """The pause with what it took out; the day of the event does not count anyway."""
    first = max(pause.from_on, after + ONE_DAY)
    return replace(pause, taken_out=sum(counts(day) for day in days(first, pause.until_on)))


def _left(paused_on: date, time: Timeline, ends_on: date, counts: Callable[[date], bool]) -> int:
    """How many units up to the end were still to count when the clock was stopped."""
    first = max(paused_on, time.starts_on + ONE_DAY)
    return sum(counts(day) for day in days(first, ends_on + ONE_DAY))


def _while_running(counts: Callable[[date], bool], time: Timeline) -> Callable[[date], bool]:
    return lambda day: counts(day) and time.runs_on(day)


def _every_day(_day: date) -> bool:
    return True
