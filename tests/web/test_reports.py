"""Credit reports over HTTP: the subject issues its own, the window for whoever came, and staff say why they open one."""

import pytest
from sqlalchemy import select

from tests import factories
from tests.factories import NOW
from tests.web.visitor import Visitor, give_passwords, real_office
from workflow_app.domain import clock
from workflow_app.models.document import Document
from workflow_app.models.party import AccountEvent
from workflow_app.models.report import CreditReport
from workflow_app.services.documents import documents
from workflow_app.services.records import records
from workflow_app.services.reports import reports
from workflow_app.services.sync import sync, sync_targets

BANK = {"given_to": "示范银行河东支行", "purpose": "申请贷款", "contact": "022-00000000"}


@pytest.fixture
def firm(sqlite):
    """The firm with a record under objection; returns its page."""
    world = sqlite.world
    with sqlite.writing() as session:
        give_passwords(session)
        place = {"subject_id": world.subjects["firm"], "unit_id": world.units["market"]}
        records.mark(session, factories.record(session, **place), "objection", now=NOW)
    return f"/reports/{world.subjects['firm']}"


@pytest.fixture
def citizen(sqlite):
    return f"/reports/{sqlite.world.subjects['citizen']}"


@pytest.fixture
def visitor(sqlite, firm, tmp_path):
    app = real_office(sqlite, tmp_path)
    with clock.fixed(NOW):
        yield Visitor(app)


def enter(visitor, login):
    """Sign in, staff with the second factor."""
    visitor.sign_in(login)
    if login in ("clerk", "lead", "auditor", "handler"):
        visitor.enter_code(NOW)


def send(visitor, path, sent):
    """Open the page, fill in its form and send it."""
    visitor.get(path)
    return visitor.post(path, sent)


def produced(sqlite, house, app):
    """What the worker does with the documents."""
    with sqlite.writing() as session:
        for document in session.scalars(select(Document)):
            documents.produce(
                session, document, storage=app.extensions["house"].storage, signer=house.signer,
                site_url=house.site_url, now=NOW,
            )  # fmt: skip


def test_the_file_leads_to_a_report_that_is_issued_and_downloaded(sqlite, house, visitor, firm):
    enter(visitor, "owner")
    assert visitor.get("/credit-file").page.select_one(f'a[href="{firm}"]') is not None
    assert "有效期写在报告上" in visitor.get(firm).text
    sent = send(visitor, firm, BANK)
    assert (sent.status, sent.location) == (303, f"{firm}#issued")
    seen = visitor.get(firm)
    assert "交给示范银行河东支行，用于申请贷款" in seen.text
    assert "正在生成" in seen.text
    produced(sqlite, house, visitor.client.application)
    link = visitor.get(firm).page.select_one('a[href$=".pdf"]')["href"]
    assert link == "/documents/PR-120102-20260918-000001.pdf"
    answer = visitor.client.get(link)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")


def test_what_is_missing_is_asked_for_and_what_was_typed_stays(visitor, firm):
    enter(visitor, "owner")
    seen = send(visitor, firm, {"given_to": "", "purpose": "投标"})
    assert seen.status == 422
    assert "请填写报告交给谁。" in seen.text
    assert seen.value("purpose") == "投标"


@pytest.mark.parametrize(
    ("reader", "status"),
    [
        ("owner", 200), ("agent_for_repair", 200), ("clerk", 200), ("lead", 200), ("auditor", 200), ("agent", 404),
        ("other_owner", 404), ("handler", 403),
    ],
)  # fmt: skip
def test_the_page_is_for_the_subject_and_the_office(visitor, firm, reader, status):
    enter(visitor, reader)
    assert visitor.get(firm).status == status


@pytest.mark.parametrize(("reader", "status"), [("lead", 404), ("auditor", 404), ("other_owner", 404)])
def test_who_only_reads_is_offered_no_form_and_issues_nothing(visitor, firm, reader, status):
    enter(visitor, reader)
    assert visitor.get(firm).page.find("input", attrs={"name": "given_to"}) is None
    assert send(visitor, firm, BANK).status == status


def test_the_window_finds_the_subject_checks_who_came_and_issues(sqlite, visitor, firm):
    enter(visitor, "clerk")
    seen = visitor.get("/reports/window?q=海河示范食品")
    assert seen.page.select_one(".file-list a")["href"] == firm
    assert "没有找到" in visitor.get("/reports/window?q=没有这家").text
    unchecked = send(visitor, firm, BANK)
    assert unchecked.status == 422
    assert "请核对来人的身份证件和授权，并勾选确认。" in unchecked.text
    assert send(visitor, firm, BANK | {"has_checked": "y"}).status == 303
    with sqlite.writing() as session:
        assert session.scalars(select(AccountEvent.what).where(AccountEvent.what == "report_issued")).one()


@pytest.mark.parametrize("reader", ["owner", "handler"])
def test_the_window_is_for_the_office(visitor, reader):
    enter(visitor, reader)
    assert visitor.get("/reports/window").status == 403


def test_staff_open_a_persons_report_only_with_a_reason_that_is_logged(sqlite, house, visitor, citizen):
    enter(visitor, "citizen")
    send(visitor, citizen, BANK)
    produced(sqlite, house, visitor.client.application)
    number = "PR-120102-20260918-000001"
    assert visitor.client.get(f"/documents/{number}.pdf").status_code == 200
    staff = Visitor(visitor.client.application)
    enter(staff, "clerk")
    ask = f"/reports/file/{number}"
    assert staff.get(citizen).page.select_one(f'a[href="{ask}"]') is not None
    straight = staff.get(f"/documents/{number}.pdf")
    assert (straight.status, straight.location) == (303, ask)
    assert staff.get(ask).status == 200
    assert send(staff, ask, {"why": " "}).status == 422
    answer = staff.client.post(ask, data={"csrf_token": staff.token, "why": "本人到窗口要求打印"})
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    with sqlite.writing() as session:
        event = session.scalars(select(AccountEvent).where(AccountEvent.what == "report_read")).one()
        assert (event.by_id, event.note) == (
            sqlite.world.people["clerk"],
            f"{number} · 本人到窗口要求打印",
        )


def test_a_stranger_learns_nothing_of_a_report(sqlite, visitor, firm):
    enter(visitor, "owner")
    send(visitor, firm, BANK)
    stranger = Visitor(visitor.client.application)
    enter(stranger, "other_owner")
    assert stranger.get("/reports/file/PR-120102-20260918-000001").status == 404
    assert stranger.get("/documents/PR-120102-20260918-000001.pdf").status == 404


def test_a_report_whose_record_was_corrected_says_so_to_its_owner_and_to_anybody(sqlite, visitor, firm):
    enter(visitor, "owner")
    send(visitor, firm, BANK)
    with sqlite.writing() as session:
        report = session.scalars(select(CreditReport)).one()
        code = report.document.verify_code
        (record,) = records.of_subject(session, report.subject_id)
        reports.supersede(session, record, NOW)
    assert "出具以后，其中的信息有更正，请重新出具" in visitor.get(firm).text
    seen = Visitor(visitor.client.application).get(f"/verify/{code}")
    assert seen.page.select_one("#answer")["data-outcome"] == "superseded"
    assert "信息有更正" in seen.text
    assert "请报告主体重新出具一份" in seen.text
    assert "交给示范银行河东支行，用于申请贷款" in seen.text


def test_who_tells_the_user_of_a_report_sees_how_to_reach_that_user(sqlite, visitor, firm):
    enter(visitor, "owner")
    send(visitor, firm, BANK)
    with sqlite.writing() as session:
        report = session.scalars(select(CreditReport)).one()
        (record,) = records.of_subject(session, report.subject_id)
        asked = sync.ask(session, record, ["tell"], now=NOW, rulebook=factories.RULEBOOK)
        (task,) = [task.id for task in asked]
        key = sync_targets.of_report(session, report).key
    clerk = Visitor(visitor.client.application)
    enter(clerk, "clerk")
    seen = clerk.get(f"/office/sync/tasks/{task}")
    assert "PR-120102-20260918-000001" in seen.text
    assert "022-00000000" in seen.text
    assert "示范银行河东支行" not in clerk.get("/office/sync/targets").text
    assert clerk.get(f"/office/sync/targets/{key}").status == 404
