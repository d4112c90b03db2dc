"""A message is delivered at least once, by one worker at a time, again after a failure, and not for ever."""

from datetime import timedelta

import pytest
from sqlalchemy import event, insert, select, text
from sqlalchemy.orm import Session

from tests.factories import NOW, legal
from tests.services.test_perform import at_once
from workflow_app import database as connections
from workflow_app.models.outbox import Message
from workflow_app.services.delivery import outbox


@pytest.fixture
def message(database):
    """One message that waits."""
    with database.writing() as session:
        outbox.put(session, "1/1/mail", "mail", {"person_id": 1}, now=NOW)
    return database


def take(database, worker, now=NOW):
    """What a worker gets: the key, or None."""
    with database.writing() as session:
        found = outbox.take(session, worker, now=now)
        return found.key if found else None


def test_a_second_message_of_the_same_key_changes_nothing(message):
    with message.writing() as session:
        outbox.put(session, "1/1/mail", "notice", {"person_id": 2}, now=legal("2026-09-19"))
    with message.reading() as session:
        kept = session.scalars(select(Message)).one()
        assert (kept.kind, kept.payload, kept.created_at) == ("mail", {"person_id": 1}, NOW)


def test_of_four_workers_one_gets_the_message(message):
    got = []
    assert at_once(*(lambda n=n: got.append(take(message, f"worker {n}")) for n in range(4))) == [None] * 4
    assert sorted(got, key=str) == ["1/1/mail", None, None, None]


def test_a_lease_ends_and_the_next_worker_takes_over(message):
    assert take(message, "first") == "1/1/mail"
    assert take(message, "second", NOW + timedelta(seconds=119)) is None
    assert take(message, "second", NOW + timedelta(seconds=121)) == "1/1/mail"
    with message.reading() as session:
        kept = session.scalars(select(Message)).one()
        assert (kept.leased_by, kept.attempts) == ("second", 2)


def test_what_was_delivered_is_not_delivered_again(message):
    take(message, "first")
    with message.writing() as session:
        outbox.done(session, 1, now=NOW)
    assert take(message, "second", legal("2026-10-18")) is None


def test_a_failure_waits_longer_each_time_and_ends(message):
    """5 seconds, 30 seconds, 5 minutes, an hour, 6 hours; the sixth failure is the last."""
    now, pauses = NOW, []
    for _ in range(6):
        assert take(message, "worker", now) == "1/1/mail"
        with message.writing() as session:
            kept = session.scalars(select(Message)).one()
            outbox.failed(session, kept, "SMTPException: " + "x" * 1000, now=now)
        with message.reading() as session:
            kept = session.scalars(select(Message)).one()
            assert len(kept.error) == 500
            pauses.append(None if kept.dead_at else (kept.due_at - now).total_seconds())
            if not kept.dead_at:
                assert take(message, "worker", kept.due_at - timedelta(seconds=1)) is None
            now = kept.due_at
    assert pauses == [5, 30, 300, 3600, 21600, None]
    assert take(message, "worker", legal("2027-01-01")) is None


def test_the_longest_waiting_comes_first(database):
    with database.writing() as session:
        for key, day in (("late", "2026-09-20"), ("early", "2026-09-18"), ("middle", "2026-09-19")):
            outbox.put(session, key, "mail", {}, now=legal(day))
    assert [take(database, "worker", legal("2026-09-21")) for _ in range(3)] == ["early", "middle", "late"]


def test_a_message_of_a_transaction_that_was_undone_does_not_exist(database):
    with Session(database.engine) as session:
        connections.begin_writing(session)
        outbox.put(session, "undone", "mail", {}, now=NOW)
        session.rollback()
    assert take(database, "worker") is None


def test_a_message_may_wait_before_it_is_delivered(database):
    with database.writing() as session:
        outbox.put(session, "held", "mail", {}, now=NOW, not_before=NOW + timedelta(minutes=5))
    assert take(database, "worker", NOW + timedelta(seconds=299)) is None
    assert take(database, "worker", NOW + timedelta(minutes=5)) == "held"


def test_looking_for_what_a_dead_worker_held_goes_along_what_is_open(message):
    with message.writing() as session:
        done = {
            "kind": "mail",
            "payload": {},
            "created_at": NOW,
            "due_at": NOW,
            "attempts": 1,
            "done_at": NOW,
        }
        session.execute(insert(Message.__table__), [done | {"key": f"done/{place}"} for place in range(2000)])
    with Session(message.engine) as session:
        connections.refresh_statistics(session)
    said, told = [], "EXPLAIN QUERY PLAN " if message.kind == "sqlite" else "EXPLAIN "

    def note(_connection, _cursor, statement, parameters, *_more):
        if statement.startswith("SELECT outbox.id"):
            said.append((statement, parameters))

    with message.writing() as session:
        if message.kind == "postgresql":  # so few rows are soonest read whole, a million are not
            session.execute(text("ANALYZE outbox"))
            session.execute(text("SET LOCAL enable_seqscan = off"))
        event.listen(message.engine, "before_cursor_execute", note)
        outbox.tend(session, now=NOW)
        event.remove(message.engine, "before_cursor_execute", note)
        (asked,) = said
        plan = [str(row) for row in session.connection().exec_driver_sql(told + asked[0], asked[1])]
    assert "ix_outbox_open" in "\n".join(plan), plan
