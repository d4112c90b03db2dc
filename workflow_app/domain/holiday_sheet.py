"""A holiday file as it was written, before it is judged: the same for CSV and JSON.

Values are text exactly as somebody typed it; what they mean is decided in holiday_file.py.
"""

from dataclasses import dataclass, field
from datetime import date

from .holiday_faults import Fault
from .words import Sentence


@dataclass(frozen=True)
class Row:
    """One line with days."""

    line: int
    day: str = ""
    kind: str = ""
    name: str = ""


@dataclass
class Sheet:
    """The head (`year`, `source`, each with its line), the rows, and what was wrong so far."""

    heads: dict[str, tuple[int, str]] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, line: int, text: str, **values: str | int | date) -> None:
        """Note one more thing that is wrong."""
        self.faults.append(Fault(line, Sentence(text, **values)))
