"""What a scope reaches, as conditions on the case table: the same object that the gate asks for one row.

A scope is taken apart into regions, each the cases of one unit, of one subject, or of anybody, in one state or in any.
An index gives the cases of a region in order, so that the beginning of a list costs the same at a thousand cases as at
a million; a condition joined with OR would have to sort them all.

Readers with rights of the same kinds have the same regions but for whose they are and where. With marks in place of these
(`Shape`) one statement serves them all, and is put together once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, String, and_, bindparam, false, literal_column, or_, select, true

from ...domain.people import Actor
from ...models.case import Case
from ...models.event import Event
from ...workflows import ALL, BY_NAME
from ...workflows.kit import Workflow
from ...workflows.scope import All, DidNotTake, Either, Holds, OpenedIt, Outside, Scope

ANYWHERE = ""
ACTORS_KEPT = 512
"""For so many readers the regions are kept ready. They follow from the rights in force alone, which the key holds."""


EVERY_WORKFLOW = tuple(workflow.name for workflow in ALL)


class Marks:
    """Marks for the people and places of regions, and what each stands for."""

    def __init__(self, letter: str) -> None:
        self.letter = letter
        self.values: dict[str, Any] = {}

    def mark(self, value: object) -> str:
        """The mark of a value, the same one when it comes again."""
        known = next((name for name, each in self.values.items() if each == value), None)
        name = known or f"{self.letter}{len(self.values)}"
        self.values[name] = value
        return name


def declared(name: str) -> ColumnElement[str]:
    """A name from our own declarations, written into the statement: it is the same for everybody and need not be sent."""
    return literal_column(f"'{name}'", String)


@dataclass(frozen=True)
class Rest:
    """What must hold besides the place: a leaf of a scope, and whose hands it is asked about (or a mark for them)."""

    scope: DidNotTake | Outside
    hands: frozenset[int] | str = frozenset()

    def marked(self, marks: Marks) -> "Rest":
        """The same with a mark for the hands."""
        return replace(self, hands=marks.mark(self.hands)) if self.hands else self

    @property
    def condition(self) -> ColumnElement[bool]:
        """The leaf as a condition."""
        match self.scope:
            case DidNotTake(steps=steps):
                hands: Any = self.hands
                if isinstance(self.hands, str):
                    hands = bindparam(self.hands, expanding=True)
                own = or_(Event.actor_id.in_(hands), Event.acted_for_id.in_(hands))
                named = Event.step.in_([*map(declared, steps)])
                taken = select(Event.id).where(Event.case_id == Case.id, named, own)
                return ~taken.exists()
            case Outside(states=states):
                return Case.state.not_in([*map(declared, states)])


@dataclass(frozen=True)
class Way:
    """One way in which a scope is met: at a place (`on` = `place`), or anywhere, and then the rest."""

    on: str = ANYWHERE
    place: int | str | None = None
    rest: frozenset["Rest | Way"] = frozenset()

    @property
    def condition(self) -> ColumnElement[bool]:
        """The whole way as a condition."""
        return and_(true(), *self.placed, *(each.condition for each in self.rest))

    @property
    def placed(self) -> tuple[ColumnElement[bool], ...]:
        """That a case is at the place."""
        place: Any = bindparam(self.place) if isinstance(self.place, str) else self.place
        return (getattr(Case, self.on) == place,) if self.on else ()

    @property
    def places(self) -> set[str]:
        """What of a case says whether it is there."""
        return {self.on, *(each.on for each in self.rest if isinstance(each, Way))}

    def marked(self, marks: Marks) -> "Way":
        """The same with marks for place and hands."""
        place = marks.mark(self.place) if self.on else None
        rest = (each.marked(marks) for each in sorted(self.rest, key=repr))
        return Way(self.on, place, frozenset(rest))

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

    @cached_property
    def condition(self) -> ColumnElement[bool]:
        """The region as a condition."""
        in_state = self._in_state()
        placed = self.ways[0].placed
        rests = [[each.condition for each in sorted(way.rest, key=repr)] for way in self.ways]
        rest = (or_(*(and_(*each) for each in rests)),) if all(rests) else ()
        return and_(true(), *self._in_workflows(), *in_state, *placed, *rest)

    def _in_state(self) -> tuple[ColumnElement[bool], ...]:
        if not self.state:
            return ()
        # Most indexes that know a state don't know whether a case is open, and would have to look at its row for it.
        # Of the cases that somebody opened, the index of the open ones is the small one; it knows no state.
        is_open = not any(BY_NAME[name].state(self.state).ended for name in self.workflows)
        is_small = any("opened_by_id" in way.places for way in self.ways)
        return (
            Case.state == declared(self.state),
            *((Case.ended_at.is_(None),) if is_open and is_small else ()),
        )

    def _in_workflows(self) -> tuple[ColumnElement[bool], ...]:
        if self.workflows == EVERY_WORKFLOW:
            return ()
        names = [*map(declared, self.workflows)]
        return (Case.workflow == names[0] if len(names) == 1 else Case.workflow.in_(names),)

    def by_workflow(self) -> list["Region"]:
        """The same region, one for each workflow: the index by age knows a unit's cases of one workflow only."""
        return [replace(self, workflows=(name,)) for name in self.workflows]

    def meets(self, other: "Region") -> bool:
        """Whether a case may lie in both: in one workflow and state, at places that don't exclude each other."""
        (one, *_), (two, *_) = self.ways, other.ways
        is_beside = one.on == two.on and one.place != two.place
        same_state = self.state == other.state or not (self.state and other.state)
        return same_state and not is_beside and not set(self.workflows).isdisjoint(other.workflows)

    def marked(self, marks: Marks) -> "Region":
        """The same with marks for its people and its place."""
        return replace(self, ways=tuple(way.marked(marks) for way in self.ways))


Shape = tuple[Region, ...]


def apart(shape: Shape) -> list[ColumnElement[bool]]:
    """The regions as conditions of which no case meets two, so that they can be read one beside the other."""
    return [
        and_(
            region.condition, *(other.condition.is_not(true()) for other in shape[:at] if region.meets(other))
        )
        for at, region in enumerate(shape)
    ]


def shaped(regions: Iterable[Region], letter: str) -> tuple[Shape, Mapping[str, Any]]:
    """These regions with marks that begin with the letter, and what the marks stand for."""
    marks = Marks(letter)
    return tuple(region.marked(marks) for region in regions), marks.values


@lru_cache(ACTORS_KEPT)
def waiting_shape(actor: Actor) -> tuple[Shape, Mapping[str, Any]]:
    """`waiting`, with marks."""
    return shaped(waiting(actor), "w")


@lru_cache(ACTORS_KEPT)
def reading_shape(actor: Actor) -> tuple[Shape, Mapping[str, Any]]:
    """`reading`, with marks."""
    return shaped(reading(actor), "r")


@lru_cache(ACTORS_KEPT)
def waiting(actor: Actor) -> tuple[Region, ...]:
    """Where the cases are that wait for a step which this person may take, in whatever capacity."""
    found: dict[tuple[str, str, str, int | str | None], list[Way]] = defaultdict(list)
    for workflow in ALL:
        for state in workflow.states:
            steps = [step for step in workflow.steps_from(state.name) if not step.optional]
            scopes = dict.fromkeys(role.scope for step in steps for role in step.who)
            for way in _of_any(scopes, actor, workflow):
                found[workflow.name, state.name, way.on, way.place].append(way)
    return tuple(Region((name,), state, tuple(ways)) for (name, state, _, _), ways in found.items())


@lru_cache(ACTORS_KEPT)
def reading(actor: Actor) -> tuple[Region, ...]:
    """Where the cases are that this person may see. Workflows with the same readers share their regions."""
    found: dict[Way, list[str]] = defaultdict(list)
    for workflow in ALL:
        for way in _of_any((workflow.readers,), actor, workflow):
            found[way].append(workflow.name)
    return tuple(Region(tuple(names), "", (way,)) for way, names in found.items())


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
