"""What colleagues do around the demonstration's cases: one is assigned, one is urged, somebody will be away.

Through the same services as the pages. Which case it is follows from the state of things on the day of loading: the one
that waits longest.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..domain import clock
from ..domain.people import Actor
from ..models.party import Person
from ..services.house import House
from ..services.people import deputies
from ..services.queues import assigning, queues
from ..services.supervision import urgings
from . import story

AWAY_IN, AWAY_FOR = timedelta(days=3), timedelta(days=4)


def tell(session: Session, *, until: datetime, house: House) -> None:
    """Let it happen just before `until`."""
    _assign(session, until=until)
    _urge(session, until=until, house=house)
    _go_away(session, until=until)


def _assign(session: Session, *, until: datetime) -> None:
    """The head gives the case that is due first to the second handler of the unit."""
    head, handler = (_actor(session, login, until) for login in ("head.shichang", "handler.shichang2"))
    listed = queues.page(session, handler, tab="mine", today=clock.legal_day(until))
    waiting = queues.whole(session, listed)
    case = next(each for each in waiting if assigning.why_not_given_by(each, head) is None)
    why = "同一企业去年的事项由您办理，情况熟悉。"
    assert handler.person_id is not None
    assigning.assign(session, case, head, to=handler.person_id, why=why, now=until)


def _urge(session: Session, *, until: datetime, house: House) -> None:
    """The office urges whoever lets the latest case wait."""
    lead, today = _actor(session, "lead.xinyong", until), clock.legal_day(until)
    late = queues.whole(session, queues.page(session, lead, tab="overdue", today=today))
    case = next((each for each in late if urgings.refusal(session, each, lead, today=today) is None), None)
    if case is not None:
        why = "期限已过，请说明进展和预计办结的日子。"
        urgings.urge(session, case.address, why, actor=lead, now=until, house=house)


def _go_away(session: Session, *, until: datetime) -> None:
    """A handler will be away next week and names a colleague of the same unit."""
    first = clock.legal_day(until) + AWAY_IN
    absent, deputy = (_person(session, login) for login in ("handler.shichang2", "handler.shichang"))
    away = deputies.Absence(absent, deputy, first, first + AWAY_FOR, "参加执法培训")
    deputies.appoint(session, away, actor=_actor(session, absent.login, until), now=until)


def _actor(session: Session, login: str, at: datetime) -> Actor:
    return story.actor_of(session, login, at)


def _person(session: Session, login: str) -> Person:
    return session.scalars(select(Person).where(Person.login == login)).one()
