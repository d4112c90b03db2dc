"""The catalogue of lists: what comes built in, the two persons behind each list, and what can't be a list at all."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from tests.factories import NOW, TODAY, legal
from tests.lists import Listing, book
from workflow_app.domain.list_plan import Measure, Plan
from workflow_app.domain.refusals import Refused
from workflow_app.models.lists import ListType
from workflow_app.models.party import AccountEvent, Person, Unit
from workflow_app.services.lists import list_type_checks as checks
from workflow_app.services.lists import list_types

PLAN = Plan(
    kind="serious",
    name="示范严重失信主体名单",
    name_en="",
    level="local_law",
    basis=("《天津市社会信用条例》",),
    evidence="V",
    note="",
    scope="public",
    standard="拒不履行生效的行政处罚决定，情节严重的，列入。",
    exit_conditions=("履行了处罚决定。",),
    term_rule="LE-04-SAMR",
    early_rule="LE-05-SAMR",
    early_from="listing",
    reply_rule="LE-01",
    measures=(Measure("m1", "market", "提高检查频次", "《天津市社会信用条例》"),),
    consulted_from=date(2026, 8, 18),
)


class Office:
    """The office with its rules."""

    def __init__(self, session, world, house):
        self.session, self.world, self.house = session, world, house
        self.book = book(session, house)

    def propose(self, by="clerk", *, now=NOW, **said):
        plan = replace(PLAN, unit_id=self.world.units["market"], **said)
        actor = self.world.actors[by]
        return list_types.propose(self.session, plan, actor=actor, now=now, rulebook=self.book)

    def confirm(self, found, by="lead", *, now=NOW):
        actor = self.world.actors[by]
        list_types.confirm(self.session, found, actor=actor, now=now, rulebook=self.book)

    def end(self, found, by="lead"):
        list_types.end(self.session, found, why="依据已经修订。", actor=self.world.actors[by], now=NOW)


@pytest.fixture
def office(sqlite, house):
    with sqlite.writing() as session:
        yield Office(session, sqlite.world, house)


def test_seven_lists_come_built_in_each_with_a_basis_a_standard_a_way_out_and_rules_that_exist(office):
    found = list_types.built_in()
    rules = {"term_rule": [], "early_rule": [], "reply_rule": [], "review_rule": []}
    for one in found:
        assert all("《" in line for line in (*one.plan.basis, *(m.basis for m in one.plan.measures))), one.key
        assert one.plan.note.endswith("采用前请与原文核对。"), one.key
        assert all((one.plan.standard, one.plan.exit_conditions, one.plan.measures)), one.key
        assert len({measure.key for measure in one.plan.measures}) == len(one.plan.measures), one.key
        for name, named in rules.items():
            named.append(getattr(one.plan, name))
    kinds = [(one.key, one.plan.kind, one.plan.level, one.plan.scope, one.plan.early_from) for one in found]
    assert kinds == [
        ("market_serious", "serious", "department_rule", "public", "listing"),
        ("wage_arrears", "serious", "regulation", "public", "correction"),
        ("safety_serious", "serious", "department_rule", "public", "listing"),
        ("tax_serious", "serious", "department_rule", "public", "publication"),
        ("abnormal_operation", "abnormal", "regulation", "public", "listing"),
        ("honest_red", "red", "policy", "public", "listing"),
        ("market_focus", "focus", "policy", "none", "listing"),
    ]
    assert rules == {
        "term_rule": ["LE-04-SAMR", "LE-04-WAGE", "LE-04-SAFETY", "LE-04-TAX", "", "", ""],
        "early_rule": ["LE-05-SAMR", "LE-05-WAGE", "LE-05-SAFETY", "LE-05-TAX", "", "", ""],
        "reply_rule": ["LE-01", "LE-01", "LE-01", "LE-01", "LE-01", "LE-08", "LE-01"],
        "review_rule": ["", "", "", "", "", "LE-09", "LE-10"],
    }


def test_a_clerk_adopts_a_list_for_a_unit_and_another_person_confirms_it(office):
    """Measures without a unit are left out; the list can be used only after the second person."""
    session, world = office.session, office.world
    known = {"unit_id": world.units["health"], "now": NOW, "rulebook": office.book}
    units_of = {"inspect": "market", "permits": "health", "honours": ""}
    found = list_types.adopt(
        session, "market_serious", units_of=units_of, actor=world.actors["clerk"], **known
    )
    assert (found.key, list_types.standing(found, on=TODAY)) == ("market_serious", "waiting")
    assert [(one["key"], one["unit"]) for one in found.measures] == [
        ("inspect", "market"),
        ("permits", "health"),
    ]
    assert list_types.in_force(session, on=TODAY) == []
    with pytest.raises(Refused) as refused:
        list_types.adopt(session, "market_serious", units_of=units_of, actor=world.actors["clerk"], **known)
    assert refused.value.code == "name"

    office.confirm(found)
    assert (found.confirmed_by_id, found.confirmed_at) == (world.people["lead"], NOW)
    assert list_types.in_force(session, on=TODAY, unit_ids={world.units["health"]}) == [found]
    assert list_types.in_force(session, on=TODAY, unit_ids={world.units["market"]}) == []
    with pytest.raises(Refused, match="已经有人办理"):
        office.confirm(found, "second_lead")
    other = known | {"unit_id": world.units["market"]}
    second = list_types.adopt(
        session, "market_serious", units_of=units_of, actor=world.actors["clerk"], **other
    )
    assert second.key == "market_serious-2"
    logged = session.execute(
        select(AccountEvent.what, AccountEvent.note).where(AccountEvent.what.like("list_%"))
    )
    note = "market_serious 示范区卫健委：市场监督管理严重违法失信名单"
    assert [tuple(row) for row in logged][:2] == [("list_proposed", note), ("list_confirmed", note)]


def test_nobody_confirms_the_own_proposal_and_only_the_office_takes_part(office):
    found = office.propose("lead")
    refusals = {
        "lead": "由您提出，需要另一位信用办负责人确认",
        "clerk": "由信用办负责人确认",
        "head": "由信用办负责人确认",
    }
    for by, told in refusals.items():
        with pytest.raises(Refused, match=told):
            office.confirm(found, by)
    for by in ("handler", "head", "auditor", "system_admin"):
        with pytest.raises(Refused, match="由信用办的经办或者负责人提出"):
            office.propose(by, name=f"示范名单{by}")
    with pytest.raises(Refused, match="请写明理由"):
        list_types.refuse(office.session, found, why=" ", actor=office.world.actors["second_lead"], now=NOW)
    list_types.refuse(
        office.session, found, why="条例没有授权区县。", actor=office.world.actors["second_lead"], now=NOW
    )
    assert (list_types.standing(found, on=TODAY), found.refused_why) == ("refused", "条例没有授权区县。")
    with pytest.raises(Refused, match="已经有人办理"):
        office.confirm(found, "second_lead")
    assert office.propose().key == "list-2026-02", "a refused list is in nobody's way"


NOT_A_LIST = {
    "no basis": ({"basis": ()}, "basis", "没有写明法律依据，不能建立名单"),
    "a basis that is no instrument": ({"basis": ("区里的会议纪要",)}, "basis", "名称用书名号"),
    "a district's own blacklist": ({"level": "own"}, "level", "区县和部门不能自行设立失信名单（国办发〔2020〕49号）"),
    "a red list without an instrument": (
        {"level": "own", "kind": "red", "review_rule": "LE-09"}, "level", "守信激励名单和重点关注名单也要以上级文件",
    ),
    "a paper of a department against somebody": (
        {"level": "policy", "basis": ("《示范意见》（示范部发〔2026〕1号）",)}, "basis", "部门的一般文件不能作依据",
    ),
    "a paper of a department as a rule": (
        {"level": "department_rule", "basis": ("《示范通知》（示范部发〔2026〕1号）",)}, "basis", "不是规章",
    ),
    "a standard nobody was asked about": ({"consulted_from": None}, "consulted_from", "先公开征求意见"),
    "a public focus list": ({"kind": "focus", "review_rule": "LE-10"}, "scope", "只用于内部监管"),
    "no way out": ({"exit_conditions": ()}, "exit_conditions", "没有移出条件的名单不能建立"),
    "no standard": ({"standard": " "}, "standard", "列入的标准"),
    "a serious list for ever": ({"term_rule": ""}, "term_rule", "要有期限"),
    "a red list that nobody looks at again": ({"kind": "red"}, "review_rule", "定期复查"),
    "a term that is a rule for replies": ({"term_rule": "LE-01"}, "term_rule", "没有这条规则"),
    "no time to reply": ({"reply_rule": ""}, "reply_rule", "没有这条规则"),
    "no measure": ({"measures": ()}, "measures", "至少写一项"),
    "a measure without a basis": ({"measures": (Measure("m1", "market", "限制", ""),)}, "measures", "第 1 项措施“限制”没有写全"),
    "a measure of an unknown unit": (
        {"measures": (*PLAN.measures, Measure("m2", "nobody", "限制", "《法》"))}, "measures", "第 2 项措施“限制”没有写全",
    ),
    "a kind that does not exist": ({"kind": "black"}, "kind", "不在可选范围内"),
}  # fmt: skip


def test_what_has_no_basis_or_no_way_out_or_cannot_be_counted_is_no_list_and_the_refusal_says_why(office):
    for what, (said, code, told) in NOT_A_LIST.items():
        with pytest.raises(Refused) as refused:
            office.propose(**said)
        sentence = refused.value.sentence
        assert (refused.value.code, told in sentence.text % sentence.values) == (code, True), what
    assert office.session.scalars(select(ListType)).all() == []


def test_the_standard_of_a_local_list_is_open_for_comment_for_thirty_days(office):
    """30 days from 2026-08-19 are over on 2026-09-18, 24:00; in force is judged again when it is confirmed."""
    with pytest.raises(Refused) as refused:
        office.propose(consulted_from=date(2026, 8, 19))
    assert refused.value.code == "consulted_from"
    assert refused.value.sentence.values["day"] == date(2026, 9, 18)
    found = office.propose(consulted_from=date(2026, 8, 19), now=legal("2026-09-19"))
    with pytest.raises(Refused) as refused:
        office.confirm(found)
    assert refused.value.code == "consulted_from"
    office.session.get_one(Unit, office.world.units["market"]).ended_on = date(2026, 9, 19)
    with pytest.raises(Refused) as refused:
        office.confirm(found, now=legal("2026-09-19"))
    assert refused.value.code == "unit_id"


def test_a_list_in_use_is_ended_and_another_follows_while_those_on_it_stay(office):
    session, world = office.session, office.world
    found = office.propose()
    with pytest.raises(Refused, match="不在使用中"):
        office.end(found)
    office.confirm(found)
    listed = Listing(session, world, office.house, type_=found, measures=("m1",)).to("listed")
    assert list_types.counts(session) == {found.id: 1}
    with pytest.raises(Refused, match="由信用办负责人确认"):
        office.end(found, "clerk")
    office.end(found)
    assert (found.ended_by_id, found.ended_on, found.ended_why) == (
        world.people["lead"],
        TODAY,
        "依据已经修订。",
    )
    assert list_types.standing(found, on=TODAY) == "ended"
    assert list_types.in_force(session, on=TODAY) == []
    assert listed.entry.ends_on == date(2029, 9, 18), "who stands on it stays under its rules"
    assert list_types.counts(session) == {found.id: 1}
    follower = office.propose(standard="新的标准。")
    assert list_types.plan_of(follower) == replace(
        PLAN, unit_id=world.units["market"], standard="新的标准。", name_en="示范严重失信主体名单"
    )


def test_all_built_in_lists_whose_unit_is_there_are_adopted_once(office):
    session, world = office.session, office.world
    session.get_one(Unit, world.units["market"]).key = "market_regulation"
    people = {name: world.actors[by] for name, by in (("proposed_by", "clerk"), ("confirmed_by", "lead"))}
    made = list_types.adopt_all(session, **people, now=NOW, rulebook=office.book)
    assert [one.key for one in made] == ["market_serious", "abnormal_operation", "market_focus"]
    assert list_types.in_force(session, on=TODAY) == [made[1], made[2], made[0]]
    taken = {one["key"]: one["unit"] for one in made[0].measures}
    assert (taken["permits"], taken["procurement"]) == ("health", "market_regulation"), (
        "the own unit stands in"
    )
    assert list_types.adopt_all(session, **people, now=NOW, rulebook=office.book) == []
    assert made[0].proposed_by == session.get_one(Person, world.people["clerk"])
    assert checks.choices("term_rule", office.book, on=TODAY)[0].id == "LE-04-SAFETY"
