"""What happens when two people have agreed that a document is not to be relied on any more: at once, and who is told.

Called by `proposals` alone. The holder is told why, what to do and that the old paper is no longer valid; whoever reviews
an open case with which the paper stands is told as well.
"""

from datetime import date, datetime

from sqlalchemy.orm import Session

from ...domain import clock
from ...domain.rulebook import Rulebook
from ...domain.words import N_, Sentence
from ...models.case import Case
from ...models.document import Document, DocumentProposal
from ...models.record import CreditRecord
from ..delivery import notices, outbox
from ..repair import repair_notice
from ..training import training_evidence
from . import documents, standing
from .kinds import KINDS
from .replacement import Replacement

REVIEW, LAWSUIT = "RM-01", "RM-02"
REVOKED = N_(
    "%(title)s（%(number)s）已经撤销，从现在起不能再使用，任何人核验都会看到“已撤销”。原因：%(reason)s。%(why)s。有疑问请联系%(unit)s；不服的，可以在 %(review)s以前申请行政复议，或者在 %(lawsuit)s以前提起行政诉讼。"
)
REPLACED = N_(
    "%(title)s（%(number)s）已经换发，新的编号是 %(successor)s，可以在原办件里下载。旧的一份不再有效，请不要再使用。原因：%(reason)s。%(why)s。新的一份仍有错误的，请联系%(unit)s。"
)
EVIDENCE_REVOKED = N_(
    "%(subject)s的办件 %(case)s 里附带的%(title)s（%(number)s）已经撤销，审核时请不要采信。"
)
EVIDENCE_REPLACED = N_(
    "%(subject)s的办件 %(case)s 里附带的%(title)s（%(number)s）已经换发，请看新的一份（%(successor)s）。"
)
OFFICE = N_("信用办")
DECISION_UNDONE = "decision_undone"
REVIEWERS = ("unit", "clerk")
"""Who works on an open case: its unit, and the office that takes applications in."""


def revoke(session: Session, proposal: DocumentProposal, *, now: datetime, rulebook: Rulebook) -> None:
    """The document is revoked from now on."""
    document = proposal.document
    standing.end(session, Document.id == document.id, status=standing.REVOKED, why=proposal.reason, now=now)
    today = clock.legal_day(now)
    remedy = {"review": rulebook.due(REVIEW, today).due_on, "lawsuit": rulebook.due(LAWSUIT, today).due_on}
    _tell_holder(
        session, proposal, Sentence(REVOKED, **_named(document), **_reason(proposal), **remedy), now=now
    )
    if document.kind == repair_notice.KIND and proposal.reason != DECISION_UNDONE:
        record = session.get_one(CreditRecord, document.record_id)
        repair_notice.ask_anew(session, record, instead_of=document, now=now)
    for case in training_evidence.open_cases_beside(session, document):
        told = Sentence(EVIDENCE_REVOKED, subject=case.subject.name, case=case.address, **_paper(document))
        _tell_reviewers(session, proposal, case, told, now=now)


def supersede(
    session: Session, proposal: DocumentProposal, made: Replacement, *, now: datetime, rulebook: Rulebook
) -> Document:
    """The document is replaced from now on by a new one, which is numbered here and printed afterwards."""
    document = proposal.document
    new = documents.number_document(
        session, kind=document.kind, case=session.get_one(Case, document.case_id), event_seq=document.event_seq,
        text=made.text, values=made.values, particulars=made.particulars, rulebook=rulebook, now=now,
    )  # fmt: skip
    outbox.put(session, f"document-proposal-{proposal.id}/file", "document", {"document_id": new.id}, now=now)
    which = Document.id == document.id
    standing.end(session, which, status=standing.SUPERSEDED, why=proposal.reason, now=now, successor=new.id)
    said = {**_named(document), **_reason(proposal), "successor": new.number}
    _tell_holder(session, proposal, Sentence(REPLACED, **said), now=now)
    for case in training_evidence.let_follow(session, document, new, now=now):
        paper = {**_paper(document), "successor": new.number}
        told = Sentence(EVIDENCE_REPLACED, subject=case.subject.name, case=case.address, **paper)
        _tell_reviewers(session, proposal, case, told, now=now)
    return new


def _tell_holder(session: Session, proposal: DocumentProposal, told: Sentence, *, now: datetime) -> None:
    """The subject's people; and who earned a personal document, whether or not they still act for the subject."""
    document, key = proposal.document, f"document-proposal-{proposal.id}/holder"
    notices.tell(
        session, key, told, to="subject", subject_id=document.subject_id, case_id=document.case_id, now=now
    )
    if not KINDS[document.kind].is_personal or document.case_id is None:
        return
    case = session.get_one(Case, document.case_id)
    if case.opened_by_id not in _reached(session, case, clock.legal_day(now)):
        notices.tell_person(session, f"{key}-in-person", told, person_id=case.opened_by_id, now=now)


def _reached(session: Session, case: Case, on: date) -> set[int | None]:
    return {None, *(person.id for person in notices.reached(session, case, "subject", on=on))}


def _tell_reviewers(
    session: Session, proposal: DocumentProposal, case: Case, told: Sentence, *, now: datetime
) -> None:
    for side in REVIEWERS:
        key = f"document-proposal-{proposal.id}/case-{case.id}/{side}"
        notices.tell(session, key, told, to=side, case_id=case.id, now=now)


def _paper(document: Document) -> dict[str, str | Sentence]:
    return {"title": Sentence(KINDS[document.kind].title), "number": document.number}


def _named(document: Document) -> dict[str, str | Sentence]:
    return {**_paper(document), "unit": document.unit.name if document.unit else Sentence(OFFICE)}


def _reason(proposal: DocumentProposal) -> dict[str, str | Sentence]:
    return {"reason": Sentence(standing.REASONS[proposal.reason]), "why": proposal.why.rstrip("。 ")}
