"""May repair be asked for: each reason against it, with the day and the way out in its sentence."""

from dataclasses import replace
from datetime import date

import pytest

from workflow_app.domain import rules
from workflow_app.domain.publicity_period import RecordClass, publicity_period
from workflow_app.domain.repairability import Bar, Standing, judge


def standing(decided_on=date(2026, 5, 6), class_="general", **changed):
    """A record of which nothing is known but its period."""
    period = publicity_period(decided_on, (RecordClass(class_),), pack=rules.built_in(), place="120102")
    return replace(Standing(period), **changed)


def codes(found):
    """The codes of what stands against it."""
    return [str(blocker.code) for blocker in found.blocked_by]


@pytest.mark.parametrize(
    ("class_", "decided_on", "last_no", "first_yes"),
    [
        ("general", date(2026, 5, 6), date(2026, 8, 6), date(2026, 8, 7)),
        ("serious", date(2026, 5, 6), date(2027, 5, 6), date(2027, 5, 7)),
        # November has 30 days (民法典第二百零二条).
        ("general", date(2026, 8, 31), date(2026, 11, 30), date(2026, 12, 1)),
        # Order 58: no classes, three months for an ordinary penalty.
        ("serious", date(2026, 1, 15), date(2026, 4, 15), date(2026, 4, 16)),
    ],
)
def test_the_first_day_is_the_day_after_the_shortest_period(class_, decided_on, last_no, first_yes):
    known = standing(decided_on, class_)
    before, then = judge(known, last_no), judge(known, first_yes)
    assert (before.may_apply, before.from_on, codes(before)) == (False, first_yes, ["period"])
    assert (then.may_apply, then.from_on, codes(then)) == (True, first_yes, [])


def test_the_answer_says_the_day_and_why_and_reckons_it():
    told = [str(sentence) for sentence in judge(standing(), date(2026, 6, 1)).because]
    assert (
        told[0] == "您可以从 2026 年 8 月 7 日起申请信用修复，因为最短公示期的最后一日是 2026 年 8 月 6 日。"
    )
    assert any("《信用修复管理办法》（国家发展改革委令第36号）" in line for line in told)
    assert any("CL-01" in line for line in told)


def test_a_minor_record_waits_for_no_period():
    found = judge(standing(class_="minor"), date(2026, 5, 6))
    assert found.may_apply
    assert "没有最短公示期" in str(found.because[0])


def test_duties_that_nobody_recorded_keep_nobody_from_asking_but_say_what_is_needed():
    found = judge(standing(), date(2026, 9, 18))
    assert found.may_apply
    assert "认定单位还没有记录" in str(found.because[1])


def test_an_application_that_states_no_performance_is_not_ready():
    found = judge(standing(is_performed=False), date(2026, 9, 18))
    assert (found.may_apply, codes(found)) == (False, ["duties"])
    assert "请履行后再申请" in str(found.blocked_by[0].sentence)


def test_what_the_unit_established_counts_whatever_the_application_states():
    found = judge(standing(is_performed=False, duties_done_on=date(2026, 6, 30)), date(2026, 9, 18))
    assert found.may_apply
    assert "2026 年 6 月 30 日" in str(found.because[1])


def test_a_bar_moves_the_first_day_to_its_end():
    known = standing(bars=(Bar(date(2026, 7, 1), date(2029, 7, 1), "申请材料中的缴款凭证系伪造"),))
    during, after = judge(known, date(2026, 9, 18)), judge(replace(known, bars=()), date(2029, 7, 1))
    assert (during.may_apply, during.from_on, codes(during)) == (False, date(2029, 7, 1), ["barred"])
    assert "缴款凭证系伪造" in str(during.blocked_by[0].sentence)
    assert after.may_apply


def test_a_bar_that_ends_before_the_shortest_period_moves_nothing():
    known = standing(bars=(Bar(date(2023, 6, 1), date(2026, 6, 1), "不实"),))
    found = judge(known, date(2026, 5, 20))
    assert (found.from_on, codes(found)) == (date(2026, 8, 7), ["barred", "period"])


@pytest.mark.parametrize(
    ("changed", "code", "way_out"),
    [
        ({"not_repairable_because": "《药品管理法》第一百一十八条"}, "not_repairable", "可以向认定单位提出异议"),
        ({"is_shielded": True}, "shielded", "提交法院裁定"),
        ({"open_repair": "RP-120102-20260918-000001"}, "open_repair", "RP-120102-20260918-000001"),
        ({"has_ended": True, "ended_how": "repaired"}, "ended", "不需要再申请"),
        ({"has_ended": True, "ended_how": "expired"}, "ended", "公示期已经届满"),
        ({"has_ended": True, "ended_how": "something"}, "ended", "已经停止公示"),
    ],
)  # fmt: skip
def test_what_has_no_day_tells_none_but_the_way_out(changed, code, way_out):
    found = judge(standing(**changed), date(2026, 9, 18))
    assert (found.may_apply, found.from_on, codes(found)) == (False, None, [code])
    assert way_out in str(found.blocked_by[0].sentence)


def test_a_restructuring_waits_for_no_period():
    found = judge(standing(class_="serious", is_restructuring=True), date(2026, 6, 1))
    assert (found.may_apply, found.from_on) == (True, date(2026, 6, 1))
    assert "临时修复" in str(found.because[0])


def test_a_restructuring_does_not_lift_a_bar():
    known = standing(is_restructuring=True, bars=(Bar(date(2026, 1, 1), date(2029, 1, 1), "不实"),))
    assert codes(judge(known, date(2026, 6, 1))) == ["barred"]


def test_what_cannot_be_repaired_names_no_day_on_which_it_could():
    found = judge(standing(not_repairable_because="《药品管理法》第一百一十八条"), date(2026, 5, 20))
    assert codes(found) == ["not_repairable"]
