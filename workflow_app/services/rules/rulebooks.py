"""The rulebook in force: the built-in pack and calendar with everything the office entered laid over them.

One small question to the database says which versions are in force, and the answer is put together once per process,
so that every process sees a change as soon as it is committed. An older version of the pack can be rebuilt for ever.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ...domain import calendar, rules
from ...domain.calendar import Calendar, Notice
from ...domain.rulebook import Rulebook
from ...domain.rules import Rule, RulePack
from ...models.rulebook import CalendarNotice, RuleChange
from ..house import House

MOST_REMEMBERED = 50
_remembered: dict[tuple[Any, ...], Rulebook] = {}
VERSIONS = (
    select(func.max(RuleChange.applied_n)).scalar_subquery().label("rules_n"),
    select(func.max(RuleChange.decided_at))
    .where(RuleChange.applied_n.is_not(None))
    .scalar_subquery()
    .label("rules_at"),
    select(func.max(CalendarNotice.id)).scalar_subquery().label("calendar_n"),
    select(func.max(CalendarNotice.entered_at)).scalar_subquery().label("calendar_at"),
)
"""Which versions are in force, to be asked alone or in another statement. The instants stand beside the numbers because
a number that was rolled back is given again."""
_ASKED = select(*VERSIONS)


def current(session: Session, house: House) -> Rulebook:
    """The rules and the calendar in force now in the place of this house."""
    return of_versions(session, house, session.execute(_ASKED).one())


def of_versions(session: Session, house: House, versions: Iterable[Any]) -> Rulebook:
    """The rules and the calendar of these versions, as the database has just told them."""
    key = (session.get_bind().engine, house.division, *versions)
    if key not in _remembered:
        while len(_remembered) >= MOST_REMEMBERED:
            _remembered.pop(next(iter(_remembered)))
        _remembered[key] = Rulebook(pack_in_force(session), calendar_in_force(session), house.division)
    return _remembered[key]


def forget() -> None:
    """Put everything together anew; for tests that put another database in the place of one under a stopped clock."""
    _remembered.clear()


def pack_in_force(session: Session) -> RulePack:
    """The newest built-in pack with every approved change."""
    return rules.built_in().with_changes(_approved(session))


def pack_of(session: Session, version: str) -> RulePack:
    """The pack of a version such as 2026-11-22+3, as it was. Raises KeyError for a version that never was."""
    built_in, _, changes = version.partition("+")
    return rules.built_in(built_in).with_changes(_approved(session, most=int(changes or 0)))


def calendar_in_force(session: Session) -> Calendar:
    """The built-in notices with those that were entered; of two for one year the later."""
    rows = session.scalars(select(CalendarNotice).order_by(CalendarNotice.id))
    return Calendar.of((*calendar.built_in_notices(), *(notice_of(row) for row in rows)))


def notice_of(row: CalendarNotice) -> Notice:
    """A stored notice as the calendar reads it."""
    return Notice(
        year=row.year,
        off={date.fromisoformat(day): name for day, name in row.off.items()},
        working=frozenset(date.fromisoformat(day) for day in row.working),
        source=row.source,
    )


def changed_row(change: RuleChange) -> Rule:
    """The row of the rules table that a change makes."""
    return rules.from_row(change.row)


def days_changed_by(session: Session, notice: CalendarNotice) -> tuple[date, date]:
    """The first and last day that this version of a year judges otherwise than the version before it."""
    before = select(CalendarNotice).where(CalendarNotice.year == notice.year, CalendarNotice.id < notice.id)
    row = session.scalars(before.order_by(CalendarNotice.id.desc())).first()
    known = {known.year: known for known in calendar.built_in_notices()}
    return days_between(notice_of(row) if row else known.get(notice.year), notice_of(notice))


def days_between(before: Notice | None, after: Notice) -> tuple[date, date]:
    """The first and last day on which two versions of a year differ; the whole year when there was none before."""
    whole = date(after.year, 1, 1), date(after.year, 12, 31)
    if before is None:
        return whole
    differing = before.off.keys() ^ after.off.keys() | before.working ^ after.working
    return (min(differing), max(differing)) if differing else (whole[0], whole[0])


def with_notice(session: Session, house: House, notice: Notice) -> Rulebook:
    """The rulebook as it would be with this notice; for a preview."""
    rows = session.scalars(select(CalendarNotice).order_by(CalendarNotice.id))
    notices = (*calendar.built_in_notices(), *(notice_of(row) for row in rows), notice)
    return replace(current(session, house), calendar=Calendar.of(notices))


def with_rule(session: Session, house: House, rule: Rule) -> Rulebook:
    """The rulebook as it would be with this changed row; for a preview."""
    pack = rules.built_in().with_changes((*_approved(session), rule))
    return replace(current(session, house), pack=pack)


def _approved(session: Session, *, most: int | None = None) -> tuple[Rule, ...]:
    """The approved changes in the order in which they were applied, the first `most` of them."""
    wanted = select(RuleChange.row).where(RuleChange.applied_n.is_not(None)).order_by(RuleChange.applied_n)
    if most is not None:
        wanted = wanted.where(RuleChange.applied_n <= most)
    return tuple(rules.from_row(row) for row in session.scalars(wanted))
