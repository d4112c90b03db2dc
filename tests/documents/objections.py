"""An objection to a penalty of 2026-05-06 through the real engine, and the words of the papers it leaves.

Everything is done on Friday 2026-09-18 unless told otherwise. The penalty: a fine of 0.5 (万元) though the decision says
0.3; shortest publicity to August 6, longest to 2027-05-06.
"""

import re
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from tests import factories
from tests.factories import NOW, paper
from workflow_app.models.case import Case
from workflow_app.models.document import Document
from workflow_app.models.record import PenaltyItem
from workflow_app.models.sync import SyncTarget
from workflow_app.services.cases import cases
from workflow_app.services.documents import documents, sheets
from workflow_app.services.engine import perform
from workflow_app.workflows.objection import OBJECTION

FACTS = {
    "ground": "content", "statement": "罚款金额与决定书不一致，决定书第二页写明罚款叁仟元整。", "claims": {"fine": "0.3"},
    "contact_name": "赵经纬", "contact_mobile": "13800000001",
}  # fmt: skip
WRONG = {
    "finding": "wrong", "remedy": "change", "source": {"fine": "0.3"}, "difference": {"fine": "0.3"},
    "answer": "经核对决定书原件，罚款为叁仟元，报送时录入有误。",
}  # fmt: skip
RIGHT = {
    "finding": "right", "remedy": "", "source": {"fine": "0.5"}, "difference": {},
    "answer": "决定书原件写明罚款伍仟元，公示内容与原件一致。",
}  # fmt: skip
UNCLEAR = {
    "finding": "unclear", "remedy": "", "source": {}, "difference": {},
    "answer": "决定书原件在搬迁中遗失，留存的扫描件看不清金额。",
}  # fmt: skip
GIVEN = {
    "forward": {"provider": "market"},
    "answer": WRONG,
    "correct_own": {name: WRONG[name] for name in ("remedy", "source", "difference", "answer")},
    "hide_record": {"hide_reasons": "决定书扫描件与公示金额明显不一致。"},
    "execute_correction": {"decision_reasons": "谢谢您指出差错。"},
    "maintain": {"decision_reasons": "如有决定书原件，请申请复核。"},
    "leave_open": {"decision_reasons": "找到原件后可以重新提出。"},
    "withdraw": {"withdrawal_reason": "已经与处罚机关核对清楚。"},
    "request_review": {"review_request": "我方持有决定书原件，金额是叁仟元。"},
    "review_correct": {"remedy": "change", "difference": {"fine": "0.3"}, "review_reasons": "原件属实，原核查看错了页。"},
    "review_maintain": {"review_reasons": "提交的原件没有骑缝章，与存档不符。"},
}  # fmt: skip
TO_CHECKING = (("submit", "owner"), ("accept", "clerk"))
TO_VERIFYING = (*TO_CHECKING, ("forward", "clerk"))
TO_ANSWERED = (*TO_VERIFYING, ("answer", "handler"))


class Course:
    """One objection in one database, and what is done with it."""

    def __init__(self, session, world, house, *, record=None, by="owner", of="firm", **facts):
        self.session, self.world, self.house = session, world, house
        self.record = record or self._record()
        self.case = cases.open_draft(
            session, OBJECTION, subject_id=world.subjects[of], record=self.record, actor=world.actors[by], now=NOW,
            house=house, facts=FACTS | facts,
        )  # fmt: skip

    def _record(self):
        self.session.add(
            SyncTarget(
                key="national", name="国家公示网站", name_en="National site", kind="national", deliverer="hand",
                does=["end_publicity", "stop_sharing"],
            )
        )  # fmt: skip
        return factories.record(
            self.session, subject_id=self.world.subjects["firm"], unit_id=self.world.units["market"],
            decision_no="津河东示罚〔2026〕88号", content="罚款 0.5 万元", items=[PenaltyItem(kind="fine", amount=Decimal("0.5"))],
        )  # fmt: skip

    def attach(self, field, by):
        paper(self.session, self.case, field, self.world.actors[by])

    def take(self, step, by, *, now=NOW, **given):
        order = perform.Order(step, {**GIVEN.get(step, {}), **given}, None)
        actor = self.world.actors[by]
        perform.perform(self.session, self.case.address, order, actor=actor, now=now, house=self.house)

    def go(self, *steps):
        for step, by in steps:
            self.take(step, by)

    def document(self, kind):
        """The last paper of this kind."""
        found = self.session.scalars(
            select(Document)
            .where(Document.case_id == self.case.id, Document.kind == kind)
            .order_by(Document.id.desc())
        ).first()
        assert found is not None
        return found

    def said(self, kind):
        """The words of the last paper of this kind, without blanks."""
        sheet = documents.sheet_of(self.document(kind), site_url="")
        return bare(sheets.article(sheet).striptags())


def bare(text):
    return re.sub(r"\s+", "", text)


def numbered(session, **columns):
    """Some other case with a number."""
    made = Case(ref="b" * 16, facts={}, created_at=NOW, updated_at=NOW, **columns)
    session.add(made)
    session.flush()
    return made


NEXT_YEAR = date(2027, 5, 20)
