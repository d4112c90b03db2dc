"""A rule as a row of text, and a table of rules as a CSV file. Refused whole, with each line and how to mend it.

The same reading serves the packs that come with the program, the file of a command, the form of the office and the
changes that are stored. Whether a row fits the rows around it is judged elsewhere (see rules.py).
"""

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from .holiday_faults import BadFile, Fault
from .refusals import Refused
from .rule import AREAS, EVIDENCE, Rule, Unit
from .words import N_, Sentence

# The columns with the names that people read.
COLUMNS = {
    "id": N_("编号"),
    "title": N_("规则"),
    "workflow": N_("适用于"),
    "value": N_("数值"),
    "unit": N_("单位"),
    "starts_when": N_("起算事件"),
    "suspended_when": N_("暂停情形"),
    "on_expiry": N_("期满以后"),
    "place": N_("适用地区"),
    "valid_from": N_("生效日"),
    "valid_to": N_("失效日"),
    "instrument": N_("依据的文件"),
    "article": N_("条款"),
    "evidence": N_("证据等级"),
    "note": N_("说明"),
}
REQUIRED = ("id", "title", "workflow", "unit", "valid_from", "evidence")

ID = re.compile(r"[A-Z]{2}-\d{2}(-[A-Z0-9]+)?")
PLACE = re.compile(r"([1-9][0-9]{5})?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOST = 1000
LONGEST = 300


def from_row(row: Mapping[str, str], version: str = "") -> Rule:
    """The rule of a row of text. Refused with the sentence to mend it and the column as code."""
    for check in (_complete, _readable, _known_words, _sourced):
        check(row)
    unit = Unit(row["unit"])
    valid_from = _day(row, "valid_from")
    valid_to = _day(row, "valid_to") if row["valid_to"] else None
    if valid_to is not None and valid_to <= valid_from:
        told = N_("失效日应晚于生效日 %(day)s。一直有效就把失效日留空。")
        raise Refused(Sentence(told, day=valid_from), code="valid_to")
    plain = {name: row[name] for name in COLUMNS if name not in ("value", "unit", "valid_from", "valid_to")}
    return Rule(
        **plain,
        value=_value(row["value"], unit),
        unit=unit,
        valid_from=valid_from,
        valid_to=valid_to,
        version=version,
    )


def to_row(rule: Rule) -> dict[str, str]:
    """The row of text that `from_row` reads back, without the version."""
    values = {name: getattr(rule, name) for name in COLUMNS}
    return {
        name: value.isoformat() if isinstance(value, date) else "" if value is None else str(value)
        for name, value in values.items()
    }


def read(content: bytes, version: str = "") -> tuple[tuple[int, Rule], ...]:
    """The rules of a CSV file with the line of each. Raises BadFile with everything that is wrong."""
    found: list[tuple[int, Rule]] = []
    faults: list[Fault] = []
    for line, row in _rows(_text(content)):
        try:
            found.append((line, from_row(row, version)))
        except Refused as refused:
            faults.append(Fault(line, refused.sentence))
    if not found and not faults:
        faults.append(Fault(1, Sentence(N_("表头下面没有内容。请从第 2 行起，一行写一条规则。"))))
    if faults:
        raise BadFile(faults)
    return tuple(found)


def _text(content: bytes) -> str:
    """Spreadsheets put a mark before UTF-8; another encoding is never guessed, only named."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
    try:
        content.decode("gb18030")
    except UnicodeDecodeError:
        told = N_("这一行不是 UTF-8 编码的文字。请在表格软件里另存为“CSV UTF-8”再试。")
    else:
        told = N_("这一行不是 UTF-8 编码，像是 GB18030（GBK）。请在表格软件里另存为“CSV UTF-8”再试。")
    raise BadFile((Fault(line, Sentence(told)),))


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(text.splitlines(), strict=True)
    if tuple(reader.fieldnames or ()) != tuple(COLUMNS):
        told = N_("第一行应当是栏名，依次为 %(columns)s。")
        raise BadFile((Fault(1, Sentence(told, columns=",".join(COLUMNS))),))
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        told = N_("这一行的引号不成对，或者有不该有的字符。请核对引号后再试。")
        raise BadFile((Fault(reader.line_num + 1, Sentence(told)),)) from error


def _complete(row: Mapping[str, str]) -> None:
    if set(row) != set(COLUMNS) or None in row.values():
        told = N_("每一行应有 %(count)s 栏，这一行多了或者少了。内容里有逗号的，请用双引号括起来。")
        raise Refused(Sentence(told, count=len(COLUMNS)), code="id")
    for name in REQUIRED:
        if not row[name].strip():
            raise Refused(Sentence(N_("“%(column)s”没有填写，请补上。"), column=_named(name)), code=name)


def _readable(row: Mapping[str, str]) -> None:
    for name, text in row.items():
        if text != text.strip() or not text.isprintable():
            told = N_("“%(column)s”里有多余的空白或者看不见的字符，请删去后重新输入。")
            raise Refused(Sentence(told, column=_named(name)), code=name)
        if len(text) > LONGEST:
            told = N_("“%(column)s”最多 %(most)s 个字，请写短一些。")
            raise Refused(Sentence(told, column=_named(name), most=LONGEST), code=name)


def _known_words(row: Mapping[str, str]) -> None:
    words: tuple[tuple[str, Callable[[str], object], str], ...] = (
        ("id", ID.fullmatch, N_("“%(typed)s”不是规则编号。请用规则表里的编号，例如 OB-06 或者 OB-06-EXT。")),
        ("workflow", AREAS.__contains__, N_("“%(typed)s”不是可用的办理事项。请照规则表里“适用于”一栏的写法填写。")),
        ("unit", list(Unit).__contains__, N_("“%(typed)s”不是可用的单位。请用 working_day、calendar_day、month、year、count 或者 none。")),
        ("place", PLACE.fullmatch, N_("“%(typed)s”不是六位行政区划代码。请填六位数字，例如 120102；不限地区就留空。")),
        ("evidence", EVIDENCE.__contains__, N_("“%(typed)s”不是证据等级。请用 V、V2、F、P、R、I 或者 ?。")),
    )  # fmt: skip
    for name, is_known, told in words:
        if not is_known(row[name]):
            raise Refused(Sentence(told, typed=row[name][:40]), code=name)


def _sourced(row: Mapping[str, str]) -> None:
    if not row["instrument"]:
        told = N_("没有写明依据。请填写文件的名称和文号；由本平台自己设定的，写“平台设定值”。")
        raise Refused(told, code="instrument")


def _day(row: Mapping[str, str], name: str) -> date:
    try:
        if DAY.fullmatch(row[name]):
            return date.fromisoformat(row[name])
    except ValueError:
        pass
    told = N_("“%(column)s”写的“%(typed)s”不是一个存在的日期。请按 2026-09-18 的样子填写。")
    raise Refused(Sentence(told, column=_named(name), typed=row[name][:20]), code=name)


def _value(text: str, unit: Unit) -> int | None:
    if unit is Unit.NONE:
        if text:
            raise Refused(N_("没有固定期限的规则不填数值。请清空数值，或者换一个单位。"), code="value")
        return None
    if not (text.isascii() and text.isdigit() and int(text[:9]) <= MOST and len(text) <= len(str(MOST))):
        told = N_("数值“%(typed)s”不能用。请填 0 至 %(most)s 的整数，不带负号、小数和单位。")
        raise Refused(Sentence(told, typed=text[:20], most=MOST), code="value")
    return int(text)


def _named(column: str) -> Sentence:
    return Sentence(COLUMNS[column])
