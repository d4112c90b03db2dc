"""What time brings about for records outside any case: reminders, the end of the longest publicity, late withdrawals.

RP-00 tells the subject shortly before and on the first day on which repair may be asked for. RP-11 ends the publicity
after its longest period if everything was corrected, and else flags it for the unit; it never takes down what was not
corrected. RP-12: a withdrawal that nobody decided by its last day is hidden until somebody does (行政处罚法 48).
One record at a time, locked and looked at again, so that it happens once with several workers and after an outage.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from ...domain import clock
from ...domain.due_words import end_of
from ...domain.words import N_, Sentence
from ...models.case import Case
from ...models.proposal import RecordProposal
from ...models.record import CreditRecord
from ..delivery import notices
from ..house import House
from ..rules import rulebooks
from ..sync import sync
from . import records

BEFORE = timedelta(days=7)
"""How long before the first day the subject is told to get its proofs together. 平台设定值."""
OF_EXPIRY = ("end_publicity", "stop_sharing")

SOON = N_(
    "《%(number)s》记载的失信信息从 %(day)s起可以申请信用修复，不收取任何费用。"
    "请提前准备已经纠正并履行义务的证明。"
)
NOW_OPEN = N_("《%(number)s》记载的失信信息从 %(day)s起可以申请信用修复，不收取任何费用，也不用找人代办。")
EXPIRED = N_("《%(number)s》记载的失信信息最长公示期已满，已经停止公示。您不用再做什么。")
FLAGGED = N_(
    "《%(number)s》记载的失信信息最长公示期在 %(day)s届满，但认定单位还没有确认您已经纠正并履行义务，"
    "所以继续公示。请履行后把证明交给认定单位。"
)
FLAGGED_TO_UNIT = N_(
    "《%(number)s》（%(subject)s）最长公示期在 %(day)s届满，还没有登记义务履行完毕。"
    "请核实：已经履行的，请登记；没有履行的，按本单位规定处理。"
)
HIDDEN = N_(
    "《%(number)s》（%(subject)s）的认定依据已被变更或者撤销，撤回公示的期限是 %(due)s，还没有人复核。"
    "系统已先隐去这条公示，请尽快复核。"
)
WHY_EXPIRED = N_("最长公示期届满，义务已经履行（规则 RP-11）")
WHY_FLAGGED = N_("最长公示期届满，尚未确认履行（规则 RP-11）")
WHY_HIDDEN = N_("撤回公示到期仍未复核，先行隐去（规则 RP-12）")


@dataclass(frozen=True)
class Waiting:
    """One thing that time has to do: which, and for which record or proposal."""

    job: str
    id: int


def waiting(session: Session, *, today: date) -> tuple[Waiting, ...]:
    """Everything that stands to be done on this day, the longest waiting first. Reads only."""
    of_record = select(CreditRecord.id)
    asked = {
        "remind": of_record.where(_to_remind(today)).order_by(CreditRecord.min_end_on, CreditRecord.id),
        "end": of_record.where(_to_end(today)).order_by(CreditRecord.max_end_on, CreditRecord.id),
        "hide": select(RecordProposal.id).where(_to_hide(today)).order_by(RecordProposal.due_on),
    }
    return tuple(Waiting(job, number) for job, ids in asked.items() for number in session.scalars(ids))


def act(session: Session, todo: Waiting, *, now: datetime, house: House) -> bool:
    """Do one thing that `waiting` found, if it still stands and nobody else holds it. Whether it was done."""
    return JOBS[todo.job](session, todo.id, now=now, house=house)


def _remind(session: Session, record_id: int, *, now: datetime, house: House) -> bool:
    """Tell what holds today; of the two reminders that an outage held up only the second is told."""
    today = clock.legal_day(now)
    record = _locked(session, record_id, _to_remind(today))
    if record is None:
        return False
    first_day = records.may_apply_from(record)
    record.reminded_on = today
    if not session.scalar(select(_has_repair(record.id))):
        text, stage = (NOW_OPEN, "open") if today >= first_day else (SOON, "soon")
        sentence = Sentence(text, number=record.decision_no, day=first_day)
        _tell_subject(session, record, f"{stage}-{first_day}", sentence, now=now)
    session.flush()
    return True


def _end(session: Session, record_id: int, *, now: datetime, house: House) -> bool:
    """After the longest end: down when corrected, else flagged once."""
    today = clock.legal_day(now)
    record = _locked(session, record_id, _to_end(today))
    if record is None or record.max_end_on is None:
        return False
    book = rulebooks.current(session, house)
    if record.duties_done_on is not None:
        records.take_down(session, record, "expired", why=WHY_EXPIRED, by_id=None, now=now, rulebook=book)
        sync.ask(session, record, OF_EXPIRY, now=now, rulebook=book)
        _tell_subject(session, record, "expired", Sentence(EXPIRED, number=record.decision_no), now=now)
        return True
    records.change(session, record, {"flagged_at": now}, why=WHY_FLAGGED, by_id=None, now=now, rulebook=book)
    told: dict[str, Any] = {"number": record.decision_no, "day": record.max_end_on}
    _tell_subject(session, record, f"flagged-{record.max_end_on}", Sentence(FLAGGED, **told), now=now)
    sentence = Sentence(FLAGGED_TO_UNIT, **told, subject=record.subject.name)
    for side in ("handler", "head"):
        key = f"record-{record.id}/flagged-{record.max_end_on}/{side}"
        notices.tell(session, key, sentence, to=side, unit_id=record.unit_id, now=now, is_held=True)
    return True


def _hide(session: Session, proposal_id: int, *, now: datetime, house: House) -> bool:
    """On the last day of RP-12 the record is hidden if nobody decided, and the head and the office's lead are told."""
    wanted = select(RecordProposal).where(RecordProposal.id == proposal_id, _to_hide(clock.legal_day(now)))
    locked = wanted.with_for_update(of=RecordProposal, skip_locked=True)
    proposal = session.scalars(locked, execution_options={"populate_existing": True}).first()
    if proposal is None or proposal.record_id is None or proposal.due_on is None:
        return False
    proposal.told_overdue_at = now
    record = session.get_one(CreditRecord, proposal.record_id, with_for_update=True)
    book = rulebooks.current(session, house)
    if record.hidden_at is None:
        values = {"hidden_at": now}
        records.change(session, record, values, why=WHY_HIDDEN, by_id=None, now=now, rulebook=book)
    told: dict[str, Any] = {
        "number": record.decision_no,
        "subject": record.subject.name,
        "due": end_of(proposal.due_on),
    }
    for side in ("head", "lead"):
        key = f"proposal-{proposal.id}/hidden/{side}"
        notices.tell(session, key, Sentence(HIDDEN, **told), to=side, unit_id=record.unit_id, now=now)
    return True


def _tell_subject(
    session: Session, record: CreditRecord, what: str, sentence: Sentence, *, now: datetime
) -> None:
    key = f"record-{record.id}/{what}"
    notices.tell(session, key, sentence, to="subject", subject_id=record.subject_id, now=now, is_held=True)


def _locked(session: Session, record_id: int, still: ColumnElement[bool]) -> CreditRecord | None:
    """The record, if what is to be done still stands; None also when somebody else holds it."""
    wanted = select(CreditRecord).where(CreditRecord.id == record_id, still)
    locked = wanted.with_for_update(of=CreditRecord, skip_locked=True)
    return session.scalars(locked, execution_options={"populate_existing": True}).first()


def _to_remind(today: date) -> ColumnElement[bool]:
    """The day before the first day is over: `reminded_on` lies after the shortest end once the last one was told."""
    is_near = and_(CreditRecord.reminded_on.is_(None), CreditRecord.min_end_on < today + BEFORE)
    is_open = and_(CreditRecord.reminded_on <= CreditRecord.min_end_on, CreditRecord.min_end_on < today)
    return and_(
        CreditRecord.publicity_ended_at.is_(None),
        ~records.ON_A_LIST,
        CreditRecord.not_repairable_because == "",
        or_(is_near, is_open),
    )


def _to_end(today: date) -> ColumnElement[bool]:
    return and_(
        CreditRecord.publicity_ended_at.is_(None),
        ~records.ON_A_LIST,
        CreditRecord.max_end_on < today,
        or_(CreditRecord.duties_done_on.is_not(None), CreditRecord.flagged_at.is_(None)),
    )


def _to_hide(today: date) -> ColumnElement[bool]:
    return and_(
        RecordProposal.decision == "",
        RecordProposal.due_on <= today,
        RecordProposal.told_overdue_at.is_(None),
    )


def _has_repair(record_id: int) -> ColumnElement[bool]:
    """Whether repair was asked for already, so that nobody needs to be told that it may be."""
    return exists().where(Case.record_id == record_id, Case.workflow == "repair", Case.number.is_not(None))


JOBS: dict[str, Callable[..., bool]] = {"remind": _remind, "end": _end, "hide": _hide}
