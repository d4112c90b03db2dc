"""By keyboard alone: every control reached by Tab, seen when it has focus, pressed by Enter or Space."""

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visiting
from tests.web.conftest import PASSWORD, District

FAR = 80
_FOCUSED = """() => {
    const element = document.activeElement, look = getComputedStyle(element);
    const label = element.labels ? element.labels[0]
        : document.getElementById(element.getAttribute('aria-labelledby'));
    return {
        name: (element.getAttribute('aria-label') || (label && label.innerText) || element.innerText || '').trim(),
        seen: look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2,
        inside: (() => { const box = element.getBoundingClientRect();
            return box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth; })(),
    };
}"""


def tab_to(page: Page, name: str) -> None:
    """Press Tab until this is reached; everything on the way shows its focus and lies in the window."""
    for _ in range(FAR):
        page.keyboard.press("Tab")
        focused = page.evaluate(_FOCUSED)
        assert focused["seen"], f"no visible focus on “{focused['name'][:40]}” at {page.url}"
        assert focused["inside"], f"focus went out of sight on “{focused['name'][:40]}” at {page.url}"
        if focused["name"].startswith(name):
            return
    raise AssertionError(f"no way to “{name}” by Tab at {page.url}")


def go(page: Page, name: str, key: str = "Enter") -> None:
    """Reach it and press it, and wait for the page it leads to."""
    tab_to(page, name)
    with page.expect_navigation():
        page.keyboard.press(key)


def test_a_firm_signs_a_letter_without_a_mouse(visiting: Visiting) -> None:
    visit = visiting()
    page = visit.open("/")
    go(page, "信用承诺")
    go(page, "食品经营许可延续")
    go(page, "登录后填写")
    tab_to(page, "登录名")
    page.keyboard.type("owner.haihe")
    tab_to(page, "密码")
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    go(page, "开始填写", key="Space")
    tab_to(page, "承诺事由")
    page.keyboard.type("海河示范路 9 号门店申请延续。")
    tab_to(page, "联系人")
    page.keyboard.type("周明远")
    tab_to(page, "联系手机")
    page.keyboard.type("19900000001")
    go(page, "下一步")
    tab_to(page, "将要签署的承诺书全文")
    tab_to(page, "我已阅读承诺书全文")
    page.keyboard.press("Space")
    tab_to(page, "同意向社会公示")
    page.keyboard.press("Space")
    tab_to(page, "登录密码")
    page.keyboard.type(PASSWORD)
    go(page, "签署承诺书", key="Space")
    assert "现在的状态：已签署，待受理。" in visit.text()


def test_the_first_tab_skips_to_the_main_part(visiting: Visiting) -> None:
    page = visiting().open("/")
    page.keyboard.press("Tab")
    assert page.evaluate(_FOCUSED)["name"] == "跳到正文"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_j_and_k_walk_the_queue_and_enter_opens_the_case(visiting: Visiting) -> None:
    page = visiting("handler.shichang").open("/queue?tab=all")
    links = page.locator("#queue a.row-link")
    second = links.nth(1).get_attribute("href")
    for key in "jjjk":
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.getAttribute('href')") == second
    page.locator("#q").fill("")
    page.locator("#q").press_sequentially("jk")
    assert page.locator("#q").input_value() == "jk", "letters typed into a field are letters"
    links.nth(1).focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith(str(second))


def test_a_reviewer_claims_from_the_queue_and_goes_on_without_a_mouse(visiting: Visiting) -> None:
    page = visiting("handler.shichang").open("/queue?tab=open")
    rows = page.locator("#queue a.row-link")
    order = [str(rows.nth(number).get_attribute("href")) for number in range(3)]
    nobodys = page.locator("#queue tr:has([data-claim]) a.row-link")  # one of the list is a colleague's
    free = [str(nobodys.nth(number).get_attribute("href")) for number in range(2)]
    assert free[0] == order[0]
    expect(page.locator(".keys").first).to_contain_text("c 领取并打开")
    page.keyboard.press("j")
    page.keyboard.press("c")
    page.wait_for_url(f"**{order[0]}")
    expect(page.locator("main")).to_contain_text("吕清和")
    page.keyboard.press("n")
    page.wait_for_url(f"**{free[1]}")
    page.keyboard.press("u")
    page.wait_for_url("**/queue?tab=open")
    page.get_by_label("使用快捷键").uncheck()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.matches('a.row-link')") is False, "keys can be switched off"
    page.get_by_label("使用快捷键").check()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url(f"**{order[1]}")


def test_an_error_takes_the_focus_and_leads_to_its_field(visiting: Visiting, district: District) -> None:
    address = district.case(subject="李子亭", item="ZDGS-03", state="draft")
    page = visiting("owner.lizi").open(f"/cases/{address}/edit")
    page.get_by_label("联系手机").fill("12345")
    page.get_by_role("button", name="下一步").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "contact_mobile"
    assert page.get_by_label("联系手机").get_attribute("aria-invalid") == "true"
