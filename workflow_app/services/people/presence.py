"""Who is at the browser: sign-in, person, rights and whoever they stand in for, read in one statement on every request.

A right that ended a moment ago must count at once, so nothing of this is ever kept from one request to the next. What
the statement reads are columns and not rows of the session: whoever needs the person as a row asks for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    FromClause,
    Row,
    Select,
    bindparam,
    exists,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from ...domain.people import Actor
from ...models.party import GrantRow, KeptForm, Person, SignIn, Unit
from ...models.queue import StandIn
from . import rights, stand_ins, units
from .rights import Right
from .signin import digest


@dataclass(frozen=True)
class Presence:
    """A sign-in that nobody has ended, and its person with the rights of a legal day."""

    sign_in_id: int
    created_at: datetime
    seen_at: datetime
    second_factor_at: datetime | None
    locale: str
    must_change_password: bool
    has_second_factor: bool
    has_kept_form: bool
    actor: Actor


def find(session: Session, token: str, *, on: date) -> Presence | None:
    """Whoever holds this token, with the rights of a legal day; None when the sign-in was ended or the account closed."""
    rows = session.execute(READ, {"digest": digest(token), "day": on}).all()
    own = [row for row in rows if row.stand_in_id == 0]
    if not own or own[0].closed_at is not None:
        return None
    took_over = units.all_taken_over(session, on=on) if any(row.has_heritage for row in rows) else nothing
    actors = {
        person_id: rights.actor(person_id, mine[0].name, _rights(mine), on=on, took_over=took_over)
        for person_id, mine in _by_person(rows).items()
    }
    first = own[0]
    actor = actors.pop(first.person_id)
    return Presence(
        sign_in_id=first.id,
        created_at=first.created_at,
        seen_at=first.seen_at,
        second_factor_at=first.second_factor_at,
        locale=first.locale,
        must_change_password=first.must_change_password,
        has_second_factor=first.has_second_factor,
        has_kept_form=first.has_kept_form,
        actor=stand_ins.standing_in(actor, actors.values()),
    )


def nothing(_unit_id: int) -> frozenset[int]:
    """What a unit took over from which nobody's cases came."""
    return frozenset()


def _by_person(rows: Sequence[Row[tuple[object, ...]]]) -> dict[int, list[Row[tuple[object, ...]]]]:
    """The rows of each open account, the own ones first, then in the order in which somebody was named."""
    found: dict[int, list[Row[tuple[object, ...]]]] = {}
    for row in sorted(rows, key=lambda row: (row.stand_in_id, row.grant_id or 0)):
        if row.closed_at is None:
            found.setdefault(row.person_id, []).append(row)
    return found


def _rights(rows: Sequence[Row[tuple[object, ...]]]) -> list[Right]:
    """Each right once, also of somebody who named the same deputy twice."""
    kept = {row.grant_id: row for row in rows if row.grant_id is not None}
    return [Right(*(getattr(row, name) for name in Right._fields)) for row in kept.values()]


def _arm(stand_in_id: ColumnElement[int], whose: FromClause) -> Select[tuple[object, ...]]:
    """The sign-in with one person's rights: its own person's, or those of somebody for whom that one stands in."""
    kept, person, grant, unit = SignIn.__table__.c, Person.__table__.c, GrantRow.__table__.c, Unit.__table__.c
    ended = Unit.__table__.alias("ended")
    heritage = exists().where(ended.c.successor_id == unit.id, ended.c.ended_on <= bindparam("day"))
    columns = (
        stand_in_id.label("stand_in_id"),
        kept.id, kept.created_at, kept.seen_at, kept.second_factor_at,
        exists().where(KeptForm.person_id == kept.person_id).label("has_kept_form"),
        person.id.label("person_id"), person.name, person.locale, person.must_change_password,
        person.totp_secret.is_not(None).label("has_second_factor"), person.disabled_at.label("closed_at"),
        grant.id.label("grant_id"), grant.kind, grant.unit_id, grant.subject_id, grant.workflows, grant.may_sign,
        grant.valid_from, grant.valid_to, grant.ended_at,
        unit.ended_on.label("unit_ended_on"), heritage.label("has_heritage"),
    )  # fmt: skip
    joined = whose.outerjoin(GrantRow.__table__, grant.person_id == person.id).outerjoin(
        Unit.__table__, unit.id == grant.unit_id
    )
    is_open = (kept.token_digest == bindparam("digest"), kept.ended_at.is_(None))
    return select(*columns).select_from(joined).where(*is_open)


def _in_one_statement() -> CompoundSelect[tuple[object, ...]]:
    sign_in, person, stand_in = SignIn.__table__, Person.__table__, StandIn.__table__
    own = _arm(literal(0), sign_in.join(person, person.c.id == sign_in.c.person_id))
    named = sign_in.join(stand_in, stand_in.c.deputy_id == sign_in.c.person_id)
    day: ColumnElement[date] = bindparam("day")
    absent = _arm(stand_in.c.id, named.join(person, person.c.id == stand_in.c.person_id)).where(
        stand_in.c.until_on >= day, stand_in.c.from_on <= day, stand_in.c.ended_at.is_(None)
    )
    return union_all(own, absent)


READ = _in_one_statement()
