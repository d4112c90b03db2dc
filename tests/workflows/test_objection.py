"""The objection workflow, walked by everybody: who may take which step in which state, and each guard.

The tables are typed by hand from the law and the contract of the workflows, and never computed.
"""

import pytest

from tests import factories
from tests.factories import NOW, legal, paper
from tests.objections import Objecting
from tests.refused import refusal
from workflow_app.domain.refusals import NotYours, Refused

STEPS = (
    "submit", "discard", "accept", "deem_accepted", "request_supplement", "refuse", "supplement", "lapse", "withdraw",
    "correct_own", "forward", "hand_over", "hide_record", "answer", "execute_correction", "maintain", "leave_open", "complete",
    "conclude", "request_review", "review_correct", "review_maintain", "pause", "resume", "extend",
)  # fmt: skip
FIRM = {"owner", "agent_without_signing"}
HANDLERS = {"handler", "second_handler", "handler_and_head"}
HEADS = {"head", "second_head", "handler_and_head"}
CLERKS = {"clerk", "second_clerk"}
LEADS = {"lead", "second_lead"}
READERS = FIRM | HANDLERS | HEADS | CLERKS | LEADS | {"auditor"}

# State → step → who may take it then, on the day the state was entered. Whoever is not named may not; a state or a
# step that is not named lets nobody. The owner filed it, the clerk accepted and forwarded it, the handler found it wrong,
# the second clerk corrected it; the marked part was not mended; the third-party site has not confirmed yet.
MAY = {
    "draft": {"submit": FIRM, "discard": FIRM | {"clock"}},
    "received": {
        "accept": CLERKS, "deem_accepted": {"clock"}, "request_supplement": CLERKS, "refuse": CLERKS, "withdraw": FIRM,
    },
    "supplement": {"lapse": {"clock"}, "withdraw": FIRM},
    "checking": {"correct_own": CLERKS, "forward": CLERKS, "hide_record": HEADS, "withdraw": FIRM},
    "verifying": {
        "answer": HANDLERS, "hand_over": CLERKS | LEADS | {"clock"}, "hide_record": HEADS, "pause": HANDLERS,
        "extend": HEADS, "withdraw": FIRM,
    },
    "answered": {"execute_correction": CLERKS},
    "undoing": {"request_review": FIRM},
    "reviewing": {"review_correct": LEADS, "review_maintain": LEADS},
    "maintained": {"request_review": FIRM},
    "unclear": {"request_review": FIRM},
    "refused": {}, "withdrawn": {}, "discarded": {},
}  # fmt: skip


@pytest.mark.parametrize("state", list(MAY))
def test_every_step_is_taken_by_those_who_may_and_by_nobody_else(state, sqlite, house):
    with sqlite.writing() as session:
        objection = Objecting(session, sqlite.world, house).to(state)
        readers = FIRM if state in ("draft", "discarded") else READERS
        outcomes = {
            (step, who): outcome(session, objection, step, who)
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


def outcome(session, objection, step, who):
    """What came of trying one step, all of it undone."""
    with session.begin_nested() as attempt:
        try:
            objection.take(step, who)
            return "taken"
        except NotYours:
            return "not yours"
        except Refused:
            return "refused"
        finally:
            attempt.rollback()
            session.expire_all()


SENTENCES = {
    "ground": "请先选择异议事由。",
    "not own": "这条信息不是贵方的。只有同名误挂可以对他人的信息提出异议。",
    "stated": "请写明异议的事实和理由，并填写联系人和手机。",
    "fields": "请至少标出一项有异议的内容，并写明应当是什么。",
    "identity": "以同名误挂提出异议，请上传身份证明（营业执照或者身份证），以便与信息上的主体区分。",
    "case": "请从被拒绝的修复申请或者违诺认定的办件页面提出这项异议，系统会附上有异议的决定。",
    "still shown": "这条信息已经停止公示，不存在公示超过期限的情况。对内容有异议的，请选择其他事由。",
    "same": "贵方已经以同一事由对这条信息提出异议，正在办理，不需要重复提出。有新的证据请在那一件中补充。",
    "provider": "请选择由哪个单位核查。",
    "remedy": "请选择更正方式。",
    "difference": "选择更正、补充内容的，请至少填写一项更正后的内容。",
    "redo": "只有对修复结果或者违诺认定的异议才能选择重新办理。",
    "not wrong": "核查结论不是信息有误，请按核查结论答复。",
    "not right": "核查结论不是信息无误，请按核查结论答复。",
    "not unclear": "核查结论不是无法核实，请按核查结论答复。",
    "own correction": "更正意见由您提出，须由另一位经办人执行（两人原则）。",
    "not public": "这条信息现在没有在公示。",
    "once": "本件已经复核过。对复核决定不服的，可以依法申请行政复议或者提起行政诉讼，期限见复核决定书。",
    "too late": "申请复核的期限已经届满。仍有异议并有新的证据的，可以重新提出异议。",
    "took part": "您参与过本件的办理，复核须由没有参与过的人决定。",
}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"ground": ""}, "ground"),
        ({"statement": ""}, "stated"),
        ({"contact_name": ""}, "stated"),
        ({"contact_mobile": ""}, "stated"),
        ({"claims": {}}, "fields"),
        ({"ground": "privacy", "claims": {}}, "fields"),
        ({"ground": "period", "claims": {}}, None),
        ({"ground": "listing", "claims": {}}, None),
        ({"ground": "same_name", "claims": {}}, "identity"),
        ({"ground": "breach"}, "case"),
        ({"ground": "repair_result"}, "case"),
        ({"ground": "repair_result", "about_case": "RP-120102-20260901-000001", "claims": {}}, None),
    ],
)
def test_what_is_handed_in_says_what_is_objected_to_and_why(facts, expected, sqlite, house):
    with sqlite.writing() as session:
        objection = Objecting(session, sqlite.world, house, **facts)
        assert refusal(objection, "submit", "owner") == (SENTENCES[expected] if expected else None)


def test_somebody_elses_record_may_only_be_objected_to_for_the_same_name(sqlite, house):
    with sqlite.writing() as session:
        objection = Objecting(session, sqlite.world, house, by="other_owner")
        assert refusal(objection, "submit", "other_owner") == SENTENCES["not own"]
        record = objection.record
        mixed_up = Objecting(
            session, sqlite.world, house, by="other_owner", record=record, ground="same_name", claims={}
        )
        assert refusal(mixed_up, "submit", "other_owner") == SENTENCES["identity"]
        paper(session, mixed_up.case, "identity_proof", sqlite.world.actors["other_owner"])
        assert refusal(mixed_up, "submit", "other_owner") is None


def test_a_record_that_is_down_can_be_wrong_but_not_shown_too_long(sqlite, house):
    with sqlite.writing() as session:
        record = factories.record(
            session, subject_id=sqlite.world.subjects["firm"], unit_id=sqlite.world.units["market"], publicity_ended_at=NOW,
        )  # fmt: skip
        too_long = Objecting(session, sqlite.world, house, record=record, ground="period")
        assert refusal(too_long, "submit", "owner") == SENTENCES["still shown"]
        assert refusal(Objecting(session, sqlite.world, house, record=record), "submit", "owner") is None


def test_the_same_objection_is_not_filed_twice_while_it_runs(sqlite, house):
    with sqlite.writing() as session:
        first = Objecting(session, sqlite.world, house).to("received")
        second = Objecting(session, sqlite.world, house, record=first.record)
        assert refusal(second, "submit", "owner") == SENTENCES["same"]
        other_ground = Objecting(session, sqlite.world, house, record=first.record, ground="listing")
        assert refusal(other_ground, "submit", "owner") is None
        first.take("withdraw", "owner")
        assert refusal(second, "submit", "owner") is None


@pytest.mark.parametrize(
    ("step", "who", "state", "given", "expected"),
    [
        ("forward", "clerk", "checking", {"provider": ""}, "provider"),
        ("correct_own", "clerk", "checking", {"remedy": ""}, "remedy"),
        ("correct_own", "clerk", "checking", {"difference": {}}, "difference"),
        ("correct_own", "clerk", "checking", {"remedy": "remove", "difference": {}}, None),
        ("correct_own", "clerk", "checking", {"remedy": "redo"}, "redo"),
        ("answer", "handler", "verifying", {"remedy": ""}, "remedy"),
        ("answer", "handler", "verifying", {"difference": {}}, "difference"),
        ("answer", "handler", "verifying", {"remedy": "end", "difference": {}}, None),
        ("answer", "handler", "verifying", {"remedy": "redo"}, "redo"),
        ("answer", "handler", "verifying", {"finding": "right", "remedy": "", "difference": {}}, None),
        ("answer", "handler", "verifying", {"finding": "unclear", "remedy": "", "difference": {}}, None),
        ("maintain", "clerk", "answered", {}, "not right"),
        ("leave_open", "clerk", "answered", {}, "not unclear"),
        ("review_correct", "lead", "reviewing", {"remedy": ""}, "remedy"),
        ("review_correct", "lead", "reviewing", {"difference": {}}, "difference"),
    ],
)
def test_an_answer_says_what_is_to_be_done(step, who, state, given, expected, sqlite, house):
    with sqlite.writing() as session:
        objection = Objecting(session, sqlite.world, house).to(state)
        assert refusal(objection, step, who, **given) == (SENTENCES[expected] if expected else None)


def test_what_was_found_right_is_not_corrected(sqlite, house):
    with sqlite.writing() as session:
        objection = Objecting(session, sqlite.world, house).to("verifying")
        objection.take("answer", "handler", finding="right", remedy="", difference={})
        assert refusal(objection, "execute_correction", "clerk") == SENTENCES["not wrong"]
        assert refusal(objection, "maintain", "clerk") is None


def test_whoever_proposed_the_correction_of_the_office_does_not_carry_it_out(sqlite, house):
    with sqlite.writing() as session:
        objection = Objecting(session, sqlite.world, house).to("checking")
        objection.take("correct_own", "clerk")
        assert refusal(objection, "execute_correction", "clerk") == SENTENCES["own correction"]
        assert refusal(objection, "execute_correction", "second_clerk") is None
        assert refusal(objection, "maintain", "second_clerk") == SENTENCES["not right"]


def test_a_record_is_hidden_once_and_only_while_it_is_shown(sqlite, house):
    with sqlite.writing() as session:
        objection = Objecting(session, sqlite.world, house).to("verifying")
        objection.take("hide_record", "head")
        assert refusal(objection, "hide_record", "head") == SENTENCES["not public"]


# Answered on Friday 2026-09-18. Working days after it: September 20 to 24, 28 to 30, October 8 and 9 are ten.
@pytest.mark.parametrize(("day", "expected"), [("2026-10-09", None), ("2026-10-10", "too late")])
def test_review_is_asked_for_within_ten_working_days(day, expected, sqlite, house):
    with sqlite.writing() as session:
        objection = Objecting(session, sqlite.world, house).to("maintained")
        said = refusal(objection, "request_review", "owner", now=legal(day, "23:59"))
        assert said == (SENTENCES[expected] if expected else None)


def test_there_is_one_review(sqlite, house):
    with sqlite.writing() as session:
        objection = Objecting(session, sqlite.world, house).to("maintained")
        objection.go(("request_review", "owner"), ("review_maintain", "lead"))
        objection.confirm_everything()
        assert objection.case.state == "maintained"
        assert refusal(objection, "request_review", "owner") == SENTENCES["once"]


def test_whoever_took_part_does_not_review(sqlite, house):
    with sqlite.writing() as session:
        objection = Objecting(session, sqlite.world, house).to("verifying")
        objection.take("hand_over", "lead", provider="market")
        objection.go(
            ("answer", "handler"), ("execute_correction", "second_clerk"), ("request_review", "owner")
        )
        assert refusal(objection, "review_maintain", "lead") == SENTENCES["took part"]
        assert refusal(objection, "review_maintain", "second_lead") is None


def test_what_a_window_opened_the_same_window_goes_on_with(sqlite, house):
    with sqlite.writing() as session:
        objection = Objecting(session, sqlite.world, house, by="clerk", filled_by="window").to("draft")
        assert refusal(objection, "submit", "second_clerk") is not None
        objection.go(("submit", "clerk"), ("accept", "second_clerk"))
        assert refusal(objection, "withdraw", "clerk") is None
        assert refusal(objection, "withdraw", "second_clerk") is not None


def test_an_agent_without_the_mandate_for_objections_sees_nothing(sqlite, house):
    with sqlite.writing() as session:
        objection = Objecting(session, sqlite.world, house).to("received")
        with pytest.raises(NotYours):
            objection.take("withdraw", "agent_for_repair")
