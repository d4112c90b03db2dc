"""Counting the figures of a month: once a day until it is over, by the worker, and then never again.

Everything is found by an index: what came by its number, what ended by its day, and of these their events and clocks. A
count reads a month and not the table, and writes one row. Nobody waits for it, and nothing but figures depends on it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from itertools import groupby, pairwise
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select, union_all
from sqlalchemy.orm import Session

from ...domain import clock
from ...domain.calendar import Calendar
from ...domain.people import STAFF
from ...models.case import Case
from ...models.deadline import Deadline
from ...models.event import Event
from ...models.figures import FigureMonth
from ...models.queue import Urging
from ...workflows import ALL
from ...workflows.kit import State, Workflow
from ..house import House
from ..rules import rulebooks
from .figures import NUMBERS, Tally, following, last_of

Key = tuple[int | None, str]
WITHDRAWN = "withdrawn"
AT_ONCE = 5000


@dataclass
class Count:
    """A tally that is still being counted."""

    numbers: Counter[str] = field(default_factory=Counter)
    days: Counter[int] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def tally(self) -> Tally:
        """What was counted."""
        numbers = {name: self.numbers[name] for name in NUMBERS}
        return Tally(**numbers, days=dict(self.days), reasons=dict(self.reasons))


Counts = Mapping[Key, Count]


def is_ours(workflow: Workflow, state: State) -> bool:
    """Whether a case in this state is in the hands of unit or office, and waits neither for the subject nor a place outside."""
    waited_for = {
        role.kind for step in workflow.steps_from(state.name) if not step.optional for role in step.who
    }
    return not state.ended and not state.editors and bool(waited_for & STAFF)


OURS = {
    (workflow.name, state.name) for workflow in ALL for state in workflow.states if is_ours(workflow, state)
}
CLOCKS = {
    *(
        (w.name, state.name)
        for w in ALL
        for state in w.states
        if (w.name, state.name) in OURS and state.deadline
    ),
    *((w.name, span.clock.name) for w in ALL for span in w.spans if span.clock.expiry is not None),
}
"""The clocks of unit and office: those of the states in their hands, and those that run across states."""
RETURNS = {(w.name, step.name) for w in ALL for step in w.steps if step.coded and step.target.editors}


def waiting(session: Session, *, today: date) -> tuple[date, ...]:
    """The first days of the months that are still to be counted up to yesterday, the earliest first."""
    began_on = _began_on(session)
    if began_on is None:
        return ()
    known = {row.month: row.until for row in session.execute(select(FigureMonth.month, FigureMonth.until))}
    months = _months(began_on, today)
    return tuple(first for first in months if known.get(first) != until_of(first, today=today))


def _began_on(session: Session) -> date | None:
    """The day of the earliest number of any workflow, each found at the beginning of its stretch of the index."""
    firsts = [
        session.scalar(
            select(Case.number).where(Case.number >= f"{w.prefix}-0").order_by(Case.number).limit(1)
        )
        for w in ALL
    ]
    return min((date.fromisoformat(number.split("-")[2]) for number in firsts if number), default=None)


def until_of(first: date, *, today: date) -> date:
    """Up to which day a month can be counted today: yesterday, at most its last day."""
    return min(last_of(first), today - timedelta(days=1))


def act(session: Session, first: date, *, now: datetime, house: House) -> bool:
    """Count a month and write it down; False when somebody else just did, or the month was over before."""
    until = until_of(first, today=clock.legal_day(now))
    row = session.get(FigureMonth, first, with_for_update=True)
    if row is not None and row.until >= until:
        return False
    calendar = rulebooks.current(session, house).calendar
    counts = count(session, first, until, division=house.division, calendar=calendar)
    lines = [
        {"unit": key[0], "workflow": key[1], **counts[key].tally.written} for key in sorted(counts, key=repr)
    ]
    if row is None:
        row = FigureMonth(month=first)
        session.add(row)
    row.until, row.made_at, row.lines = until, now, lines
    session.flush()
    return True


def count(session: Session, first: date, until: date, *, division: str, calendar: Calendar) -> Counts:
    """The counts of the days from `first` to `until`, both included, by unit and workflow."""
    counts: defaultdict[Key, Count] = defaultdict(Count)
    for unit_id, workflow, many in session.execute(_received(first, until, division)):
        counts[unit_id, workflow].numbers["received"] += many
    ended = between(Case.ended_at, first, until) & Case.number.is_not(None)
    speedy: dict[int, Key] = {}
    for case_id, unit_id, workflow, state in session.execute(
        select(Case.id, Case.unit_id, Case.workflow, Case.state).where(ended)
    ):
        counts[unit_id, workflow].numbers.update(ended=1, withdrawn=state == WITHDRAWN)
        if state != WITHDRAWN:
            speedy[case_id] = (unit_id, workflow)
    timed = _count_days(session, ended, speedy, counts, calendar=calendar)
    _count_late(session, ended, timed, counts)
    _count_returns(session, ended, counts)
    urged = select(Urging.unit_id, Case.workflow, func.count()).join(Case, Case.id == Urging.case_id)
    for unit_id, workflow, many in session.execute(
        urged.where(between(Urging.at, first, until)).group_by(Urging.unit_id, Case.workflow)
    ):
        counts[unit_id, workflow].numbers["urged"] += many
    return counts


def between(instant: Any, first: date, until: date) -> ColumnElement[bool]:
    """That an instant lies within these legal days, both included."""
    return and_(instant >= clock.end_of(first - timedelta(days=1)), instant < clock.end_of(until))


def _received(first: date, until: date, division: str) -> Select[int | None, str, int]:
    """A number says the day on which it was given, and lies in an index of its own: one stretch of it for each prefix."""
    begin, end = f"{first:%Y%m%d}", f"{until + timedelta(days=1):%Y%m%d}"
    ranges = [(f"{w.prefix}-{division}-{begin}", f"{w.prefix}-{division}-{end}") for w in ALL]
    stretches = (
        select(Case.unit_id, Case.workflow).where(Case.number >= low, Case.number < high)
        for low, high in ranges
    )
    given = union_all(*stretches).subquery()  # joined by OR, SQLite would go through every case
    return select(given.c.unit_id, given.c.workflow, func.count()).group_by(given.c.unit_id, given.c.workflow)


def _count_days(
    session: Session,
    ended: ColumnElement[bool],
    speedy: Mapping[int, Key],
    counts: Counts,
    *,
    calendar: Calendar,
) -> dict[int, Key]:
    """The working days that each case lay with unit and office; the days of the subject are not theirs.

    Returns the cases that ever lay there.
    """
    moves = select(Event.case_id, Event.target, Event.at).join(Case, Case.id == Event.case_id)
    moves = moves.where(ended, Event.source != Event.target).order_by(Event.case_id, Event.seq)
    passed, timed = cache(calendar.working_days_between), {}
    for case_id, told in groupby(_streamed(session, moves), key=lambda row: row.case_id):
        if (key := speedy.get(case_id)) is None:
            continue
        stays = [
            passed(clock.legal_day(entered.at), clock.legal_day(left.at))
            for entered, left in pairwise(told)
            if (key[1], entered.target) in OURS
        ]
        if stays:
            counts[key].days[sum(stays)] += 1
            timed[case_id] = key
    return timed


def _count_late(
    session: Session, ended: ColumnElement[bool], timed: Mapping[int, Key], counts: Counts
) -> None:
    """The cases in which a clock of unit or office ended after its day."""
    closed = select(Deadline.case_id, Deadline.state, Deadline.due_on, Deadline.closed_at)
    closed = closed.join(Case, Case.id == Deadline.case_id).where(ended, Deadline.closed_at.is_not(None))
    late = {
        row.case_id
        for row in _streamed(session, closed)
        if row.case_id in timed
        and (timed[row.case_id][1], row.state) in CLOCKS
        and clock.legal_day(row.closed_at) > row.due_on
    }
    for case_id in late:
        counts[timed[case_id]].numbers["late"] += 1


def _count_returns(session: Session, ended: ColumnElement[bool], counts: Counts) -> None:
    """How often each case went back to the subject, and for what; the reasons of a case count once."""
    steps = {step for _, step in RETURNS}
    asked = select(Event.case_id, Event.step, Event.given, Case.unit_id, Case.workflow)
    asked = asked.join(Case, Case.id == Event.case_id).where(ended, Event.step.in_(steps))
    for _, told in groupby(
        _streamed(session, asked.order_by(Event.case_id, Event.seq)), key=lambda row: row.case_id
    ):
        returns = [row for row in told if (row.workflow, row.step) in RETURNS]
        if returns:
            found = counts[returns[0].unit_id, returns[0].workflow]
            found.numbers.update(returned=1, returned_again=len(returns) > 1)
            found.reasons.update({reason["code"] for row in returns for reason in row.given["reasons"]})


def _streamed(session: Session, asked: Select[*tuple[Any, ...]]) -> Iterator[Any]:
    """The rows, a portion at a time."""
    return iter(session.execute(asked, execution_options={"yield_per": AT_ONCE}))


def _months(began_on: date, today: date) -> Iterator[date]:
    """The first days of the months from the one to the other that have a day before today."""
    first = began_on.replace(day=1)
    while first < today:
        yield first
        first = following(first)
