"""处罚与名单公示 as anybody sees it in the demonstration district, on Friday 2026-11-20."""

import pytest
from sqlalchemy import select

from workflow_app.models.record import CreditRecord


@pytest.fixture
def anybody(district):
    return district.browser()


def ref_of(district, decision_no):
    with district.session() as session:
        return session.scalars(select(CreditRecord.ref).where(CreditRecord.decision_no == decision_no)).one()


def test_the_list_shows_organisations_and_no_person(anybody):
    page = anybody.get("/publicity")
    assert page.heading == "处罚与名单公示"
    names = page.words("a.row-link")
    assert "天津海河示范食品有限公司" in names
    assert "林演示" not in page.text
    assert "津演市监罚〔2026〕45号" not in page.text  # of the natural person
    assert "津演卫罚〔2026〕14号" not in page.text  # a minor one, for authorities only
    assert "津演应急罚〔2026〕11号" not in page.text  # expired
    assert "津演人社罚〔2026〕27号" not in page.text  # waits for the second person


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ("text=启明", ["津演教罚〔2026〕9号", "津演教罚〔2026〕4号"]),
        ("text=91120102MA0DEM050J", ["津演市监罚〔2026〕22号"]),
        ("text=津演教罚〔2026〕4号", ["津演教罚〔2026〕4号"]),
        ("kind=abnormal_list", ["津演市监异字〔2026〕208号"]),
        ("unit=演示区教育局", ["津演教罚〔2026〕9号", "津演教罚〔2026〕4号"]),
        ("text=林演示", []),
    ],
)
def test_it_is_searched_and_filtered(anybody, asked, numbers):
    page = anybody.get(f"/publicity?{asked}")
    assert page.words("td[data-label=决定书文号]") == numbers
    if not numbers:
        assert "没有符合条件的公示" in page.text


def test_one_record_says_what_when_and_how_to_repair(anybody, district):
    page = anybody.get(f"/publicity/{ref_of(district, '津演市监罚〔2026〕31号')}")
    assert page.heading == "天津海河示范食品有限公司"
    for told in (
        "91120102MA0DEM010E",
        "罚款 0.3 万元",
        "2026 年 8 月 7 日（周五）起，纠正并履行义务后",
        "不收取任何费用",
    ):
        assert told in page.text


def test_a_mark_stands_beside_the_name(anybody, district):
    assert "行政诉讼中" in anybody.get("/publicity").text
    page = anybody.get(f"/publicity/{ref_of(district, '津演教罚〔2026〕4号')}")
    assert "行政诉讼中" in page.text
    assert "演示行初" not in page.text


def test_one_past_its_longest_end_says_why_it_is_still_there(anybody, district):
    page = anybody.get(f"/publicity/{ref_of(district, '津演商罚〔2026〕9号')}")
    assert "最长公示期已满，认定单位还没有确认已经纠正" in page.text


def test_an_older_decision_has_no_class(anybody, district):
    page = anybody.get(f"/publicity/{ref_of(district, '津演应急罚〔2025〕48号')}")
    assert "类别" not in page.words("#period dt")
    assert "2026 年 11 月 28 日（周六）" in page.text


def test_a_withdrawn_one_says_only_why(anybody, district):
    page = anybody.get(f"/publicity/{ref_of(district, '津演住建罚〔2026〕19号')}")
    assert page.heading == "撤回公示的说明"
    assert "撤销原处罚决定" in page.text
    assert "和邻" not in page.text


def test_what_is_not_public_is_not_found(anybody, district):
    for number in ("津演市监罚〔2026〕45号", "津演卫罚〔2026〕14号", "津演应急罚〔2026〕11号"):
        anybody.get(f"/publicity/{ref_of(district, number)}", status=404)
    anybody.get("/publicity/nothing", status=404)


def test_the_staff_pages_keep_the_rules_of_every_page(district):
    handler = district.browser("handler.shichang")
    assert "林演示" in handler.get("/office/records").words("a.row-link")
    handler.get(f"/office/records/{ref_of(district, '津演市监罚〔2026〕31号')}")
    handler.get("/office/records/new")
    head = district.browser("head.renshe")
    page = head.follow(head.get("/office/records/waiting"), "天津金河演示人力资源服务有限公司")
    assert "未明示收费标准" in page.text


def test_licences_have_a_list_of_their_own(anybody):
    page = anybody.follow(anybody.get("/publicity"), "行政许可")
    assert page.heading == "行政许可公示"
    assert "还没有公示的行政许可" in page.text
    assert "没有符合条件的公示" in anybody.get("/publicity/licences?text=海河").text
