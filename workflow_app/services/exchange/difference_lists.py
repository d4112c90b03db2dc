"""Which differences a person sees and settles, and in which list: the office all of them, a unit those that it owns.

Open ones go by their last day, the others newest first; both by keyset, so that the last page costs what the first does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, case, func, select, true, tuple_
from sqlalchemy.orm import Session, joinedload

from ...domain.people import Actor
from ...domain.refusals import NotYours
from ...domain.words import N_
from ...models.api import Difference
from ...models.party import Unit
from ...models.record import CreditRecord
from ...models.sync import SyncTarget
from .. import keyset
from ..sync import sync_lists

PAGE = 25
TABS = {
    "open": N_("待核对"),
    "overdue": N_("已超期"),
    "settled": N_("已有结果"),
    "gone": N_("已一致"),
    "all": N_("全部"),
}
MOST_TAKEN = 5_000
OPEN = and_(Difference.gone_on.is_(None), Difference.settled_at.is_(None))


@dataclass(frozen=True)
class Wanted:
    """What a reader looks for. Empty means any."""

    tab: str = "open"
    target: str = ""
    unit: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Page:
    """One page of a list and the cursor of the next, or None at the end."""

    rows: Sequence[Difference]
    following: str | None


@dataclass(frozen=True)
class Tally:
    """How many are open and overdue."""

    open: int
    overdue: int


def visible(actor: Actor) -> ColumnElement[bool]:
    """The differences that a person who works here may see."""
    if any(map(actor.holds, sync_lists.WATCHERS)):
        return true()
    return Difference.unit_id.in_(sorted(sync_lists.units_of(actor)))


def may_settle(row: Difference, actor: Actor) -> bool:
    """The office and the people of the owner."""
    return any(map(actor.holds, sync_lists.OFFICE)) or row.unit_id in sync_lists.units_of(actor)


def one(session: Session, number: int, actor: Actor) -> Difference:
    """One difference for its reader. Raises NotYours."""
    found = session.scalar(_with_all(select(Difference).where(Difference.id == number, visible(actor))))
    if found is None:
        raise NotYours
    return found


def page(
    session: Session, actor: Actor, wanted: Wanted, *, today: date, cursor: str = "", size: int = PAGE
) -> Page:
    """One page: the open by their last day, everything else newest first. A broken cursor shows the beginning."""
    query = select(Difference).where(visible(actor), _in_tab(wanted.tab, today), *_narrowed(wanted))
    by_due = wanted.tab in ("open", "overdue")
    place = keyset.read(cursor)
    day = Difference.due_on if by_due else Difference.found_on
    if place is not None:
        here = tuple_(day, Difference.id)
        query = query.where(here > place if by_due else here < place)
    order = (day, Difference.id) if by_due else (day.desc(), Difference.id.desc())
    found = session.scalars(_with_all(query).order_by(*order).limit(size + 1)).unique().all()
    last = found[size - 1] if len(found) > size else None
    at = (last.due_on if by_due else last.found_on, last.id) if last else None
    return Page(found[:size], keyset.written(at) if at else None)


def of_record(session: Session, record_id: int, actor: Actor) -> Sequence[Difference]:
    """What still differs of a record, for its page."""
    wanted = select(Difference).where(Difference.record_id == record_id, OPEN, visible(actor))
    return session.scalars(_with_all(wanted).order_by(Difference.due_on, Difference.id)).unique().all()


def tallies(session: Session, actor: Actor, *, today: date) -> dict[int, Tally]:
    """For each target with open differences how many there are."""
    counts = (
        select(Difference.target_id, func.count(), func.sum(case((Difference.due_on < today, 1), else_=0)))
        .where(OPEN, visible(actor))
        .group_by(Difference.target_id)
    )
    return {target_id: Tally(count, late) for target_id, count, late in session.execute(counts)}


def units(session: Session, actor: Actor) -> Sequence[Unit]:
    """The units that own any difference this reader may see."""
    owned = select(Difference.unit_id).where(visible(actor))
    return session.scalars(select(Unit).where(Unit.id.in_(owned)).order_by(Unit.id)).all()


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.target:
        conditions.append(
            Difference.target_id.in_(select(SyncTarget.id).where(SyncTarget.key == wanted.target))
        )
    if wanted.unit:
        conditions.append(Difference.unit_id.in_(select(Unit.id).where(Unit.key == wanted.unit)))
    if wanted.kind:
        conditions.append(Difference.kind == wanted.kind)
    return conditions


def _in_tab(tab: str, today: date) -> ColumnElement[bool]:
    conditions: dict[str, ColumnElement[bool]] = {
        "open": OPEN,
        "overdue": and_(OPEN, Difference.due_on < today),
        "settled": and_(Difference.settled_at.is_not(None), Difference.gone_on.is_(None)),
        "gone": Difference.gone_on.is_not(None),
        "all": true(),
    }
    return conditions.get(tab, OPEN)


def _with_all(wanted: Select[Difference]) -> Select[Difference]:
    return wanted.options(
        joinedload(Difference.record).joinedload(CreditRecord.subject), joinedload(Difference.target),
        joinedload(Difference.unit), joinedload(Difference.settled_by),
    )  # fmt: skip
