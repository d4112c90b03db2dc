"""Files: encodings, delimiters, headers, merged cells, and what is refused before the first row."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.datetime import MAC_EPOCH

from tests.domain.intake.tables import (
    GOOD,
    GOOD_LICENCE,
    csv_of,
    rewritten,
    sheet_of,
    table,
    told,
    with_shared_strings,
    xlsx_of,
)
from workflow_app.domain.intake import penalties
from workflow_app.domain.intake.layouts import LICENCES, PENALTIES
from workflow_app.domain.refusals import Refused

TODAY = date(2026, 11, 21)


def refusal(content, name="penalties.csv", **more):
    with pytest.raises(Refused) as refused:
        sheet_of(content, name, **more)
    return str(refused.value.sentence)


def cell(sheet, code, *, row=0):
    return list(sheet.rows())[row].cells[sheet.header.places[code]]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
    ],
)
def test_a_text_is_read_in_every_encoding_and_delimiter(encoding, found, delimiter):
    sheet = sheet_of(csv_of(GOOD, encoding=encoding, delimiter=delimiter))
    assert sheet.encoding == found
    assert sheet.header.cells[0] == "CF_XDR_MC"
    assert cell(sheet, "CF_WSH") == "津东市监罚〔2026〕12号"
    assert [row.line for row in sheet.rows()] == [2]


def test_a_stray_zero_byte_does_not_change_the_encoding():
    sheet = sheet_of(csv_of(GOOD | {"BZ": "一\0二"}))
    assert (sheet.encoding, cell(sheet, "BZ")) == ("utf-8", "一\0二")


def test_a_rare_name_beyond_gbk_survives():
    sheet = sheet_of(csv_of(GOOD | {"CF_FRDB": "\U00020bb7䶮"}, encoding="gb18030"))
    assert cell(sheet, "CF_FRDB") == "\U00020bb7䶮"


def test_damaged_utf8_is_not_read_as_nonsense():
    content = csv_of(GOOD).replace("海河".encode(), "海河".encode()[:-1])
    expected = "文件里的文字读不出来。请用表格软件打开后另存为“CSV UTF-8”，再重新导入。"
    assert refusal(content) == expected


def test_lines_are_counted_as_an_editor_counts_them():
    rows = [GOOD | {"CF_SY": "第一行\n第二行\n第三行"}, GOOD]
    content = b"\r\n" + csv_of(*rows) + b"\r\n,,,\r\n" + csv_of(GOOD).split(b"\r\n")[1]
    assert [row.line for row in sheet_of(content).rows()] == [3, 6, 9]
    assert sheet_of(content).row_count == 3


def test_titles_above_the_header_and_a_second_header_line_are_passed_over():
    titles = [PENALTIES.by_code[code].title for code in GOOD]
    lines = [
        ["行政处罚信息公示表"],
        ["填报单位：示范区市场监督管理局", "", "2026年9月"],
        titles,
        *table(GOOD),
    ]
    content = "\n".join(",".join(line) for line in lines).encode()
    sheet = sheet_of(content)
    assert sheet.header.line == 3
    assert [row.line for row in sheet.rows()] == [5]


@pytest.mark.parametrize(
    ("heading", "code"),
    [
        ("cf_wsh", "CF_WSH"),
        (" CF_WSH ", "CF_WSH"),
        ("*行政处罚决定书文号", "CF_WSH"),
        ("行政处罚决定书文号（必填）", "CF_WSH"),
        ("行政处罚 决定书文号", "CF_WSH"),
        ("CF_WSH 行政处罚决定书文号*", "CF_WSH"),
        ("文号(CF_WSH)", "CF_WSH"),
        ("CF_FR_SFZH", "CF_FR_ZJHM"),
        ("法定代表人身份证号", "CF_FR_ZJHM"),
        ("CF_XZJG", "CF_CFJG"),
        ("罚款金额(万元)", "CF_NR_FK"),
        ("行政相对人代码_1（统一社会信用代码）", "CF_XDR_SHXYM"),
        ("备注", "BZ"),
    ],
)
def test_a_heading_is_known_by_code_old_code_and_title(heading, code):
    assert PENALTIES.column_named(heading).code == code


@pytest.mark.parametrize("heading", ["", "罚款金额（元）", "CF_WSH2", "CF_WSH/CF_NR", "合计"])
def test_a_heading_that_means_something_else_is_not_taken(heading):
    assert PENALTIES.column_named(heading) is None


def test_no_two_columns_share_a_name():
    for layout in (PENALTIES, LICENCES):
        names = [name for c in layout.columns for name in (c.code, c.title, *c.other_names)]
        assert all(layout.column_named(name) for name in names)
        assert len(layout._by_name) == len({*names})


def test_an_unknown_column_is_a_warning_and_left_alone():
    sheet = sheet_of(csv_of(GOOD | {"承办人": "某某"}))
    assert [told(fault) for fault in sheet.header.warnings] == [
        ("不认识“承办人”这一列，没有读取。", "如果需要这一列，请把列名改成模板里的名称。")
    ]


def test_missing_required_columns_refuse_the_file_and_are_named():
    row = {code: value for code, value in GOOD.items() if code not in ("CF_WSH", "CF_JDRQ")}
    expected = "表格缺少必填的列：行政处罚决定书文号（CF_WSH）、处罚决定日期（CF_JDRQ）。请在表头补上这些列并填好，再重新导入。"
    assert refusal(csv_of(row)) == expected


def test_a_column_that_stands_twice_refuses_the_file():
    header = [*GOOD, "行政处罚决定书文号"]
    expected = "“行政处罚决定书文号”在表头里出现了两次（第 5 列和第 25 列），请只留一列。"
    assert refusal(csv_of(GOOD | {"again": "x"}, header=header)) == expected


def test_the_table_of_licences_is_told_from_that_of_penalties():
    assert sheet_of(csv_of(GOOD_LICENCE)).header.layout is LICENCES
    assert sheet_of(csv_of(GOOD)).header.layout is PENALTIES


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "a.csv", "文件是空的，请选择填好的 CSV 或 XLSX 文件。"),
        (b"\r\n \n", "a.csv", "文件是空的，请选择填好的 CSV 或 XLSX 文件。"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1",
            "a.xls",
            "这是旧版 .xls 文件或加了密码的文件，请去掉密码并另存为 .xlsx，再重新导入。",
        ),
        (
            b"name,age\n",
            "a.csv",
            "没有找到行政处罚、行政许可的表头。请用模板里的列名（中文名称或 CF_XDR_MC 这样的代码）作表头，"
            "放在前 30 行之内，再重新导入。",
        ),
        (
            b"hello",
            "a.xlsx",
            "这个 XLSX 文件读不出来，可能已损坏。请用表格软件打开后另存为新的 .xlsx 文件，再重新导入。",
        ),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_the_way_out(content, name, sentence):
    assert refusal(content, name) == sentence


def test_too_many_rows_and_too_many_bytes_are_refused_before_the_first_row():
    content = csv_of(*[GOOD] * 4)
    assert refusal(content, most_rows=3) == "表格有 4 行，一次最多 3 行，请分成几个文件导入。"
    expected = "文件有 2 MB，一次最多 1 MB，请分成几个文件导入。"
    assert refusal(b"x" * 2_500_000, most_bytes=1_000_000) == expected


def test_a_quotation_mark_that_is_never_closed_is_found_where_it_begins():
    lines = csv_of(*[GOOD] * 700).split(b"\r\n")
    lines[2] = lines[2].replace("海河示范".encode(), '"海河示范'.encode(), 1)
    expected = "从第 3 行起读不下去：双引号没有成对。请补上或删去多出的双引号，再重新导入。"
    assert refusal(b"\r\n".join(lines)) == expected


def test_real_days_and_numbers_in_a_workbook_are_read_as_they_look():
    row = GOOD | {"CF_JDRQ": datetime(2026, 9, 18, 8, 30), "CF_YXQ": 46648, "CF_NR_FK": 0.1 + 0.2}  # noqa: DTZ001
    sheet = sheet_of(xlsx_of(table(row)), "penalties.xlsx")
    assert [cell(sheet, code) for code in ("CF_JDRQ", "CF_YXQ", "CF_NR_FK")] == ["2026-09-18", "46648", "0.3"]
    (outcome,) = penalties.read(sheet, today=TODAY)
    assert (outcome.taken.decided_on, outcome.taken.valid_until) == (date(2026, 9, 18), date(2027, 9, 18))


def test_small_and_long_numbers_keep_their_digits_or_show_that_they_lost_them():
    row = GOOD | {"CF_NR_FK": 0.000001, "CF_XDR_GSZC": 120102000012345, "CF_XDR_ZJHM": 120102199003070016}
    sheet = sheet_of(xlsx_of(table(row)), "penalties.xlsx")
    found = [cell(sheet, code) for code in ("CF_NR_FK", "CF_XDR_GSZC", "CF_XDR_ZJHM")]
    assert found == ["0.000001", "120102000012345", "1.20102199003070E+17"]


def test_a_note_beside_the_table_of_a_workbook_is_a_warning():
    lines = table(GOOD)
    lines[1].append("请核实")
    (outcome,) = penalties.read(sheet_of(xlsx_of(lines), "penalties.xlsx"), today=TODAY)
    assert outcome.taken
    assert told(outcome.warnings[0]) == (
        "表头之外的格子里有内容，没有读取。",
        "如果需要，请填到有列名的格子里。",
    )


def test_a_workbook_that_counts_from_1904_is_known():
    sheet = sheet_of(xlsx_of(table(GOOD | {"CF_JDRQ": 44821}), epoch=MAC_EPOCH), "penalties.xlsx")
    (outcome,) = penalties.read(sheet, today=TODAY)
    assert outcome.taken.decided_on == date(2026, 9, 18)


def test_merged_cells_are_filled_from_their_top_left():
    lines = [["行政处罚信息"], *table(GOOD, GOOD | {"CF_XDR_MC": None}, GOOD | {"CF_XDR_MC": None})]
    sheet = sheet_of(xlsx_of(lines, merged=("A1:X1", "A3:A5")), "penalties.xlsx")
    assert [row.cells[0] for row in sheet.rows()] == ["海河示范食品店有限公司"] * 3
    assert [row.line for row in sheet.rows()] == [3, 4, 5]


def test_a_merged_range_ends_where_it_ends():
    lines = table(GOOD | {"BZ": "同上"}, GOOD | {"BZ": None}, GOOD | {"BZ": None})
    sheet = sheet_of(xlsx_of(lines, merged=("X2:X3",)), "penalties.xlsx")
    assert [row.cells[23:] for row in sheet.rows()] == [("同上",), ("同上",), ()]


def test_a_header_of_two_merged_rows_is_understood():
    titles = [PENALTIES.by_code[code].title for code in GOOD]
    above = list(titles)
    above[2] = "相对人代码"
    below = [None] * len(titles)
    below[2], below[3] = titles[2], titles[3]
    ranges = [
        f"{'ABCDEFGHIJKLMNOPQRSTUVWX'[n]}1:{'ABCDEFGHIJKLMNOPQRSTUVWX'[n]}2" for n in range(24) if n != 2
    ]
    sheet = sheet_of(xlsx_of([above, below, list(GOOD.values())], merged=ranges[:2] + ranges[3:]), "a.xlsx")
    assert sheet.header.line == 2
    assert len(sheet.header.places) == 24


def test_the_first_visible_sheet_with_a_known_header_is_taken_and_walked_again():
    sheet = sheet_of(xlsx_of(table(GOOD, GOOD), sheets_before=("说明",)), "penalties.xlsx")
    assert (sheet.title, sheet.row_count) == ("数据", 2)
    assert list(sheet.rows()) == list(sheet.rows())


def test_blank_rows_of_a_workbook_are_skipped_and_lines_stay_true():
    header, row = table(GOOD)
    sheet = sheet_of(xlsx_of([header, row, [None], [" "], row]), "penalties.xlsx")
    assert [row.line for row in sheet.rows()] == [2, 5]


def test_a_workbook_with_a_table_of_texts_is_read_as_well():
    sheet = sheet_of(with_shared_strings(xlsx_of(table(GOOD, GOOD))), "penalties.xlsx")
    assert cell(sheet, "CF_WSH", row=1) == "津东市监罚〔2026〕12号"
    assert (sheet.row_count, len(list(sheet.rows()))) == (2, 2)


def test_a_merged_range_without_rows_is_damage():
    merges = b'</sheetData><mergeCells><mergeCell ref="A:B"/></mergeCells>'
    content = rewritten(xlsx_of(table(GOOD)), {SHEET: lambda xml: xml.replace(b"</sheetData>", merges)})
    assert refusal(content, "penalties.xlsx") == DAMAGED


def test_cells_that_were_disarmed_come_back_as_they_were_sent():
    sheet = sheet_of(csv_of(GOOD | {"BZ": "'=1+1"}))
    assert cell(sheet, "BZ") == "=1+1"


SHEET = "xl/worksheets/sheet1.xml"
DAMAGED = "这个 XLSX 文件读不出来，可能已损坏。请用表格软件打开后另存为新的 .xlsx 文件，再重新导入。"
OUTSIZED = "这个 XLSX 文件展开后太大，没有打开。请只留要导入的一张表，分成几个文件再导入。"
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]>"
)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda xml: b" " * 130_000_000, OUTSIZED),
        (lambda xml: xml[: len(xml) // 2], DAMAGED),
        (lambda xml: xml.replace(b'<row r="2"', b'<row r="4000000000"'), DAMAGED),
        (lambda xml: xml.replace(b'<row r="2"', b'<row r="1"'), DAMAGED),
        (lambda xml: xml.replace(b'<row r="2"', b'<row r="two"'), DAMAGED),
        (lambda xml: xml.replace(b"</row>", b"<c/>" * 20_000 + b"</row>", 1), DAMAGED),
        (lambda xml: BOMB + xml[xml.index(b"<worksheet") :].replace(b"<v>", b"<v>&j;", 1), DAMAGED),
    ],
    ids=[
        "zip bomb",
        "cut short",
        "row four billion",
        "rows going back",
        "no row number",
        "endless row",
        "entities",
    ],
)
def test_a_hostile_worksheet_is_refused(change, sentence):
    content = rewritten(xlsx_of(table(GOOD)), {SHEET: change})
    assert refusal(content, "penalties.xlsx") == sentence


def test_entities_in_the_shared_strings_are_not_expanded():
    content = with_shared_strings(xlsx_of(table(GOOD)), doctype=BOMB, extra=b"&j;")
    assert refusal(content, "penalties.xlsx") == DAMAGED


def test_merged_ranges_over_the_whole_sheet_cost_nothing():
    merges = b"".join(b'<mergeCell ref="A%d:XFD1048576"/>' % n for n in range(3, 3000))
    change = lambda xml: xml.replace(b"</sheetData>", b"</sheetData><mergeCells>" + merges + b"</mergeCells>")  # noqa: E731
    sheet = sheet_of(rewritten(xlsx_of(table(*[GOOD] * 3)), {SHEET: change}), "penalties.xlsx")
    assert len(list(sheet.rows())) == 3


def test_more_merged_ranges_than_anybody_makes_are_refused():
    merges = b'<mergeCell ref="A3:A4"/>' * 60_001
    change = lambda xml: xml.replace(b"</sheetData>", b"</sheetData><mergeCells>" + merges + b"</mergeCells>")  # noqa: E731
    assert refusal(rewritten(xlsx_of(table(GOOD)), {SHEET: change}), "penalties.xlsx") == OUTSIZED


def read_or_refused(content, name):
    try:
        sheet = sheet_of(content, name)
        for outcome in penalties.read(sheet, today=TODAY) if sheet.header.layout is PENALTIES else ():
            assert (outcome.taken is None) == bool(outcome.faults)
    except Refused:
        return


@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.xlsx"]))
def test_any_bytes_are_read_or_refused(content, name):
    read_or_refused(content, name)
    read_or_refused(b"PK\x03\x04" + content, name)
    read_or_refused(csv_of(GOOD) + content, name)


WORKBOOK = xlsx_of(table(GOOD, GOOD), merged=("A2:A3",))


@given(st.integers(0, len(WORKBOOK) - 1), st.binary(min_size=1, max_size=6))
def test_a_workbook_with_any_bytes_changed_is_read_or_refused(place, bytes_):
    read_or_refused(WORKBOOK[:place] + bytes_ + WORKBOOK[place + len(bytes_) :], "a.xlsx")


@given(
    st.integers(0, 2_000),
    st.sampled_from([b"", b"<", b'r="', b"&amp;", b"<c t='s'><v>-9</v></c>", b"9", b"\0"]),
)
def test_a_worksheet_with_any_xml_changed_is_read_or_refused(place, piece):
    read_or_refused(
        rewritten(WORKBOOK, {SHEET: lambda xml: xml[:place] + piece + xml[place + 3 :]}), "a.xlsx"
    )
