"""Papers of a case: looked at, stored, listed, taken back while they have not been handed in yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ...domain.people import Actor
from ...domain.refusals import NotYours, Refused
from ...domain.words import N_
from ...models.attachment import Attachment
from ...models.case import Case
from ...workflows import BY_NAME
from .. import papers
from ..engine import gate, history
from ..house import House
from . import cases

MOST = 30


@dataclass(frozen=True)
class Examined:
    """A file that may be kept: looked at and scanned, not stored yet."""

    paper: papers.Paper
    scan: str
    stream: BinaryIO


@dataclass(frozen=True)
class Kept:
    """A file that was stored, with what was found out about it."""

    name: str
    type: str
    size: int
    sha256: str
    storage_key: str
    scan: str


def examine(stream: BinaryIO, *, name: str, house: House) -> Examined:
    """Look at a file by its content and have it scanned. Raises Refused with what is wrong; keeps nothing."""
    paper = papers.inspect(stream, name=name)
    stream.seek(0)
    found = papers.scan(stream, clamd_url=house.clamd_url)
    papers.refuse_if_infected(found, paper.name)
    return Examined(paper, found.verdict.value, stream)


def keep(examined: Examined, *, house: House) -> Kept:
    """Store a file that was examined."""
    paper = examined.paper
    examined.stream.seek(0)
    stored = house.storage.put(examined.stream)
    return Kept(paper.name, paper.type, paper.size, stored.sha256, stored.key, examined.scan)


def enter(session: Session, case: Case, field: str, kept: Kept, *, actor: Actor, now: datetime) -> Attachment:
    """Put a stored file to a case, for the next step to hand in. Whether the case takes it is asked before."""
    attachment = Attachment(
        case_id=case.id,
        field=field,
        name=kept.name,
        type=kept.type,
        size=kept.size,
        sha256=kept.sha256,
        storage_key=kept.storage_key,
        scan=kept.scan,
        uploaded_by_id=actor.person_id,
        uploaded_at=now,
    )
    session.add(attachment)
    session.flush()
    return attachment


def attach(
    session: Session,
    case: Case,
    field: str,
    stream: BinaryIO,
    *,
    name: str,
    actor: Actor,
    now: datetime,
    house: House,
) -> Attachment:
    """Check a file, store it and keep it with the case until it is handed in. Raises Refused with what is wrong."""
    if field not in accepted_fields(session, case, actor):
        raise Refused(N_("现在不能为这件办件上传这类材料。"))
    held = (
        select(func.count())
        .select_from(Attachment)
        .where(Attachment.case_id == case.id, Attachment.removed_at.is_(None))
    )
    if (session.scalar(held) or 0) >= MOST:
        raise Refused(N_("一件办件最多上传 30 个文件。请合并扫描件，或先移除不需要的文件。"))
    kept = keep(examine(stream, name=name, house=house), house=house)
    return enter(session, case, field, kept, actor=actor, now=now)


def accepted_fields(session: Session, case: Case, actor: Actor) -> frozenset[str]:
    """The fields for which this person may upload now: of the item while editing, of the steps within reach."""
    workflow = BY_NAME[case.workflow]
    acted = history.acted(history.events(session, case.id))
    fields = {
        field
        for step in workflow.steps_from(case.state)
        if gate.role_for(step, case, actor, acted)
        for field in step.papers
    }
    if cases.may_edit(case, actor):
        fields |= {*workflow.attaches, *(paper["field"] for paper in (case.item.papers if case.item else ()))}
    return frozenset(fields)


def of_case(session: Session, case: Case) -> Sequence[Attachment]:
    """The papers of a case, oldest first, without those taken back."""
    wanted = select(Attachment).where(Attachment.case_id == case.id, Attachment.removed_at.is_(None))
    return session.scalars(wanted.order_by(Attachment.id)).all()


def one(session: Session, case: Case, attachment_id: int) -> Attachment:
    """One paper of this case. Raises NotYours."""
    attachment = session.get(Attachment, attachment_id)
    if attachment is None or attachment.case_id != case.id or attachment.removed_at is not None:
        raise NotYours
    return attachment


def take_back(session: Session, case: Case, attachment_id: int, *, actor: Actor, now: datetime) -> None:
    """Take a paper back before it is handed in; afterwards it stays for ever."""
    attachment = one(session, case, attachment_id)
    if attachment.submitted_seq is not None or attachment.uploaded_by_id != actor.person_id:
        raise Refused(N_("已经提交的材料不能移除；需要更正的，请在补正时上传新的文件。"))
    attachment.removed_at = now
