"""Open clocks are counted again when the calendar or a rule is changed; ended ones never. Days counted by hand.

A district is told on Monday 2026-09-21 that Tuesday the 22nd is a day off: an extra day off in the notice of 2026.
"""

from datetime import date

import pytest
from sqlalchemy import func, select

from tests import factories
from tests.factories import case_in, legal, stored, take
from workflow_app.domain.due_words import end_of
from workflow_app.domain.words import Sentence
from workflow_app.models.deadline import Deadline
from workflow_app.models.outbox import Message
from workflow_app.models.rulebook import CalendarNotice, ClockEntry, Recount, RuleChange
from workflow_app.services.engine import history, recount
from workflow_app.services.rules import rulebooks

MONDAY = legal("2026-09-21")
EXTRA = date(2026, 9, 22)


def with_extra_day_off(session, day=EXTRA):
    """The notice of 2026 with one more day off, entered."""
    known = rulebooks.calendar_in_force(session)
    off = {each.isoformat(): name for each, name in known.off.items() if each.year == 2026}
    working = [each.isoformat() for each in known.working if each.year == 2026]
    notice = CalendarNotice(
        year=2026, off=off | {day.isoformat(): "临时放假"}, working=working, source="示范通知", reason="强台风",
        entered_at=MONDAY,
    )  # fmt: skip
    session.add(notice)
    session.flush()
    return notice


def run_to_the_end(database, house, run_id, *, now=MONDAY):
    more = True
    while more:
        with database.writing() as session:
            more = recount.carry_on(session, run_id, now=now, house=house)


def test_an_extra_day_off_moves_the_clocks_that_reach_over_it_and_no_others(database, house):
    """Signed Friday the 18th: 20, 21, 23 instead of 20, 21, 22. A draft's 30 days still end on October 19."""
    with database.writing() as session:
        numbers = {
            state: case_in(session, state, database.world, house).address
            for state in ("signed", "draft", "returned", "active", "checking", "withdrawn")
        }
        notice = with_extra_day_off(session)
        run_id = recount.plan(session, "calendar", notice.id, now=MONDAY).id
    run_to_the_end(database, house, run_id)
    expected = {
        "signed": date(2026, 9, 23),
        "draft": date(2026, 10, 19),
        "returned": date(2026, 10, 10),  # 20, 21, 23, 24, 28–30, October 8, 9, 10
        "active": date(2026, 12, 18),
        "checking": date(2026, 10, 16),
        "withdrawn": date(9999, 12, 31),
    }
    with database.reading() as session:
        assert {state: stored(session, number).due_on for state, number in numbers.items()} == expected
        run = session.get_one(Recount, run_id)
        assert (run.moved, run.finished_at is not None) == (3, True)


def test_an_ended_clock_is_never_changed(sqlite, house):
    with sqlite.writing() as session:
        case = case_in(session, "withdrawn", sqlite.world, house)
        before = [(d.due_on, d.explanation) for d in session.scalars(select(Deadline))]
        notice = with_extra_day_off(session)
        run_id = recount.plan(session, "calendar", notice.id, now=MONDAY).id
        assert case.due_on == date(9999, 12, 31)
    run_to_the_end(sqlite, house, run_id)
    with sqlite.reading() as session:
        assert [(d.due_on, d.explanation) for d in session.scalars(select(Deadline))] == before


def test_both_sides_are_told_the_old_day_the_new_day_and_why(sqlite, house):
    with sqlite.writing() as session:
        address = case_in(session, "signed", sqlite.world, house).address
        notice = with_extra_day_off(session)
        run_id = recount.plan(session, "calendar", notice.id, now=MONDAY).id
    run_to_the_end(sqlite, house, run_id)
    with sqlite.reading() as session:
        case = stored(session, address)
        event = history.events(session, case.id)[-1]
        assert (event.step, event.acting_as) == ("recount", "clock")
        assert event.given == {
            "rule": "CM-02", "old_due_on": "2026-09-22", "new_due_on": "2026-09-23", "because": "示范通知：强台风",
        }  # fmt: skip
        assert history.faults(session, case.id) == []
        entry = session.scalars(select(ClockEntry)).one()
        assert (entry.kind, entry.on, entry.old_due_on, entry.new_due_on) == (
            "recount", date(2026, 9, 21), date(2026, 9, 22), date(2026, 9, 23),
        )  # fmt: skip
        wanted = select(Message).where(Message.key.like("%notice-recounted-%")).order_by(Message.key)
        for message, side in zip(session.scalars(wanted), ("handler", "subject"), strict=True):
            values = message.payload["sentence"]["values"]
            assert (message.payload["to"], message.payload["is_held"]) == (side, True)
            told = [Sentence.from_json(values[name]["sentence"]) for name in ("old_due", "due")]
            assert told == [end_of(date(2026, 9, 22)), end_of(date(2026, 9, 23))]
            assert values["reason"] == "示范通知：强台风"


def test_the_dry_run_says_what_the_run_then_does(database, house):
    with database.writing() as session:
        for state in ("signed", "draft", "returned", "active", "checking", "withdrawn"):
            case_in(session, state, database.world, house)
        notice = with_extra_day_off(session)
        planned = recount.for_notice(session, notice, rulebooks.current(session, house))
        foreseen = recount.preview(session, planned, on=date(2026, 9, 21))
        told = {(m.deadline.id, m.deadline.due_on, m.reckoned.due_on) for m in foreseen.moves if m.is_new_day}
        run_id = recount.plan(session, "calendar", notice.id, now=MONDAY).id
    run_to_the_end(database, house, run_id)
    with database.reading() as session:
        done = {(e.deadline_id, e.old_due_on, e.new_due_on) for e in session.scalars(select(ClockEntry))}
        run = session.get_one(Recount, run_id)
    assert done == told
    assert (foreseen.looked_at, foreseen.is_complete) == (run.looked_at, True)


def test_a_run_that_is_repeated_changes_nothing_more(sqlite, house):
    with sqlite.writing() as session:
        case_in(session, "signed", sqlite.world, house)
        run_id = recount.plan(session, "calendar", with_extra_day_off(session).id, now=MONDAY).id
    run_to_the_end(sqlite, house, run_id)
    run_to_the_end(sqlite, house, run_id)
    with sqlite.writing() as session:
        again = Recount(kind="calendar", source_id=1, started_at=MONDAY)
        session.add(again)
        session.flush()
        recount.carry_on(session, again.id, now=MONDAY, house=house)
        assert session.scalar(select(func.count()).select_from(ClockEntry)) == 1


def test_a_run_goes_through_more_than_one_portion(sqlite, house, monkeypatch):
    monkeypatch.setattr(recount, "PORTION", 2)
    with sqlite.writing() as session:
        numbers = [case_in(session, "signed", sqlite.world, house).address for _ in range(5)]
        run_id = recount.plan(session, "calendar", with_extra_day_off(session).id, now=MONDAY).id
    run_to_the_end(sqlite, house, run_id)
    with sqlite.reading() as session:
        assert {stored(session, number).due_on for number in numbers} == {date(2026, 9, 23)}
        assert session.get_one(Recount, run_id).looked_at == 5


def test_a_paused_clock_is_counted_again_and_goes_on_standing(sqlite, house):
    with sqlite.writing() as session:
        case = case_in(session, "checking", sqlite.world, house)
        address = case.address
        take(session, case, "pause", sqlite.world.actors["handler"], house, now=legal("2026-09-21", "09:00"))
        run_id = recount.plan(
            session, "calendar", with_extra_day_off(session, date(2026, 9, 23)).id, now=MONDAY
        ).id
    run_to_the_end(sqlite, house, run_id)
    with sqlite.writing() as session:
        case = stored(session, address)
        assert case.due_on == date(9999, 12, 31)
        take(session, case, "resume", sqlite.world.actors["handler"], house, now=legal("2026-09-24"))
        # counted: 20, then 24, 28, 29, 30, October 8, 9, 10, 12, 13, 14, 15, 16, 19, 20
        assert case.due_on == date(2026, 10, 20)


@pytest.mark.parametrize(("moves", "due_on"), [(False, date(2026, 9, 22)), (True, date(2026, 9, 24))])
def test_a_running_clock_keeps_its_rule_unless_it_is_moved_on_purpose(moves, due_on, sqlite, house):
    """CM-02 from 3 to 5 working days: 20 to 24."""
    with sqlite.writing() as session:
        address = case_in(session, "signed", sqlite.world, house).address
        change = changed_rule(session, sqlite.world)
        if moves:
            run_id = recount.plan(session, "rule", change.id, now=MONDAY).id
    if moves:
        run_to_the_end(sqlite, house, run_id)
    with sqlite.writing() as session:
        assert stored(session, address).due_on == due_on
        fresh = factories.draft(session, sqlite.world, house, now=MONDAY)
        take(session, fresh, "sign", sqlite.world.actors["owner"], house, now=MONDAY)
        assert fresh.due_on == date(2026, 9, 29)  # 22, 23, 24, 28, 29


def changed_rule(session, world):
    """CM-02 changed to five working days from September 20 on, approved."""
    row = {
        "id": "CM-02", "title": "受理单位审核承诺书", "workflow": "commitment", "value": "5", "unit": "working_day",
        "starts_when": "提交承诺书", "suspended_when": "", "on_expiry": "逐级提醒负责人", "place": "",
        "valid_from": "2026-09-20", "valid_to": "", "instrument": "平台设定值", "article": "", "evidence": "I", "note": "",
    }  # fmt: skip
    change = RuleChange(
        rule_id="CM-02", place="", row=row, reason="受理量增加", proposed_by_id=world.people["clerk"], proposed_at=MONDAY,
        decided_by_id=world.people["lead"], decided_at=MONDAY, decision="approved", applied_n=1,
    )  # fmt: skip
    session.add(change)
    session.flush()
    return change
