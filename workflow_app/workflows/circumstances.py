"""What the world looks like for one case on one day: the only thing a guard may look at.

`services.cases.cases` gathers it from rows; guards read it and nothing else, so that every guard can be tried in a
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
    """What stands against the subject: `unrepaired_breach` is a false commitment that was not repaired.

    `barred_until` is the first day on which repair may be applied for again after falsehood.
    """

    unrepaired_breach: bool = False
    barred_until: date | None = None


@dataclass(frozen=True)
class Record:
    """The credit record that the case is about, as far as the rules read it.

    `may_apply_from` is the first day after the shortest publicity; `has_letter` whether a commitment was signed for it;
    `is_synced` whether every place that had to act on it for this case has confirmed. `is_own`: it is about the subject
    of the case. `has_same_objection`: the subject objects to it on the same ground already. `open_tasks`: how many
    requests of this case no place has confirmed yet.
    """

    class_: str
    may_apply_from: date
    is_repairable: bool
    is_over: bool
    is_shielded: bool
    has_open_repair: bool
    has_letter: bool
    is_synced: bool
    is_own: bool = True
    is_hidden: bool = False
    has_same_objection: bool = False
    open_tasks: int = 0


@dataclass(frozen=True)
class Circumstances:
    """The case's facts and what surrounds them. `given` is None while one only asks ahead.

    `returned_for` are the reasons of earlier returns, `second_return_noted` whether a head or lead has said since why
    there may be more. `around` is what only the guards of one workflow ask for. `taken` are the steps so far, `over` the names of the clocks whose period ended. `papers` are the fields that have a file, `new_papers` those whose file waits to be handed in with this step.
    """

    facts: object
    day: date
    subject_kind: str = "legal"
    item: Item | None = None
    record: Record | None = None
    standing: Standing = field(default_factory=Standing)
    period_is_over: bool = False
    clock_is_paused: bool = False
    clock_was_extended: bool = False
    over: frozenset[str] = frozenset()
    papers: frozenset[str] = frozenset()
    new_papers: frozenset[str] = frozenset()
    marked: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    returned_for: frozenset[str] = frozenset()
    second_return_noted: bool = False
    taken: tuple[str, ...] = ()
    given: Mapping[str, Any] | None = None
    around: Mapping[str, Any] = field(default_factory=dict)

    def last_of(self, *steps: str) -> str:
        """Which of these steps was taken last; empty when none was."""
        return next((step for step in reversed(self.taken) if step in steps), "")

    @property
    def new_reasons(self) -> frozenset[str]:
        """The reasons named now that no earlier return named; everything was to be said the first time."""
        named = frozenset(reason["code"] for reason in (self.given or {}).get("reasons") or ())
        return named - self.returned_for if self.returned_for else frozenset()
