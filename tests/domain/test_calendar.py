"""Working days against the yearly notices of the State Council, typed from the notices."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_app.domain.calendar import Calendar, Notice, built_in, built_in_notices, statutory_days
from workflow_app.domain.words import Sentence


def days(year, *spans):
    """The days of spans written as "10-01" or "10-01 10-07"."""
    found = set()
    for span in spans:
        first, last = (date.fromisoformat(f"{year}-{end}") for end in (span.split() * 2)[:2])
        found |= {first + timedelta(days=n) for n in range((last - first).days + 1)}
    return found


OFF = {
    2024: days(
        2024, "01-01", "02-10 02-17", "04-04 04-06", "05-01 05-05", "06-10", "09-15 09-17", "10-01 10-07"
    ),
    2025: days(2025, "01-01", "01-28 02-04", "04-04 04-06", "05-01 05-05", "05-31 06-02", "10-01 10-08"),
    2026: days(
        2026,
        "01-01 01-03",
        "02-15 02-23",
        "04-04 04-06",
        "05-01 05-05",
        "06-19 06-21",
        "09-25 09-27",
        "10-01 10-07",
    ),
}
MADE_UP = {
    2024: days(2024, "02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"),
    2025: days(2025, "01-26", "02-08", "04-27", "09-28", "10-11"),
    2026: days(2026, "01-04", "02-14", "02-28", "05-09", "09-20", "10-10"),
}


@pytest.mark.parametrize(("year", "count"), [(2024, 251), (2025, 248), (2026, 248)])
def test_a_year_has_the_working_days_of_its_notice(year, count):
    assert built_in().working_days_between(date(year - 1, 12, 31), date(year, 12, 31)) == count


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_each_day_of_a_year_is_judged_as_the_notice_says(year):
    calendar = built_in()
    for day in days(year, "01-01 12-31"):
        expected = day in MADE_UP[year] or (day.weekday() < 5 and day not in OFF[year])
        assert calendar.is_working(day) is expected, day
        assert calendar.is_make_up(day) is (day in MADE_UP[year]), day


def test_a_saturday_made_a_working_day_counts():
    assert built_in().is_working(date(2026, 2, 28))
    assert built_in().why_off(date(2026, 2, 28)) is None


def test_the_calendar_says_why_a_day_is_off():
    calendar = built_in()
    assert calendar.why_off(date(2026, 2, 17)) == Sentence("春节")
    assert calendar.why_off(date(2026, 6, 19)) == Sentence("端午节")
    assert calendar.why_off(date(2026, 10, 3)) == Sentence("国庆节")
    assert calendar.why_off(date(2026, 11, 21)) == Sentence("周末")
    assert calendar.why_off(date(2015, 9, 3)) == Sentence(
        "中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日"
    )
    assert calendar.why_off(date(2026, 11, 20)) is None


def test_the_built_in_calendar_knows_2004_to_2026():
    calendar = built_in()
    assert [year for year in range(1990, 2040) if calendar.knows(year)] == list(range(2004, 2027))


def test_days_are_counted_after_the_first_and_up_to_the_last():
    calendar = built_in()
    assert calendar.working_days_between(date(2026, 9, 18), date(2026, 9, 18)) == 0
    assert calendar.working_days_between(date(2026, 9, 18), date(2026, 9, 22)) == 3
    assert calendar.working_days_between(date(2026, 9, 30), date(2026, 10, 8)) == 1
    assert calendar.working_days_between(date(2026, 9, 22), date(2026, 9, 18)) == -3


def test_the_first_working_day_is_the_day_itself_or_the_next():
    assert built_in().first_working_day(date(2026, 9, 30)) == date(2026, 9, 30)
    assert built_in().first_working_day(date(2026, 10, 1)) == date(2026, 10, 8)


def test_a_year_without_a_notice_has_thirteen_statutory_days_off():
    assert statutory_days(2027) == {
        date(2027, 1, 1): "元旦",
        date(2027, 2, 5): "春节",
        date(2027, 2, 6): "春节",
        date(2027, 2, 7): "春节",
        date(2027, 2, 8): "春节",
        date(2027, 4, 5): "清明节",
        date(2027, 5, 1): "劳动节",
        date(2027, 5, 2): "劳动节",
        date(2027, 6, 9): "端午节",
        date(2027, 9, 15): "中秋节",
        date(2027, 10, 1): "国庆节",
        date(2027, 10, 2): "国庆节",
        date(2027, 10, 3): "国庆节",
    }


def test_a_year_without_a_notice_is_judged_by_weekends_and_statutory_days():
    calendar = built_in()
    assert calendar.why_off(date(2027, 2, 5)) == Sentence("春节")
    assert calendar.why_off(date(2027, 2, 9)) is None
    assert calendar.why_off(date(2027, 1, 2)) == Sentence("周末")


def test_a_year_beyond_the_lunar_table_still_has_its_fixed_days():
    assert built_in().why_off(date(2041, 10, 1)) == Sentence("国庆节")
    assert len(statutory_days(2041)) == 6


NOTICE_2027 = Notice(
    year=2027,
    off={date(2027, 1, 1): "元旦", date(2027, 2, 9): "春节"},
    working=frozenset({date(2027, 1, 30), date(2026, 12, 26)}),
)


def test_a_notice_replaces_the_statutory_guess_for_its_year():
    calendar = Calendar.of([NOTICE_2027])
    assert calendar.knows(2027)
    assert not calendar.is_working(date(2027, 2, 9))
    assert calendar.is_working(date(2027, 2, 5))
    assert calendar.is_make_up(date(2027, 1, 30))


def test_a_notice_may_make_a_day_of_the_year_before_a_working_day():
    assert Calendar.of([NOTICE_2027]).is_make_up(date(2026, 12, 26))


def test_of_two_notices_for_one_year_the_later_replaces_the_earlier():
    corrected = Notice(year=2027, off={date(2027, 2, 10): "春节"}, working=frozenset())
    calendar = Calendar.of([NOTICE_2027, corrected])
    assert calendar.is_working(date(2027, 2, 9))
    assert not calendar.is_working(date(2027, 2, 10))
    assert not calendar.is_working(date(2027, 1, 30))


def test_calendars_of_the_same_notices_are_equal_values():
    assert Calendar.of([NOTICE_2027]) == Calendar.of([NOTICE_2027])
    assert len({Calendar.of([NOTICE_2027]), Calendar.of([NOTICE_2027])}) == 1


DAYS = st.dates(date(2003, 1, 1), date(2036, 12, 31))


@given(DAYS, st.integers(0, 60), st.integers(0, 60))
def test_counts_of_adjoining_spans_add_up(day, first, second):
    calendar = built_in()
    middle = day + timedelta(days=first)
    end = middle + timedelta(days=second)
    parts = calendar.working_days_between(day, middle) + calendar.working_days_between(middle, end)
    assert parts == calendar.working_days_between(day, end)


@given(DAYS)
def test_a_day_is_a_working_day_exactly_when_nothing_makes_it_a_day_off(day):
    assert built_in().is_working(day) is (built_in().why_off(day) is None)


def test_the_built_in_calendar_names_where_its_notices_were_published():
    sources = built_in().sources
    assert sources[2026] == "https://www.gov.cn/zhengce/zhengceku/202511/content_7047091.htm"
    assert sources[2025] == "https://www.gov.cn/zhengce/zhengceku/202411/content_6986383.htm"
    assert sources[2024] == "https://www.gov.cn/zhengce/zhengceku/202310/content_6911528.htm"
    assert sorted(sources) == list(range(2004, 2027))


# Event day, working days, due day.
COUNTED = [
    ("2026-09-18", 3, "2026-09-22"),
    ("2026-09-30", 1, "2026-10-08"),
    ("2026-02-27", 1, "2026-02-28"),
    ("2026-06-18", 5, "2026-06-26"),
    ("2026-11-20", 10, "2026-12-04"),
]


@pytest.mark.parametrize(("event", "count", "due"), COUNTED)
def test_working_days_are_counted_as_by_hand(event, count, due):
    first, last = date.fromisoformat(event), date.fromisoformat(due)
    assert built_in().is_working(last)
    assert built_in().working_days_between(first, last) == count


def test_a_calendar_period_that_ends_in_a_holiday_goes_on_to_the_first_working_day():
    assert built_in().first_working_day(date(2026, 9, 11) + timedelta(days=20)) == date(2026, 10, 8)


@pytest.mark.parametrize("year", [2025, 2026])
def test_a_notice_gives_every_day_that_the_law_gives(year):
    notice = next(notice for notice in built_in_notices() if notice.year == year)
    assert set(statutory_days(year)) <= set(notice.off)
