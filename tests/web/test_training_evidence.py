"""Certificates on pages: beside a repair for whoever may see it, in the account of whoever earned it, and when verified."""

import pytest
from sqlalchemy import select

from tests.factories import NOW
from tests.services.test_repair_course import TO_COMPLETION, Course
from tests.trainings import Training
from tests.web.conftest import District
from tests.web.visitor import give_passwords, real_office
from workflow_app.domain import clock
from workflow_app.models.document import Document
from workflow_app.models.outbox import Notice
from workflow_app.models.party import GrantRow

NUMBER = "CT-120102-20260918-000001"
VOLUNTARY = "参加培训是自愿的。有没有培训证明，都不影响申请的受理、审核和结果。"


@pytest.fixture
def office(sqlite, tmp_path):
    """The office of the small world with a repair under review and a certificate of its subject."""
    with sqlite.writing() as session:
        give_passwords(session)
    district = District(real_office(sqlite, tmp_path))
    with clock.fixed(NOW):
        yield Office(sqlite, district)


class Office:
    """Everybody's browser, and the repair they look at."""

    def __init__(self, database, district):
        self.database, self.district = database, district
        house = district.app.extensions["house"]
        with database.writing() as session:
            repair = Course(session, database.world, house)
            Training(session, database.world, house).to("certified")
            repair.go(*TO_COMPLETION[:3])
            self.repair = repair.case.address
            self.training = "TR-120102-20260918-000001"

    def browser(self, login):
        return self.district.browser(login)


def card(page):
    """What stands in the panel of voluntary references."""
    return " ".join(page.one("#evidence").get_text(" ").split())


@pytest.mark.parametrize(
    "login", ["owner", "agent_for_repair", "clerk", "lead", "auditor", "handler", "head"]
)
def test_everybody_who_may_see_the_repair_sees_the_certificate(office, login):
    page = office.browser(login).get(f"/cases/{office.repair}", status=200)
    if login == "lead":  # reads English
        assert NUMBER in page.one("#evidence").get_text()
        return
    said = card(page)
    for part in (
        "自愿提交的参考",
        VOLUNTARY,
        "培训证明",
        NUMBER,
        "行政处罚信息修复培训（第一期）",
        "考试合格",
    ):
        assert part in said


def test_the_reviewer_has_it_beside_the_form_and_opens_it_without_any_upload(office):
    office.district.deliver()
    browser = office.browser("handler")
    page = browser.get(f"/cases/{office.repair}/steps/propose_approval")
    assert NUMBER in card(page)
    assert "培训" not in page.one("#deeds").get_text()
    pdf = browser.get(page.link("下载 PDF " + NUMBER))
    assert pdf.response.mimetype == "application/pdf"
    assert pdf.response.data.startswith(b"%PDF-")
    browser.get(f"/cases/{office.training}", status=404)


@pytest.mark.parametrize("login", ["other_owner", "citizen", "other_handler", "other_head", "system_admin"])
def test_nobody_else_may_open_it(office, login):
    assert office.browser(login).get(f"/documents/{NUMBER}.pdf", status=None).status == 404


def test_a_repair_without_a_certificate_says_nothing_about_training(office):
    with office.database.writing() as session:
        other = Course(session, office.database.world, office.district.app.extensions["house"])
        address = other.case.address
    assert "培训" not in office.browser("owner").get(f"/cases/{address}").one("main").get_text()


def test_a_trainee_gets_the_certificate_from_the_account_in_two_clicks(office):
    office.district.deliver()
    browser = office.browser("owner")
    page = browser.follow(browser.get("/"), "主体管理员")
    assert "我的培训证明" in page.words("h2")
    assert browser.follow(page, "下载 PDF " + NUMBER).response.mimetype == "application/pdf"
    assert "我的培训证明" not in office.browser("handler").get("/account").words("h2")


def test_a_trainee_whose_mandate_ended_still_gets_the_certificate_by_its_number(office):
    office.district.deliver()
    with office.database.writing() as session:
        person_id = office.database.world.people["owner"]
        for row in session.scalars(select(GrantRow).where(GrantRow.person_id == person_id)):
            row.valid_to = NOW.date().replace(day=1)
    browser = office.browser("owner")
    page = browser.get("/account")
    assert browser.follow(page, "下载 PDF " + NUMBER).response.mimetype == "application/pdf"


def test_the_verify_page_says_that_it_proves_no_repair(office):
    with office.database.reading() as session:
        code = session.scalars(select(Document.verify_code).where(Document.number == NUMBER)).one()
    page = office.browser("").get(f"/verify/{code}")
    assert "不是信用修复的证明" in page.text
    assert "考试成绩 80 分" in page.text


def test_notices_name_the_class(office):
    office.district.deliver()
    with office.database.reading() as session:
        told = [str(row.sentence["values"].get("item")) for row in session.scalars(select(Notice))]
    assert "行政处罚信息修复培训（第一期）" in told
