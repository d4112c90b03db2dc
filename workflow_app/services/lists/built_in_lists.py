"""The kinds of list that come with the software (forms/catalogue/lists.toml), for an office to adopt.

Nothing here is in force: an office adopts a list for one of its units, with two persons (see `list_types`).
"""

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from ...domain.list_plan import Measure, Plan
from ...domain.refusals import NotYours
from ..catalogue import FOLDER


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
