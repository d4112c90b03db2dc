"""外出代办 over HTTP: a deputy is named, acts under the other name and is told so first, and is released again.

The day is Friday 2026-09-18; a signed commitment waits for the handlers of the market regulator.
"""

import pytest
from sqlalchemy import select

from tests.browser import Browser
from tests.factories import NOW, case_in, legal
from tests.web.visitor import Visitor, give_passwords, real_office
from workflow_app.domain import clock
from workflow_app.models.event import Event


@pytest.fixture
def app(sqlite, house, tmp_path):
    with sqlite.writing() as session:
        give_passwords(session)
        case_in(session, "signed", sqlite.world, house)
    with clock.fixed(NOW):
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


NUMBER = "CM-120102-20260918-000001"
NAMED = "指定代办人"
IN_STEAD = "您代郑谷雨办理，办理经过会这样写明。"


def test_a_deputy_is_named_acts_in_the_others_stead_and_is_told_so_before(enter, sqlite):
    handler, head = enter("handler"), enter("second_head")
    assert IN_STEAD not in head.get(f"/cases/{NUMBER}").text
    empty = handler.get("/stand-ins")
    assert "没有人外出 要外出的，请在走之前指定代办人；来不及的，由本单位负责人代为指定。" in empty.text
    page = handler.follow(empty, NAMED)
    assert not page.soup.find("select", {"name": "person"})
    assert [option.get_text() for option in page.soup.select("[name=deputy] option")] == [
        "请选择同事",
        "王芒种（部门经办）",
        "冯清明（部门负责人）",
        "陈小雪（部门负责人）",
        "褚大寒（部门负责人）",
    ]
    page = handler.submit(page, NAMED, {"until_on": "2026-09-17", "from_on": "2026-09-18"}, status=422)
    assert page.error_of("deputy") == "请选择由谁代办。"
    assert page.error_of("why") == "请写明原因，例如外出培训、休假。"
    deputy = str(sqlite.world.people["second_head"])
    page = handler.submit(page, NAMED, {"deputy": deputy, "why": "外出培训"}, status=422)
    assert page.error_of("until_on") == "最后一天不能早于第一天，请核对两个日期。"
    page = handler.submit(page, NAMED, {"until_on": "2026年9月22日"})
    assert page.heading == "陈小雪代郑谷雨办理办件"
    assert "已指定代办人，两个人都会收到消息。" in page.text
    assert page.words("h1 + .case-line .tag") == ["代办中"]
    assert "外出培训" in page.text
    page = handler.submit(handler.get("/stand-ins/new"), NAMED, {
        "deputy": deputy, "why": "再一次", "from_on": "2026-09-22", "until_on": "2026-09-23"}, status=422)  # fmt: skip
    assert "郑谷雨 9 月 18 日（周五）至 9 月 22 日（周二）已由陈小雪代办，不能重复指定。" in page.error_of(
        "from_on"
    )

    page = head.get("/stand-ins")
    assert "今天您代郑谷雨办理办件。" in page.text
    assert page.words(".nav a[href='/stand-ins'] .count") == ["1"]
    assert page.words("td .tag") == ["您", "代办中"]
    case = head.get(f"/cases/{NUMBER}")
    assert case.text.count(IN_STEAD) == 1
    page = head.follow(case, "退回补正")
    assert page.words("#deeds .notice-title") == [IN_STEAD]
    page = head.submit(case, "受理", button="受理")
    assert "陈小雪（部门经办，代郑谷雨办理）" in page.text
    with sqlite.reading() as session:
        last = session.scalars(select(Event).order_by(Event.id.desc())).first()
        assert (last.step, last.actor.name, last.acted_for.name) == ("accept", "陈小雪", "郑谷雨")


def test_the_head_names_one_ends_it_and_others_see_what_concerns_them(enter, sqlite):
    head, people = enter("head"), sqlite.world.people
    page = head.get("/stand-ins/new")
    assert [option.get_text() for option in page.soup.select("[name=person] option")] == [
        "冯清明（部门负责人）",
        "郑谷雨（部门经办）",
        "王芒种（部门经办）",
        "陈小雪（部门负责人）",
        "褚大寒（部门负责人）",
    ]
    days = {"from_on": "2026-09-21", "until_on": "2026-09-25", "why": "住院"}
    chosen = {"person": str(people["handler"]), "deputy": str(people["second_handler"])}
    stranger = head.post(
        "/stand-ins/new", {**days, **chosen, "deputy": str(people["other_handler"])}, status=422
    )
    assert "这一项不在可选范围内" in stranger.error_of("deputy")
    page = head.submit(page, NAMED, {**days, **chosen})
    assert page.words("h1 + .case-line .tag") == ["未开始"]
    address = page.path
    busy = head.submit(head.get("/stand-ins/new"), NAMED, {
        **days, "person": str(people["second_handler"]), "deputy": str(people["handler"])}, status=422)  # fmt: skip
    assert busy.error_of("deputy").startswith(
        "郑谷雨 9 月 21 日（周一）至 9 月 25 日（周五）外出（由王芒种代办）"
    )

    auditor = enter("auditor")
    page = auditor.follow(auditor.get("/stand-ins"), "郑谷雨")
    assert "住院" in page.text
    assert not page.soup.find("form", {"action": f"{address}/end"})
    assert "还没有" not in auditor.get("/admin/log?what=stand_in_made").text
    colleague = enter("second_head").get(address)
    assert "住院" in colleague.text  # a head of the unit
    enter("other_head").get(address, status=404)

    page = head.submit(head.get(address), "取消这次代办")
    assert page.words("h1 + .case-line .tag") == ["已取消"]
    assert "谁提前结束的 冯清明" in page.text
    with clock.fixed(legal("2026-09-18", "10:05")):
        assert "这次代办已经结束，不用再办。" in head.post(f"{address}/end", {}, status=409).text
    assert head.get("/stand-ins").words("h2")[-1] == "已经结束的"
    second = enter("second_handler").get("/stand-ins")
    assert second.words("td .tag") == ["已取消"]


def test_colleagues_do_not_read_why(enter, sqlite):
    people = sqlite.world.people
    handler = enter("handler")
    days = {"from_on": "2026-09-18", "until_on": "2026-09-18", "why": "看病"}
    page = handler.submit(handler.get("/stand-ins/new"), NAMED, {**days, "deputy": str(people["head"])})
    colleague = enter("second_handler").get(page.path)
    assert "看病" not in colleague.text
    assert "只有当事的两个人、负责人和审计管理员可以看到" in colleague.text
