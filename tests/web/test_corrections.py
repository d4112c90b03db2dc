"""Marks and corrections as people and machines see them in the demonstration district, on Friday 2026-11-20."""

import pytest
from sqlalchemy import delete, select

from tests.factories import RULEBOOK
from tests.web.conftest import NOW
from workflow_app.models.case import Case
from workflow_app.models.objection import CorrectionNotice
from workflow_app.models.record import CreditRecord
from workflow_app.services.objections import correction_notices
from workflow_app.services.records import records
from workflow_app.services.sync import sync

NUMBER = "津演市监罚〔2026〕31号"


@pytest.fixture
def anybody(district):
    return district.browser()


def found(session, number=NUMBER):
    return session.scalars(select(CreditRecord).where(CreditRecord.decision_no == number)).one()


def ref_of(district, number=NUMBER):
    with district.session() as session:
        return found(session, number).ref


def dispute(district, *kinds, number=NUMBER):
    """Marks of these kinds, each as another case puts it."""
    with district.session() as session:
        row = found(session, number)
        cases = session.scalars(select(Case).order_by(Case.id).limit(len(kinds))).all()
        for case, kind in zip(cases, kinds, strict=True):
            records.mark(session, row, kind, case_id=case.id, note="只有内部看得到", now=NOW)


def correct(district, *lines, how="changed", number=NUMBER):
    """A correction as the end of an objection carries it out."""
    with district.session() as session:
        row, case = found(session, number), session.scalars(select(Case).limit(1)).one()
        if how == "removed":
            records.take_down(session, row, "annulled", why="", by_id=None, now=NOW, rulebook=RULEBOOK)
        sync.ask(session, row, ["correct"], case_id=case.id, now=NOW, rulebook=RULEBOOK)
        correction_notices.publish(session, row, case.id, how=how, lines=lines, now=NOW)


CONTENT = {"field": "content", "old": "罚款 3 万元", "new": "罚款 0.3 万元"}
CLASS = {"field": "class_", "old": "serious", "new": "general"}


def test_several_objections_show_once_in_the_list_the_search_and_on_the_page(anybody, district):
    dispute(district, "objection", "objection")
    for address in ("/publicity?text=海河", "/search?q=海河", f"/publicity/{ref_of(district)}"):
        page = anybody.get(address)
        assert page.words(".tag").count("异议处理中（2 件）") == 1, address
        assert "只有内部看得到" not in page.text
    assert "异议处理中（2 件），自 11 月 20 日（周五）起" in page.text
    assert "有人对这条信息提出异议，正在核查。" in page.text


def test_the_credit_file_and_the_records_room_show_it_with_what_was_noted(district):
    dispute(district, "objection", "objection", "hidden")
    owner, handler = district.browser("owner.haihe"), district.browser("handler.shichang")
    for browser, rooms in ((owner, "/credit-file"), (handler, "/office/records")):
        assert "异议处理中（2 件）" in browser.get(rooms).words(".tag")
        page = browser.get(f"{rooms}/{ref_of(district)}")
        assert {"异议处理中（2 件）", "异议核查期间停止公示"} <= set(page.words(".tag"))
        assert "只有内部看得到" in page.text


def test_what_could_not_be_verified_stands_with_its_day(anybody, district):
    dispute(district, "unclear")
    page = anybody.get(f"/publicity/{ref_of(district)}")
    assert "异议未能核实，11 月 20 日（周五）注记" in page.text


def test_a_mark_that_is_over_is_told_in_the_records_room_alone(anybody, district):
    dispute(district, "objection")
    with district.session() as session:
        row = found(session)
        records.unmark(session, row, "objection", case_id=row.marks[-1].case_id, now=NOW)
    assert "异议处理中" not in anybody.get(f"/publicity/{ref_of(district)}").text
    handler = district.browser("handler.shichang")
    page = handler.get(f"/office/records/{ref_of(district)}")
    assert "已经结束的标注" in page.text
    assert "异议处理中" not in page.words(".tag")


def test_the_list_of_corrections_says_what_it_is_while_it_is_empty(anybody, district):
    with district.session() as session:
        session.execute(delete(CorrectionNotice))
    page = anybody.follow(anybody.get("/publicity"), "更正公告")
    assert page.heading == "更正公告"
    assert "还没有更正公告" in page.text


def test_a_correction_is_told_in_the_list_and_on_the_page_of_the_record(anybody, district):
    correct(district, CONTENT, CLASS)
    page = anybody.get("/publicity/corrections")
    assert "“处理内容”由“罚款 3 万元”更正为“罚款 0.3 万元”" in page.text
    assert "“失信信息类别”由“严重”更正为“一般”" in page.text
    assert NUMBER in page.text
    shown = anybody.follow(page, "天津海河示范食品有限公司")
    assert "2026 年 11 月 20 日（周五）更正" in shown.words("#corrections p")
    assert "“处理内容”由“罚款 3 万元”更正为“罚款 0.3 万元”" in shown.text


def test_what_was_wrong_altogether_says_so_at_its_old_address_and_names_nobody(anybody, district):
    correct(district, CONTENT, how="removed")
    page = anybody.get(f"/publicity/{ref_of(district)}")
    assert page.heading == "撤下公示的说明"
    assert "已经异议核查认定有误，撤下" in page.text
    listed = " ".join(anybody.get("/publicity/corrections").words(".timeline li:first-child"))
    assert "经异议核查认定有误，已经撤下" in listed
    for told in (page.text, listed):
        assert NUMBER in told
        assert "海河" not in told
        assert "罚款" not in told


def test_the_next_page_of_the_list_goes_on_and_ends(anybody, district):
    for number in range(21):
        correct(district, CONTENT | {"new": f"第 {number} 次"})
    page = anybody.follow(anybody.get("/publicity/corrections"), "下一页")
    assert "第 0 次" in page.text
    assert "第 1 次" not in page.text
    assert "后面没有了" in anybody.get("/publicity/corrections?after=1").text
    assert "第 20 次" in anybody.get("/publicity/corrections?after=nothing").text


@pytest.mark.parametrize("name", ["marks", "corrections"])
def test_each_feed_is_cheap_to_ask_again(anybody, district, name):
    first = anybody.client.get(f"/feed/{name}.json")
    assert first.headers["Cache-Control"] == "public, max-age=60"
    again = anybody.client.get(f"/feed/{name}.json", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    with district.session() as session:
        sync.ask(session, found(session), ["mark", "correct"], case_id=1, now=NOW, rulebook=RULEBOOK)
    later = anybody.client.get(f"/feed/{name}.json", headers={"If-None-Match": first.headers["ETag"]})
    before = len(first.json["feed"]["entries"])
    assert (later.status_code, len(later.json["feed"]["entries"])) == (200, before + 1)
