"""The days of a period as sheets of a calendar, so that a reader can count along with a finger.

Shows what `deadlines` found: the day of the event, each day that counts with its number, each day passed over, the
last day. Decides nothing and counts nothing that isn't already counted.
"""

from calendar import Calendar as Weeks
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from ...domain.calendar import Calendar
from ...domain.deadlines import Due
from ...domain.rules import Unit
from ...domain.words import N_, Sentence

ONE_DAY = timedelta(days=1)
MOST_DAYS = 124
"""Longer periods have no sheets: nobody counts them with a finger."""
MONDAY_FIRST = Weeks(firstweekday=0)


@dataclass(frozen=True)
class Cell:
    """One day of a sheet. `look` is start, due, counted, off or plain; `number` its place among the days that count."""

    day: date
    look: str
    mark: Sentence | None = None
    number: int | None = None
    why: Sentence | None = None


@dataclass(frozen=True)
class Sheet:
    """One month, in weeks from Monday; None for the days of the neighbouring months."""

    first: date
    weeks: tuple[tuple[Cell | None, ...], ...]


def sheets(due: Due, unit: Unit, calendar: Calendar) -> tuple[Sheet, ...]:
    """The months from the event to the last day; none for a long period."""
    if (due.due_on - due.starts_on).days > MOST_DAYS:
        return ()
    cells = _cells(due, unit, calendar)
    months = sorted({day.replace(day=1) for day in cells})
    return tuple(_sheet(first, cells) for first in months)


def _cells(due: Due, unit: Unit, calendar: Calendar) -> dict[date, Cell]:
    skipped = dict(due.skipped)
    numbers = count(1)
    cells = {due.starts_on: Cell(due.starts_on, "start", Sentence(N_("起算")))}
    for day in _days(due.starts_on + ONE_DAY, due.due_on):
        if day in skipped:
            cells[day] = Cell(day, "off", Sentence(N_("休")), why=skipped[day])
            continue
        made_up = Sentence(N_("班")) if unit is Unit.WORKING_DAY and calendar.is_make_up(day) else None
        number = next(numbers) if unit is Unit.WORKING_DAY else None
        cells[day] = Cell(day, "counted", made_up, number)
    last = cells[due.due_on]
    cells[due.due_on] = Cell(due.due_on, "due", Sentence(N_("到期")), last.number, last.why)
    return cells


def _days(first: date, last: date) -> list[date]:
    return [first + ONE_DAY * n for n in range((last - first).days + 1)]


def _sheet(first: date, cells: dict[date, Cell]) -> Sheet:
    def cell(day: date) -> Cell | None:
        return cells.get(day, Cell(day, "plain")) if day.month == first.month else None

    weeks = MONDAY_FIRST.monthdatescalendar(first.year, first.month)
    return Sheet(first, tuple(tuple(map(cell, week)) for week in weeks))
