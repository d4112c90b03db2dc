"""The one place that runs what the outbox holds and what time brings about. Owns its transactions, like a view.

A message is leased in a transaction of its own, delivered in a second one and marked done in that same one; a worker
that is killed in between leaves a lease that ends, and the next worker repeats the delivery. What calls these
functions on SQLite is `run`; on PostgreSQL it is `carrier.run`, with several workers.
"""

import logging
import math
import os
import socket
import time
from collections.abc import Callable

from flask import Flask

from .database import begin_writing
from .deliverers import DELIVERERS
from .domain import clock
from .extensions import db
from .services import outbox, record_watch, sweep, sync_watch
from .services.house import House

log = logging.getLogger(__name__)
PAUSE = 1.0
TENDED_EVERY = 5.0
SWEPT_EVERY = 60.0


def own_name() -> str:
    """What this process calls itself on the messages it holds."""
    return f"{socket.gethostname()}-{os.getpid()}"


def deliver(house: House) -> tuple[int, int]:
    """Deliver everything that is due now. Returns how many were delivered and how many failed."""
    delivered = failed = 0
    while (outcome := deliver_one(house)) is not None:
        delivered, failed = delivered + outcome, failed + (not outcome)
    session = db.session()
    begin_writing(session)
    outbox.tidy(session)
    session.commit()
    return delivered, failed


def deliver_one(house: House, only: int | None = None) -> bool | None:
    """Deliver the next due message, or `only` this one: True when delivered, False when it failed, None if not due."""
    session = db.session()
    now = clock.now()
    begin_writing(session)
    message = outbox.take(session, own_name(), now=now, only=only)
    key = message.key if message else ""
    session.commit()
    if message is None:
        return None
    try:
        begin_writing(session)
        DELIVERERS[message.kind](session, message, now, house)
        outbox.done(session, message.id, now=clock.now())
        session.commit()
    except Exception as error:  # whatever fails is counted, kept with the message and tried again later
        session.rollback()
        log.exception("message %s failed", key)
        begin_writing(session)
        outbox.failed(session, message, f"{type(error).__name__}: {error}", now=clock.now())
        session.commit()
        return False
    return True


def tend() -> None:
    """Give the messages that nobody holds back to the queue, and show that somebody is at work."""
    session = db.session()
    begin_writing(session)
    outbox.tend(session, now=clock.now())
    session.commit()


def sweep_all(house: House) -> tuple[int, int]:
    """Handle each clock for which time has something to do, one per transaction. Returns done and failed."""
    session, done, failed, after = db.session(), 0, 0, sweep.BEGINNING
    now = clock.now()
    today = clock.legal_day(now)
    while True:
        begin_writing(session)
        deadline = sweep.next_due(session, today=today, after=after)
        if deadline is None:
            break
        after = sweep.place_of(deadline)
        try:
            sweep.act(session, deadline, now=now, house=house)
            session.commit()
            done += 1
        except (
            Exception
        ):  # one case that can't move must not hold up the others; the next sweep tries it again
            session.rollback()
            log.exception("the clock that waits since %s with the id %s failed", *after)
            failed += 1
    session.commit()
    told, untold = tell_silences()
    watched, unwatched = watch_records(house)
    return done + told + watched, failed + untold + unwatched


def watch_records(house: House) -> tuple[int, int]:
    """Do what time brings about for records outside any case, one per transaction. Returns done and failed."""
    session, now, done, failed = db.session(), clock.now(), 0, 0
    found = record_watch.waiting(session, today=clock.legal_day(now))
    session.rollback()
    for todo in found:
        try:
            begin_writing(session)
            done += record_watch.act(session, todo, now=now, house=house)
            session.commit()
        except Exception:  # one record that can't be handled must not hold up the others
            session.rollback()
            log.exception("the watch over records failed at %s %s", todo.job, todo.id)
            failed += 1
    return done, failed


def tell_silences() -> tuple[int, int]:
    """Tell those concerned of each place that let its day pass, one per transaction. Returns done and failed."""
    session, now, done, failed, after = db.session(), clock.now(), 0, 0, 0
    while True:
        begin_writing(session)
        task = sync_watch.next_silent(session, today=clock.legal_day(now), after=after)
        if task is None:
            break
        after = task.id
        try:
            sync_watch.tell(session, task, now=now)
            session.commit()
            done += 1
        except Exception:  # as with the clocks: the next sweep tries this one again
            session.rollback()
            log.exception("nobody could be told that task %s is overdue", after)
            failed += 1
    session.commit()
    return done, failed


def run(app: Flask, *, stop: Callable[[], bool], pause: float = PAUSE) -> None:
    """Deliver, tend and sweep until told to stop. Several such processes on one machine share the work by leases."""
    house = app.extensions["house"]
    tended_at = swept_at = -math.inf
    while not stop():
        with app.app_context():
            if time.monotonic() - tended_at > TENDED_EVERY:
                tend()
                tended_at = time.monotonic()
            if time.monotonic() - swept_at > SWEPT_EVERY:
                sweep_all(house)
                swept_at = time.monotonic()
            is_idle = deliver_one(house) is None
        if is_idle:
            time.sleep(pause)
