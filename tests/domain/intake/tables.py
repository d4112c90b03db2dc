"""Small tables of penalties and licences for these tests: one good row, and files made of rows."""

import csv
import io
import re
import zipfile

import openpyxl

from workflow_app.domain.intake import sheets
from workflow_app.domain.intake.layouts import LICENCES, PENALTIES

FIRM, BUREAU, CITIZEN = "91110000600037341L", "11120102MB0X000010", "12010219900307001X"
GOOD = {
    "CF_XDR_MC": "海河示范食品店有限公司",
    "CF_XDR_LB": "法人及非法人组织",
    "CF_XDR_SHXYM": FIRM,
    "CF_FRDB": "周明远",
    "CF_WSH": "津东市监罚〔2026〕12号",
    "CF_WFXW": "经营超过保质期的食品",
    "CF_SY": "检查时发现货架上有超过保质期的食品。",
    "CF_YJ": "《中华人民共和国食品安全法》第一百二十四条",
    "CF_CFLB": "警告；罚款",
    "CF_NR": "警告，罚款一万五千元。",
    "CF_NR_FK": "1.5",
    "CF_JDRQ": "2026-09-18",
    "CF_YXQ": "2027-09-18",
    "CF_GSJZQ": "",
    "CF_CFJG": "示范区市场监督管理局",
    "CF_CFJGDM": BUREAU,
    "CF_SJLY": "示范区市场监督管理局",
    "CF_SJLYDM": BUREAU,
    "CF_XDR_ZJLX": "",
    "CF_XDR_ZJHM": "",
    "CF_NR_ZKDX": "",
    "CF_NR_WFFF": "",
    "CF_XDR_GSZC": "",
    "BZ": "",
}
GOOD_LICENCE = {
    "XK_XDR_MC": "海河示范食品店有限公司",
    "XK_XDR_LB": "法人及非法人组织",
    "XK_XDR_SHXYM": FIRM,
    "XK_XKWS": "准予行政许可决定书",
    "XK_WSH": "津东食许〔2026〕7号",
    "XK_XKLB": "普通",
    "XK_NR": "食品销售",
    "XK_JDRQ": "2026-09-18",
    "XK_YXQZ": "2026-09-18",
    "XK_YXQZI": "2031-09-17",
    "XK_XKJG": "示范区行政审批局",
    "XK_XKJGDM": BUREAU,
    "XK_LYDW": "示范区行政审批局",
    "XK_LYDWDM": BUREAU,
}


def csv_of(*rows, encoding="utf-8", delimiter=",", header=None):
    """The bytes of a CSV file: a header (the first row's keys) and the rows' values."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(header or rows[0].keys())
    writer.writerows(row.values() for row in rows)
    return text.getvalue().encode(encoding)


def xlsx_of(lines, *, merged=(), sheets_before=(), number_formats=None, epoch=None):
    """The bytes of a workbook: lines of cells on the last sheet, ranges to merge, formats by cell."""
    book = openpyxl.Workbook()
    if epoch:
        book.epoch = epoch
    worksheet = book.active
    for title in sheets_before:
        worksheet.title = title
        worksheet.append(["这一页没有数据"])
        worksheet = book.create_sheet("数据")
    for line in lines:
        worksheet.append(list(line))
    for place, number_format in (number_formats or {}).items():
        worksheet[place].number_format = number_format
    for reference in merged:
        worksheet.merge_cells(reference)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def table(*rows):
    """A header and the rows as lines."""
    return [list(rows[0].keys()), *(list(row.values()) for row in rows)]


def sheet_of(content, name="penalties.csv", layouts=(PENALTIES, LICENCES), **limits):
    """The sheet in a file."""
    return sheets.read(content, name, layouts=layouts, limits=sheets.Limits(**limits))


def told(fault):
    """A fault's problem and remedy as the sender reads them."""
    return str(fault.problem), str(fault.mend)


def rewritten(content, changes):
    """The workbook with some parts changed or added: functions from the old bytes to the new, by part."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in dict.fromkeys([*old.namelist(), *changes]):
            before = old.read(name) if name in old.namelist() else b""
            new.writestr(name, changes[name](before) if name in changes else before)
    return target.getvalue()


def with_shared_strings(content, doctype=b"", extra=b""):
    """The workbook as Excel writes it: texts in a table of their own."""
    sheet = "xl/worksheets/sheet1.xml"
    xml = zipfile.ZipFile(io.BytesIO(content)).read(sheet)
    texts = re.findall(rb't="inlineStr"><is><t[^>]*>([^<]*)</t></is>', xml)
    numbers = iter(range(len(texts)))
    strings = b"".join(b"<si><t>" + text + b"</t></si>" for text in texts).replace(b"<t>", b"<t>" + extra, 1)
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    override = (
        b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/'
        b'vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
    )
    return rewritten(
        content,
        {
            sheet: lambda old: re.sub(
                rb't="inlineStr"><is><t[^>]*>[^<]*</t></is>',
                lambda _: b't="s"><v>%d</v>' % next(numbers),
                old,
            ),
            "xl/sharedStrings.xml": lambda _: doctype + b'<sst xmlns="' + space + b'">' + strings + b"</sst>",
            "[Content_Types].xml": lambda old: old.replace(b"</Types>", override),
        },
    )
