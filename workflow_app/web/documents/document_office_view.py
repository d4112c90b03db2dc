"""What the pages about revoking and replacing documents are given. Reads; decides nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from ...domain import clock, masking
from ...domain.people import Actor
from ...domain.words import N_, Sentence
from ...models.case import Case
from ...models.document import Document, DocumentProposal
from ...services.documents import documents, proposals, standing
from ...services.documents.kinds import KINDS
from ...services.documents.replacement import Replacement
from ...services.reports import reports
from ...workflows import BY_NAME
from ..ui import named

STANDINGS = {
    standing.VALID: (N_("有效"), "done"),
    standing.REVOKED: (N_("已撤销"), "stop"),
    standing.SUPERSEDED: (N_("已被新文书替代"), "stop"),
    standing.EXPIRED: (N_("已过有效期"), "wait"),
}
TONES = {"": "wait", proposals.CONFIRMED: "done", proposals.REJECTED: "stop", proposals.TAKEN_BACK: "draft"}
OPEN_TO_SEE = N_("打开报告、写明理由以后可以看到")
PROPOSED = {proposals.REVOKE: N_("提出撤销"), proposals.REPLACE: N_("提出换发")}
DECIDED = {
    (proposals.REVOKE, proposals.CONFIRMED): N_("确认撤销，立即生效"),
    (proposals.REPLACE, proposals.CONFIRMED): N_("确认换发，立即生效"),
    (proposals.REVOKE, proposals.REJECTED): N_("不同意撤销"),
    (proposals.REPLACE, proposals.REJECTED): N_("不同意换发"),
    (proposals.REVOKE, proposals.TAKEN_BACK): N_("收回撤销的提议"),
    (proposals.REPLACE, proposals.TAKEN_BACK): N_("收回换发的提议"),
}


@dataclass(frozen=True)
class Entry:
    """One line of what happened to a document."""

    what: Sentence
    who: str
    at: datetime
    why: str = ""
    reason: Sentence | None = None


def document_view(session: Session, document: Document, actor: Actor) -> dict[str, Any]:
    """One document: what it says, how it stands, what happened, and what this reader may do."""
    may_propose = proposals.may_propose(document, actor)
    return {
        "document": document,
        "standing": standing_of(document),
        "why": Sentence(standing.REASONS[document.status_why]) if document.status_why else None,
        "facts": facts(document, actor),
        "before": session.scalars(select(Document).where(Document.successor_id == document.id)).first(),
        "case_url": case_url(session, document, actor),
        "story": sorted(story(session, document), key=lambda entry: entry.at),
        "waits": proposals.waiting_for(session, document),
        "may_propose": may_propose,
        "ways": {act: proposals.in_the_way(session, document, act) for act in proposals.ACTS},
        "is_by_its_case": not KINDS[document.kind].may_be_revoked,
        "is_of_a_unit": document.unit is not None and not document.unit.is_office,
    }


def standing_of(document: Document) -> tuple[Sentence, str]:
    """How it stands today, in a word and a tone."""
    title, tone = STANDINGS[standing.of(document, today=clock.legal_day(clock.now()))]
    return Sentence(title), tone


def facts(document: Document, actor: Actor) -> list[dict[str, Any]]:
    """What it says of itself; a report about a natural person opens to nobody here, because each opening is logged."""
    said = documents.particulars_of(document)
    is_closed = reports.asks_why(document, actor)
    holder = masking.mask_name(said.holder_name) if is_closed else said.holder_name
    hidden = Sentence(OPEN_TO_SEE)
    return [
        {"title": Sentence(N_("持有人")), "value": holder, "note": said.holder_code},
        {"title": Sentence(N_("事项")), "value": hidden if is_closed else said.matter},
        {"title": Sentence(N_("内容或结果")), "value": hidden if is_closed else said.result},
        {"title": Sentence(N_("出具单位")), "value": said.unit_name},
    ]


def case_url(session: Session, document: Document, actor: Actor) -> str | None:
    """The way to its case, for those who see it."""
    case = session.get(Case, document.case_id) if document.case_id else None
    if case is None or not BY_NAME[case.workflow].readers.holds(case, actor, {}):
        return None
    return url_for("cases.show", address=case.address)


def story(session: Session, document: Document) -> Iterator[Entry]:
    """Who did what to a document and when."""
    office = named(document.unit, "name") if document.unit else documents.particulars_of(document).unit_name
    yield Entry(Sentence(N_("出具")), office, document.issued_at)
    found = proposals.history(session, document)
    for proposal in found:
        yield from told(proposal)
    is_ours = any(proposal.decided_at == document.status_since for proposal in found)
    if document.status_since is not None and not is_ours:
        how = Sentence(STANDINGS[document.status][0])
        yield Entry(
            how, office, document.status_since, reason=Sentence(standing.REASONS[document.status_why])
        )


def told(proposal: DocumentProposal) -> Iterator[Entry]:
    """What two people did about it."""
    reason = Sentence(standing.REASONS[proposal.reason])
    what = Sentence(PROPOSED[proposal.act])
    yield Entry(what, proposal.proposed_by.name, proposal.proposed_at, proposal.why, reason)
    if proposal.decided_by is not None and proposal.decided_at is not None:
        done = Sentence(DECIDED[proposal.act, proposal.decision])
        yield Entry(done, proposal.decided_by.name, proposal.decided_at, proposal.decision_why)


def proposal_view(proposal: DocumentProposal, actor: Actor) -> dict[str, Any]:
    """One proposal as it waits or was decided."""
    return {
        "proposal": proposal,
        "act": Sentence(proposals.ACTS[proposal.act]),
        "decision": Sentence(proposals.DECISIONS[proposal.decision]),
        "tone": TONES[proposal.decision],
        "reason": Sentence(standing.REASONS[proposal.reason]),
        "standing": standing_of(proposal.document),
        "facts": facts(proposal.document, actor),
        "may_decide": proposals.may_decide(proposal, actor),
        "is_own": proposal.proposed_by_id == actor.person_id,
        "is_of_a_unit": proposal.document.unit is not None and not proposal.document.unit.is_office,
    }


def row(proposal: DocumentProposal, actor: Actor) -> dict[str, Any]:
    """One line of the waiting list."""
    return {
        "proposal": proposal,
        "act": Sentence(proposals.ACTS[proposal.act]),
        "reason": Sentence(standing.REASONS[proposal.reason]),
        "url": url_for("document_office.proposal", proposal_id=proposal.id),
        "is_yours": proposals.may_decide(proposal, actor),
    }


def shown(document: Document, found: Replacement) -> dict[str, Any]:
    """The new certificate: what it changes, and the whole sheet."""
    today = clock.legal_day(clock.now())
    sheet = documents.preview(
        document.kind, text=found.text, values=found.values, particulars=found.particulars, on=today
    )
    is_newer = (found.text.id, found.text.version) != (document.text_id, document.text_version)
    return {"changes": found.changes, "sheet": sheet, "newer_text": found.text if is_newer else None}
