"""Carrying a batch on, case by case, for the page that waits and for the worker. Owns its transactions.

Each case is done in a transaction of its own together with the note of how it went: whoever stops in the middle leaves
every case either done and noted, or untouched.
"""

import logging
from collections.abc import Callable

from sqlalchemy.orm import Session

from .database import begin_writing
from .domain import clock
from .domain.refusals import Refused
from .models.queue import BatchRow
from .services.house import House
from .services.queues import batches

log = logging.getLogger(__name__)


def carry(session: Session, batch_id: int, house: House, *, goes_on: Callable[[], bool]) -> bool:
    """Do case after case until none is left or `goes_on` says no; whether there is more to do.

    Leaves the last case uncommitted, so that the caller can commit it together with what says so.
    """
    while True:
        session.commit()
        begin_writing(session)
        row = batches.next_row(session, batch_id)
        if row is None:
            batches.close(session, batch_id, now=clock.now())
            return False
        do_one(session, row.id, house)
        if not goes_on():
            return True


def do_one(session: Session, row_id: int, house: House) -> None:
    """Do one case and note how it went; of one that can't be done nothing is kept but the note."""
    error: Exception | None = None
    try:
        row = session.get_one(BatchRow, row_id)
        batches.carry_out(session, row, now=clock.now(), house=house)
        session.flush()
    except Exception as raised:  # whatever goes wrong with one case is noted at it and holds up no other
        error = raised
        session.rollback()
        begin_writing(session)
        if not isinstance(raised, Refused):
            log.exception("row %s of a batch failed", row_id)
    batches.note(session, row_id, error, now=clock.now())
