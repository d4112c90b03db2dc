"""The limits that the law sets, as dated rows with their source and the evidence for it.

No legal number stands in code: a state names a rule id, the pack answers with the row in force on a day and
in a place. A bad table is refused at load, with the line and the reason. This module never counts days.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from itertools import combinations

from .words import N_, Sentence

# Changes with every change of rules.csv (a test compares the two); cases keep it with each clock they start.
BUILT_IN_VERSION = "2026-11-21"

COLUMNS = (
    "id", "title", "workflow", "value", "unit", "starts_when", "suspended_when", "on_expiry",
    "place", "valid_from", "valid_to", "instrument", "article", "evidence", "note",
)  # fmt: skip
REQUIRED = ("id", "title", "workflow", "unit", "valid_from", "instrument", "evidence")

# V read in the instrument, V2 in a secondary report, F a fragment (number illegible), P practice of a platform,
# R recalled, I a design value of ours, ? unknown.
EVIDENCE = ("V", "V2", "F", "P", "R", "I", "?")
CONFIRMED = ("V", "V2")

ID = re.compile(r"[A-Z]{2}-\d{2}(-[A-Z]+)?")
PLACE = re.compile(r"(\d{6})?")


class Unit(StrEnum):
    """In what a rule is measured. NONE: the rule is a principle or a term that another paper sets."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    MONTH = "month"
    YEAR = "year"
    COUNT = "count"
    NONE = "none"


PERIODS = {
    Unit.WORKING_DAY: N_("%(count)s 个工作日"),
    Unit.CALENDAR_DAY: N_("%(count)s 日"),
    Unit.MONTH: N_("%(count)s 个月"),
    Unit.YEAR: N_("%(count)s 年"),
    Unit.COUNT: N_("%(count)s 次"),
}
# Other languages say one differently from many.
PERIODS_OF_ONE = {
    Unit.WORKING_DAY: N_("1 个工作日"),
    Unit.CALENDAR_DAY: N_("1 日"),
    Unit.MONTH: N_("1 个月"),
    Unit.YEAR: N_("1 年"),
    Unit.COUNT: N_("1 次"),
}


@dataclass(frozen=True)
class Rule:
    """One value of the rules table, in force on the days `valid_from` ≤ day < `valid_to`.

    `place` is a six-digit administrative division, empty for everywhere; `value` is None only when the unit
    is NONE. Title, events and note are Chinese message ids.
    """

    id: str
    title: str
    workflow: str
    value: int | None
    unit: Unit
    starts_when: str
    suspended_when: str
    on_expiry: str
    place: str
    valid_from: date
    valid_to: date | None
    instrument: str
    article: str
    evidence: str
    note: str
    version: str = ""

    @property
    def is_confirmed(self) -> bool:
        """Whether the value was read in the law or in a report of it; if not, pages say 待核实."""
        return self.evidence in CONFIRMED

    @property
    def period(self) -> Sentence:
        """The value with its unit, as it is said to people."""
        if self.value is None:
            return Sentence(N_("没有固定期限"))
        if self.value == 1:
            return Sentence(PERIODS_OF_ONE[self.unit])
        return Sentence(PERIODS[self.unit], count=self.value)

    def is_in_force(self, day: date) -> bool:
        """Whether the rule applies to a clock that starts on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def covers(self, place: str) -> bool:
        """Whether the six-digit division `place` lies in the place of the rule."""
        return place.startswith(_stem(self.place))


@dataclass(frozen=True)
class RulePack:
    """A version of the whole rules table."""

    version: str
    rules: tuple[Rule, ...]

    @property
    def ids(self) -> frozenset[str]:
        """Every rule id of the pack, whatever its place and dates."""
        return frozenset(rule.id for rule in self.rules)

    def rule(self, rule_id: str, *, on: date, place: str) -> Rule:
        """The rule in force on a day in a place, the narrower place first. Raises KeyError if there is none."""
        found = [
            rule for rule in self.rules if rule.id == rule_id and rule.is_in_force(on) and rule.covers(place)
        ]
        if not found:
            raise KeyError(f"no rule {rule_id} in force on {on} in {place or 'every place'}")
        return max(found, key=lambda rule: len(_stem(rule.place)))

    def in_force(self, *, on: date, place: str) -> tuple[Rule, ...]:
        """The rule of each id that has one in force on a day in a place, by id."""
        by_id: dict[str, Rule] = {}
        for rule in sorted(self.rules, key=lambda rule: (rule.id, len(_stem(rule.place)))):
            if rule.is_in_force(on) and rule.covers(place):
                by_id[rule.id] = rule
        return tuple(by_id.values())


@cache
def built_in() -> RulePack:
    """The rules table that comes with the program."""
    table = resources.files(__package__).joinpath("rules.csv").read_text(encoding="utf-8")
    return read(table.splitlines(), BUILT_IN_VERSION)


def read(lines: Iterable[str], version: str) -> RulePack:
    """The pack of a CSV table. Raises ValueError naming the line and what is wrong with it."""
    numbered = list(_rows(lines, version))
    for (_, earlier), (line, later) in combinations(numbered, 2):
        if _overlap(earlier, later):
            raise ValueError(f"line {line}: {later.id} overlaps an earlier row of the same id and place")
    return RulePack(version, tuple(rule for _, rule in numbered))


def _rows(lines: Iterable[str], version: str) -> Iterator[tuple[int, Rule]]:
    reader = csv.DictReader(lines, strict=True)
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise ValueError(f"line 1: the columns must be {','.join(COLUMNS)}")
    for row in reader:
        try:
            yield reader.line_num, _rule(row, version)
        except ValueError as reason:
            raise ValueError(f"line {reader.line_num}: {reason}") from reason


def _rule(row: dict[str, str], version: str) -> Rule:
    _check_shape(row)
    unit = Unit(row["unit"])
    rule = Rule(
        **{name: row[name] for name in COLUMNS if name not in ("value", "unit", "valid_from", "valid_to")},
        value=_value(row["value"], unit),
        unit=unit,
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        version=version,
    )
    if rule.valid_to is not None and rule.valid_to <= rule.valid_from:
        raise ValueError("valid_to must be after valid_from")
    return rule


def _check_shape(row: dict[str, str]) -> None:
    if None in row or None in row.values():
        raise ValueError(f"a row has {len(COLUMNS)} columns")
    for name in REQUIRED:
        if not row[name].strip():
            raise ValueError(f"{name} is empty")
    if not ID.fullmatch(row["id"]):
        raise ValueError(f"{row['id']} is not a rule id such as OB-06 or OB-06-EXT")
    if not PLACE.fullmatch(row["place"]):
        raise ValueError(f"place {row['place']} is neither empty nor a six-digit division")
    if row["evidence"] not in EVIDENCE:
        raise ValueError(f"evidence {row['evidence']} is none of {' '.join(EVIDENCE)}")


def _value(text: str, unit: Unit) -> int | None:
    if unit is Unit.NONE:
        if text:
            raise ValueError("a rule without a unit has no value")
        return None
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"value {text!r} is not a whole number")
    return int(text)


def _overlap(one: Rule, other: Rule) -> bool:
    if (one.id, one.place) != (other.id, other.place):
        return False
    return one.is_in_force(other.valid_from) or other.is_in_force(one.valid_from)


def _stem(place: str) -> str:
    """The leading digits that all divisions within `place` share: 310000 → 31, 440300 → 4403, empty → empty."""
    return re.sub(r"(00){1,2}$", "", place)
