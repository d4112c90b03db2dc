"""What was typed is there again: after the tab was closed, on another device, told to those who don't see it."""

from playwright.sync_api import Route, expect

from tests.e2e.conftest import DESKTOP, PHONE, Visiting
from tests.web.conftest import District

TYPED = "示范里 3 号楼底商 5 号理发店的消防安全自查，含二层。"


def test_typed_text_survives_the_closed_tab_and_waits_on_another_device(
    visiting: Visiting, district: District
) -> None:
    path = f"/cases/{district.case(subject='李子亭', item='ZDGS-03', state='draft')}/edit"
    page = visiting("owner.lizi", size=DESKTOP).open(path)
    reason = page.get_by_label("承诺事由")
    reason.fill(TYPED)
    expect(page.locator("#saved")).to_contain_text("已自动保存")
    expect(page.locator("#live")).to_contain_text("已自动保存")
    assert page.evaluate("document.activeElement.name") == "reason", "keeping it leaves the focus alone"
    page.close()
    again = visiting("owner.lizi", size=PHONE).open(path)
    assert again.get_by_label("承诺事由").input_value() == TYPED


def test_two_devices_do_not_overwrite_each_other_silently(visiting: Visiting, district: District) -> None:
    address = district.case(subject="李子亭", item="ZDGS-03", state="draft")
    path = f"/cases/{address}/edit"
    desk = visiting("owner.lizi").open(path)
    phone = visiting("owner.lizi", size=PHONE).open(path)
    desk.get_by_label("承诺事由").fill(TYPED)
    expect(desk.locator("#saved")).to_contain_text("已自动保存")
    phone.get_by_label("承诺事由").fill("手机上写的另一段")
    expect(phone.locator("#saved")).to_contain_text("没有自动保存")
    assert district.stored(address).facts["reason"] == TYPED
    assert phone.get_by_label("承诺事由").input_value() == "手机上写的另一段", "it can still be copied"


def test_going_on_while_the_draft_is_being_kept_is_not_taken_for_another_person(
    visiting: Visiting, district: District
) -> None:
    address = district.case(subject="李子亭", item="ZDGS-03", state="draft")
    page = visiting("owner.lizi").open(f"/cases/{address}/edit")
    page.get_by_label("承诺事由").fill(TYPED)
    page.get_by_label("联系手机").fill("19900000003")
    held: list[Route] = []
    page.route("**/autosave", lambda route: held.append(route))
    with page.expect_request("**/autosave"):
        pass
    page.get_by_role("button", name="下一步：看承诺书全文").click(no_wait_after=True)
    held[0].continue_()
    expect(page.locator("#letter")).to_contain_text(TYPED)
