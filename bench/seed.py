"""A database with as many cases as wanted, to measure how the application does at size.

    .venv/bin/python -m bench.seed --cases 100000 [--database URL] [--field-key KEY] [--random 1]

The database must be empty; it is migrated, the demonstration district is loaded through the application, and its cases are
copied in bulk (`seed_samples`). Without an address a SQLite file in a new temporary folder is filled and its address printed.

As in a real office: every workflow and nearly every state; cases over three years in the order of their ids; one in fifty is open
(more where there are few cases, so that pages are full at any size), a few of these overdue; two units have 15 % each; each unit
has eight handlers and two heads; a third of what is open is assigned; whole histories whose chains verify, clocks, documents,
records, applications and list entries of their own; five cases a subject, names that share their parts; every second notice read;
urgings, second looks, handovers.

Not as in a real office: what is sealed (facts, what was handed in, the content of documents) is that of some fifty cases of the
district, so days written there don't move with the case; explanations of ended clocks and facts of documents are kept for one
case in twenty; files of papers and PDFs are those of the district; no messages of the outbox, tasks of other sites and account
events are copied. Everybody signs in with the password and second factor of the demonstration.
"""

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import flask_migrate
from flask import Flask

from bench import seed_people, seed_rows
from bench.pouring import into
from workflow_app import config, create_app, demo
from workflow_app.database import begin_writing
from workflow_app.domain import clock
from workflow_app.extensions import db

FIELD_KEY = "YmVuY2gtb25seS1rZXktMzItYnl0ZXMtbG9uZy0wMDE="
AT_ONCE = 5000


@dataclass(frozen=True)
class Seeded:
    """What was made, and how long it took in seconds."""

    url: str
    cases: int
    open_cases: int
    seconds: float


def app_of(url: str, folder: Path, *, field_key: str = FIELD_KEY) -> Flask:
    """The application of the demonstration district on this database; what it keeps besides lies in the folder."""
    own = {"SECRET_KEY": "demo-" + "b" * 40, "DEMO_DISTRICT": "1", "FIELD_KEYS": field_key}
    return create_app(config.read({**own, "VAR_FOLDER": str(folder), "DATABASE_URL": url}))


def fill(app: Flask, cases: int, *, seed: int = 1) -> Seeded:
    """Migrate and fill the empty database of the application."""
    began = time.monotonic()
    with app.app_context():
        _found(app)
        with db.engine.connect() as connection:
            plan = seed_rows.plan(connection, cases, seed=seed, today=clock.legal_day(clock.now()))
            connection.rollback()
            way = into(connection)
            seed_people.pour(way, plan.people)
            for first in range(0, cases, AT_ONCE):
                seed_rows.pour(way, plan, first, min(first + AT_ONCE, cases))
            seed_rows.pour_around(way, plan)
            way.close()
            connection.invalidate()  # its settings are for filling alone
        db.engine.dispose()
        url = db.engine.url.render_as_string(hide_password=False)
    return Seeded(url, cases, plan.open_cases, time.monotonic() - began)


def _found(app: Flask) -> None:
    flask_migrate.upgrade()
    session = db.session()
    begin_writing(session)
    loaded = demo.load(session, house=app.extensions["house"], now=clock.now())
    session.commit()
    session.close()
    if not loaded:
        raise SystemExit("the database is not empty; nothing was changed")


def main() -> None:
    """Fill a database and say where it lies."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--database", default="")
    parser.add_argument("--field-key", default=FIELD_KEY)
    parser.add_argument("--random", type=int, default=1)
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="casework-seed-"))
    url = asked.database or f"sqlite:///{folder / 'casework.sqlite'}"
    made = fill(app_of(url, folder, field_key=asked.field_key), asked.cases, seed=asked.random)
    sys.stdout.write(
        f"{made.cases} cases, {made.open_cases} open, in {made.seconds:.0f} s: {made.url}\n"
        f"files and keys: {folder}; field key: {asked.field_key}\n"
    )


if __name__ == "__main__":
    main()
