"""Three web processes and three workers on one PostgreSQL through PgBouncer, with a streaming replica, all on this machine.

Demonstration people carry cases over HTTP from draft to certificate while workers print and mail; others without an account read
open pages all the time. Meanwhile one worker and one web process are killed (SIGKILL), and the replica is stopped and started
again. At the end: no answer was an error, every history verifies, every document is genuine, every case has each of its steps,
documents and notices once, nothing waits in the outbox, the replica holds what the primary holds. Prints a table and every
fault; ends with 1 if there is one. How it is set up: docs/scaling.md.

    .venv/bin/python -m bench.loopback [--cases 60] [--clients 6] [--commit-on-both]
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Any

from bench import loopback_people as people
from bench import loopback_servers as servers
from tests.factories import FIELD_KEY
from tests.post_office import PostOffice, post_office
from tests.postgres import place

ROOT = Path(__file__).resolve().parents[1]
OWNERS = ("owner.haihe", "owner.huigong", "owner.jixiang", "owner.yanhua", "owner.gongying", "owner.jianye")
HANDLERS = ("handler.shichang", "handler.shichang2")
ITEM = "SPTD-01"
OPEN_PAGES = ("/", "/commitments", "/publicity", "/lists/", "/feed/removals.json", "/open/figures")
WEB, WORKERS, READERS = 3, 3, 2
KILL_WORKER_AT, STOP_REPLICA_AT, KILL_WEB_AT, START_REPLICA_AT = 0.25, 0.4, 0.5, 0.75
STEPS = ("sign", "accept", "start_check", "confirm_fulfilled")
SECONDS_TO_DELIVER = 1200
REPLICA_IS_ASKED_AGAIN_AFTER = 12
OPEN_MESSAGES = "SELECT count(*) FROM outbox WHERE done_at IS NULL AND due_at <= now()"


@dataclass
class Office:
    """Everything that runs, and what was seen."""

    ours: servers.Servers
    environment: Mapping[str, str]
    folder: Path
    post: PostOffice
    waits_for_replica: bool
    web: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    carried: list[str] = field(default_factory=list)
    read: Counter[str] = field(default_factory=Counter)
    happened: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def flask(self, *command: str) -> str:
        """A command of ours with the settings of everybody; what it printed."""
        done = subprocess.run(
            (sys.executable, "-m", "flask", "--app", "wsgi", *command),
            cwd=ROOT, env={**os.environ, **self.environment}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            self.faults.append(f"flask {' '.join(command)}: {(done.stdout + done.stderr)[-800:]}")
        return done.stdout

    def start(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        """A process of ours in a group of its own, ended with this one."""
        with (self.folder / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                ("setpriv", "--pdeathsig", "TERM", "--", sys.executable, "-m", *command),
                cwd=ROOT, env={**os.environ, **self.environment}, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def note(self, what: str) -> None:
        """Something happened, after so many cases."""
        self.happened.append(f"after {len(self.carried):3} cases: {what}")

    def primary(self, statement: str) -> Any:
        """The first value that the primary answers."""
        return self.ours.primary.asked(statement)[0][0]


@contextmanager
def opened(folder: Path, *, waits_for_replica: bool) -> Iterator[Office]:
    """The servers with the demonstration in them, the web processes and the workers; everything ends with the `with`."""
    with servers.started(folder) as ours, post_office() as post, ExitStack() as ends:
        if waits_for_replica:
            for name, value in (("synchronous_standby_names", "'*'"), ("synchronous_commit", "remote_apply")):
                ours.primary.asked(f"ALTER SYSTEM SET {name} = {value}")
            ours.primary.asked("SELECT pg_reload_conf()")
        environment = {
            "VAR_FOLDER": str(folder / "var"), "SECRET_KEY": "demo-" + "b" * 40, "DEMO_DISTRICT": "1",
            "FIELD_KEYS": FIELD_KEY, "DATABASE_URL": ours.primary.url, "POOLER_URL": ours.pooler_url,
            "REPLICA_URL": ours.replica.url, "MAIL_URL": post.url, "LOG_LEVEL": "WARNING",
        }  # fmt: skip
        (folder / "var").mkdir()
        office = Office(ours, environment, folder, post, waits_for_replica)
        office.flask("db", "upgrade")
        office.flask("demo", "load")
        ends.callback(close, office)
        for number in range(WEB):
            port = servers.free_port()
            office.web[port] = office.start(
                f"web-{number}", "gunicorn", "--worker-class", "gthread", "--workers", "1", "--threads", "4",
                "--bind", f"127.0.0.1:{port}", "--no-control-socket", "--log-level", "warning", "wsgi:application",
            )  # fmt: skip
            servers.wait_until(f"web process {number}", lambda at=port: servers.listens(at))
        office.workers += [
            office.start(f"worker-{number}", "flask", "--app", "wsgi", "worker") for number in range(WORKERS)
        ]
        yield office


def close(office: Office) -> None:
    """End what still runs."""
    living = [one for one in (*office.web.values(), *office.workers) if one.poll() is None]
    for process in living:
        process.terminate()
    for process in living:
        process.wait()


def kill(office: Office, process: subprocess.Popen[bytes], name: str) -> None:
    """As when a machine loses its power: a process and its children, in the middle of whatever they do."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    office.note(f"{name} killed")


def hurt(office: Office, cases: int, is_over: Callable[[], bool]) -> None:
    """Kill and stop as the work goes on, and start the replica again: in the main thread, with which its children end."""

    def kill_busy_worker() -> None:
        held = office.primary(
            "SELECT max(leased_by) FROM outbox WHERE leased_until IS NOT NULL AND done_at IS NULL"
        )
        number = int(str(held).rpartition("-")[2]) if held else 0
        busy = [one for one in office.workers if one.pid == number] or office.workers[:1]
        kill(office, busy[0], "a worker with a message in hand" if held else "a worker")

    def stop_replica() -> None:
        office.ours.replica.stop()
        office.note("replica stopped")

    def start_replica() -> None:
        office.ours.replica.start()
        office.note("replica started again")

    port = next(iter(office.web))
    acts = [
        (KILL_WORKER_AT, kill_busy_worker),
        (KILL_WEB_AT, lambda: kill(office, office.web[port], "a web process")),
    ]
    if not office.waits_for_replica:  # else no step could be taken while it is away
        acts += [(STOP_REPLICA_AT, stop_replica), (START_REPLICA_AT, start_replica)]
    for share, act in sorted(acts, key=itemgetter(0)):
        while len(office.carried) < share * cases:
            if is_over():
                break
            time.sleep(0.02)
        act()


def work(office: Office, balancer: people.Balancer, *, cases: int, clients: int) -> float:
    """Carry the cases, read open pages, kill and stop. Seconds that it took."""
    owners = [people.Person(balancer).sign_in(OWNERS[number % len(OWNERS)]) for number in range(clients)]
    handlers = [people.Person(balancer).sign_in(login) for login in HANDLERS]
    stop = threading.Event()

    def one_client(number: int) -> None:
        owner, handler = owners[number].again(), handlers[number % len(handlers)].again()
        for _ in range(number, cases, clients):
            office.carried.append(people.carry(owner, handler, item=ITEM))

    def one_reader() -> None:
        for path in people.passing_by(people.Person(balancer), OPEN_PAGES, stop, pause=0.1):
            office.read[path] += 1

    began = time.monotonic()
    with ThreadPoolExecutor(clients + READERS) as pool:
        readers = [pool.submit(one_reader) for _ in range(READERS)]
        busy = [pool.submit(one_client, number) for number in range(clients)]
        try:
            hurt(office, cases, lambda: all(one.done() for one in busy))
            office.faults += [repr(error) for one in busy if (error := one.exception())]
            took = time.monotonic() - began
            time.sleep(REPLICA_IS_ASKED_AGAIN_AFTER)
        except BaseException:  # ended from outside: nobody is asked any more
            balancer.ports.clear()
            raise
        finally:
            stop.set()
        office.faults += [repr(error) for one in readers if (error := one.exception())]
    return took


def deliver(office: Office) -> float:
    """Wait until nothing that is due waits in the outbox. Seconds that it took."""
    began = time.monotonic()
    while office.primary(OPEN_MESSAGES) and time.monotonic() < began + SECONDS_TO_DELIVER:
        time.sleep(0.5)
    return time.monotonic() - began


def check(office: Office, balancer: people.Balancer) -> Iterator[str]:
    """Everything that is not as it must be."""
    yield from office.faults
    yield from balancer.wrong
    yield from (f"{one} is twice" for one, times in Counter(office.carried).items() if times > 1)
    for command in (("history", "verify", "--json"), ("documents", "check", "--json")):
        told = json.loads(office.flask(*command) or "{}")
        office.happened.append(f"flask {' '.join(command[:2])}: {json.dumps(told, ensure_ascii=False)}")
        if told.get("faults", True) or told.get("waiting"):
            yield f"flask {' '.join(command)}: {told}"
    if waiting := office.primary(OPEN_MESSAGES):
        yield f"{waiting} messages still wait"
    if dead := office.primary("SELECT count(*) FROM outbox WHERE dead_at IS NOT NULL"):
        yield f"{dead} messages were given up"
    yield from check_cases(office)
    yield from check_replica(office)


def check_cases(office: Office) -> Iterator[str]:
    """Each case has each step once, and as many documents and notices of each kind as every other."""
    numbers = ", ".join(f"'{address.rpartition('/')[2]}'" for address in office.carried)
    mine = f'FROM "case" JOIN {{}} AS one ON one.case_id = "case".id WHERE "case".number IN ({numbers})'
    told = office.ours.primary.asked(
        f"SELECT \"case\".number, string_agg(step, ' ' ORDER BY seq) {mine.format('event')} GROUP BY 1"
    )
    found = {str(number): str(steps) for number, steps in told}
    for address in office.carried:
        steps = found.get(address.rpartition("/")[2], "").split()
        if [one for one in steps if one in STEPS] != [*STEPS]:
            yield f"{address} has the steps {steps}"
    for table, kind in (("document", "kind"), ("notice", "person_id")):
        yield from check_counts(
            office,
            table,
            f'SELECT "case".number, "case".subject_id, one.{kind}, count(*) {mine.format(table)} GROUP BY 1, 2, 3',
        )
    if doubled := {key: times for key, times in office.post.accepted.items() if times > 1}:
        office.happened.append(f"mails sent again under the same Message-ID: {doubled}")
        if len(doubled) > 1:
            yield f"more mails were repeated than workers were killed: {doubled}"


def check_counts(office: Office, table: str, statement: str) -> Iterator[str]:
    """One document of a kind for each case, and equal numbers for all cases of one firm: they went the same way."""
    rows = office.ours.primary.asked(statement)
    if table == "document" and any(times != 1 for *_, times in rows):
        yield f"documents are doubled: {rows}"
    of_case: Counter[tuple[object, object]] = Counter()
    for number, firm, _, times in rows:
        of_case[firm, number] += int(str(times))
    numbers = {(firm, many) for (firm, _), many in of_case.items()}
    office.happened.append(f"{of_case.total()} {table}s of {len(of_case)} cases")
    if len(numbers) != len({firm for firm, _ in of_case}) or len(of_case) != len(office.carried):
        yield f"cases of one firm have different numbers of {table}s: {of_case}"


def check_replica(office: Office) -> Iterator[str]:
    """The replica is a standby that caught up, and holds what the primary holds, when nobody works any more."""
    ours = office.ours
    close(office)
    servers.wait_until(
        "the replica to catch up",
        lambda: office.primary(
            "SELECT bool_or(replay_lsn >= pg_current_wal_insert_lsn()) FROM pg_stat_replication"
        ),
    )
    for table in ('"case"', "event", "document", "outbox", "commitment_publicity"):
        statement = f"SELECT count(*), max(id) FROM {table}"
        if ours.primary.asked(statement) != ours.replica.asked(statement):
            yield f"primary and replica differ in {table}"
    if ours.replica.asked("SELECT pg_is_in_recovery()") != [(True,)]:
        yield "the replica is no standby"


@dataclass(frozen=True)
class Table:
    """What is printed."""

    rows: tuple[tuple[str, str], ...]

    def told(self) -> str:
        """A line for each figure."""
        return "".join(f"{name:<58}{value:>22}\n" for name, value in self.rows)


def table(office: Office, balancer: people.Balancer, *, took: float, delivered: float, before: int) -> Table:
    """The figures of the run."""
    pools = [one for one in office.ours.pooler("POOLS") if one["database"] == "casework"]
    stats = [one for one in office.ours.pooler("STATS") if one["database"] == "casework"]
    servers_used = office.ours.pooler("SERVERS")
    return Table((
        ("cases carried from draft to certificate", f"{len(office.carried)} in {took:.0f} s"),
        ("answers", f"{len(balancer.took)}"),
        ("an answer, median", f"{statistics.median(balancer.took):.0f} ms"),
        ("answers that were errors", f"{len(balancer.wrong)}"),
        ("requests lost with the process that was killed", f"{balancer.lost}"),
        ("drafts whose answer was lost", f"{office.primary(DRAFTS_LEFT) - before}"),
        ("open pages read without an account", f"{sum(office.read.values())}"),
        ("transactions of pages at the replica, connecting included", f"{office.ours.replica.pages_read()}"),
        ("clients of the pooler at the end", f"{sum(int(str(one['cl_active'])) for one in pools)}"),
        ("connections of the pooler to the primary", f"{sum(one['database'] == 'casework' for one in servers_used)}"),
        ("transactions through the pooler", f"{sum(int(str(one['total_xact_count'])) for one in stats)}"),
        ("mails accepted", f"{office.post.accepted.total()}"),
        ("then until the outbox was empty", f"{delivered:.0f} s"),
    ))  # fmt: skip


DRAFTS_LEFT = "SELECT count(*) FROM \"case\" WHERE state = 'draft'"


def main() -> None:
    """Set up, work, check, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=60)
    parser.add_argument("--clients", type=int, default=6)
    parser.add_argument(
        "--commit-on-both", action="store_true", help="a commit waits until the replica shows it"
    )
    asked = parser.parse_args()
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit(1)
    )  # so that everything it started is ended and removed
    with (
        tempfile.TemporaryDirectory(prefix="casework-loopback-", dir=place()) as name,
        opened(Path(name), waits_for_replica=asked.commit_on_both) as office,
    ):
        balancer = people.Balancer(list(office.web))
        before = office.primary(DRAFTS_LEFT)
        took = work(office, balancer, cases=asked.cases, clients=asked.clients)
        sys.stderr.write("".join(f"{one}\n" for one in (*office.happened, *office.faults)))
        delivered = deliver(office)
        told = table(office, balancer, took=took, delivered=delivered, before=before).told()
        faults = list(check(office, balancer))
    lines = (*office.happened, "", told, f"{len(faults)} faults", *faults)
    sys.stdout.write("\n".join(lines) + "\n")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
