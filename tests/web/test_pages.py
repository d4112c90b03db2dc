"""What holds for every page: panels are parts of it, the guards stand on it, it is light, and it speaks English too."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from sqlalchemy import inspect, select, update

from tests.browser import Browser, Page, check_headers
from tests.test_translations import QUOTED
from tests.web.conftest import District
from tests.web.everybody import PEOPLE, Matrix, prepare, read_by
from workflow_app.domain import rules
from workflow_app.models.base import Base
from workflow_app.models.case import Case
from workflow_app.models.deadline import Deadline
from workflow_app.models.outbox import Message, Notice

FIRST_VIEW = 120 * 1024
QUEUE = 60 * 1024
MOST_REQUESTS = 6
TOKEN = re.compile(r'name="csrf_token" value="[^"]+"')
CHINESE = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]+")
SENTENCES = (Deadline, Notice, Message)
"""Tables that hold sentences as message ids, which are to be said in the reader's language."""
SETTINGS = ("信用事项办理平台",)
RUN_TOGETHER = re.compile(r"[a-z]{3}[.?!;][A-Z][a-z]+")
CITED = re.compile("《[^》]*》")
"""A law is cited by its own title in every language."""
SAID = ("aria-label", "title", "placeholder", "alt", "data-announce", "data-label", "data-failed")
"""Attributes that are read out or shown."""
MASKED = re.compile(r"[\u3400-\u9fff]\*+")


def plain(html: str) -> str:
    """Without what differs from one answer to the next."""
    return TOKEN.sub("", html)


def panel_pages(district: District) -> Iterator[tuple[Browser, str, str]]:
    """Browser, address and panel of the pages that have panels, over all cases of the district."""
    with district.session() as session:
        numbers = session.scalars(select(Case.number).where(Case.number.is_not(None)).order_by(Case.id)).all()
    lead, handler = district.browser("lead.xinyong"), district.browser("handler.shichang")
    for number in numbers:
        yield from ((lead, f"/cases/{number}", panel) for panel in ("four", "deeds"))
    waiting = district.case(subject="算盘", item="ZMTD-01", state="signed")
    for step in ("accept", "refuse", "return_for_correction", "withdraw"):
        yield from ((handler, f"/cases/{waiting}/steps/{step}", panel) for panel in ("four", "deeds"))
    for tab in ("mine", "open", "due_soon", "overdue", "all", "no-such-tab"):
        yield from ((browser, f"/queue?tab={tab}", "queue") for browser in (lead, handler))


def test_every_panel_is_a_part_of_its_page(district):
    pages: dict[tuple[int, str], Page] = {}
    for browser, address, panel in panel_pages(district):
        key = (id(browser), address)
        whole = pages.get(key) or pages.setdefault(key, browser.get(address))
        part = browser.htmx("GET", address, target=panel)
        assert "<html" not in part.html, f"{address} has no panel {panel}"
        assert part.soup.find(id=panel), f"the panel {panel} of {address} does not carry its own id"
        assert plain(part.html).strip() in plain(whole.html), f"{panel} of {address} differs from its page"


def test_only_panels_on_the_list_are_answered_alone(district):
    lead = district.browser("lead.xinyong")
    number = district.case(subject="算盘", item="ZMTD-01", state="signed")
    for target in ("facts", "history", "main", "title", "block", "../base"):
        assert "<html" in lead.htmx("GET", f"/cases/{number}", target=target).html


@pytest.mark.parametrize("header", ["HX-Boosted", "HX-History-Restore-Request"])
def test_a_boosted_or_restored_request_gets_the_whole_page(district, header):
    lead = district.browser("lead.xinyong")
    headers = {"HX-Request": "true", "HX-Target": "queue", header: "true"}
    assert "<html" in lead.client.get("/queue", headers=headers).get_data(as_text=True)


@pytest.mark.parametrize("address", ["/", "/queue", "/items/", "/account"])
def test_a_page_is_never_cached_for_somebody_else(district, address):
    response = district.browser("owner.haihe").get(address).response
    assert {"HX-Request", "HX-Target", "Cookie", "Accept-Language"} <= set(response.vary)
    assert response.headers["Cache-Control"] == "no-store"


def test_errors_carry_the_guards_and_say_the_way_out(district):
    firm = district.browser("owner.haihe")
    signed = district.case(subject="海河", item="ZMTD-02", state="signed")
    assert "没有找到这个页面" in firm.get("/cases/CM-120102-20261120-999999", status=404).text
    assert firm.get("/no-such-page", status=404).link("首页") == "/"
    assert "403" in firm.get("/admin/people", status=403).text
    assert "405" in firm.get(f"/cases/{signed}/claim", status=405).text
    firm.post(f"/cases/{signed}/steps/withdraw", {"withdrawal_reason": "不再需要。"}, status=409)


def test_a_form_from_elsewhere_is_refused_without_a_token(district):
    signed = district.case(subject="海河", item="ZMTD-02", state="signed")
    firm = district.browser("owner.haihe")
    headers = {"Origin": "https://elsewhere.example"}
    response = firm.client.post(
        f"/cases/{signed}/steps/withdraw", data={"withdrawal_reason": "x"}, headers=headers
    )
    check_headers("/", response)
    assert response.status_code == 400
    assert "安全令牌已失效" in response.get_data(as_text=True)
    assert district.stored(signed).state == "signed"


def test_a_body_beyond_the_limit_is_refused_with_the_way_out(district):
    browser = district.browser()
    body = b"0" * (65 * 1024 * 1024)
    response = browser.client.post("/verify", data=body, content_type="multipart/form-data; boundary=x")
    check_headers("/verify", response)
    assert response.status_code == 413
    assert "文件太大，没有上传成功" in response.get_data(as_text=True)


def test_an_unexpected_error_tells_nothing_of_the_inside(district, caplog):
    signed = district.case(subject="海河", item="ZMTD-02", state="signed")
    with district.session() as session:
        session.execute(update(Case).where(Case.number == signed).values(state="no_such_state"))
    firm = district.browser("owner.haihe")
    district.app.testing = False
    try:
        page = firm.get(f"/cases/{signed}", status=500)
    finally:
        district.app.testing = True
    assert "no_such_state" not in page.html
    assert "Traceback" not in page.html
    assert "no_such_state" in caplog.text


def weight(browser: Browser, page: Page) -> tuple[int, int]:
    """Bytes and requests of a first view, fonts aside, as they are sent."""
    wanted = {
        urlsplit(str(tag[name])).path
        for selector, name in (("link", "href"), ("script", "src"), ("img", "src"), ("use", "href"))
        for tag in page.soup.find_all(selector, attrs={name: True})
        if not str(tag[name]).startswith("data:")
    }
    sent = [len(page.response.data)]
    for address in wanted:
        with browser.client.get(address, headers={"Accept-Encoding": "gzip, deflate, br"}) as response:
            sent.append(len(response.data))
    return sum(sent), len(sent)


# The library that compresses leaves the file it has read to the garbage collector.
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_first_view_is_light(district):
    browser = district.browser()
    page = browser.get("/")
    sent, requests = weight(browser, page)
    assert requests <= MOST_REQUESTS
    assert sent <= FIRST_VIEW


@pytest.mark.parametrize("login", ["owner.haihe", "handler.shichang", "head.shichang", "lead.xinyong"])
def test_a_page_of_the_queue_is_light(district, login):
    assert len(district.browser(login).get("/queue?tab=all").response.data) <= QUEUE


@pytest.fixture(scope="module")
def matrix(module_district: District, tmp_path_factory: pytest.TempPathFactory) -> Matrix:
    """Everybody, signed in."""
    return prepare(module_district, tmp_path_factory.mktemp("pages"))


@pytest.fixture(scope="module")
def data(matrix: Matrix, module_district: District) -> tuple[str, ...]:
    """Every Chinese text that a row keeps: it stands in pages of any language as it was written."""
    matrix.put_back()
    found = set(SETTINGS)
    for rule in rules.built_in().rules:
        found.update(text for text in (rule.instrument, rule.article) if CITED.search(rule.instrument))
    with module_district.session() as session:
        for mapper in Base.registry.mappers:
            if mapper.class_ in SENTENCES:
                continue
            for row in session.scalars(select(mapper.class_)).unique():
                for column in inspect(mapper.class_).column_attrs:
                    found.update(texts_in(getattr(row, column.key)))
    return tuple(sorted((text for text in found if CHINESE.search(text)), key=len, reverse=True))


def texts_in(value: object) -> Iterator[str]:
    """The texts in a stored value."""
    if isinstance(value, str):
        yield " ".join(value.split())
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner)


def chinese_left(html: str, data: tuple[str, ...]) -> list[str]:
    """Chinese on an English page that no row keeps and that is not marked as Chinese, and sentences without a space between."""
    soup = BeautifulSoup(html, "html.parser")
    for tag in soup.find_all(is_left_chinese):
        tag.decompose()
    left = []
    for text in (*soup.stripped_strings, *attributes_in(soup)):
        said = " ".join(text.split())
        left += RUN_TOGETHER.findall(said)
        if not CHINESE.search(said) or is_cut_short(said, data):
            continue
        for known in data:
            said = said.replace(known, "")
        left += CHINESE.findall(MASKED.sub("", QUOTED.sub("", CITED.sub("", said))))
    return left


def is_left_chinese(tag: Tag) -> bool:
    """Whether this part is marked as Chinese, or cites a law."""
    return (str(tag.get("lang", "")).startswith("zh") and tag.name != "html") or "law" in tag.get("class", ())


def is_cut_short(said: str, data: tuple[str, ...]) -> bool:
    """Whether this is the beginning of a text that a row keeps."""
    return said.endswith("…") and any(known.startswith(said[:-1]) for known in data)


def attributes_in(soup: BeautifulSoup) -> Iterator[str]:
    """The attributes that are read out or shown."""
    for tag in soup.find_all(True):
        yield from (str(tag.attrs[name]) for name in SAID if name in tag.attrs)


@pytest.mark.parametrize("person", PEOPLE)
def test_every_page_opened_in_english_is_english(matrix, data, person):
    matrix.put_back()
    wrong = []
    for address in read_by(person):
        if address.startswith("/static"):
            continue
        browser = matrix.browser(person)
        browser.client.set_cookie("locale", "en")
        response = browser.client.get(address.format(**matrix.places), buffered=True)
        is_kept = (
            "Content-Disposition" in response.headers
        )  # the offline checker says both languages by itself
        if response.mimetype == "text/html" and not is_kept:
            left = chinese_left(response.get_data(as_text=True), data)
            wrong += [f"{address}: {' '.join(left[:8])}"] if left else []
    assert not wrong, "not said in English: " + "; ".join(wrong)


def test_the_language_is_switched_by_a_form_and_leads_back_to_the_page(district):
    browser = district.browser()
    page = browser.submit(browser.get("/commitments?q=示范"), "/account/language", button="English")
    assert page.path.startswith("/commitments?q=")
    assert page.one("html")["lang"] == "en"
    assert browser.submit(page, "/account/language", button="中文").one("html")["lang"] == "zh-Hans"
