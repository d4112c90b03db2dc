"""Petitions that no clerk decided by their last day: told to the lead once, by the sweep, on the day after.

OB-01 gives one working day. Of one that came in on Friday 2026-09-18 or Saturday the 19th it is Sunday the 20th, which
is worked.
"""

from datetime import date
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from tests.factories import legal
from tests.services.test_carrier import database_url, environment, post, running_here
from tests.services.test_petitions import confirm, taken, the_record
from workflow_app import worker
from workflow_app.domain import clock
from workflow_app.domain.words import Sentence
from workflow_app.models.outbox import Message, Notice
from workflow_app.services.delivery import notices
from workflow_app.services.objections import petition_watch, petitions

__all__ = ["database_url", "environment", "post"]


def told(session):
    """What was put before people about late petitions: side, words, whether its mail waits for others."""
    wanted = select(Message).where(Message.key.like("petition/%/late")).order_by(Message.id)
    return [
        (row.payload["to"], str(Sentence.from_json(row.payload["sentence"])), row.payload["is_held"])
        for row in session.scalars(wanted)
    ]


def late(session, house, day, after=0):
    found = petition_watch.next_late(session, today=date.fromisoformat(day), house=house, after=after)
    return found.ref if found else None


def test_a_petition_is_late_on_the_day_after_its_last_and_told_to_the_lead_once(sqlite, house):
    with sqlite.writing() as session:
        ref = taken(session, sqlite.world, house).petition.ref
        assert late(session, house, "2026-09-20") is None
        found = petition_watch.next_late(session, today=date(2026, 9, 21), house=house)
        petition_watch.tell(session, found, now=legal("2026-09-21"), house=house)
        assert found.told_overdue_at == legal("2026-09-21")
        assert late(session, house, "2026-09-22") is None
        assert told(session) == [
            (
                "lead",
                f"异议来件（{ref}）应在 2026 年 9 月 20 日24:00前核对身份，已经超过，还没有人处理。"
                "请督促窗口人员。",
                True,
            )
        ]  # fmt: skip


def test_the_leads_read_it_and_nobody_else(sqlite, house):
    people = sqlite.world.people
    with sqlite.writing() as session:
        taken(session, sqlite.world, house)
        found = petition_watch.next_late(session, today=date(2026, 9, 21), house=house)
        petition_watch.tell(session, found, now=legal("2026-09-21"), house=house)
        message = session.scalars(select(Message).where(Message.key.like("%/late"))).one()
        notices.deliver(session, message.key, message.payload, now=legal("2026-09-21"))
        assert set(session.scalars(select(Notice.person_id))) == {people["lead"], people["second_lead"]}


@pytest.mark.parametrize("decide", ["confirm", "send_back"])
def test_one_that_was_decided_is_never_late(sqlite, house, decide):
    with sqlite.writing() as session:
        ref = taken(session, sqlite.world, house).petition.ref
        if decide == "confirm":
            confirm(session, sqlite.world, house, ref)
        else:
            actor = sqlite.world.actors["clerk"]
            petitions.send_back(session, ref, why="看不清。", actor=actor, now=legal("2026-09-18"))
        assert late(session, house, "2026-10-20") is None


def test_one_after_the_other_is_found_and_those_of_today_wait(sqlite, house):
    with sqlite.writing() as session:
        about = the_record(session, sqlite.world)
        first, second, fresh = (
            taken(session, sqlite.world, house, about=about, ticket=day, now=legal(day)).petition
            for day in ("2026-09-18", "2026-09-19", "2026-09-21")
        )
        assert late(session, house, "2026-09-21") == first.ref
        assert late(session, house, "2026-09-21", after=first.id) == second.ref
        assert late(session, house, "2026-09-21", after=second.id) is None
        assert late(session, house, "2026-09-22", after=second.id) is None
        assert late(session, house, "2026-09-23", after=second.id) == fresh.ref


def test_the_sweep_tells_each_once_on_both_databases(database, environment, house):
    with database.writing() as session:
        about = the_record(session, database.world)
        for ticket in "abc":
            taken(session, database.world, house, about=about, ticket=ticket)
    with running_here(environment) as ours:
        with clock.fixed(legal("2026-09-20", "23:59")):
            assert worker.sweep_all(ours) == (1, 0)  # the record's own reminder
            assert worker.sweep_all(ours) == (0, 0)
        with clock.fixed(legal("2026-09-21", "00:00")):
            assert worker.sweep_all(ours) == (3, 0)
            assert worker.sweep_all(ours) == (0, 0)
    with database.reading() as session:
        assert len(told(session)) == 3


def test_of_two_workers_at_once_one_tells(database, house):
    with database.writing() as session:
        taken(session, database.world, house)
    start, done = Barrier(2), []

    def look():
        start.wait(10)
        with database.writing() as session:
            found = petition_watch.next_late(session, today=date(2026, 9, 21), house=house)
            if found is not None:
                petition_watch.tell(session, found, now=legal("2026-09-21"), house=house)
                done.append(found.id)

    workers = [Thread(target=look) for _ in range(2)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join(30)
    assert len(done) == 1
    with database.reading() as session:
        assert len(told(session)) == 1
