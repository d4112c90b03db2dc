"""The migrations build exactly what the models say, on both databases, and can be taken back."""

from collections.abc import Callable, Iterator
from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from tests.conftest import MIGRATIONS, Database, migrating, prepared_engine
from tests.postgres import PostgresServer
from workflow_app.extensions import db

OTHERS = ("procrastinate_", "alembic_version", "subject_search")  # tables that are not ours to describe


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path, serial: Callable[[], int]) -> Iterator[str]:
    """The address of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = f"empty_{serial()}"
    yield server.create_database(name)
    server.drop_database(name)


UNSEEN = pytest.mark.filterwarnings(
    "ignore:Skipped unsupported reflection of expression-based index",
    "ignore:autogenerate skipping metadata-specified expression-based index",
)
"""SQLAlchemy reads no index of an expression back from SQLite; its name is compared below."""


@UNSEEN
def test_the_migrations_build_what_the_models_say(database: Database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": is_ours}
        )
        assert compare_metadata(context, db.metadata) == []


def is_ours(_thing, name, kind, _reflected, _compared):
    """Leave out the tables of the library that carries the outbox, and of the migrations themselves."""
    return kind != "table" or not name.startswith(OTHERS)


@UNSEEN
def test_the_constraints_and_indexes_have_the_names_of_the_models(database: Database):
    """A later migration addresses them by name, so the names must be the same on both databases."""
    found = inspect(database.engine)
    for table in db.metadata.sorted_tables:
        named = {
            index["name"] for index in found.get_indexes(table.name) if not index.get("duplicates_constraint")
        } | indexes_of_expressions(database, table.name)
        assert named == {index.name for index in table.indexes}, table.name
        assert found.get_pk_constraint(table.name)["name"] == table.primary_key.name


def indexes_of_expressions(database: Database, table: str) -> set[str]:
    """The names of those that SQLite keeps to itself: it tells no column of theirs."""
    if database.kind != "sqlite":
        return set()
    asked = text(
        "SELECT made.name FROM sqlite_master AS made, pragma_index_info(made.name) AS part "
        "WHERE made.type = 'index' AND made.tbl_name = :table AND part.name IS NULL"
    )
    with database.engine.connect() as connection:
        return set(connection.scalars(asked, {"table": table}))


def test_all_migrations_can_be_taken_back_and_made_again(empty):
    with migrating(empty):
        flask_migrate.upgrade()
        flask_migrate.downgrade(revision="base")
        assert tables(empty) == set()
        flask_migrate.upgrade()
    assert {table.name for table in db.metadata.sorted_tables} <= tables(empty)


def tables(url):
    """Our tables in a database."""
    engine = prepared_engine(url)
    names = {name for name in inspect(engine).get_table_names() if not name.startswith(OTHERS)}
    engine.dispose()
    return names


def test_an_upgrade_of_what_is_up_to_date_changes_nothing(sqlite):
    with migrating(sqlite.url):
        flask_migrate.upgrade()
    with sqlite.reading() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM person").scalar() == len(
            sqlite.world.people
        )


def test_the_migrations_are_numbered_one_after_the_other():
    names = sorted(path.name for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    assert [name[:4] for name in names] == [f"{number:04}" for number in range(1, len(names) + 1)]
