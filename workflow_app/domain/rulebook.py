"""The rules as one place applies them: pack, calendar and place together, asked for the due day of a clock."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from .calendar import Calendar
from .deadlines import Due, due, due_on_fixed_day
from .rules import RulePack
from .words import Sentence

MOST_RECKONED = 2000


@dataclass(frozen=True)
class Rulebook:
    """The rule pack and the calendar of one place (a 6-digit division)."""

    pack: RulePack
    calendar: Calendar
    place: str

    def due(self, rule_id: str, starts_on: date) -> Due:
        """The due day of a rule whose clock starts on this legal day, under the version in force that day."""
        asked = rule_id, starts_on
        if (known := self._reckoned.get(asked)) is not None:
            return known
        found = due(self.pack.rule(rule_id, on=starts_on, place=self.place), starts_on, self.calendar)
        if len(self._reckoned) < MOST_RECKONED:
            self._reckoned[asked] = found
        return found

    @cached_property
    def _reckoned(self) -> dict[tuple[str, date], Due]:
        """What was reckoned before: it follows from this rulebook alone, and a whole office begins its clocks today."""
        return {}

    def term(self, last_day: date, starts_on: date, because: Sentence) -> Due:
        """A last day that stands in the case itself, explained by `because`."""
        return due_on_fixed_day(last_day, starts_on, self.calendar, because=because)
