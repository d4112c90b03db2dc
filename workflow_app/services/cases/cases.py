"""Cases outside the engine: opening a draft, saving what is being filled in, and finding one for its reader."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session, joinedload

from ...domain import clock
from ...domain.people import Actor
from ...domain.refusals import NotYours, Refused, Stale
from ...domain.rulebook import Rulebook
from ...domain.words import N_
from ...models.base import table
from ...models.case import Case
from ...models.catalogue import CommitmentItem
from ...models.deadline import Deadline
from ...models.party import Person
from ...models.record import CreditRecord
from ...workflows import BY_NAME
from ...workflows.kit import Workflow
from ..engine import circumstances, clocks, gate, history, opened, perform
from ..engine.opened import Opened
from ..house import House
from ..queues import assigning
from ..rules import rulebooks

NOT_EDITABLE = N_("这件办件现在不能修改。已提交的内容只有在退回补正时才能修改标出的地方。")

AT_ADDRESS = (Case.number == bindparam("address")) | (Case.ref == bindparam("address"))
WITH_WHOM_IT_NAMES = (
    joinedload(Case.subject),
    joinedload(Case.unit),
    joinedload(Case.item),
    joinedload(Case.record),
    joinedload(Case.assignee).load_only(Person.name, Person.disabled_at),
)
STOP = delete(table(Deadline)).where(
    table(Deadline).c.case_id == bindparam("of_case"), table(Deadline).c.closed_seq.is_(None)
)
_VISIBLE = select(Case).where(AT_ADDRESS).options(*WITH_WHOM_IT_NAMES)


def open_draft(
    session: Session,
    workflow: Workflow,
    *,
    subject_id: int,
    actor: Actor,
    now: datetime,
    house: House,
    item: CommitmentItem | None = None,
    record: CreditRecord | None = None,
    unit_id: int | None = None,
    application_id: int | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Case:
    """Open a draft about a catalogue item or a credit record, or about something of a unit that its facts name.

    Raises NotYours for whoever may not fill it in.
    """
    about, state, day = item or record, workflow.first, clock.legal_day(now)
    first = _first_facts(workflow, item, facts or {}, day=day)
    rulebook, stored = rulebooks.current(session, house), workflow.dump(first)
    case = Case(
        ref=f"D{secrets.token_hex(6)}",
        workflow=workflow.name,
        state=state.name,
        version=1,
        subject_id=subject_id,
        unit_id=about.unit_id if about else unit_id,
        item_id=item.id if item else None,
        record_id=record.id if record else None,
        application_id=application_id,
        opened_by_id=actor.person_id,
        facts=stored,
        due_on=clocks.queue_day(state, workflow, first, day=day, rulebook=rulebook),
        created_at=now,
        updated_at=now,
    )
    if not any(role.scope.holds(case, actor, {}) for role in state.editors):
        raise NotYours
    session.add(case)
    session.flush()
    _start_idle_clock(session, case, first, day=day, rulebook=rulebook)
    return case


def _first_facts(
    workflow: Workflow, item: CommitmentItem | None, known: Mapping[str, Any], *, day: date
) -> Any:
    """What is known before anything is typed; of an item the last day of its own term."""
    last = {"valid_until": circumstances.item_on(item, day).latest_end_on} if item else {}
    return workflow.facts(**{**last, **known})


def visible(session: Session, address: str, actor: Actor) -> Case:
    """The case of this number or draft reference, if this person may see it. Raises NotYours."""
    known = "\0" not in address  # which PostgreSQL would not read, and no address has
    case = session.scalars(_VISIBLE, {"address": address}).first() if known else None
    if case is None:
        raise NotYours
    refuse_unseen(case, actor)
    return case


def refuse_unseen(case: Case, actor: Actor) -> None:
    """Raises NotYours for whoever may not see the case, Refused for an agent whose mandate ended."""
    if not BY_NAME[case.workflow].readers.holds(case, actor, {}):
        if sentence := gate.ended_mandate(case, actor):
            raise Refused(sentence, code="mandate_ended")
        raise NotYours


def claimable(session: Session, address: str, actor: Actor) -> Case:
    """The case, locked, if the actor works on it and it has not ended."""
    case = perform.lock(session, address)
    refuse_unclaimable(case, actor)
    return case


def refuse_unclaimable(case: Case, actor: Actor) -> None:
    """Raises NotYours for whoever doesn't work on it, Refused once the case has ended."""
    workflow = BY_NAME[case.workflow]
    if not workflow.readers.holds(case, actor, {}) or not assigning.works_on(case, actor):
        raise NotYours
    if workflow.state(case.state).ended:
        raise Refused(N_("这件办件已经办结，不需要领取。"))


def may_edit(case: Case, actor: Actor) -> bool:
    """Whether the actor may fill in anything now."""
    editors = BY_NAME[case.workflow].state(case.state).editors
    return any(role.scope.holds(case, actor, {}) for role in editors)


def editable(case: Case, actor: Actor, told: Callable[[], Sequence[history.Told]]) -> frozenset[str] | None:
    """What the actor may fill in now: None for nothing, the marked parts of a returned case, or all of a draft.

    `told` reads the history, which only a returned case needs.
    """
    workflow = BY_NAME[case.workflow]
    if not may_edit(case, actor):
        return None
    if case.state == workflow.first.name:
        return frozenset(workflow.fills)
    return frozenset(circumstances.marked_parts(told(), workflow, case.state))


def save(
    session: Session,
    address: str,
    values: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
    house: House,
) -> Case:
    """Keep what was filled in. Raises NotYours, Stale, or Refused for a part that was not marked."""
    file = opened.locked(session, address, day=clock.legal_day(now))
    return save_in(file, values, version=version, actor=actor, now=now, house=house)


def save_in(
    file: Opened, values: Mapping[str, Any], *, version: int, actor: Actor, now: datetime, house: House
) -> Case:
    """The same in a case that was opened locked in this transaction."""
    if not file.is_locked:
        raise RuntimeError("What was filled in is kept in a case that is locked.")
    session, case, workflow = file.session, file.case, file.workflow
    if not workflow.readers.holds(case, actor, {}):
        raise NotYours
    if version != case.version:
        raise Stale(version=case.version)
    parts = editable(case, actor, lambda: file.told)
    if parts is None:
        raise Refused(NOT_EDITABLE)
    if not values.keys() <= parts:
        raise Refused(N_("只能修改退回时标出的地方，其余内容保持提交时的原样。"))
    facts = workflow.load({**case.facts, **workflow.plain(values)})
    changed = {"facts": workflow.dump(facts), "version": case.version + 1, "updated_at": now}
    if case.state == workflow.first.name:
        session.execute(STOP, {"of_case": case.id})
        rulebook = file.rulebook(house)
        changed["due_on"] = _start_idle_clock(session, case, facts, day=file.day, rulebook=rulebook)
    perform.write(session, case, **changed)
    return case


def _start_idle_clock(session: Session, case: Case, facts: Any, *, day: date, rulebook: Rulebook) -> date:
    """A draft ends so many days after the last edit (CM-01), so each edit starts its clock anew."""
    workflow = BY_NAME[case.workflow]
    return clocks.open_for(
        session,
        case.id,
        state=workflow.first,
        workflow=workflow,
        facts=facts,
        seq=0,  # a draft has no history
        day=day,
        rulebook=rulebook,
    )
