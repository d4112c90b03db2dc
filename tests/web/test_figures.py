"""Figures over HTTP: what staff see of a month, what anybody may read of it, and what stays hidden there."""

import csv
import io
from datetime import date

import openpyxl
import pytest
from sqlalchemy import text

from tests.browser import Browser
from tests.factories import NOW
from tests.web.visitor import Visitor, give_passwords, real_office
from workflow_app.domain import clock
from workflow_app.models.figures import FigureMonth
from workflow_app.web.supervision import charts


def line(unit, workflow="commitment", **told):
    """One line as it is stored."""
    numbers = {
        "received": 0,
        "ended": 0,
        "withdrawn": 0,
        "late": 0,
        "returned": 0,
        "returned_again": 0,
        "urged": 0,
    }
    return {"unit": unit, "workflow": workflow, "days": {}, "reasons": {}} | numbers | told


def month(first, until, *lines):
    return FigureMonth(month=first, until=until, made_at=NOW, lines=list(lines))


@pytest.fixture
def app(sqlite, tmp_path):
    """July and August are over, September is not."""
    units = sqlite.world.units
    market, health, office = units["market"], units["health"], units["office"]
    with sqlite.writing() as session:
        give_passwords(session)
        session.add(
            month(
                date(2026, 7, 1), date(2026, 7, 31), line(market, received=9, ended=6, late=3, days={"2": 6})
            )
        )
        session.add(
            month(
                date(2026, 8, 1),
                date(2026, 8, 31),
                line(
                    market, received=40, ended=31, withdrawn=1, late=6, days={"3": 20, "6": 10}, returned=8,
                    returned_again=2, reasons={"CM-R01": 6, "CM-R02": 3}, urged=2,
                ),
                line(health, received=4, ended=12, days={"1": 12}, late=2),
                line(office, "objection", received=3, ended=2, days={"4": 2}),
            )
        )  # fmt: skip
        session.add(month(date(2026, 9, 1), date(2026, 9, 17), line(market, received=2)))
    with clock.fixed(NOW):
        yield real_office(sqlite, tmp_path)


@pytest.fixture
def enter(app):
    """A browser of somebody signed in, whose every page is checked."""

    def enter(login):
        visitor = Visitor(app)
        visitor.sign_in(login)
        visitor.enter_code(NOW)
        return Browser(visitor.client)

    return enter


def cells(page, caption):
    """The rows of the table of this caption."""
    (table,) = [one for one in page.soup.find_all("table") if caption in one.caption.get_text()]
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.find_all(["th", "td"])]
        for row in table.tbody.find_all("tr")
    ]


def test_the_office_reads_a_month_beside_the_one_before(enter):
    """August: 8 late of 44 are 181.8 in a thousand, told as 182; July 500. In time 81.8 and 50 per cent."""
    page = enter("clerk").get("/figures/?month=2026-08")
    assert "2026 年 8 月：收到 47 件，办结 45 件，按期办结率 81.8%，较上月升 31.8 个百分点。" in page.text
    assert cells(page, "各月数字") == [
        ["2026 年 8 月", "47", "45", "3", "18.2% 8/44", "8", "25.0% 2/8"],
        ["2026 年 7 月", "9", "6", "2", "50.0% 3/6", "0", "—"],
    ]
    assert cells(page, "按单位和事项") == [
        ["示范区信用办", "异议", "3", "2", "0", "4", "0.0% 0/2", "0", "0", "0"],
        ["示范区市场监管局", "信用承诺", "40", "31", "1", "3", "20.0% 6/30", "8", "2", "2"],
        ["示范区卫健委", "信用承诺", "4", "12", "0", "1", "16.7% 2/12", "0", "0", "0"],
    ]
    assert [(row[1], row[2], row[3]) for row in cells(page, "退回补正最多的原因")] == [
        ("CM-R01", "6", "75%"), ("CM-R02", "3", "38%"),
    ]  # fmt: skip
    assert len(page.soup.select("svg rect.chart-in")) == len(page.soup.select("svg rect.chart-out")) == 2
    assert [svg.title.get_text() for svg in page.soup.select("figure.chart svg")] == [
        "收到和办结，每月件数。各月的数字见下表。", "超期率，按月。各月的数字见下表。",
    ]  # fmt: skip


def test_a_month_still_going_on_says_so_and_a_filter_is_kept_in_what_is_taken_along(enter):
    auditor = enter("auditor")
    page = auditor.get("/figures/?unit=health&workflow=objection")
    assert "统计到 9 月 17 日（周四） 24:00" in page.text
    assert "这个月没有这样的办件" in page.text
    kept = auditor.get("/figures/?month=2026-08&unit=market&workflow=nonsense")
    assert [row[0] for row in cells(kept, "按单位和事项")] == ["示范区市场监管局"]
    (address,) = [one["href"] for one in kept.soup.find_all("a", string="CSV")]
    told = auditor.client.get(address).get_data(as_text=True).removeprefix("\ufeff")
    rows = list(csv.reader(io.StringIO(told)))
    assert rows[1:] == [
        ["2026-08", "2026-08-31", "示范区市场监管局", "信用承诺", "40", "31", "1", "3", "30", "6", "8", "2", "2",
         "CM-R01:6 CM-R02:3"],
        ["2026-08", "2026-08-31", "合计", "", "40", "31", "1", "3", "30", "6", "8", "2", "2", "CM-R01:6 CM-R02:3"],
    ]  # fmt: skip
    assert auditor.client.get("/figures/2026-05.csv").status_code == 404


def test_a_department_sees_itself_only(enter):
    other = enter("other_handler")
    page = other.get("/figures/?month=2026-08&unit=market")
    assert cells(other.get("/figures/?month=2026-08"), "按单位和事项") == [
        ["示范区卫健委", "信用承诺", "4", "12", "0", "1", "16.7% 2/12", "0", "0", "0"]
    ]
    assert "这个月没有这样的办件" in page.text
    book = openpyxl.load_workbook(io.BytesIO(other.client.get("/figures/2026-08.xlsx?unit=market").data))
    assert [row[2:6] for row in book.active.iter_rows(min_row=2, values_only=True)] == [
        ("合计", None, "0", "0")
    ]


def test_anybody_reads_months_that_are_over_without_small_numbers(app):
    """Of health four came and are hidden; two late are few. The office's three objections are not even listed."""
    anybody = Browser(app.test_client())
    page = anybody.get("/open/figures")
    assert "2026 年 8 月：各单位共收到 40 件，办结 43 件。" in page.text
    assert cells(page, "信用承诺") == [
        ["示范区市场监管局", "40", "31", "3", "20%"],
        ["示范区卫健委", "少于 5 件", "12", "1", "少于 5 件"],
    ]
    assert "异议" not in " ".join(caption.get_text() for caption in page.soup.find_all("caption"))
    assert cells(page, "各月数字") == [["2026 年 8 月", "40", "43"], ["2026 年 7 月", "9", "6"]]
    assert cells(anybody.get("/open/figures/2026-07"), "信用承诺") == [
        ["示范区市场监管局", "9", "6", "2", "少于 5 件"]
    ]
    assert anybody.client.get("/open/figures/2026-09").status_code == 404
    told = anybody.client.get("/open/figures/2026-08.csv").get_data(as_text=True).removeprefix("\ufeff")
    assert list(csv.reader(io.StringIO(told)))[1:] == [
        ["2026-08", "信用承诺", "示范区市场监管局", "40", "31", "3", "20%"],
        ["2026-08", "信用承诺", "示范区卫健委", "少于 5 件", "12", "1", "少于 5 件"],
    ]


def test_before_the_first_count_each_page_says_what_comes(sqlite, tmp_path):
    with sqlite.writing() as session:
        give_passwords(session)
    with clock.fixed(NOW):
        office = real_office(sqlite, tmp_path)
        assert "还没有统计月报" in Browser(office.test_client()).get("/open/figures").text
        visitor = Visitor(office)
        visitor.sign_in("handler")
        visitor.enter_code(NOW)
        assert "还没有统计" in Browser(visitor.client).get("/figures/").text


def test_bars_and_points_stand_where_their_numbers_say():
    """31 of at most 40 are 124 of 160 pixels; a month without a value breaks the line."""
    drawn = charts.pairs([7, 8], [9, 40], [6, 31])
    assert [(bar.look, bar.height, bar.y) for bar in drawn.bars] == [
        ("in", 36.0, 144.0), ("out", 24.0, 156.0), ("in", 160.0, 20.0), ("out", 124.0, 56.0),
    ]  # fmt: skip
    assert (drawn.months, drawn.lines) == (((25.0, 7), (75.0, 8)), ((20.0, 40), (100.0, 20)))
    line = charts.line([6, 7, 8], [50, None, 100], least_most=100)
    assert [(point.x, point.y, point.before) for point in line.points] == [
        (16.67, 100.0, None),
        (83.33, 20.0, None),
    ]
    assert [charts.rounded_up(value) for value in (1, 3, 7, 10, 11, 51)] == [1, 4, 8, 10, 20, 60]


def test_once_a_day_the_worker_lets_sqlite_look_how_its_rows_lie(district):
    with district.at("2026-11-21", "06:00"):
        district.sweep()
    with district.session() as session:
        looked_at = session.scalars(text("SELECT idx FROM sqlite_stat1 WHERE tbl = 'case'")).all()
    assert "ix_case_unit_open" in looked_at
