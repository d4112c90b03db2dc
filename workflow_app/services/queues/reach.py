"""What a scope reaches, as conditions on the case table: the same object that the gate asks for one row.

A scope is taken apart into regions, each the cases of one unit, of one subject, or of anybody, in one state or in any.
An index gives the cases of a region in order, so that the beginning of a list costs the same at a thousand cases as at
a million; a condition joined with OR would have to sort them all.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from ...domain.people import Actor
from ...models.case import Case
from ...models.event import Event
from ...workflows import ALL
from ...workflows.kit import Workflow
from ...workflows.scope import All, DidNotTake, Either, Holds, OpenedIt, Outside, Scope

ANYWHERE = ""


EVERY_WORKFLOW = tuple(workflow.name for workflow in ALL)


@dataclass(frozen=True)
class Rest:
    """What must hold besides the place: a leaf of a scope, and whose hands it is asked about."""

    scope: DidNotTake | Outside
    hands: frozenset[int] = frozenset()

    @property
    def condition(self) -> ColumnElement[bool]:
        """The leaf as a condition."""
        match self.scope:
            case DidNotTake(steps=steps):
                own = or_(Event.actor_id.in_(self.hands), Event.acted_for_id.in_(self.hands))
                taken = select(Event.id).where(Event.case_id == Case.id, Event.step.in_(steps), own)
                return ~taken.exists()
            case Outside(states=states):
                return Case.state.not_in(states)


@dataclass(frozen=True)
class Way:
    """One way in which a scope is met: at a place (`on` = `place`), or anywhere, and then the rest."""

    on: str = ANYWHERE
    place: int | None = None
    rest: frozenset["Rest | Way"] = frozenset()

    @property
    def condition(self) -> ColumnElement[bool]:
        """The whole way as a condition."""
        placed = (getattr(Case, self.on) == self.place,) if self.on else ()
        return and_(true(), *placed, *(each.condition for each in self.rest))

    def and_also(self, other: "Way") -> "Way":
        """Both: the place of the first that has one; a second place becomes a part of the rest."""
        first, second = (self, other) if self.on else (other, self)
        placed = {Way(second.on, second.place)} if second.on else set()
        return Way(first.on, first.place, first.rest | second.rest | placed)


@dataclass(frozen=True)
class Region:
    """The cases of these workflows in one state (or, if empty, in any) that are reached in one of these ways to one place."""

    workflows: tuple[str, ...]
    state: str
    ways: tuple[Way, ...]

    @property
    def condition(self) -> ColumnElement[bool]:
        """The region as a condition."""
        in_state = (Case.state == self.state,) if self.state else ()
        first = self.ways[0]
        placed = (getattr(Case, first.on) == first.place,) if first.on else ()
        rests = [[each.condition for each in sorted(way.rest, key=repr)] for way in self.ways]
        rest = (or_(*(and_(*each) for each in rests)),) if all(rests) else ()
        return and_(true(), *self._in_workflows(), *in_state, *placed, *rest)

    def _in_workflows(self) -> tuple[ColumnElement[bool], ...]:
        if self.workflows == EVERY_WORKFLOW:
            return ()
        only = self.workflows[0]
        return (Case.workflow == only if len(self.workflows) == 1 else Case.workflow.in_(self.workflows),)

    def by_workflow(self) -> list["Region"]:
        """The same region, one for each workflow: the index by age knows a unit's cases of one workflow only."""
        return [replace(self, workflows=(name,)) for name in self.workflows]


def waiting(actor: Actor) -> list[Region]:
    """Where the cases are that wait for a step which this person may take, in whatever capacity."""
    found: dict[tuple[str, str, str, int | None], list[Way]] = defaultdict(list)
    for workflow in ALL:
        for state in workflow.states:
            steps = [step for step in workflow.steps_from(state.name) if not step.optional]
            scopes = dict.fromkeys(role.scope for step in steps for role in step.who)
            for way in _of_any(scopes, actor, workflow):
                found[workflow.name, state.name, way.on, way.place].append(way)
    return [Region((name,), state, tuple(ways)) for (name, state, _, _), ways in found.items()]


def reading(actor: Actor) -> list[Region]:
    """Where the cases are that this person may see. Workflows with the same readers share their regions."""
    found: dict[Way, list[str]] = defaultdict(list)
    for workflow in ALL:
        for way in _of_any((workflow.readers,), actor, workflow):
            found[way].append(workflow.name)
    return [Region(tuple(names), "", (way,)) for way, names in found.items()]


def anywhere_in(regions: Iterable[Region]) -> ColumnElement[bool]:
    """All these regions as one condition, for questions about single cases or small sets."""
    return or_(false(), *(region.condition for region in regions))


def _of_any(scopes: Iterable[Scope], actor: Actor, workflow: Workflow) -> list[Way]:
    """Every way to these scopes in any capacity, each once."""
    found = (way for scope in scopes for one in actor.capacities for way in _ways(scope, one, workflow.name))
    return list(dict.fromkeys(found))


def _ways(scope: Scope, actor: Actor, workflow: str) -> list[Way]:
    """Every way in which one capacity meets a scope."""
    match scope:
        case Holds():
            grants = [grant for grant in scope.grants(actor) if grant.covers(workflow)]
            if scope.on is None:
                return [Way()] if grants else []
            places = {place for grant in grants for place in grant.places(scope.on) if place is not None}
            return [Way(scope.on, place) for place in sorted(places)]
        case DidNotTake():
            return [Way(rest=frozenset({Rest(scope, actor.hands)}))]
        case Outside():
            return [Way(rest=frozenset({Rest(scope)}))]
        case OpenedIt():
            return [Way("opened_by_id", place) for place in sorted(actor.stands_for)]
        case All(parts=parts):
            found = [Way()]
            for part in parts:
                found = [one.and_also(other) for one in found for other in _ways(part, actor, workflow)]
            return found
        case Either(parts=parts):
            return [way for part in parts for way in _ways(part, actor, workflow)]
    raise TypeError(f"unknown scope {scope!r}")
