"""The distribution's PostgreSQL, started for the tests and gone after them.

Each pytest process that asks for it gets a server of its own (about a second to start), as an unprivileged
user, in a folder of its own, with durability off. It listens on a socket in that folder and on no port: no
clash with another server, and nobody else on the machine can reach it. It must never touch a server or a
cluster that it did not start.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psycopg
import pytest
from psycopg import sql

INSTALLED = Path("/usr/lib/postgresql")
USER = "casework_tests"
SECONDS_TO_START = 30
MEMORY = Path("/dev/shm")
ROOM_NEEDED = 2 * 1024**3
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "64MB",
    # The data lives as long as the test run: what a crash would lose may be lost.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "timezone": "UTC",
}
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


@dataclass(frozen=True)
class PostgresServer:
    """A running server; `folder` holds its socket."""

    folder: Path

    def url(self, name: str) -> str:
        """The SQLAlchemy address of the database of this name."""
        return f"postgresql+psycopg://{USER}@/{name}?host={self.folder}"

    def create_database(self, name: str, template: str | None = None) -> str:
        """Create a database, as a copy of `template` when one is named; its SQLAlchemy address.

        A template with an open connection can't be copied: dispose of its engine first.
        """
        statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template is not None:
            statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
        self._execute(statement)
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop the database of this name and end the connections to it; nothing when there is none."""
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def connect(self) -> psycopg.Connection:
        """A connection to the server's own database, each statement its own transaction."""
        return psycopg.connect(host=str(self.folder), user=USER, dbname="postgres", autocommit=True)

    def _execute(self, statement: sql.Composed) -> None:
        with self.connect() as connection:
            connection.execute(statement)


@contextmanager
def started(*, is_durable: bool = False) -> Iterator[PostgresServer]:
    """A server for the length of the `with`; then it is stopped and its folder removed.

    `is_durable`: on disk, each commit waits for it, as an office has it; for measures only.
    """
    programs = newest_programs()
    folder = Path(tempfile.mkdtemp(prefix="casework-postgres-", dir="/tmp" if is_durable else place()))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, unprivileged_user())
        make_cluster(programs, folder)
        with (
            (folder / "log").open("w") as log,
            running(programs, folder, log, is_durable=is_durable) as process,
        ):
            server = PostgresServer(folder)
            wait_for(server, process)
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """This pytest process's own PostgreSQL server, started when the first test asks for it."""
    with started() as server:
        yield server


def newest_programs() -> Path:
    """The folder of the newest installed server's programs; FileNotFoundError says what to install."""
    found = [path.parent for path in INSTALLED.glob("*/bin/initdb")]
    if not found:
        raise FileNotFoundError("PostgreSQL is not installed: apt-get install postgresql (./test does it).")
    return max(found, key=lambda programs: int(programs.parent.name))


def place() -> str:
    """Where the cluster lies: in memory when there is room, twice as fast. Short, because a socket's path is limited."""
    has_room = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_NEEDED
    return str(MEMORY) if has_room else "/tmp"


def make_cluster(programs: Path, folder: Path) -> None:
    """Make an empty cluster; RuntimeError with what initdb said when it can't."""
    options = ("-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    command = as_unprivileged_user(str(programs / "initdb"), "-D", str(folder / "data"), *options)
    done = subprocess.run(
        command, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"initdb failed:\n{done.stdout}{done.stderr}")


@contextmanager
def running(
    programs: Path, folder: Path, log: IO[str], *, is_durable: bool = False
) -> Iterator[subprocess.Popen[bytes]]:
    """The server as our own child, so that it can be waited for: no process outlives the `with`."""
    settings = SETTINGS | {"unix_socket_directories": str(folder)} | (DURABLE if is_durable else {})
    options = [f"--{name}={value}" for name, value in settings.items()]
    command = as_unprivileged_user(str(programs / "postgres"), "-D", str(folder / "data"), *options)
    with subprocess.Popen(command, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGQUIT)  # at once: nothing in it needs to be kept


def wait_for(server: PostgresServer, process: subprocess.Popen[bytes]) -> None:
    """Come back when the server answers; RuntimeError with its log when it ends or stays silent."""
    until = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < until:
        try:
            server.connect().close()
        except psycopg.OperationalError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start:\n{(server.folder / 'log').read_text()}")


def as_unprivileged_user(*command: str) -> list[str]:
    """The command, run as somebody else when we are root, and ended when this process is killed."""
    prefix = ["setpriv", "--pdeathsig", "QUIT"]
    if os.geteuid() == 0:
        user = pwd.getpwnam(unprivileged_user())
        prefix += [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    return [*prefix, "--", *command]


def unprivileged_user() -> str:
    """The user that a server started by root runs as: PostgreSQL refuses to run as root."""
    names = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
