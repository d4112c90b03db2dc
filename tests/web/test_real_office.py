"""A house without demonstration data comes to its first certificate through its own pages alone."""

from datetime import UTC, datetime, timedelta

import flask_migrate
import pyotp
import pytest

from tests.browser import Browser, Page
from tests.factories import FIELD_KEY
from tests.services.paper_samples import pdf_bytes
from workflow_app import config, create_app, worker
from workflow_app.domain import clock
from workflow_app.extensions import db
from workflow_app.models.case import Case

BEGAN = datetime(2026, 9, 18, 1, 0, tzinfo=UTC)
PASSWORD = "海棠 月台 koala 48"


class House:
    """An empty real office, and what its people do in it one after the other."""

    def __init__(self, app):
        self.app = app
        self.moment = BEGAN
        self.secrets: dict[str, str] = {}

    def later(self, **more) -> None:
        """Let time pass; a code of the second factor serves once."""
        self.moment += timedelta(**(more or {"minutes": 1}))

    def enter(self, login: str, one_time: str = "") -> Browser:
        """Sign in; the first time with a one-time password that is replaced, staff with a new second factor."""
        browser = Browser(self.app.test_client())
        page = browser.get("/account/sign-in")
        page = browser.submit(page, "登录", {"login": login, "password": one_time or PASSWORD})
        if "密钥：" in page.text:
            self.secrets[login] = page.one("main code").get_text().replace(" ", "")
            page = browser.submit(page, "/second-factor/set-up", self.code(login, page, one_time))
            page = browser.get("/account/password") if one_time else page
        elif login in self.secrets:
            page = browser.submit(page, "/second-factor", self.code(login, page, one_time))
        if one_time:
            typed = {"current_password": one_time, "new_password": PASSWORD, "again_password": PASSWORD}
            browser.submit(browser.get("/account/password"), "/account/password", typed)
        return browser

    def code(self, login: str, page: Page, one_time: str) -> dict[str, str]:
        """What the authenticator shows; setting it up may ask for the password again."""
        shown = {"code": pyotp.TOTP(self.secrets[login]).at(self.moment)}
        asks = page.soup.select_one('main [name="password"]') is not None
        return shown | ({"password": one_time or PASSWORD} if asks else {})


@pytest.fixture
def house(tmp_path):
    app = create_app(
        config.read(
            {
                "VAR_FOLDER": str(tmp_path), "SECRET_KEY": "a-real-secret-of-a-real-office-" + "s" * 20,
                "FIELD_KEYS": FIELD_KEY, "CHEAP_PASSWORDS": "1", "SITE_URL": "http://localhost",
            }
        )
    )  # fmt: skip
    app.testing = True
    with app.app_context():
        flask_migrate.upgrade()
    return House(app)


def account(house: House, admin: Browser, login: str, name: str) -> tuple[str, str]:
    """Open an account; the address of the person's page and the one-time password."""
    page = admin.submit(admin.get("/admin/people"), "新开账户", {"login": login, "name": name})
    one_time = page.words("main dd code")[-1]
    return admin.get("/admin/people").link(login), one_time


def test_an_empty_house_comes_to_its_first_certificate(house):
    with clock.fixed(house.moment):
        runner = house.app.test_cli_runner()
        made = runner.invoke(
            args=[
                "accounts",
                "first-administrator",
                "--login",
                "first",
                "--name",
                "王第一",
                "--password",
                PASSWORD,
            ]
        )
        assert "first may sign in now." in made.output
        first = house.enter("first")
        people = {login: account(house, first, login, name) for login, name in PEOPLE.items()}
        grant(first, people["system"][0], "system_admin", "信用办")
    house.later()
    with clock.fixed(house.moment):
        system = house.enter("system", people["system"][1])
        system.submit(system.get("/admin/units"), "/admin/units", UNIT)
    house.later()
    with clock.fixed(house.moment):
        first = house.enter("first")
        grant(first, people["handler"][0], "handler", UNIT["name"])
        grant(first, people["head"][0], "head", UNIT["name"])
        first.submit(first.get(people["owner"][0]), "/grants/subject", FIRM)
        head = house.enter("head", people["head"][1])
        head.submit(head.get("/office/new-item"), "保存", ITEM | {"letter": "letter_permit"})
        owner = house.enter("owner", people["owner"][1])
        page = owner.submit(owner.get("/items/SPTD-77"), "开始填写")
        page = owner.submit(page, "/edit", TYPED, button="下一步")
        ticks = {"has_read": True, "publication_consent": True, "password": PASSWORD}
        number = owner.submit(page, "/steps/sign", ticks).path.rpartition("/")[2]
        assert number == "CM-120102-20260918-000001"
        handler = house.enter("handler", people["handler"][1])
        handler.submit(handler.get(f"/cases/{number}"), "受理")
    house.later(days=4)
    with clock.fixed(house.moment):
        owner = house.enter("owner")
        page = owner.follow(owner.get(f"/cases/{number}"), "报告履行情况")
        files = {"file_performance_evidence": [("自查记录.pdf", pdf_bytes())]}
        owner.submit(page, "/report_performance", {"performance_report": "已逐项履行。"}, files=files)
        handler = house.enter("handler")
        page = handler.submit(handler.get(f"/cases/{number}"), "开始履行核查")
        page = handler.follow(page, "确认已履行")
        handler.submit(page, "/confirm_fulfilled", {"checked_what": "现场核查，逐项相符。"})
        with house.app.app_context():
            assert worker.deliver(house.app.extensions["house"])[1] == 0
            assert db.session.query(Case).one().state == "fulfilled"
        page = owner.get(f"/cases/{number}")
        assert "信用承诺履行证明" in page.text
        answer = owner.get(page.link("下载 PDF")).response
        assert answer.data.startswith(b"%PDF-")
        assert "全部履行" in owner.get("/commitments").text


def grant(admin: Browser, person: str, kind: str, unit: str) -> None:
    """Give a right in a unit, chosen by its name as the page shows it."""
    page = admin.get(person)
    choice = next(
        option for option in page.soup.select('[name="unit-unit_id"] option') if unit in option.get_text()
    )
    admin.submit(page, "/grants/unit", {"unit-kind": kind, "unit-unit_id": str(choice["value"])})


PEOPLE = {"system": "钱系统", "handler": "孙经办", "head": "李负责", "owner": "周主体"}
UNIT = {"name": "示范区市场监管局", "name_en": "Sample Market Regulation", "code": "N2120102MF0000001L"}
FIRM = {
    "subject-kind": "owner", "subject-subject_kind": "legal", "subject-code": "91120102MA0DEM010E", "subject-name": "天津海河示范食品有限公司",
}  # fmt: skip
ITEM = {
    "code": "SPTD-77", "type": "SPTD", "title": "食品经营许可延续", "summary": "条件没有变化的，先延续后核查。",
    "open_to": ["legal", "sole"], "conditions": "经营条件没有变化。\n按月自查。", "liability": "撤销许可。",
    "at_end": "现场核查。", "needs_acceptance": "yes", "publication": "public", "term": "6", "term_unit": "months",
    "open_from": "2026-09-01",
}  # fmt: skip
TYPED = {"reason": "1 号店许可证延续。", "contact_name": "周主体", "contact_mobile": "13800000001"}
