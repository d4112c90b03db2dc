"""An exam is drawn by chance, kept while it is sat, marked by hand-checked rules, and counts once, also in a race.

The class of `tests.trainings` gives two attempts of 30 minutes and passes whoever has 60 percent; its last day is
2026-10-30. Here it has three questions, of which it draws two. NOW is Friday 2026-09-18 10:00.
"""

from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import NOW, legal, stored
from tests.services.test_perform import at_once
from tests.trainings import Training, open_class
from workflow_app import database as connections
from workflow_app.domain.people import CLOCK
from workflow_app.domain.refusals import NotYours, Refused
from workflow_app.models.document import Document
from workflow_app.models.event import Event
from workflow_app.models.training import Attempt, Question
from workflow_app.services.engine import history
from workflow_app.services.training import exam_watch, exams
from workflow_app.services.training.exams import Posed

OVER = NOW + timedelta(minutes=30)


def single(right=0):
    return Posed(1, "single", "？", ["甲", "乙", "丙"], [right], "")


def multiple(*right):
    return Posed(2, "multiple", "？", ["甲", "乙", "丙", "丁"], list(right), "")


def true_false(right=0):
    return Posed(3, "true_false", "？", ["对", "错"], [right], "")


@pytest.mark.parametrize(
    ("posed", "answers", "score"),
    [
        ([single(1)], {"1": [1]}, 100),
        ([single(1)], {"1": [0]}, 0),
        ([single(1)], {}, 0),
        ([true_false(1)], {"1": [1]}, 100),
        ([multiple(0, 2)], {"1": [0, 2]}, 100),
        ([multiple(0, 2)], {"1": [2, 0]}, 100),
        ([multiple(0, 2)], {"1": [0]}, 0),
        ([multiple(0, 2)], {"1": [0, 2, 3]}, 0),
        ([multiple(0, 2)], {"1": [0, 1, 2, 3]}, 0),
        ([single(), multiple(1), true_false()], {"1": [0], "2": [1], "3": [0]}, 100),
        ([single(), multiple(1), true_false()], {"1": [0], "2": [1], "3": [1]}, 66),
        ([single(), multiple(1), true_false()], {"1": [0], "2": [0, 1]}, 33),
        ([single()] * 7, {str(place): [0] for place in range(1, 7)}, 85),
        ([], {}, 0),
    ],
)  # fmt: skip
def test_a_paper_is_marked_by_the_question_all_right_and_nothing_wrong(posed, answers, score):
    assert exams.marked(posed, answers) == score


def bank(count, **more):
    """So many questions with four options each, of which the second and the third are right."""
    values = {"kind": "multiple", "options": ["一", "二", "三", "四"], "answer": [1, 2], "why": ""}
    return [Question(id=at, asked=f"第{at}题", **{**values, **more}) for at in range(1, count + 1)]


def test_every_question_is_as_likely_to_be_drawn_as_any_other_and_stands_on_a_paper_once():
    chance, drawn, first = Random(20260918), Counter(), Counter()
    for _ in range(3000):
        numbers = [posed.question for posed in exams.draw(bank(10), 4, chance=chance)]
        assert len(set(numbers)) == 4
        drawn.update(numbers)
        first[numbers[0]] += 1
    assert drawn.keys() == first.keys() == set(range(1, 11))
    assert all(1080 <= count <= 1320 for count in drawn.values()), drawn  # 1200 expected
    assert all(240 <= count <= 360 for count in first.values()), first  # 300 expected


def test_options_change_their_order_and_the_right_ones_go_with_them():
    chance, orders = Random(1), Counter()
    for _ in range(2400):
        (posed,) = exams.draw(bank(1), 1, chance=chance)
        assert {posed.options[at] for at in posed.right} == {"二", "三"}
        orders["".join(posed.options)] += 1
    assert len(orders) == 24
    assert all(60 <= count <= 140 for count in orders.values()), orders  # 100 expected


def test_right_and_wrong_keep_their_order():
    yes_no = bank(1, kind="true_false", options=["对", "错"], answer=[1])
    papers = [exams.draw(yes_no, 1, chance=Random(seed))[0] for seed in range(20)]
    assert {(tuple(posed.options), tuple(posed.right)) for posed in papers} == {(("对", "错"), (1,))}


def test_a_bank_that_is_too_small_is_drawn_whole():
    assert {posed.question for posed in exams.draw(bank(3), 5, chance=Random(1))} == {1, 2, 3}


def training_of(session, database, house):
    """A draft for a class that draws two of three questions."""
    held = open_class(session, database.world, draw=2)
    held.questions = held.questions[:3]
    session.flush()
    return Training(session, database.world, house, of=held)


@pytest.fixture
def room(sqlite, house):
    """A case whose exam is open, in one session."""
    with sqlite.writing() as session:
        yield training_of(session, sqlite, house).to("exam_open")


def start(room, *, now=NOW, by="owner", **more):
    return exams.start(
        room.session, room.case, actor=room.world.actors[by], now=now, house=room.house, **more
    )


def hand_in(room, sat, answers=None, *, now=NOW, by="owner"):
    actor = room.world.actors[by]
    return exams.hand_in(room.session, sat, answers, actor=actor, now=now, house=room.house)


def right(sat):
    """The right answer to every question of a paper."""
    return {str(place): posed.right for place, posed in enumerate(exams.paper(sat), start=1)}


def wrong(sat):
    """Another answer to every question."""
    return {
        str(place): [at for at in range(len(posed.options)) if at not in posed.right][:1]
        for place, posed in enumerate(exams.paper(sat), start=1)
    }


def test_an_attempt_is_drawn_frozen_and_ends_after_its_minutes(room):
    sat = start(room)
    assert (sat.number, sat.ends_at, len(sat.drawn), sat.answers) == (1, OVER, 2, {})
    before = exams.paper(sat)
    for question in room.held.questions:
        question.asked, question.answer, question.options = "改了", [0], ["甲"]
    room.session.flush()
    assert exams.paper(exams.attempt(room.session, room.case, 1)) == before


def test_a_question_that_ended_is_drawn_no_more(room):
    room.held.questions[0].ended_on = date(2026, 9, 18)
    room.held.questions[1].ended_on = date(2026, 9, 19)
    room.session.flush()
    drawn = {posed.question for posed in exams.paper(start(room))}
    assert drawn == {room.held.questions[1].id, room.held.questions[2].id}


def test_beginning_twice_answers_the_same_attempt(room):
    assert start(room).id == start(room).id
    assert len(room.attempts()) == 1


def test_an_old_page_that_offers_the_first_attempt_begins_no_second_one(room):
    sat = start(room, number=1)
    hand_in(room, sat, wrong(sat))
    assert start(room, number=1).id == sat.id
    assert start(room, number=2).number == 2
    assert len(room.attempts()) == 2


@pytest.mark.parametrize("by", ["agent_without_signing", "agent", "other_owner", "clerk", "lead"])
def test_nobody_else_begins_hands_in_or_opens_the_exam(room, by):
    with pytest.raises(NotYours):
        start(room, by=by)
    sat = start(room)
    with pytest.raises(NotYours):
        hand_in(room, sat, right(sat), by=by)
    with pytest.raises(NotYours):
        exams.own(room.session, room.case.address, room.world.actors[by])
    assert sat.score is None


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("draft", "草稿"),
        ("applied", "已报名，待审核"),
        ("learning", "全部学完后考试自动开放"),
        ("cancelled", "已取消"),
    ],
)
def test_outside_its_state_there_is_no_exam(sqlite, house, state, sentence):
    with sqlite.writing() as session:
        room = training_of(session, sqlite, house).to(state)
        with pytest.raises(Refused) as told:
            exams.own(session, room.case.address, sqlite.world.actors["owner"])
        assert sentence in str(told.value.sentence.text) + str(told.value.sentence.values)
        with pytest.raises(Refused):
            start(room)
        assert room.attempts() == []


def test_without_a_question_there_is_no_exam_and_no_attempt_is_lost(room):
    for question in room.held.questions:
        question.ended_on = date(2026, 9, 1)
    room.session.flush()
    with pytest.raises(Refused, match="题库还没有试题"):
        start(room)
    assert room.attempts() == []


def test_what_was_chosen_is_kept_question_by_question(room):
    sat = start(room)
    for answers in ({"1": [0]}, {"2": [1]}, {"1": [1]}):
        exams.keep(room.session, sat, answers, now=NOW)
    assert sat.answers == {"1": [1], "2": [1]}
    assert exams.unanswered(sat) == []


def test_what_does_not_stand_on_the_paper_is_not_kept(room):
    sat = start(room)
    exams.keep(room.session, sat, {"1": [7, -1], "3": [0], "x": [0]}, now=NOW)
    assert sat.answers == {"1": []}
    place = next(str(at) for at, posed in enumerate(exams.paper(sat), start=1) if posed.is_single)
    exams.keep(room.session, sat, {place: [0, 1]}, now=NOW)
    assert sat.answers[place] == []


def test_what_was_under_way_when_the_time_ended_counts_and_what_comes_later_does_not(room):
    sat = start(room)
    exams.keep(room.session, sat, {"1": [0]}, now=OVER + timedelta(seconds=30))
    with pytest.raises(Refused, match="考试时间已到"):
        exams.keep(room.session, sat, {"1": [1]}, now=OVER + timedelta(seconds=31))
    hand_in(room, sat, {"1": [1]}, now=OVER + timedelta(minutes=5))
    assert (sat.answers, sat.handed_in_at) == ({"1": [0]}, OVER)


def test_a_paper_that_was_handed_in_is_changed_no_more(room):
    sat = start(room)
    hand_in(room, sat, wrong(sat))
    with pytest.raises(Refused, match="已经交卷"):
        exams.keep(room.session, sat, right(sat), now=NOW)
    assert hand_in(room, sat, right(sat)).score == 0


def test_a_failed_attempt_leaves_the_next_and_the_last_one_ends_the_class(room):
    first = start(room)
    hand_in(room, first, wrong(first))
    assert (first.score, room.case.state) == (0, "exam_open")
    second = start(room)
    assert second.number == 2
    hand_in(room, second)
    assert (second.score, room.case.state) == (0, "failed")
    with pytest.raises(Refused):
        start(room)


def test_on_the_last_day_an_attempt_ends_before_the_class_does(room):
    sat = start(room, now=legal("2026-10-30", "23:50"))
    assert sat.ends_at == legal("2026-10-30", "23:59") + timedelta(seconds=30)
    room.session.delete(sat)
    for late in (legal("2026-10-30", "23:59") + timedelta(seconds=30), legal("2026-10-31", "00:00")):
        with pytest.raises(Refused, match="已经到了结束日"):
            start(room, now=late)


def test_the_watch_hands_in_what_was_kept_with_nobody_there(room):
    sat = start(room)
    exams.keep(room.session, sat, right(sat), now=NOW)
    just = OVER + timedelta(seconds=29)
    assert exam_watch.next_over(room.session, now=just) is None
    later = OVER + timedelta(seconds=30)
    found = exam_watch.next_over(room.session, now=later)
    assert found.id == sat.id
    exam_watch.hand_in(room.session, found, now=later, house=room.house)
    assert (sat.score, sat.handed_in_at, room.case.state) == (100, OVER, "certified")
    told = history.events(room.session, room.case.id)
    assert [event.acting_as for event in told if event.step == "attempt"] == [CLOCK.grants[0].kind]
    assert exam_watch.next_over(room.session, now=later) is None


def test_an_attempt_whose_time_is_over_is_handed_in_before_another_begins(room):
    sat = start(room)
    answered = start(room, now=OVER)
    assert (answered.id, answered.score, room.case.state) == (sat.id, 0, "exam_open")


# In a race -------------------------------------------------------------------------------------------------


def sitting(database, house, *, answers=right):
    """A committed case whose attempt is running, with these answers kept; address and id of the attempt."""
    with database.writing() as session:
        room = training_of(session, database, house).to("exam_open")
        sat = start(room)
        exams.keep(session, sat, answers(sat), now=NOW)
        return room.case.address, sat.id


def handing(database, house, sat_id, answers=None, *, now=NOW, actor=None):
    def work():
        with database.writing() as session:
            sat = session.get(Attempt, sat_id)
            by = actor or database.world.actors["owner"]
            exams.hand_in(session, sat, answers, actor=by, now=now, house=house)

    return work


def watching(database, house, *, now):
    def work():
        with database.writing() as session:
            found = exam_watch.next_over(session, now=now)
            if found is not None:
                exam_watch.hand_in(session, found, now=now, house=house)

    return work


def assert_counted_once(database, address, *, score, state):
    with database.reading() as session:
        case = stored(session, address)
        (sat,) = session.scalars(select(Attempt).where(Attempt.case_id == case.id)).all()
        assert (sat.score, sat.is_told, case.state) == (score, True, state)
        steps = session.scalars(select(Event.step).where(Event.case_id == case.id)).all()
        certificates = select(func.count()).select_from(Document).where(
            Document.case_id == case.id, Document.kind == "training_certificate"
        )  # fmt: skip
        passed = state == "certified"
        assert Counter(steps)["attempt"] == 1
        assert (Counter(steps)["certify"], session.scalar(certificates)) == (int(passed), int(passed))
        assert history.faults(session, case.id) == []


def test_a_double_click_gives_one_score_and_one_certificate(database, house):
    address, sat_id = sitting(database, house)
    assert at_once(*[handing(database, house, sat_id)] * 3) == [None, None, None]
    assert_counted_once(database, address, score=100, state="certified")


def test_two_tabs_with_different_answers_give_one_score(database, house):
    address, sat_id = sitting(database, house, answers=lambda sat: {})
    with database.reading() as session:
        good = right(session.get(Attempt, sat_id))
    told = at_once(handing(database, house, sat_id, good), handing(database, house, sat_id, {}))
    assert told == [None, None]
    with database.reading() as session:
        score = session.get(Attempt, sat_id).score
    assert score in (0, 100)
    state = "certified" if score else "exam_open"
    assert_counted_once(database, address, score=score, state=state)


def test_the_trainee_and_two_workers_hand_in_the_same_paper_once(database, house):
    address, sat_id = sitting(database, house)
    late = OVER + timedelta(minutes=1)
    watch = watching(database, house, now=late)
    assert at_once(handing(database, house, sat_id, now=late), watch, watch) == [None, None, None]
    assert_counted_once(database, address, score=100, state="certified")


def test_a_request_that_comes_again_after_a_restart_changes_nothing(database, house):
    address, sat_id = sitting(database, house)
    handing(database, house, sat_id)()
    database.engine.dispose()
    handing(database, house, sat_id)()
    watching(database, house, now=OVER + timedelta(hours=1))()
    assert_counted_once(database, address, score=100, state="certified")


def test_a_crash_before_the_commit_leaves_the_paper_to_be_handed_in_again(database, house):
    address, sat_id = sitting(database, house)
    with Session(database.engine) as session:
        connections.begin_writing(session)
        sat, owner = session.get(Attempt, sat_id), database.world.actors["owner"]
        assert exams.hand_in(session, sat, None, actor=owner, now=NOW, house=house).score == 100
    # the session ends without a commit, as when the process is killed
    with database.reading() as session:
        assert (session.get(Attempt, sat_id).score, stored(session, address).state) == (None, "exam_open")
    watching(database, house, now=OVER + timedelta(hours=1))()
    assert_counted_once(database, address, score=100, state="certified")


def test_two_clicks_on_begin_make_one_attempt(database, house):
    with database.writing() as session:
        address = training_of(session, database, house).to("exam_open").case.address

    def begin():
        with database.writing() as session:
            owner = database.world.actors["owner"]
            exams.start(session, stored(session, address), actor=owner, now=NOW, house=house, number=1)

    assert at_once(begin, begin, begin) == [None, None, None]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) == 1


def test_an_answer_that_is_kept_while_the_paper_is_handed_in_is_kept_or_refused(database, house):
    address, sat_id = sitting(database, house, answers=lambda sat: {})
    with database.reading() as session:
        good = right(session.get(Attempt, sat_id))

    def keep():
        with database.writing() as session:
            exams.keep(session, session.get(Attempt, sat_id), good, now=NOW)

    kept, handed = at_once(keep, handing(database, house, sat_id))
    assert handed is None
    assert kept is None or isinstance(kept, Refused)
    score = 100 if kept is None else 0
    assert_counted_once(database, address, score=score, state="certified" if score else "exam_open")
