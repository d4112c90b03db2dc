"""The jobs of procrastinate that carry the outbox on PostgreSQL, written and read on the session's own connection.

A job wakes a worker up for one row of the outbox and holds nothing but its id; it is never retried and says nothing
about success. Every table and function of procrastinate that we touch ourselves is named in this file alone.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CTE, ColumnElement, Select, func, literal_column, select, text
from sqlalchemy.orm import Session

QUEUE = "outbox"
DELIVER = "deliver"
AT_ONCE = 1000
DEAD_AFTER = 15
"""Seconds without a sign of life after which a worker is taken for dead."""

JOB = (
    f"ROW('{QUEUE}', '{DELIVER}', 0, NULL, 'outbox/' || {{row}}.id, jsonb_build_object('message', {{row}}.id), NULL)"
    "::procrastinate_job_to_defer_v1"
)
CARRY_WAITING = text(
    "SELECT procrastinate_defer_jobs_v1(array_agg(waiting.job)) FROM ("
    f" SELECT {JOB.format(row='outbox')} AS job FROM outbox"
    " WHERE done_at IS NULL AND dead_at IS NULL AND due_at <= :now AND leased_until IS NULL AND NOT EXISTS ("
    "  SELECT FROM procrastinate_jobs AS job"
    "  WHERE job.queueing_lock = 'outbox/' || outbox.id AND job.status IN ('todo', 'doing'))"
    " ORDER BY due_at, id LIMIT :at_once) AS waiting"
)
DROP_STALLED = text(
    "DELETE FROM procrastinate_jobs WHERE status = 'doing' AND (worker_id IS NULL OR worker_id IN ("
    " SELECT id FROM procrastinate_workers WHERE last_heartbeat < now() - make_interval(secs => :dead_after)))"
    " RETURNING CAST(args ->> 'message' AS integer)"
)
DROP_NEEDLESS = text(
    "DELETE FROM procrastinate_jobs AS job USING outbox"
    " WHERE job.status = 'todo' AND job.task_name = :deliver"
    " AND outbox.id = CAST(job.args ->> 'message' AS integer) AND outbox.done_at IS NOT NULL"
)


def are_used(session: Session) -> bool:
    """Whether jobs carry the messages of this database: on PostgreSQL."""
    return session.get_bind().dialect.name == "postgresql"


def with_each(fresh: CTE) -> Select[tuple[object]]:
    """The statement that executes the insert `fresh`, which returns ids of the outbox, and writes a job for each."""
    job: ColumnElement[object] = literal_column(JOB.format(row=fresh.name))
    return select(func.procrastinate_defer_jobs_v1(func.array_agg(job))).select_from(fresh)


def carry_waiting(session: Session, *, now: datetime) -> None:
    """Write a job for each due message that has none: after a failure, or because it came back from a backup."""
    session.execute(CARRY_WAITING, {"now": now, "at_once": AT_ONCE})


def drop_stalled(session: Session) -> Sequence[int]:
    """Drop the jobs whose worker died, and return the messages they were about."""
    found = session.scalars(DROP_STALLED, {"dead_after": DEAD_AFTER})
    return [message_id for message_id in found if message_id is not None]


def drop_needless(session: Session) -> None:
    """Drop the jobs of messages that were delivered without them, by `flask deliver`."""
    session.execute(DROP_NEEDLESS, {"deliver": DELIVER})
