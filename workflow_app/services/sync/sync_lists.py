"""Which tasks a person sees, and in which list: the office all of them, a department those of its own.

Lists are paged by id, newest first, or for the overdue by due day, so that a page costs the same at the end.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, case, func, select, true
from sqlalchemy.orm import Session, joinedload

from ...domain.downstream import BY_ITSELF
from ...domain.people import Actor, GrantKind
from ...domain.refusals import NotYours
from ...domain.words import N_
from ...models.case import Case
from ...models.record import CreditRecord
from ...models.sync import SyncTarget, SyncTask

PAGE = 25
OF_THE_SUBJECT_ALONE = ("report_user", "unit")
"""The kinds of places that only the subject of a record and those who work with it know of."""
OFFICE = frozenset({GrantKind.CLERK, GrantKind.LEAD})
WATCHERS = OFFICE | {GrantKind.SYSTEM_ADMIN, GrantKind.AUDITOR}
TABS = {
    "open": N_("未完成"),
    "overdue": N_("已超期"),
    "dead": N_("发送失败"),
    "confirmed": N_("待核实"),
    "seen": N_("已核实"),
    "all": N_("全部"),
}


@dataclass(frozen=True)
class Page:
    """One page of a list and the cursor of the next, or None at the end."""

    tasks: Sequence[SyncTask]
    following: int | None


@dataclass(frozen=True)
class Tally:
    """How one target stands."""

    target: SyncTarget
    open: int
    overdue: int
    dead: int


def standing(task: SyncTask, *, today: date) -> str:
    """How a task stands today; the keys of `downstream.STANDINGS`."""
    if task.confirmed_at is not None:
        return "seen" if task.seen_at is not None else "confirmed"
    if task.dead_at is not None:
        return "dead"
    if task.due_on < today:
        return "overdue"
    return "sent" if task.sent_at is not None else "waiting"


def visible(actor: Actor) -> ColumnElement[bool]:
    """The tasks a person who works here may see."""
    if any(map(actor.holds, WATCHERS)):
        return true()
    return SyncTask.target_id.in_(
        select(SyncTarget.id).where(SyncTarget.unit_id.in_(sorted(units_of(actor))))
    )


def units_of(actor: Actor) -> frozenset[int]:
    """The departments this person works for as handler or head."""
    kinds = (GrantKind.HANDLER, GrantKind.HEAD)
    return frozenset(grant.unit_id for grant in actor.grants if grant.kind in kinds and grant.unit_id)


def one(session: Session, task_id: int, actor: Actor) -> SyncTask:
    """One task for its reader. Raises NotYours."""
    found = session.scalar(_with_all(select(SyncTask).where(SyncTask.id == task_id, visible(actor))))
    if found is None:
        raise NotYours
    return found


def may_confirm(task: SyncTask, actor: Actor) -> bool:
    """The office confirms for every target, a department for itself."""
    return any(map(actor.holds, OFFICE)) or task.target.unit_id in units_of(actor)


def may_send(actor: Actor) -> bool:
    """Sending again and looking at public pages is the office's."""
    return any(map(actor.holds, OFFICE))


def page(
    session: Session, actor: Actor, *, tab: str, today: date, target: str = "", before: int | None = None
) -> Page:
    """One page of a tab, newest first."""
    wanted = select(SyncTask).where(visible(actor), _in_tab(tab, today), _not_own())
    if target:
        wanted = wanted.join(SyncTarget).where(SyncTarget.key == target)
    if before is not None:
        wanted = wanted.where(SyncTask.id < before)
    found = session.scalars(_with_all(wanted).order_by(SyncTask.id.desc()).limit(PAGE + 1)).unique().all()
    return Page(found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None)


def tallies(session: Session, *, today: date) -> list[Tally]:
    """For each entered target in use how many tasks are open, overdue and dead; those in trouble first."""
    is_open = SyncTask.confirmed_at.is_(None)
    counts = (
        select(
            SyncTask.target_id,
            func.count(),
            func.sum(case((SyncTask.due_on < today, 1), else_=0)),
            func.sum(case((SyncTask.dead_at.is_not(None), 1), else_=0)),
        )
        .where(is_open)
        .group_by(SyncTask.target_id)
    )
    found = {target: tuple(numbers) for target, *numbers in session.execute(counts)}
    targets = session.scalars(
        select(SyncTarget).where(SyncTarget.kind.not_in(BY_ITSELF)).order_by(SyncTarget.id)
    )
    tallied = [Tally(target, *found.get(target.id, (0, 0, 0))) for target in targets.unique()]
    in_use = [tally for tally in tallied if tally.open or tally.target.ended_on is None]
    return sorted(in_use, key=lambda tally: (-tally.dead, -tally.overdue, tally.target.id))


def has_any(session: Session, case_id: int) -> bool:
    """Whether any place was asked to do something for a case."""
    return session.scalar(select(SyncTask.id).where(SyncTask.case_id == case_id).limit(1)) is not None


def of_case(session: Session, case_id: int) -> Sequence[SyncTask]:
    """The tasks of a case, in the order they were asked."""
    wanted = select(SyncTask).where(SyncTask.case_id == case_id).order_by(SyncTask.id)
    return session.scalars(_with_all(wanted)).unique().all()


def tellable(tasks: Iterable[SyncTask], case: Case, actor: Actor) -> list[SyncTask]:
    """What a reader may know of: who got a report or took measures is told to the subject of the record and to staff,
    not to somebody who only objects that the record is another's."""
    return [
        task
        for task in tasks
        if actor.is_staff
        or task.record.subject_id == case.subject_id
        or task.target.kind not in OF_THE_SUBJECT_ALONE
    ]


def _in_tab(tab: str, today: date) -> ColumnElement[bool]:
    is_open = SyncTask.confirmed_at.is_(None)
    conditions: dict[str, ColumnElement[bool]] = {
        "open": is_open,
        "overdue": and_(is_open, SyncTask.due_on < today),
        "dead": and_(is_open, SyncTask.dead_at.is_not(None)),
        "confirmed": and_(~is_open, SyncTask.seen_at.is_(None)),
        "seen": SyncTask.seen_at.is_not(None),
        "all": true(),
    }
    return conditions.get(tab, is_open)


def _not_own() -> ColumnElement[bool]:
    return SyncTask.target_id.not_in(select(SyncTarget.id).where(SyncTarget.kind == "own"))


def _with_all(wanted: Select[SyncTask]) -> Select[SyncTask]:
    record = joinedload(SyncTask.record)
    return wanted.options(
        record.joinedload(CreditRecord.subject), record.joinedload(CreditRecord.unit), joinedload(SyncTask.case),
        joinedload(SyncTask.target), joinedload(SyncTask.confirmed_by), joinedload(SyncTask.seen_by),
    )  # fmt: skip
