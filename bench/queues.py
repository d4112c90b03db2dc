"""Lists, searches, a case and a step at a thousand cases and at a million, side by side in one run.

    .venv/bin/python -m bench.queues [--sizes 1000 100000 1000000] [--databases sqlite postgres] [--rounds 30]
        [--seconds 15] [--clients 16] [--filled SIZE=URL ...] [--only WORD]

Each size of each database is filled by `bench.seed` (or taken as it is, with `--filled`, if `bench.seed` filled it). Then five
people ask for the same pages, each page of every size in turn, so that whatever else the machine does falls on all sizes alike:
first one by one within the process (wall, processor time of the application, SQL statements), then that many clients at once
through gunicorn for so many seconds a size. At the end each is set against the smallest size. Processor time of PostgreSQL is in
the wall alone. Everything is thrown away but what was `--filled`.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine, event

from bench import seed
from bench.browsers import Answer, Browser
from bench.queue_pages import ROLES, SEVERAL, Office, opened
from bench.serving import Served, Side, serving
from tests import postgres
from workflow_app.extensions import db

WARM = SEVERAL
"""Each address is opened once before it is measured."""
Asked = tuple[str, str]


@dataclass
class Cost:
    """What was measured of one page at one size: milliseconds, and the statements of the last time."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    statements: int = 0

    def told(self) -> str:
        """p50, p99, processor time, statements."""
        return f"{median(self.wall):8.1f} {p99(self.wall):8.1f} {median(self.cpu):7.1f} {self.statements:4}"


def median(values: Sequence[float]) -> float:
    """The middle; 0 of none."""
    return statistics.median(values) if values else 0.0


def p99(values: Sequence[float]) -> float:
    """What one in a hundred exceeds; with few values, the greatest."""
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.99))] if values else 0.0


class Statements:
    """How many statements were sent."""

    def __init__(self) -> None:
        self.count = 0
        event.listen(Engine, "before_cursor_execute", self.one)

    def one(self, *_given: object) -> None:
        """One more."""
        self.count += 1


def alone(offices: Sequence[Office], rounds: int, *, only: str) -> dict[Asked, dict[int, Cost]]:
    """Every page, by one person at a time, of each size in turn."""
    costs: dict[Asked, dict[int, Cost]] = defaultdict(lambda: defaultdict(Cost))
    statements = Statements()
    for asked in _asked(offices, only):
        for turn in range(WARM + rounds):
            for office in offices:
                ask = _asking(office, asked)
                if ask is None:
                    continue
                before, wall, cpu = statements.count, time.perf_counter(), time.process_time()
                ask()
                cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
                if turn >= WARM:
                    cost = costs[asked][office.size]
                    cost.wall.append(wall * 1000)
                    cost.cpu.append(cpu * 1000)
                    cost.statements = statements.count - before
    return costs


def _asked(offices: Sequence[Office], only: str) -> list[Asked]:
    found = {asked: None for office in offices for asked in (*office.pages, *office.calls)}
    return [(role, name) for role, name in sorted(found, key=_place) if only in f"{role} {name}"]


def _place(asked: Asked) -> int:
    return ROLES.index(asked[0])


def _asking(office: Office, asked: Asked) -> Callable[[], object] | None:
    if asked in office.calls:
        return lambda: _within(office, office.calls[asked])
    if asked not in office.pages:
        return None
    address, client = next(office.pages[asked]), office.clients[asked[0]]
    return lambda: _page(client.get(address), address)


def _page(answer: object, address: str) -> None:
    status = getattr(answer, "status_code", 0)
    assert status == 200, f"{status} at {address}"


def _within(office: Office, call: Callable[[], object]) -> None:
    with office.app.app_context():
        call()


def together(office: Office, clients: int, seconds: float, folder: Path) -> tuple[list[Answer], float]:
    """What so many clients got who asked for pages at random, all at once; and how many a second."""
    side = Side(f"{office.size}", _GUNICORN, Path.cwd(), _environment(office, folder), _nobody, _nothing, {})
    with serving(side, ()) as served, ThreadPoolExecutor(clients) as pool:
        warm = [pool.submit(_crowd, office, served, number, 0.0) for number in range(clients)]
        for one in warm:  # the port is open before the processes behind it have loaded the application
            one.result()
        until = time.monotonic() + seconds
        parts = [pool.submit(_crowd, office, served, number, until) for number in range(clients)]
        answers = [answer for part in parts for answer in part.result()]
    return answers, len(answers) / seconds


_GUNICORN = (sys.executable, "-m", "gunicorn", "bench.served:counted()")


def _nobody(_browser: Browser, _kind: str, _number: int) -> None:
    raise AssertionError("people have signed in already")


def _nothing(*_people: Browser) -> None:
    raise AssertionError("no whole case is driven here")


def _environment(office: Office, folder: Path) -> dict[str, str]:
    own = {"SECRET_KEY": office.app.config["SECRET_KEY"], "DEMO_DISTRICT": "1", "FIELD_KEYS": seed.FIELD_KEY}
    return {**own, "VAR_FOLDER": str(folder), "DATABASE_URL": office.url}


def _crowd(office: Office, served: Served, number: int, until: float) -> list[Answer]:
    rnd, role = random.Random(number), ROLES[number % len(ROLES)]
    browser = Browser(served.port)
    pairs = (pair.partition("=") for pair in office.cookies(role).split("; "))
    browser.cookies.update({name: value for name, _, value in pairs})
    addresses = [next(pages) for (who, _), pages in office.pages.items() if who == role for _ in range(5)]
    browser.get(addresses[0])
    browser.answers.clear()
    while time.monotonic() < until:
        browser.get(rnd.choice(addresses))
    return browser.answers


@contextmanager
def databases(
    kind: str, sizes: Sequence[int], filled: dict[int, str], folder: Path
) -> Iterator[list[Office]]:
    """An office of each size in databases of one kind, smallest first."""
    with ExitStack() as stack:
        server = None
        if kind == "postgres" and any(size not in filled for size in sizes):
            server = stack.enter_context(postgres.started())
        offices = []
        for size in sorted(sizes):
            url = filled.get(size) or (
                server.create_database(f"bench_{size}") if server else f"sqlite:///{folder}/{size}.sqlite"
            )
            own = folder / f"{kind}-{size}"
            own.mkdir()
            app = seed.app_of(url, own)
            if size not in filled:
                made = seed.fill(app, size)
                say(f"{kind} {size}: {made.open_cases} open, filled in {made.seconds:.0f} s")
            offices.append(opened(size, url, app))
        yield offices
        for office in offices:
            with office.app.app_context():
                db.engine.dispose()


def measure(kind: str, asked: argparse.Namespace, filled: dict[int, str]) -> None:
    """Everything of one kind of database, as tables."""
    with (
        tempfile.TemporaryDirectory() as folder,
        databases(kind, asked.sizes, filled, Path(folder)) as offices,
    ):
        costs = alone(offices, asked.rounds, only=asked.only)
        say(
            f"\n{kind}, one client: milliseconds p50, p99, processor time, SQL statements; × is p50 and processor time by the smallest"
        )
        for (role, name), by_size in costs.items():
            first = by_size[min(by_size)]
            for size, cost in sorted(by_size.items()):
                times = f"×{median(cost.wall) / median(first.wall):5.2f} ×{median(cost.cpu) / max(median(first.cpu), 0.01):5.2f}"
                say(f"{role:8} {name:20} {size:8} {cost.told()}  {times}")
        if asked.seconds:
            say(
                f"\n{kind}, {asked.clients} clients through gunicorn 2 × 4: requests a second, p50, p99, processor time, statements"
            )
        for office in offices if asked.seconds else ():
            answers, pace = together(
                office, asked.clients, asked.seconds, Path(folder) / f"{kind}-{office.size}"
            )
            took, spent = [one.took for one in answers], [one.spent for one in answers]
            many = median([one.statements for one in answers])
            say(
                f"{office.size:8} {pace:8.1f} {median(took):8.1f} {p99(took):8.1f} {median(spent):7.1f} {many:4.0f}"
            )


def say(line: str) -> None:
    """A line of the report, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 100_000, 1_000_000])
    parser.add_argument(
        "--databases", nargs="+", choices=("sqlite", "postgres"), default=["sqlite", "postgres"]
    )
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--filled", nargs="*", default=[], metavar="SIZE=URL")
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    given = [(int(size), url) for size, _, url in (one.partition("=") for one in asked.filled)]
    for kind in asked.databases:
        filled = {size: url for size, url in given if url.startswith("sqlite") == (kind == "sqlite")}
        measure(kind, asked, filled)


if __name__ == "__main__":
    main()
