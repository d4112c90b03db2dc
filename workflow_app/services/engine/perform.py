"""THE engine: the only code that writes a case's state. One step, one transaction, owned by the caller.

Lock the row, refuse a stale reader, ask the gate, move a throw-away token through the machine, write the event,
close and open the clocks, let effects become rows. Steps of the clock that now hold follow in the same
transaction. Nothing outside the database happens here; what must follow lies in the outbox.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, false, or_, select, update
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import flag_modified, set_committed_value

from ...domain import clock
from ...domain.people import CLOCK, Actor, GrantKind
from ...domain.refusals import NotYours, Refused, Stale
from ...domain.rulebook import Rulebook
from ...domain.words import N_, Sentence
from ...models.attachment import Attachment
from ...models.base import table
from ...models.case import Case
from ...workflows import BY_NAME
from ...workflows.circumstances import Circumstances
from ...workflows.kit import Step, Workflow
from ...workflows.scope import Acted
from ..cases import agents
from ..house import House
from ..queues import assigning
from ..rules import rulebooks
from . import answers, circumstances, clocks, effects, gate, history, leases, numbers
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


ANEW = {"populate_existing": True}
CASE = table(Case)
ADDRESSED = or_(CASE.c.number == bindparam("address"), CASE.c.ref == bindparam("address"))
LOCK = select(CASE.c.id).where(ADDRESSED).with_for_update()
READ = (
    select(Case)
    .where(ADDRESSED)
    .options(*(joinedload(about) for about in (Case.subject, Case.unit, Case.item, Case.record)))
)
HAS_PAPERS = (
    select(Attachment.id)
    .where(Attachment.case_id == Case.id, Attachment.removed_at.is_(None))
    .correlate(Case)
)
ASKED = (*answers.ANSWERS, HAS_PAPERS.exists().label("has_papers"), *rulebooks.VERSIONS)
READ_ALL = READ.add_columns(*ASKED)
ASK = select(*ASKED).select_from(Case).where(CASE.c.id == bindparam("case_id"))
MOVE = update(CASE).where(CASE.c.id == bindparam("moved"))
PAPER = table(Attachment).c
HAND_IN = update(table(Attachment)).where(
    PAPER.case_id == bindparam("of_case"),
    PAPER.submitted_seq.is_(None),
    PAPER.removed_at.is_(None),
    PAPER.field.in_(bindparam("fields", expanding=True)),
)


@dataclass(frozen=True)
class Seen:
    """A case as it stands: its history, who took which step in it, and what surrounds it. Read once, judged from."""

    told: Sequence[history.Told]
    acted: Acted
    about: Circumstances
    rulebook: Rulebook


def has_address(address: str) -> ColumnElement[bool]:
    """The case of this number or draft reference. A NUL, which PostgreSQL would not read, is in none."""
    known = address.replace("\0", "")
    return or_(Case.number == known, Case.ref == known) if known == address else false()


def lock(session: Session, address: str) -> Case:
    """The case of this number or draft reference, locked until the transaction ends. Raises NotYours."""
    case: Case = _locked(session, READ, {"address": address})[0]
    return case


def _locked(session: Session, wanted: Select[Any], given: dict[str, Any]) -> Row[Any]:
    """Lock the case at this address, then read it: what the transaction before this one did is seen whole."""
    if "\0" in given["address"]:  # which PostgreSQL would not read, and no address has
        raise NotYours
    if session.get_bind().dialect.name == "postgresql":  # SQLite locks everything as the transaction begins
        session.execute(LOCK, given)
    found = session.execute(wanted, given, execution_options=ANEW).first()
    if found is None:
        raise NotYours
    return found


def perform(
    session: Session, address: str, order: Order, *, actor: Actor, now: datetime, house: House
) -> Case:
    """Take one step. Returns the case after it; raises NotYours, Stale or Refused, and then nothing was written."""
    found = _locked(session, READ_ALL, {"address": address, "day": clock.legal_day(now)})
    case: Case = found[0]
    workflow = BY_NAME[case.workflow]
    if actor is not CLOCK and not workflow.readers.holds(case, actor, {}):
        raise NotYours
    if order.seen_version is not None and order.seen_version != case.version:
        raise Stale(version=case.version)
    leases.refuse_if_taken(case, actor, now=now)

    def look() -> Seen:
        return _look(session, case, found, now=now, house=house)

    _take(session, case, order, actor=actor, now=now, house=house, look=look)
    _follow(session, case, now=now, house=house)
    return case


def follow(session: Session, case_id: int, *, now: datetime, house: House) -> None:
    """Let the clock take what holds now because something outside the case was done, say the last confirmation."""
    case = session.get_one(Case, case_id, with_for_update={"of": Case}, populate_existing=True)
    _follow(session, case, now=now, house=house)


def _follow(session: Session, case: Case, *, now: datetime, house: House) -> None:
    while following := _following(session, case, now=now, house=house):
        step, seen = following
        order = Order(step.name, {}, None)
        _take(session, case, order, actor=CLOCK, now=now, house=house, look=lambda s=seen: s)  # type: ignore[misc]


def not_in_this_state(workflow: Workflow, case: Case) -> Sentence:
    """Why a step that the state does not have can't be taken."""
    state = Sentence(workflow.state(case.state).title)
    return Sentence(N_("这件办件现在的状态是“%(state)s”，不能办理这一步。"), state=state)


def _take(
    session: Session,
    case: Case,
    order: Order,
    *,
    actor: Actor,
    now: datetime,
    house: House,
    look: Callable[[], Seen],
) -> None:
    moment = _judge(session, case, order, actor=actor, now=now, house=house, look=look)
    workflow, step = moment.workflow, moment.step
    token = Token()
    token.state = case.state
    workflow.machine.events[step.name].trigger(token)
    if case.number is None and step.source == workflow.first and not step.target.ended:
        number = numbers.case_number(session, workflow.prefix, division=house.division, day=moment.day)
        _write(session, case, number=number)
    _write_event(moment)
    _hand_in_papers(moment)
    _move(moment, token.state)
    for effect in step.then:
        effects.carry_out(effect, moment)
    if step.source != step.target:
        assigning.go_on(moment)
    agents.tell_owner(moment)
    session.flush()


def _look(session: Session, case: Case, asked: Row[Any], *, now: datetime, house: House) -> Seen:
    """Everything that a step is judged from; `asked` are the answers about the case as it stands (`ASKED`)."""
    workflow = BY_NAME[case.workflow]
    told = history.in_short(session, case.id, with_changes=bool(workflow.state(case.state).editors))
    papers = circumstances.each_paper(session, case.id) if asked.has_papers else ()
    rows = circumstances.Held(asked, clocks.in_short(session, case.id), papers)
    about = circumstances.gather(session, case, workflow, day=clock.legal_day(now), told=told, rows=rows)
    rulebook = rulebooks.of_versions(session, house, asked[-len(rulebooks.VERSIONS) :])
    return Seen(told, history.acted(told), about, rulebook)


def _judge(
    session: Session,
    case: Case,
    order: Order,
    *,
    actor: Actor,
    now: datetime,
    house: House,
    look: Callable[[], Seen],
) -> Moment:
    """The step as it will be taken. Raises Refused with the first reason why it may not be."""
    workflow = BY_NAME[case.workflow]
    step = workflow.step(order.step, case.state)
    if step is None:
        raise Refused(not_in_this_state(workflow, case), code="moved")
    day = clock.legal_day(now)
    seen = look()
    about = circumstances.with_given(seen.about, step, order.given, workflow)
    sentence = gate.refusal(step, case, actor, acted=seen.acted, about=about)
    if sentence is not None:
        raise Refused(sentence)
    place = gate.place_for(step, case, actor, seen.acted)
    if place is not None:
        leases.refuse_if_assigned(case, actor, place[0].kind, now=now)
    seq, digest = history.last(seen.told)
    return Moment(
        session,
        case,
        workflow,
        step,
        about,
        told=seen.told,
        acting_as=place[0].kind if place else GrantKind.CLOCK,
        acts_for=place[1].acts_for if place else None,
        seq=seq + 1,
        previous_digest=digest,
        day=day,
        now=now,
        actor=actor,
        house=house,
        rulebook=seen.rulebook,
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
    waiting = moment.about.new_papers
    fields = waiting if moment.step.source.editors else waiting.intersection(moment.step.papers)
    if fields:
        given = {"of_case": moment.case.id, "fields": sorted(fields), "submitted_seq": moment.seq}
        moment.session.execute(HAND_IN, given)
        for row in moment.session.identity_map.values():
            if isinstance(row, Attachment):
                moment.session.expire(row)


def _move(moment: Moment, state: str) -> None:
    """The row gets its state and facts, the clocks their end and beginning."""
    case = moment.case
    changed = {"version": case.version + 1, "updated_at": moment.now}
    facts = moment.workflow.dump(moment.facts)
    if facts != case.facts:
        changed["facts"] = facts
    if state != case.state:
        due_on = clocks.turn_over(moment, moment.step.source, moment.step.target)
        ended_at = moment.now if moment.step.target.ended else None
        changed |= {"state": state, "due_on": due_on, "ended_at": ended_at}
    _write(moment.session, case, **changed)


def _write(session: Session, case: Case, **changed: Any) -> None:
    """Change columns of the row at once; the object says the same, and has nothing left to write."""
    session.execute(MOVE, {"moved": case.id} | changed)
    for name, value in changed.items():
        set_committed_value(case, name, value)
    if session.in_nested_transaction():  # whose rollback reads anew only what the session knows to be changed
        flag_modified(case, "version")


def _following(session: Session, case: Case, *, now: datetime, house: House) -> tuple[Step, Seen] | None:
    """The step of the clock that holds now and need not wait for a day, with what it was judged from."""
    workflow = BY_NAME[case.workflow]
    waiting = [step for step in workflow.steps_from(case.state) if step.follows]
    if not waiting:
        return None
    asked = session.execute(ASK, {"case_id": case.id, "day": clock.legal_day(now)}).one()
    seen = _look(session, case, asked, now=now, house=house)
    refusals = ((s, gate.refusal(s, case, CLOCK, acted=seen.acted, about=seen.about)) for s in waiting)
    return next(((step, seen) for step, refusal in refusals if refusal is None), None)
