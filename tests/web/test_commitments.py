"""Beginning a commitment: the catalogue, one item, and for whom one may begin."""

import pytest

from tests.web.firm import VENUE


def test_the_catalogue_is_open_to_anybody_and_grouped_by_type(district):
    page = district.browser().get("/items/")
    assert page.heading == "我要承诺"
    assert {"审批替代型", "容缺受理型", "证明替代型", "信用修复型", "行业自律型", "主动公示型"} <= set(
        page.words("h2")
    )
    assert len(page.soup.select(".item-list li")) >= 12


def test_searching_the_catalogue_finds_and_says_when_there_is_nothing(district):
    browser = district.browser()
    page = browser.submit(browser.get("/items/"), "查找", {"q": "公共场所卫生"})
    assert page.soup.select(f'a[href="/items/{VENUE}"]')
    page = browser.submit(page, "查找", {"q": "没有这个事项"})
    assert "没有找到事项" in page.text
    assert len(browser.follow(page, "看全部事项").soup.select(".item-list li")) >= 12


def test_an_item_says_who_accepts_how_long_and_what_is_needed(district):
    page = district.browser().get(f"/items/{VENUE}")
    for told in (
        "区卫",
        "需要受理单位受理后生效",
        "2027 年 5 月 20 日",
        "向社会公示",
        "经营场所平面布局示意图",
        "违反承诺的责任",
    ):
        assert told in page.text


def test_who_is_not_signed_in_is_led_to_sign_in_and_back_to_the_item(district):
    browser = district.browser()
    page = browser.follow(browser.get(f"/items/{VENUE}"), "登录后填写")
    assert page.heading == "登录"
    page = browser.submit(
        page, "/account/sign-in", {"login": "owner.haihe", "password": "Yanshi-2026-hedong"}
    )
    assert page.path == f"/items/{VENUE}"
    assert browser.submit(page, "开始填写").path.endswith("/edit")


def test_staff_without_a_subject_are_told_which_account_to_use(district):
    page = district.browser("handler.weijian").get(f"/items/{VENUE}")
    assert "您的账户没有可以代表的企业或个人。请用主体管理员或经办人的账户登录。" in page.text


def test_who_acts_for_several_subjects_chooses_one(district):
    browser = district.browser("agent.gongdi")
    page = browser.get("/items/ZMTD-01")
    offered = [option.get_text() for option in page.soup.select("select[name=subject_id] option")]
    assert len(offered) == 2
    chosen = next(option for option in page.soup.select("select option") if "汇工" in option.get_text())
    page = browser.submit(page, "开始填写", {"subject_id": chosen["value"]})
    assert "汇工" in page.text


def test_a_last_day_that_the_item_fixes_is_filled_in_and_not_asked(district):
    firm = district.browser("owner.haihe")
    page = firm.submit(firm.get(f"/items/{VENUE}"), "开始填写")
    assert page.soup.select_one('[name="valid_until"]') is None
    chosen = firm.submit(firm.get("/items/ZMTD-02"), "开始填写")
    assert chosen.typed("valid_until") == "2028-11-20"


@pytest.mark.parametrize(("item", "kind"), [("SPTD-03", "owner.lizi"), ("ZMTD-03", "owner.haihe")])
def test_an_item_for_other_subjects_refuses_with_the_way_out(district, item, kind):
    browser = district.browser(kind)
    page = browser.submit(browser.get(f"/items/{item}"), "开始填写")
    page = browser.submit(
        page,
        "/edit",
        {"reason": "试一试。", "contact_name": "张三", "contact_mobile": own_mobile(kind)},
        button="下一步",
    )
    assert "这个事项不面向贵方这一类主体。请在承诺事项目录中另选，或向受理单位咨询。" in page.text


def own_mobile(login: str) -> str:
    """A number that may stand on this person's pages."""
    return {"owner.lizi": "19900000003", "owner.haihe": "19900000001"}[login]


def test_a_firm_with_an_unrepaired_breach_is_told_which_types_are_closed(district):
    browser = district.browser("owner.jinhe")
    page = browser.submit(browser.get("/items/ZMTD-01"), "开始填写")
    typed = {"reason": "迁址。", "contact_name": "孙亦安", "contact_mobile": "19900000002"}
    page = browser.submit(page, "/edit", typed, button="下一步")
    assert "贵方有尚未修复的违诺记录，暂不能使用审批替代型和证明替代型承诺。" in page.text


def test_a_commitment_that_needs_no_acceptance_is_in_force_and_public_at_once(district):
    firm = district.browser("owner.haihe")
    page = firm.submit(firm.get("/items/ZDGS-03"), "开始填写")
    typed = {"reason": "总店消防安全自查。", "contact_name": "周明远", "contact_mobile": "19900000001"}
    page = firm.submit(page, "/edit", typed, button="下一步")
    page = firm.submit(
        page, "/steps/sign", {"has_read": True, "publication_consent": True, "password": "Yanshi-2026-hedong"}
    )
    assert "承诺生效，履行中" in page.text
    public = district.browser().get("/commitments")
    assert "总店消防安全自查" in public.text or "海河示范食品" in public.text
    assert "19900000001" not in public.html
