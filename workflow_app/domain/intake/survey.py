"""One walk over a worksheet's XML before openpyxl streams it.

It proves what the stream takes on trust, that row numbers rise and that rows and cells are not endless, and finds what
the stream leaves out: the merged ranges, which stand behind the rows that need them.
"""

from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from openpyxl.utils.cell import range_boundaries

from ..refusals import Refused
from ..words import N_

MOST_COLUMNS = 200
LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384  # of a worksheet, by Excel's own limits
_MOST_MERGES = 60_000

DAMAGED = N_("这个 XLSX 文件读不出来，可能已损坏。请用表格软件打开后另存为新的 .xlsx 文件，再重新导入。")
OUTSIZED = N_("这个 XLSX 文件展开后太大，没有打开。请只留要导入的一张表，分成几个文件再导入。")


@dataclass
class Survey:
    """What a worksheet's XML holds: its merged ranges (first row, last row, first column, last column), how many
    rows have a value, and the first such rows."""

    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    filled: int = 0
    first_filled: list[int] = field(default_factory=list)


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
            if not self.row < row <= LAST_ROW:
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
        left, top, right, bottom = (int(bound) for bound in range_boundaries(reference))
        self.found.merges.append((top, bottom, left, min(right, MOST_COLUMNS)))

    def refuse(self, *declared: object) -> None:
        """A worksheet declares no document type; one that does wants its entities expanded."""
        raise Refused(DAMAGED)
