"""Is a record shown longer than it may be: the answer, its days and the way out, each counted by hand.

The record is a penalty of 2026-05-06. General (一般): shortest publicity three months to 2026-08-06, longest one year to
2027-05-06. Serious: one year and three years. Minor: no shortest period, longest three months to 2026-08-06.
"""

from datetime import date

import pytest

from workflow_app.domain import rules
from workflow_app.domain.period_check import Shown, check
from workflow_app.domain.publicity_period import RecordClass, publicity_period


def answer(day, class_="general", *, decided_on=date(2026, 5, 6), scope="public", **known):
    """The check of a record of this class on a day."""
    period = publicity_period(decided_on, (RecordClass(class_),), pack=rules.built_in(), place="120102")
    return check(Shown(scope, **known), day, period=period)


def verdict(found):
    return found.is_past, found.is_too_long


def test_past_and_corrected_it_should_be_down_since_the_day_after_the_longest_end():
    found = answer(date(2027, 5, 20), duties_done_on=date(2026, 5, 20))
    assert verdict(found) == (True, True)
    assert str(found.sentence) == (
        "公示已经超过期限：最长公示期在 2027 年 5 月 6 日届满，认定单位确认 2026 年 5 月 20 日纠正并履行完义务，"
        "从 2027 年 5 月 7 日起就应当停止公示。"
    )


def test_corrected_only_after_the_end_it_should_be_down_since_that_day():
    found = answer(date(2027, 6, 9), duties_done_on=date(2027, 6, 8))
    assert verdict(found) == (True, True)
    assert "从 2027 年 6 月 8 日起就应当停止公示。" in str(found.sentence)


def test_past_but_not_corrected_it_stays_and_the_way_out_is_said():
    found = answer(date(2027, 5, 20))
    assert verdict(found) == (True, False)
    assert str(found.sentence) == (
        "最长公示期已经在 2027 年 5 月 6 日届满，但是认定单位还没有确认失信行为已经纠正、义务已经履行，所以继续公示。"
        "把履行的证明交给认定单位，确认以后停止公示。"
    )


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2027, 5, 6), (False, False)),  # the last day itself is public
        (date(2027, 5, 7), (True, True)),
    ],
)
def test_the_last_day_belongs_to_the_period(day, expected):
    assert verdict(answer(day, duties_done_on=date(2026, 5, 20))) == expected


# Not past: until when, and from when repair is the shorter way.
@pytest.mark.parametrize(
    ("class_", "day", "said"),
    [
        (
            "general",
            date(2026, 6, 1),
            "公示没有超过期限：最长公示期的最后一日是 2027 年 5 月 6 日，还没有届满。"
            "不必等到那一天：履行完义务的，从 2026 年 8 月 7 日起可以申请信用修复，不收取任何费用。",
        ),
        (
            "general",
            date(2026, 9, 18),
            "公示没有超过期限：最长公示期的最后一日是 2027 年 5 月 6 日，还没有届满。"
            "不必等到那一天：最短公示期已满，履行完义务的现在就可以申请信用修复，不收取任何费用。",
        ),
        (
            "serious",
            date(2026, 9, 18),
            "公示没有超过期限：最长公示期的最后一日是 2029 年 5 月 6 日，还没有届满。"
            "不必等到那一天：履行完义务的，从 2027 年 5 月 7 日起可以申请信用修复，不收取任何费用。",
        ),
        (
            "minor",
            date(2026, 6, 1),
            "公示没有超过期限：最长公示期的最后一日是 2026 年 8 月 6 日，还没有届满。"
            "不必等到那一天：轻微失信信息没有最短公示期，履行完义务就可以申请信用修复，不收取任何费用。",
        ),
    ],
)
def test_not_past_says_until_when_and_the_shorter_way(class_, day, said):
    found = answer(day, class_)
    assert verdict(found) == (False, False)
    assert str(found.sentence) == said


def test_a_minor_record_is_past_after_three_months():
    found = answer(date(2026, 9, 18), "minor", duties_done_on=date(2026, 5, 20))
    assert verdict(found) == (True, True)
    assert "从 2026 年 8 月 7 日起就应当停止公示。" in str(found.sentence)


def test_a_decision_under_the_old_order_keeps_its_old_period():
    """Order 58: three years whatever the class; 2023-07-03 ends on 2026-07-03."""
    found = answer(date(2026, 9, 18), "minor", decided_on=date(2023, 7, 3), duties_done_on=date(2023, 7, 10))
    assert verdict(found) == (True, True)
    assert "从 2026 年 7 月 4 日起就应当停止公示。" in str(found.sentence)


def test_what_can_not_be_repaired_is_not_sent_to_repair():
    told = str(answer(date(2026, 9, 18), is_repairable=False).sentence)
    assert told.endswith("依照法律或者国家政策，这条信息不能修复，期限届满后停止公示。")


def test_publicity_that_ended_is_not_too_long():
    found = answer(date(2027, 6, 1), duties_done_on=date(2026, 5, 20), ended_on=date(2026, 9, 30))
    assert verdict(found) == (True, False)
    assert "已经在 2026 年 9 月 30 日停止，没有在公示" in str(found.sentence)


def test_what_is_hidden_for_now_is_said_to_be_hidden():
    known = {"duties_done_on": date(2026, 5, 20), "is_hidden": True}
    before, past = answer(date(2026, 9, 18), **known), answer(date(2027, 6, 1), **known)
    assert (verdict(before), verdict(past)) == ((False, False), (True, False))
    assert "现在已经暂停公示" in str(before.sentence)
    assert "从 2027 年 5 月 7 日起应当停止公示。这条信息现在已经暂停公示。" in str(past.sentence)


def test_what_is_only_shared_is_judged_as_sharing():
    past = answer(date(2027, 6, 1), scope="limited", duties_done_on=date(2026, 5, 20))
    assert verdict(past) == (True, True)
    assert "共享已经超过期限" in str(past.sentence)
    assert "只在有关单位之间共享，没有超过期限" in str(answer(date(2026, 9, 18), scope="limited").sentence)
    assert "继续共享" in str(answer(date(2027, 6, 1), scope="limited").sentence)


def test_what_is_neither_shown_nor_shared_has_nothing_past():
    found = answer(date(2027, 6, 1), scope="none", duties_done_on=date(2026, 5, 20))
    assert verdict(found) == (True, False)
    assert "不公示、不共享" in str(found.sentence)
