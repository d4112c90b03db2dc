"""What a list is narrowed to: filters, saved views, lists to take away, and the way from case to case and back."""

from urllib.parse import parse_qs, urlsplit

from sqlalchemy import select

from workflow_app.models.case import Case
from workflow_app.models.party import Subject


def numbers(page):
    return page.words("table .number")


def asked(page):
    return {name: value for name, (value,) in parse_qs(urlsplit(page.path).query).items()}


def test_filters_stand_in_the_address_and_each_can_be_dropped(district):
    lead = district.browser("lead.xinyong")
    page = lead.get("/queue?tab=all")
    page = lead.submit(
        page, "筛选", {"matter": "objection", "opened_from": "2026-11-01", "due_until": "2026/12/31"}
    )
    assert asked(page) == {
        "tab": "all", "workflow": "objection", "opened_from": "2026-11-01", "due_until": "2026-12-31",
    }  # fmt: skip
    found = numbers(page)
    assert found
    assert all(number.startswith("OB-120102-202611") for number in found)
    assert page.typed("matter") == "objection"
    assert page.words(".chip") == [
        "异议 × （去掉这个条件）", "12 月 31 日（周四）前到期（含当天） × （去掉这个条件）",
        "11 月 1 日（周日）起收件 × （去掉这个条件）",
    ]  # fmt: skip
    fewer = lead.submit(page, "筛选", {"matter": "objection.received"})
    assert set(numbers(fewer)) < set(found)
    assert asked(lead.follow(page, "起收件")) == {
        "tab": "all",
        "workflow": "objection",
        "due_until": "2026-12-31",
    }
    assert asked(lead.follow(fewer, "已超期"))["state"] == "received", "a tab keeps the filters"
    wrong = lead.submit(page, "筛选", {"due_from": "2026-12-31", "due_until": "2026-12-01"}, status=422)
    assert "请核对这两个日期" in wrong.error_of("due_until")
    assert "没有符合条件的办件" in lead.get("/queue?tab=done&workflow=training&due_until=2020-01-01").text


def test_an_officer_chooses_among_colleagues_and_a_firm_is_not_asked(district):
    number = district.case(subject="算盘", item="ZMTD-01", state="signed")
    officer, second = district.browser("handler.shichang"), district.browser("handler.shichang2")
    page = officer.get("/queue?tab=open")
    assert page.one(f'button[formaction="/cases/{number}/claim"]')["form"] == "claim"
    officer.post(f"/cases/{number}/claim")
    page = second.get("/queue?tab=open")
    names = [option.get_text() for option in page.soup.select("#officer option")]
    assert len(names) > 2
    with district.session() as session:
        holder = session.scalars(select(Case).where(Case.number == number)).one().assignee
        key, name = holder.id, holder.name
    assert name in names
    assert numbers(second.submit(page, "筛选", {"officer": str(key)})) == [number]
    assert not district.browser("owner.haihe").get("/queue").soup.select("#officer")


def test_a_code_finds_its_subject_and_stands_in_no_address(district):
    with district.session() as session:
        code = session.scalars(select(Subject).where(Subject.name.contains("算盘"))).one().code
    lead = district.browser("lead.xinyong")
    page = lead.submit(lead.get("/queue?tab=all"), "筛选", {"q": code.lower()})
    assert numbers(page)
    assert all("算盘" in row for row in page.words("tbody th"))
    assert code not in page.html.upper()
    assert code not in " ".join(lead.opened).upper()
    assert "按代码查找" in page.text
    assert page.typed("q") == ""


def test_a_view_is_kept_under_a_name_and_found_again(district):
    lead = district.browser("lead.xinyong")
    page = lead.get("/queue?tab=open&workflow=objection")
    page = lead.submit(page, "/queue/views", {"name": ""}, status=422)
    assert "请给这组筛选起个名称" in page.error_of("name")
    page = lead.submit(page, "/queue/views", {"name": "在办的异议"})
    assert "已存为常用筛选“在办的异议”" in page.text
    found = numbers(page)
    page = lead.follow(lead.get("/queue"), "在办的异议")
    assert numbers(page) == found
    assert "在办的异议" not in district.browser("clerk.xinyong").get("/queue").text
    assert "已删除常用筛选" in lead.submit(page, "删除 在办的异议").text


def test_the_way_leads_from_case_to_case_in_the_order_seen_and_back(district):
    lead = district.browser("lead.xinyong")
    page = lead.get("/queue?tab=overdue&workflow=commitment")
    order = numbers(page)
    assert len(order) == 3
    case = lead.get(f"/cases/{order[0]}")
    assert "回到“已超期”" in case.text
    for number in order[1:]:
        case = lead.follow(case, "下一件")
        assert case.path == f"/cases/{number}"
    end = lead.follow(case, "下一件")
    assert "这个列表后面没有等着办的办件了" in end.text
    assert asked(end) == {"tab": "overdue", "workflow": "commitment"}
    assert (
        "下一件"
        not in lead.get(f"/cases/{district.case(subject='算盘', item='ZMTD-01', state='signed')}").text
    )


def test_the_way_goes_over_the_end_of_a_page_and_passes_over_what_a_colleague_took(district):
    lead = district.browser("lead.xinyong")
    first = numbers(lead.get("/queue?tab=all"))
    second = numbers(lead.follow(lead.get("/queue?tab=all"), "下一页"))
    lead.get("/queue?tab=all")
    case = lead.follow(lead.get(f"/cases/{first[-1]}"), "下一件")
    assert case.path == f"/cases/{second[0]}"
    assert lead.follow(case, "下一件").path == f"/cases/{second[1]}"
    lead.get("/queue?tab=all")
    with district.session() as session:
        session.scalars(select(Case).where(Case.number == first[1])).one().assignee_id = 1
        taken = session.scalars(select(Case).where(Case.number == first[1])).one()
        taken.assigned_at, taken.lease_until = taken.created_at, taken.created_at.replace(year=2027)
    assert lead.follow(lead.get(f"/cases/{first[0]}"), "下一件").path == f"/cases/{first[2]}"


def test_a_list_is_ordered_made_and_fetched(district):
    lead = district.browser("lead.xinyong")
    assert "还没有导出过清单" in lead.get("/queue/lists/").text
    page = lead.submit(lead.get("/queue?tab=all&workflow=objection"), "/queue/lists/", button="导出 CSV")
    assert "正在生成" in page.text
    assert page.words("tbody th") == ["全部 · 异议"]
    assert page.one("#lists")["hx-get"] == "/queue/lists/"
    district.deliver()
    page = lead.get("/queue/lists/")
    assert not page.one("#lists").has_attr("hx-get")
    sent = lead.client.get(page.link("下载 CSV"))
    assert sent.headers["Content-Disposition"] == "attachment; filename=cases-2026-11-20-all.csv"
    assert sent.get_data(as_text=True).count("\r\nOB-") == int(page.words("td.numeric")[0])
    assert lead.get("/queue/lists/no-such-list", status=404)


def test_the_tabs_that_ask_for_work_say_how_much(district):
    tabs = district.browser("lead.xinyong").get("/queue?tab=all").words(".tabs a")
    assert tabs == ["等我办 1", "在办", "即将到期 11", "已超期 7", "最近办结", "全部"]
