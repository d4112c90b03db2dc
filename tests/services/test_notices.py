"""Who is told what, in whose language, and that nobody is told twice or after their mandate ended."""

from datetime import date

import pytest
from flask_babel import Babel
from sqlalchemy import select, update

from tests.conftest import bare_app
from tests.factories import case_in, legal, stored, take
from workflow_app.deliverers import deliver_mail, deliver_notice
from workflow_app.domain import clock
from workflow_app.domain.words import Sentence
from workflow_app.models.outbox import Message, Notice
from workflow_app.models.party import GrantRow, Person
from workflow_app.services.delivery import notices


def told(session, case, side, on=date(2026, 9, 18)):
    """The logins of those who are reached."""
    return [person.login for person in notices.reached(session, case, side, on=on)]


@pytest.mark.parametrize(
    ("side", "expected"),
    [
        ("subject", ["owner", "agent", "agent_without_signing"]),
        ("handler", ["handler", "second_handler", "handler_and_head"]),
        ("head", ["head", "second_head", "handler_and_head"]),
        ("lead", ["lead", "second_lead"]),
    ],
)
def test_a_side_is_those_whose_grants_are_in_force_for_this_workflow(side, expected, sqlite, house):
    with sqlite.writing() as session:
        assert told(session, case_in(session, "signed", sqlite.world, house), side) == expected


def test_a_mandate_reaches_its_last_day_and_no_further(sqlite, house):
    with sqlite.writing() as session:
        case = case_in(session, "signed", sqlite.world, house)
        session.execute(
            update(GrantRow)
            .where(GrantRow.person_id == sqlite.world.people["agent"])
            .values(valid_to=date(2026, 9, 30))
        )
        session.expire_all()
        assert "agent" in told(session, case, "subject", date(2026, 9, 30))
        assert "agent" not in told(session, case, "subject", date(2026, 10, 1))


def test_a_closed_account_is_not_told(sqlite, house):
    with sqlite.writing() as session:
        case = case_in(session, "signed", sqlite.world, house)
        session.execute(update(Person).where(Person.login == "owner").values(disabled_at=legal("2026-09-18")))
        assert told(session, case, "subject") == ["agent", "agent_without_signing"]


def test_a_notice_delivered_twice_is_read_once(sqlite, house):
    with sqlite.writing() as session:
        case_in(session, "signed", sqlite.world, house)
        message = session.scalars(select(Message).where(Message.kind == "notice")).one()
        for _ in range(2):
            deliver_notice(session, message, legal("2026-09-18"), house)
            session.flush()
        readers = session.scalars(select(Notice.person_id).order_by(Notice.id)).all()
        assert readers == [
            sqlite.world.people[who] for who in ("handler", "second_handler", "handler_and_head")
        ]
        assert len(session.scalars(select(Message).where(Message.kind == "mail")).all()) == 3


def test_a_notice_says_what_held_when_the_step_was_taken(sqlite, house):
    """The handler accepts before the worker delivers the word of the signature."""
    with sqlite.writing() as session:
        case = case_in(session, "active", sqlite.world, house)
        message = session.scalars(select(Message).where(Message.key.like("%notice-signed%"))).one()
        deliver_notice(session, message, legal("2026-09-18"), house)
        session.flush()
        first = session.scalars(select(Notice)).first()
        assert first is not None
        assert str(Sentence.from_json(first.sentence)) == (
            f"天津海河示范食品有限公司签署了“示范事项（permit）”承诺书（{case.number}），请在 2026 年 9 月 22 日24:00 前受理。"
        )


@pytest.mark.parametrize("who", ["owner", "lead"])
def test_a_mail_is_written_in_the_language_of_its_reader(who, sqlite, house, tmp_path):
    """The lead of this world reads English, the owner Chinese."""
    app = bare_app(sqlite.url)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(tmp_path)
    Babel(app)
    sent = type(house)(**{**vars(house), "mail_url": f"file://{tmp_path}/mail"})
    with app.test_request_context(), sqlite.writing() as session, clock.fixed(legal("2026-09-18")):
        sentence = Sentence("请在 %(due)s 前办理。", due=date(2026, 10, 9)).as_json()
        payload = {"person_id": sqlite.world.people[who], "case": "CM-1", "sentence": sentence}
        message = Message(key="1/1/mail", kind="mail", payload=payload)
        deliver_mail(session, message, legal("2026-09-18"), sent)
    (letter,) = (tmp_path / "mail").iterdir()
    assert letter.name == "1.1.mail@casework.eml"
    said = letter.read_bytes()
    assert f"To: {who}@example.test".encode() in said


def test_reading_them_all_leaves_none_unread(sqlite, house):
    with sqlite.writing() as session:
        address = case_in(session, "signed", sqlite.world, house).address
        take(session, stored(session, address), "accept", sqlite.world.actors["handler"], house)
        for message in session.scalars(select(Message).where(Message.kind == "notice")).all():
            deliver_notice(session, message, legal("2026-09-18"), house)
        owner, agent = sqlite.world.people["owner"], sqlite.world.people["agent"]
        assert (notices.unread(session, owner), notices.unread(session, agent)) == (1, 1)
        notices.mark_read(session, owner, now=legal("2026-09-18"))
        assert (notices.unread(session, owner), notices.unread(session, agent)) == (0, 1)
