"""代办: who handles whose cases while somebody is away. The rights are those of the absent person, for cases alone.

Nobody passes on what was passed to them, and four eyes look at both: whoever acts and whoever is acted for.
"""

from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ...domain.people import Actor, GrantKind
from ...models.party import GrantRow, Person
from ...models.queue import StandIn
from . import accounts

PASSED_ON = frozenset({GrantKind.HANDLER, GrantKind.HEAD, GrantKind.CLERK, GrantKind.LEAD})
"""The rights that handle cases; administration and audit stay with the person."""


def with_stand_ins(session: Session, actor: Actor, *, on: date) -> Actor:
    """The actor, with everybody who is away on this legal day and named them; staff only."""
    if not actor.is_staff or actor.person_id is None:
        return actor
    grants = joinedload(StandIn.person).selectinload(Person.grants)
    wanted = (
        select(StandIn)
        .where(StandIn.deputy_id == actor.person_id, StandIn.until_on >= on, StandIn.from_on <= on)
        .where(StandIn.ended_at.is_(None))
        .options(grants.joinedload(GrantRow.unit), grants.joinedload(GrantRow.subject))
        .order_by(StandIn.id)
    )
    absent = {row.person_id: row.person for row in session.scalars(wanted).unique()}
    return replace(actor, standing_in=tuple(_absent(person, on=on) for person in absent.values()))


def _absent(person: Person, *, on: date) -> Actor:
    own = accounts.load_actor(person, on=on)
    return replace(own, grants=tuple(grant for grant in own.grants if grant.kind in PASSED_ON), ended=())
