"""The notices room over HTTP: newest first, each to its own case, read only when somebody says so."""

import pytest

from tests.factories import NOW, case_in
from tests.web.visitor import Visitor, give_passwords, real_office
from workflow_app.domain import clock
from workflow_app.domain.words import Sentence
from workflow_app.models.outbox import Notice

NUMBER = "CM-120102-20260918-000001"


@pytest.fixture
def database(sqlite, house):
    world = sqlite.world
    with sqlite.writing() as session:
        give_passwords(session)
        case = case_in(session, "active", world, house)
        for person, text in (
            ("owner", "“%(item)s”承诺（%(number)s）已受理并生效，有效期至 %(due)s。"),
            ("owner", "“%(item)s”承诺（%(number)s）转入履行核查，应在 %(due)s 前完成。"),
            ("handler", "“%(item)s”承诺（%(number)s）转入履行核查，应在 %(due)s 前完成。"),
        ):
            told = Sentence(text, item="示范事项", number=NUMBER, due=NOW.date())
            session.add(
                Notice(
                    person_id=world.people[person], case_id=case.id, sentence=told.as_json(), created_at=NOW
                )
            )
            session.flush()
    return sqlite


@pytest.fixture
def visitor(database, tmp_path):
    app = real_office(database, tmp_path)
    with clock.fixed(NOW):
        yield Visitor(app)


def test_the_newest_notice_stands_first_and_leads_to_its_case(visitor):
    visitor.sign_in("owner")
    links = visitor.get("/notices").page.select(".notices a")
    assert [link["href"] for link in links] == [f"/cases/{NUMBER}", f"/cases/{NUMBER}"]
    assert "转入履行核查" in links[0].get_text()
    assert "9 月 18 日（周五）" in links[0].get_text()


def test_reading_the_page_marks_nothing_and_the_button_marks_all(visitor):
    visitor.sign_in("owner")
    assert len(visitor.get("/notices").page.select(".unread")) == 2
    assert len(visitor.get("/notices").page.select(".unread")) == 2
    assert visitor.post("/notices").status == 303
    after = visitor.get("/notices")
    assert after.page.select(".unread") == []
    assert len(after.page.select(".notices li")) == 2
    assert after.page.find("form", action="/notices") is None


def test_the_navigation_counts_what_is_unread_on_every_page(visitor):
    visitor.sign_in("owner")
    entry = visitor.get("/").page.select_one(".nav a[href='/notices']")
    assert entry.select_one(".count").get_text() == "2"
    visitor.post("/notices")
    assert visitor.get("/").page.select_one(".nav a[href='/notices'] .count") is None


def test_nobody_sees_or_marks_the_notices_of_others(visitor):
    visitor.sign_in("owner")
    visitor.post("/notices")
    other = Visitor(visitor.client.application)
    other.sign_in("handler")
    other.enter_code(NOW)
    assert len(other.get("/notices").page.select(".unread")) == 1


def test_a_person_without_notices_reads_what_will_come_here(visitor):
    visitor.sign_in("other_owner")
    assert "还没有消息" in visitor.get("/notices").text


def test_the_notices_ask_a_stranger_to_sign_in(visitor):
    answer = visitor.get("/notices")
    assert answer.status == 303
    assert answer.location.startswith("/account/sign-in")
