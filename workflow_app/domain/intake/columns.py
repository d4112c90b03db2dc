"""What a column of a table holds, and how its heading is recognised.

A heading may be the code (CF_WSH), an older code, or the Chinese title, in any case, with blanks, stars and
“必填” beside it. A column nobody knows is reported and left alone; a required column that is missing refuses the
file, because then every row would be wrong for the same reason.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from ..refusals import Refused
from ..words import N_, Sentence
from .faults import Fault

# Fewer known headings than this are a title row or a remark, not a header.
FEWEST_HEADINGS = 3
# The columns that `rejected` adds in front; a mended file comes back with them.
ADDED = ("行号", "问题", "怎样改")

_DECORATION = re.compile(r"[\s*:_\-]|[(\[【]?必填(?:项)?[)\]】]?|[(\[【]?选填(?:项)?[)\]】]?")
_CODE = re.compile(r"(?<![A-Z0-9])(?:(?:CF|XK)_[A-Z0-9_]*[A-Z0-9]|BZ)(?![A-Z0-9_])")


class Kind(StrEnum):
    """What the cells of a column are read as."""

    TEXT = "text"
    UNIT_CODE = "unit_code"  # the unified social credit code of a unit
    DAY = "day"
    LAST_DAY = "last_day"  # a day, or “for ever”
    AMOUNT = "amount"  # 万元
    PENALTY_KINDS = "penalty_kinds"
    SUBJECT = "subject"


@dataclass(frozen=True)
class Column:
    """One column: its code, its title, what it holds, whether it must be filled, its greatest length in characters."""

    code: str
    title: str
    kind: Kind = Kind.TEXT
    is_required: bool = False
    longest: int = 4000
    other_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Layout:
    """The columns of one kind of table."""

    title: str
    columns: tuple[Column, ...]

    @cached_property
    def by_code(self) -> dict[str, Column]:
        """The columns by their code."""
        return {column.code: column for column in self.columns}

    @cached_property
    def _by_name(self) -> dict[str, Column]:
        return {
            _bare(name): column
            for column in self.columns
            for name in (column.code, column.title, *column.other_names)
        }

    def column_named(self, heading: str) -> Column | None:
        """The column of a heading, or None."""
        found = self._by_name.get(_bare(heading))
        if found:
            return found
        codes = _CODE.findall(unicodedata.normalize("NFKC", heading).upper())
        return self._by_name.get(_bare(codes[0])) if len(codes) == 1 else None

    def count_in(self, cells: Sequence[str]) -> int:
        """How many columns of this table the cells name."""
        return len({column.code for cell in cells if cell and (column := self.column_named(cell))})


@dataclass(frozen=True)
class Header:
    """The header of a file: its layout, its line, its cells as they stand, the place of each column by code, and
    warnings about headings nobody knows."""

    layout: Layout
    line: int
    cells: tuple[str, ...]
    places: dict[str, int]
    warnings: tuple[Fault, ...]


def header_of(layout: Layout, line: int, cells: Sequence[str]) -> Header:
    """The header in `cells`. Raises Refused when a column stands there twice or a required one is missing."""
    places: dict[str, int] = {}
    warnings = []
    for place, cell in enumerate(cells):
        column = layout.column_named(cell)
        if column is None:
            if cell.strip() and cell.strip() not in ADDED:
                warnings.append(_unknown(line, cell.strip()))
        elif column.code in places:
            sentence = N_("“%(column)s”在表头里出现了两次（第 %(first)s 列和第 %(second)s 列），请只留一列。")
            raise Refused(
                Sentence(sentence, column=column.title, first=places[column.code] + 1, second=place + 1)
            )
        else:
            places[column.code] = place
    missing = [f"{c.title}（{c.code}）" for c in layout.columns if c.is_required and c.code not in places]
    if missing:
        sentence = N_("表格缺少必填的列：%(columns)s。请在表头补上这些列并填好，再重新导入。")
        raise Refused(Sentence(sentence, columns="、".join(missing)))
    return Header(layout, line, tuple(cells), places, tuple(warnings))


def _unknown(line: int, heading: str) -> Fault:
    problem = Sentence(N_("不认识“%(heading)s”这一列，没有读取。"), heading=heading[:60])
    return Fault(line, "", problem, Sentence(N_("如果需要这一列，请把列名改成模板里的名称。")))


def _bare(heading: str) -> str:
    return _DECORATION.sub("", unicodedata.normalize("NFKC", heading)).upper()
