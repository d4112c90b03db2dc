"""Figures about cases: a month counted from cases that went through the engine, each number worked out beside it."""

from datetime import date
from itertools import product

import pytest
from sqlalchemy import select

from tests.factories import RULEBOOK, case_in, draft, fill_in, legal, take
from workflow_app.domain.small_numbers import column
from workflow_app.domain.tallies import median_of, per_mille_up
from workflow_app.models.figures import FigureMonth
from workflow_app.models.queue import Urging
from workflow_app.services.supervision import figure_count, figures
from workflow_app.services.supervision.figures import Tally

SEPTEMBER = date(2026, 9, 1)
FRESH = [{"code": "CM-R02", "target": "statement", "note": "没有写明由谁自查。"}]


def walk(session, world, house, *steps, signed_on="2026-09-18", unit="market"):
    """A commitment that is signed on a day and then led through steps, each of a day and a person."""
    case = draft(session, world, house, now=legal(signed_on))
    case.unit_id = world.units[unit]
    take(session, case, "sign", world.actors["owner"], house, now=legal(signed_on))
    for day, step, by, *given in steps:
        take(session, case, step, world.actors[by], house, now=legal(day), **(given[0] if given else {}))
    return case


@pytest.fixture
def september(database, house):
    """Of the market office six cases came in September, one in August; of the health commission one came and ended."""
    world = database.world
    with database.writing() as session:
        # Signed on Friday 18, refused on Monday 21: Sunday 20 was made a working day, so two.
        walk(session, world, house, ("2026-09-21", "refuse", "handler"))
        # 18 to 21 is 2, 22 to 23 is 1, 23 to 24 is 1: four. From 21 to 22 it lay with the firm, which doesn't count.
        twice = walk(session, world, house, ("2026-09-21", "return_for_correction", "handler"))
        again(session, world, house, twice, "2026-09-22")
        take(session, twice, "note_second_return", world.actors["head"], house, now=legal("2026-09-23"))
        take(
            session,
            twice,
            "return_for_correction",
            world.actors["handler"],
            house,
            now=legal("2026-09-23"),
            reasons=FRESH,
        )
        fill_in(session, twice, world, house, statement="每月由店长自查一次", now=legal("2026-09-23"))
        take(session, twice, "sign", world.actors["owner"], house, now=legal("2026-09-23"))
        take(session, twice, "refuse", world.actors["handler"], house, now=legal("2026-09-24"))
        # Signed in August, returned once, withdrawn in September: counts as returned, in no speed.
        gone = walk(
            session, world, house, ("2026-09-02", "return_for_correction", "handler"), signed_on="2026-08-31"
        )
        take(session, gone, "withdraw", world.actors["owner"], house, now=legal("2026-09-03"))
        # Five working days are due on Friday 11; decided on Monday 14: late, after six.
        walk(session, world, house, ("2026-09-14", "refuse", "handler"), signed_on="2026-09-04")
        # Still open, and one that ends in October at half past midnight there, which is still September in UTC.
        walk(session, world, house)
        october = walk(session, world, house)
        take(session, october, "refuse", world.actors["handler"], house, now=legal("2026-10-01", "00:30"))
        draft(session, world, house)
        case_in(session, "discarded", world, house)
        moved = walk(session, world, house, ("2026-09-18", "refuse", "handler"))
        moved.unit_id = world.units["health"]
        session.add(urging(twice, world, "2026-09-23"))
        session.add(urging(twice, world, "2026-08-31"))
    return database


def again(session, world, house, case, day):
    """The firm mends what was marked and signs again."""
    fill_in(session, case, world, house, reason="海河路 1 号门店许可证（津食 1 号）延续", now=legal(day))
    take(session, case, "sign", world.actors["owner"], house, now=legal(day))


def urging(case, world, day):
    return Urging(
        ref=f"U-{day}", case_id=case.id, unit_id=case.unit_id, by_id=world.people["lead"], acting_as="lead",
        at=legal(day), why="请抓紧。", answer_by=date(2026, 9, 30),
    )  # fmt: skip


def test_a_month_is_counted_by_unit_and_workflow(september, house):
    database = september
    with database.writing() as session:
        assert figure_count.act(session, SEPTEMBER, now=legal("2026-10-05"), house=house) is True
    with database.reading() as session:
        (month,) = figures.months(session, SEPTEMBER)
        assert (month.first, month.until, month.is_over) == (SEPTEMBER, date(2026, 9, 30), True)
        world = database.world
        by_unit = {line.unit_id: line.tally for line in month.lines}
        assert by_unit == {
            world.units["market"]: Tally(
                received=5, ended=4, withdrawn=1, late=1, returned=2, returned_again=1, urged=1,
                days={2: 1, 4: 1, 6: 1}, reasons={"CM-R01": 2, "CM-R02": 1},
            ),
            world.units["health"]: Tally(received=1, ended=1, days={0: 1}),
        }  # fmt: skip
        market, whole = by_unit[world.units["market"]], month.all
        assert (market.timed, market.median_days, market.late_per_mille) == (3, 4, 334)
        assert market.again_per_mille == 500
        assert (whole.received, whole.ended, whole.timed, whole.median_days) == (6, 5, 4, 3)
        assert month.of(unit_ids=frozenset({world.units["health"]})).all == by_unit[world.units["health"]]
        assert month.of(workflow="repair").lines == month.of(unit_ids=()).lines == ()


def test_a_month_is_counted_each_day_until_it_is_over_and_then_stays(september, house):
    database = september
    with database.writing() as session:
        assert figure_count.waiting(session, today=date(2026, 9, 24)) == (date(2026, 8, 1), SEPTEMBER)
        for first in (date(2026, 8, 1), SEPTEMBER):
            assert figure_count.act(session, first, now=legal("2026-09-24"), house=house)
        assert figure_count.waiting(session, today=date(2026, 9, 24)) == ()
        assert figure_count.act(session, SEPTEMBER, now=legal("2026-09-24"), house=house) is False
    with database.reading() as session:
        so_far = figures.months(session, SEPTEMBER)[-1]
        assert (so_far.until, so_far.is_over, so_far.all.ended) == (date(2026, 9, 23), False, 4)
        assert figures.counted(session) == (SEPTEMBER, date(2026, 8, 1))
        assert figures.counted(session, only_over=True) == (date(2026, 8, 1),)
        assert figures.months(session, date(2026, 8, 1))[0].all == Tally(received=1, urged=1)
    with database.writing() as session:
        assert figure_count.waiting(session, today=date(2026, 10, 1)) == (SEPTEMBER,)
        assert figure_count.act(session, SEPTEMBER, now=legal("2026-10-01"), house=house)
        kept = session.scalars(select(FigureMonth.lines).where(FigureMonth.month == SEPTEMBER)).one()
        assert figure_count.waiting(session, today=date(2026, 10, 1)) == ()
        assert figure_count.waiting(session, today=date(2026, 10, 2)) == (date(2026, 10, 1),)
        assert figure_count.act(session, SEPTEMBER, now=legal("2026-11-02"), house=house) is False
        assert session.scalars(select(FigureMonth.lines).where(FigureMonth.month == SEPTEMBER)).one() == kept


def test_an_empty_house_has_no_month_to_count(sqlite, house):
    with sqlite.reading() as session:
        assert figure_count.waiting(session, today=date(2026, 9, 18)) == ()
        assert (
            figure_count.count(
                session, SEPTEMBER, date(2026, 9, 30), division="120102", calendar=RULEBOOK.calendar
            )
            == {}
        )


def test_whose_hands_a_case_is_in_is_read_from_the_table():
    """Typed by hand: where unit or office have work, and which of their clocks can run out."""
    assert {state for workflow, state in figure_count.OURS if workflow == "commitment"} == {
        "signed", "checking", "breach_proposed", "breach_replied",
    }  # fmt: skip
    assert {clock for workflow, clock in figure_count.CLOCKS if workflow == "objection"} == {
        "received", "checking", "verifying", "answered", "reviewing", "overall",
    }  # fmt: skip
    assert {
        ("commitment", "return_for_correction"),
        ("objection", "request_supplement"),
        ("repair", "request_supplement"),
        ("list_exit", "request_supplement"),
    } == figure_count.RETURNS


@pytest.mark.parametrize(
    ("counts", "median"),
    [({}, None), ({4: 1}, 4), ({4: 1, 9: 1}, 6.5), ({0: 3, 2: 2}, 0), ({7: 1, 3: 2, 5: 1}, 4)],
)
def test_the_median_is_the_one_in_the_middle(counts, median):
    assert median_of(counts) == median


def test_one_of_many_is_never_told_as_none():
    assert (per_mille_up(1, 2000), per_mille_up(0, 2000), per_mille_up(3, 3), per_mille_up(0, 0)) == (
        1,
        0,
        1000,
        None,
    )


@pytest.mark.parametrize(
    ("numbers", "cells", "rest", "total"),
    [
        ([12, 5, 0], (12, 5, None), None, 17),
        ([12, 4, 3], (12, None, None), 7, 19),
        ([12, 4, 4], (12, None, None), None, 12),  # eight of two could only be four and four
        ([12, 2, 2], (12, None, None), None, 12),  # a rest of four is a small number itself
        (
            [12, 1, 1, 1, 1, 1],
            (12, None, None, None, None, None),
            None,
            12,
        ),  # five of five could only be one each
        ([12, 4], (12, None), None, 12),
        ([], (), None, 0),
    ],
)
def test_a_small_number_is_hidden_and_no_sum_gives_it_away(numbers, cells, rest, total):
    shown = column(numbers)
    assert (shown.cells, shown.rest, shown.total) == (cells, rest, total)


def test_nobody_can_compute_a_hidden_number_from_what_is_shown():
    """Every column of four numbers up to nine: what a reader sees is also seen of another value of each hidden number.

    The reader may even know which units had nothing at all.
    """
    seen = {}
    for numbers in product((0, 1, 2, 3, 4, 5, 9), repeat=4):
        told = column(numbers)
        idle = tuple(number == 0 for number in numbers)
        seen.setdefault((told.cells, told.rest, idle), []).append(numbers)
    for (cells, _, idle), possible in seen.items():
        for place, cell in enumerate(cells):
            if cell is None and not idle[place]:
                assert len({numbers[place] for numbers in possible}) > 1, possible
