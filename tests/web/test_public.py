"""The public rooms over HTTP: what anybody finds, what nobody is told, and that it is generated from the declarations."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import insert, select

from tests.factories import NOW, case_in, draft, take
from tests.web.visitor import Visitor, give_passwords, real_office
from workflow_app import worker
from workflow_app.domain import clock
from workflow_app.models.case import Case
from workflow_app.models.commitment import CommitmentPublicity
from workflow_app.services import guides
from workflow_app.services.cases import lookup
from workflow_app.services.commitments import columns

FIRM = "天津海河示范食品有限公司"
CODE = "12010220260918000001"
NUMBER = "CM-120102-20260918-000001"


@pytest.fixture
def database(sqlite, house):
    with sqlite.writing() as session:
        give_passwords(session)
        case_in(session, "active", sqlite.world, house)
    return sqlite


@pytest.fixture
def app(database, tmp_path):
    app = real_office(database, tmp_path)
    with clock.fixed(NOW):
        yield app


@pytest.fixture
def visitor(app):
    return Visitor(app)


def publish(session, *numbers: int, name: str = FIRM) -> None:
    """Lines of the column beside the first one, a minute apart, each on a case of its own."""
    pattern = session.scalars(select(Case)).first()
    line = session.scalars(select(CommitmentPublicity)).first()
    kept = {
        column.name: getattr(line, column.name)
        for column in CommitmentPublicity.__table__.columns
        if column.name != "id"
    }
    for number in numbers:
        case = Case(
            ref=f"extra{number}", workflow="commitment", state="active", subject_id=pattern.subject_id,
            unit_id=pattern.unit_id, item_id=pattern.item_id, facts=pattern.facts, created_at=NOW, updated_at=NOW,
        )  # fmt: skip
        session.add(case)
        session.flush()
        own = {"case_id": case.id, "code": f"1201022026091800{number:04d}", "subject_name": name}
        session.execute(
            insert(CommitmentPublicity).values(kept | own | {"published_at": NOW + timedelta(minutes=number)})
        )


def test_the_home_page_says_that_it_is_free_and_opens_only_rooms_that_stand(visitor):
    home = visitor.get("/")
    assert home.status == 200
    assert "办理信用事项不收取任何费用" in home.text
    doors = {link["href"] for link in home.page.select(".door a")}
    assert doors == {
        "/items/",
        "/repairs/",
        "/objections/",
        "/training/",
        "/lists/",
        "/commitments",
        "/verify",
        "/guide",
    }
    assert all(visitor.get(door).status == 200 for door in doors)


def test_the_home_page_lists_the_newest_public_commitments(visitor):
    newest = visitor.get("/").page.select(".newest a")
    assert [(link.get_text(), link["href"]) for link in newest] == [(FIRM, f"/commitments/{CODE}")]


@pytest.mark.parametrize(
    "typed",
    ["海河示范", "91120102MA0DEM010E", "９１１２０１０２MA0DEM010E", "91120102ma0dem010e", NUMBER, CODE],
)
def test_a_name_a_code_or_a_number_finds_the_public_commitment(visitor, typed):
    found = visitor.get(f"/search?q={quote(typed)}")
    assert [link["href"] for link in found.page.select("a.row-link")] == [f"/commitments/{CODE}"]


def test_the_number_of_a_case_tells_a_stranger_only_that_it_is_one(visitor):
    known = visitor.get(f"/search?q={NUMBER}").text
    unknown = visitor.get("/search?q=CM-120102-20260918-000999").text
    assert "办件内容只有当事人和承办人员能看到" in known
    assert "办件内容只有当事人和承办人员能看到" in unknown
    assert "履行情况说明" not in known


def test_the_number_of_a_document_leads_to_the_verify_page_and_never_says_whether_it_exists(visitor):
    pages = [visitor.get(f"/search?q=CL-120102-20260918-{serial}") for serial in ("000001", "000999")]
    assert all("去文书验真" in page.text for page in pages)
    assert not any(page.page.select("a.row-link") for page in pages)


def test_a_verify_code_leads_to_its_answer(visitor):
    code = "ABCDEFGHIJKLMNOPQRSTUVWX"
    found = visitor.get("/search?q=ABCD-EFGH-IJKL-MNOP-QRST-UVWX")
    assert found.page.find("a", href=f"/verify/{code}") is not None


def test_somebody_signed_in_finds_their_own_case_first(visitor):
    visitor.sign_in("owner")
    own = visitor.get(f"/search?q={NUMBER}").page.select("#own a")
    assert [link["href"] for link in own] == [f"/cases/{NUMBER}"]


def test_somebody_else_signed_in_does_not_find_the_case(visitor):
    visitor.sign_in("other_owner")
    found = visitor.get(f"/search?q={NUMBER}")
    assert found.page.select("#own a") == []
    assert "您的账户看不到这个号码的办件" in found.text


def test_a_search_for_nothing_known_says_what_to_do(visitor):
    assert "没有公示的承诺查不到，这不代表没有办理" in visitor.get("/search?q=没有这家").text


def test_hostile_text_in_the_search_comes_back_as_text(visitor):
    found = visitor.get("/search?q=" + quote("<script>alert(1)</script>%_\\'\"\x00\u202e"))
    assert found.status == 200
    assert "<script>alert" not in found.html
    assert "\u202e" not in found.html


def test_a_percent_sign_finds_a_percent_sign_and_not_everything(visitor):
    assert visitor.get("/commitments?q=%25").page.select("a.row-link") == []


def test_the_column_has_the_columns_of_the_national_report(visitor):
    heads = [head.get_text(strip=True) for head in visitor.get("/commitments").page.select("thead th")]
    assert heads == [
        "承诺人",
        "承诺类型",
        "承诺事由",
        "作出承诺日期",
        "承诺受理单位",
        "承诺履约状态",
        "数据来源",
    ]


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("type=SPTD", 1), ("type=HYZL", 0), ("status=active", 1), ("status=fulfilled", 0),
        ("unit=示范区市场监管局", 1), ("unit=示范区卫健委", 0), ("type=SPTD&status=active&q=海河", 1), ("q=金河", 0),
    ],
)  # fmt: skip
def test_the_column_is_filtered_by_type_unit_status_and_name(visitor, asked, count):
    assert len(visitor.get(f"/commitments?{asked}").page.select("a.row-link")) == count


def test_a_filter_that_finds_nothing_offers_to_clear_it(visitor):
    assert "清除筛选" in visitor.get("/commitments?type=HYZL").text


def test_the_column_is_paged_newest_first_without_gap_or_repeat(visitor, database):
    with database.writing() as session:
        publish(session, *range(2, 47))
    seen, url = [], "/commitments?type=SPTD"
    while url:
        page = visitor.get(url)
        seen += [link["href"][-4:] for link in page.page.select("a.row-link")]
        following = page.page.find("a", rel="next")
        url = following["href"] if following else ""
    assert seen == [f"{number:04d}" for number in range(46, 0, -1)]
    assert page.page.find("a", rel="prev")["href"] == "/commitments?type=SPTD"


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "~",
        "2026-09-18~1",
        "2026-09-18T00:00:00+00:00~x",
        "9999~-1",
        "2026-09-18T00:00:00%2B00:00~99999999999999999999",
    ],
)
def test_a_broken_cursor_shows_the_beginning(visitor, cursor):
    page = visitor.get(f"/commitments?after={cursor}")
    assert page.status == 200
    assert len(page.page.select("a.row-link")) == 1


def test_the_same_pages_come_from_both_databases(world_of_each_kind):
    with world_of_each_kind.writing() as session:
        publish(session, *range(2, 47))
        first = columns.page(session, columns.Wanted())
        second = columns.page(session, columns.Wanted(), cursor=first.following or "")
        codes = [line.code[-4:] for line in (*first.lines, *second.lines)]
    assert codes == [f"{number:04d}" for number in range(46, 6, -1)]


@pytest.fixture(params=["sqlite", "postgres"])
def world_of_each_kind(request, house):
    found = request.getfixturevalue(request.param)
    with found.writing() as session:
        case_in(session, "active", found.world, house)
    return found


def test_one_published_commitment_shows_every_public_field_and_no_contact(visitor):
    page = visitor.get(f"/commitments/{CODE}")
    shown = {
        term.get_text(strip=True): term.find_next("dd").get_text(strip=True)
        for term in page.page.find_all("dt")
    }
    assert shown["承诺编码"] == CODE
    assert shown["承诺人代码"] == "91120102MA0DEM010E"
    assert shown["承诺人类别"] == "法人及非法人组织"
    assert shown["承诺事由"] == "海河路 1 号门店食品经营许可证延续"
    assert shown["承诺有效期至"] == "12 月 18 日（周五）"
    assert shown["承诺履约状态"] == "履行中"
    assert "赵经纬" not in page.html
    assert "13800000001" not in page.html


def test_a_citizen_is_published_masked(visitor, database, house):
    with database.writing() as session:
        case = draft(session, database.world, house, item="repair", by="citizen")
        case.item.open_to = ["individual"]
        take(session, case, "sign", database.world.actors["citizen"], house)
    page = visitor.get("/commitments?q=林")
    assert [link.get_text() for link in page.page.select("a.row-link")] == ["林*"]
    detail = visitor.get(page.page.select_one("a.row-link")["href"]).html
    assert "林霜降" not in detail
    assert "199001010012" not in detail


def test_an_unpublished_commitment_is_not_in_the_column(visitor, database, house):
    with database.writing() as session:
        case_in(session, "active", database.world, house, item="internal")
    assert len(visitor.get("/commitments").page.select("a.row-link")) == 1


def test_an_unknown_code_is_not_found(visitor):
    assert visitor.get("/commitments/12010220260918000999").status == 404


def test_the_guide_repeats_the_guards_the_steps_and_the_clocks_of_the_declaration(visitor):
    text = visitor.get("/guide/commitment").text
    assert "签署前需要再次确认您的身份。请输入登录密码。" in text
    assert "3 个工作日" in text
    assert "拟认定违诺，等待陈述申辩" in text
    assert "《行政复议法》第二十条" in text
    assert "示范事项（permit）" in text


def test_a_limit_whose_source_was_not_read_is_marked(visitor):
    clocks = visitor.get("/guide/commitment").page.find(id="clocks")
    row = next(row for row in clocks.select("tbody tr") if "已签署，待受理" in row.get_text())
    assert "待核实" in row.get_text()


def test_the_guide_knows_no_workflow_that_does_not_stand(visitor):
    assert visitor.get("/guide/lottery").status == 404
    assert [link["href"] for link in visitor.get("/guide").page.select("main .newest a")] == [
        "/guide/commitment",
        "/guide/objection",
        "/guide/repair",
        "/guide/training",
        "/guide/listing",
        "/guide/list_exit",
    ]


def test_the_guide_to_training_says_that_it_is_free_and_voluntary_and_no_condition_of_a_repair(visitor):
    shown = visitor.get("/guide/training")
    assert "公益培训班，免费、自愿参加，不是信用修复的条件。" in shown.text
    assert [row.get_text(" ", strip=True) for row in shown.page.select("#who li")] == ["主体管理员", "经办人"]
    stages = [each.get_text(strip=True).lstrip("12345\u3000") for each in shown.page.select(".timeline-what")]
    assert stages == ["草稿", "已报名，待审核", "学习中", "可以考试", "已结业"]
    assert "自“”起" not in shown.text


def test_a_clock_without_a_rule_says_which_day_of_the_case_it_ends_on(visitor):
    for name, state, day in (
        ("commitment", "承诺生效，履行中", "承诺有效期至"),
        ("training", "学习中", "培训班结束日"),
    ):
        clocks = visitor.get(f"/guide/{name}").page.find(id="clocks")
        row = next(row for row in clocks.select("tbody tr") if state in row.get_text())
        assert f"以办件载明的“{day}”为准" in row.get_text()


def test_a_story_is_joined_to_paragraphs_without_blanks_in_chinese():
    assert guides.paragraphs("承诺：一。\n\n主体先起草；\n再签署。\n") == (
        "承诺：一。",
        "主体先起草；再签署。",
    )


@pytest.mark.parametrize(
    ("typed", "tidied"),
    [
        ("  海河  示范 ", "海河 示范"),
        ("ＣＭ－１２（示范）", "CM-12（示范）"),
        ("𠮷㛃䶮", "𠮷㛃䶮"),
        ("a\u202eb\x00c", "abc"),
        ("长" * 300, "长" * 100),
    ],
)
def test_what_was_typed_is_tidied_and_rare_characters_stay(typed, tidied):
    assert lookup.tidy(typed) == tidied


@pytest.mark.parametrize("path", ["/privacy", "/accessibility"])
def test_the_statements_are_public_and_have_content(visitor, path):
    page = visitor.get(path)
    assert page.status == 200
    assert len(page.page.find_all("h2")) >= 3


def test_the_probes_answer(app, visitor):
    assert visitor.client.get("/healthz").json == {"status": "ok"}
    missing = visitor.client.get("/readyz")
    assert missing.status_code == 503
    assert missing.json["checks"] == {"database": True, "storage": True, "worker": False}
    with app.app_context():
        worker.tend()
    assert visitor.client.get("/readyz").json == {
        "status": "ok",
        "checks": {"database": True, "storage": True, "worker": True},
    }


def test_a_store_that_is_no_folder_makes_the_process_not_ready(app, visitor):
    root = app.extensions["house"].storage.root
    root.parent.mkdir(parents=True, exist_ok=True)
    root.write_text("in the way")
    answer = visitor.client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["checks"] == {"database": True, "storage": False, "worker": False}


PUBLIC_PAGES = [
    "/",
    "/search",
    "/search?q=海河",
    "/guide",
    "/guide/commitment",
    "/commitments",
    f"/commitments/{CODE}",
    "/privacy",
    "/accessibility",
]


@pytest.mark.parametrize("path", PUBLIC_PAGES)
def test_every_public_page_has_one_heading_unique_ids_and_labelled_fields(visitor, path):
    page = visitor.get(path).page
    assert len(page.find_all("h1")) == 1
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    labelled = {label["for"] for label in page.find_all("label", attrs={"for": True})}
    fields = [field for field in page.select("main input, main select") if field.get("type") != "hidden"]
    assert {field["id"] for field in fields} <= labelled


def test_the_guide_to_listing_says_that_the_list_names_the_reply_period(visitor):
    rows = visitor.get("/guide/listing").page.find(id="clocks").select("tbody tr")
    told = next(row.get_text(" ", strip=True) for row in rows if "已告知，等待陈述申辩" in row.get_text())
    assert "以办件载明的“这个名单的陈述申辩期限”为准" in told
