"""The public feed of removals: which records are no longer to be shown, for every site that holds copies.

On conflict “信用中国” prevails over third parties (Order 36); this says, signed, what changed, when. Holders are masked,
also firms: whoever holds the record knows it by its decision number, and nobody else learns of it here. It rests on the
tasks of the platform itself, which are written with the decision and never changed.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ..domain.downstream import WHATS, What
from ..domain.masking import HIDDEN, mask_citizen_id, mask_name
from ..models.record import CreditRecord
from ..models.sync import SyncTarget, SyncTask
from . import detached
from .house import House

PAGE = 100
FORMAT = "casework-removals-1"
ENDS = 4  # characters at each end of a firm's code that stay legible


@dataclass(frozen=True)
class Feed:
    """The answer: its document, when it last changed (None when nothing was ever removed) and its tag."""

    document: dict[str, Any]
    changed_at: datetime | None
    tag: str


def removals(session: Session, house: House, *, before: int | None = None) -> Feed:
    """One page of the feed, newest first: what was removed before the entry with this number, or the newest."""
    wanted = (
        select(SyncTask)
        .join(SyncTarget)
        .join(CreditRecord)
        .where(SyncTarget.kind == "own", CreditRecord.scope == "public")
        .options(joinedload(SyncTask.record).joinedload(CreditRecord.subject))
        .options(joinedload(SyncTask.record).joinedload(CreditRecord.unit))
        .order_by(SyncTask.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        wanted = wanted.where(SyncTask.id < before)
    tasks = session.scalars(wanted).all()
    shown = tasks[:PAGE]
    following = f"{house.site_url}/feed/removals.json?before={shown[-1].id}" if len(tasks) > PAGE else ""
    feed = {
        "format": FORMAT,
        "issuer": house.site_name,
        "division": house.division,
        "address": f"{house.site_url}/feed/removals.json",
        "entries": [entry(task) for task in shown],
        "next": following,
    }
    signature = detached.sign(house.signer, detached.canonical(feed))
    document = {"feed": feed, "signature": signature, "certificate": detached.certificate(house.signer)}
    return Feed(document, shown[0].created_at if shown else None, signature.rpartition(".")[2])


def entry(task: SyncTask) -> dict[str, Any]:
    """One line of the feed."""
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
