"""What those who run the system watch: how many wait and since when, asked of the database at the moment they look.

No process counts anything, so any number of them tell the same. Nothing about a person, a firm or a single case. Each
question walks along what is open, never along what there is.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Date, Row, bindparam, case, func, select
from sqlalchemy.orm import Session

from ...domain import clock
from ...models.api import HookCall
from ...models.base import Instant, table
from ...models.case import Case
from ...models.deadline import Deadline
from ...models.document import Document
from ...models.outbox import Heartbeat, Message
from ...models.sync import SyncTask
from ...workflows import ALL
from ..delivery import outbox
from ..supervision.oversight import WAITING
from . import hook_news

MOST_COUNTED = 1_000_000
HOOKS, SYNC = hook_news.MESSAGE, "sync"
"""Kinds of messages about rows that know themselves what was given up: what is sent again is another message."""
DEPARTMENT, OFFICE, APPLICANT = "department", "office", "applicant"
STAFF = (DEPARTMENT, OFFICE)
CASE, DEADLINE, DOCUMENT, HEARTBEAT, HOOK_CALL, MESSAGE, TASK = map(
    table, (Case, Deadline, Document, Heartbeat, HookCall, Message, SyncTask)
)
NOW, TODAY = bindparam("now", type_=Instant), bindparam("today", type_=Date)
IS_DUE = MESSAGE.c.due_at <= NOW
OF_THE_OUTBOX = (
    select(
        MESSAGE.c.kind,
        func.count(case((IS_DUE, 1))).label("waiting"),
        func.count(MESSAGE.c.error).label("retrying"),
        func.min(case((IS_DUE, MESSAGE.c.due_at))).label("oldest_due_at"),
    )
    .where(MESSAGE.c.done_at.is_(None), MESSAGE.c.dead_at.is_(None))
    .group_by(MESSAGE.c.kind)
    .order_by(MESSAGE.c.kind)
)
OF_WHAT_WAS_GIVEN_UP = (
    select(MESSAGE.c.kind, func.count().label("messages"))
    .where(MESSAGE.c.dead_at.is_not(None), MESSAGE.c.done_at.is_(None), MESSAGE.c.kind.not_in((HOOKS, SYNC)))
    .group_by(MESSAGE.c.kind)
)
_OPEN = (
    select(CASE.c.workflow, CASE.c.state, CASE.c.due_on)
    .where(CASE.c.ended_at.is_(None))
    .order_by(CASE.c.due_on)
    .limit(MOST_COUNTED)
    .subquery()
)  # a limit of its own, because SQLite would else go through every case in the order of the groups
OF_CASES = select(
    _OPEN.c.workflow, _OPEN.c.state, func.count().label("open"),
    func.count(case((_OPEN.c.due_on < TODAY, 1))).label("overdue"),
).group_by(_OPEN.c.workflow, _OPEN.c.state)  # fmt: skip
_UNPRINTED = DOCUMENT.c.sha256.is_(None)
_UNCONFIRMED = TASK.c.confirmed_at.is_(None)
_SEEN = select(HEARTBEAT.c.seen_at)
OF_THE_REST = select(
    select(func.count()).where(_UNPRINTED).scalar_subquery().label("unprinted"),
    select(func.min(DOCUMENT.c.issued_at)).where(_UNPRINTED).scalar_subquery().label("unprinted_since"),
    select(func.count())
    .where(DEADLINE.c.closed_seq.is_(None), DEADLINE.c.act_on <= TODAY)
    .scalar_subquery()
    .label("unswept"),
    select(func.count()).where(_UNCONFIRMED, TASK.c.due_on < TODAY).scalar_subquery().label("tasks_overdue"),
    select(func.count())
    .where(_UNCONFIRMED, TASK.c.dead_at.is_not(None))
    .scalar_subquery()
    .label("tasks_given_up"),
    select(func.count()).where(HOOK_CALL.c.dead_at.is_not(None)).scalar_subquery().label("calls_given_up"),
    _SEEN.where(HEARTBEAT.c.name == outbox.WORKER).scalar_subquery().label("worker_seen_at"),
    _SEEN.where(HEARTBEAT.c.name == outbox.SWEEP).scalar_subquery().label("swept_at"),
)
WORKFLOWS = tuple(workflow.name for workflow in ALL)


@dataclass(frozen=True)
class Gauges:
    """One look. `outbox`: of each kind waiting, retrying, oldest_due_at; `given_up` by kind; `open` and `overdue`: cases by
    workflow and whose turn it is; `rest`: the columns of OF_THE_REST.
    """

    outbox: tuple[Row[str, int, int, datetime | None], ...]
    given_up: dict[str, int]
    open: dict[tuple[str, str], int]
    overdue: dict[tuple[str, str], int]
    rest: Row[int, datetime | None, int, int, int, int, datetime | None, datetime | None]


def read(session: Session, *, now: datetime) -> Gauges:
    """Ask for everything, in four statements. A case that waits for its applicant is late for nobody."""
    asked = {"now": now, "today": clock.legal_day(now)}
    waiting = tuple(session.execute(OF_THE_OUTBOX, asked))
    dead = {row.kind: row.messages for row in session.execute(OF_WHAT_WAS_GIVEN_UP)}
    rest = session.execute(OF_THE_REST, asked).one()
    standing, late = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for workflow, state, count, overdue in session.execute(OF_CASES, asked):
        whose = waits_for(workflow, state)
        standing[workflow, whose] += count
        late[workflow, whose] += overdue
    everybody = [(workflow, whose) for workflow in WORKFLOWS for whose in (*STAFF, APPLICANT)]
    return Gauges(
        outbox=waiting,
        given_up={HOOKS: rest.calls_given_up, SYNC: rest.tasks_given_up, **dead},
        open={place: standing[place] for place in everybody},
        overdue={place: late[place] for place in everybody if place[1] in STAFF},
        rest=rest,
    )


def waits_for(workflow: str, state: str) -> str:
    """Whose turn it is in this state."""
    is_of_unit = WAITING.get((workflow, state))
    if is_of_unit is None:
        return APPLICANT
    return DEPARTMENT if is_of_unit else OFFICE
