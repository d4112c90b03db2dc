"""The training workflow, walked by everybody: who may take which step in which state, and each guard.

The tables are typed by hand from the contract of the workflows, and never computed.
"""

from datetime import date

import pytest

from tests.factories import legal
from tests.refused import refusal
from tests.trainings import FACTS, Training, open_class
from workflow_app.domain.refusals import NotYours, Refused

STEPS = (
    "apply", "discard", "approve", "reject", "cancel", "open_exam", "attempt", "pass", "fail", "certify", "close",
)  # fmt: skip
FIRM = {"owner", "agent_without_signing"}
CLERKS = {"clerk", "second_clerk"}
READERS = FIRM | CLERKS | {"lead", "second_lead", "auditor"}

# State → step → who may take it then. Whoever is not named may not; a state or a step that is not named lets nobody. The
# owner applied and nobody studied yet, but for `exam_open`, where every lesson is learnt and an attempt that failed was
# handed in that the engine has not taken note of. Nobody ever finds a case in `passed`: the certificate comes at once.
MAY = {
    "draft": {"apply": {"owner"}, "discard": {"owner", "clock"}},
    "applied": {"approve": CLERKS | {"clock"}, "reject": CLERKS, "cancel": {"owner"}},
    "learning": {"cancel": {"owner"}, "close": {"clock"}},
    "exam_open": {"attempt": {"owner", "clock"}, "close": {"clock"}},
    "certified": {}, "declined": {}, "cancelled": {}, "failed": {}, "incomplete": {}, "discarded": {},
}  # fmt: skip


@pytest.mark.parametrize("state", list(MAY))
def test_every_step_is_taken_by_those_who_may_and_by_nobody_else(state, sqlite, house):
    with sqlite.writing() as session:
        training = Training(session, sqlite.world, house).to(state)
        if state == "exam_open":
            training.mark(score=40)
        readers = FIRM if state in ("draft", "discarded") else READERS
        outcomes = {
            (step, who): outcome(session, training, step, who)
            for step in STEPS
            for who in sqlite.world.actors
        }
    for (step, who), came_of_it in outcomes.items():
        expected = (
            "taken"
            if who in MAY[state].get(step, ())
            else "refused"
            if who in readers | {"clock"}
            else "not yours"
        )
        assert came_of_it == expected, f"{state}: {step} by {who}"


def outcome(session, training, step, who):
    """What came of trying one step, all of it undone."""
    with session.begin_nested() as attempt:
        try:
            training.take(step, who)
            return "taken"
        except NotYours:
            return "not yours"
        except Refused:
            return "refused"
        finally:
            attempt.rollback()
            session.expire_all()


SENTENCES = {
    "closed": "这个培训班现在不接受报名。请看看其他培训班，或者等下一期。",
    "stated": "请填写参加培训的人的姓名、身份和联系手机。",
    "twice": "您已经报名了这个培训班，不需要重复报名。",
    "full": "这个培训班已经报满。有人取消时会空出名额，也可以报名下一期。",
    "lessons": "还有课程没有学满最少时间。全部学完后考试自动开放。",
    "no paper": "没有已经交卷的答卷。请进入考场答题并交卷。",
    "mark": "还没有达到合格分数线。",
    "attempts": "还有考试机会。",
    "in person": "培训和考试由报名的人本人参加，别人不能代办。需要时请用自己的账户报名。",
    "reasons": "请至少选择一条原因。所有需要修改的地方请一次选全。",
    "clock": "这一步由系统时钟办理。",
}


@pytest.mark.parametrize("missing", ["trainee_name", "trainee_role", "contact_mobile"])
def test_whoever_applies_says_who_takes_part(missing, sqlite, house):
    with sqlite.writing() as session:
        training = Training(session, sqlite.world, house, **{missing: ""})
        assert refusal(training, "apply", "owner") == SENTENCES["stated"]


def test_whoever_applies_need_not_tell_what_they_did(sqlite, house):
    with sqlite.writing() as session:
        training = Training(session, sqlite.world, house)
        assert "conduct" not in FACTS
        assert refusal(training, "apply", "owner") is None


# The class runs from September 1 to October 30 and takes applications until seven days before its end.
@pytest.mark.parametrize(
    ("changed", "now", "expected"),
    [
        ({}, "2026-09-01T00:00", None),
        ({}, "2026-08-31T23:59", "closed"),
        ({}, "2026-10-23T23:59", None),
        ({}, "2026-10-24T00:00", "closed"),
        ({"opens_on": date(2026, 9, 18), "ends_on": date(2026, 9, 19)}, "2026-09-18T10:00", None),
        ({"opens_on": date(2026, 9, 18), "ends_on": date(2026, 9, 19)}, "2026-09-19T10:00", "closed"),
        ({"published_at": None}, "2026-09-18T10:00", "closed"),
    ],
)
def test_a_class_takes_applications_from_its_first_day_until_seven_days_before_its_last(
    changed, now, expected, sqlite, house
):
    with sqlite.writing() as session:
        held = open_class(session, sqlite.world, **changed)
        instant = legal(*now.split("T"))
        training = Training(session, sqlite.world, house, of=held, now=instant)
        said = refusal(training, "apply", "owner", now=instant)
        assert said == (SENTENCES[expected] if expected else None)


def test_everybody_may_take_part_a_citizen_as_well(sqlite, house):
    with sqlite.writing() as session:
        held = open_class(session, sqlite.world, seats=4)
        for who, role in (
            ("citizen", "self"),
            ("other_owner", "principal"),
            ("agent_without_signing", "agent"),
        ):
            training = Training(session, sqlite.world, house, by=who, of=held, trainee_role=role)
            assert training.take("apply", who).state == "applied"


def test_a_person_has_one_place_in_a_class_and_may_take_another_class(sqlite, house):
    with sqlite.writing() as session:
        first = Training(session, sqlite.world, house).to("applied")
        again = Training(session, sqlite.world, house, of=first.held)
        assert refusal(again, "apply", "owner") == SENTENCES["twice"]
        other = Training(session, sqlite.world, house, of=open_class(session, sqlite.world, ref="TC-2026-02"))
        assert refusal(other, "apply", "owner") is None
        colleague = Training(session, sqlite.world, house, by="agent_without_signing", of=first.held)
        assert refusal(colleague, "apply", "agent_without_signing") is None


@pytest.mark.parametrize(
    ("state", "expected"), [("declined", None), ("cancelled", None), ("failed", "twice")]
)
def test_a_place_that_was_given_back_may_be_taken_again_one_that_was_used_up_may_not(
    state, expected, sqlite, house
):
    with sqlite.writing() as session:
        first = Training(session, sqlite.world, house).to(state)
        again = Training(session, sqlite.world, house, of=first.held)
        assert refusal(again, "apply", "owner") == (SENTENCES[expected] if expected else None)


def test_no_more_seats_are_given_than_the_class_has(sqlite, house):
    with sqlite.writing() as session:
        held = open_class(session, sqlite.world, seats=1)
        first = Training(session, sqlite.world, house, of=held)
        late = Training(session, sqlite.world, house, by="other_owner", of=held)
        assert refusal(late, "apply", "other_owner") is None
        first.take("apply", "owner")
        assert refusal(late, "apply", "other_owner") == SENTENCES["full"]


def test_nobody_learns_sits_the_exam_or_cancels_for_somebody_else(sqlite, house):
    with sqlite.writing() as session:
        training = Training(session, sqlite.world, house)
        assert refusal(training, "apply", "agent_without_signing") == SENTENCES["in person"]
        training.to("exam_open").mark(score=100)
        assert refusal(training, "attempt", "agent_without_signing") == SENTENCES["in person"]
        of_agent = Training(session, sqlite.world, house, by="agent_without_signing", of=training.held)
        of_agent.take("apply", "agent_without_signing")
        assert refusal(of_agent, "cancel", "owner") == SENTENCES["in person"]


def test_a_decline_names_a_coded_reason(sqlite, house):
    with sqlite.writing() as session:
        training = Training(session, sqlite.world, house).to("applied")
        assert refusal(training, "reject", "clerk", reasons=[]) == SENTENCES["reasons"]


def test_the_exam_opens_with_the_last_lesson_and_not_before(sqlite, house):
    with sqlite.writing() as session:
        training = Training(session, sqlite.world, house).to("learning")
        first, second = training.held.lessons
        training.study(lessons=[first])
        assert training.case.state == "learning"
        assert refusal(training, "open_exam", "clock") == SENTENCES["lessons"]
        assert refusal(training, "open_exam", "owner") == SENTENCES["clock"]
        training.study(lessons=[second])
        assert training.case.state == "exam_open"


def test_only_a_paper_that_was_handed_in_counts(sqlite, house):
    with sqlite.writing() as session:
        training = Training(session, sqlite.world, house).to("exam_open")
        assert refusal(training, "attempt", "owner") == SENTENCES["no paper"]
        training.sit()
        assert refusal(training, "attempt", "owner") == SENTENCES["no paper"]
        training.hand_in(score=20)
        assert refusal(training, "attempt", "owner") == SENTENCES["no paper"]


@pytest.mark.parametrize(
    ("score", "pass_mark", "expected"),
    [(40, 60, "exam_open"), (60, 60, "certified"), (60, 61, "exam_open"), (100, 100, "certified")],
)
def test_the_pass_mark_itself_passes(score, pass_mark, expected, sqlite, house):
    with sqlite.writing() as session:
        held = open_class(session, sqlite.world, pass_mark=pass_mark)
        training = Training(session, sqlite.world, house, of=held).to("exam_open")
        training.hand_in(score=score)
        assert training.case.state == expected
        if expected == "exam_open":
            assert refusal(training, "pass", "clock") == SENTENCES["mark"]
            assert refusal(training, "fail", "clock") == SENTENCES["attempts"]
            assert refusal(training, "pass", "clerk") == SENTENCES["clock"]


def test_the_best_attempt_counts_and_the_last_one_may_still_pass(sqlite, house):
    with sqlite.writing() as session:
        training = Training(session, sqlite.world, house).to("exam_open")
        training.hand_in(score=0)
        training.hand_in(score=60)
        assert training.case.state == "certified"


def test_nobody_fails_while_sitting_the_last_attempt(sqlite, house):
    with sqlite.writing() as session:
        training = Training(session, sqlite.world, house).to("exam_open")
        training.hand_in(score=0)
        training.sit()
        assert refusal(training, "fail", "clock") == SENTENCES["attempts"]
        training.hand_in(score=40)
        assert training.case.state == "failed"


def test_a_paper_that_the_engine_has_not_noted_gives_no_pass(sqlite, house):
    with sqlite.writing() as session:
        training = Training(session, sqlite.world, house).to("exam_open")
        training.mark(score=100)
        training.look()
        assert training.case.state == "exam_open"
        assert training.take("attempt", "owner").state == "certified"


def test_a_department_that_holds_a_class_sees_its_trainees_and_takes_no_step(sqlite, house):
    with sqlite.writing() as session:
        held = open_class(session, sqlite.world, unit_id=sqlite.world.units["market"])
        training = Training(session, sqlite.world, house, of=held)
        with pytest.raises(NotYours):
            training.take("cancel", "handler")
        training.to("applied")
        assert refusal(training, "approve", "handler") == "这一步由信用办经办办理。"
        with pytest.raises(NotYours):
            training.take("approve", "other_handler")


def test_an_agent_without_the_mandate_for_training_sees_nothing(sqlite, house):
    with sqlite.writing() as session:
        training = Training(session, sqlite.world, house).to("applied")
        with pytest.raises(NotYours):
            training.take("cancel", "agent_for_repair")
        with pytest.raises(NotYours):
            Training(session, sqlite.world, house, by="agent_for_repair", of=training.held)


def test_the_case_remembers_the_class_it_was_opened_for(sqlite, house):
    with sqlite.writing() as session:
        training = Training(session, sqlite.world, house).to("applied")
        facts = training.case.facts
        assert (facts["matter"], facts["class_ref"]) == ("行政处罚信息修复培训（第一期）", "TC-2026-01")
        assert date.fromisoformat(facts["ends_on"]) == date(2026, 10, 30)
        assert training.case.number == "TR-120102-20260918-000001"
