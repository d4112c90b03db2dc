"""Our application as measures serve it over HTTP: each answer says what it cost, and there are people and cases to drive it.

`gunicorn "bench.served:counted()"` reads its settings from the environment as the application itself does.
"""

import importlib
import threading
import time
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import flask_migrate
from flask import Flask
from sqlalchemy import select
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.orm import Session

from bench import seed_people, seed_rows
from bench.pouring import into
from workflow_app import demo
from workflow_app.database import begin_writing
from workflow_app.domain import clock
from workflow_app.domain.identifiers import uscc_from
from workflow_app.extensions import db
from workflow_app.models.party import GrantRow, Person, Unit
from workflow_app.services.people import grants, passwords

KINDS = ("owner", "handler", "head")
SINCE = date(2026, 1, 1)
AROUND, AT_ONCE = 1000, 5000
here = threading.local()


def counted(module: str = "wsgi") -> WSGIApplication:
    """The application of a module, with the statements and the processor time in milliseconds that an answer took of its thread."""
    application = importlib.import_module(module).application.wsgi_app
    for name in ("do_execute", "do_execute_no_params", "do_executemany"):
        setattr(DefaultDialect, name, counting_each(getattr(DefaultDialect, name)))

    def counting(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        here.statements, began = 0, time.thread_time()

        def started(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            spent = f"{(time.thread_time() - began) * 1000:.3f}"
            cost = [("X-Statements", str(here.statements)), ("X-Spent", spent)]
            return start_response(status, [*headers, *cost], *more)

        return application(environ, started)

    return counting


def counting_each(execute: Callable[..., None]) -> Callable[..., None]:
    """The same, and one more statement of this thread. A listener would make SQLAlchemy ask all its events of each statement."""

    def counted(*given: Any, **named: Any) -> None:
        here.statements = getattr(here, "statements", 0) + 1
        execute(*given, **named)

    return counted


def add_people(session: Session, number: int, *, unit: str, now: datetime) -> None:
    """So many owners, each of a firm of its own, handlers and heads, the latter of one unit: `bench-owner-0` and so on."""
    hashed = passwords.hash_password(demo.DEMO_PASSWORD, is_cheap=False)
    place = session.scalars(select(Unit).where(Unit.key == unit)).one()
    for kind in KINDS:
        for each in range(number):
            grant = GrantRow(kind=kind, valid_from=SINCE, granted_at=now)
            if kind == "owner":
                code = uscc_from(f"91120102MA{9_000_000 + each}")
                grant.subject = grants.subject_of(
                    session, "legal", code=code, name=f"海河{each + 1}号示范有限公司", by=None, now=now
                )
            else:
                grant.unit = place
            login = f"bench-{kind}-{each}"
            person = Person(
                login=login, name=f"示范{each}", email=f"{login}@example.test", password_hash=hashed,
                locale="zh_Hans_CN", created_at=now, grants=[grant],
            )  # fmt: skip
            person.totp_secret = None if kind == "owner" else demo.DEMO_TOTP_SECRET
            session.add(person)
    session.flush()


def fill(app: Flask, tasks: int, *, people: int, unit: str) -> None:
    """The empty database: the demonstration district, a thousand cases of all kinds, and so many commitments of all days and
    firms that wait in one unit to be accepted."""
    with app.app_context():
        flask_migrate.upgrade()
        begin_writing(db.session())
        demo.load(db.session(), house=app.extensions["house"], now=clock.now())
        add_people(db.session(), people, unit=unit, now=clock.now())
        place = db.session.scalars(select(Unit.id).where(Unit.key == unit)).one()
        db.session.commit()
        with db.engine.connect() as connection:
            plan = seed_rows.plan(connection, AROUND, seed=1, today=clock.legal_day(clock.now()))
            connection.rollback()
            plan.drafts += waiting(plan, tasks, unit=place)
            way = into(connection)
            seed_people.pour(way, plan.people)
            for first in range(0, len(plan.drafts), AT_ONCE):
                seed_rows.pour(way, plan, first, min(first + AT_ONCE, len(plan.drafts)))
            way.close()
            connection.invalidate()  # its settings are for filling alone
        db.engine.dispose()


def waiting(plan: seed_rows.Plan, tasks: int, *, unit: int) -> list[seed_rows.Draft]:
    """So many commitments, signed in the last weeks."""
    alike = [
        place
        for place, one in enumerate(plan.samples)
        if (one.workflow, one.state.name) == ("commitment", "signed")
    ]
    drafts = []
    for each in range(tasks):
        sample = plan.samples[alike[each % len(alike)]]
        today = plan.people.day
        days = (today - sample.moved_at.date()).days - each % 30
        subject = plan.people.subjects[each % len(plan.people.subjects)]
        created_at = sample.began_at + timedelta(days=days)
        due_on = today + timedelta(days=each % 50 - 5)
        drafts.append(seed_rows.Draft(created_at, alike[each % len(alike)], days, 0, unit, subject, due_on))
    return drafts
