"""Both sides of an objection on its page: who said what, what differs, what else runs on the record, what is to be undone.

The record publishes a fine of 0.3 万元 and no day of performance; its subject claims 0.2 (see `tests.objections`). The day
of every test is Friday 2026-09-18 unless it says so; OB-10 gives ten working days for asking for review.
"""

import io
import zipfile

import pytest
from sqlalchemy import event as database_event
from sqlalchemy import select

from tests.factories import NOW, RULEBOOK, draft, legal, paper
from tests.objections import DIFFERENCE, RIGHT, TO_STATE, Objecting
from tests.web.conftest import District
from tests.web.visitor import give_passwords, real_office
from workflow_app.domain import clock
from workflow_app.models.party import Unit
from workflow_app.models.record import CreditRecord
from workflow_app.models.sync import SyncTask
from workflow_app.services.records import records
from workflow_app.services.sync import sync
from workflow_app.web.cases import case_view
from workflow_app.web.objections import objection_sides

ANSWER = {
    "finding": "wrong", "remedy": "change", "answer": "经核对决定书原件，金额抄错。",
    "source": DIFFERENCE | {"behaviour": "门店没有明码标价。"}, "difference": DIFFERENCE | {"duties_done_on": "2026-05-20"},
}  # fmt: skip


@pytest.fixture
def office(sqlite, tmp_path):
    """The office of the small world, and a way to bring an objection into a state."""
    with sqlite.writing() as session:
        give_passwords(session)
    district = District(real_office(sqlite, tmp_path))
    with clock.fixed(NOW):
        yield Desk(sqlite, district)


class Desk:
    """One database with one objection and everybody's browser."""

    def __init__(self, database, district):
        self.database, self.district = database, district
        self.house = district.app.extensions["house"]

    def objection(self, *steps, now=NOW, **facts):
        """Its number after these steps; papers of both sides go with it."""
        with self.database.writing() as session:
            made = Objecting(session, self.database.world, self.house, **facts)
            paper(session, made.case, "evidence", self.database.world.actors["owner"])
            for step in steps:
                if step[0] in ("answer", "correct_own"):
                    paper(session, made.case, "source_evidence", self.database.world.actors[step[1]])
                made.go(step, now=now)
            return made.case.address

    def page(self, login, address, rest=""):
        """The page of the case as somebody sees it."""
        return self.district.browser(login).get(f"/cases/{address}{rest}")


def rows(page):
    """The table, a list of words for each field."""
    return [
        [cell(part) for part in row.select("th, td")] for row in page.soup.select(".sides-table tbody tr")
    ]


def cell(part):
    """The words of a cell without the blanks between characters that were pointed at."""
    return " ".join(part.get_text("").split())


def test_before_the_answer_the_page_says_whose_turn_it_is(office):
    page = office.page("owner", office.objection(*TO_STATE["verifying"]))
    assert rows(page) == [["处理内容", "罚款 0.3 万元", "罚款 0.2 万元", "还没有答复", "还没有决定"]]
    assert page.one(".said-not").get_text(" ", strip=True) == (
        "核查情况和理由 还没有核查结论。现在轮到：示范区市场监管局 部门经办。"
    )
    assert [tag.get_text() for tag in page.soup.select(".sides-table ins")] == ["0.2"]


def test_both_sides_stand_beside_each_other_with_the_difference_pointed_at(office):
    page = office.page(
        "second_clerk", office.objection(*TO_STATE["verifying"], ("answer", "handler", ANSWER))
    )
    assert rows(page) == [
        ["认定的事实", "门店没有明码标价。", "没有提出", "门店没有明码标价。 与公示内容一致", "不更正"],
        [
            "处理内容",
            "罚款 0.3 万元",
            "罚款 0.2 万元",
            "罚款 0.2 万元 与申请人主张一致",
            "罚款 （去掉：）0.3（加上：）0.2 万元",
        ],
        ["履行完义务的日期", "没有记载", "没有提出", "没有写明", "（加上：）2026 年 5 月 20 日（周三）"],
    ]
    assert page.words(".said h3") == ["事实和理由", "核查情况和理由 信息有误 更正、补充内容"]


def test_staff_see_who_answered_and_the_subject_sees_the_role(office):
    address = office.objection(*TO_STATE["verifying"], ("answer", "handler", ANSWER))
    assert (
        office.page("second_clerk", address).words(".said .small")[1]
        == "郑谷雨（部门经办） · 9 月 18 日（周五） 10:00"
    )
    assert office.page("owner", address).words(".said .small")[1] == "部门经办 · 9 月 18 日（周五） 10:00"
    assert office.page("owner", address).words(".said .small")[0].startswith("周明远（主体管理员）")


def test_the_papers_of_both_sides_open(office):
    address = office.objection(*TO_STATE["verifying"], ("answer", "handler", ANSWER))
    page = office.page("handler", address)
    for side, title in (
        ("subject", "证据材料 · evidence.pdf"),
        ("source", "信息来源的原件或者核查材料 · source_evidence.pdf"),
    ):
        link = page.one(f'section[aria-labelledby="papers-of-{side}"] a')
        assert link.get_text(strip=True) == title
        assert str(link["href"]).startswith(f"/cases/{address}/attachments/")


def test_what_the_table_shows_is_not_told_twice_and_a_draft_tells_it_in_words(office):
    handed_in = office.page("owner", office.objection(*TO_STATE["received"]))
    assert not [title for title in handed_in.words("#facts dt") if "主张" in title]
    draft = office.page("owner", office.objection(ground="privacy", claims={"class_": "minor"}))
    assert not draft.soup.select("#sides")
    assert "申请人主张：失信信息类别" in draft.words("#facts dt")
    assert "轻微" in draft.words("#facts dd")


def test_after_the_correction_the_old_wording_still_stands_there(office):
    address = office.objection(
        *TO_STATE["verifying"], ("answer", "handler", ANSWER), ("execute_correction", "second_clerk")
    )
    page = office.page("owner", address)
    assert "原来公示的内容" in page.words(".sides-table th")
    assert "已更正为" in page.words(".sides-table th")
    assert rows(page)[1][1] == "罚款 0.3 万元"
    with office.database.reading() as session:
        assert session.scalars(select(CreditRecord.content)).one() == "罚款 0.2 万元"


@pytest.mark.parametrize(
    ("login", "steps", "step"),
    [
        ("handler", TO_STATE["verifying"], "answer"),
        ("clerk", TO_STATE["checking"], "correct_own"),
        ("second_clerk", TO_STATE["answered"], "execute_correction"),
        ("second_clerk", (*TO_STATE["verifying"], ("answer", "handler", RIGHT)), "maintain"),
        ("lead", TO_STATE["reviewing"], "review_correct"),
        ("owner", TO_STATE["undoing"], "request_review"),
    ],
)
def test_whoever_judges_has_both_sides_before_the_form(office, login, steps, step):
    page = office.page(login, office.objection(*steps), f"/steps/{step}")
    sides, form = page.html.index('id="sides"'), page.html.index('id="deeds"')
    assert sides < form


def test_a_step_that_judges_nothing_has_its_form_first(office):
    page = office.page("owner", office.objection(*TO_STATE["received"]), "/steps/withdraw")
    assert page.html.index('id="deeds"') < page.html.index('id="sides"')


def test_an_answer_that_comes_too_late_still_shows_both_sides(office):
    address = office.objection(*TO_STATE["answered"])
    browser = office.district.browser("handler")
    page = browser.post(f"/cases/{address}/steps/answer", {"finding": "right", "version": "4"}, status=409)
    assert rows(page)[0][:3] == ["处理内容", "罚款 0.3 万元", "罚款 0.2 万元"]
    assert "{" not in page.one("main").get_text()


def test_the_provider_sees_the_contact_and_the_office_only_a_part_of_it(office):
    address = office.objection(*TO_STATE["verifying"])
    assert "13800000001" in office.page("handler", address).words("#facts dd")
    assert "138****0001" in office.page("clerk", address).words("#facts dd")


def test_a_publicity_past_its_end_is_checked_by_the_system(office):
    page = office.page("clerk", office.objection(*TO_STATE["received"], ground="period", claims={}))
    assert page.words("#period-check p")[0] == (
        "公示没有超过期限：最长公示期的最后一日是 2027 年 5 月 6 日（周四），还没有届满。"
        "不必等到那一天：最短公示期已满，履行完义务的现在就可以申请信用修复，不收取任何费用。"
    )
    assert not page.soup.select(".sides-table")


def test_the_list_of_undoing_harm_says_what_is_left_and_who_did_it(office):
    address = office.objection(*TO_STATE["undoing"])
    page = office.page("owner", address)
    assert page.words("#undoing > p")[0] == "还有 2 项没有确认。 全部完成后本件办结。"
    assert page.words("#undoing .is-open .undoing-what") == [
        "示范公示网站 更正内容 待发送", "示范公示网站 取消异议标注 待发送",
    ]  # fmt: skip
    assert "本平台公示页与撤除信息公开 更正内容 已确认" in page.words("#undoing .is-done .undoing-what")
    assert page.words("#undoing .inset p")[1] == "“处理内容”由“罚款 0.3 万元”更正为“罚款 0.2 万元”"
    assert not page.soup.select("#undoing .undoing-what a")
    assert len(office.page("clerk", address).soup.select("#undoing .is-open .undoing-what a")) == 2


def test_an_overdue_place_is_counted_and_a_confirmed_one_says_by_whom(office):
    address = office.objection(*TO_STATE["undoing"])
    with office.database.writing() as session:
        task = session.scalars(
            select(SyncTask).where(SyncTask.what == "unmark", SyncTask.confirmed_at.is_(None))
        ).one()
        clerk = office.database.world.people["clerk"]
        sync.confirm(session, task, by_id=clerk, evidence="电话确认", now=NOW, rulebook=RULEBOOK)
    with office.district.at("2026-10-30"):
        page = office.page("clerk", address)
    assert page.words("#undoing > p")[0] == (
        "还有 1 项没有确认。 全部完成后本件办结。 其中 1 项已经超期，信用办正在督办。"
    )
    assert "沈白露 登记 · 9 月 18 日（周五） 10:00 · 凭据：电话确认" in page.words("#undoing .is-done p")
    assert "工作人员核对后登记 · 9 月 18 日（周五） 10:00" in office.page("owner", address).words(
        "#undoing .is-done p"
    )


def test_when_all_is_undone_the_page_says_so(office):
    with office.database.writing() as session:
        made = Objecting(session, office.database.world, office.house).to("undoing")
        made.confirm_everything()
        address = made.case.address
    page = office.page("owner", address)
    assert page.words("#undoing > p")[0] == "错误到过的地方都已经办理并确认。"


def test_review_may_be_asked_for_until_a_day_and_nothing_is_late_after_it(office):
    """Ten working days after Friday the 18th: 20 to 24, 28 to 30, October 8 and 9."""
    address = office.objection(*TO_STATE["maintained"])
    page = office.page("owner", address)
    assert page.words("#four .right-until") == ["还可以申请复核："]
    assert "10 月 9 日（周五）" in page.one("#four .right-until + details summary").get_text()
    assert page.words("#four dd")[-1] == "已经办结。在期限内申请复核的，会接着办理。"
    with office.district.at("2026-10-10"):
        later = office.page("owner", address)
        listed = office.district.browser("owner").get("/queue?tab=all")
    assert not later.soup.select("#four .late, #four .right-until, #clocks .late")
    assert "10 月 9 日（周五）届满" in later.one("#clocks").get_text()
    assert "超" not in listed.one("table").get_text()


def test_two_objections_on_one_record_know_of_each_other(office):
    first = office.objection(*TO_STATE["received"])
    with office.database.writing() as session:
        record = session.scalars(select(CreditRecord)).one()
        second = Objecting(session, office.database.world, office.house, record=record, ground="privacy").to(
            "received"
        )
        begun = Objecting(
            session, office.database.world, office.house, record=record, ground="period"
        ).case.address
        second = second.case.address
    page = office.page("clerk", first)
    assert page.words("#around > p") == [
        "这条信息另有异议正在办理。各件分别核查、分别答复；标注到最后一件办结才取消。"
    ]
    assert page.words("#around li") == [f"异议 {second} 已提出，待受理，9 月 18 日（周五）起"]
    assert page.one("#around a")["href"] == f"/cases/{second}"
    assert begun in office.page("owner", first).text


def test_another_ones_case_is_named_without_a_way_to_it(office):
    mine = office.objection(*TO_STATE["received"])
    with office.database.writing() as session:
        record = session.scalars(select(CreditRecord)).one()
        other = Objecting(
            session, office.database.world, office.house, by="other_owner", record=record, ground="same_name"
        )
        paper(session, other.case, "identity_proof", office.database.world.actors["other_owner"])
        other = other.go(("submit", "other_owner")).case.address
    page = office.page("owner", mine)
    assert other in page.one("#around").get_text()
    assert not page.soup.select("#around a")


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("repaired", "这条信息已于 9 月 18 日（周五）因信用修复停止公示。异议照常办理"),
        ("expired", "这条信息已于 9 月 18 日（周五）公示期满，停止公示。异议照常办理"),
        ("withdrawn", "公示已于 9 月 18 日（周五）撤回。异议照常答复"),
    ],
)
def test_an_end_of_the_publicity_meanwhile_is_explained(office, how, words):
    address = office.objection(*TO_STATE["verifying"])
    with office.database.writing() as session:
        record = session.scalars(select(CreditRecord)).one()
        records.take_down(session, record, how, why="期满", by_id=None, now=NOW, rulebook=RULEBOOK)
    assert words in office.page("owner", address).one("#around").get_text()


def test_a_change_from_elsewhere_is_told_to_whoever_checks(office):
    address = office.objection(*TO_STATE["verifying"])
    with office.database.writing() as session:
        record = session.scalars(select(CreditRecord)).one()
        changed = {"content": "罚款 0.25 万元"}
        records.change(
            session,
            record,
            changed,
            why="笔误",
            by_id=None,
            now=legal("2026-09-18", "11:00"),
            rulebook=RULEBOOK,
        )
    page = office.page("handler", address)
    assert page.words("#around > p") == [
        "9 月 18 日（周五），这条信息的“处理内容”改成了新的内容。本件按改后的内容继续核查。"
    ]


def test_an_ended_unit_is_explained(office):
    address = office.objection(*TO_STATE["verifying"])
    with office.database.writing() as session:
        session.get_one(Unit, office.database.world.units["market"]).ended_on = NOW.date()
    assert (
        "“示范区市场监管局”已于 9 月 18 日（周五）撤销"
        in office.page("owner", address).one("#around").get_text()
    )


def test_the_evidence_pack_of_an_objection_speaks_of_the_objection(office):
    """Every place still owes what it was asked; the papers of the case are not printed yet and stay out of this."""
    address = office.objection(*TO_STATE["received"])
    page = office.page("owner", address, "/sync")
    assert page.words("tbody th") == ["示范公示网站 标注异议处理中"]
    answer = office.district.browser("owner").get(f"/cases/{address}/sync/evidence.zip")
    with zipfile.ZipFile(io.BytesIO(answer.response.get_data())) as archive:
        letter, readme = (archive.read(name).decode() for name in ("complaint/site.txt", "README.txt"))
    assert letter.startswith("要求按异议处理结果办理的函\n\n示范公示网站：")
    assert "- 标注异议处理中" in letter
    assert "修复" not in letter + readme


def panels(office, session, address, login):
    """The panels, and how many statements they took."""
    statements = []

    def count(*sent):
        statements.append(sent[2])

    with office.district.app.test_request_context():
        shown = case_view.load(session, address, office.database.world.actors[login], now=NOW)
        database_event.listen(office.database.engine, "before_cursor_execute", count)
        found = objection_sides.panels(session, shown, today=NOW.date(), rulebook=RULEBOOK)
        database_event.remove(office.database.engine, "before_cursor_execute", count)
    return found, len(statements)


def test_a_case_without_a_record_asks_nothing_more(office):
    with office.database.writing() as session:
        address = draft(session, office.database.world, office.house).address
    with office.database.reading() as session:
        found, asked = panels(office, session, address, "owner")
    assert (set(found.values()), asked) == ({None}, 0)


def test_more_fields_and_more_cases_cost_no_more_questions(office):
    few = office.objection(*TO_STATE["verifying"])
    with office.database.writing() as session:
        record = session.scalars(select(CreditRecord)).one()
        for ground in ("privacy", "listing", "period"):
            Objecting(session, office.database.world, office.house, record=record, ground=ground).to(
                "received"
            )
        claims = {"title": "虚假宣传", "behaviour": "无", "basis": "无", "content": "罚款 0.2 万元"}
        many = Objecting(
            session, office.database.world, office.house, record=record, ground="same_name", claims=claims
        )
        paper(session, many.case, "identity_proof", office.database.world.actors["owner"])
        many = many.to("verifying").case.address
    with office.database.reading() as session:
        _found, of_few = panels(office, session, few, "handler")
    with office.database.reading() as session:
        _found, of_many = panels(office, session, many, "handler")
    assert of_many <= of_few <= 9
