"""Due days against reckonings made by hand, and the explanation that lets anybody repeat them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_app.domain.calendar import Calendar, Notice, built_in
from workflow_app.domain.deadlines import due, due_on_fixed_day
from workflow_app.domain.rules import Rule, Unit
from workflow_app.domain.rules import built_in as built_in_rules
from workflow_app.domain.words import Sentence

RULE = Rule(
    id="CM-02",
    title="受理单位审核承诺书",
    workflow="commitment",
    value=3,
    unit=Unit.WORKING_DAY,
    starts_when="提交承诺书",
    suspended_when="",
    on_expiry="逐级提醒负责人",
    place="",
    valid_from=date(2021, 1, 1),
    valid_to=None,
    instrument="《行政许可法》",
    article="第三十二条",
    evidence="V",
    note="",
    version="2026-11-21",
)


def after(value, unit, starts_on):
    return due(replace(RULE, value=value, unit=unit), date.fromisoformat(starts_on), built_in())


@pytest.mark.parametrize(
    ("starts_on", "count", "due_on"),
    [
        ("2026-09-18", 3, "2026-09-22"),  # the Sunday 09-20 works
        ("2026-09-30", 1, "2026-10-08"),
        ("2026-02-27", 1, "2026-02-28"),  # a Saturday that works
        ("2026-06-18", 5, "2026-06-26"),
        ("2026-11-20", 10, "2026-12-04"),
        ("2024-02-29", 1, "2024-03-01"),
        ("2025-01-24", 2, "2025-01-27"),  # the Sunday 01-26 works, the feast begins on 01-28
    ],
)
def test_working_days_are_counted_from_the_day_after_the_event(starts_on, count, due_on):
    assert after(count, Unit.WORKING_DAY, starts_on).due_on == date.fromisoformat(due_on)


@pytest.mark.parametrize(
    ("starts_on", "value", "unit", "due_on"),
    [
        ("2026-09-11", 20, Unit.CALENDAR_DAY, "2026-10-08"),  # 10-01 is off until 10-07
        ("2026-09-10", 20, Unit.CALENDAR_DAY, "2026-09-30"),
        ("2026-01-31", 1, Unit.MONTH, "2026-02-28"),  # the last day of the month, a Saturday that works
        ("2024-01-31", 1, Unit.MONTH, "2024-02-29"),  # a leap year
        ("2025-01-31", 1, Unit.MONTH, "2025-02-28"),
        ("2025-03-31", 3, Unit.MONTH, "2025-06-30"),
        ("2025-08-31", 6, Unit.MONTH, "2026-02-28"),
        ("2025-11-30", 3, Unit.MONTH, "2026-02-28"),
        ("2025-02-28", 1, Unit.MONTH, "2025-03-28"),
        ("2025-12-15", 1, Unit.MONTH, "2026-01-15"),
        ("2024-02-29", 1, Unit.YEAR, "2025-02-28"),
        ("2022-02-28", 2, Unit.YEAR, "2024-02-28"),
        ("2023-05-01", 3, Unit.YEAR, "2026-05-06"),  # 05-01 to 05-05 are off
        ("2026-04-18", 6, Unit.MONTH, "2026-10-19"),  # 10-18 is a Sunday
    ],
)
def test_a_calendar_period_ends_on_its_day_or_the_next_working_day(starts_on, value, unit, due_on):
    assert after(value, unit, starts_on).due_on == date.fromisoformat(due_on)


def test_a_calendar_period_may_end_on_a_make_up_sunday():
    assert after(1, Unit.MONTH, "2026-08-20").due_on == date(2026, 9, 20)


def test_a_period_of_nought_is_due_on_the_day_of_the_event_even_on_a_holiday():
    found = after(0, Unit.CALENDAR_DAY, "2026-10-01")
    assert (found.due_on, found.skipped) == (date(2026, 10, 1), ())
    assert "当天即到期，不另计天数。" in [str(sentence) for sentence in found.explanation]


def test_a_result_names_the_rule_and_its_version():
    found = after(3, Unit.WORKING_DAY, "2026-09-18")
    assert (found.rule_id, found.rule_version, found.starts_on) == ("CM-02", "2026-11-21", date(2026, 9, 18))


def test_a_rule_that_is_no_length_of_time_is_a_mistake():
    for value, unit in ((2, Unit.COUNT), (None, Unit.NONE)):
        with pytest.raises(ValueError, match="CM-02 is no length of time"):
            after(value, unit, "2026-09-18")


def test_a_deadline_in_a_year_without_a_notice_is_provisional():
    found = after(3, Unit.WORKING_DAY, "2026-12-30")
    assert (found.due_on, found.provisional) == (date(2027, 1, 5), True)
    assert str(found.explanation[-1]) == (
        "暂定：2027 年的放假安排还没有录入，先按周末和法定节日推算，录入后重新计算。"
    )
    assert found.skipped == (
        (date(2027, 1, 1), Sentence("元旦")),
        (date(2027, 1, 2), Sentence("周末")),
        (date(2027, 1, 3), Sentence("周末")),
    )


def test_a_deadline_on_the_last_day_of_a_known_year_is_final():
    found = after(1, Unit.WORKING_DAY, "2026-12-30")
    assert (found.due_on, found.provisional) == (date(2026, 12, 31), False)


def test_a_long_period_is_provisional_when_it_ends_in_an_unknown_year():
    assert after(3, Unit.YEAR, "2026-04-01").provisional
    assert not after(1, Unit.YEAR, "2025-04-01").provisional


def test_a_provisional_deadline_becomes_final_with_the_notice():
    notices = (
        Notice(2026, {}, frozenset()),
        Notice(2027, {date(2027, 1, 1): "元旦"}, frozenset({date(2027, 1, 2)})),
    )
    found = due(RULE, date(2026, 12, 30), Calendar.of(notices))
    assert (found.due_on, found.provisional) == (date(2027, 1, 4), False)


def told(found):
    return [str(sentence) for sentence in found.explanation]


def test_working_days_are_explained_so_that_anybody_can_count_again():
    assert told(after(10, Unit.WORKING_DAY, "2026-09-18")) == [
        "起算事件：提交承诺书，2026 年 9 月 18 日。",
        "当天不计入，从 2026 年 9 月 19 日开始计算（《民法典》第二百零一条）。",
        "时限规则 CM-02：受理单位审核承诺书，10 个工作日。",
        "依据：《行政许可法》第三十二条。",
        "不计 2026 年 9 月 19 日：周末。",
        "不计 2026 年 9 月 25 日至 2026 年 9 月 27 日：中秋节。",
        "不计 2026 年 10 月 1 日至 2026 年 10 月 7 日：国庆节。",
        "2026 年 9 月 20 日是周末，但按放假安排调休上班，计入工作日。",
        "第 10 个工作日是 2026 年 10 月 9 日。",
        "到期：2026 年 10 月 9 日 24:00。",
    ]


def test_a_roll_forward_is_explained():
    assert told(after(20, Unit.CALENDAR_DAY, "2026-09-11"))[2:] == [
        "时限规则 CM-02：受理单位审核承诺书，20 日。",
        "依据：《行政许可法》第三十二条。",
        "第 20 日是 2026 年 10 月 1 日。",
        "不计 2026 年 10 月 1 日至 2026 年 10 月 7 日：国庆节。",
        "2026 年 10 月 1 日是休息日，顺延到其后的第一个工作日 2026 年 10 月 8 日（《民法典》第二百零三条）。",
        "到期：2026 年 10 月 8 日 24:00。",
    ]


def test_a_month_end_is_explained():
    assert told(after(1, Unit.MONTH, "2026-01-31"))[4:] == [
        "到期月没有对应日，以月末日 2026 年 2 月 28 日为最后一日（《民法典》第二百零二条）。",
        "到期：2026 年 2 月 28 日 24:00。",
    ]
    assert (
        told(after(1, Unit.YEAR, "2025-04-01"))[4]
        == "到期月的对应日是 2026 年 4 月 1 日（《民法典》第二百零二条）。"
    )


def test_an_unconfirmed_limit_says_so_and_a_rule_without_an_article_names_its_source_alone():
    rule = replace(RULE, instrument="平台设定值", article="", evidence="I", starts_when="")
    assert told(due(rule, date(2026, 11, 17), built_in())) == [
        "起算日：2026 年 11 月 17 日。",
        "当天不计入，从 2026 年 11 月 18 日开始计算（《民法典》第二百零一条）。",
        "时限规则 CM-02：受理单位审核承诺书，3 个工作日。",
        "依据：平台设定值。",
        "待核实：这个时限还没有与法律原文核对一致，如有出入，以主管部门公布的文本为准。",
        "第 3 个工作日是 2026 年 11 月 20 日。",
        "到期：2026 年 11 月 20 日 24:00。",
    ]


def test_each_skipped_day_is_named_with_its_reason():
    assert after(3, Unit.WORKING_DAY, "2026-09-23").skipped == (
        (date(2026, 9, 25), Sentence("中秋节")),
        (date(2026, 9, 26), Sentence("中秋节")),
        (date(2026, 9, 27), Sentence("中秋节")),
    )


def test_an_explanation_survives_storage():
    for sentence in after(10, Unit.WORKING_DAY, "2026-09-18").explanation:
        assert Sentence.from_json(sentence.as_json()) == sentence


BECAUSE = Sentence("承诺书写明了履行期限。")


def test_a_term_written_into_a_letter_ends_on_its_day():
    found = due_on_fixed_day(date(2026, 11, 30), date(2026, 9, 18), built_in(), BECAUSE)
    assert (found.due_on, found.rule_id, found.skipped) == (date(2026, 11, 30), "", ())
    assert told(found) == [
        "承诺书写明了履行期限。",
        "写明的期限是 2026 年 11 月 30 日。",
        "到期：2026 年 11 月 30 日 24:00。",
    ]


def test_a_term_written_into_a_letter_rolls_forward_from_a_day_off():
    found = due_on_fixed_day(date(2026, 10, 3), date(2026, 9, 18), built_in(), BECAUSE)
    assert found.due_on == date(2026, 10, 8)
    assert [day for day, _ in found.skipped] == [date(2026, 10, day) for day in (3, 4, 5, 6, 7)]


def test_a_term_in_a_year_without_a_notice_is_provisional():
    assert due_on_fixed_day(date(2027, 3, 31), date(2026, 9, 18), built_in(), BECAUSE).provisional


def test_every_rule_of_the_table_with_a_length_can_be_counted():
    for rule in built_in_rules().rules:
        if rule.unit not in (Unit.COUNT, Unit.NONE):
            assert due(rule, date(2026, 11, 20), built_in()).due_on >= date(2026, 11, 20), rule.id


DAYS = st.dates(date(2003, 6, 1), date(2036, 12, 31))
PERIODS = st.tuples(st.integers(1, 60), st.sampled_from([Unit.WORKING_DAY, Unit.CALENDAR_DAY, Unit.MONTH]))


@given(DAYS, PERIODS)
def test_a_deadline_lies_after_its_event_and_on_a_working_day(starts_on, period):
    count, unit = period
    found = due(replace(RULE, value=count, unit=unit), starts_on, built_in())
    assert found.due_on > starts_on
    assert built_in().is_working(found.due_on)
    assert all(not built_in().is_working(day) for day, _ in found.skipped)


@given(DAYS, PERIODS)
def test_a_longer_period_never_ends_earlier(starts_on, period):
    count, unit = period
    shorter = due(replace(RULE, value=count, unit=unit), starts_on, built_in())
    longer = due(replace(RULE, value=count + 1, unit=unit), starts_on, built_in())
    assert longer.due_on > shorter.due_on if unit is Unit.WORKING_DAY else longer.due_on >= shorter.due_on


@given(DAYS, st.integers(1, 60))
def test_counting_back_gives_the_days_of_the_rule(starts_on, count):
    found = due(replace(RULE, value=count), starts_on, built_in())
    assert built_in().working_days_between(starts_on, found.due_on) == count
    assert (found.due_on - starts_on) == timedelta(days=count + len(found.skipped))
