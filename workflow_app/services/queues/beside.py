"""What stands beside the cases of a list: how many each tab that asks for work holds, whose cases may be asked for, and the
views that its reader keeps. All of it in one question. Reads only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, Select, func, literal_column, select
from sqlalchemy.orm import Session

from ...domain.people import Actor
from ...models.together import Together
from ..rules import rulebooks
from . import officers, queues, saved_views, search
from .officers import Officer
from .reach import Shape
from .saved_views import View

TABS = ("mine", "due_soon", "overdue")
MOST_COUNTED = 100


class _Counted(NamedTuple):
    """How many cases stand in each of TABS, and the versions of the rules in force."""

    mine: int
    due_soon: int
    overdue: int
    rules_n: int | None
    rules_at: datetime | None
    calendar_n: int | None
    calendar_at: datetime | None


@dataclass(frozen=True)
class Beside:
    """How many cases stand in each of TABS, the versions of the rules by which due days are told, officers by name, and
    views, the oldest first. Whoever has more than MOST_COUNTED in a tab is told only that.
    """

    counts: Mapping[str, int]
    versions: Sequence[Any]
    officers: Sequence[Officer]
    views: Sequence[View]


def read(session: Session, actor: Actor, *, today: date) -> Beside:
    """What every page of a list tells this reader beside its cases."""
    shapes, values = zip(*(queues.reached(actor, tab) for tab in TABS), strict=True)
    kinds = _kinds(shapes, officers.among(actor), is_postgresql=search.is_postgresql(session))
    given = {name: value for each in values for name, value in each.items()} | queues.days(today)
    found = kinds.read(session, {**given, "units": sorted(actor.unit_ids()), "person_id": actor.person_id})
    [counted] = found[_Counted]
    return Beside(
        {tab: getattr(counted, tab) for tab in TABS},
        counted[len(TABS) :],
        sorted(found[Officer], key=lambda officer: officer.place),
        sorted(found[View], key=lambda view: view.id),
    )


@lru_cache(queues.SHAPES_KEPT)
def _kinds(shapes: tuple[Shape, ...], chosen_from: Select[Any], *, is_postgresql: bool) -> Together:
    """The question of `read` for readers of these shapes."""
    counts = (
        _count(shape, tab, is_postgresql=is_postgresql).label(tab)
        for tab, shape in zip(TABS, shapes, strict=True)
    )
    columns: tuple[ColumnElement[Any], ...] = (*counts, *rulebooks.VERSIONS)
    return Together({_Counted: select(*columns), Officer: chosen_from, View: saved_views.OWN})


def _count(shape: Shape, tab: str, *, is_postgresql: bool) -> ColumnElement[int]:
    """The cases of a tab, one region after the other, until MOST_COUNTED are passed."""
    walked = queues.walked(shape, tab, most=MOST_COUNTED + 1, is_postgresql=is_postgresql)
    if walked is None:
        return literal_column("0", Integer)
    some = walked.limit(queues.up_to(MOST_COUNTED + 1)).subquery()
    return select(func.count()).select_from(some).scalar_subquery()
