"""What one version of a year's holiday notice changes against the one before it, and a version with one day changed.

Pure functions of notices. A change within a year (an extra day off by order) is a new full version of that year, so that
every version can be read by itself.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

from .calendar import Notice, statutory_days
from .holiday_csv import runs
from .holiday_faults import OFF, WORKING, Entry, faults
from .refusals import Refused
from .words import N_, Sentence


def as_guessed(year: int) -> Notice:
    """How a year without a notice is judged: weekends and the statutory days."""
    return Notice(year, statutory_days(year), frozenset())


def changes(before: Notice, after: Notice) -> tuple[Sentence, ...]:
    """What the later version of a year says otherwise, one sentence for each run of days; empty when nothing."""
    told = (
        (N_("新增放假：%(days)s（%(name)s）"), _without(after.off, before.off)),
        (N_("不再放假：%(days)s（%(name)s）"), _without(before.off, after.off)),
        (N_("改名：%(days)s（%(name)s）"), _renamed(before.off, after.off)),
        (N_("新增调休上班：%(days)s"), dict.fromkeys(after.working - before.working, "")),
        (N_("不再调休上班：%(days)s"), dict.fromkeys(before.working - after.working, "")),
    )
    found = [
        Sentence(text, days=span(first, last), name=Sentence(name) if name else "")
        for text, days in told
        for first, last, _, name in runs([(day, "", name) for day, name in days.items()])
    ]
    if not found and before.source != after.source:
        found.append(Sentence(N_("来源改为：%(source)s"), source=after.source))
    return tuple(found)


def span(first: date, last: date) -> Sentence | date:
    """One day, or several in a row."""
    if first == last:
        return first
    return Sentence(N_("%(first)s至 %(last)s"), first=first, last=last)


def with_day(notice: Notice, day: date, *, kind: str, name: str, source: str) -> Notice:
    """The same year with one more day off, or one more working day, by the order that `source` names.

    Raises Refused when the day is so already, or when the year could not be entered with it.
    """
    changed = (_with_day_off if kind == OFF else _with_working_day)(notice, day, name)
    changed = replace(changed, source=source)
    known = {str(fault.sentence) for fault in faults(notice.year, entries_of(notice))}
    for fault in faults(changed.year, entries_of(changed)):
        if str(fault.sentence) not in known:
            raise Refused(fault.sentence, code="day")
    return changed


def entries_of(notice: Notice) -> list[Entry]:
    """The days of a notice as if they had been written down, without lines."""
    off = [Entry(0, day, OFF, name) for day, name in notice.off.items()]
    return off + [Entry(0, day, WORKING) for day in sorted(notice.working)]


def _with_day_off(notice: Notice, day: date, name: str) -> Notice:
    if day in notice.off or (day.weekday() >= 5 and day not in notice.working):
        raise Refused(Sentence(N_("%(day)s本来就不上班，不用再改。请核对日期。"), day=day), code="day")
    return replace(notice, off={**notice.off, day: name}, working=notice.working - {day})


def _with_working_day(notice: Notice, day: date, _name: str) -> Notice:
    if day in notice.working or (day.weekday() < 5 and day not in notice.off):
        raise Refused(Sentence(N_("%(day)s本来就上班，不用再改。请核对日期。"), day=day), code="day")
    off = {other: name for other, name in notice.off.items() if other != day}
    working = notice.working | {day} if day.weekday() >= 5 else notice.working
    return replace(notice, off=off, working=working)


def _without(days: Mapping[date, str], others: Collection[date]) -> dict[date, str]:
    return {day: name for day, name in days.items() if day not in others}


def _renamed(before: Mapping[date, str], after: Mapping[date, str]) -> dict[date, str]:
    return {day: name for day, name in after.items() if day in before and before[day] != name}
