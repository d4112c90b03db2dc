"""Carrying a handed-in file on, portion by portion, for the worker and the command line. Owns its transactions.

Rows are read between the transactions, so that on SQLite others can write while a large file is imported; whoever
stops in the middle loses only the portion at hand.
"""

from collections.abc import Callable

from sqlalchemy.orm import Session

from .database import begin_writing
from .domain import clock
from .domain.refusals import Refused
from .models.record import ImportRun
from .services.house import House
from .services.imports import imports


def carry(session: Session, run_id: int, house: House, *, goes_on: Callable[[ImportRun], bool]) -> bool:
    """Check or write portions until the pass is over or `goes_on` says no; whether there is more to do.

    Leaves the last portion uncommitted, so that the caller can commit it together with what says so.
    """
    session.rollback()
    run = session.get_one(ImportRun, run_id, populate_existing=True)
    reached, stage = run.reached_line, imports.stage(run)
    if stage not in ("checking", "writing"):
        session.rollback()
        begin_writing(session)
        return False
    try:
        walk = imports.open_walk(run, now=clock.now(), house=house)
        while True:
            session.rollback()
            portion = walk.portion(after=reached)
            begin_writing(session)
            has_more = imports.carry_on(session, run_id, portion, now=clock.now(), house=house)
            run = session.get_one(ImportRun, run_id)
            reached = run.reached_line
            if not has_more or not goes_on(run):
                return has_more
            session.commit()
    except Refused as refused:
        session.rollback()
        begin_writing(session)
        imports.refuse(session, run_id, refused.sentence, now=clock.now())
        return False
