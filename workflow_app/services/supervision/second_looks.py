"""抽查: cases that ended last month, drawn by a seed that nobody chose, looked at again by somebody who took no part.

The order of a month is that of sha256(seed + number), so that anybody with the numbers can draw it again. A month has one
seed, made at its first draw and shown with the list: drawing more goes on in the same order. A verdict is never changed.
"""

import heapq
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, joinedload

from ...domain import clock
from ...domain.people import Actor, GrantKind
from ...domain.refusals import NotYours, Refused
from ...domain.words import N_, Sentence
from ...models.case import Case
from ...models.event import Event
from ...models.party import Unit
from ...models.queue import SecondLook
from ...workflows import BY_NAME
from ..delivery import notices

MOST_AT_ONCE = 50
LONGEST = 1000
VERDICTS = {"sound": N_("没有问题"), "flawed": N_("有问题")}
REVIEWERS = (GrantKind.CLERK, GrantKind.LEAD)
TOOK_PART = N_("您参加过这件办件的办理，请由其他人抽查。")
NOT_LAST_MONTH = N_("只能抽查上个月办结的办件，请选 %(month)s。")
HOW_MANY = N_("一次可以抽 1 到 50 件，请改写件数。")
NONE_LEFT = N_("%(month)s办结的办件已经全部抽出，没有可以再抽的。")
NO_VERDICT = N_("请选择抽查结果。")
NO_NOTE = N_("请写明问题在哪里、怎么改，1000 字以内。")
IS_LOOKED_AT = N_("这件办件已经抽查过，结果不能再改。")
FLAWED = N_("抽查发现%(number)s有问题：%(note)s")


@dataclass(frozen=True)
class Month:
    """What was drawn of a month: out of how many, how many were looked at and how many of these were flawed."""

    first_day: date
    seed: str
    drawn: int
    looked: int
    flawed: int


def last_month(today: date) -> date:
    """The first day of the month before this legal day."""
    return (today.replace(day=1) - timedelta(1)).replace(day=1)


def place_of(seed: str, number: str) -> str:
    """The hexadecimal digest by which a number is ordered: SHA-256 of seed and number, one behind the other, as UTF-8."""
    return sha256(f"{seed}{number}".encode()).hexdigest()


def draw(session: Session, month: date, count: int, *, actor: Actor, now: datetime) -> Sequence[SecondLook]:
    """Draw so many more of the cases that ended last month; for the office's lead. Raises NotYours or Refused."""
    if not actor.holds(GrantKind.LEAD):
        raise NotYours
    wanted = last_month(clock.legal_day(now))
    if month != wanted:
        raise Refused(Sentence(NOT_LAST_MONTH, month=f"{wanted:%Y-%m}"), code="count")
    if not 1 <= count <= MOST_AT_ONCE:
        raise Refused(HOW_MANY, code="count")
    # Two leads who draw at once would otherwise give the month two seeds.
    session.execute(select(Unit.id).where(Unit.is_office).order_by(Unit.id).with_for_update()).all()
    known = {row.case_id: row.seed for row in session.scalars(_of(month))}
    seed = next(iter(known.values()), None) or secrets.token_hex(16)
    waiting = (one for one in _ended(session, month) if one[0] not in known)
    first = heapq.nsmallest(count, waiting, key=lambda one: place_of(seed, one[1]))
    if not first:
        raise Refused(Sentence(NONE_LEFT, month=f"{month:%Y-%m}"), code="count")
    rows = [
        SecondLook(month=month, seed=seed, case_id=case_id, drawn_by_id=actor.person_id, drawn_at=now)
        for case_id, _ in first
    ]
    session.add_all(rows)
    session.flush()
    return rows


def months(session: Session) -> tuple[Month, ...]:
    """The months of which something was drawn, newest first."""
    looked = func.count(SecondLook.looked_at)
    flawed = func.count().filter(SecondLook.verdict == "flawed")
    asked = select(SecondLook.month, func.min(SecondLook.seed), func.count(), looked, flawed)
    found = session.execute(asked.group_by(SecondLook.month).order_by(SecondLook.month.desc()))
    return tuple(Month(*row) for row in found)


def drawn(session: Session, month: date) -> tuple[SecondLook, ...]:
    """What was drawn of a month, in the order of the seed."""
    rows = session.scalars(_of(month).options(joinedload(SecondLook.case).joinedload(Case.unit))).all()
    return tuple(sorted(rows, key=lambda row: place_of(row.seed, row.case.address)))


def one(session: Session, month: date, number: str) -> SecondLook:
    """The look at one case. Raises NotYours when it was not drawn."""
    wanted = (
        _of(month).join(Case, Case.id == SecondLook.case_id).where(Case.number == number.replace("\0", ""))
    )
    row = session.scalars(wanted, execution_options={"populate_existing": True}).first()
    if row is None:
        raise NotYours
    return row


def numbers(session: Session, month: date) -> tuple[str, ...]:
    """The numbers out of which a month is drawn, in the order in which they were given."""
    return tuple(number for _, number in _ended(session, month))


def took_part(session: Session, case: Case, actor: Actor) -> bool:
    """Whether the person, or anybody in whose stead the person acts, opened the case or took a step in it."""
    people = actor.stands_for
    own = Event.actor_id.in_(people) | Event.acted_for_id.in_(people)
    taken = select(Event.id).where(Event.case_id == case.id, own).limit(1)
    return case.opened_by_id in people or session.scalar(taken) is not None


def refusal(session: Session, row: SecondLook, actor: Actor) -> Sentence | None:
    """Why this person gives no verdict on the case; None when they may. Raises NotYours for whoever isn't asked at all."""
    if not any(map(actor.holds, REVIEWERS)) or not BY_NAME[row.case.workflow].readers.holds(
        row.case, actor, {}
    ):
        raise NotYours
    if row.looked_at is not None:
        return Sentence(IS_LOOKED_AT)
    return Sentence(TOOK_PART) if took_part(session, row.case, actor) else None


def look(
    session: Session, month: date, number: str, *, verdict: str, note: str, actor: Actor, now: datetime
) -> SecondLook:
    """Give the verdict; what is flawed is told to the head of the unit, or to the lead where there is none."""
    session.execute(_of(month).with_for_update()).all()
    row = one(session, month, number)
    if sentence := refusal(session, row, actor):
        raise Refused(sentence)
    note = note.replace("\0", "").strip()
    if verdict not in VERDICTS:
        raise Refused(NO_VERDICT, code="verdict")
    if (verdict == "flawed" and not note) or len(note) > LONGEST:
        raise Refused(NO_NOTE, code="note")
    row.verdict, row.note, row.looked_by_id, row.looked_at = verdict, note, actor.person_id, now
    if verdict == "flawed":
        side = "head" if row.case.unit_id is not None else "lead"
        told = Sentence(FLAWED, number=row.case.address, note=note)
        notices.tell(session, f"second-look/{row.id}", told, to=side, case_id=row.case_id, now=now)
    session.flush()
    return row


def _of(month: date) -> Select[SecondLook]:
    return select(SecondLook).where(SecondLook.month == month)


def _ended(session: Session, month: date) -> list[tuple[int, str]]:
    """Id and number of the cases that ended in a month, by their index; what never got a number was never handed in."""
    asked = select(Case.id, Case.number).where(_in(month), Case.number.is_not(None))
    return [(case_id, number) for case_id, number in session.execute(asked.order_by(Case.id)) if number]


def _in(month: date) -> ColumnElement[bool]:
    until = (month + timedelta(31)).replace(day=1)
    return and_(
        Case.ended_at >= clock.end_of(month - timedelta(1)),
        Case.ended_at < clock.end_of(until - timedelta(1)),
    )
