"""Urging: who may, once a day, by when the unit answers, and what counts as an answer.

Urged on Friday 2026-09-18 the answer is due three working days later (ES-01). Sunday the 20th was made a working day, so
they are the 20th, the 21st and the 22nd.
"""

from datetime import date

import pytest
from sqlalchemy import select

from tests.factories import case_in, legal, take
from tests.objections import Objecting
from workflow_app.domain.people import Actor
from workflow_app.domain.refusals import NotYours, Refused
from workflow_app.models.outbox import Message
from workflow_app.models.party import Unit
from workflow_app.models.queue import StandIn
from workflow_app.services.engine import history
from workflow_app.services.people import stand_ins
from workflow_app.services.supervision import oversight, urgings

NOW = legal("2026-09-18")
FRIDAY, TUESDAY = date(2026, 9, 18), date(2026, 9, 22)


@pytest.fixture
def desk(sqlite, house):
    """A session in which people urge in the case that is named."""
    with sqlite.writing() as session:

        def urge(case, by, why="申请人来电询问进展", *, now=NOW):
            actor = by if isinstance(by, Actor) else sqlite.world.actors[by]
            return urgings.urge(session, case.address, why, actor=actor, now=now, house=house)

        urge.session, urge.world, urge.house = session, sqlite.world, house
        urge.case = lambda state: case_in(session, state, sqlite.world, house)
        yield urge


def why_not(desk, case, by, **more):
    with pytest.raises(Refused) as refused:
        desk(case, by, **more)
    return str(refused.value.sentence)


def notices(session):
    wanted = select(Message).where(Message.kind == "notice", Message.key.like("urg%")).order_by(Message.id)
    return [message.payload for message in session.scalars(wanted)]


def test_urging_is_logged_told_to_the_unit_and_changes_nothing_of_the_case(desk):
    case = desk.case("signed")
    before = (case.version, case.state, case.updated_at)
    row = desk(case, "clerk")
    assert (row.unit.key, row.acting_as, row.at, row.why) == ("market", "clerk", NOW, "申请人来电询问进展")
    assert (row.answer_by, row.acted_for_id, row.answered_at) == (TUESDAY, None, None)
    assert (case.version, case.state, case.updated_at) == before
    (told,) = notices(desk.session)
    assert (told["to"], told["case_id"]) == ("unit", case.id)
    assert history.faults(desk.session, case.id) == []


def test_once_a_day_whoever_urges_and_again_tomorrow(desk):
    case = desk.case("signed")
    desk(case, "head")
    assert why_not(desk, case, "lead") == "这件办件今天已经催办过，明天可以再催。"
    desk(case, "lead", now=legal("2026-09-19", "00:00"))
    assert [told.row.acting_as for told in urgings.of_case(desk.session, case.id)] == ["lead", "head"]


def test_only_those_above_whoever_it_waits_for_may_urge(desk):
    signed, proposed = desk.case("signed"), desk.case("breach_replied")
    assert "部门经办办理，您不能催办" in why_not(desk, signed, "handler")
    for stranger in ("other_head", "owner"):
        with pytest.raises((NotYours, Refused)):
            desk(signed, stranger)
    assert urgings.refusal(desk.session, proposed, desk.world.actors["clerk"], today=FRIDAY) is None
    assert urgings.waited_for(desk.case("returned")) == ()


def test_what_waits_for_nobody_or_has_ended_is_not_urged_and_a_why_is_needed(desk):
    assert why_not(desk, desk.case("returned"), "lead").startswith("这件办件现在不等单位办理")
    assert why_not(desk, desk.case("fulfilled"), "lead") == "这件办件已经办结，不需要催办。"
    signed = desk.case("signed")
    assert why_not(desk, signed, "lead", why=" ") == "请写明为什么催办，1000 字以内。"
    assert why_not(desk, signed, "lead", why="急" * 1001) == "请写明为什么催办，1000 字以内。"
    assert notices(desk.session) == []


def test_a_case_of_an_ended_unit_is_urged_at_its_successor_and_without_one_not_at_all(desk):
    case = desk.case("signed")
    market = desk.session.get_one(Unit, desk.world.units["market"])
    market.ended_on = date(2026, 9, 14)
    assert why_not(desk, case, "lead").startswith("负责的单位已经撤销")
    market.successor_id = desk.world.units["health"]
    assert desk(case, "lead").unit.key == "health"


def test_the_lead_alone_urges_the_office_and_its_clerk_answers(desk):
    case = Objecting(desk.session, desk.world, desk.house).to("received").case
    assert "信用办经办办理，您不能催办" in why_not(desk, case, "clerk")
    row = desk(case, "lead")
    assert (row.unit.key, notices(desk.session)[0]["to"]) == ("office", "clerk")
    assert urgings.may_answer(row, desk.world.actors["second_clerk"])
    assert not urgings.may_answer(row, desk.world.actors["handler"])


def test_the_unit_answers_once_and_whoever_urged_hears_it(desk):
    case = desk.case("signed")
    row = desk(case, "lead")
    said = {"now": legal("2026-09-21"), "actor": desk.world.actors["second_handler"]}
    with pytest.raises(NotYours):
        urgings.answer(desk.session, row.ref, "在办", actor=desk.world.actors["other_handler"], now=NOW)
    with pytest.raises(Refused):
        urgings.answer(desk.session, row.ref, " ", **said)
    urgings.answer(desk.session, row.ref, "已约现场核查，周二办结。", **said)
    with pytest.raises(Refused):
        urgings.answer(desk.session, row.ref, "再说一次", **said)
    assert (row.answer, row.answered_by.name) == ("已约现场核查，周二办结。", "王芒种")
    assert notices(desk.session)[1]["person_id"] == desk.world.people["lead"]
    assert urgings.owed(desk.session) == ()


def test_going_on_with_the_case_is_an_answer_and_silence_begins_after_the_day(desk):
    going, silent = desk.case("signed"), desk.case("signed")
    desk(going, "lead")
    desk(silent, "lead")
    take(desk.session, going, "accept", desk.world.actors["handler"], desk.house, now=legal("2026-09-21"))
    (owed,) = urgings.owed(desk.session)
    (told,) = urgings.of_case(desk.session, silent.id)
    assert (owed.id, told.is_owed) == (told.row.id, True)
    for one in (owed, told):
        assert (one.is_silent(today=TUESDAY), one.is_silent(today=date(2026, 9, 23))) == (False, True)
    assert urgings.of_case(desk.session, going.id)[0].acted_at == legal("2026-09-21")
    assert urgings.owed(desk.session, [desk.world.units["health"]]) == ()


def test_what_is_due_first_is_listed_first_and_the_board_counts_all_of_it(desk):
    later, first = (desk(desk.case("signed"), "lead", why=why) for why in ("等回复", "等材料"))
    later.answer_by = date(2026, 9, 30)
    owed = urgings.owed(desk.session)
    (line,) = urgings.lines(desk.session, owed[:1])
    assert (line.ref, line.number, line.why) == (first.ref, first.case.number, "等材料")
    assert (line.by, line.at) == (first.by.name, NOW)
    assert [one.id for one in owed] == [first.id, later.id]
    market, health = (desk.world.units[name] for name in ("market", "health"))
    (unit,) = oversight.board(desk.session, owed, today=TUESDAY, unit_ids=[health])
    assert (unit.unit.id, len(unit.owed), unit.silent(today=TUESDAY)) == (market, 2, 0)
    assert unit.silent(today=date(2026, 9, 24)) == 1
    assert urgings.owed(desk.session, [market]) == owed
    assert urgings.owed(desk.session, [health]) == ()


def test_what_the_subject_does_meanwhile_is_no_answer_of_the_unit(desk):
    case = desk.case("breach_proposed")
    row = desk(case, "lead")
    take(desk.session, case, "reply", desk.world.actors["owner"], desk.house, now=legal("2026-09-19"))
    assert [one.id for one in urgings.owed(desk.session)] == [row.id]


def test_a_deputy_urges_in_the_heads_stead(desk):
    case = desk.case("signed")
    people = desk.world.people
    desk.session.add(
        StandIn(
            ref="away", person_id=people["head"], deputy_id=people["second_handler"], why="出差", made_at=NOW,
            from_on=FRIDAY, until_on=FRIDAY, made_by_id=people["head"],
        )
    )  # fmt: skip
    deputy = stand_ins.with_stand_ins(desk.session, desk.world.actors["second_handler"], on=FRIDAY)
    row = desk(case, deputy)
    assert (row.acting_as, row.by_id, row.acted_for.name) == ("head", people["second_handler"], "冯清明")
