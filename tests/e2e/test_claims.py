"""Two colleagues, two browsers: an open page says within seconds who took the case, without being loaded again."""

from playwright.sync_api import expect

from tests.e2e.conftest import Visit, Visiting

SOON_MS = 15_000


def let_pass(*visits: Visit) -> None:
    """Fifteen seconds at once, by the clock of these browsers."""
    for visit in visits:
        visit.page.clock.fast_forward(SOON_MS)


def test_an_open_case_and_an_open_queue_tell_within_fifteen_seconds_who_took_the_case(
    visiting: Visiting,
) -> None:
    watching, listing, taking = (
        visiting("handler.shichang2"),
        visiting("handler.shichang2"),
        visiting("handler.shichang"),
    )
    waiting = watching.district.case(subject="算盘", item="ZMTD-01", state="signed")
    for visit in (watching, listing):
        visit.page.clock.install()
    watching.open(f"/cases/{waiting}")
    listing.open("/queue?tab=open")
    expect(watching.page.locator("#hand")).to_contain_text("还没有人领取")
    taking.open(f"/cases/{waiting}")
    taking.press_button("领取，由我办理")
    let_pass(watching, listing)
    expect(watching.page.locator("#hand")).to_contain_text("自 10:00 起办理")
    expect(watching.page.locator("#hand").get_by_role("button", name="领取，由我办理")).to_have_count(0)
    row = listing.page.locator(f"[data-hand='{waiting}']")
    expect(row).to_contain_text("10:00 起")
    taking.press_button("放回队列")
    let_pass(watching, listing)
    expect(row).to_have_text("待领取")
    expect(watching.page.locator("#hand")).to_contain_text("还没有人领取")
