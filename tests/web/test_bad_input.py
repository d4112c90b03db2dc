"""What people hand in by mistake or on purpose: each gets a clear sentence, nothing is lost, nothing leaks."""

from io import BytesIO
from urllib.parse import quote

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from tests.browser import Browser, Page
from tests.services import paper_samples as samples
from tests.web.conftest import PASSWORD, District
from tests.web.firm import TYPED, address_of, fill_in, sign, signed, start
from workflow_app.models.case import Case
from workflow_app.models.document import Document
from workflow_app.models.event import Event
from workflow_app.models.party import Subject

PUBLIC_PROMISE = "ZDGS-03"
NOT_THERE = "没有找到这个页面，或者它不在您可以查看的范围内。请核对编号，或换用有权限的账户登录。"


@pytest.fixture
def firm(district):
    """The browser of the firm's owner."""
    return district.browser("owner.haihe")


def test_an_unknown_item_is_said_not_to_be_there(district, firm):
    assert NOT_THERE in firm.get("/items/NOPE-99", status=404).text
    assert NOT_THERE in firm.post("/items/NOPE-99/start", {"subject_id": "1"}, status=404).text


def test_a_draft_for_a_subject_of_somebody_else_is_not_opened(district, firm):
    with district.session() as session:
        other = session.scalars(select(Subject.id).where(Subject.name.contains("金河"))).one()
    assert NOT_THERE in firm.post("/items/ZMTD-01/start", {"subject_id": str(other)}, status=404).text
    assert NOT_THERE in firm.post("/items/ZMTD-01/start", {"subject_id": "不是数字"}, status=404).text


def test_an_agent_whose_mandate_ended_is_told_so_and_what_to_do(district):
    number = district.case(subject="金河", item="RQSL-02", state="breached")
    page = district.browser("agent.jinhe").get(f"/cases/{number}", status=409)
    assert (
        "您代办这个主体事项的授权已于 8 月 31 日（周一） 到期。请主体管理员在“经办人与授权”中续期。"
        in page.text
    )


def test_a_mandate_that_ends_while_a_draft_is_open_stops_the_draft_and_keeps_it(district):
    agent = district.browser("agent.haihe")
    with district.at("2027-03-31", "23:50"):
        district.sign_in(agent, "agent.haihe")
        page = start(agent, "ZMTD-01")
        agent.submit(page, "/edit", {"reason": "迁址。"}, button="先保存")
    address = address_of(page)
    with district.at("2027-04-01", "00:05"):
        page = agent.post(f"/cases/{address}/edit", {"version": "2", "reason": "改。"}, status=409)
        assert "授权已于" in page.text
    assert district.stored(address).facts["reason"] == "迁址。"


def test_a_letter_that_was_superseded_meanwhile_is_shown_anew_before_it_is_signed(district, firm):
    with district.at("2026-11-30", "23:50"):
        district.sign_in(firm, "owner.haihe")
        page = fill_in(firm, PUBLIC_PROMISE)
    draft = address_of(page)
    with district.at("2026-12-01", "00:05"):
        page = sign(firm, page, status=409)
        assert "承诺书文本在您填写期间有了新的版本。您填写的内容都在，请重新阅读新文本后再签署。" in page.text
        assert page.typed("letter_version") == "2"
        assert not page.is_ticked("has_read")
        assert TYPED["reason"] in page.one(".letter").get_text()
        assert district.stored(draft).state == "draft"
        page = sign(firm, page)
        assert district.stored(address_of(page)).facts["letter_version"] == 2


FILES = {
    "empty": ("空.pdf", b"", "“空.pdf”是空文件，里面没有内容。"),
    "wrong type": ("说明.docx", samples.docx(), "“说明.docx”是 Word 文档，这里只收 PDF、JPEG 和 PNG。"),
    "archive": ("材料.zip", samples.archive(a="b"), "“材料.zip”是压缩包，这里只收 PDF、JPEG 和 PNG。"),
    "program": ("平面图.pdf", b"MZ" + bytes(2000), "“平面图.pdf”是可以运行的程序，这里只收 PDF、JPEG 和 PNG。"),
    "other name": ("平面图.png", samples.pdf_bytes(), "“平面图.png”的扩展名与内容不一致，里面其实是 PDF。"),
    "password": ("锁.pdf", samples.locked_pdf(user="secret"), "“锁.pdf”设有打开密码，工作人员看不了。"),
    "script": ("活动.pdf", samples.pdf_with_script(), "“活动.pdf”里有脚本或会自动运行的动作，为了安全不能接收。"),
    "polyglot": ("双面.pdf", samples.pdf_bytes() + samples.archive(a="b"), "“双面.pdf”在 PDF 之外还夹带了别的内容，为了安全不能接收。"),
    "bomb": ("炸弹.pdf", samples.pdf_bomb(600), "“炸弹.pdf”展开后大得不合常理，系统没有打开它。"),
    "too big": ("大.pdf", samples.pdf_bytes() + bytes(10 * 1024 * 1024), "“大.pdf”大小为 10.1 MB，超过了每份 10 MB 的上限。"),
}  # fmt: skip


@pytest.mark.parametrize("kind", FILES)
def test_a_paper_that_cannot_be_taken_is_refused_at_its_field_and_the_text_stays(district, firm, kind):
    name, content, sentence = FILES[kind]
    page = firm.submit(
        start(firm), "/edit", TYPED, button="下一步", files={"file_site_plan": [(name, content)]}, status=422
    )
    assert page.error_of("file_site_plan").startswith(sentence)
    assert page.typed("reason") == TYPED["reason"]
    assert district.stored(address_of(page)).facts["statement"] == TYPED["statement"]


def test_of_several_papers_the_good_one_is_kept_when_another_is_refused(district, firm):
    files = [("好.pdf", samples.pdf_bytes()), ("坏.docx", samples.docx())]
    page = firm.submit(
        start(firm), "/edit", TYPED, button="下一步", files={"file_site_plan": files}, status=422
    )
    assert page.error_of("file_site_plan").startswith("“坏.docx”是 Word 文档")
    assert "好.pdf" in page.text
    assert firm.submit(page, "/edit", button="下一步").path.endswith("/steps/sign")


def test_a_double_click_signs_once(district, firm):
    page = fill_in(firm)
    first = sign(firm, page)
    sign(firm, page, status=409)
    number = address_of(first)
    with district.session() as session:
        case = session.scalars(select(Case).where(Case.number == number)).one()
        events = session.scalar(select(func.count()).select_from(Event).where(Event.case_id == case.id))
        letters = session.scalars(select(Document.kind).where(Document.case_id == case.id)).all()
    assert events == 1
    assert sorted(letters) == ["commitment_letter", "receipt"]


def test_a_second_click_on_accept_changes_nothing_more(district):
    number = signed(district)
    handler = district.browser("handler.weijian")
    page = handler.get(f"/cases/{number}")
    handler.submit(page, "/steps/accept")
    page = handler.submit(page, "/steps/accept", status=409)
    assert "承诺生效，履行中" in page.text
    assert len(district.stored(number).facts) > 0
    assert (
        district.browser("owner.haihe")
        .get(f"/cases/{number}/history.json")
        .response.json["events"][-1]["step"]
        == "accept"
    )


def sign_in_on(browser: Browser, page: Page, login: str) -> Page:
    """Sign in on the sign-in page that one was led to."""
    assert page.path.startswith("/account/sign-in")
    return browser.submit(page, "/account/sign-in", {"login": login, "password": PASSWORD})


def test_a_session_that_ran_out_in_a_long_form_loses_nothing(district, firm):
    page = start(firm)
    with district.at("2026-11-20", "12:30"):
        page = firm.submit(
            page, "/edit", TYPED, button="下一步", files={"file_site_plan": [("图.pdf", samples.pdf_bytes())]}
        )
        assert "登录已超时。您填写的内容已经保留，重新登录后会回到原来的页面。" in page.text
        assert "未保存的文件没有保留，登录后请重新选择。" in page.text
        page = sign_in_on(firm, page, "owner.haihe")
        assert page.path.endswith("/edit")
        for name, value in TYPED.items():
            assert page.typed(name) == value
        page = firm.submit(
            page, "/edit", button="下一步", files={"file_site_plan": [("图.pdf", samples.pdf_bytes())]}
        )
        assert page.path.endswith("/steps/sign")


def test_a_kept_form_is_given_to_nobody_else(district, firm):
    page = start(firm)
    with district.at("2026-11-20", "12:30"):
        page = firm.submit(page, "/edit", TYPED, button="下一步")
        assert page.path.startswith("/account/sign-in")
        page = firm.submit(
            page, "/account/sign-in", {"login": "owner.lizi", "password": PASSWORD}, status=404
        )
        assert TYPED["reason"] not in page.html


def test_reasons_of_a_handler_survive_a_session_that_ran_out(district):
    number = signed(district)
    handler = district.browser("handler.weijian")
    page = handler.get(f"/cases/{number}/steps/return_for_correction")
    typed = {"tick_CM-R01": True, "note_CM-R01": "请写明门牌号。"}
    with district.at("2026-11-20", "10:45"):
        page = handler.submit(page, "/return_for_correction", typed)
        assert page.path.startswith("/account/sign-in")
        district.sign_in(handler, "handler.weijian")
        page = handler.get(f"/cases/{number}/steps/return_for_correction")
        assert page.typed("note_CM-R01") == "请写明门牌号。"
        assert page.is_ticked("tick_CM-R01")
        handler.submit(page, "/return_for_correction")
    assert district.stored(number).state == "returned"


@pytest.mark.parametrize("login", ["owner.lizi", "handler.shichang", "admin.security"])
def test_a_step_by_its_address_without_the_right_is_not_there(district, login):
    number = signed(district)
    browser = district.browser(login)
    for step in ("accept", "refuse", "withdraw", "decide_breach", "no_such_step"):
        assert NOT_THERE in browser.get(f"/cases/{number}/steps/{step}", status=404).text
        browser.post(f"/cases/{number}/steps/{step}", {"version": "2"}, status=404)
    assert district.stored(number).state == "signed"


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}{% for x in y %}%(1)s &amp; '\"` ../../etc/passwd"
UNSEEN = "“%s”的第 3 个字符看不见或无法识别，请删去它前后的内容重新输入。"
LABELS = {"reason": "承诺事由", "statement": "补充承诺内容", "contact_name": "联系人"}
LIMITS = {"reason": 512, "statement": 2000, "contact_name": 50}


@pytest.mark.parametrize("field", LABELS)
@pytest.mark.parametrize("character", ["\x00", "\u202e", "\u2066", "\x1b"])
def test_characters_that_cannot_be_seen_are_refused_with_their_place(firm, field, character):
    page = firm.submit(
        start(firm), "/edit", {**TYPED, field: f"天津{character}示范"}, button="下一步", status=422
    )
    assert page.error_of(field) == UNSEEN % LABELS[field]


@pytest.mark.parametrize("field", LABELS)
def test_a_text_of_a_hundred_thousand_characters_is_refused_with_its_count(firm, field):
    page = firm.submit(start(firm), "/edit", {**TYPED, field: "长" * 100_000}, button="下一步", status=422)
    most = LIMITS[field]
    assert (
        f"“{LABELS[field]}”最多 {most} 个字，现在有 100000 个，请删去 {100_000 - most} 个字。"
        in page.error_of(field)
    )


def pdf_text(district: District, browser: Browser, number: str) -> str:
    """The words of the letter's PDF, produced by the worker."""
    assert district.deliver()[1] == 0
    page = browser.get(f"/cases/{number}")
    letter = next(card for card in page.soup.select(".document") if "承诺书" in card.get_text())
    link = letter.select_one('a[href$=".pdf"]')
    assert link is not None
    content = browser.get(str(link["href"])).response.data
    return "".join("".join(sheet.extract_text() for sheet in PdfReader(BytesIO(content)).pages).split())


def test_hostile_text_stands_harmlessly_on_every_page_and_in_the_pdf(district, firm):
    page = fill_in(
        firm, PUBLIC_PROMISE, reason=HOSTILE, statement=HOSTILE, contact_name="O'Brien<b>{{x}}</b>"
    )
    assert HOSTILE in page.one(".letter").get_text()
    number = address_of(sign(firm, page))
    assert district.stored(number).facts["reason"] == HOSTILE
    for browser, address in (
        (firm, f"/cases/{number}"),
        (district.browser("lead.xinyong"), f"/cases/{number}"),
        (district.browser(), "/commitments"),
    ):
        page = browser.get(address)
        assert "<script>alert(1)" not in page.html
        assert "49" not in page.words(".summary dd")
    text = pdf_text(district, firm, number)
    assert "<script>alert(1)</script>" in text
    assert "{{7*7}}" in text


@pytest.mark.parametrize("words", [HOSTILE, "%", "_", "'; DROP TABLE case; --", "a\x00b", "𠮷" * 200])
def test_hostile_search_words_are_only_words(firm, words):
    typed = quote(words)
    for address in ("/queue?tab=all&q=", "/items/?q=", "/commitments?q=", "/search?q=", "/verify?code="):
        page = firm.get(f"{address}{typed}&cursor={typed}&after={typed}&type={typed}", status=200)
        assert "<script>alert(1)" not in page.html


def test_rare_characters_reach_the_pdf_as_they_were_typed(district):
    browser = district.browser("owner.jixiang")
    page = fill_in(
        browser, PUBLIC_PROMISE, reason="由陈㛃、马䶮负责的门店消防自查。", contact_mobile="19900000005"
    )
    number = address_of(sign(browser, page))
    text = pdf_text(district, browser, number)
    for told in ("天津𠮷祥演示餐饮管理有限公司", "陈㛃", "马䶮"):
        assert told in text


def test_a_wrong_check_digit_of_a_subject_is_refused_and_nothing_is_entered(district):
    admin = district.browser("admin.security")
    page = admin.get(admin.get("/admin/people?q=owner.haihe").link("owner.haihe"))
    typed = {
        "subject-subject_kind": "legal",
        "subject-code": "91120102MA0DEM010A",
        "subject-name": "天津新示范有限公司",
        "subject-kind": "owner",
    }
    page = admin.submit(page, "/grants/subject", typed, status=422)
    assert page.error_of("subject-code") == "统一社会信用代码第 18 位校验码不对，请对照营业执照逐位核对。"
    assert page.typed("subject-name") == "天津新示范有限公司"
    with district.session() as session:
        assert session.scalars(select(Subject).where(Subject.name == "天津新示范有限公司")).first() is None
