"""How a due day is told: the words of the law of 2026, counted by hand, in the source language."""

from datetime import date

import pytest

from workflow_app.domain import calendar
from workflow_app.domain.deadlines import due
from workflow_app.domain.due_words import end_of, paused, told
from workflow_app.domain.ledger import Entry, EntryKind
from workflow_app.domain.plain_period import due_after, period
from workflow_app.domain.rules import Unit, built_in

BOOK = calendar.built_in()
WEEKDAYS = "一二三四五六日"


def said(sentence):
    """As the page says it in Chinese, without the year."""
    return sentence.told(
        lambda text: text, lambda day: f"{day.month} 月 {day.day} 日（周{WEEKDAYS[day.weekday()]}）"
    )


@pytest.mark.parametrize(
    ("today", "words", "urgency"),
    [
        # Thursday 2026-10-08 is the first working day after the National Day holiday; 09-28 to 09-30 are worked.
        ("2026-09-25", "10 月 8 日（周四）24:00 前，还剩 4 个工作日", ""),
        ("2026-09-28", "10 月 8 日（周四）24:00 前，还剩 3 个工作日", "soon"),
        ("2026-09-30", "10 月 8 日（周四）24:00 前，还剩 1 个工作日", "soon"),
        ("2026-10-06", "10 月 8 日（周四）24:00 前，还剩 1 个工作日", "soon"),
        ("2026-10-07", "明天 24:00 前到期，10 月 8 日（周四）", "soon"),
        ("2026-10-08", "今天 24:00 前到期", "soon"),
        ("2026-10-09", "已超过 10 月 8 日（周四），超期 1 个工作日", "late"),
        ("2026-10-10", "已超过 10 月 8 日（周四），超期 2 个工作日", "late"),
        ("2026-10-11", "已超过 10 月 8 日（周四），超期 2 个工作日", "late"),
    ],
)
def test_a_due_day_is_told_by_how_far_it_is_away(today, words, urgency):
    found = told(date(2026, 10, 8), today=date.fromisoformat(today), calendar=BOOK)
    assert (said(found.sentence), found.urgency) == (words, urgency)


def test_a_day_that_has_just_passed_over_a_weekend_is_late_and_not_due_today():
    found = told(date(2026, 11, 20), today=date(2026, 11, 21), calendar=BOOK)
    assert (said(found.sentence), found.urgency) == ("已超过 11 月 20 日（周五）", "late")


def test_a_due_day_behind_days_off_alone_says_that_none_is_worked_until_then():
    found = told(date(2026, 10, 3), today=date(2026, 9, 30), calendar=BOOK)
    assert said(found.sentence) == "10 月 3 日（周六）24:00 前，其间没有工作日"


def clock_of(*ledger, rule_id="CM-05"):
    rule = built_in().rule(rule_id, on=date(2026, 9, 18), place="120102")
    return due(rule, date(2026, 9, 18), BOOK, ledger)


def test_a_clock_that_stands_says_what_is_left_as_its_own_reckoning_says_it():
    """CM-05: 15 working days after 09-18; 09-20 and 09-21 were counted when it stopped on the 22nd."""
    found = paused(clock_of(Entry(EntryKind.PAUSE, date(2026, 9, 22), "待检测")).explanation)
    assert (said(found.sentence), found.urgency) == ("已暂停计时，恢复后还有 13 个工作日", "paused")


def test_an_earlier_pause_that_is_over_is_not_taken_for_the_one_that_stands():
    ledger = (
        Entry(EntryKind.PAUSE, date(2026, 9, 22), "待检测"),
        Entry(EntryKind.RESUME, date(2026, 9, 28), "已检测"),
        Entry(EntryKind.PAUSE, date(2026, 9, 29), "待鉴定"),
    )
    assert said(paused(clock_of(*ledger).explanation).sentence) == "已暂停计时，恢复后还有 12 个工作日"


def test_a_clock_stopped_after_its_end_says_only_that_it_stands():
    found = paused(clock_of(Entry(EntryKind.PAUSE, date(2026, 12, 1), "待检测")).explanation)
    assert said(found.sentence) == "已暂停计时"


def test_the_end_of_a_day_is_told_to_the_hour():
    assert said(end_of(date(2026, 10, 8))) == "10 月 8 日（周四）24:00"


@pytest.mark.parametrize(
    ("value", "unit", "starts_on", "due_on"),
    [
        (3, Unit.WORKING_DAY, "2026-09-18", "2026-09-22"),
        (20, Unit.CALENDAR_DAY, "2026-09-11", "2026-10-08"),
        (1, Unit.MONTH, "2026-01-31", "2026-02-28"),
        (1, Unit.YEAR, "2024-02-29", "2025-02-28"),
        (0, Unit.WORKING_DAY, "2026-09-19", "2026-09-19"),
    ],
)
def test_a_plain_period_is_counted_like_any_clock_and_cites_no_rule(value, unit, starts_on, due_on):
    found = due_after(value, unit, date.fromisoformat(starts_on), calendar=BOOK)
    assert found.due_on == date.fromisoformat(due_on)
    assert not any(
        "规则" in line or "依据" in line or "待核实" in line for line in map(str, found.explanation)
    )


def test_a_plain_period_is_named_as_people_say_it():
    assert [str(period(1, Unit.MONTH)), str(period(5, Unit.WORKING_DAY))] == ["1 个月", "5 个工作日"]
