"""An objection in one database, and what is done with it, always through the real engine.

The record is a penalty of 2026-05-06 (一般) of the market unit against the firm; the day is Friday 2026-09-18. Sunday
September 20 is worked, September 25 to 27 and October 1 to 7 are off, October 10 is worked.
"""

from sqlalchemy import select

from tests import factories
from tests.factories import NOW, paper
from workflow_app.models.objection import Objection
from workflow_app.models.sync import SyncTarget, SyncTask
from workflow_app.services.cases import cases
from workflow_app.services.engine import perform
from workflow_app.services.rules import rulebooks
from workflow_app.services.sync import sync
from workflow_app.workflows.objection import OBJECTION

FACTS = {
    "ground": "content", "statement": "决定书写的是未明码标价，公示成了虚假宣传。", "claims": {"content": "罚款 0.2 万元"},
    "contact_name": "赵经纬", "contact_mobile": "13800000001",
}  # fmt: skip
DIFFERENCE = {"content": "罚款 0.2 万元"}
GIVEN = {
    "request_supplement": {"reasons": [{"code": "OB-S01", "target": "statement", "note": "请写明页码。"}]},
    "refuse": {"reasons": [{"code": "OB-R01", "target": "any", "note": "不是本平台公示的信息。"}]},
    "withdraw": {"withdrawal_reason": "已经弄清。"},
    "correct_own": {"remedy": "change", "source": DIFFERENCE, "difference": DIFFERENCE, "answer": "录入时抄错一位。"},
    "forward": {"provider": "market"},
    "hand_over": {"provider": "health", "clock_reason": "职责已经划转"},
    "hide_record": {"hide_reasons": "决定书与公示内容明显不符。"},
    "answer": {"finding": "wrong", "remedy": "change", "source": DIFFERENCE, "difference": DIFFERENCE, "answer": "经核对决定书原件，金额有误。"},
    "execute_correction": {"decision_reasons": "按核查结论更正。"},
    "maintain": {"decision_reasons": "公示内容与决定书一致。"},
    "leave_open": {"decision_reasons": "原件已经灭失，无法核实。"},
    "request_review": {"review_request": "核查没有看第二页。"},
    "review_correct": {"remedy": "change", "difference": DIFFERENCE, "review_reasons": "第二页确有更正。"},
    "review_maintain": {"review_reasons": "第二页与本件无关。"},
    "pause": {"clock_reason": "委托鉴定笔迹"},
    "resume": {"clock_reason": "鉴定意见已经收到"},
    "extend": {"clock_reason": "案卷在外地，尚未调回"},
}  # fmt: skip
RIGHT = {"finding": "right", "remedy": "", "difference": {}, "answer": "与决定书一致。"}
UNCLEAR = {"finding": "unclear", "remedy": "", "difference": {}, "answer": "原件已经灭失。"}
TO_STATE = {
    "draft": (),
    "discarded": (("discard", "owner"),),
    "received": (("submit", "owner"),),
}  # fmt: skip
TO_STATE["supplement"] = (*TO_STATE["received"], ("request_supplement", "clerk"))
TO_STATE["refused"] = (*TO_STATE["received"], ("refuse", "clerk"))
TO_STATE["withdrawn"] = (*TO_STATE["received"], ("withdraw", "owner"))
TO_STATE["checking"] = (*TO_STATE["received"], ("accept", "clerk"))
TO_STATE["verifying"] = (*TO_STATE["checking"], ("forward", "clerk"))
TO_STATE["answered"] = (*TO_STATE["verifying"], ("answer", "handler"))
TO_STATE["undoing"] = (*TO_STATE["answered"], ("execute_correction", "second_clerk"))
TO_STATE["reviewing"] = (*TO_STATE["undoing"], ("request_review", "owner"))
TO_RIGHT = (*TO_STATE["verifying"], ("answer", "handler", RIGHT))
TO_UNCLEAR = (*TO_STATE["verifying"], ("answer", "handler", UNCLEAR))
TO_STATE["maintained"] = (*TO_RIGHT, ("maintain", "clerk"))
TO_STATE["unclear"] = (*TO_UNCLEAR, ("leave_open", "clerk"))


class Objecting:
    """One objection, its record, and a third-party site that publishes it too."""

    def __init__(self, session, world, house, *, by="owner", record=None, **facts):
        self.session, self.world, self.house = session, world, house
        self.record = record or factories.record(
            session, subject_id=world.subjects["firm"], unit_id=world.units["market"]
        )
        if session.scalar(select(SyncTarget).where(SyncTarget.key == "site")) is None:
            session.add(
                SyncTarget(
                    key="site", name="示范公示网站", name_en="Sample site", kind="third_party", deliverer="hand",
                    does=["end_publicity", "stop_sharing", "update_evaluation"],
                )
            )  # fmt: skip
        actor = world.actors[by]
        subject_id = next(iter(actor.subject_ids()), world.subjects["firm"])
        self.case = cases.open_draft(
            session, OBJECTION, subject_id=subject_id, record=self.record, actor=actor, now=NOW, house=house,
            facts=FACTS | facts,
        )  # fmt: skip

    def take(self, step, by, *, now=NOW, **given):
        """Take a step with everything it needs."""
        actor = self.world.actors[by]
        if step == "pause":
            paper(self.session, self.case, "clock_paper", actor, now=now)
        order = perform.Order(step, {**GIVEN.get(step, {}), **given}, None)
        return perform.perform(self.session, self.case.address, order, actor=actor, now=now, house=self.house)

    def go(self, *steps, now=NOW):
        """Take several steps: (step, who) or (step, who, given)."""
        for step, by, *given in steps:
            self.take(step, by, now=now, **(given[0] if given else {}))
        return self

    def to(self, state):
        """Bring it into this state, all on 2026-09-18."""
        self.go(*TO_STATE[state])
        assert self.case.state == state
        return self

    def confirm_everything(self, *, now=NOW):
        """Every place confirms; then the clock looks again."""
        book = rulebooks.current(self.session, self.house)
        for task in self.session.scalars(select(SyncTask).where(SyncTask.confirmed_at.is_(None))).all():
            sync.confirm(self.session, task, by_id=None, evidence="已经更正", now=now, rulebook=book)
        perform.follow(self.session, self.case.id, now=now, house=self.house)

    def marks(self, kind="objection"):
        """The marks of this kind that stand on the record."""
        return [mark for mark in self.record.marks if mark.kind == kind and mark.until is None]

    def asked(self):
        """What the places were asked in this case, without the platform itself: (place, what, confirmed)."""
        wanted = select(SyncTask).where(SyncTask.case_id == self.case.id).order_by(SyncTask.id)
        found = self.session.scalars(wanted).unique().all()
        return [(t.target.key, t.what, t.confirmed_at is not None) for t in found if t.target.kind != "own"]

    def row(self):
        """The row that lists and figures ask for."""
        return self.session.get_one(Objection, self.case.id, populate_existing=True)
