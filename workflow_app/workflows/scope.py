"""Who is in reach of a case: one object, read twice.

A scope answers for one case row (the gate: may this person?) and is translated into a WHERE clause by
`services.queues.queues` (the queue: which cases?). Both walk the same tree, so what a list shows and what a button
allows cannot differ. Join with `&` and `|`; Python's `and` would silently keep one half and therefore raises.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ..domain.people import Actor, Grant, GrantKind
from ..domain.words import Sentence


class CaseRow(Protocol):
    """The columns of a case that a scope reads."""

    @property
    def workflow(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def subject_id(self) -> int: ...
    @property
    def unit_id(self) -> int | None: ...
    @property
    def opened_by_id(self) -> int | None: ...


Acted = Mapping[str, frozenset[int]]
"""Step name → the people who took it in this case. Four eyes are a scope over these."""


class Scope(ABC):
    """The common joinery; the leaves and joints below are the only kinds."""

    def __and__(self, other: "Scope") -> "Scope":
        return All((self, other))

    def __or__(self, other: "Scope") -> "Scope":
        return Either((self, other))

    def __bool__(self) -> bool:
        raise TypeError("Join scopes with & and |, not with 'and', 'or' or 'not'.")

    @abstractmethod
    def holds(self, case: CaseRow, actor: Actor, acted: Acted) -> bool:
        """Whether the actor is in reach of the case."""

    def why_not(self, case: CaseRow, actor: Actor, acted: Acted) -> Sentence | None:
        """The sentence of the first special condition that fails; None where only the grant is missing."""
        return None


@dataclass(frozen=True)
class Holds(Scope):
    """The actor holds a grant of this kind for the case's own `subject_id` or `unit_id` (or for the office)."""

    kind: GrantKind
    on: str | None = None
    signing: bool = False

    def grants(self, actor: Actor) -> list[Grant]:
        """The actor's grants that count here, before the case is looked at."""
        found = (grant for capacity in actor.capacities for grant in capacity.grants)
        return [g for g in found if g.kind is self.kind and (g.may_sign or not self.signing)]

    def holds(self, case: CaseRow, actor: Actor, acted: Acted) -> bool:
        place = getattr(case, self.on) if self.on else None
        for capacity in actor.capacities:
            for grant in capacity.grants:
                if (
                    grant.kind is self.kind
                    and (self.on is None or grant.counts_at(self.on, place))
                    and (grant.may_sign or not self.signing)
                    and grant.covers(case.workflow)
                ):
                    return True
        return False


@dataclass(frozen=True)
class DidNotTake(Scope):
    """Four eyes: the actor took none of these steps earlier in this case, nor did whoever is acted for.

    To be asked of one capacity at a time (`Actor.capacities`).
    """

    steps: tuple[str, ...]
    sentence: str

    def holds(self, case: CaseRow, actor: Actor, acted: Acted) -> bool:
        return all(actor.hands.isdisjoint(acted.get(step, frozenset())) for step in self.steps)

    def why_not(self, case: CaseRow, actor: Actor, acted: Acted) -> Sentence | None:
        return None if self.holds(case, actor, acted) else Sentence(self.sentence)


@dataclass(frozen=True)
class OpenedIt(Scope):
    """The actor opened the case, say a clerk who files it at the window for somebody. `sentence` tells the others why not."""

    sentence: str = ""

    def holds(self, case: CaseRow, actor: Actor, acted: Acted) -> bool:
        return case.opened_by_id in actor.stands_for

    def why_not(self, case: CaseRow, actor: Actor, acted: Acted) -> Sentence | None:
        return Sentence(self.sentence) if self.sentence and not self.holds(case, actor, acted) else None


@dataclass(frozen=True)
class Outside(Scope):
    """The case is in none of these states; keeps an applicant's draft from the eyes of the unit."""

    states: tuple[str, ...]

    def holds(self, case: CaseRow, actor: Actor, acted: Acted) -> bool:
        return case.state not in self.states


@dataclass(frozen=True)
class All(Scope):
    """Every part holds."""

    parts: tuple[Scope, ...]

    def holds(self, case: CaseRow, actor: Actor, acted: Acted) -> bool:
        return all(part.holds(case, actor, acted) for part in self.parts)

    def why_not(self, case: CaseRow, actor: Actor, acted: Acted) -> Sentence | None:
        for part in self.parts:
            if not part.holds(case, actor, acted):
                return part.why_not(case, actor, acted)
        return None


@dataclass(frozen=True)
class Either(Scope):
    """At least one part holds."""

    parts: tuple[Scope, ...]

    def holds(self, case: CaseRow, actor: Actor, acted: Acted) -> bool:
        return any(part.holds(case, actor, acted) for part in self.parts)

    def why_not(self, case: CaseRow, actor: Actor, acted: Acted) -> Sentence | None:
        sentences = (part.why_not(case, actor, acted) for part in self.parts)
        return None if self.holds(case, actor, acted) else next((s for s in sentences if s), None)
