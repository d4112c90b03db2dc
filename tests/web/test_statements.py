"""How many statements a request costs each kind of reader: typed by hand, so that one more is a decision, no accident.

What opens and ends the transaction is not counted. Whoever makes a page ask more finds its statements printed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from flask import request, request_started
from sqlalchemy import event

from tests.factories import NOW
from tests.objections import TO_STATE, Objecting
from tests.web.conftest import PASSWORD, District
from tests.web.visitor import give_passwords, real_office
from workflow_app.domain import clock
from workflow_app.extensions import db

PEOPLE = ("owner.haihe", "handler.shichang", "head.shichang", "clerk.xinyong", "lead.xinyong")
LISTS = {
    "/queue": (4, 5, 5, 5, 5),
    "/queue?tab=all": (5, 5, 5, 5, 5),
    "/queue?tab=overdue&workflow=commitment": (4, 4, 4, 5, 5),
}
"""List → what it costs each of the PEOPLE."""
COURSE = {
    "start": 5,
    "edit": 4,
    "autosave": 5,
    "save": 5,
    "letter": 4,
    "sign": 18,
    "page of the firm": 4,
    "page of the handler": 4,
    "page of the head": 4,
    "page of the clerk": 4,
    "page of the lead": 4,
    "claim": 4,
    "hand, for an open page": 3,
    "hands, for an open list": 2,
    "steps in common": 7,
    "a step ahead for two": 7,
    "accept": 10,
    "start_check": 8,
    "form of the end": 4,
    "unfinished form": 6,
    "confirm_fulfilled": 10,
    "page of the end": 4,
}
"""What each request of a whole commitment costs."""
OBJECTION = {"owner": 7, "handler": 7, "head": 7, "clerk": 7, "lead": 7}
"""What the page of an objection that its provider checks costs each of its readers."""


@dataclass
class Log:
    """Every request with its statements."""

    requests: list[tuple[str, list[str]]] = field(default_factory=list)

    def last(self, method: str = "GET") -> list[str]:
        """The statements of the last request of this method."""
        return list(next(said for asked, said in reversed(self.requests) if asked == method))

    def note(self, connection, cursor, statement, *rest) -> None:
        """Write a statement down."""
        if self.requests and not statement.startswith("BEGIN"):
            self.requests[-1][1].append(statement)

    def begin(self, sender, **rest) -> None:
        """Another request begins."""
        self.requests.append((request.method, []))


@pytest.fixture
def log(request) -> Iterator[Log]:
    """What the district or the office asks its database."""
    world = request.getfixturevalue("district" if "district" in request.fixturenames else "office")
    found, app = Log(), world.app
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", found.note)
    request_started.connect(found.begin, app)
    yield found
    event.remove(engine, "before_cursor_execute", found.note)
    request_started.disconnect(found.begin, app)


def compare(said, typed) -> None:
    """What was asked against what is typed; the statements of whatever differs are printed."""
    counts = {what: len(each) for what, each in said.items()}
    differing = [what for what in counts if counts[what] != typed.get(what)]
    shown = "\n".join(f"{what}\n" + "\n".join(f"  {short(one)}" for one in said[what]) for what in differing)
    assert counts == typed, shown


def short(statement: str) -> str:
    """A statement without its columns."""
    return re.sub(r"\s+", " ", re.sub(r"SELECT .{60,}? \nFROM", "SELECT … FROM", statement, flags=re.S))[:200]


def reader(district: District, login: str):
    """A browser whose pages are judged elsewhere; what is typed here was not known when its rules were made."""
    browser = district.browser(login)
    browser.forbidden = ()
    return browser


def test_a_list_costs_each_reader_what_is_typed(district, log):
    browsers = {login: reader(district, login) for login in PEOPLE}
    browsers[PEOPLE[1]].get("/queue")  # what a process reads once
    said, typed = {}, {}
    for path, costs in LISTS.items():
        for (login, browser), cost in zip(browsers.items(), costs, strict=True):
            browser.get(path)
            said[path, login], typed[path, login] = log.last(), cost
    compare(said, typed)


def test_a_commitment_costs_what_is_typed_from_draft_to_fulfilment(district, log):
    firm, handler, head, clerk, lead = (reader(district, login) for login in PEOPLE)
    said = Course(log)
    handler.get("/queue")  # what a process reads once
    said.of("edit", page := firm.submit(firm.get("/items/SPTD-01"), "/items/SPTD-01/start"))
    said.of_post("start")
    draft = page.path.removesuffix("/edit")
    typed = {"reason": "许可证将到期，申请延续。", "contact_name": "周明远", "contact_mobile": "19900000001"}
    firm.htmx("POST", f"{draft}/autosave", target="saved", values={**typed, "version": "1"})
    said.of_post("autosave")
    said.of("letter", page := firm.submit(firm.get(f"{draft}/edit"), f"{draft}/edit", typed))
    said.of_post("save")
    signed = {"has_read": True, "publication_consent": True, "password": PASSWORD}
    said.of("page of the firm", page := firm.submit(page, f"{draft}/steps/sign", signed))
    said.of_post("sign")
    case = page.path
    for name, browser in (("head", head), ("clerk", clerk), ("lead", lead), ("handler", handler)):
        said.of(f"page of the {name}", page := browser.get(case))
    said.of("hand, for an open page", handler.get(f"{case}/hand?seen=0"))
    handler.submit(page, f"{case}/claim")
    said.of_post("claim")
    number, other = case.rpartition("/")[2], district.case(subject="算盘", item="ZMTD-01", state="signed")
    said.of("hands, for an open list", handler.get(f"/queue/hands?n={number}&n={other}", status=None))
    both = "&".join(f"case={one}:{district.stored(one).version}" for one in (number, other))
    said.of("steps in common", handler.get(f"/batches/new?act=step&{both}"))
    said.of("a step ahead for two", handler.get(f"/batches/new?act=step&step=commitment:accept&{both}"))
    for step in ("accept", "start_check"):
        handler.submit(handler.get(case), f"{case}/steps/{step}")
        said.of_post(step)
    end = f"{case}/steps/confirm_fulfilled"
    said.of("form of the end", page := handler.get(end))
    handler.submit(page, end, {}, status=422)
    said.of_post("unfinished form")
    said.of("page of the end", handler.submit(page, end, {"checked_what": "到店核查，与承诺一致。"}))
    said.of_post("confirm_fulfilled")
    compare(said.found, COURSE)


@dataclass
class Course:
    """What each request of a course said, by its name."""

    log: Log
    found: dict[str, list[str]] = field(default_factory=dict)

    def of(self, name: str, _page: object) -> None:
        """The last page that was opened, also at the end of a redirect."""
        self.found[name] = self.log.last()

    def of_post(self, name: str) -> None:
        """The last form that was sent."""
        self.found[name] = self.log.last("POST")


@pytest.fixture
def office(sqlite, tmp_path) -> Iterator[District]:
    """The office of the small world."""
    with sqlite.writing() as session:
        give_passwords(session)
    with clock.fixed(NOW):
        yield District(real_office(sqlite, tmp_path))


def test_an_objection_costs_each_reader_what_is_typed(office, sqlite, log):
    with sqlite.writing() as session:
        made = Objecting(session, sqlite.world, office.app.extensions["house"]).go(*TO_STATE["verifying"])
        address = made.case.address
    browsers = {login: office.browser(login) for login in OBJECTION}
    browsers["owner"].get(f"/cases/{address}")  # what a process reads once
    said = {}
    for login, browser in browsers.items():
        browser.get(f"/cases/{address}")
        said[login] = log.last()
    compare(said, OBJECTION)
