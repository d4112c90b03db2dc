"""A rule that one list has to itself: proposed by a clerk, approved by the lead, named by a list, and governing its entries.

LE-04-PORT gives eighteen months: listed on 2026-09-18 the last day is 2028-03-18. LE-05-PORT counts nine months from the
correction of 2026-09-01, before its first day: early exit from 2027-06-02.
"""

import pytest
from sqlalchemy import select

from tests.factories import NOW
from tests.lists import Listing, book
from tests.web.test_list_office import LISTS, PLAN
from tests.web.visitor import Visitor, give_passwords, real_office
from workflow_app.domain import clock
from workflow_app.domain.rules import built_in
from workflow_app.models.lists import ListType
from workflow_app.models.rulebook import RuleChange
from workflow_app.services.lists import list_entries

OWN = "/office/rules/LE-04-SAMR/own"
FILLED = {
    "suffix": "port", "title": "港口经营严重失信名单期限（100%）", "value": "18", "unit": "month", "valid_from": "2026-09-18", "place": "",
    "instrument": "《天津市社会信用条例》", "article": "第三十条", "evidence": "V", "note": "", "reason": "条例规定了十八个月。",
}  # fmt: skip


@pytest.fixture
def database(sqlite):
    with sqlite.writing() as session:
        give_passwords(session)
    return sqlite


@pytest.fixture
def as_person(database, tmp_path):
    app = real_office(database, tmp_path)

    def sign_in(login):
        visitor = Visitor(app)
        visitor.sign_in(login)
        visitor.enter_code(NOW)
        visitor.get("/notices")
        return visitor

    with clock.fixed(NOW):
        yield sign_in


def propose(visitor, address=OWN, **changed):
    seen = visitor.post(address, FILLED | changed | {"act": "preview"})
    assert seen.status == 200, seen.text
    return visitor.post(address, FILLED | changed | {"act": "send", "seen": seen.value("seen")}).location


def offered(visitor, field):
    return [one["value"] for one in visitor.get(f"{LISTS}/new").page.select(f"#{field} option")]


def test_a_list_gets_a_term_of_its_own_by_two_people_and_its_entries_go_by_it(as_person, database, house):
    clerk, lead = as_person("clerk"), as_person("lead")
    links = [one["href"] for one in clerk.get(f"{LISTS}/new").page.select("a[href$='/own']")]
    assert links == [
        "/office/rules/LE-04-SAFETY/own",
        "/office/rules/LE-05-SAFETY/own",
        "/office/rules/LE-01/own",
    ]
    for page in ("/office/rules/LE-04-SAMR", "/office/rules/LE-04-SAMR/change"):
        assert clerk.get(page).page.select_one(f'a[href="{OWN}"]'), page
    form = clerk.get(OWN)
    assert [form.value(name) for name in ("suffix", "title", "value", "instrument")] == ["", "", "", ""]
    assert "working_day" not in [one["value"] for one in form.page.select("#unit option")]
    like = [
        one["href"] for one in clerk.get("/office/rules/LE-05-SAMR/own").page.select("main a[href$='/own']")
    ]
    assert like == ["/office/rules/LE-05-TAX/own", "/office/rules/LE-05-WAGE/own"]

    preview = clerk.post(OWN, FILLED | {"act": "preview"})
    assert "新的编号是 LE-04-PORT。" in preview.text
    assert "没有正在计时的期限会变动" in preview.text
    other = FILLED | {"suffix": "PIER", "act": "send", "seen": preview.value("seen")}
    assert clerk.post(OWN, other).page.select_one("#preview")
    address = propose(clerk)
    assert address == "/office/rules/changes/1"
    assert (
        clerk.post(OWN, FILLED | {"act": "preview"})
        .page.select_one("#suffix-error")
        .get_text(strip=True)
        .endswith("已经有人提出新增 LE-04-PORT，正在等待决定。请换一个后半部分，或者等那一项决定以后再办。")
    )
    assert "这条规则还没有批准" in clerk.get("/office/rules/LE-04-PORT").text
    assert clerk.get("/office/rules/LE-04-PORT/change").status == 404
    assert "LE-04-PORT" not in offered(clerk, "term_rule")

    assert "新增规则：港口经营严重失信名单期限（100%）" in clerk.get(address).text
    assert lead.post(address, {"decision": "approved", "reason": ""}).status == 303
    assert lead.get(address).page.select_one(f'main a[href="{LISTS}/new"]')
    assert "本地区现行" in clerk.get("/office/rules/LE-04-PORT").text
    early = propose(clerk, "/office/rules/LE-05-WAGE/own", title="港口名单提前移出最短期限", value="9")
    assert lead.post(early, {"decision": "approved", "reason": ""}).status == 303
    assert offered(clerk, "term_rule") == [
        "",
        "LE-04-PORT",
        "LE-04-SAFETY",
        "LE-04-SAMR",
        "LE-04-TAX",
        "LE-04-WAGE",
    ]

    plan = PLAN | {
        "unit_id": str(database.world.units["market"]),
        "term_rule": "LE-04-PORT",
        "early_rule": "LE-05-PORT",
    }
    made = clerk.post(f"{LISTS}/new", plan | {"early_from": "correction"}).location
    assert lead.post(f"{made}/confirm", {"is_checked": "y"}).status == 303
    assert "18 个月" in clerk.get(made).page.select_one("#periods").get_text()
    with database.writing() as session:
        found = session.scalars(select(ListType)).one()
        entry = Listing(session, database.world, house, type_=found, measures=("m1",)).to("listed").entry
        entry.record.duties_done_on = clock.legal_day(NOW).replace(day=1)
        list_entries.count_early(entry, book(session, house))
        told = (entry.listed_on, entry.ends_on, entry.early_on)
        assert [day.isoformat() for day in told] == ["2026-09-18", "2028-03-18", "2027-06-02"]


def test_an_own_rule_is_refused_at_its_field_and_a_rejected_one_leaves_its_story(as_person, database):
    clerk, lead = as_person("clerk"), as_person("lead")
    assert clerk.get("/office/rules/CM-02/own").status == 404
    assert as_person("handler").get(OWN).status == 403
    wrong = {
        "suffix": [({"suffix": ""}, "请填写编号的后半部分"), ({"suffix": "P"}, "只能是 2 至 12 个"), ({"suffix": "港口"}, "只能是 2 至 12 个"),
                   ({"suffix": "WAGE"}, "规则表里已经有 LE-04-WAGE")],
        "title": [({"title": " "}, "请填写事项名称")],
        "unit": [({"unit": "working_day"}, "不在可选范围内")],
        "value": [({"value": ""}, "数值“”不能用")],
        "valid_from": [({"valid_from": ""}, "从哪一天起有效")],
        "instrument": [({"instrument": ""}, "没有写明依据")],
    }  # fmt: skip
    for field, cases in wrong.items():
        for changed, told in cases:
            seen = clerk.post(OWN, FILLED | changed | {"act": "send"})
            assert (seen.status, told in seen.page.select_one(f"#{field}-error").get_text()) == (422, True), (
                changed
            )
    address = propose(clerk)
    assert lead.post(address, {"decision": "rejected", "reason": "条例没有这一条。"}).status == 303
    for page in (address, "/office/rules/LE-04-PORT"):
        assert "条例没有这一条。" in clerk.get(page).text
    assert propose(clerk) == "/office/rules/changes/2"
    with database.reading() as session:
        change = session.get_one(RuleChange, 2)
        samr = built_in().rule("LE-04-SAMR", on=clock.legal_day(NOW), place="120102")
        assert (change.row["id"], change.row["starts_when"], change.row["valid_to"], change.moves_running) == (
            "LE-04-PORT", samr.starts_when, "", False,
        )  # fmt: skip
