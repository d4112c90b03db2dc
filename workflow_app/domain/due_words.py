"""How a due day is told to people: one sentence, the same in queues, on case pages and in answers of a search.

Says the day and how many working days are left or over; a clock that stands says what remains. Never counts a
deadline: it is given the due day that `deadlines` found.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from .calendar import Calendar
from .plain_period import period
from .rules import Unit
from .words import N_, Sentence

ONE_DAY = timedelta(days=1)
SOON = 3
"""So many working days before its end a period is near."""


@dataclass(frozen=True)
class DueWords:
    """The sentence, and how urgent it is: `late`, `soon`, `paused`, or empty when there is time."""

    sentence: Sentence
    urgency: str = ""


def told(
    due_on: date,
    *,
    today: date,
    calendar: Calendar,
    paused_on: date | None = None,
    unit: Unit = Unit.WORKING_DAY,
) -> DueWords:
    """A due day as seen on `today`. `paused_on`: the clock stands since that day; `unit`: in which it counts."""
    if paused_on is not None:
        return DueWords(_standing(due_on, paused_on, calendar=calendar, unit=unit), "paused")
    left = calendar.working_days_between(today, due_on)
    if due_on < today:
        return DueWords(_over(due_on, -left), "late")
    return DueWords(_running(due_on, today=today, left=left), "soon" if left <= SOON else "")


def end_of(day: date) -> Sentence:
    """The end of a legal day, where a deadline is named inside a sentence."""
    return Sentence(N_("%(day)s24:00"), day=day)


def _running(due_on: date, *, today: date, left: int) -> Sentence:
    if due_on == today:
        return Sentence(N_("今天 24:00 前到期"))
    if due_on == today + ONE_DAY:
        return Sentence(N_("明天 24:00 前到期，%(day)s"), day=due_on)
    if left == 0:
        return Sentence(N_("%(day)s24:00 前，其间没有工作日"), day=due_on)
    return Sentence(N_("%(day)s24:00 前，还剩 %(left)s"), day=due_on, left=period(left, Unit.WORKING_DAY))


def _over(due_on: date, over: int) -> Sentence:
    if over == 0:
        return Sentence(N_("已超过 %(day)s"), day=due_on)
    return Sentence(N_("已超过 %(day)s，超期 %(over)s"), day=due_on, over=period(over, Unit.WORKING_DAY))


def _standing(due_on: date, paused_on: date, *, calendar: Calendar, unit: Unit) -> Sentence:
    """Only working days are counted off one by one; a month that stands has no number that people would count."""
    if unit is not Unit.WORKING_DAY:
        return Sentence(N_("已暂停计时，恢复后继续计算"))
    left = calendar.working_days_between(paused_on - ONE_DAY, due_on)
    return Sentence(N_("已暂停计时，恢复后还有 %(left)s"), left=period(left, Unit.WORKING_DAY))
