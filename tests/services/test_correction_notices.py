"""更正公告: what was published and wrong is told where it was published, and nothing more than the public ever saw."""

import pytest

from tests.factories import NOW, RULEBOOK, TODAY, draft, legal, record
from workflow_app.models.objection import Objection
from workflow_app.services.objections import correction_notices
from workflow_app.services.records import publication, records

CONTENT = {"field": "content", "old": "罚款 3 万元", "new": "罚款 0.3 万元"}


def penalty(session, world, *, subject="firm", **changed):
    return record(session, subject_id=world.subjects[subject], unit_id=world.units["market"], **changed)


@pytest.fixture
def publish(house):
    """Publish a notice for a fresh case."""

    def published(session, world, row, *lines, how="changed", now=NOW, ground="content"):
        case = draft(session, world, house)
        session.add(
            Objection(
                case_id=case.id, record_id=row.id, subject_id=row.subject_id, unit_id=row.unit_id, ground=ground,
                received_on=TODAY,
            )
        )  # fmt: skip
        session.flush()
        return correction_notices.publish(session, row, case.id, how=how, lines=lines, now=now)

    return published


def told(session, today=TODAY):
    return correction_notices.page(session, today=today).notices


def test_a_correction_is_told_with_the_old_and_the_new_words(sqlite, publish):
    with sqlite.writing() as session:
        row = penalty(session, sqlite.world, decision_no="津河东示罚〔2026〕9号")
        publish(session, sqlite.world, row, CONTENT)
        (notice,) = told(session)
        assert correction_notices.of_record(session, row.ref, today=TODAY) == (notice,)
        assert (notice.subject_name, notice.record_ref) == ("天津海河示范食品有限公司", row.ref)
    assert (notice.how, notice.decision_no, notice.published_at) == ("changed", "津河东示罚〔2026〕9号", NOW)
    assert notice.corrections == (correction_notices.Correction("content", "罚款 3 万元", "罚款 0.3 万元"),)


def test_only_fields_that_were_public_are_told_in_the_order_of_the_page(sqlite, publish):
    lines = (
        {"field": "fine", "old": "3", "new": "0.3"},
        {"field": "duties_done_on", "old": "", "new": "2026-06-01"},
        {"field": "title", "old": "没有变", "new": "没有变"},
        {"field": "decision_no", "old": "甲 1 号", "new": "甲 2 号"},
    )
    with sqlite.writing() as session:
        notice = publish(session, sqlite.world, penalty(session, sqlite.world), *lines)
        assert [line["field"] for line in notice.lines] == ["decision_no", "fine"]


def test_a_correction_of_what_the_public_never_saw_is_not_told(sqlite, publish):
    line = {"field": "duties_done_on", "old": "", "new": "2026-06-01"}
    with sqlite.writing() as session:
        assert publish(session, sqlite.world, penalty(session, sqlite.world), line) is None


def test_personal_fields_are_masked_in_the_old_and_the_new_words(sqlite, publish):
    line = {"field": "behaviour", "old": "投诉人王小明（13800000001）反映", "new": "投诉人李小红反映"}
    with sqlite.writing() as session:
        notice = publish(session, sqlite.world, penalty(session, sqlite.world), line)
        assert notice.lines == [
            {"field": "behaviour", "old": "投诉人****（****）反映", "new": "投诉人****反映"}
        ]


def test_what_infringed_privacy_is_not_repeated(sqlite, publish):
    """Otherwise the correction would publish once more what had to go."""
    line = {"field": "behaviour", "old": "使用某秘密配方", "new": "使用未备案配方"}
    with sqlite.writing() as session:
        publish(session, sqlite.world, penalty(session, sqlite.world), line, ground="privacy")
        (notice,) = told(session)
    assert notice.corrections == (correction_notices.Correction("behaviour", "", "使用未备案配方"),)


@pytest.mark.parametrize("how", ["removed", "ended"])
def test_of_what_was_taken_down_neither_name_nor_content_is_told(sqlite, publish, how):
    with sqlite.writing() as session:
        row = penalty(session, sqlite.world, decision_no="津河东示罚〔2026〕9号")
        ended = {"removed": "annulled", "ended": "expired"}[how]
        records.take_down(session, row, ended, why="", by_id=None, now=NOW, rulebook=RULEBOOK)
        publish(session, sqlite.world, row, CONTENT, how=how)
        (notice,) = told(session)
    assert (notice.how, notice.decision_no, notice.unit_name) == (
        how,
        "津河东示罚〔2026〕9号",
        "示范区市场监管局",
    )
    assert (notice.subject_name, notice.record_ref, notice.corrections) == ("", "", ())


@pytest.mark.parametrize("how", ["changed", "removed", "ended"])
@pytest.mark.parametrize(
    "hidden", [{"subject": "citizen"}, {"scope": "limited"}, {"scope": "none"}], ids=["person", "limited", "none"]
)  # fmt: skip
def test_nothing_is_told_of_a_person_or_of_what_was_never_public(sqlite, publish, hidden, how):
    with sqlite.writing() as session:
        assert (
            publish(session, sqlite.world, penalty(session, sqlite.world, **hidden), CONTENT, how=how) is None
        )
        assert told(session) == ()


def test_a_notice_does_not_outlive_the_publicity_of_its_record(sqlite, publish):
    """After a repair nothing of the record may be shown, also not what was wrong in it (Order 36 art. 3)."""
    with sqlite.writing() as session:
        row = penalty(session, sqlite.world)
        publish(session, sqlite.world, row, CONTENT)
        records.change(session, row, {"hidden_at": NOW}, why="", by_id=None, now=NOW, rulebook=RULEBOOK)
        assert told(session) == ()
        records.change(session, row, {"hidden_at": None}, why="", by_id=None, now=NOW, rulebook=RULEBOOK)
        assert len(told(session)) == 1
        records.take_down(session, row, "repaired", why="", by_id=None, now=NOW, rulebook=RULEBOOK)
        assert told(session) == ()
        assert correction_notices.of_record(session, row.ref, today=TODAY) == ()


def test_a_correction_of_what_is_public_no_more_repeats_nothing(sqlite, publish):
    with sqlite.writing() as session:
        row = penalty(session, sqlite.world)
        records.take_down(session, row, "repaired", why="", by_id=None, now=NOW, rulebook=RULEBOOK)
        assert publish(session, sqlite.world, row, CONTENT) is None


def test_a_record_that_should_never_have_been_public_is_told_as_ended(sqlite, publish):
    with sqlite.writing() as session:
        row = penalty(session, sqlite.world)
        scope = {"field": "scope", "old": "public", "new": "limited"}
        records.change(session, row, {"scope": "limited"}, why="", by_id=None, now=NOW, rulebook=RULEBOOK)
        notice = publish(session, sqlite.world, row, scope, CONTENT)
        assert (notice.how, notice.lines) == ("ended", [])
        assert [each.how for each in told(session)] == ["ended"]


def test_a_record_that_becomes_public_by_the_correction_has_nothing_to_take_back(sqlite, publish):
    with sqlite.writing() as session:
        row = penalty(session, sqlite.world, scope="public")
        line = {"field": "scope", "old": "limited", "new": "public"}
        assert publish(session, sqlite.world, row, line, CONTENT) is None


def test_the_newest_notice_comes_first_and_pages_follow_without_gap(sqlite, publish):
    with sqlite.writing() as session:
        row = penalty(session, sqlite.world)
        for number in range(23):
            publish(
                session, sqlite.world, row, CONTENT | {"new": f"第 {number} 次"}, now=legal("2026-09-18", f"10:{number:02}"),
            )  # fmt: skip
        first = correction_notices.page(session, today=TODAY)
        second = correction_notices.page(session, first.following, today=TODAY)
    assert [notice.corrections[0].new for notice in first.notices][:2] == ["第 22 次", "第 21 次"]
    assert [notice.corrections[0].new for notice in second.notices] == ["第 2 次", "第 1 次", "第 0 次"]
    assert (len(first.notices), second.following) == (20, None)


def test_a_record_that_was_wrong_says_only_that_at_its_old_address(sqlite):
    with sqlite.writing() as session:
        row = penalty(session, sqlite.world, decision_no="津河东示罚〔2026〕9号")
        records.take_down(
            session, row, "annulled", why="张三，男，没有违法", by_id=None, now=NOW, rulebook=RULEBOOK
        )
        assert publication.withdrawn(session, row.ref) == publication.Withdrawn(
            "津河东示罚〔2026〕9号", "示范区市场监管局", TODAY, "", how="annulled"
        )


def test_there_is_no_other_way_of_correcting(sqlite, publish):
    with sqlite.writing() as session, pytest.raises(ValueError, match="repainted"):
        publish(session, sqlite.world, penalty(session, sqlite.world), how="repainted")
