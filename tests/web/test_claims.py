"""In whose hand a case is: seen by everybody at once, kept while one works, given away by the head, never lost by a draft."""

import json

import pytest
from sqlalchemy import select

from tests.factories import legal
from tests.web.conftest import District
from workflow_app.models.party import AccountEvent, Person, Unit

FIRST, SECOND, HEAD = "handler.shichang", "handler.shichang2", "head.shichang"


@pytest.fixture
def waiting(district):
    """A signed case of the market regulation, which has two handlers and a head."""
    return district.case(subject="算盘", item="ZMTD-01", state="signed")


def name_of(district: District, login: str) -> str:
    """The name of the person with this login."""
    with district.session() as session:
        return session.scalars(select(Person.name).where(Person.login == login)).one()


def test_an_open_page_says_at_once_who_took_the_case_and_who_decided_it(district, waiting):
    second, first = district.browser(SECOND), district.browser(FIRST)
    page = second.get(f"/cases/{waiting}")
    panel = page.one("#hand")
    assert "还没有人领取" in panel.get_text()
    watch, mark = panel["data-watch"], panel["data-mark"]
    assert second.get(watch, status=200).one("#hand")["data-mark"] == mark, "asking changes nothing"
    first.submit(first.get(f"/cases/{waiting}"), "/claim")
    seen = second.get(watch).one("#hand")
    name = name_of(district, FIRST)
    assert f"{name}自 10:00 起办理，没有继续办的，10:30 自动释放。" in seen.get_text()
    assert "领取，由我办理" not in seen.get_text()
    told = json.loads(second.get(f"/queue/hands?n={waiting}&n=CM-120102-20200101-000001").html)
    assert told == {waiting: {"is_own": False, "text": f"{name}，10:00 起"}}
    own = first.get(f"/cases/{waiting}").one("#hand")
    assert "您自 10:00 起办理，领取到 10:30 为止" in own.get_text()
    with district.at("2026-11-20", "10:20"):
        first.post(own["data-renew"], status=204)
        second.post(own["data-renew"], status=409)
        assert district.stored(waiting).lease_until == legal("2026-11-20", "10:50")
    first.submit(first.get(f"/cases/{waiting}"), "/steps/accept")
    seen = second.get(watch).one("#hand")
    assert f"您打开这一页以后，{name}于 10:00 办理了“受理”" in seen.get_text()
    assert "承诺生效，履行中" in seen.get_text()


def test_the_page_asks_for_nothing_new_and_gets_304_and_no_sign_in_is_kept_open_by_it(district, waiting):
    second = district.browser(SECOND)
    panel = second.get(f"/cases/{waiting}").one("#hand")
    answer = second.client.get(panel["data-watch"], headers={"If-None-Match": f'"{panel["data-mark"]}"'})
    assert (answer.status_code, answer.data) == (304, b"")
    listed = second.client.get(f"/queue/hands?n={waiting}")
    again = second.client.get(f"/queue/hands?n={waiting}", headers={"If-None-Match": listed.headers["ETag"]})
    assert (listed.status_code, again.status_code) == (200, 304)
    assert listed.headers["Cache-Control"] == "no-store"
    with district.at("2026-11-20", "10:20"):
        assert second.client.get(panel["data-watch"]).status_code == 200
    with district.at("2026-11-20", "10:40"):
        assert second.client.get(panel["data-watch"]).status_code == 303, "nobody sat there for half an hour"


def test_a_second_decision_gets_a_page_with_what_was_typed_and_the_ways_on(district, waiting):
    second, first = district.browser(SECOND), district.browser(FIRST)
    page = second.get(f"/cases/{waiting}/steps/return_for_correction")
    first.submit(first.get(f"/cases/{waiting}"), "/claim")
    typed = {"tick_CM-R01": True, "note_CM-R01": "请写明迁址后的门牌号。"}
    page = second.submit(page, "/return_for_correction", typed, status=409)
    name, head = name_of(district, FIRST), name_of(district, HEAD)
    assert page.typed("note_CM-R01") == "请写明迁址后的门牌号。"
    for way in (
        "到 10:30 对方没有继续办的，会自动释放。那时在这一页再提交一次即可。",
        f"急着办的，请直接联系{name}，请对方放回队列。",
        f"需要换人办的，请{head}转办。",
    ):
        assert way in page.text
    assert "请写明迁址后的门牌号。" in page.one("#typed").get_text()
    first.submit(first.get(f"/cases/{waiting}"), "/steps/accept")
    page = second.submit(page, "/return_for_correction", status=409)
    assert f"{name}于 10:00 办理了“受理”" in page.text
    assert "请写明迁址后的门牌号。" in page.one("#typed").get_text()


def test_a_head_assigns_with_a_reason_and_the_trail_tells_it(district, waiting):
    second, head = district.browser(SECOND), district.browser(HEAD)
    second.submit(second.get(f"/cases/{waiting}"), "/claim")
    page = head.follow(head.get(f"/cases/{waiting}"), "转办")
    page = head.submit(page, "/assign", {"why": ""}, status=422)
    assert "请写明为什么分办或转办。" in page.text
    with district.session() as session:
        first_id = session.scalars(select(Person.id).where(Person.login == FIRST)).one()
    page = head.submit(page, "/assign", {"to": str(first_id), "why": "熟悉这家企业。"})
    first_name, second_name, head_name = (name_of(district, each) for each in (FIRST, SECOND, HEAD))
    assert f"已分办给{first_name}，双方会收到消息。" in page.text
    assert f"11 月 20 日（周五）起分办给{first_name}。" in page.text
    page = head.follow(page, "领取和分办的经过")
    assert f"{second_name} → {first_name}" in page.text
    assert "熟悉这家企业。" in page.text
    assert f"由{head_name}" in page.text
    district.deliver()
    assert "分办给您，请办理" in district.browser(FIRST).get("/notices").text
    assert f"转给{first_name}办理，您不需要再办" in district.browser(SECOND).get("/notices").text
    refused = second.get(f"/cases/{waiting}/assign", status=409)
    assert "分办由部门负责人办理" in refused.text
    owner = district.browser("owner.suanpan").get(f"/cases/{waiting}")
    assert "分办" not in owner.text, "a firm is not told who has it in hand"


def test_a_head_lets_the_unit_share_out(district):
    head = district.browser(HEAD)
    page = head.follow(head.get("/queue"), "自动分办")
    page = head.submit(page, "/unit/sharing", {"sharing": "yes"})
    assert "已保存。新到的办件会自动分办。" in page.text
    with district.session() as session:
        assert session.scalars(select(Unit.shares_out).where(Unit.name.contains("市场监管"))).one()
        assert session.scalars(select(AccountEvent.what).order_by(AccountEvent.id.desc())).first() == (
            "sharing_changed"
        )
