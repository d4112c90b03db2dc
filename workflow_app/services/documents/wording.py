"""The plain values about a case that a text may name: who, what, when, by whom, until when.

Documents are issued in Chinese, so everything here is said in the source language. A text takes only the values
it declares; what a text needs and this does not give is an error when the document is numbered, never a gap.
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from ...domain import clock, masking
from ...domain.people import GRANT_TITLES, Actor, GrantKind
from ...domain.rulebook import Rulebook
from ...domain.words import N_, Sentence
from ...models.attachment import Attachment
from ...models.base import table
from ...models.case import Case
from ...models.catalogue import Reason
from ...models.deadline import Deadline
from ...models.party import Subject
from ...models.together import Together
from ...workflows import BY_NAME
from ...workflows.commitment import TYPES
from ...workflows.kit import Workflow
from ..cases import matters
from ..engine import ledger
from ..engine.history import Told
from ..engine.outlook import what_next
from ..house import House
from ..lists import list_wording
from ..objections import objection_wording
from ..records import record_wording
from ..training import training_wording
from .documents import Particulars
from .texts import Plain

SUBJECT_KINDS = {"legal": N_("法人及非法人组织"), "sole": N_("个体工商户"), "individual": N_("自然人")}
PUBLICATIONS = {
    "public": N_("本承诺书和履行情况向社会公开，公开时隐去联系方式和其他依法不得公开的信息。"),
    "limited": N_("本承诺书和履行情况不向社会公开，只在办理、核查本事项的行政机关之间依法共享。"),
    "none": N_("本承诺书不公开，也不对外共享，只由受理单位用于办理和核查本事项。"),
}
SIGNED_BY_CLICK = "系统认证确认"
ACT = frozenset({"clock_act", "clock_on", "clock_reason", "old_due_on", "new_due_on", "reckoning"})
DEADLINE, PAPER = table(Deadline).c, table(Attachment).c
OF_CASE: BindParameter[int] = bindparam("case_id")


class Running(NamedTuple):
    """A clock that runs, and how its end was reckoned."""

    due_on: date
    id: int
    state: str
    explanation: list[dict[str, Any]]


class Filed(NamedTuple):
    """A paper of the case."""

    id: int
    field: str
    name: str


AROUND = Together(
    {
        Running: select(*(DEADLINE[name] for name in Running._fields)).where(
            DEADLINE.case_id == OF_CASE, DEADLINE.closed_seq.is_(None)
        ),
        Filed: select(*(PAPER[name] for name in Filed._fields)).where(
            PAPER.case_id == OF_CASE, PAPER.removed_at.is_(None)
        ),
    }
)
FROM_AROUND = frozenset({"due_on", "due_rule", "papers"})


def of(
    session: Session,
    case: Case,
    workflow: Workflow,
    *,
    told: Sequence[Told],
    names: Collection[str],
    actor: Actor,
    day: date,
    house: House,
    rulebook: Rulebook,
) -> tuple[dict[str, Plain], Particulars]:
    """What the texts that take these names may say, and what the document says about itself; `told` is the history.

    For a preview, before the step, too. What is read for some names alone is left out where none of them is wanted.
    """
    facts = workflow.load(case.facts)
    values = (
        _facts(workflow, facts)
        | _subject(case.subject)
        | record_wording.of(session, case, day=day, rulebook=rulebook)
        | _matter(case, facts, day)
        | _people(told, case, actor)
        | _course(case, workflow, told, day=day, rulebook=rulebook)
        | (_around(session, case, workflow) if FROM_AROUND.intersection(names) else {})
        | _finding(session, facts, told)
        | (_last_act_on_clock(session, case) if ACT.intersection(names) else {})
        | {"site_name": house.site_name, "case_number": case.number or ""}
        | objection_wording.of(session, case, told, day=day, rulebook=rulebook)
        | training_wording.of(session, case)
        | list_wording.of(session, case, told, day=day, rulebook=rulebook)
    )
    return values, Particulars(
        holder_name=case.subject.name,
        holder_code=masking.mask_code(case.subject.kind, case.subject.code),
        unit_name=str(values["unit_name"] or house.site_name),
        matter=str(matters.of(case)),
        result=str(values.get("outcome") or values.get("degree") or workflow.state(case.state).title),
        record=_signing_record(told),
    )


def _subject(subject: Subject) -> dict[str, Plain]:
    return {
        "subject_name": subject.name,
        "subject_code": masking.mask_code(subject.kind, subject.code),
        "subject_kind": SUBJECT_KINDS[subject.kind],
        "legal_representative": subject.legal_representative or "",
    }


def _facts(workflow: Workflow, facts: Any) -> dict[str, Plain]:
    """Every fact by its name; what is chosen from a list by its title."""
    said = {name: getattr(facts, name) for name in workflow.labels}
    titles = {name: choices.get(said[name], "") for name, choices in workflow.choices.items()}
    return {name: "" if value is None else value for name, value in (said | titles).items()}


def _matter(case: Case, facts: Any, day: date) -> dict[str, Plain]:
    item = case.item
    name, mobile = getattr(facts, "contact_name", ""), getattr(facts, "contact_mobile", "")
    return {
        "item_title": item.title if item else matters.named(case),
        "item_code": item.code if item else case.record.decision_no if case.record else "",
        "type_title": TYPES[item.type] if item else BY_NAME[case.workflow].title,
        "unit_name": case.unit.name if case.unit else "",
        "conditions": tuple(item.conditions) if item else (),
        "liability": item.liability if item else "",
        "publication": PUBLICATIONS[item.publication] if item else "",
        "contact_masked": f"{masking.mask_name(name)} {masking.mask_mobile(mobile)}"
        if name and mobile
        else "",
        "valid_until": getattr(facts, "valid_until", None) or day,
    }


def _people(told: Sequence[Told], case: Case, actor: Actor) -> dict[str, Plain]:
    """Who signed and who acted for the unit; while one only looks ahead, the reader is the one who will sign."""
    last = {event.acting_as: _by(event) for event in told if event.actor_name}
    kind: str = next((g.kind for g in actor.grants if g.subject_id == case.subject_id), GrantKind.OWNER)
    name = actor.name
    if (signed := _signed(told)) and case.state != BY_NAME[case.workflow].first.name:
        kind, name = signed[-1].acting_as, signed[-1].actor_name or name
    return {
        "signer_name": name,
        "signer_role": GRANT_TITLES[GrantKind(kind)],
        "handler_name": last.get(GrantKind.HANDLER, ""),
        "head_name": last.get(GrantKind.HEAD, ""),
    }


def _by(event: Told) -> str:
    """Who took a step, and for whom if somebody was away."""
    name = event.actor_name or ""
    return f"{name}（代{event.absent_name}）" if event.absent_name else name


def _signed(told: Sequence[Told]) -> list[Told]:
    """The events in which something was signed: those that carry a signing record."""
    return [event for event in told if "signing" in event.given]


def _course(
    case: Case, workflow: Workflow, told: Sequence[Told], *, day: date, rulebook: Rulebook
) -> dict[str, Plain]:
    """The days of the case and what comes next."""
    signed = _signed(told)
    signed_on = clock.legal_day(signed[-1].at) if signed else day
    last_step = workflow.step(told[-1].step, told[-1].source) if told else None
    next_steps = what_next(workflow, case.state, waits=_waits(case))
    return {
        "signed_on": signed_on,
        "submitted_on": signed_on if signed else _handed_in_on(workflow, told) or day,
        "valid_from": signed_on,
        "decided_on": day,
        "next_steps": tuple(map(str, next_steps)),
        "ended_how": last_step.title if last_step else "",
        "review_until": rulebook.due("RM-01", day).due_on,
        "litigation_until": rulebook.due("RM-02", day).due_on,
    }


def _waits(case: Case) -> bool:
    """Whether somebody has to decide about the case; a commitment to an item that needs no acceptance holds at once."""
    return case.item is None or case.item.needs_acceptance


def _around(session: Session, case: Case, workflow: Workflow) -> dict[str, Plain]:
    """Until when all is to be done, how that day was reckoned, and what was handed in."""
    rows = AROUND.read(session, {"case_id": case.id})
    running = sorted(rows[Running]) if case.number and _waits(case) else []
    promised = _promised(workflow, running)
    reckoned = promised.explanation if promised else ()
    return {
        "due_on": promised.due_on if promised else "",
        "due_rule": "".join(str(Sentence.from_json(line)) for line in reckoned),
        "papers": _paper_names(case, sorted(rows[Filed])),
    }


def _promised(workflow: Workflow, running: Sequence[Running]) -> Running | None:
    """The clock until whose end all is to be done: one that runs across states if there is any, else the nearest."""
    across = {span.clock.name for span in workflow.spans}
    return next((each for each in reversed(running) if each.state in across), running[0] if running else None)


def _handed_in_on(workflow: Workflow, told: Sequence[Told]) -> date | None:
    """The legal day on which the case left its first state; None while it has not."""
    first = workflow.first.name
    left = (event for event in told if event.source == first and event.target != first)
    return next((clock.legal_day(event.at) for event in left), None)


def _last_act_on_clock(session: Session, case: Case) -> dict[str, Plain]:
    """What was written last into the ledger, with the whole reckoning of the day that follows."""
    entry = ledger.last(session, case.id)
    if entry is None:
        return {}
    clock_of_entry = entry.deadline
    return {
        "clock_act": str(Sentence(ledger.ACTS[entry.kind])),
        "clock_on": entry.on,
        "clock_reason": entry.reason,
        "old_due_on": entry.old_due_on,
        "new_due_on": "" if clock_of_entry.paused_on else entry.new_due_on,
        "reckoning": tuple(str(Sentence.from_json(line)) for line in clock_of_entry.explanation),
    }


def _paper_names(case: Case, papers: Sequence[Filed]) -> tuple[str, ...]:
    """Each paper of the case, by what it is and its name."""
    titles = BY_NAME[case.workflow].papers
    if case.item:
        titles = titles | {paper["field"]: paper["title"] for paper in case.item.papers}
    return tuple(f"{titles.get(paper.field, paper.field)}：{paper.name}" for paper in papers)


def _finding(session: Session, facts: Any, told: Sequence[Told]) -> dict[str, Plain]:
    """What was found and why, and the coded reasons of the last step that named any."""
    reasons: list[dict[str, str]] = next(
        (event.given["reasons"] for event in reversed(told) if "reasons" in event.given), []
    )
    known = {reason.code: reason for reason in session.scalars(select(Reason))} if reasons else {}
    how_to_mend = tuple(known[reason["code"]].how_to_mend for reason in reasons)
    return ({"next_steps": how_to_mend} if reasons else {}) | {
        "answer": getattr(facts, "decision_reasons", ""),
        "reasons": tuple(f"{known[r['code']].title}。{r['note']}" for r in reasons),
        **_breach(facts),
    }


def _breach(facts: Any) -> dict[str, Plain]:
    """What the texts of commitments call by other names than the facts."""
    if not hasattr(facts, "breach_facts"):
        return {}
    return {
        "facts": facts.breach_facts,
        "basis": facts.breach_basis,
        "checked_how": "",
        "performed_note": facts.drop_reasons or facts.performance_report,
    }


def _signing_record(told: Sequence[Told]) -> tuple[tuple[str, str], ...]:
    """How the letter was signed (电子签名法 13: who, when, what was shown), for the foot of the document."""
    signed = _signed(told)
    if not signed:
        return ()
    event = signed[-1]
    signing = event.given["signing"]
    return (
        ("签署方式", f"{SIGNED_BY_CLICK}（{signing['method']}）"),
        ("签署时间", event.at.astimezone(clock.LEGAL_ZONE).strftime("%Y-%m-%d %H:%M:%S +08:00")),
        ("签署记录", f"{event.digest[:16]}…"),
    )
