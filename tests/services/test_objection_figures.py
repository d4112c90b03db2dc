"""Figures about objections, each number worked out by hand beside it."""

from datetime import date

import pytest

from tests.services.objection_rows import objection
from workflow_app.services.objections.objection_figures import Tally, figures

SINCE, UNTIL = date(2026, 9, 1), date(2026, 9, 30)
NOTHING = Tally(0, 0, 0, 0, 0, 0, 0, 0, None, 0, 0, 0, 0)


def answered(session, world, result, days, late, **more):
    return objection(session, world, result=result, working_days=days, is_late=late, **more)


@pytest.fixture
def found(database):
    """September: of the market office six and of health four; one before and one after the month."""
    with database.writing() as session:
        world = database.world
        answered(session, world, "corrected", 4, False, remedy="change")
        answered(session, world, "corrected", 12, True, remedy="remove", was_reviewed=True)
        answered(session, world, "maintained", 6, False, ground="period", received_on=UNTIL)
        answered(
            session,
            world,
            "corrected",
            9,
            False,
            ground="period",
            remedy="change",
            was_reviewed=True,
            was_changed=True,
        )
        answered(session, world, "refused", 1, False)
        objection(session, world)
        answered(session, world, "unclear", 11, True, unit="health", ground="privacy")
        answered(session, world, "withdrawn", 2, False, unit="health", ground="privacy")
        answered(session, world, "maintained", 5, None, unit="health", ground="privacy")
        objection(session, world, unit="health", received_on=SINCE)
        answered(session, world, "corrected", 99, True, received_on=date(2026, 8, 31), remedy="end")
        answered(session, world, "corrected", 99, True, received_on=date(2026, 10, 1), remedy="end")
    with database.reading() as session:
        yield lambda **more: figures(session, **({"since": SINCE, "until": UNTIL} | more)), database.world


def test_both_days_of_the_period_belong_to_it_and_everything_adds_up(found):
    """Answered on the merits: 4, 12, 6, 9, 11, 5, so 4 5 6 9 11 12 and the median (6 + 9) / 2; one has no judgement."""
    ask, _ = found
    assert ask().all == Tally(
        received=10, still_open=2, corrected=3, maintained=2, unclear=1, refused=1, withdrawn=1,
        timed=6, median_days=7.5, judged=5, late=2, reviewed=2, changed=1,
    )  # fmt: skip


def test_each_unit_has_its_own_figures(found):
    """Market: 4, 6, 9, 12, so 7.5 and one late of four. Health: 5 and 11, so 8, and the one that was judged was late."""
    ask, _ = found
    assert [(unit.key, tally) for unit, tally in ask().by_unit] == [
        ("market", Tally(6, 1, 3, 1, 0, 1, 0, 4, 7.5, 4, 1, 2, 1)),
        ("health", Tally(4, 1, 0, 1, 1, 0, 1, 2, 8, 1, 1, 0, 0)),
    ]


def test_each_ground_has_its_own_figures(found):
    """Content: 4 and 12, so 8. Privacy: 5 and 11. Period: 6 and 9, so 7.5."""
    ask, _ = found
    assert [(name, tally.received, tally.median_days, tally.late) for name, tally in ask().by_ground] == [
        ("content", 5, 8, 1), ("privacy", 3, 8, 1), ("period", 2, 7.5, 0),
    ]  # fmt: skip


def test_results_and_remedies_count_what_has_one(found):
    """Corrected: 4, 9, 12, the middle is 9. A refusal and a withdrawal have no speed, whatever the row says."""
    ask, _ = found
    assert [(name, tally.received, tally.median_days) for name, tally in ask().by_result] == [
        ("corrected", 3, 9), ("maintained", 2, 5.5), ("refused", 1, None), ("unclear", 1, 11), ("withdrawn", 1, None),
    ]  # fmt: skip
    assert [(name, tally.received) for name, tally in ask().by_remedy] == [("change", 2), ("remove", 1)]


def test_the_late_rate_is_rounded_up_and_has_no_value_of_nothing(found):
    """Two of five are 400 in a thousand; one of three 333.3, told as 334 so that one late in 2000 never shows as none."""
    ask, _ = found
    assert ask().all.late_per_mille == 400
    assert dict(ask().by_result)["corrected"].late_per_mille == 334
    assert dict(ask().by_result)["refused"].late_per_mille is None


def test_a_department_sees_itself_only(found):
    ask, world = found
    own = ask(unit_ids=frozenset({world.units["health"]}))
    assert [unit.key for unit, _ in own.by_unit] == ["health"]
    assert (own.all.received, [name for name, _ in own.by_ground]) == (4, ["privacy", "content"])
    assert ask(unit_ids=frozenset()).all == NOTHING


def test_an_empty_period_has_nothing_and_divides_by_nothing(found):
    ask, _ = found
    empty = ask(since=date(2025, 1, 1), until=date(2025, 12, 31))
    assert empty.all == NOTHING
    assert (empty.all.late_per_mille, empty.all.answered) == (None, 0)
    assert (empty.by_unit, empty.by_ground, empty.by_result, empty.by_remedy) == ((), (), (), ())
