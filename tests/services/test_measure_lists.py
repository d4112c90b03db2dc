"""The board of joint measures as rows and figures: stages, pages, who is silent, and what a person may see of it."""

from datetime import date

import pytest
from sqlalchemy import delete, event

from tests.factories import NOW, RULEBOOK, legal
from tests.lists import Listing
from workflow_app.domain.refusals import NotYours, Refused
from workflow_app.models.lists import JointMeasure
from workflow_app.models.party import Person, Unit
from workflow_app.services.lists import joint_measures, measure_lists, measure_urging
from workflow_app.services.lists.measure_lists import Asked
from workflow_app.services.people import accounts

TODAY = date(2026, 9, 28)
MONDAY = legal("2026-09-28")
SINCE = {
    "initiated": {"due_on": date(2026, 9, 24)},
    "answered": {"answered_at": NOW, "answer": "will", "due_on": date(2026, 10, 20)},
    "executed": {"answered_at": NOW, "answer": "will", "executed_on": date(2026, 9, 18)},
    "cannot": {"answered_at": NOW, "answer": "cannot"},
    "lifting": {"lift_asked_at": NOW, "due_on": date(2026, 9, 23)},
    "lifted": {"lift_asked_at": NOW, "lifted_on": date(2026, 9, 21)},
}


@pytest.fixture
def session(sqlite):
    with sqlite.writing() as session:
        yield session


@pytest.fixture
def entry(session, sqlite, house):
    """An entry of the firm on the market unit's list, whose measures a test adds."""
    found = Listing(session, sqlite.world, house).to("listed").entry
    session.execute(delete(JointMeasure))
    return found


def add(session, entry, unit_id, stage, count=1):
    made = [
        JointMeasure(
            entry_id=entry.id, unit_id=unit_id, title=f"{stage} {n}", initiated_at=NOW, **SINCE[stage]
        )
        for n in range(count)
    ]
    session.add_all(made)
    session.flush()
    return made


def test_the_figures_say_what_every_measure_says_of_itself_and_the_longest_silent_unit_is_first(
    session, entry, sqlite
):
    units, actors = sqlite.world.units, sqlite.world.actors
    made = {stage: add(session, entry, units["market"], stage)[0] for stage in SINCE}
    add(session, entry, units["health"], "initiated", 2)
    add(session, entry, units["office"], "answered", 3)
    for stage, one in made.items():
        asked = Asked(stage=stage, unit="market")
        found = measure_lists.page(session, actors["clerk"], asked, today=TODAY).measures
        assert ([row.id for row in found], joint_measures.stage(one)) == ([one.id], stage)

    market, health, office = measure_lists.tallies(session, actors["clerk"], list_key="", today=TODAY)
    assert (market.unit.key, market.late, market.silent_since, market.waiting) == (
        "market", 2, date(2026, 9, 23), 3,
    )  # fmt: skip
    assert market.stages == dict.fromkeys(SINCE, 1)
    assert (health.unit.key, health.late, health.silent_since) == ("health", 2, date(2026, 9, 24))
    assert (office.unit.key, office.late, office.silent_since, office.waiting) == ("office", 0, None, 3)
    tabs = measure_lists.by_tab((market, health, office), unit="")
    assert (tabs["open"], tabs["initiated"], tabs["all"]) == (8, 3, 11)
    assert measure_lists.by_tab((market, health, office), unit="health")["open"] == 2
    assert measure_lists.waiting(session, actors["handler"]) == 3
    assert (
        measure_lists.waiting(session, actors["clerk"]) == 3
    )  # What the office itself has to do is its own people's.
    assert measure_lists.waiting(session, actors["auditor"]) == 0

    (own,) = measure_lists.tallies(session, actors["other_handler"], list_key="list_serious", today=TODAY)
    assert own.unit.key == "health"
    assert measure_lists.tallies(session, actors["clerk"], list_key="list_red", today=TODAY) == ()
    assert [one.key for one in measure_lists.lists_of(session, actors["other_head"])] == ["list_serious"]
    assert measure_lists.lists_of(session, actors["owner"]) == []


def test_pages_follow_each_other_without_gaps_and_cost_the_same_however_long(session, entry, sqlite):
    units, clerk = sqlite.world.units, sqlite.world.actors["clerk"]
    add(session, entry, units["market"], "executed", 20)
    add(session, entry, units["health"], "initiated", 20)
    add(session, entry, units["market"], "lifting", 20)
    asked, seen, after, questions = Asked(stage="all"), [], None, []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *told: questions.append(told[2]))
    while True:
        session.expunge_all()
        questions.clear()
        page = measure_lists.page(session, clerk, asked, today=TODAY, after=after)
        seen += [
            (one.title, one.entry.type.name and one.entry.subject.name and one.unit.key)
            for one in page.measures
        ]
        assert len(questions) == 1
        if page.following is None:
            break
        after = page.following
    assert [title.split()[0] for title, _ in seen] == ["lifting"] * 20 + ["initiated"] * 20 + [
        "executed"
    ] * 20
    assert len(set(seen)) == 60
    assert sum(1 for _ in measure_lists.every(session, clerk, Asked(is_late=True), today=TODAY)) == 40


def test_a_successor_goes_on_with_the_measures_of_a_unit_that_ended(session, entry, sqlite):
    units, actors = sqlite.world.units, sqlite.world.actors
    (one,) = add(session, entry, units["health"], "initiated")
    health = session.get_one(Unit, units["health"])
    health.ended_on = date(2026, 9, 25)
    session.flush()
    with pytest.raises(Refused, match="没有继任单位"):
        measure_urging.urge(session, one, now=MONDAY)
    health.successor_id = units["market"]
    session.flush()
    session.expire_all()
    handler = accounts.load_actor(session.get_one(Person, sqlite.world.people["handler"]), on=TODAY)
    assert joint_measures.is_own(one, handler)
    assert not joint_measures.is_own(one, actors["handler"])
    found = joint_measures.measure(session, one.id, handler)
    joint_measures.answer(session, found, will=True, note="", actor=handler, now=MONDAY, rulebook=RULEBOOK)
    assert found.due_on == date(2026, 10, 30)
    with pytest.raises(NotYours):
        measure_urging.urge(session, found, now=MONDAY)


def test_urging_is_said_once_a_day_and_its_days_are_known(session, entry, sqlite):
    late, other = add(session, entry, sqlite.world.units["health"], "initiated", 2)
    assert measure_urging.urge(session, late, now=MONDAY)
    assert not measure_urging.urge(session, late, now=legal("2026-09-28", "17:00"))
    assert measure_urging.urge(session, late, now=legal("2026-09-30"))
    today = date(2026, 10, 12)
    assert measure_urging.urged_on(session, late, today=today) == (date(2026, 9, 28), date(2026, 9, 30))
    assert measure_urging.last_urged(session, (late, other), today=today) == {late.id: date(2026, 9, 30)}
