"""Browsers that are no more than a browser needs: cookies, redirects, the hidden fields of a form; and what each answer cost.

For measures over HTTP on loopback. Nothing is fetched beside the page, nothing is asked for in a compressed form, and a page is
never parsed but searched, so that the clients leave the machine to the servers.
"""

import http.client
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlencode, urljoin

FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
FIELD = re.compile(r'<input\b[^>]*type="hidden"[^>]*>')
ATTRIBUTE = re.compile(r'\b([a-z]+)="([^"]*)"')
GONE_ON = (301, 302, 303)
PATIENCE = 600


@dataclass(frozen=True)
class Answer:
    """One request: milliseconds until its last byte, the server's processor time in milliseconds and statements as its
    application counted them, and bytes."""

    path: str
    took: float
    spent: float
    statements: int
    size: int


class Browser:
    """Somebody's browser at one server on this machine."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.cookies: dict[str, str] = {}
        self.answers: list[Answer] = []
        self.path, self.page = "", ""

    def get(self, path: str) -> str:
        """Open a page, wherever it leads; the page."""
        return self._ask("GET", path)

    def send(self, typed: Mapping[str, str], *, to: str = "") -> str:
        """Send the form whose action begins so, or the one that has none, and go where the answer leads; the page there."""
        for head, body in FORM.findall(self.page):
            said = dict(ATTRIBUTE.findall(head))
            action = unescape(said.get("action", ""))
            if said.get("method", "").lower() == "post" and (action.startswith(to) if to else not action):
                fields = (dict(ATTRIBUTE.findall(field)) for field in FIELD.findall(body))
                hidden = {unescape(one["name"]): unescape(one.get("value", "")) for one in fields}
                return self._ask("POST", action or self.path, {**hidden, **typed})
        raise AssertionError(f"no form to {to or 'the same page'} on {self.path}")

    def _ask(self, method: str, path: str, typed: Mapping[str, str] | None = None) -> str:
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if typed is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        self.connection.request(method, path, urlencode(typed) if typed is not None else None, sent)
        answer = self.connection.getresponse()
        body = answer.read()
        took = (time.perf_counter() - began) * 1000
        spent, statements = float(answer.headers["X-Spent"]), int(answer.headers["X-Statements"])
        self.answers.append(Answer(f"{method} {path}", took, spent, statements, len(body)))
        for line in answer.headers.get_all("Set-Cookie", ()):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        if answer.status in GONE_ON:
            return self._ask("GET", urljoin(path, answer.headers["Location"]))
        text = body.decode()
        assert answer.status == 200, f"{answer.status} at {method} {path}: {text[-1500:]}"
        self.path, self.page = path, text
        return text
