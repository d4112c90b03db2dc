"""How long a large table of penalties takes to become records, and how much memory: SQLite and PostgreSQL.

Makes the table of `bench.intake` (20,000 rows, every hundredth wrong in one of seven ways), hands it in, checks it, lets
the head confirm it, writes it, and hands it in once more. Each database is filled by a process of its own, so that its
peak memory is its own. Every database is thrown away.

    .venv/bin/python -m bench.imports [ROWS]
"""

import argparse
import csv
import io
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.intake import BUREAU, peak, write_files
from tests import conftest, postgres
from tests.factories import FIELD_KEY
from workflow_app import config, importing
from workflow_app.database import begin_writing
from workflow_app.domain import clock
from workflow_app.models.base import keyring
from workflow_app.models.party import Person, Unit
from workflow_app.models.record import CreditRecord, ImportRun, PenaltyItem
from workflow_app.services.house import House, open_house
from workflow_app.services.imports import import_decisions, import_file, imports
from workflow_app.services.people import accounts

NOW = conftest.factories.legal("2026-11-21")


def prepare(url: str) -> None:
    """An empty database with the small world, whose first unit has the code of the table."""
    conftest.build(url)
    engine = conftest.prepared_engine(url)
    with Session(engine) as session:
        begin_writing(session)
        session.scalars(select(Unit).where(Unit.key == "market")).one().code = BUREAU
        session.commit()
    engine.dispose()


def fill(url: str, table: Path) -> None:
    """Hand the table in twice and print one line of figures for each pass."""
    keyring.load((FIELD_KEY,))
    house, begun = open_house(config.read(os.environ)), peak()
    with clock.fixed(NOW), Session(conftest.prepared_engine(url)) as session:
        first = handed_in(session, house, table)
        timed("checked", session, first, house)
        begin_writing(session)
        ref = session.get_one(ImportRun, first).ref
        import_decisions.confirm(session, ref, actor=head(session), now=NOW)
        session.commit()
        timed("written", session, first, house)
        again = handed_in(session, house, table, name="again-" + table.name)
        timed("again", session, again, house)
        session.rollback()
        rows = [
            session.scalar(select(func.count()).select_from(made)) for made in (CreditRecord, PenaltyItem)
        ]
        say(
            f"  {rows[0]} records, {rows[1]} penalty items; memory +{peak() - begun:.0f} MB (peak {peak():.0f})"
        )
        reasons(session.get_one(ImportRun, first), house)


def handed_in(session: Session, house: House, table: Path, *, name: str = "") -> int:
    """The id of a new run of this table."""
    begin_writing(session)
    unit = session.scalars(select(Unit).where(Unit.key == "market")).one()
    handler = session.scalars(select(Person).where(Person.login == "handler")).one()
    file = imports.File(name or table.name, table.read_bytes())
    run = imports.start(session, file, "penalties", unit_id=unit.id, by_id=handler.id, now=NOW, house=house)
    number = run.id
    session.commit()
    return number


def head(session: Session) -> accounts.Actor:
    """The head of the unit."""
    return accounts.load_actor(
        session.scalars(select(Person).where(Person.login == "head")).one(), on=NOW.date()
    )


def timed(what: str, session: Session, run_id: int, house: House) -> None:
    """One pass to the end, with its time and its tally."""
    begun, busy = time.perf_counter(), time.process_time()
    importing.carry(session, run_id, house, goes_on=lambda run: True)
    session.commit()
    ended, worked = time.perf_counter(), time.process_time()
    run = session.get_one(ImportRun, run_id)
    rows = run.rows
    tally = ", ".join(f"{getattr(run, name)} {name}" for name in imports.TALLY)
    session.rollback()
    say(f"  {what:8} {ended - begun:6.1f} s (processor {worked - busy:6.1f} s)  {rows} rows: {tally}")


def reasons(run: ImportRun, house: House) -> None:
    """How often each thing was wrong, as the file of the rejected rows says it."""
    back = import_file.write_rejected(
        house.storage, run.rejected_key or "", kind="penalties", format_="csv", say=str
    )
    _, *rows = csv.reader(io.StringIO(back.decode("utf-8-sig")))
    for words, count in Counter(row[1].replace("\n", " ") for row in rows).most_common():
        say(f"    {count:5}  {words}")


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Makes the table and fills both databases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="?", type=int, default=20_000)
    parser.add_argument("--into", help=argparse.SUPPRESS)
    parser.add_argument("--table", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.into:
        fill(asked.into, asked.table)
        return
    with tempfile.TemporaryDirectory() as folder, postgres.started() as server:
        table = write_files(Path(folder), asked.rows)[0]
        own = {"SECRET_KEY": "demo-" + "b" * 40, "DEMO_DISTRICT": "1", "FIELD_KEYS": FIELD_KEY}
        for name, url in (
            ("SQLite", f"sqlite:///{folder}/casework.sqlite"),
            ("PostgreSQL", server.create_database("bench_imports")),
        ):
            prepare(url)
            say(name)
            environment = os.environ | own | {"VAR_FOLDER": f"{folder}/{name}"}
            command = [sys.executable, "-m", "bench.imports", "--into", url, "--table", str(table)]
            subprocess.run(command, check=True, env=environment)


if __name__ == "__main__":
    main()
