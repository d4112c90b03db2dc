"""What time brings about downstream: a silent target is told to those concerned on the day after its last one.

The office's page needs none of this: overdue is a question about today. One task per call, so that one that fails does
not hold up the others.
"""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...models.sync import SyncTask
from . import sync_notices


def next_silent(session: Session, *, today: date, after: int = 0) -> SyncTask | None:
    """The next overdue task of which nobody was told yet, held for this worker; None when there is none."""
    wanted = (
        select(SyncTask)
        .where(SyncTask.confirmed_at.is_(None), SyncTask.due_on < today, SyncTask.told_overdue_at.is_(None))
        .where(SyncTask.id > after)
        .order_by(SyncTask.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=SyncTask)
    )
    return session.scalars(wanted, execution_options={"populate_existing": True}).first()


def tell(session: Session, task: SyncTask, *, now: datetime) -> None:
    """Tell that the target keeps silent, once."""
    sync_notices.tell_silence(session, task, now=now)
    task.told_overdue_at = now
    session.flush()
