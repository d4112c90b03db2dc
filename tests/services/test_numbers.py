"""Numbers run without a gap in each series: per kind, division and legal day."""

from datetime import date

from sqlalchemy.orm import Session

from tests.services.test_perform import at_once
from workflow_app import database as connections
from workflow_app.services.engine import numbers


def test_each_series_begins_with_one_and_runs_on(database):
    with database.writing() as session:
        taken = [
            numbers.case_number(session, prefix, division=division, day=day)
            for prefix, division, day in (
                ("CM", "120102", date(2026, 9, 18)),
                ("CM", "120102", date(2026, 9, 18)),
                ("CM", "120102", date(2026, 9, 19)),
                ("CM", "120103", date(2026, 9, 18)),
                ("RP", "120102", date(2026, 9, 18)),
                ("CM", "120102", date(2026, 9, 18)),
            )
        ]
    assert taken == [
        "CM-120102-20260918-000001",
        "CM-120102-20260918-000002",
        "CM-120102-20260919-000001",
        "CM-120103-20260918-000001",
        "RP-120102-20260918-000001",
        "CM-120102-20260918-000003",
    ]


def test_several_series_are_asked_together_and_one_named_twice_gives_two_numbers(database):
    with database.writing() as session:
        assert numbers.next_serial(session, "two") == 1
        assert numbers.next_serials(session, ("two", "one", "two")) == [2, 1, 3]
        assert numbers.next_serials(session, ("one", "two")) == [2, 4]


def test_numbers_of_several_series_taken_at_once_leave_no_gap_and_nobody_waits_in_a_ring(database):
    taken = []

    def take(*wanted):
        def both():
            with database.writing() as session:
                taken.append(dict(zip(wanted, numbers.next_serials(session, wanted), strict=True)))

        return both

    assert at_once(*[take("one", "two"), take("two", "one")] * 4) == [None] * 8
    for series in ("one", "two"):
        assert sorted(each[series] for each in taken) == [1, 2, 3, 4, 5, 6, 7, 8]


def test_numbers_taken_at_once_are_all_different_and_leave_no_gap(database):
    taken = []

    def take():
        with database.writing() as session:
            taken.append(numbers.next_serial(session, "one"))

    assert at_once(*[take] * 8) == [None] * 8
    assert sorted(taken) == [1, 2, 3, 4, 5, 6, 7, 8]


def test_a_number_of_a_transaction_that_was_undone_is_given_again(database):
    with Session(database.engine) as session:
        connections.begin_writing(session)
        assert numbers.next_serial(session, "one") == 1
        session.rollback()
    with database.writing() as session:
        assert numbers.next_serial(session, "one") == 1
