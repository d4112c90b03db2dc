"""What is said about a list before it is one: a plan of it, and the kinds that come built in (forms/catalogue/lists.toml).

A plan is plain values and rests on nothing in the database. Whether it may become a list is judged by `list_type_checks`.
"""

import tomllib
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from typing import Any

from ...domain.refusals import NotYours
from ..catalogue import FOLDER


@dataclass(frozen=True)
class Measure:
    """What one unit (its key) does because of an entry, and the instrument that lets it."""

    key: str
    unit: str
    title: str
    basis: str


@dataclass(frozen=True)
class Plan:
    """Everything an office says about a list; see `ListType` for what each part means. No unit is chosen while it is 0."""

    kind: str
    name: str
    name_en: str
    level: str
    basis: tuple[str, ...]
    evidence: str
    note: str
    scope: str
    standard: str
    exit_conditions: tuple[str, ...]
    term_rule: str
    early_rule: str
    early_from: str
    reply_rule: str
    measures: tuple[Measure, ...]
    review_rule: str = ""
    consulted_from: date | None = None
    unit_id: int = 0


@dataclass(frozen=True)
class BuiltIn:
    """A list that comes with the software; `unit` is the key of the unit in the demonstration district."""

    key: str
    unit: str
    plan: Plan


@cache
def built_in() -> tuple[BuiltIn, ...]:
    """The kinds of list that come with the software, in the order of the file."""
    read = tomllib.loads((FOLDER / "lists.toml").read_text(encoding="utf-8"))
    return tuple(BuiltIn(row["key"], row["unit"], _plan(row)) for row in read["list"])


def of_key(key: str) -> BuiltIn:
    """The built-in list of this key. Raises NotYours."""
    found = next((one for one in built_in() if one.key == key), None)
    if found is None:
        raise NotYours
    return found


def _plan(row: dict[str, Any]) -> Plan:
    known = {field.name: row[field.name] for field in fields(Plan) if field.name in row}
    known["measures"] = tuple(Measure(**measure) for measure in row["measure"])
    return Plan(**known | {name: tuple(row[name]) for name in ("basis", "exit_conditions")})
