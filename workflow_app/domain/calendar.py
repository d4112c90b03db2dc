"""Which days are working days in China, which are not, and why.

A calendar is a value built from yearly notices of the State Council. It says of each year whether it has the
notice; without one it falls back to weekends and the statutory days, and whoever counts marks the result
provisional. It never guesses a make-up day and never counts a deadline (see deadlines.py).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, cached_property
from itertools import accumulate

from chinese_calendar import constants as notices_of_chinesecalendar

from .words import N_, Sentence

NEW_YEAR, SPRING, TOMB_SWEEPING = N_("元旦"), N_("春节"), N_("清明节")
LABOUR, DRAGON_BOAT, MID_AUTUMN, NATIONAL = N_("劳动节"), N_("端午节"), N_("中秋节"), N_("国庆节")
VICTORY = N_("中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日")
WEEKEND = N_("周末")

NAMES_OF_CHINESECALENDAR = {
    "New Year's Day": NEW_YEAR,
    "Spring Festival": SPRING,
    "Tomb-sweeping Day": TOMB_SWEEPING,
    "Labour Day": LABOUR,
    "Dragon Boat Festival": DRAGON_BOAT,
    "Mid-autumn Festival": MID_AUTUMN,
    "National Day": NATIONAL,
    "Anti-Fascist 70th Day": VICTORY,
}

# 全国年节及纪念日放假办法 (2024) 第二条: the days whose date is the same every year, as (month, day).
FIXED_DAYS = (
    (1, 1, NEW_YEAR),
    (5, 1, LABOUR),
    (5, 2, LABOUR),
    (10, 1, NATIONAL),
    (10, 2, NATIONAL),
    (10, 3, NATIONAL),
)

# The same article, days that follow the moon or the sun: 春节 (初一), 清明, 端午, 中秋. Typed from the tables of
# 农历 (GB/T 33661-2017) and compared with an independent lunar library. Years beyond have the fixed days only.
MOVING_DAYS = {
    2025: ((1, 29), (4, 4), (5, 31), (10, 6)),
    2026: ((2, 17), (4, 5), (6, 19), (9, 25)),
    2027: ((2, 6), (4, 5), (6, 9), (9, 15)),
    2028: ((1, 26), (4, 4), (5, 28), (10, 3)),
    2029: ((2, 13), (4, 4), (6, 16), (9, 22)),
    2030: ((2, 3), (4, 5), (6, 5), (9, 12)),
    2031: ((1, 23), (4, 5), (6, 24), (10, 1)),
    2032: ((2, 11), (4, 4), (6, 12), (9, 19)),
    2033: ((1, 31), (4, 4), (6, 1), (9, 8)),
    2034: ((2, 19), (4, 5), (6, 20), (9, 27)),
    2035: ((2, 8), (4, 5), (6, 10), (9, 16)),
}

# Where the notices that come built in were published; the library was compared with these texts day by day.
SOURCES = {
    2024: "https://www.gov.cn/zhengce/zhengceku/202310/content_6911528.htm",
    2025: "https://www.gov.cn/zhengce/zhengceku/202411/content_6986383.htm",
    2026: "https://www.gov.cn/zhengce/zhengceku/202511/content_7047091.htm",
}
OTHER_SOURCE = N_("国务院办公厅当年的放假通知（取自公开的节假日数据）")


@dataclass(frozen=True)
class Notice:
    """The holiday notice of one year: the days off with their names (Chinese), the weekend days worked, the source.

    A notice may name days at the edge of a neighbouring year, as the one of 2019 did with 2018-12-29.
    """

    year: int
    off: Mapping[date, str] = field(hash=False)
    working: frozenset[date]
    source: str = ""


@dataclass(frozen=True)
class Calendar:
    """Days off and make-up working days of the years whose notice is known."""

    off: Mapping[date, str] = field(hash=False)
    working: frozenset[date]
    years: frozenset[int]
    sources: Mapping[int, str] = field(hash=False, default_factory=dict)

    @classmethod
    def of(cls, notices: Iterable[Notice]) -> "Calendar":
        """The calendar of these notices; of two for one year the later in the row replaces the earlier."""
        in_force = {notice.year: notice for notice in notices}
        return cls(
            off={day: name for notice in in_force.values() for day, name in notice.off.items()},
            working=frozenset(day for notice in in_force.values() for day in notice.working),
            years=frozenset(in_force),
            sources={year: notice.source for year, notice in in_force.items()},
        )

    def knows(self, year: int) -> bool:
        """Whether the notice of that year is in; if not, days of it are provisional."""
        return year in self.years

    def is_working(self, day: date) -> bool:
        """Whether `day` is a working day, a weekend day made a working day included."""
        return self.why_off(day) is None

    def is_make_up(self, day: date) -> bool:
        """Whether `day` is a weekend day that a notice made a working day (调休上班)."""
        return day in self.working and day.weekday() >= 5

    def why_off(self, day: date) -> Sentence | None:
        """The holiday or weekend that makes `day` a day off; None on a working day."""
        name = self.off.get(day)
        if name is None and not self.knows(day.year):
            name = statutory_days(day.year).get(day)
        if name is None and day.weekday() >= 5 and day not in self.working:
            name = WEEKEND
        return Sentence(name) if name else None

    def first_working_day(self, day: date) -> date:
        """`day` itself if it is a working day, else the next one."""
        while not self.is_working(day):
            day += timedelta(days=1)
        return day

    def working_days_between(self, after: date, until: date) -> int:
        """How many working days lie after the first and up to the second day; negative when that is earlier."""
        if until < after:
            return -self.working_days_between(until, after)
        whole_years = sum(self._worked(year)[-1] for year in range(after.year, until.year))
        return whole_years + self._worked(until.year)[_place(until)] - self._worked(after.year)[_place(after)]

    @cached_property
    def _worked(self) -> Callable[[int], tuple[int, ...]]:
        """How many working days a year has had by the end of each of its days; counted once for a calendar."""

        def of_year(year: int) -> tuple[int, ...]:
            days = (date(year, 1, 1) + timedelta(days=n) for n in range(_place(date(year, 12, 31)) + 1))
            return tuple(accumulate(map(self.is_working, days)))

        return cache(of_year)


def _place(day: date) -> int:
    """The place of a day in its year, from 0."""
    return (day - date(day.year, 1, 1)).days


@cache
def statutory_days(year: int) -> dict[date, str]:
    """The thirteen days off of 全国年节及纪念日放假办法 (2024) 第二条, with their names."""
    days = {date(year, month, day): name for month, day, name in FIXED_DAYS}
    if year in MOVING_DAYS:
        spring, tomb, dragon, autumn = (date(year, month, day) for month, day in MOVING_DAYS[year])
        days |= {spring + timedelta(days=n): SPRING for n in (-1, 0, 1, 2)}  # 除夕 to 初三
        days |= {tomb: TOMB_SWEEPING, dragon: DRAGON_BOAT, autumn: MID_AUTUMN}
    return days


@cache
def built_in_notices() -> tuple[Notice, ...]:
    """The notices that the chinesecalendar library carries (2004 to 2026), by year."""
    off, working = notices_of_chinesecalendar.holidays, notices_of_chinesecalendar.workdays
    return tuple(
        Notice(
            year=year,
            off={day: NAMES_OF_CHINESECALENDAR[name] for day, name in off.items() if day.year == year},
            working=frozenset(day for day in working if day.year == year),
            source=SOURCES.get(year, OTHER_SOURCE),
        )
        for year in sorted({day.year for day in off})
    )


@cache
def built_in() -> Calendar:
    """The calendar of the built-in notices."""
    return Calendar.of(built_in_notices())
