"""A case as one reader sees it: plain values for the page, from the declaration, the gate and the rows.

Decides nothing about rights by itself: what is left out is what the readers' scopes and masking say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from ..domain import clock, masking
from ..domain.people import FOR_A_SUBJECT, GRANT_TITLES, Actor, GrantKind
from ..domain.words import N_, Sentence
from ..models.attachment import Attachment
from ..models.case import NO_DUE_DAY, Case
from ..models.catalogue import Reason
from ..models.deadline import Deadline
from ..models.document import Document
from ..models.event import Event
from ..services import attachments, cases, circumstances, clocks, gate, history, leases, wording
from ..services.house import House
from ..workflows import BY_NAME
from ..workflows.commitment import DEGREES
from ..workflows.kit import State, Step, Workflow
from .ui import is_chinese, say, tell_day, tell_size

PERSONAL = {"contact_name": masking.mask_name, "contact_mobile": masking.mask_mobile}
STATUS = {"revoked": N_("已撤销"), "superseded": N_("已被新文书替代")}


@dataclass(frozen=True)
class Shown:
    """Everything about a case that its page needs."""

    case: Case
    workflow: Workflow
    actor: Actor
    offers: list[gate.Offer]
    events: Sequence[Event]
    editable: frozenset[str] | None
    marked: frozenset[str]


def load(session: Session, address: str, actor: Actor, *, now: datetime) -> Shown:
    """Read a case for its reader. Raises NotYours, or Refused for an ended mandate."""
    case = cases.visible(session, address, actor)
    workflow = BY_NAME[case.workflow]
    acted = history.acted(session, case.id)
    about = circumstances.gather(session, case, workflow, day=clock.legal_day(now))
    return Shown(
        case=case,
        workflow=workflow,
        actor=actor,
        offers=gate.offers(workflow, case, actor, acted=acted, about=about),
        events=history.events(session, case.id),
        editable=cases.editable(session, case, actor),
        marked=about.marked,
    )


def page(session: Session, shown: Shown, *, now: datetime, house: House) -> dict[str, Any]:
    """The values of the case page."""
    case, workflow = shown.case, shown.workflow
    state = workflow.state(case.state)
    today = clock.legal_day(now)
    running = clocks.running(session, case.id)
    waits = not (case.item and not case.item.needs_acceptance)
    return {
        "case": case,
        "title": title_of(case, workflow),
        "state": Sentence(state.title),
        "tone": tone(workflow, state),
        "path": path(shown),
        "turn": turn(shown, now=now),
        "is_yours": any(
            is_duty(offer.step) and gate.role_for(offer.step, case, shown.actor, {}) for offer in shown.offers
        ),
        "due": due(running[0], house) if running else None,
        "days_left": days_left(running[0].due_on, today, house) if running else None,
        "then": wording.what_next(workflow, case.state, waits=waits),
        "steps": [step_row(shown, offer) for offer in shown.offers if offer.is_allowed],
        "not_now": [step_row(shown, offer) for offer in shown.offers if not offer.is_allowed],
        "can_edit": shown.editable is not None,
        "facts": facts(shown),
        "returned": returned(session, shown),
        "papers": [paper_row(shown, paper) for paper in attachments.of_case(session, case)],
        "documents": [document_card(document) for document in documents(session, case)],
        "events": [event_row(shown, event) for event in reversed(shown.events)],
        "holder": leases.holder(case, now=now),
        "is_holder": case.assignee_id == shown.actor.person_id and leases.holder(case, now=now) is not None,
        "can_claim": any(grant.unit_id == case.unit_id for grant in shown.actor.grants) and not state.ended,
    }


def title_of(case: Case, workflow: Workflow) -> Sentence | str:
    """What the case is about."""
    if case.item is None:
        return Sentence(workflow.title)
    return case.item.title if is_chinese() else case.item.title_en


def tone(workflow: Workflow, state: State) -> str:
    """The colour of a state, from what it is: a draft, the subject's turn, done well, ended otherwise, in work."""
    if state == workflow.first:
        return "draft"
    if state.editors:
        return "wait"
    if state.ended:
        ways_in = [step for step in workflow.steps if step.target == state]
        return "done" if state.main else "draft" if all(step.optional for step in ways_in) else "stop"
    return "doing"


def is_duty(step: Step) -> bool:
    """Whether the case waits for this step."""
    return not step.optional and not step.by_clock_alone


def path(shown: Shown) -> list[dict[str, Any]]:
    """The main path as a rail: passed, here, to come."""
    main = [state for state in shown.workflow.states if state.main]
    been = {event.target for event in shown.events} | {shown.workflow.first.name}
    reached = max(index for index, state in enumerate(main) if state.name in been)
    is_on_it = shown.workflow.state(shown.case.state).main
    return [
        {
            "title": Sentence(state.title),
            "place": "passed"
            if index < reached or (index == reached and not is_on_it)
            else "here"
            if index == reached
            else "to_come",
        }
        for index, state in enumerate(main)
    ]


def turn(shown: Shown, *, now: datetime) -> Sentence:
    """Whose turn it is: the role and the unit or subject, and who has taken it."""
    case = shown.case
    steps = [step for step in shown.workflow.steps_from(case.state) if is_duty(step)]
    if not steps:
        ended = shown.workflow.state(case.state).ended
        return (
            Sentence(N_("已经办结"))
            if ended
            else Sentence(N_("%(subject)s履行承诺中"), subject=case.subject.name)
        )
    role = steps[0].who[0]
    place = case.subject.name if role.kind in FOR_A_SUBJECT else unit_name(case)
    if name := leases.holder(case, now=now):
        return Sentence(
            N_("%(place)s %(role)s（%(name)s正在办理）"), place=place, role=Sentence(role.title), name=name
        )
    return Sentence(N_("%(place)s %(role)s"), place=place, role=Sentence(role.title))


def unit_name(case: Case) -> str:
    """The unit's name in the reader's language."""
    return "" if case.unit is None else case.unit.name if is_chinese() else case.unit.name_en


def due(deadline: Deadline, house: House) -> dict[str, Any]:
    """A clock with its explanation and whether its rule is confirmed."""
    return {
        "due_on": deadline.due_on,
        "provisional": deadline.provisional,
        "explanation": [Sentence.from_json(line) for line in deadline.explanation],
        "is_confirmed": not deadline.rule_id
        or house.rulebook.pack.rule(
            deadline.rule_id, on=deadline.starts_on, place=house.rulebook.place
        ).is_confirmed,
    }


def days_left(due_on: date, today: date, house: House) -> int | None:
    """Working days until the due day; negative when it has passed, None for a case without one."""
    return None if due_on == NO_DUE_DAY else house.rulebook.calendar.working_days_between(today, due_on)


def step_row(shown: Shown, offer: gate.Offer) -> dict[str, Any]:
    """A step as a button, or with the sentence why not."""
    step = offer.step
    return {
        "name": step.name,
        "title": Sentence(step.title),
        "url": url_for("cases.step", address=shown.case.address, name=step.name),
        "allowed": offer.is_allowed,
        "why_not": offer.why_not,
        "is_destructive": step.target.ended and not step.target.main,
        "has_form": bool(step.asks or step.coded or step.target.ended),
    }


def facts(shown: Shown) -> list[dict[str, Any]]:
    """The facts that are filled in, personal ones masked for those who don't work the case."""
    works_it = any(
        grant.subject_id == shown.case.subject_id if grant.subject_id else grant.unit_id == shown.case.unit_id
        for grant in shown.actor.grants
    )
    stored = shown.workflow.load(shown.case.facts)
    rows: list[dict[str, Any]] = [
        {"title": Sentence(N_("承诺人")), "value": shown.case.subject.name},
        {
            "title": Sentence(N_("代码")),
            "value": masking.mask_code(shown.case.subject.kind, shown.case.subject.code),
        },
        {"title": Sentence(N_("受理单位")), "value": unit_name(shown.case)},
    ]
    for name, label in shown.workflow.labels.items():
        value = getattr(stored, name)
        if value in ("", None, False):
            continue
        if not works_it and name in PERSONAL:
            value = PERSONAL[name](value)
        rows.append({"title": Sentence(label), "value": told(value), "is_marked": name in shown.marked})
    return rows


def told(value: object) -> object:
    """A fact's value in words."""
    if value is True:
        return Sentence(N_("是"))
    if isinstance(value, date):
        return tell_day(value)
    return Sentence(DEGREES[value]) if isinstance(value, str) and value in DEGREES else value


def returned(session: Session, shown: Shown) -> list[dict[str, Any]]:
    """The coded reasons of the last return or refusal, while the case stands there."""
    event = shown.events[-1] if shown.events else None
    if event is None or "reasons" not in event.given:
        return []
    known = {reason.code: reason for reason in session.scalars(select(Reason))}
    labels = {**shown.workflow.labels, **paper_titles(shown.case)}
    rows = []
    for given in event.given["reasons"]:
        reason: Reason = known[given["code"]]
        rows.append(
            {
                "title": reason.title if is_chinese() else reason.title_en,
                "how_to_mend": reason.how_to_mend if is_chinese() else reason.how_to_mend_en,
                "target": Sentence(labels[given["target"]]) if given["target"] in labels else "",
                "note": given["note"],
            }
        )
    return rows


def paper_titles(case: Case) -> Mapping[str, str]:
    """The titles of the papers that the item asks for, in the reader's language."""
    key = "title" if is_chinese() else "title_en"
    return {paper["field"]: paper[key] for paper in case.item.papers} if case.item else {}


def required_papers(case: Case) -> list[str]:
    """The papers without which the item accepts no commitment."""
    return [paper["field"] for paper in case.item.papers if paper["required"]] if case.item else []


def paper_row(shown: Shown, paper: Attachment) -> dict[str, Any]:
    """A paper that was handed in or waits to be."""
    pending = paper.submitted_seq is None
    removable = pending and paper.uploaded_by_id == shown.actor.person_id
    titles = {**PAPERS, **paper_titles(shown.case)}
    address = shown.case.address
    return {
        "title": f"{say(titles.get(paper.field, paper.field))} · {paper.name}",
        "url": url_for("papers.show", address=address, paper_id=paper.id),
        "kind": paper.type.rpartition("/")[2].upper(),
        "size": tell_size(paper.size),
        "note": Sentence(N_("还没有提交")) if pending else "",
        "is_marked": paper.field in shown.marked and not pending,
        "remove_url": url_for("papers.remove", address=address, paper_id=paper.id) if removable else None,
    }


PAPERS = {"performance_evidence": N_("履行证明材料"), "reply_evidence": N_("陈述申辩证据")}


def documents(session: Session, case: Case) -> Sequence[Document]:
    """The documents of a case, newest first."""
    return session.scalars(
        select(Document).where(Document.case_id == case.id).order_by(Document.id.desc())
    ).all()


def document_card(document: Document) -> dict[str, Any]:
    """A document with its ways on."""
    return {
        "title": Sentence(document.title),
        "number": document.number,
        "issued_on": document.issued_on,
        "is_ready": document.produced_at is not None,
        "pdf_url": url_for("documents.pdf", number=document.number),
        "verify_url": url_for("documents.verify_code", code=document.verify_code),
        "status": Sentence(STATUS[document.status]) if document.status in STATUS else None,
    }


def event_row(shown: Shown, event: Event) -> dict[str, Any]:
    """One event of the history. Officials are named by their role to the subject, by name to colleagues."""
    step = shown.workflow.step(event.step, event.source)
    role = Sentence(GRANT_TITLES[GrantKind(event.acting_as)])
    is_own_side = shown.actor.is_staff or GrantKind(event.acting_as) in FOR_A_SUBJECT
    named = event.actor is not None and is_own_side
    return {
        "title": Sentence(step.title) if step else event.step,
        "who": Sentence(N_("%(name)s（%(role)s）"), name=event.actor.name, role=role)
        if named and event.actor
        else role,
        "at": event.at,
        "note": "",
    }
