"""What a firm does through the pages: start a commitment, fill it in, sign it. Shared by the tests of the case room."""

from tests.browser import Browser, Page
from tests.services.paper_samples import pdf_bytes
from tests.web.conftest import PASSWORD, District

FIRM = "天津海河示范食品有限公司"
VENUE = "SPTD-02"
TYPED = {
    "reason": "海河示范路 1 号二层增设堂食区，申请公共场所卫生许可。",
    "statement": "每周消毒两次，留记录。",
    "contact_name": "赵经纬",
    "contact_mobile": "19900000015",
}
PLAN = ("平面图.pdf", pdf_bytes())


def start(browser: Browser, code: str = VENUE) -> Page:
    """The page that asks what the letter needs, of a fresh draft."""
    return browser.submit(browser.get(f"/items/{code}"), "开始填写")


def address_of(page: Page) -> str:
    """The case a page is about."""
    return page.path.split("/")[2]


def fill_in(browser: Browser, code: str = VENUE, **changed: str) -> Page:
    """Start, type, upload, and go on to the check page with the letter."""
    page = start(browser, code)
    files = {"file_site_plan": [PLAN]} if code == VENUE else {}
    typed = {
        name: value
        for name, value in {**TYPED, **changed}.items()
        if page.soup.select_one(f'[name="{name}"]')
    }
    return browser.submit(page, "/edit", typed, button="下一步", files=files)


def sign(browser: Browser, page: Page, *, password: str = PASSWORD, status: int = 200) -> Page:
    """Sign on the check page."""
    ticks = {
        name: True for name in ("has_read", "publication_consent") if page.soup.select_one(f'[name="{name}"]')
    }
    return browser.submit(page, "/steps/sign", {**ticks, "password": password}, status=status)


def signed(district: District, login: str = "owner.haihe") -> str:
    """The number of a case that this person has just signed through the pages."""
    browser = district.browser(login)
    return address_of(sign(browser, fill_in(browser)))
