"""A step with coded reasons that asks for something besides: the day from which a rejected applicant may ask again."""

import pytest
from sqlalchemy import select

from tests.factories import NOW
from tests.services.test_repair_course import Course
from tests.web.visitor import Visitor, give_passwords, real_office
from workflow_app.domain import clock
from workflow_app.models.case import Case

TICKED = {
    "tick_RP-J02": "y",
    "target_RP-J02": "duties",
    "note_RP-J02": "加处罚款 300 元没有缴纳。",
}


@pytest.fixture
def office(sqlite, tmp_path, house):
    """A handler before a repair that is under review, at the address of the step."""
    app = real_office(sqlite, tmp_path)
    with sqlite.writing() as session:
        give_passwords(session)
        course = Course(session, sqlite.world, house)
        course.go(("submit", "owner"), ("forward", "clerk"), ("accept", "handler"))
        number = course.case.number
    with clock.fixed(NOW):
        handler = Visitor(app)
        handler.sign_in("handler")
        handler.enter_code()
        yield handler, f"/cases/{number}/steps/propose_rejection", number


def stored(database, number):
    with database.reading() as session:
        case = session.scalars(select(Case).where(Case.number == number)).one()
        return case.state, case.facts["next_possible_on"], case.version


def test_the_form_offers_the_reasons_of_the_step_and_asks_for_the_day(office):
    handler, path, _ = office
    page = handler.get(path)
    assert page.status == 200
    assert "决定书上的义务还没有全部履行" in page.text
    assert "没有缴清罚没款的凭证" not in page.text
    assert page.value("next_possible_on") == ""


def test_without_the_day_the_rejection_is_not_proposed_and_what_was_typed_stays(office, sqlite):
    handler, path, number = office
    page = handler.get(path)
    page = handler.post(path, {**TICKED, "version": page.value("version"), "next_possible_on": ""})
    assert page.status == 422
    assert "请填写可以再次申请的第一天" in page.text
    assert page.value("note_RP-J02") == "加处罚款 300 元没有缴纳。"
    assert stored(sqlite, number)[:2] == ("reviewing", None)


def test_reasons_and_day_go_on_to_the_head(office, sqlite):
    handler, path, number = office
    page = handler.get(path)
    page = handler.post(path, {**TICKED, "version": page.value("version"), "next_possible_on": "2026-12-01"})
    assert page.status == 303
    assert stored(sqlite, number)[:2] == ("awaiting_signature", "2026-12-01")
