"""The running clocks of a case: opened when a state is entered, closed by the event that leaves it.

The due day comes from `domain.deadlines` alone and is never edited here; `case.due_on` is a copy of the nearest
open one for the queue's sake.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from ..domain.deadlines import Due
from ..domain.rulebook import Rulebook
from ..domain.words import N_, Sentence
from ..models.case import NO_DUE_DAY
from ..models.deadline import Deadline
from ..workflows.kit import State, Workflow


def close(session: Session, case_id: int, *, seq: int, now: datetime) -> None:
    """Close every open clock of the case with this event."""
    session.execute(
        update(Deadline)
        .where(Deadline.case_id == case_id, Deadline.closed_seq.is_(None))
        .values(closed_seq=seq, closed_at=now)
    )


def open_for(
    session: Session,
    case_id: int,
    *,
    state: State,
    workflow: Workflow,
    facts: Any,
    seq: int,
    day: date,
    rulebook: Rulebook,
) -> date:
    """Open the clock of the state entered, from this legal day; returns the due day for the queue."""
    if not state.deadline:
        return NO_DUE_DAY
    due = due_day(state, workflow, facts, day=day, rulebook=rulebook)
    session.execute(insert(Deadline).values(row(due, case_id=case_id, state=state.name, seq=seq)))
    return due.due_on


def row(due: Due, *, case_id: int, state: str, seq: int) -> dict[str, Any]:
    """A clock as it is written when the event `seq` starts it."""
    return {
        "case_id": case_id,
        "state": state,
        "rule_id": due.rule_id,
        "rule_version": due.rule_version,
        "starts_on": due.starts_on,
        "due_on": due.due_on,
        "provisional": due.provisional,
        "explanation": [line.as_json() for line in due.explanation],
        "opened_seq": seq,
    }


def due_day(state: State, workflow: Workflow, facts: Any, *, day: date, rulebook: Rulebook) -> Due:
    """When a clock that starts on this day in this state ends, by its rule or by the term in the case itself."""
    if state.deadline_fact:
        because = Sentence(
            N_("期限由办件本身载明：%(fact)s。"), fact=Sentence(workflow.labels[state.deadline_fact])
        )
        return rulebook.term(getattr(facts, state.deadline_fact), day, because)
    return rulebook.due(state.deadline, day)


def is_over(session: Session, case_id: int, day: date) -> bool:
    """Whether the running period of the case ended before this legal day."""
    latest = session.scalar(
        select(func.max(Deadline.due_on)).where(Deadline.case_id == case_id, Deadline.closed_seq.is_(None))
    )
    return latest is not None and latest < day


def running(session: Session, case_id: int) -> list[Deadline]:
    """The open clocks of a case, nearest first."""
    return list(
        session.scalars(
            select(Deadline)
            .where(Deadline.case_id == case_id, Deadline.closed_seq.is_(None))
            .order_by(Deadline.due_on, Deadline.id)
        )
    )
