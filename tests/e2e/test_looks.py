"""Every main page, measured: accessible in light and dark, no wider than the window, nothing on top of anything."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from sqlalchemy import select

from tests.e2e.conftest import DESKTOP, PHONE, SMALLEST, Visit, Visiting
from tests.e2e.looking import overlapping, sideways, too_small
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
        "/search?q=海河", "/accessibility", "/privacy", "/no-such-page", "/publicity", "/repairs/", "/objections/", "/calendar?year=2026",
        "/calculator?starts_on=2026-09-18&length=15&unit=working", "/petitions/new?q=海河", "/petitions/new?ref={listed}",
        "/petitions/standing", "/lists/", "/lists/honest_red", "/lists/wage_arrears", "/lists/entries/{on_red}",
    ),
    "owner.lizi": ("/queue", "/cases/{draft}", "/cases/{draft}/edit", "/cases/{draft}/steps/sign", "/notices", "/account"),
    "owner.qiming": ("/cases/{returned}", "/cases/{returned}/edit", "/cases/{returned}/steps/withdraw", "/cases/{reviewing}"),
    "owner.gongying": ("/objections/start", "/objections/start?ref={listed}", "/cases/{undoing}"),
    "owner.haihe": ("/account/mandates", "/cases/{done}", "/credit-file", "/repairs/start", "/reports/{firm}",
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
        "/office/sync", "/office/calendar", "/office/documents", "/office/texts", "/office/texts/letter_proactive", "/office/texts/letter_proactive/2", "/office/texts/letter_proactive/changes", "/office/rules/CM-02", "/office/rules/LE-05-SAMR/own", "/office/clusters", "/repairs/window",
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
    "admin.security": ("/admin/people", "/admin/people/1"),
    "admin.system": ("/admin/units", "/office/rules"),
    "auditor": ("/admin/log",),
}  # fmt: skip
BRINGING, BROUGHT = Axe(), Axe("undefined")
# Colour is the only thing that dark changes; the rest was judged in the light.
IN_THE_DARK = ("color-contrast", "link-in-text-block")
people = pytest.mark.parametrize("login", [pytest.param(login, id=login or "visitor") for login in ROOMS])


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


def pages_of(visit: Visit, login: str) -> Iterator[tuple[str, Page]]:
    """Each page of this person, opened."""
    known = addresses(visit.district)
    for path in ROOMS[login]:
        yield path, visit.open(path.format(**known))


@people
def test_pages_are_accessible_by_day_and_by_night(visiting: Visiting, login: str) -> None:
    found: list[str] = []
    for path, page in pages_of(visiting(login), login):
        found += violations(page, path)
        page.emulate_media(color_scheme="dark")
        found += violations(page, f"{path} in the dark", IN_THE_DARK)
        page.emulate_media(color_scheme="light")
    assert not found, "\n".join(found)


@people
def test_pages_fit_a_phone_and_can_be_hit_by_a_finger(visiting: Visiting, login: str) -> None:
    found: list[str] = []
    visit = visiting(login, size=PHONE)
    for path, page in pages_of(visit, login):
        for width, height in (PHONE, SMALLEST):
            page.set_viewport_size({"width": width, "height": height})
            where = f"{path} at {width} px"
            found += [f"{where}: {sideways(page)} px too wide"] if sideways(page) else []
            found += [f"{where}: too small: {one}" for one in too_small(page)]
            found += [f"{where}: {one}" for one in overlapping(page)]
    assert not found, "\n".join(found)


@people
def test_pages_fit_a_desk(visiting: Visiting, login: str) -> None:
    found: list[str] = []
    for path, page in pages_of(visiting(login, size=DESKTOP, script=False), login):
        found += [f"{path}: {sideways(page)} px too wide"] if sideways(page) else []
        found += [f"{path}: {one}" for one in overlapping(page)]
    assert not found, "\n".join(found)


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


def violations(page: Page, where: str, rules: tuple[str, ...] = ()) -> list[str]:
    """What axe finds wrong, a line each; only these rules when some are given."""
    # What passed is not worked out in full; our style sheets need not be fetched again, no rule of these reads them.
    options: dict[str, object] = {"resultTypes": ["violations"], "preload": {"assets": ["media"]}}
    if rules:
        options["runOnly"] = {"type": "rule", "values": list(rules)}
    results = axe_for(page).run(page, options=options)
    return [
        f"{where}: {one['id']} ({one['help']}): {node['html'][:160]}"
        for one in results.response["violations"]
        for node in one["nodes"]
    ]


def axe_for(page: Page) -> Axe:
    """Axe, which brings its half megabyte of script along only where the page has not got it yet."""
    return BROUGHT if page.evaluate("() => 'axe' in window") else BRINGING
