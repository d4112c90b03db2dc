"""Which files were handed in, for whom, and by whom they may be read. Reads only."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from ...domain.people import Actor, GrantKind
from ...domain.publicity_period import ORDER_36_FROM
from ...domain.refusals import NotYours
from ...models.party import Unit
from ...models.record import CreditRecord, ImportRun
from ..records import records

CONFIRMED, REJECTED, TAKEN_BACK = "confirmed", "rejected", "taken_back"
PARTS = (joinedload(ImportRun.unit), joinedload(ImportRun.by), joinedload(ImportRun.decided_by))


def by_ref(session: Session, ref: str, actor: Actor, *, is_locked: bool = False) -> ImportRun:
    """The run of this address, for the people of its unit and the office. Raises NotYours."""
    wanted = select(ImportRun).where(ImportRun.ref == ref, _may_read(actor)).options(*PARTS)
    if is_locked:
        wanted = wanted.with_for_update(of=ImportRun)
    found = session.scalars(wanted, execution_options={"populate_existing": is_locked}).first()
    if found is None:
        raise NotYours
    return found


def page(session: Session, actor: Actor, *, before: int | None = None, most: int = 30) -> Sequence[ImportRun]:
    """The runs that a reader may see, the newest first, one more than `most` if there are more."""
    wanted = select(ImportRun).where(_may_read(actor)).options(*PARTS).order_by(ImportRun.id.desc())
    if before is not None:
        wanted = wanted.where(ImportRun.id < before)
    return session.scalars(wanted.limit(most + 1)).all()


def units(session: Session, actor: Actor) -> Sequence[Unit]:
    """The units for which a person may hand in a file."""
    wanted = select(Unit).where(Unit.ended_on.is_(None)).order_by(Unit.id)
    if not actor.holds(GrantKind.CLERK):
        wanted = wanted.where(Unit.id.in_(records.units_of(actor)))
    return session.scalars(wanted).all()


def older_than_order_36(session: Session, run: ImportRun) -> int:
    """How many of the records that the run entered were decided before Order 36 (2026-04-01).

    For those the shortest period hangs on the special fields of Order 58, which no column of the table tells.
    """
    wanted = select(func.count()).where(
        CreditRecord.import_run_id == run.id, CreditRecord.decided_on < ORDER_36_FROM
    )
    return session.scalar(wanted) or 0


def _may_read(actor: Actor) -> ColumnElement[bool]:
    if any(actor.holds(kind) for kind in records.OFFICE):
        return ImportRun.id.is_not(None)
    return ImportRun.unit_id.in_(records.units_of(actor))


def same_before(session: Session, run: ImportRun) -> ImportRun | None:
    """The last run before this one that wrote exactly the same file, if there is one."""
    return same_file(session, run.sha256, run.kind, run.unit_id, before=run.id)


def same_file(
    session: Session, sha256: str, kind: str, unit_id: int | None, *, before: int | None = None
) -> ImportRun | None:
    wanted = select(ImportRun).where(
        ImportRun.sha256 == sha256,
        ImportRun.kind == kind,
        ImportRun.unit_id == unit_id,
        ImportRun.refusal.is_(None),
        ImportRun.decision.in_(("", CONFIRMED)),
    )
    if before is not None:
        wanted = wanted.where(ImportRun.id < before, ImportRun.finished_at.is_not(None))
    return session.scalars(wanted.order_by(ImportRun.id.desc()).limit(1)).first()
