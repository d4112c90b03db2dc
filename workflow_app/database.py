"""How connections begin. On SQLite a writing transaction begins IMMEDIATE, so that two writers queue up
instead of losing an update; the driver's own default would silently lose some. On PostgreSQL nothing is needed.
"""

import sqlite3

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

WRITES = "writes"


def prepare(engine: Engine) -> None:
    """Set up an engine once, before its first connection."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)


def begin_writing(session: Session) -> None:
    """Begin a transaction that will write. Must be the first use of the session in the transaction."""
    session.connection(execution_options={WRITES: True})


def _set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=15000", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
