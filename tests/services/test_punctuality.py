"""The seven working days of 双公示, counted by hand. Decided Thursday 2026-09-10: 11, 14–18, and Sunday the 20th, which
was made a working day; handed in on Monday the 21st it took eight."""

from datetime import date

import pytest

from tests import factories
from tests.factories import RULEBOOK, legal
from tests.services.import_samples import handed_in, licences
from workflow_app import importing
from workflow_app.domain import clock
from workflow_app.services.records import punctuality, records

SEPTEMBER = date(2026, 9, 1)


def recorded(session, world, decided_on, at, *, unit="market", number):
    record = factories.record(
        session,
        subject_id=world.subjects["firm"],
        unit_id=world.units[unit],
        decided_on=decided_on,
        decision_no=number,
    )
    record.recorded_at = at
    return record


@pytest.fixture
def month(sqlite, house):
    """September: three in time, two late, of two units; one of August."""
    with sqlite.writing() as session:
        world = sqlite.world
        recorded(session, world, date(2026, 9, 10), legal("2026-09-20", "23:59"), number="1号")
        recorded(session, world, date(2026, 9, 10), legal("2026-09-21", "00:00"), number="2号")
        recorded(session, world, date(2026, 9, 1), legal("2026-09-02"), number="3号")
        recorded(session, world, date(2026, 9, 1), legal("2026-11-20"), unit="health", number="4号")
        recorded(session, world, date(2026, 8, 31), legal("2026-11-20"), number="5号")
        run_id = handed_in(session, world, house, licences({}), kind="licences", now=legal("2026-09-18")).id
    with clock.fixed(legal("2026-09-18")), sqlite.reading() as session:
        importing.carry(session, run_id, house, goes_on=lambda run: True)
        session.commit()
    with sqlite.reading() as session:
        yield lambda **more: punctuality.month(session, SEPTEMBER, rulebook=RULEBOOK, **more)


def test_a_month_is_counted_by_unit_with_penalties_and_licences(month):
    found = month(unit_ids=None)
    assert [(share.unit.key, share.on_time, share.late, share.per_mille) for share in found.shares] == [
        ("market", 3, 1, 750), ("health", 0, 1, 0),
    ]  # fmt: skip
    assert (found.rule.id, found.rule.value, found.rule.is_confirmed) == ("SG-01", 7, False)


def test_the_late_ones_are_listed_with_the_day_they_were_due_and_the_days_they_took(month):
    late = month(unit_ids=None).late
    assert [(one.decision_no, one.due_on, one.recorded_on) for one in late] == [
        ("4号", date(2026, 9, 10), date(2026, 11, 20)), ("2号", date(2026, 9, 20), date(2026, 9, 21)),
    ]  # fmt: skip
    assert late[1].used == 8


def test_a_unit_sees_itself(sqlite, month):
    own = records.units_of(sqlite.world.actors["other_handler"])
    found = month(unit_ids=own)
    assert ([share.unit.key for share in found.shares], found.late_count) == (["health"], 1)
