"""What the gate looks at of many cases, read with four statements for all of them. Only reads, and decides nothing."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from ...models.attachment import Attachment
from ...models.case import Case
from ...models.deadline import Deadline
from ..engine import answers, circumstances, history

_OF_THEM: BindParameter[Any] = bindparam("ids", expanding=True)
_ANSWERS = select(Case.id, *answers.ANSWERS).where(Case.id.in_(_OF_THEM))
_EVENTS = history.EVENTS.where(history.EVENT.case_id.in_(_OF_THEM))
_CLOCKS = (
    select(Deadline)
    .where(Deadline.case_id.in_(_OF_THEM), Deadline.closed_seq.is_(None))
    .order_by(Deadline.due_on, Deadline.id)
)
_PAPERS = select(Attachment.case_id, Attachment.field, Attachment.submitted_seq).where(
    Attachment.case_id.in_(_OF_THEM), Attachment.removed_at.is_(None)
)


@dataclass(frozen=True)
class Known:
    """The history of a case, and what its rows hold."""

    told: Sequence[history.Told]
    rows: circumstances.Held


def of(session: Session, cases: Sequence[Case], *, day: date) -> Mapping[int, Known]:
    """What there is to know about each of these cases on a legal day, by case id."""
    asked: dict[str, Any] = {"ids": [case.id for case in cases], "day": day}
    told: dict[int, list[history.Told]] = defaultdict(list)
    clocks: dict[int, list[Deadline]] = defaultdict(list)
    papers: dict[int, list[tuple[str, bool]]] = defaultdict(list)
    for event in history.in_order(map(history.Told._make, session.execute(_EVENTS, asked))):
        told[event.case_id].append(event)
    for clock in session.scalars(_CLOCKS, asked):
        clocks[clock.case_id].append(clock)
    for paper in session.execute(_PAPERS, asked):
        papers[paper.case_id].append((paper.field, paper.submitted_seq is None))
    return {
        row.id: Known(told[row.id], circumstances.Held(row, clocks[row.id], papers[row.id]))
        for row in session.execute(_ANSWERS, asked)
    }
