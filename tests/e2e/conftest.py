"""The demonstration district behind a real server, and people who look at it with a real Chromium.

Server thread and test share one process, so the fixed day of the district also holds for the pages. A visit that
ends with an error in the browser's console, a breach of the content policy, a failed script or a request to any
other host fails its test, whatever else the test looked at.
"""

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Locator, Page, Request, expect

from tests.chromium import chromium
from tests.serving import served
from tests.web.conftest import PASSWORD, District, district, loaded, worker_app
from workflow_app import demo

__all__ = ["chromium", "district", "loaded", "worker_app"]

PATIENCE_MS = 10_000
expect.set_options(timeout=PATIENCE_MS)
ELSEWHERE = re.compile(r"^(?!https?://127\.0\.0\.1[:/])(?!data:|about:|blob:)")
# The browser also reports every answer of 400 and above as an error; the tests look at those themselves.
ANSWERED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")
DESKTOP = (1280, 900)
PHONE = (390, 844)
SMALLEST = (320, 640)


@dataclass
class Visit:
    """Somebody at a browser of their own: counts what they press, notes what went wrong."""

    page: Page
    base: str
    district: District
    has_script: bool
    clicks: int = 0
    troubles: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Type an address."""
        self.page.goto(self.base + path)
        return self.page

    def press(self, what: str | Locator, *, role: str = "link") -> None:
        """One click, counted: a link of this name, or anything found otherwise."""
        target = what if isinstance(what, Locator) else self.named(what, role=role)
        target.click()
        self.page.wait_for_load_state()
        self.clicks += 1

    def press_button(self, name: str) -> None:
        """One click on a button, counted."""
        self.press(name, role="button")

    def named(self, name: str, *, role: str = "link") -> Locator:
        """The link or button of this name in the main part of the page."""
        return self.page.locator("main").get_by_role(role, name=name).first  # type: ignore[arg-type]

    def type_over(self, label: str, text: str) -> None:
        """Fill in a field without a click, as one does who comes by the Tab key."""
        self.page.get_by_label(label, exact=False).fill(text)

    def sign_in(self, login: str) -> None:
        """Type login, password and, when asked, the code of the demonstration's second factor; counted."""
        page = self.page
        self.press(page.locator("#login"))
        page.keyboard.type(login)
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        self.press_button("登录")
        if page.locator("input[name=code]").count():
            page.fill("input[name=code]", demo.code_now())
            self.press(page.locator("main form button[type=submit]").first)

    def let_the_worker_deliver(self) -> None:
        """All messages that are due; in a thread of its own, because signing needs an event loop of its own."""
        worker = threading.Thread(target=self.district.deliver)
        worker.start()
        worker.join()

    def heading(self) -> str:
        """The first heading."""
        return self.page.locator("h1").first.inner_text().strip()

    def path(self) -> str:
        """Where one is, without the host."""
        return self.page.url.removeprefix(self.base)

    def text(self) -> str:
        """What the main part of the page says."""
        return self.page.locator("main").inner_text()


Visiting = Callable[..., Visit]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser that leaves a page drops what it was loading; the file the server was sending then ends unclosed."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.filterwarnings("ignore::ResourceWarning"))
            item.add_marker(pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"))


@pytest.fixture(scope="session")
def base(worker_app: Flask) -> Iterator[str]:
    """The address at which this worker's application answers."""
    with served(worker_app, is_threaded=True) as address:
        yield address


@pytest.fixture
def visiting(base: str, district: District, chromium: Chromium) -> Iterator[Visiting]:
    """Open a visit: `visiting("owner.haihe", script=False, size=PHONE)`. Ends them all, and judges them.

    The browser is asked for last: it keeps an event loop in this thread, beside which no PDF can be signed.
    """
    visits: list[Visit] = []
    contexts: list[BrowserContext] = []

    def begin(
        login: str = "",
        *,
        script: bool = True,
        size: tuple[int, int] = DESKTOP,
        scheme: str = "light",
        locale: str = "zh-CN",
    ) -> Visit:
        is_phone = size[0] < 600
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=script,
            color_scheme=scheme,  # type: ignore[arg-type]
            has_touch=is_phone,
            is_mobile=is_phone,
            locale=locale,
            accept_downloads=True,
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        context.route(ELSEWHERE, lambda route: route.abort())
        if login:
            cookie = district.browser(login).client.get_cookie("session")
            assert cookie is not None
            context.add_cookies([{"name": "session", "value": cookie.value, "url": base}])
        visit = Visit(context.new_page(), base, district, has_script=script)
        listen(visit)
        visits.append(visit)
        return visit

    yield begin
    for context in contexts:
        context.close()
    troubles = [trouble for visit in visits for trouble in visit.troubles]
    assert not troubles, "\n".join(troubles)


def listen(visit: Visit) -> None:
    """Note everything that should not happen in a browser."""

    def on_request(request: Request) -> None:
        if ELSEWHERE.match(request.url):
            visit.troubles.append(f"asked another host: {request.url}")

    def on_message(kind: str, text: str) -> None:
        if kind in ("error", "warning") and not ANSWERED.search(text):
            visit.troubles.append(f"console at {visit.page.url}: {text}")

    visit.page.on("request", on_request)
    visit.page.on("console", lambda message: on_message(message.type, message.text))
    visit.page.on("pageerror", lambda error: visit.troubles.append(f"script at {visit.page.url}: {error}"))
    visit.page.on(
        "response",
        lambda answer: (
            visit.troubles.append(f"{answer.status} at {answer.url}") if answer.status >= 500 else None
        ),
    )
