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
from collections.abc import Callable, Sequence
from datetime import datetime
from email.message import EmailMessage

from flask import Flask
from flask_babel import force_locale
from sqlalchemy.orm import Session

from .database import begin_writing
from .domain import clock
from .domain.words import Sentence
from .extensions import db
from .importing import carry
from .models.document import Document
from .models.outbox import Message
from .models.party import Person
from .models.record import CreditRecord, ImportRun
from .services import (
    documents,
    imports,
    mail,
    notices,
    outbox,
    perform,
    record_watch,
    recount,
    repair_notice,
    sweep,
    sync_delivery,
    sync_watch,
)
from .services.house import House
from .web.ui import say

log = logging.getLogger(__name__)
PAUSE = 1.0
TENDED_EVERY = 5.0
SWEPT_EVERY = 60.0
IMPORTS_FOR = 20.0
"""Seconds for which one message imports rows before others get their turn; far less than a lease."""

Deliverer = Callable[[Session, Message, datetime, House], None]


def own_name() -> str:
    """What this process calls itself on the messages it holds."""
    return f"{socket.gethostname()}-{os.getpid()}"


def deliver_notice(session: Session, message: Message, now: datetime, house: House) -> None:
    """Fan a notice out to the people it reaches."""
    notices.deliver(session, message.key, message.payload, now=now)


def deliver_document(session: Session, message: Message, now: datetime, house: House) -> None:
    """Print, sign and store a numbered document. Printing takes a while and must not hold up those who write."""
    number = message.payload["document_id"]
    session.rollback()
    document = session.get_one(Document, number)
    content = None
    if document.produced_at is None:
        content = documents.made(document, signer=house.signer, site_url=house.site_url)
    session.rollback()
    begin_writing(session)
    if content is not None:
        documents.keep(session, document, content, storage=house.storage, now=now)


def deliver_mail(session: Session, message: Message, now: datetime, house: House) -> None:
    """Send one mail in its reader's language with everything not mailed yet, unless another mail took it along.

    Crashing after the mail went out repeats the same mail with the same Message-ID. A person without an address has the
    notices in the application.
    """
    before = message.payload
    person = session.get_one(Person, before["person_id"])
    taken = notices.claim(session, before, now=now) if person.email else None
    if taken is None:
        return
    message.payload = before | {"taken": taken}
    letter = _letter(person, message, notices.lines(session, message.payload), house)
    session.commit()  # other mails must see what this one took; a slow mail server must not hold up those who write
    try:
        mail.send(letter, house.mail_url)
    except Exception:
        begin_writing(session)
        notices.release(session, taken)
        message.payload = before
        session.commit()
        raise
    begin_writing(session)


def _letter(person: Person, message: Message, found: Sequence[notices.Line], house: House) -> EmailMessage:
    """The mail as its reader reads it."""
    taken, many = message.payload["taken"], len(found)
    with force_locale(person.locale):
        told = [say(line.sentence) for line in found]
        subject = told[0] if many == 1 else say(Sentence(mail.SEVERAL, count=many))
        parts = [f"{said}\n\n{_address(house, line.case)}" for said, line in zip(told, found, strict=True)]
        if many > mail.MOST_LISTED:
            further = say(Sentence(mail.FURTHER, count=many - mail.MOST_LISTED))
            parts = [*parts[: mail.MOST_LISTED], f"{further}\n\n{house.site_url}/notices"]
        parts.append(say(mail.CLOSING))
    key = message.key if many == 1 else f"{message.key}/{taken[0]}-{taken[-1]}"
    return mail.compose(
        to=person.email or "", key=key, subject=subject, parts=parts, site_name=house.site_name
    )


def _address(house: House, case: str) -> str:
    return f"{house.site_url}/cases/{case}" if case else f"{house.site_url}/notices"


def deliver_recount(session: Session, message: Message, now: datetime, house: House) -> None:
    """Count a portion of the open clocks again; what is left gets a message of its own."""
    recount.carry_on(session, message.payload["recount_id"], now=now, house=house)


def deliver_import(session: Session, message: Message, now: datetime, house: House) -> None:
    """Check or write the rows of a handed-in file for a while; what is left gets a message of its own."""
    number, begun = message.payload["run_id"], time.monotonic()
    if carry(session, number, house, goes_on=lambda run: time.monotonic() - begun < IMPORTS_FOR):
        imports.send(session, session.get_one(ImportRun, number), now=clock.now())


def deliver_follow(session: Session, message: Message, now: datetime, house: House) -> None:
    """Let a case go on because something outside it was done."""
    perform.follow(session, message.payload["case_id"], now=now, house=house)


def deliver_sync(session: Session, message: Message, now: datetime, house: House) -> None:
    """Bring a request to a place that holds a record. A slow site must not hold up those who write."""
    number, is_last = message.payload["task_id"], message.attempts > len(outbox.BACK_OFF)
    parcel = sync_delivery.parcel(session, number, house)
    session.rollback()
    try:
        if parcel is not None:
            sync_delivery.send(parcel, house, now=now)
    except sync_delivery.Undelivered as error:
        begin_writing(session)
        sync_delivery.note_failure(session, number, error, is_last=is_last, now=clock.now())
        session.commit()
        raise
    begin_writing(session)
    if parcel is not None:
        sync_delivery.note_sent(session, number, now=clock.now(), house=house)


def deliver_repair_notice(session: Session, message: Message, now: datetime, house: House) -> None:
    """Issue the letter that goes with a decision (两书同达); its bytes follow with a message of their own."""
    record = session.get_one(CreditRecord, message.payload["record_id"], with_for_update=True)
    repair_notice.issue(session, record, now=now, house=house)


DELIVERERS: dict[str, Deliverer] = {
    "notice": deliver_notice,
    "document": deliver_document,
    "repair_notice": deliver_repair_notice,
    "mail": deliver_mail,
    "recount": deliver_recount,
    "import": deliver_import,
    "sync": deliver_sync,
    "follow": deliver_follow,
}


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
