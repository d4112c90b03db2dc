"""The way into an objection through the pages: from the credit file, a decision or the public page, and at the window."""

from datetime import date

import pytest
from sqlalchemy import select

from tests import factories
from tests.web.test_repairs import HAIHE, record_of
from workflow_app.models.case import Case
from workflow_app.models.party import GrantRow, Person, Subject
from workflow_app.models.record import CreditRecord
from workflow_app.services.records import records

FREE = "异议处理不收取任何费用，未授权任何机构代办"
STATED = {"statement": "决定书载明罚款 0.3 万元，公示为 3 万元。", "claims-content": "罚款 0.3 万元"}


def mandate(district, login, *, workflows, valid_to=None, subject=HAIHE):
    """A mandate of the firm for this person."""
    with district.session() as session:
        person = session.scalars(select(Person).where(Person.login == login)).one()
        firm = session.scalars(select(Subject).where(Subject.name == subject)).one()
        grant = GrantRow(
            kind="agent", subject=firm, workflows=workflows, valid_from=date(2026, 4, 1), valid_to=valid_to,
            granted_at=factories.NOW,
        )  # fmt: skip
        person.grants.append(grant)


def ref_of(district, decision_no):
    """The address of a demonstration record."""
    with district.session() as session:
        wanted = select(CreditRecord.ref).where(CreditRecord.decision_no == decision_no)
        return session.scalars(wanted).one()


def newest(district):
    """The newest objection."""
    with district.session() as session:
        case = session.scalars(
            select(Case).where(Case.workflow == "objection").order_by(Case.id.desc())
        ).first()
        assert case is not None
        for name in ("record", "subject"):
            getattr(case, name)
        session.expunge_all()
        return case


def grounds(page):
    """The grounds to choose from."""
    return [tag["value"] for tag in page.soup.select('input[name="ground"]')]


def started(browser, ref, ground="content", **query):
    """The page to fill in, of a fresh draft."""
    asked = "".join(f"&{name}={value}" for name, value in query.items())
    page = browser.get(f"/objections/start?ref={ref}{asked}")
    return browser.submit(page, "/start", {"ground": ground})


def test_from_the_credit_file_to_the_receipt_takes_at_most_six_clicks(district):
    record_of(district, title="重复公示的处罚")
    browser, clicks = district.browser("owner.haihe"), 0
    page = browser.get("/credit-file")
    page, clicks = browser.follow(page, "重复公示的处罚"), clicks + 1
    page, clicks = browser.follow(page, "提出异议"), clicks + 1
    page, clicks = browser.submit(page, "/start", {"ground": "content"}), clicks + 2
    page, clicks = browser.submit(page, "/edit", STATED), clicks + 1
    page, clicks = browser.submit(page, "/steps/submit"), clicks + 1
    assert "OB-120102-20261120-" in page.text
    assert newest(district).state == "received"
    assert clicks <= 6


def test_the_contact_is_whoever_fills_it_in(district):
    browser = district.browser("owner.haihe")
    started(browser, record_of(district))
    case = newest(district)
    with district.session() as session:
        owner = session.scalars(select(Person).where(Person.login == "owner.haihe")).one()
        assert (case.facts["contact_name"], case.facts["contact_mobile"]) == (owner.name, owner.mobile)
    assert (case.facts["ground"], case.facts["filled_by"], case.facts["about_case"]) == ("content", "own", "")


def test_anybody_reads_what_an_objection_is_and_how_long_it_takes(district):
    page = district.browser().get("/objections/")
    assert FREE in page.text
    assert "收到异议后 10 个工作日内答复" in page.text
    assert "待核实" in page.words("#limits p")[0]
    assert "异议只管公示的信用信息" in page.text
    assert "自“知道该行政行为”起 60 日内" in page.text
    assert "标注“异议处理中”" in page.text
    assert "对信用修复的结果有异议" in page.text


def test_a_subject_sees_its_objections_with_state_and_due_day(district):
    browser = district.browser("owner.haihe")
    assert "还没有提出过异议" in browser.get("/objections/").text
    page = browser.submit(started(browser, record_of(district, title="重复公示的处罚")), "/edit", STATED)
    browser.submit(page, "/steps/submit")
    (row,) = browser.get("/objections/").words(".file-list > li")
    assert "重复公示的处罚" in row
    assert "已提出，待受理" in row
    assert "11 月 24 日" in row


def test_only_grounds_that_fit_are_offered(district):
    owner = district.browser("owner.haihe")
    page = owner.get(f"/objections/start?ref={record_of(district)}")
    assert grounds(page) == ["content", "period", "same_name", "privacy"]
    listed = district.browser("owner.gongying").get(
        f"/objections/start?ref={ref_of(district, '津演市监异字〔2026〕208号')}"
    )
    assert grounds(listed) == ["content", "period", "listing", "same_name", "privacy"]


def test_a_ground_that_does_not_fit_is_refused_on_the_page(district):
    browser = district.browser("owner.haihe")
    page = browser.get(f"/objections/start?ref={record_of(district)}")
    values = {"ref": page.typed("ref"), "subject": page.typed("subject"), "ground": "listing"}
    page = browser.post("/objections/start", values, status=422)
    assert page.error_of("ground") == "这一项不在可选范围内，请从列出的选项中重新选择。"


def test_no_ground_chosen_keeps_the_page(district):
    browser = district.browser("owner.haihe")
    page = browser.get(f"/objections/start?ref={record_of(district, title='重复公示的处罚')}")
    page = browser.submit(page, "/start", status=422)
    assert page.error_of("ground") == "请选择异议事由。"
    assert "重复公示的处罚" in page.text


def test_the_publicity_period_is_checked_at_once(district):
    browser = district.browser("owner.haihe")
    page = browser.get(f"/objections/start?ref={record_of(district, duties_done_on=date(2026, 5, 20))}")
    assert "系统核对的结果：公示没有超过期限" in page.text
    with district.at("2027-06-01"):
        browser = district.browser("owner.haihe")
        page = browser.get(f"/objections/start?ref={record_of(district, duties_done_on=date(2026, 5, 20))}")
        assert "系统核对的结果：公示已经超过期限" in page.text


def test_an_ended_record_may_be_objected_to_but_not_for_its_period(district):
    ref = record_of(district)
    with district.session() as session:
        record = session.scalars(select(CreditRecord).where(CreditRecord.ref == ref)).one()
        records.take_down(
            session, record, "expired", why="期满", by_id=None, now=factories.NOW, rulebook=factories.RULEBOOK
        )
    browser = district.browser("owner.haihe")
    page = browser.follow(browser.get(f"/credit-file/{ref}"), "提出异议")
    assert grounds(page) == ["content", "same_name", "privacy"]


def test_a_second_start_on_the_same_ground_goes_on_with_the_draft(district):
    ref = record_of(district)
    browser = district.browser("owner.haihe")
    first = started(browser, ref)
    again = browser.get(f"/objections/start?ref={ref}")
    assert "您有还没有提交的异议，可以接着填写" in again.text
    assert browser.submit(again, "/start", {"ground": "content"}).path == first.path
    assert browser.submit(again, "/start", {"ground": "privacy"}).path != first.path


def test_what_runs_on_the_record_is_told_and_the_same_ground_is_not_opened_twice(district):
    ref = record_of(district)
    browser = district.browser("owner.haihe")
    browser.submit(browser.submit(started(browser, ref), "/edit", STATED), "/steps/submit")
    number = newest(district).number
    page = browser.get(f"/objections/start?ref={ref}")
    assert "这条信息上正在办理" in page.text
    assert number in page.text
    page = browser.submit(page, "/start", {"ground": "content"}, status=409)
    assert "已经以同一事由" in page.error_of("ground")
    assert newest(district).number == number


@pytest.mark.parametrize(("state", "title"), [("rejected", "不予修复"), ("not_accepted", "不予受理")])
def test_a_refused_repair_goes_with_the_objection_to_it(district, state, title):
    with district.session() as session:
        wanted = select(Case).where(Case.workflow == "repair", Case.state == state, Case.number.is_not(None))
        case = session.scalars(wanted.order_by(Case.id)).first()
        assert case is not None
        assert case.record is not None
        number, ref, application = case.number, case.record.ref, case.application.ref
        login = session.scalars(
            select(Person.login).join(GrantRow, GrantRow.person_id == Person.id)
            .where(GrantRow.subject_id == case.subject_id, GrantRow.kind == "owner")
        ).one()  # fmt: skip
    browser = district.browser(login)
    assert "对这个结果提出异议" in browser.get(f"/repairs/{application}").text
    page = browser.follow(browser.get(f"/cases/{number}"), "对这个结果提出异议")
    assert page.path == f"/objections/start?ref={ref}&about={number}"
    assert "repair_result" in grounds(page)
    assert "选“对信用修复的结果有异议”的，随附这一件" in page.text
    assert title in page.text
    with (
        district.session() as session
    ):  # the district objects to the rejected one already; withdrawn, it may be again
        wanted = select(Case).where(Case.workflow == "objection")
        for other in session.scalars(wanted):
            if other.facts["about_case"] == number:
                other.state = "withdrawn"
    browser.submit(page, "/start")
    case = newest(district)
    assert (case.facts["ground"], case.facts["about_case"]) == ("repair_result", number)


def test_a_breach_is_objected_to_from_its_commitment(district):
    number = district.case(subject="津", item="RQSL-02", state="breached")
    browser = district.browser("owner.jinhe")
    page = browser.follow(browser.get(f"/cases/{number}"), "对这个结果提出异议")
    assert grounds(page)[-1] == "breach"
    browser.submit(page, "/start")
    case = newest(district)
    assert (case.facts["ground"], case.facts["about_case"]) == ("breach", number)


def test_a_case_that_ended_well_has_no_way_to_an_objection(district):
    browser = district.browser("owner.haihe")
    assert "对这个结果提出异议" not in browser.get("/cases/CM-120102-20260415-000001").text


def test_a_public_record_of_somebody_else_may_only_be_a_mix_up_of_names(district):
    ref = record_of(district)
    browser = district.browser("owner.lizi")
    page = browser.follow(browser.get(f"/publicity/{ref}"), "不是我的信息 / 信息有误")
    assert grounds(page) == ["same_name"]
    assert f"公示的是：{HAIHE}" in page.text
    browser.submit(page, "/start")
    case = newest(district)
    assert (case.facts["ground"], case.record.ref) == ("same_name", ref)
    assert case.subject.name != HAIHE


def test_a_record_that_is_not_public_is_unknown_to_others(district):
    hidden = record_of(district, scope="limited")
    stranger = district.browser("owner.lizi")
    stranger.get(f"/objections/start?ref={hidden}", status=404)
    with district.session() as session:
        lizi = session.scalars(select(Person).where(Person.login == "owner.lizi")).one().grants[0].subject_id
    values = {"ref": hidden, "subject": lizi, "ground": "same_name"}
    stranger.post("/objections/start", values, status=404)


def test_nobody_objects_in_the_name_of_another(district):
    ref = record_of(district)
    with district.session() as session:
        firm = session.scalars(select(Subject.id).where(Subject.name == HAIHE)).one()
    values = {"ref": ref, "subject": firm, "ground": "content"}
    for login in ("owner.lizi", "handler.shichang", "lead.xinyong"):
        district.browser(login).post("/objections/start", values, status=404)
    district.browser("owner.haihe").get("/objections/start?ref=unknown", status=404)


def test_an_agent_whose_mandate_does_not_reach_objections_is_told_what_to_do(district):
    ref = record_of(district)
    page = district.browser("agent.haihe").get(f"/objections/start?ref={ref}", status=409)
    assert "您的授权不包括异议" in page.text


def test_an_agent_objects_under_a_mandate_and_is_told_when_it_has_ended(district):
    ref = record_of(district)
    mandate(district, "agent.jinhe", workflows=["objection"])
    browser = district.browser("agent.jinhe")
    assert "谁在填写：受委托的经办人填写" in browser.get(f"/objections/start?ref={ref}").text
    started(browser, ref)
    assert newest(district).facts["filled_by"] == "mandate"
    mandate(district, "agent.gongdi", workflows=["objection"], valid_to=date(2026, 10, 31))
    page = district.browser("agent.gongdi").get(f"/objections/start?ref={ref}", status=409)
    assert "授权已于 10 月 31 日" in page.text


def test_without_a_record_the_own_records_are_offered(district):
    ref = record_of(district, title="重复公示的处罚")
    browser = district.browser("owner.haihe")
    page = browser.follow(browser.get("/objections/"), "提出异议")
    assert page.heading == "选择有异议的记录"
    assert browser.follow(page, "重复公示的处罚").path == f"/objections/start?ref={ref}"
    assert "您的账户还不能提出异议" in district.browser("handler.shichang").get("/objections/start").text


def test_the_window_objects_for_whoever_comes(district):
    ref = record_of(district, title="重复公示的处罚")
    clerk = district.browser("clerk.xinyong")
    page = clerk.submit(clerk.get("/objections/window"), "/window", {"q": "91120102MA0DEM010E"})
    page = clerk.follow(clerk.follow(page, HAIHE), "重复公示的处罚")
    assert page.path == f"/objections/start?ref={ref}"
    assert "谁在填写：信用办窗口代为填写" in page.text
    page = clerk.submit(page, "/start", {"ground": "content"})
    assert page.typed("contact_mobile") == ""
    case = newest(district)
    assert (case.facts["filled_by"], case.subject.name) == ("window", HAIHE)


def test_the_window_finds_a_public_record_under_the_same_name(district):
    ref = record_of(district, decision_no="津河东示罚〔2026〕700号")
    with district.session() as session:
        other = (
            session.scalars(select(Person).where(Person.login == "owner.jinhe")).one().grants[0].subject_id
        )
    clerk = district.browser("clerk.xinyong")
    page = clerk.get(f"/objections/window?subject={other}")
    page = clerk.submit(page, "/window", {"q": "津河东示罚〔2026〕700号"})
    page = clerk.follow(page, HAIHE)
    assert grounds(page) == ["same_name"]
    clerk.submit(page, "/start")
    case = newest(district)
    assert (case.record.ref, case.subject_id, case.facts["filled_by"]) == (ref, other, "window")


def test_the_window_knows_no_subject_of_an_unknown_number(district):
    district.browser("clerk.xinyong").get("/objections/window?subject=99999", status=404)


def test_a_visitor_finds_the_way_from_the_public_page(district):
    ref = record_of(district)
    browser = district.browser()
    page = browser.get(f"/publicity/{ref}")
    assert ref in page.link("不是我的信息 / 信息有误")
    assert browser.get(f"/objections/start?ref={ref}").heading == "登录"


def test_staff_who_file_nothing_see_no_way_on_the_public_page(district):
    page = district.browser("handler.shichang").get(f"/publicity/{record_of(district)}")
    assert "不是我的信息" not in page.text
