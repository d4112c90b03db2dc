"""What must follow after commit, written in the same transaction, so that it happens if and only if the step did.

The row is the truth: attempts, pauses and the end of patience are kept here and nowhere else. On SQLite the table
is also the queue. On PostgreSQL each row gets a job of procrastinate in the same statement, which only wakes a
worker up: a job holds nothing but the row's id, and a row that lost its job gets another one from `tend`.
Delivery is at least once; the key makes each message exist once, and every deliverer tolerates a repeat.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ARRAY, String, bindparam, func, literal_column, or_, select, true, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ...models.base import Instant, SealedJSON, table
from ...models.outbox import Heartbeat, Message
from . import jobs

LEASE = timedelta(minutes=2)
LATELY = timedelta(minutes=2)
WORKER, SWEEP = "worker", "sweep"
"""What shows its life: who looks after the outbox, and the sweep when it was gone through."""
AT_ONCE = 500  # keys in one question; databases limit how many values a statement takes
WRITTEN: dict[str, Any] = {
    name: bindparam(name) for name in ("key", "kind", "payload", "created_at", "due_at", "attempts")
}
ON_SQLITE = sqlite.insert(table(Message)).values(WRITTEN).on_conflict_do_nothing(index_elements=["key"])
ON_POSTGRESQL = (
    postgresql.insert(table(Message)).values(WRITTEN).on_conflict_do_nothing(index_elements=["key"])
)
_EACH = (
    func.unnest(
        bindparam("keys", type_=ARRAY(String)),
        bindparam("kinds", type_=ARRAY(String)),
        bindparam("payloads", type_=ARRAY(SealedJSON)),
    )
    .table_valued("key", "kind", "payload")
    .render_derived()
)
_NOW = bindparam("now", type_=Instant)
_ALL = postgresql.insert(table(Message)).from_select(
    list(WRITTEN), select(_EACH.c.key, _EACH.c.kind, _EACH.c.payload, _NOW, _NOW, literal_column("0"))
)
WITH_JOBS = jobs.with_each(
    _ALL.on_conflict_do_nothing(index_elements=["key"]).returning(table(Message).c.id).cte("fresh")
)
BACK_OFF = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=5),
    timedelta(hours=1),
    timedelta(hours=6),
)


@dataclass(frozen=True)
class Letter:
    """A message that is still to be written."""

    key: str
    kind: str
    payload: dict[str, Any]


def put(
    session: Session,
    key: str,
    kind: str,
    payload: dict[str, Any],
    *,
    now: datetime,
    not_before: datetime | None = None,
) -> None:
    """Write a message, and the job that carries it; a second one with the same key changes nothing.

    One that is not to be delivered before a later instant gets its job from `tend` when it is due.
    """
    letter = Letter(key, kind, payload)
    if not_before is None or not_before <= now:
        put_all(session, [letter], now=now)
    else:
        statement = ON_POSTGRESQL if jobs.are_used(session) else ON_SQLITE
        session.execute(statement, _row(letter, now=now, due_at=not_before))


def put_all(session: Session, letters: Sequence[Letter], *, now: datetime) -> None:
    """Write messages that may be delivered at once, in this order, with the jobs that carry them."""
    if not letters:
        return
    if not jobs.are_used(session):
        session.execute(ON_SQLITE, [_row(letter, now=now, due_at=now) for letter in letters])
        return
    keys, kinds, payloads = zip(*((each.key, each.kind, each.payload) for each in letters), strict=True)
    given = {"keys": list(keys), "kinds": list(kinds), "payloads": list(payloads), "now": now}
    session.execute(WITH_JOBS, given)


def _row(letter: Letter, *, now: datetime, due_at: datetime) -> dict[str, Any]:
    return {
        "key": letter.key,
        "kind": letter.kind,
        "payload": letter.payload,
        "created_at": now,
        "due_at": due_at,
        "attempts": 0,
    }


def take(session: Session, worker: str, *, now: datetime, only: int | None = None) -> Message | None:
    """Lease the next due message, or `only` this one, to this worker; None when there is none to have.

    Commit at once: the lease must be seen by the others.
    """
    free = or_(Message.leased_until.is_(None), Message.leased_until < now)
    wanted = (
        select(Message.id)
        .where(Message.done_at.is_(None), Message.dead_at.is_(None), Message.due_at <= now, free)
        .where(Message.id == only if only is not None else true())
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


def tend(session: Session, *, now: datetime) -> None:
    """Look after what nobody holds. To be called every few seconds, by one worker or by several.

    A delivery whose worker died counts as failed, and a due message that lost its job gets another one.
    """
    dead = jobs.drop_stalled(session) if jobs.are_used(session) else ()
    for message in _abandoned(session, dead, now=now):
        failed(session, message, f"{message.leased_by} ended in the middle of the delivery", now=now)
    if jobs.are_used(session):
        jobs.carry_waiting(session, now=now)
    show_life(session, WORKER, now=now)


def show_life(session: Session, name: str, *, now: datetime) -> None:
    """Note that somebody was at work just now."""
    insert = postgresql.insert if jobs.are_used(session) else sqlite.insert
    beat = insert(Heartbeat).values(name=name, seen_at=now)
    session.execute(beat.on_conflict_do_update(index_elements=["name"], set_={"seen_at": now}))


def _abandoned(session: Session, dead: Sequence[int], *, now: datetime) -> Sequence[Message]:
    """The messages whose lease ended, or whose worker is known to be dead."""
    is_over = or_(Message.leased_until < now, Message.id.in_(dead))
    is_open = Message.done_at.is_(None), Message.dead_at.is_(None)
    wanted = select(Message).where(*is_open, Message.leased_until.is_not(None), is_over)
    locked = wanted.with_for_update(skip_locked=True)
    return session.scalars(locked, execution_options={"populate_existing": True}).all()


def tidy(session: Session) -> None:
    """After messages were delivered without the jobs that carry them: drop those jobs."""
    if jobs.are_used(session):
        jobs.drop_needless(session)


def worker_seen(session: Session, now: datetime, *, within: timedelta = LATELY) -> bool:
    """Whether somebody looked after the outbox in the last two minutes, or in the time that is named."""
    seen_at = session.scalar(select(Heartbeat.seen_at).where(Heartbeat.name == WORKER))
    return seen_at is not None and now - seen_at < within
