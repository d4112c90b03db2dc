"""Units: the departments and the credit office. A unit is ended, never deleted: its cases keep its name.

What an ended unit did is taken over by its successor (继任单位), if there is one; whoever took over from that one follows
it in turn. A successor that is entered is in being, so the chain never comes back to where it began.
"""

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...domain.refusals import NotYours, Refused
from ...domain.words import N_, Sentence
from ...models.party import Person, Unit
from .account_log import record


def units(session: Session) -> list[Unit]:
    """All units, those in being first, the office at the top."""
    return list(
        session.scalars(select(Unit).order_by(Unit.ended_on.is_not(None), Unit.is_office.desc(), Unit.id))
    )


def units_in_being(session: Session, *, on: date) -> list[Unit]:
    """The units that exist on a legal day."""
    return [unit for unit in units(session) if is_in_being(unit, on=on)]


def is_in_being(unit: Unit, *, on: date) -> bool:
    """Whether a unit exists on a legal day; on the day of its end it is gone."""
    return unit.ended_on is None or on < unit.ended_on


def english_names(session: Session) -> dict[str, str]:
    """The English name of each unit, by the name that published lines and documents keep."""
    return {row.name: row.name_en for row in units(session)}


def unit(session: Session, unit_id: int) -> Unit:
    """One unit. Raises NotYours when unknown."""
    found = session.get(Unit, unit_id)
    if found is None:
        raise NotYours
    return found


def responsible(session: Session, unit: Unit, *, on: date) -> Unit | None:
    """The unit in being that answers for this one on a legal day: itself, or whoever took over; None when nobody did."""
    seen: set[int] = set()
    found: Unit | None = unit
    while found is not None and not is_in_being(found, on=on):
        if found.id in seen or found.successor_id is None:
            return None
        seen.add(found.id)
        found = session.get(Unit, found.successor_id)
    return found


def took_over(unit: Unit, *, on: date) -> frozenset[int]:
    """The ended units for which this one answers on a legal day, through the whole chain; `responsible` read backwards."""
    found: dict[int, Unit] = {unit.id: unit}
    waiting = [unit]
    while waiting:
        ended = [row for row in waiting.pop().predecessors if not is_in_being(row, on=on)]
        new = {row.id: row for row in ended if row.id not in found}
        found |= new
        waiting.extend(new.values())
    return frozenset(found) - {unit.id}


def all_taken_over(session: Session, *, on: date) -> Callable[[int], frozenset[int]]:
    """The same for any unit by its id, with all that ended read at once."""
    ended = select(Unit.id, Unit.successor_id).where(Unit.successor_id.is_not(None), Unit.ended_on <= on)
    left: dict[int | None, list[int]] = {}
    for unit_id, successor_id in session.execute(ended):
        left.setdefault(successor_id, []).append(unit_id)

    def found(unit_id: int) -> frozenset[int]:
        waiting, seen = [unit_id], {unit_id}
        while waiting:
            new = [each for each in left.get(waiting.pop(), ()) if each not in seen]
            seen.update(new)
            waiting.extend(new)
        return frozenset(seen) - {unit_id}

    return found


def create_unit(session: Session, *, name: str, name_en: str, code: str, by: Person, now: datetime) -> Unit:
    """Enter a department. Refused when its code is entered already."""
    if session.scalar(select(Unit.id).where(Unit.code == code)):
        raise Refused(N_("这个统一社会信用代码的单位已经登记过，请在列表里查找。"), code="code")
    row = Unit(key=f"unit-{code.lower()}", name=name, name_en=name_en, code=code)
    session.add(row)
    record(session, "unit_created", person=None, by=by, now=now, note=name)
    return row


def refuse_if_settled(row: Unit) -> None:
    """Raises Refused where nothing is left to decide: for the office, and for an ended unit with its successor."""
    if row.is_office:
        raise Refused(N_("信用办是本平台的主办单位，不能撤销。"))
    if row.successor_id is not None:
        raise Refused(N_("这个单位已经撤销，继任单位也已经指定，无需再办。"))


def end_unit(
    session: Session, row: Unit, *, on: date, by: Person, now: datetime, successor: Unit | None = None
) -> None:
    """End a unit from a legal day on; the grants in it are of no force from that day. What then becomes of its open
    cases is `services.cases.mergers`."""
    refuse_if_settled(row)
    if row.ended_on is not None:
        raise Refused(N_("这个单位已经撤销，无需再办。"))
    if successor is not None:
        _refuse_as_successor(row, successor, on=on)
    row.ended_on, row.successor_id = on, successor.id if successor else None
    session.flush()
    note = f"{row.name} → {successor.name}" if successor else row.name
    record(session, "unit_ended", person=None, by=by, now=now, note=note)


def name_successor(
    session: Session, row: Unit, successor: Unit, *, on: date, by: Person, now: datetime
) -> None:
    """Say afterwards who took over what an ended unit did. Said once: cases were handed over on the strength of it."""
    if row.ended_on is None:
        raise Refused(N_("这个单位还没有撤销。请在撤销时指定继任单位。"), code="successor")
    refuse_if_settled(row)
    _refuse_as_successor(row, successor, on=on)
    row.successor_id = successor.id
    session.flush()
    record(session, "successor_named", person=None, by=by, now=now, note=f"{row.name} → {successor.name}")


def _refuse_as_successor(row: Unit, successor: Unit, *, on: date) -> None:
    """Only who is in being takes over; so nobody takes over from who took over from them."""
    if successor.is_office:
        raise Refused(N_("信用办不承担部门的认定和核查职责。请选择接手的部门。"), code="successor")
    if successor.id == row.id:
        raise Refused(N_("单位不能由自己继任。请选择接手的部门，没有的就不选。"), code="successor")
    if not is_in_being(successor, on=on):
        text = N_("“%(unit)s”已经撤销，不能作为继任单位。请选择现有的部门。")
        raise Refused(Sentence(text, unit=successor.name), code="successor")
