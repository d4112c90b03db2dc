"""A period that somebody asks about, without a rule behind it: so many days, months or years after a day.

Counts with `deadlines.due` alone, so that the calculator and the clocks of cases can never differ. What it says
names no rule and no instrument, because the question has none.
"""

from dataclasses import replace
from datetime import date

from .calendar import Calendar
from .deadlines import Due, due
from .rules import Rule, Unit
from .words import Sentence

OF_A_RULE = frozenset({"id", "instrument"})
"""Sentences that tell one of these values are about a rule."""


def due_after(value: int, unit: Unit, starts_on: date, *, calendar: Calendar) -> Due:
    """The due day of `value` units after an event on `starts_on`. Raises ValueError when the unit is no length of time."""
    found = due(_question(value, unit), starts_on, calendar)
    told = tuple(line for line in found.explanation if not OF_A_RULE & line.values.keys())
    return replace(found, explanation=told)


def period(value: int, unit: Unit) -> Sentence:
    """So many units, as it is said to people."""
    return _question(value, unit).period


def _question(value: int, unit: Unit) -> Rule:
    return Rule(
        id="", title="", workflow="", value=value, unit=unit, starts_when="", suspended_when="", on_expiry="", place="",
        valid_from=date.min, valid_to=None, instrument="", article="", evidence="V", note="",
    )  # fmt: skip
