"""The plain values about the credit record of a case that a text may name: what it says, where it was sent, when again.

Where a record went is told as lines, one for each place; from when repair may be asked for again is judged by the same
object that the credit file shows (`eligibility`). Reads only, and gives values for cases on a record alone.
"""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ...domain import clock
from ...domain.downstream import FACTS, WHATS, What
from ...domain.publicity_period import NAMES, ORDER_36_FROM, RecordClass
from ...domain.rulebook import Rulebook
from ...models.case import Case
from ...models.repair import RepairBar
from ...models.sync import SyncTask
from ..documents.texts import Plain, in_chinese, in_words
from ..repair import eligibility

BAR = "RP-10"


def of(session: Session, case: Case, *, day: date, rulebook: Rulebook) -> dict[str, Plain]:
    """What the texts of a case about a record may name; nothing for a case that is about none."""
    record = case.record
    if record is None:
        return {}
    asked_of = tasks(session, case.id)
    return {
        "decision_no": record.decision_no,
        "decided_at_first_on": record.decided_on,
        "record_title": record.title,
        "behaviour": record.behaviour,
        "penalty": record.content,
        "class_title": "" if record.decided_on < ORDER_36_FROM else NAMES[RecordClass(record.class_)],
        "publicity_from": record.publicity_from,
        "shortest_end_on": record.min_end_on or "",
        "longest_end_on": record.max_end_on or "",
        "apply_again_on": _again(session, case, day=day, rulebook=rulebook),
        "bar_reckoning": bar_reckoning(session, case, rulebook),
        "places_asked": asked(asked_of),
        "places_confirmed": confirmed(asked_of),
    }


def _again(session: Session, case: Case, *, day: date, rulebook: Rulebook) -> date | str:
    """The first day on which repair of the record may be asked for again; empty when no day can be told."""
    assert case.record is not None
    found = eligibility.repairability(session, case.record, day=day, rulebook=rulebook, besides=case.id)
    return max(found.from_on, day) if found.from_on else ""


def bar_reckoning(session: Session, case: Case, rulebook: Rulebook) -> tuple[str, ...]:
    """How the end of the bar was counted that this case brought about (Order 36: after falsehood), line by line."""
    from_on = session.scalar(select(RepairBar.from_on).where(RepairBar.case_id == case.id))
    return tuple(map(in_chinese, rulebook.due(BAR, from_on).explanation)) if from_on else ()


def tasks(session: Session, case_id: int) -> list[SyncTask]:
    """What the places were asked for in this case, place by place."""
    wanted = select(SyncTask).where(SyncTask.case_id == case_id).options(joinedload(SyncTask.target))
    return list(session.scalars(wanted.order_by(SyncTask.target_id, SyncTask.id)))


def asked(sent: list[SyncTask]) -> tuple[str, ...]:
    """What was asked for last, a line for each place and day: what the places have to do until when."""
    last = max(sent, key=lambda task: task.id, default=None)
    wanted = [task for task in sent if last and _request(task) == _request(last)]
    return tuple(
        f"{name}：{_titles(found)}，{'已经办理' if is_done else in_words(due_on) + '前'}"
        for (name, due_on, is_done), found in groupby(
            wanted, lambda task: (task.target.name, task.due_on, task.confirmed_at is not None)
        )
    )


def _request(task: SyncTask) -> frozenset[What]:
    """What was asked for together with this: all four facts of a repair at once, anything else alone."""
    what = What(task.what)
    return frozenset(FACTS) if what in FACTS else frozenset((what,))


def confirmed(sent: list[SyncTask]) -> tuple[str, ...]:
    """What makes a repair complete (Order 36 art. 3), a line for each place and day of confirmation."""
    done = [task for task in sent if task.confirmed_at and What(task.what) in FACTS]
    return tuple(
        f"{name}：{_titles(found)}，{in_words(confirmed_on)}确认"
        for (name, confirmed_on), found in groupby(
            done, lambda task: (task.target.name, _day(task.confirmed_at))
        )
    )


def _titles(tasks: Iterable[SyncTask]) -> str:
    return "、".join(WHATS[What(task.what)] for task in tasks)


def _day(instant: datetime | None) -> date:
    assert instant is not None
    return clock.legal_day(instant)
