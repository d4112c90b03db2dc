"""Rows of the table of administrative licences (行政许可, XK_*).

Read like penalties, row by row; a licence has no class and no publicity of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ..words import N_, Sentence
from .reading import Days, Outcome, Reading, Seen, check_days
from .sheets import Row, Sheet
from .subjects import Subject, read_subject
from .values import key_of


@dataclass(frozen=True)
class LicenceRow:
    """One licence decision. Days are legal days; "" and None where the table says nothing."""

    line: int
    subject: Subject
    document_title: str
    decision_number: str
    category: str
    certificate: str
    licence_number: str
    content: str
    decided_on: date
    valid_from: date | None
    valid_until: date
    authority: str
    authority_code: str
    status: str
    source: str
    source_code: str
    remark: str

    @property
    def key(self) -> tuple[str, str]:
        """The same decision for the same subject, however its number is written: what a second import finds."""
        return key_of(self.decision_number), key_of(self.subject.code)


def read(sheet: Sheet, *, today: date) -> Iterator[Outcome[LicenceRow]]:
    """Each row of a sheet as it is walked. Raises Refused as `Sheet.rows` does."""
    seen = Seen()
    for row in sheet.rows():
        yield read_row(sheet, row, today=today, seen=seen)


def read_row(sheet: Sheet, row: Row, *, today: date, seen: Seen) -> Outcome[LicenceRow]:
    """One row; `seen` holds the rows taken before it."""
    reading = Reading(sheet, row, today)
    subject = read_subject(reading, "XK")
    title, number, category = reading.texts("XK_XKWS", "XK_WSH", "XK_XKLB")
    certificate, licence_number, content = reading.texts("XK_XKZS", "XK_XKBH", "XK_NR")
    decided_on, valid_from = reading.day("XK_JDRQ"), reading.day("XK_YXQZ")
    valid_until = reading.day("XK_YXQZI")
    authority, status, source, remark = reading.texts("XK_XKJG", "XK_ZT", "XK_LYDW", "BZ")
    codes = reading.unit_code("XK_XKJGDM"), reading.unit_code("XK_LYDWDM")
    check_days(reading, Days("XK_JDRQ", decided_on, "XK_YXQZI", valid_until))
    if valid_from and valid_until and valid_until < valid_from:
        problem = Sentence(
            N_("有效期至 %(last)s 早于有效期自 %(first)s。"), last=valid_until, first=valid_from
        )
        reading.wrong("XK_YXQZI", problem, N_("请核对两个日期；长期有效的写“长期”。"))
    taken = None
    if subject and decided_on and valid_until:
        law = (title, number, category, certificate, licence_number, content)
        days = (decided_on, valid_from, valid_until)
        taken = LicenceRow(
            row.line, subject, *law, *days, authority, codes[0], status, source, codes[1], remark
        )
    return reading.outcome(taken, key=(number, subject.code if subject else ""), seen=seen)
