"""The public feeds for every site that holds copies: what may no longer be shown, what is disputed, what was corrected.

On conflict “信用中国” prevails over third parties (Order 36); these say, signed, what changed, when. Holders are masked,
also firms: whoever holds the record knows it by its decision number, and nobody else learns of it here. They rest on the
tasks of the platform itself, which are written with the decision and never changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ...domain.disputable import FIELDS
from ...domain.downstream import WHATS, What
from ...domain.masking import HIDDEN, mask_citizen_id, mask_name
from ...models.objection import CorrectionNotice
from ...models.record import CreditRecord
from ...models.sync import SyncTarget, SyncTask
from ..documents import detached
from ..house import House
from ..objections import correction_notices
from ..records import publication

PAGE = 100
ENDS = 4  # characters at each end of a firm's code that stay legible


@dataclass(frozen=True)
class Topic:
    """One feed: its name in its address, the name of its format, and the requests it passes on."""

    name: str
    format: str
    whats: tuple[What, ...]

    @property
    def path(self) -> str:
        """Where it is read."""
        return f"/feed/{self.name}.json"


REMOVALS = Topic(
    "removals",
    "casework-removals-1",
    (What.END_PUBLICITY, What.STOP_SHARING, What.SHIELD, What.UNSHIELD, What.RESTORE),
)
MARKS = Topic("marks", "casework-marks-1", (What.MARK, What.UNMARK, What.NOTE))
CORRECTIONS = Topic("corrections", "casework-corrections-1", (What.CORRECT,))


@dataclass(frozen=True)
class Feed:
    """The answer: its document, its tag, and when it last changed.

    None when nothing ever happened, and of corrections: a value goes when its record is public no more.
    """

    document: dict[str, Any]
    changed_at: datetime | None
    tag: str


def removals(session: Session, house: House, *, before: int | None = None) -> Feed:
    """One page of what was removed or shown again, newest first: before the entry with this number, or the newest."""
    tasks = _tasks(session, REMOVALS, before)
    return _signed(house, REMOVALS, tasks, [entry(task) for task in tasks[:PAGE]])


def marks(session: Session, house: House, *, before: int | None = None) -> Feed:
    """One page of the marks that were put and taken away and of the notes that were left, newest first."""
    tasks = _tasks(session, MARKS, before)
    return _signed(house, MARKS, tasks, [entry(task) for task in tasks[:PAGE]])


def corrections(session: Session, house: House, *, today: date, before: int | None = None) -> Feed:
    """One page of what was corrected, newest first, with the new values that the public may see today."""
    tasks = _tasks(session, CORRECTIONS, before)
    shown = tasks[:PAGE]
    cases = {task.case_id for task in shown if task.case_id is not None}
    notices = correction_notices.of_cases(session, cases, today=today)
    entries = [entry(task) | {"corrections": _values(task, notices)} for task in shown]
    return replace(_signed(house, CORRECTIONS, tasks, entries), changed_at=None)


def entry(task: SyncTask) -> dict[str, Any]:
    """One line of a feed."""
    record, subject = task.record, task.record.subject
    is_person = subject.kind == "individual"
    return {
        "number": task.id,
        "record": record.ref,
        "decision_number": record.decision_no,
        "decided_by": record.unit.name,
        "holder": mask_name(subject.name) if is_person else masked_firm(subject.name),
        "holder_code": mask_citizen_id(subject.code) if is_person else masked_ends(subject.code),
        "what": task.what,
        "what_title": WHATS[What(task.what)],
        "at": task.created_at.isoformat(),
    }


def masked_firm(name: str) -> str:
    """A firm's name as one who knows it recognises it: the first and last two characters."""
    name = name.strip()
    return f"{name[:2]}{HIDDEN}{name[-2:]}" if len(name) > ENDS else HIDDEN


def masked_ends(code: str) -> str:
    """The last four characters of a firm's code."""
    return HIDDEN + code[-ENDS:]


def _tasks(session: Session, topic: Topic, before: int | None) -> Sequence[SyncTask]:
    """The tasks of one page, and one more where another page follows."""
    wanted = (
        select(SyncTask)
        .join(SyncTarget)
        .join(CreditRecord)
        .where(SyncTarget.kind == "own", SyncTask.what.in_(topic.whats), publication.was_public())
        .options(joinedload(SyncTask.record).joinedload(CreditRecord.subject))
        .options(joinedload(SyncTask.record).joinedload(CreditRecord.unit))
        .order_by(SyncTask.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        wanted = wanted.where(SyncTask.id < before)
    return session.scalars(wanted).all()


def _values(task: SyncTask, notices: Sequence[CorrectionNotice]) -> list[dict[str, str]]:
    """What the notice that was published with a task says of each field; the newest where a case has several."""
    own = [
        notice
        for notice in notices
        if (notice.record_id, notice.case_id) == (task.record_id, task.case_id)
        and notice.published_at <= task.created_at
    ]
    if not own:
        return []
    return [
        {"field": line.field, "title": FIELDS[line.field], "new": line.new}
        for line in correction_notices.corrections(own[-1])
    ]


def _signed(house: House, topic: Topic, tasks: Sequence[SyncTask], entries: list[dict[str, Any]]) -> Feed:
    address = f"{house.site_url}{topic.path}"
    feed = {
        "format": topic.format,
        "issuer": house.site_name,
        "division": house.division,
        "address": address,
        "entries": entries,
        "next": f"{address}?before={entries[-1]['number']}" if len(tasks) > PAGE else "",
    }
    signature = detached.sign(house.signer, detached.canonical(feed))
    document = {"feed": feed, "signature": signature, "certificate": detached.certificate(house.signer)}
    return Feed(document, tasks[0].created_at if tasks else None, signature.rpartition(".")[2])
