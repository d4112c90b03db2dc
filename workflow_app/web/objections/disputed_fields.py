"""Facts that are kept field by field of a record: whether a case has them, and how they are told in words."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from ...domain import disputable
from ...domain.words import N_, Sentence
from ...models.case import Case
from ...workflows.kit import Workflow
from ..records.credit_rows import value_told

SIDES = ("claims", "source", "difference")
"""What is claimed, what the source holds, what is to be changed."""
STATEMENTS = ("statement", "hide_reasons", "answer", "decision_reasons", "review_request", "review_reasons")
"""What people said in their own words, in the order in which it is said."""
IN_TABLE = frozenset({*SIDES, *STATEMENTS, "finding", "remedy"})
"""What stands with both sides and is not told a second time."""


def has_sides(workflow: Workflow) -> bool:
    """Whether cases of this workflow dispute the fields of a record."""
    return set(SIDES) <= set(workflow.labels)


def stand_in_table(case: Case, workflow: Workflow) -> bool:
    """Whether the page shows both sides in a table: from the day the case was handed in."""
    return case.number is not None and case.record is not None and has_sides(workflow)


def title(name: str) -> Sentence:
    """What people call a field."""
    return Sentence(disputable.FIELDS.get(name, name))


def in_order(names: Iterable[str]) -> list[str]:
    """Fields in the order of the page."""
    known = list(disputable.FIELDS)
    return sorted(names, key=lambda name: known.index(name) if name in known else len(known))


def in_words(name: str, value: str) -> str:
    """A value as people read it; what can't be read as the field wants it stays as it was typed."""
    if name in disputable.DAYS and not _is_day(value):
        return value
    return value_told(name, value) if value else ""


def rows(values: Mapping[str, str], *, label: str) -> list[dict[str, Any]]:
    """A fact that is kept field by field, as rows of a list of facts."""
    return [
        {
            "title": Sentence(N_("%(fact)s：%(field)s"), fact=Sentence(label), field=title(name)),
            "value": in_words(name, values[name]),
        }
        for name in in_order(values)
    ]


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
