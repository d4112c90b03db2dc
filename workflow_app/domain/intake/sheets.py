"""A file that somebody sent in, as a header and numbered rows, whatever program wrote it.

Everything that can make the file as a whole unfit (size, encoding, damage, quotation marks, missing columns, too many
rows) is found in `read`, before the first row is handed out; rows are then streamed and can be walked again.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import islice
from typing import NamedTuple

from openpyxl.utils.datetime import MAC_EPOCH

from ..refusals import Refused
from ..words import N_, Sentence
from . import delimited, workbook
from .columns import FEWEST_HEADINGS, Header, Layout, header_of
from .delimited import DELIMITERS, Line
from .formulas import as_sent
from .survey import DAMAGED, survey

# A header stands within so many rows; titles and remarks may stand above it.
_ROWS_ABOVE = 30
_MOST_SHEETS = 50
# So far beside the table of a workbook notes are looked for.
_BESIDE = 5


class Format(StrEnum):
    """What kind of file it is."""

    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True)
class Limits:
    """How much one import may be."""

    most_bytes: int = 50_000_000
    most_rows: int = 50_000


LIMITS = Limits()


@dataclass(frozen=True)
class Row:
    """One row below the header: its line in the file and its cells, as they were sent."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A table that was understood: its header, how many rows stand below at most, and the rows, anew on each call.

    `encoding` is a codec's name for CSV, `title` the worksheet's name for XLSX, `counts_from_1904` true when bare day
    numbers in it count from 1904.
    """

    format: Format
    header: Header
    row_count: int
    encoding: str
    title: str
    counts_from_1904: bool
    lines: Callable[[], Iterator[Line]]

    def rows(self) -> Iterator[Row]:
        """The rows below the header that are not blank."""
        header = self.header
        for line, cells in self.lines():
            if line <= header.line or _is_blank(cells):
                continue
            # A second header line (titles above, codes below) is no data.
            if line <= header.line + 3 and header.layout.count_in(cells) >= FEWEST_HEADINGS:
                continue
            yield Row(line, tuple(as_sent(cell) for cell in cells))


def read(content: bytes, name: str, *, layouts: Sequence[Layout], limits: Limits = LIMITS) -> Sheet:
    """The first table in the file that is one of `layouts`. Raises Refused with what is wrong and the way out."""
    if not content.strip(b"\0 \r\n\t"):
        raise Refused(N_("文件是空的，请选择填好的 CSV 或 XLSX 文件。"))
    if len(content) > limits.most_bytes:
        sentence = N_("文件有 %(size)s MB，一次最多 %(most)s MB，请分成几个文件导入。")
        raise Refused(Sentence(sentence, size=len(content) // 1_000_000, most=limits.most_bytes // 1_000_000))
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused(N_("这是旧版 .xls 文件或加了密码的文件，请去掉密码并另存为 .xlsx，再重新导入。"))
    if content.startswith(b"PK\x03\x04"):
        sheet = _of_workbook(content, layouts)
    elif name.lower().endswith((".xlsx", ".xlsm")):
        raise Refused(DAMAGED)
    else:
        sheet = _of_text(content, layouts)
    if sheet.row_count > limits.most_rows:
        sentence = N_("表格有 %(rows)s 行，一次最多 %(most)s 行，请分成几个文件导入。")
        raise Refused(Sentence(sentence, rows=sheet.row_count, most=limits.most_rows))
    return sheet


class _Found(NamedTuple):
    """A row that looks like a header: how many columns it names, its line, and the place of its layout."""

    columns: int
    line: int
    layout: int


def _of_text(content: bytes, layouts: Sequence[Layout]) -> Sheet:
    encodings = delimited.encodings_of(content)
    if not encodings:
        raise Refused(N_("文件里的文字读不出来。请用表格软件打开后另存为“CSV UTF-8”，再重新导入。"))
    for encoding in encodings:
        readings = [partial(delimited.rows, content, encoding, delimiter=sign) for sign in DELIMITERS]
        found, lines = max(
            ((_best_header(lines(), layouts), lines) for lines in readings), key=lambda pair: pair[0].columns
        )
        if found.columns >= FEWEST_HEADINGS:
            header = _header(lines(), found, layouts)
            below = sum(1 for at, cells in lines() if at > header.line and not _is_blank(cells))
            return Sheet(Format.CSV, header, below, encoding, "", False, lines)
    raise _no_header(layouts)


def _of_workbook(content: bytes, layouts: Sequence[Layout]) -> Sheet:
    book = workbook.opened(content)
    for worksheet in book.worksheets[:_MOST_SHEETS]:
        if worksheet.sheet_state != "visible":
            continue
        surveyed = survey(worksheet)
        lines = partial(workbook.rows, worksheet, surveyed)
        found = _best_header(lines(), layouts)
        if found.columns >= FEWEST_HEADINGS:
            header = _header(lines(), found, layouts)
            below = surveyed.filled - sum(1 for at in surveyed.first_filled if at <= header.line)
            lines = partial(lines, width=len(header.cells) + _BESIDE)
            return Sheet(Format.XLSX, header, below, "", worksheet.title, book.epoch == MAC_EPOCH, lines)
    raise _no_header(layouts)


def _best_header(lines: Iterable[Line], layouts: Sequence[Layout]) -> _Found:
    """The likeliest header among the first rows; the earliest of equals."""
    best = _Found(0, 0, 0)
    try:
        for line, cells in islice(lines, _ROWS_ABOVE):
            for place, layout in enumerate(layouts):
                if (columns := layout.count_in(cells)) > best.columns:
                    best = _Found(columns, line, place)
    except Refused:
        return best  # with the wrong delimiter quotation marks need not pair; with the right one it is said later
    return best


def _header(lines: Iterable[Line], found: _Found, layouts: Sequence[Layout]) -> Header:
    cells = [cell.strip() for cell in next(cells for line, cells in lines if line == found.line)]
    while not cells[-1]:
        cells.pop()
    return header_of(layouts[found.layout], found.line, cells)


def _no_header(layouts: Sequence[Layout]) -> Refused:
    sentence = N_(
        "没有找到%(table)s的表头。请用模板里的列名（中文名称或 %(code)s 这样的代码）作表头，放在前 30 行之内，再重新导入。"
    )
    first = layouts[0]
    return Refused(
        Sentence(sentence, table="、".join(each.title for each in layouts), code=first.columns[0].code)
    )


def _is_blank(cells: Sequence[str]) -> bool:
    return not any(cell.strip() for cell in cells)
