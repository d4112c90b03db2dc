"""THE engine: the only code that writes a case's state. One step, one transaction, owned by the caller.

Lock the row, refuse a stale reader, ask the gate, move a throw-away token through the machine, write the event,
close and open the clocks, let effects become rows. Steps of the clock that now hold follow in the same
transaction. Nothing outside the database happens here; what must follow lies in the outbox.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ..domain import clock
from ..domain.people import CLOCK, Actor, GrantKind
from ..domain.refusals import NotYours, Refused, Stale
from ..domain.words import N_, Sentence
from ..models.attachment import Attachment
from ..models.case import Case
from ..workflows import BY_NAME
from ..workflows.circumstances import Circumstances
from ..workflows.kit import Step, Workflow
from ..workflows.scope import Acted
from . import circumstances, clocks, effects, gate, history, leases, numbers
from .house import House
from .moment import Moment


@dataclass(frozen=True)
class Order:
    """What is asked of a case: the step, what is handed in, and the version the person saw (None for the clock)."""

    step: str
    given: Mapping[str, Any]
    seen_version: int | None


class Token:
    """What the machine moves. Never a row: a row would keep a half-done move."""

    state: str


def lock(session: Session, address: str) -> Case:
    """The case of this number or draft reference, locked until the transaction ends. Raises NotYours."""
    wanted = select(Case).where((Case.number == address) | (Case.ref == address)).with_for_update(of=Case)
    case = session.scalars(wanted, execution_options={"populate_existing": True}).first()
    if case is None:
        raise NotYours
    return case


def perform(
    session: Session, address: str, order: Order, *, actor: Actor, now: datetime, house: House
) -> Case:
    """Take one step. Returns the case after it; raises NotYours, Stale or Refused, and then nothing was written."""
    case = lock(session, address)
    workflow = BY_NAME[case.workflow]
    acted = history.acted(session, case.id)
    if actor is not CLOCK and not workflow.readers.holds(case, actor, acted):
        raise NotYours
    if order.seen_version is not None and order.seen_version != case.version:
        raise Stale(version=case.version)
    leases.refuse_if_taken(case, actor, now=now)
    _take(session, case, workflow, order, actor=actor, now=now, house=house)
    while following := _following(session, case, workflow, now=now):
        _take(session, case, workflow, Order(following.name, {}, None), actor=CLOCK, now=now, house=house)
    return case


def not_in_this_state(workflow: Workflow, case: Case) -> Sentence:
    """Why a step that the state does not have can't be taken."""
    state = Sentence(workflow.state(case.state).title)
    return Sentence(N_("这件办件现在的状态是“%(state)s”，不能办理这一步。"), state=state)


def _take(
    session: Session,
    case: Case,
    workflow: Workflow,
    order: Order,
    *,
    actor: Actor,
    now: datetime,
    house: House,
) -> None:
    step = workflow.step(order.step, case.state)
    if step is None:
        raise Refused(not_in_this_state(workflow, case))
    day = clock.legal_day(now)
    acted = history.acted(session, case.id)
    before = circumstances.gather(session, case, workflow, day=day)
    about = circumstances.with_given(before, step, order.given, workflow)
    sentence = gate.refusal(step, case, actor, acted=acted, about=about)
    if sentence is not None:
        raise Refused(sentence)
    token = Token()
    token.state = case.state
    workflow.machine.events[step.name].trigger(token)
    if case.number is None and step.source == workflow.first and not step.target.ended:
        case.number = numbers.case_number(session, workflow.prefix, division=house.division, day=day)
    seq = _write_event(
        session, case, workflow, step, order=order, actor=actor, now=now, about=about, acted=acted
    )
    _move(session, case, workflow, step, about=about, state=token.state, seq=seq, now=now, house=house)
    moment = Moment(session, case, workflow, step, about, seq=seq, day=day, now=now, actor=actor, house=house)
    for effect in step.then:
        effects.carry_out(effect, moment)
    session.flush()


def _write_event(
    session: Session,
    case: Case,
    workflow: Workflow,
    step: Step,
    *,
    order: Order,
    actor: Actor,
    now: datetime,
    about: Circumstances,
    acted: Acted,
) -> int:
    role = gate.role_for(step, case, actor, acted)
    facts = workflow.dump(about.facts)
    known = history.recorded_facts(session, case.id) if step.source.editors else case.facts
    given = workflow.plain(order.given)
    if step.coded:
        targets = [reason["target"] for reason in given["reasons"]]
        given["marked"] = {target: facts.get(target) for target in targets}
    return history.append(
        session,
        last=history.last(session, case.id),
        case_id=case.id,
        step=step.name,
        source=step.source.name,
        target=step.target.name,
        actor_id=actor.person_id,
        acting_as=role.kind if role else GrantKind.CLOCK,
        at=now,
        given=given,
        changes={name: [known.get(name), value] for name, value in facts.items() if known.get(name) != value},
    )


def _move(
    session: Session,
    case: Case,
    workflow: Workflow,
    step: Step,
    *,
    about: Circumstances,
    state: str,
    seq: int,
    now: datetime,
    house: House,
) -> None:
    """The row gets its state and facts, the papers their event, the clocks their end and beginning."""
    case.facts = workflow.dump(about.facts)
    case.version += 1
    case.updated_at = now
    handed_in = update(Attachment).where(
        Attachment.case_id == case.id, Attachment.submitted_seq.is_(None), Attachment.removed_at.is_(None)
    )
    if (
        not step.source.editors
    ):  # what somebody else keeps ready for another step is not handed in by this one
        handed_in = handed_in.where(Attachment.field.in_(step.papers))
    session.execute(handed_in.values(submitted_seq=seq))
    if state == case.state:
        return
    case.state = state
    case.assignee_id = case.assigned_at = case.lease_until = None
    clocks.close(session, case.id, seq=seq, now=now)
    case.due_on = clocks.open_for(
        session,
        case.id,
        state=step.target,
        workflow=workflow,
        facts=about.facts,
        seq=seq,
        day=about.day,
        rulebook=house.rulebook,
    )


def _following(session: Session, case: Case, workflow: Workflow, *, now: datetime) -> Step | None:
    """The step of the clock that holds now and need not wait for a day."""
    waiting = [step for step in workflow.steps_from(case.state) if step.follows]
    if not waiting:
        return None
    acted = history.acted(session, case.id)
    about = circumstances.gather(session, case, workflow, day=clock.legal_day(now))
    return next((s for s in waiting if gate.refusal(s, case, CLOCK, acted=acted, about=about) is None), None)
