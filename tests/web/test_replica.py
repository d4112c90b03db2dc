"""Rooms that anybody may enter are read from the replica; everything else, and everybody signed in, from the database.

The replica is a second real file. Before a test it is a copy; what a test then writes to one alone shows who was asked.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from tests.factories import FIELD_KEY
from tests.web.conftest import NOW, SECRET_KEY, District
from tests.web.visitor import real_office
from workflow_app import carrier, config, create_app
from workflow_app.config import BadSettings
from workflow_app.database import READER, REPLICA
from workflow_app.domain import clock
from workflow_app.extensions import db
from workflow_app.services.delivery import outbox
from workflow_app.web import audiences, replica

OFFICE = {"SECRET_KEY": "s" * 40, "FIELD_KEYS": FIELD_KEY}
HERE = "postgresql://u:p@db/casework"
POOLED = "postgresql://u:p@pooler:6432/casework"
COLUMN = "/commitments"


@dataclass(frozen=True)
class Town:
    """The district with a replica beside it."""

    district: District
    engines: dict[str, Engine]

    def asked(self, path: str, login: str = "") -> set[str]:
        """Who answers when this page is opened: the database, the replica, both, or nobody."""
        browser, found = self.district.browser(login), set()
        with listening(self.engines, found):
            assert browser.client.get(path).status_code == 200, path
        return found

    def change(self, which: str, statement: str, **values: object) -> None:
        """Write to one of the two alone."""
        with self.engines[which].connect() as connection:
            connection.execute(text(statement), values)
            connection.commit()

    def beat(self, which: str, *, ago: timedelta) -> None:
        """A sign of life of the workers, as old as this."""
        self.change(which, "UPDATE heartbeat SET seen_at = :at", at=(NOW - ago).replace(tzinfo=None))


@contextmanager
def listening(engines: dict[str, Engine], found: set[str]) -> Iterator[None]:
    """Note whose connections execute anything."""

    def note(connection, *_rest):
        found.add(next(name for name, one in engines.items() if one is connection.engine))

    for engine in engines.values():
        event.listen(engine, "before_cursor_execute", note)
    yield
    for engine in engines.values():
        event.remove(engine, "before_cursor_execute", note)


def copied(loaded: Path, folder: Path) -> Flask:
    """The district's application, with a replica made of its database."""
    shutil.copytree(loaded, folder)
    shutil.copy(folder / "casework.sqlite", folder / "replica.sqlite")
    settings = config.read(
        {
            "VAR_FOLDER": str(folder), "SECRET_KEY": SECRET_KEY, "DEMO_DISTRICT": "1", "FIELD_KEYS": FIELD_KEY,
            "CHEAP_PASSWORDS": "1", "SITE_URL": "http://localhost", "REPLICA_URL": f"sqlite:///{folder / 'replica.sqlite'}",
        }
    )  # fmt: skip
    app = create_app(settings)
    app.testing = True
    return app


@pytest.fixture
def town(loaded: Path, tmp_path: Path) -> Iterator[Town]:
    app = copied(loaded, tmp_path / "var")
    with clock.fixed(NOW):
        with app.app_context():
            found = Town(District(app), {"database": db.engine, "replica": db.engines[REPLICA]})
        found.beat("replica", ago=timedelta(seconds=5))
        yield found
        for engine in found.engines.values():
            engine.dispose()


def test_open_rooms_are_read_from_the_replica_and_all_others_from_the_database(town):
    for path in (
        "/", "/commitments", "/publicity", "/publicity/licences", "/publicity/corrections", "/lists/",
        "/feed/removals.json", "/feed/marks.json", "/feed/corrections.json",
    ):  # fmt: skip
        assert town.asked(path) == {"replica"}, path
    for path in (
        "/search?q=海河", "/api/v1/publicity", "/verify/revocations.json", "/readyz", "/calculator", "/items/", "/training/",
    ):  # fmt: skip
        assert town.asked(path) == {"database"}, path
    for path in ("/", "/publicity", "/lists/"):
        assert town.asked(path, "owner.haihe") == {"database"}, (
            "who is signed in is never shown an older state"
        )


def test_a_list_may_be_seconds_old_but_not_the_page_of_one_line_nor_anything_for_who_is_signed_in(town):
    lines = "SELECT code FROM commitment_publicity ORDER BY published_at DESC, id DESC LIMIT 1"
    with town.engines["database"].connect() as connection:
        code = connection.scalar(text(lines))
    town.change("replica", "DELETE FROM commitment_publicity")
    anybody = town.district.browser()
    assert code not in anybody.client.get(COLUMN).text
    assert code in anybody.client.get(f"{COLUMN}/{code}").text
    assert code in town.district.browser("owner.haihe").client.get(COLUMN).text


def test_a_replica_that_is_behind_or_away_is_left_alone_and_asked_again_later(town, monkeypatch):
    monkeypatch.setattr(replica, "LEFT_ALONE", 3600.0)
    town.beat("replica", ago=timedelta(seconds=31))
    assert town.asked(COLUMN) == {"replica", "database"}
    town.beat("replica", ago=timedelta(seconds=1))
    assert town.asked(COLUMN) == {"database"}


def test_a_replica_without_the_tables_stops_no_page(town, monkeypatch):
    monkeypatch.setattr(replica, "LEFT_ALONE", 0.0)
    town.change("replica", "ALTER TABLE commitment_publicity RENAME TO away")
    assert town.asked(COLUMN) == {"replica", "database"}
    town.change("replica", "ALTER TABLE away RENAME TO commitment_publicity")
    assert town.asked(COLUMN) == {"replica"}


@pytest.mark.parametrize(
    "words", ["heartbeat", "RECURSIVE"], ids=["before the page", "after its last question"]
)
def test_a_replica_that_dies_in_the_middle_of_a_page_costs_nobody_the_page(
    postgres, postgres_server, postgres_template, serial, tmp_path, words
):
    name = f"replica_{serial()}"
    url = postgres_server.create_database(name, template=postgres_template[0])
    app, found = real_office(postgres, tmp_path, replica_url=url), set()
    with app.app_context():
        engines = {"database": db.engines[READER], "replica": db.engines[REPLICA]}
    with Session(engines["replica"]) as session:
        outbox.tend(session, now=clock.now())
        session.commit()

    def die(_connection, _cursor, statement, *_rest):
        if words in statement:
            ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            with postgres_server.connect() as server:
                server.execute(ended, [name])

    event.listen(engines["replica"], "after_cursor_execute", die)
    with listening(engines, found):
        assert app.test_client().get(COLUMN).status_code == 200
    assert found == {"replica", "database"}
    for engine in engines.values():
        engine.dispose()
    postgres_server.drop_database(name)


def test_every_room_read_from_the_replica_is_open_to_everybody_and_only_reads(town):
    rules = [rule for rule in town.district.app.url_map.iter_rules() if rule.endpoint in replica.READ_THERE]
    assert {rule.endpoint for rule in rules} == replica.READ_THERE
    for rule in rules:
        assert audiences.audience_of(rule.endpoint) is audiences.Audience.PUBLIC
        assert rule.methods == {"GET", "HEAD", "OPTIONS"}


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"POOLER_URL": POOLED}, "must be PostgreSQL"),
        ({"DATABASE_URL": HERE, "POOLER_URL": "http://pooler"}, "POOLER_URL must begin with postgresql://"),
        ({"DATABASE_URL": HERE, "POOLER_URL": HERE}, "are the same address"),
        (
            {"DATABASE_URL": HERE, "REPLICA_URL": "sqlite:///r"},
            "REPLICA_URL must begin with postgresql:// as",
        ),
        ({"REPLICA_URL": HERE}, "REPLICA_URL must begin with sqlite:/// as"),
        ({"DATABASE_URL": HERE, "REPLICA_URL": HERE}, "address of the database itself"),
        (
            {"DATABASE_URL": HERE, "POOLER_URL": POOLED, "REPLICA_URL": POOLED},
            "address of the database itself",
        ),
    ],
)
def test_an_address_that_could_not_work_stops_the_start(settings, told):
    with pytest.raises(BadSettings, match=told):
        config.read({**OFFICE, **settings})


@pytest.mark.parametrize(("is_pooled", "prepared"), [(True, 0), (False, 1)])
def test_through_a_pooler_nothing_is_left_on_a_connection(postgres, tmp_path, is_pooled, prepared):
    """Another spelling of the address stands for the pooler, which gives the connection to somebody else afterwards."""
    ways = {"POOLER_URL": f"{postgres.url}&application_name=pooled"} if is_pooled else {}
    app = create_app(
        config.read({**OFFICE, **ways, "DATABASE_URL": postgres.url, "VAR_FOLDER": str(tmp_path)})
    )
    with app.app_context():
        for _ in range(9):
            db.session.execute(text("SELECT count(*) FROM unit"))
        names = [
            row.statement for row in db.session.execute(text("SELECT statement FROM pg_prepared_statements"))
        ]
        db.session.remove()
        db.engine.dispose()
    assert len([name for name in names if "unit" in name]) == prepared


def test_a_worker_refuses_a_pooler_that_leads_to_another_database(postgres, postgres_server, tmp_path):
    def check(pooler: str) -> None:
        environment = {
            **OFFICE,
            "DATABASE_URL": postgres.url,
            "VAR_FOLDER": str(tmp_path),
            "POOLER_URL": pooler,
        }
        app = create_app(config.read(environment))
        try:
            carrier.check_pooler(app, app.extensions["settings"])
        finally:
            with app.app_context():
                db.engine.dispose()

    check(f"{postgres.url}&application_name=pooled")
    with pytest.raises(BadSettings, match="leads to another database"):
        check(postgres_server.url("postgres"))
