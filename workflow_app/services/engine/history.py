"""The chained history of a case: append, read back, verify. Nothing here changes an event that was written."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import Text, bindparam, insert, select, type_coerce
from sqlalchemy.orm import Session

from ...models.base import opened_json, table
from ...models.case import Case
from ...models.event import Event
from ...models.party import Person
from ...workflows import BY_NAME
from ...workflows.kit import Workflow
from ...workflows.scope import Acted

BEGINNING = "0" * 64
EVENT = table(Event).c
NEXT = insert(table(Event)).inline()
_ACTOR, _ABSENT = table(Person).alias("actor"), table(Person).alias("absent")
COLUMNS = (
    EVENT.case_id, EVENT.seq, EVENT.step, EVENT.source, EVENT.target, EVENT.actor_id, EVENT.acting_as, EVENT.acted_for_id,
    EVENT.at, type_coerce(EVENT.given, Text), type_coerce(EVENT.changes, Text), EVENT.previous_digest, EVENT.digest,
    _ACTOR.c.name, _ABSENT.c.name,
)  # fmt: skip
EVENTS = select(*COLUMNS).select_from(
    table(Event)
    .outerjoin(_ACTOR, _ACTOR.c.id == EVENT.actor_id)
    .outerjoin(_ABSENT, _ABSENT.c.id == EVENT.acted_for_id)
)
OF_CASE = EVENTS.where(EVENT.case_id == bindparam("case_id"))


class Stored(NamedTuple):
    """An event as it is stored, with the names of whoever took the step and of whoever was away."""

    case_id: int
    seq: int
    step: str
    source: str
    target: str
    actor_id: int | None
    acting_as: str
    acted_for_id: int | None
    at: datetime
    sealed_given: str
    sealed_changes: str
    previous_digest: str
    digest: str
    actor_name: str | None
    absent_name: str | None


class Told(Stored):
    """An event as everybody reads it. What is sealed is opened where it is asked for: few pages and steps do."""

    @cached_property
    def given(self) -> dict[str, Any]:
        """What was handed in."""
        return dict(opened_json(self.sealed_given))

    @cached_property
    def changes(self) -> dict[str, Any]:
        """Each fact's old and new value."""
        return dict(opened_json(self.sealed_changes))


def append(
    session: Session, *, actor_name: str | None = None, absent_name: str | None = None, **row: Any
) -> Told:
    """Write the next event: every column of `Event` but the digest, which is computed here. Returns it as it is read."""
    stored = row | {"digest": digest(row)}
    session.execute(NEXT, stored)
    given, changes = stored.pop("given"), stored.pop("changes")
    told = Told(**stored, sealed_given="", sealed_changes="", actor_name=actor_name, absent_name=absent_name)
    told.given, told.changes = given, changes  # which were never sealed here
    return told


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


def events(session: Session, case_id: int) -> list[Told]:
    """The history, oldest first. Read once and handed on: everything below is told from it."""
    return in_order(map(Told._make, session.execute(OF_CASE, {"case_id": case_id})))


def in_order(found: Iterable[Told]) -> list[Told]:
    """Events of one case, oldest first."""
    return sorted(found, key=attrgetter("seq"))


def last(told: Sequence[Told]) -> tuple[int, str]:
    """Seq and digest of the last event; (0, zeros) before the first."""
    return (told[-1].seq, told[-1].digest) if told else (0, BEGINNING)


def entered(told: Sequence[Told]) -> Told | None:
    """The event that brought the case into its state; what only acted on a clock or a fact is passed over."""
    return next((event for event in reversed(told) if event.source != event.target), None)


def coded(told: Sequence[Told], workflow: Workflow) -> Told | None:
    """The same, if that step names coded reasons."""
    event = entered(told)
    step = workflow.step(event.step, event.source) if event else None
    return event if step and step.coded else None


def acted(told: Sequence[Told]) -> Acted:
    """Who took which step in this case, for four eyes; whoever was acted for took it too."""
    people: dict[str, frozenset[int]] = {}
    for event in told:
        hands = frozenset(each for each in (event.actor_id, event.acted_for_id) if each is not None)
        people[event.step] = people.get(event.step, frozenset()) | hands
    return people


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
        row = event._asdict() | {"given": event.given, "changes": event.changes}
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
