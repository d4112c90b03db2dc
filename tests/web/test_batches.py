"""Acting on many cases through the pages: ticked in the queue, looked at before, done one by one, told one by one."""

from sqlalchemy import select

from tests.web.firm import signed
from workflow_app.models.case import Case

HANDLER, HEAD = "handler.weijian", "head.weijian"


def picks(page):
    """The boxes of a list: what they stand for, as they would be sent."""
    return [box["value"] for box in page.soup.select('input[name="case"][form="pick"]')]


def ahead(browser, values, act, **more):
    """The page before, for what was ticked."""
    asked = "&".join(
        [f"act={act}", *(f"case={value}" for value in values), *(f"{k}={v}" for k, v in more.items())]
    )
    return browser.get(f"/batches/new?{asked}")


def outcomes(page):
    return page.words('#batch td[data-label="结果"]')


def test_what_was_ticked_is_looked_at_done_and_told_case_by_case(district):
    numbers = [signed(district), district.case(subject="李子亭", item="SPTD-02", state="signed")]
    handler = district.browser(HANDLER)
    page = handler.get("/queue")
    ticked = [value for value in picks(page) if value.split(":")[0] in numbers]
    assert len(ticked) == 2
    page = handler.submit(page, "/batches/new", {"scope": "page"}, button="办理同一步")
    assert page.heading == "批量办理：选择一步"
    page = handler.follow(page, "受理")
    assert page.heading == "批量办理：受理"
    assert set(numbers) <= set(page.words("#ready .number"))
    held = {value.split(":")[0] for value in picks(handler.get("/queue"))} - set(page.words("#ready .number"))
    assert held == set(page.words("#held .number")), (
        "whatever can't be done stands below, each with its sentence"
    )
    page = ahead(handler, ticked, "step", step="commitment:accept")
    assert page.words("#ready .number") == [value.split(":")[0] for value in ticked]
    district.browser(HEAD).post(f"/cases/{numbers[1]}/claim", is_followed=False, status=303)
    page = handler.submit(page, "/batches/")
    assert page.ways == (303,)
    assert page.heading == "批量办理的结果：受理"
    assert sorted(outcomes(page)) == ["已办理", "没有办理"]
    assert "办理了 1 件，有 1 件没有办理" in page.text
    assert "起正在办理这件办件。请与其联系，或待其释放后再办。" in page.text
    assert [district.stored(number).state for number in numbers] == ["active", "signed"]
    again = handler.follow(page, "把没有办理的再看一遍")
    assert again.words("#held .number") == [numbers[1]]
    assert not again.soup.select("#ready")
    assert "受理" in handler.get("/batches/").words("tbody th")
    district.browser(HEAD).get(f"/batches/{page.path.rpartition('/')[2]}", status=404)


def test_a_claim_of_many_shows_at_once_in_the_queue_and_the_same_page_sent_twice_is_one_batch(district):
    numbers = [signed(district), district.case(subject="李子亭", item="SPTD-02", state="signed")]
    handler = district.browser(HANDLER)
    ticked = [value for value in picks(handler.get("/queue")) if value.split(":")[0] in numbers]
    page = ahead(handler, ticked, "claim")
    first = handler.submit(page, "/batches/")
    second = handler.submit(page, "/batches/")
    assert first.path == second.path
    assert outcomes(second) == ["已办理", "已办理"]
    mine = [
        row for row in handler.get("/queue").words("tbody tr") if any(number in row for number in numbers)
    ]
    assert len(mine) == 2
    assert all("您" in row for row in mine)


def test_giving_asks_to_whom_and_why_and_keeps_what_was_typed(district):
    number = signed(district)
    head = district.browser(HEAD)
    ticked = f"{number}:{district.stored(number).version}"
    page = ahead(head, [ticked], "assign")
    page = (
        head.submit(page, "/batches/", {"why": "请本周办完。"}, status=422) if not page.typed("to") else page
    )
    page = head.submit(page, "/batches/", {"why": ""}, status=422)
    assert page.error_of("why") == "请写明为什么分办或转办。"
    page = head.submit(page, "/batches/", {"why": "请本周办完。"})
    assert outcomes(page) == ["已办理"]
    assert district.stored(number).assignee_id is not None
    urging = ahead(district.browser("lead.xinyong"), [ticked], "urge")
    assert urging.words("#ready .number") == [number]


def test_more_than_twenty_are_done_by_the_worker_with_progress(district):
    lead = district.browser("lead.xinyong")
    page = lead.get("/queue?tab=open")
    ticked = [*picks(page), *picks(lead.follow(page, "下一页"))]
    assert len(ticked) > 25
    page = lead.get("/batches/new?act=urge&scope=list")
    ready, held = page.words("#ready .number"), page.words("#held .number")
    assert {*ready, *held} >= {value.split(":")[0] for value in ticked}
    asked = {"act": "urge", "why": "月底前请办完，办不完的说明原因。", "ref": "0" * 24, "case": ticked}
    page = lead.post("/batches/", asked)
    assert set(outcomes(page)) == {"等待办理"}
    assert page.one("#batch")["hx-trigger"] == "every 2s"
    assert f"正在办理：已办 0 件，共 {len(ticked)} 件" in page.text
    district.deliver()
    panel = lead.htmx("GET", page.path, target="batch")
    urged = [value for value in ticked if value.split(":")[0] in ready]
    assert outcomes(panel) == ["已办理" if value in urged else "没有办理" for value in ticked]
    assert f"办理了 {len(urged)} 件，有 {len(ticked) - len(urged)} 件没有办理" in panel.text
    assert "hx-trigger" not in panel.one("#batch").attrs


def test_a_case_that_moved_on_meanwhile_is_left_alone_and_says_so(district):
    number = signed(district)
    version = district.stored(number).version
    handler = district.browser(HANDLER)
    page = ahead(handler, [f"{number}:{version - 1}"], "step", step="commitment:accept")
    assert "您打开列表以后，这件办件有了新的变化，没有办理。请打开看看现在的情况。" in page.text
    assert "所选的办件都不能这样办理" in page.text
    page = ahead(handler, [f"{number}:{version}"], "step", step="commitment:accept")
    other = district.browser(HANDLER)
    other.post(f"/cases/{number}/steps/accept", {"version": version}, is_followed=False, status=303)
    page = handler.submit(page, "/batches/")
    assert outcomes(page) == ["没有办理"]
    assert "您打开列表以后，这件办件有了新的变化" in page.text


def test_made_up_addresses_lead_nowhere_and_an_empty_choice_says_what_to_do(district):
    handler = district.browser(HANDLER)
    for asked in (
        "act=",
        "act=delete",
        "act=step&step=commitment:refuse",
        "act=step&step=commitment:discard",
        "act=step&step=x",
    ):
        handler.get(f"/batches/new?{asked}", status=404)
    assert "还没有选择办件" in handler.get("/batches/new?act=claim").text
    assert "还没有选择办件" in handler.get("/batches/new?act=step&case=broken&case=%00:1").text
    assert "还没有批量办理过" in handler.get("/batches/").text
    foreign = district.case(subject="算盘", item="ZMTD-01", state="signed")
    page = ahead(handler, [f"{foreign}:1"], "claim")
    assert "有 1 件不在您可以查看的范围内，没有列出。" in page.text
    handler.post("/batches/", {"act": "claim", "case": f"{foreign}:1", "ref": "f" * 24}, status=404)
    handler.post("/batches/", {"act": "claim", "case": f"{foreign}:1", "ref": "../x"}, status=404)
    handler.post("/batches/", {"act": "step", "case": f"{foreign}:1", "ref": "f" * 24}, status=404)
    with district.session() as session:
        assert session.scalars(select(Case.assignee_id).where(Case.number == foreign)).one() is None


def test_an_applicant_has_no_boxes_and_no_bar(district):
    page = district.browser("owner.lizi").get("/queue")
    assert picks(page) == []
    assert not page.soup.select("#pick")
