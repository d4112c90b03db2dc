"""What a target holds, as it says so itself: a small table, one row for each decision, read as a whole or not at all.

CSV and XLSX are read like every file that comes in; JSON lines give the same table. Asks no database. Names and codes of
people are masked in what is kept of a row; the row itself lives only while it is compared.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ...domain.intake.columns import Column, Kind, Layout, header_of
from ...domain.intake.faults import Fault
from ...domain.intake.reading import Outcome, Reading, Seen
from ...domain.intake.sheets import LIMITS, Format, Sheet, read
from ...domain.intake.values import compact
from ...domain.record_words import KINDS
from ...domain.refusals import Refused
from ...domain.words import N_, Sentence

LAYOUT = Layout(
    "对账表",
    (
        Column("decision_number", "决定书文号", is_required=True, longest=128, other_names=("CF_WSH", "处罚决定书文号", "行政处罚决定书文号")),
        Column("state", "公示状态", is_required=True, longest=20),
        Column("record", "平台记录编号", longest=24),
        Column("kind", "信息类别", longest=40),
        Column("decided_by", "认定单位", longest=200, other_names=("CF_CFJG", "处罚机关")),
        Column("decided_on", "决定日期", kind=Kind.DAY, other_names=("CF_JDRQ", "处罚决定日期")),
        Column("holder_name", "相对人名称", longest=200, other_names=("CF_XDR_MC", "行政相对人名称")),
        Column("holder_code", "相对人代码", longest=64, other_names=("CF_XDR_SHXYM", "统一社会信用代码")),
        Column("class", "失信程度", longest=10),
        Column("shown_until", "公示截止日", kind=Kind.LAST_DAY, other_names=("CF_GSJZQ", "公示截止期")),
    ),
)  # fmt: skip
STATES = {"shown": True, "公示": True, "公示中": True, "hidden": False, "未公示": False, "已停止公示": False}
CLASSES = {"minor": "轻微", "general": "一般", "serious": "严重"}
JSON_LINES = (".jsonl", ".ndjson", ".json")
NO_ROWS = N_("文件里一行数据也没有，没有对账。贵方确实一条也没有公示的，请直接告诉信用办。")


@dataclass(frozen=True)
class TargetRow:
    """One row. A field that has no column in the file is None; one that was left empty is ""."""

    line: int
    decision_number: str
    is_shown: bool
    record: str
    holder_code: str
    said: Mapping[str, str]
    """The further fields that are compared, in our own codes; only those that have a column."""


@dataclass(frozen=True)
class File:
    """A file that was understood: all of its rows, or everything that is wrong."""

    rows: tuple[TargetRow, ...]
    faults: tuple[Fault, ...]


def understood(content: bytes, name: str, *, today: date) -> File:
    """Read a file. What can't be read at all is one fault on line 0."""
    try:
        sheet, faults = _sheet(content, name)
    except Refused as refused:
        return File((), (Fault(0, "", refused.sentence, Sentence("")),))
    outcomes = list(_outcomes(sheet, today))
    faults += [fault for outcome in outcomes for fault in outcome.faults]
    faults.sort(key=lambda fault: fault.line)
    if not outcomes and not faults:
        faults = [Fault(0, "", Sentence(NO_ROWS), Sentence(""))]
    return File(tuple(outcome.taken for outcome in outcomes if outcome.taken), tuple(faults))


def _outcomes(sheet: Sheet, today: date) -> Iterator[Outcome[TargetRow]]:
    seen = Seen()
    for row in sheet.rows():
        reading = Reading(sheet, row, today)
        taken = _row(reading)
        key = (taken.decision_number, taken.holder_code or taken.record)
        yield reading.outcome(taken, key=key, seen=seen)


def _row(reading: Reading) -> TargetRow:
    """The row, with everything that is wrong noted in the reading."""
    places = reading.sheet.header.places
    number, record = reading.texts("decision_number", "record")
    state = _one_of(reading, "state", STATES) if reading.text("state") else False
    said: dict[str, str] = {}
    for code in ("decided_by", "holder_name", "holder_code"):
        if code in places:
            said[code] = reading.text(code)
    for code, words in (("kind", KINDS), ("class", CLASSES)):
        if code in places:
            known = {
                "": "",
                **{name: name for name in words},
                **{title: name for name, title in words.items()},
            }
            said[code] = _one_of(reading, code, known) or ""
    for code in ("decided_on", "shown_until"):
        if code in places:
            day = reading.day(code)
            said[code] = day.isoformat() if day else ""
    if "holder_code" in said:
        said["holder_code"] = compact(said["holder_code"]).upper()
    return TargetRow(
        reading.row.line, number, bool(state), compact(record), said.get("holder_code", ""), said
    )


def _one_of(reading: Reading, code: str, known: Mapping[str, Any]) -> Any:
    """The value that a word stands for; a word nobody knows is a fault."""
    text = reading.glance(code)
    if text in known:
        return known[text]
    problem = Sentence(N_("“%(column)s”里的“%(said)s”认不出来。"), column=reading.title(code), said=text[:30])
    reading.wrong(
        code, problem, Sentence(N_("可用的值是：%(values)s。"), values="、".join(filter(None, known)))
    )
    return None


def _sheet(content: bytes, name: str) -> tuple[Sheet, list[Fault]]:
    """The table in the file. Raises Refused."""
    if name.lower().endswith(JSON_LINES):
        return _of_lines(content)
    return read(content, name, layouts=(LAYOUT,)), []


def _of_lines(content: bytes) -> tuple[Sheet, list[Fault]]:
    """JSON lines as a table: one column for each field that some line has."""
    if len(content) > LIMITS.most_bytes:
        text = N_("文件有 %(size)s MB，一次最多 %(most)s MB，请分成几个文件导入。")
        size, most = len(content) // 1_000_000, LIMITS.most_bytes // 1_000_000
        raise Refused(Sentence(text, size=size, most=most))
    found: list[tuple[int, dict[str, str]]] = []
    faults: list[Fault] = []
    for line, written in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if written.strip():
            told = _object(written)
            if isinstance(told, Sentence):
                faults.append(Fault(line, "", told, Sentence(N_("请改正这一行，再整份交来。"))))
            else:
                found.append((line, told))
    if len(found) > LIMITS.most_rows:
        text = N_("表格有 %(rows)s 行，一次最多 %(most)s 行，请分成几个文件导入。")
        raise Refused(Sentence(text, rows=len(found), most=LIMITS.most_rows))
    codes = [column.code for column in LAYOUT.columns]
    named = [code for code in codes if any(code in told for _, told in found)]
    header = header_of(LAYOUT, 0, named) if found else header_of(LAYOUT, 0, codes)
    lines = [(line, [told.get(code, "") for code in named]) for line, told in found]
    return Sheet(Format.XLSX, header, len(lines), "utf-8", "", False, lambda: iter(lines)), faults


def _object(written: bytes) -> dict[str, str] | Sentence:
    """One line as fields, or what is wrong with it."""
    try:
        told = json.loads(written)
    except (ValueError, RecursionError):
        return Sentence(N_("这一行不是可读的 JSON（UTF-8）。"))
    if not isinstance(told, dict):
        return Sentence(N_("这一行应是一个 JSON 对象。"))
    unknown = [name for name in told if name not in LAYOUT.by_code]
    if unknown:
        return Sentence(N_("“%(field)s”不是对账表的字段。"), field=unknown[0][:40])
    wrong = [name for name, value in told.items() if value is not None and not isinstance(value, str)]
    if wrong:
        return Sentence(N_("“%(field)s”应是文字（字符串）。"), field=wrong[0])
    # A surrogate alone can be written in JSON and in nothing else.
    return {name: (value or "").encode("utf-8", "replace").decode() for name, value in told.items()}
