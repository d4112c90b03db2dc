"""What a scope reaches, as conditions on the case table: the same object that the gate asks for one row.

A scope is taken apart into regions, each the cases of one unit, of one subject, or of anybody, in one state or in any.
An index gives the cases of a region in order, so that the beginning of a list costs the same at a thousand cases as at
a million; a condition joined with OR would have to sort them all.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from ...domain.people import Actor
from ...models.case import Case
from ...models.event import Event
from ...workflows import ALL
from ...workflows.kit import Workflow
from ...workflows.scope import All, DidNotTake, Either, Holds, OpenedIt, Outside, Scope

ANYWHERE = ""


@dataclass(frozen=True)
class Region:
    """The cases of one place (`on` = `place`) in one state (or, if empty, in any) that meet one of `rests`."""

    workflows: tuple[str, ...]
    state: str
    on: str
    place: int | None
    rests: tuple[tuple[ColumnElement[bool], ...], ...]

    @property
    def condition(self) -> ColumnElement[bool]:
        """The region as a condition."""
        parts = []
        if self.workflows != EVERY_WORKFLOW:
            one = Case.workflow == self.workflows[0]
            parts.append(one if len(self.workflows) == 1 else Case.workflow.in_(self.workflows))
        if self.state:
            parts.append(Case.state == self.state)
        if self.on:
            parts.append(getattr(Case, self.on) == self.place)
        if all(self.rests):
            parts.append(or_(*(and_(*rest) for rest in self.rests)))
        return and_(true(), *parts)


EVERY_WORKFLOW = tuple(workflow.name for workflow in ALL)


@dataclass(frozen=True)
class _Reach:
    """One way in which a scope is met: at a place, or anywhere, and then the rest."""

    on: str = ANYWHERE
    place: int | None = None
    rest: tuple[ColumnElement[bool], ...] = ()

    def and_also(self, other: "_Reach") -> "_Reach":
        """Both: the place of the first that has one; the other place becomes a condition."""
        first, second = (self, other) if self.on else (other, self)
        placed = (getattr(Case, second.on) == second.place,) if second.on else ()
        return _Reach(first.on, first.place, (*first.rest, *second.rest, *placed))


def waiting(actor: Actor) -> list[Region]:
    """Where the cases are that wait for a step which this person may take, in whatever capacity."""
    found: dict[tuple[str, str, str, int | None], dict[str, _Reach]] = defaultdict(dict)
    for workflow in ALL:
        for state in workflow.states:
            roles = {
                role for step in workflow.steps_from(state.name) if not step.optional for role in step.who
            }
            for reach in _of_any((role.scope for role in roles), actor, workflow):
                found[workflow.name, state.name, reach.on, reach.place][str(reach.rest)] = reach
    return [
        Region((workflow,), state, on, place, tuple(reach.rest for reach in reaches.values()))
        for (workflow, state, on, place), reaches in found.items()
    ]


def reading(actor: Actor) -> list[Region]:
    """Where the cases are that this person may see. Workflows with the same readers share their regions."""
    found: dict[tuple[str, int | None, str], tuple[_Reach, list[str]]] = {}
    for workflow in ALL:
        for reach in _of_any((workflow.readers,), actor, workflow):
            _, names = found.setdefault((reach.on, reach.place, str(reach.rest)), (reach, []))
            if workflow.name not in names:
                names.append(workflow.name)
    return [Region(tuple(names), "", reach.on, reach.place, (reach.rest,)) for reach, names in found.values()]


def anywhere_in(regions: Iterable[Region]) -> ColumnElement[bool]:
    """All these regions as one condition, for questions about single cases or small sets."""
    return or_(false(), *(region.condition for region in regions))


def _of_any(scopes: Iterable[Scope], actor: Actor, workflow: Workflow) -> list[_Reach]:
    return [
        reach
        for scope in scopes
        for capacity in actor.capacities
        for reach in _reaches(scope, capacity, workflow.name)
    ]


def _reaches(scope: Scope, actor: Actor, workflow: str) -> list[_Reach]:
    """Every way in which one capacity meets a scope."""
    match scope:
        case Holds():
            grants = [grant for grant in scope.grants(actor) if grant.covers(workflow)]
            if scope.on is None:
                return [_Reach()] if grants else []
            places = {place for grant in grants for place in grant.places(scope.on) if place is not None}
            return [_Reach(scope.on, place) for place in sorted(places)]
        case DidNotTake(steps=steps):
            hands = or_(Event.actor_id.in_(actor.hands), Event.acted_for_id.in_(actor.hands))
            taken = select(Event.id).where(Event.case_id == Case.id, Event.step.in_(steps), hands)
            return [_Reach(rest=(~taken.exists(),))]
        case OpenedIt():
            return [_Reach("opened_by_id", place) for place in sorted(actor.stands_for)]
        case Outside(states=states):
            return [_Reach(rest=(Case.state.not_in(states),))]
        case All(parts=parts):
            found = [_Reach()]
            for part in parts:
                found = [one.and_also(other) for one in found for other in _reaches(part, actor, workflow)]
            return found
        case Either(parts=parts):
            return [reach for part in parts for reach in _reaches(part, actor, workflow)]
    raise TypeError(f"unknown scope {scope!r}")
