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
from functools import partial
from operator import attrgetter
from types import ModuleType
from typing import Any

from flask import Flask

from .database import begin_writing, refresh_statistics
from .deliverers import DELIVERERS
from .domain import clock
from .extensions import db
from .services.delivery import outbox
from .services.engine import sweep
from .services.exchange import difference_notices, target_files
from .services.house import House
from .services.lists import list_watch
from .services.machines import hook_news, repeats
from .services.objections import petition_watch
from .services.records import record_watch
from .services.supervision import figure_count
from .services.sync import sync_watch
from .services.training import exam_watch

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
    tell_hooks()


def tell_hooks() -> tuple[int, int]:
    """Write down what each hook is to be told of the steps that were taken; the outbox brings it there."""
    session, now = db.session(), clock.now()
    find, act = partial(hook_news.next_hook, session), partial(hook_news.gather, session, now=now)
    return one_by_one("the news for hooks", find, act)


def sweep_all(house: House) -> tuple[int, int]:
    """Do everything that time brings about. Returns how many things were done and how many failed.

    Papers come first: one whose time ended with the last day of its class counts before the class is closed.
    """
    counts = (
        hand_in_papers(house),
        sweep_clocks(house),
        tell_silences(),
        take_in_files(house),
        tell_late_differences(),
        tell_late_petitions(house),
        watch_records(house),
        watch_lists(house),
        count_figures(house),
        forget_answers(),
    )
    note_sweep()
    done, failed = zip(*counts, strict=True)
    return sum(done), sum(failed)


def hand_in_papers(house: House) -> tuple[int, int]:
    """Hand in each exam paper whose time is over."""
    session, now = db.session(), clock.now()
    find = partial(exam_watch.next_over, session, now=now)
    return one_by_one(
        "the watch over exams", find, partial(exam_watch.hand_in, session, now=now, house=house)
    )


def sweep_clocks(house: House) -> tuple[int, int]:
    """Handle each clock for which time has something to do."""
    session, now = db.session(), clock.now()
    find = partial(sweep.next_due, session, today=clock.legal_day(now))
    act = partial(sweep.act, session, now=now, house=house)
    return one_by_one("the sweep", find, act, place_of=sweep.place_of, beginning=sweep.BEGINNING)


def tell_silences() -> tuple[int, int]:
    """Tell those concerned of each place that let its day pass."""
    session, now = db.session(), clock.now()
    find = partial(sync_watch.next_silent, session, today=clock.legal_day(now))
    return one_by_one("the watch over tasks", find, partial(sync_watch.tell, session, now=now))


def take_in_files(house: House) -> tuple[int, int]:
    """Take in each file that a target left in its folder; it is moved away once it is kept."""
    session, now, done, failed = db.session(), clock.now(), 0, 0
    found = list(target_files.dropped(session, now=now, house=house))
    session.rollback()
    for target_id, path in found:
        try:
            begin_writing(session)
            target_files.take_in_dropped(session, target_id, path, now=now, house=house)
            session.commit()
            target_files.put_away(path)
            done += 1
        except (
            Exception
        ):  # one that can't be taken in must not hold up the others; the next sweep tries it again
            session.rollback()
            log.exception("a file of target %s could not be taken in: %s", target_id, path.name)
            failed += 1
    return done, failed


def tell_late_differences() -> tuple[int, int]:
    """Tell head and lead of each difference that nobody looked at in time."""
    session, now = db.session(), clock.now()
    find = partial(difference_notices.next_late, session, today=clock.legal_day(now))
    act = partial(difference_notices.tell_late, session, now=now)
    return one_by_one("the watch over differences", find, act)


def tell_late_petitions(house: House) -> tuple[int, int]:
    """Tell the lead of each petition that nobody decided in time."""
    session, now = db.session(), clock.now()
    find = partial(petition_watch.next_late, session, today=clock.legal_day(now), house=house)
    act = partial(petition_watch.tell, session, now=now, house=house)
    return one_by_one("the watch over petitions", find, act)


def watch_records(house: House) -> tuple[int, int]:
    """Do what time brings about for records outside any case."""
    return _watch("the watch over records", record_watch, house)


def watch_lists(house: House) -> tuple[int, int]:
    """Do what time brings about for entries on lists and the measures because of them."""
    return _watch("the watch over lists", list_watch, house)


def count_figures(house: House) -> tuple[int, int]:
    """Count the figures of each month up to yesterday; nothing was done for anybody, so only failures are told.

    That is once a day, and so is telling the database how its rows lie.
    """
    counted, failed = _watch("the count of figures", figure_count, house)
    if counted:
        refresh_statistics(db.session())
    return 0, failed


def forget_answers() -> tuple[int, int]:
    """Forget the answers of the API that are kept no longer; nothing was done for anybody."""
    session = db.session()
    begin_writing(session)
    repeats.forget(session, now=clock.now())
    session.commit()
    return 0, 0


def note_sweep() -> None:
    """Show that time was looked after to the end, whatever failed."""
    session = db.session()
    begin_writing(session)
    outbox.show_life(session, outbox.SWEEP, now=clock.now())
    session.commit()


def _watch(name: str, watch: ModuleType, house: House) -> tuple[int, int]:
    """Everything that a watch finds waiting now, read once and done one by one."""
    session, now = db.session(), clock.now()
    found = iter(watch.waiting(session, today=clock.legal_day(now)))
    session.rollback()
    act = partial(watch.act, session, now=now, house=house)
    return one_by_one(name, lambda after: next(found, None), act, place_of=str)


def one_by_one(
    watch: str,
    find: Callable[..., Any],
    act: Callable[[Any], bool | None],
    *,
    place_of: Callable[[Any], Any] = attrgetter("id"),
    beginning: Any = 0,
) -> tuple[int, int]:
    """Do each thing that `find(after=place)` gives until it gives none, in a transaction of its own.

    Returns how many were done and how many failed; what `act` answers False to was done by somebody else.
    """
    session, after, done, failed = db.session(), beginning, 0, 0
    while True:
        begin_writing(session)
        found = find(after=after)
        if found is None:
            break
        after = place_of(found)
        try:
            done += act(found) is not False
            session.commit()
        except Exception:  # one that can't be done must not hold up the others; the next sweep tries it again
            session.rollback()
            log.exception("%s failed at %s", watch, after)
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
