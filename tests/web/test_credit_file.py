"""The credit file over HTTP: each reads its own, in plain words, with what may be done today and why."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests import factories
from tests.factories import NOW, RULEBOOK
from tests.web.visitor import Visitor, give_passwords, real_office
from workflow_app.domain import clock
from workflow_app.models.party import GrantRow, Subject, Unit
from workflow_app.models.record import Measure, PenaltyItem
from workflow_app.services.records import records
from workflow_app.services.repair import repair_notice

READY, LATER, DONE = "津河东示罚〔2026〕901号", "津河东示罚〔2026〕902号", "津河东示罚〔2026〕903号"


@pytest.fixture
def refs(sqlite, house):
    """Three records of the firm: repairable now, in 2027 and repaired; one of the citizen."""
    world = sqlite.world
    firm = {"subject_id": world.subjects["firm"], "unit_id": world.units["market"]}
    with sqlite.writing() as session:
        give_passwords(session)
        done = factories.record(session, **firm, decision_no=DONE, title="虚假宣传")
        ended = {"publicity_ended_at": NOW, "repaired_at": NOW, "ended_how": "repaired"}
        records.change(
            session, done, ended, why="信用修复", by_id=world.people["handler"], now=NOW, rulebook=RULEBOOK
        )
        later = factories.record(session, **firm, class_="serious", decision_no=LATER, title="生产不合格食品")
        ready = factories.record(session, **firm, decision_no=READY)
        session.add(
            Measure(record_id=ready.id, unit_id=world.units["health"], title="列为重点检查对象",
                    basis="《食品安全法》第一百零九条", started_on=date(2026, 5, 20))
        )  # fmt: skip
        ready.items.append(PenaltyItem(kind="fine", amount=Decimal("0.3")))
        repair_notice.issue(session, ready, now=NOW, house=house)
        citizen = factories.record(
            session, subject_id=world.subjects["citizen"], unit_id=world.units["market"]
        )
        return {"done": done.ref, "later": later.ref, "ready": ready.ref, "citizen": citizen.ref}


@pytest.fixture
def visitor(sqlite, refs, tmp_path):
    app = real_office(sqlite, tmp_path)
    with clock.fixed(NOW):
        yield Visitor(app)


def titles(seen):
    """The records in the order in which they stand."""
    return [tag.get_text(strip=True) for tag in seen.page.select(".file-list h2")]


def test_what_still_stands_comes_first_with_what_may_be_done(visitor):
    visitor.sign_in("owner")
    seen = visitor.get("/credit-file")
    assert seen.heading == "我的信用档案"
    assert titles(seen) == ["未按规定公示价格", "生产不合格食品", "虚假宣传"]
    assert "有 2 条失信信息还没有修复，其中 1 条现在就可以申请。" in seen.text
    words = [" ".join(tag.get_text(" ").split()) for tag in seen.page.select(".file-list li")]
    assert "您现在就可以申请信用修复" in words[0]
    assert "您可以从 2027 年 5 月 7 日（周五）起申请信用修复" in words[1]
    assert "已经修复" in words[2]


def test_a_record_says_from_when_and_why_and_shows_it_as_a_picture(visitor, refs):
    visitor.sign_in("owner")
    seen = visitor.get(f"/credit-file/{refs['ready']}")
    assert seen.status == 200
    assert "最短公示期的最后一日是 8 月 6 日（周四）" in seen.text
    assert seen.page.select_one("svg[role=img] title") is not None
    days = {tag.strong.get_text(): tag.time["datetime"] for tag in seen.page.select(".publicity-days li")}
    assert days == {
        "公示起算": "2026-05-06",
        "最早可申请修复": "2026-08-07",
        "今天": "2026-09-18",
        "最长公示期满": "2027-05-06",
    }
    assert seen.page.select("[style]") == []
    assert "罚款 0.3 万元" in seen.text
    assert "列为重点检查对象" in seen.text
    assert "示范区卫健委" in seen.text
    assert "NT-120102-20260918-000001" in seen.text


def test_the_first_day_turns_the_answer(visitor, refs):
    visitor.sign_in("owner")
    for day, told in (("2026-08-06", "您可以从 8 月 7 日（周五）起申请"), ("2026-08-07", "您现在就可以申请")):
        with clock.fixed(factories.legal(day)):
            visitor.sign_in("owner")
            assert told in visitor.get(f"/credit-file/{refs['ready']}").text


def test_a_repaired_record_shows_its_end_and_its_history_without_names(visitor, refs):
    visitor.sign_in("owner")
    seen = visitor.get(f"/credit-file/{refs['done']}")
    assert "已停止公示" in seen.text
    assert "停止公示的原因有变动" in seen.text
    assert "工作人员" in seen.text
    assert "郑谷雨" not in seen.text
    assert "修复要满足的条件" not in seen.text


@pytest.mark.parametrize(
    ("reader", "status"),
    [("owner", 200), ("agent_for_repair", 200), ("agent", 404), ("other_owner", 404), ("agent_expired", 403)],
)
def test_the_file_is_read_by_the_subject_and_those_with_its_mandate(visitor, refs, reader, status):
    visitor.sign_in(reader)
    for address in ("/credit-file/", "/r/"):
        got = visitor.get(f"{address}{refs['ready']}").status
        assert got == (303 if (address, status) == ("/r/", 200) else status)


def test_staff_have_no_file(visitor, refs):
    visitor.sign_in("handler")
    visitor.enter_code(NOW)
    assert visitor.get("/credit-file").status == 403
    assert visitor.get(f"/credit-file/{refs['ready']}").status == 403


def test_an_empty_file_says_so_kindly(visitor):
    visitor.sign_in("other_owner")
    seen = visitor.get("/credit-file")
    assert "天津金河示范有限公司没有失信信息" in seen.text
    assert "您不用做什么" in seen.text


def test_an_agent_without_the_mandate_is_told_how_to_get_it(visitor):
    visitor.sign_in("agent")
    seen = visitor.get("/credit-file")
    assert seen.status == 200
    assert "请主体管理员" in seen.text


def test_several_subjects_are_chosen_by_tab_and_no_other_one(sqlite, visitor):
    world = sqlite.world
    with sqlite.writing() as session:
        grant = session.scalars(select(GrantRow).where(GrantRow.person_id == world.people["owner"])).one()
        session.add(
            GrantRow(person_id=grant.person_id, kind="administrator", subject_id=world.subjects["citizen"],
                     valid_from=date(2026, 1, 1), granted_at=NOW)
        )  # fmt: skip
    visitor.sign_in("owner")
    tabs = visitor.get("/credit-file").page.select(".tabs a")
    assert [tab.get_text(strip=True) for tab in tabs] == ["天津海河示范食品有限公司", "林霜降"]
    assert len(titles(visitor.get(tabs[1]["href"]))) == 1
    assert visitor.get(f"/credit-file?subject={world.subjects['other_firm']}").status == 404
    assert visitor.get("/credit-file?subject=x").status == 200


def test_the_qr_of_the_notice_leads_to_the_record_while_it_is_too_early(visitor, refs):
    visitor.sign_in("owner")
    seen = visitor.get(f"/r/{refs['later']}")
    assert (seen.status, seen.location) == (303, f"/credit-file/{refs['later']}")


def test_the_qr_asks_to_sign_in_and_comes_back(visitor, refs):
    seen = visitor.get(f"/r/{refs['ready']}")
    assert seen.status == 303
    assert seen.location.startswith("/account/sign-in")
    assert refs["ready"] in seen.location


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_the_pages_keep_what_every_page_keeps(district, language):
    with district.session() as session:
        firm = session.scalars(select(Subject).where(Subject.name == "天津海河示范食品有限公司")).one()
        unit = session.scalars(select(Unit).where(Unit.key == "health")).one()
        made = [
            factories.record(session, subject_id=firm.id, unit_id=unit.id, **more).ref
            for more in (
                {"class_": "serious"}, {"class_": "minor"}, {"decided_on": date(2026, 1, 15)},
                {"not_repairable_because": "《药品管理法》第一百一十八条"},
            )
        ]  # fmt: skip
    browser = district.browser("owner.haihe")
    browser.client.set_cookie("locale", language)
    assert len(browser.get("/credit-file").soup.select(".file-list li")) >= 4
    for ref in made:
        assert browser.get(f"/credit-file/{ref}").soup.select_one("svg[role=img]") is not None


def test_a_letter_that_was_asked_for_can_be_downloaded_once_the_worker_was_there(district):
    with district.session() as session:
        firm = session.scalars(select(Subject).where(Subject.name == "天津海河示范食品有限公司")).one()
        unit = session.scalars(select(Unit).where(Unit.key == "health")).one()
        record = factories.record(session, subject_id=firm.id, unit_id=unit.id)
        repair_notice.ask(session, record, now=clock.now())
        ref = record.ref
    assert district.deliver()[1] == 0
    browser = district.browser("owner.haihe")
    page = browser.get(f"/credit-file/{ref}")
    assert "信用修复告知书" in page.words("#documents h3")
    pdf = browser.client.get(page.link("下载 PDF"))
    assert (pdf.status_code, pdf.mimetype) == (200, "application/pdf")


def test_the_qr_opens_the_application_for_that_very_decision(visitor, refs):
    visitor.sign_in("owner")
    seen = visitor.get(f"/r/{refs['ready']}")
    assert (seen.status, seen.location) == (303, f"/repairs/start?ref={refs['ready']}")
