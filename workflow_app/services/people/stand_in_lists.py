"""Who is away, was and will be: what colleagues of a unit and the auditor read. Decides nothing.

Colleagues read who stands in and until when; why somebody is away is for those it concerns.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import Session, joinedload

from ...domain.people import Actor, GrantKind
from ...domain.refusals import NotYours
from ...models.party import GrantRow, Person
from ...models.queue import StandIn
from . import deputies, stand_ins

PAGE = 25
MOST = 200
"""So many run or are to come at once; a unit has a few."""


def running(session: Session, actor: Actor, *, today: date) -> Sequence[StandIn]:
    """What runs today or is still to come, by its first day."""
    wanted = _seen_by(actor, on=today).where(_goes_on(today))
    return session.scalars(wanted.order_by(StandIn.from_on, StandIn.id).limit(MOST)).all()


def over(session: Session, actor: Actor, *, today: date, before: int | None) -> Sequence[StandIn]:
    """One page of those that ended, the newest first, and one more if there is a next page."""
    wanted = _seen_by(actor, on=today).where(~_goes_on(today))
    if before is not None:
        wanted = wanted.where(StandIn.id < before)
    return session.scalars(wanted.order_by(StandIn.id.desc()).limit(PAGE + 1)).all()


def by_ref(session: Session, ref: str, actor: Actor, *, today: date) -> StandIn:
    """One of them. Raises NotYours."""
    found = session.scalars(_seen_by(actor, on=today).where(StandIn.ref == ref.replace("\0", ""))).first()
    if found is None:
        raise NotYours
    return found


def may_read_why(row: StandIn, actor: Actor, *, on: date) -> bool:
    """Those who may end it, and the auditor."""
    return actor.holds(GrantKind.AUDITOR) or deputies.may_end(row, actor, on=on)


def _goes_on(today: date) -> ColumnElement[bool]:
    return and_(StandIn.ended_at.is_(None), StandIn.until_on >= today)


def _seen_by(actor: Actor, *, on: date) -> Select[StandIn]:
    seen: ColumnElement[bool] = true()
    if not actor.holds(GrantKind.AUDITOR):
        colleagues = select(GrantRow.person_id).where(
            GrantRow.unit_id.in_(stand_ins.handled_units(actor)),
            GrantRow.kind.in_(stand_ins.PASSED_ON),
            GrantRow.ended_at.is_(None),
            GrantRow.valid_from <= on,
            or_(GrantRow.valid_to.is_(None), GrantRow.valid_to >= on),
        )
        own = or_(StandIn.person_id == actor.person_id, StandIn.deputy_id == actor.person_id)
        seen = or_(own, StandIn.person_id.in_(colleagues))
    grants = joinedload(StandIn.person).selectinload(Person.grants).joinedload(GrantRow.unit)
    wanted = select(StandIn).where(seen)
    return wanted.options(grants, joinedload(StandIn.deputy), joinedload(StandIn.made_by))
