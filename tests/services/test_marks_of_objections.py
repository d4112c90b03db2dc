"""An objection is seen everywhere in the very transaction of its step, and a correction is told where the error stood.

The record is a penalty of the firm; the day of every step is Friday 2026-09-18.
"""

import json

import pytest
from sqlalchemy import select

from tests import factories
from tests.factories import NOW, RULEBOOK, TODAY, paper
from workflow_app.models.record import RecordMark
from workflow_app.models.sync import SyncTarget, SyncTask
from workflow_app.services.cases import cases, lookup
from workflow_app.services.engine import perform
from workflow_app.services.objections import correction_notices
from workflow_app.services.records import marks, publication, record_lists
from workflow_app.services.reports import credit_file
from workflow_app.services.sync import feed, sync_delivery
from workflow_app.workflows.objection import OBJECTION

FACTS = {
    "ground": "content", "statement": "罚款金额写错了。", "claims": {"content": "罚款 0.03 万元"}, "contact_name": "周明远",
    "contact_mobile": "13800000002",
}  # fmt: skip
ANSWER = {
    "finding": "wrong", "source": {"content": "罚款 0.03 万元"}, "remedy": "change",
    "difference": {"content": "罚款 0.03 万元"}, "answer": "决定书写明罚款三百元。",
}  # fmt: skip


class Course:
    """An objection in one database, and what is done with it."""

    def __init__(self, session, world, house, **facts):
        self.session, self.world, self.house = session, world, house
        self.record = factories.record(
            session, subject_id=world.subjects["firm"], unit_id=world.units["market"]
        )
        self.case = cases.open_draft(
            session, OBJECTION, subject_id=world.subjects["firm"], record=self.record, actor=world.actors["owner"],
            now=NOW, house=house, facts=FACTS | facts,
        )  # fmt: skip
        paper(session, self.case, "evidence", world.actors["owner"])

    def take(self, step, by, **given):
        order = perform.Order(step, given, None)
        actor = self.world.actors[by]
        perform.perform(self.session, self.case.address, order, actor=actor, now=NOW, house=self.house)

    def to_answered(self, **changed):
        self.take("submit", "owner")
        self.take("accept", "clerk")
        self.take("forward", "clerk", provider="market")
        paper(self.session, self.case, "source_evidence", self.world.actors["handler"])
        self.take("answer", "handler", **(ANSWER | changed))

    def seen(self):
        """The kinds of marks in every place where the record is shown."""
        session, world = self.session, self.world
        session.flush()
        subject = credit_file.subjects(session, world.actors["owner"])[0]
        (own,) = credit_file.of_subject(session, subject, day=TODAY, rulebook=RULEBOOK)
        room = record_lists.page(session, record_lists.Wanted(), actor=world.actors["clerk"], today=TODAY)
        borne = {
            "page": publication.line(session, self.record.ref, today=TODAY).marks,
            "list": publication.page(session, publication.Wanted(), today=TODAY).lines[0].marks,
            "search": lookup.find(session, "海河", actor=None, today=TODAY).records[0].marks,
            "credit file": marks.inside(own.record),
            "records room": marks.inside(room.records[0]),
        }
        return {place: [mark.kind for mark in found] for place, found in borne.items()}

    def fed(self, which):
        entries = which(self.session, self.house).document["feed"]["entries"]
        return [entry["what"] for entry in entries]


PLACES = ("page", "list", "search", "credit file", "records room")


@pytest.fixture
def course(sqlite, house):
    with sqlite.writing() as session:
        yield Course(session, sqlite.world, house)


def everywhere(*kinds):
    return {place: list(kinds) for place in PLACES}


def test_the_mark_is_everywhere_in_the_transaction_in_which_the_objection_is_handed_in(course):
    assert course.seen() == everywhere()
    course.take("submit", "owner")
    assert course.seen() == everywhere("objection")
    assert course.fed(feed.marks) == ["mark"]


def test_what_is_rolled_back_left_no_mark(sqlite, house):
    def broken_off():
        with sqlite.writing() as session:
            Course(session, sqlite.world, house).take("submit", "owner")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken_off()
    with sqlite.reading() as session:
        assert session.scalars(select(RecordMark)).all() == []
        assert session.scalars(select(SyncTask)).all() == []


def test_the_mark_goes_everywhere_when_the_objection_is_withdrawn(course):
    course.take("submit", "owner")
    course.take("withdraw", "owner", withdrawal_reason="已经查清。")
    assert course.seen() == everywhere()
    assert course.fed(feed.marks) == ["unmark", "mark"]


def test_what_could_not_be_verified_leaves_its_note_everywhere(course):
    course.to_answered(finding="unclear", source={}, remedy="", difference={}, answer="原始卷宗已经灭失。")
    course.take("leave_open", "clerk", decision_reasons="无法核实。")
    assert course.seen() == everywhere("unclear")
    assert course.fed(feed.marks) == ["note", "unmark", "mark"]


def test_a_correction_is_told_in_the_list_on_the_page_and_in_the_feed(course):
    course.to_answered()
    course.take("execute_correction", "clerk", decision_reasons="卷宗属实。")
    assert course.seen() == everywhere()
    (notice,) = correction_notices.page(course.session, today=TODAY).notices
    assert notice.corrections == (
        correction_notices.Correction("content", "罚款 0.3 万元", "罚款 0.03 万元"),
    )
    assert correction_notices.of_record(course.session, course.record.ref, today=TODAY) == (notice,)
    (entry,) = feed.corrections(course.session, course.house, today=TODAY).document["feed"]["entries"]
    assert entry["corrections"] == [{"field": "content", "title": "处理内容", "new": "罚款 0.03 万元"}]
    assert course.fed(feed.removals) == []


def test_what_was_wrong_altogether_says_so_at_its_old_address_without_a_name(course):
    course.to_answered(remedy="remove", difference={})
    course.take("execute_correction", "clerk", decision_reasons="卷宗属实。")
    gone = publication.withdrawn(course.session, course.record.ref)
    assert (gone.how, gone.why) == ("annulled", "")
    (notice,) = correction_notices.page(course.session, today=TODAY).notices
    assert (notice.how, notice.subject_name, notice.corrections) == ("removed", "", ())
    assert "end_publicity" in course.fed(feed.removals)


def test_a_place_that_has_the_record_is_sent_the_new_words_and_not_the_old(course):
    site = SyncTarget(
        key="site", name="示范公示网站", name_en="Sample site", kind="third_party", deliverer="hand", does=["end_publicity"],
    )  # fmt: skip
    course.session.add(site)
    course.to_answered()
    course.take("execute_correction", "clerk", decision_reasons="卷宗属实。")
    wanted = select(SyncTask).where(SyncTask.target_id == site.id, SyncTask.what == "correct")
    task = course.session.scalars(wanted).one()
    sent = json.loads(sync_delivery.parcel(course.session, task.id, course.house).body)
    assert sent["corrections"] == [{"field": "content", "title": "处理内容", "new": "罚款 0.03 万元"}]
    assert (sent["marks"], "罚款 0.3 万元" in json.dumps(sent, ensure_ascii=False)) == ([], False)
