"""What the page of a listing shows beside every case's parts: the list's ground, points and answers, and the service.

Which cases have these parts is read from the declaration; what a reader may see of a case at all was decided before.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from forms.fields import HouseForm, Ticks
from forms.points import Answers

from ...domain import clock
from ...domain.rulebook import Rulebook
from ...domain.words import N_, Sentence
from ...services.engine.history import Told
from ...services.lists import list_entries
from ...workflows.kit import Workflow
from ..cases import case_rows
from ..cases.case_rows import Shown
from . import list_rows

PARTS = frozenset({"list_key", "reply_points", "answers"})
"""The facts of a case that puts somebody on a list."""
FREE_OF_MEASURES = "focus"
"""The kind of list that may bring no measure at all."""
COURSE = {
    "serve_notice": N_("%(who)s，%(day)s 告知"),
    "sign_for": N_("%(who)s，%(day)s 在线签收"),
    "reply": N_("%(who)s，%(day)s 陈述申辩"),
    "enter_reply": N_("%(day)s 收到书面意见，%(who)s 登记"),
    "propose_decision": N_("%(who)s，%(day)s 提出建议"),
    "decide": N_("%(who)s，%(day)s 决定"),
    "publish": N_("%(day)s 公布，渠道：%(channel)s"),
}
SERVED = N_("%(day)s 送达，方式：%(how)s")
TITLES = {
    "serve_notice": N_("告知书"),
    "prove_service": N_("告知书送达"),
    "sign_for": N_("告知书送达"),
    "reply": N_("陈述申辩"),
    "enter_reply": N_("陈述申辩"),
    "propose_decision": N_("建议"),
    "decide": N_("决定书"),
    "prove_decision_service": N_("决定书送达"),
    "publish": N_("公布"),
}


def is_listing(workflow: Workflow) -> bool:
    """Whether the cases of a workflow put somebody on a list."""
    return workflow.labels.keys() >= PARTS


def panels(session: Session, shown: Shown, *, today: date, rulebook: Rulebook) -> dict[str, Any]:
    """The parts of the page; none for another workflow."""
    if not is_listing(shown.workflow):
        return {}
    facts, found = shown.workflow.load(shown.case.facts), list_entries.type_of_case(session, shown.case)
    return {
        "list_ground": list_rows.ground(
            session, found, chosen=facts.measures, scope=facts.scope, today=today, rulebook=rulebook
        ),
        "points": points(session, shown, facts),
        "course": list(course(shown, facts)),
    }


def points(session: Session, shown: Shown, facts: Any) -> dict[str, Any] | None:
    """What the subject said and what the unit answers, side by side; None before anybody could be heard."""
    is_proposed = any(event.step == "propose_decision" for event in shown.events)
    if not facts.reply_points and not is_proposed:
        return None
    papers = [paper for paper in case_rows.papers(shown) if paper.submitted_seq is not None]
    return {
        "rows": [
            {"place": place, "point": point, "answer": facts.answers.get(str(place), "")}
            for place, point in enumerate(facts.reply_points, 1)
        ],
        "is_ended": shown.workflow.state(shown.case.state).ended,
        "papers": [case_rows.paper_row(shown, paper) for paper in papers if paper.field == "reply_evidence"],
    }


def course(shown: Shown, facts: Any) -> Iterator[dict[str, Any]]:
    """When and how each paper was served and each word said, in order; the last one of a kind counts."""
    last = {event.step: event for event in shown.events if event.step in TITLES}
    for event in sorted(last.values(), key=lambda each: each.seq):
        yield {"title": Sentence(TITLES[event.step]), "value": _told(shown, event, facts)}


def _told(shown: Shown, event: Told, facts: Any) -> Sentence:
    if event.step == "prove_service":
        return _served(shown, facts.served_on, facts.served_how)
    if event.step == "prove_decision_service":
        return _served(shown, facts.decision_served_on, facts.decision_served_how)
    day, who = clock.legal_day(event.at), case_rows.event_row(shown, event)["who"]
    if event.step == "publish":
        return Sentence(COURSE[event.step], day=day, channel=facts.channel)
    return Sentence(COURSE[event.step], day=day, who=who)


def _served(shown: Shown, on: date | None, how: str) -> Sentence:
    return Sentence(SERVED, day=on or "", how=Sentence(shown.workflow.choices["served_how"][how]))


def offer(session: Session, form: HouseForm, shown: Shown) -> None:
    """Put the measures of the list and the points to be answered into a form that asks for them."""
    if not is_listing(shown.workflow):
        return
    facts = shown.workflow.load(shown.case.facts)
    for field in list(form):
        if isinstance(field, Answers):
            field.offer(facts.reply_points, said=facts.answers)
        if isinstance(field, Ticks):
            rows = list_rows.measures(session, list_entries.type_of_case(session, shown.case))
            field.offer(
                {row["key"]: list_rows.measure_told(row) for row in rows},
                hints={row["key"]: list_rows.basis_told(row) for row in rows if row["basis"]},
                is_required=facts.kind != FREE_OF_MEASURES,
            )
            if not rows:
                del form[field.name]
