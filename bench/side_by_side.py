"""Queue pages and whole cases over HTTP, ours beside django-viewflow, in one run on the same kind of database.

Both are served by gunicorn with two processes of four threads, by production settings, to browsers on loopback (`bench.browsers`).
viewflow (AGPL) is installed into an environment in a temporary folder for this run and never a part of the project; what
`bench/viewflow` builds with it is a flow of the same shape as our commitment, by its documentation, with its own pages and the
locking of cases. There, its tables hold these tasks alone; here as many commitments wait in the handler's unit, with their whole
histories, among a thousand cases of all kinds (`bench.served`).

Queue pages: a handler who may take every open task looks at 等我办 here, at the queue and at the inbox (40 tasks) there.
Whole cases: eight clients, each an owner, a handler and a head, take case after case through the same five decisions: signed,
accepted, check begun, breach proposed, breach dropped by the head; handler and head look at their queue before. Each side uses its
own pages the shortest way (viewflow's "execute and continue"). Here a signature asks for the password, by argon2id, on purpose slow,
there it asks nothing; a third row is ours with the cheapest argon2 profile for the owners' passwords, to compare the rest; the
last one asks as often for a page that does nothing (`bench.bare`), below which no application of these libraries goes. The
workers that make documents and send mails after a step stand still: viewflow has nothing like it. Everybody signs in once, before.

Of each request the application says the processor time of its thread and the statements; all processor time, of the processes and of
their share of PostgreSQL, is read from /proc. Everything is thrown away.

    .venv/bin/python -m bench.side_by_side [--tasks 1000 100000] [--million] [--on postgresql|sqlite] [--seconds 20]
"""

import argparse
import math
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text, update

from bench import bare, both_ways, served
from bench.both_ways import UNIT
from bench.browsers import Answer, Browser
from bench.serving import Cast, Served, Side, serving
from tests import postgres
from tests.factories import FIELD_KEY
from workflow_app import config, create_app, demo
from workflow_app.models.party import Person
from workflow_app.services.people import passwords

ROOT = Path(__file__).resolve().parents[1]
PEER = Path(__file__).with_name("viewflow")
INSTALLED = ("django-viewflow==2.4.0", "Django==5.2.*", "psycopg[binary]", "gunicorn")
CLIENTS, LOOKS, WARM_UP, SECONDS_FOR_LOOKS, LONG = 8, 15, 3, 20, 2000
HEADINGS = (
    "cases/s",
    "requests",
    "p50 ms",
    "CPU p50",
    "CPU mean",
    "and of DB",
    "SQL p50",
    "SQL mean",
    "KB mean",
)


@dataclass(frozen=True)
class Line:
    """What was measured of one page or of whole cases, in the order of the headings; NaN where nothing was."""

    name: str
    values: tuple[float, ...]

    def told(self) -> str:
        """The line as it is printed."""
        shown = ("" if math.isnan(value) else f"{value:,.{1 if value >= 1 else 3}f}" for value in self.values)
        return f"{self.name:<44}" + "".join(f"{one:>11}" for one in shown)

    def times(self, ours: "Line") -> "Line":
        """How many times ours this is."""
        pairs = zip(self.values, ours.values, strict=True)
        return Line("  × ours", tuple(one / other if other else float("nan") for one, other in pairs))


def line(
    name: str, answers: Sequence[Answer], *, spent: Sequence[float], cases: int = 0, rate: float = 0
) -> Line:
    """The line of these requests, which took so many seconds of processor time: of the web, then of the database."""
    count, middle, mean = len(answers), statistics.median, statistics.mean
    web, base = (*(one / count * 1000 for one in spent), float("nan"))[:2]
    whole = (rate, count / cases) if cases else (float("nan"), float("nan"))
    statements = [one.statements for one in answers]
    values = (middle(one.took for one in answers), middle(one.spent for one in answers), web, base,
              middle(statements), mean(statements), mean(one.size for one in answers) / 1024)  # fmt: skip
    return Line(name, (*whole, *values))


def look(place: Served, handler: Browser, tasks: int) -> Iterator[Line]:
    """Each page of a handler, asked for again and again by one browser."""
    for name, path in place.side.pages.items():
        handler.answers.clear()
        while len(handler.answers) < WARM_UP and sum(one.took for one in handler.answers) < LONG:
            handler.get(path)
        handler.answers.clear()
        before, until = place.spent(), time.monotonic() + SECONDS_FOR_LOOKS
        while len(handler.answers) < LOOKS and (time.monotonic() < until or len(handler.answers) < WARM_UP):
            handler.get(path)
        spent = [after - then for after, then in zip(place.spent(), before, strict=True)]
        yield line(f"{tasks:>9,} open: {name}", handler.answers, spent=spent)


def drive(place: Served, casts: Sequence[Cast], name: str, *, seconds: float) -> Line:
    """Whole cases by all clients at once for so long; each ends the case that it is at."""

    def work(cast: Cast) -> tuple[int, float]:
        began, cases = time.monotonic(), 0
        while time.monotonic() < began + seconds:
            place.side.case(*cast)
            cases += 1
        return cases, time.monotonic() - began

    for cast in casts:
        place.side.case(*cast)
    for browser in (one for cast in casts for one in cast):
        browser.answers.clear()
    before = place.spent()
    with ThreadPoolExecutor(len(casts)) as pool:
        done = list(pool.map(work, casts))
    spent = [after - then for after, then in zip(place.spent(), before, strict=True)]
    answers = [answer for cast in casts for browser in cast for answer in browser.answers]
    rate = sum(cases / took for cases, took in done)
    return line(name, answers, spent=spent, cases=sum(cases for cases, _ in done), rate=rate)


def our_side(folder: Path, url: str, tasks: int) -> Side:
    """Ours in an empty database, with so many open tasks."""
    own = {
        "VAR_FOLDER": str(folder), "SECRET_KEY": "demo-" + "b" * 40, "DEMO_DISTRICT": "1", "DATABASE_URL": url,
        "FIELD_KEYS": FIELD_KEY, "LOG_LEVEL": "ERROR",
    }  # fmt: skip
    served.fill(create_app(config.read(own)), tasks, people=CLIENTS, unit=UNIT)
    command = (sys.executable, "-m", "gunicorn", "bench.served:counted()")
    return Side(
        "ours", command, ROOT, own, both_ways.enter_ours, both_ways.our_case, {"queue, ours": "/queue"}
    )


def bare_side(ours: Side) -> Side:
    """What the libraries take at least, on our database."""
    command = (sys.executable, "-m", "gunicorn", "bench.served:counted('bench.bare')")
    return Side("bare pages", command, ROOT, {**ours.environment}, bare.enter, bare.case, {})


def their_side(folder: Path, python: Path, own: Mapping[str, str], tasks: int) -> Side:
    """viewflow's in an empty database, with as many."""
    shutil.copytree(PEER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    settle = (python, "served.py", str(CLIENTS), str(tasks))
    subprocess.run(settle, cwd=folder, env={**os.environ, **own}, check=True)
    pages = {"queue, viewflow": "/commitment/queue/", "inbox, viewflow": "/commitment/inbox/"}
    command = (str(python), "-m", "gunicorn", "served:application")
    return Side("viewflow", command, folder, own, both_ways.enter_theirs, both_ways.their_case, pages)


def sides(
    folder: Path, python: Path, server: postgres.PostgresServer | None, tasks: int
) -> tuple[Side, Side]:
    """Both, each with a database of its own; on SQLite when there is no server."""
    folder.mkdir()
    if server is None:
        ours = our_side(folder / "ours", f"sqlite:///{folder}/ours.sqlite", tasks)
        return ours, their_side(folder / "theirs", python, {"PEER_FILE": f"{folder}/theirs.sqlite"}, tasks)
    name = f"theirs_{tasks}"
    server.create_database(name)
    own = {"PEER_DATABASE": name, "PEER_HOST": str(server.folder), "PEER_USER": postgres.USER}
    ours = our_side(folder / "ours", server.create_database(f"ours_{tasks}"), tasks)
    theirs = their_side(folder / "theirs", python, own, tasks)
    engine = create_engine(server.url(name), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()
    return ours, theirs


def whole_cases(place: Served, casts: Sequence[Cast], *, seconds: float) -> Iterator[Line]:
    """Whole cases of a side; of ours once more with a password that is checked cheaply."""
    yield drive(place, casts, f"whole cases, {place.side.name}", seconds=seconds)
    if place.side.name == "ours":
        url = place.side.environment["DATABASE_URL"]
        hashed = passwords.hash_password(demo.DEMO_PASSWORD, is_cheap=True)
        engine = create_engine(url)
        with engine.begin() as connection:
            owners = update(Person).where(Person.login.startswith("bench-owner-"))
            connection.execute(owners.values(password_hash=hashed))
        engine.dispose()
        yield drive(place, casts, "whole cases, ours, password checked cheaply", seconds=seconds)


def measure(
    folder: Path, asked: argparse.Namespace, server: postgres.PostgresServer | None
) -> Iterator[Line]:
    """Every line, the pages of each size and then whole cases at the smallest."""
    python = folder / "environment" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", python.parents[1]], check=True)
    subprocess.run([python, "-m", "pip", "-qq", "install", *INSTALLED], check=True)
    base = [int((server.folder / "data" / "postmaster.pid").read_text().split()[0])] if server else []
    for tasks in asked.tasks:
        ours, theirs = sides(folder / str(tasks), python, server, tasks)
        is_smallest = tasks == min(asked.tasks)
        lines: list[Line] = []
        for side in (ours, theirs, *([bare_side(ours)] if is_smallest else ())):
            with serving(side, base) as place:
                casts = [place.cast(number) for number in range(CLIENTS if is_smallest else 1)]
                lines += look(place, casts[0][1], tasks)
                if is_smallest:
                    lines += whole_cases(place, casts, seconds=asked.seconds)
        yield from told(lines)


def told(lines: Sequence[Line]) -> Iterator[Line]:
    """The pages and then the cases, each of viewflow's with how many times ours it is."""
    for word in ("open:", "whole"):
        alike = [one for one in lines if word in one.name]
        yield from alike[:1]
        for one in alike[1:]:
            yield one
            yield one.times(alike[0])


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tasks", type=int, nargs="+", default=[1000, 100_000])
    parser.add_argument("--million", action="store_true", help="at 1,000,000 open tasks too")
    parser.add_argument("--on", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--seconds", type=float, default=20, help="of whole cases, for each side")
    asked = parser.parse_args()
    asked.tasks = sorted({*asked.tasks, *((1_000_000,) if asked.million else ())})
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(postgres.started()) if asked.on == "postgresql" else None
        say(f"{asked.on:<44}" + "".join(f"{heading:>11}" for heading in HEADINGS))
        for one in measure(folder, asked, server):
            say(one.told())


def say(words: str) -> None:
    """Print at once."""
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
