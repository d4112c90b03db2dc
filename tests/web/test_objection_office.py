"""The desk for objections over HTTP: who is silent, what ended units left behind, and the figures of a period."""

import csv
from datetime import date
from io import StringIO

import pytest
from sqlalchemy import select

from tests.browser import Browser
from tests.factories import case_in, legal
from tests.objections import Objecting
from tests.services.objection_rows import objection
from tests.web.visitor import Visitor, give_passwords, real_office
from workflow_app.database import begin_writing
from workflow_app.domain import clock
from workflow_app.extensions import db
from workflow_app.models.case import Case
from workflow_app.models.outbox import Message
from workflow_app.models.party import Unit
from workflow_app.services.cases import mergers

MONDAY = legal("2026-09-28")
"""Forwarded on Friday 2026-09-18 the answer is due on Thursday the 24th; 25 to 27 are off, so the 28th is one day late."""
SILENT = "/objections-office/silent"


@pytest.fixture
def number(sqlite, house):
    """An objection that waits for the market unit since Friday 2026-09-18."""
    with sqlite.writing() as session:
        give_passwords(session)
        return Objecting(session, sqlite.world, house).to("verifying").case.number


@pytest.fixture
def app(number, sqlite, tmp_path):
    with clock.fixed(MONDAY):
        yield real_office(sqlite, tmp_path)


@pytest.fixture
def enter(app):
    """A browser of somebody signed in, whose every page is checked."""

    def enter(login):
        visitor = Visitor(app)
        visitor.sign_in(login)
        visitor.enter_code()
        return Browser(visitor.client)

    return enter


def urge_button(page):
    return page.soup.select_one('main a[href^="/supervision/cases/"]')


def test_the_office_sees_who_is_silent_and_urges_once_a_day(enter, number):
    lead = enter("clerk")
    page = lead.get(SILENT)
    row = page.one("main tbody tr")
    words = [" ".join(cell.get_text(" ").split()) for cell in row.find_all(["th", "td"])]
    assert words[:4] == [
        f"{number} 天津海河示范食品有限公司",
        "9 月 18 日（周五）",
        "9 月 24 日（周四）",
        "1",
    ]
    assert "1 件异议逾期未答复。" in page.text
    form = lead.follow(page, "催办")
    assert form.typed("why") == "应在 9 月 24 日（周四）24:00前办理，已经超过。"
    assert "已催办" in lead.submit(form, "urge", {}).text
    page = lead.get(SILENT)
    assert "已于 9 月 28 日（周一） 催办" in page.text
    assert urge_button(page) is None
    assert number in enter("handler").get("/supervision/").text
    with clock.fixed(legal("2026-09-29")):
        assert urge_button(enter("clerk").get(SILENT)) is not None


def test_a_head_sees_the_own_unit_without_urging_and_another_head_nothing(enter, number):
    page = enter("head").get(SILENT)
    assert number in page.text
    assert urge_button(page) is None
    assert "没有逾期未答复的单位" in enter("other_head").get(SILENT).text


def test_an_ended_unit_is_shown_with_the_way_out(enter, number, sqlite):
    with sqlite.writing() as session:
        session.get_one(Unit, sqlite.world.units["market"]).ended_on = date(2026, 9, 25)
    clerk = enter("clerk")
    silent, ended = clerk.get(SILENT), clerk.get("/objections-office/ended-units")
    assert "单位已撤销" in silent.text
    way = f"/cases/{number}/steps/hand_over"
    assert all(page.soup.select_one(f'main a[href="{way}"]') for page in (silent, ended))
    assert "没有继任单位。" in ended.text
    assert urge_button(silent) is None


def test_what_waits_at_a_merged_unit_besides_objections_is_the_successor_s_to_go_on_with(
    enter, app, number, sqlite, house
):
    with sqlite.writing() as session:
        signed = case_in(session, "signed", sqlite.world, house).number
        market = session.get_one(Unit, sqlite.world.units["market"])
        market.ended_on, market.successor_id = date(2026, 9, 25), sqlite.world.units["health"]
    ended = enter("clerk").get("/objections-office/ended-units")
    assert "由“示范区卫健委”的人员继续办理，已经在其待办队列里。" in ended.text
    assert "请与接手的单位商定" not in ended.text
    handler = enter("other_handler")
    assert signed in handler.get("/queue").text
    page = handler.get(f"/cases/{signed}")
    assert page.soup.select_one('main a[href$="/steps/accept"], main form[action$="/steps/accept"]')


def test_without_ended_units_the_list_says_so(enter):
    assert "撤销的单位没有留下办件" in enter("clerk").get("/objections-office/ended-units").text


def test_a_department_is_merged_and_its_objection_goes_to_the_successor(enter, app, number, sqlite):
    admin = enter("system_admin")
    market = sqlite.world.units["market"]
    page = admin.get(f"/admin/units/{market}/end")
    assert "异议 1 件" in page.text
    assert number not in page.text
    page = admin.submit(page, f"/admin/units/{market}/end", {"successor": "health"})
    assert "1 件等待核查的异议会自动改由继任单位核查。" in page.text
    assert "由“示范区卫健委”继任" in page.text
    assert "仍有 1 件办件" in page.text
    with app.app_context():
        house = app.extensions["house"]
        begin_writing(db.session())
        message = db.session.scalars(select(Message).where(Message.kind == mergers.HAND_OVER)).one()
        mergers.hand_over(db.session(), message.payload, now=MONDAY, house=house)
        db.session.commit()
        assert (
            db.session.scalars(select(Case.unit_id).where(Case.number == number)).one()
            == sqlite.world.units["health"]
        )
    assert "仍有 1 件办件" not in admin.get("/admin/units").text


def test_a_successor_that_can_not_be_is_refused_at_the_field(enter, sqlite):
    admin = enter("system_admin")
    market = sqlite.world.units["market"]
    page = admin.get(f"/admin/units/{market}/end")
    assert [option["value"] for option in page.soup.select("#successor option")] == ["", "health"]
    page = admin.submit(page, f"/admin/units/{market}/end", {"successor": "market"}, status=422)
    assert "请从列出的选项中重新选择" in page.text
    admin.get(f"/admin/units/{sqlite.world.units['office']}/end", status=409)


def test_a_settled_merger_is_not_asked_again(enter, sqlite):
    with sqlite.writing() as session:
        market = session.get_one(Unit, sqlite.world.units["market"])
        market.ended_on, market.successor_id = date(2026, 9, 25), sqlite.world.units["health"]
    enter("system_admin").get(f"/admin/units/{sqlite.world.units['market']}/end", status=409)


@pytest.fixture
def figures(sqlite, number):
    """Two answered by the market unit (4 and 7 days, one late), one by health."""
    with sqlite.writing() as session:
        for unit, days, is_late in (("market", 4, False), ("market", 7, True), ("health", 6, False)):
            objection(
                session, sqlite.world, unit=unit, state="corrected", result="corrected", remedy="change",
                working_days=days, is_late=is_late,
            )  # fmt: skip


def test_the_office_sees_the_figures_of_every_unit_and_keeps_them_as_a_table(enter, figures):
    """With the one that waits four were received; 4, 6, 7 have the median 6; one of three is late: 33.4 %, rounded up."""
    lead = enter("lead")
    page = lead.get("/objections-office/figures?since=2026-09-01&until=2026-09-30")
    assert page.words("main tbody th")[0] == "Market Regulation"
    table = lead.client.get("/objections-office/figures.csv?since=2026-09-01&until=2026-09-30")
    rows = list(csv.reader(StringIO(table.get_data(as_text=True).lstrip("\ufeff"))))
    assert rows[1][1:] == [
        "2026-09-01/2026-09-30",
        "4",
        "1",
        "3",
        "0",
        "0",
        "0",
        "0",
        "6",
        "3",
        "1",
        "3",
        "0",
        "0",
    ]
    assert len({len(row) for row in rows}) == 1
    clerk = enter("clerk").get("/objections-office/figures?since=2026-09-01&until=2026-09-30")
    assert "收到 4 件，已有核查结果 3 件，其中更正 3 件。" in clerk.text
    assert "用时中位数 6 个工作日（3 件），超期率 33.4%（1／3 件）" in clerk.text


def test_a_department_sees_its_own_figures(enter, figures):
    page = enter("other_handler").get("/objections-office/figures?since=2026-09-01&until=2026-09-30")
    assert "收到 1 件，已有核查结果 1 件" in page.text
    assert "示范区市场监管局" not in page.text


def test_a_period_that_can_not_be_is_told_and_an_empty_one_too(enter):
    clerk = enter("clerk")
    page = clerk.get("/objections-office/figures?since=2026-09-30&until=2026-09-01", status=422)
    assert "结束的日期早于开始的日期" in page.text
    assert (
        "这一段时间没有收到异议"
        in clerk.get("/objections-office/figures?since=2025-01-01&until=2025-12-31").text
    )
