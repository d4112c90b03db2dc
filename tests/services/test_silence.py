"""Units that owe an answer, and when they were urged. Working days by hand: OB-06 due on Friday 2026-09-11; until
Friday the 18th five more (14 to 18); until Sunday the 20th, which was made a working day, six."""

from datetime import date

import pytest

from tests.factories import RULEBOOK, legal
from tests.services.objection_rows import clock_of, objection
from workflow_app.models.case import Case
from workflow_app.models.party import Unit
from workflow_app.services.objections import silence
from workflow_app.services.supervision import urgings

DUE = date(2026, 9, 11)
FRIDAY = date(2026, 9, 18)
NOW = legal("2026-09-18")


def found(session, today=FRIDAY, **more):
    return silence.silent_providers(session, today=today, calendar=RULEBOOK.calendar, **more)


@pytest.fixture
def session(database):
    with database.writing() as session:
        yield session


@pytest.fixture
def world(database):
    return database.world


def test_a_unit_whose_time_is_over_is_listed_with_the_working_days_it_is_late(session, world):
    clock_of(
        session, objection(session, world), due_on=DUE, escalated=1, expired_at=legal("2026-09-12", "00:05")
    )
    (silent,) = found(session)
    (row,) = silent.waiting
    assert (silent.unit.key, silent.is_ended, silent.successor) == ("market", False, None)
    assert (row.subject, row.since, row.due_on) == ("天津海河示范食品有限公司", date(2026, 9, 4), DUE)
    assert (row.days_late, row.told, row.first_told_on, row.urged_on) == (5, 1, date(2026, 9, 12), ())
    assert found(session, today=date(2026, 9, 20))[0].waiting[0].days_late == 6


def test_on_the_due_day_itself_nobody_is_silent(session, world):
    clock_of(session, objection(session, world), due_on=DUE)
    assert found(session, today=DUE) == ()
    assert len(found(session, today=date(2026, 9, 12))) == 1


def test_a_clock_that_stands_an_answer_and_an_older_clock_make_nobody_silent(session, world):
    clock_of(session, objection(session, world), due_on=DUE, paused_on=date(2026, 9, 10))
    clock_of(session, objection(session, world, state="answered"), due_on=DUE)
    handed_over = objection(session, world)
    clock_of(session, handed_over, due_on=DUE, closed_seq=4, closed_at=NOW)
    clock_of(session, handed_over, due_on=date(2026, 9, 25))
    assert found(session) == ()


def test_units_with_most_late_answers_come_first_and_the_longest_late_on_top(session, world):
    clock_of(session, objection(session, world), due_on=DUE)
    later = objection(session, world, unit="health")
    earlier = objection(session, world, unit="health")
    clock_of(session, later, due_on=date(2026, 9, 17))
    clock_of(session, earlier, due_on=date(2026, 9, 10))
    silent = found(session)
    assert [one.unit.key for one in silent] == ["health", "market"]
    assert [row.due_on for row in silent[0].waiting] == [date(2026, 9, 10), date(2026, 9, 17)]


def test_a_head_sees_the_own_unit_only(session, world):
    clock_of(session, objection(session, world), due_on=DUE)
    clock_of(session, objection(session, world, unit="health"), due_on=DUE)
    own = found(session, unit_ids=frozenset({world.units["health"]}))
    assert [one.unit.key for one in own] == ["health"]
    assert found(session, unit_ids=frozenset()) == ()


def test_an_ended_unit_is_flagged_with_who_took_over(session, world):
    clock_of(session, objection(session, world), due_on=DUE)
    market = session.get_one(Unit, world.units["market"])
    market.ended_on, market.successor_id = date(2026, 9, 14), world.units["health"]
    (silent,) = found(session)
    assert silent.is_ended
    assert silent.successor is not None
    assert silent.successor.key == "health"


def test_the_days_on_which_a_late_unit_was_urged_are_shown_newest_first(session, world, house):
    row = objection(session, world)
    clock_of(session, row, due_on=DUE)
    number = session.get_one(Case, row.case_id).number
    for day in ("2026-09-10", "2026-09-17", "2026-09-18"):
        who = {"actor": world.actors["clerk"], "now": legal(day, "00:00"), "house": house}
        urgings.urge(session, number, "请尽快核查答复", **who)
    assert found(session)[0].waiting[0].urged_on == (date(2026, 9, 18), date(2026, 9, 17))
