"""A case as one reader sees it: plain values for the page, from the declaration, the gate and the rows.

Decides nothing about rights by itself: what is left out is what the readers' scopes and masking say.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ...domain import clock
from ...domain.people import FOR_A_SUBJECT, Actor
from ...domain.words import N_, Sentence
from ...services.cases import case_file
from ...services.engine import gate, leases, outlook
from ...services.house import House
from ...services.queues import assigning
from ...services.sync import sync_lists
from ...workflows import BY_NAME
from ...workflows.kit import Role, State, Step, Workflow
from ..addresses import address as url_for
from . import case_clocks, case_hand, case_panels
from . import case_rows as rows


def load(
    session: Session, address: str, actor: Actor, *, now: datetime, is_locked: bool = False
) -> rows.Shown:
    """Open a case for its reader, locked for whoever is going to take a step.

    Raises NotYours, or Refused for an ended mandate.
    """
    found = case_file.opened(session, address, actor, day=clock.legal_day(now), is_locked=is_locked)
    return rows.Shown(found, BY_NAME[found.case.workflow], actor)


def page(session: Session, shown: rows.Shown, *, now: datetime, house: House) -> dict[str, Any]:
    """The values of the case page."""
    case, workflow = shown.case, shown.workflow
    state = workflow.state(case.state)
    today = clock.legal_day(now)
    rulebook = shown.file.rulebook(house)
    running = case_clocks.running(workflow, shown.file.clocks, today=today)
    waits = not (case.item and not case.item.needs_acceptance)
    role, clocks = own_role(shown), case_clocks.rows(session, shown, rulebook, today=today)
    steps = [rows.step_row(shown, offer) for offer in duties_first(shown.offers) if offer.is_allowed]
    return {
        "case": case,
        "title": rows.title_of(case, workflow),
        "state": Sentence(state.title),
        "tone": tone(workflow, state),
        "path": path(shown),
        "turn": turn(shown, role, now=now),
        "is_yours": role is not None,
        "due": clocks[running.duty.id] if running.duty else None,
        "due_words": case_clocks.words(running.duty, today=today, calendar=rulebook.calendar)
        if running.duty
        else None,
        "rights": [
            case_clocks.right(found, clocks[found.id], workflow, rulebook, today=today)
            for found in running.rights
        ],
        "is_synced": shown.file.is_synced,
        "clocks": list(clocks.values()),
        "then": outlook.what_next(workflow, case.state, waits=waits) or still_possible(workflow, running),
        "steps": steps,
        "stead": rows.stead_of_all(steps),
        "not_now": [rows.step_row(shown, offer) for offer in shown.offers if not offer.is_allowed],
        "can_edit": shown.editable is not None,
        "room": room(shown, state),
        **case_panels.of_case(session, shown, today=today, rulebook=rulebook),
        "facts": rows.facts(shown),
        "returned": rows.returned(session, shown),
        "papers": [rows.paper_row(shown, paper) for paper in rows.papers(shown)],
        "documents": [rows.document_card(document) for document in shown.file.documents],
        "evidence": [rows.certificate_card(document) for document in shown.file.evidence],
        "events": [rows.event_row(shown, event) for event in reversed(shown.events)],
        "hand": case_hand.panel(case, shown.actor, seen=case.version, now=now),
    }


def still_possible(workflow: Workflow, running: case_clocks.Running) -> list[Sentence]:
    """What may still come of a case that has ended, as long as a right to it runs."""
    titles = (Sentence(workflow.clock(found.state).title) for found in running.rights)
    return [Sentence(N_("已经办结。在期限内%(right)s的，会接着办理。"), right=title) for title in titles]


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


def room(shown: rows.Shown, state: State) -> str | None:
    """The pages in which the case goes on, where no step leads there."""
    if not state.room or any(step.room == state.room for step in shown.workflow.steps_from(state.name)):
        return None
    return url_for(state.room, address=shown.case.address)


def duties_first(offers: list[gate.Offer]) -> list[gate.Offer]:
    """What the case waits for stands first; otherwise the order of the table."""
    return sorted(offers, key=lambda offer: offer.step.optional)


def is_duty(step: Step) -> bool:
    """Whether the case waits for this step."""
    return not step.optional and not step.by_clock_alone


def path(shown: rows.Shown) -> list[dict[str, Any]]:
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


def own_role(shown: rows.Shown) -> Role | None:
    """The role in which it is the reader's turn, or None.

    Where a state has a duty for each side, the second one's turn comes when its step is allowed.
    """
    duties = [offer for offer in shown.offers if is_duty(offer.step)]
    for offer in duties:
        role = gate.role_for(offer.step, shown.case, shown.actor, {})
        if role and (offer.is_allowed or offer.step.who == duties[0].step.who):
            return role
    return None


def waiting(shown: rows.Shown) -> Sentence:
    """What is going on where nobody has a step to take."""
    text = shown.workflow.state(shown.case.state).waits_for
    return Sentence(text, subject=shown.case.subject.name) if "%(subject)s" in text else Sentence(text)


def turn(shown: rows.Shown, own: Role | None, *, now: datetime) -> Sentence:
    """Whose turn it is: the role and the unit or subject, and who has taken it. `own` is the reader's role, if it is theirs."""
    case = shown.case
    steps = [step for step in shown.workflow.steps_from(case.state) if is_duty(step)]
    if not steps:
        ended = shown.workflow.state(case.state).ended
        return Sentence(N_("已经办结")) if ended else waiting(shown)
    role = own or steps[0].who[0]
    found = leases.standing(case, now=now)
    name = found.name if found and (not found.is_assigned or role.kind in assigning.SHARED_OUT) else None
    title = Sentence(role.title)
    if role.kind in sync_lists.OFFICE:
        return Sentence(N_("%(role)s（%(name)s正在办理）"), role=title, name=name) if name else title
    place = case.subject.name if role.kind in FOR_A_SUBJECT else rows.unit_name(case)
    if name:
        return Sentence(N_("%(place)s %(role)s（%(name)s正在办理）"), place=place, role=title, name=name)
    return Sentence(N_("%(place)s %(role)s"), place=place, role=title)
