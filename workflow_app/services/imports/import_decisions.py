"""The second person's word on a file of penalties: before it nothing of the file is a record (see `imports`)."""

from datetime import datetime

from sqlalchemy.orm import Session

from ...domain.people import Actor, GrantKind
from ...domain.refusals import NotYours, Refused
from ...domain.words import N_
from ...models.record import ImportRun
from ..records import records
from .import_lists import CONFIRMED, REJECTED, TAKEN_BACK, by_ref
from .imports import TALLY, send, stage


def may_decide(run: ImportRun, actor: Actor) -> bool:
    """Whether this person may decide on the file: a head of the unit, for several units the office's lead, and never
    who handed it in."""
    return stage(run) == "waiting" and actor.person_id != run.by_id and _is_second(run, actor)


def _is_second(run: ImportRun, actor: Actor) -> bool:
    if run.unit_id is None:
        return actor.holds(GrantKind.LEAD)
    return run.unit_id in records.units_of(actor, GrantKind.HEAD)


def confirm(session: Session, ref: str, *, actor: Actor, now: datetime) -> ImportRun:
    """Let the rows be written. Raises NotYours, Refused."""
    run = _decide(session, ref, CONFIRMED, actor=actor, now=now)
    run.rejected_key, run.faults, run.reached_line = None, [], 0
    for name in TALLY:
        setattr(run, name, 0)
    send(session, run, now=now)
    return run


def reject(session: Session, ref: str, *, why: str, actor: Actor, now: datetime) -> ImportRun:
    """Nothing is written; who handed it in reads why. Raises NotYours, Refused."""
    if not why.strip():
        raise Refused(N_("不同意的，请写明理由，经办人会看到。"), code="why")
    run = _decide(session, ref, REJECTED, actor=actor, now=now)
    run.decision_why, run.finished_at = why.strip(), now
    return run


def take_back(session: Session, ref: str, *, actor: Actor, now: datetime) -> ImportRun:
    """Who handed it in thinks better of it. Raises NotYours, Refused."""
    run = by_ref(session, ref, actor, is_locked=True)
    if actor.person_id != run.by_id:
        raise NotYours
    _check_waiting(run)
    run.decision, run.decided_by_id, run.decided_at, run.finished_at = TAKEN_BACK, actor.person_id, now, now
    return run


def _decide(session: Session, ref: str, decision: str, *, actor: Actor, now: datetime) -> ImportRun:
    run = by_ref(session, ref, actor, is_locked=True)
    if not _is_second(run, actor):
        raise NotYours
    _check_waiting(run)
    if actor.person_id == run.by_id:
        raise Refused(N_("这是您自己交来的文件，需要本单位另一位负责人复核。"), code="four_eyes")
    run.decision, run.decided_by_id, run.decided_at = decision, actor.person_id, now
    return run


def _check_waiting(run: ImportRun) -> None:
    if stage(run) != "waiting":
        raise Refused(N_("这一批现在不在等待复核，请刷新页面看最新情况。"), code="decided")
