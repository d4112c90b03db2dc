"""Objections written as rows, for tests of lists and figures that ask nothing of the case behind them."""

from datetime import date
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from tests import factories
from tests.factories import NOW, World
from workflow_app.models.case import Case
from workflow_app.models.deadline import Deadline
from workflow_app.models.objection import Objection

NUMBERS = count(1)


def objection(
    session: Session, world: World, *, unit: str = "market", state: str = "verifying", ground: str = "content", **columns: Any
) -> Objection:  # fmt: skip
    """An objection of the firm against a penalty of this unit, received on 2026-09-01 unless told otherwise."""
    number = next(NUMBERS)
    record = factories.record(session, subject_id=world.subjects["firm"], unit_id=world.units[unit])
    case = Case(
        ref=f"O{number:09}", number=f"OB-120102-20260901-{number:06}", workflow="objection", state=state,
        subject_id=world.subjects["firm"], unit_id=world.units[unit], record_id=record.id,
        opened_by_id=world.people["owner"], facts={}, created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    session.add(case)
    session.flush()
    known = {"received_on": date(2026, 9, 1)} | columns
    row = Objection(
        case_id=case.id, record_id=record.id, subject_id=case.subject_id, unit_id=world.units[unit],
        ground=ground, **known,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def clock_of(session: Session, row: Objection, *, due_on: date, **columns: Any) -> Deadline:
    """The clock OB-06 of an objection; it began on 2026-09-04."""
    clock = Deadline(
        case_id=row.case_id, state="verifying", rule_id="OB-06", rule_version="tests", starts_on=date(2026, 9, 4),
        due_on=due_on, provisional=False, explanation=[], opened_seq=3, **columns,
    )  # fmt: skip
    session.add(clock)
    session.flush()
    return clock
