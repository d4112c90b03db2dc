"""The holiday pages: what anybody reads, and how the office enters a version after seeing what it moves.

The time is Friday 2026-11-20, when the notice of 2027 is not in.
"""

from pathlib import Path

import pytest
from sqlalchemy import select

from workflow_app.models.case import Case
from workflow_app.models.deadline import Deadline
from workflow_app.models.party import GrantRow, Person

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
CSV = (EXAMPLES / "holidays-2027-example.csv").read_bytes()
WHY = "国务院办公厅公布 2027 年放假安排"
EXTRA_DAY = {
    "day-day": "2026-11-24", "day-kind": "off", "day-name": "临时放假", "day-source": "市政府办公厅通知（示例）",
    "day-reason": "强冷空气，全市停工一天",
}  # fmt: skip


def uploaded(clerk, content, *, status=200, name="2027.csv", **fill):
    """Upload a file on the office's page."""
    page = clerk.get("/office/calendar")
    return clerk.submit(
        page, "/read", {"reason": WHY, **fill}, files={"file": [(name, content)]}, status=status
    )


def rows(page):
    """The cells of the table of what moves."""
    found = [row.find_all(["th", "td"]) for row in page.soup.select("main tbody tr")]
    return [[" ".join(cell.get_text(" ").split()) for cell in cells] for cells in found]


# --- what anybody reads


def test_the_table_of_this_year_lists_days_off_make_up_days_and_where_they_were_published(district):
    page = district.browser().get("/calendar")
    assert page.heading == "2026 年工作日和节假日"
    assert "全年 248 个工作日" in page.text
    assert rows(page)[:2] == [
        ["元旦", "1 月 1 日（周四）至 1 月 3 日（周六）", "3"],
        ["春节", "2 月 15 日（周日）至 2 月 23 日（周一）", "9"],
    ]
    assert page.words(".passed-over li") == [
        "2026 年 1 月 4 日（周日）", "2026 年 2 月 14 日（周六）", "2026 年 2 月 28 日（周六）",
        "2026 年 5 月 9 日（周六）", "2026 年 9 月 20 日（周日）", "2026 年 10 月 10 日（周六）",
    ]  # fmt: skip
    assert page.link("中国政府网") == "https://www.gov.cn/zhengce/zhengceku/202511/content_7047091.htm"


def test_a_year_whose_notice_is_not_in_is_told_to_be_provisional_and_why(district):
    page = district.browser().get("/calendar?year=2027")
    assert "暂定：2027 年的放假安排还没有录入" in page.text
    assert "录入后重新计算，日期变了会通知当事人" in page.text
    assert "还不知道。推算时不猜哪个周末要上班。" in page.text


@pytest.mark.parametrize("year", ["2003", "2028", "99999", "-1"])
def test_a_year_that_nobody_can_know_is_not_found(district, year):
    district.browser().get(f"/calendar?year={year}", status=404)


def test_a_year_is_downloaded_as_the_file_that_can_be_entered(district):
    got = district.browser().client.get("/calendar/2026.csv")
    assert got.mimetype == "text/csv"
    assert got.get_data(as_text=True).startswith(
        "# year: 2026\n# source: https://www.gov.cn/zhengce/zhengceku/202511/content_7047091.htm\n"
        "day,kind,name\n2026-01-01..2026-01-03,off,元旦\n2026-01-04,working,\n"
    )
    assert district.browser().client.get("/calendar/2027.csv").status_code == 404


def test_the_pages_speak_english(district):
    clerk = district.browser("clerk.xinyong")
    clerk.client.set_cookie("locale", "en")
    for url in ("/calendar", "/calendar?year=2027", "/office/calendar", "/office/calendar/2026"):
        assert clerk.get(url).soup.html["lang"] == "en"
    uploaded(clerk, CSV)


# --- entering a year


def test_a_notice_is_read_previewed_and_entered_and_provisional_days_become_firm(district):
    firm = district.browser("owner.haihe")
    with district.session() as session:
        number = provisional_case(session, "owner.haihe")
    assert "暂定" in firm.get(f"/cases/{number}").text
    clerk = district.browser("clerk.xinyong")
    preview = uploaded(clerk, CSV)
    assert preview.heading == "录入之前：2027 年会变什么"
    assert "新增放假：2027 年 2 月 9 日（周二）至 2027 年 2 月 11 日（周四）（春节）" in preview.text
    assert "只是不再“暂定”" in preview.text
    assert "暂定" in firm.get(f"/cases/{number}").text
    entered = clerk.submit(preview, "/enter")
    assert entered.ways == (303,)
    assert "已录入 2027 年的新版本" in entered.text
    assert "正在重新计算" in entered.text
    with district.at("2026-11-20", "10:01"):
        district.deliver()
        assert "已重新计算" in clerk.get("/office/calendar/2027").text
        assert "暂定" not in firm.get(f"/cases/{number}").text
        assert "暂定" not in district.browser().get("/calendar?year=2027").text


def provisional_case(session, login):
    """The number of an open case of this person's firm whose clock is provisional."""
    wanted = (
        select(Case.number)
        .join(Deadline, Deadline.case_id == Case.id)
        .join(GrantRow, GrantRow.subject_id == Case.subject_id)
        .join(Person, Person.id == GrantRow.person_id)
        .where(Person.login == login, Deadline.provisional, Deadline.closed_seq.is_(None))
    )
    return session.scalars(wanted).first()


def test_one_extra_day_off_moves_what_the_preview_listed(district):
    """Handed in on Thursday November 19, three working days: 20, 23, 24; with the 24th off: 25."""
    clerk = district.browser("clerk.xinyong")
    preview = clerk.submit(clerk.get("/office/calendar"), "/day", EXTRA_DAY)
    moves = list(rows(preview))
    listed = {row[0]: row[3:] for row in moves}
    assert listed["CM-120102-20261119-000001"] == [
        "2026 年 11 月 24 日（周二）",
        "2026 年 11 月 25 日（周三）",
    ]
    before = {number: district.stored(number).due_on for number in listed}
    clerk.submit(preview, "/enter")
    assert {number: district.stored(number).due_on for number in listed} == before
    with district.at("2026-11-20", "10:01"):
        district.deliver()
        page = clerk.get("/office/calendar/2026")
    assert district.stored("CM-120102-20261119-000001").due_on.isoformat() == "2026-11-25"
    assert f"改期 {len(moves)} 个" in page.text, "a case may have two clocks"
    assert "新增放假：11 月 24 日（周二）（临时放假）" in page.text
    assert "强冷空气，全市停工一天" in page.text
    assert "苗青禾" in page.text


def test_who_is_told_reads_old_day_new_day_and_why(district):
    clerk = district.browser("clerk.xinyong")
    clerk.submit(clerk.submit(clerk.get("/office/calendar"), "/day", EXTRA_DAY), "/enter")
    with district.at("2026-11-20", "10:01"):
        district.deliver()
        district.deliver()
        told = district.browser(owner_of(district, "CM-120102-20261119-000001")).get("/notices").text
    assert "11 月 24 日（周二）" in told
    assert "11 月 25 日（周三）" in told
    assert "市政府办公厅通知（示例）：强冷空气，全市停工一天" in told


def owner_of(district, number):
    """The login of the owner of the case's firm."""
    with district.session() as session:
        wanted = (
            select(Person.login)
            .join(GrantRow, GrantRow.person_id == Person.id)
            .join(Case, Case.subject_id == GrantRow.subject_id)
            .where(Case.number == number, GrantRow.kind == "owner")
        )
        return session.scalars(wanted).first()


def test_a_bad_file_is_refused_whole_with_every_line_and_can_be_mended_on_the_page(district):
    clerk = district.browser("clerk.xinyong")
    bad = CSV.replace(b"2027-05-08,working", b"2027-05-07,working") + b"2027-06-31,off,x\n"
    page = uploaded(clerk, bad, status=422)
    assert page.words(".notice-stop li") == [
        "第 11 行： 2027 年 5 月 7 日（周五）不是周末，本来就上班，不必写成调休上班。请核对日期，或删去这一行。",
        "第 17 行： “2027-06-31”不是一个存在的日期。请写成 2027-02-05，连续几天写成 2027-02-05..2027-02-12。",
    ]
    assert page.typed("reason") == WHY
    assert "2027-06-31,off,x" in page.typed("content")
    mended = page.typed("content").replace("2027-06-31,off,x", "").replace("05-07", "05-08")
    preview = clerk.submit(page, "/read", {"content": mended})
    assert preview.heading == "录入之前：2027 年会变什么"
    assert "没有录入 2027" not in clerk.get("/office/calendar").text


def test_a_file_in_another_encoding_keeps_the_reason(district):
    page = uploaded(district.browser("clerk.xinyong"), CSV.decode().encode("gb18030"), status=422)
    assert "文件像是 GB18030（GBK）编码" in page.text
    assert page.typed("reason") == WHY


def test_a_missing_reason_keeps_what_was_read(district):
    page = uploaded(district.browser("clerk.xinyong"), CSV, status=422, reason="")
    assert "请写明为什么录入" in page.error_of("reason")
    assert page.typed("content").startswith("# year: 2027")


def test_the_way_back_from_the_preview_keeps_everything(district):
    clerk = district.browser("clerk.xinyong")
    preview = uploaded(clerk, CSV)
    page = clerk.post("/office/calendar/mend", {name: preview.typed(name) for name in ("content", "reason")})
    assert page.typed("content").startswith("# year: 2027")
    assert page.typed("reason") == WHY


def test_a_version_entered_meanwhile_is_shown_before_anything_is_entered(district):
    clerk, lead = district.browser("clerk.xinyong"), district.browser("lead.xinyong")
    slow = clerk.submit(clerk.get("/office/calendar"), "/day", EXTRA_DAY)
    quick = lead.submit(lead.get("/office/calendar"), "/day", {**EXTRA_DAY, "day-day": "2026-11-25"})
    lead.submit(quick, "/enter")
    again = clerk.submit(slow, "/enter", status=409)
    assert "有人录入了这一年的另一个版本" in again.text
    assert "不再放假：11 月 25 日（周三）（临时放假）" in again.text
    clerk.submit(again, "/enter")
    assert "系统自带的版本" in clerk.get("/office/calendar/2026").text
    assert len(clerk.get("/office/calendar/2026").soup.select("section.panel")) == 3


def test_the_version_in_force_is_not_entered_again(district):
    clerk = district.browser("clerk.xinyong")
    same = clerk.client.get("/calendar/2026.csv").get_data()
    page = uploaded(clerk, same, status=422)
    assert "内容与 2026 年现行的版本完全相同" in page.error_of("file")


def test_a_double_click_enters_once(district):
    clerk = district.browser("clerk.xinyong")
    preview = uploaded(clerk, CSV)
    clerk.submit(preview, "/enter")
    page = clerk.submit(preview, "/enter", status=422)
    assert "内容与 2027 年现行的版本完全相同" in page.text


@pytest.mark.parametrize(
    ("fill", "name", "sentence"),
    [
        ({"day-day": ""}, "day-day", "请填写日期。"),
        ({"day-day": "2026-11-22"}, "day-day", "11 月 22 日（周日）本来就不上班，不用再改。请核对日期。"),
        ({"day-day": "2027-03-01"}, "day-day", "2027 年的放假安排还没有录入，不能只改一天。"),
        ({"day-name": ""}, "day-name", "改成放假时，请填写放假名称"),
        ({"day-source": ""}, "day-source", "请写明依据"),
        ({"day-reason": ""}, "day-reason", "请写明为什么录入"),
    ],
)
def test_what_is_missing_for_one_day_is_told_at_its_field(district, fill, name, sentence):
    clerk = district.browser("clerk.xinyong")
    page = clerk.submit(clerk.get("/office/calendar"), "/day", {**EXTRA_DAY, **fill}, status=422)
    assert sentence in page.error_of(name)
    assert page.typed("day-source") == {**EXTRA_DAY, **fill}["day-source"]


def test_staff_read_and_only_the_keepers_enter(district):
    handler = district.browser("handler.keji")
    page = handler.get("/office/calendar")
    assert not page.soup.select("main form")
    handler.get("/office/calendar/2026")
    handler.post("/office/calendar/day", EXTRA_DAY, status=403)
    handler.post("/office/calendar/enter", {"content": CSV.decode(), "reason": WHY}, status=403)


def test_the_system_administrator_enters_without_seeing_whose_the_cases_are(district):
    admin = district.browser("admin.system")
    preview = admin.submit(admin.get("/office/calendar"), "/day", EXTRA_DAY)
    assert "CM-120102-20261119-000001" in preview.text
    assert not [a for a in preview.soup.select("main a") if "/cases/" in a["href"]]


def test_the_progress_is_a_panel_of_the_page_of_the_year(district):
    clerk = district.browser("clerk.xinyong")
    clerk.submit(uploaded(clerk, CSV), "/enter")
    panel = clerk.htmx("GET", "/office/calendar/2027", target="recount")
    assert "正在重新计算" in panel.text
    assert not panel.soup.find("h1")
