"""Urging a unit that let the last day of a measure pass (催办): a notice to its people, once a measure and legal day.

The day stands in the key of the notice, so that the key itself tells when the unit was urged.
"""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from ...domain import clock
from ...domain.due_words import end_of
from ...domain.reckoning import ONE_DAY
from ...domain.refusals import NotYours, Refused
from ...domain.words import N_, Sentence
from ...models.lists import JointMeasure
from ..delivery import notices, outbox
from ..people import units
from . import joint_measures

MOST_DAYS = 60
"""How far back a list of measures looks for the days of urging."""
URGED = N_("信用办催办：%(subject)s（%(list)s）的措施“%(measure)s”应在 %(due)s前办理，已经超过。请尽快办理。")
NOBODY_THERE = N_("这个单位已经撤销，也没有继任单位，没有人能收到催办。请先在单位名册里登记继任单位。")


def urge(session: Session, measure: JointMeasure, *, now: datetime) -> bool:
    """Urge the unit; False when it was urged today already. Raises NotYours when nothing is late, Refused."""
    today = clock.legal_day(now)
    if measure.due_on is None or not joint_measures.is_late(measure, today=today):
        raise NotYours
    if units.responsible(session, measure.unit, on=today) is None:
        raise Refused(NOBODY_THERE, code="urge")
    key = _key(measure, today)
    if outbox.exists(session, key):
        return False
    entry = measure.entry
    told = Sentence(
        URGED, subject=entry.subject.name, list=entry.type.name, measure=measure.title, due=end_of(measure.due_on)
    )  # fmt: skip
    side = "clerk" if measure.unit.is_office else "unit"
    notices.tell(session, key, told, to=side, unit_id=measure.unit_id, now=now)
    return True


def urged_on(session: Session, measure: JointMeasure, *, today: date) -> tuple[date, ...]:
    """The days on which the unit of one measure was urged, oldest first."""
    days = _days(clock.legal_day(measure.initiated_at), measure.lifted_on or today)
    known = outbox.known(session, [_key(measure, day) for day in days])
    return tuple(day for day in days if _key(measure, day) in known)


def last_urged(session: Session, measures: Iterable[JointMeasure], *, today: date) -> dict[int, date]:
    """The last day on which the unit of each late measure was urged, by the id of the measure."""
    days = {
        one: _days(max(one.due_on, today - MOST_DAYS * ONE_DAY), today)
        for one in measures
        if one.due_on is not None and one.due_on < today
    }
    known = outbox.known(session, [_key(one, day) for one in days for day in days[one]])
    found = {one.id: [day for day in days[one] if _key(one, day) in known] for one in days}
    return {number: max(urged) for number, urged in found.items() if urged}


def _key(measure: JointMeasure, day: date) -> str:
    return f"measure-{measure.id}/urged-{day}"


def _days(after: date, until: date) -> list[date]:
    return [after + n * ONE_DAY for n in range(1, (until - after).days + 1)]
