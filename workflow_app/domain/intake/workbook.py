"""XLSX: the rows of a worksheet as plain strings, with merged cells filled and hostile files refused.

An upload is not trusted. What it would unpack to is measured first, then the worksheet's own XML is walked once
(`survey`) before openpyxl reads it as a stream: so row numbers rise, rows and cells are not endless, and what the
stream leaves out, the merged ranges, is known before the rows that need it.
"""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any
from xml.parsers import expat

import openpyxl
from openpyxl.utils.cell import range_boundaries

from ..refusals import Refused
from ..words import N_
from .delimited import Line

MOST_COLUMNS = 200
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384  # of a worksheet, by Excel's own limits
_MOST_PARTS, _MOST_BYTES, _MOST_BYTES_OF_A_PART = 2_000, 160_000_000, 120_000_000
_MOST_SMALL_BYTES = 20_000_000  # parts that are read whole: all but worksheets
_MOST_MERGES = 60_000
_ROWS_AT_ONCE = 200
_ESCAPED = re.compile(r"_x(00[01][0-9A-Fa-f])_")  # how a worksheet writes control characters
_EXACT = 10**15  # a number in a worksheet has 15 exact digits

DAMAGED = N_("这个 XLSX 文件读不出来，可能已损坏。请用表格软件打开后另存为新的 .xlsx 文件，再重新导入。")
OUTSIZED = N_("这个 XLSX 文件展开后太大，没有打开。请只留要导入的一张表，分成几个文件再导入。")


@dataclass
class Survey:
    """What a worksheet's XML holds: its merged ranges (first row, last row, first column, last column), how many
    rows have a value, and the first such rows."""

    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    filled: int = 0
    first_filled: list[int] = field(default_factory=list)


def opened(content: bytes) -> Any:
    """The workbook, read-only. Raises Refused for what is no XLSX, is damaged, or would unpack to too much."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
        is_outsized = (
            len(parts) > _MOST_PARTS
            or sum(part.file_size for part in parts) > _MOST_BYTES
            or any(part.file_size > _most_bytes(part.filename) for part in parts)
        )
        if is_outsized:
            raise Refused(OUTSIZED)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells what it leaves out: validations, drawings
            return openpyxl.load_workbook(
                io.BytesIO(content), read_only=True, data_only=True, keep_links=False
            )
    except Refused:
        raise
    except Exception as error:  # whatever a library trips over in a hostile file, it is a file we can't read
        raise Refused(DAMAGED) from error


def survey(worksheet: Any) -> Survey:
    """Walks the worksheet's XML once. Raises Refused when it is damaged or larger than a worksheet can be."""
    walk = _Walk()
    try:
        # The stream of a read-only worksheet leaves out merged ranges; its XML is where openpyxl reads it from.
        with worksheet.parent._archive.open(worksheet._worksheet_path) as source:
            walk.parser.ParseFile(source)
    except Refused:
        raise
    except Exception as error:
        raise Refused(DAMAGED) from error
    walk.end_row()
    return walk.found


def rows(worksheet: Any, surveyed: Survey) -> Iterator[Line]:
    """Each row that has a value, with its number, as strings; merged cells filled from their top left."""
    filler = _Filler(surveyed)
    stream = worksheet.iter_rows(max_row=_LAST_ROW, max_col=MOST_COLUMNS, values_only=True)
    number = 0
    while batch := _next_rows(stream):
        for values in batch:
            number += 1
            if filler.is_wanted(number) or any(value is not None for value in values):
                cells = [_text(value) for value in values]
                is_filled = any(cells)
                filler.fill(number, cells)
                if is_filled:
                    yield number, cells


class _Walk:
    """The handlers of one pass over a worksheet's XML."""

    def __init__(self) -> None:
        self.found = Survey()
        self.row = self.cells = 0
        self.has_value = False
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.begin
        self.parser.StartDoctypeDeclHandler = self.refuse

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "c":
            self.cells += 1
            if self.cells > _LAST_COLUMN:
                raise Refused(DAMAGED)
        elif name in ("v", "is"):
            self.has_value = True
        elif name == "row":
            self.end_row()
            row = int(attributes.get("r", self.row + 1))
            if not self.row < row <= _LAST_ROW:
                raise Refused(DAMAGED)
            self.row, self.cells, self.has_value = row, 0, False
        elif name == "mergeCell":
            self.merge(attributes["ref"])

    def end_row(self) -> None:
        if self.has_value:
            self.found.filled += 1
            if len(self.found.first_filled) < 64:
                self.found.first_filled.append(self.row)
        self.has_value = False

    def merge(self, reference: str) -> None:
        if len(self.found.merges) >= _MOST_MERGES:
            raise Refused(OUTSIZED)
        left, top, right, bottom = range_boundaries(reference)
        self.found.merges.append((top, bottom, left, min(right, MOST_COLUMNS)))

    def refuse(self, *declared: object) -> None:
        """A worksheet declares no document type; one that does wants its entities expanded."""
        raise Refused(DAMAGED)


class _Filler:
    """Carries the value of a merged range's top left cell into its other cells, row by row."""

    def __init__(self, surveyed: Survey) -> None:
        self._waiting = sorted(surveyed.merges, reverse=True)
        self._standing: dict[int, tuple[int, str]] = {}  # column → last row, value

    def is_wanted(self, number: int) -> bool:
        return bool(self._waiting) and self._waiting[-1][0] <= number

    def fill(self, number: int, cells: list[str]) -> None:
        while self.is_wanted(number):
            _, last, left, right = self._waiting.pop()
            value = cells[left - 1] if left <= len(cells) else ""
            self._standing.update(dict.fromkeys(range(left, right + 1), (last, value)))
        for column, (last, value) in list(self._standing.items()):
            if last < number:
                del self._standing[column]
            elif not cells[column - 1]:
                cells[column - 1] = value


def _next_rows(stream: Iterator[tuple[object, ...]]) -> list[tuple[object, ...]]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return list(islice(stream, _ROWS_AT_ONCE))
    except Exception as error:  # see `opened`
        raise Refused(DAMAGED) from error


def _text(value: object) -> str:
    """A cell's value as the person would type it; a number too long to be exact keeps its E, so that it shows."""
    if value is None:
        return ""
    if isinstance(value, str):
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value) if "_x00" in value else value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        return _number(value)
    return str(value)


def _number(value: int | float) -> str:
    if abs(value) >= _EXACT:
        return f"{value:.14E}"
    plain = f"{value:.15g}"
    return f"{Decimal(plain):f}" if "e" in plain else plain


def _most_bytes(part: str) -> int:
    return _MOST_BYTES_OF_A_PART if "/worksheets/" in part or "sharedStrings" in part else _MOST_SMALL_BYTES
