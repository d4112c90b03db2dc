"""The holiday notice of a year as a file: CSV that is quick to type from the notice, or JSON.

A file is read whole or refused whole, with everything that is wrong (see holiday_faults.py). The format is described in
docs/calendar.md. Nothing is guessed: not the year, not the source, not an encoding other than UTF-8.
"""

import re
from datetime import date, timedelta
from unicodedata import normalize

from . import holiday_csv, holiday_json
from .calendar import Notice
from .holiday_faults import OFF, WORKING, BadFile, Entry, Fault, faults
from .holiday_sheet import Row, Sheet
from .words import N_, Sentence

ONE_DAY = timedelta(days=1)
LARGEST = 64 * 1024
LONGEST_RANGE = 31
LONGEST_SOURCE = 300
FIRST_YEAR, LAST_YEAR = 2004, 2199

KINDS = {"off": OFF, "放假": OFF, "休": OFF, "working": WORKING, "上班": WORKING, "班": WORKING}
REMARK = re.compile(r"\([^()]*\)")
RANGE = re.compile(r"\.{2,}|至|到|~|—+")
DAY_SHAPES = (
    re.compile(r"(?P<year>\d{4})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})"),
    re.compile(r"(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日"),
    re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"),
    re.compile(r"(?P<month>\d{1,2})月(?P<day>\d{1,2})日"),
    re.compile(r"(?P<day>\d{1,2})日"),
)
SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def read(content: bytes, name: str = "") -> Notice:
    """The notice that the file holds. Raises BadFile with every fault; `name` only tells JSON from CSV."""
    text = _decoded(content)
    is_json = name.lower().endswith(".json") or text.lstrip()[:1] in ("{", "[")
    sheet = holiday_json.rows_of(text) if is_json else holiday_csv.rows_of(text)
    year, source = _year(sheet), _source(sheet)
    entries = [entry for row in sheet.rows for entry in _entries(row, year, sheet)]
    if year is not None and sheet.rows:
        sheet.faults += faults(year, entries)
    elif not sheet.faults:
        sheet.fault(0, N_("文件里没有日子。请按通知写上每个放假和调休上班的日子。"))
    if sheet.faults:
        raise BadFile(sheet.faults)
    assert year is not None
    return Notice(
        year=year,
        off={entry.day: entry.name for entry in sorted(entries, key=_day) if entry.kind == OFF},
        working=frozenset(entry.day for entry in entries if entry.kind == WORKING),
        source=source,
    )


def _decoded(content: bytes) -> str:
    if len(content) > LARGEST:
        told = N_("文件超过 %(most)s KB。一年的放假安排只有几十行，请核对是否选错了文件。")
        raise BadFile([Fault(0, Sentence(told, most=LARGEST // 1024))])
    if content.startswith(SPREADSHEETS):
        told = N_("这是电子表格文件，不能直接读取。请在表格软件里另存为“CSV UTF-8”再上传。")
        raise BadFile([Fault(0, Sentence(told))])
    try:
        if b"\0" in content:
            raise UnicodeDecodeError("utf-8", content, content.index(b"\0"), content.index(b"\0") + 1, "NUL")
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadFile([Fault(line, _wrong_encoding(content))]) from None
    if not text.strip():
        raise BadFile([Fault(0, Sentence(N_("文件是空的。请写上年份、来源和每个放假、上班的日子。")))])
    return text


def _wrong_encoding(content: bytes) -> Sentence:
    if b"\0" in content:
        return Sentence(N_("文件是 UTF-16 编码，读不出来。请另存为 UTF-8（表格软件里选“CSV UTF-8”）。"))
    try:
        content.decode("gb18030")
    except UnicodeDecodeError:
        return Sentence(N_("文件不是 UTF-8 编码，读不出来。请另存为 UTF-8（表格软件里选“CSV UTF-8”）。"))
    return Sentence(
        N_("文件像是 GB18030（GBK）编码，从这一行起读不出来。请另存为 UTF-8（表格软件里选“CSV UTF-8”）。")
    )


def _year(sheet: Sheet) -> int | None:
    line, typed = sheet.heads.get("year", (0, ""))
    if not typed:
        sheet.fault(line, N_("没有写年份。请在文件开头加一行，例如：# year: 2027"))
        return None
    plain = normalize("NFKC", typed).removesuffix("年").strip()
    if not re.fullmatch(r"[0-9]{4}", plain) or not FIRST_YEAR <= int(plain) <= LAST_YEAR:
        told = N_("年份“%(typed)s”不对。请写 %(first)s 到 %(last)s 之间的四位数字。")
        sheet.fault(line, told, typed=typed[:20], first=FIRST_YEAR, last=LAST_YEAR)
        return None
    return int(plain)


def _source(sheet: Sheet) -> str:
    line, typed = sheet.heads.get("source", (0, ""))
    if not typed:
        sheet.fault(line, N_("没有写来源。请在文件开头加一行，写明通知的名称、文号或网址：# source: …"))
    elif len(typed) > LONGEST_SOURCE or not typed.replace("\u3000", " ").isprintable():
        told = N_("来源不能用。请只写通知的名称、文号或网址，不超过 %(most)s 个字，不含看不见的字符。")
        sheet.fault(line, told, most=LONGEST_SOURCE)
    return typed


def _entries(row: Row, year: int | None, sheet: Sheet) -> list[Entry]:
    """The days of one row: a day, or a range of days."""
    kind = KINDS.get(normalize("NFKC", row.kind).strip().lower())
    if kind is None:
        told = N_("不认识的类别“%(kind)s”。请写 off（放假）或 working（上班）。")
        sheet.fault(row.line, told, kind=row.kind[:20])
    ends = RANGE.split(re.sub(r"\s", "", REMARK.sub("", normalize("NFKC", row.day))))
    first = _day_of(ends[0], year, None)
    last = _day_of(ends[1], year, first) if len(ends) == 2 else first
    if first is None or last is None or len(ends) > 2:
        told = N_("“%(day)s”不是一个存在的日期。请写成 2027-02-05，连续几天写成 2027-02-05..2027-02-12。")
        sheet.fault(row.line, told, day=row.day[:40])
        return []
    if not 0 <= (last - first).days < LONGEST_RANGE:
        told = N_("从 %(first)s到 %(last)s不对：先写前一天，再写后一天，一段最多 %(most)s 天。")
        sheet.fault(row.line, told, first=first, last=last, most=LONGEST_RANGE)
        return []
    days = (first + ONE_DAY * n for n in range((last - first).days + 1))
    return [Entry(row.line, day, kind, row.name) for day in days] if kind else []


def _day_of(typed: str, year: int | None, first: date | None) -> date | None:
    """A day in one of the shapes people write; a year or month left out is that of the head or of the range."""
    told = next((found for shape in DAY_SHAPES if (found := shape.fullmatch(typed))), None)
    if told is None:
        return None
    parts = told.groupdict()
    month = parts.get("month") or (first.month if first else None)
    year = int(parts["year"]) if parts.get("year") else first.year if first else year
    if month is None or year is None:
        return None
    try:
        return date(year, int(month), int(parts["day"]))
    except ValueError:
        return None


def _day(entry: Entry) -> date:
    return entry.day
