"""The texts over HTTP: who reads them, which version a chosen day gives, what a version changes, and how it looks.

The district stands on Friday 2026-11-20; version 2 of the proactive letter begins on 2026-12-01.
"""

import pytest

LETTER = "/office/texts/letter_proactive"
READERS = ("handler.weijian", "head.keji", "clerk.xinyong", "lead.xinyong", "auditor")


@pytest.fixture(scope="module")
def clerk(module_district):
    """A reader; these pages are only read."""
    return module_district.browser("clerk.xinyong")


@pytest.mark.parametrize("login", READERS)
def test_the_office_the_departments_and_the_auditor_find_the_texts_in_their_navigation(
    module_district, login
):
    page = module_district.browser(login).get("/office/texts/report_of_nobody", status=404)
    assert page.link("文书模板") == "/office/texts"


def test_the_list_says_which_version_a_day_gives_and_what_is_to_come(clerk):
    page = clerk.get("/office/texts")
    row = row_of(page, "信用承诺书（主动公示型）")
    assert cells(row) == [
        "信用承诺",
        "信用承诺书",
        "第 1 版",
        "第 2 版，2026 年 12 月 1 日（周二）起",
        count_of(row),
    ]
    assert int(count_of(row)) > 0
    assert cells(row_of(page, "要求停止公示已修复信用信息的函"))[1] == "证据包里的函件"
    assert cells(row_of(page, "要求停止公示已修复信用信息的函"))[-1] == "—"
    later = clerk.get("/office/texts?on=2026-12-01&area=commitment")
    assert cells(row_of(later, "信用承诺书（主动公示型）"))[2] == "第 2 版"
    assert "在 2026 年 12 月 1 日（周二） 出具文书" in later.text
    assert "培训证明" not in later.text
    before = clerk.get("/office/texts?on=2026-03-31")
    assert {cells(row)[2] for row in before.soup.select("tbody tr")} == {"没有可用的版本"}
    assert "没有这一类文本" in clerk.get("/office/texts?area=nothing").text


def test_a_day_that_is_none_is_told_at_the_field_and_today_stands(clerk):
    for address in ("/office/texts", LETTER):
        page = clerk.get(f"{address}?on=2026-02-30")
        assert "不是一个存在的日期" in page.error_of("on")
        assert page.typed("on") == "2026-02-30"
    assert "在 2026 年 11 月 20 日（周五） 出具文书" in clerk.get("/office/texts?on=").text


def test_a_text_shows_its_versions_its_uses_and_how_the_next_one_comes_in(clerk):
    page = clerk.get(LETTER)
    assert page.words("#versions tbody th") == ["第 2 版 的样子", "第 1 版 的样子"]
    assert page.words("#versions tbody .tag") == ["待生效", "现行"]
    assert page.words(".text-stretches li") == [
        "2026 年 4 月 1 日（周三）起，2026 年 12 月 1 日（周二）前 第 1 版 今天", "2026 年 12 月 1 日（周二）起 第 2 版",
    ]  # fmt: skip
    assert page.link("与第 1 版比较") == f"{LETTER}/changes?old=1&new=2"
    assert "在 2026 年 11 月 20 日（周五） 出具，使用第 1 版" in page.text
    assert "出具，使用第 2 版" in clerk.get(f"{LETTER}?on=2027-01-01").text
    assert "在 2026 年 1 月 1 日（周四） 没有可用的版本。" in clerk.get(f"{LETTER}?on=2026-01-01").text
    assert "ZDGS-03" in page.words("#uses li .number")
    for words in (
        "forms/commitment/letter_proactive.v3.md",
        "in_force_from",
        "flask texts lock",
        "text_samples.toml",
    ):
        assert words in page.one("#next").get_text()
    assert "没有文书编号" in clerk.get("/office/texts/complaint_letter").text
    assert clerk.get("/office/texts/letter_of_nobody", status=404).status == 404


def test_a_comparison_marks_what_is_new_also_for_those_who_hear_it(clerk):
    page = clerk.get(f"{LETTER}/changes")
    assert page.heading == "信用承诺书（主动公示型）：第 2 版与第 1 版比较"
    assert next(tag.get_text() for tag in page.soup.select(".text-changed ins")).startswith("（加上：）")
    assert any("联系人的姓名和电话不公开" in words for words in page.words(".text-changed ins"))
    assert any(
        words.startswith("新增") and "可以撤回原承诺并就新的情况重新作出承诺" in words
        for words in page.words(".text-added")
    )
    assert page.words("main details summary")[0].endswith("段没有变化")
    backwards = clerk.get(f"{LETTER}/changes?old=2&new=1")
    assert any("可以撤回原承诺" in words for words in backwards.words(".text-removed"))
    assert "文字没有变化" in clerk.get(f"{LETTER}/changes?old=1&new=1").text
    assert clerk.get(f"{LETTER}/changes?new=1").heading.endswith("第 1 版与第 2 版比较")
    assert clerk.get(f"{LETTER}/changes?new=9", status=404).status == 404
    assert clerk.get("/office/texts/receipt/changes", status=404).status == 404


def test_a_version_is_shown_as_its_sheet_that_nobody_can_use(clerk):
    page = clerk.get(f"{LETTER}/2")
    assert "按 2026 年 12 月 1 日（周二） 出具，没有编号，不能使用" in page.text
    assert page.one(".text-sample")["data-mark"] == "样张"
    assert "示例食品有限公司" in page.one("article.paper").get_text()
    assert "文书编号：" not in page.one("article.paper").get_text()
    assert "letter_proactive v2" in page.one("#about").get_text()
    assert page.words("#samples tbody tr")[0] == "主体名称 subject_name 示例食品有限公司"
    assert clerk.get(f"{LETTER}/9", status=404).status == 404
    assert (
        "我方 示例食品有限公司"
        in clerk.get("/office/texts/complaint_letter/1").one("article.paper").get_text()
    )


SHEETS = ("receipt/1", "repair_notice/1", "training_certificate/1", "listing_decision/1", "credit_report/2")


def test_each_kind_of_sheet_opens_in_english_too_and_stays_chinese_itself(module_district):
    lead = module_district.browser("lead.xinyong")
    lead.client.set_cookie("locale", "en")
    for address in SHEETS:
        assert lead.get(f"/office/texts/{address}").one("article.paper")["lang"] == "zh-CN"
    assert len(lead.get("/office/texts").soup.select("tbody a.row-link")) == 41


def row_of(page, title):
    """The row of a text."""
    (row,) = (row for row in page.soup.select("tbody tr") if row.find("th").get_text(strip=True) == title)
    return row


def cells(row):
    """What stands in a row behind its head."""
    return [" ".join(cell.get_text(" ").split()) for cell in row.select("td")]


def count_of(row):
    """How many were issued."""
    return cells(row)[-1]
