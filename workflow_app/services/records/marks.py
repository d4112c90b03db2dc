"""Which marks a record bears for a reader: one entry for each kind, with how many stand and since when.

Every page, list, feed and request to another place asks here and nowhere else, so that a mark is seen everywhere or
nowhere. Reads what `records.mark` wrote; never writes. Notes are for those inside and never told to the public.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...domain import clock
from ...domain.record_words import MARKS
from ...domain.words import N_, Sentence
from ...models.record import CreditRecord, RecordMark

INTERNAL = ("hidden",)
"""What only those inside see: a record that is hidden is not public at all, and its address must not say why."""
LASTING = ("unclear",)
"""A note that stays with the day on which it was made, not a mark while something runs."""


@dataclass(frozen=True)
class Mark:
    """The marks of one kind that stand on a record: how many, since when the first, and what was noted inside."""

    kind: str
    count: int
    since: datetime
    notes: tuple[str, ...] = ()

    @property
    def title(self) -> Sentence:
        """The mark in words, with the number when there are several."""
        title = Sentence(MARKS[self.kind])
        if self.count == 1:
            return title
        return Sentence(N_("%(mark)s（%(count)s 件）"), mark=title, count=self.count)

    @property
    def told(self) -> Sentence:
        """The mark with its day."""
        text = N_("%(mark)s，%(day)s注记") if self.kind in LASTING else N_("%(mark)s，自 %(day)s起")
        return Sentence(text, mark=self.title, day=clock.legal_day(self.since))

    def as_json(self) -> dict[str, Any]:
        """The mark as other systems read it; `since` is an instant in UTC."""
        return {
            "kind": self.kind, "title": MARKS[self.kind], "count": self.count, "since": self.since.isoformat(),
        }  # fmt: skip


def inside(record: CreditRecord) -> tuple[Mark, ...]:
    """The marks for the subject and for those who work with the record."""
    return _standing(record.marks)


def in_public(record: CreditRecord) -> tuple[Mark, ...]:
    """The marks for everybody else, without notes."""
    return _for_everybody(record.marks)


def of_cases(session: Session, case_ids: Collection[int]) -> dict[int, tuple[Mark, ...]]:
    """The public marks of the records that these cases wrote, by case; one question for all, none for none."""
    if not case_ids:
        return {}
    wanted = select(CreditRecord.case_id, RecordMark).join(
        RecordMark, RecordMark.record_id == CreditRecord.id
    )
    found: dict[int | None, list[RecordMark]] = {}
    for case_id, row in session.execute(
        wanted.where(CreditRecord.case_id.in_(case_ids)).order_by(RecordMark.id)
    ):
        found.setdefault(case_id, []).append(row)
    return {case_id: _for_everybody(rows) for case_id, rows in found.items() if case_id is not None}


def _for_everybody(rows: Iterable[RecordMark]) -> tuple[Mark, ...]:
    return tuple(replace(mark, notes=()) for mark in _standing(rows) if mark.kind not in INTERNAL)


def _standing(marked: Iterable[RecordMark]) -> tuple[Mark, ...]:
    standing = [row for row in marked if row.until is None]
    return tuple(
        Mark(kind, len(rows), min(row.since for row in rows), tuple(row.note for row in rows if row.note))
        for kind in MARKS
        if (rows := [row for row in standing if row.kind == kind])
    )
