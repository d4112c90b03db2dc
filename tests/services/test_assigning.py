"""A case is given by whoever is entitled, to whoever could do it; sharing out is fair and never goes round four eyes."""

from datetime import date

import pytest
from sqlalchemy import select

from tests.factories import case_in, draft, legal, take
from workflow_app.domain.refusals import Refused
from workflow_app.models.outbox import Message
from workflow_app.models.party import AccountEvent, GrantRow, Person, Unit
from workflow_app.models.queue import StandIn
from workflow_app.services.engine import leases
from workflow_app.services.people import stand_ins
from workflow_app.services.queues import assigning, queues

NOW = legal("2026-09-18", "10:00")
TODAY = date(2026, 9, 18)


@pytest.fixture
def office(sqlite):
    """A writing session, and the world."""
    with sqlite.writing() as session:
        yield session, sqlite.world


def away(session, world, *, person, deputy):
    """Somebody is away today, and somebody stands in."""
    people = world.people
    row = StandIn(
        ref=f"{person}-{deputy}", person_id=people[person], deputy_id=people[deputy], why="出差", from_on=TODAY,
        until_on=TODAY, made_by_id=people[person], made_at=NOW,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def told(session):
    """What the notices of hand-overs say, and to whom, oldest first."""
    rows = session.scalars(select(Message).where(Message.key.contains("hand-over")).order_by(Message.id))
    return [(row.payload["person_id"], row.payload["sentence"]) for row in rows]


def signed_at(session, world, house, time):
    """A case that the firm handed in at this time."""
    case, now = draft(session, world, house), legal("2026-09-18", time)
    return take(session, case, "sign", world.actors["owner"], house, now=now)


def sharing(session, world, unit="market"):
    """The unit shares out from now on."""
    by = session.get_one(Person, world.people["head"])
    assigning.set_sharing(session, session.get_one(Unit, world.units[unit]), shares_out=True, by=by, now=NOW)


def test_a_head_gives_a_case_and_both_are_told_when_it_goes_to_another(office, house):
    session, world = office
    case, actors, people = case_in(session, "signed", world, house), world.actors, world.people
    leases.claim(session, case, actors["second_handler"], now=NOW)
    assigning.assign(session, case, actors["head"], to=people["handler"], why="熟悉这家企业", now=NOW)
    assert (case.assignee_id, case.lease_until) == (people["handler"], None)
    assert [person for person, _ in told(session)] == [people["handler"], people["second_handler"]]
    assert told(session)[1][1]["values"]["to"] == "郑谷雨"
    much_later = legal("2026-09-25", "16:00")
    with pytest.raises(Refused) as refused:
        take(session, case, "accept", actors["second_handler"], house, now=much_later)
    assert str(refused.value.sentence) == (
        "这件办件自2026 年 9 月 18 日起分办给郑谷雨。请由郑谷雨办理；需要换人的，请负责人转办。"
    )
    with pytest.raises(Refused):
        leases.claim(session, case, actors["second_handler"], now=much_later)
    leases.claim(session, case, actors["handler"], now=much_later)
    assert case.lease_until is None, "what was assigned doesn't become a lease"


@pytest.mark.parametrize("who", ["handler", "other_head", "clerk", "lead"])
def test_nobody_but_the_head_of_the_unit_gives_what_waits_for_it(office, house, who):
    session, world = office
    case = case_in(session, "signed", world, house)
    assert assigning.why_not_given_by(case, world.actors["head"]) is None
    assert assigning.why_not_given_by(case, world.actors[who]).text == assigning.NOT_GIVEN_BY_YOU


def test_only_those_who_could_take_the_next_step_are_offered(office, house):
    session, world = office
    case = case_in(session, "signed", world, house)
    found = assigning.choice(session, case, world.actors["head"], on=TODAY)
    assert [each.person.name for each in found] == ["郑谷雨", "王芒种", "褚大寒"]
    with pytest.raises(Refused) as refused:
        assigning.assign(
            session, case, world.actors["head"], to=world.people["other_handler"], why="试", now=NOW
        )
    assert refused.value.code == "to"


def test_four_eyes_keep_a_case_from_whoever_proposed_it(office, house):
    session, world = office
    case = case_in(session, "checking", world, house)
    take(session, case, "propose_breach", world.actors["handler_and_head"], house)
    found = assigning.choice(session, case, world.actors["head"], on=TODAY)
    assert "褚大寒" not in [each.person.name for each in found]


def test_what_was_assigned_stays_over_the_turns_of_the_subject_and_the_head_until_the_end(office, house):
    session, world = office
    case, actors = case_in(session, "signed", world, house), world.actors
    assigning.assign(session, case, actors["head"], to=world.people["handler"], why="一人到底", now=NOW)
    take(session, case, "accept", actors["handler"], house)
    take(session, case, "start_check", actors["handler"], house)
    assert (case.state, case.assignee_id) == ("checking", world.people["handler"])
    take(session, case, "propose_breach", actors["handler"], house)
    assert (case.state, case.assignee_id) == ("breach_proposed", world.people["handler"])
    take(session, case, "reply", actors["owner"], house)
    take(session, case, "decide_breach", actors["head"], house)
    assert (case.state, case.assignee_id) == ("breached", None), "the head was not held up, and it has ended"


def test_a_deputy_acts_on_what_was_assigned_to_the_absent_person(office, house):
    session, world = office
    case, actors = case_in(session, "signed", world, house), world.actors
    assigning.assign(session, case, actors["head"], to=world.people["handler"], why="一人到底", now=NOW)
    away(session, world, person="handler", deputy="second_handler")
    with pytest.raises(Refused):
        take(session, case, "accept", actors["second_handler"], house)
    deputy = stand_ins.with_stand_ins(session, actors["second_handler"], on=TODAY)
    listed = queues.page(session, deputy, tab="mine", today=TODAY).cases
    assert [line.id for line in listed] == [case.id]
    take(session, case, "accept", deputy, house)
    assert (case.state, case.assignee_id) == ("active", world.people["handler"])


def test_an_assignment_to_somebody_who_lost_the_right_holds_nobody_up(office, house):
    session, world = office
    case, actors = case_in(session, "signed", world, house), world.actors
    assigning.assign(session, case, actors["head"], to=world.people["handler"], why="一人到底", now=NOW)
    for row in session.scalars(select(GrantRow).where(GrantRow.person_id == world.people["handler"])):
        row.ended_at = NOW
    session.flush()
    session.expire_all()
    take(session, case, "accept", actors["second_handler"], house)
    assert case.state == "active"


def test_a_unit_shares_out_to_whoever_has_least_and_was_given_one_least_lately(office, house):
    session, world = office
    sharing(session, world)
    given = [signed_at(session, world, house, f"10:0{minute}") for minute in range(4)]
    assert [case.assignee.name for case in given] == ["郑谷雨", "王芒种", "褚大寒", "郑谷雨"]
    take(session, given[3], "withdraw", world.actors["owner"], house, now=legal("2026-09-18", "10:30"))
    assert given[3].assignee_id is None
    case = signed_at(session, world, house, "10:40")
    assert case.assignee.name == "王芒种", "all have one now, and hers is the oldest"
    logged = session.scalars(select(AccountEvent.note).where(AccountEvent.what == "sharing_changed")).all()
    assert logged == ["示范区市场监管局：开"]


def test_who_is_away_without_a_deputy_gets_nothing_and_who_has_one_comes_last(office, house):
    session, world = office
    sharing(session, world)
    away(session, world, person="handler", deputy="second_handler")
    without = away(session, world, person="handler_and_head", deputy="other_handler")
    session.get_one(Person, without.deputy_id).disabled_at = NOW
    session.flush()
    first = case_in(session, "signed", world, house)
    second = case_in(session, "signed", world, house)
    assert [first.assignee.name, second.assignee.name] == ["王芒种", "王芒种"]
    found = assigning.choice(session, first, world.actors["head"], on=TODAY)
    assert [(each.person.name, each.may_have_it) for each in found] == [
        ("王芒种", True), ("郑谷雨", True), ("褚大寒", False),
    ]  # fmt: skip
    to = world.people["handler_and_head"]
    with pytest.raises(Refused) as refused:
        assigning.assign(session, first, world.actors["head"], to=to, why="试", now=NOW)
    assert str(refused.value.sentence) == "褚大寒外出期间没有人代办，请选择其他同事。"


def test_a_unit_that_does_not_share_out_leaves_its_cases_to_be_claimed(office, house):
    session, world = office
    sharing(session, world, unit="health")
    assert case_in(session, "signed", world, house).assignee_id is None
