"""What a credit report says of a subject at one moment: licences, commitments, honours, and findings that are in force.

A finding that was repaired, ended or hidden does not appear, nor does a commitment whose breach did (发改财金〔2025〕565号).
Free text is searched for personal fields and masked, for a report leaves the house. Reads only.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ...domain import clock, masking
from ...domain.intake.kinds import PenaltyKind
from ...domain.personal_traces import without_traces
from ...domain.publicity_period import NAMES, ORDER_36_FROM, RecordClass
from ...domain.record_words import KINDS, SCOPES
from ...models.case import Case
from ...models.commitment import CommitmentPublicity
from ...models.lists import ListEntry
from ...models.party import Subject
from ...models.record import CreditRecord, Licence, PenaltyItem
from ...workflows.commitment import TYPES
from ..commitments.columns import STATUSES
from ..documents.texts import Plain, in_words
from ..documents.wording import SUBJECT_KINDS
from ..lists import list_entries, list_lists
from ..records import marks, records

REPORTED = frozenset({"public", "limited"})
BREACHED = "breached"


@dataclass(frozen=True)
class Content:
    """The values of the text, and the records that stand in it."""

    values: Mapping[str, Plain]
    records: tuple[CreditRecord, ...]
    summary: str


def of(session: Session, subject: Subject, *, now: datetime) -> Content:
    """Everything that is in force at this moment. Reports are issued in Chinese."""
    today, found = clock.legal_day(now), records.of_subject(session, subject.id)
    standing = tuple(record for record in found if is_in_force(record, today=today))
    licences, commitments = _licences(session, subject), _commitments(session, subject, found, today=today)
    honours = tuple(_honour(entry) for entry in list_lists.red_standings(session, subject, today=today))
    entries = {entry.record_id: entry for entry in list_entries.of_subject(session, subject.id)}
    values: dict[str, Plain] = {
        "subject_name": subject.name,
        "subject_code": masking.mask_code(subject.kind, subject.code),
        "subject_kind": SUBJECT_KINDS[subject.kind],
        "stands_at": f"{in_words(today)}{now.astimezone(clock.LEGAL_ZONE):%H:%M}",
        "licences": licences,
        "commitments": commitments,
        "honours": honours,
        "findings": tuple(_finding(record, entries.get(record.id)) for record in standing),
    }
    marked = sum(bool(marks.in_public(record)) for record in standing)
    summary = (
        f"行政许可 {len(licences)} 条，信用承诺 {len(commitments)} 条，"
        + (f"守信信息 {len(honours)} 条，" if honours else "")
        + f"失信信息 {len(standing)} 条"
        + (f"（其中有标注的 {marked} 条）" if marked else "")
    )
    return Content(values, standing, summary)


def is_in_force(record: CreditRecord, *, today: date) -> bool:
    """Whether a record is published or shared on this day; one that was corrected ends with its longest period."""
    is_over = (
        record.max_end_on is not None and record.max_end_on < today and record.duties_done_on is not None
    )
    is_gone = record.publicity_ended_at or record.hidden_at or record.repaired_at
    return record.scope in REPORTED and not is_gone and not is_over and record.publicity_from <= today


def _finding(record: CreditRecord, entry: ListEntry | None) -> tuple[Plain, ...]:
    """One record as the text takes it apart."""
    class_ = "" if record.decided_on < ORDER_36_FROM else NAMES[RecordClass(record.class_)]
    parts = (record.content, *(_penalty(item) for item in record.items))
    return (
        without_traces(record.title),
        KINDS[record.kind],
        class_,
        record.decision_no,
        in_words(record.decided_on),
        record.unit.name,
        without_traces(record.behaviour),
        "；".join(dict.fromkeys(filter(None, map(without_traces, parts)))),
        _publicity(record, entry),
        _marks(record),
    )


def _penalty(item: PenaltyItem) -> str:
    """One kind of penalty with its amount, or what it touches."""
    amount = "" if item.amount is None else f"{item.amount.normalize():f} 万元"
    return " ".join(filter(None, (PenaltyKind(item.kind).word, amount, item.what)))


def _publicity(record: CreditRecord, entry: ListEntry | None) -> str:
    """Since when and until when; of an entry on a list its term, for it ends with that and not with a publicity period."""
    scope, since = SCOPES[record.scope], in_words(record.publicity_from)
    if entry is not None:
        if entry.ends_on:
            return f"{scope}，{since}至{in_words(entry.ends_on)}，期限届满由系统移出名单"
        return f"{scope}，{since}起，符合移出条件的移出名单"
    until = f"至{in_words(record.max_end_on)}" if record.max_end_on else "起"
    return f"{scope}，{since}{until}"


def _honour(entry: ListEntry) -> tuple[str, ...]:
    """A red list on which the subject stands."""
    assert entry.listed_on is not None, "whoever stands on a list was listed"
    until = f"至{in_words(entry.ends_on)}" if entry.ends_on else "符合条件期间"
    names = (entry.type.name, entry.unit.name, in_words(entry.listed_on))
    return (*names, until, without_traces(entry.basis))


def _marks(record: CreditRecord) -> tuple[str, ...]:
    return tuple(mark.told.told(str, in_words) for mark in marks.in_public(record))


def _licences(session: Session, subject: Subject) -> tuple[tuple[str, ...], ...]:
    wanted = select(Licence).where(Licence.subject_id == subject.id).options(joinedload(Licence.unit))
    found = session.scalars(wanted.order_by(Licence.decided_on.desc(), Licence.id.desc()))
    return tuple(
        (
            licence.document_name,
            licence.decision_no,
            without_traces(licence.content),
            licence.unit.name,
            in_words(licence.decided_on),
            f"至{in_words(licence.valid_to)}" if licence.valid_to else "长期",
        )
        for licence in found
    )


def _commitments(
    session: Session, subject: Subject, found: Iterable[CreditRecord], *, today: date
) -> tuple[tuple[str, ...], ...]:
    """The published ones with their state; a breach bears the marks of its record and goes when the record goes."""
    of_breach = {record.case_id: record for record in found if record.case_id is not None}
    wanted = select(CommitmentPublicity).join(Case).where(Case.subject_id == subject.id)
    lines = []
    for line in session.scalars(
        wanted.order_by(CommitmentPublicity.made_on.desc(), CommitmentPublicity.id.desc())
    ):
        record = of_breach.get(line.case_id) if line.status.startswith(BREACHED) else None
        if record is None or is_in_force(record, today=today):
            status = (STATUSES[line.status], *(_marks(record) if record else ()))
            lines.append(
                (TYPES[line.type], line.reason, in_words(line.made_on), line.unit_name, "；".join(status))
            )
    return tuple(lines)
