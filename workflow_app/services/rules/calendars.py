"""The holiday notices of the years: which versions there are, and entering a new one.

A version is never changed or taken back; a correction is a further version of the whole year. Entering one plans the
recount of the open clocks in the same transaction, so that neither happens without the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ...domain import calendar, holiday_changes
from ...domain.calendar import Notice
from ...domain.people import Actor, GrantKind
from ...domain.refusals import NotYours, Refused
from ...domain.words import N_, Sentence
from ...models.party import Person
from ...models.rulebook import CalendarNotice, Recount
from ..engine import recount
from ..engine.recount import Preview
from ..house import House
from ..people.account_log import record
from . import rulebooks

KEEPERS = frozenset({GrantKind.CLERK, GrantKind.LEAD, GrantKind.SYSTEM_ADMIN})
LONGEST_REASON = 500
BUILT_IN = {notice.year: notice for notice in calendar.built_in_notices()}


@dataclass(frozen=True)
class Version:
    """One version of a year: the notice, who entered it when and why (nothing for a built-in one), what it changed.

    `is_first`: before it the year was only guessed from weekends and the statutory days.
    """

    notice: Notice
    row: CalendarNotice | None
    changes: tuple[Sentence, ...]
    is_first: bool

    @property
    def mark(self) -> str:
        """Names the version, so that somebody who read an older one is told."""
        return str(self.row.id) if self.row else "built-in"


def may_enter(actor: Actor) -> bool:
    """Whether this person may enter a version."""
    return any(map(actor.holds, KEEPERS))


def versions(session: Session, year: int | None = None) -> list[Version]:
    """The versions of a year, or of all years, newest first; those that came built in stand last."""
    wanted = select(CalendarNotice).options(joinedload(CalendarNotice.entered_by)).order_by(CalendarNotice.id)
    if year is not None:
        wanted = wanted.where(CalendarNotice.year == year)
    built_in = [notice for notice in BUILT_IN.values() if year in (None, notice.year)]
    found = [Version(notice, None, (), is_first=True) for notice in built_in]
    newest = {notice.year: notice for notice in built_in}
    for row in session.scalars(wanted):
        notice, before = rulebooks.notice_of(row), newest.get(row.year)
        changed = holiday_changes.changes(before or holiday_changes.as_guessed(row.year), notice)
        found.append(Version(notice, row, changed, is_first=before is None))
        newest[row.year] = notice
    return found[::-1]


def in_force(session: Session, year: int) -> Version | None:
    """The version of a year that is in force; None when nobody entered it yet."""
    return next(iter(versions(session, year)), None)


def mark_of(session: Session, year: int) -> str:
    """The mark of the version in force; empty when there is none."""
    found = in_force(session, year)
    return found.mark if found else ""


def with_day(session: Session, day: date, *, kind: str, name: str, source: str) -> Notice:
    """The version in force of that day's year with one more day off or working day (see `holiday_changes`).

    Raises Refused with the code of the field that is in the way.
    """
    found = in_force(session, day.year)
    if found is None:
        told = N_("%(year)s 年的放假安排还没有录入，不能只改一天。请先录入这一年的全部安排。")
        raise Refused(Sentence(told, year=day.year), code="day")
    return holiday_changes.with_day(found.notice, day, kind=kind, name=name, source=source)


def check_is_new(session: Session, notice: Notice) -> None:
    """Refused when the notice says just what the version in force says."""
    found = in_force(session, notice.year)
    if found is not None and found.notice == notice:
        told = N_("内容与 %(year)s 年现行的版本完全相同，不用再录入。请核对是否选对了文件。")
        raise Refused(Sentence(told, year=notice.year), code="unchanged")


def preview(session: Session, notice: Notice, *, on: date, house: House) -> Preview:
    """What entering the notice would do to the clocks open now."""
    found = in_force(session, notice.year)
    days = rulebooks.days_between(found.notice if found else None, notice)
    planned = recount.for_days(days, rulebooks.with_notice(session, house, notice), because="")
    return recount.preview(session, planned, on=on)


def enter(
    session: Session, notice: Notice, *, reason: str, by: Actor | None, now: datetime
) -> CalendarNotice:
    """Enter a version of a year and plan the recount. `by` None is the command line.

    Raises NotYours, or Refused when there is no reason or nothing new.
    """
    if by is not None and not may_enter(by):
        raise NotYours
    if not reason.strip() or len(reason) > LONGEST_REASON:
        told = N_("请写明为什么录入这个版本，不超过 %(most)s 个字。它会和新的期限一起告诉当事人。")
        raise Refused(Sentence(told, most=LONGEST_REASON), code="reason")
    check_is_new(session, notice)
    row = CalendarNotice(
        year=notice.year,
        off={day.isoformat(): name for day, name in sorted(notice.off.items())},
        working=[day.isoformat() for day in sorted(notice.working)],
        source=notice.source,
        reason=reason.strip(),
        entered_by_id=by.person_id if by else None,
        entered_at=now,
    )
    session.add(row)
    session.flush()
    recount.plan(session, "calendar", row.id, now=now)
    person = session.get(Person, row.entered_by_id) if row.entered_by_id else None
    record(
        session, "calendar_entered", person=None, by=person, now=now, note=f"{notice.year}: {notice.source}"
    )
    return row


def recounts(session: Session, year: int) -> Sequence[Recount]:
    """The recounts that the versions of a year brought about, newest first."""
    entered = select(CalendarNotice.id).where(CalendarNotice.year == year)
    wanted = select(Recount).where(Recount.kind == "calendar", Recount.source_id.in_(entered))
    return session.scalars(wanted.order_by(Recount.id.desc())).all()
