"""THE engine: the only code that writes a case's state. One step, one transaction, owned by the caller.

Lock the row, refuse a stale reader, ask the gate, move a throw-away token through the machine, write the event,
close and open the clocks, let effects become rows. Steps of the clock that now hold follow in the same
transaction. Nothing outside the database happens here; what must follow lies in the outbox.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified, set_committed_value

from ...domain import clock
from ...domain.people import CLOCK, Actor, GrantKind
from ...domain.refusals import NotYours, Refused, Stale
from ...domain.words import N_, Sentence
from ...models.attachment import Attachment
from ...models.base import table
from ...models.case import Case
from ...workflows import BY_NAME
from ...workflows.kit import Step, Workflow
from ..cases import agents
from ..delivery import outbox
from ..house import House
from ..queues import assigning
from . import circumstances, clocks, effects, gate, history, leases, numbers, opened
from .moment import Moment
from .opened import Opened


@dataclass(frozen=True)
class Order:
    """What is asked of a case: the step, what is handed in, and the version the person saw (None for the clock)."""

    step: str
    given: Mapping[str, Any]
    seen_version: int | None


class Token:
    """What the machine moves. Never a row: a row would keep a half-done move."""

    state: str


MOVE = update(table(Case)).where(table(Case).c.id == bindparam("moved"))
PAPER = table(Attachment).c
HAND_IN = update(table(Attachment)).where(
    PAPER.case_id == bindparam("of_case"),
    PAPER.submitted_seq.is_(None),
    PAPER.removed_at.is_(None),
    PAPER.field.in_(bindparam("fields", expanding=True)),
)


def lock(session: Session, address: str) -> Case:
    """The case of this number or draft reference, locked until the transaction ends. Raises NotYours."""
    case: Case = opened.read(session, opened.READ, {"address": address}, is_locked=True)[0]
    return case


def perform(
    session: Session, address: str, order: Order, *, actor: Actor, now: datetime, house: House
) -> Case:
    """Take one step. Returns the case after it; raises NotYours, Stale or Refused, and then nothing was written."""
    file = opened.locked(session, address, day=clock.legal_day(now))
    return perform_on(file, order, actor=actor, now=now, house=house)


def perform_on(file: Opened, order: Order, *, actor: Actor, now: datetime, house: House) -> Case:
    """The same with a case that was opened locked in this transaction; afterwards it has to be opened anew."""
    if not file.is_locked:
        raise RuntimeError("A step is taken of a case that is locked.")
    case = file.case
    if actor is not CLOCK and not file.workflow.readers.holds(case, actor, {}):
        raise NotYours
    if order.seen_version is not None and order.seen_version != case.version:
        raise Stale(version=case.version)
    leases.refuse_if_taken(case, actor, now=now)
    _take(file, order, actor=actor, now=now, house=house)
    _follow(file.session, case, now=now, house=house)
    return case


def follow(session: Session, case_id: int, *, now: datetime, house: House) -> None:
    """Let the clock take what holds now because something outside the case was done, say the last confirmation."""
    case = session.get_one(Case, case_id, with_for_update={"of": Case}, populate_existing=True)
    _follow(session, case, now=now, house=house)


def _follow(session: Session, case: Case, *, now: datetime, house: House) -> None:
    """Steps of the clock that hold now and need not wait for a day, one after the other."""
    while waiting := [step for step in BY_NAME[case.workflow].steps_from(case.state) if step.follows]:
        file = opened.again(session, case, day=clock.legal_day(now))
        step = next((step for step in waiting if _holds(step, file)), None)
        if step is None:
            return
        _take(file, Order(step.name, {}, None), actor=CLOCK, now=now, house=house)


def _holds(step: Step, file: Opened) -> bool:
    return gate.refusal(step, file.case, CLOCK, acted=file.acted, about=file.about) is None


def not_in_this_state(workflow: Workflow, case: Case) -> Sentence:
    """Why a step that the state does not have can't be taken."""
    state = Sentence(workflow.state(case.state).title)
    return Sentence(N_("这件办件现在的状态是“%(state)s”，不能办理这一步。"), state=state)


def _take(file: Opened, order: Order, *, actor: Actor, now: datetime, house: House) -> None:
    moment = _judge(file, order, actor=actor, now=now, house=house)
    session, step = moment.session, moment.step
    token = Token()
    token.state = moment.case.state
    moment.workflow.machine.events[step.name].trigger(token)
    _write_event(moment)
    _hand_in_papers(moment)
    _move(moment, token.state)
    effects.carry_out(step.then, moment)
    if step.source != step.target:
        assigning.go_on(moment)
    agents.tell_owner(moment)
    outbox.put_all(session, moment.letters, now=moment.now)
    session.flush()


def _judge(file: Opened, order: Order, *, actor: Actor, now: datetime, house: House) -> Moment:
    """The step as it will be taken. Raises Refused with the first reason why it may not be."""
    case, workflow = file.case, file.workflow
    step = workflow.step(order.step, case.state)
    if step is None:
        raise Refused(not_in_this_state(workflow, case), code="moved")
    about = circumstances.with_given(file.about, step, order.given, workflow)
    sentence = gate.refusal(step, case, actor, acted=file.acted, about=about)
    if sentence is not None:
        raise Refused(sentence)
    place = gate.place_for(step, case, actor, file.acted)
    if place is not None:
        leases.refuse_if_assigned(case, actor, place[0].kind, now=now)
    seq, digest = history.last(file.told)
    return Moment(
        file.session,
        case,
        workflow,
        step,
        about,
        told=[*file.told],
        acting_as=place[0].kind if place else GrantKind.CLOCK,
        acts_for=place[1].acts_for if place else None,
        seq=seq + 1,
        previous_digest=digest,
        day=file.day,
        now=now,
        actor=actor,
        house=house,
        rulebook=file.rulebook(house),
    )


def _write_event(moment: Moment) -> None:
    """The event says what was given and what it changed; a return also says how the marked parts stood then."""
    case, step, workflow = moment.case, moment.step, moment.workflow
    facts = moment.stored
    known = history.recorded_facts(moment.told) if step.source.editors else case.facts
    given = workflow.plain(moment.about.given or {})
    if step.coded:
        given["marked"] = {reason["target"]: facts.get(reason["target"]) for reason in given["reasons"]}
    written = history.append(
        moment.session,
        seq=moment.seq,
        previous_digest=moment.previous_digest,
        case_id=case.id,
        step=step.name,
        source=step.source.name,
        target=step.target.name,
        actor_id=moment.actor.person_id,
        acting_as=moment.acting_as,
        actor_name=moment.actor.name if moment.actor is not CLOCK else None,
        acted_for_id=moment.acts_for.person_id if moment.acts_for else None,
        absent_name=moment.acts_for.name if moment.acts_for else None,
        at=moment.now,
        given=given,
        changes={name: [known.get(name), value] for name, value in facts.items() if known.get(name) != value},
    )
    moment.told.append(written)


def _hand_in_papers(moment: Moment) -> None:
    """The papers of this step belong to its event; what somebody keeps ready for another step is left alone."""
    waiting = moment.about.new_papers
    fields = waiting if moment.step.source.editors else waiting.intersection(moment.step.papers)
    if fields:
        given = {"of_case": moment.case.id, "fields": sorted(fields), "submitted_seq": moment.seq}
        moment.session.execute(HAND_IN, given)
        for row in moment.session.identity_map.values():
            if isinstance(row, Attachment):
                moment.session.expire(row)


def _move(moment: Moment, state: str) -> None:
    """The row gets its state, its facts and its number, the clocks their end and beginning."""
    case, workflow, step = moment.case, moment.workflow, moment.step
    changed: dict[str, Any] = {"version": case.version + 1, "updated_at": moment.now}
    if case.number is None and step.source == workflow.first and not step.target.ended:
        place, day = moment.house.division, moment.day
        changed["number"] = numbers.case_number(moment.session, workflow.prefix, division=place, day=day)
    if moment.stored != case.facts:
        changed["facts"] = moment.stored
    if state != case.state:
        due_on = clocks.turn_over(moment, step.source, step.target)
        ended_at = moment.now if step.target.ended else None
        changed |= {"state": state, "due_on": due_on, "ended_at": ended_at, **leases.ended_with_step(case)}
    write(moment.session, case, **changed)


def write(session: Session, case: Case, **changed: Any) -> None:
    """Change columns of the row at once; the object says the same, and has nothing left to write."""
    session.execute(MOVE, {"moved": case.id} | changed)
    for name, value in changed.items():
        set_committed_value(case, name, value)
    if session.in_nested_transaction():  # whose rollback reads anew only what the session knows to be changed
        flag_modified(case, "version")
