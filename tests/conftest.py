"""What every test may ask for: real databases with a small world in them, a house, a signed-in cast of people.

The schema is built once per pytest process and kind of database by running the real migrations; each test gets a
copy of its own. Nothing here stands in for our own code.
"""

import gc
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import FIELD_KEY, World
from tests.postgres import PostgresServer, postgres_server
from workflow_app import config
from workflow_app import database as connections
from workflow_app.extensions import db, migrate
from workflow_app.models.base import keyring
from workflow_app.services.house import House, open_house
from workflow_app.services.rules import rulebooks

__all__ = ["postgres_server"]

# How long an example took says nothing of the code on a machine that does other things too.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"


def pytest_collection_finish() -> None:
    """Tell the garbage collector that what is loaded by now stays; going through it again took a quarter of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


@dataclass(frozen=True)
class Database:
    """One test's own database, of either kind, with the world in it."""

    kind: str
    url: str
    engine: Engine
    world: World

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session of its own in a writing transaction, committed at the end of the `with`, rolled back by an error."""
        with Session(self.engine) as session:
            connections.begin_writing(session)
            yield session
            session.commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session of its own that sees what was committed."""
        with Session(self.engine) as session:
            yield session


def prepared_engine(url: str) -> Engine:
    """An engine as the application sets it up."""
    engine = create_engine(url)
    connections.prepare(engine)
    return engine


@dataclass
class Line:
    """One engine for all tests of this process, led to the database of the test at hand.

    An engine keeps what SQLAlchemy has compiled: with one of its own, each test compiled all its statements again, which
    took a quarter of its time.
    """

    engine: Engine
    target: str = field(default="", init=False)

    def __post_init__(self) -> None:
        event.listen(self.engine, "do_connect", self._connect)

    def to(self, target: str) -> Engine:
        """The engine, which from now on connects to this file or database; what a test listens to ends with the test."""
        self.engine.dispose()
        rulebooks.forget()  # they are remembered by the address of the database, which stays the same
        self.target = target
        return self.engine.execution_options()

    def _connect(self, _dialect: object, _record: object, places: list[str], named: dict[str, str]) -> None:
        if self.engine.dialect.name == "sqlite":
            places[0] = self.target
        else:
            named["dbname"] = self.target


@pytest.fixture(scope="session")
def sqlite_line() -> Iterator[Line]:
    """The way to every SQLite file of a test."""
    line = Line(prepared_engine("sqlite:////dev/null"))
    yield line
    line.engine.dispose()


@pytest.fixture(scope="session")
def postgres_line(postgres_template: tuple[str, World], postgres_server: PostgresServer) -> Iterator[Line]:
    """The way to every PostgreSQL database of a test."""
    line = Line(prepared_engine(postgres_server.url(postgres_template[0])))
    yield line
    line.engine.dispose()


def bare_app(url: str) -> Flask:
    """A Flask application with nothing but the database: what migrations need."""
    app = Flask("casework", root_path=str(MIGRATIONS.parent))
    app.config.update(SQLALCHEMY_DATABASE_URI=url)
    db.init_app(app)
    migrate.init_app(app, db, directory=str(MIGRATIONS))
    with app.app_context():
        connections.prepare(db.engine)
    return app


@contextmanager
def migrating(url: str) -> Iterator[None]:
    """An application context for flask_migrate on this database, disposed of at the end."""
    with bare_app(url).app_context():
        try:
            yield
        finally:
            db.engine.dispose()


def build(url: str) -> World:
    """Migrate an empty database and found the world in it."""
    keyring.load((FIELD_KEY,))
    with migrating(url):
        flask_migrate.upgrade()
    engine = prepared_engine(url)
    with Session(engine) as session:
        connections.begin_writing(session)
        world = factories.found_world(session)
        session.commit()
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return world


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """The SQLite file that tests copy."""
    file = tmp_path_factory.mktemp("template") / "casework.sqlite"
    return file, build(f"sqlite:///{file}")


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> tuple[str, World]:
    """The PostgreSQL database that tests copy."""
    return "casework_template", build(postgres_server.create_database("casework_template"))


@pytest.fixture
def sqlite(sqlite_template: tuple[Path, World], sqlite_line: Line, tmp_path: Path) -> Iterator[Database]:
    """A copy of the world in a SQLite file."""
    template, world = sqlite_template
    file = tmp_path / "casework.sqlite"
    shutil.copy(template, file)
    keyring.load((FIELD_KEY,))
    engine = sqlite_line.to(str(file))
    yield Database("sqlite", f"sqlite:///{file}", engine, world)
    engine.dispose()


@pytest.fixture
def postgres(
    postgres_server: PostgresServer,
    postgres_template: tuple[str, World],
    postgres_line: Line,
    serial: Callable[[], int],
) -> Iterator[Database]:
    """A copy of the world in PostgreSQL."""
    template, world = postgres_template
    name = f"casework_{serial()}"
    url = postgres_server.create_database(name, template=template)
    keyring.load((FIELD_KEY,))
    engine = postgres_line.to(name)
    yield Database("postgresql", url, engine, world)
    engine.dispose()
    postgres_server.drop_database(name)


@pytest.fixture(scope="session")
def serial() -> Callable[[], int]:
    """A number that no other test of this process got."""
    numbers = iter(range(1, 1_000_000))
    return lambda: next(numbers)


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Database:
    """The same test on both databases."""
    found: Database = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """The demonstration district's house, with keys and a store of its own."""
    folder = tmp_path_factory.mktemp("house")
    settings = config.read(
        {
            "VAR_FOLDER": str(folder),
            "SECRET_KEY": "demo-" + "s" * 40,
            "DEMO_DISTRICT": "1",
            "FIELD_KEYS": FIELD_KEY,
        }
    )
    return open_house(settings)
