"""XLSX: the rows of a worksheet as plain strings, with merged cells filled and hostile files refused.

An upload is not trusted: what it would unpack to is measured before anything is unpacked, and a worksheet is surveyed
(`survey`) before openpyxl reads it as a stream. Nothing here knows what a column means.
"""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

import openpyxl

from ..refusals import Refused
from .delimited import Line
from .survey import DAMAGED, LAST_ROW, MOST_COLUMNS, OUTSIZED, Survey

_MOST_PARTS, _MOST_BYTES, _MOST_BYTES_OF_A_PART = 2_000, 160_000_000, 120_000_000
_MOST_SMALL_BYTES = 20_000_000  # parts that are read whole: all but worksheets
_ROWS_AT_ONCE = 200
_ESCAPED = re.compile(r"_x(00[01][0-9A-Fa-f])_")  # how a worksheet writes control characters
_EXACT = 10**15  # a number in a worksheet has 15 exact digits


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


def rows(worksheet: Any, surveyed: Survey, *, width: int = MOST_COLUMNS) -> Iterator[Line]:
    """Each row that has a value within `width` columns, with its number, as strings; merged cells filled from their
    top left."""
    filler = _Filler(surveyed, width)
    stream = worksheet.iter_rows(max_row=LAST_ROW, max_col=width, values_only=True)
    number = 0
    while batch := _next_rows(stream):
        for values in batch:
            number += 1
            if filler.is_wanted(number) or any(value is not None for value in values):
                cells = [_text(value) for value in values]
                is_filled = any(cells)
                filler.fill(number, cells)
                if is_filled:
                    yield number, _trimmed(cells)


class _Filler:
    """Carries the value of a merged range's top left cell into its other cells, row by row."""

    def __init__(self, surveyed: Survey, width: int) -> None:
        self._width = width
        self._waiting = sorted(surveyed.merges, reverse=True)
        self._standing: dict[int, tuple[int, str]] = {}  # column → last row, value

    def is_wanted(self, number: int) -> bool:
        return bool(self._waiting) and self._waiting[-1][0] <= number

    def fill(self, number: int, cells: list[str]) -> None:
        while self.is_wanted(number):
            _, last, left, right = self._waiting.pop()
            value = cells[left - 1] if left <= len(cells) else ""
            columns = range(left, min(right, self._width) + 1)
            self._standing.update(dict.fromkeys(columns, (last, value)))
        for column, (last, value) in list(self._standing.items()):
            if last < number:
                del self._standing[column]
            elif not cells[column - 1]:
                cells[column - 1] = value


def _trimmed(cells: list[str]) -> list[str]:
    width = next((place for place in range(len(cells), 0, -1) if cells[place - 1]), 0)
    return cells[:width]


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
