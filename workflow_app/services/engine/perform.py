"""THE engine: the only code that writes a case's state. One step, one transaction, owned by the caller.

Lock the row, refuse a stale reader, ask the gate, move a throw-away token through the machine, write the event,
close and open the clocks, let effects become rows. Steps of the clock that now hold follow in the same
transaction. Nothing outside the database happens here; what must follow lies in the outbox.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, false, or_, select, update
from sqlalchemy.orm import Session

from ...domain import clock
from ...domain.people import CLOCK, Actor, GrantKind
from ...domain.refusals import NotYours, Refused, Stale
from ...domain.words import N_, Sentence
from ...models.attachment import Attachment
from ...models.case import Case
from ...workflows import BY_NAME
from ...workflows.kit import Step, Workflow
from ..cases import agents
from ..house import House
from ..queues import assigning
from ..rules import rulebooks
from . import circumstances, clocks, effects, gate, history, leases, numbers
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


def has_address(address: str) -> ColumnElement[bool]:
    """The case of this number or draft reference. A NUL, which PostgreSQL would not read, is in none."""
    known = address.replace("\0", "")
    return or_(Case.number == known, Case.ref == known) if known == address else false()


def lock(session: Session, address: str) -> Case:
    """The case of this number or draft reference, locked until the transaction ends. Raises NotYours."""
    wanted = select(Case).where(has_address(address)).with_for_update(of=Case)
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
    if actor is not CLOCK and not workflow.readers.holds(case, actor, {}):
        raise NotYours
    if order.seen_version is not None and order.seen_version != case.version:
        raise Stale(version=case.version)
    leases.refuse_if_taken(case, actor, now=now)
    _take(session, case, order, actor=actor, now=now, house=house)
    _follow(session, case, now=now, house=house)
    return case


def follow(session: Session, case_id: int, *, now: datetime, house: House) -> None:
    """Let the clock take what holds now because something outside the case was done, say the last confirmation."""
    case = session.get_one(Case, case_id, with_for_update={"of": Case}, populate_existing=True)
    _follow(session, case, now=now, house=house)


def _follow(session: Session, case: Case, *, now: datetime, house: House) -> None:
    while following := _following(session, case, now=now):
        _take(session, case, Order(following.name, {}, None), actor=CLOCK, now=now, house=house)


def not_in_this_state(workflow: Workflow, case: Case) -> Sentence:
    """Why a step that the state does not have can't be taken."""
    state = Sentence(workflow.state(case.state).title)
    return Sentence(N_("这件办件现在的状态是“%(state)s”，不能办理这一步。"), state=state)


def _take(session: Session, case: Case, order: Order, *, actor: Actor, now: datetime, house: House) -> None:
    moment = _judge(session, case, order, actor=actor, now=now, house=house)
    workflow, step = moment.workflow, moment.step
    token = Token()
    token.state = case.state
    workflow.machine.events[step.name].trigger(token)
    if case.number is None and step.source == workflow.first and not step.target.ended:
        case.number = numbers.case_number(session, workflow.prefix, division=house.division, day=moment.day)
    _write_event(moment)
    _hand_in_papers(moment)
    _move(moment, token.state)
    for effect in step.then:
        effects.carry_out(effect, moment)
    if step.source != step.target:
        assigning.go_on(moment)
    agents.tell_owner(moment)
    session.flush()


def _judge(
    session: Session, case: Case, order: Order, *, actor: Actor, now: datetime, house: House
) -> Moment:
    """The step as it will be taken. Raises Refused with the first reason why it may not be."""
    workflow = BY_NAME[case.workflow]
    step = workflow.step(order.step, case.state)
    if step is None:
        raise Refused(not_in_this_state(workflow, case), code="moved")
    day = clock.legal_day(now)
    told = history.events(session, case.id)
    acted = history.acted(told)
    before = circumstances.gather(session, case, workflow, day=day, told=told)
    about = circumstances.with_given(before, step, order.given, workflow)
    sentence = gate.refusal(step, case, actor, acted=acted, about=about)
    if sentence is not None:
        raise Refused(sentence)
    place = gate.place_for(step, case, actor, acted)
    if place is not None:
        leases.refuse_if_assigned(case, actor, place[0].kind, now=now)
    seq, digest = history.last(told)
    return Moment(
        session,
        case,
        workflow,
        step,
        about,
        told=told,
        acting_as=place[0].kind if place else GrantKind.CLOCK,
        acts_for=place[1].acts_for if place else None,
        seq=seq + 1,
        previous_digest=digest,
        day=day,
        now=now,
        actor=actor,
        house=house,
        rulebook=rulebooks.current(session, house),
    )


def _write_event(moment: Moment) -> None:
    """The event says what was given and what it changed; a return also says how the marked parts stood then."""
    case, step, workflow = moment.case, moment.step, moment.workflow
    facts = workflow.dump(moment.facts)
    known = history.recorded_facts(moment.told) if step.source.editors else case.facts
    given = workflow.plain(moment.about.given or {})
    if step.coded:
        given["marked"] = {reason["target"]: facts.get(reason["target"]) for reason in given["reasons"]}
    history.append(
        moment.session,
        seq=moment.seq,
        previous_digest=moment.previous_digest,
        case_id=case.id,
        step=step.name,
        source=step.source.name,
        target=step.target.name,
        actor_id=moment.actor.person_id,
        acting_as=moment.acting_as,
        acted_for_id=moment.acts_for.person_id if moment.acts_for else None,
        at=moment.now,
        given=given,
        changes={name: [known.get(name), value] for name, value in facts.items() if known.get(name) != value},
    )


def _hand_in_papers(moment: Moment) -> None:
    """The papers of this step belong to its event; what somebody keeps ready for another step is left alone."""
    handed_in = update(Attachment).where(
        Attachment.case_id == moment.case.id,
        Attachment.submitted_seq.is_(None),
        Attachment.removed_at.is_(None),
    )
    if not moment.step.source.editors:
        handed_in = handed_in.where(Attachment.field.in_(moment.step.papers))
    moment.session.execute(handed_in.values(submitted_seq=moment.seq))


def _move(moment: Moment, state: str) -> None:
    """The row gets its state and facts, the clocks their end and beginning."""
    case = moment.case
    case.facts = moment.workflow.dump(moment.facts)
    case.version += 1
    case.updated_at = moment.now
    if state == case.state:
        return
    source = moment.step.source
    case.state = state
    case.due_on = clocks.turn_over(moment, source, moment.step.target)
    case.ended_at = moment.now if moment.step.target.ended else None


def _following(session: Session, case: Case, *, now: datetime) -> Step | None:
    """The step of the clock that holds now and need not wait for a day."""
    workflow = BY_NAME[case.workflow]
    waiting = [step for step in workflow.steps_from(case.state) if step.follows]
    if not waiting:
        return None
    told = history.events(session, case.id)
    acted = history.acted(told)
    about = circumstances.gather(session, case, workflow, day=clock.legal_day(now), told=told)
    return next((s for s in waiting if gate.refusal(s, case, CLOCK, acted=acted, about=about) is None), None)
