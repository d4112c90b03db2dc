"""A certificate of training stands with the subject's open repairs and list exits, in whichever order the two came.

Nobody uploads it, whoever reviews sees it, and no rule of these workflows ever asks for it: training is voluntary. Both
ways in lock the subject first, so that a certificate and an application of the same moment don't miss each other.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from ...models.case import Case
from ...models.document import Document
from ...models.training import CaseEvidence
from ...workflows import BY_NAME, kit
from ..engine.moment import Moment

HELPED = ("repair", "list_exit")
"""The workflows to whose open cases a certificate attaches itself; it is never asked for there."""


def beside(session: Session, case: Case) -> Sequence[Document]:
    """The documents of other cases that stand with this one as evidence, oldest first."""
    wanted = select(Document).join(CaseEvidence, CaseEvidence.document_id == Document.id)
    return session.scalars(wanted.where(CaseEvidence.case_id == case.id).order_by(Document.id)).all()


def open_cases_beside(session: Session, document: Document) -> Sequence[Case]:
    """The cases that have not ended with which a document stands as evidence, in order."""
    wanted = select(Case).join(CaseEvidence, CaseEvidence.case_id == Case.id)
    found = session.scalars(wanted.where(CaseEvidence.document_id == document.id).order_by(Case.id))
    return [case for case in found if not BY_NAME[case.workflow].state(case.state).ended]


def let_follow(session: Session, old: Document, new: Document, *, now: datetime) -> Sequence[Case]:
    """Let a document that replaces another one stand with the same open cases; the old one stays, marked by its standing."""
    found = open_cases_beside(session, old)
    session.add_all(CaseEvidence(case_id=case.id, document_id=new.id, attached_at=now) for case in found)
    return found


def stand_as_evidence(effect: kit.Effect, moment: Moment) -> None:
    """Let the documents of this kind that were issued in this case stand with the subject's open repairs and list exits."""
    _lock_subject(moment)
    own = _documents(moment, effect.what).where(Document.case_id == moment.case.id)
    for document in moment.session.scalars(own).all():
        _attach(moment, _open_cases(moment), document)


def bring_evidence(effect: kit.Effect, moment: Moment) -> None:
    """Let the subject's valid documents of this kind, from whichever case, stand with the one that is handed in."""
    _lock_subject(moment)
    for document in moment.session.scalars(_documents(moment, effect.what)).all():
        _attach(moment, (moment.case,), document)


def _lock_subject(moment: Moment) -> None:
    moment.session.refresh(moment.case.subject, with_for_update={"key_share": True})


def _documents(moment: Moment, kind: str) -> Select[Document]:
    """The subject's valid documents of a kind, oldest first."""
    wanted = select(Document).where(
        Document.subject_id == moment.case.subject_id, Document.kind == kind, Document.status == "valid"
    )
    return wanted.order_by(Document.id)


def _open_cases(moment: Moment) -> list[Case]:
    """The subject's repairs and list exits that were handed in and have not ended."""
    wanted = select(Case).where(
        Case.subject_id == moment.case.subject_id, Case.workflow.in_(HELPED), Case.number.is_not(None)
    )
    found = moment.session.scalars(wanted, execution_options={"populate_existing": True})
    return [case for case in found if not BY_NAME[case.workflow].state(case.state).ended]


def _attach(moment: Moment, cases: Iterable[Case], document: Document) -> None:
    """Once, however often it is asked."""
    for case in cases:
        if moment.session.get(CaseEvidence, (case.id, document.id)) is None:
            row = CaseEvidence(case_id=case.id, document_id=document.id, attached_at=moment.now)
            moment.session.add(row)


EFFECTS: dict[str, Callable[[kit.Effect, Moment], None]] = {
    "stand_as_evidence": stand_as_evidence,
    "bring_evidence": bring_evidence,
}
