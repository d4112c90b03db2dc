"""The public deadline calculator: hand-counted days, what is told about them, bad input, both languages."""

import pytest

from tests.factories import NOW
from tests.web.visitor import Visitor, real_office
from workflow_app.domain import clock


@pytest.fixture
def visitor(sqlite, tmp_path):
    app = real_office(sqlite, tmp_path)
    with clock.fixed(NOW):
        yield Visitor(app)


def ask(visitor, first, length, unit):
    return visitor.get(f"/calculator?from={first}&length={length}&unit={unit}")


def due_day(page):
    return page.page.select_one("#answer .verdict-day").get_text(" ", strip=True)


@pytest.mark.parametrize(
    ("first", "length", "unit", "due"),
    [
        ("2026-09-18", 3, "working", "2026 年 9 月 22 日（周二）24:00"),
        ("2026-09-30", 1, "working", "2026 年 10 月 8 日（周四）24:00"),
        ("2026-02-27", 1, "working", "2026 年 2 月 28 日（周六）24:00"),
        ("2026-06-18", 5, "working", "2026 年 6 月 26 日（周五）24:00"),
        ("2026-11-20", 10, "working", "2026 年 12 月 4 日（周五）24:00"),
        ("2026-09-11", 20, "calendar", "2026 年 10 月 8 日（周四）24:00"),
        ("2026-01-31", 1, "month", "2026 年 2 月 28 日（周六）24:00"),
        ("2025-03-14", 1, "year", "2026 年 3 月 16 日（周一）24:00"),
    ],
)
def test_the_hand_counted_days_come_back_with_their_year(visitor, first, length, unit, due):
    page = ask(visitor, first, length, unit)
    assert page.status == 200
    assert due_day(page) == due


def test_the_page_says_why_and_names_every_day_that_does_not_count(visitor):
    page = ask(visitor, "2026-09-30", 1, "working")
    told = [line.get_text(strip=True) for line in page.page.select("#why > ol > li")]
    assert told[0] == "起算日：2026 年 9 月 30 日（周三）。"
    assert "不计 2026 年 10 月 1 日（周四）至 2026 年 10 月 7 日（周三）：国庆节。" in told
    listed = [line.get_text(strip=True) for line in page.page.select(".passed-over li")]
    assert len(listed) == 7
    assert listed[0] == "2026 年 10 月 1 日（周四）：国庆节"


def test_the_sheets_show_the_days_as_they_are_counted(visitor):
    page = ask(visitor, "2026-09-18", 3, "working").page
    days = {
        cell.span.get_text(): (cell["class"], cell.small.get_text() if cell.small else "")
        for cell in page.select(".month td[class]")
    }
    assert days["18"] == (["day-start"], "起算")
    assert days["19"] == (["day-off"], "休")
    assert days["20"] == (["day-counted"], "班 1")
    assert days["21"] == (["day-counted"], "2")
    assert days["22"] == (["day-due"], "到期 3")
    assert days["23"] == (["day-plain"], "")


def test_a_period_over_the_turn_of_the_year_is_provisional_and_points_at_both_holiday_tables(visitor):
    page = ask(visitor, "2026-12-25", 10, "working")
    assert "暂定" in due_day(page)
    assert "2027 年的放假安排还没有录入" in page.text
    tables = [link["href"] for link in page.page.select("#why a")]
    assert tables == ["/calendar?year=2026", "/calendar?year=2027"]


def test_a_due_day_ahead_is_also_told_from_today(visitor):
    assert "从今天看：" in ask(visitor, "2026-09-18", 3, "working").text
    assert "从今天看" not in ask(visitor, "2026-01-05", 3, "working").text


def test_a_long_period_keeps_to_the_reckoning(visitor):
    page = ask(visitor, "2020-01-02", 3650, "working")
    assert page.status == 200
    assert page.page.select(".month") == []
    assert page.page.select(".passed-over") == []


def test_the_empty_page_asks_from_today(visitor):
    page = visitor.get("/calculator")
    assert (page.status, page.heading) == (200, "期限计算")
    assert page.value("from") == "2026-09-18"
    assert page.page.select("#answer") == []


@pytest.mark.parametrize("typed", ["2026/9/18", "2026年9月18日", "２０２６－０９－１８", " 20260918 "])
def test_a_day_may_be_typed_as_people_write_it(visitor, typed):
    page = ask(visitor, typed, "３", "working")
    assert due_day(page) == "2026 年 9 月 22 日（周二）24:00"
    assert page.value("from") == "2026-09-18"


@pytest.mark.parametrize(
    ("first", "length", "unit", "sentence"),
    [
        ("", "3", "working", "请填写起算日，也就是收到、送达或作出决定的那一天。"),
        ("2026-02-30", "3", "working", "“2026-02-30”不是一个存在的日期。请按“2026-09-18”的样子填写年、月、日。"),
        ("2003-12-31", "3", "working", "可以计算 2004 年至 2100 年的日期，请核对年份。"),
        ("2101-01-01", "3", "working", "可以计算 2004 年至 2100 年的日期，请核对年份。"),
        ("2026-09-18", "", "working", "请填写期限的长度，例如 5。"),
        ("2026-09-18", "三", "working", "“三”不是整数。请只填数字，不要带小数点和单位。"),
        ("2026-09-18", "3.5", "working", "“3.5”不是整数。请只填数字，不要带小数点和单位。"),
        ("2026-09-18", "-1", "working", "这个单位最多可以算到 3650，最少为 0。请核对数字和单位。"),
        ("2026-09-18", "3651", "calendar", "这个单位最多可以算到 3650，最少为 0。请核对数字和单位。"),
        ("2026-09-18", "241", "month", "这个单位最多可以算到 240，最少为 0。请核对数字和单位。"),
        ("2026-09-18", "21", "year", "这个单位最多可以算到 20，最少为 0。请核对数字和单位。"),
        ("2026-09-18", "3", "weeks", "这一项不在可选范围内，请从列出的选项中重新选择。"),
    ],
)  # fmt: skip
def test_bad_input_is_told_at_its_field_and_stays_as_it_was_typed(visitor, first, length, unit, sentence):
    page = ask(visitor, first, length, unit)
    assert page.status == 422
    assert [error.get_text(strip=True) for error in page.page.select(".error")] == ["有误：" + sentence]
    assert page.value("from") == first
    assert page.value("length") == length
    assert page.page.select("#answer") == []


def test_a_day_that_is_none_can_still_be_read_in_its_field(visitor):
    field = ask(visitor, "2026-02-30", 3, "working").page.find(id="from")
    assert field["type"] == "text"


def test_hostile_text_comes_back_as_text(visitor):
    page = ask(visitor, "%3Cscript%3Ealert(1)%3C/script%3E", "%00%22%3E", "%FF")
    assert page.status == 422
    assert "<script>alert" not in page.html


def test_the_calculator_speaks_english(visitor):
    visitor.client.set_cookie("locale", "en")
    page = ask(visitor, "2026-09-18", 3, "working")
    assert due_day(page) == "24:00 on Tue 22 Sep 2026"
    assert page.heading == "Deadline calculator"
    assert "Working day 3 is Tue 22 Sep 2026." in page.text


def test_everybody_finds_it_in_the_navigation(visitor):
    links = [link.get_text(strip=True) for link in visitor.get("/").page.select(".nav a")]
    assert "期限计算" in links


def publicity(visitor, **asked):
    return visitor.get("/calculator?" + "&".join(f"{name}={value}" for name, value in asked.items()))


def facts(page):
    """The three days of a publicity period, as they stand on the page."""
    return [value.contents[0].strip() for value in page.page.select("#why .summary dd")]


@pytest.mark.parametrize(
    ("decided_on", "classes", "days", "may_apply"),
    [
        ("2026-05-11", "minor", ["2026 年 5 月 11 日（周一）", "没有最短公示期", "2026 年 8 月 11 日（周二）"], "2026 年 5 月 11 日（周一）"),
        ("2026-05-11", "general", ["2026 年 5 月 11 日（周一）", "2026 年 8 月 11 日（周二）", "2027 年 5 月 11 日（周二）"], "2026 年 8 月 12 日（周三）"),
        ("2026-05-11", "serious", ["2026 年 5 月 11 日（周一）", "2027 年 5 月 11 日（周二）", "2029 年 5 月 11 日（周五）"], "2027 年 5 月 12 日（周三）"),
        ("2026-05-11", "minor&classes=serious", ["2026 年 5 月 11 日（周一）", "2027 年 5 月 11 日（周二）", "2029 年 5 月 11 日（周五）"], "2027 年 5 月 12 日（周三）"),
    ],
)  # fmt: skip
def test_the_publicity_of_a_record_follows_its_class(visitor, decided_on, classes, days, may_apply):
    page = publicity(visitor, decided_on=decided_on, classes=classes)
    assert page.status == 200
    assert (facts(page), due_day(page)) == (days, may_apply)


@pytest.mark.parametrize(
    ("special", "may_apply"), [({}, "2025 年 6 月 13 日（周五）"), ({"is_special_field": "y"}, "2026 年 3 月 13 日（周五）")]
)  # fmt: skip
def test_a_document_from_before_the_new_order_is_published_by_the_old_one(visitor, special, may_apply):
    page = publicity(visitor, decided_on="2025-03-12", **special)
    assert due_day(page) == may_apply
    assert "（国家发展改革委令第58号）" in page.text
    assert "不论文书何时作出，都适用《信用修复管理办法》（国家发展改革委令第36号）" in page.text


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"decided_on": ""}, "请填写决定书或者认定文书上的日期。"),
        (
            {"decided_on": "2026-13-01"},
            "“2026-13-01”不是一个存在的日期。请按“2026-09-18”的样子填写年、月、日。",
        ),
        (
            {"decided_on": "2026-05-11"},
            "还没有填写失信信息的类别，无法计算公示期。请选择轻微、一般或者严重。",
        ),
        (
            {"decided_on": "2026-05-11", "classes": "huge"},
            "没有这个类别，请从轻微、一般、严重中选择。",
        ),
        (
            {"decided_on": "2023-04-30"},
            "这份文书作出于 2023 年 4 月 30 日（周日），早于 2023 年 5 月 1 日（周一），规则表没有收录当时的公示期。请向作出文书的单位核实当时适用的规定。",
        ),
    ],
)
def test_a_publicity_question_without_answer_says_at_its_field_what_to_mend(visitor, asked, sentence):
    page = publicity(visitor, **asked)
    assert page.status == 422
    assert [error.get_text(strip=True) for error in page.page.select(".error")] == ["有误：" + sentence]
    assert page.value("decided_on") == asked["decided_on"]


def test_what_was_ticked_stays_ticked(visitor):
    page = publicity(visitor, decided_on="2026-05-32", classes="general", is_special_field="y")
    ticked = [box["value"] for box in page.page.select("main input[checked]")]
    assert ticked == ["general", "y"]
