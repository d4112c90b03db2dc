"""The other side of `bench.engine`: rows written as plain parametrised SQL by the driver alone.

One transaction a step: begin (IMMEDIATE on SQLite), read and lock the case by its number, one statement for each row that
is inserted or changed, commit. Nothing is thought about, encrypted or composed: every value is taken as it lies in the
other database. What a trigger writes is left to the trigger.
"""

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg.types.string import TextLoader
from sqlalchemy import make_url

Row = Mapping[str, Any]
Snapshot = Mapping[str, Mapping[tuple[Any, ...], Row]]
"""Table → primary key → the row."""
BY_TRIGGERS = frozenset({"procrastinate_events"})
FIRST = ("event", "document", "credit_record")
"""Tables to which other rows point."""


@dataclass(frozen=True)
class Written:
    """One row that a step inserted, or the columns that it changed."""

    table: str
    key: Row
    values: Row
    is_new: bool


def written(before: Snapshot, after: Snapshot) -> list[Written]:
    """What has to be written to come from one to the other, in an order that foreign keys allow."""
    found = [
        each for table, rows in after.items() for each in _written_in(table, before.get(table, {}), rows)
    ]
    return sorted(found, key=lambda each: (each.table not in FIRST, not each.is_new))


def _written_in(
    table: str, before: Mapping[tuple[Any, ...], Row], after: Mapping[tuple[Any, ...], Row]
) -> Iterator[Written]:
    assert before.keys() <= after.keys(), f"a row of {table} was deleted"
    for key, row in after.items():
        old = before.get(key)
        if old is None:
            yield Written(table, {}, row, is_new=True)
        elif old != row:
            changed = {name: value for name, value in row.items() if old[name] != value}
            yield Written(table, {"id" if "id" in row else next(iter(row)): key[0]}, changed, is_new=False)


class Raw(ABC):
    """A connection of the bare driver."""

    mark: str
    lock: str
    begin: str
    connection: Any

    def replay(self, address: str, todo: Sequence[Written]) -> int:
        """Write the rows of one step, and say how many statements that took."""
        count, execute = 1, self.connection.execute
        execute(self.begin)
        execute(self.lock, (address,)).fetchone()
        for each in todo:
            execute(self._statement(each), (*each.values.values(), *each.key.values()))
            count += 1
        execute("COMMIT")
        return count

    def _statement(self, each: Written) -> str:
        names = [f'"{name}"' for name in each.values]
        if each.is_new:
            places = ", ".join([self.mark] * len(names))
            return f'INSERT INTO "{each.table}" ({", ".join(names)}) VALUES ({places})'
        changes = ", ".join(f"{name} = {self.mark}" for name in names)
        return f'UPDATE "{each.table}" SET {changes} WHERE "{next(iter(each.key))}" = {self.mark}'

    def snapshot(self) -> dict[str, dict[tuple[Any, ...], Row]]:
        """Every row of every table, as the driver reads it."""
        return {
            table: {tuple(row[name] for name in keys): row for row in self._rows(table)}
            for table, keys in self.tables
        }

    def _rows(self, table: str) -> Iterator[Row]:
        cursor = self.connection.execute(f'SELECT * FROM "{table}"')
        names = [column[0] for column in cursor.description]
        return (dict(zip(names, row, strict=True)) for row in cursor.fetchall())

    def __enter__(self) -> Self:
        self.tables = [one for one in self._tables() if one[0] not in BY_TRIGGERS]
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.connection.close()

    @abstractmethod
    def _tables(self) -> list[tuple[str, tuple[str, ...]]]:
        """The tables and the columns of their primary keys."""


class RawSqlite(Raw):
    """The driver on a file, set up as the application sets up its own connections."""

    mark, begin = "?", "BEGIN IMMEDIATE"
    lock = 'SELECT * FROM "case" WHERE number = ?'

    def __init__(self, file: Path) -> None:
        self.connection = sqlite3.connect(file, isolation_level=None)
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL"):
            self.connection.execute(f"PRAGMA {pragma}")

    def _tables(self) -> list[tuple[str, tuple[str, ...]]]:
        found = self.connection.execute("SELECT name, type FROM pragma_table_list WHERE schema = 'main'")
        names = [
            name for name, kind in found.fetchall() if kind == "table" and not name.startswith("sqlite_")
        ]
        return [(name, self._keys(name)) for name in names]

    def _keys(self, table: str) -> tuple[str, ...]:
        wanted = "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk"
        return tuple(name for (name,) in self.connection.execute(wanted, (table,)))


class RawPostgres(Raw):
    """The driver on a database; it begins and commits when told."""

    mark, begin = "%s", "BEGIN"
    lock = 'SELECT * FROM "case" WHERE number = %s FOR UPDATE'

    def __init__(self, url: str) -> None:
        plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self.connection = psycopg.connect(plain, autocommit=True)
        for kind in ("json", "jsonb"):  # as it is written, not as Python would read it
            self.connection.adapters.register_loader(kind, TextLoader)

    def _tables(self) -> list[tuple[str, tuple[str, ...]]]:
        found = self.connection.execute(
            "SELECT table_class.relname, array_agg(attname::text ORDER BY array_position(indkey::int2[], attnum))"
            " FROM pg_index JOIN pg_class AS table_class ON table_class.oid = indrelid"
            " JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)"
            " WHERE indisprimary AND relnamespace = 'public'::regnamespace GROUP BY 1 ORDER BY 1"
        )
        return [(name, tuple(keys)) for name, keys in found.fetchall()]
