"""The file of a case for its page: one statement for the case with whom it names and all that one answer settles.

A second one brings the rows around it, all kinds at once, when the first of them is asked for. Whoever has changed the case
opens its file anew.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import Label, Select, bindparam, or_, select
from sqlalchemy.orm import Session, aliased

from ...domain.people import Actor
from ...models.base import table
from ...models.case import Case
from ...models.deadline import Deadline
from ...models.document import Document
from ...models.objection import CorrectionNotice
from ...models.queue import Urging
from ...models.record import RecordChange
from ...models.rulebook import ClockEntry
from ...models.sync import SyncTask
from ...models.together import Together
from ...models.training import CaseEvidence
from ..documents.cards import CARDS, DOCUMENT, Card
from ..engine import answers, history
from ..engine import opened as engine
from ..engine.opened import DEADLINE, OF_CASE, PAPER, SOONEST, Opened
from ..rules import rulebooks
from . import cases


class Clock(NamedTuple):
    """A clock that the case has or had."""

    id: int
    state: str
    rule_id: str
    rule_version: str
    starts_on: date
    due_on: date
    provisional: bool
    explanation: list[dict[str, Any]]
    closed_seq: int | None
    closed_at: datetime | None
    paused_on: date | None


class Entry(NamedTuple):
    """A line of the ledger of a clock."""

    id: int
    deadline_id: int
    kind: str
    on: date
    reason: str
    old_due_on: date
    new_due_on: date


class Paper(NamedTuple):
    """Something that was handed in, or waits to be."""

    id: int
    field: str
    name: str
    type: str
    size: int
    sha256: str
    uploaded_by_id: int
    uploaded_at: datetime
    submitted_seq: int | None


def _any(name: str, wanted: Select[Any]) -> Label[bool]:
    return wanted.correlate(Case).exists().label(name)


_other = aliased(Case)
_KINDS: tuple[Label[bool], ...] = (
    _any("has_evidence", select(CaseEvidence.document_id).where(CaseEvidence.case_id == Case.id)),
    _any("has_tasks", select(SyncTask.id).where(SyncTask.case_id == Case.id)),
    _any("has_urgings", select(Urging.id).where(Urging.case_id == Case.id)),
    _any("has_notices", select(CorrectionNotice.id).where(CorrectionNotice.case_id == Case.id)),
    _any("has_others", select(_other.id).where(_other.record_id == Case.record_id, _other.id != Case.id)),
    _any("has_changes", select(RecordChange.id).where(RecordChange.record_id == Case.record_id)),
)
_FIRST = engine.READ.add_columns(*answers.ANSWERS, *_KINDS, *rulebooks.VERSIONS)
_ENTRY = table(ClockEntry).c
_DOCUMENTS = CARDS.where(or_(DOCUMENT.case_id == OF_CASE, DOCUMENT.record_id == bindparam("record_id")))
_BESIDE = (
    select(Document)
    .join(CaseEvidence, CaseEvidence.document_id == Document.id)
    .where(CaseEvidence.case_id == OF_CASE)
    .order_by(Document.id)
)


class CaseFile(Opened):
    """A case with its rows, as they were when it was opened. Only reads."""

    kinds = Together(
        {
            history.Told: history.OF_CASE,
            Clock: select(*(DEADLINE[name] for name in Clock._fields)).where(DEADLINE.case_id == OF_CASE),
            Entry: select(*(_ENTRY[name] for name in Entry._fields))
            .join(table(Deadline), DEADLINE.id == _ENTRY.deadline_id)
            .where(DEADLINE.case_id == OF_CASE),
            Paper: select(*(PAPER[name] for name in Paper._fields)).where(
                PAPER.case_id == OF_CASE, PAPER.removed_at.is_(None)
            ),
            Card: _DOCUMENTS,
        }
    )

    @property
    def asked(self) -> dict[str, Any]:
        """By what the rows are found."""
        return {"case_id": self.case.id, "record_id": _made(self.case)}

    @property
    def is_synced(self) -> bool:
        """Whether any place was asked to do something for the case."""
        return bool(self._found.has_tasks)

    @property
    def has_urgings(self) -> bool:
        """Whether anybody was urged."""
        return bool(self._found.has_urgings)

    @property
    def has_notices(self) -> bool:
        """Whether it was published that something was corrected in this case."""
        return bool(self._found.has_notices)

    @property
    def has_others(self) -> bool:
        """Whether another case is about the same record."""
        return bool(self._found.has_others)

    @property
    def has_changes(self) -> bool:
        """Whether anything was ever changed in the record."""
        return bool(self._found.has_changes)

    @cached_property
    def clocks(self) -> Sequence[Clock]:
        """Every clock the case ever had, the nearest due day first."""
        return sorted(self.rows[Clock], key=SOONEST)

    @cached_property
    def entries(self) -> Mapping[int, Sequence[Entry]]:
        """What was written into the ledger of each clock, oldest first; nothing for a clock without."""
        found: dict[int, list[Entry]] = defaultdict(list)
        for entry in sorted(self.rows[Entry]):
            found[entry.deadline_id].append(entry)
        return found

    @cached_property
    def papers(self) -> Sequence[Paper]:
        """Everything handed in or waiting to be, oldest first, without what was taken back."""
        return sorted(self.rows[Paper])

    @cached_property
    def documents(self) -> Sequence[Card]:
        """The documents of the case, newest first; with the letter that goes with the record which it made (两书同达)."""
        return sorted(self.rows[Card], reverse=True)

    @cached_property
    def evidence(self) -> Sequence[Document]:
        """The documents of other cases that stand with this one as evidence, oldest first."""
        if not self._found.has_evidence:
            return ()
        return self.session.scalars(_BESIDE, {"case_id": self.case.id}).all()

    @property
    def running(self) -> Sequence[Clock]:
        """The clocks that run, the nearest first."""
        return [clock for clock in self.clocks if clock.closed_seq is None]

    @property
    def held(self) -> Sequence[tuple[str, bool]]:
        """The field of each paper, with whether it still waits to be handed in."""
        return [(paper.field, paper.submitted_seq is None) for paper in self.papers]


def documents(session: Session, case: Case) -> Sequence[Card]:
    """The documents of a case, newest first; with the letter that goes with the record which it made (两书同达)."""
    found = session.execute(_DOCUMENTS, {"case_id": case.id, "record_id": _made(case)})
    return sorted(map(Card._make, found), reverse=True)


def _made(case: Case) -> int | None:
    """The record that the case made, if it is about one."""
    record = case.record
    return record.id if record is not None and record.decision_no == case.number else None


def opened(session: Session, address: str, actor: Actor, *, day: date, is_locked: bool = False) -> CaseFile:
    """The file of the case of this number or draft reference, locked for whoever is going to take a step.

    Raises NotYours, or Refused for an ended mandate.
    """
    found = engine.read(session, _FIRST, {"address": address, "day": day}, is_locked=is_locked)
    cases.refuse_unseen(found.Case, actor)
    return CaseFile(session, found.Case, found, day=day, is_locked=is_locked)
