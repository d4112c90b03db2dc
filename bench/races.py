"""Fifty reviewers over two hundred cases at once on PostgreSQL: does anybody overwrite anybody, is anything lost?

The race of `tests.races` in full: claims, decisions, batches, assignments, releases and leases that end while colleagues
work, in several processes with several threads each, while the owners of drafts type. Prints what was done and refused
and every fault, and ends with 1 if there is one. The database is thrown away.

    .venv/bin/python -m bench.races [--reviewers 50] [--cases 200] [--acts 60] [--processes 4] [--seed 1]
"""

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from sqlalchemy import Engine, create_engine

from tests import conftest, postgres, races
from tests.factories import FIELD_KEY
from workflow_app import config, database
from workflow_app.domain.people import Actor
from workflow_app.models.base import keyring
from workflow_app.services.house import open_house

CONNECTIONS = 30
"""More than one process ever has people at work."""


@dataclass(frozen=True)
class Share:
    """What one process is told: the race as it was founded, and who of the reviewers works in it."""

    people: tuple[tuple[Actor, ...], tuple[Actor, ...]]
    places: tuple[tuple[str, ...], tuple[str, ...]]
    url: str
    environment: Mapping[str, str]
    who: tuple[int, ...]
    acts: int
    seed: int
    begun: float


def opened(url: str) -> Engine:
    """An engine as the application sets it up, with room for everybody in a process."""
    engine = create_engine(url, pool_size=CONNECTIONS)
    database.prepare(engine)
    return engine


def work(share: Share) -> list[races.Did]:
    """The part of the race that runs in one process."""
    keyring.load((FIELD_KEY,))
    house = open_house(config.read(share.environment))
    room = races.Room(opened(share.url), house, *share.people, *share.places)
    with races.fast_time(share.begun):
        return races.run(room, share.who, acts=share.acts, seed=share.seed)


def main() -> None:
    """Founds the race, runs it, and says what is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, usual in (("reviewers", 50), ("cases", 200), ("acts", 60), ("processes", 4), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, postgres.started() as server:
        url = server.create_database("bench_races")
        world = conftest.build(url)
        own = {
            "SECRET_KEY": "demo-" + "b" * 40,
            "DEMO_DISTRICT": "1",
            "FIELD_KEYS": FIELD_KEY,
            "VAR_FOLDER": folder,
        }
        house, engine = open_house(config.read(own)), opened(url)
        room = races.room(engine, world, house, reviewers=asked.reviewers, wanted=asked.cases, drafts=4)
        begun = time.monotonic()
        people, places = (room.owners, room.reviewers), (room.cases, room.drafts)
        groups = [tuple(range(first, asked.reviewers, asked.processes)) for first in range(asked.processes)]
        shares = [Share(people, places, url, own, who, asked.acts, asked.seed, begun) for who in groups]
        with ProcessPoolExecutor(asked.processes, multiprocessing.get_context("spawn")) as pool:
            did = [each for part in pool.map(work, shares) for each in part]
        took = time.monotonic() - begun
        found = races.faults(room, did)
        engine.dispose()
    for (what, told), count in sorted(races.tally(did).items()):
        sys.stdout.write(f"{what:24} {told:12} {count:6}\n")
    sys.stdout.write(
        f"{len(did)} acts in {took:.0f} s, {len(found)} faults\n" + "".join(f"{each}\n" for each in found)
    )
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
