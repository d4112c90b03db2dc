"""A record is followed to each place that holds it: asked once, confirmed once, late by itself, complete with the last.

2026-09-18 is a Friday. RP-07 gives one working day (Sunday the 20th is worked, so the 20th), RP-08 three (the 22nd).
"""

import json
import threading
import time
from datetime import date

import pytest
from sqlalchemy import select

from tests.factories import NOW, RULEBOOK, case_in, legal, record
from tests.services.test_perform import at_once
from workflow_app.domain.refusals import Refused
from workflow_app.models.outbox import Message, Notice
from workflow_app.models.record import CreditRecord, Measure, RecordChange
from workflow_app.models.sync import SyncTarget, SyncTask
from workflow_app.services.delivery import notices
from workflow_app.services.sync import sync, sync_lists, sync_watch

FOUR = ("end_publicity", "stop_sharing", "lift_measures", "update_evaluation")
NATIONAL = {
    "key": "national", "name": "国家公示网站", "name_en": "National site", "kind": "national", "deliverer": "file",
    "address": "national", "does": ["end_publicity", "stop_sharing", "update_evaluation"],
}  # fmt: skip
THIRD = {
    "key": "third", "name": "示范企业查询网", "name_en": "Sample site", "kind": "third_party", "deliverer": "file",
    "address": "third", "does": ["end_publicity"],
}  # fmt: skip


@pytest.fixture
def world(database):
    """Two targets, and a record of the firm for which the health commission took a measure."""
    with database.writing() as session:
        session.add_all((SyncTarget(**NATIONAL), SyncTarget(**THIRD)))
        units = database.world.units
        row = record(session, subject_id=database.world.subjects["firm"], unit_id=units["market"])
        session.add(
            Measure(record_id=row.id, unit_id=units["health"], title="限制评优", started_on=date(2026, 5, 10))
        )
    return database


def the_record(session):
    return session.scalars(select(CreditRecord)).one()


def ask(session, whats=FOUR, case_id=None, now=NOW):
    return sync.ask(session, the_record(session), whats, case_id=case_id, now=now, rulebook=RULEBOOK)


def task_of(session, target, what="end_publicity"):
    wanted = select(SyncTask).join(SyncTarget).where(SyncTarget.key == target, SyncTask.what == what)
    return session.scalars(wanted).one()


def confirm(session, task, now=NOW, **more):
    sync.confirm(session, task, by_id=None, evidence="回执 1 号", now=now, rulebook=RULEBOOK, **more)


def messages(session, kind):
    return [row.payload for row in session.scalars(select(Message).order_by(Message.id)) if row.kind == kind]


def test_each_target_is_asked_for_what_it_does_and_the_platform_stops_at_once(world):
    with world.writing() as session:
        ask(session)
    with world.reading() as session:
        asked = {
            (task.target.key, task.what): (task.due_on, task.confirmed_at is not None)
            for task in session.scalars(select(SyncTask))
        }
        health = world.world.units["health"]
        assert asked == {
            ("national", "end_publicity"): (date(2026, 9, 20), False),
            ("third", "end_publicity"): (date(2026, 9, 22), False),
            ("own", "end_publicity"): (date(2026, 9, 20), True),
            ("national", "stop_sharing"): (date(2026, 9, 20), False),
            ("own", "stop_sharing"): (date(2026, 9, 20), True),
            (f"measures-{health}", "lift_measures"): (date(2026, 9, 20), False),
            ("national", "update_evaluation"): (date(2026, 9, 20), False),
        }
        assert len(messages(session, "sync")) == 5
        assert task_of(session, "third").explanation[0]["text"]


def test_asking_again_changes_nothing(world):
    with world.writing() as session:
        assert len(ask(session)) == 7
    with world.writing() as session:
        assert ask(session) == []
        assert len(session.scalars(select(SyncTask)).all()) == 7
        assert len(messages(session, "sync")) == 5


def test_a_record_that_was_shown_again_is_taken_away_anew(world):
    with world.writing() as session:
        for whats, new in (
            (["shield"], 3),
            (["restore"], 3),
            (["shield"], 3),
            (["shield"], 0),
            (["restore"], 3),
        ):
            assert len(ask(session, whats)) == new


def test_a_target_that_has_ended_is_not_asked(world):
    with world.writing() as session:
        session.scalars(select(SyncTarget).where(SyncTarget.key == "third")).one().ended_on = date(
            2026, 9, 18
        )
        assert "third" not in {task.target.key for task in ask(session)}


def test_shielding_is_asked_of_everybody_who_publishes_and_gives_no_fact(world):
    with world.writing() as session:
        asked = ask(session, ["shield"])
        assert {task.target.key for task in asked} == {"national", "third", "own"}
        for task in asked:
            if task.confirmed_at is None:
                confirm(session, task)
        assert the_record(session).publicity_ended_at is None


def test_a_request_that_concerns_nobody_is_fulfilled_at_once(world):
    with world.writing() as session:
        session.scalars(select(Measure)).one().lifted_on = date(2026, 9, 1)
        ask(session, ["lift_measures"])
        assert the_record(session).measures_lifted_at == NOW
        assert session.scalars(select(RecordChange)).one().why == "没有需要通知的同步对象"


def test_the_fact_comes_with_the_last_confirmation_and_is_written_into_the_history(world):
    later = legal("2026-09-21")
    with world.writing() as session:
        ask(session)
        confirm(session, task_of(session, "national"))
        assert the_record(session).publicity_ended_at is None
        confirm(session, task_of(session, "third"), now=later)
        assert the_record(session).publicity_ended_at == later
        change = session.scalars(select(RecordChange).where(RecordChange.field == "publicity_ended_at")).one()
        assert (change.why, change.old, change.at) == ("各同步对象均已确认", "", later)


def test_a_department_that_confirms_lifts_its_measure(world):
    with world.writing() as session:
        ask(session)
        handler = world.world.people["other_handler"]
        task = task_of(session, f"measures-{world.world.units['health']}", "lift_measures")
        sync.confirm(session, task, by_id=handler, evidence="已办", now=NOW, rulebook=RULEBOOK)
        measure = session.scalars(select(Measure)).one()
        assert (measure.lifted_on, measure.lifted_by_id) == (date(2026, 9, 18), handler)
        assert the_record(session).measures_lifted_at == NOW


def test_the_case_is_asked_to_go_on_only_after_everything_was_confirmed(world, house):
    with world.writing() as session:
        case = case_in(session, "draft", world.world, house)
        asked = [task for task in ask(session, case_id=case.id) if task.confirmed_at is None]
        for task in asked[:-1]:
            confirm(session, task)
        assert messages(session, "follow") == []
        assert not sync.has_every_fact(the_record(session))
        confirm(session, asked[-1])
        assert messages(session, "follow") == [{"case_id": case.id}]
        assert sync.has_every_fact(the_record(session))


def test_a_confirmation_needs_something_to_show_and_comes_once(world):
    with world.writing() as session:
        ask(session)
        task = task_of(session, "national")
        with pytest.raises(Refused, match="请写明凭什么确认"):
            sync.confirm(session, task, by_id=None, evidence=" ", now=NOW, rulebook=RULEBOOK)
        confirm(session, task)
        with pytest.raises(Refused, match="已经确认过") as refused:
            confirm(session, task)
        assert refused.value.code == "confirmed"


def test_two_last_confirmations_at_once_still_give_the_fact(world):
    with world.writing() as session:
        ask(session, ["end_publicity"])
        ids = [task_of(session, key).id for key in ("national", "third")]
    is_confirmed = threading.Event()

    def first():
        with world.writing() as session:
            confirm(session, session.get_one(SyncTask, ids[0]))
            is_confirmed.set()
            time.sleep(0.5)  # long enough for the second to go past, if nothing held it

    def second():
        is_confirmed.wait(5)
        with world.writing() as session:
            confirm(session, session.get_one(SyncTask, ids[1]))

    assert at_once(first, second) == [None, None]
    with world.reading() as session:
        assert the_record(session).publicity_ended_at == NOW


def test_a_public_page_is_looked_at_after_the_target_confirmed(world):
    clerk = world.world.people["clerk"]
    with world.writing() as session:
        ask(session)
        task = task_of(session, "national")
        with pytest.raises(Refused, match="对方还没有确认"):
            sync.see(session, task, by_id=clerk, note="查无此条", now=NOW)
        confirm(session, task)
        with pytest.raises(Refused, match="看到了什么"):
            sync.see(session, task, by_id=clerk, note="", now=NOW)
        sync.see(session, task, by_id=clerk, note="查无此条", now=NOW, picture_key="a" * 64)
        assert (task.seen_by_id, task.seen_note, task.seen_at) == (clerk, "查无此条", NOW)
        assert sync_lists.standing(task, today=date(2026, 9, 30)) == "seen"


def test_a_silent_target_turns_overdue_by_itself_on_the_day_after_its_last(world):
    with world.writing() as session:
        ask(session)
        task = task_of(session, "third")
        sync.sent(session, task, now=NOW, rulebook=RULEBOOK)
        assert sync_lists.standing(task, today=date(2026, 9, 22)) == "sent"
        assert sync_lists.standing(task, today=date(2026, 9, 23)) == "overdue"


def test_the_days_of_a_third_party_count_from_the_day_the_notice_reached_it(world):
    with world.writing() as session:
        ask(session)
        third, national = task_of(session, "third"), task_of(session, "national")
        for task in (third, national):
            sync.sent(session, task, now=legal("2026-09-22"), rulebook=RULEBOOK)
        assert (third.starts_on, third.due_on) == (date(2026, 9, 22), date(2026, 9, 28))
        assert national.due_on == date(2026, 9, 20)


def test_firm_and_office_are_told_once_that_a_target_keeps_silent(world):
    people = world.world.people
    with world.writing() as session:
        ask(session, ["end_publicity"])
        confirm(session, task_of(session, "national"))
        assert sync_watch.next_silent(session, today=date(2026, 9, 22)) is None
        task = sync_watch.next_silent(session, today=date(2026, 9, 23))
        assert task.target.key == "third"
        sync_watch.tell(session, task, now=legal("2026-09-23"))
        assert sync_watch.next_silent(session, today=date(2026, 9, 24)) is None
        for message in session.scalars(select(Message).where(Message.kind == "notice")).all():
            assert message.payload["is_held"]
            notices.deliver(session, message.key, message.payload, now=legal("2026-09-23"))
        told = {row.person_id: row.sentence["text"] for row in session.scalars(select(Notice))}
        assert told.keys() == {
            people[key]
            for key in ("owner", "agent_without_signing", "agent_for_repair", "lead", "second_lead")
        }
        assert "您不用办理任何手续" in told[people["owner"]]
        assert "报告授权机构" in told[people["lead"]]


def test_sending_again_is_possible_once_the_message_before_has_ended(world):
    with world.writing() as session:
        ask(session)
        task = task_of(session, "third")
        with pytest.raises(Refused, match="正等待发送"):
            sync.send_again(session, task, now=NOW)
        for message in session.scalars(select(Message).where(Message.kind == "sync")):
            message.dead_at = NOW
        sync.failed(session, task, json.dumps({"text": "x", "values": {}}), is_last=True, now=NOW)
        assert sync_lists.standing(task, today=date(2026, 9, 18)) == "dead"
        sync.send_again(session, task, now=NOW)
        assert task.dead_at is None
        waiting = [row.key for row in session.scalars(select(Message)) if row.dead_at is None]
        assert waiting == [f"sync/{task.id}/1"]
        confirm(session, task)
        with pytest.raises(Refused, match="不需要再发送"):
            sync.send_again(session, task, now=NOW)


def test_a_department_sees_its_own_tasks_and_the_office_all_but_the_platforms(world):
    with world.writing() as session:
        ask(session)
        seen = {
            who: {task.target.key for task in listed(session, world.world.actors[who]).tasks}
            for who in ("clerk", "other_handler", "handler")
        }
        health = f"measures-{world.world.units['health']}"
        assert seen == {"clerk": {"national", "third", health}, "other_handler": {health}, "handler": set()}


def listed(session, actor, tab="open"):
    return sync_lists.page(session, actor, tab=tab, today=date(2026, 9, 18))


def test_the_tally_names_the_targets_in_trouble_first(world):
    with world.writing() as session:
        ask(session)
        sync.failed(session, task_of(session, "third"), "{}", is_last=True, now=NOW)
        found = [
            (row.target.key, row.open, row.overdue, row.dead)
            for row in sync_lists.tallies(session, today=date(2026, 9, 21))
        ]
        health = f"measures-{world.world.units['health']}"
        assert found == [("third", 1, 0, 1), ("national", 3, 3, 0), (health, 1, 1, 0)]
