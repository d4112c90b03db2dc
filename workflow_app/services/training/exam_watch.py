"""What time brings about for exams: a paper whose time is over is handed in with what was kept, with nobody there.

Whoever opens the page first may do it too. One paper per call, so that one that fails does not hold up the others.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...domain.people import CLOCK
from ...models.case import Case
from ...models.training import Attempt
from ...workflows.training import EXAM_OPEN
from ..house import House
from . import exams


def next_over(session: Session, *, now: datetime, after: int = 0) -> Attempt | None:
    """The next paper whose time is over, also for what was still under way; its case is held for this worker."""
    wanted = (
        select(Attempt)
        .join(Case)
        .where(Attempt.handed_in_at.is_(None), Attempt.ends_at <= now - exams.GRACE)
        .where(Case.state == EXAM_OPEN.name, Attempt.id > after)
        .order_by(Attempt.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=Case)
    )
    return session.scalars(wanted, execution_options={"populate_existing": True}).first()


def hand_in(session: Session, sat: Attempt, *, now: datetime, house: House) -> None:
    """Hand it in with what was kept, once."""
    exams.hand_in(session, sat, None, actor=CLOCK, now=now, house=house)
