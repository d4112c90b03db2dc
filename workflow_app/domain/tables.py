"""A table as a file to keep: CSV for programs, XLSX for people. Every cell is a text, and none of them runs.

What was typed by somebody else is opened by an official, so each cell is disarmed (see `intake.formulas`). The same
rows give the same cells in both forms. Knows nothing about what the columns mean.
"""

import csv
import io
from collections.abc import Iterable, Sequence

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from .intake.formulas import disarmed

LONGEST_CELL = 32_767
WIDTH = 20
TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

Row = Sequence[object]


def written(format_: str, head: Row, rows: Iterable[Row]) -> bytes:
    """The table as a file of this format, csv or xlsx."""
    return as_xlsx(head, rows) if format_ == "xlsx" else as_csv(head, rows)


def as_csv(head: Row, rows: Iterable[Row]) -> bytes:
    """CSV in UTF-8 with the mark by which spreadsheets know the encoding."""
    held = io.StringIO()
    table = csv.writer(held, lineterminator="\r\n")
    table.writerows(_texts(row) for row in (head, *rows))
    return ("\ufeff" + held.getvalue()).encode("utf-8")


def as_xlsx(head: Row, rows: Iterable[Row]) -> bytes:
    """XLSX with one worksheet; its first row stays in sight."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    for place in range(1, len(head) + 1):
        sheet.column_dimensions[get_column_letter(place)].width = WIDTH
    for number, row in enumerate((head, *rows)):
        cells = []
        for text in _texts(row):
            cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", text)[:LONGEST_CELL])
            cell.data_type = "s"
            if number == 0:
                cell.font = Font(bold=True)
            cells.append(cell)
        sheet.append(cells)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _texts(row: Row) -> list[str]:
    return ["" if cell is None else disarmed(str(cell)) for cell in row]
