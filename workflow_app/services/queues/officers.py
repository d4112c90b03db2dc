"""Whose cases a list can be narrowed to: the colleagues who handle cases in the reader's units.

The office and the auditor, who look on everywhere, may choose anybody who handles cases.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Date, Row, bindparam, or_, select
from sqlalchemy.orm import Session

from ...domain.people import Actor, GrantKind
from ...models.base import table
from ...models.party import GrantRow, Person
from ..people.stand_ins import PASSED_ON

MOST = 300
EVERYWHERE = (GrantKind.LEAD, GrantKind.AUDITOR)


def choosable(session: Session, actor: Actor, *, on: date) -> Sequence[Row[int, str]]:
    """Id and name of everybody with a right to handle cases in force on this day, by name."""
    units = actor.unit_ids()
    if not units:
        return ()
    if any(actor.holds(kind) for kind in EVERYWHERE):
        return session.execute(_ANYBODY, {"day": on}).all()
    return session.execute(_COLLEAGUES, {"day": on, "units": sorted(units)}).all()


_PERSON, _GRANT, _DAY = table(Person).c, table(GrantRow).c, bindparam("day", type_=Date)
_ANYBODY = (
    select(_PERSON.id, _PERSON.name)
    .join(table(GrantRow), _GRANT.person_id == _PERSON.id)
    .where(_GRANT.kind.in_(PASSED_ON), _GRANT.ended_at.is_(None))
    .where(_GRANT.valid_from <= _DAY, or_(_GRANT.valid_to.is_(None), _GRANT.valid_to >= _DAY))
    .distinct()
    .order_by(_PERSON.name, _PERSON.id)
    .limit(MOST)
)
_COLLEAGUES = _ANYBODY.where(_GRANT.unit_id.in_(bindparam("units", expanding=True)))
