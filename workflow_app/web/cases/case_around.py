"""What else runs on the record of a case, and what happened to the record since the case was handed in.

Other people's drafts are not there; another case is a link only for whoever may see it. Decides nothing.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ...domain import clock, disputable
from ...domain.people import Actor
from ...domain.words import Sentence
from ...models.case import Case
from ...models.record import CreditRecord, RecordChange
from ...services.cases import mergers
from ...services.objections import foreign_records
from ...workflows import BY_NAME, beside
from ..addresses import address as url_for
from ..objections import disputed_fields as disputed
from .case_rows import Shown, title_of

MOST = 20
MARKED = frozenset({"objection"})
"""The workflows whose cases a public mark on the record tells of."""
OWN_MATTERS = frozenset({"repaired"})
"""Ends of a publicity whose cause the public never learns."""


def around(session: Session, shown: Shown, *, today: date) -> dict[str, Any] | None:
    """The other cases on the record and the sentences about it; None where there is nothing to say."""
    case = shown.case
    if case.record is None:
        return None
    others = _others(session, case, shown.actor) if shown.file.has_others else ()
    told = [] if shown.workflow.state(case.state).ended else _told(session, shown, others, today=today)
    named = [other for other in others if _may_know(shown, other)]
    if not named and not told:
        return None
    return {"cases": [_row(other, shown.actor) for other in named], "sentences": told}


def _may_know(shown: Shown, other: Case) -> bool:
    """Whether the reader may know that another case runs: of a foreign record the public knows its marks alone."""
    return foreign_records.is_told_all(shown.case, shown.actor) or may_see(other, shown.actor)


def _others(session: Session, case: Case, actor: Actor) -> Sequence[Case]:
    """The newest other cases on the record: those that were handed in, and drafts of the reader's own."""
    wanted = select(Case).where(Case.record_id == case.record_id, Case.id != case.id)
    wanted = wanted.options(joinedload(Case.item), joinedload(Case.subject))
    found = session.scalars(wanted.order_by(Case.id.desc()).limit(MOST)).all()
    return [other for other in found if other.number or (_is_draft(other) and may_see(other, actor))]


def _is_draft(case: Case) -> bool:
    return case.state == BY_NAME[case.workflow].first.name


def may_see(case: Case, actor: Actor) -> bool:
    """Whether the reader may open the page of a case."""
    return BY_NAME[case.workflow].readers.holds(case, actor, {})


def _row(case: Case, actor: Actor) -> dict[str, Any]:
    workflow = BY_NAME[case.workflow]
    return {
        "title": Sentence(workflow.title) if case.record else title_of(case, workflow),
        "number": case.address,
        "url": url_for("cases.show", address=case.address) if may_see(case, actor) else None,
        "state": Sentence(workflow.state(case.state).title),
        "since": clock.legal_day(case.updated_at),
    }


def _told(session: Session, shown: Shown, others: Sequence[Case], *, today: date) -> list[Sentence]:
    """What this case's people should know, the record's end first."""
    case = shown.case
    if case.record is None or case.number is None:
        return []
    merged = mergers.merger_note(session, case, on=today)
    running = [
        other.workflow
        for other in others
        if other.number and not BY_NAME[other.workflow].state(other.state).ended
        if other.workflow in MARKED or _may_know(shown, other)
    ]
    pairs = dict.fromkeys((case.workflow, name) for name in running)
    return [
        *_ended(session, shown, case.record),
        *_changed(session, shown),
        *([merged] if merged else []),
        *(Sentence(beside.RUNNING[pair]) for pair in pairs if pair in beside.RUNNING),
    ]


def _ended(session: Session, shown: Shown, record: CreditRecord) -> list[Sentence]:
    """That the record's publicity ended otherwise than by this case, how and when. A repair is the subject's own matter."""
    case = shown.case
    text = beside.OVER.get((case.workflow, record.ended_how))
    if text is None or record.publicity_ended_at is None:
        return []
    if record.ended_how in OWN_MATTERS and not foreign_records.is_told_all(case, shown.actor):
        return []
    by_case = select(RecordChange.case_id).where(
        RecordChange.record_id == record.id, RecordChange.field == "publicity_ended_at"
    )
    if session.scalar(by_case.order_by(RecordChange.id.desc()).limit(1)) == case.id:
        return []
    return [Sentence(text, day=clock.legal_day(record.publicity_ended_at))]


def _changed(session: Session, shown: Shown) -> list[Sentence]:
    """The fields that were changed outside this case since it was handed in, each with the last day."""
    text = beside.CHANGED.get(shown.case.workflow)
    if text is None or not shown.events or not shown.file.has_changes:
        return []
    wanted = select(RecordChange).where(
        RecordChange.record_id == shown.case.record_id, RecordChange.at > shown.events[0].at,
        RecordChange.case_id.is_distinct_from(shown.case.id),
        RecordChange.field.in_(disputable.FIELDS), RecordChange.old != RecordChange.new,
    )  # fmt: skip
    rows = session.scalars(wanted.order_by(RecordChange.id)).all()
    readable = foreign_records.to_reader(shown.case, shown.actor, {row.field: row.new for row in rows})
    days = {row.field: clock.legal_day(row.at) for row in rows if row.field in readable}
    return [Sentence(text, day=days[name], field=disputed.title(name)) for name in disputed.in_order(days)]
