"""What the papers of lists say, each made by the real engine; days, remedies and lines are counted by hand.

Told and decided on Friday 2026-09-18: reply until September 24 (five working days: 20 to 24), publication by October 22
(twenty), administrative review until November 17 (60 days), litigation until March 18, 2027 (six months).
"""

import re
from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from tests.documents.objections import TO_VERIFYING
from tests.documents.objections import Course as Objection
from tests.factories import NOW, legal, paper
from tests.lists import Leaving, Listing, book, lift_all, list_type, watch
from workflow_app.domain.identifiers import uscc_from
from workflow_app.models.document import Document
from workflow_app.models.party import Subject
from workflow_app.models.sync import SyncTarget, SyncTask
from workflow_app.services.documents import documents, kinds, printing, sheets, texts
from workflow_app.services.engine import perform
from workflow_app.services.records import records
from workflow_app.services.repair import repair_notice
from workflow_app.services.sync import sync
from workflow_app.workflows.list_exit import LIST_EXIT
from workflow_app.workflows.listing import LISTING

FREE = "列入和移出名单都不收取任何费用，未授权任何机构代办。"
REMEDIES = ("截止日为2026年11月17日", "截止日为2027年3月18日", "“信用中国”网站或者向我单位提出异议")
TO_REVIEW = (("forward", "clerk"), ("accept", "handler"))
TO_EXIT = (*TO_REVIEW, ("propose_approval", "handler"), ("approve", "head"))
RED = {
    "name": "A级纳税信用名单", "standard": "连续三年评价为A级。", "basis": ["《天津市社会信用条例》"], "exit_conditions": ["不再是A级的，移出。"],
    "measures": [{"key": "inspect", "unit": "market", "title": "减少抽查频次", "basis": "《天津市社会信用条例》"}],
}  # fmt: skip
NOTHING_TICKED = {
    "duties_performed": False, "harm_removed": False, "commitment_made": False, "none_again": False, "minimum": "",
}  # fmt: skip
WAGES_OWED = "拖欠三十二名农民工工资共四十八万六千元，经责令限期支付，逾期未支付。" * 4


@pytest.fixture
def session(sqlite):
    """A database in which a national site has to act on records."""
    with sqlite.writing() as session:
        session.add(
            SyncTarget(
                key="national", name="国家公示网站", name_en="National site", kind="national", deliverer="hand",
                does=["end_publicity", "stop_sharing"],
            )
        )  # fmt: skip
        session.flush()
        yield session


@pytest.fixture
def world(sqlite):
    return sqlite.world


def document(session, kind):
    """The last paper of this kind."""
    wanted = select(Document).where(Document.kind == kind).order_by(Document.id.desc())
    found = session.scalars(wanted).first()
    assert found is not None, kind
    return found


def said(session, kind):
    """The words of the last paper of this kind, without blanks."""
    sheet = documents.sheet_of(document(session, kind), site_url="")
    return bare(sheets.article(sheet).striptags())


def bare(text):
    return re.sub(r"\s+", "", text)


def says(session, kind, *parts):
    """Whether a paper says all of this; returns it for what it must not say."""
    found = said(session, kind)
    assert [part for part in parts if part not in found] == []
    return found


def confirm_everything(session, house, leaving, *, now):
    """Every place and every unit did what was asked."""
    open_tasks = select(SyncTask).where(SyncTask.confirmed_at.is_(None)).order_by(SyncTask.id)
    for task in session.scalars(open_tasks).all():
        sync.confirm(session, task, by_id=None, evidence="已停止公示", now=now, rulebook=book(session, house))
    lift_all(session, leaving.world, house, leaving.entry, now=now)
    perform.follow(session, leaving.case.id, now=now, house=house)


def test_a_notice_tells_facts_basis_measures_the_way_out_and_how_long_one_may_reply(session, world, house):
    case = Listing(session, world, house, evidence_no="津河东市监罚〔2026〕12号")
    paper(session, case.case, "grounds_paper", world.actors["handler"])
    case.to("noticed")
    found = says(
        session, "listing_notice",
        "作出决定以前，依照《关于进一步完善失信约束制度构建诚信建设长效机制的指导意见》（国办发〔2020〕49号）", "本告知书不是列入名单的决定。",
        "生产不符合食品安全标准的食品，被处较重行政处罚。", "所依据的文书：津河东市监罚〔2026〕12号", "附有的材料：grounds_paper.pdf",
        "拟列入的依据：《市场监督管理严重违法失信名单管理办法》第五条", "名单示范serious名单（严重失信主体名单）",
        "从严审查卫生许可示范区卫健委市场监管总局令第44号", "列入的期限是3年，自列入之日起计算", "自列入之日起满1年，并且符合下列条件的",
        "《信用修复管理办法》第二条规定的最短期限是1年", "提前移出的条件：列入满一年义务已经履行", "培训不是移出的条件",
        "期限是收到本告知书之日起5个工作日，本告知书在2026年9月18日送达的，最后一日是2026年9月24日", "时限规则LE-01", "2026年9月20日是周末，但按放假安排调休上班",
        "点“陈述申辩”，可以逐点填写并上传证据", "也可以书面送交示范区市场监管局", "不因你方陈述申辩而加重处理", "经办人：郑谷雨", FREE,
    )  # fmt: skip
    assert "守信激励" not in found
    assert document(session, "listing_notice").facts["particulars"]["result"] == "拟列入“示范serious名单”"


def test_a_decision_answers_each_point_and_tells_term_way_out_and_remedies_and_the_letter_goes_with_it(
    session, world, house
):
    case = Listing(session, world, house)
    case.go(("serve_notice", "handler"), ("prove_service", "handler"))
    paper(session, case.case, "reply_evidence", world.actors["owner"])
    case.go(("reply", "owner"), ("propose_decision", "handler"), ("decide", "head"))
    says(
        session, "listing_decision",
        "经查证并听取陈述申辩，现决定将你方列入“示范serious名单”", "告知书送达：2026年9月18日，直接送达（当面签收）。",
        "第1点内容你方的意见产品已经全部召回。我单位的答复召回不影响认定。第2点内容你方的意见处罚正在复议。我单位的答复复议期间不停止执行。",
        "你方提交的证据：reply_evidence.pdf", "理由：符合列入条件。", "列入日期本决定公布之日，最迟为2026年10月22日",
        "自列入之日起3年，最后一日最迟是2029年9月18日", "最晚从2027年10月23日起可以申请", "按该办法从2027年9月19日起可以申请",
        "《移出名单告知书》与本决定书一并送达。", "时限规则LE-05-SAMR", "经办人：郑谷雨负责人：冯清明", *REMEDIES, FREE,
    )  # fmt: skip
    repair_notice.issue(session, case.entry.record, now=NOW, house=house)
    letter = says(
        session, "repair_notice",
        "移出名单告知书", "列入日期公布之日，最迟为2026年10月22日", "期限的最后一日最迟为2029年9月18日",
        "按名单的规定，最早可以申请提前移出最晚从2027年10月23日起", "按《信用修复管理办法》，最早可以申请2027年9月19日",
        "移出的条件列入满一年义务已经履行", "时限规则CL-02", f"/r/{case.entry.record.ref}", FREE,
    )  # fmt: skip
    assert document(session, "listing_decision").number in letter
    assert "最早可以申请修复" not in letter


def test_the_letter_of_what_is_published_already_tells_the_days_themselves(session, world, house):
    case = Listing(session, world, house).to("listed")
    repair_notice.issue(session, case.entry.record, now=NOW, house=house)
    letter = says(
        session, "repair_notice", "列入日期2026年9月18日期限的最后一日2029年9月18日", "最早可以申请提前移出2027年9月19日"
    )  # fmt: skip
    assert "最迟" not in letter


def test_papers_of_an_application_that_does_not_lead_off_the_list(session, world, house):
    """Asked on Monday 2027-10-11: forwarded by the 12th, accepted by the 14th, decided within seven working days, the 25th."""
    entry, now = Listing(session, world, house).to("listed").entry, legal("2027-10-11")
    case = Leaving(session, world, house, entry, now=now).submit(now=now)
    says(
        session, "receipt", "业务类别移出名单", "办理事项示范serious名单（LS-120102-20260918-000001）", "承诺办结时间2027年10月25日",
        "信用办转交认定单位最迟2027年10月12日（时限规则RP-01）", "认定单位决定是否受理最迟2027年10月14日（时限规则LE-12）", "补正的时间不计入",
        "沿原公布渠道公告",
    )  # fmt: skip
    case.go(*TO_REVIEW, ("propose_rejection", "handler"), ("reject", "head"), now=now)
    says(
        session, "list_exit_rejection", "现决定不予移出", "危害后果和不良影响还没有消除。", "说明：危害后果没有消除。",
        "可以再次申请的日期：2027年12月1日起", "请按说明中指出的问题消除危害后果和不良影响", "期限届满（最后一日是2029年9月18日）的次日自动移出",
        "名单规定：满1年列入之日2027年9月19日起《信用修复管理办法》第二条：满1年认定之日2027年9月19日起", "截止日为2027年12月10日",
        "截止日为2028年4月11日", "经办人：郑谷雨负责人：冯清明", FREE,
    )  # fmt: skip
    case = Leaving(session, world, house, entry, now=now).submit(now=now)
    case.go(("forward", "clerk"), ("refuse", "handler"), now=now)
    says(
        session, "list_exit_refusal", "决定不予受理", "不在名单上。", "可以再次申请的日期：2027年10月11日起", "不作为失信信息记入",
        "截止日为2027年12月10日", "截止日为2028年4月11日", "经办人：郑谷雨", FREE,
    )  # fmt: skip
    case = Leaving(session, world, house, entry, now=now).submit(now=now)
    case.go(("withdraw", "owner"), now=now)
    found = says(
        session, "list_exit_closure", "终止方式：撤回申请撤回理由：暂不申请。", "列入的期限不因本次申请而改变"
    )
    assert "视为撤回" not in found
    case = Leaving(session, world, house, entry, now=now).submit(now=now)
    case.take("request_supplement", "clerk", now=now)
    case.take("lapse", "clock", now=legal("2027-11-30"))
    says(
        session, "list_exit_closure", "终止方式：逾期未补正，视为撤回", "请写明缴款日期。", "2028年1月31日和2028年5月30日", "可以自2027年11月30日起再次申请",
    )  # fmt: skip


def test_leaving_early_tells_what_was_checked_who_lifts_what_the_proof_of_it_and_what_a_revocation_brings(
    session, world, house
):
    """Everything on Wednesday 2027-12-01: measures are lifted by December 6, the record is down on the 2nd."""
    entry, now = Listing(session, world, house).to("listed").entry, legal("2027-12-01")
    case = Leaving(session, world, house, entry, now=now).submit(now=now).go(*TO_EXIT, now=now)
    says(
        session, "list_exit_decision", "现决定自2027年12月1日起将你方提前移出该名单", "义务已经全部履行。", "没有再次受到较重行政处罚。",
        "同时符合名单规定的下列条件：列入满一年义务已经履行", "两个最短期限都已经届满，不需要选择适用。", "核对情况：逐项核对无误。",
        "移出沿原公布渠道（“信用中国（示例市）”网站和本平台）公告", "示范区卫健委：从严审查卫生许可，2027年12月6日前解除并确认",
        "国家公示网站：停止公示、停止共享和使用，2027年12月2日前", "可以依法撤销移出、恢复列入，期限重新计算", "经办人：郑谷雨负责人：冯清明", FREE,
    )  # fmt: skip
    confirm_everything(session, house, case, now=now)
    decision = document(session, "list_exit_decision").number
    says(
        session, "list_exit_completion", "已于2027年12月1日移出“示范serious名单”（提前移出）", f"移出决定书：{decision}",
        "示范区市场监管局：提高抽查比例和频次，2027年12月1日解除", "示范区卫健委：从严审查卫生许可，2027年12月1日解除",
        "国家公示网站：停止公示、停止共享和使用，2027年12月1日确认", FREE,
    )  # fmt: skip
    assert kinds.KINDS["list_exit_completion"].layout == "certificate"
    case.go(("propose_revocation", "handler"), ("reply", "owner"), ("revoke", "head"), now=now)
    says(
        session, "list_exit_revocation", f"移出决定书：{decision}，2027年12月1日", "缴款凭证是伪造的。", "你方于2027年12月1日的陈述申辩：凭证由代办人提供。",
        "撤销理由：材料虚假。", "重新起算的列入日期2027年12月1日期限的最后一日2030年12月1日，次日由系统移出可以再次申请移出期限届满以前不能再次申请",
        "验真时显示“已撤销”", "在2030年12月3日以前，你方不得再次申请", "示范区卫健委：从严审查卫生许可，2027年12月8日前响应", "国家公示网站：恢复公示，2027年12月2日前",
        "时限规则LE-04-SAMR", "时限规则RP-10", "截止日为2028年1月31日", "截止日为2028年6月1日", FREE,
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["individual", "sole"])
def test_where_the_minimums_differ_the_choice_is_cited_and_who_is_not_public_is_not_published(
    session, world, house, kind
):
    """Wages: six months from 2026-10-20, when the correction was established, so from 2027-04-21; Order 36 a year."""
    subject = session.get_one(Subject, world.subjects["citizen"])
    subject.code = "120199199001010012"
    if kind == "sole":
        subject.kind, subject.name, subject.code = "sole", "河东区霜降小吃店", uscc_from("92120102MA0DEM030")
    session.flush()
    case = Listing(session, world, house, kind="wage", subject="citizen", behaviour=WAGES_OWED)
    case.go(
        ("serve_notice", "handler"), ("reply", "citizen"), ("propose_decision", "handler"), ("decide", "head")
    )
    is_public = kind == "sole"
    decided = says(session, "listing_decision", "不能推算具体日期", "按该办法从2027年9月19日起可以申请")
    assert ("不向社会公开，只在有关单位之间依法共享" in decided) is not is_public
    assert ("信用中国" in decided) is is_public
    case.go(("prove_decision_service", "handler"), ("publish", "clerk"))
    october = legal("2026-10-20")
    records.establish_duties(
        session, case.entry.record, date(2026, 10, 20), how="已核实", by_id=None, now=october, today=october.date(),
        rulebook=book(session, house),
    )  # fmt: skip
    watch(session, house, now=october)
    now = legal("2027-04-26")
    leaving = Leaving(session, world, house, case.entry, by="citizen", now=now).submit(by="citizen", now=now)
    chosen = {"minimum": "list_rule", "minimum_basis": "人社部令第45号第十二条"}
    leaving.go(*TO_REVIEW, ("propose_approval", "handler", chosen), ("approve", "head"), now=now)
    left = says(
        session, "list_exit_decision",
        "名单规定：满6个月认定单位确认纠正并履行完义务之日2027年4月21日起《信用修复管理办法》第二条：满1年认定之日2027年9月19日起",
        "《信用修复管理办法》的最短期限还没有届满。我单位选择适用名单的规定，依据：人社部令第45号第十二条",
    )  # fmt: skip
    assert ("移出沿原公布渠道" in left) is is_public
    assert ("列入时没有向社会公开，移出也不公告" in left) is not is_public
    assert ("120199199001010012" in left, "1****************2" in left) == (False, not is_public)


def test_each_way_off_a_list_by_time_or_objection_tells_its_own_story(session, world, house):
    first = Listing(session, world, house).to("listed")
    objection = Objection(
        session, world, house, record=first.entry.record, claims={"behaviour": "没有生产过。"}
    )
    objection.go(*TO_VERIFYING)
    objection.take("answer", "handler", remedy="remove", source={}, difference={})
    objection.go(("execute_correction", "second_clerk"))
    assert watch(session, house, now=NOW) == ["annul"]
    result = document(session, "objection_result").number
    annulled = says(
        session, "list_exit_decision", "现决定撤销列入，视为自始未列入", f"异议办件{objection.case.number}查明", f"《异议处理结果告知书》（{result}，2026年9月18日）",
        "不公布移出公告，只公开更正公告", "示范区卫健委：从严审查卫生许可，2026年9月22日前解除并确认", "国家公示网站：停止公示、停止共享和使用，2026年9月20日前", FREE,
    )  # fmt: skip
    assert "最短期限" not in annulled
    assert (
        document(session, "list_exit_decision").facts["particulars"]["result"]
        == "经异议核查撤销列入“示范serious名单”"
    )
    again = Listing(session, world, house, type_=first.type).to("listed")
    assert again.entry.ends_on == date(2029, 9, 18)
    watch(session, house, now=legal("2029-09-19"))
    expired = says(
        session, "list_exit_decision", "期限已经届满，现决定自2029年9月19日起将你方移出该名单", "期限的最后一日是2029年9月18日，没有仍在执行的法律限制",
        "时限规则LE-04-SAMR", "由系统自动生成",
    )  # fmt: skip
    assert "经办人" not in expired


def test_a_list_of_honour_tells_of_publicity_and_incentives_and_its_unit_lets_go(session, world, house):
    """Seven working days from September 18 end on the 29th; September 25 to 27 are off."""
    case = Listing(
        session,
        world,
        house,
        kind="red",
        type_=list_type(session, world, "red", **RED),
        measures=("inspect",),
    )
    case.go(("serve_notice", "handler"), ("prove_service", "handler"))
    notice = says(
        session, "listing_notice", "符合列入守信激励名单“A级纳税信用名单”的条件", "列入后采取的激励措施", "减少抽查频次示范区市场监管局《天津市社会信用条例》",
        "最后一日是2026年9月29日", "列入后每12个月复查一次", "时限规则LE-08",
    )  # fmt: skip
    assert "49号" not in notice
    now = legal("2026-10-12")
    case.go(
        ("propose_decision", "handler", {"answers": {}}), ("decide", "head"),
        ("prove_decision_service", "handler", {"decision_served_on": now.date()}), ("publish", "clerk"), now=now,
    )  # fmt: skip
    says(
        session,
        "listing_decision",
        "经审核和公示，现决定将你方列入",
        "你方在告知的期限内没有提出意见。",
        "没有固定期限",
    )
    leaving = Leaving(session, world, house, case.entry, by="handler", now=now, way="ex_officio")
    leaving.go(
        ("initiate", "handler"), ("propose_approval", "handler", NOTHING_TICKED), ("approve", "head"), now=now
    )
    left = says(
        session, "list_exit_decision", "经我单位依职权审核", "依职权移出的事实和理由：不再符合列入条件。"
    )
    assert "信用修复管理办法" not in left
    confirm_everything(session, house, leaving, now=now)
    says(
        session,
        "list_exit_completion",
        "（依职权移出）",
        "示范区市场监管局：减少抽查频次，2026年10月12日解除",
    )


def test_a_focus_list_is_never_published_and_leaving_it_is_no_early_exit(session, world, house):
    case = Listing(session, world, house, kind="focus", measures=()).to("listed")
    says(
        session,
        "listing_notice",
        "该名单只供内部监督使用，从不公开，也不作为失信信息",
        "不因列入本名单采取措施",
    )
    decided = says(session, "listing_decision", "本决定送达后登记之日", "不公开，也不向其他单位共享")
    leaving = Leaving(session, world, house, case.entry, by="handler", way="ex_officio")
    leaving.go(("initiate", "handler"), ("propose_approval", "handler", NOTHING_TICKED), ("approve", "head"))
    left = says(session, "list_exit_decision", "移出也不公告")
    proof = says(session, "list_exit_completion", "（依职权移出）", "没有采取过措施，无需解除。")
    for paper_said in (decided, left, proof):
        assert "信用中国" not in paper_said
        assert "提前移出" not in paper_said.replace("符合提前移出条件", "")


def test_a_list_without_a_term_is_left_on_request_and_order_36_is_told_beside_it(session, world, house):
    """Order 36: three months from September 18, so from December 19; the list has no least time of its own."""
    case = Listing(session, world, house, kind="abnormal").to("listed")
    notice = says(
        session,
        "listing_notice",
        "期限届满移出：本名单没有固定期限。",
        "申请移出：名单没有规定最短期限",
        "最短期限是3个月",
    )
    assert "49号" not in notice
    decided = says(
        session,
        "listing_decision",
        "没有固定期限，符合移出条件后移出",
        "按该办法从2026年12月19日起可以申请",
        "申请移出的条件",
    )
    assert "《移出名单告知书》" not in decided
    leaving = Leaving(session, world, house, case.entry).submit()
    chosen = {"minimum": "list_rule", "minimum_basis": "市场监管总局令第107号"}
    leaving.go(*TO_REVIEW, ("propose_approval", "handler", chosen), ("approve", "head"))
    left = says(
        session, "list_exit_decision", "将你方移出该名单", "名单没有规定最短期限，《信用修复管理办法》的最短期限还没有届满。",
        "依据：市场监管总局令第107号",
    )  # fmt: skip
    assert "提前移出该名单" not in left
    assert (
        document(session, "list_exit_decision").facts["particulars"]["result"]
        == "依申请移出“示范abnormal名单”"
    )


def test_the_printed_pages_hold_every_word_of_a_long_decision(session, world, house):
    case = Listing(session, world, house, behaviour=WAGES_OWED)
    case.go(
        ("serve_notice", "handler"), ("reply", "owner", {"reply_points": ("工资已经支付。" * 40, "人数有误。")}),
        ("propose_decision", "handler"), ("decide", "head"),
    )  # fmt: skip
    made = document(session, "listing_decision")
    sheet = documents.sheet_of(made, site_url="https://credit.example.gov.cn")
    pdf = printing.render_pdf(sheets.page(sheet), made_at=made.issued_at)
    printed = bare("".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages))
    for part in ("列入名单决定书", "第2点", "人数有误。", "复议期间不停止执行。", *REMEDIES[:2], FREE):
        assert part in printed


def test_every_paper_of_a_list_is_free_and_what_stands_against_somebody_tells_both_remedies():
    found = [text for text in texts.library() if text.id.startswith(("listing_", "list_exit_"))]
    assert len(found) == 9
    assert [text.id for text in found if FREE not in text.body] == []
    for name in ("listing_decision", "list_exit_rejection", "list_exit_refusal", "list_exit_revocation"):
        text = texts.current(name, on=date(2026, 9, 18))
        assert {"review_until", "litigation_until"} <= set(text.placeholders)
        assert any("行政复议法" in law for law in text.law)


def test_each_ended_state_has_its_paper_unless_nobody_was_listed():
    for workflow in (LISTING, LIST_EXIT):
        papers = {
            state.name: {
                effect.what
                for step in workflow.steps
                if step.target == state
                for effect in step.then
                if effect.kind == "document"
            }
            for state in workflow.states
            if state.ended and state.name not in ("discarded", "dropped", "listed")
        }
        assert all(papers.values()), papers
