"""The demonstration district as an application that tests can open: the real thing on a file of its own.

It is migrated and loaded once a run; each worker works on a copy, and each test begins with a fresh database.
Printing all documents of the district would take a minute, so only those of one case are printed beforehand; a
test that needs the others prints its own.
The time is Friday 2026-11-20 10:00 in China unless a test moves it.
"""

import fcntl
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser import Browser
from tests.factories import FIELD_KEY, legal
from workflow_app import config, create_app, demo, worker
from workflow_app.database import begin_writing
from workflow_app.domain import clock
from workflow_app.extensions import db
from workflow_app.models.base import keyring
from workflow_app.models.case import Case
from workflow_app.models.document import Document
from workflow_app.models.outbox import Message
from workflow_app.models.party import Person
from workflow_app.services.people import second_factor, signin
from workflow_app.services.rules import rulebooks
from workflow_app.web.signed_in import SEEN

NOW = legal("2026-11-20", "10:00")
PASSWORD = demo.DEMO_PASSWORD
TOTP_SECRET = demo.DEMO_TOTP_SECRET
SECRET_KEY = "demo-" + "w" * 40
PRINTED = "CM-120102-20260415-000001"
CALLER = signin.Caller("127.0.0.1", "Mozilla/5.0 (tests)")


def made(folder: Path) -> Flask:
    """The application whose files lie in this folder."""
    settings = config.read(
        {
            "VAR_FOLDER": str(folder), "SECRET_KEY": SECRET_KEY, "DEMO_DISTRICT": "1", "FIELD_KEYS": FIELD_KEY,
            "CHEAP_PASSWORDS": "1", "SITE_URL": "http://localhost",
        }
    )  # fmt: skip
    app = create_app(settings)
    app.testing = True
    return app


def load(folder: Path) -> None:
    """Migrate an empty database in this folder and load the district as of NOW."""
    app = made(folder)
    with app.app_context(), clock.fixed(NOW):
        flask_migrate.upgrade()
        begin_writing(db.session())
        demo.load(db.session(), house=app.extensions["house"], now=NOW, is_cheap=True)
        db.session.commit()
        # Deliveries number documents of their own: those are unprinted too.
        while [one for one in waiting(db.session()) if worker.deliver_one(app.extensions["house"], only=one)]:
            db.session.rollback()
        leave_unprinted(db.session())
        db.session.commit()
        worker.deliver(app.extensions["house"])
        worker.tend()
        db.session.remove()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()


def waiting(session: Session) -> Sequence[int]:
    """The messages in the outbox that are not about printing, oldest first."""
    found = (
        select(Message.id).where(Message.kind != "document", Message.done_at.is_(None)).order_by(Message.id)
    )
    numbers = session.scalars(found).all()
    session.rollback()
    return numbers


def leave_unprinted(session: Session) -> None:
    """Take every document out of the outbox but those of the case that is PRINTED."""
    begin_writing(session)
    printed = session.scalars(select(Case.id).where(Case.number == PRINTED)).one()
    documents = {row.id for row in session.scalars(select(Document)) if row.case_id != printed}
    for message in session.scalars(select(Message).where(Message.kind == "document")):
        if message.payload["document_id"] in documents:
            message.done_at = NOW


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder with the district, loaded by whichever worker comes first."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    folder = shared / "district"
    with (shared / "district.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not (folder / "is-loaded").exists():
            load(folder)
            (folder / "is-loaded").touch()
    return folder


@pytest.fixture(scope="session")
def worker_app(loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """This worker's application, on a copy of the district's files."""
    folder = tmp_path_factory.mktemp("app") / "var"
    shutil.copytree(loaded, folder)
    app = made(folder)
    yield app
    with app.app_context():
        db.engine.dispose()


@dataclass(frozen=True)
class District:
    """The running district, and what a test does beside the browser."""

    app: Flask

    @property
    def file(self) -> Path:
        """Where its database lies."""
        return database_file(self.app)

    def checkpoint(self) -> None:
        """Bring everything that was committed into the one file."""
        with self.app.app_context(), db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session that sees what was committed and commits what the test writes."""
        with self.app.app_context(), Session(db.engine) as session:
            begin_writing(session)
            yield session
            session.commit()

    @contextmanager
    def at(self, day: str, time: str = "10:00") -> Iterator[datetime]:
        """Another time, in China."""
        instant = legal(day, time)
        with clock.fixed(instant):
            yield instant

    def browser(self, login: str = "") -> Browser:
        """A browser of its own, signed in (second factor passed) when a login is given."""
        browser = Browser(self.app.test_client(), forbidden=self.forbidden(login))
        if login:
            self.sign_in(browser, login)
        return browser

    def sign_in(self, browser: Browser, login: str) -> None:
        """Sign in as the pages would, through the same services, without a page."""
        with self.session() as session:
            now = clock.now()
            person = session.scalars(select(Person).where(Person.login == login)).one()
            opened = signin.open_sign_in(session, person, caller=CALLER, now=now)
            if person.totp_secret is not None:
                second_factor.fulfil(session, opened.row, now=now)
            token = opened.token
        with browser.client.session_transaction() as kept:
            kept.clear()
            kept.update({"_user_id": token, "_fresh": True, SEEN: int(clock.now().timestamp())})

    def forbidden(self, login: str) -> tuple[str, ...]:
        """What may stand on no page of this reader: other people's numbers and addresses, all the secrets."""
        with self.session() as session:
            reader = session.scalars(select(Person).where(Person.login == login)).first()
            subjects = {grant.subject_id for grant in reader.grants if grant.subject_id} if reader else set()
            units = {grant.unit_id for grant in reader.grants if grant.unit_id} if reader else set()
            secret: set[str] = set() if login else {TOTP_SECRET}
            open_to: set[str] = set()
            for person in session.scalars(select(Person)):
                theirs = open_to if person is reader else secret
                theirs.update(filter(None, (person.mobile, person.email)))
            for case in session.scalars(select(Case)):
                is_own = case.subject_id in subjects or case.unit_id in units
                contacts = {case.facts.get(name) or "" for name in ("contact_mobile", "contact_email")}
                (open_to if is_own else secret).update(contacts)
                if case.subject.kind == "individual":
                    (open_to if case.subject_id in subjects else secret).add(case.subject.code)
        return tuple(sorted((secret - open_to) - {""}))

    def case(self, *, subject: str, item: str, state: str) -> str:
        """The address of the demonstration case of this firm (part of its name), matter and state."""
        with self.session() as session:
            found = [
                case.address
                for case in session.scalars(select(Case).order_by(Case.id))
                if subject in case.subject.name
                and case.item
                and case.item.code == item
                and case.state == state
            ]
        assert len(found) == 1, f"{len(found)} cases of {subject}, {item}, {state}"
        return found[0]

    def stored(self, address: str) -> Case:
        """The case as it is stored now, detached."""
        with self.session() as session:
            case = session.scalars(select(Case).where((Case.number == address) | (Case.ref == address))).one()
            session.refresh(case)
            session.expunge_all()
            return case

    def deliver(self) -> tuple[int, int]:
        """What the worker does: all messages that are due."""
        with self.app.app_context():
            counts = worker.deliver(self.app.extensions["house"])
            db.session.remove()
        return counts

    def sweep(self) -> tuple[int, int]:
        """What the sweep does: all deadlines that ended."""
        with self.app.app_context():
            counts = worker.sweep_all(self.app.extensions["house"])
            db.session.remove()
        return counts


def database_file(app: Flask) -> Path:
    """Where the application keeps its SQLite database."""
    return Path(app.extensions["settings"].database_url.removeprefix("sqlite:///"))


def copy_database(app: Flask, source: Path) -> None:
    """Put the database back to how it lies in `source`."""
    file = database_file(app)
    with app.app_context():
        db.engine.dispose()
    for leftover in (f"{file}-wal", f"{file}-shm"):
        Path(leftover).unlink(missing_ok=True)
    shutil.copy(source, file)
    rulebooks.forget()


@contextmanager
def opened(app: Flask, loaded: Path) -> Iterator[District]:
    """The district with a fresh database, on NOW."""
    keyring.load((FIELD_KEY,))
    copy_database(app, loaded / database_file(app).name)
    with clock.fixed(NOW):
        yield District(app)


@pytest.fixture
def district(worker_app: Flask, loaded: Path) -> Iterator[District]:
    """The district for one test."""
    with opened(worker_app, loaded) as district:
        yield district


@pytest.fixture(scope="module")
def module_district(worker_app: Flask, loaded: Path) -> Iterator[District]:
    """The district for a module that puts the database back by itself; not to be mixed with `district`."""
    with opened(worker_app, loaded) as district:
        yield district


@pytest.fixture
def sign_in(district: District) -> Callable[[str], Browser]:
    """A browser of the person with this login."""
    return district.browser
