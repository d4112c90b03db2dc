"""A browser without JavaScript for tests: it opens pages, follows links and sends forms as they stand on the page.

Every answer it gets is judged by `tests/page_rules.py` and for its headers; a test only says what is special to it.
`htmx` sends what the script would send, for the one kind of answer that no form leads to.
"""

import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from tests import page_rules

HOST = "http://localhost"
MOST_REDIRECTS = 4
File = tuple[str, bytes]
"""Name and content of a file to send."""


@dataclass(frozen=True)
class Page:
    """An answer as somebody sees it."""

    path: str
    response: TestResponse
    soup: BeautifulSoup
    ways: tuple[int, ...] = ()
    """The statuses of the redirects that led here."""

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.response.status_code

    @property
    def html(self) -> str:
        """The answer as it was sent."""
        return self.response.get_data(as_text=True)

    @property
    def text(self) -> str:
        """The words of the page, without scripts and with single blanks."""
        return " ".join(self.soup.get_text(" ").split())

    @property
    def heading(self) -> str:
        """The one heading."""
        return self.one("h1").get_text(" ", strip=True)

    def one(self, selector: str) -> Tag:
        """The only element that matches. Fails when there is none or there are several."""
        found = self.soup.select(selector)
        assert len(found) == 1, f"{len(found)} elements match {selector} on {self.path}"
        return found[0]

    def words(self, selector: str) -> list[str]:
        """The words of each element that matches."""
        return [" ".join(tag.get_text(" ").split()) for tag in self.soup.select(selector)]

    def link(self, words: str) -> str:
        """Where the first link with these words leads."""
        for tag in self.soup.find_all("a", href=True):
            if words in " ".join(tag.get_text(" ").split()):
                return str(tag["href"])
        raise AssertionError(f"no link with {words!r} on {self.path}")

    def form(self, mark: str) -> Tag:
        """The first form whose address ends in `mark`, or that has a button with these words."""
        for form in self.soup.find_all("form"):
            buttons = [" ".join(button.get_text(" ").split()) for button in form.find_all("button")]
            if urlsplit(str(form.get("action", ""))).path.endswith(mark) or mark in buttons:
                return form
        raise AssertionError(f"no form for {mark!r} on {self.path}")

    def typed(self, name: str) -> str:
        """What stands in a field."""
        found = self.soup.select_one(f'[name="{name}"]')
        assert isinstance(found, Tag), f"no field {name!r} on {self.path}"
        if found.name == "textarea":
            return found.get_text().replace("\r\n", "\n").removeprefix("\n")  # as parsers of the standard do
        if found.name == "select":
            chosen = found.find("option", selected=True) or found.find("option")
            return str(chosen["value"]) if isinstance(chosen, Tag) else ""
        return str(found.get("value", ""))

    def is_ticked(self, name: str) -> bool:
        """Whether a box is ticked."""
        return self.one(f'input[name="{name}"]').has_attr("checked")

    def error_of(self, name: str) -> str:
        """The sentence at a field, or nothing."""
        place = self.soup.find(id=f"{name}-error")
        return " ".join(place.get_text(" ").split()).removeprefix("有误： ") if place else ""


@dataclass
class Browser:
    """One person's browser. `forbidden` are texts that may stand on none of this person's pages."""

    client: FlaskClient
    forbidden: tuple[str, ...] = ()
    at: str = "/"
    agent: str = "Mozilla/5.0 (tests)"
    opened: list[str] = field(default_factory=list)

    def get(self, url: str, *, status: int | None = 200) -> Page:
        """Open an address, following redirects."""
        return self._go("GET", url, status=status)

    def follow(self, page: Page, words: str, *, status: int = 200) -> Page:
        """Click the link with these words."""
        return self.get(page.link(words), status=status)

    def post(
        self,
        url: str,
        values: Mapping[str, Any] | None = None,
        *,
        status: int | None = 200,
        is_followed: bool = True,
    ) -> Page:
        """Send values of which no page had a form, with a valid token: what a hand-made request can do."""
        return self._go(
            "POST",
            url,
            status=status,
            data={"csrf_token": self.token(), **(values or {})},
            follow=is_followed,
        )

    def submit(
        self, page: Page, mark: str, fill: Mapping[str, Any] | None = None, *, button: str = "",
        files: Mapping[str, Iterable[File]] | None = None, status: int | None = 200,
    ) -> Page:  # fmt: skip
        """Fill in a form and send it as a browser without a script does.

        `mark` finds the form, `fill` says what is typed, chosen or ticked, `button` which of its buttons is pressed.
        """
        form = page.form(mark)
        sent: Any = successful(form, fill or {}, files or {}, button=button)
        url = str(form.get("action") or page.path)
        if str(form.get("method", "get")).lower() == "get":
            return self._go("GET", url, status=status, query=sent)
        kind = "application/x-www-form-urlencoded"
        if form.get("enctype") == "multipart/form-data":
            boundary, sent = encode_multipart(sent)
            kind = f"multipart/form-data; boundary={boundary}"
        return self._go("POST", url, status=status, data=sent, content_type=kind)

    def htmx(
        self,
        method: str,
        url: str,
        *,
        target: str,
        values: Mapping[str, Any] | None = None,
        status: int | None = 200,
    ) -> Page:
        """What htmx sends for a panel; the answer may be a panel or a page."""
        headers = {"HX-Request": "true", "HX-Target": target, "HX-Current-URL": HOST + self.at}
        data = {"csrf_token": self.token(), **(values or {})} if method == "POST" else None
        return self._go(method, url, status=status, data=data, headers=headers, follow=False)

    def token(self) -> str:
        """A CSRF token for this browser's session, from a page of ours."""
        html = self.client.get("/privacy").get_data(as_text=True)
        found = re.search(r'name="csrf_token" value="([^"]+)"', html)
        assert found, "no page gives a token"
        return found.group(1)

    def _go(
        self, method: str, url: str, *, status: int | None, data: Any = None, query: Any = None,
        headers: Mapping[str, str] | None = None, content_type: str | None = None, follow: bool = True,
    ) -> Page:  # fmt: skip
        sent = {"Referer": HOST + self.at, "User-Agent": self.agent, **(headers or {})}
        if method == "POST":
            sent["Origin"] = HOST
        response = self.client.open(
            url,
            method=method,
            data=data,
            query_string=query,
            headers=sent,
            content_type=content_type,
            buffered=True,
        )
        ways: list[int] = []
        while follow and response.status_code in (301, 302, 303, 307, 308):
            ways.append(response.status_code)
            assert len(ways) <= MOST_REDIRECTS, f"{url} leads round in circles"
            url = response.headers["Location"]
            response = self.client.get(url, headers={"User-Agent": self.agent}, buffered=True)
        page = self._seen(url, response, tuple(ways))
        if status not in (None, page.status):
            told = page.words(".notice, .error, h1, main p")[:8]
            raise AssertionError(f"{method} {url} answered {page.status}, not {status}: {told}")
        return page

    def _seen(self, url: str, response: TestResponse, ways: tuple[int, ...]) -> Page:
        """The answer as a page, judged."""
        self.opened.append(url)
        check_headers(url, response)
        is_html = response.mimetype == "text/html" and response.status_code not in (301, 302, 303, 307, 308)
        html = response.get_data(as_text=True) if is_html else ""
        is_whole = "<html" in html
        soup = BeautifulSoup(html, "html.parser")
        if html:
            wrong = page_rules.broken(
                html, soup, app=self.client.application, forbidden=self.forbidden, is_whole=is_whole
            )
            assert not wrong, f"{url}: " + "; ".join(wrong[:6])
        if is_whole:
            parts = urlsplit(url)
            self.at = parts.path + (f"?{parts.query}" if parts.query else "")
        return Page(self.at if is_whole else url, response, soup, ways)


def check_headers(url: str, response: TestResponse) -> None:
    """The guards that stand on every answer, also on errors and files."""
    policy = response.headers.get("Content-Security-Policy", "")
    assert "default-src 'none'" in policy, f"{url}: no content policy"
    assert "unsafe" not in policy, f"{url}: {policy}"
    assert response.headers.get("X-Content-Type-Options") == "nosniff", url
    assert response.headers.get("X-Frame-Options") == "DENY", url
    assert response.headers.get("Referrer-Policy") == "same-origin", url


def successful(
    form: Tag, fill: Mapping[str, Any], files: Mapping[str, Iterable[File]], *, button: str
) -> MultiDict[str, Any]:
    """What a browser sends: the fields as they stand on the page, changed by what is filled in."""
    sent: MultiDict[str, Any] = MultiDict()
    names = {str(tag["name"]) for tag in form.find_all(("input", "select", "textarea")) if tag.get("name")}
    assert fill.keys() <= names, f"the form has no field {sorted(fill.keys() - names)}, only {sorted(names)}"
    assert files.keys() <= names, f"the form has no file field {sorted(files.keys() - names)}"
    for tag in form.find_all(("input", "select", "textarea")):
        name = str(tag.get("name") or "")
        if name and not tag.has_attr("disabled"):
            for value in _values(tag, name, fill, files):
                sent.add(name, value)
    if button:
        pressed = next(
            tag for tag in form.find_all("button") if button in " ".join(tag.get_text(" ").split())
        )
        if pressed.get("name"):
            sent.add(str(pressed["name"]), str(pressed.get("value", "")))
    return sent


def _values(tag: Tag, name: str, fill: Mapping[str, Any], files: Mapping[str, Iterable[File]]) -> list[Any]:
    kind = str(tag.get("type", "text")) if tag.name == "input" else tag.name
    if kind in ("submit", "button", "image", "reset"):
        return []
    if kind == "file":
        chosen = list(files.get(name, ())) or [("", b"")]
        return [FileStorage(io.BytesIO(content), filename) for filename, content in chosen]
    if kind == "checkbox":
        wanted = fill.get(name, tag.has_attr("checked"))
        is_ticked = (
            str(tag.get("value", "on")) in wanted if isinstance(wanted, (list, tuple, set)) else bool(wanted)
        )
        return [str(tag.get("value", "on"))] if is_ticked else []
    if kind == "radio":
        is_chosen = fill[name] == tag.get("value") if name in fill else tag.has_attr("checked")
        return [str(tag.get("value", "on"))] if is_chosen else []
    if name in fill and kind != "hidden":
        return [str(fill[name])]
    return [_standing(tag, kind)] if name not in fill else [str(fill[name])]


def _standing(tag: Tag, kind: str) -> str:
    """What stands in a field that nobody touched. Browsers send line ends as CR LF."""
    if kind == "textarea":
        return (
            tag.get_text().removeprefix("\r\n").removeprefix("\n").replace("\r\n", "\n").replace("\n", "\r\n")
        )
    if kind == "select":
        option = tag.find("option", selected=True) or tag.find("option")
        return str(option.get("value", option.get_text())) if isinstance(option, Tag) else ""
    return str(tag.get("value", ""))
