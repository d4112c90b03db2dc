"""Slower and slower after wrong answers: per account, and per address the request came from.

The rows are shared by all processes. A lock ends by itself and is told with the time when it ends. An account
is locked after 5 failures in a row, an address after 20, because a whole office may share one address. Petitions and
the questions about them are counted per address too, apart from signing in.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ...domain.clock import LEGAL_ZONE
from ...domain.words import N_, Sentence
from ...models.base import table
from ...models.party import Throttle

FREE = {"account": 5, "address": 20, "petition": 10, "standing": 10}
FIRST_LOCK = timedelta(minutes=1)
LONGEST_LOCK = timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(hours=24)
THROTTLE = table(Throttle).c
LOCK = select(THROTTLE.locked_until).where(THROTTLE.key == bindparam("asked"))


def account_key(login: str) -> str:
    """The key of an account, known or not."""
    return f"account:{login.lower()}"[:120]


def address_key(ip: str) -> str:
    """The key of an address."""
    return f"address:{ip}"[:120]


def locked_until(session: Session, keys: tuple[str, ...], *, now: datetime) -> datetime | None:
    """The instant at which the last lock on these keys ends, or None when none holds."""
    return last_end(counted(session, keys), now=now)


def counted(session: Session, keys: tuple[str, ...]) -> list[datetime | None]:
    """For each of these keys with failures the end of its lock, over or not, or None where it was never locked."""
    return [end for key in keys for end in session.scalars(LOCK, {"asked": key})]


def last_end(ends: Iterable[datetime | None], *, now: datetime) -> datetime | None:
    """The last of these ends that is still to come."""
    return max((end for end in ends if end is not None and end > now), default=None)


def why_locked(until: datetime) -> Sentence:
    """The sentence about a lock, with the minute at which it is surely over."""
    text = N_("连续输错的次数较多，为保护账户，请在 %(time)s 之后再试。忘记密码请联系管理员重置。")
    return Sentence(text, time=over_at(until))


def over_at(until: datetime) -> str:
    """The minute at which a lock is surely over, as clocks show it."""
    there = until.astimezone(LEGAL_ZONE)
    if there.second or there.microsecond:
        there = there.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return f"{there:%H:%M}"


def failed(session: Session, key: str, *, now: datetime) -> bool:
    """Count a failure; whether the key is locked now. 1 minute at first, doubled with each further failure."""
    row = _locked_row(session, key, now=now)
    if now - row.last_failed_at > FORGOTTEN_AFTER:
        row.failed = 0
    row.failed += 1
    row.last_failed_at = now
    beyond = row.failed - FREE[key.partition(":")[0]]
    if beyond >= 0:
        row.locked_until = now + min(FIRST_LOCK * 2 ** min(beyond, 10), LONGEST_LOCK)
    session.flush()
    return beyond >= 0


def forgive(session: Session, key: str) -> None:
    """Forget the failures after a right answer."""
    row = session.get(Throttle, key)
    if row is not None:
        session.delete(row)


def _locked_row(session: Session, key: str, *, now: datetime) -> Throttle:
    row = session.get(Throttle, key, with_for_update=True)
    if row is not None:
        return row
    try:
        with session.begin_nested():
            row = Throttle(key=key, failed=0, last_failed_at=now)
            session.add(row)
    except IntegrityError:
        # Another process counted the first failure of this key a moment ago.
        return session.get_one(Throttle, key, with_for_update=True)
    return row
