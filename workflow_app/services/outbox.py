"""What must follow after commit, written in the same transaction, so that it happens if and only if the step did.

Delivery is at least once; the key makes each message exist once, and every deliverer tolerates a repeat.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ..models.outbox import Message

LEASE = timedelta(minutes=2)
AT_ONCE = 500  # keys in one question; databases limit how many values a statement takes
BACK_OFF = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=5),
    timedelta(hours=1),
    timedelta(hours=6),
)


def put(session: Session, key: str, kind: str, payload: dict[str, Any], *, now: datetime) -> None:
    """Write a message; a second one with the same key changes nothing."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(Message).values(key=key, kind=kind, payload=payload, created_at=now, due_at=now, attempts=0)
    session.execute(row.on_conflict_do_nothing(index_elements=["key"]))


def take(session: Session, worker: str, *, now: datetime) -> Message | None:
    """Lease the next due message to this worker, or None. Commit at once: the lease must be seen by the others."""
    free = or_(Message.leased_until.is_(None), Message.leased_until < now)
    wanted = (
        select(Message.id)
        .where(Message.done_at.is_(None), Message.dead_at.is_(None), Message.due_at <= now, free)
        .order_by(Message.due_at, Message.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    leased = (
        update(Message)
        .where(Message.id == wanted, free)
        .values(leased_by=worker, leased_until=now + LEASE, attempts=Message.attempts + 1)
    )
    return session.scalars(leased.returning(Message), execution_options={"populate_existing": True}).first()


def done(session: Session, message_id: int, *, now: datetime) -> None:
    """The message was delivered."""
    session.execute(
        update(Message).where(Message.id == message_id).values(done_at=now, leased_until=None, error=None)
    )


def failed(session: Session, message: Message, error: str, *, now: datetime) -> None:
    """Try again later, with growing pauses; after the last pause the message is dead and shown to the office."""
    is_over = message.attempts > len(BACK_OFF)
    session.execute(
        update(Message)
        .where(Message.id == message.id)
        .values(
            error=error[:500],
            leased_until=None,
            due_at=now if is_over else now + BACK_OFF[message.attempts - 1],
            dead_at=now if is_over else None,
        )
    )


def exists(session: Session, key: str) -> bool:
    """Whether a message of this key was written before."""
    return session.scalar(select(Message.id).where(Message.key == key)) is not None


def known(session: Session, keys: Collection[str]) -> frozenset[str]:
    """Which of these keys were written before."""
    ordered, found = sorted(keys), set[str]()
    for start in range(0, len(ordered), AT_ONCE):
        part = ordered[start : start + AT_ONCE]
        found |= set(session.scalars(select(Message.key).where(Message.key.in_(part))))
    return frozenset(found)
