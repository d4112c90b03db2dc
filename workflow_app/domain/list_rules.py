"""The rules that a list may have to itself: lists name their rules as data, so a new id of these families reaches them.

Every other id is named by a workflow, and one that no workflow names would limit nothing. Whether a row fits the table is
judged by rules.py; which rule a list may name for what is said in list_plan.py.
"""

import re
from collections.abc import Sequence

from .rule import Rule, Unit

FAMILIES = ("LE-01", "LE-04", "LE-05")
"""The time for a reply, the term on a list, and the least time before early exit."""
SUFFIX = re.compile(r"[A-Z0-9]{2,12}")
OF_A_FAMILY = re.compile(rf"({'|'.join(FAMILIES)})(?:-{SUFFIX.pattern})?")


def family_of(rule_id: str) -> str | None:
    """LE-04 of LE-04-SAMR; None for a rule that no list can have to itself."""
    found = OF_A_FAMILY.fullmatch(rule_id)
    return found[1] if found else None


def relatives(rules: Sequence[Rule], rule_id: str) -> tuple[Rule, ...]:
    """The rows of the family that a new id joins; none where no id may be added."""
    family = family_of(rule_id)
    return tuple(rule for rule in rules if family not in (None, rule_id) and family_of(rule.id) == family)


def is_on_a_list(rule_id: str) -> bool:
    """Whether it is a time on a list, which lasts as publicity does and never counts working days (see list_period)."""
    return family_of(rule_id) in FAMILIES[1:]


def units_for(rule: Rule) -> tuple[Unit, ...]:
    """The units in which a value of this rule may be told."""
    same = (unit for unit in Unit if unit.family == rule.unit.family)
    return tuple(unit for unit in same if not (unit is Unit.WORKING_DAY and is_on_a_list(rule.id)))
