"""Asking for repair through the pages: from the QR to an application that is handed in, at home and at the window."""

from datetime import date

import pytest
from sqlalchemy import select

from tests import factories
from tests.services.paper_samples import pdf_bytes
from tests.web.conftest import PASSWORD
from workflow_app.models.attachment import Attachment
from workflow_app.models.case import Case
from workflow_app.models.outbox import Message, Notice
from workflow_app.models.party import GrantRow, Person, Subject, Unit
from workflow_app.models.record import CreditRecord
from workflow_app.models.repair import ClusterFlag, PriorCheck, RepairApplication

PROOF = {"file_correction_proof": [("缴款凭证.pdf", pdf_bytes())]}
FREE = "信用修复不收取任何费用，未授权任何机构代办"
SIGNED = {"has_read": True, "password": PASSWORD}
HAIHE = "天津海河示范食品有限公司"


def record_of(district, *, unit="market_regulation", subject=HAIHE, **changed):
    """A penalty of 2026-05-06, class 一般: repairable from 2026-08-07. Its reference."""
    with district.session() as session:
        subject_id = session.scalars(select(Subject.id).where(Subject.name == subject)).one()
        unit_id = session.scalars(select(Unit.id).where(Unit.key == unit)).one()
        row = factories.record(session, subject_id=subject_id, unit_id=unit_id, **changed)
        session.commit()
        return row.ref


def grant_repair(district, login, subject=HAIHE, **more):
    """A mandate for repair for this person."""
    with district.session() as session:
        person = session.scalars(select(Person).where(Person.login == login)).one()
        subject_row = session.scalars(select(Subject).where(Subject.name == subject)).one()
        person.grants.append(
            GrantRow(
                kind="agent",
                subject=subject_row,
                workflows=more.pop("workflows", ["repair", "commitment"]),
                valid_from=date(2026, 4, 1),
                granted_at=factories.NOW,
                **more,
            )
        )
        session.commit()


def started(browser, *refs):
    """The page to fill in, of a fresh application."""
    page = browser.get(f"/repairs/start?record={refs[0]}")
    return browser.submit(page, "/start", {"record": list(refs)} if len(refs) > 1 else None)


def test_the_home_page_has_a_door_to_repair(district):
    browser = district.browser()
    page = browser.follow(browser.get("/"), "信用修复")
    assert page.path == "/repairs/"
    assert FREE in page.text


def test_from_the_qr_to_the_receipt_takes_few_clicks_and_types_nothing_but_the_sign_in(district):
    ref = record_of(district)
    browser, clicks, typed = district.browser(), 0, 0
    page = browser.get(f"/r/{ref}")
    assert page.heading == "登录"
    browser.forbidden = district.forbidden("owner.haihe")
    page, clicks, typed = (
        browser.submit(page, "/account/sign-in", {"login": "owner.haihe", "password": PASSWORD}), clicks + 1, typed + 2,
    )  # fmt: skip
    assert page.heading == "选择要修复的记录"
    page, clicks = browser.submit(page, "开始填写"), clicks + 1
    assert "罚款 0.3 万元" in page.text
    page, clicks = browser.submit(page, page.path, files=PROOF), clicks + 2
    assert page.heading == "检查、阅读并签署"
    page, clicks, typed = browser.submit(page, "/check", SIGNED), clicks + 2, typed + 1
    assert "已提交，办件号 RP-120102-20261120-" in page.text
    assert clicks <= 8
    assert typed <= 3


def test_a_record_that_the_unit_knows_to_be_performed_needs_no_upload(district):
    ref = record_of(district, duties_done_on=date(2026, 5, 20))
    browser = district.browser("owner.haihe")
    page = started(browser, ref)
    assert "认定单位已经确认于 2026-05-20 履行完毕" in page.text
    page = browser.submit(page, page.path)
    assert "没有发现可能被退回的地方" in page.text
    page = browser.submit(page, "/check", SIGNED)
    assert "已提交，办件号" in page.text


def test_several_records_share_papers_and_each_gets_its_own_letter_and_number(district):
    refs = [record_of(district), record_of(district, unit="health", title="未公示卫生许可证")]
    browser = district.browser("owner.haihe")
    page = started(browser, *refs)
    assert "2 条记录" in page.text
    page = browser.submit(page, page.path, files=PROOF)
    assert len(page.soup.select(".letter")) == 2
    assert "共 2 份" in page.text
    page = browser.submit(page, "/check", SIGNED)
    with district.session() as session:
        newest = session.scalars(select(RepairApplication.id).order_by(RepairApplication.id.desc())).first()
        cases = session.scalars(select(Case).where(Case.application_id == newest)).all()
        repairs = [case for case in cases if case.workflow == "repair"]
        assert [case.state for case in repairs] == ["received", "received"]
        assert {case.record_id for case in cases if case.workflow == "commitment"} == {
            c.record_id for c in repairs
        }
        kept = {case.id for case in repairs}
        files = session.scalars(select(Attachment).where(Attachment.case_id.in_(kept))).all()
        assert (len(files), len({row.storage_key for row in files})) == (2, 1)
    assert page.text.count("已提交，办件号") == 2


def test_what_is_told_of_one_record_stays_with_it(district):
    refs = [record_of(district), record_of(district, unit="health")]
    browser = district.browser("owner.haihe")
    page = started(browser, *refs)
    names = [tag["name"] for tag in page.soup.select('textarea[name^="duties-"]')]
    browser.submit(page, page.path, {names[0]: "罚款于 5 月 8 日缴清。", "contact_name": "钱多多"})
    with district.session() as session:
        facts = [
            case.facts
            for case in session.scalars(select(Case).where(Case.workflow == "repair").order_by(Case.id))
        ]
        mine = [one for one in facts if one["contact_name"] == "钱多多"]
        assert len(mine) == 2
        assert [one["duties"] == "罚款于 5 月 8 日缴清。" for one in mine] == [True, False]


def test_a_record_that_may_not_be_handed_in_says_why_and_does_not_hold_up_the_other(district):
    ripe = record_of(district)
    with district.at("2026-11-20"):
        unripe = record_of(district, decided_on=date(2026, 11, 2), title="未落实进货查验")
    browser = district.browser("owner.haihe")
    page = started(browser, ripe, unripe)
    page = browser.submit(page, page.path, files=PROOF)
    assert "现在提交不了：" in page.text
    assert "最短公示期还没有届满" in page.text
    page = browser.submit(page, "/check", SIGNED)
    assert "“未按规定公示价格”已提交" in page.text
    assert "“未落实进货查验”没有提交：最短公示期还没有届满" in page.text


def test_a_second_start_goes_on_with_the_draft(district):
    ref = record_of(district)
    browser = district.browser("owner.haihe")
    page = started(browser, ref)
    assert browser.get(f"/repairs/start?record={ref}").path == page.path
    assert browser.post("/repairs/start", {"record": ref}).path == page.path


def test_the_check_warns_and_keeps_what_it_found_without_blocking(district):
    ref = record_of(district, decision_no="津河东示罚〔2026〕77号")
    browser = district.browser("owner.haihe")
    page = started(browser, ref)
    wrong = {"file_correction_proof": [("津河东示罚〔2026〕78号缴款凭证.pdf", pdf_bytes())]}
    page = browser.submit(page, page.path, files=wrong)
    assert "〔2026〕78号" in page.text
    assert "没有看到日期" in page.text
    page = browser.submit(page, "/check", SIGNED)
    assert "已提交，办件号" in page.text
    with district.session() as session:
        kept = [sorted(row.codes) for row in session.scalars(select(PriorCheck).order_by(PriorCheck.id))]
        assert kept[-2:] == [["no_day", "other_decision"], ["no_day", "other_decision"]]


def test_files_are_listed_once_and_can_be_taken_back_from_all_records(district):
    refs = [record_of(district), record_of(district, unit="health")]
    browser = district.browser("owner.haihe")
    page = started(browser, *refs)
    page = browser.submit(page, page.path, button="先保存，以后再填", files=PROOF)
    assert len(page.soup.select("#papers li")) == 1
    page = browser.submit(page, "/remove")
    assert not page.soup.select("#papers li")
    with district.session() as session:
        rows = session.scalars(select(Attachment).where(Attachment.name == "缴款凭证.pdf")).all()
        assert len(rows) == 2
        assert all(row.removed_at for row in rows)


def test_a_bad_file_is_told_at_its_field_and_the_rest_is_kept(district):
    browser = district.browser("owner.haihe")
    page = started(browser, record_of(district))
    bad = {"file_correction_proof": [("证明.pdf", b"not a paper")]}
    page = browser.submit(page, page.path, {"contact_name": "钱多多"}, files=bad, status=422)
    assert page.error_of("file_correction_proof")
    assert browser.get(page.path).typed("contact_name") == "钱多多"


def test_an_older_page_is_told_so_and_what_was_typed_stays(district):
    browser = district.browser("owner.haihe")
    old = started(browser, record_of(district))
    browser.submit(old, old.path, {"contact_name": "甲"}, button="先保存，以后再填")
    page = browser.submit(old, old.path, {"contact_name": "乙"}, status=409)
    assert "已有新的变化" in page.text
    assert page.typed("contact_name") == "乙"


def test_autosave_keeps_what_was_typed(district):
    browser = district.browser("owner.haihe")
    page = started(browser, record_of(district))
    values = {"version": page.typed("version"), "contact_name": "半句", "contact_mobile": "1"}
    line = browser.htmx("POST", f"{page.path}/autosave", target="saved", values=values)
    assert "已自动保存" in line.text
    assert browser.get(page.path).typed("contact_name") == "半句"
    stale = browser.htmx("POST", f"{page.path}/autosave", target="saved", values=values, status=409)
    assert "没有自动保存" in stale.text


def test_a_wrong_password_hands_nothing_in(district):
    browser = district.browser("owner.haihe")
    page = started(browser, record_of(district))
    page = browser.submit(page, page.path, files=PROOF)
    page = browser.submit(page, "/check", SIGNED | {"password": "wrong"}, status=409)
    assert "检查、阅读并签署" in page.heading
    with district.session() as session:
        newest = session.scalars(select(RepairApplication).order_by(RepairApplication.id.desc())).first()
        assert newest.submitted_at is None


def test_nobody_sees_the_application_of_another(district):
    page = started(district.browser("owner.haihe"), record_of(district))
    for login, status in (("owner.lizi", 404), ("clerk.xinyong", 404), ("handler.shichang", 403), ("", 200)):
        stranger = district.browser(login)
        answer = stranger.get(page.path, status=status)
        assert login or answer.heading == "登录"


def test_choosing_nothing_leads_back_to_the_choice(district):
    record_of(district), record_of(district, unit="health")
    browser = district.browser("owner.haihe")
    page = browser.submit(browser.get("/repairs/start"), "/start")
    assert page.heading == "选择要修复的记录"
    assert "请至少选择一条要修复的记录。" in page.text


def test_nobody_starts_for_the_record_of_another(district):
    ref = record_of(district)
    stranger = district.browser("owner.lizi")
    stranger.get(f"/repairs/start?record={ref}", status=404)
    stranger.post("/repairs/start", {"record": ref}, status=404)
    stranger.post("/repairs/start", {}, status=409)


def test_who_fills_in_is_declared_and_the_firm_hears_of_its_agents_acts(district):
    ref = record_of(district)
    grant_repair(district, "agent.haihe")
    browser = district.browser("agent.haihe")
    page = browser.get(f"/repairs/start?record={ref}")
    assert "谁在填写：受委托的经办人填写" in page.text
    page = browser.submit(page, "/start")
    page = browser.submit(page, page.path, files=PROOF)
    browser.submit(page, "/check", SIGNED)
    district.deliver()
    with district.session() as session:
        owner = session.scalars(select(Person).where(Person.login == "owner.haihe")).one()
        told = session.scalars(select(Notice).where(Notice.person_id == owner.id)).all()
        acts = [notice for notice in told if "不是贵方安排的" in notice.sentence["text"]]
        assert len(acts) == 1
        assert acts[0].sentence["values"]["agent"] == "赵经纬"
        case = session.scalars(select(Case).where(Case.workflow == "repair").order_by(Case.id.desc())).first()
        assert case.facts["filled_by"] == "mandate"


def test_an_agent_without_the_right_to_sign_is_told_who_can(district):
    ref = record_of(district)
    grant_repair(district, "agent.jinhe", workflows=["repair"])
    browser = district.browser("agent.jinhe")
    page = browser.submit(browser.get(f"/repairs/start?record={ref}"), "/start")
    page = browser.submit(page, page.path, files=PROOF)
    assert "您的授权不包括签署信用承诺书" in page.text
    browser.post(page.path, SIGNED, status=409)


def test_the_window_files_for_whoever_comes_and_the_subject_is_told(district):
    ref = record_of(district)
    clerk = district.browser("clerk.xinyong")
    page = clerk.submit(clerk.get("/repairs/window"), "/window", {"q": "91120102MA0DEM010E"})
    page = clerk.follow(page, HAIHE)
    assert "谁在填写：信用办窗口代为填写" in page.text
    page = clerk.submit(page, "/start", {"record": [ref]})
    letter = page.soup.select_one('[name^="file_paper_letter-"]')["name"]
    assert page.typed("contact_mobile") == ""
    contact = {"contact_name": "周明远", "contact_mobile": "13800000009"}
    page = clerk.submit(page, page.path, contact, files=PROOF)
    assert "还没有上传这条记录签好的承诺书" in page.text
    page = clerk.follow(page, "返回修改")
    page = clerk.submit(page, page.path, files={letter: [("承诺书.pdf", pdf_bytes(2))]})
    page = clerk.submit(page, "/check", {"has_checked": True})
    assert "已提交，办件号" in page.text
    district.deliver()
    assert "下载 PDF" in clerk.get(page.path).text
    with district.session() as session:
        case = session.scalars(select(Case).where(Case.workflow == "repair").order_by(Case.id.desc())).first()
        assert case.facts["filled_by"] == "window"
        owner = session.scalars(select(Person).where(Person.login == "owner.haihe")).one()
        told = session.scalars(select(Notice).where(Notice.person_id == owner.id)).all()
        assert any("信用办窗口为贵方提交了" in notice.sentence["text"] for notice in told)
        number = case.number
    assert number in district.browser("owner.haihe").get(page.path).text


def test_every_page_of_the_flow_says_that_it_is_free(district):
    browser = district.browser("owner.haihe")
    ref = record_of(district)
    first = browser.get(f"/repairs/start?record={ref}")
    second = browser.submit(first, "/start")
    third = browser.submit(second, second.path, files=PROOF)
    last = browser.submit(third, "/check", SIGNED)
    for page in (browser.get("/repairs/"), first, second, third, last):
        assert FREE in page.text
    assert "本事项不收取任何费用，未授权任何机构代办。" in third.text


CLUSTERED = ("天津海河示范食品有限公司", "天津安家示范家政服务有限公司", "天津汇工示范精密机械有限公司")


@pytest.fixture
def clustered(district):
    """Three firms with one agent's number and one file."""
    for firm in CLUSTERED:
        ref = record_of(district, subject=firm)
        with district.session() as session:
            subject = session.scalars(select(Subject).where(Subject.name == firm)).one()
            login = session.scalars(
                select(Person.login)
                .join(GrantRow, GrantRow.person_id == Person.id)
                .where(GrantRow.subject_id == subject.id, GrantRow.kind == "owner")
            ).one()
        browser = district.browser(login)
        browser.forbidden = ()
        page = started(browser, ref)
        page = browser.submit(page, page.path, {"contact_mobile": "19900000099"}, files=PROOF)
        browser.submit(page, "/check", SIGNED)
    return district


def test_a_cluster_is_shown_to_the_office_judged_and_counted(clustered):
    lead = clustered.browser("lead.xinyong")
    page = lead.get("/office/clusters")
    assert "待核实 2 条" in page.text
    assert "199****0099" in page.text
    page = lead.follow(page, "同一份文件")
    assert all(firm in page.text for firm in CLUSTERED)
    missing = lead.submit(page, page.path, {"verdict": "false_alarm"}, status=422)
    assert missing.error_of("note")
    page = lead.submit(page, page.path, {"verdict": "false_alarm", "note": "三家同用区税务局的公开模板。"})
    assert "误报率 100%" in page.text
    for login, status in (("owner.haihe", 403), ("handler.shichang", 403), ("auditor", 403)):
        clustered.browser(login).get("/office/clusters", status=status)


def test_a_cluster_refuses_nobody_and_is_raised_once(clustered):
    with clustered.session() as session:
        states = session.scalars(
            select(Case.state).where(Case.workflow == "repair").order_by(Case.id.desc()).limit(3)
        ).all()
        assert states == ["received", "received", "received"]
        raised = session.scalars(select(ClusterFlag).where(ClusterFlag.verdict.is_(None))).all()
        assert sorted(flag.kind for flag in raised) == ["file", "mobile"]
        assert not session.scalars(
            select(Message).where(Message.kind == "notice", Message.key.contains("cluster"))
        ).all()


def test_the_credit_file_leads_to_the_application(district):
    ref = record_of(district)
    browser = district.browser("owner.haihe")
    page = browser.follow(browser.get(f"/credit-file/{ref}"), "申请修复")
    assert page.heading == "选择要修复的记录"
    with district.session() as session:
        title = session.scalars(select(CreditRecord.title).where(CreditRecord.ref == ref)).one()
    assert title in page.text
