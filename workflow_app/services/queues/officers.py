"""Whose cases a list can be narrowed to: the colleagues who handle cases in the reader's units.

The office and the auditor, who look on everywhere, may choose anybody who handles cases.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from ...domain.people import Actor, GrantKind
from ...models.party import GrantRow, Person
from ..people.stand_ins import PASSED_ON

MOST = 300
EVERYWHERE = (GrantKind.LEAD, GrantKind.AUDITOR)


def choosable(session: Session, actor: Actor, *, on: date) -> Sequence[Row[int, str]]:
    """Id and name of everybody with a right to handle cases in force on this day, by name."""
    units = actor.unit_ids()
    if not units:
        return ()
    in_force = GrantRow.valid_from <= on, or_(GrantRow.valid_to.is_(None), GrantRow.valid_to >= on)
    wanted = (
        select(Person.id, Person.name)
        .join(GrantRow, GrantRow.person_id == Person.id)
        .where(GrantRow.kind.in_(PASSED_ON), GrantRow.ended_at.is_(None), *in_force)
    )
    if not any(actor.holds(kind) for kind in EVERYWHERE):
        wanted = wanted.where(GrantRow.unit_id.in_(units))
    return session.execute(wanted.distinct().order_by(Person.name, Person.id).limit(MOST)).all()
