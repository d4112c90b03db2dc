"""代办: who handles whose cases while somebody is away. The rights are those of the absent person, for cases alone, and
only in the units in which the deputy handles cases too: whoever changes the unit meanwhile takes nothing along.

Nobody passes on what was passed to them, and four eyes look at both: whoever acts and whoever is acted for. How a deputy
is named stands in `deputies.py`.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from ...domain.people import Actor, GrantKind
from ...models.party import GrantRow, Person
from ...models.queue import StandIn
from . import accounts

PASSED_ON = frozenset({GrantKind.HANDLER, GrantKind.HEAD, GrantKind.CLERK, GrantKind.LEAD})
"""The rights that handle cases; administration and audit stay with the person."""


def with_stand_ins(session: Session, actor: Actor, *, on: date) -> Actor:
    """The actor, with everybody who is away on this legal day and named them; only who handles cases, too."""
    if not handled_units(actor) or actor.person_id is None:
        return actor
    grants = joinedload(StandIn.person).selectinload(Person.grants)
    wanted = in_force(on).where(StandIn.deputy_id == actor.person_id).options(
        grants.joinedload(GrantRow.unit), grants.joinedload(GrantRow.subject)
    )  # fmt: skip
    away = {row.person_id: row.person for row in session.scalars(wanted).unique()}
    absent = (person for person in away.values() if person.disabled_at is None)
    return standing_in(actor, [accounts.load_actor(person, on=on) for person in absent])


def standing_in(actor: Actor, absent: Iterable[Actor]) -> Actor:
    """The actor with these people, who are away and have open accounts, each with what goes over."""
    units = handled_units(actor)
    found = (_passed_on(each, units) for each in absent)
    return replace(actor, standing_in=tuple(each for each in found if each.grants))


def deputies(session: Session, people: Collection[int], *, on: date) -> dict[int, Person]:
    """Who may act on this legal day for each of these people who is away, by the id of whoever is away."""
    if not people:
        return {}
    both = (joinedload(StandIn.person).selectinload(Person.grants).joinedload(GrantRow.unit),
            joinedload(StandIn.deputy).selectinload(Person.grants).joinedload(GrantRow.unit))  # fmt: skip
    wanted = in_force(on).where(StandIn.person_id.in_(people)).options(*both)
    return {
        row.person_id: row.deputy
        for row in session.scalars(wanted).unique()
        if row.deputy.disabled_at is None and _absent(row.person, units_of(row.deputy, on=on), on=on).grants
    }


def in_force(on: date) -> Select[StandIn]:
    """What holds on a legal day."""
    days = (StandIn.until_on >= on, StandIn.from_on <= on)
    return select(StandIn).where(*days, StandIn.ended_at.is_(None)).order_by(StandIn.id)


def handled_units(actor: Actor) -> frozenset[int]:
    """The units in which somebody handles cases in the own name."""
    return frozenset(
        grant.unit_id for grant in actor.grants if grant.kind in PASSED_ON and grant.unit_id is not None
    )


def units_of(person: Person, *, on: date) -> frozenset[int]:
    """The same for a person on a legal day."""
    return handled_units(accounts.load_actor(person, on=on))


def _absent(person: Person, units: Collection[int], *, on: date) -> Actor:
    """The absent person with the rights that go over; a closed account has none to give."""
    own = accounts.load_actor(person, on=on)
    return _passed_on(own, units if person.disabled_at is None else ())


def _passed_on(own: Actor, units: Collection[int]) -> Actor:
    passed_on = (grant for grant in own.grants if grant.kind in PASSED_ON and grant.unit_id in units)
    return replace(own, grants=tuple(passed_on), ended=())
