"""What the holiday pages show: years with their status, a year as sheets of months, the cases a version would move.

Presentation only. A case is named by number, matter and state, never by whose it is: the system administrator reads
this page too.
"""

import re
from calendar import Calendar as Weeks
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from ...domain import holiday_changes
from ...domain.calendar import WEEKEND, Calendar, Notice
from ...domain.holiday_csv import runs, write
from ...domain.people import Actor, GrantKind
from ...domain.words import N_, Sentence
from ...services.engine.recount import Move, Preview
from ...services.rules import calendars
from ...services.rules.calendars import Version
from ...workflows import BY_NAME
from ..cases.case_rows import title_of
from .due_days import Cell, Sheet

MOST_FAULTS = 50
MOST_ROWS = 200
MONDAY_FIRST = Weeks(firstweekday=0)
ADDRESS = re.compile(r"https?://[^\s，。；、）〕》<>\"]+")
SEEING_CASES = (GrantKind.CLERK, GrantKind.LEAD)


@dataclass(frozen=True)
class YearRow:
    """A year in the office's list: built_in, entered or provisional, and its newest version if there is one."""

    year: int
    status: str
    version: Version | None
    count: int


@dataclass(frozen=True)
class Holiday:
    """One run of days off."""

    name: str
    days: Sentence | date
    count: int


@dataclass(frozen=True)
class Moved:
    """A row of the preview."""

    number: str
    url: str
    title: Sentence | str
    state: str
    old_on: date
    new_on: date
    was_provisional: bool
    is_provisional: bool


def readable_years(calendar: Calendar, today: date) -> Collection[int]:
    """The years that the public may leaf through: those that are in, and the next one."""
    return range(min(calendar.years), max(*calendar.years, today.year + 1) + 1)


def table(session: Session, calendar: Calendar, *, year: int, today: date) -> dict[str, Any]:
    """The public page of a year."""
    offered = readable_years(calendar, today)
    known = calendars.versions(session, year)
    notice = known[0].notice if known else holiday_changes.as_guessed(year)
    return {
        "year": year,
        "is_known": calendar.knows(year),
        "holidays": holidays_of(notice),
        "working": sorted(notice.working),
        "count": calendar.working_days_between(date(year - 1, 12, 31), date(year, 12, 31)),
        "versions": known,
        "sheets": sheets(calendar, year),
        "years": [one for one in offered if abs(one - today.year) <= 2 or one == year],
        "previous": year - 1 if year - 1 in offered else None,
        "following": year + 1 if year + 1 in offered else None,
    }


def holidays_of(notice: Notice) -> list[Holiday]:
    """The days off of a year, run by run."""
    found = runs([(day, "", name) for day, name in notice.off.items()])
    return [
        Holiday(name, holiday_changes.span(first, last), (last - first).days + 1)
        for first, last, _, name in found
    ]


def sheets(calendar: Calendar, year: int) -> list[Sheet]:
    """The twelve months, each day working or off."""

    def cell(day: date, month: int) -> Cell | None:
        return _cell(calendar, day) if day.month == month else None

    return [
        Sheet(
            date(year, month, 1),
            tuple(
                tuple(cell(day, month) for day in week)
                for week in MONDAY_FIRST.monthdatescalendar(year, month)
            ),
        )
        for month in range(1, 13)
    ]


def _cell(calendar: Calendar, day: date) -> Cell:
    if calendar.is_make_up(day):
        return Cell(day, "start", Sentence(N_("班")))
    why = calendar.why_off(day)
    if why is None:
        return Cell(day, "work")
    is_named = why != Sentence(WEEKEND)
    return Cell(day, "off", Sentence(N_("休")) if is_named else None, why=why)


def years(versions: Sequence[Version], today: date) -> list[YearRow]:
    """All years, the latest first; this year and the next also when they are not in."""
    by_year: dict[int, list[Version]] = {today.year: [], today.year + 1: []}
    for version in versions:
        by_year.setdefault(version.notice.year, []).append(version)
    return [_row(year, by_year[year]) for year in sorted(by_year, reverse=True)]


def _row(year: int, versions: list[Version]) -> YearRow:
    newest = versions[0] if versions else None
    status = "provisional" if newest is None else "entered" if newest.row else "built_in"
    return YearRow(year, status, newest, len(versions))


def example(session: Session, year: int) -> str:
    """The first lines of the version in force, to show how a notice is written."""
    found = calendars.in_force(session, year)
    return "\n".join(write(found.notice).splitlines()[:8]) if found else ""


def preview(session: Session, notice: Notice, found: Preview, *, actor: Actor) -> dict[str, Any]:
    """What entering a notice would change: the days, and the open cases with old and new day."""
    before = calendars.in_force(session, notice.year)
    moved = [move for move in found.moves if move.is_new_day]
    return {
        "seen": before.mark if before else "",
        "is_first": before is None,
        "changes": holiday_changes.changes(
            before.notice if before else holiday_changes.as_guessed(notice.year), notice
        ),
        "rows": [_moved(move, actor) for move in moved[:MOST_ROWS]],
        "moved": len(moved),
        "settled": sum(not move.is_new_day and move.deadline.provisional for move in found.moves),
        "looked_at": found.looked_at,
        "is_complete": found.is_complete,
    }


def _moved(move: Move, actor: Actor) -> Moved:
    case, workflow = move.case, BY_NAME[move.case.workflow]
    may_open = case.number is not None and any(map(actor.holds, SEEING_CASES))
    return Moved(
        number=case.number or "",
        url=url_for("cases.show", address=case.address) if may_open else "",
        title=title_of(case, workflow),
        state=workflow.state(case.state).title,
        old_on=move.deadline.due_on,
        new_on=move.reckoned.due_on,
        was_provisional=move.deadline.provisional,
        is_provisional=move.reckoned.provisional,
    )


def address_in(source: str) -> str:
    """The web address that stands in a source; empty when there is none."""
    found = ADDRESS.search(source)
    return found[0] if found else ""
