"""What hooks are told: found after the fact, so that no step waits for it, and asked of their owners' rights at that moment.

Steps are read from the chained history behind the last one that was looked at. Numbers of PostgreSQL may be committed
out of their order, so whatever is younger than ten minutes is looked at again; the key lets each be told once. What is
told is thin and holds nothing about any person: who wants more asks the API, with a token.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, String, cast, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, selectinload

from ...domain import clock
from ...domain.hook_kinds import HookKind
from ...domain.people import Actor
from ...models.api import Hook, HookCall
from ...models.base import table
from ...models.case import Case
from ...models.deadline import Deadline
from ...models.document import Document
from ...models.event import Event
from ...models.party import GrantRow, Person
from ...models.sync import SyncTask
from ...workflows import BY_NAME
from ..delivery import outbox
from ..people import accounts, stand_ins
from ..queues import reach

MESSAGE = "hook_call"
LOOKED_AT_AGAIN = timedelta(minutes=10)
"""No transaction that writes a step takes as long."""
AT_ONCE = 200
FORMAT = "casework-hook-1"
STEP, DOCUMENT, TASK = "step", "document", "task"


def next_hook(session: Session, *, after: int = 0) -> Hook | None:
    """The next hook that works, held for this worker; None at the end."""
    wanted = select(Hook).where(Hook.ended_at.is_(None), Hook.id > after).order_by(Hook.id).limit(1)
    held = wanted.with_for_update(skip_locked=True, of=Hook)
    return session.scalars(held, execution_options={"populate_existing": True}).first()


def gather(session: Session, hook: Hook, *, now: datetime) -> bool:
    """Write down the steps that this hook is to be told of now, a portion at a time; whether there were any."""
    until = _settled(session, hook, now=now)
    found = _untold(session, hook, now=now) if HookKind.CASE_STEP in hook.kinds else ()
    for event in found:
        told = {"step": event.step, "from": event.source, "to": event.target, "seq": event.seq}
        key = f"{STEP}-{event.id}"
        _tell(session, hook, HookKind.CASE_STEP, key, _of_case(event) | told, at=event.at, now=now)
    hook.after_event_id = min(until, found[-1].id) if len(found) == AT_ONCE else until
    session.flush()
    return bool(found)


def _settled(session: Session, hook: Hook, *, now: datetime) -> int:
    """The number up to which nothing can appear any more: behind it lies everything young."""
    later = Event.id > hook.after_event_id
    young = select(func.min(Event.id)).where(later, Event.at >= now - LOOKED_AT_AGAIN)
    old = select(func.max(Event.id)).where(later, Event.at < now - LOOKED_AT_AGAIN)
    first_young, last_old = session.scalar(young), session.scalar(old) or hook.after_event_id
    return min(last_old, first_young - 1) if first_young else last_old


def _untold(session: Session, hook: Hook, *, now: datetime) -> Sequence[Any]:
    """The steps it was not told of yet, on cases that its owner may read at this moment."""
    actor = owner(session, hook, now=now)
    if actor is None:
        return ()
    before = select(HookCall.id).where(
        HookCall.hook_id == hook.id,
        HookCall.key == literal(f"{STEP}-").concat(cast(Event.id, String)),
    )
    wanted = (
        select(
            Event.id, Event.seq, Event.step, Event.source, Event.target, Event.at,
            Case.number, Case.ref, Case.workflow, Case.version,
        )
        .join(Case, Case.id == Event.case_id)
        .where(Event.id > hook.after_event_id, reach.anywhere_in(reach.reading(actor)), ~before.exists())
        .order_by(Event.id)
        .limit(AT_ONCE)
    )  # fmt: skip
    return session.execute(wanted).all()


def owner(session: Session, hook: Hook, *, now: datetime) -> Actor | None:
    """The owner with the rights of today, those of people the owner stands in for too; None when the account is closed."""
    places = selectinload(Person.grants)
    query = select(Person).where(Person.id == hook.person_id, Person.disabled_at.is_(None))
    with_places = query.options(places.joinedload(GrantRow.unit), places.joinedload(GrantRow.subject))
    person = session.scalar(with_places)
    if person is None:
        return None
    today = clock.legal_day(now)
    return stand_ins.with_stand_ins(session, accounts.load_actor(person, on=today), on=today)


def may_know(session: Session, hook: Hook, case: Case, *, now: datetime) -> bool:
    """Whether the owner may read this case at this moment."""
    actor = owner(session, hook, now=now)
    return actor is not None and BY_NAME[case.workflow].readers.holds(case, actor, {})


def document_ready(session: Session, document: Document, *, now: datetime) -> None:
    """Tell that a document of a case can be fetched."""
    if document.case_id is not None:
        case, told = session.get_one(Case, document.case_id), {"document": document.number}
        tell(session, case, HookKind.DOCUMENT_READY, f"{DOCUMENT}-{document.id}", told, now=now)


def task_moved(session: Session, task: SyncTask, standing: str, *, now: datetime) -> None:
    """Tell how a task of a case stands now: sent, failed, or confirmed. Each once."""
    if task.case_id is not None:
        case = session.get_one(Case, task.case_id)
        told = {"task": task.id, "target": task.target.key, "what": task.what, "to": standing}
        tell(session, case, HookKind.SYNC_TASK, f"{TASK}-{task.id}-{standing}", told, now=now)


def clock_rang(session: Session, deadline: Deadline, case: Case, kind: HookKind, *, now: datetime) -> None:
    """Tell that the last day of a clock comes near, or has passed; once for each kind, clock and last day."""
    key = f"{kind}-{case.id}-{deadline.opened_seq}-{deadline.state}-{deadline.due_on}"
    told = {"clock": deadline.state, "due_on": deadline.due_on.isoformat()}
    tell(session, case, kind, key, told, now=now)


def tell(
    session: Session,
    case: Case,
    kind: HookKind,
    key: str,
    told: Mapping[str, Any],
    *,
    now: datetime,
) -> None:
    """Tell every hook that wants this kind and whose owner may read the case. Once per hook and key."""
    for hook in _wanting(session, kind):
        if may_know(session, hook, case, now=now):
            _tell(session, hook, kind, key, {**_of_case(case), **told}, at=now, now=now)


def _wanting(session: Session, kind: HookKind) -> Iterator[Hook]:
    working = select(Hook).where(Hook.ended_at.is_(None)).order_by(Hook.id)
    return (hook for hook in session.scalars(working) if kind in hook.kinds)


def _of_case(case: Case | Row[Any]) -> dict[str, Any]:
    return {"case": case.number or case.ref, "workflow": case.workflow, "version": case.version}


def _tell(
    session: Session, hook: Hook, kind: HookKind, key: str, told: Mapping[str, Any], *, at: datetime,
    now: datetime,
) -> None:  # fmt: skip
    """Write down one call and the message that carries it; a second one with the same key changes nothing."""
    body = {"format": FORMAT, "id": f"{hook.ref}-{key}", "kind": str(kind), "at": at.isoformat(), **told}
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {
        "hook_id": hook.id,
        "key": key,
        "kind": str(kind),
        "body": body,
        "created_at": now,
        "attempts": 0,
    }
    row = insert(table(HookCall)).values(values).on_conflict_do_nothing(index_elements=["hook_id", "key"])
    number = session.scalar(row.returning(table(HookCall).c.id))
    if number is not None:
        outbox.put(session, message_key(number, 0), MESSAGE, {"call_id": number}, now=now)


def message_key(call_id: int, again: int) -> str:
    """The message that carries a call; `again` counts how often it was sent again by hand."""
    return f"hook/{call_id}/{again}"
