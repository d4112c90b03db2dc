"""Units: the departments and the credit office. A unit is ended, never deleted: its cases keep its name."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..domain.refusals import NotYours, Refused
from ..domain.words import N_
from ..models.party import Person, Unit
from .account_log import record


def units(session: Session) -> list[Unit]:
    """All units, those in being first, the office at the top."""
    return list(
        session.scalars(select(Unit).order_by(Unit.ended_on.is_not(None), Unit.is_office.desc(), Unit.id))
    )


def units_in_being(session: Session, *, on: date) -> list[Unit]:
    """The units that exist on a legal day."""
    return [unit for unit in units(session) if unit.ended_on is None or on < unit.ended_on]


def english_names(session: Session) -> dict[str, str]:
    """The English name of each unit, by the name that published lines and documents keep."""
    return {row.name: row.name_en for row in units(session)}


def unit(session: Session, unit_id: int) -> Unit:
    """One unit. Raises NotYours when unknown."""
    found = session.get(Unit, unit_id)
    if found is None:
        raise NotYours
    return found


def create_unit(session: Session, *, name: str, name_en: str, code: str, by: Person, now: datetime) -> Unit:
    """Enter a department. Refused when its code is entered already."""
    if session.scalar(select(Unit.id).where(Unit.code == code)):
        raise Refused(N_("这个统一社会信用代码的单位已经登记过，请在列表里查找。"), code="code")
    row = Unit(key=f"unit-{code.lower()}", name=name, name_en=name_en, code=code)
    session.add(row)
    record(session, "unit_created", person=None, by=by, now=now, note=name)
    return row


def end_unit(session: Session, row: Unit, *, on: date, by: Person, now: datetime) -> None:
    """End a unit from a legal day on; the grants in it are of no force from that day."""
    if row.is_office:
        raise Refused(N_("信用办是本平台的主办单位，不能撤销。"))
    if row.ended_on is not None:
        raise Refused(N_("这个单位已经撤销，无需再办。"))
    row.ended_on = on
    record(session, "unit_ended", person=None, by=by, now=now, note=row.name)
