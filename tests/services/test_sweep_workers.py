"""Several workers sweep at once, and some are killed: each thing still happens once, and nothing is left undone.

Real processes and threads, each with a connection of its own, on both databases.
"""

import multiprocessing
import os
import signal
from datetime import date

import pytest
from sqlalchemy import event, select

from tests.conftest import Database, prepared_engine
from tests.factories import case_in, draft, legal, stored, take
from tests.services.test_perform import at_once
from tests.services.test_sweep import swept
from workflow_app.models.deadline import Deadline
from workflow_app.models.event import Event
from workflow_app.models.outbox import Message
from workflow_app.services.cases import cases
from workflow_app.services.engine import sweep

TODAY, NOW = date(2026, 10, 20), legal("2026-10-20")
forking = multiprocessing.get_context("fork")


def lapsed(session):
    """The cases that lapsed, by id."""
    return session.scalars(select(Event.case_id).where(Event.step == "lapse").order_by(Event.case_id)).all()


def test_two_workers_at_once_handle_each_clock_once(database, house):
    with database.writing() as session:
        made = [case_in(session, state, database.world, house) for state in ("returned", "signed") * 4]
        lapsing = [case.id for case in made if case.state == "returned"]
    handled = []
    raised = at_once(*(lambda: handled.extend(swept(database, house, NOW)) for _ in range(2)))
    assert raised == [None, None]
    handled.extend(swept(database, house, NOW))  # what both skipped while the other held it
    assert len(handled) == len(set(handled)) == 8
    with database.reading() as session:
        assert lapsed(session) == lapsing
        keys = session.scalars(select(Message.key).where(Message.key.like("%overdue%"))).all()
        assert len(keys) == 4


def sweep_in_a_process(database, house, start, handled):
    """The life of a worker: its own connection, one sweep."""
    engine = prepared_engine(database.url)
    start.wait()
    handled.put(swept(Database(database.kind, database.url, engine, database.world), house, NOW))


def test_three_processes_at_once_handle_each_clock_once(database, house):
    with database.writing() as session:
        for state in ("returned", "signed", "active") * 5:
            case_in(session, state, database.world, house)
    database.engine.dispose()
    start, found = forking.Barrier(3), forking.Queue()
    processes = [
        forking.Process(target=sweep_in_a_process, args=(database, house, start, found)) for _ in range(3)
    ]
    for process in processes:
        process.start()
    handled = [each for _ in processes for each in found.get(timeout=60)]
    for process in processes:
        process.join(30)
    handled += swept(database, house, NOW)
    assert len(handled) == len(set(handled)) == 10
    with database.reading() as session:
        assert len(lapsed(session)) == len(set(lapsed(session))) == 5
        keys = session.scalars(select(Message.key).where(Message.key.like("%overdue-head"))).all()
        assert len(keys) == 5


def die_in_the_middle(database, house, told):
    """Finish one clock, do everything for the next one, and wait to be killed before it is kept."""
    engine = prepared_engine(database.url)
    mine = Database(database.kind, database.url, engine, database.world)
    with mine.writing() as session:
        sweep.act(session, sweep.next_due(session, today=TODAY), now=NOW, house=house)
    with mine.writing() as session:
        sweep.act(session, sweep.next_due(session, today=TODAY), now=NOW, house=house)
        told.set()
        signal.pause()


@pytest.mark.parametrize(
    ("state", "step", "key"), [("returned", "lapse", ""), ("signed", "", "overdue-head")]
)
def test_a_worker_killed_between_two_cases_leaves_the_rest_for_the_next(state, step, key, database, house):
    with database.writing() as session:
        addresses = [case_in(session, state, database.world, house).address for _ in range(3)]
    database.engine.dispose()
    told = forking.Event()
    process = forking.Process(target=die_in_the_middle, args=(database, house, told))
    process.start()
    assert told.wait(60)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join(30)
    with database.reading() as session:
        done = session.scalars(select(Deadline.case_id).where(Deadline.expired_at.is_not(None))).all()
        assert done == [1]
    for _ in range(3):  # PostgreSQL takes a moment to see that the other end is gone
        swept(database, house, NOW)
    with database.reading() as session:
        if step:
            assert lapsed(session) == [1, 2, 3]
            assert {stored(session, address).state for address in addresses} == {"withdrawn"}
        else:
            keys = session.scalars(select(Message.key).where(Message.key.endswith(key))).all()
            assert [int(each.partition("/")[0]) for each in keys] == [1, 2, 3]


def test_a_step_of_a_person_and_the_sweep_never_wait_for_each_other(database, house):
    """Both want the same returned case in the last minute; one gets it, nobody is left in a deadlock."""
    with database.writing() as session:
        returned = [case_in(session, "returned", database.world, house).address for _ in range(6)]

    def withdraw_all():
        for address in returned:
            with database.writing() as session:
                case = stored(session, address)
                if case.state == "returned":
                    take(session, case, "withdraw", database.world.actors["owner"], house, now=NOW)

    told = at_once(withdraw_all, lambda: swept(database, house, NOW))
    assert [type(each).__name__ for each in told if each is not None and type(each).__name__ != "Stale"] in (
        [],
        ["Refused"],
    )
    swept(database, house, NOW)
    with database.reading() as session:
        assert {stored(session, address).state for address in returned} == {"withdrawn"}
        ends = session.scalars(
            select(Event.case_id).where(Event.target == "withdrawn").order_by(Event.case_id)
        ).all()
        assert ends == [1, 2, 3, 4, 5, 6]


def test_a_draft_edited_between_the_question_and_the_lock_is_left_alone(postgres, house):
    """The sweep asks which clock waits; before it holds the case, the owner saves the draft and its clock begins anew."""
    with postgres.writing() as session:
        address = draft(session, postgres.world, house).address
    edits = []

    def edit_first(_connection, _cursor, statement, *_more):
        if "SKIP LOCKED" in statement and not edits:
            edits.append(statement)
            with postgres.writing() as session:
                version, owner = stored(session, address).version, postgres.world.actors["owner"]
                values = {"statement": "另加一条"}
                cases.save(session, address, values, version=version, actor=owner, now=NOW, house=house)

    event.listen(postgres.engine, "before_cursor_execute", edit_first)
    assert swept(postgres, house, NOW) == []
    assert len(edits) == 1
    with postgres.reading() as session:
        assert stored(session, address).state == "draft"


def test_a_case_that_somebody_holds_is_skipped_and_not_waited_for(postgres, house):
    with postgres.writing() as session:
        held, free = (case_in(session, "returned", postgres.world, house).address for _ in range(2))
    with postgres.writing() as holding:
        stored_here = stored(holding, held)
        holding.refresh(stored_here, with_for_update=True)
        assert len(swept(postgres, house, NOW)) == 1
    assert len(swept(postgres, house, NOW)) == 1
    with postgres.reading() as session:
        assert {stored(session, address).state for address in (held, free)} == {"withdrawn"}
