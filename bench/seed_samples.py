"""What a case of each kind looks like, taken from the demonstration district, to be copied by `bench.seed` as often as wanted.

A sample is a case in one state with its rows in other tables. A case of the district gives one for the state it is in, and one
for each state it went through: its history is cut off there, and with it what came later.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Date, Integer, Table, Text, cast, select

from workflow_app.extensions import db
from workflow_app.models.base import Instant, keyring
from workflow_app.models.case import NO_DUE_DAY
from workflow_app.workflows import BY_NAME
from workflow_app.workflows.kit import State

Values = dict[str, Any]
ONCE = ("credit_record", "repair_application")
"""Tables to which a case points: a copy gets its own row."""
BESIDE = (
    "deadline",
    "document",
    "attachment",
    "objection",
    "list_entry",
    "enrolment",
    "commitment_publicity",
)
"""Tables whose rows point to their case."""
OF_THE_END = {
    "credit_record": ("hidden_at", "publicity_ended_at", "sharing_stopped_at", "measures_lifted_at",
                      "evaluation_updated_at", "repaired_at"),
    "list_entry": ("exited_at",),
}  # fmt: skip
"""Columns that stay empty while a case runs."""


@dataclass(frozen=True)
class Sample:
    """A case in one state: its own row, its events in order with what they said as JSON, and the rows beside it."""

    workflow: str
    state: State
    case: Values
    events: tuple[Values, ...]
    beside: Mapping[str, tuple[Values, ...]]

    @property
    def began_at(self) -> datetime:
        """When the case was opened."""
        began: datetime = self.case["created_at"]
        return began

    @property
    def moved_at(self) -> datetime:
        """When the last step was taken."""
        moved: datetime = self.events[-1]["at"] if self.events else self.began_at
        return moved

    @cached_property
    def said(self) -> list[tuple[str, str]]:
        """What each event said, as the canonical JSON in which it is digested."""
        return [(_canonical(event["given"]), _canonical(event["changes"])) for event in self.events]


def _canonical(sealed: str) -> str:
    return json.dumps(json.loads(keyring.open(sealed)), ensure_ascii=False, sort_keys=True)


def read(connection: Connection) -> tuple[Sample, ...]:
    """Every sample that the district in this database gives."""
    rows = {name: _rows(connection, db.metadata.tables[name]) for name in ("case", "event", *ONCE, *BESIDE)}
    samples = [sample for case in rows["case"] for sample in _of_case(case, rows)]
    exit_ = next(one for one in samples if one.workflow == "list_exit" and one.state.name == "syncing")
    return (*samples, _ended_exit(exit_))


def _of_case(case: Values, rows: Mapping[str, Sequence[Values]]) -> Iterator[Sample]:
    workflow = BY_NAME[case["workflow"]]
    events = tuple(
        sorted(
            (row for row in rows["event"] if row["case_id"] == case["id"]), key=lambda row: int(row["seq"])
        )
    )
    beside = {name: tuple(row for row in rows[name] if row["case_id"] == case["id"]) for name in BESIDE}
    for name, column in zip(ONCE, ("record_id", "application_id"), strict=True):
        beside[name] = tuple(row for row in rows[name] if row["id"] == case[column])
    whole = Sample(workflow.name, workflow.state(case["state"]), case, events, beside)
    yield whole
    for count in range(1, len(events)):
        state = workflow.state(events[count - 1]["target"])
        if events[count]["target"] != state.name and not state.editors:
            yield _cut(whole, state, count)


def _cut(whole: Sample, state: State, count: int) -> Sample:
    """The case as it stood after so many steps; its facts are those that its history tells by then."""
    facts: dict[str, Any] = {}
    for event in whole.events[:count]:
        facts |= {name: change[1] for name, change in json.loads(keyring.open(event["changes"])).items()}
    sealed = keyring.seal(json.dumps(facts, ensure_ascii=False))
    case = whole.case | {"state": state.name, "facts": sealed, "ended_at": None, "version": count + 1}
    beside = {name: tuple(_before(name, row, count) for row in rows if _is_before(row, whole.events, count))
              for name, rows in whole.beside.items()}  # fmt: skip
    return Sample(whole.workflow, state, case, whole.events[:count], beside)


def _is_before(row: Values, events: Sequence[Values], count: int) -> bool:
    if "published_at" in row:
        return bool(row["published_at"] <= events[count - 1]["at"])
    seq = row.get("event_seq", row.get("opened_seq", row.get("submitted_seq")))
    return seq is None or seq <= count


def _before(name: str, row: Values, count: int) -> Values:
    """The row as it stood then."""
    later = dict.fromkeys(OF_THE_END.get(name, ()))
    if name == "deadline" and (row["closed_seq"] or 0) > count:
        later = dict.fromkeys(("closed_seq", "closed_at", "expired_at"))
    if name == "list_entry":
        later |= {"exit_how": "", "is_exit_done": "0"}
    return row | later


def _ended_exit(syncing: Sample) -> Sample:
    """No exit of the district has ended; this one has, by one more step of the clock."""
    state = BY_NAME["list_exit"].state("exited")
    last = syncing.events[-1]
    step = {
        "step": "complete",
        "source": "syncing",
        "target": "exited",
        "actor_id": None,
        "acting_as": "clock",
    }
    nothing = keyring.seal("{}")
    event = last | step | {"seq": last["seq"] + 1, "given": nothing, "changes": nothing, "acted_for_id": None}
    case = syncing.case | {"state": "exited", "ended_at": last["at"], "due_on": NO_DUE_DAY}
    deadlines = tuple(row | {"closed_seq": event["seq"], "closed_at": last["at"], "act_on": None}
                      for row in syncing.beside["deadline"])  # fmt: skip
    beside = {**syncing.beside, "deadline": deadlines}
    return Sample("list_exit", state, case, (*syncing.events, event), beside)


def _rows(connection: Connection, table: Table) -> list[Values]:
    """The rows of a table as the database keeps them: sealed text stays sealed; days and instants are told apart."""
    columns = [cast(column, Text).label(column.name) for column in table.columns]
    told = connection.execute(select(*columns)).mappings()
    return [{column.name: _value(column.type, row[column.name]) for column in table.columns} for row in told]


def _value(kind: object, text: str | None) -> Any:
    match kind:
        case _ if text is None:
            return None
        case Instant():
            at = datetime.fromisoformat(text)
            return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
        case Date():
            return date.fromisoformat(text)
        case Integer():
            return int(text)
    return text.replace("\n", " ").replace("\t", " ")
