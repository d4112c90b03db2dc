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
from datetime import datetime

from flask import Flask
from flask_babel import force_locale
from sqlalchemy.orm import Session

from .database import begin_writing
from .domain import clock
from .domain.words import Sentence
from .extensions import db
from .models.document import Document
from .models.outbox import Message
from .models.party import Person
from .services import documents, mail, notices, outbox, recount, sweep
from .services.house import House
from .web.ui import say

log = logging.getLogger(__name__)
PAUSE = 1.0
TENDED_EVERY = 5.0
SWEPT_EVERY = 60.0

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
    """Send one mail in its reader's language; a person without an address has the notice in the application."""
    person = session.get_one(Person, message.payload["person_id"])
    if not person.email:
        return
    with force_locale(person.locale):
        body, closing = say(Sentence.from_json(message.payload["sentence"])), say(mail.CLOSING)
    url = f"{house.site_url}/cases/{message.payload['case']}"
    letter = mail.compose(
        to=person.email, key=message.key, body=body, site_name=house.site_name, url=url, closing=closing
    )
    session.rollback()  # a slow mail server must not hold up those who want to write
    mail.send(letter, house.mail_url)
    begin_writing(session)


def deliver_recount(session: Session, message: Message, now: datetime, house: House) -> None:
    """Count a portion of the open clocks again; what is left gets a message of its own."""
    recount.carry_on(session, message.payload["recount_id"], now=now, house=house)


DELIVERERS: dict[str, Deliverer] = {
    "notice": deliver_notice,
    "document": deliver_document,
    "mail": deliver_mail,
    "recount": deliver_recount,
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
    """Handle each deadline that ended, one per transaction, then write today's reminders. Returns done and failed."""
    session, done, failed, after = db.session(), 0, 0, sweep.BEGINNING
    now = clock.now()
    today = clock.legal_day(now)
    while True:
        begin_writing(session)
        deadline = sweep.next_expired(session, today=today, after=after)
        if deadline is None:
            break
        after = sweep.place_of(deadline)
        try:
            sweep.expire(session, deadline, now=now, house=house)
            session.commit()
            done += 1
        except Exception:  # one case that can't move must not hold up the others
            session.rollback()
            log.exception("the deadline of %s with the id %s failed", *after)
            failed += 1
    sweep.remind(session, today=today, now=now)
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
