"""What the papers of a repair say, each made by the real engine; days, remedies and lines are counted by hand.

The record is a penalty of 2026-05-06 (一般): shortest publicity to August 6. Everything is done on Friday 2026-09-18, so
review is open until November 17 (60 days) and litigation until March 18, 2027 (six months).
"""

import re
from datetime import date

import pytest
from sqlalchemy import select

from tests.factories import legal, paper
from tests.services.test_repair_course import Course
from workflow_app.models.document import Document
from workflow_app.models.sync import SyncTarget
from workflow_app.services.documents import documents, sheets, texts
from workflow_app.workflows.repair import REPAIR

TO_REVIEW = (("submit", "owner"), ("forward", "clerk"), ("accept", "handler"))
TO_SYNCING = (*TO_REVIEW, ("propose_approval", "handler"), ("approve", "head"))
RESTRUCTURING = {
    "basis": "restructuring",
    "ruling_no": "（2026）津02破8号之三",
    "plan_ends_on": date(2027, 6, 30),
}
FREE = "信用修复不收取任何费用，未授权任何机构代办。"
REMEDIES = ("截止日为2026年11月17日", "截止日为2027年3月18日", "“信用中国”网站或者向我单位提出异议")


@pytest.fixture
def begin(sqlite, house):
    """Begins a repair of one record, with a national site that has to act."""
    with sqlite.writing() as session:

        def begin(**facts):
            session.add(
                SyncTarget(
                    key="national", name="国家公示网站", name_en="National site", kind="national", deliverer="hand",
                    does=["end_publicity", "stop_sharing"],
                )
            )  # fmt: skip
            return Course(session, sqlite.world, house, **facts)

        yield begin


def reasons(code, note, target="any"):
    return {"reasons": [{"code": code, "target": target, "note": note}]}


def text_of(course, kind):
    """The words of the last paper of this kind, without blanks."""
    found = course.session.scalars(
        select(Document)
        .where(Document.case_id == course.case.id, Document.kind == kind)
        .order_by(Document.id.desc())
    ).first()
    return re.sub(r"\s+", "", sheets.article(documents.sheet_of(found, site_url="")).striptags())


def test_a_repair_that_is_granted_says_what_was_checked_and_who_has_to_act_until_when(begin):
    course = begin()
    course.go(*TO_SYNCING)
    said = text_of(course, "repair_decision")
    for part in (
        "现决定同意修复", "未按规定公示价格", "罚款0.3万元", "最短公示期已于2026年8月6日届满。", "义务已经全部履行。",
        "你方于2026年9月18日就下列失信信息提出", "缴款凭证与决定书一致，现场复查已经明码标价。", "四项条件均符合。",
        "国家公示网站：停止公示、停止共享和使用，2026年9月20日前",
        "本平台公示页与撤除信息公开：停止公示、停止共享和使用，已经办理",
        "经办人：郑谷雨负责人：冯清明", FREE,
    ):  # fmt: skip
        assert part in said


def test_the_completion_shows_who_confirmed_what_and_when(begin):
    course = begin()
    course.go(*TO_SYNCING)
    course.confirm_everything()
    said = text_of(course, "repair_completion")
    for part in ("国家公示网站：停止公示、停止共享和使用，2026年9月18日确认", "修复完成", FREE):
        assert part in said


def test_a_rejection_gives_reasons_the_next_day_and_the_last_days_of_the_remedies(begin):
    course = begin()
    course.go(*TO_REVIEW)
    given = reasons("RP-J02", "加处罚款 300 元没有缴纳。") | {"next_possible_on": date(2026, 12, 1)}
    course.take("propose_rejection", "handler", **given)
    course.take("reject", "head")
    said = text_of(course, "repair_rejection")
    for part in (
        "现决定不予修复", "决定书上的义务还没有全部履行。加处罚款300元没有缴纳。", "尚未全部纠正。", "可以再次申请的日期：2026年12月1日起",
        "请履行说明中列出的义务，例如缴清罚款和加处罚款，取得凭证后再次申请。", *REMEDIES, FREE,
    ):  # fmt: skip
        assert part in said


def test_a_refusal_counts_the_next_day_from_the_rules(begin):
    course = begin()
    course.go(*TO_REVIEW[:2])
    course.take("refuse", "handler", **reasons("RP-N04", "已在市场监管系统申请。"))
    said = text_of(course, "repair_refusal")
    for part in (
        "不予受理",
        "已经在其他平台申请，正在办理。",
        "最早可以再次申请的日期：2026年9月18日",
        *REMEDIES,
        FREE,
    ):
        assert part in said


def test_a_withdrawal_says_why_and_that_nothing_is_lost(begin):
    course = begin()
    course.go(*TO_REVIEW)
    course.take("withdraw", "owner", now=legal("2026-09-21"))
    said = text_of(course, "repair_closure")
    for part in ("你方于2026年9月18日就", "于2026年9月21日终止办理", "终止方式：撤回申请", "撤回理由：暂不申请。",
                 "你方可以自2026年9月21日起再次申请", FREE):  # fmt: skip
        assert part in said
    assert "视为撤回" not in said


def test_a_lapse_names_what_was_not_supplemented(begin):
    course = begin()
    course.go(*TO_REVIEW[:1])
    course.take("request_supplement", "clerk", **reasons("RP-S04", "没有缴款凭证。", "correction_proof"))
    course.take("lapse", "clock", now=legal("2026-10-20"))
    said = text_of(course, "repair_closure")
    # Sixty days from October 20 end on Saturday, December 19, and so on Monday the 21st.
    for part in (
        "终止方式：逾期未补正，视为撤回",
        "没有缴清罚没款的凭证。没有缴款凭证。",
        "2026年12月21日和2027年4月20日",
        FREE,
    ):
        assert part in said


def test_a_shielding_says_until_when_and_what_comes_after(begin):
    course = shielded(begin)
    said = text_of(course, "repair_shielding")
    for part in ("临时屏蔽", "（2026）津02破8号之三", "至计划或者协议执行期限届满之日（2027年6月30日）止",
                 "国家公示网站：临时屏蔽，2026年9月20日前", FREE):  # fmt: skip
        assert part in said


def test_a_restoration_says_why_and_how_to_go_on(begin):
    course = shielded(begin)
    course.take("restore", "head")
    said = text_of(course, "repair_restoration")
    for part in ("法院裁定终止执行。", "最长公示期的最后一日是2027年5月6日", "国家公示网站：解除临时屏蔽，2026年9月20日前",
                 "可以再次申请的日期：2026年9月18日起", *REMEDIES, FREE):  # fmt: skip
        assert part in said


def test_a_revocation_answers_the_reply_and_counts_the_bar(begin):
    course = begin()
    course.go(*TO_SYNCING)
    course.confirm_everything()
    for step, by in (("propose_revocation", "handler"), ("reply", "owner"), ("revoke", "head")):
        course.take(step, by)
    said = text_of(course, "repair_revocation")
    for part in (
        "缴款凭证系伪造。", "凭证由代办人提供。", "凭证经核对系伪造。", "在2029年9月19日以前，你方不得再次申请信用修复",
        "2029年9月19日起可以再次申请", "时限规则RP-10", "待核实", "国家公示网站：恢复公示，2026年9月20日前", *REMEDIES, FREE,
    ):  # fmt: skip
        assert part in said


def test_every_paper_of_a_repair_says_that_it_is_free_and_cites_its_law():
    for text in texts.library():
        if text.id.startswith("repair_"):
            assert "信用修复不收取任何费用，未授权任何机构代办。" in text.body
            assert any("第36号" in law for law in text.law)


def test_every_paper_against_the_applicant_has_reasons_a_next_day_and_both_remedies():
    for name in ("repair_rejection", "repair_refusal", "repair_restoration", "repair_revocation"):
        text = texts.current(name, on=date(2026, 9, 18))
        assert {"apply_again_on", "review_until", "litigation_until"} <= set(text.placeholders)
        assert {"reasons", "plan_failed", "revocation_facts"} & set(text.placeholders)


def test_each_ended_state_has_its_paper():
    papers = {
        state.name: {
            effect.what
            for step in REPAIR.steps
            if step.target == state
            for effect in step.then
            if effect.kind == "document"
        }
        for state in REPAIR.states
        if state.ended and state.name != "discarded"
    }
    assert all(papers.values()), papers


def shielded(begin):
    """A repair that rests on a plan which still runs."""
    course = begin(**RESTRUCTURING)
    paper(course.session, course.case, "ruling", course.world.actors["owner"])
    course.go(*TO_REVIEW, ("propose_approval", "handler"), ("shield", "head"))
    return course
