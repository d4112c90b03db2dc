"""公共信用报告: issued to a subject for one user and one purpose, and remembered with the records that stood in it.

So that whoever was given a report with an error can be told of its correction, and the verify page says that the report
is overtaken. Issued by the subject's people or for them at the window; staff leave a line in the account log.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from ...domain import clock, masking
from ...domain.people import Actor, GrantKind
from ...domain.refusals import NotYours
from ...domain.words import N_, Sentence
from ...models.document import Document
from ...models.party import Person, Subject, Unit
from ...models.record import CreditRecord
from ...models.report import CreditReport, ReportedRecord
from ...models.sync import SyncTarget
from ..delivery import notices, outbox
from ..documents import documents, standing, texts
from ..documents.documents import Particulars
from ..documents.texts import Plain
from ..house import House
from ..people import account_log
from ..repair import filing
from ..rules import rulebooks
from ..sync import sync_lists, sync_targets
from . import report_content

KIND = "credit_report"
WINDOW = "window"
READER = "reader"
READERS_ONLY = (GrantKind.LEAD, GrantKind.AUDITOR)
OPEN_TO = frozenset({GrantKind.CLERK, *READERS_ONLY})
MOST = 50
ISSUED_AT_WINDOW = N_(
    "信用办窗口为您出具了信用报告 %(number)s，交给%(given_to)s。不是您本人要求的，请马上联系信用办。"
)


def capacity(actor: Actor, subject_id: int) -> str:
    """In what capacity somebody is here: own, mandate, window, or reader, who issues nothing. Raises NotYours."""
    try:
        return filing.capacity(actor, subject_id)
    except NotYours:
        if not any(map(actor.holds, READERS_ONLY)):
            raise
        return READER


def issue(
    session: Session,
    subject: Subject,
    *,
    given_to: str,
    purpose: str,
    contact: str,
    actor: Actor,
    now: datetime,
    house: House,
) -> CreditReport:
    """Number a report on what is in force now; its bytes follow. Raises NotYours, or Refused for an unprintable character."""
    is_at_window = filing.capacity(actor, subject.id) == WINDOW
    content = report_content.of(session, subject, now=now)
    said: dict[str, Plain] = {"given_to": given_to, "purpose": purpose}
    document = documents.number_document(
        session,
        kind=KIND,
        case=subject,
        event_seq=0,
        text=texts.current(KIND, on=clock.legal_day(now)),
        values={**content.values, **said},
        particulars=_particulars(session, subject, content.summary, given_to=given_to, purpose=purpose),
        rulebook=rulebooks.current(session, house),
        now=now,
    )
    report = CreditReport(
        document=document, subject=subject, given_to=given_to, purpose=purpose, contact=contact, by_id=actor.person_id, at=now,
    )  # fmt: skip
    session.add(report)
    session.flush()
    session.add_all(ReportedRecord(report_id=report.id, record_id=record.id) for record in content.records)
    outbox.put(session, f"report/{report.id}/file", "document", {"document_id": document.id}, now=now)
    if is_at_window:
        _tell_of_window(session, report, actor=actor, now=now)
    return report


def asks_why(document: Document, actor: Actor) -> bool:
    """Whether this reader has to say why before opening: whoever isn't of the natural person that a report is about."""
    is_personal = document.kind == KIND and document.subject.kind not in masking.ORGANISATIONS
    return is_personal and document.subject_id not in actor.subject_ids()


def opened(session: Session, number: str, *, why: str, by: Person, actor: Actor, now: datetime) -> Document:
    """The document of a report for somebody who says why; what had to be said is logged. Raises NotYours."""
    document = by_number(session, number, actor).document
    if asks_why(document, actor):
        _log(session, "report_read", document, why, by=by, now=now)
    return document


def by_number(session: Session, number: str, actor: Actor) -> CreditReport:
    """The report of this number for somebody who may read it. Raises NotYours."""
    document = documents.for_reader(session, number, actor=actor)
    found = session.scalar(
        _with_document(select(CreditReport).where(CreditReport.document_id == document.id))
    )
    if found is None:
        raise NotYours
    return found


def of_subject(session: Session, subject_id: int) -> Sequence[CreditReport]:
    """The reports about a subject, the newest first, at most fifty."""
    wanted = select(CreditReport).where(CreditReport.subject_id == subject_id)
    return session.scalars(_with_document(wanted).order_by(CreditReport.id.desc()).limit(MOST)).all()


def reports_with(session: Session, record: CreditRecord, *, since: date) -> list[CreditReport]:
    """The reports of that day and later in which this record stood, the oldest first."""
    wanted = (
        select(CreditReport)
        .join(ReportedRecord, ReportedRecord.report_id == CreditReport.id)
        .where(
            ReportedRecord.record_id == record.id, CreditReport.at >= clock.end_of(since - timedelta(days=1))
        )
    )
    return list(session.scalars(_with_document(wanted).order_by(CreditReport.id)))


def supersede(session: Session, record: CreditRecord, now: datetime) -> None:
    """Let the verify page of every report issued until now with this record say that something in it was corrected."""
    with_it = (
        select(CreditReport.document_id)
        .join(ReportedRecord, ReportedRecord.report_id == CreditReport.id)
        .where(ReportedRecord.record_id == record.id, CreditReport.at <= now)
    )
    corrected = Document.id.in_(with_it)
    standing.end(session, corrected, status=standing.SUPERSEDED, why="record_corrected", now=now)


def of_target(session: Session, target: SyncTarget, actor: Actor) -> CreditReport | None:
    """The report whose user this target is, with how that user is reached: for the office, which tells it."""
    if target.kind != sync_targets.REPORT_USER or not any(map(actor.holds, sync_lists.OFFICE)):
        return None
    report_id = int(target.key.removeprefix(sync_targets.REPORT_KEY))
    return session.scalar(_with_document(select(CreditReport).where(CreditReport.id == report_id)))


def _with_document(wanted: Select[CreditReport]) -> Select[CreditReport]:
    return wanted.options(joinedload(CreditReport.document), joinedload(CreditReport.subject))


def _particulars(
    session: Session, subject: Subject, summary: str, *, given_to: str, purpose: str
) -> Particulars:
    office = session.scalars(select(Unit).where(Unit.is_office).order_by(Unit.id)).first()
    assert office is not None, "an office runs this platform"
    return Particulars(
        holder_name=subject.name,
        holder_code=masking.mask_code(subject.kind, subject.code),
        unit_name=office.name,
        matter=f"交给{given_to}，用于{purpose}",
        result=summary,
    )


def _tell_of_window(session: Session, report: CreditReport, *, actor: Actor, now: datetime) -> None:
    """The subject hears of a report that the window issued, and the auditor too."""
    document = report.document
    by = session.get(Person, actor.person_id) if actor.person_id else None
    _log(session, "report_issued", document, report.purpose, by=by, now=now)
    sentence = Sentence(ISSUED_AT_WINDOW, number=document.number, given_to=report.given_to)
    key = f"report-{report.id}/issued"
    notices.tell(session, key, sentence, to="subject", subject_id=report.subject_id, now=now)


def _log(
    session: Session, what: str, document: Document, why: str, *, by: Person | None, now: datetime
) -> None:
    account_log.record(session, what, person=None, by=by, now=now, note=f"{document.number} · {why}")
