"""Credit records: entered, changed and read, each change with old and new, who and why.

The only module that writes `credit_record`. How long a record is published follows from the rules in force on the day of
the finding (`domain.publicity_period`) and is never typed in. Whether two people are needed is for `record_proposals`.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from ...domain import record_words
from ...domain.intake.kinds import PenaltyKind
from ...domain.people import Actor, GrantKind
from ...domain.publicity_period import Period, RecordClass, publicity_period
from ...domain.reckoning import ONE_DAY
from ...domain.refusals import NotYours, Refused
from ...domain.rulebook import Rulebook
from ...domain.words import N_, Sentence
from ...models.lists import ListEntry
from ...models.party import Subject
from ...models.record import CreditRecord, PenaltyItem, RecordChange, RecordMark
from ..delivery import notices

REF_BYTES = 9
FINE = "fine"
"""Under this name a changed amount of the fine stands in the history of a record."""
KINDS, MARKS, HOW_ENDED = record_words.KINDS, record_words.MARKS, record_words.HOW_ENDED
DUTIES_DONE = N_(
    "认定单位已经确认您在 %(day)s纠正并履行完《%(number)s》的全部义务。从 %(next)s起可以申请信用修复，不收取任何费用。"
)
ON_A_LIST = exists().where(ListEntry.record_id == CreditRecord.id)
"""A record that is an entry on a list: the list's own term and exit go before those of records."""
OFFICE = (GrantKind.CLERK, GrantKind.LEAD, GrantKind.AUDITOR)
DEPARTMENT = (GrantKind.HANDLER, GrantKind.HEAD)
END_OF_REPAIR = {
    "publicity_ended_at": None, "sharing_stopped_at": None, "measures_lifted_at": None, "evaluation_updated_at": None,
    "repaired_at": None, "hidden_at": None, "ended_how": "",
}  # fmt: skip


def enter(
    session: Session, values: Mapping[str, Any], *, class_: str, rulebook: Rulebook, now: datetime
) -> CreditRecord:
    """Write a new finding; its periods follow from the day of the finding and its class. Raises Refused."""
    record = CreditRecord(
        ref=secrets.token_urlsafe(REF_BYTES),
        class_=class_,
        recorded_at=now,
        publicity_from=values["decided_on"],
        **values,
    )
    _follow(record, rulebook)
    session.add(record)
    session.flush()
    return record


def period(record: CreditRecord, rulebook: Rulebook) -> Period:
    """How long the record is published and from when it may be repaired, with the whole explanation."""
    return publicity_period(
        record.decided_on,
        (RecordClass(record.class_),),
        pack=rulebook.pack,
        place=rulebook.place,
        is_special_field=record.is_special_field,
    )


def may_apply_from(record: CreditRecord) -> date:
    """The first day on which repair may be asked for, if the duties are performed: the day after the shortest end."""
    return record.min_end_on + ONE_DAY if record.min_end_on else record.decided_on


def change(
    session: Session,
    record: CreditRecord,
    values: Mapping[str, Any],
    *,
    why: str,
    by_id: int | None,
    now: datetime,
    rulebook: Rulebook,
    case_id: int | None = None,
) -> None:
    """Change what a record says; every column that differs leaves its old and new value."""
    for name, new in values.items():
        old = getattr(record, name)
        if old == new:
            continue
        setattr(record, name, new)
        session.add(
            RecordChange(
                record_id=record.id, at=now, by_id=by_id, case_id=case_id, field=name, old=told(old), new=told(new), why=why,
            )
        )  # fmt: skip
    if values.keys() & {"class_", "decided_on", "is_special_field"}:
        _follow(record, rulebook)
    session.flush()


def set_fine(
    session: Session,
    record: CreditRecord,
    amount: Decimal,
    *,
    why: str,
    by_id: int | None,
    now: datetime,
    case_id: int | None = None,
) -> None:
    """Change the amount of the fine (万元), which is one of the penalties; a decision without a fine gets one."""
    item = next((one for one in record.items if one.kind == PenaltyKind.FINE), None)
    if item is None:
        item = PenaltyItem(kind=PenaltyKind.FINE.value, amount=None, what="")
        record.items.append(item)
    old, item.amount = item.amount, amount
    change = RecordChange(
        record_id=record.id, at=now, by_id=by_id, case_id=case_id, field=FINE, old=told(old), new=told(amount), why=why,
    )  # fmt: skip
    session.add(change)
    session.flush()


def take_down(
    session: Session,
    record: CreditRecord,
    how: str,
    *,
    why: str,
    by_id: int | None,
    now: datetime,
    rulebook: Rulebook,
    case_id: int | None = None,
) -> None:
    """End the publicity of a record; `how` is one of HOW_ENDED. A record that is down already stays as it is."""
    if how not in HOW_ENDED:
        raise ValueError(f"a record does not end as {how}")
    if record.publicity_ended_at is None:
        ended = {"publicity_ended_at": now, "ended_how": how, "hidden_at": None}
        change(session, record, ended, why=why, by_id=by_id, now=now, rulebook=rulebook, case_id=case_id)


def restore(
    session: Session,
    record: CreditRecord,
    *,
    why: str,
    by_id: int | None,
    now: datetime,
    rulebook: Rulebook,
    case_id: int | None = None,
) -> None:
    """Make a record public again as if its repair or shielding had never been (Order 36: falsehood, a failed plan)."""
    change(session, record, END_OF_REPAIR, why=why, by_id=by_id, now=now, rulebook=rulebook, case_id=case_id)


def mark(
    session: Session,
    record: CreditRecord,
    kind: str,
    *,
    case_id: int | None = None,
    note: str = "",
    now: datetime,
) -> RecordMark:
    """Put a mark on a record; the one that stands already for the same case stays. `kind` is one of MARKS."""
    if kind not in MARKS:
        raise ValueError(f"a record is not marked as {kind}")
    standing = [
        row for row in record.marks if row.until is None and (row.kind, row.case_id) == (kind, case_id)
    ]
    if standing:
        return standing[0]
    made = RecordMark(kind=kind, case_id=case_id, note=note, since=now)
    record.marks.append(made)
    session.flush()
    return made


def unmark(
    session: Session, record: CreditRecord, kind: str, *, case_id: int | None = None, now: datetime
) -> None:
    """End the marks of this kind that stand for this case, or for none."""
    for row in record.marks:
        if row.until is None and (row.kind, row.case_id) == (kind, case_id):
            row.until = now
    session.flush()


def hidden_for_objection(record: CreditRecord) -> datetime | None:
    """Since when the record is hidden because of an objection that still runs; None while none hides it."""
    standing = (row.since for row in record.marks if row.until is None and row.kind == "hidden")
    return min(standing, default=None)


def establish_duties(
    session: Session,
    record: CreditRecord,
    done_on: date | None,
    *,
    how: str,
    by_id: int | None,
    now: datetime,
    today: date,
    rulebook: Rulebook,
    case_id: int | None = None,
) -> None:
    """The unit established that everything was corrected and performed on a day, and how; None takes it back. Refused."""
    if done_on is not None and done_on > today:
        raise Refused(N_("履行完毕的日期不能晚于今天，请核对证明上的日期。"), code="done_on")
    if done_on is not None and done_on < record.decided_on:
        raise Refused(N_("履行完毕的日期早于认定文书的日期，请核对。"), code="done_on")
    values = {"duties_done_on": done_on}
    change(session, record, values, why=how, by_id=by_id, now=now, rulebook=rulebook, case_id=case_id)
    if done_on is not None and record.publicity_ended_at is None:
        sentence = Sentence(DUTIES_DONE, number=record.decision_no, day=done_on, next=may_apply_from(record))
        key = f"record-{record.id}/duties-{done_on}"
        notices.tell(session, key, sentence, to="subject", subject_id=record.subject_id, now=now)


def by_ref(session: Session, ref: str, actor: Actor, *, is_locked: bool = False) -> CreditRecord:
    """The record of this address, if this person may read it. Raises NotYours."""
    wanted = select(CreditRecord).join(Subject).where(CreditRecord.ref == ref, may_read(actor))
    wanted = wanted.options(joinedload(CreditRecord.subject), joinedload(CreditRecord.unit))
    if is_locked:
        wanted = wanted.with_for_update(of=CreditRecord)
    found = session.scalars(wanted, execution_options={"populate_existing": is_locked}).first()
    if found is None:
        raise NotYours
    return found


def may_read(actor: Actor) -> ColumnElement[bool]:
    """Which records of the join of record and subject a person may read.

    The office reads all, the subject its own, the finding unit its own; other units what is shared with authorities,
    but of natural persons nothing.
    """
    own = CreditRecord.subject_id.in_(actor.subject_ids())
    if any(actor.holds(kind) for kind in OFFICE):
        return or_(own, CreditRecord.id.is_not(None))
    if not any(actor.holds(kind) for kind in DEPARTMENT):
        return own
    is_shared = CreditRecord.scope.in_(("public", "limited")) & (Subject.kind != "individual")
    return or_(own, CreditRecord.unit_id.in_(units_of(actor)), is_shared)


def units_of(actor: Actor, *kinds: GrantKind) -> frozenset[int]:
    """The units in which a person handles or heads, or only those of some kinds of grant."""
    wanted = kinds or DEPARTMENT
    return frozenset(g.unit_id for g in actor.grants if g.kind in wanted and g.unit_id is not None)


def may_change(record: CreditRecord, actor: Actor) -> bool:
    """Whether a person works on the records of the finding unit."""
    return record.unit_id in units_of(actor)


def of_subject(session: Session, subject_id: int) -> Sequence[CreditRecord]:
    """All records of a subject, the newest finding first, with what belongs to them."""
    wanted = select(CreditRecord).where(CreditRecord.subject_id == subject_id)
    parts = (
        selectinload(CreditRecord.items),
        selectinload(CreditRecord.marks),
        joinedload(CreditRecord.unit),
    )
    ordered = wanted.options(*parts).order_by(CreditRecord.decided_on.desc(), CreditRecord.id.desc())
    return session.scalars(ordered).all()


def on_a_list(session: Session, subject_id: int) -> frozenset[int]:
    """The ids of a subject's records that are entries on lists; they leave by list exit and not by repair."""
    wanted = select(CreditRecord.id).where(CreditRecord.subject_id == subject_id, ON_A_LIST)
    return frozenset(session.scalars(wanted))


def history(session: Session, record: CreditRecord) -> Sequence[RecordChange]:
    """Every change of a record, the newest first."""
    wanted = select(RecordChange).where(RecordChange.record_id == record.id)
    return session.scalars(wanted.options(joinedload(RecordChange.by)).order_by(RecordChange.id.desc())).all()


def told(value: object) -> str:
    """A value as the history of changes keeps it."""
    if value is None:
        return ""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "；".join(map(told, value))
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, PenaltyItem):
        return " ".join(filter(None, (PenaltyKind(value.kind).word, told(value.amount), value.what)))
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _follow(record: CreditRecord, rulebook: Rulebook) -> None:
    """Count the periods; when an end moves, whatever was said of the old one must be said again of the new one."""
    found = period(record, rulebook)
    if record.min_end_on != found.shortest_end_on:
        record.min_end_on, record.reminded_on = found.shortest_end_on, None
    if record.max_end_on != found.longest_end_on:
        record.max_end_on, record.flagged_at = found.longest_end_on, None
