"""Study time as the server sees it go by: what a beat counts, and what windows, devices and clocks can't make of it.

The day is Friday 2026-09-18, 10:00; each of the two lessons asks for ten minutes.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.factories import NOW
from tests.trainings import Training, open_class
from workflow_app.domain.refusals import NotYours, Refused
from workflow_app.models.case import Case
from workflow_app.models.training import Lesson, Study
from workflow_app.services.training import study
from workflow_app.services.training.study import Tab


def at(seconds):
    """So many seconds after ten o'clock."""
    return NOW + timedelta(seconds=seconds)


class Desk:
    """A trainee who is learning, and windows that beat."""

    def __init__(self, session, world, house, *, by="owner", **more):
        self.training = Training(session, world, house, by=by, **more).go(("apply", by), ("approve", "clerk"))
        self.session, self.house, self.case = session, house, self.training.case

    def beat(self, seconds, *, tab="first", lesson=1, opened=0, **more):
        """A beat so many seconds after ten."""
        found = study.lesson_of(self.session, self.case, lesson)
        return study.beat(
            self.session,
            self.case,
            found,
            tab=Tab(tab, at(opened)),
            now=at(seconds),
            house=self.house,
            **more,
        )

    def seconds(self, lesson=1):
        """What is counted of this lesson."""
        return study.studied(self.session, self.case)[lesson - 1].seconds


@pytest.fixture
def desk(sqlite, house):
    """A desk in a database of its own."""
    with sqlite.writing() as session:
        yield Desk(session, sqlite.world, house)


def test_the_first_beat_counts_nothing_and_the_next_what_has_passed(desk):
    assert desk.beat(0).seconds == 0
    assert desk.beat(15).seconds == 15
    told = desk.beat(28)
    assert (told.seconds, told.least_seconds, told.is_done, told.lessons_left, told.is_counting) == (
        28, 600, False, 2, True,
    )  # fmt: skip


def test_a_beat_counts_thirty_seconds_at_most(desk):
    desk.beat(0)
    assert desk.beat(31).seconds == 30
    assert desk.beat(46).seconds == 45
    assert desk.beat(3600).seconds == 75


def test_parts_of_a_second_are_not_lost(desk):
    desk.beat(0)
    for beaten in range(1, 11):
        desk.beat(beaten * 1.5)
    assert desk.seconds() == 15


def test_the_same_beat_twice_and_one_from_before_count_nothing(desk):
    desk.beat(0)
    desk.beat(15)
    assert desk.beat(15).seconds == 15
    assert desk.beat(10).seconds == 15
    assert desk.beat(20).seconds == 20


def test_after_a_clock_was_set_back_nothing_is_counted_twice(desk):
    desk.beat(0)
    desk.beat(20)
    desk.beat(5)
    desk.beat(15)
    assert desk.beat(25).seconds == 25


def test_a_window_from_the_future_counts_nothing(desk):
    assert desk.beat(60, opened=600, by_hand=True).seconds == 0
    assert desk.beat(90, opened=600, by_hand=True).seconds == 0


def test_a_second_window_does_not_count_while_the_first_one_beats(desk):
    desk.beat(0)
    for beaten in range(15, 121, 15):
        desk.beat(beaten)
        told = desk.beat(beaten + 5, tab="second", opened=5)
        assert (told.is_counting, told.seconds) == (False, beaten)


def test_another_lesson_in_a_second_window_does_not_count_either(desk):
    desk.beat(0)
    desk.beat(15)
    told = desk.beat(20, tab="second", lesson=2)
    assert (told.is_counting, told.seconds) == (False, 0)


def test_another_class_in_a_second_window_does_not_count_either(desk, sqlite, house):
    other = open_class(desk.session, sqlite.world, ref="TC-2026-02")
    second = Desk(desk.session, sqlite.world, house, of=other)
    desk.beat(0)
    desk.beat(15)
    assert not second.beat(20, tab="second").is_counting
    assert second.beat(75, tab="second").is_counting


def test_somebody_else_studies_at_the_same_time(desk, sqlite, house):
    world = sqlite.world
    other = Desk(desk.session, world, house, of=desk.training.held, by="other_owner")
    for beaten in (0, 15, 30):
        desk.beat(beaten)
        other.beat(beaten, tab="second")
    assert (desk.seconds(), other.seconds()) == (30, 30)


def test_a_second_window_takes_over_after_a_minute_of_silence_and_counts_from_then_on(desk):
    desk.beat(0)
    desk.beat(15)
    assert not desk.beat(74, tab="second").is_counting
    told = desk.beat(75, tab="second")
    assert (told.is_counting, told.seconds) == (True, 15)
    assert desk.beat(90, tab="second").seconds == 30
    assert not desk.beat(91).is_counting


def test_a_window_that_is_left_lets_the_next_one_count_at_once(desk):
    desk.beat(0)
    desk.beat(15)
    desk.beat(22, leaves=True)
    assert desk.seconds() == 22
    assert desk.beat(23, tab="second", lesson=2).is_counting
    assert desk.beat(38, tab="second", lesson=2).seconds == 15


def test_the_time_while_a_window_was_hidden_is_not_counted(desk):
    desk.beat(0)
    desk.beat(10, leaves=True)
    desk.beat(30)
    assert desk.beat(40).seconds == 20


def test_a_second_window_that_is_closed_does_not_interrupt_the_first_one(desk):
    desk.beat(0)
    desk.beat(15)
    desk.beat(20, tab="second", leaves=True)
    assert desk.beat(30).seconds == 30


def test_a_closed_window_earns_nothing(desk):
    desk.beat(0)
    desk.beat(15)
    assert desk.beat(3600, tab="second").seconds == 15


def test_without_a_script_a_press_counts_from_the_opening_of_the_page(desk):
    assert desk.beat(240, opened=0, by_hand=True).seconds == 240
    assert desk.beat(250, tab="again", opened=240, by_hand=True).seconds == 250


def test_a_press_counts_ten_minutes_at_most(sqlite, house):
    with sqlite.writing() as session:
        desk = Desk(session, sqlite.world, house)
        desk.training.held.lessons[0].least_seconds = 1800
        assert desk.beat(7200, opened=0, by_hand=True).seconds == 600
        assert desk.beat(7200, opened=0, by_hand=True).seconds == 600
        assert desk.beat(7260, opened=0, by_hand=True).seconds == 660


def test_many_windows_pressed_by_hand_share_one_stretch_of_time(desk):
    desk.beat(120, tab="first", lesson=1, by_hand=True)
    desk.beat(150, tab="second", lesson=2, by_hand=True)
    assert (desk.seconds(1), desk.seconds(2)) == (120, 30)


def test_a_press_beside_a_window_that_counts_is_not_counted(desk):
    desk.beat(100)
    assert not desk.beat(120, tab="second", lesson=2, opened=0, by_hand=True).is_counting
    assert desk.seconds(2) == 0


def test_no_more_is_counted_than_the_lesson_needs_and_then_it_is_done(desk):
    desk.beat(590, by_hand=True)
    desk.beat(595)
    told = desk.beat(625)
    assert (told.seconds, told.is_done, told.lessons_left, told.is_counting) == (600, True, 1, False)
    assert desk.beat(640).seconds == 600


def test_reading_a_finished_lesson_again_does_not_hold_up_another_window(desk):
    desk.beat(600, by_hand=True)
    desk.beat(610)
    assert desk.beat(611, tab="second", lesson=2).is_counting


def test_the_last_lesson_opens_the_exam_in_the_same_moment(desk):
    desk.beat(600, by_hand=True)
    assert desk.case.state == "learning"
    told = desk.beat(1200, lesson=2, by_hand=True)
    assert (told.is_done, told.lessons_left) == (True, 0)
    assert desk.case.state == "exam_open"


def test_a_lesson_without_a_least_time_is_done_when_it_is_opened(desk):
    desk.training.held.lessons[0].least_seconds = 0
    assert desk.beat(0).is_done


def test_after_the_exam_was_opened_nothing_is_counted(desk):
    desk.training.study()
    told = desk.beat(900)
    assert (told.is_counting, told.seconds) == (False, 600)


def test_before_the_application_is_approved_there_is_nothing_to_read(sqlite, house):
    with sqlite.writing() as session:
        case = Training(session, sqlite.world, house).to("applied").case
        with pytest.raises(Refused, match="报名通过以后才能学习课程"):
            study.lesson_of(session, case, 1)


def test_a_lesson_that_the_class_does_not_have_is_not_found(desk):
    with pytest.raises(NotYours):
        study.lesson_of(desk.session, desk.case, 3)


def test_two_windows_that_beat_at_once_earn_one_stretch_of_time(database, house):
    """Two devices, each in a transaction of its own, beat on two lessons for a minute at the very same instants."""
    with database.writing() as session:
        case_id = Desk(session, database.world, house).case.id
    together = Barrier(2)

    def window(position):
        for beaten in range(0, 61, 15):
            together.wait()
            with database.writing() as session:
                case = session.get_one(Case, case_id)
                tab = Tab(f"window {position}", NOW)
                lesson = study.lesson_of(session, case, position)
                study.beat(session, case, lesson, tab=tab, now=at(beaten), house=house)

    with ThreadPoolExecutor(2) as windows:
        list(windows.map(window, (1, 2)))
    with database.reading() as session:
        assert sorted(session.scalars(select(Study.seconds))) == [60]


def test_two_last_beats_at_once_open_the_exam_once(database, house):
    with database.writing() as session:
        desk = Desk(session, database.world, house)
        desk.training.study(lessons=desk.training.held.lessons[:1])
        case_id = desk.case.id
    together = Barrier(3)

    def press(number):
        together.wait()
        with database.writing() as session:
            case = session.get_one(Case, case_id)
            lesson = study.lesson_of(session, case, 2)
            tab = Tab(f"window {number}", NOW)
            told = study.beat(session, case, lesson, tab=tab, now=at(600), house=house, by_hand=True)
            return told.is_done, told.seconds

    with ThreadPoolExecutor(3) as windows:
        assert list(windows.map(press, range(3))) == [(True, 600)] * 3
    with database.reading() as session:
        case = session.get_one(Case, case_id)
        assert case.state == "exam_open"
        studied = session.scalars(select(Study).join(Lesson).order_by(Lesson.position)).all()
        assert [row.seconds for row in studied] == [600, 600]


beats = st.lists(
    st.tuples(
        st.integers(0, 40_000),
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from([1, 2]),
        st.booleans(),
        st.booleans(),
    ),
    max_size=25,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(beats)
def test_whatever_windows_do_no_second_is_counted_twice(sqlite, house, beats):
    with sqlite.reading() as session:
        desk = Desk(session, sqlite.world, house)
        passed = 0
        for pause, tab, lesson, by_hand, leaves in beats:
            passed += pause
            desk.beat(passed / 1000, tab=tab, lesson=lesson, by_hand=by_hand, leaves=leaves)
            assert 1000 * (desk.seconds(1) + desk.seconds(2)) <= passed
        session.rollback()
