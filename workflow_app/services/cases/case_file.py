"""The file of a case for its page: one statement for the case with whom it names and all that one answer settles.

Each kind of rows is read when it is first asked for, once, and only where the first statement says that there are any.
Whoever has changed the case opens its file anew.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import BindParameter, Label, Select, bindparam, or_, select
from sqlalchemy.orm import Session, aliased, defer

from ...domain.people import Actor
from ...models.attachment import Attachment
from ...models.case import Case
from ...models.deadline import Deadline
from ...models.document import Document
from ...models.event import Event
from ...models.objection import CorrectionNotice
from ...models.queue import Urging
from ...models.record import RecordChange
from ...models.rulebook import ClockEntry
from ...models.sync import SyncTask
from ...models.training import CaseEvidence
from ..engine import answers, history
from ..engine import opened as engine
from ..engine.opened import Opened
from ..rules import rulebooks
from . import cases

_IN: BindParameter[int] = bindparam("case_id")


def _any(name: str, wanted: Select[Any]) -> Label[bool]:
    return wanted.correlate(Case).exists().label(name)


_other = aliased(Case)
_papers_of = select(Attachment).where(Attachment.removed_at.is_(None))
_KINDS: tuple[Label[bool], ...] = (
    _any("has_events", select(Event.id).where(Event.case_id == Case.id)),
    _any("has_clocks", select(Deadline.id).where(Deadline.case_id == Case.id)),
    _any(
        "has_entries",
        select(ClockEntry.id).where(ClockEntry.deadline_id == Deadline.id, Deadline.case_id == Case.id),
    ),
    _any("has_papers", _papers_of.with_only_columns(Attachment.id).where(Attachment.case_id == Case.id)),
    _any("has_documents", select(Document.id).where(Document.case_id == Case.id)),
    _any("has_evidence", select(CaseEvidence.document_id).where(CaseEvidence.case_id == Case.id)),
    _any("has_tasks", select(SyncTask.id).where(SyncTask.case_id == Case.id)),
    _any("has_urgings", select(Urging.id).where(Urging.case_id == Case.id)),
    _any("has_notices", select(CorrectionNotice.id).where(CorrectionNotice.case_id == Case.id)),
    _any("has_others", select(_other.id).where(_other.record_id == Case.record_id, _other.id != Case.id)),
    _any("has_changes", select(RecordChange.id).where(RecordChange.record_id == Case.record_id)),
)
_FIRST = engine.READ.add_columns(*answers.ANSWERS, *_KINDS, *rulebooks.VERSIONS)
_CLOCKS = select(Deadline).where(Deadline.case_id == _IN).order_by(Deadline.due_on, Deadline.id)
_ENTRIES = (
    select(ClockEntry)
    .join(Deadline, Deadline.id == ClockEntry.deadline_id)
    .where(Deadline.case_id == _IN)
    .order_by(ClockEntry.id)
)
_PAPERS = _papers_of.where(Attachment.case_id == _IN).order_by(Attachment.id)
_ON_CARDS = (defer(Document.facts), defer(Document.payload))
_DOCUMENTS = (
    select(Document)
    .where(or_(Document.case_id == _IN, Document.record_id == bindparam("record_id")))
    .order_by(Document.id.desc())
    .options(*_ON_CARDS)
)
_BESIDE = (
    select(Document)
    .join(CaseEvidence, CaseEvidence.document_id == Document.id)
    .where(CaseEvidence.case_id == _IN)
    .order_by(Document.id)
)


class CaseFile(Opened):
    """A case with its rows, as they were when it was opened. Only reads."""

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
    def told(self) -> Sequence[history.Told]:
        """The history, oldest first: what the engine reads of a locked case, else what a page tells."""
        if not self._found.has_events:
            return ()
        return super().told if self.is_locked else history.events(self.session, self.case.id)

    @cached_property
    def clocks(self) -> Sequence[Deadline]:
        """Every clock the case ever had, the nearest due day first."""
        return self._all(_CLOCKS) if self._found.has_clocks else ()

    @cached_property
    def entries(self) -> Mapping[int, Sequence[ClockEntry]]:
        """What was written into the ledger of each clock, oldest first; nothing for a clock without."""
        found: dict[int, list[ClockEntry]] = defaultdict(list)
        for entry in self._all(_ENTRIES) if self._found.has_entries else ():
            found[entry.deadline_id].append(entry)
        return found

    @cached_property
    def papers(self) -> Sequence[Attachment]:
        """Everything handed in or waiting to be, oldest first, without what was taken back."""
        return self._all(_PAPERS) if self._found.has_papers else ()

    @cached_property
    def documents(self) -> Sequence[Document]:
        """The documents of the case, newest first; with the letter that goes with the record which it made (两书同达)."""
        return documents(self.session, self.case) if self._found.has_documents or _made(self.case) else ()

    @cached_property
    def evidence(self) -> Sequence[Document]:
        """The documents of other cases that stand with this one as evidence, oldest first."""
        return self._all(_BESIDE) if self._found.has_evidence else ()

    @property
    def running(self) -> Sequence[Deadline]:
        """The clocks that run, the nearest first."""
        return [clock for clock in self.clocks if clock.closed_seq is None]

    @property
    def held(self) -> Sequence[tuple[str, bool]]:
        """The field of each paper, with whether it still waits to be handed in."""
        return [(paper.field, paper.submitted_seq is None) for paper in self.papers]

    def _all(self, wanted: Select[Any]) -> Sequence[Any]:
        return self.session.scalars(wanted, {"case_id": self.case.id}).all()


def documents(session: Session, case: Case) -> Sequence[Document]:
    """The documents of a case, newest first; with the letter that goes with the record which it made (两书同达)."""
    return session.scalars(_DOCUMENTS, {"case_id": case.id, "record_id": _made(case)}).all()


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
