"""One row being read: asks for its cells one by one and collects everything that is wrong, not only the first.

Each question is asked once per row. A cell that is empty though it must not be, too long, or unreadable becomes a
fault and is answered with nothing, so that the reading goes on and the sender sees all faults at once.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Generic, TypeVar

from ..refusals import Refused
from ..words import N_, Sentence
from .amounts import parse_amount
from .columns import Column, Kind
from .days import parse_day
from .faults import Fault, Unreadable
from .formulas import is_dangerous
from .sheets import Format, Row, Sheet
from .values import key_of, plain, unit_code

Taken = TypeVar("Taken")
Read = TypeVar("Read")


@dataclass(frozen=True)
class Outcome(Generic[Taken]):
    """What became of one row: what was taken from it, or its faults; warnings in either case."""

    row: Row
    taken: Taken | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


@dataclass
class Seen:
    """The keys of the rows taken so far in one file, each with its line."""

    lines: dict[tuple[str, str], int] = field(default_factory=dict)


@dataclass
class Reading:
    """The questions a row is asked; `today` is the legal day on which it is imported."""

    sheet: Sheet
    row: Row
    today: date
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def text(self, code: str) -> str:
        """The cell as text; "" when there is none."""
        column, text = self._asked(code)
        if text and column.kind is Kind.TEXT and is_dangerous(text):
            problem = N_("“%(column)s”以公式符号开头，已按普通文字保存。")
            self.doubt(code, Sentence(problem, column=column.title), N_("如果不是有意填写，请改正。"))
        return text

    def texts(self, *codes: str) -> tuple[str, ...]:
        """Several cells as text."""
        return tuple([self.text(code) for code in codes])

    def glance(self, code: str) -> str:
        """The cell as text without asking for it: nothing about it becomes a fault."""
        place = self.sheet.header.places.get(code)
        return plain(self.row.cells[place]) if place is not None and place < len(self.row.cells) else ""

    def day(self, code: str) -> date | None:
        """The cell as a day."""
        _, text = self._asked(code)
        is_last = self.sheet.header.layout.by_code[code].kind is Kind.LAST_DAY
        found = self.read(
            code,
            text,
            by=lambda cell: parse_day(
                cell, may_be_endless=is_last, counts_from_1904=self.sheet.counts_from_1904
            ),
        )
        return self._with_doubt(code, found)

    def amount(self, code: str) -> Decimal | None:
        """The cell as an amount in 万元."""
        _, text = self._asked(code)
        return self._with_doubt(code, self.read(code, text, by=parse_amount))

    def unit_code(self, code: str) -> str:
        """The cell as a unified social credit code."""
        _, text = self._asked(code)
        return self.read(code, text, by=unit_code) or ""

    def read(self, code: str, text: str, *, by: Callable[[str], Read]) -> Read | None:
        """`text` read by a parser; None for "" and, with a fault, for what the parser refuses."""
        if not text:
            return None
        try:
            return by(text)
        except Unreadable as unreadable:
            self.wrong(code, self._in(code, unreadable.problem), unreadable.mend)
        except Refused as refused:
            self.wrong(code, self._in(code, Sentence(N_("填写有误。"))), refused.sentence)
        return None

    def wrong(self, code: str, problem: Sentence | str, mend: Sentence | str) -> None:
        """A fault: the row is not taken."""
        self.faults.append(self._fault(code, problem, mend))

    def doubt(self, code: str, problem: Sentence | str, mend: Sentence | str) -> None:
        """A warning: the row is taken, the sender should look again."""
        self.warnings.append(self._fault(code, problem, mend))

    def title(self, code: str) -> str:
        """The title of a column, for a sentence."""
        return self.sheet.header.layout.by_code[code].title

    def has_fault(self, code: str) -> bool:
        """True when a column is already known to be wrong."""
        return any(fault.column == code for fault in self.faults)

    def outcome(self, taken: Taken | None, *, key: tuple[str, str], seen: Seen) -> Outcome[Taken]:
        """Ends the reading. `key` is the document number and the subject's code; a second row of one key is a fault."""
        self._check_width()
        number = (key_of(key[0]), key_of(key[1]))
        first = seen.lines.get(number) if all(number) else None
        if first is not None:
            problem = Sentence(N_("和第 %(line)s 行是同一文号、同一相对人。"), line=first)
            self.wrong("", problem, N_("请只留正确的一行；确是两份决定的，请核对文号。"))
        if self.faults:
            return Outcome(self.row, None, tuple(self.faults), tuple(self.warnings))
        seen.lines[number] = self.row.line
        return Outcome(self.row, taken, (), tuple(self.warnings))

    def _asked(self, code: str) -> tuple[Column, str]:
        column = self.sheet.header.layout.by_code[code]
        text = self.glance(code)
        if not text and column.is_required:
            problem = Sentence(N_("“%(column)s”没有填。"), column=column.title)
            self.wrong(code, problem, N_("这一列必填，请照决定书补上。"))
        if column.kind in (Kind.TEXT, Kind.PENALTY_KINDS) and len(text) > column.longest:
            sentence = N_("“%(column)s”有 %(count)s 个字，最多 %(most)s 个字。")
            problem = Sentence(sentence, column=column.title, count=len(text), most=column.longest)
            self.wrong(code, problem, N_("请缩短；若是几格内容挤在一起，请检查分隔符和引号。"))
            return column, ""
        return column, text

    def _check_width(self) -> None:
        """Cells beyond the header: in a text file a comma too many has shifted them, in a workbook they are notes."""
        if not any(plain(cell) for cell in self.row.cells[len(self.sheet.header.cells) :]):
            return
        if self.sheet.format is Format.CSV:
            problem = N_("这一行的格子比表头多，内容可能错位。")
            self.wrong("", problem, N_("内容里有逗号的格子请用双引号括起来，或另存为 XLSX 再导入。"))
        else:
            problem = N_("表头之外的格子里有内容，没有读取。")
            self.doubt("", problem, N_("如果需要，请填到有列名的格子里。"))

    def _with_doubt(self, code: str, found: tuple[Read, Sentence | None] | None) -> Read | None:
        if found is None:
            return None
        value, doubt = found
        if doubt is not None:
            self.doubt(code, self._in(code, doubt), N_("如果不对，请改正后重新导入。"))
        return value

    def _in(self, code: str, what: Sentence) -> Sentence:
        return Sentence(N_("“%(column)s”：%(what)s"), column=self.title(code), what=what)

    def _fault(self, code: str, problem: Sentence | str, mend: Sentence | str) -> Fault:
        return Fault(self.row.line, code, _said(problem), _said(mend))


@dataclass(frozen=True)
class Days:
    """The days of a decision that must agree, with their columns."""

    decided: str
    decided_on: date | None
    last: str
    last_on: date | None


def check_days(reading: Reading, days: Days) -> None:
    """A decision is not made in the future, and does not end before it is made."""
    if days.decided_on and days.decided_on > reading.today:
        problem = Sentence(N_("决定日期 %(day)s 还没有到。"), day=days.decided_on)
        reading.wrong(days.decided, problem, N_("请照决定书改正日期。"))
    if days.decided_on and days.last_on and days.last_on < days.decided_on:
        sentence = N_("有效期到 %(last)s，早于决定日期 %(decided)s。")
        problem = Sentence(sentence, last=days.last_on, decided=days.decided_on)
        reading.wrong(days.last, problem, N_("请核对两个日期；长期有效的写“长期”。"))


def _said(words: Sentence | str) -> Sentence:
    return words if isinstance(words, Sentence) else Sentence(words)
