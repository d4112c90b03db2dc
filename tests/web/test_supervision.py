"""Supervision over HTTP: the board, urging and its answer, and second looks from the draw to the verdict.

Urged on Monday 2026-11-30, the answer is due three working days later, on Thursday 2026-12-03.
"""

from hashlib import sha256

import pytest
from sqlalchemy import select, update

from tests.browser import Browser
from tests.factories import case_in, legal
from tests.objections import Objecting
from tests.web.visitor import Visitor, give_passwords, real_office
from workflow_app.domain import clock
from workflow_app.models.case import Case
from workflow_app.models.queue import SecondLook, Urging

MONDAY, FRIDAY = legal("2026-11-30"), legal("2026-12-04")
"""What was signed on Friday 2026-09-18 is long late by then."""


@pytest.fixture
def numbers(sqlite, house):
    """Two cases of the market unit that wait for its handler, an objection that waits for the office, one for its subject."""
    with sqlite.writing() as session:
        give_passwords(session)
        late = [case_in(session, "signed", sqlite.world, house).number for _ in range(2)]
        received = Objecting(session, sqlite.world, house).to("received").case.number
        returned = case_in(session, "returned", sqlite.world, house).number
        return [*late, received, returned]


@pytest.fixture
def app(numbers, sqlite, tmp_path):
    with clock.fixed(MONDAY):
        yield real_office(sqlite, tmp_path)


@pytest.fixture
def enter(app):
    """A browser of somebody signed in, whose every page is checked."""

    def enter(login):
        visitor = Visitor(app)
        visitor.sign_in(login)
        visitor.enter_code()
        return Browser(visitor.client)

    return enter


def test_the_board_tells_whom_the_late_cases_wait_for_and_leads_to_just_these(enter, numbers):
    clerk = enter("clerk")
    board = clerk.follow(clerk.get("/figures/"), "超期和催办")
    assert board.link("办件统计") == "/figures/"
    rows = board.words("#late-title ~ table tbody tr")
    assert rows[0].startswith("示范区市场监管局 2 9 月 ")
    assert rows[1].startswith("示范区信用办 1 9 月 ")
    assert "3 件办件超期。" in board.text
    queue = clerk.get(board.link("信用承诺 · "))
    assert sorted(queue.words("[data-queue] td .number")) == sorted(numbers[:2])
    assert "单位：示范区市场监管局" in queue.text
    auditor = enter("auditor").get("/supervision/")
    assert auditor.words("#late-title ~ table tbody tr") == rows, "the auditor reads the same"
    assert auditor.soup.select("#late-title ~ table a") == [], "and has no queue to be led to"
    own = enter("head").get("/supervision/")
    assert len(own.words("#late-title ~ table tbody tr")) == 1
    assert "没有超期的办件，也没有等答复的催办" in enter("other_head").get("/supervision/").text


def test_the_clerk_urges_the_unit_answers_and_everybody_reads_it_on_the_case(enter, numbers, sqlite):
    clerk, case = enter("clerk"), f"/cases/{numbers[0]}"
    page = clerk.follow(clerk.get(case), "催办")
    assert "请他们在 12 月 3 日（周四）24:00前办理或者答复" in page.text
    page = clerk.submit(page, "/urge", {"why": " "}, status=422)
    assert page.error_of("why") == "请写明为什么催办，1000 字以内。"
    page = clerk.submit(page, "/urge", {"why": "申请人来电询问进展"})
    assert "已催办" in page.text
    assert "申请人来电询问进展" in page.text
    again = clerk.get(f"/supervision/cases/{numbers[0]}/urge")
    assert "这件办件今天已经催办过，明天可以再催。" in again.text
    with clock.fixed(FRIDAY):
        assert "1 次逾期没有答复" in enter("second_lead").get("/supervision/").text
        handler = enter("second_handler")
        page = handler.follow(handler.follow(handler.get("/supervision/"), numbers[0]), numbers[0])
        page = handler.follow(page, "看这次催办，答复")
        page = handler.submit(page, "答复", {"answer": ""}, status=422)
        page = handler.submit(page, "答复", {"answer": "已约现场核查。"})
        assert "已答复，催办的人会收到消息。" in page.text
        assert page.soup.find("form", method="post", attrs={"novalidate": True}) is None
        assert "已约现场核查。" in enter("second_clerk").get(case).text
        assert "已约现场核查。" not in enter("owner").get(case).text
    with sqlite.reading() as session:
        row = session.scalars(select(Urging)).one()
        assert (row.answer_by.isoformat(), row.answered_at) == ("2026-12-03", FRIDAY)


def test_who_may_not_urge_is_told_why_and_what_was_typed_stays(enter, numbers):
    handler = enter("handler")
    page = handler.get(f"/supervision/cases/{numbers[0]}/urge")
    assert "这件办件由部门经办办理，您不能催办。" in page.text
    assert handler.get(f"/cases/{numbers[0]}").soup.find("a", string="催办") is None
    head, clerk = enter("head"), enter("clerk")
    page = head.get(f"/supervision/cases/{numbers[0]}/urge")
    first = clerk.get(f"/supervision/cases/{numbers[0]}/urge")
    clerk.submit(first, "/urge", {"why": "先催一步"})
    page = head.submit(page, "/urge", {"why": "请抓紧核查现场"}, status=409)
    assert "今天已经催办过" in page.text
    assert "请抓紧核查现场" in page.text
    assert "没有可以催办的人" in clerk.get(f"/supervision/cases/{numbers[3]}/urge").text
    enter("other_head").get(f"/supervision/cases/{numbers[0]}/urge", status=404)


def test_a_second_look_from_the_draw_to_the_verdict(enter, numbers, sqlite):
    with sqlite.writing() as session:
        ended = update(Case).where(Case.number.in_([*numbers[:2], numbers[3]]))
        session.execute(ended.values(state="refused", ended_at=legal("2026-10-20")))
    lead, path = enter("second_lead"), "/supervision/second-looks"
    first = lead.get(path)
    assert first.typed("count") == "10"
    for wrong in ("0", "51", "", "许多"):
        page = lead.submit(first, "second-looks", {"count": wrong}, status=422)
        assert page.error_of("count")
    page = lead.submit(page, "second-looks", {"count": "2"})
    assert page.path == f"{path}/2026-10"
    with sqlite.reading() as session:
        seed = session.scalars(select(SecondLook.seed).limit(1)).one()
    listed = lead.get(f"{path}/2026-10/numbers.txt").html.split()
    assert sorted(listed) == sorted([*numbers[:2], numbers[3]])
    by_hand = sorted(listed, key=lambda number: sha256(f"{seed}{number}".encode()).hexdigest())
    assert page.words("tbody th .number") == by_hand[:2]
    assert seed in page.text
    clerk = enter("clerk")
    page = clerk.follow(clerk.get(f"{path}/2026-10"), by_hand[0])
    page = clerk.submit(page, by_hand[0], {"verdict": "flawed", "note": ""}, status=422)
    page = clerk.submit(page, by_hand[0], {"verdict": "flawed", "note": "没有写明依据。"})
    assert "没有写明依据。" in page.text
    page = clerk.get(f"{path}/2026-10/{by_hand[0]}")
    assert "这件办件已经抽查过，结果不能再改。" in page.text
    assert "没有写明依据。" in enter("auditor").get(f"{path}/2026-10").text
    for address in ("2026-13", "2026-09", f"2026-10/{by_hand[2]}"):
        clerk.get(f"{path}/{address}", status=404)
