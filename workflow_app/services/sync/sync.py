"""Follows a record downstream: each place that holds a copy is asked, sent to, confirms, and is looked at.

One task per target and request, with a clock of its own. When the last target confirmed, the record gets the fact
(Order 36 art. 3) and a repair is asked to go on. Brings nothing anywhere itself: `sync_delivery` does, after commit.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ...domain import clock
from ...domain.downstream import ASKED_OF_PUBLISHERS, ASKED_OF_UNITS, FACTS, UNDONE_BY, What, rule_for
from ...domain.refusals import Refused
from ...domain.rulebook import Rulebook
from ...domain.words import N_
from ...models.outbox import Message
from ...models.record import CreditRecord, Measure
from ...models.sync import SyncTarget, SyncTask
from ..delivery import outbox
from ..machines import hook_news
from ..records import records
from ..reports import reports
from . import sync_targets

ALL_CONFIRMED = N_("各同步对象均已确认")
NO_LONGER = N_("异议已经办结，不需要再标注")
NOTHING_TO_DO = N_("没有需要通知的同步对象")


def ask(
    session: Session,
    record: CreditRecord,
    whats: Sequence[str],
    *,
    case_id: int | None = None,
    now: datetime,
    rulebook: Rulebook,
) -> list[SyncTask]:
    """Ask every target that holds the record. Asking again for the same case changes nothing.

    A request that concerns nobody (no measure was taken, say) is fulfilled at once. Returns the new tasks.
    """
    record = _locked(session, record.id)
    asked = [
        task
        for what in map(What, whats)
        for target in _concerned(session, record, what, now=now, rulebook=rulebook)
        if (task := _write(session, record, target, what, case_id=case_id, now=now, rulebook=rulebook))
    ]
    for task in asked:
        if task.confirmed_at is None:
            outbox.put(session, f"sync/{task.id}/0", "sync", {"task_id": task.id}, now=now)
    for what in whats:
        _settle(session, record, What(what), case_id=case_id, now=now, rulebook=rulebook, by_id=None)
    _go_on(session, case_id, f"asked/{asked[0].id if asked else 0}", now=now)
    return asked


def ask_one(
    session: Session, record: CreditRecord, target: SyncTarget, what: What, *, because: str, now: datetime,
    rulebook: Rulebook,
) -> SyncTask | None:  # fmt: skip
    """Ask one target alone, outside any case; `because` names the occasion. Asking again for it changes nothing."""
    record = _locked(session, record.id)
    task = _write(session, record, target, what, case_id=None, now=now, rulebook=rulebook, because=because)
    if task is not None:
        outbox.put(session, f"sync/{task.id}/0", "sync", {"task_id": task.id}, now=now)
    return task


def confirm(
    session: Session,
    task: SyncTask,
    *,
    by_id: int | None,
    evidence: str,
    now: datetime,
    rulebook: Rulebook,
    evidence_key: str | None = None,
) -> None:
    """The target did it: who says so and what shows it. Refused when it was confirmed before.

    `by_id` None means that the target itself confirmed. The last confirmation of a kind gives the record its fact.
    """
    record = _locked(session, task.record_id)
    session.refresh(task)
    if task.confirmed_at is not None:
        raise Refused(N_("这项任务已经确认过，不需要再确认。"), code="confirmed")
    if not evidence.strip() and evidence_key is None:
        raise Refused(N_("请写明凭什么确认，或者上传凭据。"), code="evidence")
    task.confirmed_at, task.confirmed_by_id, task.dead_at = now, by_id, None
    task.evidence, task.evidence_key = evidence.strip(), evidence_key
    if task.what == What.LIFT_MEASURES and task.target.unit_id is not None:
        _lift(session, task, by_id=by_id, now=now)
    session.flush()
    hook_news.task_moved(session, task, "confirmed", now=now)
    what = What(task.what)
    _settle(session, record, what, case_id=task.case_id, now=now, rulebook=rulebook, by_id=by_id)
    _go_on(session, task.case_id, str(task.id), now=now)


def see(
    session: Session, task: SyncTask, *, by_id: int, note: str, now: datetime, picture_key: str | None = None
) -> None:
    """Somebody looked at the target's public page and found it done. Refused while the target has not confirmed.

    Looking again replaces what was noted before.
    """
    if task.confirmed_at is None:
        raise Refused(N_("对方还没有确认。请先确认，再核实公示页。"))
    if not note.strip():
        raise Refused(N_("请写明在公示页上看到了什么。"), code="note")
    task.seen_at, task.seen_by_id, task.seen_note = now, by_id, note.strip()
    task.seen_key = picture_key or task.seen_key
    session.flush()


def sent(session: Session, task: SyncTask, *, now: datetime, rulebook: Rulebook) -> None:
    """The request reached the target. A third party's days count from the day the notice first reached it (RP-08)."""
    is_first = task.sent_at is None
    task.sent_at, task.error, task.dead_at = task.sent_at or now, None, None
    task.attempts += 1
    today = clock.legal_day(now)
    if is_first and task.target.kind == "third_party" and today > task.starts_on:
        due = rulebook.due(rule_for(task.target.kind, What(task.what)), today)
        task.starts_on, task.due_on = today, due.due_on
        task.explanation = [line.as_json() for line in due.explanation]
    session.flush()


def failed(session: Session, task: SyncTask, error: str, *, is_last: bool, now: datetime) -> None:
    """The request could not be brought; after the last try the task is dead and waits for a person."""
    task.attempts += 1
    task.error = error
    task.dead_at = now if is_last else None
    session.flush()


def send_again(session: Session, task: SyncTask, *, now: datetime) -> None:
    """Send once more, after a failure or to a target that keeps silent. Refused when there is nothing to send."""
    if task.confirmed_at is not None:
        raise Refused(N_("对方已经确认，不需要再发送。"))
    own = select(Message).where(Message.kind == "sync", Message.key.startswith(f"sync/{task.id}/"))
    before = session.scalars(own).all()
    if any(message.done_at is None and message.dead_at is None for message in before):
        raise Refused(N_("这项任务正等待发送，请稍候再看结果。"))
    task.dead_at = None
    outbox.put(session, f"sync/{task.id}/{len(before)}", "sync", {"task_id": task.id}, now=now)
    session.flush()


def tell_by_hand(session: Session, task: SyncTask, *, now: datetime, rulebook: Rulebook) -> None:
    """The office told the target by letter or telephone. Refused for a target that is told in another way."""
    if task.target.deliverer != "hand" or task.confirmed_at is not None:
        raise Refused(N_("这项任务不需要人工登记发送。"))
    sent(session, task, now=now, rulebook=rulebook)


def has_every_fact(record: CreditRecord) -> bool:
    """Whether the record itself says that everything was done that a repair asks for."""
    return all(getattr(record, column) is not None for column in FACTS.values())


def open_tasks(session: Session, case_id: int | None, *, whats: Sequence[What] = tuple(What)) -> int:
    """How many requests of a case nobody has confirmed yet."""
    wanted = (
        select(func.count())
        .select_from(SyncTask)
        .where(SyncTask.case_id == case_id, SyncTask.confirmed_at.is_(None), SyncTask.what.in_(whats))
    )
    return session.scalar(wanted) or 0


def no_longer(session: Session, what: What, *, case_id: int, now: datetime) -> None:
    """What was asked for the case needs no answer any more, because it is asked the other way round."""
    session.execute(
        update(SyncTask)
        .where(SyncTask.case_id == case_id, SyncTask.what == what, SyncTask.confirmed_at.is_(None))
        .values(confirmed_at=now, dead_at=None, evidence=NO_LONGER)
    )


def _locked(session: Session, record_id: int) -> CreditRecord:
    """The record, held so that two last confirmations at once don't each miss the other."""
    session.flush()
    return session.get_one(
        CreditRecord, record_id, with_for_update={"of": CreditRecord}, populate_existing=True
    )


def _concerned(
    session: Session, record: CreditRecord, what: What, *, now: datetime, rulebook: Rulebook
) -> list[SyncTarget]:
    """Who is asked. Of the units only those with a measure that still stands; they are targets even if not listed."""
    if what is What.TELL:
        return _report_users(session, record, day=clock.legal_day(now), rulebook=rulebook)
    does = {
        **dict.fromkeys(ASKED_OF_PUBLISHERS, What.END_PUBLICITY),
        **dict.fromkeys(ASKED_OF_UNITS, What.LIFT_MEASURES),
    }.get(what, what)
    in_use = sync_targets.active(session, on=clock.legal_day(now))
    targets = [target for target in in_use if does in target.does]
    if what in (What.END_PUBLICITY, What.STOP_SHARING, *ASKED_OF_PUBLISHERS):
        targets.append(sync_targets.own(session))
    if what not in ASKED_OF_UNITS:
        return targets
    standing = select(Measure.unit_id).where(Measure.record_id == record.id, Measure.lifted_on.is_(None))
    units = sorted(set(session.scalars(standing)))
    listed = [target for target in targets if target.unit_id is None or target.unit_id in units]
    missing = sorted(set(units) - {target.unit_id for target in listed})
    return listed + [sync_targets.of_unit(session, unit_id) for unit_id in missing]


def _report_users(
    session: Session, record: CreditRecord, *, day: date, rulebook: Rulebook
) -> list[SyncTarget]:
    """Who was given a report with this record within the days of OB-15."""
    days = rulebook.pack.rule("OB-15", on=day, place=rulebook.place).value
    since = day - timedelta(days=int(days or 0))
    found = reports.reports_with(session, record, since=since)
    return [sync_targets.of_report(session, report) for report in found]


def _write(
    session: Session, record: CreditRecord, target: SyncTarget, what: What, *, case_id: int | None, now: datetime,
    rulebook: Rulebook, because: str = "",
) -> SyncTask | None:  # fmt: skip
    """The task, or None when it was asked before. What the platform itself does is done with the asking."""
    day = clock.legal_day(now)
    due = rulebook.due(rule_for(target.kind, what), day)
    own = {"sent_at": now, "confirmed_at": now} if target.kind == "own" else {}
    occasion = because or _round(session, record, what)
    values: dict[str, Any] = {
        "key": f"{record.id}/{case_id or 0}/{what}/{target.id}/{occasion}", "record_id": record.id, "case_id": case_id,
        "target_id": target.id, "what": what.value, "created_at": now, "starts_on": day, "due_on": due.due_on,
        "explanation": [line.as_json() for line in due.explanation], "attempts": 0, "evidence": "", "seen_note": "",
    }  # fmt: skip
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(SyncTask).values(values | own).on_conflict_do_nothing(index_elements=["key"])
    return session.scalars(row.returning(SyncTask)).first()


def _round(session: Session, record: CreditRecord, what: What) -> int:
    """How often what was asked had been undone before, say by showing the record again: each time is asked anew."""
    before = (
        select(func.count())
        .select_from(SyncTask)
        .join(SyncTarget)
        .where(SyncTask.record_id == record.id, SyncTarget.kind == "own", SyncTask.what.in_(UNDONE_BY[what]))
    )
    return session.scalar(before) or 0


def _settle(
    session: Session, record: CreditRecord, what: What, *, case_id: int | None, now: datetime, rulebook: Rulebook,
    by_id: int | None,
) -> None:  # fmt: skip
    """Give the record its fact when nobody is left to confirm."""
    column = FACTS.get(what)
    if column is None or getattr(record, column) is not None:
        return
    tasks = select(SyncTask.confirmed_at, SyncTask.target_id).where(
        SyncTask.record_id == record.id, SyncTask.case_id == case_id, SyncTask.what == what
    )
    confirmed = [row.confirmed_at for row in session.execute(tasks)]
    if all(confirmed):
        why = ALL_CONFIRMED if confirmed else NOTHING_TO_DO
        records.change(
            session, record, {column: now}, why=why, by_id=by_id, now=now, rulebook=rulebook, case_id=case_id
        )


def _go_on(session: Session, case_id: int | None, key: str, *, now: datetime) -> None:
    """Let the clock look at the case again, in a transaction of its own, when everything was confirmed."""
    if case_id is not None and not open_tasks(session, case_id):
        outbox.put(session, f"sync/{case_id}/follow/{key}", "follow", {"case_id": case_id}, now=now)


def _lift(session: Session, task: SyncTask, *, by_id: int | None, now: datetime) -> None:
    session.execute(
        update(Measure)
        .where(Measure.record_id == task.record_id, Measure.unit_id == task.target.unit_id)
        .where(Measure.lifted_on.is_(None))
        .values(lifted_on=clock.legal_day(now), lifted_by_id=by_id)
    )
