"""A training class in one database, and what a trainee does with it, always through the real engine.

The class takes applications from Tuesday 2026-09-01 to Friday 2026-10-30; the day is Friday 2026-09-18. Sunday September
20 is worked, September 25 to 27 and October 1 to 7 are off, October 10 is worked. It has two lessons and five questions, all
of them drawn, gives two attempts and passes whoever has 60 percent, which is three right answers.
"""

from datetime import date, timedelta

from sqlalchemy import select

from tests.factories import NOW
from workflow_app.models.case import Case
from workflow_app.models.document import Document
from workflow_app.models.training import (
    Attempt,
    CaseEvidence,
    Enrolment,
    Lesson,
    Question,
    Study,
    TrainingClass,
)
from workflow_app.services.cases import cases
from workflow_app.services.engine import perform
from workflow_app.services.training import exams, training
from workflow_app.workflows.training import TRAINING

FACTS = {"trainee_name": "赵经纬", "trainee_role": "agent", "contact_mobile": "13800000001"}
GIVEN = {
    "reject": {"reasons": [{"code": "TR-R01", "target": "any", "note": "下一期十一月开班。"}]},
    "cancel": {"cancellation_reason": "时间冲突。"},
}
TO_STATE = {
    "draft": (),
    "discarded": (("discard", "owner"),),
    "applied": (("apply", "owner"),),
}  # fmt: skip
TO_STATE["declined"] = (*TO_STATE["applied"], ("reject", "clerk"))
TO_STATE["cancelled"] = (*TO_STATE["applied"], ("cancel", "owner"))
TO_STATE["learning"] = (*TO_STATE["applied"], ("approve", "clerk"))
TO_STATE["exam_open"] = (*TO_STATE["learning"], ("study", "owner"))
TO_STATE["incomplete"] = (*TO_STATE["learning"], ("close", "clock"))
TO_STATE["certified"] = (*TO_STATE["exam_open"], ("hand_in", "owner", {"score": 80}))
TO_STATE["failed"] = (
    *TO_STATE["exam_open"], ("hand_in", "owner", {"score": 0}), ("hand_in", "owner", {"score": 40}),
)  # fmt: skip


def open_class(session, world, **changed):
    """A published class of the office with two lessons of ten minutes each and five questions."""
    values = {
        "ref": "TC-2026-01", "kind": "penalty", "title": "行政处罚信息修复培训（第一期）",
        "title_en": "Training on repairing penalty records (first class)", "summary": "讲修复怎么走。",
        "summary_en": "How repair works.", "unit_id": world.units["office"], "opens_on": date(2026, 9, 1),
        "ends_on": date(2026, 10, 30), "seats": 2, "pass_mark": 60, "attempts": 2, "minutes": 30, "draw": 5,
        "published_at": NOW - timedelta(days=20),
    }  # fmt: skip
    found = TrainingClass(**{**values, **changed})
    found.lessons = [
        Lesson(position=1, kind="text", title="修复的条件", body="先纠正，再申请。", least_seconds=600),
        Lesson(
            position=2, kind="slides", title="修复的步骤", body="一、申请\n---\n二、审核", least_seconds=600
        ),
    ]
    found.questions = [
        Question(kind="single", asked="申请修复收费吗？", options=["收费", "不收费"], answer=[1]),
        Question(kind="true_false", asked="没有参加培训也可以申请修复。", options=["对", "错"], answer=[0]),
        Question(
            kind="multiple", asked="哪些要先做到？", options=["纠正", "履行义务", "交钱"], answer=[0, 1]
        ),
        Question(kind="single", asked="谁作出修复决定？", options=["认定单位", "代办机构"], answer=[0]),
        Question(kind="single", asked="培训由谁参加？", options=["别人代替", "报名的人本人"], answer=[1]),
    ]
    session.add(found)
    session.flush()
    return found


class Training:
    """One application for a class: a new draft, or the one of an earlier transaction. Without `of` a class is opened."""

    def __init__(self, session, world, house, *, by="owner", of=None, now=NOW, case_id=None, **facts):
        self.session, self.world, self.house = session, world, house
        if case_id is not None:
            self.case = session.get_one(Case, case_id)
            self.held = training.class_of(session, self.case)
            return
        self.held = of or open_class(session, world)
        actor = world.actors[by]
        about = {"matter": self.held.title, "class_ref": self.held.ref, "ends_on": self.held.ends_on}
        self.case = cases.open_draft(
            session, TRAINING, subject_id=next(iter(actor.subject_ids())), unit_id=self.held.unit_id, actor=actor,
            now=now, house=house, facts={**FACTS, **about, **facts},
        )  # fmt: skip

    def take(self, step, by, *, now=NOW, **given):
        """Take a step with everything it needs; `study` and `hand_in` are what the trainee does outside the case."""
        if step == "study":
            return self.study(now=now)
        if step == "hand_in":
            return self.hand_in(by=by, now=now, **given)
        order = perform.Order(step, {**GIVEN.get(step, {}), **given}, None)
        actor = self.world.actors[by]
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

    def study(self, *, lessons=None, now=NOW):
        """Study these lessons, or all, for their least time; then the clock looks."""
        for lesson in self.held.lessons if lessons is None else lessons:
            self.session.add(
                Study(case_id=self.case.id, lesson_id=lesson.id, seconds=lesson.least_seconds, done_at=now)
            )
        self.session.flush()
        self.look(now=now)

    def look(self, *, now=NOW):
        """The clock looks whether something holds now, as it does when a message of the outbox comes twice."""
        perform.follow(self.session, self.case.id, now=now, house=self.house)

    def sit(self, *, by="owner", now=NOW):
        """Begin an attempt, or go on with the one that was begun."""
        return exams.start(self.session, self.case, actor=self.world.actors[by], now=now, house=self.house)

    def hand_in(self, *, score, by="owner", now=NOW):
        """Hand in an attempt with so many of the five questions right as make this score."""
        sat = self.sit(by=by, now=now)
        answers = {
            str(at): one.right for at, one in enumerate(exams.paper(sat), start=1) if at <= score // 20
        }
        actor = self.world.actors[by]
        handed_in = exams.hand_in(self.session, sat, answers, actor=actor, now=now, house=self.house)
        assert handed_in.score == score
        return handed_in

    def mark(self, *, score, now=NOW):
        """An attempt that was handed in and marked while the engine was not told, as between two transactions."""
        sat = self.sit(now=now)
        sat.handed_in_at, sat.score = now, score
        self.session.flush()
        return sat

    def attempts(self):
        """The attempts of this case, first one first."""
        wanted = select(Attempt).where(Attempt.case_id == self.case.id).order_by(Attempt.number)
        return self.session.scalars(wanted).all()

    def seats_left(self):
        """How many seats the class has left."""
        return training.seats_left(self.session, self.held)

    def seat(self):
        """The seat of this case; None when it never had one."""
        return self.session.get(Enrolment, self.case.id, populate_existing=True)

    def documents(self):
        """The kinds of documents that were issued in the case, in order."""
        wanted = select(Document.kind).where(Document.case_id == self.case.id).order_by(Document.id)
        return list(self.session.scalars(wanted))

    def stands_with(self):
        """The cases with which the certificate stands as evidence, by id."""
        wanted = select(CaseEvidence.case_id).join(Document).where(Document.case_id == self.case.id)
        return sorted(self.session.scalars(wanted))
