"""Batch import as people meet it: handing in, following, mending, deciding, and who keeps the seven working days.

The time is Friday 2026-11-20 10:00. The handler and the head are those of 演示区市场监管局.
"""

import csv
import io

import openpyxl
import pytest
from sqlalchemy import select

from tests.services.import_samples import licences, many, penalties
from workflow_app.models.record import CreditRecord, ImportRun

CODE = "N2120102MF0DE0020H"
OWN = {"CF_CFJG": "演示区市场监管局", "CF_CFJGDM": CODE, "CF_SJLY": "演示区市场监管局", "CF_SJLYDM": CODE}
HANDLER, HEAD = "handler.shichang", "head.shichang"


def own(*changes):
    """A file of the unit's own penalties."""
    return penalties(*changes, common=OWN)


def handed_in(browser, content, *, kind="penalties", name="九月.csv", status=200, **fill):
    """Hand a file in on the page."""
    page = browser.get("/office/imports")
    return browser.submit(
        page, "/office/imports", {"kind": kind, **fill}, files={"file": [(name, content)]}, status=status
    )


def entered(district):
    """How many records came from files."""
    with district.session() as session:
        return len(session.scalars(select(CreditRecord).where(CreditRecord.import_run_id.is_not(None))).all())


def test_a_file_is_handed_in_checked_decided_on_by_the_head_and_written(district):
    handler = district.browser(HANDLER)
    before = entered(district)
    page = handed_in(handler, own({}, {"CF_WSH": "8号", "CF_JDRQ": "9/18/2026"}))
    assert (page.heading, page.ways) == ("九月.csv", (303,))
    assert "正在检查" in page.text
    district.deliver()
    page = handler.get(page.path)
    assert "检查完了，一行都还没有写入" in page.text
    assert "等演示区市场监管局的负责人复核（不能是交文件的人）" in page.text
    assert page.words("#run tbody tr")[0].startswith("第 3 行 处罚决定日期 “处罚决定日期”：“9/18/2026”不是")
    assert entered(district) == before
    head = district.browser(HEAD)
    assert "有一批行政处罚等您复核：“九月.csv”，新增 1 条，更正 0 条。" in head.get("/notices").text
    done = head.submit(head.get(page.path), "/confirm")
    assert "正在写入" in done.text
    with district.at("2026-11-20", "10:01"):
        district.deliver()
        page = handler.get(page.path)
        assert "写好了" in page.text
        assert "失信信息的类别是按处罚种类建议的" in page.text
    assert entered(district) == before + 1


def test_the_progress_is_a_panel_that_asks_again_until_it_is_over(district):
    handler = district.browser(HANDLER)
    page = handed_in(handler, own({}))
    panel = handler.htmx("GET", page.path, target="run")
    assert panel.soup.select_one("#run")["hx-trigger"] == "every 2s"
    assert panel.soup.find("h1") is None
    district.deliver()
    panel = handler.htmx("GET", page.path, target="run")
    assert "hx-trigger" not in panel.soup.select_one("#run").attrs


def test_the_rejected_rows_are_downloaded_with_what_is_wrong_and_how_to_mend_it(district):
    handler = district.browser(HANDLER)
    page = handed_in(handler, own({"CF_CFLB": "记过", "BZ": "@SUM(1)"}))
    district.deliver()
    page = handler.get(page.path)
    assert "没有要写入的行" in page.text
    got = handler.client.get(f"{page.path}/rejected.csv")
    assert got.headers["Content-Disposition"].startswith("attachment")
    head, row = csv.reader(io.StringIO(got.get_data().decode("utf-8-sig")))
    assert row[0:2] == ["2", "“处罚类别”：“记过”不是行政处罚法第九条的处罚种类。"]
    assert row[head.index("BZ")] == "'@SUM(1)"
    book = openpyxl.load_workbook(io.BytesIO(handler.client.get(f"{page.path}/rejected.xlsx").get_data()))
    assert book.active.cell(2, 1).value == "2"


def test_a_file_that_is_no_table_is_refused_whole_with_the_way_out(district):
    handler = district.browser(HANDLER)
    page = handed_in(handler, "姓名,年龄\n甲,3\n".encode())
    district.deliver()
    page = handler.get(page.path)
    assert "整份文件没有收" in page.text
    assert "没有找到行政处罚的表头。请用模板里的列名" in page.text


@pytest.mark.parametrize(
    ("files", "kind", "told"),
    [
        ([], "penalties", "请选择要导入的 CSV 或 XLSX 文件。"),
        ([("a.csv", b"")], "penalties", "文件是空的，请选择填好的 CSV 或 XLSX 文件。"),
        ([("a.csv", b"x")], "", "请选择文件里是行政处罚还是行政许可。"),
    ],
)
def test_what_is_missing_is_said_at_the_field(district, files, kind, told):
    handler = district.browser(HANDLER)
    page = handler.get("/office/imports")
    sent = handler.submit(
        page, "/office/imports", {"kind": kind} if kind else {}, files={"file": files}, status=422
    )
    assert told in sent.text


def test_the_same_file_again_is_recognised(district):
    handler = district.browser(HANDLER)
    first = handed_in(handler, licences({"XK_XKJGDM": CODE, "XK_LYDWDM": CODE}), kind="licences")
    district.deliver()
    again = handed_in(handler, licences({"XK_XKJGDM": CODE, "XK_LYDWDM": CODE}), kind="licences")
    district.deliver()
    page = handler.get(again.path)
    assert "同一个文件在 11 月 20 日（周五） 10:00 导入过一次" in page.text
    assert page.link("看那一次") == first.path


def test_a_head_sends_a_file_back_only_with_a_reason(district):
    handler, head = district.browser(HANDLER), district.browser(HEAD)
    path = handed_in(handler, own({})).path
    district.deliver()
    page = head.submit(head.get(path), "/reject", {"why": " "}, status=422)
    assert "不同意的，请写明理由" in page.text
    page = head.submit(head.get(path), "/reject", {"why": "金额要再核对。"})
    assert "的理由：金额要再核对。" in page.text
    assert "没有通过复核，一行都没有写入" in handler.get(path).text


def test_who_handed_a_file_in_may_take_it_back(district):
    handler = district.browser(HANDLER)
    path = handed_in(handler, own({})).path
    district.deliver()
    assert "已收回，没有写入任何一行" in handler.submit(handler.get(path), "/take-back").text


def test_another_unit_does_not_see_the_file_and_the_clerk_chooses_among_all_units(district):
    path = handed_in(district.browser(HANDLER), own({})).path
    district.browser("handler.weijian").get(path, status=404)
    clerk = district.browser("clerk.xinyong")
    clerk.get(path)
    units = [
        option.get_text(strip=True) for option in clerk.get("/office/imports").soup.select("#unit_id option")
    ]
    assert units[-1] == "几个单位的：看每一行的机关代码"
    assert "演示区市场监管局" in units
    own_units = district.browser(HANDLER).get("/office/imports").soup.select("#unit_id option")
    assert [option.get_text(strip=True) for option in own_units] == ["演示区市场监管局"]


def test_a_unit_that_is_not_ones_own_cant_be_chosen_past_the_page(district):
    handler = district.browser(HANDLER)
    token, files = handler.token(), (io.BytesIO(own({})), "a.csv")
    data = {"csrf_token": token, "kind": "penalties", "unit_id": "1", "file": files}
    assert handler.client.post("/office/imports", data=data).status_code == 422
    with district.session() as session:
        assert session.scalars(select(ImportRun.id)).first() is None


def test_templates_hold_every_column_and_are_read_back(district):
    handler = district.browser(HANDLER)
    head = handler.client.get("/office/imports/template/penalties.csv").get_data().decode("utf-8-sig")
    assert head.startswith('"行政相对人名称 CF_XDR_MC*","行政相对人类别 CF_XDR_LB*"')
    content = handler.client.get("/office/imports/template/licences.xlsx").get_data()
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert [cell.value for cell in book.active[1]][:2] == [
        "行政相对人名称 XK_XDR_MC*",
        "行政相对人类别 XK_XDR_LB*",
    ]
    page = handed_in(handler, content, kind="licences", name="空.xlsx")
    district.deliver()
    assert "没有要写入的行" in handler.get(page.path).text


def test_the_share_in_time_of_a_month_is_shown_to_the_unit_for_itself_and_to_the_office_for_all(district):
    handler = district.browser(HANDLER)
    handed_in(handler, licences({"XK_XKJGDM": CODE, "XK_LYDWDM": CODE, "XK_JDRQ": "2026-11-10", "XK_YXQZ": ""},
                                {"XK_XKJGDM": CODE, "XK_LYDWDM": CODE, "XK_JDRQ": "2026-11-18", "XK_YXQZ": "", "XK_WSH": "4号"}),
              kind="licences")  # fmt: skip
    district.deliver()
    page = handler.get("/office/imports/punctuality?month=2026-11")
    assert page.heading == "2026 年 11 月报送情况"
    assert "待核实" in page.text
    late = [words for words in page.words("tbody tr") if "津河东市监许〔2026〕3号" in words]
    assert late == [
        "津河东市监许〔2026〕3号 行政许可 演示区市场监管局 2026 年 11 月 10 日（周二） 2026 年 11 月 19 日（周四） 2026 年 11 月 20 日（周五） 8"
    ]
    assert any(words.startswith("演示区市场监管局") for words in page.words("tbody tr"))
    district.browser("clerk.xinyong").get("/office/imports/punctuality?month=1999-01")


def test_the_pages_speak_english(district):
    handler = district.browser(HANDLER)
    handler.client.set_cookie("locale", "en")
    page = handed_in(handler, own({"CF_CFLB": "记过"}, {"CF_WSH": "9号"}))
    district.deliver()
    for url in ("/office/imports", page.path, "/office/imports/punctuality"):
        assert handler.get(url).soup.html["lang"] == "en"


def test_a_list_of_many_files_is_turned_page_by_page(district):
    handler = district.browser(HANDLER)
    for number in range(31):
        handed_in(handler, many(1, BZ=str(number)), name=f"{number}.csv")
    page = handler.get("/office/imports")
    assert len(page.soup.select("tbody tr")) == 30
    assert len(handler.get(page.link("下一页")).soup.select("tbody tr")) == 1
