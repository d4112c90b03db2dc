"""The queue as people use it: tabs, search, paging, empty states, and the same list for htmx."""

import pytest

from tests.web.firm import signed


def numbers(page):
    return page.words("table .number")


def test_a_handler_sees_first_what_waits_for_them_soonest_due_first(district):
    page = district.browser("handler.keji").get("/queue")
    assert page.heading == "待办队列"
    assert page.words('.tabs [aria-current="page"]') == ["等我办 1"]
    assert numbers(page) == ["CM-120102-20261118-000001"]
    assert "11 月 23 日（周一）" in page.text


def test_an_applicant_has_to_dos_and_not_a_queue(district):
    page = district.browser("owner.lizi").get("/queue")
    assert page.heading == "我的待办"
    assert "演示区李子亭示范理发店" in page.text


def test_what_was_just_signed_waits_for_the_unit_and_opens_from_its_queue(district):
    number = signed(district)
    handler = district.browser("handler.weijian")
    page = handler.get("/queue")
    assert number in numbers(page)
    assert handler.get(page.link("海河示范食品")).text.count(number) >= 1


def test_what_is_overdue_and_what_is_due_soon_stands_by_due_day(district):
    lead = district.browser("lead.xinyong")
    overdue = numbers(lead.get("/queue?tab=overdue"))
    assert overdue == [
        "RP-120102-20261026-000001", "CM-120102-20260428-000001", "OB-120102-20261029-000001",
        "OB-120102-20261102-000001", "CM-120102-20260422-000001", "CM-120102-20261113-000001",
        "LE-120102-20261102-000001",
    ]  # fmt: skip
    soon = numbers(lead.get("/queue?tab=due_soon"))
    assert soon == [
        "CM-120102-20260417-000001", "CM-120102-20261118-000001", "OB-120102-20261119-000001",
        "CM-120102-20261119-000001", "TR-120102-20261119-000001", "OB-120102-20261112-000001",
        "LS-120102-20261109-000001", "CM-120102-20260513-000001", "CM-120102-20261109-000001",
        "CM-120102-20261120-000001", "OB-120102-20261110-000001",
    ]  # fmt: skip


def test_all_cases_are_reached_by_paging_each_once(district):
    lead = district.browser("lead.xinyong")
    page = lead.get("/queue?tab=all")
    first = numbers(page)
    assert len(first) == 25
    page = lead.follow(page, "下一页")
    second = numbers(page)
    assert len(second) == 25
    page = lead.follow(page, "下一页")
    third = numbers(page)
    assert len(third) == 15
    assert len({*first, *second, *third}) == 65
    assert all(
        number[:3] in ("CM-", "RP-", "OB-", "TR-", "LS-", "LE-") for number in first + second + third
    ), "drafts are nobody's but the firm's"
    assert numbers(lead.follow(page, "回到第一页")) == first


def test_searching_finds_by_name_and_number_and_keeps_the_tab(district):
    lead = district.browser("lead.xinyong")
    page = lead.get("/queue?tab=all")
    page = lead.submit(page, "筛选", {"q": "䶮华"})
    assert set(numbers(page)) == {
        "CM-120102-20260603-000001", "CM-120102-20260810-000001", "LS-120102-20260525-000001",
    }  # fmt: skip
    assert page.typed("tab") == "all"
    page = lead.submit(page, "筛选", {"q": "20261118"})
    assert numbers(page) == ["CM-120102-20261118-000001"]
    page = lead.submit(page, "筛选", {"q": "津演统罚[2026]3号"})
    assert "RP-120102-20261012-000003" in numbers(page), "found by the number of the decision it is about"


def test_nothing_found_says_what_to_do(district):
    lead = district.browser("lead.xinyong")
    page = lead.get("/queue?tab=all&q=没有这个名称")
    assert "没有符合条件的办件" in page.text
    assert len(numbers(lead.follow(page, "清除筛选"))) == 25


@pytest.mark.parametrize(
    ("tab", "sentence"),
    [
        ("mine", "没有等您办的办件"),
        ("open", "没有在办的办件"),
        ("due_soon", "没有即将到期的办件"),
        ("overdue", "没有超期的办件"),
        ("all", "还没有办件"),
    ],
)
def test_an_empty_tab_says_so_in_its_own_words(district, tab, sentence):
    assert sentence in district.browser("admin.system").get(f"/queue?tab={tab}").text


@pytest.mark.parametrize(
    "query", ["tab=no-such-tab", "cursor=garbage", "cursor=2026-13-40.1", "cursor=.", "workflow="]
)
def test_a_broken_address_shows_the_beginning(district, query):
    page = district.browser("handler.keji").get(f"/queue?{query}")
    assert numbers(page) == ["CM-120102-20261118-000001"]


def test_a_claimed_case_shows_its_holder_to_the_colleague_and_you_to_oneself(district):
    number = district.case(subject="算盘", item="ZMTD-01", state="signed")
    first, second = district.browser("handler.shichang"), district.browser("handler.shichang2")
    first.submit(first.get(f"/cases/{number}"), "/claim")
    mine = {row: row for row in first.get("/queue").words("tbody tr") if number in row}
    theirs = [row for row in second.get("/queue").words("tbody tr") if number in row]
    assert any("您，10:00 起" in row for row in mine)
    assert all("，10:00 起" in row for row in theirs)
    assert theirs
    assert not any("待领取" in row or "您" in row for row in theirs)
    firm = district.browser("owner.suanpan").get("/queue?tab=all")
    assert number in firm.text
    assert not firm.soup.select("[data-hand]")
    assert "，10:00 起" not in firm.text


def test_the_office_takes_what_waits_for_it_from_the_list_as_departments_do(district):
    clerk = district.browser("clerk.xinyong")
    button = clerk.get("/queue").soup.select_one("[data-claim]")
    clerk.submit(clerk.get("/queue"), str(button["formaction"]))
    assert clerk.get("/queue").words("[data-hand] strong") == ["您，10:00 起"]


def test_htmx_gets_the_list_alone(district):
    page = district.browser("handler.keji").htmx("GET", "/queue", target="queue")
    assert numbers(page) == ["CM-120102-20261118-000001"]
    assert not page.soup.select("h1")
