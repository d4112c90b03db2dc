"""Fifty reviewers over two hundred cases at once on PostgreSQL: does anybody overwrite anybody, is anything lost?

The race of `tests.races` in full: claims, decisions, batches, assignments, releases and leases that end while colleagues
work, in several processes with several threads each, while the owners of drafts type. Tells how far it is, then what was
done and refused and every fault. Ends by itself: after MINUTES nobody begins anything, and what stands still longer than
a minute is a fault. The database is thrown away. Ends with 1 if there is a fault, with 3 if the time was too short.

    .venv/bin/python -m bench.races [--reviewers 50] [--cases 200] [--acts 60] [--processes 4] [--seed 1] [--minutes 10]
"""

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from dataclasses import dataclass

from sqlalchemy import Engine, create_engine, text

from tests import conftest, postgres, races
from tests.factories import FIELD_KEY
from workflow_app import config, database
from workflow_app.domain.people import Actor
from workflow_app.models.base import keyring
from workflow_app.services.house import open_house

CONNECTIONS = 30
"""More than one process ever has people at work."""
MOST_WAITED = "-c lock_timeout=60s -c statement_timeout=60s -c idle_in_transaction_session_timeout=120s"
"""Of the database: nobody waits longer for anybody, and whoever does is told, which is a fault."""
TELL_EVERY = 10.0
GRACE = 180.0
"""Seconds after the end within which everybody must have put down what they had begun."""


@dataclass(frozen=True)
class Share:
    """What one process is told: the race as it was founded, and who of the reviewers works in it until when."""

    people: tuple[tuple[Actor, ...], tuple[Actor, ...]]
    places: tuple[tuple[str, ...], tuple[str, ...]]
    url: str
    environment: Mapping[str, str]
    who: tuple[int, ...]
    acts: int
    seed: int
    begun: float
    until: float


def opened(url: str) -> Engine:
    """An engine as the application sets it up, with room for everybody in a process."""
    engine = create_engine(url, pool_size=CONNECTIONS, connect_args={"options": MOST_WAITED})
    database.prepare(engine)
    return engine


def work(share: Share) -> list[races.Did]:
    """The part of the race that runs in one process."""
    keyring.load((FIELD_KEY,))
    house = open_house(config.read(share.environment))
    room = races.Room(opened(share.url), house, *share.people, *share.places)
    with races.fast_time(share.begun):
        return races.run(room, share.who, acts=share.acts, seed=share.seed, until=share.until)


def say(line: str) -> None:
    """Print at once, also into a file."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def asked_for() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    usual = {"reviewers": 50, "cases": 200, "acts": 60, "processes": 4, "seed": 1, "minutes": 10}
    for name, value in usual.items():
        parser.add_argument(f"--{name}", type=int, default=value)
    return parser.parse_args()


def watch(engine: Engine, running: Sequence[Future[list[races.Did]]], *, begun: float, until: float) -> bool:
    """Tell how far the race is until it is over. False when it stands still long after its time."""
    while wait(running, timeout=TELL_EVERY).not_done:
        now = time.monotonic()
        with engine.connect() as connection:
            steps, hands, blocked = connection.execute(HOW_FAR).one()
            line = f"{now - begun:5.0f} s: {steps} steps and saves, {hands} changes of hands"
            say(line + (f", {blocked} wait for others" if blocked else ""))
            if now > until + GRACE:
                for row in connection.execute(STANDING_STILL):
                    say(f"STANDS STILL: {row.seconds:.0f} s {row.wait_event}: {row.query}")
                return False
    return True


HOW_FAR = text(
    'SELECT (SELECT count(*) FROM event) + (SELECT sum(version) FROM "case" WHERE number IS NULL),'
    " (SELECT count(*) FROM hand_over),"
    " (SELECT count(*) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0)"
)
STANDING_STILL = text(
    "SELECT extract(epoch FROM now() - state_change) AS seconds, wait_event, left(query, 200) AS query"
    " FROM pg_stat_activity WHERE state <> 'idle' AND pid <> pg_backend_pid() AND datname = current_database()"
)


def main() -> None:
    """Founds the race, runs it, and says what is not as it must be."""
    asked = asked_for()
    context = multiprocessing.get_context("spawn")
    # The server goes first: whoever still waited for it then falls out, and the processes end.
    with (
        ProcessPoolExecutor(asked.processes, context) as pool,
        tempfile.TemporaryDirectory() as folder,
        postgres.started() as server,
    ):
        did, found, is_whole = race(asked, pool, server.create_database("bench_races"), folder)
    for (what, told), count in sorted(races.tally(did).items()):
        say(f"{what:24} {told[:60]:12} {count:6}")
    for fault in found:
        say(f"FAULT: {fault}")
    verdict = "nobody overwrote anybody, nothing is lost" if not found else f"{len(found)} FAULTS"
    say(f"{len(did)} acts by {asked.reviewers} reviewers over {asked.cases} cases: {verdict}")
    if not is_whole:
        say(f"Not everything was done: {asked.minutes} minutes were too short for {asked.acts} acts each.")
    sys.exit(1 if found else 0 if is_whole else 3)


def race(
    asked: argparse.Namespace, pool: ProcessPoolExecutor, url: str, folder: str
) -> tuple[list[races.Did], list[str], bool]:
    """What everybody did, what is wrong, and whether everybody came to the end of what they were to do."""
    say(f"Founding {asked.cases} cases, {asked.reviewers} reviewers.")
    own = {"SECRET_KEY": "demo-" + "b" * 40, "DEMO_DISTRICT": "1", "FIELD_KEYS": FIELD_KEY, "VAR_FOLDER": folder}  # fmt: skip
    world, house, engine = conftest.build(url), open_house(config.read(own)), opened(url)
    room = races.room(engine, world, house, reviewers=asked.reviewers, wanted=asked.cases, drafts=4)
    begun = time.monotonic()
    until = begun + asked.minutes * 60
    people, places = (room.owners, room.reviewers), (room.cases, room.drafts)
    groups = [tuple(range(first, asked.reviewers, asked.processes)) for first in range(asked.processes)]
    shares = [Share(people, places, url, own, who, asked.acts, asked.seed, begun, until) for who in groups]
    say(f"Racing: {asked.acts} acts each, at most {asked.minutes} minutes.")
    running = [pool.submit(work, share) for share in shares]
    if not watch(engine, running, begun=begun, until=until):
        return [], ["the race stands still"], False
    took = time.monotonic() - begun
    broken = [f"a process fell out: {part.exception()}" for part in running if part.exception()]
    did = [each for part in running if not part.exception() for each in part.result()]
    say(f"Raced for {took:.0f} s, {len(did) / took:.1f} acts a second. Looking for faults.")
    found = broken + races.faults(room, did)
    engine.dispose()
    return did, found, took < asked.minutes * 60


if __name__ == "__main__":
    main()
