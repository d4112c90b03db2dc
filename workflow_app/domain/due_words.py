"""How a due day is told to people: one sentence, the same in queues, on case pages and in answers of a search.

Says the day and how many working days are left or over; a clock that stands says what remains. Never counts a
deadline: it is given the due day that `deadlines` found.
"""

from collections.abc import Iterable
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


def told(due_on: date, *, today: date, calendar: Calendar) -> DueWords:
    """A due day as seen on `today`."""
    left = calendar.working_days_between(today, due_on)
    if due_on < today:
        return DueWords(_over(due_on, -left), "late")
    return DueWords(_running(due_on, today=today, left=left), "soon" if left <= SOON else "")


def paused(explanation: Iterable[Sentence]) -> DueWords:
    """A clock that stands; what is left is told as its own reckoning tells it."""
    left = next((line.values["period"] for line in explanation if _is_standing(line)), None)
    if left is None:
        return DueWords(Sentence(N_("已暂停计时")), "paused")
    return DueWords(Sentence(N_("已暂停计时，恢复后还有 %(left)s"), left=left), "paused")


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


def _is_standing(line: Sentence) -> bool:
    """Whether this is the sentence about a pause that goes on: of one that is over it is said until when."""
    return {"reason", "period"} <= line.values.keys() and "until" not in line.values
