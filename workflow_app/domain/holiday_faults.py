"""What may be wrong with the holiday days of a year that somebody wrote down, and how to mend it.

A notice is taken whole or not at all, so everything wrong is told at once, each with its line. Nothing is read here
(see holiday_file.py) and nothing is mended silently: a day too many moves the dates of real people.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from .calendar import (
    DRAGON_BOAT,
    LABOUR,
    MID_AUTUMN,
    NATIONAL,
    NEW_YEAR,
    SPRING,
    TOMB_SWEEPING,
    WEEKEND,
    statutory_days,
)
from .words import N_, Sentence

ONE_DAY = timedelta(days=1)
OFF, WORKING = "off", "working"
LONGEST_NAME = 40
UNBROKEN = (NEW_YEAR, SPRING, TOMB_SWEEPING, LABOUR, DRAGON_BOAT, MID_AUTUMN, NATIONAL)
# 全国年节及纪念日放假办法 as amended in 2024 gives its thirteen days from this year on.
FIRST_STATUTORY_YEAR = 2025


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong; line 0 when it is about the whole."""

    line: int
    sentence: Sentence


class BadFile(Exception):
    """The file is refused whole; `faults` are all that was found, in the order of lines."""

    def __init__(self, faults: Sequence[Fault]):
        self.faults = tuple(sorted(faults, key=lambda fault: fault.line))
        super().__init__("; ".join(f"{fault.line}: {fault.sentence}" for fault in self.faults))


@dataclass(frozen=True)
class Entry:
    """One day as it was written: where, which day, off or working, and the holiday's name."""

    line: int
    day: date
    kind: str
    name: str = ""


def faults(year: int, entries: Sequence[Entry]) -> list[Fault]:
    """Everything that is wrong with these days as the full notice of `year`; empty when nothing is."""
    checks: tuple[Callable[[int, Sequence[Entry]], Iterator[Fault]], ...] = (
        _of_another_year, _told_twice, _not_nameable, _no_weekend, _with_gaps, _statutory_missing,
    )  # fmt: skip
    return [fault for check in checks for fault in check(year, entries)]


def _of_another_year(year: int, entries: Sequence[Entry]) -> Iterator[Fault]:
    for entry in entries:
        if entry.day.year != year:
            told = N_("%(day)s不是 %(year)s 年的日子。请把它写进 %(other)s 年自己的版本。")
            yield Fault(entry.line, Sentence(told, day=entry.day, year=year, other=entry.day.year))


def _told_twice(_year: int, entries: Sequence[Entry]) -> Iterator[Fault]:
    first: dict[date, Entry] = {}
    for entry in entries:
        before = first.setdefault(entry.day, entry)
        if before is entry:
            continue
        if before.kind == entry.kind:
            told = N_("%(day)s在第 %(line)s 行已经写过。请删去其中一行。")
        else:
            told = N_("%(day)s既写了放假又写了上班（见第 %(line)s 行）。请按通知只留一种。")
        yield Fault(entry.line, Sentence(told, day=entry.day, line=before.line))


def _not_nameable(_year: int, entries: Sequence[Entry]) -> Iterator[Fault]:
    for entry in entries:
        if entry.kind != OFF:
            continue
        if not entry.name:
            told = N_("%(day)s放假，但没有写节日名称。请在 name 一栏写上，例如“国庆节”。")
            yield Fault(entry.line, Sentence(told, day=entry.day))
        elif len(entry.name) > LONGEST_NAME or not entry.name.isprintable() or entry.name == WEEKEND:
            told = N_("%(day)s的节日名称不能用。请写通知里的名称，不超过 40 个字，不含看不见的字符。")
            yield Fault(entry.line, Sentence(told, day=entry.day))


def _no_weekend(_year: int, entries: Sequence[Entry]) -> Iterator[Fault]:
    for entry in entries:
        if entry.kind == WORKING and entry.day.weekday() < 5:
            told = N_("%(day)s不是周末，本来就上班，不必写成调休上班。请核对日期，或删去这一行。")
            yield Fault(entry.line, Sentence(told, day=entry.day))


def _with_gaps(_year: int, entries: Sequence[Entry]) -> Iterator[Fault]:
    """A holiday is one unbroken run. Days of another name may lie in it, as 中秋节 in the 国庆节 of 2025."""
    off = {entry.day: entry for entry in entries if entry.kind == OFF}
    for _name, days in sorted(_holidays(off).items()):
        for earlier, later in pairwise(days):
            missing = [day for day in _between(earlier, later) if day not in off]
            if missing:
                yield Fault(off[later].line, _gap(off[later].name, missing[0], missing[-1]))


def _gap(name: str, first: date, last: date) -> Sentence:
    if first == last:
        told = N_("“%(name)s”中间断开：%(first)s没有写。请补上，或改正日期、名称。")
        return Sentence(told, name=name, first=first)
    told = N_("“%(name)s”中间断开：%(first)s至 %(last)s没有写。请补上，或改正日期、名称。")
    return Sentence(told, name=name, first=first, last=last)


def _holidays(off: dict[date, Entry]) -> dict[tuple[str, bool], list[date]]:
    """The days of each holiday, alone or with another one in its name.

    元旦 in December belongs to the year after and is another one; days off for a reason of their own may come twice.
    """
    found: dict[tuple[str, bool], list[date]] = {}
    for day in sorted(off):
        name = off[day].name
        if any(holiday in name for holiday in UNBROKEN):
            found.setdefault((name, NEW_YEAR in name and day.month == 12), []).append(day)
    return found


def _between(earlier: date, later: date) -> list[date]:
    return [earlier + ONE_DAY * n for n in range(1, (later - earlier).days)]


def _statutory_missing(year: int, entries: Sequence[Entry]) -> Iterator[Fault]:
    off = {entry.day for entry in entries if entry.kind == OFF}
    if year < FIRST_STATUTORY_YEAR:
        return
    for day, name in sorted(statutory_days(year).items()):
        if day not in off:
            told = N_(
                "缺少法定节日 %(day)s（%(name)s）。《全国年节及纪念日放假办法》规定这一天放假，请补上一行。"
            )
            yield Fault(0, Sentence(told, day=day, name=Sentence(name)))
