"""Tokens: made, rotated, ended, and found again by what a machine sends. Only the digest is kept.

A token is a right of its person, never more: what it reaches is asked of that person's grants on the day of each call.
"""

import hashlib
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address, ip_network

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ...domain.refusals import NotYours, Refused
from ...domain.scopes import TokenScope
from ...domain.words import N_, Sentence
from ...models.api import ApiToken
from ...models.party import Person
from ..people.account_log import record

MARK = "ccw_"
"""How a token begins, so that a scanner for secrets finds one that lies where it should not."""
SHOWN = len(MARK) + 6
MOST_DAYS = 90
MOST_DAYS_OF_A_SYSTEM = 366
OVERLAP = timedelta(days=1)
"""How long a rotated token still works, so that the machines can change over."""
TOUCH_AFTER = timedelta(minutes=1)
MOST = 20

UNKNOWN = N_("令牌无效。请核对请求头 Authorization 是否完整；令牌可能已经停用，请向持有人索取新的令牌。")
CLOSED = N_("这个账户已停用，不能再有令牌。请先恢复账户。")
OVER = N_("令牌已于 %(at)s 失效。请持有人在“接口令牌”页面更换。")
ELSEWHERE = N_("这个令牌不能从 %(ip)s 使用。请持有人核对令牌的来源网段。")


@dataclass(frozen=True)
class Made:
    """A token with its text, which is shown once."""

    row: ApiToken
    text: str


@dataclass(frozen=True)
class Wish:
    """What a token is wanted for. `days` until it ends; `networks` in CIDR, none for any."""

    name: str
    scopes: Collection[TokenScope]
    purpose: str
    days: int
    networks: Sequence[str] = ()


class State(StrEnum):
    """What has become of a token."""

    OPEN = "open"
    REPLACED = "replaced"
    EXPIRED = "expired"
    ENDED = "ended"


def most_days(person: Person) -> int:
    """How long a token of this account may work."""
    return MOST_DAYS_OF_A_SYSTEM if person.is_system else MOST_DAYS


def make(session: Session, person: Person, wish: Wish, *, by: Person | None, now: datetime) -> Made:
    """A new token of a person, or of a system; `by` None from the command line.

    Refused for a closed account, beyond the longest time, for a network that is none, and when there are too many.
    """
    if len(open_tokens(session, person, now=now)) >= MOST:
        raise Refused(
            Sentence(N_("最多同时有 %(most)s 个令牌，请先停用不用的。"), most=MOST), code="too_many"
        )
    return _make(session, person, wish, by=by, now=now)


def _make(session: Session, person: Person, wish: Wish, *, by: Person | None, now: datetime) -> Made:
    most = most_days(person)
    if person.disabled_at is not None:
        raise Refused(CLOSED, code="closed")
    if not 1 <= wish.days <= most:
        raise Refused(Sentence(N_("令牌的有效期应为 1 至 %(most)s 天。"), most=most), code="days")
    if not wish.scopes:
        raise Refused(N_("请至少选择一项用途范围。"), code="scopes")
    if not wish.purpose.strip():
        raise Refused(N_("请写明用这个令牌读取的数据作什么用。"), code="purpose")
    text = MARK + secrets.token_urlsafe(32)
    row = ApiToken(
        digest=digest(text),
        prefix=text[:SHOWN],
        name=wish.name,
        person=person,
        scopes=sorted(wish.scopes),
        purpose=wish.purpose,
        networks=[str(network(given)) for given in wish.networks],
        created_at=now,
        created_by_id=(by or person).id,
        expires_at=now + timedelta(days=wish.days),
    )
    session.add(row)
    record(session, "token_made", person=person, by=by, now=now, note=f"{row.prefix}… {row.name}")
    session.flush()
    return Made(row, text)


def rotate(session: Session, old: ApiToken, *, by: Person, now: datetime) -> Made:
    """A new token in place of one; the old one works one more day. Refused for one that is over."""
    if not is_open(old, now=now) or old.replaced_by_id is not None:
        raise Refused(N_("这个令牌已经停用、到期或更换过，请新建一个。"), code="over")
    days = max(1, (old.expires_at - old.created_at).days)
    scopes = [TokenScope(scope) for scope in old.scopes]
    made = _make(session, old.person, Wish(old.name, scopes, old.purpose, days, old.networks), by=by, now=now)
    old.replaced_by_id = made.row.id
    old.expires_at = min(old.expires_at, now + OVERLAP)
    return made


def end(session: Session, row: ApiToken, *, by: Person | None, now: datetime) -> None:
    """Worth nothing from this moment on; `by` None from the command line."""
    if row.ended_at is None:
        row.ended_at, row.ended_by_id = now, by.id if by else None
        record(session, "token_ended", person=row.person, by=by, now=now, note=f"{row.prefix}… {row.name}")


def end_all(session: Session, person: Person, *, by: Person, now: datetime) -> None:
    """End every token that still works: the account was closed, or its password was in doubt."""
    for row in open_tokens(session, person, now=now):
        end(session, row, by=by, now=now)


def find(session: Session, text: str, *, ip: str, now: datetime) -> ApiToken | Sentence:
    """The token a machine sent, or the sentence why it is worth nothing; what is unknown and what was ended read alike."""
    query = select(ApiToken).where(ApiToken.digest == digest(text)).options(joinedload(ApiToken.person))
    row = session.scalar(query) if text.startswith(MARK) else None
    if row is None or row.ended_at is not None or row.person.disabled_at is not None:
        return Sentence(UNKNOWN)
    if now >= row.expires_at:
        return Sentence(OVER, at=row.expires_at.date())
    if row.networks and not is_inside(ip, row.networks):
        return Sentence(ELSEWHERE, ip=ip)
    return row


def used(row: ApiToken, *, ip: str, now: datetime) -> None:
    """Note the last use, at most once a minute."""
    if row.last_used_at is None or now - row.last_used_at >= TOUCH_AFTER or row.last_used_ip != ip:
        row.last_used_at, row.last_used_ip = now, ip[:64]


def of_person(session: Session, person: Person) -> list[ApiToken]:
    """Every token of a person, the newest first."""
    return list(
        session.scalars(select(ApiToken).where(ApiToken.person_id == person.id).order_by(ApiToken.id.desc()))
    )


def open_tokens(session: Session, person: Person, *, now: datetime) -> list[ApiToken]:
    """The tokens that work today."""
    return [row for row in of_person(session, person) if is_open(row, now=now)]


def all_open(session: Session, *, now: datetime) -> list[ApiToken]:
    """Every token that works today, the newest first."""
    query = select(ApiToken).where(ApiToken.ended_at.is_(None), ApiToken.expires_at > now)
    return list(session.scalars(query.options(joinedload(ApiToken.person)).order_by(ApiToken.id.desc())))


def named(session: Session, given: str) -> list[ApiToken]:
    """The tokens that somebody names by how they begin (all of what is shown), or by the whole of one."""
    if len(given) > SHOWN:
        query = select(ApiToken).where(ApiToken.digest == digest(given))
    else:
        query = select(ApiToken).where(ApiToken.prefix == given)
    return list(session.scalars(query.options(joinedload(ApiToken.person))))


def one(session: Session, token_id: int, *, of: Person) -> ApiToken:
    """A token of this person. Raises NotYours."""
    row = session.get(ApiToken, token_id)
    if row is None or row.person_id != of.id:
        raise NotYours
    return row


def is_open(row: ApiToken, *, now: datetime) -> bool:
    """Whether a token works at this moment."""
    return row.ended_at is None and now < row.expires_at


def state_of(row: ApiToken, *, now: datetime) -> State:
    """What has become of a token; one that was replaced still works for a while."""
    if row.ended_at is not None:
        return State.ENDED
    if now >= row.expires_at:
        return State.EXPIRED
    return State.REPLACED if row.replaced_by_id is not None else State.OPEN


def digest(text: str) -> str:
    """What is kept of a token. It is random and long, so one round is enough."""
    return hashlib.sha256(text.encode()).hexdigest()


def network(given: str) -> object:
    """A network in CIDR, or Refused."""
    try:
        return ip_network(given.strip(), strict=False)
    except ValueError:
        text = N_("“%(given)s”不是网段。请按 10.20.0.0/16 或单个地址的样子填写，每行一个。")
        raise Refused(Sentence(text, given=given[:60]), code="networks") from None


def is_inside(ip: str, networks: Sequence[str]) -> bool:
    """Whether an address lies in one of the networks."""
    try:
        address = ip_address(ip)
    except ValueError:
        return False
    return any(address in ip_network(each) for each in networks)
