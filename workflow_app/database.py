"""Which databases there are, and how their connections begin.

On SQLite a writing transaction begins IMMEDIATE, so that two writers queue up instead of losing an update; the driver's
own default would silently lose some. On PostgreSQL whoever only reads has connections of its own, on which nothing can be
written and nothing begins or ends. Through a pooler that gives a connection away after each transaction nothing may be left
on it: no prepared statement, no setting, no lock of the session.
"""

import select
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from .config import Settings
from .cursors import SparingCursor

WRITES = "writes"
READER, REPLICA = "reader", "replica"
"""The database itself for whoever only reads, and its copy."""
LED = "led to"
PRAGMAS = (
    "journal_mode=WAL",
    "foreign_keys=ON",
    "busy_timeout=15000",
    "synchronous=NORMAL",
    "cache_size=-16384",
)
"""Of SQLite. 16 MiB of pages for each connection: with the 2 that it takes by itself, long lists read the same pages again and again."""
UNPREPARED = {"prepare_threshold": None}
ROWS_LOOKED_AT = 1000
"""Of each index; enough to tell a long one from a short one, in moments even at a million cases."""
SOON = {"connect_timeout": 2, "tcp_user_timeout": 5000}
"""Seconds and milliseconds after which a replica that keeps silent counts as away: somebody is waiting."""
QUIET = 5.0
"""Seconds after which a connection that nobody used is asked whether its server is still there."""
ALONE = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True, "pool_reset_on_return": None}
"""Each statement for itself. Under READ COMMITTED each sees the newest state anyway; and a ROLLBACK at the end of a request
would not only cost a way to the server, psycopg would forget all it has prepared there."""


class LedSession(FlaskSession):
    """The session of a request, which can be led to another engine for as long as it only reads."""

    def get_bind(self, *arguments: Any, **named: Any) -> Engine | Connection:
        """The engine that the session is led to, else the one that writes."""
        return self.info.get(LED) or super().get_bind(*arguments, **named)


def lead(session: Session, engine: Engine | None) -> None:
    """Lead what this session asks from now on to an engine, or back to the one that writes."""
    session.info[LED] = engine


@contextmanager
def reading_from(session: Session, replica: Engine) -> Iterator[None]:
    """Lead everything that this session asks to the replica; nothing read there is left in it afterwards."""
    before = session.info.get(LED)
    lead(session, replica)
    try:
        yield
    finally:
        lead(session, before)  # first: a connection that died can't even be rolled back
        session.rollback()


@contextmanager
def in_one_transaction(session: Session) -> Iterator[None]:
    """Ask in a transaction, where somebody who only reads needs one: for a cursor, or a setting for its length."""
    before = session.info.get(LED)
    lead(session, None)
    try:
        yield
    finally:
        lead(session, before)


def configured(settings: Settings) -> dict[str, Any]:
    """The addresses as Flask-SQLAlchemy takes them."""
    address = settings.pooler_url or settings.database_url
    if settings.is_sqlite:
        replica = {REPLICA: {"url": settings.replica_url}} if settings.replica_url else {}
        return {"SQLALCHEMY_DATABASE_URI": address, "SQLALCHEMY_BINDS": replica}
    own: dict[str, Any] = {"cursor_factory": SparingCursor}
    own |= UNPREPARED if settings.pooler_url else {}
    binds: dict[str, Any] = {}
    if not settings.pooler_url:  # which gives each connection to everybody in turn, so none may differ
        binds[READER] = {"url": address, "connect_args": own, **ALONE}
    if settings.replica_url:  # perhaps behind the same pooler, so nothing is prepared there either
        binds[REPLICA] = {"url": settings.replica_url, "connect_args": own | UNPREPARED | SOON}
    return {
        "SQLALCHEMY_DATABASE_URI": address,
        "SQLALCHEMY_ENGINE_OPTIONS": {"connect_args": own},
        "SQLALCHEMY_BINDS": binds,
    }


def prepare(engine: Engine, *, is_reader: bool = False) -> None:
    """Set up an engine once, before its first connection. Nothing can be written through a reader."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin)
        return
    event.listen(engine, "checkout", _look_after(engine))
    if is_reader:
        event.listen(engine, "connect", _forbid_writing)


def begin_writing(session: Session) -> None:
    """Begin a transaction that will write. Must be the first use of the session in the transaction."""
    lead(session, None)
    lead(
        session, session.connection(execution_options={WRITES: True}).engine
    )  # found once for all statements


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
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _forbid_writing(connection: psycopg.Connection, _record: object) -> None:
    connection.autocommit = True
    connection.execute("SET default_transaction_read_only = on")


def _look_after(engine: Engine) -> Callable[[psycopg.Connection, ConnectionPoolEntry, object], None]:
    """Never hand out a connection that its server has closed, without asking the server each time."""

    def look(connection: psycopg.Connection, entry: ConnectionPoolEntry, _whose: object) -> None:
        now = time.monotonic()
        used_at = entry.info.get("used_at", now)
        entry.info["used_at"] = now
        try:
            if now - used_at > QUIET or has_unasked_news(connection):
                engine.dialect.do_ping(connection)  # type: ignore[arg-type]
        except psycopg.Error as error:
            raise InvalidatePoolError from error

    return look


def has_unasked_news(connection: psycopg.Connection) -> bool:
    """Whether something came from the server, of which nobody had asked anything: as a rule its farewell."""
    watched = select.poll()
    watched.register(connection.fileno(), select.POLLIN)
    return bool(watched.poll(0))
