"""Naming a deputy and ending it early: who may, for which days, whom it can be, who is told and what is kept of it."""

from datetime import date

import pytest
from sqlalchemy import func, select

from tests.factories import NOW, case_in, legal
from tests.services.test_perform import at_once
from workflow_app.domain.refusals import NotYours, Refused
from workflow_app.domain.words import Sentence
from workflow_app.models.outbox import Message, Notice
from workflow_app.models.party import AccountEvent, GrantRow, Person, Unit
from workflow_app.models.queue import StandIn
from workflow_app.services.delivery import notices
from workflow_app.services.people import deputies, stand_in_lists
from workflow_app.services.people.deputies import Absence

TODAY = date(2026, 9, 18)
FIRST, LAST = date(2026, 9, 21), date(2026, 9, 25)


@pytest.fixture
def office(sqlite):
    """A session, and a hand that names deputies by login; today is Friday the 18th of September."""
    with sqlite.writing() as session:
        people, actors = sqlite.world.people, sqlite.world.actors

        def appoint(absent, deputy, *, by=None, first=FIRST, last=LAST, now=NOW):
            person, stand_in = (session.get_one(Person, people[login]) for login in (absent, deputy))
            wanted = Absence(person, stand_in, first, last, "外出培训")
            return deputies.appoint(session, wanted, actor=actors[by or absent], now=now)

        appoint.session, appoint.world = session, sqlite.world
        yield appoint


def plain(said):
    """A sentence with its values, nested ones too, as one would say it in the source language."""
    values = {
        name: plain(value) if isinstance(value, Sentence) else value for name, value in said.values.items()
    }
    return said.text % values


def delivered(session, like, now=NOW):
    """Who is told what by the messages whose key begins so, each delivered twice."""
    for message in session.scalars(
        select(Message).where(Message.key.startswith(like), Message.kind == "notice")
    ):
        for _again in range(2):
            notices.deliver(session, message.key, message.payload, now=now)
    found = session.scalars(select(Notice).order_by(Notice.id)).all()
    names = {person.id: person.login for person in session.scalars(select(Person))}
    told = [(names[notice.person_id], plain(Sentence.from_json(notice.sentence))) for notice in found]
    for notice in found:
        session.delete(notice)
    session.flush()
    return told


def refusal(office, *who, **how):
    """The field and the sentence with which naming is refused; nothing was written."""
    with pytest.raises(Refused) as refused:
        office(*who, **how)
    return refused.value.code, plain(refused.value.sentence)


def test_somebody_names_a_deputy_and_both_are_told_and_it_is_in_the_account_log(office):
    session = office.session
    row = office("handler", "second_handler")
    assert delivered(session, "stand-in-") == [
        ("handler", "2026-09-21至 2026-09-25您外出期间，您的办件由王芒种代办（郑谷雨指定）。"),
        (
            "second_handler",
            "2026-09-21至 2026-09-25，郑谷雨外出，由您代办其办件（郑谷雨指定）。期间您会收到这些办件的消息，办理经过会写明代郑谷雨办理。",
        ),
    ]
    deputies.end(session, row, actor=office.world.actors["handler"], now=legal("2026-09-22"))
    ended = "王芒种代郑谷雨办理办件（2026-09-21至 2026-09-25），已由郑谷雨提前结束，从现在起不再代办。"
    assert delivered(session, f"stand-in-{row.id}/ended") == [("handler", ended), ("second_handler", ended)]
    logged = session.execute(select(AccountEvent.what, AccountEvent.note).order_by(AccountEvent.id)).all()
    note = "郑谷雨 → 王芒种 · 2026-09-21 — 2026-09-25"
    assert [tuple(each) for each in logged] == [("stand_in_made", note), ("stand_in_ended", note)]
    with pytest.raises(Refused, match="这次代办已经结束"):
        deputies.end(session, row, actor=office.world.actors["head"], now=legal("2026-09-22"))
    assert office("handler", "second_handler").ended_at is None  # the days are free again


def test_the_head_names_one_for_whoever_can_not_and_a_lead_only_for_the_office(office):
    row = office("handler", "head", by="head")
    assert (row.person.login, row.deputy.login, row.made_by.login) == ("handler", "head", "head")
    assert office("clerk", "second_clerk", by="lead").made_by.login == "lead"
    for by in ("handler", "other_head", "lead", "clerk", "auditor", "security_admin", "owner"):
        with pytest.raises(NotYours):
            office("second_handler", "head", by=by)
    with pytest.raises(NotYours):
        office("owner", "agent")


@pytest.mark.parametrize(
    ("first", "last", "field", "sentence"),
    [
        (LAST, FIRST, "until_on", "最后一天不能早于第一天，请核对两个日期。"),
        (date(2026, 9, 17), LAST, "from_on", "代办不能从已经过去的日子算起。请从今天或以后的日期填起。"),
        (TODAY, date(2026, 12, 17), "until_on", "一次代办最长 90 天。请把最后一天提前，到期前可以再次指定；长期离岗的，请安全管理员调整权限。"),
        (date(2027, 9, 18), date(2027, 9, 18), "from_on", "郑谷雨在 2027-09-18没有办理办件的权限，不用指定代办人。请核对日期。"),
    ],
)  # fmt: skip
def test_the_days_are_to_come_and_not_too_many(first, last, field, sentence, office):
    session = office.session
    grant = session.scalars(
        select(GrantRow).where(GrantRow.person_id == office.world.people["handler"])
    ).one()
    grant.valid_to = date(2027, 9, 17)
    assert refusal(office, "handler", "second_handler", first=first, last=last) == (field, sentence)
    assert session.scalar(select(func.count()).select_from(StandIn)) == 0
    assert office("second_handler", "handler", first=TODAY, last=date(2026, 12, 16)).until_on == date(
        2026, 12, 16
    )


def test_a_deputy_is_a_colleague_who_works_in_the_unit_to_the_last_day(office):
    session, people = office.session, office.world.people
    elsewhere = "卫惊蛰在 2026-09-21不在“示范区市场监管局”办理办件，不能代办。请选同一单位的同事。"
    assert refusal(office, "handler", "other_handler") == ("deputy", elsewhere)
    assert refusal(office, "clerk", "auditor")[0] == "deputy"
    oneself = ("deputy", "代办人不能是外出的人自己，请另选一位同事。")
    assert refusal(office, "handler", "handler") == oneself
    leaving = session.scalars(select(GrantRow).where(GrantRow.person_id == people["second_handler"])).one()
    leaving.valid_to = date(2026, 9, 24)
    gone = "王芒种在 2026-09-25不在“示范区市场监管局”办理办件，不能代办。请选同一单位的同事。"
    assert refusal(office, "handler", "second_handler") == ("deputy", gone)
    assert office("handler", "second_handler", last=date(2026, 9, 24)).deputy.login == "second_handler"
    session.get_one(Person, people["second_head"]).disabled_at = NOW
    assert refusal(office, "head", "second_head")[0] == "deputy"


def test_nobody_who_is_away_is_a_deputy_and_nobody_has_two(office):
    row = office("handler", "second_handler")
    assert refusal(office, "handler", "head", first=LAST, last=date(2026, 9, 30)) == (
        "from_on",
        "郑谷雨 2026-09-21至 2026-09-25已由王芒种代办，不能重复指定。请改选日期，或先提前结束那一次。",
    )
    assert refusal(office, "head", "handler", last=FIRST) == (
        "deputy",
        "郑谷雨 2026-09-21至 2026-09-25外出（由王芒种代办），不能作代办人。请另选一位同事，或改选日期。",
    )
    assert refusal(office, "second_handler", "head") == (
        "from_on",
        "王芒种 2026-09-21至 2026-09-25正是郑谷雨的代办人，同时外出就没有人办了。请先结束那次代办，为郑谷雨另行指定。",
    )
    office("head", "second_handler")  # one deputy may stand in for several
    office("handler", "head", first=date(2026, 9, 28), last=date(2026, 9, 28))
    deputies.end(office.session, row, actor=office.world.actors["head"], now=NOW)
    assert office("handler", "second_head").deputy.login == "second_head"


def test_who_may_end_it_and_that_the_heads_hear_of_a_deputy_who_can_not(office):
    session, actors = office.session, office.world.actors
    row = office("handler", "second_handler", by="head")
    for login in ("other_head", "lead", "auditor", "owner", "handler_and_head"):
        may = deputies.may_end(row, actors[login], on=TODAY)
        assert may == (login == "handler_and_head"), login
    with pytest.raises(NotYours):
        deputies.end(session, row, actor=actors["other_handler"], now=NOW)
    deputies.end(session, row, actor=actors["second_handler"], now=NOW)
    told = [login for login, _ in delivered(session, f"stand-in-{row.id}/ended")]
    assert sorted(told) == ["handler", "handler_and_head", "head", "second_handler", "second_head"]
    past = office("handler", "second_handler", first=TODAY, last=TODAY)
    with pytest.raises(Refused):
        deputies.end(session, past, actor=actors["handler"], now=legal("2026-09-19"))


def test_notices_about_cases_reach_the_deputy_while_somebody_is_away_and_only_those(office, house):
    session, world = office.session, office.world
    case = case_in(session, "signed", world, house)
    office("handler", "head", first=TODAY, last=TODAY)
    office("second_handler", "handler_and_head", first=TODAY, last=TODAY)
    delivered(session, "stand-in-")
    told = Sentence("请看办件。")
    notices.tell(session, "to-handlers", told, to="handler", case_id=case.id, unit_id=case.unit_id, now=NOW)
    assert delivered(session, "to-handlers") == [
        ("handler", "请看办件。"),
        ("second_handler", "请看办件。"),
        ("handler_and_head", "请看办件。"),  # is a handler too: told once, in the own name
        ("head", "代郑谷雨：请看办件。"),
    ]
    person = world.people["handler"]
    notices.tell_person(session, "personal", told, person_id=person, now=NOW)
    notices.tell_person(session, "assigned", told, person_id=person, case_id=case.id, now=NOW)
    assert delivered(session, "personal") == [("handler", "请看办件。")]
    assert delivered(session, "assigned") == [("handler", "请看办件。"), ("head", "代郑谷雨：请看办件。")]
    notices.tell(session, "to-unit", told, to="handler", unit_id=case.unit_id, now=NOW)
    assert "head" not in [login for login, _ in delivered(session, "to-unit")]  # about no case
    later = Message(key="later", kind="notice", created_at=NOW, due_at=NOW,
        payload={"person_id": person, "case_id": case.id, "sentence": told.as_json()})  # fmt: skip
    session.add(later)
    assert delivered(session, "later", now=legal("2026-09-19")) == [("handler", "请看办件。")]


def test_colleagues_see_who_stands_in_the_auditor_sees_all_and_why_is_for_those_concerned(office):
    session, actors = office.session, office.world.actors
    row, of_office = office("handler", "second_handler"), office("clerk", "second_clerk")
    past = office("head", "second_head", first=TODAY, last=TODAY)
    day = date(2026, 9, 21)

    def seen(login, found=stand_in_lists.running, **more):
        return [each.id for each in found(session, actors[login], today=day, **more)]

    assert (seen("second_head"), seen("lead"), seen("auditor")) == (
        [row.id],
        [of_office.id],
        [row.id, of_office.id],
    )
    assert seen("other_handler") == seen("owner") == []
    assert seen("handler", stand_in_lists.over, before=None) == [past.id]
    assert seen("handler", stand_in_lists.over, before=past.id) == []
    reads = {
        login: stand_in_lists.may_read_why(row, actors[login], on=day)
        for login in ("handler", "second_handler", "head", "auditor", "handler_and_head")
    }
    assert set(reads.values()) == {True}
    assert not stand_in_lists.may_read_why(past, actors["handler"], on=day)
    assert stand_in_lists.by_ref(session, row.ref, actors["second_head"], today=day) is row
    with pytest.raises(NotYours):
        stand_in_lists.by_ref(session, row.ref, actors["other_head"], today=day)


def test_whom_one_may_choose(office):
    session, world = office.session, office.world

    def choice(login):
        absent, free = deputies.candidates(session, world.actors[login], on=TODAY)
        return [person.login for person in absent], [person.login for person in free]

    market = ["handler", "second_handler", "head", "second_head", "handler_and_head"]
    assert choice("handler") == (["handler"], market)
    assert choice("second_head") == (
        ["second_head", "handler", "second_handler", "head", "handler_and_head"],
        market,
    )
    assert choice("lead") == (
        ["lead", "clerk", "second_clerk", "second_lead"],
        ["clerk", "second_clerk", "lead", "second_lead"],
    )
    session.get_one(Unit, world.units["market"]).ended_on = TODAY
    session.flush()
    session.expire_all()
    assert choice("second_head") == ([], [])


def test_of_two_who_would_leave_at_once_for_each_other_one_is_refused_and_one_end_counts(postgres):
    people, actors = postgres.world.people, postgres.world.actors

    def leaving(absent, deputy):
        def leave():
            with postgres.writing() as session:
                both = (session.get_one(Person, people[login]) for login in (absent, deputy))
                wanted = Absence(*both, FIRST, LAST, "外出培训")
                deputies.appoint(session, wanted, actor=actors[absent], now=NOW)

        return leave

    raised = at_once(leaving("handler", "second_handler"), leaving("second_handler", "handler"))
    assert sorted(type(each) for each in raised if each) == [Refused]
    assert [each.code for each in raised if each] in (["deputy"], ["from_on"])
    with postgres.reading() as session:
        (ref,) = session.scalars(select(StandIn.ref))

    def ending(login):
        def end():
            with postgres.writing() as session:
                row = stand_in_lists.by_ref(session, ref, actors[login], today=TODAY)
                deputies.end(session, row, actor=actors[login], now=NOW)

        return end

    raised = at_once(ending("handler"), ending("second_handler"))
    assert [str(each.sentence) for each in raised if each] == ["这次代办已经结束，不用再办。"]
    with postgres.reading() as session:
        ended = select(func.count()).select_from(AccountEvent).where(AccountEvent.what == "stand_in_ended")
        assert session.scalar(ended) == 1
