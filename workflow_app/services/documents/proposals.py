"""Two people for every end of a document: one proposes to revoke (撤销) or replace (换发) it, another one decides.

Only kinds that no workflow ends by itself. Of the unit that issued it a handler or head proposes and a head decides; of
the office's papers and of reports a clerk or lead proposes and a lead decides. Until then the document stays as it is.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Boolean, ColumnElement, and_, bindparam, func, literal_column, or_, select, true
from sqlalchemy.orm import Session, joinedload

from ...domain.people import Actor, GrantKind
from ...domain.refusals import NotYours, Refused
from ...domain.words import N_, Sentence
from ...models.case import Case
from ...models.document import Document, DocumentProposal
from ..delivery import notices
from ..house import House
from ..rules import rulebooks
from . import ending, replacement, standing
from .kinds import KINDS

REVOKE, REPLACE = "revoke", "replace"
ACTS = {REVOKE: N_("撤销"), REPLACE: N_("换发")}
CONFIRMED, REJECTED, TAKEN_BACK = "confirmed", "rejected", "taken_back"
DECISIONS = {
    "": N_("等待确认"),
    CONFIRMED: N_("已确认"),
    REJECTED: N_("没有同意"),
    TAKEN_BACK: N_("已收回"),
}
REASONS_OF = {
    REVOKE: ("issued_in_error", "facts_untrue", "decision_undone", "record_corrected"),
    REPLACE: ("particulars_changed", "record_corrected", "issued_in_error"),
}
"""Which of `standing.REASONS` fit which act."""
DECIDERS = (GrantKind.HEAD, GrantKind.LEAD)
PROPOSERS = (*DECIDERS, GrantKind.HANDLER, GrantKind.CLERK)
OF_THE_OFFICE = frozenset({GrantKind.CLERK, GrantKind.LEAD})
WATCHERS = (GrantKind.LEAD, GrantKind.AUDITOR)
"""Who sees what waits everywhere."""

STILL_WAITS = DocumentProposal.decision == literal_column("''")
"""Said as their index says it, so that both databases begin with the few that wait and never with all documents."""

BY_ITS_CASE = N_("这类文书不能单独撤销或者换发，要在它的办件里撤销或者改变决定，文书会随之标为不再有效。")
NOT_REPLACED = N_("只有证明类文书可以换发。这份文书有错误的，请撤销后重新出具。")
REVOKED_ALREADY = N_("这份文书已经撤销，不需要再办。")
NOT_VALID = N_("这份文书已经撤销或者被代替，不能再换发。")
WAITS = N_("这份文书已经有一项提议等待确认，请先确认或者不同意。")
NOTHING_DIFFERS = N_(
    "办件里的内容和这份证明完全一样，不需要换发。名称等事项确有变更的，请先在办件或者主体登记里更正。"
)
CHANGED_SINCE = N_("您查看以后，新证明的内容又有变化，还没有确认。请核对下面现在的内容，再确认一次。")
DECIDED = N_("这一项已经有人办过了，请看办理结果。")
OWN = N_("这是您自己提出的，要由另一位负责人确认（两人原则）。")
WHY = N_("不同意的，请写明理由，提出的人会看到。")
TO_DECIDE = N_("%(title)s（%(number)s）有一项%(act)s提议，请到“文书管理”里确认或者不同意。")
SENT_BACK = N_("%(title)s（%(number)s）的%(act)s提议没有同意。理由：%(why)s")


def may_propose(document: Document, actor: Actor) -> bool:
    """Whether a person works for the unit that issued it, or for the office where it is the office's or a report."""
    return _is_of(document, actor, PROPOSERS)


def may_decide(proposal: DocumentProposal, actor: Actor) -> bool:
    """Whether a person may decide: a head or lead of the place that issued it, who is not the one who proposed."""
    is_another = actor.person_id != proposal.proposed_by_id
    return proposal.decision == "" and is_another and _is_of(proposal.document, actor, DECIDERS)


def in_the_way(session: Session, document: Document, act: str) -> Sentence | None:
    """Why this can't be proposed for the document as it stands; None when it can."""
    kind = KINDS[document.kind]
    if not kind.may_be_revoked:
        return Sentence(BY_ITS_CASE)
    if act == REPLACE and (not kind.may_be_replaced or document.case_id is None):
        return Sentence(NOT_REPLACED)
    if document.status == standing.REVOKED:
        return Sentence(REVOKED_ALREADY)
    if act == REPLACE and document.status != standing.VALID:
        return Sentence(NOT_VALID)
    return Sentence(WAITS) if waiting_for(session, document) else None


def propose(
    session: Session,
    document: Document,
    act: str,
    *,
    reason: str,
    why: str,
    actor: Actor,
    now: datetime,
    house: House,
) -> DocumentProposal:
    """Put it before the second person; of two at once one waits. Raises NotYours for another unit, Refused."""
    if not may_propose(document, actor):
        raise NotYours
    session.refresh(document, with_for_update=True)
    refusal = in_the_way(session, document, act)
    if refusal is not None:
        raise Refused(refusal)
    if act == REPLACE and not replacement.of(session, document, now=now, house=house).is_needed:
        raise Refused(NOTHING_DIFFERS)
    assert reason in REASONS_OF[act], reason
    made = DocumentProposal(
        document=document, act=act, reason=reason, why=why.strip(), proposed_by_id=actor.person_id,
        proposed_at=now, decision="",
    )  # fmt: skip
    session.add(made)
    session.flush()
    _tell(session, made, TO_DECIDE, by_office="lead", by_unit="head", now=now)
    return made


def confirm(
    session: Session, proposal: DocumentProposal, *, seen: str, actor: Actor, now: datetime, house: House
) -> None:
    """Let it be so, at once. `seen` is the digest of the replacement that was shown. Raises NotYours, Refused."""
    _check_may_decide(proposal, actor)
    document, rulebook = _locked(session, proposal.document), rulebooks.current(session, house)
    if document.status == standing.REVOKED:
        raise Refused(REVOKED_ALREADY)
    if proposal.act == REVOKE:
        ending.revoke(session, proposal, now=now, rulebook=rulebook)
    else:
        made = _still_needed(session, document, seen, now=now, house=house)
        ending.supersede(session, proposal, made, now=now, rulebook=rulebook)
    _note(proposal, CONFIRMED, actor=actor, now=now)
    session.flush()
    session.refresh(document)


def reject(session: Session, proposal: DocumentProposal, *, why: str, actor: Actor, now: datetime) -> None:
    """The document stays as it is. Raises Refused without a reason."""
    if not why.strip():
        raise Refused(WHY, code="why")
    _check_may_decide(proposal, actor)
    _note(proposal, REJECTED, actor=actor, now=now)
    proposal.decision_why = why.strip()
    _tell(session, proposal, SENT_BACK, by_office="clerk", by_unit="handler", now=now)


def take_back(proposal: DocumentProposal, *, actor: Actor, now: datetime) -> None:
    """The one who proposed thinks better of it. Raises NotYours; Refused when it was decided already."""
    if actor.person_id != proposal.proposed_by_id:
        raise NotYours
    _check_waiting(proposal)
    _note(proposal, TAKEN_BACK, actor=actor, now=now)


def by_id(session: Session, proposal_id: int, actor: Actor, *, is_locked: bool = False) -> DocumentProposal:
    """One proposal for those who may see it; locked before it is decided. Raises NotYours."""
    wanted = select(DocumentProposal).join(Document, Document.id == DocumentProposal.document_id)
    wanted = wanted.where(DocumentProposal.id == proposal_id, _in_sight(actor))
    if is_locked:
        wanted = wanted.with_for_update(of=DocumentProposal)
    found = session.scalars(wanted, execution_options={"populate_existing": is_locked}).first()
    if found is None:
        raise NotYours
    return found


def waiting_for(session: Session, document: Document) -> DocumentProposal | None:
    """The proposal about this document that waits, if any."""
    wanted = select(DocumentProposal).where(
        DocumentProposal.document_id == document.id, DocumentProposal.decision == ""
    )
    return session.scalar(wanted)


def waiting(session: Session, actor: Actor) -> Sequence[DocumentProposal]:
    """What waits where the reader works, the oldest first; for leads and the auditor everywhere."""
    parts = (joinedload(DocumentProposal.document), joinedload(DocumentProposal.proposed_by))
    wanted = select(DocumentProposal).where(STILL_WAITS, DocumentProposal.document.has(_in_sight(actor)))
    return session.scalars(wanted.options(*parts).order_by(DocumentProposal.id)).all()


TO_DECIDE_BY = select(func.count(DocumentProposal.id)).where(
    STILL_WAITS,
    DocumentProposal.proposed_by_id != bindparam("decider"),
    DocumentProposal.document.has(
        or_(
            Document.unit_id.in_(bindparam("deciding", expanding=True)),
            and_(Document.unit_id.is_(None), bindparam("is_for_reports", type_=Boolean)),
        )
    ),
)


def asked_by(actor: Actor) -> dict[str, object]:
    """What `TO_DECIDE_BY` needs to know of a person."""
    return {
        "decider": actor.person_id,
        "deciding": sorted(_units(actor, DECIDERS)),
        "is_for_reports": _is_for_reports(actor, DECIDERS),
    }


def count_to_decide(session: Session, actor: Actor) -> int:
    """How many proposals this person may decide."""
    return session.scalar(TO_DECIDE_BY, asked_by(actor)) or 0


def history(session: Session, document: Document) -> Sequence[DocumentProposal]:
    """Everything that was proposed for a document, in order."""
    wanted = select(DocumentProposal).where(DocumentProposal.document_id == document.id)
    parts = (joinedload(DocumentProposal.proposed_by), joinedload(DocumentProposal.decided_by))
    return session.scalars(wanted.options(*parts).order_by(DocumentProposal.id)).all()


def _locked(session: Session, document: Document) -> Document:
    """The case first, as the engine does: a step that ends its documents and a replacement never miss each other."""
    if document.case_id is not None:
        session.get_one(Case, document.case_id, with_for_update=True, populate_existing=True)
    session.refresh(document, with_for_update=True)
    return document


def _still_needed(
    session: Session, document: Document, seen: str, *, now: datetime, house: House
) -> replacement.Replacement:
    """The replacement as it is now, if it is what the second person has seen. Raises Refused."""
    if document.status != standing.VALID:
        raise Refused(NOT_VALID)
    made = replacement.of(session, document, now=now, house=house)
    if not made.is_needed:
        raise Refused(NOTHING_DIFFERS)
    if made.digest != seen:
        raise Refused(CHANGED_SINCE, code="seen")
    return made


def _check_may_decide(proposal: DocumentProposal, actor: Actor) -> None:
    _check_waiting(proposal)
    if not _is_of(proposal.document, actor, DECIDERS):
        raise NotYours
    if actor.person_id == proposal.proposed_by_id:
        raise Refused(OWN, code="four_eyes")


def _note(proposal: DocumentProposal, decision: str, *, actor: Actor, now: datetime) -> None:
    proposal.decision, proposal.decided_by_id, proposal.decided_at = decision, actor.person_id, now


def _check_waiting(proposal: DocumentProposal) -> None:
    if proposal.decision:
        raise Refused(DECIDED, code="decided")


def _tell(
    session: Session, proposal: DocumentProposal, text: str, *, by_office: str, by_unit: str, now: datetime
) -> None:
    """Tell the other side: of the office where the paper is the office's, else of the unit that issued it."""
    document = proposal.document
    why = {"why": proposal.decision_why} if proposal.decision_why else {}
    act = Sentence(ACTS[proposal.act])
    told = Sentence(text, title=Sentence(KINDS[document.kind].title), number=document.number, act=act, **why)
    key = f"document-proposal-{proposal.id}/{proposal.decision or 'waiting'}"
    if document.unit is None or document.unit.is_office:
        notices.tell(session, key, told, to=by_office, now=now)
    else:
        notices.tell(session, key, told, to=by_unit, unit_id=document.unit_id, now=now)


def _units(actor: Actor, kinds: Sequence[GrantKind]) -> frozenset[int]:
    """The units for which a person holds one of these grants, with those that they took over."""
    found = (grant.places("unit_id") for grant in actor.grants if grant.kind in kinds)
    return frozenset(unit_id for places in found for unit_id in places if unit_id is not None)


def _is_for_reports(actor: Actor, kinds: Sequence[GrantKind]) -> bool:
    return any(actor.holds(kind) for kind in OF_THE_OFFICE.intersection(kinds))


def _is_of(document: Document, actor: Actor, kinds: Sequence[GrantKind]) -> bool:
    if document.unit_id is None:
        return _is_for_reports(actor, kinds)
    return document.unit_id in _units(actor, kinds)


def _place(actor: Actor, kinds: Sequence[GrantKind]) -> ColumnElement[bool]:
    """The same as `_is_of`, for a query."""
    own = Document.unit_id.in_(_units(actor, kinds))
    return or_(own, Document.unit_id.is_(None)) if _is_for_reports(actor, kinds) else own


def _in_sight(actor: Actor) -> ColumnElement[bool]:
    return true() if any(actor.holds(kind) for kind in WATCHERS) else _place(actor, PROPOSERS)
