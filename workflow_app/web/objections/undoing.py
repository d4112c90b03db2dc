"""Undoing the harm of a wrong record (消除不良影响): who still has to do what, who did, and the notice that was published.

The list is read from the tasks of the case; the case ends by itself when none is open. Staff see what shows that a task
was done; the subject sees that and when it was.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from ...domain.calendar import Calendar
from ...domain.downstream import What
from ...domain.people import Actor
from ...domain.words import N_, Sentence
from ...models.sync import SyncTask
from ...services.objections import correction_notices
from ...services.sync import sync_lists
from ..cases.case_rows import Shown
from ..sync import sync_view
from . import correction_rows
from . import disputed_fields as disputed

UNDOING = frozenset(
    {What.CORRECT, What.END_PUBLICITY, What.STOP_SHARING, What.LIFT_MEASURES, What.UPDATE_EVALUATION,
     What.RECHECK_MEASURES, What.TELL}
)  # fmt: skip
"""What is asked only of places that had something wrong."""
BEFORE = frozenset({What.MARK, What.SHIELD})
"""What was asked while the matter was open; told only as long as somebody has not answered."""


def undoing(session: Session, shown: Shown, *, today: date, calendar: Calendar) -> dict[str, Any] | None:
    """The list and the notices; None for a case that found nothing to undo."""
    if not disputed.stand_in_table(shown.case, shown.workflow):
        return None
    file, case_id = shown.file, shown.case.id
    tasks = sync_lists.of_case(session, case_id) if file.is_synced else ()
    notices = correction_notices.of_cases(session, (case_id,), today=today) if file.has_notices else ()
    if not notices and not any(What(task.what) in UNDOING for task in tasks):
        return None
    is_open = [task for task in tasks if task.confirmed_at is None]
    return {
        "rows": [
            _row(task, shown.actor, today=today, calendar=calendar)
            for task in _open_first(sync_lists.tellable(tasks, shown.case, shown.actor))
            if task.confirmed_at is None or What(task.what) not in BEFORE
        ],
        "left": len(is_open),
        "late": sum(task.due_on < today for task in is_open),
        "is_ended": shown.workflow.state(shown.case.state).ended,
        "notices": [correction_rows.row(correction_notices.told(notice)) for notice in notices],
    }


def _open_first(tasks: Sequence[SyncTask]) -> list[SyncTask]:
    return sorted(tasks, key=lambda task: (task.confirmed_at is not None, task.due_on, task.id))


def _row(task: SyncTask, actor: Actor, *, today: date, calendar: Calendar) -> dict[str, Any]:
    """One task: what, where, how it stands, who said that it is done and what shows it."""
    may_open = any(map(actor.holds, sync_lists.WATCHERS)) or sync_lists.may_confirm(task, actor)
    is_own = task.target.kind == "own"
    return sync_view.row(task, today=today, calendar=calendar) | {
        "url": url_for("sync.task", task_id=task.id) if may_open and not is_own else None,
        "by": _by(task, actor),
        "evidence": task.evidence if actor.is_staff else "",
    }


def _by(task: SyncTask, actor: Actor) -> Sentence | None:
    """Who said that it is done: by name to colleagues."""
    if task.confirmed_at is None:
        return None
    if task.target.kind == "own":
        return Sentence(N_("本平台已经办理"))
    if task.confirmed_by is None:
        return Sentence(N_("对方系统确认"))
    if actor.is_staff:
        return Sentence(N_("%(name)s 登记"), name=task.confirmed_by.name)
    return Sentence(N_("工作人员核对后登记"))
