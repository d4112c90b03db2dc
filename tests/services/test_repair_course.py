"""A repair through the real engine: from the letter to its completion, its clocks on real days, and who is asked.

The record is a penalty of 2026-05-06 (一般): shortest publicity to August 6, so applications from August 7. The day of every
test is Friday 2026-09-18; September 20 and October 10 are worked, September 25 to 27 and October 1 to 7 are off.
"""

from datetime import date

import pytest
from sqlalchemy import select

from tests import factories
from tests.factories import NOW, legal, paper
from workflow_app.domain.refusals import NotYours, Refused
from workflow_app.models.catalogue import CommitmentItem
from workflow_app.models.deadline import Deadline
from workflow_app.models.document import Document
from workflow_app.models.record import CreditRecord, Measure
from workflow_app.models.repair import RepairBar
from workflow_app.models.sync import SyncTarget, SyncTask
from workflow_app.services.cases import cases
from workflow_app.services.engine import clocks, perform
from workflow_app.services.rules import rulebooks
from workflow_app.services.sync import sync
from workflow_app.workflows.commitment import COMMITMENT
from workflow_app.workflows.repair import REPAIR

FACTS = {
    "correction": "已在门店和线上明码标价。", "duties": "罚款 0.3 万元已于 5 月 20 日缴纳。", "contact_name": "赵经纬",
    "contact_mobile": "13800000001",
}  # fmt: skip
CONDITIONS = dict.fromkeys(
    ("period_reached", "duties_performed", "commitment_made", "other_conditions"), True
)
GIVEN = {
    "propose_approval": CONDITIONS | {"finding": "缴款凭证与决定书一致，现场复查已经明码标价。"},
    "propose_rejection": {
        "next_possible_on": date(2026, 12, 1), "reasons": [{"code": "RP-J01", "target": "any", "note": "仍有未标价商品。"}],
    },
    "approve": {"decision_reasons": "四项条件均符合。"},
    "reject": {"decision_reasons": "尚未全部纠正。"},
    "shield": {"decision_reasons": "裁定书属实。"},
    "withdraw": {"withdrawal_reason": "暂不申请。"},
    "finalise": {"plan_performed": "清偿完毕。"},
    "restore": {"plan_failed": "法院裁定终止执行。"},
    "propose_revocation": {"revocation_facts": "缴款凭证系伪造。", "revocation_basis": "《信用修复管理办法》"},
    "reply": {"reply": "凭证由代办人提供。"},
    "revoke": {"decision_reasons": "凭证经核对系伪造。"},
    "drop_revocation": {"drop_reasons": "凭证属实。"},
}  # fmt: skip
TO_COMPLETION = (
    ("submit", "owner"), ("forward", "clerk"), ("accept", "handler"), ("propose_approval", "handler"), ("approve", "head"),
)  # fmt: skip


class Course:
    """A repair case in one database, and what is done with it."""

    def __init__(self, session, world, house, **facts):
        self.session, self.world, self.house = session, world, house
        self.record = factories.record(
            session, subject_id=world.subjects["firm"], unit_id=world.units["market"]
        )
        if session.scalar(select(SyncTarget).where(SyncTarget.key == "site")) is None:
            session.add(
                SyncTarget(
                    key="site", name="示范公示网站", name_en="Sample site", kind="third_party", deliverer="hand",
                    does=["end_publicity"],
                )
            )  # fmt: skip
        owner = world.actors["owner"]
        self.case = cases.open_draft(
            session, REPAIR, subject_id=world.subjects["firm"], record=self.record, actor=owner, now=NOW, house=house,
            facts=FACTS | facts,
        )  # fmt: skip
        paper(session, self.case, "correction_proof", owner)

    def sign_letter(self):
        item = self.session.get_one(CommitmentItem, self.world.items["repair"])
        letter = cases.open_draft(
            self.session, COMMITMENT, subject_id=self.record.subject_id, item=item, record=self.record,
            actor=self.world.actors["owner"], now=NOW, house=self.house, facts=factories.FACTS,
        )  # fmt: skip
        factories.take(self.session, letter, "sign", self.world.actors["owner"], self.house)

    def take(self, step, by, *, now=NOW, **given):
        if step in ("finalise", "restore"):
            paper(self.session, self.case, "plan_ruling", self.world.actors[by], now=now)
        order = perform.Order(step, {**GIVEN.get(step, {}), **given}, None)
        actor = self.world.actors[by]
        perform.perform(self.session, self.case.address, order, actor=actor, now=now, house=self.house)

    def go(self, *steps):
        self.sign_letter()
        for step, by in steps:
            self.take(step, by)

    def confirm_everything(self):
        book = rulebooks.current(self.session, self.house)
        for task in self.session.scalars(select(SyncTask).where(SyncTask.confirmed_at.is_(None))).all():
            sync.confirm(self.session, task, by_id=None, evidence="已停止公示", now=NOW, rulebook=book)
        perform.follow(self.session, self.case.id, now=NOW, house=self.house)


@pytest.fixture
def course(sqlite, house):
    with sqlite.writing() as session:
        yield Course(session, sqlite.world, house)


def test_a_repair_runs_from_its_letter_to_its_completion(database, house):
    with database.writing() as session:
        course = Course(session, database.world, house)
        session.add(
            Measure(
                record_id=course.record.id, unit_id=database.world.units["health"], title="限制参加评优",
                started_on=date(2026, 5, 10),
            )
        )  # fmt: skip
        course.go(*TO_COMPLETION)
        assert (course.case.state, course.record.hidden_at) == ("syncing", NOW)
        course.confirm_everything()
        assert course.case.state == "repaired"
        record = session.get_one(CreditRecord, course.record.id)
        ends = (
            record.publicity_ended_at, record.sharing_stopped_at, record.measures_lifted_at, record.evaluation_updated_at,
        )  # fmt: skip
        assert (all(ends), record.repaired_at, record.ended_how) == (True, NOW, "repaired")
        kinds = session.scalars(
            select(Document.kind).where(Document.case_id == course.case.id).order_by(Document.id)
        ).all()
        assert kinds == ["receipt", "repair_decision", "repair_completion"]


# Each refusal before the case is handed in: how it is spoilt, and the sentence.
@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda c: None, "申请修复前，请先为这条记录签署信用修复承诺书"),
        (lambda c: setattr(c.record, "not_repairable_because", "《反食品浪费法》"), "规定这条记录不可修复"),
        (lambda c: setattr(c.record, "min_end_on", date(2026, 9, 18)), "最短公示期还没有届满"),
        (lambda c: setattr(c.record, "publicity_ended_at", NOW), "已经停止公示，不需要申请修复"),
        (lambda c: c.session.add(a_bar(c)), "因为在以前的修复申请中弄虚作假"),
    ],
)
def test_what_stands_against_an_application_is_said(spoil, said, course):
    if spoil(course) or "承诺书" not in said:
        course.sign_letter()
    course.session.flush()
    with pytest.raises(Refused, match=said):
        course.take("submit", "owner")


def a_bar(course):
    return RepairBar(
        subject_id=course.record.subject_id,
        from_on=date(2026, 9, 1),
        until_on=date(2026, 9, 19),
        basis="弄虚作假",
    )


def test_a_bar_ends_with_its_last_day(course):
    course.session.add(a_bar(course))
    course.sign_letter()
    course.take("submit", "owner", now=legal("2026-09-19"))
    assert course.case.state == "received"


def test_a_record_has_one_open_repair_at_a_time(course):
    course.go(("submit", "owner"))
    first, course.case = course.case, None
    course.case = cases.open_draft(
        course.session, REPAIR, subject_id=course.record.subject_id, record=course.record,
        actor=course.world.actors["owner"], now=NOW, house=course.house, facts=FACTS | {"proof_source": "fetched"},
    )  # fmt: skip
    with pytest.raises(Refused, match="已经有一件正在办理的修复申请"):
        course.take("submit", "owner")
    assert first.state == "received"


# The clocks on real days. Submitted Friday the 18th: RP-01 one day, Sunday the 20th; RP-05 ten days: 20–24, 28–30, October 8, 9.
@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (TO_COMPLETION[:1], {"received": date(2026, 9, 20), "overall": date(2026, 10, 9)}),
        (TO_COMPLETION[:2], {"forwarded": date(2026, 9, 22), "overall": date(2026, 10, 9)}),
        (TO_COMPLETION[:3], {"decision": date(2026, 9, 29), "overall": date(2026, 10, 9)}),  # 20–24, 28, 29
        (TO_COMPLETION[:4], {"decision": date(2026, 9, 29), "overall": date(2026, 10, 9)}),
        (TO_COMPLETION, {"syncing": date(2026, 9, 22)}),
    ],
)
def test_each_stage_has_its_clocks(steps, expected, course):
    course.go(*steps)
    running = clocks.running(course.session, course.case.id)
    assert {clock.state: clock.due_on for clock in running} == expected
    assert course.case.due_on == min(expected.values())


def test_the_clock_over_all_stands_while_the_applicant_supplements(course):
    """Asked on Monday the 21st (the 20th was counted), supplemented on Thursday the 24th: nine more, 24, 28–30, October 8–10, 12, 13."""
    course.go(("submit", "owner"))
    reasons = [{"code": "RP-X", "target": "correction", "note": "请写明整改日期。"}]
    course.take("request_supplement", "clerk", now=legal("2026-09-21"), reasons=reasons)
    overall = running(course, "overall")
    # RP-03, ten working days: 22–24, 28–30, October 8, 9, 10, 12
    assert (overall.paused_on, course.case.due_on) == (date(2026, 9, 21), date(2026, 10, 12))
    cases.save(
        course.session, course.case.address, {"correction": "9 月 19 日完成整改。"}, version=course.case.version,
        actor=course.world.actors["owner"], now=legal("2026-09-24"), house=course.house,
    )  # fmt: skip
    course.take("supplement", "owner", now=legal("2026-09-24"))
    overall = running(course, "overall")
    assert (overall.paused_on, overall.due_on) == (None, date(2026, 10, 13))


def running(course, name):
    course.session.expire_all()
    wanted = select(Deadline).where(Deadline.case_id == course.case.id, Deadline.state == name)
    return course.session.scalars(wanted.where(Deadline.closed_seq.is_(None))).one()


def test_an_extension_moves_both_clocks_of_the_decision(course):
    """RP-06, seven more working days, for the decision and for the answer to the applicant."""
    course.go(*TO_COMPLETION[:3])
    course.take("extend", "head", now=legal("2026-09-22"), clock_reason="需要现场核查")
    assert running(course, "decision").due_on == date(2026, 10, 14)  # 30, October 8, 9, 10, 12, 13, 14
    assert running(course, "overall").due_on == date(2026, 10, 19)  # 10, 12, 13, 14, 15, 16, 19


@pytest.mark.parametrize(("by", "error"), [("handler_and_head", Refused), ("other_head", NotYours)])
def test_who_proposed_does_not_sign(by, error, course):
    course.go(*TO_COMPLETION[:3])
    course.take("propose_approval", "handler_and_head")
    with pytest.raises(error):
        course.take("approve", by)


def test_the_head_signs_what_was_proposed_and_nothing_else(course):
    course.go(*TO_COMPLETION[:4])
    with pytest.raises(Refused, match="经办的建议是同意修复"):
        course.take("reject", "head")


def test_a_rejection_leaves_the_record_as_it_was(course):
    course.go(*TO_COMPLETION[:3])
    course.take("propose_rejection", "handler")
    course.take("reject", "head")
    assert (course.case.state, course.record.hidden_at) == ("rejected", None)
    assert course.session.scalars(select(SyncTask)).all() == []


def test_a_restructuring_is_shielded_first_and_repaired_when_the_plan_is_performed(sqlite, house):
    with sqlite.writing() as session:
        facts = {"basis": "restructuring", "ruling_no": "（2026）津破1号", "plan_ends_on": date(2027, 6, 30)}
        course = Course(session, sqlite.world, house, **facts)
        course.record.min_end_on = date(2027, 5, 6)  # no shortest period for a temporary shielding
        paper(session, course.case, "ruling", sqlite.world.actors["owner"])
        course.go(*TO_COMPLETION[:4])
        with pytest.raises(Refused, match="只能临时屏蔽"):
            course.take("approve", "head")
        course.take("shield", "head")
        assert (course.case.state, course.record.hidden_at, course.case.due_on) == (
            "shielded", NOW, date(2027, 6, 30),
        )  # fmt: skip
        for step, by in (("finalise", "owner"), ("propose_approval", "handler"), ("approve", "head")):
            course.take(step, by)
        assert course.case.state == "syncing"


def test_a_failed_plan_restores_the_publicity(sqlite, house):
    with sqlite.writing() as session:
        facts = {"basis": "restructuring", "ruling_no": "（2026）津破1号", "plan_ends_on": date(2027, 6, 30)}
        course = Course(session, sqlite.world, house, **facts)
        paper(session, course.case, "ruling", sqlite.world.actors["owner"])
        course.go(*TO_COMPLETION[:4], ("shield", "head"), ("restore", "head"))
        assert (course.case.state, course.record.hidden_at) == ("restored", None)


def test_a_revoked_repair_restores_the_record_and_bars_for_three_years(course):
    """RP-10: three years from 2026-09-18, so applications again from 2029-09-19; the 18th is a Tuesday."""
    course.go(*TO_COMPLETION)
    course.confirm_everything()
    for step, by in (("propose_revocation", "handler"), ("reply", "owner"), ("revoke", "head")):
        course.take(step, by)
    record = course.record
    assert course.case.state == "revoked"
    assert (record.hidden_at, record.publicity_ended_at, record.repaired_at) == (None, None, None)
    found = course.session.scalars(select(RepairBar)).one()
    assert (found.from_on, found.until_on) == (date(2026, 9, 18), date(2029, 9, 19))
    revoked = course.session.scalars(select(Document.kind).where(Document.status == "revoked")).all()
    assert sorted(revoked) == ["repair_completion", "repair_decision"]


def test_nobody_is_revoked_before_the_reply_period_is_over(course):
    """RP-16, five working days from Friday the 18th: 20 to 24."""
    course.go(*TO_COMPLETION)
    course.confirm_everything()
    course.take("propose_revocation", "handler")
    with pytest.raises(Refused, match="陈述申辩期还没有届满"):
        course.take("revoke", "head", now=legal("2026-09-24"))
    course.take("revoke", "head", now=legal("2026-09-25"))
    assert course.case.state == "revoked"


def test_the_window_files_for_somebody_with_a_letter_on_paper(sqlite, house):
    with sqlite.writing() as session:
        course = Course(session, sqlite.world, house)
        clerk = sqlite.world.actors["clerk"]
        course.case = cases.open_draft(
            session, REPAIR, subject_id=course.record.subject_id, record=course.record, actor=clerk, now=NOW, house=house,
            facts=FACTS | {"proof_source": "fetched", "filled_by": "window"},
        )  # fmt: skip
        paper(session, course.case, "paper_letter", clerk)
        course.take("submit", "clerk")
        assert course.case.state == "received"
