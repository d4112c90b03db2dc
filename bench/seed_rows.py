"""Copies of sample cases as rows: which case when, where and for whom, and every row that hangs on it.

Whole days are added to each day of a sample, and a few hours to each instant, so that what holds between them goes on to hold.
"""

import json
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, func, select

from bench import seed_people, seed_samples
from bench.pouring import Pours
from bench.seed_people import People
from bench.seed_samples import Sample, Values
from workflow_app.extensions import db
from workflow_app.models.base import keyring
from workflow_app.models.case import NO_DUE_DAY
from workflow_app.services.engine import history
from workflow_app.workflows import BY_NAME

YEARS = 3
OPEN_SHARE, OPEN_AT_LEAST, OPEN_AT_MOST = 0.02, 400, 0.4
BUSY = 0.15
WORKFLOWS = {"commitment": 55, "repair": 20, "objection": 10, "training": 8, "listing": 4, "list_exit": 3}
RARE = {"draft": 0.3, "discarded": 0.2, "active": 2.0}
WHOLE_EVERY = 20
FOR_THE_DEMO_OWNER = 40
"""So many cases go to the first firm of the district, however many there are."""
FIRST_SERIAL = 1000
FRESH = {"ref": 16, "code": 20, "verify_code": 24}
NOTICE = {"text": "办件%(number)s有新的进展。", "values": {"number": ""}}


Choices = Mapping[tuple[str, bool], Mapping[str, list[int]]]
"""Places of samples by workflow, whether open, and state."""
Choosing = tuple[Sequence[Sample], Choices]


@dataclass(frozen=True)
class Draft:
    """One case to be: which sample, moved by how much, where and whose."""

    created_at: datetime
    sample: int
    days: int
    seconds: int
    unit: int
    subject: int
    due_on: date | None


@dataclass
class Plan:
    """Everything that is known before the first row is written; ids are counted on while writing."""

    people: People
    samples: tuple[Sample, ...]
    drafts: list[Draft]
    open_cases: int
    next_ids: dict[str, int]
    rnd: random.Random
    notice: str
    thin: str
    serials: dict[str, int] = field(default_factory=lambda: defaultdict(lambda: FIRST_SERIAL))
    enrolled: set[tuple[int, int]] = field(default_factory=set)
    open_ids: list[tuple[int, int, datetime]] = field(default_factory=list)
    ended_ids: list[tuple[int, datetime]] = field(default_factory=list)
    moving: dict[int, list[tuple[str, date]]] = field(default_factory=dict)
    """The days and instants of each row of the samples, by its identity: the samples live as long as this plan."""

    def next_id(self, table: str) -> int:
        """The id of the next row."""
        self.next_ids[table] += 1
        return self.next_ids[table]


def plan(connection: Connection, cases: int, *, seed: int, today: date) -> Plan:
    """Decide which cases there will be."""
    rnd = random.Random(seed)
    people = seed_people.plan(connection, cases, rnd=rnd, today=today)
    samples = seed_samples.read(connection)
    open_cases = round(max(OPEN_SHARE * cases, min(OPEN_AT_LEAST, OPEN_AT_MOST * cases)))
    known = samples, _choices(samples)
    drafts = [_draft(rnd, known, people, is_open=place < open_cases, today=today) for place in range(cases)]
    own = rnd.sample(range(open_cases), min(15, open_cases)) + rnd.sample(
        range(cases), min(FOR_THE_DEMO_OWNER, cases)
    )
    for place in own[:FOR_THE_DEMO_OWNER]:
        drafts[place] = Draft(**{**vars(drafts[place]), "subject": 1})
    drafts.sort(key=lambda one: one.created_at)
    last = {name: connection.scalar(select(func.max(table.c.id))) or 0
            for name, table in db.metadata.tables.items() if "id" in table.c and table.c.id.primary_key}  # fmt: skip
    notice = keyring.seal(json.dumps(NOTICE, ensure_ascii=False))
    made = Plan(people, samples, drafts, open_cases, last, rnd, notice, keyring.seal("{}"))
    places = (row for sample in samples for row in sample.beside["enrolment"])
    made.enrolled.update((row["class_id"], row["person_id"]) for row in places)
    return made


def _draft(rnd: random.Random, known: Choosing, people: People, *, is_open: bool, today: date) -> Draft:
    samples, choices = known
    chosen = _choose(rnd, choices, is_open=is_open)
    sample = samples[chosen]
    back = int(rnd.triangular(0, 90, 3)) if is_open else rnd.randrange(1, YEARS * 365)
    days = (today - timedelta(days=back) - sample.moved_at.date()).days
    seconds = rnd.randrange(-7200, 7200)
    unit = rnd.choice(people.units[2:])
    if (dice := rnd.random()) < 2 * BUSY:
        unit = people.units[1] if dice < BUSY else people.units[3]
    if sample.workflow == "training":
        unit = people.office
    due_on = today + timedelta(days=int(rnd.triangular(-9, 60, 20))) if is_open else None
    created_at = sample.began_at + timedelta(days=days, seconds=seconds)
    return Draft(created_at, chosen, days, seconds, unit, rnd.choice(people.subjects), due_on)


def _choose(rnd: random.Random, choices: Choices, *, is_open: bool) -> int:
    """A workflow by its share, then one of its states, then a sample."""
    while True:
        (workflow,) = rnd.choices(list(WORKFLOWS), list(WORKFLOWS.values()))
        if states := choices.get((workflow, is_open)):
            break
    (state,) = rnd.choices(list(states), [RARE.get(name, 1.0) for name in states])
    return rnd.choice(states[state])


def _choices(samples: Sequence[Sample]) -> Choices:
    found: dict[tuple[str, bool], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for place, sample in enumerate(samples):
        found[sample.workflow, not sample.state.ended][sample.state.name].append(place)
    return found


def pour(way: Pours, known: Plan, first: int, until: int) -> None:
    """Write the cases with these places and all that hangs on them."""
    rows: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for place in range(first, until):
        for table, values in _rows(known, known.drafts[place], place):
            rows[table].append(tuple(values.values()))
            COLUMNS.setdefault(table, tuple(values))
    for table in sorted(rows, key=ORDER.index):
        way.rows(table, COLUMNS[table], rows[table])


COLUMNS: dict[str, tuple[str, ...]] = {}
ORDER = [*seed_samples.ONCE, "case", "event", *seed_samples.BESIDE, "hand_over", "notice"]


def _rows(known: Plan, draft: Draft, place: int) -> Iterator[tuple[str, Values]]:
    sample, case_id = known.samples[draft.sample], known.next_id("case")
    hands = _hands(known, sample, draft, case_id)
    common = {"case_id": case_id, "subject_id": draft.subject, "unit_id": draft.unit}
    own = _case(known, sample, draft, case_id=case_id, hands=hands)
    is_whole = not sample.state.ended or place % WHOLE_EVERY == 0
    for table in seed_samples.ONCE:
        for row in sample.beside[table]:
            copy = _copy(known, table, row, draft, common, hands)
            if table == "credit_record":
                own["record_id"], copy["case_id"] = (
                    copy["id"],
                    case_id if row["case_id"] == sample.case["id"] else None,
                )
                copy["decision_no"] = f"{row['decision_no']}-{case_id}"
            else:
                own["application_id"] = copy["id"]
            yield table, copy
    yield "case", own
    yield from (("event", event) for event in _events(known, sample, draft, case_id=case_id, hands=hands))
    for table in seed_samples.BESIDE:
        for row in sample.beside[table]:
            copy = _copy(known, table, row, draft, common, hands)
            if table != "enrolment" and "record_id" in copy and copy["record_id"] is not None:
                copy["record_id"] = own["record_id"]
            _mend(known, table, copy, draft, is_whole=is_whole, is_ended=sample.state.ended)
            yield table, copy
    yield from _around(known, own, draft, hands)


def _case(known: Plan, sample: Sample, draft: Draft, *, case_id: int, hands: Mapping[int, int]) -> Values:
    copy = _moved(known, sample.case, draft) | {
        "id": case_id,
        "ref": _fresh(known, 16),
        "subject_id": draft.subject,
    }
    copy |= {"unit_id": draft.unit, "assignee_id": None, "assigned_at": None, "lease_until": None}
    copy["opened_by_id"] = hands.get(sample.case["opened_by_id"], sample.case["opened_by_id"])
    if sample.case["number"]:
        series = f"{BY_NAME[sample.workflow].prefix}-{sample.case['number'].split('-')[1]}-{draft.created_at:%Y%m%d}"
        known.serials[series] += 1
        copy["number"] = f"{series}-{known.serials[series]:06}"
    copy["updated_at"] = _instant(sample.moved_at, draft)
    if sample.state.ended:
        ended_at = sample.moved_at + timedelta(days=draft.days, seconds=draft.seconds)
        copy |= {"due_on": NO_DUE_DAY.isoformat(), "ended_at": _text(ended_at)}
        known.ended_ids.append((case_id, ended_at))
    else:
        runs = any(row["closed_seq"] is None for row in sample.beside["deadline"])
        copy |= {
            "due_on": (draft.due_on if runs and draft.due_on else NO_DUE_DAY).isoformat(),
            "ended_at": None,
        }
        known.open_ids.append((case_id, draft.unit, draft.created_at))
    return copy


def _hands(known: Plan, sample: Sample, draft: Draft, case_id: int) -> dict[int, int]:
    """Who of this office did what somebody of the district did: the same person for the same, another for another."""
    people = known.people
    hands: dict[int, int] = {}
    for event in sample.events:
        actor, kind = event["actor_id"], event["acting_as"]
        if actor is None or actor in hands:
            continue
        place = draft.unit if kind in ("handler", "head") else people.office
        colleagues = people.officers.get((place, kind))
        if colleagues:
            hands[actor] = colleagues[(case_id + len(hands)) % len(colleagues)]
        elif draft.subject in people.subjects:
            hands[actor] = people.owner_of(draft.subject)
    return hands


def _events(
    known: Plan, sample: Sample, draft: Draft, *, case_id: int, hands: Mapping[int, int]
) -> Iterator[Values]:
    previous = history.BEGINNING
    for event, (given, changes) in zip(sample.events, sample.said, strict=True):
        at = event["at"] + timedelta(days=draft.days, seconds=draft.seconds)
        actor = hands.get(event["actor_id"], event["actor_id"])
        copy = event | {
            "id": known.next_id("event"),
            "case_id": case_id,
            "actor_id": actor,
            "acted_for_id": None,
        }
        digest = _digest(copy, given, changes, at, previous)
        yield copy | {"at": _text(at), "previous_digest": previous, "digest": digest}
        previous = digest


def _digest(event: Values, given: str, changes: str, at: datetime, previous: str) -> str:
    """The digest of `history.digest`, whose slow part is already done; `tests` hold the chains against the original."""
    actor = "null" if event["actor_id"] is None else event["actor_id"]
    said = (
        f'{{"acting_as": "{event["acting_as"]}", "actor_id": {actor}, "at": "{at.isoformat()}", '
        f'"case_id": {event["case_id"]}, "changes": {changes}, "given": {given}, "previous": "{previous}", '
        f'"seq": {event["seq"]}, "source": "{event["source"]}", "step": "{event["step"]}", "target": "{event["target"]}"}}'
    )
    return sha256(said.encode()).hexdigest()


def _copy(
    known: Plan, table: str, row: Values, draft: Draft, common: Mapping[str, int], hands: Mapping[int, int]
) -> Values:
    """A row beside the case, moved, with an id and marks of its own."""
    copy = _moved(known, row, draft)
    copy |= {name: value for name, value in common.items() if row.get(name) is not None}
    copy |= {name: _fresh(known, length) for name, length in FRESH.items() if name in row}
    copy |= {
        name: hands[row[name]]
        for name in ("opened_by_id", "person_id", "uploaded_by_id")
        if row.get(name) in hands
    }
    if "id" in row:
        copy["id"] = known.next_id(table)
    return copy


def _mend(known: Plan, table: str, copy: Values, draft: Draft, *, is_whole: bool, is_ended: bool) -> None:
    """What of a copied row would not hold any more."""
    if table == "document":
        prefix, place, day, _ = copy["number"].split("-")
        copy["number"] = f"{prefix}-{place}-{day}-{copy['id']:09}"
        copy["successor_id"] = None
        copy["facts"] = copy["facts"] if is_whole else known.thin
    if table == "deadline":
        copy["explanation"] = copy["explanation"] if is_whole else "[]"
        if copy["closed_seq"] is None and draft.due_on is not None:
            copy["due_on"] = draft.due_on.isoformat()
            copy["act_on"] = copy["due_on"] if copy["act_on"] else None
    if table == "list_entry":
        copy |= {
            "exit_case_id": None,
            "exited_at": copy["proposed_at"],
            "exit_how": "expired",
            "is_exit_done": "1",
        }
    if table == "enrolment":
        place = (copy["class_id"], copy["person_id"])
        copy["left_at"] = copy["enrolled_at"] if place in known.enrolled else copy["left_at"]
        known.enrolled.add(place)


def _around(known: Plan, own: Values, draft: Draft, hands: Mapping[int, int]) -> Iterator[tuple[str, Values]]:
    """Who has the case in hand, and who was told of it."""
    colleagues = known.people.officers.get(
        (draft.unit, "handler" if draft.unit != known.people.office else "clerk"), ()
    )
    if own["number"] and colleagues and known.rnd.random() < (0.33 if own["ended_at"] is None else 0.05):
        person = known.rnd.choice(colleagues)
        if own["ended_at"] is None:
            own |= {"assignee_id": person, "assigned_at": own["updated_at"]}
        yield "hand_over", {"id": known.next_id("hand_over"), "case_id": own["id"], "at": own["updated_at"],
                            "what": "assigned", "to_id": person, "by_id": None, "why": ""}  # fmt: skip
    for person in {*list(hands.values())[:2]}:
        read_at = own["updated_at"] if known.rnd.random() < 0.5 or own["ended_at"] else None
        yield "notice", {"id": known.next_id("notice"), "person_id": person, "case_id": own["id"],
                         "sentence": known.notice, "created_at": own["updated_at"], "read_at": read_at}  # fmt: skip


def pour_around(way: Pours, known: Plan) -> None:
    """Urgings of what is open, most of them answered, and second looks at 20 cases a month of what has ended."""
    lead = known.people.officers[known.people.office, "lead"][0]
    urged = known.rnd.sample(known.open_ids, len(known.open_ids) // 10)
    way.rows(
        "urging",
        ("id", "ref", "case_id", "unit_id", "by_id", "acting_as", "at", "why", "answer_by", "answer", "answered_by_id",
         "answered_at"),
        [_urging(known, row, lead, is_answered=known.rnd.random() < 0.6) for row in urged],
    )  # fmt: skip
    months: dict[date, list[int]] = defaultdict(list)
    for case_id, at in known.ended_ids:
        months[at.date().replace(day=1)].append(case_id)
    looks = [
        (
            known.next_id("second_look"),
            month.isoformat(),
            "5eed" * 8,
            case_id,
            lead,
            f"{month} 02:00:00.000000",
            "",
            "",
        )
        for month, ids in sorted(months.items())
        for case_id in known.rnd.sample(ids, min(20, len(ids)))
    ]
    columns = ("id", "month", "seed", "case_id", "drawn_by_id", "drawn_at", "verdict", "note")
    way.rows("second_look", columns, looks)


def _urging(known: Plan, row: tuple[int, int, datetime], lead: int, *, is_answered: bool) -> tuple[Any, ...]:
    case_id, unit, at = row
    said = ("材料已经核到一半，本周办完。", lead, _text(at)) if is_answered else ("", None, None)
    answer_by = (at + timedelta(days=7)).date().isoformat()
    return (known.next_id("urging"), _fresh(known, 12), case_id, unit, lead, "lead", _text(at),
            "请尽快办理。", answer_by, *said)  # fmt: skip


def _moved(known: Plan, row: Values, draft: Draft) -> Values:
    """The row with its days and instants moved; the others are as they were."""
    copy = dict(row)
    if id(row) not in known.moving:
        known.moving[id(row)] = [(name, value) for name, value in row.items() if isinstance(value, date)]
    days, span = timedelta(days=draft.days), timedelta(days=draft.days, seconds=draft.seconds)
    for name, value in known.moving[id(row)]:
        if isinstance(value, datetime):
            copy[name] = _text(value + span)
        else:
            copy[name] = (value + days if value.year < NO_DUE_DAY.year else value).isoformat()
    return copy


def _instant(at: datetime, draft: Draft) -> str:
    return _text(at + timedelta(days=draft.days, seconds=draft.seconds))


def _text(at: datetime) -> str:
    return at.isoformat(" ")[:19] + ".000000"


def _fresh(known: Plan, length: int) -> str:
    return f"{known.rnd.getrandbits(length * 4):0{length}x}"
