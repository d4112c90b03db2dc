"""Departments that are merged or closed: who took over, and what becomes of the objections that wait there."""

from datetime import date

import pytest
from sqlalchemy import select

from tests.factories import NOW, TODAY, case_in
from tests.objections import Objecting
from workflow_app.deliverers import DELIVERERS
from workflow_app.domain.refusals import Refused
from workflow_app.domain.words import Sentence
from workflow_app.models.case import Case
from workflow_app.models.deadline import Deadline
from workflow_app.models.objection import Objection
from workflow_app.models.outbox import Message
from workflow_app.models.party import AccountEvent, Person, Unit
from workflow_app.services.cases import mergers
from workflow_app.services.people import units

YESTERDAY = date(2026, 9, 17)


@pytest.fixture
def session(database):
    with database.writing() as session:
        yield session


@pytest.fixture
def world(database):
    return database.world


@pytest.fixture
def unit(session, world):
    """A unit by its key; a third department besides the two."""
    third = Unit(key="culture", name="示范区文旅局", name_en="Culture", code="11120102MB0000009K")
    session.add(third)
    session.flush()
    known = dict(world.units) | {"culture": third.id}
    return lambda key: session.get_one(Unit, known[key])


@pytest.fixture
def end(session, world):
    """End a unit today, with a successor or without."""
    by = session.get_one(Person, world.people["system_admin"])
    return lambda row, successor=None: units.end_unit(
        session, row, on=TODAY, by=by, now=NOW, successor=successor
    )


@pytest.fixture
def name(session, world):
    """Say afterwards who took over."""
    by = session.get_one(Person, world.people["system_admin"])
    return lambda row, successor: units.name_successor(session, row, successor, on=TODAY, by=by, now=NOW)


@pytest.fixture
def verifying(session, world, house):
    return Objecting(session, world, house).to("verifying")


def delivered(session, house):
    """Let what waits be handed over; how many."""
    waiting = session.scalars(select(Message).where(Message.kind == "hand_over")).all()
    for message in waiting:
        DELIVERERS[message.kind](session, message, NOW, house)
    session.flush()
    return len(waiting)


def test_a_unit_in_being_answers_for_itself_and_an_ended_one_through_the_whole_chain(session, unit, end):
    market, health, culture = unit("market"), unit("health"), unit("culture")
    assert units.responsible(session, market, on=TODAY) is market
    end(market, health)
    assert units.responsible(session, market, on=TODAY) is health
    assert units.responsible(session, market, on=YESTERDAY) is market
    end(health, culture)
    assert units.responsible(session, market, on=TODAY) is culture
    end(culture)
    assert units.responsible(session, market, on=TODAY) is None


def test_rows_that_lead_in_a_circle_lead_to_nobody(session, unit):
    """Entered past the verbs, say by an import: the question still ends."""
    for one, other in (("market", "health"), ("health", "market")):
        unit(one).ended_on, unit(one).successor_id = TODAY, unit(other).id
    assert units.responsible(session, unit("market"), on=TODAY) is None


@pytest.mark.parametrize(
    ("successor", "sentence"),
    [
        ("market", "单位不能由自己继任。请选择接手的部门，没有的就不选。"),
        ("office", "信用办不承担部门的认定和核查职责。请选择接手的部门。"),
        ("health", "“示范区卫健委”已经撤销，不能作为继任单位。请选择现有的部门。"),
    ],
)
def test_who_can_not_take_over_is_refused_and_the_unit_stays(unit, end, successor, sentence):
    end(unit("health"))
    with pytest.raises(Refused) as refused:
        end(unit("market"), unit(successor))
    assert (str(refused.value.sentence), refused.value.code) == (sentence, "successor")
    assert (unit("market").ended_on, unit("market").successor_id) == (None, None)


def test_a_circle_is_refused_where_it_would_be_closed(unit, end, name):
    """Market goes to health, so health can't go to market, now or afterwards."""
    end(unit("market"), unit("health"))
    with pytest.raises(Refused, match="已经撤销"):
        end(unit("health"), unit("market"))
    end(unit("health"))
    with pytest.raises(Refused, match="已经撤销"):
        name(unit("health"), unit("market"))


def test_the_successor_is_named_once_and_written_to_the_log(session, unit, end, name):
    with pytest.raises(Refused, match="还没有撤销"):
        name(unit("market"), unit("health"))
    end(unit("market"))
    name(unit("market"), unit("health"))
    with pytest.raises(Refused, match="继任单位也已经指定"):
        name(unit("market"), unit("culture"))
    session.flush()
    logged = session.execute(select(AccountEvent.what, AccountEvent.note).order_by(AccountEvent.id)).all()
    assert [tuple(row) for row in logged[-2:]] == [
        ("unit_ended", "示范区市场监管局"), ("successor_named", "示范区市场监管局 → 示范区卫健委"),
    ]  # fmt: skip


def test_an_objection_that_waits_goes_to_the_successor_with_a_new_clock(session, unit, end, verifying, house):
    """Handed over on Friday 2026-09-18: five working days are 20 (worked), 21, 22, 23 and 24."""
    end(unit("market"), unit("health"))
    assert mergers.follow_up(session, unit("market"), now=NOW) == 1
    assert mergers.follow_up(session, unit("market"), now=NOW) == 1
    assert delivered(session, house) == 1
    case = session.get_one(Case, verifying.case.id, populate_existing=True)
    assert (case.state, case.unit_id) == ("verifying", unit("health").id)
    assert session.get_one(Objection, case.id, populate_existing=True).unit_id == unit("health").id
    running = session.scalars(
        select(Deadline).where(
            Deadline.case_id == case.id, Deadline.state == "verifying", Deadline.closed_seq.is_(None)
        )
    ).one()
    assert running.due_on == date(2026, 9, 24)
    assert "“示范区市场监管局”已撤销，职责由“示范区卫健委”承担" in str(running.explanation)
    assert mergers.open_cases_of(session, unit("market")) == []
    assert delivered(session, house) == 1
    assert session.get_one(Case, case.id, populate_existing=True).version == case.version


def test_what_went_on_meanwhile_is_left_alone(session, unit, end, verifying, house):
    end(unit("market"), unit("health"))
    mergers.follow_up(session, unit("market"), now=NOW)
    verifying.take("withdraw", "owner")
    delivered(session, house)
    case = session.get_one(Case, verifying.case.id, populate_existing=True)
    assert (case.state, case.unit_id) == ("withdrawn", unit("market").id)


def test_a_successor_that_ended_before_the_delivery_is_followed(session, unit, end, verifying, house):
    end(unit("market"), unit("health"))
    mergers.follow_up(session, unit("market"), now=NOW)
    end(unit("health"), unit("culture"))
    delivered(session, house)
    assert session.get_one(Case, verifying.case.id, populate_existing=True).unit_id == unit("culture").id


def test_where_nobody_took_over_the_office_is_told_once_and_sees_what_stands_there(
    session, world, house, unit, end, verifying
):
    signed = case_in(session, "signed", world, house)
    case_in(session, "draft", world, house)
    case_in(session, "refused", world, house)
    end(unit("market"))
    for _ in range(2):
        assert mergers.follow_up(session, unit("market"), now=NOW) == 0
    told = session.scalars(select(Message).where(Message.key.like("merge/%")).order_by(Message.id)).all()
    assert [message.payload["to"] for message in told] == ["clerk", "lead"]
    assert str(Sentence.from_json(told[0].payload["sentence"])) == (
        "“示范区市场监管局”已撤销，没有继任单位，仍有 2 件办件没有办完。"
        "请在“异议督办”的“撤销单位的办件”里逐件处理。"
    )
    assert {case.id for case in mergers.open_cases_of(session, unit("market"))} == {
        verifying.case.id,
        signed.id,
    }
    (behind,) = mergers.left_behind(session, on=TODAY)
    assert (behind.unit.key, behind.successor) == ("market", None)
    assert {case.id for case in behind.cases} == {verifying.case.id, signed.id}
    assert mergers.left_behind(session, on=YESTERDAY) == ()


def test_naming_a_successor_afterwards_lets_the_objection_go_on(session, unit, end, name, verifying, house):
    end(unit("market"))
    mergers.follow_up(session, unit("market"), now=NOW)
    name(unit("market"), unit("health"))
    assert mergers.follow_up(session, unit("market"), now=NOW) == 1
    delivered(session, house)
    assert session.get_one(Case, verifying.case.id, populate_existing=True).unit_id == unit("health").id


def test_the_page_of_the_case_says_what_happened_to_the_unit(session, unit, end, name, verifying, house):
    case = verifying.case

    def note():
        found = mergers.merger_note(session, case, on=TODAY)
        return str(found) if found else None

    assert note() is None
    end(unit("market"))
    assert note() == (
        "“示范区市场监管局”已于 2026 年 9 月 18 日撤销，还没有确定由哪个单位接手。信用办会安排，您不用重新提交。"
    )
    name(unit("market"), unit("health"))
    assert (
        note() == "“示范区市场监管局”已于 2026 年 9 月 18 日撤销，职责由“示范区卫健委”承担。您不用重新提交。"
    )
    mergers.follow_up(session, unit("market"), now=NOW)
    delivered(session, house)
    session.expire_all()
    assert note() == (
        "“示范区市场监管局”已于 2026 年 9 月 18 日撤销，职责由“示范区卫健委”承担，这件办件已改由其办理。您不用重新提交。"
    )
    verifying.take("withdraw", "owner")
    assert note() is None
