"""Taking a listing through the pages from the first choice to the publication, with everybody who has a word in it."""

from datetime import date
from types import SimpleNamespace

import pytest
from sqlalchemy import select, update

from tests.lists import STATED, list_type
from tests.services.paper_samples import pdf_bytes
from tests.web.conftest import NOW
from workflow_app.models.case import Case
from workflow_app.models.lists import JointMeasure, ListEntry, ListType
from workflow_app.models.party import GrantRow, Person, Subject, Unit
from workflow_app.models.record import CreditRecord
from workflow_app.services.cases import cases
from workflow_app.services.engine import perform
from workflow_app.services.lists import list_filing
from workflow_app.services.people.accounts import load_actor
from workflow_app.services.repair import repair_notice

HAIHE, HAIHE_CODE = "天津海河示范食品有限公司", "91120102MA0DEM010E"
JINHE_CODE = "91120102MA0DEM020F"
LIST = "示范严重违法失信名单"
MEASURES = [
    {
        "key": "inspect",
        "unit": "market_regulation",
        "title": "提高抽查比例和频次",
        "basis": "市场监管总局令第44号",
    },
    {"key": "venue", "unit": "health", "title": "从严审查卫生许可", "basis": "市场监管总局令第44号"},
]
PROOF = (("回证.pdf", pdf_bytes()),)


def a_list(district, kind="serious", *, unit="market_regulation", **columns):
    """A list of the market unit that is in force."""
    with district.session() as session:
        units = {"market": session.scalars(select(Unit.id).where(Unit.key == unit)).one()}
        known = {"name": LIST, "measures": MEASURES, "evidence": "R"}
        list_type(session, SimpleNamespace(units=units), kind, **known | columns)


def newest(district):
    """The newest listing."""
    with district.session() as session:
        case = session.scalars(
            select(Case).where(Case.workflow == "listing").order_by(Case.id.desc())
        ).first()
        session.expunge_all()
        return case


def started(browser, *, name=HAIHE, code=HAIHE_CODE, status=200, **more):
    """What follows the first form."""
    typed = {"list_key": "list_serious", "code": code, "name": name, **more}
    return browser.submit(browser.get("/listings/start"), "/start", typed, status=status)


@pytest.fixture
def staff(district):
    """The handler of the unit, its head, the clerk, and the owner of the firm."""
    a_list(district)
    logins = {
        "handler": "handler.shichang",
        "head": "head.shichang",
        "clerk": "clerk.xinyong",
        "owner": "owner.haihe",
    }
    return SimpleNamespace(**{name: district.browser(login) for name, login in logins.items()})


def test_a_name_alone_lists_nobody_and_what_was_typed_stays(district, staff):
    before = newest(district)
    page = started(staff.handler, code="", status=422)
    assert "只有名称、没有代码的，不能列入名单" in page.error_of("code")
    assert page.typed("name") == HAIHE

    page = started(staff.handler, code="91120102MA0DEM010F", status=422)
    assert "第 18 位校验码不对" in page.error_of("code")

    page = started(staff.handler, code=JINHE_CODE, status=409)
    assert (
        "这个代码登记的名称是“天津金河演示人力资源服务有限公司”，您填写的是“天津海河示范食品有限公司”"
        in page.error_of("name")
    )
    assert (page.typed("code"), page.typed("name")) == (JINHE_CODE, HAIHE)

    page = started(staff.handler, code="91120102MA0DEM990R", status=409)
    assert "平台上还没有这个代码的主体，不能凭名称列入" in page.error_of("code")
    assert newest(district) == before or newest(district).id == before.id

    page = started(staff.handler, code=" 91120102ma0dem010e ")
    assert page.heading == "列入名单：示范严重违法失信名单"
    first = newest(district)
    assert (first.facts["matter"], first.facts["kind"], first.facts["scope"]) == (LIST, "serious", "public")
    page = started(staff.handler)
    assert "已经有一份草稿，请接着填写" in page.text
    assert newest(district).id == first.id


def test_somebody_who_has_only_the_number_of_a_citizen_does_not_learn_the_name(district, staff):
    with district.session() as session:
        citizen = session.scalars(select(Subject).where(Subject.kind == "individual")).first()
        code, name = citizen.code, citizen.name
    staff.handler.forbidden = ()  # the number that was typed stays in its field
    page = started(staff.handler, code=code, name="钱小满", status=409)
    assert "登记的姓名和您填写的不一样" in page.error_of("name")
    assert name not in page.text
    started(staff.handler, code=code, name=name)
    assert newest(district).facts["scope"] == "limited"


def test_only_a_handler_begins_and_only_on_a_list_of_the_own_unit_in_force(district, staff):
    staff.head.get("/listings/start", status=403)
    staff.owner.get("/listings/start", status=403)
    a_list(district, "abnormal", confirmed=False, name="还没有确认的名录")
    a_list(district, "red", name="停用的名单", ended_on=date(2026, 11, 20))
    a_list(district, "focus", name="别的单位的名单", unit="health")
    page = staff.handler.follow(staff.handler.get("/queue"), "列入名单")
    offered = {tag["value"] for tag in page.soup.select('[name="list_key"]')}
    assert {"list_serious", "list_abnormal", "list_red", "list_focus"} & offered == {"list_serious"}
    typed = {"list_key": "list_red", "code": HAIHE_CODE, "name": HAIHE}
    page = staff.handler.post("/listings/start", typed, status=422)
    assert "不在可选范围内" in page.error_of("list_key")
    with district.session() as session:
        session.execute(update(ListType).values(ended_on=date(2026, 11, 20)))
    page = staff.handler.get("/listings/start")
    assert "本单位还没有可以使用的名单" in page.text
    assert not page.soup.select('main form [name="code"]')


def told(staff, district):
    """The listing of which the firm was told; its address."""
    page = started(staff.handler)
    assert "提高抽查比例和频次（演示区市场监管局） 依据：市场监管总局令第44号" in page.text
    page = staff.handler.submit(page, "/edit", {"behaviour": "", "basis": ""}, status=422)
    assert "请写明何时、何地、做了什么" in page.error_of("behaviour")
    stated = {
        "behaviour": "生产不符合食品安全标准的食品，被处较重行政处罚。",
        "basis": "市场监管总局令第44号第五条第（一）项",
    }
    page = staff.handler.submit(page, "/edit", stated)
    assert "请勾选列入后采取的管理措施" in page.text
    page = staff.handler.get(f"/cases/{newest(district).address}/edit")
    ticked = {"evidence_no": "津演市监罚〔2026〕9号", "measures": ["inspect", "venue"]}
    page = staff.handler.submit(page, "/edit", ticked)
    preview = page.one("#preview").get_text(" ", strip=True)
    assert "生产不符合食品安全标准的食品" in preview
    assert "从严审查卫生许可" in preview
    address = newest(district).address
    staff.owner.get(f"/cases/{address}", status=404)
    page = staff.handler.submit(page, "/steps/serve_notice")
    assert "已告知，等待陈述申辩" in page.text
    return newest(district).address


def test_a_listing_goes_from_the_notice_to_the_publication_through_pages_alone(district, staff):
    address = told(staff, district)
    case_page = f"/cases/{address}"
    page = staff.handler.get(case_page)
    assert "告知书还没有送达的证明" in page.text

    page = staff.owner.get(case_page)
    ground = page.one("#list-ground").get_text(" ", strip=True)
    for said in (
        "市场监管总局令第44号",
        "待核实",
        "被处较重行政处罚的，列入。",
        "列入满一年",
        "从严审查卫生许可",
        "演示区卫健委",
    ):
        assert said in ground
    page = staff.handler.submit(
        staff.handler.get(f"{case_page}/steps/prove_service"),
        "/prove_service",
        {"served_on": "2026-11-20", "served_how": "handed"},
        status=409,
    )
    assert "请上传送达回证" in page.text
    assert page.typed("served_on") == "2026-11-20"
    page = staff.handler.submit(page, "/prove_service", files={"file_service_proof": PROOF})
    assert "11 月 20 日" in page.one("#course").get_text()
    assert "直接送达" in page.one("#course").get_text()

    page = staff.owner.get(f"{case_page}/steps/reply")
    assert len(page.soup.select(".point")) == 3
    said = {"reply_points-1": "产品已经全部召回。", "reply_points-2": "", "reply_points-3": "处罚正在复议。"}
    page = staff.owner.submit(
        page,
        "/steps/reply",
        said,
        button="再加几格",
        files={"file_reply_evidence": (("召回.pdf", pdf_bytes()),)},
    )
    assert len(page.soup.select(".point")) == 6
    assert page.typed("reply_points-3") == "处罚正在复议。"
    assert not page.soup.select("[data-error-summary]")
    assert district.stored(address).state == "noticed"
    page = staff.owner.submit(page, "/steps/reply", {"reply_points-6": "请从轻处理。"})
    assert district.stored(address).facts["reply_points"] == [
        "产品已经全部召回。",
        "处罚正在复议。",
        "请从轻处理。",
    ]
    assert "召回.pdf" in page.one("#points").get_text()
    assert page.one("#points").get_text().count("还没有答复") == 3

    page = staff.handler.get(f"{case_page}/steps/propose_decision")
    assert page.words(".point-said") == ["产品已经全部召回。", "处罚正在复议。", "请从轻处理。"]
    answers = {
        "answers-1": "召回不影响认定。",
        "answers-3": "没有从轻情节。",
        "proposal": "事实清楚，建议列入。",
    }
    page = staff.handler.submit(page, "/propose_decision", answers, status=422)
    assert "请答复这一点" in page.error_of("answers-2")
    assert page.typed("answers-3") == "没有从轻情节。"
    page = staff.handler.submit(page, "/propose_decision", {"answers-2": "复议期间不停止执行。"})

    with district.session() as session:
        both = session.scalars(select(Person).where(Person.login == "handler.shichang")).one()
        unit = session.scalars(select(Unit).where(Unit.key == "market_regulation")).one()
        both.grants.append(GrantRow(kind="head", unit=unit, valid_from=date(2026, 4, 1), granted_at=NOW))
    page = staff.handler.get(f"{case_page}/steps/decide")
    assert "列入的建议由您提出，须由另一位负责人决定（两人原则）" in page.text

    page = staff.head.submit(
        staff.head.get(f"{case_page}/steps/send_back"), "/send_back", {"send_back_note": "第三点请补充。"}
    )
    page = staff.handler.get(f"{case_page}/steps/propose_decision")
    assert page.typed("answers-2") == "复议期间不停止执行。"
    staff.handler.submit(
        page, "/propose_decision", {"answers-3": "没有从轻、减轻的情节。", "proposal": "建议列入。"}
    )

    page = staff.head.get(f"{case_page}/steps/decide")
    everything = page.one("main").get_text(" ", strip=True)
    for said in (
        "处罚正在复议。",
        "复议期间不停止执行。",
        "没有从轻、减轻的情节。",
        "从严审查卫生许可",
        "召回.pdf",
        "建议列入。",
        "吕清和（",
    ):
        assert said in everything
    page = staff.head.submit(page, "/decide", {"decision_reasons": "符合列入条件，意见不采纳。"})
    assert district.stored(address).state == "decided"
    with district.session() as session:
        record = session.scalars(select(CreditRecord).where(CreditRecord.decision_no == address)).one()
        repair_notice.issue(session, record, now=NOW, house=district.app.extensions["house"])
    assert {"列入名单决定书", "移出名单告知书"} <= set(staff.owner.get(case_page).words("#documents h3"))

    assert "决定书还没有送达的证明，不能公布" in staff.clerk.get(case_page).text
    page = staff.handler.get(f"{case_page}/steps/prove_decision_service")
    served = {"decision_served_on": "2026-11-20", "decision_served_how": "post"}
    staff.handler.submit(
        page, "/prove_decision_service", served, files={"file_decision_service_proof": PROOF}
    )
    page = staff.clerk.get(f"{case_page}/steps/publish")
    page = staff.clerk.submit(page, "/publish", {"channel": ""}, status=422)
    assert "请写明在哪里公布" in page.error_of("channel")
    page = staff.clerk.submit(page, "/publish", {"channel": "“信用中国”网站和本平台"})
    assert "已列入名单" in page.text
    assert "公布，渠道：“信用中国”网站和本平台" in staff.owner.get(case_page).one("#course").get_text()
    with district.session() as session:
        entry = session.scalars(select(ListEntry).where(ListEntry.case.has(number=address))).one()
        assert (entry.listed_on, entry.ends_on) == (date(2026, 11, 20), date(2029, 11, 20))
        initiated = session.scalars(select(JointMeasure.title).where(JointMeasure.entry_id == entry.id))
        assert sorted(initiated) == ["从严审查卫生许可", "提高抽查比例和频次"]
    page = started(staff.handler, status=409)
    assert "已经在这个名单上" in page.error_of("code")


def noticed(district):
    """The same without pages."""
    with district.session() as session:
        handler = session.scalars(select(Person).where(Person.login == "handler.shichang")).one()
        known = {
            "actor": load_actor(handler, on=NOW.date()),
            "now": NOW,
            "house": district.app.extensions["house"],
        }
        asked = list_filing.Asked("list_serious", HAIHE_CODE, HAIHE)
        case, _ = list_filing.open_for(session, asked, today=NOW.date(), **known)
        stated = {**STATED, "measures": ("inspect",)}
        cases.save(session, case.address, stated, version=case.version, **known)
        perform.perform(session, case.address, perform.Order("serve_notice", {}, None), **known)
        return f"/cases/{case.address}"


def test_the_firm_signs_for_the_notice_itself_and_may_be_let_off(district, staff):
    case_page = noticed(district)
    page = staff.owner.submit(staff.owner.get(case_page), "/steps/sign_for")
    assert "在线签收" in page.one("#course").get_text()
    assert "签收告知书" not in page.words("main button")
    page = staff.owner.submit(staff.owner.get(f"{case_page}/steps/reply"), "/steps/reply", status=422)
    assert "请至少写明一点意见" in page.error_of("reply_points")
    page = staff.handler.submit(
        staff.handler.get(f"{case_page}/steps/drop"), "/steps/drop", {"drop_reasons": "处罚决定已经撤销。"}
    )
    assert "已决定不列入" in page.text
    assert "处罚决定已经撤销。" in staff.owner.get(case_page).text
