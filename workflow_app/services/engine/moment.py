"""A step as it is being taken. The engine makes it after the gate has spoken; the effects read it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from ...domain.people import Actor, GrantKind
from ...domain.rulebook import Rulebook
from ...models.case import Case
from ...workflows.circumstances import Circumstances
from ...workflows.kit import Step, Workflow
from ..delivery.outbox import Letter
from ..house import House
from .history import Told


@dataclass(frozen=True)
class Moment:
    """A step that may be taken now, with everything the engine and the effects need to write it.

    `told` is the history, which ends with the event of this very step from when that is written. `letters` are the
    messages of the step, which are written together in the end.
    """

    session: Session
    case: Case
    workflow: Workflow
    step: Step
    about: Circumstances
    told: list[Told] = field(kw_only=True)
    acting_as: GrantKind = field(kw_only=True)
    acts_for: Actor | None = field(kw_only=True, default=None)
    seq: int = field(kw_only=True)
    previous_digest: str = field(kw_only=True)
    day: date = field(kw_only=True)
    now: datetime = field(kw_only=True)
    rulebook: Rulebook = field(kw_only=True)
    actor: Actor = field(kw_only=True)
    house: House = field(kw_only=True)
    letters: list[Letter] = field(kw_only=True, default_factory=list)

    @property
    def facts(self) -> Any:
        """The facts as they are after the step."""
        return self.about.facts

    @cached_property
    def stored(self) -> dict[str, Any]:
        """The same as the row keeps them."""
        return self.workflow.dump(self.facts)
