"""The jobs people come for, walked in a real browser: with and without a script, on a desk and on a phone.

A click is a press on a link, a button, a box or the first field of a form; the other fields are reached by Tab.
"""

from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from tests.e2e.conftest import DESKTOP, PHONE, Visit, Visiting
from tests.e2e.looking import sideways
from tests.web.conftest import PASSWORD, District
from workflow_app.domain import clock
from workflow_app.models.document import Document
from workflow_app.services.documents import printing

SCRIPT_DESK = pytest.param(True, DESKTOP, id="script-desk")
BARE_DESK = pytest.param(False, DESKTOP, id="bare-desk")
SCRIPT_PHONE = pytest.param(True, PHONE, id="script-phone")
BARE_PHONE = pytest.param(False, PHONE, id="bare-phone")
in_all_ways = pytest.mark.parametrize(("script", "size"), [SCRIPT_DESK, BARE_DESK, SCRIPT_PHONE])
in_two_ways = pytest.mark.parametrize(("script", "size"), [SCRIPT_DESK, BARE_PHONE])


@in_all_ways
def test_a_firm_comes_from_the_home_page_to_a_signed_letter_in_twelve_clicks(
    visiting: Visiting, script: bool, size: tuple[int, int]
) -> None:
    visit = visiting(script=script, size=size)
    page = visit.open("/")
    visit.press(visit.named("信用承诺"))
    visit.press("食品经营许可延续（经营条件未发生变化）")
    visit.press("登录后填写")
    visit.sign_in("owner.haihe")
    assert visit.heading() == "食品经营许可延续（经营条件未发生变化）", "signing in leads back to the item"
    visit.press_button("开始填写")
    visit.press(page.get_by_label("承诺事由"))
    page.keyboard.type("海河示范路 9 号门店食品经营许可证将于 2026 年 12 月到期，申请延续。")
    visit.type_over("联系人", "周明远")
    visit.type_over("联系手机", "19900000001")
    visit.press_button("下一步：看承诺书全文")
    assert "海河示范路 9 号门店" in page.locator("#letter").inner_text(), "the letter shows what was typed"
    assert sideways(page) == 0
    visit.press(page.get_by_label("我已阅读承诺书全文", exact=False))
    visit.press(page.get_by_label("同意向社会公示", exact=False))
    visit.press(page.get_by_label("登录密码"))
    page.keyboard.type(PASSWORD)
    visit.press_button("签署承诺书")
    assert "已完成“签署承诺书”。现在的状态：已签署，待受理。" in visit.text()
    assert visit.clicks <= 12
    visit.let_the_worker_deliver()
    page.reload()
    assert visit.text().count("下载 PDF") == 2, "the letter and the receipt"
    for link in page.get_by_role("link", name="下载 PDF").all():
        answer = page.request.get(visit.base + str(link.get_attribute("href")))
        assert answer.status == 200
        assert answer.body().startswith(b"%PDF")


@in_two_ways
def test_a_handler_accepts_from_the_queue_in_two_clicks(
    visiting: Visiting, script: bool, size: tuple[int, int]
) -> None:
    visit = visiting("handler.weijian", script=script, size=size)
    visit.open("/queue")
    visit.press("演示区李子亭示范理发店")
    visit.press_button("受理")
    assert "已完成“受理”。现在的状态：承诺生效，履行中。" in visit.text()
    assert visit.clicks <= 3
    visit.open("/queue")
    assert "没有等您办的办件" in visit.text()


@in_two_ways
def test_a_handler_returns_a_case_with_the_reason_at_its_field(
    visiting: Visiting, script: bool, size: tuple[int, int]
) -> None:
    visit = visiting("handler.weijian", script=script, size=size)
    page = visit.open("/queue")
    visit.press("演示区李子亭示范理发店")
    visit.press("退回补正")
    expect(page.get_by_label("具体情况").first, "what no reason needs stays out of the way").to_be_hidden()
    visit.press(page.get_by_label("按填写的手机号联系不上"))
    note = page.locator(".reason:has(input:checked)").get_by_label("具体情况")
    visit.press(note)
    page.keyboard.type("11 月 20 日上午三次拨打均无人接听。")
    visit.press_button("退回补正")
    assert "现在的状态：已退回补正。" in visit.text()
    assert "11 月 20 日上午三次拨打均无人接听。" in visit.text()


@in_two_ways
def test_a_head_decides_a_breach_in_two_clicks_and_a_confirmation(
    visiting: Visiting, script: bool, size: tuple[int, int]
) -> None:
    visit = visiting("head.wangxin", script=script, size=size)
    page = visit.open("/queue")
    visit.press(page.locator("#queue a.row-link").first)
    visit.press(page.get_by_role("link", name="认定违诺", exact=True))
    assert visit.clicks == 2
    page.get_by_label("部分履行").check()
    visit.type_over("违诺责任追究内容", "责令限期改正。")
    visit.type_over("决定理由", "注销途径仍未提供，期内没有陈述申辩。")
    visit.press_button("认定违诺")
    assert "现在的状态：已认定违诺。" in visit.text()


@in_two_ways
def test_after_a_return_a_firm_changes_only_the_marked_parts_and_signs_again(
    visiting: Visiting, district: District, tmp_path: Path, script: bool, size: tuple[int, int]
) -> None:
    address = district.case(subject="启明", item="RQSL-03", state="returned")
    visit = visiting("owner.qiming", script=script, size=size)
    page = visit.open("/queue")
    visit.press(page.locator("#queue a.row-link").first)
    assert "11 月 10 日、11 日三次拨打均提示为空号。" in visit.text()
    visit.press("修改标出的地方")
    asked = page.locator("main form .field").filter(visible=True)
    assert asked.count() == 2, "the mobile number and the list of papers, nothing else"
    visit.type_over("联系手机", "19900000009")
    page.get_by_label("待补材料清单").set_input_files(paper(tmp_path))
    visit.press_button("下一步：看承诺书全文")
    page.get_by_label("我已阅读承诺书全文", exact=False).check()
    visit.type_over("登录密码", PASSWORD)
    visit.press_button("补正后重新签署")
    assert "现在的状态：已签署，待受理。" in visit.text()
    stored = district.stored(address)
    assert stored.facts["contact_mobile"] == "19900000009"
    assert stored.facts["reason"] == "住所由演示大街 100 号变更为 102 号，申请变更登记。"


@in_two_ways
def test_a_visitor_checks_a_document_by_its_code(
    visiting: Visiting, district: District, script: bool, size: tuple[int, int]
) -> None:
    with district.session() as session:
        number, code = session.execute(
            select(Document.number, Document.verify_code)
            .where(Document.number.startswith("FC-"), Document.produced_at.is_not(None))
            .limit(1)
        ).one()
    visit = visiting(script=script, size=size)
    page = visit.open("/")
    visit.press(visit.named("文书验真"))
    page.get_by_role("textbox", name="验真码").fill(code.lower())
    visit.press_button("核验")
    assert page.locator("#answer").get_attribute("data-outcome") == "valid"
    for told in (number, "天津海河示范食品有限公司", "信用承诺履行证明"):
        assert told in visit.text()


@in_two_ways
def test_another_language_keeps_the_page(visiting: Visiting, script: bool, size: tuple[int, int]) -> None:
    visit = visiting("handler.shichang", script=script, size=size)
    page = visit.open("/queue?tab=all&q=海河")
    before = visit.page.url
    rows = page.locator("#queue a.row-link").count()
    page.get_by_role("button", name="English").click()
    assert visit.page.url == before
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("#queue a.row-link").count() == rows > 0
    page.get_by_role("button", name="中文").click()
    assert visit.page.url == before
    assert page.locator("html").get_attribute("lang") == "zh-Hans"


def test_a_draft_that_needs_no_acceptance_says_what_happens_next(
    visiting: Visiting, district: District
) -> None:
    visit = visiting("owner.lizi", script=False)
    visit.open(f"/cases/{district.case(subject='李子亭', item='ZDGS-03', state='draft')}")
    assert "已经办结" not in visit.text()
    assert "签署承诺书后，办件转为“已签署，待受理”。" in visit.text()


def test_a_head_reads_that_it_is_the_heads_turn(visiting: Visiting, district: District) -> None:
    visit = visiting("head.wangxin", script=False)
    visit.open(f"/cases/{district.case(subject='环渤海', item='ZDGS-04', state='breach_proposed')}")
    assert turn_of(visit) == "轮到您 演示区网信办 部门负责人"


def turn_of(visit: Visit) -> str:
    """What stands beside “轮到谁”."""
    return " ".join(visit.page.locator("#four dd").nth(1).inner_text().split())


def paper(folder: Path) -> Path:
    """A PDF to hand in."""
    file = folder / "待补材料清单.pdf"
    file.write_bytes(
        printing.render_pdf("<p>1. 房屋租赁合同 1 份，2026 年 11 月 27 日前</p>", made_at=clock.now())
    )
    return file
