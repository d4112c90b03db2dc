"""What the world looks like for one case on one day: the only thing a guard may look at.

`services.cases` gathers it from rows; guards read it and nothing else, so that every guard can be tried in a
test with plain values and every refusal can be explained from what is on the page.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Item:
    """A matter of the commitment catalogue (事项), as far as the rules read it."""

    code: str
    type: str
    needs_acceptance: bool
    is_open: bool
    publication: str
    letter: str
    letter_version: int | None
    earliest_end_on: date | None
    latest_end_on: date | None
    open_to: frozenset[str]
    required_papers: frozenset[str]


@dataclass(frozen=True)
class Standing:
    """What stands against the subject: `unrepaired_breach` is a false commitment that was not repaired."""

    unrepaired_breach: bool = False


@dataclass(frozen=True)
class Circumstances:
    """The case's facts and what surrounds them. `given` is None while one only asks ahead.

    `returned_for` are the reasons of earlier returns, `second_return_noted` whether a head or lead has said since why
    there may be more. `papers` are the fields that have a file, `new_papers` those whose file waits to be handed in with this step.
    """

    facts: object
    day: date
    subject_kind: str = "legal"
    item: Item | None = None
    standing: Standing = field(default_factory=Standing)
    period_is_over: bool = False
    clock_is_paused: bool = False
    clock_was_extended: bool = False
    papers: frozenset[str] = frozenset()
    new_papers: frozenset[str] = frozenset()
    marked: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    returned_for: frozenset[str] = frozenset()
    second_return_noted: bool = False
    given: Mapping[str, Any] | None = None

    @property
    def new_reasons(self) -> frozenset[str]:
        """The reasons named now that no earlier return named; everything was to be said the first time."""
        named = frozenset(reason["code"] for reason in (self.given or {}).get("reasons") or ())
        return named - self.returned_for if self.returned_for else frozenset()
