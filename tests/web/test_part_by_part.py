"""Filling in an objection part by part through the pages: kept, given back, told what the record says; choosing a unit."""

from datetime import date

import pytest
from sqlalchemy import select

from tests.web.test_repairs import HAIHE, record_of
from workflow_app.domain import clock
from workflow_app.models.party import Person, Unit
from workflow_app.models.record import CreditRecord
from workflow_app.services.cases import cases
from workflow_app.services.people import accounts
from workflow_app.workflows import BY_NAME

TOLD = {
    "statement": "决定书写的是 3000 元。", "contact_name": "赵经纬", "contact_mobile": "13800000001",
    "claims-decided_on": "应当是 5 月 7 日",
}  # fmt: skip
WRONG_DAY = "“五月七日”不是一个存在的日期。请按“2026-09-18”的样子填写年、月、日。"


def drafted(district, *, subject=HAIHE, ground="content", **record):
    """A draft of the owner of HAIHE about a record of this subject. Its address."""
    ref = record_of(district, subject=subject, **record)
    with district.session() as session:
        row = session.scalars(select(CreditRecord).where(CreditRecord.ref == ref)).one()
        owner = session.scalars(select(Person).where(Person.login == "owner.haihe")).one()
        actor = accounts.load_actor(owner, on=clock.legal_day(clock.now()))
        own = next(grant.subject_id for grant in actor.grants if grant.subject_id)
        case = cases.open_draft(
            session, BY_NAME["objection"], subject_id=own, record=row, facts={"ground": ground}, actor=actor,
            now=clock.now(), house=district.app.extensions["house"],
        )  # fmt: skip
        return case.address


def handed_in(district, **told):
    """The number of an objection that its owner has handed in through the pages."""
    address = drafted(district)
    browser = district.browser("owner.haihe")
    page = browser.submit(browser.get(f"/cases/{address}/edit"), "/edit", TOLD | told)
    page = browser.submit(page, "/steps/submit")
    return page.path.rpartition("/")[2]


def opened(page, field):
    """The parts of a field that stand open."""
    return [tag["id"] for tag in page.soup.select(f"#{field} details[open] :is(input, select, textarea)")]


def facts(district, address):
    return district.stored(address).facts


def test_the_page_tells_what_the_record_says_and_opens_only_what_is_filled_in(district):
    address = drafted(district, decision_no="津河东示罚〔2026〕7号")
    browser = district.browser("owner.haihe")
    page = browser.get(f"/cases/{address}/edit")
    assert page.words("#claims > legend") == ["您的主张"]
    assert len(page.soup.select("#claims details")) == 10
    assert opened(page, "claims") == []
    assert page.words("#claims summary")[:2] == [
        "决定书文号 津河东示罚〔2026〕7号", "认定日期 2026 年 5 月 6 日（周三）",
    ]  # fmt: skip
    assert page.words("#claims-decided_on-hint") == ["现在的内容：2026 年 5 月 6 日（周三）"]
    assert page.words("#claims-class_-hint") == ["现在的内容：一般"]
    assert page.words("#claims-duties_done_on-hint") == ["现在没有填写。"]
    page = browser.submit(page, "/edit", TOLD, button="先保存")
    page = browser.get(f"/cases/{address}/edit")
    assert opened(page, "claims") == ["claims-decided_on"]
    assert page.typed("claims-decided_on") == "应当是 5 月 7 日"
    assert facts(district, address)["claims"] == {"decided_on": "应当是 5 月 7 日"}


def test_a_part_that_can_not_be_read_is_told_there_and_the_others_are_kept(district):
    address = drafted(district)
    browser = district.browser("owner.haihe")
    page = browser.get(f"/cases/{address}/edit")
    typed = TOLD | {"claims-title": "字" * 1001}
    page = browser.submit(page, "/edit", typed, status=422)
    assert page.error_of("claims-title") == "“失信行为类型”最多 1000 个字，现在有 1001 个，请删去 1 个字。"
    assert page.link("“失信行为类型”最多 1000 个字") == "#claims-title"
    assert page.typed("claims-title") == "字" * 1001
    assert page.typed("claims-decided_on") == "应当是 5 月 7 日"
    assert facts(district, address)["claims"] == {"decided_on": "应当是 5 月 7 日"}


def test_every_part_is_kept_while_somebody_types(district):
    address = drafted(district)
    browser = district.browser("owner.haihe")
    page = browser.get(f"/cases/{address}/edit")
    values = {"version": page.typed("version"), "claims-fine": "0.3 万元", "claims-basis": "第四十二条"}
    browser.htmx("POST", f"/cases/{address}/autosave", target="saved", values=values)
    assert facts(district, address)["claims"] == {"fine": "0.3 万元", "basis": "第四十二条"}


def test_an_older_page_gives_every_part_back(district):
    address = drafted(district)
    browser = district.browser("owner.haihe")
    old = browser.get(f"/cases/{address}/edit")
    browser.submit(old, "/edit", TOLD, button="先保存")
    page = browser.submit(old, "/edit", {"claims-fine": "0.3 万元", "claims-basis": "第四十二条"}, status=409)
    assert (page.typed("claims-fine"), page.typed("claims-basis")) == ("0.3 万元", "第四十二条")
    assert facts(district, address)["claims"] == {"decided_on": "应当是 5 月 7 日"}


def test_what_was_typed_when_the_sign_in_ran_out_comes_back_part_by_part(district):
    address = drafted(district)
    browser = district.browser("owner.haihe")
    page = browser.get(f"/cases/{address}/edit")
    with district.at("2026-11-20", "15:00"):
        browser.submit(page, "/edit", {"claims-fine": "0.3 万元"})
        district.sign_in(browser, "owner.haihe")
        page = browser.get(f"/cases/{address}/edit")
    assert page.typed("claims-fine") == "0.3 万元"
    assert opened(page, "claims") == ["claims-fine"]


def test_nothing_of_somebody_elses_record_is_told_to_whoever_says_it_has_the_same_name(district):
    address = drafted(district, subject="天津金河演示人力资源服务有限公司", ground="same_name")
    page = district.browser("owner.haihe").get(f"/cases/{address}/edit")
    assert len(page.soup.select("#claims details")) == 10
    assert "现在的内容" not in page.text
    assert page.words("#claims summary")[0] == "决定书文号"


def test_the_unit_of_the_record_is_chosen_unless_the_clerk_chooses_another(district):
    number = handed_in(district)
    clerk = district.browser("clerk.xinyong")
    page = clerk.submit(clerk.get(f"/cases/{number}/steps/accept"), "/steps/accept")
    page = clerk.get(f"/cases/{number}/steps/forward")
    assert page.typed("provider") == "market_regulation"
    assert {"演示区市场监管局", "演示区生态环境局"} <= set(page.words("#provider option"))
    page = clerk.submit(page, "/steps/forward", {"provider": "health"})
    assert facts(district, number)["provider"] == "health"


def test_after_a_merger_the_successor_is_chosen_and_the_ended_unit_is_not_offered(district):
    number = handed_in(district)
    clerk = district.browser("clerk.xinyong")
    clerk.submit(clerk.get(f"/cases/{number}/steps/accept"), "/steps/accept")
    with district.session() as session:
        units = {unit.key: unit for unit in session.scalars(select(Unit))}
        units["market_regulation"].ended_on = date(2026, 11, 1)
        units["market_regulation"].successor_id = units["health"].id
    page = clerk.get(f"/cases/{number}/steps/forward")
    assert page.typed("provider") == "health"
    offered = [tag["value"] for tag in page.soup.select("#provider option")]
    assert "market_regulation" not in offered
    assert "credit_office" not in offered


@pytest.fixture
def verifying(district):
    """The number of an objection that waits for the answer of the market regulator."""
    number = handed_in(district)
    clerk = district.browser("clerk.xinyong")
    clerk.submit(clerk.get(f"/cases/{number}/steps/accept"), "/steps/accept")
    clerk.submit(clerk.get(f"/cases/{number}/steps/forward"), "/steps/forward")
    return number


def test_whoever_answers_sees_the_claim_at_the_very_part(district, verifying):
    page = district.browser("handler.shichang").get(f"/cases/{verifying}/steps/answer")
    for field in ("source", "difference"):
        assert opened(page, field) == [f"{field}-decided_on"]
        assert page.words(f"#{field}-decided_on-hint p") == [
            "现在的内容：2026 年 5 月 6 日（周三）", "申请人主张：应当是 5 月 7 日",
        ]  # fmt: skip


def test_an_answer_that_can_not_be_read_is_told_at_the_part_and_nothing_typed_is_lost(district, verifying):
    handler = district.browser("handler.shichang")
    page = handler.get(f"/cases/{verifying}/steps/answer")
    typed = {
        "finding": "wrong", "remedy": "change", "answer": "存根写的是 5 月 7 日。", "source-decided_on": "2026 年 5 月 7 日",
        "difference-decided_on": "五月七日", "difference-content": "罚款，联系 13800000001。", "difference-scope": "limited",
    }  # fmt: skip
    page = handler.submit(page, "/steps/answer", typed, status=422)
    assert page.error_of("difference-decided_on") == WRONG_DAY
    assert page.link("五月七日") == "#difference-decided_on"
    assert "像是手机号" in page.error_of("difference-content")
    kept = ("source-decided_on", "difference-content", "difference-scope", "remedy", "answer")
    assert [page.typed(name) for name in kept] == [typed[name] for name in kept]
    page = handler.submit(
        page, "/steps/answer", {"difference-decided_on": "2026-05-07", "difference-content": ""}
    )
    assert district.stored(verifying).state == "answered"
    assert facts(district, verifying)["difference"] == {"decided_on": "2026-05-07", "scope": "limited"}
    assert facts(district, verifying)["source"] == {"decided_on": "2026 年 5 月 7 日"}


def test_an_answer_that_comes_too_late_can_be_copied_from_the_page(district, verifying):
    late = district.browser("handler.shichang2")
    page = late.get(f"/cases/{verifying}/steps/answer")
    first = district.browser("handler.shichang")
    answer = {"finding": "right", "answer": "与存根一致。"}
    first.submit(first.get(f"/cases/{verifying}/steps/answer"), "/steps/answer", answer)
    typed = {"finding": "wrong", "difference-decided_on": "2026-05-07", "answer": "存根写的是 5 月 7 日。"}
    page = late.submit(page, "/steps/answer", typed, status=409)
    assert page.typed("difference-decided_on") == "2026-05-07"
    assert page.typed("answer") == "存根写的是 5 月 7 日。"
