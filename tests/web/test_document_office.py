"""文书管理 over HTTP: a certificate is found by its number, replaced and revoked by two people, and what everybody then sees.

The day is Friday 2026-09-18; the office's clerk and leads look after the certificates of training.
"""

import pytest
from sqlalchemy import select

from tests import factories
from tests.browser import Browser
from tests.factories import NOW
from tests.trainings import Training
from tests.web.visitor import Visitor, give_passwords, real_office
from workflow_app.domain import clock
from workflow_app.models.document import Document, DocumentProposal
from workflow_app.models.party import Subject
from workflow_app.services.reports import reports

NUMBER = "CT-120102-20260918-000001"
RENAMED = "天津海河示范食品集团有限公司"


@pytest.fixture
def app(sqlite, house, tmp_path):
    with sqlite.writing() as session:
        give_passwords(session)
        Training(session, sqlite.world, house).to("certified")
    with clock.fixed(NOW):
        yield real_office(sqlite, tmp_path)


@pytest.fixture
def enter(app):
    """A browser of somebody signed in, whose every page is checked."""

    def enter(login):
        visitor = Visitor(app)
        visitor.sign_in(login)
        if login != "owner":
            visitor.enter_code()
        return Browser(visitor.client)

    return enter


def stored(sqlite, number=NUMBER):
    with sqlite.reading() as session:
        return session.scalars(select(Document).where(Document.number == number)).one().status


def rename(sqlite):
    with sqlite.writing() as session:
        session.get_one(Subject, sqlite.world.subjects["firm"]).name = RENAMED


def test_a_certificate_is_replaced_after_two_people_saw_what_changes_and_revoked_later(enter, sqlite):
    clerk = enter("clerk")
    index = clerk.get("/office/documents")
    assert "没有等待确认的" in index.text
    lost = clerk.submit(index, "/office/documents", {"number": "CT-1"})
    assert "没有编号是“CT-1”的文书，或者不是您可以查看的。" in lost.text
    page = clerk.submit(lost, "/office/documents", {"number": f" {NUMBER.lower()} "})
    assert page.words("h1 + .case-line .tag") == ["有效"]
    for part in (
        "天津海河示范食品有限公司",
        "行政处罚信息修复培训（第一期）",
        "合格分数线 60 分，考试合格",
        "示范区信用办",
        "出具 示范区信用办",
    ):
        assert part in page.text, part
    same = clerk.get(f"/office/documents/{NUMBER}/replace", status=409)
    assert "办件里的内容和这份证明完全一样，不需要换发。" in same.text

    rename(sqlite)
    page = clerk.follow(clerk.get(f"/office/documents/{NUMBER}"), "提出换发")
    assert page.words(".text-changes ins") == ["（加上：） 集团", "（加上：） 集团"]
    assert RENAMED in page.one(".letter").get_text()
    page = clerk.submit(page, "提交，等待另一位负责人确认", {"why": "营业执照已经换发。"}, status=422)
    assert page.error_of("reason") == "请选择原因，核验这份文书的人会看到。"
    page = clerk.submit(page, "提交，等待另一位负责人确认", {"reason": "particulars_changed"})
    assert "已提交，等待另一位负责人确认。确认以前文书照常有效。" in page.text
    assert "这是您提出的，要由另一位负责人确认。" in page.text
    assert stored(sqlite) == "valid"

    lead = enter("second_lead")
    waiting = lead.get("/office/documents")
    assert waiting.words(".nav a[href='/office/documents'] .count") == ["1"]
    page = lead.follow(waiting, "培训证明")
    assert page.words(".text-changes ins") == ["（加上：） 集团", "（加上：） 集团"]
    page = lead.submit(page, "不同意", button="不同意", status=422)
    assert page.error_of("why") == "不同意的，请写明理由，提出的人会看到。"
    with sqlite.writing() as session:
        session.get_one(Subject, sqlite.world.subjects["firm"]).name = "天津海河示范食品股份有限公司"
    page = lead.submit(page, "确认换发", button="确认换发", status=409)
    assert "您查看以后，新证明的内容又有变化，还没有确认。" in page.text
    page = lead.submit(page, "确认换发", button="确认换发")
    assert "已确认，从现在起生效。持有人会收到消息。" in page.text
    assert "不再有效。原因：其中的名称等事项已经变更" in page.text
    assert page.words(".timeline-what") == ["出具", "提出换发", "确认换发，立即生效"]
    page = lead.follow(page, "CT-120102-20260918-000002")
    assert "天津海河示范食品股份有限公司" in page.text
    assert f"它代替 {NUMBER}" in page.text
    again = lead.post("/office/documents/proposals/1", {"decision": "confirmed"}, status=409)
    assert "这一项已经有人办过了，请看办理结果。" in again.text

    page = lead.follow(page, "提出撤销")
    page = lead.submit(
        page, "提交，等待另一位负责人确认", {"reason": "facts_untrue", "why": "考试由他人代考。"}
    )
    taken = lead.submit(page, "收回", button="收回")
    assert "已收回，文书没有变化。" in taken.text
    page = clerk.get("/office/documents/CT-120102-20260918-000002/revoke")
    page = clerk.submit(
        page, "提交，等待另一位负责人确认", {"reason": "facts_untrue", "why": "考试由他人代考。"}
    )
    page = lead.submit(lead.get("/office/documents/proposals/3"), "确认撤销", button="确认撤销")
    assert page.words("h1 + .case-line .tag") == ["已撤销"]
    assert "提出撤销" not in page.words("#deeds a")
    with sqlite.reading() as session:
        assert [row.decision for row in session.scalars(select(DocumentProposal).order_by(DocumentProposal.id))] == [
            "confirmed", "taken_back", "confirmed",
        ]  # fmt: skip


def test_a_page_says_who_ends_a_paper_and_hides_what_a_report_says_of_a_citizen(enter, sqlite, house):
    with sqlite.writing() as session:
        case = factories.case_in(session, "fulfilled", sqlite.world, house)
        letter = session.scalars(
            select(Document.number).where(Document.case_id == case.id, Document.kind == "commitment_letter")
        ).one()
        proof = session.scalars(
            select(Document.number).where(Document.kind == "fulfilment_certificate")
        ).one()
        citizen = session.get_one(Subject, sqlite.world.subjects["citizen"])
        report = reports.issue(
            session, citizen, given_to="示范银行", purpose="申请贷款", contact="", actor=sqlite.world.actors["citizen"],
            now=NOW, house=house,
        ).document.number  # fmt: skip
    handler = enter("handler")
    page = handler.get(f"/office/documents/{letter}")
    assert "这类文书不能单独撤销或者换发，要在它的办件里撤销或者改变决定" in page.text
    assert page.words("#deeds a") == ["打开办件"]
    page = handler.get(f"/office/documents/{letter}/revoke", status=409)
    page = handler.get(f"/office/documents/{proof}")
    assert "由出具单位的经办或者负责人提出，本单位另一位负责人确认。" in page.text
    handler.get(f"/office/documents/{report}", status=404)

    lead = enter("lead")
    page = lead.get(f"/office/documents/{report}")
    assert "林霜降" not in page.text
    assert "申请贷款" not in page.text
    assert "林*" in page.one("#says").get_text()
    lead.get(f"/office/documents/{proof}/revoke", status=404)
