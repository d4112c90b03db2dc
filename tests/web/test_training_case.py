"""The page of a training as everybody sees it in each state, and the application that the office declines."""

import pytest
from sqlalchemy import select

from tests.factories import NOW
from tests.trainings import TO_STATE, Training
from tests.web.visitor import Visitor, give_passwords, real_office
from workflow_app.domain import clock
from workflow_app.models.case import Case

STAFF = ("clerk", "lead", "auditor")


@pytest.fixture
def office(sqlite, tmp_path, house):
    """Brings a training into a state and signs somebody in: (visitor, address of the case)."""
    app = real_office(sqlite, tmp_path)

    def open_office(state, who):
        with sqlite.writing() as session:
            give_passwords(session)
            address = Training(session, sqlite.world, house).to(state).case.address
        visitor = Visitor(app)
        visitor.sign_in(who)
        if who in STAFF:
            visitor.enter_code()
        return visitor, f"/cases/{address}"

    with clock.fixed(NOW):
        yield open_office


@pytest.mark.parametrize("state", list(TO_STATE))
def test_the_trainee_reads_the_case_in_every_state(state, office):
    visitor, path = office(state, "owner")
    page = visitor.get(path)
    assert page.status == 200
    assert "行政处罚信息修复培训（第一期）" in page.text


@pytest.mark.parametrize("who", STAFF)
@pytest.mark.parametrize("state", ["applied", "exam_open", "certified"])
def test_the_office_reads_a_case_that_was_handed_in(state, who, office):
    visitor, path = office(state, who)
    assert visitor.get(path).status == 200


def test_nobody_else_finds_the_case(office):
    visitor, path = office("learning", "other_owner")
    assert visitor.get(path).status == 404


def test_an_application_is_declined_for_a_coded_reason_and_not_without_one(office, sqlite):
    visitor, path = office("applied", "clerk")
    page = visitor.get(f"{path}/steps/reject")
    assert page.status == 200
    assert "这个培训班的名额已经用完" in page.text
    sent = {
        "version": page.value("version"),
        "tick_TR-R01": "y",
        "note_TR-R01": "下一期十一月开班。",
    }
    assert visitor.post(f"{path}/steps/reject", {"version": sent["version"]}).status == 422
    assert visitor.post(f"{path}/steps/reject", sent).status == 303
    with sqlite.reading() as session:
        assert session.scalars(select(Case.state)).one() == "declined"


def test_whoever_was_declined_reads_why_and_what_to_do_now(office):
    visitor, path = office("declined", "owner")
    text = visitor.get(path).text
    assert "这个培训班的名额已经用完" in text
    assert "没有参加培训，不影响申请信用修复。" in text


def test_an_attempt_that_leaves_the_case_as_it_is_is_not_told_as_a_change(office):
    visitor, path = office("exam_open", "owner")
    text = visitor.get(path).text
    assert "参加考试" in text
    assert "办件转为“可以考试”" not in text
    assert "到培训班结束日没有通过考试的，本期结束，可以报名下一期。" in text
