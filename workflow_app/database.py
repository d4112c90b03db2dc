"""Which databases there are, and how their connections begin.

On SQLite a writing transaction begins IMMEDIATE, so that two writers queue up instead of losing an update; the driver's
own default would silently lose some. On PostgreSQL nothing is needed, but through a pooler that gives a connection away
after each transaction nothing may be left on it either: no prepared statement, no setting, no lock of the session.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.orm import Session

from .config import Settings

WRITES = "writes"
REPLICA = "replica"
UNPREPARED = {"prepare_threshold": None}
ROWS_LOOKED_AT = 1000
"""Of each index; enough to tell a long one from a short one, in moments even at a million cases."""
SOON = {"connect_timeout": 2, "tcp_user_timeout": 5000}
"""Seconds and milliseconds after which a replica that keeps silent counts as away: somebody is waiting."""


class ReadingSession(FlaskSession):
    """The session of a request, which can be led to the replica for as long as it only reads."""

    def get_bind(self, *arguments: Any, **named: Any) -> Engine | Connection:
        """The replica inside `reading_from`, else the database itself."""
        return self.info.get(REPLICA) or super().get_bind(*arguments, **named)


@contextmanager
def reading_from(session: Session, replica: Engine) -> Iterator[None]:
    """Lead everything that this session asks to the replica; nothing read there is left in it afterwards."""
    session.info[REPLICA] = replica
    try:
        yield
    finally:
        del session.info[REPLICA]  # first: a connection that died can't even be rolled back
        session.rollback()


def configured(settings: Settings) -> dict[str, Any]:
    """The addresses as Flask-SQLAlchemy takes them."""
    options: dict[str, Any] = {"pool_pre_ping": not settings.is_sqlite}
    pooled = {"connect_args": UNPREPARED} if settings.pooler_url else {}
    # A replica may stand behind the same pooler, so nothing is prepared there either.
    careful = {} if settings.is_sqlite else {"connect_args": {**UNPREPARED, **SOON}}
    return {
        "SQLALCHEMY_DATABASE_URI": settings.pooler_url or settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": {**options, **pooled},
        "SQLALCHEMY_BINDS": {REPLICA: {"url": settings.replica_url, **options, **careful}}
        if settings.replica_url
        else {},
    }


def prepare(engine: Engine) -> None:
    """Set up an engine once, before its first connection."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)


def begin_writing(session: Session) -> None:
    """Begin a transaction that will write. Must be the first use of the session in the transaction."""
    session.connection(execution_options={WRITES: True})


def refresh_statistics(session: Session) -> None:
    """Let SQLite look how its rows lie, without which it finds long lists by the wrong index. PostgreSQL does it itself."""
    if session.get_bind().dialect.name != "sqlite":
        return
    begin_writing(session)
    session.execute(text(f"PRAGMA analysis_limit={ROWS_LOOKED_AT}"))
    session.execute(text("ANALYZE"))
    session.commit()


def _set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=15000", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
