"""The main path through the real pages, without JavaScript: from the catalogue to the certificate or the decision."""

import pytest
from sqlalchemy import select

from tests.services.paper_samples import pdf_bytes
from tests.web.conftest import PASSWORD, District
from tests.web.firm import FIRM, PLAN, TYPED, address_of, fill_in, sign, signed, start
from workflow_app.models.party import GrantRow, Person


def test_a_firm_fills_in_and_signs_and_gets_a_number_at_once(district):
    firm = district.browser("owner.haihe")
    page = fill_in(firm)
    assert page.path.endswith("/steps/sign")
    assert FIRM in page.one(".letter").get_text()
    assert TYPED["reason"] in page.one(".letter").get_text()
    page = sign(firm, page)
    assert page.ways == (303,)
    assert address_of(page).startswith("CM-120102-20261120-")
    assert "已签署，待受理" in page.text


def test_filling_in_takes_no_more_than_twelve_clicks_from_home(district):
    firm = district.browser("owner.haihe")
    firm.get("/")
    firm.get("/items/")
    sign(firm, fill_in(firm))
    assert len(firm.opened) <= 12


def test_the_letter_is_shown_before_signing_with_everything_the_document_will_say(district):
    firm = district.browser("owner.haihe")
    letter = " ".join(fill_in(firm).one(".letter").get_text(" ").split())
    for told in (FIRM, "91120102MA0DEM010E", "赵*", "199****0015", "每周消毒两次，留记录。", "2027年5月20日"):
        assert told in letter


def test_a_wrong_password_is_refused_with_a_sentence_and_nothing_is_lost(district):
    firm = district.browser("owner.haihe")
    page = fill_in(firm)
    draft = address_of(page)
    page = sign(firm, page, password="not-my-password", status=409)
    assert "密码不正确，请重新输入您登录时用的密码。" in page.text
    assert page.is_ticked("has_read")
    assert page.is_ticked("publication_consent")
    assert page.typed("password") == ""
    stored = district.stored(draft)
    assert stored.state == "draft"
    assert stored.facts["reason"] == TYPED["reason"]
    assert sign(firm, page).path.startswith("/cases/CM-")


def test_what_is_missing_is_said_at_its_field_and_what_was_typed_stays(district):
    firm = district.browser("owner.haihe")
    page = firm.submit(start(firm), "/edit", {**TYPED, "contact_mobile": "139"}, button="下一步", status=422)
    assert page.error_of("contact_mobile") == "手机号应为 11 位数字，以 13 至 19 开头，请核对是否多写或漏写。"
    assert page.error_of("file_site_plan") == "请上传“经营场所平面布局示意图”。拍照或扫描都可以。"
    assert page.typed("reason") == TYPED["reason"]
    assert page.typed("contact_mobile") == "139"


def test_a_draft_can_be_left_and_found_again_in_my_to_dos(district):
    firm = district.browser("owner.haihe")
    page = firm.submit(start(firm), "/edit", {"reason": TYPED["reason"]}, button="先保存")
    assert "已保存。您可以随时回来继续填写。" in page.text
    page = firm.get(firm.get("/queue").link(FIRM))
    page = firm.follow(page, "继续填写")
    assert page.typed("reason") == TYPED["reason"]


def test_only_the_marked_parts_come_back_and_can_be_signed_again(district):
    number = signed(district)
    handler = district.browser("handler.weijian")
    page = handler.follow(handler.get(f"/cases/{number}"), "退回补正")
    page = handler.submit(
        page, "/return_for_correction",
        {
            "tick_CM-R01": True, "note_CM-R01": "请写明门店的许可证号。",
            "tick_CM-R12": True, "target_CM-R12": "site_plan", "note_CM-R12": "图上看不清通风口。",
        },
    )  # fmt: skip
    assert "已退回补正" in page.text
    firm = district.browser("owner.haihe")
    page = firm.get(f"/cases/{number}")
    assert "请写明门店的许可证号。" in page.text
    assert "图上看不清通风口。" in page.text
    page = firm.follow(page, "修改标出的地方")
    assert page.soup.select_one('[name="reason"]') is not None
    assert page.soup.select_one('[name="file_site_plan"]') is not None
    assert page.soup.select_one('[name="contact_mobile"]') is None
    assert page.soup.select_one('[name="statement"]') is None
    page = firm.submit(
        page, "/edit", {"reason": TYPED["reason"] + "许可证号 JY11201020000001。"}, button="下一步",
        files={"file_site_plan": [("新平面图.pdf", pdf_bytes(2))]},
    )  # fmt: skip
    page = sign(firm, page)
    assert district.stored(number).state == "signed"
    assert "新平面图.pdf" in page.text


def test_an_unmarked_part_cannot_be_changed_by_a_request_made_by_hand(district):
    number = returned_reason_only(district)
    firm = district.browser("owner.haihe")
    version = district.stored(number).version
    firm.post(
        f"/cases/{number}/edit", {"version": version, "reason": "新的事由。", "contact_mobile": "13900000000"}
    )
    stored = district.stored(number)
    assert stored.facts["reason"] == "新的事由。"
    assert stored.facts["contact_mobile"] == TYPED["contact_mobile"]


def test_signing_again_without_changing_the_marked_part_is_refused(district):
    number = returned_reason_only(district)
    firm = district.browser("owner.haihe")
    page = firm.get(f"/cases/{number}/steps/sign")
    assert "退回时标出的地方还没有全部修改。请逐项修改后再提交。" in page.text
    token = {"version": district.stored(number).version, "has_read": "y", "publication_consent": "y"}
    page = firm.post(
        f"/cases/{number}/steps/sign", {**token, "letter_version": 1, "password": PASSWORD}, status=409
    )
    assert "退回时标出的地方还没有全部修改。请逐项修改后再提交。" in page.text
    assert district.stored(number).state == "returned"


def returned_reason_only(district: District) -> str:
    """A case sent back with the reason marked."""
    number = signed(district)
    handler = district.browser("handler.weijian")
    handler.submit(
        handler.get(f"/cases/{number}/steps/return_for_correction"), "/return_for_correction",
        {"tick_CM-R01": True, "note_CM-R01": "请写明门店的许可证号。"},
    )  # fmt: skip
    return number


def test_returning_without_a_reason_or_without_words_is_refused_at_the_field(district):
    number = signed(district)
    handler = district.browser("handler.weijian")
    page = handler.get(f"/cases/{number}/steps/return_for_correction")
    page = handler.submit(page, "/return_for_correction", status=422)
    assert "请至少选择一条原因。所有需要修改的地方请一次选全。" in page.text
    page = handler.submit(page, "/return_for_correction", {"tick_CM-R01": True}, status=422)
    assert page.error_of("note_CM-R01") == "请写明这条原因在本件中的具体情况。"
    assert page.is_ticked("tick_CM-R01")


@pytest.fixture
def active(district):
    """A case that was signed and accepted through the pages."""
    number = signed(district)
    handler = district.browser("handler.weijian")
    page = handler.submit(handler.get(f"/cases/{number}"), "/steps/accept")
    assert "承诺生效，履行中" in page.text
    return number


def report(district: District, number: str) -> None:
    """What the firm did to keep its word, with one paper."""
    firm = district.browser("owner.haihe")
    page = firm.follow(firm.get(f"/cases/{number}"), "报告履行情况")
    page = firm.submit(page, "/report_performance", {"performance_report": "每周消毒两次。"}, status=409)
    assert "请至少上传一份证明履行情况的材料（PDF、JPG 或 PNG）。" in page.text
    assert page.typed("performance_report") == "每周消毒两次。"
    page = firm.submit(
        page, "/report_performance", files={"file_performance_evidence": [("记录.pdf", pdf_bytes(3))]}
    )
    assert "记录.pdf" in page.text


def test_a_kept_commitment_ends_with_a_certificate_that_can_be_verified(district, active):
    report(district, active)
    with district.at("2027-05-21", "00:10"):
        assert district.sweep()[1] == 0
    with district.at("2027-05-24"):
        handler = district.browser("handler.weijian")
        page = handler.follow(handler.get(f"/cases/{active}"), "确认已履行")
        page = handler.submit(page, "/confirm_fulfilled", {"checked_what": "到店核查，消毒记录完整。"})
        assert district.stored(active).state == "fulfilled"
        assert district.deliver()[1] == 0
        firm = district.browser("owner.haihe")
        page = firm.get(f"/cases/{active}")
        assert "已经办结" in page.text
        certificate = next(link for link in page.soup.select(".document") if "履行" in link.get_text())
        pdf = firm.get(str(certificate.select_one('a[href$=".pdf"]')["href"])).response
        assert pdf.mimetype == "application/pdf"
        assert pdf.data.startswith(b"%PDF-")
        anybody = district.browser()
        answer = anybody.get(str(certificate.select_one('a[href^="/verify/"]')["href"]))
        assert FIRM in answer.text
        assert "有效" in answer.text
        code = answer.path.rpartition("/")[2]
        again = anybody.submit(anybody.get("/verify"), "/verify/code", {"code": code})
        assert FIRM in again.text


@pytest.fixture
def replied(district, active):
    """A case whose handler proposed breach, and whose firm answered."""
    report(district, active)
    with district.at("2027-05-21", "00:10"):
        district.sweep()
    with district.at("2027-05-24"):
        handler = district.browser("handler.weijian")
        page = handler.follow(handler.get(f"/cases/{active}"), "建议认定违诺")
        proposal = {
            "unperformed": "消毒记录缺四周。",
            "breach_facts": "现场核查缺四周记录。",
            "breach_basis": "承诺书第二条。",
        }
        handler.submit(page, "/propose_breach", proposal)
        firm = district.browser("owner.haihe")
        page = firm.follow(firm.get(f"/cases/{active}"), "陈述申辩")
        files = {"file_reply_evidence": [("补充记录.pdf", pdf_bytes())]}
        page = firm.submit(page, "/reply", {"reply": "四周记录在总部，现已调取。"}, files=files)
        assert "补充记录.pdf" in page.text
        assert district.stored(active).state == "breach_replied"
        yield active


DECISION = {
    "degree": "partly",
    "liability_pursued": "责令限期改正。",
    "decision_reasons": "补交的记录系事后补写。",
}


def test_the_head_decides_after_the_reply_and_the_decision_is_printed(district, replied):
    head = district.browser("head.weijian")
    page = head.get(f"/cases/{replied}/steps/decide_breach")
    assert "四周记录在总部，现已调取。" in page.text
    page = head.submit(page, "/decide_breach", DECISION)
    assert district.stored(replied).state == "breached"
    assert "已认定违诺" in page.text
    assert district.deliver()[1] == 0
    firm = district.browser("owner.haihe")
    assert any("违反信用承诺认定书" in card for card in firm.get(f"/cases/{replied}").words(".document"))


def test_the_handler_who_is_not_head_is_told_who_decides(district, replied):
    handler = district.browser("handler.weijian")
    page = handler.get(f"/cases/{replied}/steps/decide_breach")
    assert "这一步由部门负责人办理。" in page.text
    handler.post(
        f"/cases/{replied}/steps/decide_breach",
        {"version": district.stored(replied).version, **DECISION},
        status=409,
    )
    assert district.stored(replied).state == "breach_replied"


def test_who_proposed_may_not_decide_even_as_head(district, replied):
    with district.session() as session:
        handler = session.scalars(select(Person).where(Person.login == "handler.weijian")).one()
        same = handler.grants[0]
        session.add(
            GrantRow(
                person=handler,
                kind="head",
                unit_id=same.unit_id,
                valid_from=same.valid_from,
                granted_at=same.granted_at,
            )
        )
    both = district.browser("handler.weijian")
    sentence = "违诺认定由您提出建议，须由另一位负责人决定（两人原则）。"
    page = both.get(f"/cases/{replied}/steps/decide_breach")
    assert sentence in page.text
    page = both.post(
        f"/cases/{replied}/steps/decide_breach",
        {"version": district.stored(replied).version, **DECISION},
        status=409,
    )
    assert sentence in page.text
    assert district.stored(replied).state == "breach_replied"


@pytest.fixture
def waiting(district):
    """A signed case of the market regulation, which has two handlers."""
    return district.case(subject="算盘", item="ZMTD-01", state="signed")


def test_a_paper_is_seen_removed_and_cannot_be_removed_once_handed_in(district):
    firm = district.browser("owner.haihe")
    page = fill_in(firm)
    address = address_of(page)
    page = firm.get(f"/cases/{address}")
    paper = page.link("平面图.pdf")
    answer = firm.get(paper).response
    assert answer.data == PLAN[1]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    page = firm.submit(page, "移除")
    assert "平面图.pdf" not in page.text
    page = firm.submit(
        firm.get(f"/cases/{address}/edit"), "/edit", files={"file_site_plan": [PLAN]}, button="下一步"
    )
    page = sign(firm, page)
    assert "移除" not in page.text
    paper = page.link("平面图.pdf")
    page = firm.post(f"{paper}/remove", status=409)
    assert "已经提交的材料不能移除；需要更正的，请在补正时上传新的文件。" in page.text


def test_the_history_can_be_downloaded_by_whoever_sees_the_case(district, waiting):
    kept = district.browser("owner.suanpan").get(f"/cases/{waiting}/history.json").response.get_json()
    assert kept["case"] == waiting


def test_giving_a_case_back_tells_nobody_else_that_it_exists(district, waiting):
    stranger = district.browser("owner.lizi")
    for number in (waiting, "CM-120102-20261120-999999"):
        stranger.post(f"/cases/{number}/release", status=404)


def test_who_may_not_take_a_step_is_told_so_and_not_what_the_form_lacks(district, waiting):
    firm = district.browser("owner.suanpan")
    page = firm.post(
        f"/cases/{waiting}/steps/refuse", {"version": district.stored(waiting).version}, status=409
    )
    assert "这一步由部门经办办理。" in page.text
    assert "请至少选择一条原因" not in page.text


def test_an_agent_without_the_right_to_sign_is_told_so_before_any_password_is_asked(district):
    address = district.case(subject="安家", item="HYZL-01", state="draft")
    agent = district.browser("agent.anjia")
    sentence = "这一步由主体管理员或有签署权的经办人办理。"
    assert sentence in agent.get(f"/cases/{address}/steps/sign").text
    values = {"version": district.stored(address).version, "password": "wrong", "has_read": "y"}
    assert sentence in agent.post(f"/cases/{address}/steps/sign", values, status=409).text
    assert district.stored(address).state == "draft"
