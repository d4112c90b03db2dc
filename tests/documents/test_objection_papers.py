"""What the papers of an objection say, each made by the real engine; days, remedies and lines are counted by hand.

Answered on Friday 2026-09-18: review until October 9 (ten working days: 20 to 24, 28 to 30, October 8, 9), administrative
review until November 17 (60 days), litigation until March 18, 2027 (six months); places until September 22 (20, 21, 22).
"""

from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.documents.objections import (
    FACTS,
    NEXT_YEAR,
    RIGHT,
    TO_ANSWERED,
    TO_CHECKING,
    TO_VERIFYING,
    UNCLEAR,
    Course,
    bare,
    numbered,
)
from tests.factories import NOW, legal
from workflow_app.models.document import Document
from workflow_app.models.record import Measure
from workflow_app.services.documents import documents, printing, sheets, texts
from workflow_app.services.records import records
from workflow_app.workflows.objection import OBJECTION

FREE = "异议处理不收取任何费用，未授权任何机构代办。"
REMEDIES = ("截止日为2026年11月17日", "截止日为2027年3月18日")
MAY_ASK = "申请复核的最后一日是2026年10月9日（时限规则OB-10，由平台设定，待核实）"
LONG = "当事人在河东区海河路1号门店销售预包装食品时，未在醒目位置标明商品的品名、价格、计价单位，并且线上线下价格不一致。"


@pytest.fixture
def begin(sqlite, house):
    """Begins an objection of a firm to one record, with a national site that has to act."""
    with sqlite.writing() as session:

        def begin(**facts):
            return Course(session, sqlite.world, house, **facts)

        yield begin


def reasons(code, note, target="any"):
    return {"reasons": [{"code": code, "target": target, "note": note}]}


def test_a_receipt_begins_with_the_mark_and_promises_the_answer(begin):
    course = begin()
    course.attach("evidence", "owner")
    course.go(("submit", "owner"))
    said = course.said("receipt")
    for part in (
        "业务类别异议", "办理事项未按规定公示价格（津河东示罚〔2026〕88号）", "申请日期2026年9月18日", "受理单位示范区信用办",
        "承诺办结时间2026年10月9日", "时限规则OB-09", "证据材料：evidence.pdf", "接下来这条信息已经标注“异议处理中”", "视为受理",
    ):  # fmt: skip
        assert part in said


def test_a_correction_says_what_was_shown_claimed_found_and_changed_and_who_was_told(begin):
    course = begin()
    course.attach("evidence", "owner")
    course.go(*TO_VERIFYING)
    course.attach("source_evidence", "handler")
    course.go(("answer", "handler"), ("execute_correction", "second_clerk"))
    said = course.said("objection_result")
    for part in (
        "您于2026年9月18日对下列信用信息提出异议，异议事由是“内容有误或者遗漏”。经核查，这条信息有误，已经更正。",
        "认定文书津河东示罚〔2026〕88号（2026年5月6日）", "认定单位示范区市场监管局", "决定书第二页写明罚款叁仟元整。",
        "您提交的材料：evidence.pdf", "核查单位：示范区市场监管局。核查人：郑谷雨。提出核查结论的日期：2026年9月18日。",
        "字段公示内容您的主张来源记载更正为罚款金额（万元）0.50.30.30.3", "核查依据：source_evidence.pdf", "核查结论：信息有误。",
        "理由：经核对决定书原件，罚款为叁仟元，报送时录入有误。", "说明：谢谢您指出差错。", "已经按第三部分所列内容更正",
        "更正公告已经在信用事项办理平台公开", "“异议处理中”的标注已经取消。", "核查期间没有停止公示",
        "国家公示网站：更正内容、取消异议标注，2026年9月22日前", "本平台公示页与撤除信息公开：更正内容、取消异议标注，已经办理",
        MAY_ASK, *REMEDIES, "经办人：许立冬示范区信用办2026年9月18日", FREE,
    ):  # fmt: skip
        assert part in said
    assert "系统核对公示期限" not in said
    assert course.document("objection_result").facts["particulars"]["result"] == "信息有误，更正、补充内容"


def test_the_letter_names_the_record_as_it_was_when_it_was_disputed(begin):
    """Afterwards the record says another number, day and class; the letter says both, and days and classes in words."""
    course = begin(
        claims={"decision_no": "津河东市监罚〔2026〕88号", "decided_on": "2026-05-08", "class_": "minor"}
    )
    course.go(*TO_VERIFYING)
    new = {"decision_no": "津河东市监罚〔2026〕88号", "decided_on": "2026-05-08"}
    course.take("answer", "handler", source=new | {"class_": "general"}, difference=new)
    course.go(("execute_correction", "second_clerk"))
    assert course.record.decision_no == "津河东市监罚〔2026〕88号"
    said = course.said("objection_result")
    for part in (
        "认定文书津河东示罚〔2026〕88号（2026年5月6日）",
        "决定书文号津河东示罚〔2026〕88号津河东市监罚〔2026〕88号津河东市监罚〔2026〕88号津河东市监罚〔2026〕88号",
        "认定日期2026年5月6日2026年5月8日2026年5月8日2026年5月8日", "失信信息类别一般轻微一般不变",
    ):  # fmt: skip
        assert part in said


def test_long_wordings_get_a_table_of_their_own(begin):
    course = begin(claims={"behaviour": "只有一件商品没有标价。", "fine": "0.3"})
    records.change(
        course.session, course.record, {"behaviour": LONG}, why="试", by_id=None, now=NOW, rulebook=None
    )
    course.go(*TO_VERIFYING)
    course.take("answer", "handler", **RIGHT)
    course.take("maintain", "second_clerk")
    said = course.said("objection_result")
    assert "更正为罚款金额（万元）0.50.30.5不更正" in said
    assert f"认定的事实逐项核对公示内容{LONG}您的主张只有一件商品没有标价。来源记载—更正为不更正" in said


def test_what_is_right_stays_and_the_way_on_is_said(begin):
    course = begin()
    course.go(*TO_VERIFYING)
    course.take("answer", "handler", **RIGHT)
    course.take("maintain", "second_clerk")
    said = course.said("objection_result")
    for part in ("这条信息无误，维持不变", "维持原来的内容，不作更正。", "决定书原件写明罚款伍仟元", "国家公示网站：取消异议标注",
                 "有新的证据的，可以重新提出异议", MAY_ASK, *REMEDIES):  # fmt: skip
        assert part in said
    assert "更正公告" not in said


def test_what_nobody_can_verify_leaves_its_note(begin):
    course = begin()
    course.go(*TO_VERIFYING)
    course.take("answer", "handler", **UNCLEAR)
    course.take("leave_open", "second_clerk")
    said = course.said("objection_result")
    for part in ("这条信息无法核实，已经注明", "在这条信息上注明“异议未能核实”", "0.50.3—无法核实",
                 "国家公示网站：取消异议标注、注明异议未能核实，2026年9月22日前"):  # fmt: skip
        assert part in said


def test_a_record_hidden_meanwhile_is_told_to_be_shown_again(begin):
    course = begin()
    course.go(*TO_VERIFYING, ("hide_record", "head"))
    course.take("answer", "handler", **RIGHT)
    course.take("maintain", "second_clerk", now=legal("2026-09-21"))
    said = course.said("objection_result")
    assert (
        "自2026年9月18日起先行停止公示，现在恢复公示。停止公示的理由：决定书扫描件与公示金额明显不一致。"
        in said
    )


def test_publicity_past_its_period_is_counted_by_the_system_and_corrected_by_the_office(begin):
    """A year from 2026-05-06 ends on 2027-05-06; the duties were done long before, so it should be down since the 7th."""
    course = begin(ground="period", claims={})
    course.record.duties_done_on = date(2026, 5, 20)
    now = legal(NEXT_YEAR.isoformat())
    for step, by in TO_CHECKING:
        course.take(step, by, now=now)
    course.take(
        "correct_own", "clerk", now=now, remedy="end", source={}, difference={}, answer="没有及时停止公示。"
    )
    course.take("execute_correction", "second_clerk", now=now)
    said = course.said("objection_result")
    for part in (
        "这条信息有误，已经停止公示", "核查单位：示范区信用办。核查人：沈白露。",
        "系统核对公示期限：公示已经超过期限：最长公示期在2027年5月6日届满，认定单位确认2026年5月20日纠正并履行完义务，从2027年5月7日起就应当停止公示。",
        "已经停止公示、共享和使用这条信息。",
    ):  # fmt: skip
        assert part in said
    assert "字段" not in said


def test_other_objections_keep_the_mark_and_the_letter_says_so(begin):
    first = begin()
    second = Course(first.session, first.world, first.house, record=first.record, ground="privacy")
    second.go(("submit", "owner"))
    first.go(*TO_ANSWERED, ("execute_correction", "second_clerk"))
    assert "还有其他异议正在办理，所以仍然显示“异议处理中”" in first.said("objection_result")


def test_a_disputed_repair_is_named_with_its_decision(begin):
    course = begin()
    about = numbered(
        course.session, number="RP-120102-20260910-000001", workflow="repair", state="rejected",
        subject_id=course.record.subject_id, record_id=course.record.id, unit_id=course.record.unit_id,
    )  # fmt: skip
    course.session.add(
        Document(
            number="RJ-120102-20260912-000001", kind="repair_rejection", title="不予信用修复决定书", case_id=about.id, event_seq=5,
            subject_id=about.subject_id, facts={}, text_id="repair_rejection", text_version=1, issued_on=date(2026, 9, 12),
            issued_at=NOW, verify_code="A" * 24, status="valid",
        )
    )  # fmt: skip
    course = Course(
        course.session, course.world, course.house, record=course.record, ground="repair_result", claims={},
        about_case="RP-120102-20260910-000001",
    )  # fmt: skip
    course.go(*TO_VERIFYING)
    course.take("answer", "handler", remedy="redo", source={}, difference={})
    course.go(("execute_correction", "second_clerk"))
    said = course.said("objection_result")
    for part in (
        "有异议的办理结果有误，重新办理",
        "有异议的办件RP-120102-20260910-000001《不予信用修复决定书》（RJ-120102-20260912-000001）",
        "办件RP-120102-20260910-000001重新办理，由办理单位重新作出决定，结果另行告知您。",
    ):
        assert part in said


def test_who_took_measures_against_another_is_not_told_to_whom_the_record_is_not_about(begin):
    course = begin()
    course.session.add(
        Measure(
            record_id=course.record.id, unit_id=course.world.units["health"], title="限制参加评优", started_on=date(2026, 5, 10),
        )
    )  # fmt: skip
    other = Course(
        course.session, course.world, course.house, record=course.record, by="other_owner", of="other_firm",
        ground="same_name", claims={},
    )  # fmt: skip
    other.attach("identity_proof", "other_owner")
    other.go(("submit", "other_owner"), *TO_VERIFYING[1:])
    other.take("answer", "handler", remedy="remove", source={}, difference={})
    other.go(("execute_correction", "second_clerk"))
    said = other.said("objection_result")
    assert "天津金河示范有限公司" in said
    assert "国家公示网站：" in said
    assert "卫健委" not in said


def test_a_review_that_changes_the_result_shows_what_it_was_before_and_after(begin):
    course = begin(claims={"fine": "0.3", "decided_on": "2026-05-08"})
    course.go(*TO_ANSWERED, ("execute_correction", "second_clerk"))
    course.attach("review_evidence", "owner")
    course.take("request_review", "owner", now=legal("2026-09-21"))
    receipt = course.said("receipt")
    for part in ("业务类别异议（申请复核）", "申请日期2026年9月21日", "收到的材料review_evidence.pdf", "时限规则OB-11",
                 "复核期间，这条信息重新标注“异议处理中”"):  # fmt: skip
        assert part in receipt
    course.take(
        "review_correct", "second_lead", now=legal("2026-09-24"), difference={"decided_on": "2026-05-08"}
    )
    said = course.said("objection_review")
    number = course.document("objection_result").number
    # From September 24: 60 days end on November 23, six months on March 24.
    for part in (
        f"您于2026年9月21日对《异议处理结果告知书》（{number}，2026年9月18日）申请复核。经复核，现决定改变原处理结果，更正内容。",
        "异议2026年9月18日提出，事由是“内容有误或者遗漏”", "原处理结果信息有误，更正、补充内容", "我方持有决定书原件，金额是叁仟元。",
        "您提交的新证据：review_evidence.pdf", "复核由没有参与过本件办理的信用办负责人何冬至作出。",
        "字段复核前的内容您的主张来源记载复核后认定日期2026年5月6日2026年5月8日—2026年5月8日罚款金额（万元）0.30.30.3不变",
        "理由：原件属实，原核查看错了页。", "复核只有一次，本件不再复核。", "截止日为2026年11月23日", "截止日为2027年3月24日", FREE,
    ):  # fmt: skip
        assert part in said
    assert (
        course.document("objection_review").facts["particulars"]["result"]
        == "复核：改变原处理结果，更正、补充内容"
    )


def test_a_review_that_maintains_keeps_the_note_and_says_the_remedies(begin):
    course = begin()
    course.go(*TO_VERIFYING)
    course.take("answer", "handler", **UNCLEAR)
    course.take("leave_open", "second_clerk")
    course.take("request_review", "owner", now=legal("2026-09-21"))
    course.take("review_maintain", "second_lead", now=legal("2026-09-21", "15:00"))
    said = course.said("objection_review")
    for part in ("现决定维持原处理结果", "原处理结果无法核实", "罚款金额（万元）0.50.3—维持",
                 "原处理结果不变。这条信息上“异议未能核实”的注记继续保留。", "理由：提交的原件没有骑缝章，与存档不符。"):  # fmt: skip
        assert part in said


def test_a_refusal_gives_reasons_the_way_on_and_the_remedies(begin):
    course = begin()
    course.go(("submit", "owner"))
    course.take("refuse", "clerk", **reasons("OB-R02", "您认为罚款过重。"))
    said = course.said("objection_refusal")
    for part in (
        "我单位决定不予受理。", "请求变更或者撤销处罚等决定本身，而不是公示的信息有误。您认为罚款过重。",
        "不服决定的，可以在决定书写明的期限内申请行政复议或者提起行政诉讼", "这条信息上“异议处理中”的标注已经取消。", *REMEDIES, FREE,
        "经办人：沈白露",
    ):  # fmt: skip
        assert part in said


def test_a_withdrawal_says_why_and_that_one_may_object_again(begin):
    course = begin()
    course.go(*TO_CHECKING)
    course.take("withdraw", "owner", now=legal("2026-09-21"))
    said = course.said("objection_closure")
    for part in ("于2026年9月21日终止办理", "终止方式：撤回异议", "撤回理由：已经与处罚机关核对清楚。", "的标注已经取消。",
                 "您可以随时重新提出异议", FREE):  # fmt: skip
        assert part in said
    assert "视为撤回" not in said


def test_a_lapse_names_what_was_not_supplemented_and_the_remedies(begin):
    course = begin()
    course.go(("submit", "owner"))
    course.take("request_supplement", "clerk", **reasons("OB-S02", "理由写的是日期。", "claims"))
    course.take("lapse", "clock", now=legal("2026-10-20"))
    said = course.said("objection_closure")
    # Sixty days from October 20 end on Saturday, December 19, and so on Monday the 21st.
    for part in (
        "终止方式：逾期未补正，视为撤回",
        "标出的栏目与写明的理由对不上。理由写的是日期。",
        "2026年12月21日和2027年4月20日",
    ):
        assert part in said


def test_the_printed_pages_hold_every_word_of_the_letter(begin):
    course = begin(claims=FACTS["claims"] | {"behaviour": LONG})
    course.go(*TO_ANSWERED, ("execute_correction", "second_clerk"))
    document = course.document("objection_result")
    sheet = documents.sheet_of(document, site_url="https://credit.example.gov.cn")
    pdf = printing.render_pdf(sheets.page(sheet), made_at=document.issued_at)
    printed = bare("".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages))
    for part in (
        "异议处理结果告知书",
        "公示内容您的主张来源记载更正为",
        "认定的事实逐项核对",
        *REMEDIES,
        FREE,
    ):
        assert part in printed


def test_every_paper_of_an_objection_says_that_it_is_free_and_cites_the_national_channel():
    found = [text for text in texts.library() if text.id.startswith("objection_")]
    assert len(found) == 4
    for text in found:
        assert FREE in text.body
        assert any("国办发〔2025〕22号" in law for law in text.law)
        assert {"review_until", "litigation_until"} <= set(text.placeholders)


def test_each_ended_state_of_an_objection_has_its_paper():
    """A corrected one got its letter when it was answered: what ends it is only the last confirmation."""
    papers = {effect.what for step in OBJECTION.steps for effect in step.then if effect.kind == "document"}
    assert papers == {
        "receipt", "clock_notice", "objection_result", "objection_review", "objection_refusal", "objection_closure",
    }  # fmt: skip
