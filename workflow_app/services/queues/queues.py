"""Which cases a person sees, in which list. What is reached is read from the same scopes as the gate.

Each region of a list is read from its index in order and only as far as a page goes, then the regions are merged:
turning pages, counting and filtering cost the same at a thousand cases as at a million.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, select, tuple_, union
from sqlalchemy.orm import Session, joinedload

from ...domain import clock
from ...domain.people import Actor
from ...domain.words import N_
from ...models.case import Case
from ...models.catalogue import CommitmentItem
from ...models.deadline import Deadline
from ...models.party import Person, Subject, Unit
from ...models.record import CreditRecord
from ...workflows import BY_NAME
from . import reach
from . import search as case_search
from .reach import Region

TABS = {
    "mine": N_("等我办"),
    "open": N_("在办"),
    "due_soon": N_("即将到期"),
    "overdue": N_("已超期"),
    "done": N_("最近办结"),
    "all": N_("全部"),
}
COUNTED = ("mine", "due_soon", "overdue")
MOST_COUNTED = 100
MOST_FOUND = 5000
PAGE = 25
SOON = timedelta(days=5)
LATELY = timedelta(days=30)

OF_A_ROW = (
    joinedload(Case.subject).load_only(Subject.kind, Subject.name),
    joinedload(Case.unit).load_only(Unit.name, Unit.name_en),
    joinedload(Case.item).load_only(CommitmentItem.title, CommitmentItem.title_en),
    joinedload(Case.record).load_only(
        CreditRecord.title, CreditRecord.decision_no, CreditRecord.scope, CreditRecord.subject_id
    ),
    joinedload(Case.assignee).load_only(Person.name),
)
"""What a row of a list tells of the others that a case names."""


@dataclass(frozen=True)
class Order:
    """How a list is ordered: by a column and the id, so that a page can begin where the last one ended."""

    name: str
    is_descending: bool

    @property
    def columns(self) -> tuple[Any, ...]:
        """What is compared."""
        return (Case.id,) if self.name == "id" else (getattr(Case, self.name), Case.id)

    @property
    def sorting(self) -> tuple[Any, ...]:
        """The ORDER BY."""
        return tuple(column.desc() if self.is_descending else column.asc() for column in self.columns)

    def after(self, place: tuple[Any, ...]) -> ColumnElement[bool]:
        """What comes behind a place in the list."""
        columns = tuple_(*self.columns)
        return columns < place if self.is_descending else columns > place

    def written(self, case: Case) -> str:
        """The place of a case as it stands in an address."""
        return f"{case.id}" if self.name == "id" else f"{getattr(case, self.name).isoformat()}.{case.id}"

    def read(self, cursor: str) -> tuple[Any, ...] | None:
        """The place that an address names; None for a broken one, which shows the beginning."""
        value, _, number = cursor.rpartition(".")
        if not re.fullmatch("[0-9]{1,9}", number):
            return None
        if self.name == "id":
            return (int(number),)
        try:
            return (date if self.name == "due_on" else datetime).fromisoformat(value), int(number)
        except ValueError:
            return None


BY_DUE_DAY, BY_END, BY_AGE = Order("due_on", False), Order("ended_at", True), Order("id", True)
ORDERS = {"done": BY_END, "all": BY_AGE}


@dataclass(frozen=True)
class Wanted:
    """What a reader asks of a list; what is empty asks nothing. Days are legal days, both included.

    `division` completes a number of which only the end is searched.
    """

    workflow: str = ""
    state: str = ""
    search: str = ""
    division: str = ""
    officer_id: int | None = None
    unit_id: int | None = None
    due_from: date | None = None
    due_until: date | None = None
    opened_from: date | None = None
    opened_until: date | None = None

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        """What was asked, as conditions."""
        return [
            *((Case.workflow == self.workflow,) if self.workflow else ()),
            *((Case.state == self.state,) if self.state else ()),
            *((Case.assignee_id == self.officer_id,) if self.officer_id is not None else ()),
            *((Case.unit_id == self.unit_id,) if self.unit_id is not None else ()),
            *((Case.due_on >= self.due_from,) if self.due_from else ()),
            *((Case.due_on <= self.due_until,) if self.due_until else ()),
            *(
                (Case.created_at >= clock.end_of(self.opened_from - timedelta(1)),)
                if self.opened_from
                else ()
            ),
            *((Case.created_at < clock.end_of(self.opened_until),) if self.opened_until else ()),
        ]


@dataclass(frozen=True)
class Page:
    """One page of a list and the cursor of the next, or None at the end."""

    cases: Sequence[Case]
    following: str | None


def readable(actor: Actor) -> ColumnElement[bool]:
    """Every case the actor may see, as one condition."""
    return reach.anywhere_in(reach.reading(actor))


def waiting_for(actor: Actor) -> ColumnElement[bool]:
    """The cases that wait for a step which this person may take, as one condition."""
    return reach.anywhere_in(reach.waiting(actor))


def still_open() -> ColumnElement[bool]:
    """Cases that have not ended."""
    return Case.ended_at.is_(None)


def page(
    session: Session, actor: Actor, *, tab: str, today: date, wanted: Wanted = Wanted(), cursor: str = "",
    size: int = PAGE,
) -> Page:  # fmt: skip
    """One page of a tab in its order. An unknown tab or a broken cursor shows the beginning of the first tab."""
    order = ORDERS.get(tab, BY_DUE_DAY)
    conditions = wanted.conditions
    if place := order.read(cursor):
        conditions.append(order.after(place))
    if wanted.search:
        ids = _found(
            session, actor, tab, today=today, order=order, conditions=conditions, wanted=wanted, most=size + 1
        )
    else:
        ids = _first(actor, tab, today=today, order=order, conditions=conditions, most=size + 1)
    if ids is None:
        return Page([], None)
    loaded = select(Case).where(Case.id.in_(ids)).options(*OF_A_ROW)
    cases = session.scalars(loaded.order_by(*order.sorting).limit(size + 1)).unique().all()
    return Page(cases[:size], order.written(cases[size - 1]) if len(cases) > size else None)


def among(
    session: Session, actor: Actor, ids: Sequence[int], *, tab: str, today: date, wanted: Wanted = Wanted()
) -> Sequence[Case]:
    """Those of these cases that stand in a tab now, whatever was typed to find them."""
    regions, of_tab = _regions(actor, tab, today=today)
    holds = (Case.id.in_(ids), reach.anywhere_in(regions), *of_tab, *wanted.conditions)
    return session.scalars(select(Case).where(*holds).options(joinedload(Case.assignee))).all()


def counts(session: Session, actor: Actor, *, today: date) -> dict[str, int]:
    """How many cases stand in the tabs that ask for work; whoever has more than MOST_COUNTED is told only that."""
    asked = {}
    for tab in COUNTED:
        ids = _first(actor, tab, today=today, order=BY_DUE_DAY, conditions=(), most=MOST_COUNTED + 1)
        counted = (
            select(func.count()).select_from(ids.subquery()).scalar_subquery()
            if ids is not None
            else literal(0)
        )
        asked[tab] = counted.label(tab)
    row = session.execute(select(*asked.values())).one()
    return {tab: min(count, MOST_COUNTED + 1) for tab, count in zip(asked, row, strict=True)}


def _first(
    actor: Actor,
    tab: str,
    *,
    today: date,
    order: Order,
    conditions: Iterable[ColumnElement[bool]],
    most: int,
) -> Select[Any] | None:
    """The ids of the first cases of each region of a tab; None when the reader reaches none."""
    regions, of_tab = _regions(actor, tab, today=today)
    firsts = [
        select(Case.id).where(region.condition, *of_tab, *conditions).order_by(*order.sorting).limit(most)
        for region in regions
    ]
    if not firsts:
        return None
    if len(firsts) == 1:
        return firsts[0]
    return select(union(*(select(first.subquery().c.id) for first in firsts)).subquery().c.id)


def _regions(actor: Actor, tab: str, *, today: date) -> tuple[list[Region], list[ColumnElement[bool]]]:
    """Where a tab looks, and what its cases must be."""
    soon = and_(Case.due_on >= today, Case.due_on <= today + SOON)
    of_tab = {
        "open": [still_open()],
        "due_soon": [still_open(), soon],
        "overdue": [still_open(), Case.due_on < today],
        "done": [Case.ended_at >= clock.end_of(today - LATELY)],
        "all": [],
    }
    if tab not in of_tab:
        return reach.waiting(actor), []
    regions = reach.reading(actor)
    if tab == "all":
        regions = [each for region in regions for each in region.by_workflow()]
    return regions, of_tab[tab]


def clocks(session: Session, cases: Iterable[Case]) -> dict[int, Deadline]:
    """The open clock that is told of each of these cases, by case id: the nearest that runs, else the one that stands.

    A right that runs out is nobody's work and is told on the page of the case alone.
    """
    workflows = {case.id: BY_NAME[case.workflow] for case in cases}
    last_wins = (Deadline.paused_on.is_(None), Deadline.due_on.desc(), Deadline.id.desc())
    wanted = select(Deadline).where(Deadline.case_id.in_(workflows), Deadline.closed_seq.is_(None))
    found = session.scalars(wanted.order_by(*last_wins))
    return {one.case_id: one for one in found if one.state not in workflows[one.case_id].rights}


def _found(
    session: Session,
    actor: Actor,
    tab: str,
    *,
    today: date,
    order: Order,
    conditions: Sequence[ColumnElement[bool]],
    wanted: Wanted,
    most: int,
) -> Select[Any] | Sequence[int] | None:
    """The ids of the first cases of a tab that match what was typed.

    Few subjects have a rare name: their cases are looked up and sorted. Many have a common one: there the lists are read
    in their order, and the first matches come soon.
    """
    typed = wanted.search.replace("\0", "").strip()  # PostgreSQL refuses a text with NUL
    regions, of_tab = _regions(actor, tab, today=today)
    found = case_search.by_number(typed, division=wanted.division, today=today)
    if found is None and (records := case_search.records(session, typed)):
        found = Case.record_id.in_(records)
    if found is None:
        subjects = case_search.subjects(session, typed)
        if subjects is None:
            like = Subject.name.contains(typed, autoescape=True)
            held = select(Subject.id).where(Subject.id == Case.subject_id, like).exists()
            return _first(actor, tab, today=today, order=order, conditions=[*conditions, held], most=most)
        found = Case.subject_id.in_(subjects)
    matching = select(*order.columns).where(found, reach.anywhere_in(regions), *of_tab, *conditions)
    rows = sorted(session.execute(matching.limit(MOST_FOUND)).all(), reverse=order.is_descending)
    return [row.id for row in rows[:most]]
