"""The board of joint measures over HTTP: a measure from the first word to its lifting, who sees what, and who is silent.

The firm is put on the market unit's list on Friday 2026-09-18. September 20 is worked, 25 to 27 and October 1 to 7 are off:
an answer is due on Thursday the 24th (LE-13, five working days).
"""

import io
from datetime import date

import openpyxl
import pytest
from sqlalchemy import select

from tests.browser import Browser
from tests.factories import NOW, legal
from tests.lists import Leaving, Listing
from tests.services.paper_samples import pdf_bytes
from tests.web.visitor import Visitor, give_passwords, real_office
from workflow_app.domain import clock
from workflow_app.models.lists import JointMeasure, ListEntry
from workflow_app.models.outbox import Message
from workflow_app.services.delivery import notices

MONDAY = legal("2026-09-28")
LATER = legal("2027-10-11")
TO_SYNCING = (
    ("forward", "clerk"),
    ("accept", "handler"),
    ("propose_approval", "handler"),
    ("approve", "head"),
)
PHOTO = ("检查通知.pdf", pdf_bytes())


@pytest.fixture
def number(sqlite, house):
    """The listing of the firm; with a measure of the market unit (1) and one of the health commission (2)."""
    with sqlite.writing() as session:
        give_passwords(session)
        return Listing(session, sqlite.world, house).to("listed").case.number


@pytest.fixture
def app(number, sqlite, tmp_path):
    with clock.fixed(NOW):
        yield real_office(sqlite, tmp_path)


@pytest.fixture
def enter(app):
    """A browser of somebody signed in, whose every page is checked."""

    def enter(login):
        visitor = Visitor(app)
        visitor.sign_in(login)
        if login != "owner":
            visitor.enter_code()
        return Browser(visitor.client)

    return enter


def cells(row):
    return [" ".join(cell.get_text(" ").split()) for cell in row.find_all(["th", "td"])]


def leave(sqlite, house, *, now):
    """Let the firm leave the list early; the number of the case in which every unit is asked to lift."""
    with sqlite.writing() as session:
        entry = session.scalars(select(ListEntry)).one()
        leaving = Leaving(session, sqlite.world, house, entry, now=now).submit(now=now)
        return leaving.go(*TO_SYNCING, now=now).case.number


def stored(sqlite, number=2):
    with sqlite.writing() as session:
        found = session.get_one(JointMeasure, number)
        session.expunge_all()
        return found


def test_a_unit_answers_reports_with_a_file_and_lifts_and_the_trail_says_who_when_and_what(
    enter, sqlite, house
):
    unit = enter("other_handler")
    board = unit.get("/measures/")
    assert board.words(".nav a[href='/measures/'] .count") == ["1"]
    assert cells(board.one("main tbody tr")) == [
        "天津海河示范食品有限公司 从严审查卫生许可 示范serious名单", "示范区卫健委", "已发起，待响应",
        "9 月 24 日（周四）24:00 前，还剩 5 个工作日", "9 月 18 日（周五）发起",
    ]  # fmt: skip
    page = unit.follow(board, "天津海河示范食品有限公司")
    assert "轮到您" in page.text
    assert "91120102MA0DEM010E" in page.text
    assert "平台设定值" in page.one("details.due").get_text()
    page = unit.submit(page, "/answer", {"answer": "cannot"}, status=422)
    assert page.error_of("note") == "不能执行的，请写明理由。"
    page = unit.submit(page, "/answer", {"answer": "will", "note": "由许可科办理。"})
    assert "已响应。" in page.text
    again = unit.post("/measures/2/answer", {"answer": "cannot", "note": "点了两次"}, status=409)
    assert "也许刚才提交过" in again.text
    assert stored(sqlite).answer == "will"

    early = {"executed_on": "2026-09-17", "evidence": ""}
    page = unit.submit(page, "/execute", early, files={"evidence_file": [PHOTO]}, status=422)
    assert page.error_of("executed_on") == "执行日期应在发起之日和今天之间，请核对。"
    assert "已收到文件“检查通知.pdf”，再次提交时一起交上。" in page.text
    page = unit.submit(page, "/execute", {"executed_on": "2026-09-18"})
    sent = unit.get(page.link("下载凭据"))
    assert sent.response.data == PHOTO[1]
    assert sent.response.headers["Content-Disposition"] == "attachment; filename=execution-2.pdf"
    assert (stored(sqlite).executed_on, stored(sqlite).due_on) == (date(2026, 9, 18), None)

    exit_number = leave(sqlite, house, now=LATER)
    with clock.fixed(LATER):
        unit = enter("other_handler")
        page = unit.submit(unit.get("/measures/2"), "/lift", {"evidence": ""}, status=422)
        assert page.error_of("evidence") == "请写明凭什么确认，或者上传凭据。"
        page = unit.submit(page, "/lift", {"evidence": "已恢复正常审查。"})
    trail = page.words("#trail li")
    assert [line.split(" · ")[0] for line in trail] == [
        "10 月 11 日（周一）已解除 示范区卫健委 卫惊蛰", "要求解除 移出名单的决定作出", "反馈：2026 年 9 月 18 日（周五）已执行 示范区卫健委 卫惊蛰",
        "响应：执行 示范区卫健委 卫惊蛰", "发起 示范区市场监管局公布列入决定",
    ]  # fmt: skip
    assert exit_number in page.text
    assert not page.soup.select(f"a[href='/cases/{exit_number}']")


def test_each_sees_what_is_theirs_and_the_subject_units_stages_and_days_alone(enter, sqlite, number):
    unit = enter("other_handler")
    for address in (
        "/measures/1",
        "/measures/1/evidence/execution",
        "/measures/2/evidence/execution",
        "/measures/9",
    ):
        unit.get(address, status=404)
    unit.post("/measures/1/answer", {"answer": "will"}, status=404)
    unit.post("/measures/2/urge", status=403)
    unit.submit(unit.get("/measures/2"), "/answer", {"answer": "cannot", "note": "没有许可事项。"})

    finder = enter("handler")
    assert finder.get("/measures/?stage=all").words("main tbody th")[2:] == [
        "天津海河示范食品有限公司 提高抽查比例和频次 示范serious名单",
        "天津海河示范食品有限公司 从严审查卫生许可 示范serious名单",
    ]
    page = finder.get("/measures/2")
    assert "没有许可事项。" in page.text
    assert page.link(number) == f"/cases/{number}"
    assert not page.soup.select('main form[action$="/answer"]')
    finder.post("/measures/2/lift", {"evidence": "代办"}, status=403)
    finder.submit(finder.get("/measures/1"), "/answer", {"answer": "will"})
    carried = finder.submit(
        finder.get("/measures/1"),
        "/execute",
        {"executed_on": ""},
        files={"evidence_file": [PHOTO]},
        status=422,
    ).typed("kept_file")
    wrong = {"executed_on": "2026-09-18", "kept_file": carried[:-2]}
    assert "请写明凭什么确认" in finder.post("/measures/1/execute", wrong, status=422).text
    finder.post(
        "/measures/1/execute",
        {"executed_on": "2026-09-18", "kept_file": carried, "evidence": "已列入抽查名录"},
    )

    owner = enter("owner")
    for address in ("/measures/", "/measures/1", "/measures/1/evidence/execution", "/measures/table.csv"):
        owner.get(address, status=403)
    panel = owner.get(f"/cases/{number}").one("#measures")
    assert [cells(row) for row in panel.select("tbody tr")] == [
        ["示范区市场监管局 提高抽查比例和频次 市场监管总局令第44号", "已执行",
         "9 月 18 日（周五）发起 9 月 18 日（周五）响应 9 月 18 日（周五）执行"],
        ["示范区卫健委 从严审查卫生许可 市场监管总局令第44号", "不予执行", "9 月 18 日（周五）发起 9 月 18 日（周五）响应"],
    ]  # fmt: skip
    assert not panel.select("a")
    clerk = enter("clerk").get(f"/cases/{number}").one("#measures")
    assert [link["href"] for link in clerk.select("a")] == ["/measures/1", "/measures/2"]


def test_the_office_sees_who_is_silent_since_when_urges_once_a_day_and_takes_the_table_along(enter, sqlite):
    market = enter("handler")
    market.submit(market.get("/measures/1"), "/answer", {"answer": "will", "note": "=HYPERLINK(1)"})
    with clock.fixed(MONDAY):
        clerk = enter("clerk")
        board = clerk.get("/measures/")
        assert "有 1 个单位超期没有办理。" in board.text
        assert [cells(row) for row in board.soup.select("#units tbody tr")] == [
            ["示范区卫健委", "1", "0", "0", "0", "0", "0", "1", "9 月 24 日（周四）到期 超期 1 个工作日"],
            ["示范区市场监管局", "0", "1", "0", "0", "0", "0", "0", "—"],
        ]
        late = clerk.submit(board, "/measures/", {"late": "1"})
        assert late.words("main > .width > table th[scope=row]") == [
            "天津海河示范食品有限公司 从严审查卫生许可 示范serious名单"
        ]
        assert "没有符合条件的措施" in clerk.get("/measures/?late=1&unit=market").text
        page = clerk.submit(clerk.get("/measures/2"), "/urge", {})
        assert "已催办" in page.text
        assert page.words("#trail li")[0] == "催办 信用办 · 9 月 28 日（周一）"
        assert "今天已经催办过" in clerk.post("/measures/2/urge").text
        assert "9 月 28 日（周一）催办过" in clerk.get("/measures/").text
        with sqlite.writing() as session:
            urged = session.scalars(select(Message).where(Message.key == "measure-2/urged-2026-09-28")).one()
            notices.deliver(session, urged.key, urged.payload, now=MONDAY)
        assert "信用办催办：天津海河示范食品有限公司" in enter("other_head").get("/notices").text
        clerk.post("/measures/1/urge", status=404)

        told = clerk.get("/measures/table.csv?stage=all").response.data.decode("utf-8-sig").splitlines()
        assert told[0].startswith(
            "名单,主体,统一社会信用代码,认定单位,执行单位,措施,依据,状态,到期日,是否超期"
        )
        assert told[1].startswith(
            "示范serious名单,天津海河示范食品有限公司,91120102MA0DEM010E,示范区市场监管局,示范区卫健委,从严审查卫生许可"
        )
        assert ",2026-09-24,已超期,2026-09-18 " in told[1]
        assert ",执行,'=HYPERLINK(1)," in told[2]
        book = openpyxl.load_workbook(io.BytesIO(clerk.get("/measures/table.xlsx?unit=market").response.data))
        assert [row[5].value for row in book.active.iter_rows()] == ["措施", "提高抽查比例和频次"]
