"""What time brings about for lists: terms that end, exits after an objection, silent units, reminders and re-checks.

One thing at a time, locked and looked at again, so that it happens once with several workers and after an outage.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from ...domain import clock
from ...domain.due_words import end_of
from ...domain.people import CLOCK
from ...domain.words import N_, Sentence
from ...models.case import Case
from ...models.lists import JointMeasure, ListEntry, ListType
from ...models.record import CreditRecord
from ...workflows.list_exit import LIST_EXIT, SYNCING
from ..cases import cases
from ..delivery import notices
from ..engine import perform
from ..house import House
from ..rules import rulebooks
from . import list_entries

BETWEEN = "ES-01"
UP = ("head", "lead")
"""Who is told one after the other that a unit is silent."""
MAY_LEAVE = N_("贵方列入“%(list)s”，从 %(day)s起可以申请提前移出，不收取任何费用，也不用找人代办。")
REVIEW = N_("%(subject)s在“%(list)s”上，请复查是否仍符合列入条件（期限 %(day)s）；不再符合的，请启动移出。")
SILENT = N_("%(subject)s（%(list)s）：%(unit)s的措施“%(measure)s”已超过 %(due)s，还没有办理。请督促办理。")


@dataclass(frozen=True)
class Waiting:
    """One thing that time has to do: which, and for which entry or measure."""

    job: str
    id: int


def waiting(session: Session, *, today: date) -> tuple[Waiting, ...]:
    """Everything that stands to be done on this legal day. Reads only."""
    entries = select(ListEntry.id).order_by(ListEntry.id)
    asked = {
        "annul": entries.join(CreditRecord, CreditRecord.id == ListEntry.record_id).where(_to_annul()),
        "expire": entries.where(_to_expire(today)),
        "unmake": entries.join(CreditRecord, CreditRecord.id == ListEntry.record_id).where(_to_unmake()),
        "go_on": entries.join(Case, Case.id == ListEntry.exit_case_id).where(_to_go_on()),
        "count": entries.join(ListType)
        .join(CreditRecord, CreditRecord.id == ListEntry.record_id)
        .where(_to_count()),
        "remind": entries.where(_to_remind(today)),
        "review": entries.where(_to_review(today)),
        "urge": select(JointMeasure.id).where(_to_urge(today)).order_by(JointMeasure.due_on, JointMeasure.id),
    }
    return tuple(Waiting(job, number) for job, ids in asked.items() for number in session.scalars(ids))


def act(session: Session, todo: Waiting, *, now: datetime, house: House) -> bool:
    """Do one thing that `waiting` found, if it still stands and nobody else holds it. Whether it was done."""
    return JOBS[todo.job](session, todo.id, now=now, house=house)


def _expire(session: Session, entry_id: int, *, now: datetime, house: House) -> bool:
    """The term ended: off the list without anybody asking."""
    found = _locked(session, entry_id, _to_expire(clock.legal_day(now)))
    return found is not None and _leave(session, found, "expire", "expired", now=now, house=house)


def _annul(session: Session, entry_id: int, *, now: datetime, house: House) -> bool:
    """An objection found that the entry was wrong and took its record down."""
    found = _locked(session, entry_id, _to_annul())
    return found is not None and _leave(session, found, "annul", "annulled", now=now, house=house)


def _unmake(session: Session, entry_id: int, *, now: datetime, house: House) -> bool:
    """An objection or the unit itself took the record down before it was published: the listing goes no further."""
    found = _locked(session, entry_id, _to_unmake())
    if found is not None:
        perform.follow(session, found.case_id, now=now, house=house)
    return found is not None


def _leave(session: Session, found: ListEntry, step: str, way: str, *, now: datetime, house: House) -> bool:
    facts = {"matter": found.type.name, "entry_ref": found.ref, "kind": found.type.kind, "way": way}
    case = cases.open_draft(
        session, LIST_EXIT, subject_id=found.subject_id, actor=CLOCK, now=now, house=house, record=found.record,
        unit_id=found.unit_id, facts=facts,
    )  # fmt: skip
    asked = found.exit_case_id
    perform.perform(session, case.address, perform.Order(step, {}, None), actor=CLOCK, now=now, house=house)
    if asked is not None:
        perform.follow(
            session, asked, now=now, house=house
        )  # an application that this has overtaken is closed
    return True


def _go_on(session: Session, entry_id: int, *, now: datetime, house: House) -> bool:
    """An exit waits for what another case asked of the places; look whether everything was confirmed since."""
    found = session.get_one(ListEntry, entry_id)
    if found.exit_case_id is None or found.exit_case is None:
        return False
    perform.follow(session, found.exit_case_id, now=now, house=house)
    return found.exit_case.state != SYNCING.name


def _count(session: Session, entry_id: int, *, now: datetime, house: House) -> bool:
    """The unit established that the duties are performed, or took it back: what counts from that day moves."""
    found = _locked(session, entry_id, list_entries.STANDS)
    if found is None:
        return False
    list_entries.count_early(found, rulebooks.current(session, house))
    found.reminded_on = None
    return True


def _remind(session: Session, entry_id: int, *, now: datetime, house: House) -> bool:
    """On the first day on which early exit may be asked for the subject is told, once."""
    today = clock.legal_day(now)
    found = _locked(session, entry_id, _to_remind(today))
    if found is None:
        return False
    found.reminded_on = today
    if found.type.early_rule:
        told = Sentence(MAY_LEAVE, list=found.type.name, day=found.early_on or today)
        key = f"entry-{found.id}/early-{found.early_on}"
        notices.tell(session, key, told, to="subject", subject_id=found.subject_id, now=now, is_held=True)
    return True


def _review(session: Session, entry_id: int, *, now: datetime, house: House) -> bool:
    """The unit is asked to look again; the next re-check is counted from today."""
    today = clock.legal_day(now)
    found = _locked(session, entry_id, _to_review(today))
    if found is None or found.review_on is None:
        return False
    told = Sentence(REVIEW, subject=found.subject.name, list=found.type.name, day=found.review_on)
    notices.tell(
        session,
        f"entry-{found.id}/review-{found.review_on}",
        told,
        to="handler",
        unit_id=found.unit_id,
        now=now,
        is_held=True,
    )
    found.review_on = rulebooks.current(session, house).due(found.type.review_rule, today).due_on
    return True


def _urge(session: Session, measure_id: int, *, now: datetime, house: House) -> bool:
    """A silent unit: its head is told, and after the days of ES-01 the office's lead."""
    wanted = select(JointMeasure).where(JointMeasure.id == measure_id, _to_urge(clock.legal_day(now)))
    locked = wanted.with_for_update(of=JointMeasure, skip_locked=True)
    found = session.scalars(locked, execution_options={"populate_existing": True}).first()
    if found is None or found.due_on is None:
        return False
    waits_until = rulebooks.current(session, house).due(BETWEEN, found.due_on).due_on
    if found.told_overdue and clock.legal_day(now) <= waits_until:
        return False
    side = UP[found.told_overdue]
    told = Sentence(
        SILENT, subject=found.entry.subject.name, list=found.entry.type.name, unit=found.unit.name,
        measure=found.title, due=end_of(found.due_on),
    )  # fmt: skip
    key = f"measure-{found.id}/silent-{found.due_on}/{side}"
    notices.tell(session, key, told, to=side, unit_id=found.unit_id, now=now, is_held=True)
    found.told_overdue += 1
    return True


def _locked(session: Session, entry_id: int, still: ColumnElement[bool]) -> ListEntry | None:
    """The entry, if what is to be done still stands; None also when somebody else holds it."""
    wanted = select(ListEntry).outerjoin(CreditRecord, CreditRecord.id == ListEntry.record_id)
    locked = wanted.where(ListEntry.id == entry_id, still).with_for_update(of=ListEntry, skip_locked=True)
    return session.scalars(locked, execution_options={"populate_existing": True}).first()


def _to_expire(today: date) -> ColumnElement[bool]:
    is_free = or_(ListEntry.restricted_until.is_(None), ListEntry.restricted_until < today)
    return and_(list_entries.STANDS, ListEntry.ends_on < today, is_free)


def _to_annul() -> ColumnElement[bool]:
    return and_(list_entries.STANDS, CreditRecord.ended_how == "annulled")


def _to_unmake() -> ColumnElement[bool]:
    is_decided = and_(ListEntry.listed_on.is_(None), ListEntry.dropped_at.is_(None))
    return and_(is_decided, CreditRecord.ended_how.in_(("annulled", "withdrawn")))


def _to_go_on() -> ColumnElement[bool]:
    return and_(
        ListEntry.exit_how == "annulled", ListEntry.is_exit_done.is_(False), Case.state == SYNCING.name
    )


def _to_count() -> ColumnElement[bool]:
    moved = CreditRecord.duties_done_on.is_distinct_from(ListEntry.corrected_on)
    return and_(list_entries.STANDS, ListType.early_from == "correction", moved)


def _to_remind(today: date) -> ColumnElement[bool]:
    return and_(list_entries.STANDS, ListEntry.reminded_on.is_(None), ListEntry.early_on <= today)


def _to_review(today: date) -> ColumnElement[bool]:
    return and_(list_entries.STANDS, ListEntry.review_on <= today)


def _to_urge(today: date) -> ColumnElement[bool]:
    return and_(JointMeasure.due_on < today, JointMeasure.told_overdue < len(UP))


JOBS: dict[str, Callable[..., bool]] = {
    "annul": _annul,
    "expire": _expire,
    "unmake": _unmake,
    "go_on": _go_on,
    "count": _count,
    "remind": _remind,
    "review": _review,
    "urge": _urge,
}
