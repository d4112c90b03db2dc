"""The office's catalogue of lists over HTTP: adopting, proposing, the second person, refusals at the field, ending."""

import pytest
from sqlalchemy import select

from tests.factories import NOW
from tests.web.visitor import Visitor, give_passwords, real_office
from workflow_app.domain import clock
from workflow_app.models.lists import ListType

LISTS = "/office/lists"
BUILT_IN = f"{LISTS}/built-in/market_serious"
PLAN = {
    "name": "示范严重失信主体名单", "name_en": "Sample list", "kind": "serious", "level": "local_law", "basis": "《天津市社会信用条例》",
    "evidence": "V", "note": "", "consulted_from": "2026-08-18", "standard": "拒不履行生效的处罚决定的，列入。", "scope": "public",
    "exit_conditions": "履行了处罚决定。\n没有再违法。", "term_rule": "LE-04-SAMR", "early_rule": "LE-05-SAMR", "early_from": "listing",
    "reply_rule": "LE-01", "review_rule": "", "measure_1_title": "提高检查频次", "measure_1_basis": "《天津市社会信用条例》",
    "measure_1_unit": "market",
}  # fmt: skip


@pytest.fixture
def database(sqlite):
    with sqlite.writing() as session:
        give_passwords(session)
    return sqlite


@pytest.fixture
def as_person(database, tmp_path):
    app = real_office(database, tmp_path)

    def sign_in(login: str) -> Visitor:
        visitor = Visitor(app)
        visitor.sign_in(login)
        if login != "owner":
            visitor.enter_code(NOW)
        visitor.get("/notices")
        return visitor

    with clock.fixed(NOW):
        yield sign_in


def found(database, key):
    with database.reading() as session:
        return session.scalars(select(ListType).where(ListType.key == key)).one()


def test_a_built_in_list_is_adopted_by_a_clerk_and_confirmed_by_the_lead(as_person, database):
    clerk, market = as_person("clerk"), database.world.units["market"]
    seen = clerk.get(LISTS)
    assert "还没有名单" in seen.text
    assert [link["href"] for link in seen.page.select("#offered a")][:2] == [
        BUILT_IN,
        f"{LISTS}/built-in/wage_arrears",
    ]
    seen = clerk.get(BUILT_IN)
    assert "市场监管总局令第44号" in seen.text
    assert "是否施行待核实" in seen.text
    assert seen.page.select_one('#periods a[href="/office/rules/LE-04-SAMR"]')
    assert clerk.post(BUILT_IN, {}).status == 422
    select_names = [one["name"] for one in seen.page.select("form.sheet select")]
    chosen = dict.fromkeys(select_names, "") | {
        "unit_id": str(market),
        "unit_of_inspect": "market",
        "unit_of_permits": "health",
    }
    assert clerk.post(BUILT_IN, chosen).location == f"{LISTS}/market_serious"
    seen = clerk.post(BUILT_IN, chosen)
    assert (seen.status, "已经有名称相同的名单" in seen.text) == (422, True)
    seen = clerk.get(f"{LISTS}/market_serious")
    assert "提出的人不能自己确认" in seen.text
    assert seen.page.select_one("#decide") is None
    assert [cell.get_text(strip=True) for cell in seen.page.select("#measures tbody td:nth-child(2)")] == [
        "示范区市场监管局",
        "示范区卫健委",
    ]
    assert clerk.post(f"{LISTS}/market_serious/confirm", {"is_checked": "y"}).status == 403

    lead = as_person("second_lead")
    assert "有 1 个名单等待另一位负责人确认" in lead.get(LISTS).text
    page = lead.get(f"{LISTS}/market_serious").page
    assert page.select_one("#decide form[action$=confirm]")
    assert page.select_one("#decide form[action$=refuse]")
    seen = lead.post(f"{LISTS}/market_serious/confirm", {})
    assert (seen.status, "请先对照文件原文核对，再勾选" in seen.text) == (422, True)
    assert lead.post(f"{LISTS}/market_serious/confirm", {"is_checked": "y"}).status == 303
    assert lead.post(f"{LISTS}/market_serious/confirm", {"is_checked": "y"}).status == 409
    seen = lead.get(f"{LISTS}/market_serious")
    assert "正在使用" in seen.text
    assert "何冬至" in seen.page.select_one("#story").get_text()

    handler = as_person("handler")
    seen = handler.get(LISTS)
    assert "市场监督管理严重违法失信名单" in seen.text
    assert seen.page.select_one('a[href$="/new"]') is None
    assert (handler.get(f"{LISTS}/new").status, handler.get(BUILT_IN).status) == (403, 403)
    assert as_person("owner").get(LISTS).status == 403


def test_a_list_without_a_basis_is_refused_at_the_field_and_one_of_its_own_needs_two_persons(
    as_person, database
):
    clerk, unit = as_person("clerk"), {"unit_id": str(database.world.units["market"])}
    options = [one["value"] for one in clerk.get(f"{LISTS}/new").page.select("#term_rule option")]
    assert options == ["", "LE-04-SAFETY", "LE-04-SAMR", "LE-04-TAX", "LE-04-WAGE"]
    wrong = {
        "basis": ({"basis": ""}, "没有写明法律依据，不能建立名单"),
        "level": ({"level": "own"}, "区县和部门不能自行设立失信名单"),
        "consulted_from": ({"consulted_from": "2026-08-20"}, "要满 30 日，到 9 月 20 日（周日）"),
        "measure_1_title": ({"measure_1_basis": "没有"}, "第 1 项措施“提高检查频次”没有写全"),
        "exit_conditions": ({"exit_conditions": ""}, "没有移出条件的名单不能建立"),
        "name": ({"name": ""}, "请填写名单名称"),
    }
    for field, (said, told) in wrong.items():
        seen = clerk.post(f"{LISTS}/new", PLAN | unit | said)
        errors = " ".join(seen.page.select_one(f"#{field}-error").stripped_strings)
        assert (seen.status, told in errors) == (422, True), (field, errors)
    assert clerk.post(f"{LISTS}/new", PLAN | unit).location == f"{LISTS}/list-2026-01"
    made = found(database, "list-2026-01")
    assert made.measures == [
        {"key": "m1", "unit": "market", "title": "提高检查频次", "basis": "《天津市社会信用条例》"}
    ]
    assert (made.exit_conditions, made.confirmed_at) == (["履行了处罚决定。", "没有再违法。"], None)

    lead = as_person("second_lead")
    assert lead.post(f"{LISTS}/list-2026-01/refuse", {"why": ""}).status == 422
    assert lead.post(f"{LISTS}/list-2026-01/refuse", {"why": "条例没有这一条。"}).status == 303
    assert "条例没有这一条。" in lead.get(f"{LISTS}/list-2026-01").text


def test_a_list_in_use_is_ended_by_the_lead_and_another_begins_from_it(as_person, database):
    clerk, lead = as_person("clerk"), as_person("second_lead")
    clerk.post(f"{LISTS}/new", PLAN | {"unit_id": str(database.world.units["market"])})
    assert lead.post(f"{LISTS}/list-2026-01/end", {"why": "修订。"}).status == 409
    lead.post(f"{LISTS}/list-2026-01/confirm", {"is_checked": "y"})
    assert "现在没有主体在名单上" in lead.get(f"{LISTS}/list-2026-01/end").text
    assert lead.post(f"{LISTS}/list-2026-01/end", {"why": ""}).status == 422
    assert lead.post(f"{LISTS}/list-2026-01/end", {"why": "条例已经修订。"}).status == 303
    assert "已停用" in lead.get(f"{LISTS}/list-2026-01").text
    page = clerk.get(f"{LISTS}/new?like=list-2026-01").page
    assert page.select_one("#standard").get_text(strip=True) == PLAN["standard"]
    assert page.select_one("#measure_1_unit option[selected]")["value"] == "market"
    assert page.select_one("#level input[checked]")["value"] == "local_law"
    assert clerk.get(f"{LISTS}/nothing").status == 404
