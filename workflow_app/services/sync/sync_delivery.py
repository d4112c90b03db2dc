"""Brings a request to its target: a signed call, a file in a folder, or a message to a department. After commit only.

Everything to be sent is read before (`parcel`), so that no transaction is open while a slow site answers. A repeat brings
the same content under the same name; targets are told to treat it as one. Formats and signatures: docs/sync.md.
"""

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...domain.difference_words import FIELDS as TABLE
from ...domain.disputable import FIELDS
from ...domain.downstream import WHATS, What
from ...domain.masking import mask_code, mask_name
from ...domain.personal_traces import without_traces
from ...domain.refusals import Refused
from ...domain.words import N_, Sentence
from ...models.api import Difference
from ...models.record import RecordChange
from ...models.sync import SyncTask
from ..delivery import signed_call
from ..delivery.signed_call import Call, Undelivered
from ..documents import detached
from ..house import House
from ..records import marks
from ..rules import rulebooks
from . import sync, sync_addresses, sync_notices

FORMAT = "casework-sync-1"
OF_CORRECTIONS = (What.CORRECT, What.RECHECK_MEASURES, What.TELL)
CORRECTED = FIELDS | {"items": N_("处罚种类")}
"""What a correction changes, as the history of a record names it; the fine stands among the penalties."""


@dataclass(frozen=True)
class Parcel:
    """What is sent and where. `name` is the same on every repeat."""

    deliverer: str
    address: str
    secret: str
    name: str
    body: bytes


def parcel(session: Session, task_id: int, house: House) -> Parcel | None:
    """What one task sends; None when the target has confirmed already."""
    task = session.get_one(SyncTask, task_id)
    if task.confirmed_at is not None:
        return None
    request = request_of(task, house) | corrected(session, task)
    if task.target.deliverer == "file":
        request["signature"] = detached.sign(house.signer, detached.canonical(request))
    body = json.dumps(request, ensure_ascii=False, indent=1).encode()
    target = task.target
    return Parcel(target.deliverer, target.address, target.secret, f"{request['delivery']}.json", body)


def request_of(task: SyncTask, house: House) -> dict[str, Any]:
    """What a target is told. Days and instants in ISO 8601; the names and codes of people are masked."""
    record, subject = task.record, task.record.subject
    is_person = subject.kind == "individual"
    return {
        "format": FORMAT,
        "task": task.id,
        "delivery": f"{house.division}-{task.id}-{task.what}",
        "what": task.what,
        "what_title": WHATS[What(task.what)],
        "record": record.ref,
        "kind": record.kind,
        "decision_number": record.decision_no,
        "decided_on": record.decided_on.isoformat(),
        "decided_by": record.unit.name,
        "holder_name": mask_name(subject.name) if is_person else subject.name,
        "holder_code": mask_code(subject.kind, subject.code),
        "marks": [mark.as_json() for mark in marks.in_public(record)],
        "case": (task.case.number or "") if task.case else "",
        "asked_at": task.created_at.isoformat(),
        "due_on": task.due_on.isoformat(),
        "confirm_at": f"{house.site_url}/api/v1/sync/tasks/{task.id}/confirm",
    }


def corrected(session: Session, task: SyncTask) -> dict[str, Any]:
    """The new values, for a request that comes of a correction: of people masked, and never what was wrong."""
    if What(task.what) not in OF_CORRECTIONS:
        return {}
    if task.case_id is None and (differing := _differing(session, task)):
        return {"corrections": differing}
    subject = task.record.subject
    names = (subject.name,) if subject.kind == "individual" else ()
    wanted = select(RecordChange).where(
        RecordChange.record_id == task.record_id,
        RecordChange.case_id == task.case_id,
        RecordChange.field.in_(CORRECTED),
    )
    changed = {change.field: change.new for change in session.scalars(wanted.order_by(RecordChange.id))}
    return {
        "corrections": [
            {"field": name, "title": CORRECTED[name], "new": without_traces(changed[name], known_names=names)}
            for name in CORRECTED
            if name in changed
        ]
    }


def _differing(session: Session, task: SyncTask) -> list[dict[str, str]]:
    """What the target's own file said otherwise and somebody found right here; masked where it was found."""
    wanted = select(Difference).where(
        Difference.target_id == task.target_id,
        Difference.record_id == task.record_id,
        Difference.verdict == "ours",
        Difference.kind == "differs",
        Difference.gone_on.is_(None),
    )
    found = session.scalars(wanted.order_by(Difference.id))
    return [{"field": row.field, "title": TABLE[row.field], "new": row.ours} for row in found]


def send(what: Parcel, house: House, *, now: datetime) -> None:
    """Bring a parcel to its target. Raises Undelivered."""
    if what.deliverer == "webhook":
        if not what.secret:
            raise Undelivered(Sentence(N_("这个同步对象还没有密钥，请先生成密钥并交给对方。")))
        call = Call(what.address, what.secret, what.name.removesuffix(".json"), what.body)
        signed_call.send(call, house.sync_allowed_hosts, now=now)
    elif what.deliverer == "file":
        drop(what, house.sync_folder)


def note_failure(session: Session, task_id: int, error: Undelivered, *, is_last: bool, now: datetime) -> None:
    """Keep with the task what went wrong; after the last try it is dead and waits for a person."""
    task = session.get_one(SyncTask, task_id, with_for_update={"of": SyncTask}, populate_existing=True)
    sync.failed(session, task, error.as_text(), is_last=is_last, now=now)


def note_sent(session: Session, task_id: int, *, now: datetime, house: House) -> None:
    """Keep with the task that it was brought. A department is told here; any other target told by hand by the office."""
    task = session.get_one(SyncTask, task_id, with_for_update={"of": SyncTask}, populate_existing=True)
    if task.target.deliverer == "hand":
        if task.target.unit_id is None:
            return
        sync_notices.tell_unit(session, task, now=now)
    sync.sent(session, task, now=now, rulebook=rulebooks.current(session, house))


def drop(what: Parcel, root: Path) -> None:
    """Write the file whole or not at all; a repeat replaces it with the same. Raises Undelivered."""
    try:
        folder = sync_addresses.folder(what.address, root)
        folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=folder, prefix=".", suffix=".part", delete=False) as incoming:
            incoming.write(what.body)
            incoming.flush()
            os.fchmod(incoming.fileno(), 0o640)
            os.fsync(incoming.fileno())
        Path(incoming.name).replace(folder / what.name)
    except Refused as refused:
        raise Undelivered(refused.sentence) from None
    except OSError as error:
        text = N_("文件写不进交换文件夹：%(why)s。")
        raise Undelivered(Sentence(text, why=error.strerror or type(error).__name__)) from error
