"""The CSV form of a holiday file, read and written; the format is described in docs/calendar.md.

Only the shape is judged here; what the values mean is the same as in JSON (holiday_file.py). Each line is read by
itself, so that a quotation mark left open spoils one line and not the rest.
"""

import csv
import io
import re
from datetime import date
from itertools import groupby

from .calendar import Notice
from .holiday_faults import OFF, WORKING
from .holiday_sheet import Row, Sheet
from .words import N_

COLUMNS = {"day": "day", "日期": "day", "kind": "kind", "类别": "kind", "name": "name", "名称": "name"}
HEADS = {"year": "year", "年份": "year", "source": "source", "来源": "source"}
HEAD = re.compile(r"[#＃]\s*(\w+)\s*[:：](.*)", re.DOTALL)


def rows_of(text: str) -> Sheet:
    """What stands in a CSV file; no rows when its columns can't be told."""
    sheet: Sheet = Sheet()
    columns: list[str] | None = None
    for line, typed in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        cells = [cell.strip() for cell in next(csv.reader([typed]), [])]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        if cells[0].startswith(("#", "＃")):
            _head(sheet, line, ",".join(cells))
        elif columns is None:
            columns = _columns(sheet, line, cells)
        elif not columns:
            continue  # which value is what can't be told; the head line was refused already
        elif len(cells) > len(columns):
            sheet.fault(line, N_("这一行比表头多了几栏。名称里有逗号的，请用英文双引号括起来。"))
        else:
            sheet.rows.append(Row(line, **dict(zip(columns, cells, strict=False))))
    if columns is None:
        sheet.fault(0, N_("没有表头。请在日期前面写一行：day,kind,name"))
    return sheet


def _head(sheet: Sheet, line: int, typed: str) -> None:
    """A line such as `# year: 2027`; any other line that begins so is a remark."""
    told = HEAD.fullmatch(typed)
    name = HEADS.get(told[1].lower()) if told else None
    if told is None or name is None:
        return
    if name in sheet.heads:
        sheet.fault(line, N_("“%(name)s”写了两次。请只留一行。"), name=told[1])
    sheet.heads[name] = (line, told[2].strip())


def _columns(sheet: Sheet, line: int, cells: list[str]) -> list[str]:
    columns = [COLUMNS.get(cell.lower(), "") for cell in cells]
    for cell, column in zip(cells, columns, strict=True):
        if not column:
            told = N_(
                "不认识的栏目“%(cell)s”。表头应是 day,kind,name（或：日期,类别,名称），用英文逗号分开。"
            )
            sheet.fault(line, told, cell=cell[:40])
    if "" not in columns and sorted(columns) != ["day", "kind", "name"]:
        sheet.fault(line, N_("表头应有 day、kind、name 三栏（或：日期、类别、名称），每栏一次。"))
    return columns if sorted(columns) == ["day", "kind", "name"] else []


def write(notice: Notice) -> str:
    """The notice as a CSV file that `read` takes; a pattern for the next version."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow([f"# year: {notice.year}"])
    rows.writerow([f"# source: {notice.source}"])
    rows.writerow(["day", "kind", "name"])
    days = [(day, OFF, name) for day, name in notice.off.items()]
    for first, last, kind, name in runs(days + [(day, WORKING, "") for day in notice.working]):
        rows.writerow([f"{first}" if first == last else f"{first}..{last}", kind, name])
    return out.getvalue()


def runs(days: list[tuple[date, str, str]]) -> list[tuple[date, date, str, str]]:
    """Days with a kind and a name, joined where they follow one another: first, last, kind, name."""
    found = []
    numbered = enumerate(sorted(days, key=lambda one: (one[1], one[2], one[0])))
    for (_start, kind, name), run in groupby(
        numbered, lambda one: (one[1][0].toordinal() - one[0], one[1][1], one[1][2])
    ):
        listed = [day for _, (day, _, _) in run]
        found.append((listed[0], listed[-1], kind, name))
    return sorted(found)
