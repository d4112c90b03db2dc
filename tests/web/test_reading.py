"""Whoever only reads has connections of its own on PostgreSQL: nothing begins there, nothing ends, and nothing can be written."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import InternalError

from tests.conftest import Database
from tests.factories import FIELD_KEY
from workflow_app import config, create_app
from workflow_app.database import READER, in_one_transaction, prepare
from workflow_app.extensions import db
from workflow_app.web import audiences, transaction
from workflow_app.web.audiences import Audience

CALL = text("UPDATE person SET name = '改过的' WHERE id = (SELECT min(id) FROM person)")
CALLED = text("SELECT count(*) FROM person WHERE name = '改过的'")
HERE = "postgresql://u:p@db/casework"


@pytest.fixture
def app(postgres: Database, tmp_path, monkeypatch) -> Iterator[Flask]:
    """An application on a PostgreSQL of its own, with a room in which a test does what it likes."""
    own = {"VAR_FOLDER": str(tmp_path), "SECRET_KEY": "s" * 40, "FIELD_KEYS": FIELD_KEY}
    app = create_app(config.read({**own, "DATABASE_URL": postgres.url}))
    app.testing = True
    app.config["WTF_CSRF_ENABLED"] = False
    monkeypatch.setitem(audiences.AUDIENCE, "room", Audience.PUBLIC)
    app.add_url_rule("/room", "room", lambda: str(app.extensions["done there"]()), methods=["GET", "POST"])
    yield app
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


def ask(app: Flask, what, *, by: str = "GET") -> str:
    """What a request answers that does this."""
    app.extensions["done there"] = what
    return app.test_client().open("/room", method=by).text


def change() -> str:
    """Change something in the request's own transaction."""
    db.session.execute(CALL)
    return "changed"


def shown(name: str):
    """A request that tells how something stands where it asks."""
    return lambda: db.session.scalar(text(f"SHOW {name}"))


def count(postgres: Database) -> int:
    """How often the change was kept."""
    with postgres.engine.connect() as connection:
        return connection.scalar(CALLED)


def test_what_a_get_would_write_is_refused_by_the_database_itself(app, postgres):
    with pytest.raises(InternalError, match="read-only transaction"):
        ask(app, change)
    assert count(postgres) == 0


def test_a_post_writes_and_is_kept(app, postgres):
    assert ask(app, shown("transaction_read_only"), by="POST") == "off"
    assert ask(app, change, by="POST") == "changed"
    assert count(postgres) == 1


def test_a_get_that_comes_back_from_another_site_may_write(app, postgres):
    def change_as_named() -> str:
        assert shown("transaction_read_only")() == "on"
        with transaction.written():
            return change()

    assert ask(app, change_as_named) == "changed"
    assert count(postgres) == 1
    with pytest.raises(InternalError, match="read-only transaction"):
        ask(app, change)


def test_each_question_of_a_get_sees_what_was_committed_a_moment_ago(app, postgres):
    def count_twice() -> str:
        before = db.session.scalar(CALLED)
        with postgres.engine.begin() as other:
            other.execute(CALL)
        return f"{before}, {db.session.scalar(CALLED)}"

    assert ask(app, count_twice) == "0, 1"


def test_what_was_prepared_stays_prepared_after_a_get(app):
    for _ in range(8):
        ask(app, lambda: db.session.scalar(CALLED))
    prepared = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%FROM person WHERE%'")
    assert ask(app, lambda: db.session.scalar(prepared)) == "1"


def test_a_cursor_and_a_setting_find_a_transaction_in_a_get(app):
    def walk() -> list[int]:
        with in_one_transaction(db.session()):
            db.session.execute(text("SET LOCAL statement_timeout = 5000"))
            asked = text("SELECT n FROM generate_series(1, 5) n").execution_options(yield_per=2)
            found = db.session.scalars(asked).all()
            assert shown("statement_timeout")() == "5s"
        assert shown("transaction_read_only")() == "on"
        return list(found)

    assert ask(app, walk) == "[1, 2, 3, 4, 5]"
    assert ask(app, shown("statement_timeout")) == "0"


@pytest.mark.parametrize("by", ["GET", "POST"])
def test_a_connection_that_the_server_closed_meanwhile_is_replaced_unnoticed(app, postgres, by):
    own = text("SELECT pg_backend_pid()")
    before = ask(app, lambda: db.session.scalar(own), by=by)
    close(postgres.engine, before)
    assert ask(app, lambda: db.session.scalar(own), by=by) not in ("", before)


def test_a_connection_is_asked_for_a_sign_of_life_only_after_a_while(postgres):
    engine, asked = create_engine(postgres.url), []
    prepare(engine)
    ping = engine.dialect.do_ping
    engine.dialect.do_ping = lambda connection: asked.append(ping(connection))
    for used_ago in (0.0, 1.0, 6.0):
        with engine.connect() as connection:
            connection.connection.info["used_at"] -= used_ago
    assert asked == []
    engine.connect().close()
    assert asked == [True]
    engine.dispose()


def close(engine: Engine, backend: str) -> None:
    """Let the server close a connection, as it does when it is restarted."""
    with engine.connect() as connection:
        assert connection.scalar(text(f"SELECT pg_terminate_backend({backend}, 5000)"))


def test_through_a_pooler_everybody_has_the_same_connections():
    own = {"SECRET_KEY": "s" * 40, "FIELD_KEYS": FIELD_KEY, "DATABASE_URL": HERE}
    direct = create_app(config.read(own))
    pooled = create_app(config.read({**own, "POOLER_URL": "postgresql://u:p@pooler:6432/casework"}))
    for app, has_reader in ((direct, True), (pooled, False)):
        with app.app_context():
            assert (READER in db.engines) is has_reader
