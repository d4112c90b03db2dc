"""How much waits for somebody, as every page shows it beside its menu: all of it counted in one statement.

What counts as waiting is told by the room it waits in; here it is only put together.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..domain.people import Actor
from .delivery.notices import UNREAD
from .documents import proposals
from .lists import measure_lists

OF_STAFF = select(
    UNREAD.scalar_subquery(),
    measure_lists.WAITING_FOR.scalar_subquery(),
    proposals.TO_DECIDE_BY.scalar_subquery(),
)


@dataclass(frozen=True)
class Waiting:
    """Notices not read, measures to take or lift, proposals to decide, and people for whom to stand in."""

    notices: int = 0
    measures: int = 0
    proposals: int = 0
    absent: int = 0


def waiting(session: Session, actor: Actor) -> Waiting:
    """What waits for this person now. Only who works for a unit or the office is asked for more than notices."""
    if actor.person_id is None:
        return Waiting()
    if not actor.is_staff:
        return Waiting(notices=session.scalar(UNREAD, {"reader": actor.person_id}) or 0)
    known = {**measure_lists.asked_by(actor), **proposals.asked_by(actor), "reader": actor.person_id}
    unread, measures, to_decide = session.execute(OF_STAFF, known).one()
    return Waiting(unread, measures, to_decide, absent=len(actor.standing_in))
