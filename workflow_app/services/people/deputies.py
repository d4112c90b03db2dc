"""代办人: naming who stands in for somebody who is away, and ending it early. Both are told, and it is in the account log.

Somebody names the own deputy; the head of the unit, or a lead of the office, does it for whoever can't. Nobody who is away
is a deputy on the same day, nobody has two, and a deputy works in the same unit. What it gives stands in `stand_ins.py`.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from ...domain import clock
from ...domain.people import Actor, GrantKind
from ...domain.refusals import NotYours, Refused
from ...domain.words import N_, Sentence
from ...models.party import GrantRow, Person, Unit
from ...models.queue import StandIn
from ..delivery import notices
from . import account_log, stand_ins

MOST_DAYS = 90
"""Whoever is away longer needs somebody with rights of their own."""
REF_BYTES = 12
ARRANGERS = frozenset({GrantKind.HEAD, GrantKind.LEAD})

DEPUTY_IS_TOLD = N_(
    "%(first)s至 %(last)s，%(absent)s外出，由您代办其办件（%(by)s指定）。期间您会收到这些办件的消息，办理经过会写明代%(absent)s办理。"
)
ABSENT_IS_TOLD = N_("%(first)s至 %(last)s您外出期间，您的办件由%(deputy)s代办（%(by)s指定）。")
END_IS_TOLD = N_(
    "%(deputy)s代%(absent)s办理办件（%(first)s至 %(last)s），已由%(by)s提前结束，从现在起不再代办。"
)
DEPUTY_IS_AWAY = N_(
    "%(absent)s %(first)s至 %(last)s外出（由%(deputy)s代办），不能作代办人。请另选一位同事，或改选日期。"
)
IS_NEEDED = N_(
    "%(deputy)s %(first)s至 %(last)s正是%(absent)s的代办人，同时外出就没有人办了。请先结束那次代办，为%(absent)s另行指定。"
)
HAS_ONE = N_(
    "%(absent)s %(first)s至 %(last)s已由%(deputy)s代办，不能重复指定。请改选日期，或先提前结束那一次。"
)
SETTLED = N_("这次代办已经结束，不用再办。")


@dataclass(frozen=True)
class Absence:
    """Who is away on which legal days, both included, who stands in, and why."""

    person: Person
    deputy: Person
    from_on: date
    until_on: date
    why: str


def may_arrange(person: Person, actor: Actor, *, on: date) -> bool:
    """Whether this reader names deputies for that person: one's own, or as the head of a unit or a lead of the office."""
    units = stand_ins.units_of(person, on=on)
    led = {grant.unit_id for grant in actor.grants if grant.kind in ARRANGERS}
    return bool(units if person.id == actor.person_id else units & led)


def may_end(row: StandIn, actor: Actor, *, on: date) -> bool:
    """The same, the deputy who can't do it, and whoever named the deputy."""
    is_of_it = actor.person_id in (row.person_id, row.deputy_id, row.made_by_id)
    return is_of_it or may_arrange(row.person, actor, on=on)


def is_over(row: StandIn, *, today: date) -> bool:
    """Whether nothing is left to end."""
    return row.ended_at is not None or row.until_on < today


def appoint(session: Session, wanted: Absence, *, actor: Actor, now: datetime) -> StandIn:
    """Name a deputy. Raises NotYours, or Refused with the field it is about as its code."""
    today = clock.legal_day(now)
    _lock(session, wanted)
    if not may_arrange(wanted.person, actor, on=today):
        raise NotYours
    _refuse_days(wanted, today=today)
    _refuse_deputy(session, wanted)
    _refuse_overlaps(session, wanted)
    by = session.get_one(Person, actor.person_id)
    row = StandIn(
        ref=secrets.token_hex(REF_BYTES), person=wanted.person, deputy=wanted.deputy, from_on=wanted.from_on,
        until_on=wanted.until_on, why=wanted.why, made_by=by, made_at=now,
    )  # fmt: skip
    session.add(row)
    account_log.record(session, "stand_in_made", person=wanted.person, by=by, now=now, note=_note(row))
    _tell(session, row, "made", {row.person: ABSENT_IS_TOLD, row.deputy: DEPUTY_IS_TOLD}, by=by, now=now)
    return row


def end(session: Session, row: StandIn, *, actor: Actor, now: datetime) -> None:
    """End it from this instant on, or before it begins. The heads hear of it where the deputy does it. NotYours, Refused."""
    today = clock.legal_day(now)
    session.refresh(row, with_for_update={"of": StandIn})
    if not may_end(row, actor, on=today):
        raise NotYours
    if is_over(row, today=today):
        raise Refused(SETTLED)
    by = session.get_one(Person, actor.person_id)
    row.ended_at, row.ended_by_id = now, by.id
    account_log.record(session, "stand_in_ended", person=row.person, by=by, now=now, note=_note(row))
    _tell(session, row, "ended", dict.fromkeys((row.person, row.deputy), END_IS_TOLD), by=by, now=now)
    if by.id == row.deputy_id:
        _tell_heads(session, row, by=by, now=now)


def candidates(session: Session, actor: Actor, *, on: date) -> tuple[list[Person], list[Person]]:
    """Whom this reader may name a deputy for, the reader first, and who might be one."""
    units = stand_ins.handled_units(actor)
    handling = select(GrantRow.person_id).where(
        GrantRow.unit_id.in_(units), GrantRow.kind.in_(stand_ins.PASSED_ON), GrantRow.ended_at.is_(None)
    )
    is_somebody = Person.disabled_at.is_(None), Person.is_system.is_(False)
    wanted = select(Person).where(Person.id.in_(handling), *is_somebody).order_by(Person.id)
    grants = joinedload(Person.grants)
    found = session.scalars(
        wanted.options(grants.joinedload(GrantRow.unit), grants.joinedload(GrantRow.subject))
    )
    people = [person for person in found.unique() if stand_ins.units_of(person, on=on) & units]
    absent = [person for person in people if may_arrange(person, actor, on=on)]
    return sorted(absent, key=lambda person: person.id != actor.person_id), people


def _lock(session: Session, wanted: Absence) -> None:
    """Both people's absences are decided one after the other."""
    ids = (wanted.person.id, wanted.deputy.id)
    session.execute(select(Person.id).where(Person.id.in_(ids)).order_by(Person.id).with_for_update())


def _refuse_days(wanted: Absence, *, today: date) -> None:
    if wanted.until_on < wanted.from_on:
        raise Refused(N_("最后一天不能早于第一天，请核对两个日期。"), code="until_on")
    if wanted.from_on < today:
        raise Refused(N_("代办不能从已经过去的日子算起。请从今天或以后的日期填起。"), code="from_on")
    if wanted.until_on >= wanted.from_on + timedelta(MOST_DAYS):
        text = N_(
            "一次代办最长 %(days)s 天。请把最后一天提前，到期前可以再次指定；长期离岗的，请安全管理员调整权限。"
        )
        raise Refused(Sentence(text, days=MOST_DAYS), code="until_on")


def _refuse_deputy(session: Session, wanted: Absence) -> None:
    """The deputy works in every unit in which the absent person does, on the first and on the last day."""
    absent, deputy = wanted.person, wanted.deputy
    if deputy.id == absent.id:
        raise Refused(N_("代办人不能是外出的人自己，请另选一位同事。"), code="deputy")
    if deputy.is_system:
        raise Refused(N_("系统账户不能代人办理，请另选一位同事。"), code="deputy")
    for day in (wanted.from_on, wanted.until_on):
        units = stand_ins.units_of(absent, on=day)
        if not units:
            text = N_("%(name)s在 %(day)s没有办理办件的权限，不用指定代办人。请核对日期。")
            raise Refused(Sentence(text, name=absent.name, day=day), code="from_on")
        missing = units - stand_ins.units_of(deputy, on=day) if deputy.disabled_at is None else units
        if missing:
            unit = session.get_one(Unit, min(missing))
            text = N_("%(name)s在 %(day)s不在“%(unit)s”办理办件，不能代办。请选同一单位的同事。")
            raise Refused(Sentence(text, name=deputy.name, day=day, unit=unit.name), code="deputy")


def _refuse_overlaps(session: Session, wanted: Absence) -> None:
    """Nobody has two deputies on a day, and nobody who is away is one; the sentence says who is away."""
    ids = (wanted.person.id, wanted.deputy.id)
    at_once = select(StandIn).where(
        StandIn.ended_at.is_(None), StandIn.until_on >= wanted.from_on, StandIn.from_on <= wanted.until_on,
        or_(StandIn.person_id.in_(ids), StandIn.deputy_id == wanted.person.id),
    ).order_by(StandIn.from_on, StandIn.id)  # fmt: skip
    for row in session.scalars(at_once.options(joinedload(StandIn.person), joinedload(StandIn.deputy))):
        if row.person_id == wanted.deputy.id:
            raise Refused(_sentence(row, DEPUTY_IS_AWAY), code="deputy")
        is_needed = row.deputy_id == wanted.person.id
        raise Refused(_sentence(row, IS_NEEDED if is_needed else HAS_ONE), code="from_on")


def _tell(
    session: Session, row: StandIn, what: str, texts: dict[Person, str], *, by: Person, now: datetime
) -> None:
    for person, text in texts.items():
        told = _sentence(row, text, by=by)
        notices.tell_person(
            session, f"stand-in-{row.id}/{what}/{person.id}", told, person_id=person.id, now=now
        )


def _tell_heads(session: Session, row: StandIn, *, by: Person, now: datetime) -> None:
    """The heads of the units left without a deputy, or the leads; none of the two twice."""
    told, today = _sentence(row, END_IS_TOLD, by=by), clock.legal_day(now)
    for unit in session.scalars(select(Unit).where(Unit.id.in_(stand_ins.units_of(row.person, on=today)))):
        side = "lead" if unit.is_office else "head"
        heads = notices.on_side(
            session, side, subject_id=None, unit_id=unit.id, workflow=notices.RECORDS, on=today
        )
        for head in heads:
            key = f"stand-in-{row.id}/ended/{head.id}"  # the same as for the two: once each
            notices.tell_person(session, key, told, person_id=head.id, now=now)


def _sentence(row: StandIn, text: str, *, by: Person | None = None) -> Sentence:
    known: dict[str, str | date] = {
        "absent": row.person.name, "deputy": row.deputy.name, "first": row.from_on, "last": row.until_on,
        "by": by.name if by else "",
    }  # fmt: skip
    return Sentence(text, **{name: value for name, value in known.items() if f"%({name})s" in text})


def _note(row: StandIn) -> str:
    return f"{row.person.name} → {row.deputy.name} · {row.from_on} — {row.until_on}"
