"""Gather what the guards may look at: the item, the standing of the subject, papers, marked parts, the period."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from ...models.attachment import Attachment
from ...models.case import Case
from ...models.catalogue import CommitmentItem
from ...models.event import Event
from ...models.objection import Objection
from ...models.record import CreditRecord
from ...models.repair import RepairBar
from ...workflows.circumstances import Circumstances, Item, Record, Standing
from ...workflows.kit import Step, Workflow
from ..documents import texts
from ..records import records
from ..sync import sync
from . import clocks, history, surroundings


def gather(
    session: Session, case: Case, workflow: Workflow, *, day: date, told: Sequence[Event]
) -> Circumstances:
    """What surrounds the case on this legal day; `told` is its history, read once by the caller."""
    facts = workflow.load(case.facts)
    marked = marked_parts(told, case.state)
    returned_for, noted = earlier_returns(told, workflow)
    stored = workflow.dump(facts)
    running = clocks.running(session, case.id)
    ended = [state.name for state in workflow.states if state.ended]
    return Circumstances(
        facts=facts,
        day=day,
        subject_kind=case.subject.kind,
        item=item_on(case.item, day) if case.item else None,
        record=record_on(session, case, case.record, ended=ended) if case.record else None,
        around=surroundings.of(session, case, day=day),
        standing=standing(session, case.subject_id, day=day),
        period_is_over=clocks.is_over(running, day, state=case.state),
        clock_is_paused=clocks.is_paused(running),
        over=clocks.over(running, day),
        clock_was_extended=clocks.was_extended(session, running),
        papers=papers(session, case.id),
        new_papers=papers(session, case.id, pending=True),
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
    longest = day + relativedelta(months=item.term_months or 0, days=item.term_days or 0)
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
        latest_end_on=longest,
        open_to=frozenset(item.open_to),
        required_papers=frozenset(paper["field"] for paper in item.papers if paper["required"]),
    )


def standing(session: Session, subject_id: int, *, day: date) -> Standing:
    """What stands against the subject: a breach of a commitment that was not repaired, a bar after falsehood."""
    breach = exists().where(
        CreditRecord.subject_id == subject_id,
        CreditRecord.case_id.is_not(None),
        CreditRecord.repaired_at.is_(None),
    )
    bar = select(func.max(RepairBar.until_on)).where(
        RepairBar.subject_id == subject_id, RepairBar.from_on <= day, RepairBar.lifted_at.is_(None)
    )
    return Standing(unrepaired_breach=bool(session.scalar(select(breach))), barred_until=session.scalar(bar))


def papers(session: Session, case_id: int, *, pending: bool = False) -> frozenset[str]:
    """The fields that have a file; with `pending` only those whose file waits to be handed in."""
    there = select(Attachment.field).where(Attachment.case_id == case_id, Attachment.removed_at.is_(None))
    return frozenset(session.scalars(there.where(Attachment.submitted_seq.is_(None)) if pending else there))


def earlier_returns(told: Sequence[Event], workflow: Workflow) -> tuple[frozenset[str], bool]:
    """The coded reasons of every return so far, and whether a further one was explained since the last."""
    codes: set[str] = set()
    noted = False
    for event in told:
        if "reasons" in event.given and workflow.state(event.target).editors:
            codes |= {reason["code"] for reason in event.given["reasons"]}
            noted = False
        noted = noted or "second_return_note" in event.given
    return frozenset(codes), noted


def marked_parts(told: Sequence[Event], state: str) -> dict[str, Any]:
    """The parts that the last return marked, with their values then; empty unless the case is returned now."""
    entered = history.entered(told)
    is_returned = entered is not None and entered.target == state
    marked: dict[str, Any] = entered.given.get("marked", {}) if entered and is_returned else {}
    return marked


def record_on(session: Session, case: Case, record: CreditRecord, *, ended: Collection[str]) -> Record:
    """The credit record as the rules see it for this case; `ended` are the states in which such a case has ended."""
    others = exists().where(
        Case.record_id == record.id,
        Case.workflow == case.workflow,
        Case.id != case.id,
        Case.number.is_not(None),
        Case.state.not_in(ended),
    )
    return Record(
        class_=record.class_,
        may_apply_from=records.may_apply_from(record),
        is_repairable=not record.not_repairable_because,
        is_over=record.publicity_ended_at is not None,
        is_shielded=record.hidden_at is not None and record.publicity_ended_at is None,
        has_open_repair=bool(session.scalar(select(others))),
        has_letter=has_letter(session, record.id, subject_id=case.subject_id),
        is_synced=sync.is_complete(session, record, case.id),
        is_own=record.subject_id == case.subject_id,
        is_hidden=record.hidden_at is not None,
        has_same_objection=has_same_objection(session, case, record),
        open_tasks=sync.open_tasks(session, case.id),
    )


def has_letter(session: Session, record_id: int, *, subject_id: int) -> bool:
    """Whether the subject signed a letter for this very record that is in force or was fulfilled."""
    letter = (
        select(Case.id)
        .join(CommitmentItem, CommitmentItem.id == Case.item_id)
        .where(
            Case.record_id == record_id,
            Case.subject_id == subject_id,
            CommitmentItem.type == "XYXF",
            Case.state.in_(("active", "fulfilled")),
        )
        .exists()
    )
    return bool(session.scalar(select(letter)))


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
