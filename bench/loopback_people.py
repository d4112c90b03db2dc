"""People at several web processes on loopback: each request goes to the next process, as through a load balancer.

Whoever loses the connection because a process died opens the page again and looks: what is done is not done again, what is not
done is sent once more. Any answer but a page or the way to one is a fault.
"""

import http.client
import itertools
import random
import re
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode, urljoin

from bench.browsers import ATTRIBUTE, FIELD, FORM, GONE_ON
from workflow_app import demo

PATIENCE = 60
TYPED = {
    "reason": "海河示范路 9 号门店食品经营许可证将到期，申请延续。",
    "contact_name": "周明远",
    "contact_mobile": "19900000001",
}
SIGNING = {"has_read": "y", "publication_consent": "y", "password": demo.DEMO_PASSWORD}
CHECKED = {"checked_what": "到店核查：布局、设施和人员均与承诺一致。"}
DECISIONS: tuple[tuple[str, dict[str, str]], ...] = (
    ("accept", {}),
    ("start_check", {}),
    ("confirm_fulfilled", CHECKED),
)


class Lost(Exception):
    """The connection ended before the answer: whether the request was carried out is not known."""


@dataclass
class Balancer:
    """Which web processes there are, and what was seen of their answers."""

    ports: list[int]
    took: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    lost: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self) -> int:
        """Whose turn it is."""
        with self.lock:
            self.ports.append(self.ports.pop(0))
            return self.ports[0]

    def drop(self, port: int) -> None:
        """Ask a process no more at which nobody answers."""
        with self.lock:
            if port in self.ports:
                self.ports.remove(port)

    def note(self, took: float, fault: str = "") -> None:
        """One answer, in milliseconds."""
        with self.lock:
            self.took.append(took)
            if fault:
                self.wrong.append(fault)


class Person:
    """Somebody's browser, or a passer-by without an account."""

    def __init__(self, balancer: Balancer, cookies: Mapping[str, str] | None = None) -> None:
        self.balancer, self.cookies = balancer, dict(cookies or {})
        self.path = self.page = ""

    def get(self, path: str) -> str:
        """Open a page, wherever it leads; another process is asked when one is gone."""
        while True:
            try:
                return self._ask("GET", path)
            except Lost:
                continue

    def send(self, to: str, typed: Mapping[str, str]) -> str:
        """Send the form to this address that stands on the page. Raises Lost when nobody knows what became of it."""
        for head, body in FORM.findall(self.page):
            said = dict(ATTRIBUTE.findall(head))
            if said.get("method", "").lower() == "post" and unescape(said.get("action", "")).startswith(to):
                fields = (dict(ATTRIBUTE.findall(one)) for one in FIELD.findall(body))
                hidden = {unescape(one["name"]): unescape(one.get("value", "")) for one in fields}
                return self._ask("POST", unescape(said["action"]), {**hidden, **typed})
        raise AssertionError(f"no form to {to} on {self.path}")

    def sign_in(self, login: str) -> "Person":
        """Sign in, with the second factor where there is one."""
        self.get("/account/sign-in")
        self.send("/account/sign-in", {"login": login, "password": demo.DEMO_PASSWORD})
        if 'name="code"' in self.page:
            self.send("/account/second-factor", {"code": demo.code_now()})
        return self

    def again(self) -> "Person":
        """The same person in another window."""
        return Person(self.balancer, self.cookies)

    def _ask(self, method: str, path: str, typed: Mapping[str, str] | None = None) -> str:
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if typed is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        answer, body = self._answered(method, path, urlencode(typed) if typed is not None else None, sent)
        for line in answer.headers.get_all("Set-Cookie", ()):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        leads_on = answer.status in GONE_ON
        fault = "" if leads_on or answer.status == 200 else f"{answer.status} at {method} {path}"
        self.balancer.note((time.perf_counter() - began) * 1000, fault)
        if fault:
            raise AssertionError(f"{fault}: {body.decode()[-800:]}")
        if leads_on:
            return self.get(urljoin(path, answer.headers["Location"]))
        self.path, self.page = path, body.decode()
        return self.page

    def _answered(
        self, method: str, path: str, body: str | None, sent: Mapping[str, str]
    ) -> tuple[http.client.HTTPResponse, bytes]:
        port = self.balancer.next()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, dict(sent))
            answer = connection.getresponse()
            return answer, answer.read()
        except ConnectionRefusedError:  # nobody there, so nothing was sent
            self.balancer.drop(port)
            return self._answered(method, path, body, sent)
        except (OSError, http.client.HTTPException) as error:
            with self.balancer.lock:
                self.balancer.lost += 1
            raise Lost from error
        finally:
            connection.close()


def carry(owner: Person, handler: Person, *, item: str) -> str:
    """One case from its draft to the certificate that it was fulfilled; its address."""
    draft = begin(owner, item)
    owner.get(f"{draft}/edit")
    while f'action="{draft}/edit"' in owner.page:
        try:
            owner.send(f"{draft}/edit", TYPED)
        except Lost:
            owner.get(f"{draft}/edit")
    case = decide(owner, draft, "sign", typed=SIGNING)
    handler.get("/queue")
    for step, typed in DECISIONS:
        decide(handler, case, step, typed=typed)
    owner.get(case)
    assert "信用承诺履行证明" in owner.page, f"{case} has no certificate"
    return case


def begin(owner: Person, item: str) -> str:
    """A draft of one's own. One whose answer was lost stays behind as a draft, as it would with people."""
    while True:
        owner.get(f"/items/{item}")
        try:
            owner.send(f"/items/{item}/start", {})
        except Lost:
            continue
        return owner.path.removesuffix("/edit")


def decide(person: Person, case: str, step: str, *, typed: Mapping[str, str]) -> str:
    """Take a step that the case offers; where it no longer does, the lost request had taken it. The case's address."""
    person.get(case)
    while f"{case}/steps/{step}" in person.page:
        try:
            if f'action="{case}/steps/{step}"' not in person.page:
                person.get(f"{case}/steps/{step}")
            person.send(f"{case}/steps/{step}", typed)
        except Lost:
            person.get(case)
        else:
            break
    numbered = re.search(r"/cases/CM-[0-9-]+[0-9]", person.page)
    assert numbered, f"{step} left {case} without a number: {told(person.page)}"
    return numbered[0]


def told(page: str) -> str:
    """What a page says, for a fault."""
    return " ".join(re.sub(r"<[^>]*>", " ", page.partition("<main")[2]).split())[:1500]


def passing_by(
    person: Person, pages: tuple[str, ...], stop: threading.Event, *, pause: float
) -> Iterator[str]:
    """Somebody without an account who reads open pages until told to stop."""
    for path in itertools.cycle(random.sample(pages, len(pages))):
        if stop.is_set():
            return
        person.get(path)
        yield path
        time.sleep(pause)
