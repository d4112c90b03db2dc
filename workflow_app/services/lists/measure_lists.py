"""The board of joint measures (联合奖惩): which measures a person sees, by stage, unit and list, and which units are silent.

What waits longest stands first and what nobody waits for last, in pages that cost the same at the end. What stage a
measure is in is asked of `joint_measures` for one and written once more here as a condition for many.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session, joinedload

from ...domain.people import Actor
from ...models.lists import JointMeasure, ListEntry, ListType
from ...models.party import Unit
from ..keyset import Place
from . import joint_measures

PAGE = 25
OPEN, ALL = "open", "all"
TABS = (OPEN, "initiated", "answered", "lifting", "executed", "cannot", "lifted", ALL)
WAITING = ("initiated", "answered", "lifting")
"""The stages in which the unit owes something."""
NOBODY_WAITS = date(9999, 12, 31)
AT_ONCE = 500
waits_until = func.coalesce(JointMeasure.due_on, NOBODY_WAITS)
stage_of = case(
    (JointMeasure.lifted_on.is_not(None), "lifted"),
    (JointMeasure.lift_asked_at.is_not(None), "lifting"),
    (JointMeasure.answer == "cannot", "cannot"),
    (JointMeasure.executed_on.is_not(None), "executed"),
    (JointMeasure.answered_at.is_not(None), "answered"),
    else_="initiated",
)


@dataclass(frozen=True)
class Asked:
    """What somebody wants to see of the board: keys of a list and of a unit, a tab, only what is late."""

    list: str = ""
    unit: str = ""
    stage: str = OPEN
    is_late: bool = False


@dataclass(frozen=True)
class Page:
    """One page of the board and the place after which the next begins, or None at the end."""

    measures: Sequence[JointMeasure]
    following: Place | None


@dataclass(frozen=True)
class Tally:
    """How one unit stands: measures by stage, how many are late, and the oldest day that it let pass."""

    unit: Unit
    stages: dict[str, int]
    late: int
    silent_since: date | None

    @property
    def waiting(self) -> int:
        """How many measures wait for the unit."""
        return sum(self.stages.get(name, 0) for name in WAITING)


def page(session: Session, actor: Actor, asked: Asked, *, today: date, after: Place | None = None) -> Page:
    """One page of what was asked for, the longest due first."""
    wanted = _wanted(actor, asked, today)
    if after is not None:
        day, number = after
        wanted = wanted.where(or_(waits_until > day, and_(waits_until == day, JointMeasure.id > number)))
    found = session.scalars(wanted.limit(PAGE + 1)).all()
    shown = found[:PAGE]
    last = shown[-1] if len(found) > PAGE else None
    return Page(shown, (last.due_on or NOBODY_WAITS, last.id) if last else None)


def every(session: Session, actor: Actor, asked: Asked, *, today: date) -> Iterator[JointMeasure]:
    """All of what was asked for, in the order of the pages."""
    yield from session.scalars(_wanted(actor, asked, today).execution_options(yield_per=AT_ONCE))


def tallies(session: Session, actor: Actor, *, list_key: str, today: date) -> tuple[Tally, ...]:
    """How each unit stands that took part, in what this person may see: the silent ones first, the longest silent at the top."""
    is_late = JointMeasure.due_on < today
    counted = (
        select(
            JointMeasure.unit_id, stage_of, func.count(), func.sum(case((is_late, 1), else_=0)),
            func.min(case((is_late, JointMeasure.due_on))),
        )
        .where(joint_measures.may_read(actor), *_on_list(list_key))
        .group_by(JointMeasure.unit_id, stage_of)
    )  # fmt: skip
    stages: dict[int, dict[str, int]] = {}
    late: dict[int, int] = {}
    since: dict[int, list[date]] = {}
    for unit_id, stage, count, over, oldest in session.execute(counted):
        stages.setdefault(unit_id, {})[stage] = count
        late[unit_id] = late.get(unit_id, 0) + over
        since.setdefault(unit_id, []).extend([oldest] if oldest else [])
    found = session.scalars(select(Unit).where(Unit.id.in_(stages)))
    made = [Tally(unit, stages[unit.id], late[unit.id], min(since[unit.id], default=None)) for unit in found]
    return tuple(sorted(made, key=lambda one: (one.silent_since or NOBODY_WAITS, -one.waiting, one.unit.id)))


def by_tab(tallied: Sequence[Tally], *, unit: str) -> dict[str, int]:
    """How many measures stand under each tab, of one unit when its key is given."""
    of_unit = [one for one in tallied if unit in ("", one.unit.key)]
    counts = {name: sum(one.stages.get(name, 0) for one in of_unit) for name in TABS}
    counts[OPEN] = sum(one.waiting for one in of_unit)
    counts[ALL] = sum(sum(one.stages.values()) for one in of_unit)
    return counts


def lists_of(session: Session, actor: Actor) -> Sequence[ListType]:
    """The lists because of which there are measures that this person may see."""
    of_measures = select(ListEntry.type_id).join(JointMeasure).where(joint_measures.may_read(actor))
    return session.scalars(select(ListType).where(ListType.id.in_(of_measures)).order_by(ListType.id)).all()


WAITING_FOR = (
    select(func.count())
    .select_from(JointMeasure)
    .where(JointMeasure.unit_id.in_(bindparam("answering", expanding=True)), JointMeasure.due_on.is_not(None))
)


def asked_by(actor: Actor) -> dict[str, object]:
    """What `WAITING_FOR` needs to know of a person."""
    return {"answering": sorted(joint_measures.units_of(actor))}


def waiting(session: Session, actor: Actor) -> int:
    """How many measures wait for the units of this person."""
    return session.scalar(WAITING_FOR, asked_by(actor)) or 0


def _wanted(actor: Actor, asked: Asked, today: date) -> Select[JointMeasure]:
    wanted = select(JointMeasure).where(joint_measures.may_read(actor), *_on_list(asked.list))
    if asked.unit:
        wanted = wanted.where(JointMeasure.unit_id.in_(select(Unit.id).where(Unit.key == asked.unit)))
    if asked.is_late:
        wanted = wanted.where(JointMeasure.due_on < today)
    if asked.stage == OPEN:
        wanted = wanted.where(JointMeasure.due_on.is_not(None))
    elif asked.stage in joint_measures.STAGES:
        wanted = wanted.where(stage_of == asked.stage)
    entry = joinedload(JointMeasure.entry)
    parts = (
        joinedload(JointMeasure.unit), entry.joinedload(ListEntry.type), entry.joinedload(ListEntry.subject),
        entry.joinedload(ListEntry.unit),
    )  # fmt: skip
    return wanted.options(*parts).order_by(waits_until, JointMeasure.id)


def _on_list(key: str) -> tuple[ColumnElement[bool], ...]:
    if not key:
        return ()
    entries = select(ListEntry.id).join(ListType).where(ListType.key == key)
    return (JointMeasure.entry_id.in_(entries),)
