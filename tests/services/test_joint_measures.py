"""What each unit does because of an entry: initiated, answered, executed, lifted (发起—响应—反馈—解除), on days typed by hand.

The entry is published on Friday 2026-09-18 with two measures, one of the market unit and one of the health unit. Sunday
September 20 is worked, September 25 to 27 and October 1 to 7 are off, October 10 is worked.
"""

from dataclasses import replace
from datetime import date
from threading import Barrier

import pytest
from sqlalchemy import select

from tests.factories import NOW, TODAY, legal
from tests.lists import MEASURES, Leaving, Listing, book, list_type
from tests.services.test_perform import at_once
from workflow_app.deliverers import DELIVERERS
from workflow_app.domain.people import Actor
from workflow_app.domain.refusals import NotYours, Refused
from workflow_app.domain.words import Sentence
from workflow_app.models.case import Case
from workflow_app.models.event import Event
from workflow_app.models.lists import JointMeasure
from workflow_app.models.outbox import Message
from workflow_app.models.party import Person, Unit
from workflow_app.services.lists import joint_measures
from workflow_app.services.people import accounts, units

OWN = {"market": "handler", "health": "other_handler"}


@pytest.fixture
def listing(sqlite, house):
    with sqlite.writing() as session:
        yield Listing(session, sqlite.world, house, kind="red").to("listed")


def how(listing, by, now):
    return {"actor": listing.world.actors[by], "now": now}


def answer(listing, measure, *, will=True, note="", by=None, now=NOW):
    joint_measures.answer(
        listing.session, measure, will=will, note=note, rulebook=book(listing.session, listing.house),
        **how(listing, by or OWN[measure.unit.key], now),
    )  # fmt: skip


def execute(listing, measure, on, *, evidence="已录入抽查名单", by=None, now=NOW):
    joint_measures.execute(
        listing.session, measure, on=date.fromisoformat(on), evidence=evidence,
        **how(listing, by or OWN[measure.unit.key], now),
    )  # fmt: skip


def lift(listing, measure, on, *, evidence="已解除", by=None, now=NOW):
    joint_measures.lift(
        listing.session, measure, on=date.fromisoformat(on), evidence=evidence,
        **how(listing, by or OWN[measure.unit.key], now),
    )  # fmt: skip


def leave(session, world, house, entry, *, now=NOW):
    """The unit takes the entry back; red lists have no credit record, so only the measures are waited for."""
    exit_ = Leaving(session, world, house, entry, by="handler", now=now, way="ex_officio")
    return exit_.go(("initiate", "handler"), ("propose_approval", "handler"), ("approve", "head"), now=now)


def told(session):
    """Side, unit and words of what units were told about their measures, in order."""
    rows = session.scalars(select(Message).where(Message.key.like("measure-%")).order_by(Message.id))
    return [
        (
            row.payload["to"],
            row.payload["unit_id"],
            Sentence.from_json(row.payload["sentence"]).told(str, str),
        )
        for row in rows
    ]


def follow(session, house, *, now):
    """Deliver what lets a case go on; how many such messages there were."""
    found = session.scalars(select(Message).where(Message.kind == "follow", Message.done_at.is_(None))).all()
    for message in found:
        DELIVERERS["follow"](session, message, now, house)
        message.done_at = now
    return len(found)


def refusal(act, *args, **more):
    """The code of the refusal."""
    with pytest.raises(Refused) as refused:
        act(*args, **more)
    return refused.value.code


def test_a_measure_goes_from_initiated_to_lifted_and_each_stage_has_its_last_day(listing):
    inspect, venue = listing.measures
    market, health = listing.world.units["market"], listing.world.units["health"]
    assert [(m.title, m.unit_id, m.basis) for m in (inspect, venue)] == [
        ("提高抽查比例和频次", market, "市场监管总局令第44号"),
        ("从严审查卫生许可", health, "市场监管总局令第44号"),
    ]
    # Five working days to answer: September 20 to 24.
    assert (joint_measures.stage(venue), venue.due_on) == ("initiated", date(2026, 9, 24))
    assert not joint_measures.is_late(venue, today=date(2026, 9, 24))
    assert joint_measures.is_late(venue, today=date(2026, 9, 25))
    assert told(listing.session)[1] == (
        "handler",
        health,
        "天津海河示范食品有限公司列入“示范red名单”，本单位的措施“从严审查卫生许可”请在 2026-09-24前响应。",
    )
    # Twenty working days after the 24th: 28, 29, 30, October 8 to 10, 12 to 16, 19 to 23, 26 to 29.
    answer(listing, venue, now=legal("2026-09-24"))
    assert (joint_measures.stage(venue), venue.due_on) == ("answered", date(2026, 10, 29))
    execute(listing, venue, "2026-09-28", now=legal("2026-09-29"))
    assert (joint_measures.stage(venue), venue.due_on) == ("executed", None)
    # Three working days after September 30: October 8, 9, 10.
    leave(listing.session, listing.world, listing.house, listing.entry, now=legal("2026-09-30"))
    assert (joint_measures.stage(venue), venue.due_on) == ("lifting", date(2026, 10, 10))
    lift(listing, venue, "2026-10-08", now=legal("2026-10-09"))
    assert (joint_measures.stage(venue), venue.due_on, venue.lifted_on) == ("lifted", None, date(2026, 10, 8))
    assert told(listing.session)[-1][2] == (
        "天津海河示范食品有限公司移出“示范red名单”，本单位的措施“从严审查卫生许可”请在 2026-10-10前解除并确认。"
    )


def test_stages_come_in_order_and_each_once(listing):
    inspect, venue = listing.measures
    assert refusal(execute, listing, venue, "2026-09-18") == "executed_on"
    assert refusal(lift, listing, venue, "2026-09-18") == "lifted_on"
    answer(listing, venue)
    assert refusal(answer, listing, venue) == "answer"
    assert refusal(execute, listing, venue, "2026-09-17") == "executed_on"
    assert refusal(execute, listing, venue, "2026-09-19") == "executed_on"
    assert refusal(execute, listing, venue, "2026-09-18", evidence=" ") == "evidence"
    execute(listing, venue, "2026-09-18")
    assert refusal(execute, listing, venue, "2026-09-18") == "executed_on"
    leave(listing.session, listing.world, listing.house, listing.entry, now=legal("2026-09-21"))
    listing.session.expire_all()
    assert refusal(answer, listing, inspect, now=legal("2026-09-21")) == "answer"
    assert refusal(lift, listing, venue, "2026-09-20", now=legal("2026-09-22")) == "lifted_on"
    assert refusal(lift, listing, venue, "2026-09-23", now=legal("2026-09-22")) == "lifted_on"
    assert refusal(lift, listing, venue, "2026-09-22", evidence="", now=legal("2026-09-22")) == "evidence"
    lift(listing, venue, "2026-09-22", now=legal("2026-09-22"))
    assert refusal(lift, listing, venue, "2026-09-22", now=legal("2026-09-22")) == "lifted_on"


def test_only_the_unit_itself_answers_executes_and_lifts(listing):
    inspect, venue = listing.measures
    for by in ("handler", "head", "clerk", "lead", "owner", "auditor"):
        with pytest.raises(NotYours):
            answer(listing, venue, by=by)
    answer(listing, venue, by="other_head")
    with pytest.raises(NotYours):
        execute(listing, venue, "2026-09-18", by="handler")
    leave(listing.session, listing.world, listing.house, listing.entry)
    with pytest.raises(NotYours):
        lift(listing, inspect, "2026-09-18", by="other_handler")


def test_whoever_may_not_read_a_measure_does_not_find_it(listing):
    _inspect, venue = listing.measures
    listing.session.flush()

    def is_found(who):
        try:
            return joint_measures.measure(listing.session, venue.id, listing.world.actors[who]) is venue
        except NotYours:
            return False

    # The market unit decided the entry; the health unit takes the measure; the office reads everything.
    seen = {who for who in listing.world.actors if is_found(who)}
    assert seen == {
        "handler", "second_handler", "head", "second_head", "handler_and_head", "other_handler", "other_head",
        "clerk", "second_clerk", "lead", "second_lead", "auditor",
    }  # fmt: skip


def test_what_a_unit_could_not_do_needs_a_reason_and_no_lifting(listing):
    inspect, venue = listing.measures
    assert refusal(answer, listing, venue, will=False, note=" ") == "note"
    answer(listing, venue, will=False, note="本单位没有这项许可。")
    assert (joint_measures.stage(venue), venue.due_on) == ("cannot", None)
    exit_ = leave(listing.session, listing.world, listing.house, listing.entry, now=legal("2026-09-21"))
    listing.session.expire_all()
    assert (venue.lifted_on, venue.lift_evidence) == (date(2026, 9, 21), "没有执行过，无需解除")
    assert (inspect.lifted_on, inspect.due_on) == (None, date(2026, 9, 24))
    assert exit_.case.state == "syncing"
    lift(listing, inspect, "2026-09-21", now=legal("2026-09-21"))
    assert follow(listing.session, listing.house, now=legal("2026-09-21")) == 1
    assert exit_.case.state == "exited"


def test_an_exit_with_nothing_to_lift_is_complete_at_once(listing):
    for measure in listing.measures:
        answer(listing, measure, will=False, note="没有这项许可。")
    exit_ = leave(listing.session, listing.world, listing.house, listing.entry)
    assert (exit_.case.state, exit_.entry.is_exit_done) == ("exited", True)


def test_the_last_lifting_lets_the_exit_go_on_through_the_outbox(listing):
    inspect, venue = listing.measures
    exit_ = leave(listing.session, listing.world, listing.house, listing.entry)
    listing.session.expire_all()
    lift(listing, inspect, "2026-09-18")
    follow(listing.session, listing.house, now=NOW)
    assert exit_.case.state == "syncing"
    lift(listing, venue, "2026-09-18")
    assert exit_.case.state == "syncing"  # in a transaction of its own
    assert follow(listing.session, listing.house, now=NOW) == 1
    assert (exit_.case.state, exit_.entry.is_exit_done) == ("exited", True)


def test_two_units_that_confirm_the_last_two_liftings_at_once_complete_the_exit_once(postgres, house):
    """Neither sees that the other has just confirmed; the exit must not wait for ever for somebody who is done."""
    with postgres.writing() as session:
        listing = Listing(session, postgres.world, house, kind="red").to("listed")
        case_id = leave(session, postgres.world, house, listing.entry).case.id
        numbers = {measure.unit.key: measure.id for measure in listing.measures}
    seen = Barrier(2)

    def confirm(unit):
        actor = postgres.world.actors[OWN[unit]]
        with postgres.writing() as session:
            found = joint_measures.measure(session, numbers[unit], actor, is_locked=True)
            joint_measures.lift(session, found, on=TODAY, evidence="已解除", actor=actor, now=NOW)
            seen.wait(timeout=5)  # both have looked before either is kept

    raised = at_once(lambda: confirm("market"), lambda: confirm("health"))
    assert raised == [None, None]
    with postgres.writing() as session:
        follow(session, house, now=NOW)
    with postgres.reading() as session:
        assert session.get_one(Case, case_id).state == "exited"
        steps = select(Event.id).where(Event.case_id == case_id, Event.step == "complete")
        assert len(session.scalars(steps).all()) == 1


def test_a_unit_that_is_merged_is_asked_through_its_successor(sqlite, house):
    """The health unit was merged into the market unit: one measure asked before the day, one asked after it."""
    with sqlite.writing() as session:
        world = sqlite.world
        before = Listing(session, world, house, kind="red").to("listed")
        market, health = (session.get_one(Unit, world.units[key]) for key in ("market", "health"))
        by = session.get_one(Person, world.people["system_admin"])
        units.end_unit(session, health, on=TODAY, by=by, now=NOW, successor=market)
        session.flush()
        after = Listing(session, world, house, kind="focus").to("listed")
        assert [measure.unit.key for measure in after.measures] == ["market", "market"]
        session.expire_all()
        heir = accounts.load_actor(session.get_one(Person, world.people["handler"]), on=TODAY)
        (_inspect, venue) = before.measures
        joint_measures.answer(
            session, venue, will=True, note="", actor=heir, now=NOW, rulebook=book(session, house)
        )
        assert (venue.unit.key, joint_measures.stage(venue)) == ("health", "answered")


def test_a_measure_of_a_unit_that_is_not_in_the_register_falls_to_the_deciding_unit(sqlite, house):
    with sqlite.writing() as session:
        unknown = [{**MEASURES[1], "unit": "nobody"}]
        type_ = list_type(session, sqlite.world, "red", measures=unknown)
        made = Listing(session, sqlite.world, house, type_=type_, measures=("venue",)).to("listed")
        assert [measure.unit.key for measure in made.measures] == ["market"]


def test_a_person_without_grants_answers_for_nothing(listing):
    nobody = replace(listing.world.actors["owner"], grants=())
    assert isinstance(nobody, Actor)
    assert joint_measures.units_of(nobody) == frozenset()
    wanted = select(JointMeasure).where(joint_measures.may_read(nobody))
    assert listing.session.scalars(wanted).all() == []
