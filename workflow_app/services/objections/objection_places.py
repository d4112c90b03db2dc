"""Which places were told of the result of an objection, and until when, as lines of its letters.

A place that the objector may not know about on another's record (who got a report of it, who took measures) is not named.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ...domain.downstream import WHATS, What
from ...models.case import Case
from ...models.sync import SyncTask
from ..documents.texts import in_words

OF_THE_SUBJECT_ALONE = ("report_user", "unit")
MARK = What.MARK


def told(session: Session, case: Case, *, since: datetime) -> tuple[str, ...]:
    """What was asked of each place from this instant on: a line for each place and day, in the order of the places."""
    wanted = select(SyncTask).where(
        SyncTask.case_id == case.id, SyncTask.created_at >= since, SyncTask.what != MARK
    )
    wanted = wanted.options(joinedload(SyncTask.target)).order_by(SyncTask.target_id, SyncTask.id)
    found = sorted(_to_name(case, session.scalars(wanted)), key=lambda task: task.target_id)
    return tuple(
        f"{name}：{_titles(tasks)}，{'已经办理' if is_done else in_words(due_on) + '前'}"
        for name, due_on, is_done, tasks in _by_day(found)
    )


def _by_day(tasks: list[SyncTask]) -> Iterator[tuple[str, date, bool, list[SyncTask]]]:
    """The requests to each place, those with one last day together, the nearest day first."""
    for name, of_place in groupby(tasks, lambda task: task.target.name):
        ordered = sorted(of_place, key=_when)
        for (is_done, due_on), of_day in groupby(ordered, _when):
            yield name, due_on, is_done, list(of_day)


def _when(task: SyncTask) -> tuple[bool, date]:
    """What is done already stands together, whatever its last day was."""
    return (True, date.max) if task.confirmed_at else (False, task.due_on)


def _to_name(case: Case, tasks: Iterable[SyncTask]) -> list[SyncTask]:
    assert case.record is not None
    is_own = case.record.subject_id == case.subject_id
    return [task for task in tasks if is_own or task.target.kind not in OF_THE_SUBJECT_ALONE]


def _titles(tasks: Iterable[SyncTask]) -> str:
    """Each request once, also where it was made anew."""
    return "、".join(dict.fromkeys(WHATS[What(task.what)] for task in tasks))
