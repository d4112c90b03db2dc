"""Whose cases a list can be narrowed to: the colleagues who handle cases in the reader's units.

The office and the auditor, who look on everywhere, may choose anybody who handles cases.
"""

from typing import Any, NamedTuple

from sqlalchemy import Date, Integer, Select, bindparam, func, or_, select

from ...domain.people import Actor, GrantKind
from ...models.base import table
from ...models.party import GrantRow, Person
from ..people.stand_ins import PASSED_ON
from .reach import declared

MOST = 300
EVERYWHERE = (GrantKind.LEAD, GrantKind.AUDITOR)


class Officer(NamedTuple):
    """Somebody with a right to handle cases in force on a day, and the place among them by name."""

    id: int
    name: str
    place: int


_PERSON, _GRANT, _DAY = table(Person).c, table(GrantRow).c, bindparam("today", type_=Date)
_HANDLERS = (
    select(_GRANT.person_id)
    .where(_GRANT.kind.in_([*map(declared, sorted(PASSED_ON))]))
    .where(_GRANT.ended_at.is_(None))
    .where(_GRANT.valid_from <= _DAY, or_(_GRANT.valid_to.is_(None), _GRANT.valid_to >= _DAY))
)


def _named(ids: Select[Any]) -> Select[Any]:
    place = func.row_number(type_=Integer).over(order_by=(_PERSON.name, _PERSON.id)).label("place")
    named = select(_PERSON.id, _PERSON.name, place).where(_PERSON.id.in_(ids)).subquery()
    return select(named).where(named.c.place <= MOST)


ANYBODY = _named(_HANDLERS)
COLLEAGUES = _named(_HANDLERS.where(_GRANT.unit_id.in_(bindparam("units", expanding=True))))


def among(actor: Actor) -> Select[Any]:
    """Everybody whom this reader may choose, as `Officer`s; asked with `today` and the `units` of the reader."""
    looks_on = actor.unit_ids() and any(actor.holds(kind) for kind in EVERYWHERE)
    return ANYBODY if looks_on else COLLEAGUES
