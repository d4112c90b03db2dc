"""两书同达: with the decision on a penalty or a serious list goes the letter that says when and how to repair it.

What was listed here leaves by list exit, and its letter says so; a serious list that another system reports is repaired.
One letter for one record, asked for in the transaction that enters the record and issued within seconds, so that a file of
many records isn't held up by its letters. It tells the day that holds when the record is entered; what was handed out is never changed afterwards, the
credit file always shows the day as it is now.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...domain import clock, masking
from ...domain.publicity_period import NAMES, ORDER_36_FROM, Period, RecordClass
from ...models.document import Document
from ...models.party import Subject, Unit
from ...models.record import CreditRecord
from ..delivery import outbox
from ..documents import documents, standing, texts
from ..documents.documents import Particulars
from ..documents.texts import Plain
from ..house import House
from ..lists import list_entries, list_terms
from ..records import records
from ..rules import rulebooks

KIND = "repair_notice"
OF_A_LIST = "list_exit_notice"
"""The text of the letter where the record is an entry on a list of this house."""
SERVED_WITH = frozenset({"penalty", "serious_list"})
"""The kinds of record whose decision the letter goes with (国办发〔2025〕22号)."""


def ask(session: Session, record: CreditRecord, *, now: datetime, not_before: datetime | None = None) -> None:
    """Let the letter of this record be issued as soon as the record is committed; once, and nothing for other kinds.

    `not_before` spreads the letters of a large file, so that they don't hold up what others wait for.
    """
    if record.kind in SERVED_WITH:
        key, payload = f"record/{record.id}/{KIND}", {"record_id": record.id}
        outbox.put(session, key, KIND, payload, now=now, not_before=not_before)


def ask_anew(session: Session, record: CreditRecord, *, instead_of: Document, now: datetime) -> None:
    """Let a new letter be issued in place of one that was revoked, while the record stands (两书同达 goes on)."""
    if record.publicity_ended_at is None:
        key = f"record/{record.id}/{KIND}/instead-of-{instead_of.id}"
        outbox.put(session, key, KIND, {"record_id": record.id}, now=now)


def issue(session: Session, record: CreditRecord, *, now: datetime, house: House) -> Document | None:
    """Number the letter of this record; None if its kind has none or it was issued before.

    The caller holds the record's row, or entered it in this transaction. Refused names a character that can't be printed.
    """
    if record.kind not in SERVED_WITH or issued(session, record) is not None:
        return None
    subject = session.get_one(Subject, record.subject_id)
    unit = session.get_one(Unit, record.unit_id)
    rulebook = rulebooks.current(session, house)
    period, entry = records.period(record, rulebook), list_entries.of_record(session, record.id)
    address = f"{house.site_url}/r/{record.ref}"
    values = _values(record, subject, unit, period)
    if entry is not None:
        values |= list_terms.way_out(session, entry, day=clock.legal_day(now), rulebook=rulebook)
    document = documents.number_document(
        session,
        kind=KIND,
        case=record,
        event_seq=0,
        text=texts.current(KIND if entry is None else OF_A_LIST, on=clock.legal_day(now)),
        values=values | {"apply_address": address, "site_name": house.site_name},
        particulars=_particulars(record, subject, unit, period, address=address, of_a_list=entry is not None),
        rulebook=rulebook,
        now=now,
    )  # fmt: skip
    outbox.put(session, f"document/{document.id}/file", "document", {"document_id": document.id}, now=now)
    return document


def issued(session: Session, record: CreditRecord) -> Document | None:
    """The letter of this record, if there is one that was not revoked."""
    own = (Document.record_id == record.id, Document.kind == KIND, Document.status != standing.REVOKED)
    return session.scalar(select(Document).where(*own))


def _values(record: CreditRecord, subject: Subject, unit: Unit, period: Period) -> dict[str, Plain]:
    """What the text says. Documents are issued in Chinese."""
    return {
        "subject_name": subject.name,
        "subject_code": masking.mask_code(subject.kind, subject.code),
        "kind_title": records.KINDS[record.kind],
        "title": record.title,
        "decision_no": record.decision_no,
        "decided_on": record.decided_on,
        "unit_name": unit.name,
        "class_title": "" if record.decided_on < ORDER_36_FROM else NAMES[RecordClass(record.class_)],
        "class_standard": record.class_standard,
        "publicity_from": period.from_on,
        "publicity_until": period.longest_end_on,
        "is_public": record.scope == "public",
        "apply_from": "履行完义务之日" if period.shortest_end_on is None else period.may_apply_from,
        "because": _because(period),
        "reckoning": tuple(str(sentence) for sentence in period.explanation),
        "not_repairable": record.not_repairable_because,
    }


def _because(period: Period) -> str:
    if period.shortest_end_on is None:
        return "轻微失信信息没有最短公示期，你方纠正失信行为、履行完义务的当天就可以申请。"
    first, last = texts.in_words(period.may_apply_from), texts.in_words(period.shortest_end_on)
    return (
        f"你方可以从{first}起申请，因为最短公示期的最后一日是{last}；申请时应当已经纠正失信行为、履行完义务。"
    )


def _particulars(
    record: CreditRecord, subject: Subject, unit: Unit, period: Period, *, address: str, of_a_list: bool
) -> Particulars:
    if record.not_repairable_because:
        result = "本条信息不能修复"
    elif period.shortest_end_on is None:
        result = "履行完义务即可申请修复"
    elif of_a_list:
        result = "符合条件的，可以申请移出名单"
    else:
        result = f"{texts.in_words(period.may_apply_from)}起可以申请修复"
    return Particulars(
        holder_name=subject.name,
        holder_code=masking.mask_code(subject.kind, subject.code),
        unit_name=unit.name,
        matter=f"{record.title}（{record.decision_no}）",
        result=result,
        leads_to="" if record.not_repairable_because else address,
    )
