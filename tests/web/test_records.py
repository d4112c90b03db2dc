"""信息报送 over HTTP: a record is entered by one person and confirmed by another, and what may be noted about it.

The day is Friday 2026-09-18. A penalty of class 一般 decided on 2026-09-10 may be repaired from 2026-12-11.
"""

import pytest
from sqlalchemy import select

from tests.factories import NOW, RULEBOOK, record
from tests.web.visitor import Visitor, give_passwords, real_office
from workflow_app.domain import clock
from workflow_app.models.proposal import RecordProposal
from workflow_app.models.record import CreditRecord
from workflow_app.services.records import records

TYPED = {
    "subject_kind": "legal", "subject_name": "天津海河示范食品有限公司", "subject_code": "91120102ma0dem010e",
    "kind": "penalty", "decision_no": "津演市监罚〔2026〕31号", "decided_on": "2026-09-10", "title": "未明码标价",
    "behaviour": "门店三种商品没有标价。", "basis": "《价格法》第四十二条", "penalties": ["fine"], "fine": "3000元",
    "content": "罚款 0.3 万元", "scope": "public",
}  # fmt: skip
CHOSEN = {"class_": "general", "class_standard": "分类标准第三项"}


@pytest.fixture
def database(sqlite):
    with sqlite.writing() as session:
        give_passwords(session)
    return sqlite


@pytest.fixture
def as_person(database, tmp_path):
    """Everybody signs in once: the clock stands, and a code is good for one time."""
    app, signed_in = real_office(database, tmp_path), {}

    def sign_in(login):
        if login not in signed_in:
            signed_in[login] = visitor = Visitor(app)
            visitor.sign_in(login)
            visitor.enter_code(NOW)
            visitor.get("/notices")
        return signed_in[login]

    with clock.fixed(NOW):
        yield sign_in


@pytest.fixture
def typed(database):
    """What is typed for a new record."""
    return TYPED | {"unit_id": str(database.world.units["market"])}


@pytest.fixture
def ref(database):
    """The address of a penalty of the market unit against the firm."""
    world = database.world
    with database.writing() as session:
        return record(session, subject_id=world.subjects["firm"], unit_id=world.units["market"]).ref


def stored(database):
    with database.reading() as session:
        return [
            (row.decision_no, row.class_, row.scope, row.duties_done_on, row.ended_how)
            for row in session.scalars(select(CreditRecord).order_by(CreditRecord.id))
        ]


def test_the_class_is_proposed_before_it_is_chosen(as_person, typed, database):
    seen = as_person("handler").post("/office/records/new", typed | {"act": "preview"})
    assert seen.status == 200
    assert "罚款建议定为一般" in seen.text
    assert (
        "一般：2026 年 12 月 11 日（周五）起可以申请修复，最长公示到 2027 年 9 月 10 日（周五）" in seen.text
    )
    assert seen.page.select_one("input[name=class_][value=general]").has_attr("checked")
    assert stored(database) == []


def test_one_person_enters_and_another_confirms(as_person, typed, database):
    handler, head = as_person("handler"), as_person("head")
    sent = handler.post("/office/records/new", typed | CHOSEN | {"act": "send"})
    assert sent.status == 303
    assert stored(database) == []
    assert "由本单位另一位负责人复核" in handler.get(sent.location).text
    assert handler.post(sent.location, {"decision": "confirmed"}).status == 404
    assert "有 1 项等待复核" in head.get("/office/records").text
    page = head.get(sent.location)
    assert "罚款 0.3 万元" in page.text
    assert "2026 年 12 月 11 日（周五）" in page.text
    assert head.post(sent.location, {"decision": "confirmed"}).status == 303
    assert stored(database) == [("津演市监罚〔2026〕31号", "general", "public", None, "")]
    assert "已复核" in handler.get(sent.location).text


def test_who_is_handler_and_head_at_once_does_not_confirm_the_own_record(as_person, typed, database):
    both = as_person("handler_and_head")
    sent = both.post("/office/records/new", typed | CHOSEN | {"act": "send"})
    refused = both.post(sent.location, {"decision": "confirmed"})
    assert (refused.status, stored(database)) == (422, [])
    assert "需要本单位另一位负责人复核" in refused.text
    assert both.post(sent.location, {"decision": "taken_back"}).status == 303


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"class_": ""}, "请选定失信信息的类别"),
        ({"class_standard": ""}, "请写明按哪一个标准选定"),
        ({"subject_code": "91120102MA0DEM010F"}, "第 18 位校验码不对"),
        ({"fine": "三千"}, "不是能认出的金额"),
        ({"decided_on": "2026-09-19"}, "文书日期不能晚于今天"),
        ({"behaviour": "投诉人王小明反映没有标价。"}, "“违法事实”从第 4 个字起像是自然人姓名"),
        (
            {"subject_kind": "individual", "subject_code": "12010219900307001X"},
            "自然人的失信信息不向社会公示",
        ),
        ({"kind": "serious_list"}, "列入严重失信主体名单的，失信信息的类别是严重"),
    ],
)
def test_what_can_not_stand_is_said_at_its_field_and_nothing_is_written(
    as_person, typed, database, changed, sentence
):
    seen = as_person("handler").post("/office/records/new", typed | CHOSEN | changed | {"act": "send"})
    assert seen.status == 422
    assert sentence in seen.text
    with database.reading() as session:
        assert session.scalars(select(RecordProposal)).all() == []


def test_a_rejection_needs_its_reason_and_keeps_what_was_typed(as_person, typed):
    sent = as_person("handler").post("/office/records/new", typed | CHOSEN | {"act": "send"})
    head = as_person("head")
    assert "不同意的，请写明理由" in head.post(sent.location, {"decision": "rejected", "reason": ""}).text
    assert head.post(sent.location, {"decision": "rejected", "reason": "文号不全"}).status == 303
    assert "没有通过的理由：文号不全" in head.get(sent.location).text


def test_duties_done_are_noted_with_how_they_were_established(as_person, database, ref):
    handler = as_person("handler")
    bad = handler.post(f"/office/records/{ref}/duties", {"done_on": "2026-09-19", "how": "回执"})
    assert (bad.status, "不能晚于今天" in bad.text) == (422, True)
    done = handler.post(f"/office/records/{ref}/duties", {"done_on": "2026-06-01", "how": "缴款书 0318 号"})
    assert done.status == 303
    page = handler.get(done.location).text
    assert "已认定在 2026 年 6 月 1 日（周一）履行完毕" in page
    assert "缴款书 0318 号" in page


def test_another_unit_takes_and_lifts_its_own_measure(as_person, database, ref):
    other = as_person("other_handler")
    sent = {
        "measure_unit": str(database.world.units["health"]), "measure_title": "增加检查频次", "measure_basis": "检查办法",
        "started_on": "2026-09-01",
    }  # fmt: skip
    assert other.post(f"/office/records/{ref}/measures", sent).status == 303
    lifted = {"lifted_on": "2026-09-18", "lifted_why": "已经修复"}
    assert as_person("handler").post(f"/office/records/{ref}/measures/1/lift", lifted).status == 404
    early = other.post(f"/office/records/{ref}/measures/1/lift", lifted | {"lifted_on": "2026-08-31"})
    assert (early.status, "解除日期应在起始日期和今天之间" in early.text) == (422, True)
    assert other.post(f"/office/records/{ref}/measures/1/lift", lifted).status == 303
    assert "已解除" in other.get(f"/office/records/{ref}").text


def test_a_lawsuit_is_marked_and_ends(as_person, ref):
    handler = as_person("handler")
    assert handler.post(f"/office/records/{ref}/marks", {"mark_kind": "objection"}).status == 422
    assert handler.post(f"/office/records/{ref}/marks", {"mark_kind": "lawsuit"}).status == 303
    assert "行政诉讼中" in handler.get(f"/publicity/{ref}").text
    assert handler.post(f"/office/records/{ref}/marks/lawsuit/end").status == 303
    assert "行政诉讼中" not in handler.get(f"/publicity/{ref}").text
    assert handler.post(f"/office/records/{ref}/marks/objection/end").status == 404


def test_a_correction_shows_old_and_new_to_the_second_person(as_person, database, ref):
    handler, head = as_person("handler"), as_person("head")
    page = handler.get(f"/office/records/{ref}/correct")
    assert page.value("decision_no").startswith("津河东示罚")
    typed = {
        field["name"]: page.value(field["name"])
        for field in page.page.select(
            "form.sheet input[type=text], form.sheet textarea, form.sheet input[type=date]"
        )
    }
    sent = handler.post(
        f"/office/records/{ref}/correct",
        typed | {"kind": "penalty", "penalties": ["revoked_licence"], "scope": "public", "class_": "serious",
                 "class_standard": "标准第五项", "why": "按标准重新认定", "act": "send"},
    )  # fmt: skip
    assert sent.status == 303
    told = head.get(sent.location).text
    assert "一般" in told
    assert "严重" in told
    head.post(sent.location, {"decision": "confirmed"})
    assert stored(database)[0][1] == "serious"
    assert "按标准重新认定" in handler.get(f"/office/records/{ref}").text


def test_a_revoked_decision_is_withdrawn_with_its_reason_in_public(as_person, database, ref):
    handler, head = as_person("handler"), as_person("head")
    late = handler.post(f"/office/records/{ref}/withdraw", {"known_on": "2026-09-19", "why": "撤销"})
    assert late.status == 422
    sent = handler.post(
        f"/office/records/{ref}/withdraw", {"known_on": "2026-09-17", "why": "行政复议决定撤销原处罚"}
    )
    assert "9 月 21 日" in head.get(sent.location).text
    head.post(sent.location, {"decision": "confirmed"})
    assert stored(database)[0][4] == "withdrawn"
    public = Visitor(head.client.application).get(f"/publicity/{ref}")
    assert "行政复议决定撤销原处罚" in public.text
    assert "天津海河示范食品有限公司" not in public.text
    assert handler.get(f"/office/records/{ref}").text.count("撤回公示") >= 1


@pytest.mark.parametrize("login", ["clerk", "lead", "auditor"])
def test_the_office_reads_but_does_not_change(as_person, ref, login):
    visitor = as_person(login)
    assert "未按规定公示价格" in visitor.get("/office/records").text
    assert visitor.get(f"/office/records/{ref}").page.select("main form") == []
    assert visitor.get("/office/records/new").status == 403
    assert visitor.post(f"/office/records/{ref}/duties", {}).status == 403


def test_a_page_of_a_natural_person_is_closed_to_other_units(as_person, database):
    world = database.world
    with database.writing() as session:
        ref = record(
            session, subject_id=world.subjects["citizen"], unit_id=world.units["market"], scope="limited"
        ).ref
    assert as_person("handler").get(f"/office/records/{ref}").status == 200
    assert as_person("other_handler").get(f"/office/records/{ref}").status == 404
    assert as_person("handler").get(f"/publicity/{ref}").status == 404


def test_an_ended_record_offers_no_more_changes(as_person, database, ref):
    with database.writing() as session:
        found = session.scalars(select(CreditRecord).where(CreditRecord.ref == ref)).one()
        records.take_down(session, found, "repaired", why="", by_id=None, now=NOW, rulebook=RULEBOOK)
    page = as_person("handler").get(f"/office/records/{ref}")
    assert "信用修复，停止公示" in page.text
    assert page.page.select("main form") == []
