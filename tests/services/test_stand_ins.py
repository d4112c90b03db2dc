"""Standing in for somebody who is away: the rights go over for cases alone, and four eyes stay four."""

from datetime import date

import pytest
from sqlalchemy import select

from tests.factories import TO_STATE, case_in, legal, take
from workflow_app.domain.refusals import NotYours, Refused
from workflow_app.models.case import Case
from workflow_app.models.party import GrantRow, Person
from workflow_app.models.queue import StandIn
from workflow_app.services.cases import cases
from workflow_app.services.engine import gate, history
from workflow_app.services.people import stand_ins
from workflow_app.services.queues import queues
from workflow_app.workflows.commitment import COMMITMENT

TODAY = date(2026, 9, 18)


@pytest.fixture
def office(sqlite, house):
    """Gives sessions and lets somebody stand in for somebody else from the 17th to the 19th of September."""
    with sqlite.writing() as session:

        def deputy(who, *, absent, on=TODAY, **changed):
            people, made = sqlite.world.people, legal("2026-09-16")
            days = {"from_on": date(2026, 9, 17), "until_on": date(2026, 9, 19)}
            row = StandIn(
                ref=f"{who}-{absent}", person_id=people[absent], deputy_id=people[who], why="出差", made_at=made,
                made_by_id=people[absent], **{**days, **changed},
            )  # fmt: skip
            session.add(row)
            session.flush()
            return stand_ins.with_stand_ins(session, sqlite.world.actors[who], on=on)

        deputy.session, deputy.world, deputy.house = session, sqlite.world, house
        yield deputy


def refused(office, case, step, actor):
    """Whether a step is refused; undone afterwards."""
    with office.session.begin_nested() as attempt:
        try:
            take(office.session, case, step, actor, office.house)
        except (Refused, NotYours):
            return True
        else:
            return False
        finally:
            attempt.rollback()
            office.session.expire_all()


def test_a_deputy_has_the_absent_persons_queue_and_may_open_and_take_its_cases(office):
    case = case_in(office.session, "signed", office.world, office.house)
    head = office.world.actors["second_head"]
    assert queues.page(office.session, head, tab="mine", today=TODAY).cases == []
    deputy = office("second_head", absent="handler")
    listed = queues.page(office.session, deputy, tab="mine", today=TODAY).cases
    assert [line.id for line in listed] == [case.id]
    assert cases.claimable(office.session, case.address, deputy) is case
    take(office.session, case, "accept", deputy, office.house)
    event = history.events(office.session, case.id)[-1]
    assert (event.actor_name, event.acting_as, event.absent_name) == ("陈小雪", "handler", "郑谷雨")
    assert history.faults(office.session, case.id) == []


@pytest.mark.parametrize(
    ("on", "changed"),
    [
        (date(2026, 9, 16), {}),
        (date(2026, 9, 20), {}),
        (TODAY, {"ended_at": legal("2026-09-17"), "ended_by_id": 1}),
    ],
)
def test_outside_its_days_and_after_its_end_it_gives_nothing(office, on, changed):
    assert office("second_handler", absent="handler", on=on, **changed).standing_in == ()


def test_only_what_is_done_in_a_unit_of_both_goes_over_and_nothing_of_a_closed_account(office):
    session, world = office.session, office.world
    both = {"kind": "handler", "valid_from": date(2026, 1, 1), "granted_at": legal("2026-09-01")}
    session.add(GrantRow(person_id=world.people["handler"], unit_id=world.units["health"], **both))
    session.flush()
    deputy = office("second_head", absent="handler")
    (absent,) = deputy.standing_in
    assert {grant.unit_id for grant in absent.grants} == {world.units["market"]}
    people = world.people
    assert {
        away: found.id for away, found in stand_ins.deputies(session, people.values(), on=TODAY).items()
    } == {people["handler"]: people["second_head"]}
    assert office("clerk", absent="head").standing_in == ()  # never of one unit
    auditor = stand_ins.with_stand_ins(session, world.actors["auditor"], on=TODAY)
    assert auditor.standing_in == ()
    session.get_one(Person, people["handler"]).disabled_at = legal("2026-09-18")
    session.flush()
    again = stand_ins.with_stand_ins(session, world.actors["second_head"], on=TODAY)
    assert again.standing_in == ()
    assert stand_ins.deputies(session, people.values(), on=TODAY) == {}


def test_whoever_proposed_is_not_the_second_pair_of_eyes_behind_a_deputy_either(office):
    session, actors = office.session, office.world.actors
    case = case_in(session, "checking", office.world, office.house)
    take(session, case, "propose_breach", actors["handler_and_head"], office.house)
    take(session, case, "reply", actors["owner"], office.house)
    alone = office("second_handler", absent="handler_and_head")
    assert refused(office, case, "decide_breach", alone)  # in the name of the proposer
    head = office("second_head", absent="handler_and_head")
    assert not refused(office, case, "decide_breach", head)  # in the own name


def test_a_deputy_does_not_decide_as_the_head_what_was_proposed_with_the_own_hands(office):
    session, actors = office.session, office.world.actors
    case = case_in(session, "checking", office.world, office.house)
    take(session, case, "propose_breach", actors["handler"], office.house)
    take(session, case, "reply", actors["owner"], office.house)
    deputy = office("handler", absent="head")
    assert refused(office, case, "decide_breach", deputy)


def test_what_a_deputy_proposed_for_a_handler_that_handler_does_not_decide_as_a_head(office):
    session, actors = office.session, office.world.actors
    case = case_in(session, "checking", office.world, office.house)
    take(session, case, "propose_breach", office("second_head", absent="handler_and_head"), office.house)
    take(session, case, "reply", actors["owner"], office.house)
    assert refused(office, case, "decide_breach", actors["handler_and_head"])
    assert not refused(office, case, "decide_breach", actors["head"])


def test_the_right_is_for_cases_and_is_not_passed_on(office):
    first = office("second_handler", absent="handler")
    assert first.grants == office.world.actors["second_handler"].grants
    second = office("head", absent="second_handler")
    assert [absent.name for absent in second.standing_in] == ["王芒种"]
    assert second.standing_in[0].standing_in == ()


@pytest.mark.parametrize("absent", ["auditor", "security_admin", "system_admin", "owner"])
def test_administration_audit_and_mandates_stay_with_the_person(office, absent):
    deputy = office("second_clerk", absent=absent)
    assert deputy.standing_in == ()


def test_the_queue_of_a_deputy_is_what_the_gate_lets_a_deputy_do(office):
    """Listed if and only if the gate has a step, in every state, also where the second pair of eyes is missing."""
    session = office.session
    for state in TO_STATE:
        case_in(session, state, office.world, office.house)
    for who, absent in (
        ("handler", "head"),
        ("second_head", "handler"),
        ("second_handler", "handler_and_head"),
    ):
        deputy = office(who, absent=absent)
        listed = set(session.scalars(select(Case.id).where(queues.waiting_for(deputy))))
        for case in session.scalars(select(Case)).all():
            steps = [step for step in COMMITMENT.steps_from(case.state) if not step.optional]
            acted = history.acted(history.events(session, case.id))
            may = any(gate.role_for(step, case, deputy, acted) is not None for step in steps)
            assert (case.id in listed) == may, f"{case.state} for {who} in place of {absent}"
