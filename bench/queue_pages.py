"""Who opens which pages in `bench.queues`: five people of a seeded office, and what each of them asks for."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from itertools import cycle
from urllib.parse import quote

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app import demo
from workflow_app.database import begin_writing
from workflow_app.domain import clock
from workflow_app.domain.people import Actor
from workflow_app.extensions import db
from workflow_app.models.base import keyring
from workflow_app.models.case import Case
from workflow_app.models.party import Person, Subject, Unit
from workflow_app.services.engine import perform
from workflow_app.services.people import accounts
from workflow_app.services.queues import beside, queues
from workflow_app.services.queues.orders import ORDERS

BUSY_UNIT = "market_regulation"
ROLES = ("handler", "head", "clerk", "lead", "owner")
TABS = tuple(queues.TABS)
COMMON = "餐饮管理"
SEVERAL = 5
"""So many addresses of a kind, opened in turn."""


@dataclass
class Office:
    """One seeded database with its application, and its people signed in."""

    size: int
    url: str
    app: Flask
    clients: dict[str, FlaskClient] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    pages: dict[tuple[str, str], Iterator[str]] = field(default_factory=dict)
    calls: dict[tuple[str, str], Callable[[], object]] = field(default_factory=dict)

    def cookies(self, role: str) -> str:
        """What the browser of a person sends, for another client of the same application."""
        client = self.clients[role]
        names = ("session", "locale")
        found = ((name, client.get_cookie(name)) for name in names)
        return "; ".join(f"{name}={cookie.value}" for name, cookie in found if cookie is not None)


def opened(size: int, url: str, app: Flask) -> Office:
    """Sign everybody in and write down what they will ask for."""
    office = Office(size, url, app)
    with app.app_context():
        session = db.session()
        logins = _logins(session)
        today = clock.legal_day(clock.now())
        for role, login in logins.items():
            person = session.scalars(select(Person).where(Person.login == login)).one()
            office.actors[role] = accounts.load_actor(person, on=today)
            _pages_of(office, session, role)
        session.rollback()
    for role, login in logins.items():
        office.clients[role] = sign_in(app, login)
    _calls(office)
    return office


def _logins(session: Session) -> dict[str, str]:
    busy = session.scalars(select(Unit.id).where(Unit.key == BUSY_UNIT)).one()
    place = session.scalars(select(Unit.id).where(Unit.is_office)).one()
    units = {"handler": busy, "head": busy, "clerk": place, "lead": place}
    return {role: f"bench.{role}.{unit}.0" for role, unit in units.items()} | {"owner": "owner.haihe"}


def sign_in(app: Flask, login: str) -> FlaskClient:
    """A browser in which this person has signed in, with the second factor where it is asked for."""
    client = app.test_client()
    _send(client, "/account/sign-in", {"login": login, "password": demo.DEMO_PASSWORD})
    if client.get("/queue").status_code != 200:
        _send(client, "/account/second-factor", {"code": demo.code_now()})
    answer = client.get("/queue")
    assert answer.status_code == 200, f"{login} is not signed in: {answer.status_code} {answer.location}"
    return client


def _send(client: FlaskClient, path: str, typed: dict[str, str]) -> None:
    page = client.get(path).get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    client.post(path, data={**typed, "csrf_token": token[1] if token else ""})


def _pages_of(office: Office, session: Session, role: str) -> None:
    """The addresses that this person opens, each kind in turn. Cases are of one workflow and state, so that sizes compare."""
    actor, today = office.actors[role], clock.legal_day(clock.now())
    listed = queues.page(session, actor, tab="all", today=today).cases
    working = queues.page(session, actor, tab="mine", today=today).cases or listed
    one, kind = listed[len(listed) // 2], min((case.workflow, case.state) for case in working)
    subject = session.get_one(Subject, one.subject_id)
    last = session.scalar(select(Case.id).order_by(Case.id.desc()).limit(1)) or 0
    middle = quote(ORDERS["all"].written(session.get_one(Case, last // 2)))
    asked = {f"tab {tab}": [f"/queue?tab={tab}"] for tab in TABS} | {
        "tab all, middle": [f"/queue?tab=all&cursor={middle}"],
        "search number": [f"/queue?tab=all&q={case.number}" for case in listed if case.number][:SEVERAL],
        "search last digits": [f"/queue?tab=all&q={case.number[-6:]}" for case in listed if case.number][:SEVERAL],
        "search name": [f"/queue?tab=all&q={quote(subject.name[2:8])}"],
        "search common": [f"/queue?tab=all&q={quote(COMMON)}"],
        "search code": [f"/queue?tab=all&q=%23{keyring.digest(f'subject:{subject.code}')}"],
        "one state": ["/queue?tab=all&workflow=objection&state=reviewing"],
        "one officer": [f"/queue?tab=open&officer={office.actors['handler'].person_id}"],
        "opened lately": [f"/queue?tab=all&opened_from={today - timedelta(days=7)}"],
        "case page": [f"/cases/{case.address}" for case in working if (case.workflow, case.state) == kind][:SEVERAL],
        **({"supervision": ["/supervision/"]} if role in ("head", "lead") else {}),
        **({"second looks": ["/supervision/second-looks"]} if role in ("clerk", "lead") else {}),
        **({"figures": ["/figures/"]} if role != "owner" else {}),
    }  # fmt: skip
    for name, addresses in asked.items():
        if addresses:
            office.pages[role, name] = cycle(addresses)


def _calls(office: Office) -> None:
    """What is measured below the pages: the counts of the tabs, and a step of the engine that is taken back again."""
    today = clock.legal_day(clock.now())
    for role in ROLES:
        actor = office.actors[role]
        office.calls[role, "counts (service)"] = partial(_count, actor, today)
    waiting = (Case.workflow == "commitment", Case.state == "signed")
    handler = office.actors["handler"]
    with office.app.app_context():
        place = Case.unit_id.in_(handler.unit_ids())
        case = db.session().scalars(select(Case).where(*waiting, place).order_by(Case.id.desc())).first()
        order = (case.address, perform.Order("accept", {}, case.version)) if case else None
        db.session.rollback()
    if order is not None:
        office.calls["handler", "step (service)"] = lambda: _take_back(office, *order)


def _count(actor: Actor, today: date) -> None:
    beside.read(db.session(), actor, today=today)
    db.session.rollback()


def _take_back(office: Office, address: str, order: perform.Order) -> None:
    session = db.session()
    begin_writing(session)
    house = office.app.extensions["house"]
    perform.perform(session, address, order, actor=office.actors["handler"], now=clock.now(), house=house)
    session.flush()
    session.rollback()
