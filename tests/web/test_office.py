"""The catalogue of matters over HTTP: who keeps it, what is asked, and what can't be changed under a case."""

from datetime import date

import pytest
from sqlalchemy import select

from forms.office import ItemForm, of_item
from tests.factories import NOW, TODAY, case_in, draft
from tests.web.visitor import Visitor, give_passwords, real_office
from workflow_app.domain import clock
from workflow_app.domain.refusals import NotYours, Refused
from workflow_app.models.catalogue import CommitmentItem
from workflow_app.models.party import AccountEvent
from workflow_app.services import catalogue as public_catalogue
from workflow_app.services.commitments import items


@pytest.fixture
def database(sqlite):
    with sqlite.writing() as session:
        give_passwords(session)
    return sqlite


@pytest.fixture
def app(database, tmp_path):
    app = real_office(database, tmp_path)
    with clock.fixed(NOW):
        yield app


@pytest.fixture
def as_person(app):
    def sign_in(login: str) -> Visitor:
        visitor = Visitor(app)
        visitor.sign_in(login)
        visitor.enter_code(NOW)
        visitor.get("/notices")
        return visitor

    return sign_in


@pytest.fixture
def filled(database):
    """What a head types for a new item."""
    return {
        "code": "SPTD-09", "type": "SPTD", "unit_id": str(database.world.units["market"]), "title": "小餐饮备案",
        "title_en": "", "summary": "承诺条件符合，即可先备案。", "summary_en": "", "open_to": ["legal", "sole"],
        "conditions": "场所符合卫生要求。\n\n  从业人员均有健康证明。  ", "liability": "撤销备案。", "at_end": "现场核查。",
        "at_end_en": "", "letter": "letter_permit", "needs_acceptance": "yes", "publication": "public", "term": "6",
        "term_unit": "months", "paper_1_title": "平面图", "paper_1_required": "y", "phone": "022-0000-2001",
        "basis": "《食品安全法》", "open_from": "2026-09-18", "open_until": "",
    }  # fmt: skip


def stored(database, code: str):
    with database.reading() as session:
        found = session.scalars(select(CommitmentItem).where(CommitmentItem.code == code)).first()
        if found is not None:
            session.expunge(found)
        return found


def test_a_head_enters_an_item_and_firms_can_commit_to_it_at_once(as_person, database, filled):
    head = as_person("head")
    answer = head.post("/office/new-item", filled)
    assert (answer.status, answer.location) == (303, "/office/items/SPTD-09/letter")
    item = stored(database, "SPTD-09")
    assert item.conditions == ["场所符合卫生要求。", "从业人员均有健康证明。"]
    assert item.papers == [{"field": "paper_1", "title": "平面图", "title_en": "平面图", "required": True}]
    assert (item.term_months, item.term_days, item.open_until) == (6, None, None)
    assert (item.title_en, item.needs_acceptance, item.basis) == ("小餐饮备案", True, ["《食品安全法》"])
    assert "小餐饮备案" in head.get("/items/").text


def test_the_letter_is_shown_as_it_will_print_before_anybody_signs_it(as_person, filled):
    head = as_person("head")
    head.post("/office/new-item", filled)
    letter = head.get("/office/items/SPTD-09/letter")
    assert "从业人员均有健康证明。" in letter.text
    assert "撤销备案。" in letter.text
    assert "示例企业有限公司" in letter.text
    assert "没有编号，不能使用" in letter.text
    assert len(letter.page.find_all("h1")) == 1


def test_entering_and_changing_an_item_stand_in_the_auditors_log(as_person, database, filled):
    head = as_person("head")
    head.post("/office/new-item", filled)
    head.post("/office/items/SPTD-09/edit", filled | {"title": "小餐饮备案（新）", "phone": "022-0000-2002"})
    with database.reading() as session:
        noted = session.execute(
            select(AccountEvent.what, AccountEvent.note, AccountEvent.by_id).where(
                AccountEvent.what.like("item%")
            )
        ).all()
    by = database.world.people["head"]
    assert [tuple(row) for row in noted] == [
        ("item_entered", "SPTD-09", by),
        ("item_changed", "SPTD-09: title, title_en, phone", by),
    ]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"code": "sp td"}, "编码用大写字母、数字和连字符"),
        ({"code": ""}, "请填写事项编码"),
        ({"code": "T-permit"}, "编码用大写字母"),
        ({"type": ""}, "请选择承诺类型"),
        ({"type": "XXXX"}, "不在可选范围内"),
        ({"letter": "breach_decision"}, "不在可选范围内"),
        ({"letter": ""}, "请选择承诺书文本"),
        ({"conditions": " \n "}, "请至少写一条承诺内容"),
        ({"liability": ""}, "请写明违反承诺要承担的责任"),
        ({"at_end": ""}, "请写明期满核查什么"),
        ({"open_to": []}, "请至少选择一类主体"),
        ({"publication": ""}, "请选择是否公示"),
        ({"term": "0"}, "请填写承诺期限，至少为 1"),
        ({"term": "-6"}, "承诺期限至少为 1"),
        ({"term": "six"}, "请填写整数"),
        ({"term": "121"}, "承诺期限最长 120"),
        ({"open_from": "2026-02-30"}, "不是一个存在的日期"),
        ({"open_until": "2026-09-18"}, "停用日应晚于启用日"),
        ({"open_from": "2020-01-01"}, "还没有生效或已经停用"),
        ({"title": "长" * 201}, "最多 200 个字"),
        ({"title": "小\u202e餐饮"}, "看不见或无法识别"),
    ],
)
def test_each_slip_gets_its_sentence_and_nothing_typed_is_lost(
    as_person, database, filled, changed, sentence
):
    answer = as_person("head").post("/office/new-item", filled | changed)
    assert answer.status == 422
    assert sentence in answer.text
    assert answer.value("phone") == "022-0000-2001"
    assert stored(database, "SPTD-09") is None


def test_a_code_is_given_once(as_person, database, filled):
    head = as_person("head")
    head.post("/office/new-item", filled)
    again = head.post("/office/new-item", filled | {"title": "另一个"})
    assert again.status == 422
    assert "事项编码“SPTD-09”已经有了" in again.text
    assert stored(database, "SPTD-09").title == "小餐饮备案"


def test_markup_in_an_item_is_text_on_every_page_and_in_the_letter(as_person, filled):
    head = as_person("head")
    head.post(
        "/office/new-item", filled | {"title": "<b>粗</b>{{ 7*7 }}", "conditions": "<img src=x>{{ 7*7 }}"}
    )
    for path in (
        "/office/items",
        "/office/items/SPTD-09",
        "/office/items/SPTD-09/letter",
        "/items/SPTD-09",
        "/guide/commitment",
    ):
        page = head.get(path)
        assert page.status == 200
        assert "<b>粗" not in page.html
        assert "<img src=x" not in page.html
        assert "49" not in page.text


def test_a_handler_reads_the_items_of_the_unit_and_changes_none(as_person, filled):
    handler = as_person("handler")
    listed = handler.get("/office/items")
    assert len(listed.page.select("a.row-link")) == 4
    assert "新建事项" not in listed.text
    assert handler.get("/office/items/T-permit").status == 200
    assert handler.get("/office/new-item").status == 403
    assert handler.post("/office/new-item", filled).status == 403
    assert handler.get("/office/items/T-permit/edit").status == 403
    assert handler.post("/office/items/T-permit/edit", filled).status == 403


def test_another_department_sees_nothing_of_it(as_person):
    head = as_person("other_head")
    assert "还没有承诺事项" in head.get("/office/items").text
    for path in ("", "/edit", "/letter"):
        assert head.get(f"/office/items/T-permit{path}").status == 404


def test_a_head_enters_no_item_for_another_unit(as_person, database, filled):
    answer = as_person("other_head").post("/office/new-item", filled)
    assert answer.status == 422
    assert stored(database, "SPTD-09") is None


def test_the_office_that_supervises_reads_all_items_and_changes_none(as_person):
    clerk = as_person("clerk")
    assert len(clerk.get("/office/items").page.select("a.row-link")) == 4
    assert clerk.get("/office/items/T-permit/edit").status == 403


def test_an_applicant_is_not_let_in(app):
    owner = Visitor(app)
    owner.sign_in("owner")
    assert owner.get("/office/items").status == 403


def test_what_a_case_rests_on_is_no_longer_asked_and_cannot_be_sent(as_person, database, house, filled):
    with database.writing() as session:
        draft(session, database.world, house)
    head = as_person("head")
    form = head.get("/office/items/T-permit/edit")
    for name in items.FIXED:
        assert form.page.find(attrs={"name": name}) is None
    assert "已有办件" in form.text
    before = stored(database, "T-permit")
    sent = filled | {
        "code": "NEW-1",
        "type": "HYZL",
        "letter": "letter_trade",
        "conditions": "别的",
        "publication": "none",
    }
    assert head.post("/office/items/T-permit/edit", sent).status == 303
    after = stored(database, "T-permit")
    assert [getattr(after, name) for name in items.FIXED] == [getattr(before, name) for name in items.FIXED]
    assert after.title == "小餐饮备案"


def test_the_service_itself_refuses_to_change_what_a_case_rests_on(database, house):
    world = database.world
    with database.writing() as session:
        case_in(session, "signed", world, house)
        item = session.get_one(CommitmentItem, world.items["permit"])
        entry = items.Entry(**(vars(items.entry_of(item)) | {"liability": "不追究。"}))
        with pytest.raises(Refused, match="另建一个新编码的事项"):
            items.change(session, item, entry, actor=world.actors["head"], now=NOW)
        with pytest.raises(NotYours):
            items.change(session, item, entry, actor=world.actors["other_head"], now=NOW)


def test_an_item_is_closed_by_a_day_and_its_cases_go_on(as_person, database, house):
    with database.writing() as session:
        case = case_in(session, "active", database.world, house)
        address = case.address
    head = as_person("head")
    form = head.get("/office/items/T-permit/edit").page.select_one("main form")
    sent = {
        field["name"]: field.get("value", "y")
        for field in form.select("input")
        if field.get("type") not in ("radio", "checkbox", "hidden")
    }
    sent |= {area["name"]: area.get_text().strip() for area in form.select("textarea")}
    sent |= {"open_to": ["legal"], "term_unit": "months", "open_until": "2026-09-18"}
    assert head.post("/office/items/T-permit/edit", sent).status == 303
    with database.reading() as session:
        assert "T-permit" not in [item.code for item in public_catalogue.items(session, on=TODAY)]
    assert "已停用" in head.get("/office/items/T-permit").text
    assert head.get(f"/cases/{address}").status == 200


def test_a_new_item_can_be_made_after_the_pattern_of_another(as_person):
    form = as_person("head").get("/office/new-item?like=T-venue")
    assert form.value("code") == ""
    assert form.value("conditions") == "经营条件没有变化。"
    assert form.value("paper_1_title") == "平面布局示意图"
    assert form.value("open_from") == "2026-09-18"


def test_a_paper_keeps_its_name_so_that_files_stay_with_it(database):
    with database.reading() as session:
        item = session.get_one(CommitmentItem, database.world.items["venue"])
        form = ItemForm(data=of_item(item))
    form.paper_2_title.data = "检测报告"
    form.paper_3_title.data, form.paper_3_field.data = "另一份", "site_plan"
    assert [(paper["field"], paper["title"]) for paper in form.papers()] == [
        ("site_plan", "平面布局示意图"), ("paper_1", "检测报告"), ("paper_2", "另一份"),
    ]  # fmt: skip


def test_every_letter_on_offer_is_in_force_or_will_be():
    offered = {text.id: text.version for text in items.letters(on=date(2026, 11, 21))}
    assert offered["letter_proactive"] == 1
    assert {text.id: text.version for text in items.letters(on=date(2026, 12, 1))}["letter_proactive"] == 2
    assert "receipt" not in offered


@pytest.mark.parametrize(
    "path", ["/office/items", "/office/items/T-venue", "/office/items/T-venue/edit", "/office/new-item"]
)
def test_every_office_page_has_one_heading_unique_ids_and_labelled_fields(as_person, path):
    page = as_person("head").get(path).page
    assert len(page.find_all("h1")) == 1
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    labelled = {label["for"] for label in page.find_all("label", attrs={"for": True})}
    fields = [
        field
        for field in page.select("main input, main select, main textarea")
        if field.get("type") != "hidden"
    ]
    assert {field["id"] for field in fields} <= labelled
