"""Leaving a list over HTTP: from the first day that is said to the exit, the revocation, and everything that is refused.

The firm was put on its lists on Friday 2026-09-18 (see `tests.lists`). The list of wage arrears may be left six months
after the unit confirmed the correction, by Order 36 a serious record after a year.
"""

from datetime import date

import pytest
from sqlalchemy import select

from tests.factories import NOW, legal
from tests.lists import Listing, book, lift_all, list_type, watch
from tests.web.conftest import District
from tests.web.visitor import PASSWORD, give_passwords, real_office
from workflow_app.domain import clock
from workflow_app.models.lists import ListEntry
from workflow_app.models.outbox import Message
from workflow_app.models.sync import SyncTask
from workflow_app.services.engine import perform
from workflow_app.services.records import records
from workflow_app.services.sync import sync

READY = "2027-03-22"
"""A Monday; the six months since 2026-09-18 were over with March 18."""
ASKED = {"correction": "工资已经全部补发。", "contact_name": "赵经纬", "contact_mobile": "13800000001"}
CHECKED = {
    "duties_performed": True, "harm_removed": True, "commitment_made": True, "none_again": True,
    "minimum": "list_rule", "minimum_basis": "人社部令第45号第十一条", "finding": "工资支付凭证逐项核对无误。",
}  # fmt: skip


class Desk:
    """One database with entries of the firm, and everybody's browser."""

    def __init__(self, database, tmp_path):
        self.database, self.world = database, database.world
        with database.writing() as session:
            give_passwords(session)
        self.district = District(real_office(database, tmp_path))
        self.house = self.district.app.extensions["house"]

    def listed(self, kind, *, subject="firm", **columns):
        """The reference of a fresh entry."""
        with self.database.writing() as session:
            type_ = list_type(session, self.world, kind, **columns)
            made = Listing(session, self.world, self.house, subject=subject, type_=type_).to("listed")
            return made.entry.ref

    def corrected(self, ref):
        """The unit confirms on 2026-09-18 that the wages were paid; the clock of lists counts from then."""
        with self.database.writing() as session:
            entry = self.entry(session, ref)
            records.change(
                session, entry.record, {"duties_done_on": date(2026, 9, 18)}, why="工资已经补发",
                by_id=self.world.people["handler"], now=NOW, rulebook=book(session, self.house),
            )  # fmt: skip
            watch(session, self.house, now=NOW)

    def everybody_confirms(self, ref, day):
        """Each unit lifts its measure, each place takes the entry down; the clock looks again."""
        with self.database.writing() as session:
            entry, now = self.entry(session, ref), legal(day)
            lift_all(session, self.world, self.house, entry, now=now)
            for task in session.scalars(select(SyncTask).where(SyncTask.confirmed_at.is_(None))).all():
                sync.confirm(
                    session, task, by_id=None, evidence="已撤下", now=now, rulebook=book(session, self.house)
                )
            perform.follow(session, entry.exit_case_id, now=now, house=self.house)

    def entry(self, session, ref):
        return session.scalars(select(ListEntry).where(ListEntry.ref == ref)).one()

    def page(self, login, address, status=200):
        return self.district.browser(login).get(address, status=status)

    def exit_page(self, login, ref, status=200):
        return self.page(login, f"/list-exits/start?entry={ref}", status)

    def step(self, login, address, name, given=None, status=200):
        """Take a step through its page."""
        browser = self.district.browser(login)
        page = browser.get(f"/cases/{address}/steps/{name}")
        return browser.submit(page, f"/steps/{name}", given, status=status)


@pytest.fixture
def desk(sqlite, tmp_path):
    with clock.fixed(NOW):
        yield Desk(sqlite, tmp_path)


def of_case(page):
    """The address of the case a page is about."""
    return page.path.split("/")[2]


def lines(page, panel):
    """The conditions or dates of a panel, each with whether it is met."""
    return [
        (item.strong.get_text(strip=True), "is-met" in item["class"]) for item in page.soup.select(f"#{panel} .checks > li")
    ]  # fmt: skip


def test_a_firm_leaves_a_list_and_is_put_back_when_its_proof_was_false(desk):
    ref = desk.listed("wage")
    page = desk.exit_page("owner", ref)
    assert (
        "最短期限从认定单位确认您纠正、履行完义务之日起算，现在还没有确认" in page.one("#leaving").get_text()
    )
    desk.corrected(ref)
    page = desk.exit_page("owner", ref)
    assert "从 2027 年 3 月 19 日（周五）起可以申请提前移出" in page.one("#leaving").get_text()
    assert "最迟到 2029 年 9 月 18 日" in page.one("#leaving").get_text()
    assert lines(page, "dates") == [("名单规定的最短期限", False), ("《信用修复管理办法》的最短期限", False)]
    assert "两个最短期限不一样长" in page.one("#dates").get_text()
    assert "申请提前移出" not in [button.get_text(strip=True) for button in page.soup.select("button")]
    with desk.district.at(READY):
        browser = desk.district.browser("owner")
        page = browser.follow(browser.get("/credit-file"), "示范wage名单")
        assert lines(page, "dates") == [
            ("名单规定的最短期限", True),
            ("《信用修复管理办法》的最短期限", False),
        ]
        assert ("签署守信承诺书", False) in lines(page, "conditions")
        page = browser.submit(page, "/list-exits/start")
        assert page.heading == "移出名单：示范wage名单"
        assert page.typed("duties") == "认定单位已经确认于 2026-09-18 履行完毕。"
        address = of_case(page)
        page = browser.submit(page, "/edit", ASKED, button="下一步")
        assert "请先为这条列入记录签署守信承诺书" in page.text
        letter = browser.submit(browser.get(f"/cases/{address}"), "/list-exits/letter")
        letter = browser.submit(letter, "/edit", button="下一步")
        browser.submit(
            letter, "/steps/sign", {"has_read": True, "publication_consent": True, "password": PASSWORD}
        )
        page = browser.get(f"/cases/{address}/steps/submit")
        assert ("签署守信承诺书", True) in lines(page, "leaving")
        page = browser.submit(page, "/steps/submit")
        number = of_case(page)
        assert number == "LE-120102-20270322-000001"
        desk.step("clerk", number, "forward")
        desk.step("handler", number, "accept")
        page = desk.step("handler", number, "propose_approval", CHECKED | {"harm_removed": False}, status=409)
        assert "各项条件都要逐项核对并勾选" in page.text
        page = desk.step("handler", number, "propose_approval", CHECKED | {"minimum": "order_36"}, status=409)
        assert "请选择适用哪一个，并写明依据" in page.text
        page = desk.step("handler", number, "propose_approval", CHECKED)
        assert ("危害后果和不良影响已消除", True) in lines(page, "leaving")
        page = desk.step("head", number, "approve", {"decision_reasons": "符合提前移出条件。"})
        assert "已决定移出，正在停止公示、解除措施" in page.text
        page = desk.page("owner", f"/cases/{number}")
        assert page.one("#measures").get_text().count("待解除") == 2
        desk.everybody_confirms(ref, READY)
        assert "已移出名单" in desk.page("owner", f"/cases/{number}").text
        page = desk.exit_page("owner", ref)
        assert "已在 3 月 22 日（周一）移出名单，各处均已确认" in page.text
        desk.step(
            "handler",
            number,
            "propose_revocation",
            {"revocation_facts": "凭证伪造。", "revocation_basis": "承诺书第二条"},
        )
        desk.step("owner", number, "reply", {"reply": "凭证由代办人提供。"})
        desk.step("head", number, "revoke", {"decision_reasons": "凭证系伪造，申辩不成立。"})
        page = desk.exit_page("owner", ref)
        assert "弄虚作假" in page.one("#leaving").get_text()
        assert "从 2030 年 3 月 23 日（周六）起可以再次申请" in page.one("#leaving").get_text()
        assert "最迟到 2030 年 3 月 22 日" in page.one("#leaving").get_text()
        page = desk.district.browser("owner").post("/list-exits/start", {"entry": ref}, status=409)
        assert "弄虚作假" in page.text


def test_too_early_foreign_annulled_and_uncovered_are_refused(desk):
    ref = desk.listed("serious")
    owner = desk.district.browser("owner")
    page = owner.post("/list-exits/start", {"entry": ref}, status=409)
    assert "从 2027 年 9 月 19 日（周日）起可以申请提前移出，届时会提醒您" in page.text
    page = desk.exit_page("agent_for_repair", ref)
    assert "您的授权不包括移出名单" in page.text
    desk.district.browser("agent_for_repair").post("/list-exits/start", {"entry": ref}, status=409)
    for stranger in ("other_owner", "other_handler"):
        desk.exit_page(stranger, ref, status=404)
        desk.district.browser(stranger).post("/list-exits/start", {"entry": ref}, status=404)
    desk.exit_page("owner", "nobody", status=404)
    desk.district.browser("handler").post("/list-exits/start", {"entry": ref}, status=404)
    with desk.database.writing() as session:
        record = desk.entry(session, ref).record.ref
    for address in (f"/repairs/start?ref={record}", f"/r/{record}"):
        assert owner.get(address).path == f"/list-exits/start?entry={ref}"
    assert (
        "列入名单的记录不从信用修复办理" in owner.post("/repairs/start", {"record": record}, status=409).text
    )
    page = owner.get(f"/credit-file/{record}")
    assert "能不能移出名单" in page.text
    assert "修复要满足的条件" not in page.text
    assert "没有需要修复的记录" in owner.get("/repairs/start").text
    with desk.database.writing() as session:
        entry = desk.entry(session, ref)
        records.take_down(
            session, entry.record, "annulled", why="经异议查明有误", by_id=None, now=NOW, rulebook=book(session, desk.house)
        )  # fmt: skip
        assert watch(session, desk.house, now=NOW) == ["annul"]
    desk.exit_page("owner", ref, status=404)
    assert "名单" not in [tag.get_text() for tag in owner.get("/credit-file").soup.select("h2")]


def test_the_term_ends_by_itself_unless_a_restriction_was_noted_by_two(desk):
    free, held = desk.listed("serious"), desk.listed("serious", key="other", name="另一名单")
    handler, stated = (
        desk.district.browser("handler"),
        {"because": "限制从业五年。", "basis": "《食品安全法》第一百三十五条"},
    )
    page = handler.follow(handler.get("/list-exits/"), "另一名单")
    assert "没有限制期" in page.one("#restriction").get_text()
    sent = {"what": "restrict", "until_on": "2026-09-18", **stated}
    page = handler.submit(page, "/restriction", sent | {"until_on": ""}, status=422)
    assert "请填写限制期的最后一日" in page.error_of("until_on")
    page = handler.submit(page, "/restriction", sent, status=409)
    assert "限制期应当在今天以后届满" in page.error_of("until_on")
    page = handler.submit(page, "/restriction", sent | {"until_on": "2031-09-18"})
    assert "由另一位负责人确认后生效" in page.one("#restriction").get_text()
    handler.post(f"/list-exits/{held}/restriction/decide", {"decision": "note"}, status=403)
    desk.district.browser("other_head").post(
        f"/list-exits/{held}/restriction/decide", {"decision": "note"}, status=404
    )
    head = desk.district.browser("head")
    page = head.submit(
        head.get(f"/list-exits/start?entry={held}"), "/decide", {"decision": "refuse"}, status=409
    )
    assert page.error_of("why") == "不同意的，请写明理由。"
    page = head.submit(page, "/decide", {"decision": "note"})
    assert "限制期到 2031 年 9 月 18 日" in page.one("#restriction").get_text(" ", strip=True)
    assert "《食品安全法》第一百三十五条" in desk.exit_page("owner", held).one("#leaving").get_text()
    with desk.database.reading() as session:
        told = session.scalars(select(Message.key).where(Message.key.startswith("restriction-"))).all()
    assert sorted(told) == ["restriction-1", "restriction-1/2026-09-18"]
    with desk.district.at("2029-09-19") as now:
        with desk.database.writing() as session:
            assert watch(session, desk.house, now=now).count("expire") == 1
        page = desk.exit_page("owner", free)
        assert "期限届满移出" in page.one(".case-line").get_text()
        assert "您不用再做什么" in page.one("#leaving").get_text()
        number = page.soup.select_one("#exits a").get_text()
        assert "已决定移出，正在停止公示、解除措施" in desk.page("owner", f"/cases/{number}").text
        assert "限制期满的次日由系统自动移出" in desk.exit_page("owner", held).one("#leaving").get_text()
        head = desk.district.browser("second_head")
        lifted = {"what": "lift", "because": "限制已经提前解除。", "basis": "法院裁定"}
        head.submit(head.get(f"/list-exits/start?entry={held}"), "/restriction", lifted)
        assert desk.exit_page("second_head", held).soup.select("[name=decision]") == []
        head = desk.district.browser("head")
        head.submit(head.get(f"/list-exits/start?entry={held}"), "/decide", {"decision": "note"})
        with desk.database.writing() as session:
            assert "expire" in watch(session, desk.house, now=now)


def test_a_red_list_is_left_on_ones_own_wish_or_by_its_unit_and_at_the_window(desk):
    red, focus = desk.listed("red"), desk.listed("focus")
    browser = desk.district.browser("clerk")
    page = browser.follow(browser.get("/list-exits/window?q=海河"), "天津海河示范食品有限公司")
    page = browser.follow(page, "示范red名单")
    assert "不想留在名单上的，随时可以申请移出" in page.text
    page = browser.submit(page, "/list-exits/start")
    assert [page.soup.select(f'[name="{name}"]') for name in ("correction", "duties", "proof_source")] == [
        [],
        [],
        [],
    ]
    page = browser.submit(
        page, "/edit", {"contact_name": "赵经纬", "contact_mobile": "13800000001"}, button="下一步"
    )
    page = browser.submit(page, "/steps/submit")
    number = of_case(page)
    page = desk.exit_page("owner", red)
    assert "已经有一件正在办理的移出" in page.one("#leaving").get_text()
    desk.step("clerk", number, "forward")
    desk.step("handler", number, "accept")
    browser = desk.district.browser("handler")
    page = browser.get(f"/cases/{number}/steps/propose_approval")
    assert page.soup.select('[name="duties_performed"], [name="minimum"]') == []
    browser.submit(page, "/propose_approval", {"finding": "系本单位申请。"})
    assert "不向社会公开" in desk.exit_page("handler", focus).text
    page = browser.submit(desk_page := browser.get(f"/list-exits/start?entry={focus}"), "/list-exits/start")
    assert "可以依职权启动移出" in desk_page.text
    assert page.path.endswith("/steps/initiate")
    page = browser.submit(page, "/steps/initiate", {"grounds": "六个月内没有新的失信行为。"})
    number = of_case(page)
    desk.step("handler", number, "propose_approval", {"finding": "核对无误。"})
    desk.step("head", number, "approve", {"decision_reasons": "不再需要重点关注。"})
    assert "依职权移出" in desk.exit_page("handler", focus).one(".case-line").get_text()
