"""What the rows answer about a case in a word, a number or a day: every such question in one statement.

Each is asked of the row of `Case` in the statement around it, so that a page asks them together with the case and the
engine asks them of a locked case. `DAY` is the legal day for which is asked. Only reads.

Fixed words are literals: a list of values is written into the statement anew each time it is asked.
"""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Exists, Label, Select, bindparam, exists, func, literal, select
from sqlalchemy.orm import aliased

from ...domain.downstream import FACTS
from ...domain.ledger import EntryKind
from ...models.case import Case
from ...models.catalogue import CommitmentItem
from ...models.deadline import Deadline
from ...models.record import CreditRecord
from ...models.repair import RepairBar
from ...models.rulebook import ClockEntry
from ...models.sync import SyncTask

DAY: ColumnElement[date] = bindparam("day", type_=Date)
_other = aliased(Case)

_extended = exists().where(
    ClockEntry.deadline_id == Deadline.id,
    Deadline.case_id == Case.id,
    Deadline.closed_seq.is_(None),
    ClockEntry.kind == EntryKind.EXTEND,
)
_same_still_open = exists().where(
    _other.record_id == Case.record_id,
    _other.workflow == Case.workflow,
    _other.id != Case.id,
    _other.number.is_not(None),
    _other.ended_at.is_(None),
)


def breach(subject_id: Any) -> Exists:
    """Whether a breach of a commitment that was not repaired stands against the subject."""
    return exists().where(
        CreditRecord.subject_id == subject_id,
        CreditRecord.case_id.is_not(None),
        CreditRecord.repaired_at.is_(None),
    )


def barred_until(subject_id: Any, *, day: Any) -> Select[date | None]:
    """The last day of a bar after falsehood that holds on a day."""
    return select(func.max(RepairBar.until_on)).where(
        RepairBar.subject_id == subject_id, RepairBar.from_on <= day, RepairBar.lifted_at.is_(None)
    )


def signed_letter(record_id: Any, *, subject_id: Any) -> Exists:
    """Whether the subject signed a letter for this very record that is in force or was fulfilled."""
    letter = aliased(Case)
    return exists().where(
        letter.record_id == record_id,
        letter.subject_id == subject_id,
        letter.state.in_([literal("active"), literal("fulfilled")]),
        CommitmentItem.id == letter.item_id,
        CommitmentItem.type == "XYXF",
    )


_open_tasks = (
    select(func.count())
    .select_from(SyncTask)
    .where(SyncTask.case_id == Case.id, SyncTask.confirmed_at.is_(None))
)
_open_facts = _open_tasks.where(SyncTask.what.in_([literal(what, SyncTask.what.type) for what in FACTS]))

ANSWERS: tuple[Label[Any], ...] = (
    breach(Case.subject_id).correlate(Case).label("has_breach"),
    barred_until(Case.subject_id, day=DAY).correlate(Case).scalar_subquery().label("barred_until"),
    _extended.correlate(Case).label("was_extended"),
    _same_still_open.correlate(Case).label("has_open_repair"),
    signed_letter(Case.record_id, subject_id=Case.subject_id).correlate(Case).label("has_letter"),
    _open_tasks.correlate(Case).scalar_subquery().label("open_tasks"),
    _open_facts.correlate(Case).scalar_subquery().label("open_facts"),
)
