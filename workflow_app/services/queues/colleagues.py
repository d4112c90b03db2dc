"""Who could do what a case waits for: the people, how much they were given, and who of them is away. Only reads."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, selectinload

from ...domain.people import GrantKind
from ...models.case import Case
from ...models.party import GrantRow, Person
from ...models.queue import HandOver, StandIn
from ...workflows.kit import Role
from ...workflows.scope import Acted
from ..people import accounts, stand_ins, units

IN_A_DEPARTMENT = frozenset({GrantKind.HANDLER, GrantKind.HEAD})
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Colleague:
    """Somebody to whom a case may be given: how many cases they were given and still have, since when the last one,
    whether they are away today, and who then stands in (None: nobody does)."""

    person: Person
    open_cases: int
    last_given_at: datetime
    is_away: bool
    deputy: str | None

    @property
    def may_have_it(self) -> bool:
        """Whether somebody would act on it."""
        return not self.is_away or self.deputy is not None

    @property
    def turn(self) -> tuple[bool, int, datetime, int]:
        """The order in which cases are shared out: who is there, has the fewest, and was given one least lately."""
        return self.is_away, self.open_cases, self.last_given_at, self.person.id


def of_roles(
    session: Session, case: Case, wanted: Iterable[Role], *, acted: Acted, on: date
) -> list[Colleague]:
    """Everybody in one of these roles for this case, four eyes included, whoever's turn it is first."""
    roles = tuple(wanted)
    people = [
        person
        for person in _people(session, case, frozenset(role.kind for role in roles), on=on)
        if _is_in(roles, case, person, acted=acted, on=on)
    ]
    ids = [person.id for person in people]
    loads, away = _loads(session, ids), _away(session, ids, on=on)
    found = [
        Colleague(person, *loads[person.id], person.id in away, away.get(person.id)) for person in people
    ]
    return sorted(found, key=lambda each: each.turn)


def holding(session: Session, case: Case, kinds: Iterable[GrantKind], *, on: date) -> list[Person]:
    """Who holds one of these rights for the case on a legal day."""
    wanted = frozenset(kinds)
    found = _people(session, case, wanted, on=on)
    rights = (
        (person, {grant.kind for grant in accounts.load_actor(person, on=on).grants}) for person in found
    )
    return [person for person, kinds_held in rights if wanted & kinds_held]


def _is_in(roles: Sequence[Role], case: Case, person: Person, *, acted: Acted, on: date) -> bool:
    theirs = accounts.load_actor(person, on=on)
    return any(role.scope.holds(case, theirs, acted) for role in roles)


def _people(session: Session, case: Case, kinds: frozenset[GrantKind], *, on: date) -> Sequence[Person]:
    """Who holds such a grant in the department that answers for the case, or in the office; a machine is given nothing."""
    answering = units.responsible(session, case.unit, on=on) if case.unit else None
    places: list[ColumnElement[bool]] = [GrantRow.kind.in_(kinds - IN_A_DEPARTMENT)]
    if answering is not None:
        places.append(GrantRow.kind.in_(kinds & IN_A_DEPARTMENT) & (GrantRow.unit_id == answering.id))
    holders = select(GrantRow.person_id).where(or_(*places), GrantRow.ended_at.is_(None))
    grants = selectinload(Person.grants)
    is_somebody = Person.disabled_at.is_(None), Person.is_system.is_(False)
    query = select(Person).where(*is_somebody, Person.id.in_(holders))
    return session.scalars(
        query.options(grants.joinedload(GrantRow.unit), grants.joinedload(GrantRow.subject))
    ).all()


def _loads(session: Session, ids: Sequence[int]) -> Mapping[int, tuple[int, datetime]]:
    """How many cases each was given and still has, and when the last one."""
    assigned = (
        select(Case.assignee_id, func.count())
        .where(Case.assignee_id.in_(ids), Case.lease_until.is_(None), Case.ended_at.is_(None))
        .group_by(Case.assignee_id)
    )
    given = (
        select(HandOver.to_id, func.max(HandOver.at))
        .where(HandOver.to_id.in_(ids), HandOver.what.in_(("assigned", "shared_out")))
        .group_by(HandOver.to_id)
    )
    counts = {row[0]: row[1] for row in session.execute(assigned)}
    last = {row[0]: row[1] for row in session.execute(given)}
    return {each: (counts.get(each, 0), last.get(each, LONG_AGO)) for each in ids}


def _away(session: Session, ids: Sequence[int], *, on: date) -> Mapping[int, str | None]:
    """Who of them is away on a legal day, and the name of who may act for them; None where nobody may."""
    away = session.scalars(stand_ins.in_force(on).where(StandIn.person_id.in_(ids))).all()
    acting = stand_ins.deputies(session, [row.person_id for row in away], on=on)
    return {row.person_id: acting[row.person_id].name if row.person_id in acting else None for row in away}
