"""The rows of a case page: steps, facts, reasons, papers, documents and events as one reader may see them.

Personal facts are masked for those who don't work the case; officials are named by their role to the subject.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session

from ...domain import clock, masking
from ...domain.people import FOR_A_SUBJECT, GRANT_TITLES, Actor, GrantKind
from ...domain.words import N_, Sentence
from ...models.case import Case
from ...models.catalogue import Reason
from ...models.document import Document
from ...services.cases import cases, matters
from ...services.cases.case_file import CaseFile, Paper
from ...services.documents import standing
from ...services.documents.cards import Card
from ...services.documents.documents import particulars_of
from ...services.documents.kinds import KINDS
from ...services.engine import circumstances, gate, history
from ...services.engine.ledger import RECOUNT
from ...services.objections import foreign_records
from ...services.objections.disputed import kept
from ...services.queues.lines import CaseLine
from ...workflows.kit import Step, Workflow
from ..addresses import address as url_for
from ..objections import disputed_fields as disputed
from ..ui import is_chinese, say, tell_day, tell_size

PERSONAL = {
    "contact_name": masking.mask_name,
    "trainee_name": masking.mask_name,
    "contact_mobile": masking.mask_mobile,
    "contact_email": masking.mask_email,
}
SERVICE = ("served_on", "served_how", "decision_served_on", "decision_served_how", "channel")
UNTOLD = frozenset(
    {"provider", "list_key", "scope", "reply_rule", "measures", "reply_points", "answers", *SERVICE}
)
"""Facts that hold a key, and those that have a part of the page of their own."""
CLOSED = Sentence(N_("不公开"))
STATUS = {
    standing.REVOKED: N_("已撤销"),
    standing.SUPERSEDED: N_("已被新文书替代"),
    standing.EXPIRED: N_("已过有效期"),
}
BY_ITSELF = {RECOUNT: N_("重新计算期限")}


@dataclass(frozen=True)
class Shown:
    """Everything about a case that its page needs, for one reader; each part is read when it is first asked for."""

    file: CaseFile
    workflow: Workflow
    actor: Actor

    @property
    def case(self) -> Case:
        """The case itself."""
        return self.file.case

    @property
    def events(self) -> Sequence[history.Told]:
        """Its history, oldest first."""
        return self.file.told

    @cached_property
    def offers(self) -> list[gate.Offer]:
        """Every step that the reader could take, allowed or with the reason why not."""
        acted, about = self.file.acted, self.file.about
        return gate.offers(self.workflow, self.case, self.actor, acted=acted, about=about)

    @cached_property
    def marked(self) -> frozenset[str]:
        """The parts that the last return marked."""
        return frozenset(circumstances.marked_parts(self.events, self.workflow, self.case.state))

    @cached_property
    def editable(self) -> frozenset[str] | None:
        """What the reader may fill in now."""
        return cases.editable(self.case, self.actor, lambda: self.events)


def title_of(case: Case | CaseLine, workflow: Workflow) -> Sentence | str:
    """What the case is about."""
    if case.item is not None and case.record is None:
        return case.item.title if is_chinese() else case.item.title_en
    title, matter = Sentence(workflow.title), matters.named(case)
    return Sentence(N_("%(workflow)s：%(matter)s"), workflow=title, matter=matter) if matter else title


def unit_name(case: Case | CaseLine) -> str:
    """The unit's name in the reader's language."""
    return "" if case.unit is None else case.unit.name if is_chinese() else case.unit.name_en


def step_row(shown: Shown, offer: gate.Offer) -> dict[str, Any]:
    """A step as a button, or with the sentence why not."""
    step = offer.step
    return {
        "name": step.name,
        "title": Sentence(step.title),
        "url": url_for(step.room, address=shown.case.address)
        if step.room
        else url_for("cases.step", address=shown.case.address, name=step.name),
        "allowed": offer.is_allowed,
        "why_not": offer.why_not,
        "stead": stead(shown, step) if offer.is_allowed else None,
        "is_destructive": step.target.ended and not step.target.main,
        "has_form": bool(step.room or step.asks or step.says or step.coded or step.target.ended)
        or notice_of(shown.workflow, step) is not None,
    }


def stead(shown: Shown, step: Step) -> str | None:
    """The name of whoever is away, where the reader would take the step for them; None where it is the own one."""
    if not shown.actor.standing_in:
        return None
    place = gate.place_for(step, shown.case, shown.actor, shown.file.acted)
    absent = place[1].acts_for if place else None
    return absent.name if absent else None


def stead_of_all(steps: Sequence[Mapping[str, Any]]) -> str | None:
    """Whom the reader acts for in all of these steps; None where they differ, or are the reader's own."""
    names = {step["stead"] for step in steps}
    return names.pop() if len(names) == 1 else None


def notice_of(workflow: Workflow, step: Step) -> str | None:
    """The notice with which this step sends a draft out, by its kind; None where it sends none."""
    if step.source != workflow.first:
        return None
    kinds = (effect.what for effect in step.then if effect.kind == "document")
    return next((kind for kind in kinds if kind.endswith("_notice")), None)


def facts(shown: Shown) -> list[dict[str, Any]]:
    """The facts that are filled in, personal ones masked for those who don't work the case.

    What stands in the table of both sides is not told twice.
    """
    works_it = is_worked_by(shown.case, shown.actor)
    stored = shown.workflow.load(shown.case.facts)
    in_table = disputed.IN_TABLE if disputed.stand_in_table(shown.case, shown.workflow) else frozenset()
    rows: list[dict[str, Any]] = [
        {"title": Sentence(N_("信用主体")), "value": shown.case.subject.name},
        {
            "title": Sentence(N_("代码")),
            "value": masking.mask_code(shown.case.subject.kind, shown.case.subject.code),
        },
        {"title": Sentence(N_("办理单位")), "value": unit_name(shown.case)},
        *about_record(shown.case, shown.actor),
    ]
    for name, label in shown.workflow.labels.items():
        value = getattr(stored, name)
        if value in ("", None, False, {}) or name in UNTOLD or name in in_table:
            continue
        if isinstance(value, Mapping):
            rows += disputed.rows(value, label=label)
            continue
        if not works_it and name in PERSONAL:
            value = PERSONAL[name](value)
        said = told(value, shown.workflow.choices.get(name, {}))
        rows.append({"title": Sentence(label), "value": said, "is_marked": name in shown.marked})
    return rows


def is_worked_by(case: Case, actor: Actor) -> bool:
    """Whether somebody acts for the subject or works for the unit of the case."""
    return any(
        grant.subject_id == case.subject_id if grant.subject_id else grant.counts_at("unit_id", case.unit_id)
        for grant in actor.grants
    )


def about_record(case: Case, actor: Actor) -> list[dict[str, Any]]:
    """The record that the case is about, in the words that the reader may read."""
    if case.record is None:
        return []
    said = foreign_records.to_reader(case, actor, kept(case.record))
    found = said.get("behaviour") or said.get("title")
    return [
        {"title": Sentence(N_("决定书文号")), "value": case.record.decision_no},
        {"title": Sentence(N_("决定日期")), "value": tell_day(case.record.decided_on)},
        {"title": Sentence(N_("认定的事实")), "value": CLOSED if found is None else found},
        {"title": Sentence(N_("决定内容")), "value": said.get("content", CLOSED)},
    ]


def told(value: object, choices: Mapping[str, str]) -> object:
    """A fact's value in words; one that is chosen from a list by its title."""
    if value is True:
        return Sentence(N_("是"))
    if isinstance(value, date):
        return tell_day(value)
    return Sentence(choices[value]) if isinstance(value, str) and value in choices else value


def returned(session: Session, shown: Shown) -> list[dict[str, Any]]:
    """The coded reasons of the last return or refusal, while the case stands there."""
    event = history.coded(shown.events, shown.workflow)
    if event is None:
        return []
    codes = {given["code"] for given in event.given["reasons"]}
    known = {reason.code: reason for reason in session.scalars(select(Reason).where(Reason.code.in_(codes)))}
    labels = {**shown.workflow.labels, **paper_titles(shown.case, shown.workflow)}
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


def paper_titles(case: Case, workflow: Workflow) -> Mapping[str, str]:
    """The papers of a draft with their titles in the reader's language: those of the item, those of the workflow."""
    key = "title" if is_chinese() else "title_en"
    of_item = {paper["field"]: paper[key] for paper in case.item.papers} if case.item else {}
    return {name: say(workflow.papers[name]) for name in workflow.attaches} | of_item


def required_papers(case: Case) -> list[str]:
    """The papers without which the item accepts no commitment."""
    return [paper["field"] for paper in case.item.papers if paper["required"]] if case.item else []


def papers(shown: Shown) -> list[Paper]:
    """The papers of the case that the reader may open, oldest first."""
    case, actor = shown.case, shown.actor
    return [paper for paper in shown.file.papers if foreign_records.may_open(case, actor, paper.field)]


def paper_row(shown: Shown, paper: Paper) -> dict[str, Any]:
    """A paper that was handed in or waits to be."""
    pending = paper.submitted_seq is None
    removable = pending and paper.uploaded_by_id == shown.actor.person_id
    titles = {**shown.workflow.papers, **paper_titles(shown.case, shown.workflow)}
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


def document_card(document: Document | Card) -> dict[str, Any]:
    """A document with its ways on."""
    return {
        "title": Sentence(document.title),
        "number": document.number,
        "issued_on": document.issued_on,
        "is_ready": document.produced_at is not None,
        "pdf_url": url_for("documents.pdf", number=document.number),
        "verify_url": url_for("documents.verify_code", code=document.verify_code),
        "status": document_status(document),
        "office_url": office_url(document),
    }


def office_url(document: Document | Card) -> str:
    """Where two people end or replace it, for those who work here; empty for kinds that only their workflow ends."""
    is_endable = (
        KINDS[document.kind].may_be_revoked and current_user.is_authenticated and current_user.is_staff
    )
    return url_for("document_office.show", number=document.number) if is_endable else ""


def document_status(document: Document | Card) -> Sentence | None:
    """Why a document may not be relied on today, in a few words; None while it may."""
    status = standing.of(document, today=clock.legal_day(clock.now()))
    return Sentence(STATUS[status]) if status in STATUS else None


def certificate_card(document: Document) -> dict[str, Any]:
    """A document with what it says of its matter and result, where it stands outside its own case."""
    said = particulars_of(document)
    return document_card(document) | {"about": (said.matter, said.result)}


def _who(event: history.Told, role: Sentence) -> Sentence:
    """Who took a step, in which role, and for whom if somebody was away."""
    if event.actor_name is None:
        return role
    if event.absent_name is None:
        return Sentence(N_("%(name)s（%(role)s）"), name=event.actor_name, role=role)
    text = N_("%(name)s（%(role)s，代%(absent)s办理）")
    return Sentence(text, name=event.actor_name, role=role, absent=event.absent_name)


def event_row(shown: Shown, event: history.Told) -> dict[str, Any]:
    """One event of the history. Officials are named by their role to the subject, by name to colleagues."""
    step = shown.workflow.step(event.step, event.source)
    role = Sentence(GRANT_TITLES[GrantKind(event.acting_as)])
    is_own_side = shown.actor.is_staff or GrantKind(event.acting_as) in FOR_A_SUBJECT
    return {
        "title": Sentence(step.title if step else BY_ITSELF[event.step]),
        "who": _who(event, role) if is_own_side else role,
        "at": event.at,
        "note": "",
    }
