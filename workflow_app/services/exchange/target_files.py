"""Files in which targets say what they hold: taken in from a page, a machine or the folder, kept as they came, compared later.

A file counts for one day. One older than the last that was compared is refused, because it would undo what a newer one
says. What can't be read is kept too, with every line that is wrong; nothing of it is compared.
"""

import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from ...domain import clock
from ...domain.downstream import What
from ...domain.intake.sheets import LIMITS
from ...domain.people import Actor, GrantKind
from ...domain.refusals import NotYours, Refused
from ...domain.words import N_, Sentence
from ...models.api import TargetFile
from ...models.sync import SyncTarget
from ..delivery import outbox
from ..house import House
from ..sync import sync_addresses, sync_lists, sync_targets
from . import difference_notices

MESSAGE = "target_file"
OFFICE = (GrantKind.CLERK, GrantKind.LEAD)
PAGE = 20
MOST_SHOWN = 50
INBOX, TAKEN = "in", "taken"
ENDINGS = (".csv", ".xlsx", ".jsonl")
RESTS = 30.0
"""Seconds for which a file in the folder must not have changed: it may still be written."""


@dataclass(frozen=True)
class Sent:
    """What was handed in, and the day for which it counts."""

    name: str
    content: bytes
    day: date


def has_files(target: SyncTarget) -> bool:
    """Whether this is a place that shows or shares records, so that there is something to compare."""
    return not {What.END_PUBLICITY, What.STOP_SHARING}.isdisjoint(target.does) and target.kind != "own"


def may_hand_in(actor: Actor, target: SyncTarget) -> bool:
    """The office for every target, a unit's people and systems for their own."""
    return any(map(actor.holds, OFFICE)) or target.unit_id in sync_lists.units_of(actor)


def targets(session: Session, actor: Actor, *, on: date) -> list[SyncTarget]:
    """The targets in use for which this person may hand in a file."""
    in_use = sync_targets.active(session, on=on)
    return [target for target in in_use if has_files(target) and may_hand_in(actor, target)]


def target_of(session: Session, key: str, actor: Actor) -> SyncTarget:
    """The target of this key, for whoever hands in its files. Raises NotYours."""
    target = sync_targets.one(session, key)
    if not may_hand_in(actor, target):
        raise NotYours
    return target


def take_in(
    session: Session, target: SyncTarget, sent: Sent, *, by_id: int | None, now: datetime, house: House
) -> TargetFile:
    """Keep a file and have the worker compare it. The same file of the same day is the same row. Raises Refused."""
    _check(session, target, sent, today=clock.legal_day(now))
    sha256 = hashlib.sha256(sent.content).hexdigest()
    same = (TargetFile.target_id == target.id, TargetFile.day == sent.day, TargetFile.sha256 == sha256)
    newest = select(TargetFile).where(*same).order_by(TargetFile.id.desc()).limit(1)
    if (before := session.scalar(newest)) is not None and before.id == _last_of_day(
        session, target, sent.day
    ):
        return before
    stored = house.storage.put(io.BytesIO(sent.content))
    row = TargetFile(
        target_id=target.id, day=sent.day, name=sent.name[-200:], sha256=sha256, lines=0, unreadable=[],
        storage_key=stored.key, taken_in_at=now, taken_in_by_id=by_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    outbox.put(session, f"{MESSAGE}/{row.id}", MESSAGE, {"file_id": row.id}, now=now)
    return row


def _check(session: Session, target: SyncTarget, sent: Sent, *, today: date) -> None:
    if not has_files(target):
        raise Refused(N_("这个同步对象不公示、不共享信息，没有可以对账的内容。"), code="target")
    if not sent.content:
        raise Refused(N_("文件是空的，请选择填好的文件。"), code="file")
    if len(sent.content) > LIMITS.most_bytes:
        text = N_("文件有 %(size)s MB，一次最多 %(most)s MB，请分成几个文件导入。")
        size, most = len(sent.content) // 1_000_000, LIMITS.most_bytes // 1_000_000
        raise Refused(Sentence(text, size=size, most=most), code="file")
    if sent.day > today:
        raise Refused(N_("文件的日期在今天以后，请核对。"), code="day")
    last = last_compared(session, target)
    if last is not None and sent.day < last:
        text = N_("%(day)s 的文件已经对过账，更早的不再对账。请交来最新的文件。")
        raise Refused(Sentence(text, day=last), code="day")


def last_compared(session: Session, target: SyncTarget) -> date | None:
    """The day of the newest file of a target that was compared."""
    of_target = (TargetFile.target_id == target.id, TargetFile.compared_at.is_not(None))
    return session.scalar(select(func.max(TargetFile.day)).where(*of_target))


def _last_of_day(session: Session, target: SyncTarget, day: date) -> int | None:
    of_day = (TargetFile.target_id == target.id, TargetFile.day == day)
    return session.scalar(select(func.max(TargetFile.id)).where(*of_day))


def stage(row: TargetFile) -> str:
    """Where a file is: waiting, unreadable or compared."""
    if row.unreadable:
        return "unreadable"
    return "waiting" if row.compared_at is None else "compared"


def page(session: Session, actor: Actor, *, on: date, before: int | None = None) -> Sequence[TargetFile]:
    """One page and one more of the files of the targets this person hands in for, newest first."""
    own = [target.id for target in targets(session, actor, on=on)]
    wanted = select(TargetFile).where(TargetFile.target_id.in_(own))
    if before is not None:
        wanted = wanted.where(TargetFile.id < before)
    parts = (joinedload(TargetFile.target), joinedload(TargetFile.taken_in_by))
    return session.scalars(wanted.options(*parts).order_by(TargetFile.id.desc()).limit(PAGE + 1)).all()


def one(session: Session, file_id: int, actor: Actor) -> TargetFile:
    """One file, for whoever hands in for its target. Raises NotYours."""
    row = session.get(TargetFile, file_id)
    if row is None or not may_hand_in(actor, row.target):
        raise NotYours
    return row


def inbox(target: SyncTarget, house: House) -> Path:
    """The folder below SYNC_FOLDER in which a target leaves its files."""
    name = target.address if target.deliverer == "file" else target.key
    return sync_addresses.folder(name, house.sync_folder) / INBOX


def dropped(session: Session, *, now: datetime, house: House) -> Iterator[tuple[int, Path]]:
    """The files that lie in the folders of targets in use and rest, oldest name first."""
    for target in sync_targets.active(session, on=clock.legal_day(now)):
        if not has_files(target):
            continue
        try:
            found = sorted(inbox(target, house).iterdir())
        except (Refused, OSError):
            continue  # no folder, no files
        for path in found:
            if path.suffix.lower() in ENDINGS and not path.name.startswith(".") and _rests(path, now):
                yield target.id, path


def _rests(path: Path, now: datetime) -> bool:
    try:
        return path.is_file() and not path.is_symlink() and now.timestamp() - path.stat().st_mtime >= RESTS
    except OSError:
        return False


def take_in_dropped(session: Session, target_id: int, path: Path, *, now: datetime, house: House) -> None:
    """Keep a file from the folder, as of today. One that is refused as a whole is told to the clerks and put away too."""
    target = session.get_one(SyncTarget, target_id)
    with path.open("rb") as opened:
        content = opened.read(LIMITS.most_bytes + 1)
    try:
        sent = Sent(path.name, content, clock.legal_day(now))
        take_in(session, target, sent, by_id=None, now=now, house=house)
    except Refused as refused:
        difference_notices.tell_refused(session, target, path.name, refused.sentence, now=now)


def put_away(path: Path) -> None:
    """Move a file that was taken in beside the inbox, so that it is not taken again."""
    folder = path.parent / TAKEN
    folder.mkdir(mode=0o750, exist_ok=True)
    path.replace(folder / path.name)
