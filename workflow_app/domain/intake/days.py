"""Days as people and programs write them.

Read: 2026-09-18, 2026/9/18, 2026.9.18, 20260918, 2026年9月18日, 18-Sep-26, each with or without a time of day, and the
day number of a spreadsheet. Not read: 9/18/2026 and 18.9.26, because 3/4/2026 is two different days.
"""

import re
import unicodedata
from datetime import date, timedelta

from ..words import N_, Sentence
from .faults import Unreadable

# 双公示 writes “for ever” as this day (待核实).
ENDLESS = date(2099, 12, 31)
_ENDLESS_WORDS = frozenset({"长期", "长期有效", "永久", "永久有效", "无固定期限", "无期限"})
_EARLIEST = date(1949, 10, 1)
# A spreadsheet's day 1; Excel counts 29 February 1900, which never was, so days after it count from here.
_DAY_ZERO, _DAY_ZERO_1904 = date(1899, 12, 30), date(1904, 1, 1)
_EARLIEST_NUMBERED = date(1990, 1, 1)

_TIME = r"(?:(?: ?T| ) ?\d{1,2}[:时]\d{1,2}(?:[:分]\d{1,2}(?:\.\d+)?)?[Z秒分]?)?"
_YEAR_FIRST = re.compile(
    rf"(\d{{4}}) ?(?:([-/.]) ?(\d{{1,2}}) ?\2 ?(\d{{1,2}})|年 ?(\d{{1,2}}) ?月 ?(\d{{1,2}}) ?日?){_TIME}",
    re.ASCII,
)
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{6})?", re.ASCII)
_NAMED = re.compile(rf"(\d{{1,2}})[-./ ]?([A-Za-z]{{3,9}})[-./, ]{{0,2}}(\d{{4}}|\d{{2}}){_TIME}", re.ASCII)
_NUMBERED = re.compile(r"(\d{5})(?:\.\d+)?", re.ASCII)
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip

_HOW = N_("请写成 2026-09-18 这样，年在前，四位数。")


def parse_day(
    text: str, *, may_be_endless: bool = False, counts_from_1904: bool = False
) -> tuple[date, Sentence | None]:
    """The day in `text`, and a sentence when the sender should look again. Raises Unreadable.

    `may_be_endless` reads 长期 and days after 2099 as ENDLESS; `counts_from_1904` is for bare day numbers.
    """
    written = " ".join(unicodedata.normalize("NFKC", text).split())
    if may_be_endless and written in _ENDLESS_WORDS:
        return ENDLESS, None
    day, doubt = _read(written, _DAY_ZERO_1904 if counts_from_1904 else _DAY_ZERO)
    if day > ENDLESS and may_be_endless:
        return ENDLESS, Sentence(N_("%(day)s按“长期”读取。"), day=day)
    if not _EARLIEST <= day <= ENDLESS:
        raise Unreadable(Sentence(N_("%(day)s不像是这里该有的日期。"), day=day), N_("请核对年份。"))
    return day, doubt


def _read(written: str, day_zero: date) -> tuple[date, Sentence | None]:
    if found := _YEAR_FIRST.fullmatch(written) or _PACKED.fullmatch(written):
        year, month, day = [int(part) for part in found.groups() if part and part.isdigit()]
        return _day(year, month, day), None
    if found := _NAMED.fullmatch(written):
        return _named(found[1], found[2], found[3])
    if found := _NUMBERED.fullmatch(written):
        numbered = day_zero + timedelta(days=int(found[1]))
        if _EARLIEST_NUMBERED <= numbered <= ENDLESS:
            return numbered, Sentence(N_("按表格软件的日期序号读作 %(day)s，请核对。"), day=numbered)
    raise Unreadable(Sentence(N_("“%(written)s”不是能认出的日期。"), written=written[:30]), _HOW)


def _named(day: str, month: str, year: str) -> tuple[date, Sentence | None]:
    named = [number for number, name in enumerate(_MONTHS, 1) if name.startswith(month.lower())]
    if not named:
        raise Unreadable(Sentence(N_("“%(written)s”不是能认出的月份。"), written=month), _HOW)
    read = _day(int(year) + (2000 if len(year) == 2 else 0), named[0], int(day))
    return read, Sentence(N_("年份只有两位，读作 %(day)s，请核对。"), day=read) if len(year) == 2 else None


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        sentence = Sentence(
            N_("日历上没有 %(year)s 年 %(month)s 月 %(day)s 日。"), year=year, month=month, day=day
        )
        raise Unreadable(sentence, N_("请照决定书改成正确的日期。")) from error
