"""Asking a target once more because its file shows that it does not hold what we hold: a task as for every other request."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...domain.downstream import WHATS, What
from ...domain.refusals import Refused
from ...domain.rulebook import Rulebook
from ...models.api import Difference
from ...models.record import CreditRecord
from ...models.sync import SyncTask
from ..sync import sync
from .comparing import DIFFERS, MISSING_THERE


def what_of(row: Difference, record: CreditRecord) -> What:
    """What the target is to do: show it, take it down, or correct it.

    A record that never had its publicity ended is hidden there too, which says nothing about a repair.
    """
    if row.kind == MISSING_THERE:
        return What.RESTORE
    if row.kind == DIFFERS:
        return What.CORRECT
    return What.END_PUBLICITY if record.publicity_ended_at is not None else What.SHIELD


def ask(session: Session, row: Difference, *, now: datetime, rulebook: Rulebook) -> SyncTask | None:
    """Send what is open once more, or ask anew. None when a message of it is on its way already."""
    assert row.record is not None
    what = what_of(row, row.record)
    open_one = select(SyncTask).where(
        SyncTask.record_id == row.record_id, SyncTask.target_id == row.target_id, SyncTask.what == what.value,
        SyncTask.confirmed_at.is_(None),
    )  # fmt: skip
    task = session.scalars(open_one.order_by(SyncTask.id.desc()).limit(1)).first()
    if task is None:
        return sync.ask_one(
            session, row.record, row.target, what, because=f"difference-{row.id}", now=now, rulebook=rulebook
        )
    try:
        sync.send_again(session, task, now=now)
    except Refused:
        return None
    return task


def title_of(row: Difference) -> str:
    """What the target would be asked, in words; empty for what is no record of ours."""
    return WHATS[what_of(row, row.record)] if row.record is not None else ""
