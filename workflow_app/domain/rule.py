"""One value of the rules table: what it limits, where and when it holds, on whose word.

No legal number stands in code: a state names a rule id, and the pack (see rules.py) answers with the row in force on
a day and in a place. Nothing is counted here (see deadlines.py) and nothing is read (see rule_file.py).
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from .words import N_, Sentence

# On what a value rests: read in the instrument, or in a report of it; or only what is left without either.
EVIDENCE = {
    "V": N_("V 已读原文"),
    "V2": N_("V2 见于转载或报道"),
    "F": N_("F 原文残缺，数字看不清"),
    "P": N_("P 其他平台的做法"),
    "R": N_("R 凭记忆，尚未查到原文"),
    "I": N_("I 平台设定"),
    "?": N_("? 不清楚"),
}
CONFIRMED = ("V", "V2")

# The part of the work that a rule belongs to.
AREAS = {
    "classification": N_("失信信息分类和公示期"),
    "repair": N_("信用修复"),
    "objection": N_("异议"),
    "commitment": N_("信用承诺"),
    "training": N_("信用修复培训"),
    "listing": N_("名单列入"),
    "list_exit": N_("名单移出"),
    "publicity": N_("行政许可和行政处罚公示"),
    "remedies": N_("行政复议和行政诉讼"),
    "security": N_("日志和个人信息"),
    "retention": N_("查询期限"),
    "supervision": N_("督办"),
    "drafts": N_("草稿"),
    "documents": N_("文书"),
}


class Unit(StrEnum):
    """In what a rule is measured. NONE: the rule is a principle or a term that another paper sets."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    MONTH = "month"
    YEAR = "year"
    COUNT = "count"
    NONE = "none"

    @property
    def family(self) -> str:
        """What the workflows can do with it: count a time, count attempts, or neither."""
        return self if self in (Unit.COUNT, Unit.NONE) else "time"


UNITS = {
    Unit.WORKING_DAY: N_("工作日"),
    Unit.CALENDAR_DAY: N_("日（自然日）"),
    Unit.MONTH: N_("个月"),
    Unit.YEAR: N_("年"),
    Unit.COUNT: N_("次"),
    Unit.NONE: N_("没有固定期限"),
}
PERIODS = {
    Unit.WORKING_DAY: N_("%(count)s 个工作日"),
    Unit.CALENDAR_DAY: N_("%(count)s 日"),
    Unit.MONTH: N_("%(count)s 个月"),
    Unit.YEAR: N_("%(count)s 年"),
    Unit.COUNT: N_("%(count)s 次"),
}
# Other languages say one differently from many.
PERIODS_OF_ONE = {
    Unit.WORKING_DAY: N_("1 个工作日"),
    Unit.CALENDAR_DAY: N_("1 日"),
    Unit.MONTH: N_("1 个月"),
    Unit.YEAR: N_("1 年"),
    Unit.COUNT: N_("1 次"),
}


@dataclass(frozen=True)
class Rule:
    """One value of the rules table, in force on the days `valid_from` ≤ day < `valid_to`.

    `place` is a six-digit administrative division, empty for everywhere; `value` is None only when the unit
    is NONE. Title, events and note are Chinese message ids, or free text where the office wrote them.
    """

    id: str
    title: str
    workflow: str
    value: int | None
    unit: Unit
    starts_when: str
    suspended_when: str
    on_expiry: str
    place: str
    valid_from: date
    valid_to: date | None
    instrument: str
    article: str
    evidence: str
    note: str
    version: str = ""

    @property
    def is_confirmed(self) -> bool:
        """Whether the value was read in the law or in a report of it; if not, pages say 待核实."""
        return self.evidence in CONFIRMED

    @property
    def period(self) -> Sentence:
        """The value with its unit, as it is said to people."""
        if self.value is None:
            return Sentence(UNITS[Unit.NONE])
        if self.value == 1:
            return Sentence(PERIODS_OF_ONE[self.unit])
        return Sentence(PERIODS[self.unit], count=self.value)

    def is_in_force(self, day: date) -> bool:
        """Whether the rule applies to a clock that starts on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def covers(self, place: str) -> bool:
        """Whether the six-digit division `place` lies in the place of the rule."""
        return place.startswith(self.stem)

    def overlaps(self, other: "Rule") -> bool:
        """Whether both would answer for the same place on the same day."""
        if (self.id, self.place) != (other.id, other.place):
            return False
        return self.is_in_force(other.valid_from) or other.is_in_force(self.valid_from)

    @cached_property
    def stem(self) -> str:
        """The leading digits that all divisions within the place share: 310000 → 31, 440300 → 4403, empty → empty."""
        return re.sub(r"(00){1,2}$", "", self.place)
