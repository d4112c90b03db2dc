"""A file that was handed in: walked row by row in portions, and the rows that were not taken, kept and written back.

What was refused is stored portion by portion; each stored portion names the one before it, so that a run that is
carried on by another worker continues the same chain. Nothing here asks the database.
"""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain, islice
from typing import Any

import openpyxl

from ...domain.intake import layouts, licences, penalties, rejected, sheets
from ...domain.intake.columns import Header, header_of
from ...domain.intake.faults import Fault
from ...domain.intake.licences import LicenceRow
from ...domain.intake.penalties import PenaltyRow
from ...domain.intake.reading import Outcome
from ...domain.intake.sheets import Row
from ...domain.words import Sentence
from ..storage import Storage

PORTION = 200
LAYOUTS = {"penalties": layouts.PENALTIES, "licences": layouts.LICENCES}
READERS: dict[str, Callable[..., Iterator[Outcome[Any]]]] = {
    "penalties": penalties.read,
    "licences": licences.read,
}
WRITERS = {"csv": rejected.write_csv, "xlsx": rejected.write_xlsx}

Read = Outcome[PenaltyRow] | Outcome[LicenceRow]


@dataclass(frozen=True)
class Portion:
    """Some rows of a file in their order; `is_last` when none follow. `names` are the subjects' names by code, each as
    the file first writes it."""

    header: Header
    row_count: int
    outcomes: tuple[Read, ...]
    is_last: bool
    names: dict[str, str]


@dataclass
class Walk:
    """A file being walked; it remembers what it saw, so that a row can be held against the rows before it."""

    sheet: sheets.Sheet
    outcomes: Iterator[Read]
    names: dict[str, str] = field(default_factory=dict)

    def portion(self, *, after: int) -> Portion:
        """The next rows below line `after`. Raises Refused as reading a damaged file does."""
        found: list[Read] = []
        is_last = True
        for outcome in self.outcomes:
            if outcome.taken is not None:
                self.names.setdefault(outcome.taken.subject.code, outcome.taken.subject.name)
            if outcome.row.line > after:
                found.append(outcome)
            if len(found) == PORTION:
                is_last = False
                break
        return Portion(self.sheet.header, self.sheet.row_count, tuple(found), is_last, self.names)


def open_walk(content: bytes, name: str, *, kind: str, today: date) -> Walk:
    """Begin to walk a file. Raises Refused with what is wrong with it as a whole."""
    sheet = sheets.read(content, name, layouts=(LAYOUTS[kind],))
    return Walk(sheet, READERS[kind](sheet, today=today))


def kind_of(content: bytes, name: str) -> str:
    """Which of the tables a file is. Raises Refused."""
    sheet = sheets.read(content, name, layouts=tuple(LAYOUTS.values()))
    return next(kind for kind, layout in LAYOUTS.items() if layout is sheet.header.layout)


def with_faults(outcome: Read, faults: tuple[Fault, ...]) -> Read:
    """The row as it is not taken after all."""
    return replace(outcome, taken=None, faults=faults)


def fault_as_json(fault: Fault) -> dict[str, Any]:
    """A fault for a row or a stored file."""
    return {
        "line": fault.line,
        "column": fault.column,
        "problem": fault.problem.as_json(),
        "mend": fault.mend.as_json(),
    }


def fault_from_json(stored: dict[str, Any]) -> Fault:
    """The fault that was kept."""
    told = (Sentence.from_json(stored[name]) for name in ("problem", "mend"))
    return Fault(stored["line"], stored["column"], *told)


def keep_rejected(storage: Storage, portion: Portion, refused: list[Read], *, before: str | None) -> str:
    """Store the refused rows of a portion behind those of the portions `before`; the key of the chain."""
    rows = [
        {"line": one.row.line, "cells": one.row.cells, "faults": [fault_as_json(f) for f in one.faults]}
        for one in refused
    ]
    kept = {"before": before, "header": [portion.header.line, portion.header.cells], "rows": rows}
    return storage.put(io.BytesIO(json.dumps(kept).encode())).key


def write_rejected(
    storage: Storage, key: str, *, kind: str, format_: str, say: Callable[[Sentence], str]
) -> bytes:
    """The refused rows as CSV or XLSX, in the order of the file, with what is wrong and how to mend it in front."""
    portions = []
    following: str | None = key
    while following is not None:
        portions.append(json.loads(storage.read_verified(following)))
        following = portions[-1]["before"]
    line, cells = portions[0]["header"]
    target = io.BytesIO()
    outcomes = chain.from_iterable(map(_outcomes, reversed(portions)))
    WRITERS[format_](target, header_of(LAYOUTS[kind], line, cells), outcomes, say=say)
    return target.getvalue()


def _outcomes(kept: dict[str, Any]) -> Iterator[Outcome[Any]]:
    for row in kept["rows"]:
        faults = tuple(fault_from_json(fault) for fault in row["faults"])
        yield Outcome(Row(row["line"], tuple(row["cells"])), None, faults, ())


def write_template(kind: str, format_: str) -> bytes:
    """An empty table to fill in: each heading with its title, its code, and a star where it must be filled."""
    columns = LAYOUTS[kind].columns
    heads = [f"{column.title} {column.code}{'*' if column.is_required else ''}" for column in columns]
    if format_ == "csv":
        return ("\ufeff" + ",".join(f'"{head}"' for head in heads) + "\r\n").encode()
    book = openpyxl.Workbook(write_only=True)
    worksheet = book.create_sheet()
    worksheet.freeze_panes = "A2"
    worksheet.append(heads)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def first_faults(known: list[dict[str, Any]], outcomes: list[Read], *, most: int) -> list[dict[str, Any]]:
    """What a run shows on its page: the first so many faults and as many warnings, in the order of the lines."""
    kept = list(known)
    for name, is_warning in (("faults", False), ("warnings", True)):
        room = most - sum(one["is_warning"] == is_warning for one in kept)
        fresh = chain.from_iterable(getattr(outcome, name) for outcome in outcomes)
        kept += [fault_as_json(fault) | {"is_warning": is_warning} for fault in islice(fresh, max(room, 0))]
    return sorted(kept, key=lambda one: (one["line"], one["is_warning"]))
