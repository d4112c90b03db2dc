"""Tables to keep: the same cells in both forms, and none of them runs."""

import io

import openpyxl

from workflow_app.domain.tables import as_csv, as_xlsx, written

HEAD = ("姓名", "分数")
ROWS = [("=HYPERLINK(1)", 80), ("张三\x07", None)]


def test_a_csv_begins_with_its_mark_and_disarms_what_would_run():
    assert as_csv(HEAD, ROWS).decode("utf-8-sig") == "姓名,分数\r\n'=HYPERLINK(1),80\r\n张三\x07,\r\n"
    assert as_csv(HEAD, []).startswith(b"\xef\xbb\xbf")


def test_every_cell_of_a_workbook_is_a_text():
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx(HEAD, ROWS))).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["姓名", "分数"],
        ["'=HYPERLINK(1)", "80"],
        ["张三", None],
    ]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}


def test_the_format_decides():
    assert written("xlsx", HEAD, ROWS).startswith(b"PK")
    assert written("csv", HEAD, ROWS) == as_csv(HEAD, ROWS)
