"""Cases that wait at a unit when it is merged: the people of its successor read them and work them, and are told.

A repair is in `reviewing` at the market unit, which ends on Friday 2026-09-18; the health unit takes over. What the
successor's people get are the cases of the old unit, not its right to find, import or measure anything anew.
"""

from datetime import date

import pytest

from tests.factories import NOW, TODAY, case_in
from tests.services.test_repair_course import GIVEN, TO_COMPLETION, Course
from workflow_app.domain.people import GrantKind
from workflow_app.domain.refusals import NotYours, Refused
from workflow_app.models.party import GrantRow, Person, Unit
from workflow_app.services.cases import cases, mergers
from workflow_app.services.delivery import notices
from workflow_app.services.engine import perform
from workflow_app.services.people import accounts, units
from workflow_app.services.queues import queues
from workflow_app.services.records import records

YESTERDAY = date(2026, 9, 17)


@pytest.fixture
def session(sqlite):
    with sqlite.writing() as session:
        yield session


@pytest.fixture
def world(sqlite):
    return sqlite.world


@pytest.fixture
def repair(session, world, house):
    """A repair that waits for somebody's proposal."""
    course = Course(session, world, house)
    course.go(*TO_COMPLETION[:3])
    assert course.case.state == "reviewing"
    return course.case


@pytest.fixture
def end(session, world):
    """End a unit today, with a successor or without."""

    def do(key, successor=None):
        by = session.get_one(Person, world.people["system_admin"])
        into = session.get_one(Unit, world.units[successor]) if successor else None
        row = session.get_one(Unit, world.units[key])
        units.end_unit(session, row, on=TODAY, by=by, now=NOW, successor=into)
        session.expire_all()

    return do


@pytest.fixture
def actor(session, world):
    """Somebody with the grants of a day."""
    return lambda who, on=TODAY: accounts.load_actor(session.get_one(Person, world.people[who]), on=on)


@pytest.fixture
def act(session, house, actor, repair):
    """Take a step of the repair as somebody with today's grants."""

    def do(step, who):
        order = perform.Order(step, GIVEN[step], None)
        perform.perform(session, repair.number, order, actor=actor(who), now=NOW, house=house)

    return do


def waiting_for(session, actor):
    return [case.number for case in queues.page(session, actor, tab="mine", today=TODAY).cases]


def told(session, case, side, on=TODAY):
    return [person.login for person in notices.reached(session, case, side, on=on)]


def test_the_successor_s_handler_proposes_and_its_head_signs(session, repair, end, actor, act):
    assert waiting_for(session, actor("other_handler")) == []
    end("market", "health")
    assert waiting_for(session, actor("other_handler")) == [repair.number]
    assert cases.claimable(session, repair.number, actor("other_handler")).id == repair.id
    act("propose_approval", "other_handler")
    assert waiting_for(session, actor("other_head")) == [repair.number]
    act("approve", "other_head")
    assert repair.state == "syncing"


def test_the_people_of_the_ended_unit_are_out(session, repair, end, actor, act):
    end("market", "health")
    assert waiting_for(session, actor("handler")) == []
    for ask in (
        lambda: cases.visible(session, repair.number, actor("handler")),
        lambda: act("propose_approval", "handler"),
    ):
        with pytest.raises(NotYours):
            ask()


def test_who_proposed_at_the_old_unit_does_not_sign_at_the_new_one(session, world, repair, end, act):
    """Four eyes compare people: the handler went along and heads the successor."""
    act("propose_approval", "handler")
    session.add(
        GrantRow(
            person_id=world.people["handler"], kind="head", unit_id=world.units["health"], valid_from=YESTERDAY,
            granted_at=NOW,
        )
    )  # fmt: skip
    session.flush()
    end("market", "health")
    with pytest.raises(Refused) as refused:
        act("approve", "handler")
    assert refused.type is Refused
    act("approve", "other_head")


def test_on_the_day_before_the_end_the_successor_reaches_nothing(session, repair, end, actor):
    end("market", "health")
    with pytest.raises(NotYours):
        cases.visible(session, repair.number, actor("other_handler", YESTERDAY))
    assert "handler" in told(session, repair, "handler", on=YESTERDAY)


def test_notices_reach_the_people_of_the_successor(session, repair, end):
    assert told(session, repair, "handler") == ["handler", "second_handler", "handler_and_head"]
    end("market", "health")
    assert told(session, repair, "handler") == ["other_handler"]
    assert told(session, repair, "head") == ["other_head"]
    assert told(session, repair, "unit") == ["other_handler", "other_head"]


def test_whoever_took_over_from_the_successor_follows_it(session, world, repair, end, actor):
    culture = Unit(key="culture", name="示范区文旅局", name_en="Culture", code="11120102MB0000009K")
    session.add(culture)
    session.flush()
    session.add(
        GrantRow(person_id=world.people["other_handler"], kind="handler", unit_id=culture.id, valid_from=YESTERDAY, granted_at=NOW)
    )  # fmt: skip
    session.flush()
    end("market", "health")
    by = session.get_one(Person, world.people["system_admin"])
    units.end_unit(
        session, session.get_one(Unit, world.units["health"]), on=TODAY, by=by, now=NOW, successor=culture
    )
    session.expire_all()
    assert waiting_for(session, actor("other_handler")) == [repair.number]
    assert told(session, repair, "handler") == ["other_handler"]


def test_without_a_successor_nobody_works_it_and_the_lead_still_sees_it(session, repair, end, actor):
    end("market")
    assert told(session, repair, "unit") == []
    with pytest.raises(NotYours):
        cases.visible(session, repair.number, actor("other_handler"))
    (behind,) = mergers.left_behind(session, on=TODAY)
    assert behind.successor is None
    assert repair.id in {case.id for case in behind.cases}
    assert cases.visible(session, repair.number, actor("lead")).id == repair.id


def test_a_commitment_waits_for_the_successor_too(session, world, house, end, actor):
    signed = case_in(session, "signed", world, house)
    end("market", "health")
    assert waiting_for(session, actor("other_handler")) == [signed.number]


def test_the_successor_finds_and_measures_nothing_in_the_name_of_the_ended_unit(session, world, end, actor):
    """The right to find anew was never the old unit's to leave behind; the new unit has its own."""
    end("market", "health")
    assert records.units_of(actor("other_handler")) == frozenset({world.units["health"]})


def test_other_grants_reach_no_further(session, world, end, actor):
    end("market", "health")
    for who, kind in (("clerk", GrantKind.CLERK), ("lead", GrantKind.LEAD), ("owner", GrantKind.OWNER)):
        (grant,) = actor(who).grants
        assert (grant.kind, grant.took_over) == (kind, frozenset())


def test_rows_that_lead_in_a_circle_lead_to_nobody(session, world, actor):
    """Entered past the verbs, say by an import: the question still ends."""
    market, health = (session.get_one(Unit, world.units[key]) for key in ("market", "health"))
    market.ended_on, market.successor_id = TODAY, health.id
    health.successor_id = market.id
    session.flush()
    session.expire_all()
    (grant,) = actor("other_handler").grants
    assert grant.took_over == {market.id}
