"""Files carried on in portions by a worker that may be killed, and by two workers at once."""

import multiprocessing
import os
import signal
import threading

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.conftest import prepared_engine
from tests.factories import NOW
from tests.services.import_samples import HEALTH, handed_in, many
from workflow_app import importing
from workflow_app.domain import clock
from workflow_app.models.outbox import Message
from workflow_app.models.party import Subject
from workflow_app.models.record import CreditRecord, ImportRun, PenaltyItem
from workflow_app.services.imports import import_decisions, imports

FORKING = multiprocessing.get_context("fork")


def waiting_to_be_written(database, house, content, **more):
    """The id of a run that was checked and confirmed."""
    with database.writing() as session:
        run = handed_in(session, database.world, house, content, now=NOW, is_confirmed=True, **more)
        return run.id


def counted(session):
    return tuple(
        session.scalar(select(func.count()).select_from(table))
        for table in (CreditRecord, PenaltyItem, Subject)
    )


def carry(database, house, run_id, *, portions=1000):
    """So many portions and no more; the last one is kept."""
    done = []

    def goes_on(run):
        done.append(run.reached_line)
        return len(done) < portions

    with clock.fixed(NOW), database.reading() as session:
        has_more = importing.carry(session, run_id, house, goes_on=goes_on)
        session.commit()
    return has_more, done


def test_a_worker_that_is_killed_in_the_middle_leaves_whole_portions_and_the_next_goes_on(database, house):
    """Portions of 200: 2–201 are kept, 202–401 die uncommitted; the next worker writes 202–411 once."""
    run_id = waiting_to_be_written(database, house, many(410))
    database.engine.dispose()
    worker = FORKING.Process(target=die_in_the_second_portion, args=(database.url, house, run_id))
    worker.start()
    worker.join(60)
    assert worker.exitcode == -signal.SIGKILL
    with database.reading() as session:
        run = session.get_one(ImportRun, run_id)
        assert (run.reached_line, run.created, imports.stage(run)) == (201, 200, "writing")
        assert counted(session) == (200, 400, 203)
    assert carry(database, house, run_id) == (False, [401])
    with database.reading() as session:
        run = session.get_one(ImportRun, run_id)
        assert (run.created, run.rejected, run.rows, imports.stage(run)) == (410, 0, 410, "done")
        assert counted(session) == (410, 820, 413)


def die_in_the_second_portion(url, house, run_id):
    """The life of a worker that is killed when it has written the second portion and not kept it."""
    portions = []

    def goes_on(run):
        portions.append(run.reached_line)
        if len(portions) == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return True

    with clock.fixed(NOW), Session(prepared_engine(url)) as session:
        importing.carry(session, run_id, house, goes_on=goes_on)


def test_a_pass_that_is_paused_goes_on_where_it_was_and_a_finished_one_does_nothing(sqlite, house):
    run_id = waiting_to_be_written(sqlite, house, many(410))
    assert carry(sqlite, house, run_id, portions=1) == (True, [201])
    assert carry(sqlite, house, run_id, portions=1) == (True, [401])
    assert carry(sqlite, house, run_id, portions=1) == (False, [])
    assert carry(sqlite, house, run_id, portions=1) == (False, [])
    with sqlite.reading() as session:
        assert counted(session)[0] == 410


def test_two_workers_on_one_run_write_every_row_once(database, house):
    run_id = waiting_to_be_written(database, house, many(250))
    threads = [threading.Thread(target=carry_in_thread, args=(database, house, run_id)) for _ in range(2)]
    with clock.fixed(NOW):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
    with database.reading() as session:
        run = session.get_one(ImportRun, run_id)
        assert (run.created, imports.stage(run), counted(session)) == (250, "done", (250, 500, 253))


def test_files_of_two_units_about_the_same_firms_at_once_give_one_subject_for_each_firm(postgres, house):
    runs = [
        waiting_to_be_written(postgres, house, many(220)),
        waiting_to_be_written(postgres, house, many(220, CF_CFJGDM=HEALTH, CF_SJLYDM=HEALTH), unit="health"),
    ]
    threads = [threading.Thread(target=carry_in_thread, args=(postgres, house, run)) for run in runs]
    with clock.fixed(NOW):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
    with postgres.reading() as session:
        tallies = [session.get_one(ImportRun, run) for run in runs]
        assert counted(session)[2] == 223
        # A decision number belongs to one unit: for each firm one of the two files was first.
        assert sum(run.created for run in tallies) == 220
        assert sum(run.rejected for run in tallies) == 220


def carry_in_thread(database, house, run_id):
    """As the worker does it: what another transaction got in the way of is tried again."""
    for _ in range(20):
        with Session(database.engine) as session:
            try:
                importing.carry(session, run_id, house, goes_on=lambda run: True)
                session.commit()
            except DBAPIError:
                session.rollback()
            else:
                return


@pytest.mark.parametrize("waits", [True, False])
def test_a_run_gets_one_message_for_each_pass_and_portion(sqlite, house, waits):
    with sqlite.writing() as session:
        run = handed_in(session, sqlite.world, house, many(3), now=NOW, is_confirmed=not waits)
        run_id, ref = run.id, run.ref
        keys = list(session.scalars(select(Message.key).where(Message.kind == "import")))
        assert keys == [f"import/{run_id}/{'check' if waits else 'write'}/0"]
    carry(sqlite, house, run_id)
    if waits:
        with sqlite.writing() as session:
            import_decisions.confirm(session, ref, actor=sqlite.world.actors["head"], now=NOW)
            keys = list(
                session.scalars(select(Message.key).where(Message.kind == "import").order_by(Message.id))
            )
            assert keys == [f"import/{run_id}/check/0", f"import/{run_id}/write/0"]
            told = session.scalars(select(Message).where(Message.key == f"import/{run_id}/waiting")).one()
            assert (told.kind, told.payload["to"]) == ("notice", "head")
