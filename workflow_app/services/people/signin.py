"""Who is at the browser: signing in by password, the sign-ins that are open, and confirming identity to sign.

A sign-in is a row; the browser holds a random token, the row only its digest. It ends when nothing was done for
a while, at the latest after twelve hours, by signing out, and by signing out everywhere. The token is new after
the password and again after the second factor, so one that was seen before is worth nothing.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from ...domain.words import N_, Sentence
from ...models.base import table
from ...models.party import Person, SignIn
from . import throttle
from .account_log import record
from .passwords import hash_password, is_outdated, is_password, nobody

IDLE_STAFF = timedelta(minutes=30)
IDLE_SUBJECT = timedelta(minutes=120)
ABSOLUTE = timedelta(hours=12)
PERSON = table(Person).c
IDENTITY = select(PERSON.id, PERSON.login, PERSON.password_hash, PERSON.is_system).where(
    PERSON.id == bindparam("person_id")
)
UNREAD = {"synchronize_session": False}
"""For a change of a row that nobody has read yet in this transaction."""

WRONG = N_("登录名或密码不正确，请核对后再试。忘记密码请联系所在单位的管理员或信用办重置。")


@dataclass(frozen=True)
class Caller:
    """Where a request comes from, as far as the edge can tell."""

    ip: str
    user_agent: str


class Used(Protocol):
    """When a sign-in began, and the last request that is noted with it."""

    @property
    def created_at(self) -> datetime: ...
    @property
    def seen_at(self) -> datetime: ...


class Identity(Protocol):
    """By what somebody is confirmed: a `Person`, or the row of these columns."""

    @property
    def id(self) -> int: ...
    @property
    def login(self) -> str: ...
    @property
    def password_hash(self) -> str: ...
    @property
    def is_system(self) -> bool: ...


@dataclass(frozen=True)
class Opened:
    """A sign-in with the token for the cookie, which is known only now."""

    row: SignIn
    token: str


def sign_in(
    session: Session, login: str, *, password: str, caller: Caller, now: datetime, is_cheap: bool
) -> Opened | Sentence:
    """Open a sign-in, or the sentence why not.

    Returns the sentence instead of raising it, because the failure must be counted: raising would undo the
    count. An unknown login, a disabled account and a wrong password get the same answer in the same time.
    """
    login = login.lower()
    keys = (throttle.account_key(login), throttle.address_key(caller.ip))
    if until := throttle.locked_until(session, keys, now=now):
        return throttle.why_locked(until)
    person = session.scalar(select(Person).where(Person.login == login))
    if person is not None and person.is_system:
        person = None  # a machine has tokens; at the door for people it is nobody
    is_right = is_password(person.password_hash if person else nobody(is_cheap=is_cheap), password)
    if person is None or not is_right or person.disabled_at is not None:
        return _count_failure(session, person, keys=keys, caller=caller, now=now)
    if is_outdated(person.password_hash, is_cheap=is_cheap):
        person.password_hash = hash_password(password, is_cheap=is_cheap)
    if (
        person.totp_secret is None
    ):  # else wrong codes, which count with wrong passwords, could be tried without end
        throttle.forgive(session, keys[0])
    record(session, "sign_in", person=person, by=person, now=now, ip=caller.ip)
    return open_sign_in(session, person, caller=caller, now=now)


def open_sign_in(session: Session, person: Person, *, caller: Caller, now: datetime) -> Opened:
    """A new sign-in of somebody whose password was right."""
    token = secrets.token_urlsafe(32)
    row = SignIn(
        token_digest=digest(token),
        person=person,
        created_at=now,
        seen_at=now,
        ip=caller.ip[:64],
        user_agent=caller.user_agent[:300],
    )
    session.add(row)
    session.flush()
    return Opened(row, token)


def rotate(row: SignIn, *, now: datetime) -> Opened:
    """The same sign-in under a new token; the old one is worth nothing from now on."""
    token = secrets.token_urlsafe(32)
    row.token_digest = digest(token)
    row.seen_at = now
    return Opened(row, token)


def find(session: Session, token: str) -> SignIn | None:
    """The sign-in of a token, open or over."""
    return session.scalar(select(SignIn).where(SignIn.token_digest == digest(token)))


def is_expired(row: Used, *, seen_at: datetime, is_staff: bool, now: datetime) -> bool:
    """Whether time has ended the sign-in. `seen_at` is the last request the browser can prove."""
    idle = IDLE_STAFF if is_staff else IDLE_SUBJECT
    return now >= row.created_at + ABSOLUTE or now >= max(seen_at, row.seen_at) + idle


def note_use(session: Session, sign_in_id: int, *, now: datetime) -> None:
    """Note with the sign-in that the browser is in use."""
    session.execute(
        update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=now), execution_options=UNREAD
    )


def end(session: Session, row: SignIn, *, now: datetime, ip: str) -> None:
    """Sign out here."""
    row.ended_at = now
    record(session, "sign_out", person=row.person, by=row.person, now=now, ip=ip)


def end_all(session: Session, person: Person, *, keep: SignIn | None, by: Person, now: datetime) -> None:
    """Sign out everywhere, except at `keep`: asked for by the person, or because the password has changed."""
    ending = update(SignIn).where(SignIn.person_id == person.id, SignIn.ended_at.is_(None))
    if keep is not None:
        ending = ending.where(SignIn.id != keep.id)
    session.execute(ending.values(ended_at=now))
    record(session, "sign_out_everywhere", person=person, by=by, now=now)


def open_sign_ins(session: Session, person: Person, *, now: datetime) -> list[SignIn]:
    """The sign-ins of a person that no time has ended yet, newest first."""
    query = select(SignIn).where(
        SignIn.person_id == person.id, SignIn.ended_at.is_(None), SignIn.created_at > now - ABSOLUTE
    )
    return list(session.scalars(query.order_by(SignIn.created_at.desc())))


def identity(session: Session, person_id: int) -> Identity:
    """What identifies the person of this number, as the row says it now."""
    found: Identity = session.execute(IDENTITY, {"person_id": person_id}).one()
    return found


def confirm_identity(
    session: Session, person: Identity, *, password: str, now: datetime, ip: str = ""
) -> bool:
    """Whether the person at the browser is still this one; asked before something is signed.

    Counts failures like a sign-in: after False the edge must keep them (`transaction.keep`) before it refuses.
    While the account is locked the answer is False too; `why_not_confirmed` gives the sentence.
    """
    key = throttle.account_key(person.login)
    counted = throttle.counted(session, (key,))
    if throttle.last_end(counted, now=now):
        return False
    if is_password(person.password_hash, password):
        if counted:
            throttle.forgive(session, key)
        record(session, "identity_confirmed", person=person, by=person, now=now, ip=ip)
        return True
    record(session, "identity_failed", person=person, by=person, now=now, ip=ip)
    if throttle.failed(session, key, now=now):
        record(session, "locked", person=person, by=None, now=now, ip=ip)
    return False


def why_not_confirmed(session: Session, person: Identity, *, now: datetime) -> Sentence:
    """The sentence after `confirm_identity` said no."""
    until = throttle.locked_until(session, (throttle.account_key(person.login),), now=now)
    return throttle.why_locked(until) if until else Sentence(N_("密码不正确，请重新输入您登录时用的密码。"))


def digest(token: str) -> str:
    """What the row keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _count_failure(
    session: Session, person: Person | None, *, keys: tuple[str, ...], caller: Caller, now: datetime
) -> Sentence:
    record(session, "sign_in_failed", person=person, by=None, now=now, ip=caller.ip)
    is_locked = [throttle.failed(session, key, now=now) for key in keys]
    if not any(is_locked):
        return Sentence(WRONG)
    record(session, "locked", person=person, by=None, now=now, ip=caller.ip)
    until = throttle.locked_until(session, keys, now=now)
    return throttle.why_locked(until) if until else Sentence(WRONG)
