"""The chained history of a case: append, read back, verify. Nothing here changes an event that was written."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session, joinedload

from ...models.base import table
from ...models.case import Case
from ...models.event import Event
from ...models.party import Person
from ...workflows import BY_NAME
from ...workflows.scope import Acted

BEGINNING = "0" * 64
EVENT = table(Event).c
OF_CASE = EVENT.case_id == bindparam("case_id")
NEXT = insert(table(Event))
IN_SHORT = (
    select(EVENT.seq, EVENT.step, EVENT.source, EVENT.target, EVENT.actor_id, EVENT.acted_for_id)
    .add_columns(EVENT.at, EVENT.given, EVENT.digest)
    .where(OF_CASE)
    .order_by(EVENT.seq)
)
WITH_CHANGES = IN_SHORT.add_columns(EVENT.changes)
AT_LENGTH = (
    select(Event)
    .where(OF_CASE)
    .order_by(EVENT.seq)
    .options(*(joinedload(who).load_only(Person.name) for who in (Event.actor, Event.acted_for)))
)


class Told(Protocol):
    """An event as the engine reads it: an `Event`, or a row of its columns without the people."""

    seq: int
    step: str
    source: str
    target: str
    actor_id: int | None
    acted_for_id: int | None
    at: datetime
    given: dict[str, Any]
    changes: dict[str, Any]
    digest: str


AnyTold = TypeVar("AnyTold", bound=Told)


def append(session: Session, **row: Any) -> None:
    """Write the next event: every column of `Event` but the digest, which is computed here."""
    session.execute(NEXT, row | {"digest": digest(row)})


def digest(row: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON of everything the event says, and over the digest before it."""
    at: datetime = row["at"]
    said = {
        name: row[name]
        for name in (
            "case_id",
            "seq",
            "step",
            "source",
            "target",
            "actor_id",
            "acting_as",
            "given",
            "changes",
        )
    }
    if row.get("acted_for_id") is not None:  # what was written before anybody could stand in keeps its digest
        said["acted_for_id"] = row["acted_for_id"]
    said |= {"at": at.astimezone(UTC).isoformat(), "previous": row["previous_digest"]}
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def events(session: Session, case_id: int) -> Sequence[Event]:
    """The history, oldest first. Read once and handed on: everything below is told from it."""
    return session.scalars(AT_LENGTH, {"case_id": case_id}).all()


def in_short(session: Session, case_id: int, *, with_changes: bool) -> Sequence[Told]:
    """The same as rows without the people; what each event changed, which is sealed, only where it is asked for."""
    wanted: Any = WITH_CHANGES if with_changes else IN_SHORT
    found: Sequence[Told] = session.execute(wanted, {"case_id": case_id}).all()
    return found


def last(told: Sequence[Told]) -> tuple[int, str]:
    """Seq and digest of the last event; (0, zeros) before the first."""
    return (told[-1].seq, told[-1].digest) if told else (0, BEGINNING)


def entered(told: Sequence[AnyTold]) -> AnyTold | None:
    """The event that brought the case into its state; what only acted on a clock or a fact is passed over."""
    return next((event for event in reversed(told) if event.source != event.target), None)


def acted(told: Sequence[Told]) -> Acted:
    """Who took which step in this case, for four eyes; whoever was acted for took it too."""
    people: dict[str, set[int]] = defaultdict(set)
    for event in told:
        people[event.step] |= {each for each in (event.actor_id, event.acted_for_id) if each is not None}
    return {step: frozenset(ids) for step, ids in people.items()}


def recorded_facts(told: Sequence[Told]) -> dict[str, Any]:
    """The facts as the history tells them: every change folded, oldest first."""
    facts: dict[str, Any] = {}
    for event in told:
        facts |= {name: change[1] for name, change in event.changes.items()}
    return facts


def faults(session: Session, case_id: int) -> list[str]:
    """What is wrong with a case's chain: a changed, missing or inserted event. Empty when it verifies.

    A chain can't know what was cut off its end, so the last event is held against the state of the case.
    """
    found, previous = [], BEGINNING
    case = session.get_one(Case, case_id)
    target = BY_NAME[case.workflow].first.name
    read = events(session, case_id)
    for position, event in enumerate(read, start=1):
        row = {column.key: getattr(event, column.key) for column in Event.__table__.columns}
        if event.seq != position:
            found.append(f"event {position} is missing or out of order")
        if event.previous_digest != previous:
            found.append(f"event {event.seq} does not follow the one before")
        if event.digest != digest(row):
            found.append(f"event {event.seq} was changed")
        previous, target = event.digest, event.target
    if case.state != target:
        found.append(f"the case is {case.state} but its history ends in {target}")
    elif not BY_NAME[case.workflow].state(target).editors:
        told = recorded_facts(read)
        if any(told.get(name) != value for name, value in case.facts.items()):
            found.append("the facts of the case are not those that its history tells")
    return found


def as_json(session: Session, case: Case, *, without: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The history in a form that anybody can verify: each digest is SHA-256 over the canonical JSON of its event.

    Facts `without` which the reader gets it are named in `withheld`; the chain of digests stays what it is.
    """
    return {
        "case": case.address,
        "verified": not faults(session, case.id),
        "events": [
            {
                "seq": event.seq,
                "step": event.step,
                "source": event.source,
                "target": event.target,
                "acting_as": event.acting_as,
                "acted_for": event.acted_for_id is not None,
                "at": event.at.astimezone(UTC).isoformat(),
                "given": _less(event.given, without),
                "changes": _less(event.changes, without),
                "withheld": sorted(without & {*event.given, *event.changes}),
                "previous": event.previous_digest,
                "digest": event.digest,
            }
            for event in events(session, case.id)
        ],
    }


def _less(said: Mapping[str, Any], without: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name not in without}
