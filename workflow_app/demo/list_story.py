"""The lists of the demonstration as a story: told, heard, decided, published, answered by the units, and left again.

Through the same services as the pages, each act on its own day. A unit answers when the story says so; one that is not
named keeps silent, and its measure turns late by itself.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..domain import clock
from ..models.case import Case
from ..models.lists import JointMeasure, ListEntry, ListType
from ..models.party import Subject
from ..services.cases import cases
from ..services.house import House
from ..services.lists import joint_measures, list_entries, list_watch
from ..services.records import records
from ..services.rules import rulebooks
from ..workflows.list_exit import LIST_EXIT
from ..workflows.listing import LISTING
from . import story


@dataclass
class Told:
    """One entry of the story, and the cases about it as far as they are there."""

    script: dict[str, Any]
    subject: Subject
    cases: dict[str, Case] = field(default_factory=dict)


Act = Callable[[Session, Told, dict[str, Any], House], None]


def tell(
    session: Session,
    *,
    scripts: list[dict[str, Any]],
    subjects: dict[str, Subject],
    until: datetime,
    house: House,
) -> None:
    """Let every act happen up to `until`, and what time brings about in between."""
    acts = sorted(_acts(scripts, subjects), key=lambda one: one[1]["at"])
    for told, row, act in acts:
        if row["at"] > until:
            break
        _watch(session, until=row["at"], house=house)
        act(session, told, row, house)
    _watch(session, until=until, house=house)
    story.let_time_pass(session, until=until, house=house)


def _acts(
    scripts: list[dict[str, Any]], subjects: dict[str, Subject]
) -> Iterator[tuple[Told, dict[str, Any], Act]]:
    for script in scripts:
        told = Told(script, subjects[script["subject"]])
        yield told, script, _open
        for step in script.get("step", ()):
            yield told, step, _take
        for answer in script.get("measure", ()):
            yield told, answer, _answer
        for done in script.get("duties", ()):
            yield told, done, _establish
        for left in script.get("exit", ()):
            yield told, left, _open_exit


def _open(session: Session, told: Told, row: dict[str, Any], house: House) -> None:
    found = session.scalars(select(ListType).where(ListType.key == row["list"])).one()
    known = {
        "matter": found.name, "list_key": found.key, "kind": found.kind, "reply_rule": found.reply_rule,
        "scope": list_entries.scope_for(found, told.subject),
    }  # fmt: skip
    told.cases["listing"] = cases.open_draft(
        session, LISTING, subject_id=told.subject.id, actor=story.actor_of(session, row["by"], row["at"]),
        now=row["at"], house=house, unit_id=found.unit_id, facts=known | row["facts"],
    )  # fmt: skip


def _open_exit(session: Session, told: Told, row: dict[str, Any], house: House) -> None:
    entry = _entry(session, told)
    known = {"matter": entry.type.name, "entry_ref": entry.ref, "kind": entry.type.kind}
    told.cases["exit"] = cases.open_draft(
        session, LIST_EXIT, subject_id=told.subject.id, actor=story.actor_of(session, row["by"], row["at"]),
        now=row["at"], house=house, record=entry.record, unit_id=entry.unit_id, facts=known | row["facts"],
    )  # fmt: skip


def _take(session: Session, told: Told, row: dict[str, Any], house: House) -> None:
    move = story.Move(row["at"], 0, "", row["step"], row["by"], row)
    story.take(session, told.cases[row.get("case", "listing")], move, house=house)


def _answer(session: Session, told: Told, row: dict[str, Any], house: House) -> None:
    """A unit answers, reports or lifts; the last one lets the exit go on."""
    entry, at = _entry(session, told), row["at"]
    actor, on = story.actor_of(session, row["by"], at), clock.legal_day(at)
    title = next(one["title"] for one in entry.type.measures if one["key"] == row["key"])
    wanted = select(JointMeasure).where(JointMeasure.entry_id == entry.id, JointMeasure.title == title)
    found = session.scalars(wanted.order_by(JointMeasure.id.desc())).first()
    assert found is not None, f"nobody was asked for {row['key']}"
    if row["what"] == "answer":
        book = rulebooks.current(session, house)
        joint_measures.answer(
            session, found, will=row["will"], note=row.get("note", ""), actor=actor, now=at, rulebook=book
        )
    elif row["what"] == "execute":
        joint_measures.execute(session, found, on=on, evidence=row["evidence"], actor=actor, now=at)
    else:
        joint_measures.lift(session, found, on=on, evidence=row["evidence"], actor=actor, now=at)


def _establish(session: Session, told: Told, row: dict[str, Any], house: House) -> None:
    """The deciding unit notes that everything was corrected and performed."""
    record, at = _entry(session, told).record, row["at"]
    assert record is not None, "only an entry that is a record has duties"
    records.establish_duties(
        session, record, row["done_on"], how=row["how"], by_id=story.actor_of(session, row["by"], at).person_id,
        now=at, today=clock.legal_day(at), rulebook=rulebooks.current(session, house),
    )  # fmt: skip


def _entry(session: Session, told: Told) -> ListEntry:
    found = list_entries.of_case(session, told.cases["listing"])
    assert found is not None, "the subject was told first"
    return found


def _watch(session: Session, *, until: datetime, house: House) -> None:
    for todo in list_watch.waiting(session, today=clock.legal_day(until)):
        list_watch.act(session, todo, now=until, house=house)
        session.flush()
