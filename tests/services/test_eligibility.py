"""What the database knows about a record's repair: bars in force and the duties, asked once for a whole file."""

from datetime import date

import pytest
from sqlalchemy import event

from tests import factories
from tests.factories import NOW, RULEBOOK
from workflow_app.models.case import Case
from workflow_app.models.repair import RepairBar
from workflow_app.services.records import records
from workflow_app.services.repair import eligibility

DAY = date(2026, 9, 18)


@pytest.fixture
def world(sqlite):
    return sqlite.world


def of_firm(session, world, **changed):
    """A record of the firm."""
    return factories.record(
        session, subject_id=world.subjects["firm"], unit_id=world.units["market"], **changed
    )


def codes(found):
    """The codes of what stands against it."""
    return [str(blocker.code) for blocker in found.blocked_by]


def asked(session, record, day=DAY, **stated):
    """The answer for a record."""
    return eligibility.repairability(session, record, day=day, rulebook=RULEBOOK, **stated)


def test_a_record_may_be_repaired_from_the_day_after_its_shortest_period(database):
    with database.writing() as session:
        record = of_firm(session, database.world)
        assert asked(session, record, date(2026, 8, 6)).may_apply is False
        found = asked(session, record, date(2026, 8, 7))
        assert (found.may_apply, found.from_on) == (True, date(2026, 8, 7))


def test_only_a_bar_of_this_subject_that_holds_today_counts(database):
    world = database.world
    with database.writing() as session:
        record = of_firm(session, world)
        for subject, start, until, lifted in (
            ("other_firm", date(2026, 1, 1), date(2029, 1, 1), None),
            ("firm", date(2023, 9, 18), date(2026, 9, 18), None),  # ended today: half-open
            ("firm", date(2026, 1, 1), date(2029, 1, 1), NOW),
        ):
            session.add(
                RepairBar(
                    subject_id=world.subjects[subject], from_on=start, until_on=until, basis="不实", lifted_at=lifted
                )
            )  # fmt: skip
        session.flush()
        assert asked(session, record).may_apply
        session.add(
            RepairBar(
                subject_id=world.subjects["firm"], from_on=DAY, until_on=date(2029, 9, 18), basis="伪造凭证"
            )
        )
        session.flush()
        found = asked(session, record)
        assert (codes(found), found.from_on) == (["barred"], date(2029, 9, 18))


def test_a_record_that_ended_or_was_shielded_needs_no_application(sqlite, world):
    with sqlite.writing() as session:
        ended, shielded, hidden = (of_firm(session, world) for _ in range(3))
        for record, values in (
            (ended, {"publicity_ended_at": NOW, "ended_how": "expired"}),
            (shielded, {"hidden_at": NOW}),
            (hidden, {"hidden_at": NOW}),
        ):
            records.change(session, record, values, why="试", by_id=None, now=NOW, rulebook=RULEBOOK)
        records.mark(session, shielded, "shield", now=NOW)
        assert codes(asked(session, ended)) == ["ended"]
        assert codes(asked(session, shielded)) == ["shielded"]
        assert codes(asked(session, hidden)) == []


def test_an_application_that_runs_stands_in_the_way_of_another_but_a_draft_does_not(sqlite, world):
    with sqlite.writing() as session:
        record = of_firm(session, world)
        case = Case(
            ref="r" * 16, workflow="repair", state="draft", subject_id=record.subject_id, unit_id=record.unit_id,
            record_id=record.id, facts={}, created_at=NOW, updated_at=NOW,
        )  # fmt: skip
        session.add(case)
        session.flush()
        assert asked(session, record).may_apply
        case.state, case.number = "received", "RP-120102-20260918-000001"
        session.flush()
        found = asked(session, record)
        assert (codes(found), found.from_on) == (["open_repair"], None)
        assert "RP-120102-20260918-000001" in str(found.blocked_by[0].sentence)
        assert asked(session, record, besides=case.id).may_apply
        case.state = "rejected"
        session.flush()
        assert asked(session, record).may_apply


def test_an_application_that_states_no_performance_is_stopped_until_the_unit_recorded_it(sqlite, world):
    with sqlite.writing() as session:
        record = of_firm(session, world)
        assert codes(asked(session, record, is_performed=False)) == ["duties"]
        records.change(
            session, record, {"duties_done_on": DAY}, why="缴清罚款", by_id=None, now=NOW, rulebook=RULEBOOK
        )
        assert asked(session, record, is_performed=False).may_apply


def test_a_whole_file_takes_no_more_questions_than_one_record(sqlite, world):
    with sqlite.writing() as session:
        rows = [of_firm(session, world) for _ in range(30)]
        counted = []
        event.listen(sqlite.engine, "before_cursor_execute", lambda *args: counted.append(args[2]))
        found = eligibility.standings(session, rows, day=DAY, rulebook=RULEBOOK)
        assert len(found) == 30
        assert len(counted) <= 3
