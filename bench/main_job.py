"""How much work the main job is: a case from draft to certificate over HTTP, PDFs, and the first page's weight.

Runs the real application of the demonstration district in a folder of its own, signs in as its people and sends
what their browsers would send. Prints a small table; compares nothing and changes nothing that is kept.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from gzip import compress
from pathlib import Path

import flask_migrate
from bs4 import BeautifulSoup
from cryptography.fernet import Fernet
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from workflow_app import config, create_app, demo, worker
from workflow_app.database import begin_writing
from workflow_app.domain import clock
from workflow_app.extensions import db
from workflow_app.models.outbox import Message
from workflow_app.services.documents import printing

ROUNDS = 10
SHEETS = 20
TYPED = {
    "reason": "海河示范路 9 号门店食品经营许可证将到期，申请延续。",
    "contact_name": "周明远",
    "contact_mobile": "19900000001",
}
CHECKED = {"checked_what": "到店核查：布局、设施和人员均与承诺一致。"}


@dataclass
class Tally:
    """Wall and processor time of each request, in milliseconds."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Measure one request."""
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.wall.append((time.perf_counter() - wall) * 1000)
        self.cpu.append((time.process_time() - cpu) * 1000)


class Person:
    """Somebody's browser: keeps its cookies, follows redirects, sends the hidden fields of the page it is on."""

    def __init__(self, app: Flask, login: str, tally: Tally) -> None:
        self.client, self.tally = app.test_client(), Tally()
        self.page = BeautifulSoup("", "html.parser")
        self.path = ""
        self.get("/account/sign-in")
        self.send("/account/sign-in", {"login": login, "password": demo.DEMO_PASSWORD})
        if self.page.find("input", attrs={"name": "code"}):
            self.send("/account/second-factor", {"code": demo.code_now()})
        self.tally = tally

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        with self.tally.one():
            answer = self.client.get(path)
        return self._seen(path, answer)

    def send(self, path: str, typed: dict[str, str]) -> TestResponse:
        """Send the form that goes to this address, and go where the answer leads."""
        forms = self.page.find_all("form", method="post")
        form = next((one for one in forms if str(one.get("action", "")).startswith(path)), None)
        assert form is not None, f"no form to {path} on {self.path}"
        hidden = {
            str(one["name"]): str(one.get("value", "")) for one in form.find_all("input", type="hidden")
        }
        with self.tally.one():
            answer = self.client.post(path, data={**hidden, **typed})
        return self._seen(path, answer)

    def _seen(self, path: str, answer: TestResponse) -> TestResponse:
        if answer.status_code == 303:
            return self.get(answer.location)
        assert answer.status_code == 200, (
            f"{answer.status_code} at {path}: {answer.get_data(as_text=True)[:500]}"
        )
        self.page, self.path = BeautifulSoup(answer.data, "html.parser"), answer.request.path
        return answer


def run() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        app = district(Path(folder))
        tally = Tally()
        firm, handler = (Person(app, login, tally) for login in ("owner.haihe", "handler.shichang"))
        cases = [one_case(firm, handler) for _ in range(ROUNDS)]
        assert tally.wall
        rows = [
            ("cases driven from draft to certificate", f"{len(cases)}"),
            ("requests for one case, redirects included", f"{len(tally.wall) / len(cases):.0f}"),
            ("a request, median", f"{statistics.median(tally.wall):.1f} ms"),
            ("a request, slowest of twenty (p95)", f"{statistics.quantiles(tally.wall, n=20)[-1]:.1f} ms"),
            ("processor time of a request, mean", f"{statistics.mean(tally.cpu):.1f} ms"),
            ("all requests of one case", f"{sum(tally.wall) / len(cases):.0f} ms"),
            ("a letter drawn as PDF, warm", f"{sheets_a_second():.1f} a second"),
            ("documents numbered, drawn, signed, stored", f"{documents_a_second(app):.1f} a second"),
            *((f"first view of {name}", weight) for name, weight in weights(app)),
        ]
        with app.app_context():
            db.engine.dispose()
    for name, value in rows:
        sys.stdout.write(f"{name:<45} {value:>20}\n")


def district(folder: Path) -> Flask:
    """The demonstration district, freshly loaded."""
    settings = config.read(
        {
            "VAR_FOLDER": str(folder),
            "SECRET_KEY": "demo-" + "b" * 40,
            "DEMO_DISTRICT": "1",
            "FIELD_KEYS": Fernet.generate_key().decode(),
        }
    )
    app = create_app(settings)
    with app.app_context():
        flask_migrate.upgrade()
        begin_writing(db.session())
        demo.load(db.session(), house=app.extensions["house"], now=clock.now())
        db.session.commit()
    return app


def one_case(firm: Person, handler: Person) -> str:
    """Draft, letter, signature, acceptance, check, certificate: as two people do it page by page."""
    firm.get("/items/SPTD-01")
    firm.send("/items/SPTD-01/start", {})
    firm.send(firm.path, TYPED)
    signing = {"has_read": "y", "publication_consent": "y", "password": demo.DEMO_PASSWORD}
    firm.send(firm.path, signing)
    case = firm.path
    handler.get("/queue")
    handler.get(case)
    handler.send(f"{case}/steps/accept", {})
    handler.send(f"{case}/steps/start_check", {})
    handler.get(f"{case}/steps/confirm_fulfilled")
    handler.send(f"{case}/steps/confirm_fulfilled", CHECKED)
    firm.get(case)
    assert "信用承诺履行证明" in firm.page.get_text(), "the certificate is listed"
    return case


def sheets_a_second() -> float:
    """A letter's length of Chinese text, drawn again and again in one process."""
    body = "".join(
        f"<p>{number}. 已经建立并执行食品安全管理制度，配备食品安全管理人员。</p>" for number in range(1, 25)
    )
    printing.render_pdf(body, made_at=clock.now())
    began = time.perf_counter()
    for _ in range(SHEETS):
        printing.render_pdf(body, made_at=clock.now())
    return SHEETS / (time.perf_counter() - began)


def documents_a_second(app: Flask) -> float:
    """The worker's pace on documents alone, in one process."""
    with app.app_context():
        house = app.extensions["house"]
        wanted = select(Message.id).where(Message.kind == "document", Message.done_at.is_(None))
        first, *waiting = db.session.scalars(wanted.order_by(Message.id).limit(SHEETS + 1)).all()
        db.session.rollback()
        worker.deliver_one(house, only=first)
        began = time.perf_counter()
        for message_id in waiting:
            assert worker.deliver_one(house, only=message_id)
        return len(waiting) / (time.perf_counter() - began)


def weights(app: Flask) -> Iterator[tuple[str, str]]:
    """Bytes of the first view, page and all it loads, compressed as a proxy would send them."""
    for name, path in (
        ("the home page", "/"),
        ("an item", "/items/SPTD-01"),
        ("the sign-in page", "/account/sign-in"),
    ):
        client = app.test_client()
        page = client.get(path).data
        soup = BeautifulSoup(page, "html.parser")
        wanted = {
            tag.get("href") or tag.get("src")
            for tag in soup.select("link[href], script[src], img[src], use[href]")
        }
        files = {str(url).partition("#")[0] for url in wanted}
        sizes = [page, *(client.get(url).data for url in sorted(files))]
        plain, packed = sum(map(len, sizes)), sum(len(compress(one)) for one in sizes)
        yield name, f"{packed / 1024:.0f} KB ({plain / 1024:.0f} KB) in {len(sizes)}"


if __name__ == "__main__":
    run()
