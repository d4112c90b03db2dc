"""The menu: everybody finds the own rooms, in groups that open without a script, and nothing that waits is hidden."""

import pytest

PUBLIC = ["办事指南", "承诺公示", "处罚与名单公示", "名单公示", "文书验真", "期限计算"]
MENUS = {
    "": (["首页", *PUBLIC], {}),
    "owner.haihe": (
        ["首页", "我的待办", "消息"],
        {
            "办理事项": [
                "我的信用档案",
                "我要承诺",
                "信用修复",
                "移出名单",
                "异议",
                "修复培训",
                "经办人与授权",
            ],
            "公开信息": PUBLIC,
        },
    ),
    "handler.shichang": (
        ["待办队列", "消息"],
        {
            "分工与督办": ["外出代办", "督办"],
            "受理与发起": ["列入名单", "移出名单"],
            "信息与措施": ["信息报送", "交换文件", "同步任务", "联合奖惩措施"],
            "事项与文书": ["承诺事项", "文书管理", "文书模板"],
            "规则与目录": ["规则表", "名单目录", "放假安排"],
            "统计": ["办件统计", "异议统计"],
        },
    ),
    "clerk.xinyong": (
        ["待办队列", "消息", "办件统计"],
        {
            "分工与督办": ["外出代办", "督办", "异议督办", "代办线索"],
            "受理与发起": ["待确认的来件", "窗口代填修复", "窗口代填移出", "窗口代提异议", "信用报告"],
            "信息与措施": ["信息报送", "交换文件", "同步任务", "联合奖惩措施"],
            "事项与文书": ["承诺事项", "培训班", "文书管理", "文书模板"],
            "规则与目录": ["规则表", "名单目录", "放假安排"],
        },
    ),
    "admin.system": (
        ["首页"],
        {
            "规则与目录": ["规则表", "放假安排"],
            "系统管理": ["单位名册", "同步对象名册"],
            "公开信息": PUBLIC,
        },
    ),
}


@pytest.mark.parametrize("login", MENUS)
def test_everybody_has_the_own_rooms_in_groups_each_once(module_district, login):
    nav = module_district.browser(login).get("/guide").one("nav.nav")
    grouped = {
        words(group.summary)[0]: [words(link)[0] for link in group.select("a")]
        for group in nav.select("details")
    }
    flat = [words(link)[0] for link in nav.select("a") if link.find_parent("details") is None]
    assert (flat, grouped) == MENUS[login]
    assert bool(nav.select("button[popovertarget=nav-more]")) == bool(grouped)


def test_the_group_of_the_room_stands_open_and_a_closed_one_says_what_waits_in_it(module_district):
    handler = module_district.browser("handler.shichang")
    nav = handler.get("/office/calendar").one("nav.nav")
    assert [words(group.summary) for group in nav.select("details[open]")] == [["规则与目录"]]
    assert [words(link) for link in nav.select("[aria-current=page]")] == [["放假安排"]]
    assert ["信息与措施", "1"] in [words(group.summary) for group in nav.select("details")]
    assert words(nav.select_one("button")) == ["菜单", "1"]
    inside = handler.get("/office/records/new").one("nav.nav")
    assert [words(group.summary)[0] for group in inside.select("details[open]")] == ["信息与措施"]
    assert inside.select("[aria-current]") == []


def words(element):
    """The words in it, one after the other."""
    return list(element.stripped_strings)
