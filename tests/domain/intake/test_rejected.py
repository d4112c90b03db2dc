"""The file of rejected rows: what was sent comes back with the reasons, mended it goes in again, and nothing runs."""

import csv
import io
from datetime import date

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.intake.tables import GOOD, csv_of, sheet_of, table, xlsx_of
from workflow_app.domain.intake import penalties, rejected
from workflow_app.domain.intake.values import plain

TODAY = date(2026, 11, 21)
WRONG = GOOD | {"CF_WSH": "津东市监罚〔2026〕13号", "CF_JDRQ": "9/18/2026"}


def written(content, name="penalties.csv", write=rejected.write_csv):
    sheet = sheet_of(content, name)
    target = io.BytesIO()
    count = write(target, sheet.header, penalties.read(sheet, today=TODAY), say=str)
    return count, target.getvalue()


def lines_of(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def worksheet_of(content):
    return openpyxl.load_workbook(io.BytesIO(content)).active


def test_only_rejected_rows_come_back_with_line_problem_and_remedy_in_front():
    count, content = written(csv_of(GOOD, WRONG))
    header, row = lines_of(content)
    assert count == 1
    assert content.startswith(b"\xef\xbb\xbf")
    assert header == ["行号", "问题", "怎样改", *GOOD]
    assert row[:3] == [
        "3",
        "“处罚决定日期”：“9/18/2026”不是能认出的日期。",
        "请写成 2026-09-18 这样，年在前，四位数。",
    ]
    assert row[3:] == list(WRONG.values())


def test_several_problems_are_numbered_with_their_remedies():
    _, content = written(csv_of(WRONG | {"CF_NR_FK": ""}))
    _, row = lines_of(content)
    assert row[1] == (
        "1. “处罚决定日期”：“9/18/2026”不是能认出的日期。\n2. 处罚类别里有罚款，没有填罚款金额。"
    )
    assert row[2].startswith("1. 请写成 2026-09-18 这样")
    assert "\n2. 请照决定书填写金额" in row[2]


def test_nothing_rejected_is_a_file_with_a_header_alone():
    for write in (rejected.write_csv, rejected.write_xlsx):
        assert written(csv_of(GOOD), write=write)[0] == 0


def test_a_mended_file_goes_in_again_and_added_columns_are_passed_over():
    _, content = written(csv_of(GOOD, WRONG))
    mended = content.decode("utf-8-sig").replace('"9/18/2026"', '"2026/9/18"').encode("gb18030")
    sheet = sheet_of(mended)
    (outcome,) = penalties.read(sheet, today=TODAY)
    assert sheet.header.warnings == ()
    assert outcome.taken.decided_on == date(2026, 9, 18)


def test_rejected_twice_the_added_columns_stand_there_once():
    _, first = written(csv_of(WRONG))
    _, second = written(first)
    assert lines_of(second)[0] == ["行号", "问题", "怎样改", *GOOD]
    assert lines_of(second)[1][3:] == list(WRONG.values())


def test_cells_beyond_the_header_are_not_lost():
    _, content = written(csv_of(WRONG).rstrip() + "x,多".encode())
    assert lines_of(content)[1][-1] == "多"


@pytest.mark.parametrize("cell", ["=HYPERLINK(1)", "+1", "-1", "@A1", "\t=1", "＝1"])
def test_no_cell_runs_as_a_formula(cell):
    row = WRONG | {"BZ": cell}
    _, as_csv = written(csv_of(row))
    assert lines_of(as_csv)[1][-1] == "'" + cell
    _, as_xlsx = written(csv_of(row), write=rejected.write_xlsx)
    found = worksheet_of(as_xlsx).cell(row=2, column=3 + len(GOOD))
    assert (found.value, found.data_type) == ("'" + cell, "s")


def test_a_heading_that_is_a_formula_does_not_run_either():
    _, content = written(csv_of(WRONG | {"=1+1": ""}))
    assert lines_of(content)[0][-1] == "'=1+1"


def test_every_cell_of_a_workbook_is_a_text():
    count, content = written(xlsx_of(table(GOOD, WRONG)), "penalties.xlsx", rejected.write_xlsx)
    worksheet = worksheet_of(content)
    assert count == 1
    assert [cell.value for cell in worksheet[1]] == ["行号", "问题", "怎样改", *GOOD]
    assert {cell.data_type for cell in worksheet[2] if cell.value is not None} == {"s"}
    assert worksheet.freeze_panes == "D2"


def test_what_a_worksheet_cannot_hold_is_cut():
    row = WRONG | {"BZ": "长" * 40_000, "CF_SY": "甲\x01乙"}
    _, content = written(csv_of(row), write=rejected.write_xlsx)
    cells = [cell.value for cell in worksheet_of(content)[2]]
    assert len(cells[-1]) == 32_767
    assert cells[3 + list(GOOD).index("CF_SY")] == "甲乙"


cells = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20) | st.text(
    alphabet=st.sampled_from("'=+-@\t\r\n,;\" ＝甲")
)


@given(st.lists(cells, min_size=3, max_size=3))
def test_what_was_sent_is_what_comes_back_from_csv(texts):
    row = WRONG | dict(zip(("CF_SY", "CF_NR", "BZ"), texts, strict=True))
    sheet = sheet_of(csv_of(row))
    (sent,) = sheet.rows()
    _, content = written(csv_of(row))
    (again,) = sheet_of(content).rows()
    assert again.cells[3:] == sent.cells


@settings(max_examples=40)  # a workbook is slow to write, and a cell goes the same way as in CSV until then
@given(st.lists(cells, min_size=3, max_size=3))
def test_what_was_sent_is_what_comes_back_from_a_workbook(texts):
    row = WRONG | dict(zip(("CF_SY", "CF_NR", "BZ"), texts, strict=True))
    (sent,) = sheet_of(csv_of(row)).rows()
    _, content = written(csv_of(row), write=rejected.write_xlsx)
    (again,) = sheet_of(content, "a.xlsx").rows()
    kept = dict(zip(["行号", "问题", "怎样改", *GOOD], again.cells, strict=False))
    assert [plain(kept.get(code, "")) for code in GOOD] == [plain(cell) for cell in sent.cells]
