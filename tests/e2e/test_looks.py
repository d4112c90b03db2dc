"""Every main page, measured: accessible in light and dark, no wider than the window, nothing on top of anything."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response
from sqlalchemy import select

from tests.e2e.conftest import DESKTOP, PHONE, SMALLEST, Visiting
from tests.e2e.looking import broken_words, overlapping, sideways, targets_on, too_small
from tests.web.conftest import NOW, PRINTED, District
from workflow_app.models.case import Case
from workflow_app.models.document import Document
from workflow_app.models.party import Subject
from workflow_app.models.record import CreditRecord
from workflow_app.models.training import TrainingClass
from workflow_app.services.lists import list_lists

# A person and the pages that person looks at; {draft} and the like are filled in from the district.
ROOMS: dict[str, tuple[str, ...]] = {
    "": (
        "/", "/account/sign-in", "/items/", "/items/SPTD-01", "/guide", "/guide/commitment", "/commitments",
        "/commitments?q=没有这家企业", "/verify", "/verify/{code}", "/verify?code=AAAABBBBCCCCDDDDEEEEFFFF",
        "/search?q=海河", "/accessibility", "/api/docs", "/privacy", "/no-such-page", "/publicity", "/repairs/", "/objections/", "/calendar?year=2026",
        "/calculator?starts_on=2026-09-18&length=15&unit=working", "/petitions/new?q=海河", "/petitions/new?ref={listed}",
        "/petitions/standing", "/lists/", "/lists/honest_red", "/lists/wage_arrears", "/lists/entries/{on_red}",
    ),
    "owner.lizi": ("/queue", "/cases/{draft}", "/cases/{draft}/edit", "/cases/{draft}/steps/sign", "/notices", "/account"),
    "owner.qiming": ("/cases/{returned}", "/cases/{returned}/edit", "/cases/{returned}/steps/withdraw", "/cases/{reviewing}"),
    "owner.gongying": ("/objections/start", "/objections/start?ref={listed}", "/cases/{undoing}"),
    "owner.haihe": ("/account/mandates", "/account/tokens", "/account/hooks", "/cases/{done}", "/credit-file", "/repairs/start", "/reports/{firm}",
        "/training/", "/training/classes/{class}", "/training/{learning}/lessons", "/training/{learning}/lessons/6",
        "/cases/{learning}",
    ),
    "handler.weijian": (
        "/queue", "/queue?tab=all", "/cases/{signed}", "/cases/{signed}/steps/return_for_correction",
        "/cases/{signed}/steps/accept", "/office/items", "/office/items/SPTD-02", "/office/items/SPTD-02/edit",
    ),
    "handler.yingji": ("/queue?tab=mine&q=没有", "/office/records", "/office/records/new", "/office/imports", "/cases/{verifying}/steps/answer"),
    "clerk.xinyong": (
        "/lists/entries/{on_red}", "/lists/entries/{off}",
        "/office/sync", "/sync/differences", "/sync/differences/files", "/exchange", "/office/calendar", "/office/documents", "/office/texts", "/office/texts/letter_proactive", "/office/texts/letter_proactive/2", "/office/texts/letter_proactive/changes", "/office/rules/CM-02", "/office/rules/LE-05-SAMR/own", "/office/clusters", "/repairs/window",
        "/office/lists", "/office/lists/wage_arrears", "/office/lists/new", "/office/lists/built-in/market_serious",
        "/objections/window?q=海河",
        "/reports/window?q=海河", "/reports/{firm}", "/objections-office/silent", "/objections-office/ended-units",
        "/objections-office/figures", "/petitions/", "/training-office/", "/training-office/new",
        "/training-office/classes/{held}", "/training-office/classes/{held}/lessons",
        "/training-office/classes/{held}/questions", "/training-office/classes/{held}/preview",
        "/training-office/classes/{held}/register", "/training-office/classes/{held}/certificates",
        "/training-office/classes/{held}/questions/import",
        "/training-office/classes/{held}/questions/new", "/training-office/statistics", "/measures/", "/measures/1",
        "/batches/", "/batches/new",
        "/supervision/", "/supervision/second-looks",
        "/queue?tab=open&workflow=objection&due_until=2026-12-31", "/queue/lists/",
    ),
    "head.wangxin": ("/cases/{breach}", "/cases/{breach}/steps/decide_breach", "/stand-ins", "/stand-ins/new"),
    "admin.security": ("/admin/people", "/admin/people/1", "/admin/systems"),
    "admin.system": ("/admin/units", "/office/rules"),
    "auditor": ("/admin/log", "/admin/calls"),
}  # fmt: skip
AXE = Axe()
# What passed is not worked out in full; our style sheets need not be fetched again, no rule of these reads them.
ECONOMY: dict[str, object] = {"resultTypes": ["violations"], "preload": {"assets": ["media"]}}
# Colour is the only thing that dark changes; the rest was judged in the light.
IN_THE_DARK: dict[str, object] = {
    **ECONOMY,
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}
# Whoever has many rooms is several tests, which the processes of a run share among themselves.
MOST_ROOMS = 11
walks = pytest.mark.parametrize(
    ("login", "rooms"),
    [
        pytest.param(login, rooms[at : at + MOST_ROOMS], id=f"{login or 'visitor'}-{at // MOST_ROOMS + 1}")
        for login, rooms in ROOMS.items()
        for at in range(0, len(rooms), MOST_ROOMS)
    ],
)


def addresses(district: District) -> dict[str, str]:
    """The cases and the document that the pages are about."""
    with district.session() as session:
        code = session.scalars(select(Document.verify_code).where(Document.produced_at.is_not(None))).first()
        listed = session.scalars(select(CreditRecord.ref).where(CreditRecord.kind == "abnormal_list")).first()
        wanted = select(Case.state, Case.number).where(Case.workflow == "objection").order_by(Case.id)
        objections = {state: number for state, number in session.execute(wanted) if number}
        held = str(session.scalars(select(TrainingClass.ref).order_by(TrainingClass.id)).first())
        studied = select(Case).where(Case.workflow == "training", Case.state == "learning").order_by(Case.id)
        learning = session.scalars(studied.join(Subject).where(Subject.name.contains("海河"))).first()
        assert learning is not None, "the district has a training in which somebody studies"
        training = {"learning": learning.address, "class": learning.facts["class_ref"]}
        firm = session.scalars(select(Subject.id).where(Subject.name == "天津海河示范食品有限公司")).one()
        today = NOW.date()
        (red,) = list_lists.page(
            session, "standing", list_lists.one(session, "honest_red"), today=today
        ).lines
        (off,) = list_lists.page(session, "left", list_lists.one(session, "wage_arrears"), today=today).lines
    return {
        "draft": district.case(subject="李子亭", item="ZDGS-03", state="draft"),
        "returned": district.case(subject="启明", item="RQSL-03", state="returned"),
        "signed": district.case(subject="李子亭", item="SPTD-02", state="signed"),
        "breach": district.case(subject="环渤海", item="ZDGS-04", state="breach_proposed"),
        "done": PRINTED,
        "code": str(code),
        "listed": str(listed),
        "firm": str(firm),
        "on_red": red.ref,
        "off": off.ref,
        **training,
        "held": held,
        **{state: objections[state] for state in ("verifying", "undoing", "reviewing")},
    }


@walks
def test_pages_are_accessible_by_day_and_by_night_and_fit_a_phone_and_a_desk(
    visiting: Visiting, login: str, rooms: tuple[str, ...]
) -> None:
    """Each page is asked of the server once, and then looked at from all sides."""
    visit, bare = visiting(login, size=PHONE), visiting(size=DESKTOP, script=False)
    known = addresses(visit.district)
    found: list[str] = []
    for room in rooms:
        path = room.format(**known)
        visit.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        answer = visit.page.goto(visit.base + path)
        assert answer is not None
        found += [f"{path} on a phone: {one}" for one in misfits(visit.page, PHONE, is_touched=True)]
        found += [f"{path} on a small phone: {one}" for one in misfits(visit.page, SMALLEST, is_touched=True)]
        found += [f"{path} on a desk: {one}" for one in misfits(visit.page, DESKTOP)]
        found += [f"{path}: {one}" for one in violations(visit.page)]
        show_again(bare.page, answer)
        found += [f"{path} without script: {one}" for one in misfits(bare.page, DESKTOP)]
    assert not found, "\n".join(found)


def show_again(page: Page, answer: Response) -> None:
    """The same answer in another browser, without the server having to write the page again."""
    status, headers, body = answer.status, answer.headers, answer.body()
    page.route(answer.url, lambda route: route.fulfill(status=status, headers=headers, body=body), times=1)
    page.goto(answer.url)


def misfits(page: Page, size: tuple[int, int], *, is_touched: bool = False) -> list[str]:
    """What is wrong with the page in a window of this size."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    wide, targets = sideways(page), targets_on(page)
    return [
        *([f"{wide} px too wide"] if wide else []),
        *(f"too small: {one}" for one in (too_small(targets) if is_touched else ())),
        *overlapping(targets),
    ]


def test_on_a_phone_the_letter_is_read_before_the_form_that_signs_it(
    visiting: Visiting, district: District
) -> None:
    page = visiting("owner.lizi", size=PHONE).open(f"/cases/{addresses(district)['draft']}/steps/sign")
    letter, form = (page.locator(part).bounding_box() for part in ("#letter", "#deeds"))
    assert letter is not None
    assert form is not None
    assert letter["y"] < form["y"]


def test_the_button_of_a_long_list_of_reasons_is_not_hidden_in_a_box(
    visiting: Visiting, district: District
) -> None:
    path = f"/cases/{addresses(district)['signed']}/steps/return_for_correction"
    page = visiting("handler.weijian").open(path)
    box = page.locator(".case-deeds").bounding_box()
    button = page.locator("#deeds button[type=submit]").bounding_box()
    assert box is not None
    assert button is not None
    assert button["y"] + button["height"] <= box["y"] + box["height"]


def test_no_title_of_the_menu_is_cut_off_in_english(visiting: Visiting) -> None:
    visit = visiting("head.shichang", size=DESKTOP)
    visit.page.context.add_cookies([{"name": "locale", "value": "en", "url": visit.base}])
    page = visit.open("/queue")
    assert page.locator(".nav summary .count").count(), "something waits behind a long title"
    assert page.locator(".nav").evaluate("nav => nav.scrollWidth <= nav.clientWidth")


@pytest.mark.parametrize("room", ["/office/records", "/office/lists", "/office/sync", "/office/sync/targets"])
def test_no_word_of_a_state_is_broken_in_an_english_table(visiting: Visiting, room: str) -> None:
    visit = visiting("lead.xinyong", size=DESKTOP)
    visit.page.context.add_cookies([{"name": "locale", "value": "en", "url": visit.base}])
    page = visit.open(room)
    assert page.locator("td .tag").count()
    assert broken_words(page, "td .tag") == []


def violations(page: Page) -> list[str]:
    """What axe finds wrong by day and by night, a line each."""
    page.evaluate(AXE.axe_script)
    by_day = judged(page, ECONOMY)
    page.emulate_media(color_scheme="dark")
    by_night = [f"in the dark: {one}" for one in judged(page, IN_THE_DARK)]
    page.emulate_media(color_scheme="light")
    return by_day + by_night


def judged(page: Page, options: dict[str, object]) -> list[str]:
    """What axe finds wrong on the page as it is drawn now; what it finds right is not even fetched."""
    wrong = page.evaluate("async options => (await axe.run(options)).violations", options)
    return [f"{one['id']} ({one['help']}): {node['html'][:160]}" for one in wrong for node in one["nodes"]]
