"""The chain finds what was changed, put in or taken out behind the back of the triggers."""

import pytest
from sqlalchemy import text

from tests.factories import case_in, take
from workflow_app.services.engine import history


@pytest.fixture
def case_id(sqlite, house):
    """A case with six events, its triggers taken away as somebody with the database's keys could."""
    with sqlite.writing() as session:
        case_in(session, "signed", sqlite.world, house)
        found = case_in(session, "breached", sqlite.world, house).id
        session.execute(text("DROP TRIGGER event_no_update"))
        session.execute(text("DROP TRIGGER event_no_delete"))
    return found


def faults(sqlite, case_id, *statements):
    """What the chain says after these statements."""
    with sqlite.writing() as session:
        for statement in statements:
            session.execute(text(statement), {"id": case_id})
    with sqlite.reading() as session:
        return history.faults(session, case_id)


def test_an_untouched_history_verifies(sqlite, case_id):
    assert faults(sqlite, case_id) == []


@pytest.mark.parametrize(
    "changed",
    ["step = 'accept_anything'", "actor_id = 1", "acting_as = 'lead'", "at = '2026-09-01 00:00:00.000000'",
     "target = 'fulfilled'", "case_id = 1"],
)  # fmt: skip
def test_a_changed_event_is_found(changed, sqlite, case_id):
    found = faults(sqlite, case_id, f"UPDATE event SET {changed} WHERE case_id = :id AND seq = 3")
    assert found


def test_facts_exchanged_between_two_events_are_found(sqlite, case_id):
    """Both are properly encrypted: only the chain can tell."""
    found = faults(
        sqlite, case_id,
        "UPDATE event SET changes = (SELECT changes FROM event WHERE case_id = :id AND seq = 1) "
        "WHERE case_id = :id AND seq = 4",
    )  # fmt: skip
    assert "event 4 was changed" in found


def test_an_event_taken_out_of_the_middle_is_found(sqlite, case_id):
    found = faults(sqlite, case_id, "DELETE FROM event WHERE case_id = :id AND seq = 3")
    assert "event 3 is missing or out of order" in found


def test_the_last_event_taken_away_is_found(sqlite, case_id):
    found = faults(sqlite, case_id, "DELETE FROM event WHERE case_id = :id AND seq = 6")
    assert found == ["the case is breached but its history ends in breach_replied"]


def test_all_events_taken_away_are_found(sqlite, case_id):
    assert faults(sqlite, case_id, "DELETE FROM event WHERE case_id = :id") == [
        "the case is breached but its history ends in draft"
    ]


def test_an_event_put_in_at_the_end_is_found(sqlite, case_id):
    columns = "step, source, target, actor_id, acting_as, at, given, changes"
    found = faults(
        sqlite, case_id,
        f"INSERT INTO event (case_id, seq, previous_digest, digest, {columns}) "
        f"SELECT case_id, 7, digest, digest, {columns} FROM event WHERE case_id = :id AND seq = 6",
    )  # fmt: skip
    assert found == ["event 7 was changed"]


def test_a_step_that_was_cut_off_is_missed_even_when_the_state_stayed(sqlite, house):
    with sqlite.writing() as session:
        case = case_in(session, "active", sqlite.world, house)
        take(session, case, "report_performance", sqlite.world.actors["owner"], house)
        found = case.id
    with sqlite.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER event_no_delete")
        connection.exec_driver_sql("DELETE FROM event WHERE step = 'report_performance'")
    with sqlite.writing() as session:
        assert history.faults(session, found) == [
            "the facts of the case are not those that its history tells"
        ]
