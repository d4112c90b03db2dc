"""What each kind of message in the outbox asks for. A deliverer is given a writing transaction and tolerates a repeat.

Whatever is slow (printing, mail, other people's servers) is done between two transactions, so that it never holds up
those who want to write. Who calls these, how often and with which patience is said by `worker` and the outbox.
"""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from email.message import EmailMessage

from flask_babel import force_locale
from sqlalchemy.orm import Session

from . import batching
from .database import begin_writing
from .domain import clock
from .domain.people import CLOCK
from .domain.words import Sentence
from .importing import carry
from .models.api import TargetFile
from .models.document import Document
from .models.outbox import Message
from .models.party import Person
from .models.queue import Batch
from .models.record import CreditRecord, ImportRun
from .models.sync import SyncTask
from .services.cases import mergers
from .services.delivery import mail, notices, outbox, signed_call
from .services.documents import documents, keys, print_process
from .services.engine import perform, recount
from .services.exchange import differences, target_files
from .services.house import House
from .services.imports import imports
from .services.machines import hook_calls, hook_news
from .services.queues import batches, taken_lists
from .services.repair import repair_notice
from .services.sync import sync_delivery
from .web.queues import listing_out
from .web.ui import say

IMPORTS_FOR = 20.0
"""Seconds for which one message imports rows before others get their turn; far less than a lease."""

BATCHES_FOR = 20.0
"""The same for the cases of a batch."""

Deliverer = Callable[[Session, Message, datetime, House], None]


def deliver_notice(session: Session, message: Message, now: datetime, house: House) -> None:
    """Fan a notice out to the people it reaches."""
    notices.deliver(session, message.key, message.payload, now=now)


def deliver_document(session: Session, message: Message, now: datetime, house: House) -> None:
    """Print, sign and store a numbered document. No transaction is open while it is printed by the print process.

    One that was produced before is never printed again: what was handed out must not change.
    """
    number = message.payload["document_id"]
    session.rollback()
    document = session.get_one(Document, number)
    session.expunge(document)
    session.rollback()
    made = None
    if document.produced_at is None:
        render_pdf = print_process.shared().render_pdf
        made = documents.made(document, signer=house.signer, site_url=house.site_url, render_pdf=render_pdf)
    begin_writing(session)
    if made is not None:
        keys.remember(session, house.signer, now=now)
        kept = session.get_one(Document, number)
        documents.keep(session, kept, made, storage=house.storage, now=now)
        hook_news.document_ready(session, kept, now=clock.now())


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


def deliver_batch(session: Session, message: Message, now: datetime, house: House) -> None:
    """Do the cases of a batch for a while; what is left gets a message of its own."""
    number, begun = message.payload["batch_id"], time.monotonic()
    if batching.carry(session, number, house, goes_on=lambda: time.monotonic() - begun < BATCHES_FOR):
        batches.send(session, session.get_one(Batch, number), now=clock.now())


def deliver_taken_list(session: Session, message: Message, now: datetime, house: House) -> None:
    """Make a list to take away, or forget one whose days are over. It is read and written between two transactions."""
    number = message.payload["list_id"]
    if message.payload.get("is_over"):
        taken_lists.forget(session, number)
        return
    session.rollback()
    made = listing_out.made(session, number, now=now, house=house)
    session.rollback()
    place = taken_lists.put(made.content, house.storage) if made else ""
    begin_writing(session)
    if made:
        taken_lists.keep(session, number, place, cases=made.cases, now=clock.now())


def deliver_follow(session: Session, message: Message, now: datetime, house: House) -> None:
    """Let a case go on because something outside it was done."""
    perform.follow(session, message.payload["case_id"], now=now, house=house)


def deliver_step(session: Session, message: Message, now: datetime, house: House) -> None:
    """Let the clock take a step of another case, because of what was decided in one."""
    order = perform.Order(message.payload["step"], message.payload.get("given", {}), None)
    perform.perform(session, message.payload["address"], order, actor=CLOCK, now=now, house=house)


def deliver_sync(session: Session, message: Message, now: datetime, house: House) -> None:
    """Bring a request to a place that holds a record. A slow site must not hold up those who write."""
    number, is_last = message.payload["task_id"], message.attempts > len(outbox.BACK_OFF)
    parcel = sync_delivery.parcel(session, number, house)
    session.rollback()
    try:
        if parcel is not None:
            sync_delivery.send(parcel, house, now=now)
    except signed_call.Undelivered as error:
        begin_writing(session)
        sync_delivery.note_failure(session, number, error, is_last=is_last, now=clock.now())
        if is_last:
            hook_news.task_moved(session, session.get_one(SyncTask, number), "failed", now=clock.now())
        session.commit()
        raise
    begin_writing(session)
    if parcel is not None:
        sync_delivery.note_sent(session, number, now=clock.now(), house=house)
        task = session.get_one(SyncTask, number)
        if task.sent_at is not None:
            hook_news.task_moved(session, task, "sent", now=clock.now())


def deliver_hook_call(session: Session, message: Message, now: datetime, house: House) -> None:
    """Tell a department's own system what happened. A slow one must not hold up those who write."""
    number, is_last = message.payload["call_id"], message.attempts > len(outbox.BACK_OFF)
    call = hook_calls.prepared(session, number, now=now, house=house)
    if call is None:
        return
    session.rollback()
    try:
        signed_call.send(call, house.sync_allowed_hosts, now=now)
    except signed_call.Undelivered as error:
        begin_writing(session)
        hook_calls.note_failure(session, number, error, is_last=is_last, now=clock.now())
        session.commit()
        raise
    begin_writing(session)
    hook_calls.note_sent(session, number, now=clock.now())


def deliver_target_file(session: Session, message: Message, now: datetime, house: House) -> None:
    """Compare what a target holds with our records. Read and compared between two transactions."""
    number = message.payload["file_id"]
    session.rollback()
    file = session.get_one(TargetFile, number)
    told = differences.read(file, house=house, now=now)
    found = () if told.faults else differences.found_in(session, file, told.rows)
    session.rollback()
    begin_writing(session)
    if told.faults:
        differences.keep_unreadable(session, number, told, now=clock.now())
    else:
        differences.take(session, number, told, found, now=clock.now(), house=house)


def deliver_repair_notice(session: Session, message: Message, now: datetime, house: House) -> None:
    """Issue the letter that goes with a decision (两书同达); its bytes follow with a message of their own."""
    record = session.get_one(CreditRecord, message.payload["record_id"], with_for_update=True)
    repair_notice.issue(session, record, now=now, house=house)


def deliver_hand_over(session: Session, message: Message, now: datetime, house: House) -> None:
    """Let the unit that took over from an ended one answer an objection."""
    mergers.hand_over(session, message.payload, now=now, house=house)


DELIVERERS: dict[str, Deliverer] = {
    "notice": deliver_notice,
    "document": deliver_document,
    "repair_notice": deliver_repair_notice,
    "mail": deliver_mail,
    "recount": deliver_recount,
    "import": deliver_import,
    "batch": deliver_batch,
    "sync": deliver_sync,
    hook_news.MESSAGE: deliver_hook_call,
    target_files.MESSAGE: deliver_target_file,
    taken_lists.KIND: deliver_taken_list,
    "follow": deliver_follow,
    mergers.HAND_OVER: deliver_hand_over,
    "take_step": deliver_step,
}
