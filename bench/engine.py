"""What one step through the engine costs beside raw SQL that writes the same rows, on SQLite and PostgreSQL.

Cases of three kinds stand ready in a database, and the same cases in a copy of it. Turn by turn the engine takes a step in
the one (`perform`, in the application's context, one transaction), and the rows that it inserted and changed, found by
comparing all tables before and after, are written into the other by the driver alone. In the end both databases hold
the same rows, or this fails.

Then once more, with the least that the engine could cost through SQLAlchemy in the engine's place (`bench.least`): its own
statements as they went to the database, into a third copy. Everything is thrown away.

    .venv/bin/python -m bench.engine [ROUNDS] [--profile] [--on sqlite|postgresql]
"""

import argparse
import cProfile
import gc
import pstats
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from bench.least import Least, least
from bench.raw_sql import Raw, RawPostgres, RawSqlite, Written, written
from tests import conftest, factories, postgres
from tests.factories import FIELD_KEY, GIVEN, NOW, World
from workflow_app import config, create_app
from workflow_app.database import begin_writing
from workflow_app.extensions import db
from workflow_app.models.base import keyring
from workflow_app.services.engine import perform
from workflow_app.services.house import House

WARM_UP = 5


@dataclass(frozen=True)
class Kind:
    """A step that is measured: from which state, taken by whom."""

    title: str
    state: str
    step: str
    who: str


KINDS = (
    Kind("a commitment is accepted", "signed", "accept", "handler"),
    Kind("it is returned, with reasons", "signed", "return_for_correction", "handler"),
    Kind("a breach is decided", "breach_replied", "decide_breach", "head"),
)


@dataclass
class Tally:
    """Wall and processor time in milliseconds, and the number of statements, of each step of one side."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    statements: list[int] = field(default_factory=list)

    def add(self, work: Callable[[], int | None]) -> None:
        """Measure one step, which may say how many statements it took."""
        wall, cpu = time.perf_counter(), time.process_time()
        count = work()
        self.cpu.append((time.process_time() - cpu) * 1000)
        self.wall.append((time.perf_counter() - wall) * 1000)
        self.statements.append(count or 0)

    def medians(self) -> tuple[float, float, float]:
        """Wall, processor, statements, without the first rounds."""
        wall, cpu, count = (
            statistics.median(each[WARM_UP:]) for each in (self.wall, self.cpu, self.statements)
        )
        return wall, cpu, count


@dataclass
class Side:
    """The engine's side: the application and who acts."""

    app: Flask
    world: World
    profile: cProfile.Profile | None = None

    def take(self, kind: Kind, address: str) -> None:
        """One step as a request would take it, without what the page around it costs."""
        if self.profile:
            self.profile.enable()
        begin_writing(db.session())
        order = perform.Order(kind.step, GIVEN.get(kind.step, {}), None)
        actor, house = self.world.actors[kind.who], self.app.extensions["house"]
        perform.perform(db.session(), address, order, actor=actor, now=NOW, house=house)
        db.session.commit()
        db.session.remove()
        if self.profile:
            self.profile.disable()


def prepare(url: str, house: House, rounds: int) -> tuple[World, dict[Kind, list[str]]]:
    """A migrated database with the small world and enough cases of each kind; their addresses."""
    world = conftest.build(url)
    engine = conftest.prepared_engine(url)
    with Session(engine) as session:
        begin_writing(session)
        ready = {
            kind: [factories.case_in(session, kind.state, world, house).address for _ in range(rounds)]
            for kind in KINDS
        }
        session.commit()
    engine.dispose()
    return world, ready


def measure(name: str, side: Side, ready: dict[Kind, list[str]], raws: Sequence[Raw], third: Least) -> None:
    """All sides turn by turn, the least first; `raws` are connections to the engine's database, for looking, and to its copy."""
    looking, copy = raws
    tallies = {kind: (Tally(), Tally(), Tally()) for kind in KINDS}
    before, rows = looking.snapshot(), dict.fromkeys(KINDS, "")
    for place, round_ in enumerate(zip(*ready.values(), strict=True)):
        is_noted = place < len(ready[KINDS[0]]) // 2
        for kind, address in zip(ready, round_, strict=True):
            engines, leasts, raw = tallies[kind]
            if is_noted:
                with third.noting(db.engine):
                    side.take(kind, address)
                leasts.add(third.replay)
            else:
                engines.add(lambda k=kind, a=address: side.take(k, a))  # type: ignore[misc]
            after = looking.snapshot()
            todo = written(before, after)
            raw.add(lambda a=address, t=todo: copy.replay(a, t))  # type: ignore[misc]
            before, rows[kind] = after, told(todo)
    assert copy.snapshot() == before, "the raw side wrote other rows than the engine"
    report(name, tallies, rows)


def told(todo: Sequence[Written]) -> str:
    """Which rows a step writes."""
    counts: dict[str, int] = {}
    for each in todo:
        word = f"{'insert' if each.is_new else 'update'} {each.table}"
        counts[word] = counts.get(word, 0) + 1
    return ", ".join(word if count == 1 else f"{count} × {word}" for word, count in counts.items())


def report(name: str, tallies: dict[Kind, tuple[Tally, Tally, Tally]], rows: dict[Kind, str]) -> None:
    """Medians of all sides, and how many times the raw SQL the engine takes and what it could take at least."""
    heads = "".join(f"{f'{side}: wall':>16}{'CPU':>8}{'SQL':>5}" for side in ("engine", "least", "raw"))
    say(f"\n{name:<32}{heads}{'engine ×':>10}{'least ×':>9}")
    for kind, sides in tallies.items():
        medians = [side.medians() for side in sides]
        shown = "".join(
            f"{wall:>13.2f} ms{cpu:>8.2f}{f'{count:.0f}' if count else '':>5}" for wall, cpu, count in medians
        )
        (engine, *_), (least, *_), (raw, *_) = medians
        say(f"{kind.title:<32}{shown}{engine / raw:>10.2f}{least / raw:>9.2f}")
    for kind, text in rows.items():
        say(f"  {kind.title}: {text}")


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def settings(url: str, folder: Path) -> config.Settings:
    """The settings of the real application on this database."""
    own = {"SECRET_KEY": "demo-" + "b" * 40, "DEMO_DISTRICT": "1", "FIELD_KEYS": FIELD_KEY}
    return config.read({**own, "VAR_FOLDER": str(folder), "DATABASE_URL": url})


@contextmanager
def in_context(url: str, folder: Path) -> Iterator[Flask]:
    """The application's context, whose connections are closed at the end."""
    app = create_app(settings(url, folder))
    with app.app_context():
        keyring.load((FIELD_KEY,))
        yield app
        db.engine.dispose()


def on_sqlite(folder: Path, rounds: int) -> None:
    """All sides on files, as the application sets them up: WAL, synchronous=NORMAL."""
    files = [folder / f"{name}.sqlite" for name in ("engine", "raw", "least")]
    urls = [f"sqlite:///{file}" for file in files]
    with in_context(urls[0], folder) as app:
        world, ready = prepare(urls[0], app.extensions["house"], 2 * rounds)
        for file in files[1:]:
            shutil.copy(files[0], file)
        with (
            RawSqlite(files[0]) as looking,
            RawSqlite(files[1]) as copy,
            least(settings(urls[2], folder)) as third,
        ):
            measure("SQLite", Side(app, world), ready, (looking, copy), third)


def on_postgres(folder: Path, rounds: int, *, is_durable: bool) -> None:
    """All sides on databases of one server; durable as an office has it, or without waiting for the disk."""
    name = "PostgreSQL" if is_durable else "PostgreSQL, fsync off"
    with postgres.started(is_durable=is_durable) as server:
        url = server.create_database("engine")
        with in_context(url, folder) as app:
            world, ready = prepare(url, app.extensions["house"], 2 * rounds)
            db.engine.dispose()
            raw, other = (server.create_database(one, template="engine") for one in ("raw", "least"))
            with (
                RawPostgres(url) as looking,
                RawPostgres(raw) as copy,
                least(settings(other, folder)) as third,
            ):
                measure(name, Side(app, world), ready, (looking, copy), third)


def profile(folder: Path, rounds: int) -> None:
    """Where the engine's own time goes, on SQLite."""
    url = f"sqlite:///{folder / 'profile.sqlite'}"
    with in_context(url, folder) as app:
        world, ready = prepare(url, app.extensions["house"], rounds)
        for kind, addresses in ready.items():
            side = Side(app, world, profile=cProfile.Profile())
            for place, address in enumerate(addresses):
                if place == WARM_UP:
                    side.profile = cProfile.Profile()
                side.take(kind, address)
            say(f"\n{kind.title}, {rounds - WARM_UP} steps")
            pstats.Stats(side.profile, stream=sys.stdout).sort_stats("cumulative").print_stats(70)


def main() -> None:
    """Measure on both databases, or profile."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rounds", nargs="?", type=int, default=60)
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--on", choices=("sqlite", "postgresql"))
    asked = parser.parse_args()
    rounds = asked.rounds + WARM_UP
    gc.set_threshold(50_000, 20, 50)  # as in every process of the application (wsgi.py)
    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept)
        if asked.profile:
            profile(folder, rounds)
            return
        if asked.on != "postgresql":
            on_sqlite(folder, rounds)
        if asked.on != "sqlite":
            on_postgres(folder, rounds, is_durable=True)
            on_postgres(folder, rounds, is_durable=False)


if __name__ == "__main__":
    main()
