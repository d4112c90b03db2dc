"""A step that was just taken, with everything an effect may need. Given from the engine to the effects."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from ..domain.people import Actor
from ..models.case import Case
from ..workflows.circumstances import Circumstances
from ..workflows.kit import Step, Workflow
from .house import House


@dataclass(frozen=True)
class Moment:
    """A step that was just taken, with everything an effect may need."""

    session: Session
    case: Case
    workflow: Workflow
    step: Step
    about: Circumstances
    seq: int = field(kw_only=True)
    day: date = field(kw_only=True)
    now: datetime = field(kw_only=True)
    actor: Actor = field(kw_only=True)
    house: House = field(kw_only=True)

    @property
    def facts(self) -> Any:
        """The facts as they are after the step."""
        return self.about.facts
