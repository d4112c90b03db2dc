"""Exchange as people meet it: taking a file, handing in what a target holds, looking at differences.

The time is Friday 2026-11-20 10:00; three working days later is Wednesday the 25th.
"""

from sqlalchemy import select

from workflow_app.models.api import Difference
from workflow_app.models.party import AccountEvent
from workflow_app.models.record import CreditRecord
from workflow_app.models.sync import SyncTask

HEAD = "决定书文号,公示状态,信息类别,失信程度"
CLERK, LEAD = "clerk.xinyong", "lead.xinyong"


def hand_in(browser, content, *, status=200, target="national", name="held.csv"):
    page = browser.get("/sync/differences/files")
    files = {"file": [(name, content.encode())]}
    return browser.submit(page, "/sync/differences/files", {"target": target}, files=files, status=status)


def shown(district, count=2):
    """Records that the public sees, as number and class, with the login prefix of their unit."""
    with district.session() as session:
        found = session.scalars(
            select(CreditRecord)
            .where(CreditRecord.publicity_ended_at.is_(None), CreditRecord.scope == "public")
            .where(CreditRecord.hidden_at.is_(None), CreditRecord.class_ == "general", CreditRecord.unit.has(key="market_regulation"))
            .order_by(CreditRecord.id.desc())
        ).all()  # fmt: skip
        return [(row.decision_no, row.ref) for row in found[:count]]


def test_a_file_is_taken_by_days_and_noted_with_who_took_it(district):
    lead = district.browser(LEAD)
    page = lead.get(lead.get("/office/records").link("交换文件"))
    assert page.typed("from_on") == "2026-11-14"
    wrong = lead.submit(
        page, "/exchange", {"kind": "repairs", "from_on": "2026-11-21", "to_on": "2026-11-20"}, status=422
    )
    assert wrong.error_of("to_on") == "开始日期在结束日期之后，请对调。"
    sent = lead.submit(page, "/exchange", {"kind": "commitments", "from_on": "2026-01-01", "format": "csv"})
    assert sent.response.mimetype == "text/csv"
    assert (
        sent.response.headers["Content-Disposition"]
        == "attachment; filename=commitments-2026-01-01-2026-11-20.csv"
    )
    assert sent.html.startswith("\ufeffcode,subject_name,")
    with district.session() as session:
        kept = session.scalars(select(AccountEvent).where(AccountEvent.what == "exchange_taken")).one()
        assert kept.note.startswith("commitments 2026-01-01~2026-11-20 csv ")
    district.browser("owner.haihe").get("/exchange", status=403)


def test_differences_are_found_settled_and_followed(district):
    (first, first_ref), (second, second_ref) = shown(district)
    clerk = district.browser(CLERK)
    empty = clerk.get(clerk.get("/office/sync").link("对账差异 0 处"))
    assert "没有待核对的差异" in empty.text
    page = hand_in(
        clerk,
        f"{HEAD}\n{first},公示中,行政处罚信息,严重\n{second},未公示,行政处罚信息,一般\n外地罚1号,公示中,,",
    )
    assert "等待对账" in page.text
    district.deliver()
    assert "3 行都已核对。" in clerk.get(page.path).text
    board = clerk.get("/office/sync")
    head = district.browser("head.shichang")
    listed = head.get("/sync/differences?kind=differs")
    assert listed.words("tbody tr")[0].startswith(f"内容不同：失信程度 {first}")
    assert "一般" in listed.words("tbody tr")[0]
    assert "请在“对账差异”里核对，最迟" in head.get("/notices").text
    one = head.get(listed.link("内容不同"))
    assert "为什么是这一天" in one.text
    assert "重新要求对方：更正内容" in one.text
    assert head.submit(one, "/settle", {"verdict": "ours"}, status=422).error_of("note") == "请写明理由。"
    done = head.submit(one, "/settle", {"verdict": "ours", "note": "核对了决定书原件"})
    assert "核对了决定书原件" in done.text
    with district.session() as session:
        task = session.scalars(select(SyncTask).order_by(SyncTask.id.desc())).first()
        assert (task.what, task.target.key, task.record.ref) == ("correct", "national", first_ref)
        number = session.scalars(select(Difference.id).where(Difference.decision_no == second)).one()
    there = head.get(f"/office/records/{second_ref}")
    assert "和同步对象的差异" in there.text
    on = head.submit(
        head.get(f"/sync/differences/{number}"), "/settle", {"verdict": "theirs", "note": "已经变更"}
    )
    assert on.path == f"/office/records/{second_ref}"
    assert "对账差异" in board.text
    table = clerk.get("/sync/differences/differences.csv?tab=all").html
    assert "外地罚1号,对方还在公示,,本平台没有这条信息" in table
    district.browser("handler.weijian").get(f"/sync/differences/{number}", status=404)
    district.browser("auditor").get("/sync/differences")


def test_a_file_that_cannot_be_read_says_which_line(district):
    clerk = district.browser(CLERK)
    page = hand_in(clerk, f"{HEAD}\n,公示中,,\n1号,也许,,")
    district.deliver()
    page = clerk.get(page.path)
    assert page.words("#faults li") == [
        "第 2 行：“决定书文号”没有填。这一列必填，请照决定书补上。",
        "第 3 行：“公示状态”里的“也许”认不出来。可用的值是：shown、公示、公示中、hidden、未公示、已停止公示。",
    ]
    assert "没有对账" in clerk.get("/notices").text
    assert hand_in(clerk, "", status=422).error_of("file") == "文件是空的，请选择填好的文件。"
    assert "还没有交来过对账文件" in district.browser("handler.keji").get("/sync/differences/files").text
