"""What time brings about for petitions: one that nobody decided by its last day is told to the lead on the day after.

The pages need none of this: late is a question about today. One petition per call, so that one that fails does not hold
up the others.
"""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...domain import clock
from ...domain.due_words import end_of
from ...domain.words import N_, Sentence
from ...models.petition import Petition
from ..delivery import notices
from ..house import House
from . import petitions

LATE = N_("异议来件（%(ref)s）应在 %(due)s前核对身份，已经超过，还没有人处理。请督促窗口人员。")


def next_late(session: Session, *, today: date, house: House, after: int = 0) -> Petition | None:
    """The next late petition of which the lead was not told yet, held for this worker; None when there is none."""
    waiting = select(Petition).where(
        Petition.decision == petitions.WAITING, Petition.told_overdue_at.is_(None), Petition.id > after
    )
    asked = waiting.with_only_columns(Petition.id, Petition.received_at).order_by(Petition.id)
    for number, received_at in session.execute(asked).all():
        received_on = clock.legal_day(received_at)
        if petitions.due_from(session, received_on, house=house).due_on >= today:
            return None  # those that came in later are not late either
        held = waiting.where(Petition.id == number).with_for_update(skip_locked=True, of=Petition)
        found = session.scalars(held, execution_options={"populate_existing": True}).first()
        if found is not None:
            return found
    return None


def tell(session: Session, petition: Petition, *, now: datetime, house: House) -> None:
    """Tell the lead that nobody decided in time, once."""
    due_on = petitions.due(session, petition, house=house).due_on
    told = Sentence(LATE, ref=petition.ref, due=end_of(due_on))
    notices.tell(session, f"petition/{petition.ref}/late", told, to="lead", now=now, is_held=True)
    petition.told_overdue_at = now
    session.flush()
