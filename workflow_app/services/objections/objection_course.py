"""An objection on a day, as the values of its letters are read from it: the case, its history, what was shown before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...domain import clock
from ...models.case import Case
from ...models.party import Unit
from ..engine.history import Told

ANSWERS = ("correct_own", "answer")
RESULTS = ("execute_correction", "maintain", "leave_open")
REVIEWS = ("review_correct", "review_maintain")
ENDS = ("refuse", "withdraw", "lapse")
"""The steps that bring the finding, the result, the decision of a review, and an end without a result."""


@dataclass(frozen=True)
class Course:
    """One objection with what was done in it, the facts as they are and what the record said before; `office` is who answers."""

    session: Session
    case: Case
    facts: Any
    told: Sequence[Told]
    before: Mapping[str, str]
    office: str

    def last(self, *steps: str) -> Told | None:
        """The last event in which one of these steps was taken."""
        return next((event for event in reversed(self.told) if event.step in steps), None)

    def day_of(self, *steps: str) -> date | str:
        """The legal day of that event; empty when there is none."""
        event = self.last(*steps)
        return clock.legal_day(event.at) if event else ""

    def who_took(self, *steps: str) -> str:
        """The name of whoever took that step."""
        event = self.last(*steps)
        return (event.actor_name or "") if event else ""


def office(session: Session) -> str:
    """The credit office, which answers; empty where none is registered."""
    wanted = select(Unit.name).where(Unit.is_office, Unit.ended_on.is_(None)).order_by(Unit.id)
    return session.scalar(wanted.limit(1)) or ""


def provider(course: Course) -> str:
    """The unit that checked its own source."""
    chosen = select(Unit.name).where(Unit.key == course.facts.provider)
    name = course.session.scalar(chosen) if course.facts.provider else None
    return name or (course.case.unit.name if course.case.unit else "")
