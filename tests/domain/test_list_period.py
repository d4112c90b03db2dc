"""How long an entry stays on a list and from when it may ask to leave, reckoned by hand: the days never move."""

from datetime import date

import pytest

from workflow_app.domain import list_period
from workflow_app.domain.rules import built_in

HEDONG = "120102"


def rule(rule_id, day):
    return built_in().rule(rule_id, on=date.fromisoformat(day), place=HEDONG)


def told(found):
    return [str(sentence) for sentence in found.explanation]


@pytest.mark.parametrize(
    ("rule_id", "listed_on", "last_on", "over_from"),
    [
        ("LE-04-SAMR", "2026-09-18", "2029-09-18", "2029-09-19"),
        ("LE-04-WAGE", "2026-10-01", "2029-10-01", "2029-10-02"),  # both days are holidays: nothing moves
        ("LE-04-SAFETY", "2028-02-29", "2031-02-28", "2031-03-01"),
        ("LE-04-TAX", "2026-12-31", "2029-12-31", "2030-01-01"),
    ],
)
def test_a_term_of_three_years_ends_on_its_very_day(rule_id, listed_on, last_on, over_from):
    found = list_period.term(rule(rule_id, listed_on), date.fromisoformat(listed_on))
    assert (found.last_on, found.over_from) == (date.fromisoformat(last_on), date.fromisoformat(over_from))


@pytest.mark.parametrize(
    ("rule_id", "since", "starts_on", "over_from"),
    [
        ("LE-05-SAMR", "listing", "2026-09-18", "2027-09-19"),
        ("LE-05-SAFETY", "listing", "2026-09-18", "2027-09-19"),  # twelve months are a year
        ("LE-05-SAFETY", "listing", "2028-02-29", "2029-03-01"),
        (
            "LE-05-WAGE",
            "correction",
            "2026-03-31",
            "2026-10-01",
        ),  # September has no 31st; October 1 is a holiday
        ("LE-05-WAGE", "correction", "2026-08-31", "2027-03-01"),  # February has no 31st
        (
            "LE-05-WAGE",
            "correction",
            "2027-08-31",
            "2028-03-01",
        ),  # nor in a leap year, where the last is the 29th
        ("LE-05-TAX", "publication", "2026-04-03", "2026-10-04"),
    ],
)
def test_early_exit_may_be_asked_for_on_the_day_after_the_least_time(rule_id, since, starts_on, over_from):
    found = list_period.minimum(rule(rule_id, starts_on), since, date.fromisoformat(starts_on))
    assert found.over_from == date.fromisoformat(over_from)


def test_a_term_says_from_when_it_counts_by_which_rule_and_that_it_does_not_move():
    assert told(list_period.term(rule("LE-04-WAGE", "2026-09-18"), date(2026, 9, 18))) == [
        "从列入名单的 2026 年 9 月 18 日起算，当天不计入（《民法典》第二百零一条）。",
        "时限规则 LE-04-WAGE：拖欠农民工工资失信名单期限，3 年。",
        "依据：《拖欠农民工工资失信联合惩戒对象名单管理暂行办法》（人力资源社会保障部令第45号）。",
        "在名单上的最后一日是 2029 年 9 月 18 日，次日由系统移出。",
        "按月、按年计算（《民法典》第二百零二条），最后一日是休息日的不顺延，以免在名单上的时间变长。这是平台设定，待核实。",
        "规则表版本：2026-11-24。",
    ]


@pytest.mark.parametrize(
    ("rule_id", "since", "first_line"),
    [
        ("LE-05-SAMR", "listing", "从列入名单的 2026 年 4 月 3 日起算，当天不计入（《民法典》第二百零一条）。"),
        ("LE-05-WAGE", "correction", "从认定单位确认纠正并履行完义务的 2026 年 4 月 3 日起算，当天不计入（《民法典》第二百零一条）。"),
        ("LE-05-TAX", "publication", "从信息公布的 2026 年 4 月 3 日起算，当天不计入（《民法典》第二百零一条）。"),
    ],
)  # fmt: skip
def test_a_least_time_says_what_it_counts_from(rule_id, since, first_line):
    assert told(list_period.minimum(rule(rule_id, "2026-04-03"), since, date(2026, 4, 3)))[0] == first_line


def test_a_value_that_nobody_confirmed_says_so():
    """LE-04-SAMR rests on memory (R); LE-04-WAGE was read twice (V2)."""
    assert any(line.startswith("待核实：") for line in told(list_period.term(rule("LE-04-SAMR", "2026-09-18"), date(2026, 9, 18))))  # fmt: skip
    assert not any(line.startswith("待核实：") for line in told(list_period.term(rule("LE-04-WAGE", "2026-09-18"), date(2026, 9, 18))))  # fmt: skip


@pytest.mark.parametrize("rule_id", ["LE-01", "LE-06", "CL-06"])
def test_a_rule_that_is_no_length_of_calendar_time_is_no_term(rule_id):
    with pytest.raises(ValueError, match="is no publicity period"):
        list_period.term(rule(rule_id, "2026-09-18"), date(2026, 9, 18))
