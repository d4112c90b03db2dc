"""Differences: one row while it lasts, with an owner, a clock and an end. Whoever looks settles it; nothing corrects itself.

The owner is the unit of the record, or the office for what nobody here knows. It has the days of rule EX-01. A later file in
which the difference is no more ends it. What was settled stays settled while the values stay the same; only where somebody
was to do something (send again, correct) it opens anew when that has not helped within EX-01.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...domain import clock
from ...domain.difference_words import VERDICTS
from ...domain.people import Actor
from ...domain.refusals import Refused
from ...domain.rulebook import Rulebook
from ...domain.words import N_
from ...models.api import Difference, TargetFile
from ...models.party import Unit
from ...models.sync import SyncTarget
from ..house import House
from ..imports import import_file
from ..people import units
from ..rules import rulebooks
from . import comparing, difference_lists, difference_notices, out, sending_again, target_files, target_rows
from .comparing import Finding

RULE = "EX-01"
OURS, THEIRS, ACCEPTED = "ours", "theirs", "accepted"
GOES_ON = (OURS, THEIRS)
"""What asks somebody to do something, so that it is looked at again when the difference stays."""


def read(file: TargetFile, *, house: House, now: datetime) -> target_rows.File:
    """The rows of a file, or everything that is wrong with it."""
    content = house.storage.read_verified(file.storage_key)
    return target_rows.understood(content, file.name, today=clock.legal_day(now))


def found_in(session: Session, file: TargetFile, rows: Sequence[target_rows.TargetRow]) -> list[Finding]:
    """Everything that differs. Only reads."""
    office = out.the_office(session)
    return comparing.find(session, file.target, rows, day=file.day, office_id=office.id)


def keep_unreadable(session: Session, file_id: int, told: target_rows.File, *, now: datetime) -> None:
    """Say what is wrong with a file; nothing of it is compared."""
    file = session.get_one(TargetFile, file_id, with_for_update={"of": TargetFile}, populate_existing=True)
    if target_files.stage(file) != "waiting":
        return
    faults = told.faults[: target_files.MOST_SHOWN]
    file.lines = len(told.rows) + len({fault.line for fault in told.faults})
    file.unreadable = [import_file.fault_as_json(fault) for fault in faults]
    difference_notices.tell_unreadable(session, file, count=len(told.faults), now=now)


def take(
    session: Session, file_id: int, told: target_rows.File, found: Sequence[Finding], *, now: datetime, house: House
) -> None:  # fmt: skip
    """Bring the differences of a target to what its file says. Repeating changes nothing; an older file neither."""
    file = session.get_one(TargetFile, file_id)
    target = session.get_one(
        SyncTarget, file.target_id, with_for_update={"of": SyncTarget}, populate_existing=True
    )
    session.refresh(file)
    if target_files.stage(file) != "waiting":
        return
    last = target_files.last_compared(session, target)
    file.lines, file.compared_at = len(told.rows), now
    if last is not None and file.day < last:
        return
    rulebook = rulebooks.current(session, house)
    standing = _standing(session, target)
    new = [
        row
        for finding in found
        if (row := _kept(session, file, finding, standing, now=now, rulebook=rulebook))
    ]
    for gone in standing.values():
        gone.gone_on = file.day
    session.flush()
    for unit_id, count in sorted(Counter(row.unit_id for row in new).items()):
        difference_notices.tell_found(session, file, unit_id, count, due_on=new[0].due_on, now=now)


def _standing(session: Session, target: SyncTarget) -> dict[str, Difference]:
    """The differences that still last, by key."""
    wanted = select(Difference).where(Difference.target_id == target.id, Difference.gone_on.is_(None))
    return {row.key: row for row in session.scalars(wanted.order_by(Difference.id))}


def _kept(
    session: Session, file: TargetFile, found: Finding, standing: dict[str, Difference], *, now: datetime,
    rulebook: Rulebook,
) -> Difference | None:  # fmt: skip
    """The row of a finding when somebody has to look at it anew; None when it was known."""
    row = standing.pop(found.key, None)
    said = {"kind": found.kind, "ours": found.ours, "theirs": found.theirs, "file_id": file.id}
    if row is None and found.is_asked:
        return None
    if row is not None and (row.settled_at is None or not _opens_again(row, found, file, rulebook)):
        _set(row, said)
        return None
    if row is not None:
        row.gone_on = file.day
        session.flush()
    same_day = (Difference.target_id == file.target_id, Difference.key == found.key)
    again = session.scalar(select(Difference).where(*same_day, Difference.found_on == file.day))
    due = rulebook.due(RULE, clock.legal_day(now))
    said |= {
        "due_on": due.due_on, "explanation": [line.as_json() for line in due.explanation], "gone_on": None,
        "settled_at": None, "settled_by_id": None, "verdict": "", "told_overdue_at": None,
    }  # fmt: skip
    if again is not None:
        _set(again, said)
        return again
    fresh = Difference(
        target_id=file.target_id, key=found.key, record_id=found.record_id, decision_no=found.decision_no,
        field=found.field, found_on=file.day, unit_id=_owner(session, found, now=now), note="", **said,
    )  # fmt: skip
    session.add(fresh)
    return fresh


def _opens_again(row: Difference, found: Finding, file: TargetFile, rulebook: Rulebook) -> bool:
    """Whether something that was settled has to be looked at again."""
    if found.is_asked:
        return False
    if (row.kind, row.ours, row.theirs) != (found.kind, found.ours, found.theirs):
        return True
    assert row.settled_at is not None
    until = rulebook.due(RULE, clock.legal_day(row.settled_at)).due_on
    return row.verdict in GOES_ON and file.day > until


def _owner(session: Session, found: Finding, *, now: datetime) -> int:
    """The unit of the record, or whoever took over from it; the office when there is none."""
    unit = units.responsible(session, session.get_one(Unit, found.unit_id), on=clock.legal_day(now))
    return unit.id if unit else out.the_office(session).id


def _set(row: Difference, values: dict[str, Any]) -> None:
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def settle(
    session: Session, row: Difference, verdict: str, note: str, *, actor: Actor, now: datetime, house: House
) -> None:
    """Somebody looked: who is right and why. Refused without a reason, twice, or by whom it doesn't belong to.

    Where ours is right the target is asked once more, in a task with a clock of its own.
    """
    session.refresh(row, with_for_update={"of": Difference})
    if not difference_lists.may_settle(row, actor):
        raise Refused(N_("这处差异由记录所属的单位或者信用办核对。"), code="verdict")
    if row.settled_at is not None or row.gone_on is not None:
        raise Refused(N_("这处差异已经有结果，不需要再核对。"), code="verdict")
    if verdict not in VERDICTS:
        raise Refused(N_("请选择核对的结果。"), code="verdict")
    if not note.strip():
        raise Refused(N_("请写明理由。"), code="note")
    row.verdict, row.note, row.settled_at, row.settled_by_id = verdict, note.strip(), now, actor.person_id
    session.flush()
    if verdict == OURS and row.record is not None:
        sending_again.ask(session, row, now=now, rulebook=rulebooks.current(session, house))
