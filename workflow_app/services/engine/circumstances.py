"""Gather what the guards may look at: the item, the standing of the subject, papers, marked parts, the period."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import Row, bindparam, exists, select
from sqlalchemy.orm import Session

from ...models.attachment import Attachment
from ...models.case import Case
from ...models.catalogue import CommitmentItem
from ...models.objection import Objection
from ...models.record import CreditRecord
from ...workflows.circumstances import Circumstances, Item, Record, Standing
from ...workflows.kit import Step, Workflow
from ..documents import texts
from ..records import records
from ..sync import sync
from . import answers, clocks, history, surroundings

PAPERS = select(Attachment.field, Attachment.submitted_seq).where(
    Attachment.case_id == bindparam("case_id"), Attachment.removed_at.is_(None)
)


@dataclass(frozen=True)
class Held:
    """What the rows hold of a case: the answers (see `answers`), its open clocks, and each paper's field, with whether it
    still waits to be handed in."""

    answers: Row[Any]
    running: Sequence[clocks.Ticking]
    papers: Collection[tuple[str, bool]]


def gather(
    session: Session,
    case: Case,
    workflow: Workflow,
    *,
    day: date,
    told: Sequence[history.Told],
    rows: Held,
) -> Circumstances:
    """What surrounds the case on this legal day; `told` is its history, `rows` what else was read of it."""
    facts = workflow.load(case.facts)
    marked = marked_parts(told, workflow, case.state)
    returned_for, noted = earlier_returns(told, workflow)
    stored = workflow.dump(facts)
    running = rows.running
    return Circumstances(
        facts=facts,
        day=day,
        subject_kind=case.subject.kind,
        item=item_on(case.item, day) if case.item else None,
        record=record_on(session, case, case.record, rows.answers) if case.record else None,
        around=surroundings.of(session, case, day=day),
        standing=Standing(rows.answers.has_breach, rows.answers.barred_until),
        period_is_over=clocks.is_over(running, day, state=case.state),
        clock_is_paused=clocks.is_paused(running),
        over=clocks.over(running, day),
        clock_was_extended=rows.answers.was_extended,
        papers=frozenset(field for field, _ in rows.papers),
        new_papers=frozenset(field for field, is_new in rows.papers if is_new),
        marked=frozenset(marked),
        returned_for=returned_for,
        second_return_noted=noted,
        taken=tuple(event.step for event in told),
        changed=frozenset(name for name, old in marked.items() if name in stored and stored[name] != old),
    )


def with_given(
    about: Circumstances, step: Step, given: Mapping[str, Any], workflow: Workflow
) -> Circumstances:
    """The same, with what was handed in written into the facts the step asks for; a marked one is answered by that."""
    before = workflow.dump(about.facts)
    asked = workflow.plain({name: value for name, value in given.items() if name in step.asks})
    changed = about.changed | {name for name, value in asked.items() if value != before[name]}
    return replace(about, facts=workflow.load({**before, **asked}), given=given, changed=changed)


def item_on(item: CommitmentItem, day: date) -> Item:
    """The catalogue item as the rules see it on this day."""
    letter = texts.current(item.letter, on=day)
    return Item(
        code=item.code,
        type=item.type,
        needs_acceptance=item.needs_acceptance,
        is_open=item.open_from <= day and (item.open_until is None or day < item.open_until),
        publication=item.publication,
        letter=item.letter,
        letter_version=letter.version,
        earliest_end_on=day + timedelta(days=1),
        latest_end_on=_end_of_term(day, item.term_months or 0, item.term_days or 0),
        open_to=frozenset(item.open_to),
        required_papers=frozenset(paper["field"] for paper in item.papers if paper["required"]),
    )


@lru_cache(maxsize=1000)
def _end_of_term(day: date, months: int, days: int) -> date:
    """The last day of a term that begins on a day: reckoned once, because every page and step of a commitment asks."""
    return day + relativedelta(months=months, days=days)


def barred_until(session: Session, subject_id: int, *, day: date) -> date | None:
    """The last day of a bar after falsehood that holds for the subject on this day."""
    return session.scalar(answers.barred_until(subject_id, day=day))


def papers(session: Session, case_id: int) -> frozenset[str]:
    """The fields that have a file."""
    return frozenset(field for field, _ in each_paper(session, case_id))


def each_paper(session: Session, case_id: int) -> list[tuple[str, bool]]:
    """The field of each paper, with whether it still waits to be handed in."""
    return [(row.field, row.submitted_seq is None) for row in session.execute(PAPERS, {"case_id": case_id})]


def earlier_returns(told: Sequence[history.Told], workflow: Workflow) -> tuple[frozenset[str], bool]:
    """The coded reasons of every return so far, and whether a further one was explained since the last."""
    codes: set[str] = set()
    noted = False
    for event in told:
        if workflow.state(event.target).editors and "reasons" in event.given:
            codes |= {reason["code"] for reason in event.given["reasons"]}
            noted = False
        elif codes:  # before the first return there is nothing to note, and most cases are never returned
            noted = noted or "second_return_note" in event.given
    return frozenset(codes), noted


def marked_parts(told: Sequence[history.Told], workflow: Workflow, state: str) -> dict[str, Any]:
    """The parts that the last return marked, with their values then; empty unless the case is returned now."""
    entered = history.coded(told, workflow)
    is_returned = entered is not None and entered.target == state
    marked: dict[str, Any] = entered.given.get("marked", {}) if entered and is_returned else {}
    return marked


def record_on(session: Session, case: Case, record: CreditRecord, told: Row[Any]) -> Record:
    """The credit record as the rules see it for this case; `told` are the answers about the case."""
    return Record(
        class_=record.class_,
        may_apply_from=records.may_apply_from(record),
        is_repairable=not record.not_repairable_because,
        is_over=record.publicity_ended_at is not None,
        is_shielded=record.hidden_at is not None and record.publicity_ended_at is None,
        has_open_repair=told.has_open_repair,
        has_letter=told.has_letter,
        is_synced=told.open_facts == 0 and sync.has_every_fact(record),
        is_own=record.subject_id == case.subject_id,
        is_hidden=record.hidden_at is not None,
        has_same_objection="ground" in case.facts and has_same_objection(session, case, record),
        open_tasks=told.open_tasks,
    )


def has_letter(session: Session, record_id: int, *, subject_id: int) -> bool:
    """Whether the subject signed a letter for this very record that is in force or was fulfilled."""
    return bool(session.scalar(select(answers.signed_letter(record_id, subject_id=subject_id))))


def has_same_objection(session: Session, case: Case, record: CreditRecord) -> bool:
    """Whether another objection of this subject on the same ground to this record is still without an answer."""
    same = exists().where(
        Objection.record_id == record.id,
        Objection.subject_id == case.subject_id,
        Objection.ground == case.facts.get("ground"),
        Objection.ended_on.is_(None),
        Objection.case_id != case.id,
    )
    return bool(session.scalar(select(same)))
