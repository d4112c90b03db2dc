"""Which cases a person sees, in which list. What is reached is read from the same scopes as the gate.

Each region of a list is read from its index in order and only as far as a page goes, then the regions are merged:
turning pages, counting and filtering cost the same at a thousand cases as at a million.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    GenerativeSelect,
    Integer,
    Row,
    Select,
    bindparam,
    case,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.orm import Session, joinedload

from ...domain import clock
from ...domain.people import Actor
from ...domain.words import N_
from ...models.base import Instant, table
from ...models.case import Case
from ...models.deadline import Deadline
from ...workflows import BY_NAME
from . import lines, reach, search
from .lines import CaseLine
from .orders import BY_DUE_DAY, EVERYTHING, IS_OPEN, ORDERS, Wanted
from .reach import Shape

TABS = {
    "mine": N_("等我办"),
    "open": N_("在办"),
    "due_soon": N_("即将到期"),
    "overdue": N_("已超期"),
    "done": N_("最近办结"),
    "all": N_("全部"),
}
PAGE = 25
SOON = timedelta(days=5)
LATELY = timedelta(days=30)

PARTS = (Case.subject, Case.unit, Case.item, Case.record, Case.assignee)


_TODAY = bindparam("today", type_=Date)
OF_TAB: Mapping[str, tuple[ColumnElement[bool], ...]] = {
    "mine": (),
    "open": (IS_OPEN,),
    "due_soon": (IS_OPEN, Case.due_on >= _TODAY, Case.due_on <= bindparam("soon", type_=Date)),
    "overdue": (IS_OPEN, Case.due_on < _TODAY),
    "done": (Case.ended_at >= bindparam("lately", type_=Instant),),
    "all": (),
}
"""What the cases of a tab must be. What is compared with is given with each question, see `days`."""
_DEADLINE = table(Deadline).c
_CLOCKS = (
    select(
        *(_DEADLINE.case_id, _DEADLINE.state, _DEADLINE.due_on, _DEADLINE.provisional, _DEADLINE.paused_on),
        case((_DEADLINE.paused_on.is_not(None), _DEADLINE.explanation)).label("explanation"),
    )
    .where(_DEADLINE.case_id.in_(bindparam("cases", expanding=True)), _DEADLINE.closed_seq.is_(None))
    .order_by(_DEADLINE.paused_on.is_(None), _DEADLINE.due_on.desc(), _DEADLINE.id.desc())
)
"""Of several the last wins. The reckoning is read of those that stand alone."""
SHAPES_KEPT = 96
"""So many statements are kept ready; each may hold a few hundred kilobytes."""


@dataclass(frozen=True)
class Page:
    """One page of a list and the cursor of the next, or None at the end."""

    cases: Sequence[CaseLine]
    following: str | None


def readable(actor: Actor) -> ColumnElement[bool]:
    """Every case the actor may see, as one condition."""
    return reach.anywhere_in(reach.reading(actor))


def waiting_for(actor: Actor) -> ColumnElement[bool]:
    """The cases that wait for a step which this person may take, as one condition."""
    return reach.anywhere_in(reach.waiting(actor))


def still_open() -> ColumnElement[bool]:
    """Cases that have not ended."""
    return IS_OPEN


def page(
    session: Session, actor: Actor, *, tab: str, today: date, wanted: Wanted = EVERYTHING, cursor: str = "",
    size: int = PAGE,
) -> Page:  # fmt: skip
    """One page of a tab in its order. An unknown tab or a broken cursor shows the beginning of the first tab."""
    tab = tab if tab in TABS else "mine"
    order = ORDERS.get(tab, BY_DUE_DAY)
    place = order.read(cursor)
    shape, values = reached(actor, tab)
    if replace(wanted, division="") == EVERYTHING:
        is_postgresql = search.is_postgresql(session)
        asked = _plain(shape, tab, size + 1, is_further=place is not None, is_postgresql=is_postgresql)
    else:
        conditions = [*wanted.conditions(order), *((order.after,) if place else ())]
        ids = _found(session, shape, tab, conditions=conditions, wanted=wanted, today=today, most=size + 1)
        asked = None if ids is None else lines.asked(ids, order.sorting)
    if asked is None:
        return Page([], None)
    given = {
        **values,
        **days(today),
        **(dict(zip(("place", "place_id"), place, strict=True)) if place else {}),
    }
    cases = [lines.told(row) for row in session.execute(asked, given).all()]
    return Page(cases[:size], order.written(cases[size - 1]) if len(cases) > size else None)


def whole(session: Session, found: Page) -> list[Case]:
    """The cases of a page with all that is theirs, for whoever goes on to act on them."""
    wanted = select(Case).where(Case.id.in_([line.id for line in found.cases]))
    by_id = {case.id: case for case in session.scalars(wanted.options(*(map(joinedload, PARTS))))}
    return [by_id[line.id] for line in found.cases]


def among(
    session: Session, actor: Actor, ids: Sequence[int], *, tab: str, today: date, wanted: Wanted = EVERYTHING
) -> Sequence[Case]:
    """Those of these cases that stand in a tab now, whatever was typed to find them."""
    tab = tab if tab in TABS else "mine"
    shape, values = reached(actor, tab)
    asked = wanted.conditions(ORDERS.get(tab, BY_DUE_DAY))
    holds = (Case.id.in_(ids), reach.anywhere_in(shape), *OF_TAB[tab], *asked)
    standing = select(Case).where(*holds).options(joinedload(Case.assignee))
    return session.scalars(standing, {**values, **days(today)}).all()


@lru_cache(SHAPES_KEPT)
def _plain(
    shape: Shape, tab: str, most: int, *, is_further: bool, is_postgresql: bool
) -> Select[Case] | None:
    """The question of `page` where nothing is asked for but a tab."""
    order = ORDERS.get(tab, BY_DUE_DAY)
    conditions = (order.after,) if is_further else ()
    ids = _first(shape, tab, conditions=conditions, most=most, is_postgresql=is_postgresql)
    return None if ids is None else lines.asked(ids, order.sorting)


def _first(
    shape: Shape, tab: str, *, conditions: Iterable[ColumnElement[bool]], most: int, is_postgresql: bool
) -> Select[Any] | None:
    """The ids of the first cases of a tab; None when the reader reaches none.

    Each region stands in order in an index, and the database merges them as it reads: all together are read only as far
    as the page goes.
    """
    order = ORDERS.get(tab, BY_DUE_DAY)
    merged = walked(shape, tab, conditions, most=most, is_postgresql=is_postgresql)
    if merged is None:
        return None
    first = merged.order_by(*order.sorted_by(*merged.selected_columns)).limit(up_to(most))
    return select(first.subquery().c.id)


def walked(
    shape: Shape, tab: str, conditions: Iterable[ColumnElement[bool]] = (), *, most: int, is_postgresql: bool
) -> GenerativeSelect | None:
    """What a tab shows of each region, one after the other: by what it is ordered, and the id. No case is in two of them.

    PostgreSQL finds out that an index has the order where each region is a question of its own for as many as are wanted,
    SQLite where none is. None when the reader reaches none.
    """
    order = ORDERS.get(tab, BY_DUE_DAY)
    place, number = order.columns
    holds = (*OF_TAB[tab], *conditions)
    walks = [
        select(place.label("at"), number.label("id")).where(region, *holds) for region in reach.apart(shape)
    ]
    if len(walks) < 2:
        return walks[0] if walks else None
    if is_postgresql:
        walks = [walk.order_by(*order.sorting).limit(up_to(most)) for walk in walks]
    return union_all(*walks)


def up_to(most: int) -> ColumnElement[int]:
    """A limit as it stands in the statement, for those that are kept ready."""
    return literal_column(str(most), Integer)


def reached(actor: Actor, tab: str) -> tuple[Shape, Mapping[str, Any]]:
    """Where a tab looks, with marks, and what these stand for."""
    if tab == "mine":
        return reach.waiting_shape(actor)
    shape, values = reach.reading_shape(actor)
    if tab == "all":
        shape = tuple(each for region in shape for each in region.by_workflow())
    return shape, values


def days(today: date) -> dict[str, Any]:
    """What `OF_TAB` compares with."""
    return {"today": today, "soon": today + SOON, "lately": clock.end_of(today - LATELY)}


def clocks(session: Session, cases: Iterable[Case | CaseLine]) -> dict[int, Row[*tuple[Any, ...]]]:
    """The open clock that is told of each of these cases, by case id: the nearest that runs, else the one that stands.

    A right that runs out is nobody's work and is told on the page of the case alone.
    """
    workflows = {case.id: BY_NAME[case.workflow] for case in cases}
    found = session.execute(_CLOCKS, {"cases": list(workflows)}).all()
    return {one.case_id: one for one in found if one.state not in workflows[one.case_id].rights}


def _found(
    session: Session, shape: Shape, tab: str, *, conditions: Sequence[ColumnElement[bool]], wanted: Wanted,
    today: date, most: int,
) -> Select[Any] | None:  # fmt: skip
    """The ids of the first cases of a tab that match what was asked and typed; None when the reader reaches none.

    Few subjects have a rare name: their cases are looked up and sorted. Many have a common one: there the lists are read
    in their order, and the first matches come soon.
    """
    if not shape:
        return None
    few, many = _matching(session, wanted, today=today)
    if few is None:
        asked = [*conditions, *(() if many is None else (many,))]
        return _first(shape, tab, conditions=asked, most=most, is_postgresql=search.is_postgresql(session))
    holds = (few, reach.anywhere_in(shape), *OF_TAB[tab], *conditions)
    return select(Case.id).where(*holds).order_by(*ORDERS.get(tab, BY_DUE_DAY).sorting).limit(most)


def _matching(
    session: Session, wanted: Wanted, *, today: date
) -> tuple[ColumnElement[bool] | None, ColumnElement[bool] | None]:
    """What was typed as a condition: first one that finds few cases by itself, or else one that many may meet."""
    typed = wanted.search.replace("\0", "").strip()  # PostgreSQL refuses a text with NUL
    if not wanted.search:  # what somebody has in hand is little, wherever it stands in the list
        return (None if wanted.officer_id is None else Case.assignee_id == wanted.officer_id), None
    numbered = search.by_number(typed, division=wanted.division, today=today)
    if numbered is not None:
        return numbered, None
    if (beginning := search.by_beginning(typed)) is not None:
        return None, beginning
    if records := search.records(session, typed):
        return search.one_of(session, Case.record_id, records), None
    subjects = search.subjects(session, typed)
    if subjects is None:
        return None, search.named(typed)
    return search.one_of(session, Case.subject_id, subjects), None
