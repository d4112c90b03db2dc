"""Rows into a database by the million: COPY on PostgreSQL, prepared inserts on SQLite with durability off meanwhile.

Rows are tuples of text, numbers and None in the order of the columns that are named; what the application checks on writing is
not checked. For measures on databases that are thrown away.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from sqlalchemy import Connection, text

NOTHING = "\x01"


class Pours(Protocol):
    """Where rows go."""

    def rows(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Write rows into a table."""

    def close(self) -> None:
        """Write what is left, set the counters of ids, and let the database look at its tables anew."""


class IntoSqlite:
    """The driver's own executemany; about 200,000 rows a second."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.driver = connection.connection.driver_connection
        assert self.driver is not None
        for pragma in ("foreign_keys=OFF", "synchronous=OFF", "cache_size=-2000000", "temp_store=MEMORY"):
            self.driver.execute(f"PRAGMA {pragma}")
        self.driver.execute("BEGIN IMMEDIATE")

    def rows(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Write rows into a table."""
        assert self.driver is not None
        marks, names = ", ".join("?" * len(columns)), ", ".join(f'"{name}"' for name in columns)
        self.driver.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)

    def close(self) -> None:
        """Write what is left and let the database look at its tables anew."""
        assert self.driver is not None
        self.driver.execute("COMMIT")
        self.driver.execute("ANALYZE")
        self.driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class IntoPostgres:
    """COPY in text form. Needs the right to switch off triggers of foreign keys: a superuser of a private server."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.driver = connection.connection.driver_connection
        connection.execute(text("SET timezone = 'UTC'"))
        connection.execute(text("SET LOCAL synchronous_commit = off"))
        self.tables: set[str] = set()

    def rows(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Write rows into a table."""
        assert self.driver is not None
        # Foreign keys hold by construction, and checking each row would take most of the time; the index of names does not.
        role = "origin" if table == "subject" else "replica"
        names = ", ".join(f'"{name}"' for name in columns)
        with self.driver.cursor() as cursor:
            cursor.execute(f"SET LOCAL session_replication_role = {role}")
            with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                copy.write("".join(map(_line, rows)))
        self.tables.add(table)

    def close(self) -> None:
        """Write what is left, set the counters of ids, and let the database look at its tables anew."""
        for table in sorted(self.tables):
            counter = self.connection.scalar(
                text("SELECT pg_get_serial_sequence(:name, 'id') FROM information_schema.columns "
                     "WHERE table_name = :bare AND column_name = 'id'"),
                {"name": f'"{table}"', "bare": table},
            )  # fmt: skip
            if counter:
                last = f"SELECT setval('{counter}', (SELECT max(id) FROM \"{table}\"))"
                self.connection.execute(text(last))
        self.connection.commit()
        self.connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE"))


def _line(row: Sequence[Any]) -> str:
    line = "\t".join([NOTHING if value is None else str(value) for value in row])
    if "\\" in line:
        line = line.replace("\\", "\\\\")
    return line.replace(NOTHING, "\\N") + "\n"


def into(connection: Connection) -> Pours:
    """The way into this database."""
    return (IntoSqlite if connection.dialect.name == "sqlite" else IntoPostgres)(connection)
