"""The rows that were not taken, as a file: the original columns and cells, with the line, what is wrong and how to
mend it in front. It is mended in place and sent in again; what was added is then passed over.

Every cell was typed by somebody else and is opened by an official: nothing in it may run (see `formulas`).
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from ..words import Sentence
from .columns import ADDED, Header
from .faults import Fault
from .formulas import disarmed
from .reading import Outcome

Say = Callable[[Sentence], str]
# What a cell of a worksheet holds at most.
_LONGEST = 32_767


def write_csv(target: BinaryIO, header: Header, outcomes: Iterable[Outcome[Any]], *, say: Say) -> int:
    """Writes the outcomes that have faults as CSV, UTF-8 with its mark; returns how many. `say` tells a sentence."""
    text = io.TextIOWrapper(target, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    written = -1
    for written, cells in enumerate(_lines(header, outcomes, say)):  # noqa: B007
        writer.writerow(cells)
    text.detach()
    return written


def write_xlsx(target: BinaryIO, header: Header, outcomes: Iterable[Outcome[Any]], *, say: Say) -> int:
    """The same as XLSX, every cell a text. Cells longer than a worksheet can hold are cut."""
    book = openpyxl.Workbook(write_only=True)
    worksheet = book.create_sheet()
    worksheet.freeze_panes = "D2"
    written = -1
    for written, cells in enumerate(_lines(header, outcomes, say)):  # noqa: B007
        worksheet.append([_text_cell(worksheet, cell) for cell in cells])
    book.save(target)
    return written


def _lines(header: Header, outcomes: Iterable[Outcome[Any]], say: Say) -> Iterator[list[str]]:
    kept = [place for place, cell in enumerate(header.cells) if cell.strip() not in ADDED]
    yield [*ADDED, *(disarmed(header.cells[place]) for place in kept)]
    for outcome in outcomes:
        if outcome.faults:
            cells = outcome.row.cells
            beyond = range(len(header.cells), len(cells))
            row = (cells[place] if place < len(cells) else "" for place in (*kept, *beyond))
            added = (str(outcome.row.line), *_told(outcome.faults, say))
            yield [disarmed(cell) for cell in (*added, *row)]


def _told(faults: tuple[Fault, ...], say: Say) -> tuple[str, str]:
    return _listed([say(fault.problem) for fault in faults]), _listed([say(fault.mend) for fault in faults])


def _listed(sentences: list[str]) -> str:
    """Numbered when there are several, so that a problem and its remedy find each other."""
    if len(sentences) == 1:
        return sentences[0]
    return "\n".join(f"{number}. {words}" for number, words in enumerate(sentences, 1))


def _text_cell(worksheet: Any, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(worksheet, ILLEGAL_CHARACTERS_RE.sub("", text)[:_LONGEST])
    cell.data_type = "s"
    return cell
