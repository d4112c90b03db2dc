"""Telling people about differences: the owner that there are new ones, whoever sent a file that it can't be read, and after
the last day the head and the lead. One notice for many differences, because one file may bring thousands.
"""

from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from ...domain.words import N_, Sentence
from ...models.api import Difference, TargetFile
from ...models.party import Unit
from ...models.sync import SyncTarget
from ..delivery import notices

FOUND = N_(
    "“%(target)s”%(day)s 的对账文件里有 %(count)s 处和本平台不同。请在“对账差异”里核对，最迟 %(due)s。"
)
UNREADABLE = N_(
    "“%(target)s”%(day)s 的对账文件有 %(count)s 处读不出来，没有对账。请在“对账差异”里看是哪几行，改好再交来。"
)
REFUSED = N_("“%(target)s”放进交换文件夹的文件“%(name)s”没有收：%(why)s")
LATE = N_("“%(target)s”的 %(count)s 处对账差异过了 %(due)s 还没有核对（%(unit)s）。请督促。")


def tell_found(
    session: Session, file: TargetFile, unit_id: int, count: int, *, due_on: date, now: datetime
) -> None:
    """Let the owner of new differences know how many and until when."""
    told = Sentence(FOUND, target=file.target.name, day=file.day, count=count, due=due_on)
    is_office = session.get_one(Unit, unit_id).is_office
    key = f"difference/{file.id}/found/{unit_id}"
    notices.tell(session, key, told, to="clerk" if is_office else "unit", unit_id=unit_id, now=now)


def tell_unreadable(session: Session, file: TargetFile, *, count: int, now: datetime) -> None:
    """Let whoever handed in a file know that it can't be read; of one from the folder the clerks."""
    told = Sentence(UNREADABLE, target=file.target.name, day=file.day, count=count)
    key = f"difference/{file.id}/unreadable"
    if file.taken_in_by_id is None:
        notices.tell(session, key, told, to="clerk", now=now)
    else:
        notices.tell_person(session, key, told, person_id=file.taken_in_by_id, now=now)


def tell_refused(session: Session, target: SyncTarget, name: str, why: Sentence, *, now: datetime) -> None:
    """Let the clerks know that a file from the folder was not even kept."""
    told = Sentence(REFUSED, target=target.name, name=name[-80:], why=why)
    key = f"difference/refused/{target.id}/{name[-60:]}/{now:%Y%m%d%H%M}"
    notices.tell(session, key, told, to="clerk", now=now)


def next_late(session: Session, *, today: date, after: int = 0) -> Difference | None:
    """The next difference past its last day of which nobody was told; None when there is none."""
    wanted = (
        select(Difference)
        .where(Difference.gone_on.is_(None), Difference.settled_at.is_(None), Difference.due_on < today)
        .where(Difference.told_overdue_at.is_(None), Difference.id > after)
        .order_by(Difference.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=Difference)
    )
    return session.scalars(wanted, execution_options={"populate_existing": True}).first()


def tell_late(session: Session, row: Difference, *, now: datetime) -> None:
    """Tell head and lead, once for all differences of the same unit, target and day."""
    alike = (
        Difference.target_id == row.target_id, Difference.unit_id == row.unit_id, Difference.due_on == row.due_on,
        Difference.gone_on.is_(None), Difference.settled_at.is_(None), Difference.told_overdue_at.is_(None),
    )  # fmt: skip
    count = session.scalar(select(func.count()).select_from(Difference).where(*alike)) or 0
    told = Sentence(LATE, target=row.target.name, count=count, due=row.due_on, unit=row.unit.name)
    key = f"difference/late/{row.id}"
    notices.tell(session, f"{key}/lead", told, to="lead", now=now, is_held=True)
    if not row.unit.is_office:
        notices.tell(session, f"{key}/head", told, to="head", unit_id=row.unit_id, now=now, is_held=True)
    session.execute(update(Difference).where(*alike).values(told_overdue_at=now))
