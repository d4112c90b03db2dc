"""What carries the outbox: real worker processes on real databases, killed, cut off and counted."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import flask_migrate
import pytest
from procrastinate.schema import SchemaManager
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from tests import factories
from tests.conftest import Database, migrating
from tests.factories import FIELD_KEY
from tests.post_office import PostOffice, post_office
from workflow_app import carrier, config, create_app, worker
from workflow_app.domain import clock
from workflow_app.domain.words import Sentence
from workflow_app.extensions import db
from workflow_app.models.deadline import Deadline
from workflow_app.models.document import Document
from workflow_app.models.outbox import Message
from workflow_app.services.delivery import jobs, outbox
from workflow_app.services.house import House

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 9, 18, 2, 0, tzinfo=UTC)
TICK = 2
"""Seconds between two looks at the outbox when the pauses are short."""


@pytest.fixture
def post() -> Iterator[PostOffice]:
    with post_office() as server:
        yield server


@pytest.fixture
def environment(database_url: str, post: PostOffice, tmp_path: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url,
        "VAR_FOLDER": str(tmp_path / "var"),
        "SECRET_KEY": "demo-" + "c" * 40,
        "DEMO_DISTRICT": "1",
        "FIELD_KEYS": FIELD_KEY,
        "MAIL_URL": post.url,
    }


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    name = next((name for name in ("database", "sqlite") if name in request.fixturenames), "postgres")
    return str(request.getfixturevalue(name).url)


@pytest.fixture
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The death of a worker is seen in 6 seconds and not in 15; for the workers that are forked afterwards."""
    for place, name, value in (
        (carrier, "SIGN_OF_LIFE_EVERY", 1.0),
        (carrier, "DEAD_AFTER", 6),
        (jobs, "DEAD_AFTER", 6),
        (carrier, "EVERY_5_SECONDS", f"* * * * * */{TICK}"),
    ):
        monkeypatch.setattr(place, name, value)


def work(environment: dict[str, str]) -> None:
    """The life of a worker process."""
    stopping: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: stopping.append(number))
    carrier.run(create_app(config.read(environment)), stop=lambda: bool(stopping))


@contextmanager
def workers(environment: dict[str, str], count: int) -> Iterator[list[int]]:
    """So many worker processes, told to stop at the end; their process ids."""
    forking = multiprocessing.get_context("fork")
    processes = [forking.Process(target=work, args=(environment,)) for _ in range(count)]
    for process in processes:
        process.start()
    try:
        yield [process.pid for process in processes if process.pid]
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.join(15)
            assert process.exitcode is not None, "a worker did not stop when told to"


def write_mail(session: Session, database: Database, key: str, *, now: datetime | None = None) -> None:
    sentence = Sentence("第 %(key)s 号通知", key=key).as_json()
    payload = {"person_id": database.world.people["owner"], "case": "CM-1", "sentence": sentence}
    outbox.put(session, key, "mail", payload, now=now or datetime.now(UTC))


def eventually(what: Callable[[], bool], *, within: float) -> float:
    """Wait until it is so; how many seconds that took."""
    began = time.monotonic()
    while not what():
        assert time.monotonic() - began < within, f"not within {within} seconds"
        time.sleep(0.05)
    return time.monotonic() - began


def count(database: Database, statement: str) -> int:
    with database.engine.connect() as connection:
        return int(connection.execute(text(statement)).scalar_one())


def are_at_work(database: Database, number: int) -> bool:
    if database.kind == "sqlite":
        return count(database, "SELECT count(*) FROM heartbeat WHERE name = 'worker'") == 1
    return count(database, "SELECT count(*) FROM procrastinate_workers") == number


def message(database: Database, key: str) -> Message:
    with database.reading() as session:
        found = session.scalars(select(Message).where(Message.key == key)).one()
        session.expunge(found)
        return found


def test_the_tables_of_procrastinate_are_those_of_the_installed_version():
    kept = (ROOT / "migrations" / "procrastinate" / "3.10.0.sql").read_text(encoding="utf-8")
    assert kept == SchemaManager.get_schema(), (
        "procrastinate changed its tables: add a migration that does the same"
    )


def test_the_migration_of_the_carrier_goes_back_and_forth(postgres: Database):
    postgres.engine.dispose()
    with migrating(postgres.url):
        flask_migrate.downgrade(revision="0001")
        assert count(postgres, "SELECT count(*) FROM pg_class WHERE relname LIKE 'procrastinate%'") == 0
        flask_migrate.upgrade()
        flask_migrate.check()
    assert count(postgres, "SELECT count(*) FROM procrastinate_jobs") == 0


def test_a_step_that_is_rolled_back_leaves_neither_message_nor_job(postgres: Database, house: House):
    with Session(postgres.engine) as session:
        factories.case_in(session, "signed", postgres.world, house)
        assert session.scalar(text("SELECT count(*) FROM procrastinate_jobs")) > 0
        session.rollback()
    assert count(postgres, "SELECT count(*) FROM outbox") == 0
    assert count(postgres, "SELECT count(*) FROM procrastinate_jobs") == 0


def test_a_step_that_is_kept_leaves_one_job_for_each_message(postgres: Database, house: House):
    with postgres.writing() as session:
        factories.case_in(session, "signed", postgres.world, house)
    messages = count(postgres, "SELECT count(*) FROM outbox")
    joined = (
        "FROM outbox JOIN procrastinate_jobs AS job ON job.args = jsonb_build_object('message', outbox.id)"
    )
    assert messages > 0
    assert count(postgres, "SELECT count(*) FROM procrastinate_jobs") == messages
    assert count(postgres, f"SELECT count(*) {joined} WHERE job.status = 'todo'") == messages


def test_a_message_put_twice_has_one_job(postgres: Database):
    for _ in range(2):
        with postgres.writing() as session:
            write_mail(session, postgres, "twice")
    assert count(postgres, "SELECT count(*) FROM outbox") == 1
    assert count(postgres, "SELECT count(*) FROM procrastinate_jobs") == 1


def test_three_workers_deliver_sixty_messages_once_each(
    database: Database, environment: dict[str, str], post: PostOffice
):
    with workers(environment, 3):
        eventually(lambda: are_at_work(database, 3), within=40)
        with database.writing() as session:
            for number in range(60):
                write_mail(session, database, f"letter-{number}")
        eventually(lambda: len(post.accepted) == 60, within=60)
        eventually(
            lambda: count(database, "SELECT count(*) FROM outbox WHERE done_at IS NULL") == 0, within=10
        )
    assert set(post.accepted.values()) == {1}
    assert count(database, "SELECT max(attempts) FROM outbox") == 1
    if database.kind == "postgresql":
        assert count(database, "SELECT count(DISTINCT leased_by) FROM outbox") == 3
        assert count(database, "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'deliver'") == 0


def test_a_worker_killed_in_the_middle_loses_nothing_and_is_followed_by_another(
    postgres: Database, environment: dict[str, str], post: PostOffice, short_pauses: None
):
    post.is_open.clear()
    with workers(environment, 3) as at_work:
        eventually(lambda: are_at_work(postgres, 3), within=40)
        with postgres.writing() as session:
            for number in range(12):
                write_mail(session, postgres, f"letter-{number}")
        leased = "SELECT count(*) FROM outbox WHERE leased_until IS NOT NULL"
        eventually(lambda: count(postgres, leased) == 3, within=10)
        jobs_before, began = (
            count(postgres, "SELECT last_value FROM procrastinate_jobs_id_seq"),
            time.monotonic(),
        )
        killed = at_work[0]
        os.kill(killed, signal.SIGKILL)
        post.is_open.set()
        eventually(lambda: len(post.accepted) == 11, within=10)
        eventually(lambda: len(post.accepted) == 12, within=45)
        ticks = (time.monotonic() - began) * (1 / TICK + 1 / 60)
        jobs_made = count(postgres, "SELECT last_value FROM procrastinate_jobs_id_seq") - jobs_before
        eventually(
            lambda: count(postgres, "SELECT count(*) FROM outbox WHERE done_at IS NULL") == 0, within=10
        )
    assert set(post.accepted.values()) == {1}
    assert count(postgres, "SELECT count(*) FROM outbox WHERE attempts = 2") == 1
    assert count(postgres, f"SELECT count(*) FROM outbox WHERE leased_by LIKE '%-{killed}'") == 0
    assert (
        jobs_made <= ticks + 4
    )  # the message's second job, and each tick once although two workers tell the time


def test_a_step_is_followed_by_its_documents_and_notices_and_time_by_one_sweep(
    postgres: Database, environment: dict[str, str], post: PostOffice, house: House
):
    with postgres.writing() as session:
        factories.case_in(session, "signed", postgres.world, house)
        ended = {"due_on": date(2020, 1, 2), "act_on": date(2020, 1, 3)}
        session.execute(update(Deadline).where(Deadline.closed_seq.is_(None)).values(ended))
    with workers(environment, 2):
        expired = "SELECT count(*) FROM deadline WHERE closed_seq IS NULL AND expired_at IS NULL"
        eventually(lambda: count(postgres, expired) == 0, within=40)
        waiting = "SELECT count(*) FROM outbox WHERE done_at IS NULL AND due_at <= now()"
        eventually(lambda: count(postgres, waiting) == 0, within=40)
    with postgres.reading() as session:
        assert all(document.produced_at for document in session.scalars(select(Document)))
        overdue = select(Message.key).where(Message.kind == "notice", Message.key.contains("/overdue-"))
        assert [key.rpartition("/")[2] for key in session.scalars(overdue)] == ["overdue-head"]
    # The three handlers are mailed at once; the mail to the three heads waits for others like it.
    assert count(postgres, "SELECT count(*) FROM notice") == 6
    assert list(post.accepted.values()) == [1, 1, 1]
    held = "SELECT count(*) FROM outbox WHERE due_at - created_at = interval '5 minutes'"
    assert count(postgres, held) == 3


def test_the_worker_command_wakes_up_at_once_survives_the_database_and_finds_lost_messages(
    postgres: Database, environment: dict[str, str], post: PostOffice
):
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}) as process:
        try:
            eventually(lambda: are_at_work(postgres, 1), within=60)
            eventually(lambda: is_seen(postgres, datetime.now(UTC)), within=15)
            with postgres.writing() as session:
                write_mail(session, postgres, "at-once")
            eventually(lambda: post.accepted["at-once"] == 1, within=2)

            with postgres.writing() as session:
                write_mail(session, postgres, "restored")
                session.execute(text("DELETE FROM procrastinate_jobs WHERE task_name = 'deliver'"))
            eventually(lambda: post.accepted["restored"] == 1, within=15)

            cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database()"
            count(postgres, f"{cut} AND pid <> pg_backend_pid()")
            with postgres.writing() as session:
                write_mail(session, postgres, "after-the-cut")
            eventually(lambda: post.accepted["after-the-cut"] == 1, within=30)

            process.send_signal(signal.SIGTERM)
            assert process.wait(15) == 0
        finally:
            process.kill()
    assert set(post.accepted.values()) == {1}


def test_a_slow_mail_server_does_not_hold_up_those_who_write(
    sqlite: Database, environment: dict[str, str], post: PostOffice
):
    post.is_open.clear()
    with sqlite.writing() as session:
        write_mail(session, sqlite, "slow")
    with workers(environment, 1):
        eventually(lambda: post.is_waited_for.is_set(), within=40)
        began = time.monotonic()
        with sqlite.writing() as session:
            write_mail(session, sqlite, "another")
        assert time.monotonic() - began < 1
        assert post.accepted["slow"] == 0
        post.is_open.set()
        eventually(lambda: post.accepted["another"] == 1, within=10)


def test_a_failed_delivery_waits_longer_each_time_and_is_given_up_in_the_end(
    database: Database, environment: dict[str, str]
):
    with database.writing() as session:
        write_mail(session, database, "unreachable", now=NOW)
    now, pauses = NOW, []
    with running_here({**environment, "MAIL_URL": "smtp://127.0.0.1:9"}) as house:
        for _ in range(6):
            with clock.fixed(now):
                assert worker.deliver(house) == (0, 1)
                assert worker.deliver(house) == (0, 0)
            failed = message(database, "unreachable")
            pauses.append((failed.due_at - now).total_seconds())
            now = failed.due_at + timedelta(seconds=1)
        with clock.fixed(now + timedelta(days=7)):
            assert worker.deliver(house) == (0, 0)
    assert pauses == [5, 30, 300, 3600, 21600, 0]
    given_up = message(database, "unreachable")
    assert given_up.dead_at is not None
    assert given_up.attempts == 6
    assert given_up.error is not None
    assert given_up.error.startswith("ConnectionRefusedError")


def test_what_was_given_up_is_tried_again_as_the_operations_page_says(
    database: Database, environment: dict[str, str], post: PostOffice
):
    with database.writing() as session:
        write_mail(session, database, "given-up")
        session.execute(update(Message).values(attempts=6, dead_at=NOW, error="ConnectionRefusedError"))
    at_once = "datetime('now')" if database.kind == "sqlite" else "now()"
    with database.writing() as session:
        session.execute(
            text(f"UPDATE outbox SET dead_at = NULL, attempts = 0, due_at = {at_once} WHERE id = 1")
        )
    with running_here(environment) as house:
        assert worker.deliver(house) == (1, 0)
    assert post.accepted == {"given-up": 1}


def test_delivering_by_hand_leaves_nothing_for_the_workers(
    database: Database, environment: dict[str, str], post: PostOffice
):
    with database.writing() as session:
        write_mail(session, database, "by-hand")
        write_mail(session, database, "also-by-hand")
    with running_here(environment) as house:
        assert worker.deliver(house) == (2, 0)
        assert worker.deliver(house) == (0, 0)
    assert post.accepted == {"by-hand": 1, "also-by-hand": 1}
    if database.kind == "postgresql":
        assert count(database, "SELECT count(*) FROM procrastinate_jobs") == 0


def test_a_worker_that_dies_again_and_again_over_one_message_counts_as_its_failure(database: Database):
    with database.writing() as session:
        write_mail(session, database, "deadly", now=NOW)
    with database.writing() as session:
        assert outbox.take(session, "first-worker", now=NOW) is not None
    with database.writing() as session:
        outbox.tend(session, now=NOW + timedelta(seconds=119))
        assert outbox.take(session, "second-worker", now=NOW + timedelta(seconds=119)) is None
    later = NOW + timedelta(seconds=121)
    with database.writing() as session:
        outbox.tend(session, now=later)
    freed = message(database, "deadly")
    assert (freed.attempts, freed.leased_until) == (1, None)
    assert freed.due_at == later + timedelta(seconds=5)
    assert freed.error == "first-worker ended in the middle of the delivery"


def test_a_worker_is_seen_for_two_minutes_after_it_looked_after_the_outbox(database: Database):
    assert not is_seen(database, NOW)
    for seen_at in (NOW - timedelta(hours=1), NOW):
        with database.writing() as session:
            outbox.tend(session, now=seen_at)
    assert is_seen(database, NOW + timedelta(seconds=119))
    assert not is_seen(database, NOW + timedelta(seconds=120))


@contextmanager
def running_here(environment: dict[str, str]) -> Iterator[House]:
    """The application in this process."""
    app = create_app(config.read(environment))
    with app.app_context():
        yield app.extensions["house"]
        db.session.remove()
        db.engine.dispose()


def is_seen(database: Database, now: datetime) -> bool:
    with database.reading() as session:
        return outbox.worker_seen(session, now)
