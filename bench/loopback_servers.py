"""A primary, a streaming replica of it and PgBouncer in transaction mode, on loopback, with passwords, as an office would set them up.

The distribution's own programs, started in a folder of their own as an unprivileged user, and gone afterwards. Durability is
on: what was committed must be there after anything is killed.
"""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests.postgres import as_unprivileged_user, newest_programs, unprivileged_user

ROLE, COPIER, PASSWORD = "casework", "copier", "only-on-loopback"
PRIMARY = {
    "wal_level": "replica",
    "max_wal_senders": "4",
    "max_replication_slots": "4",
    "max_connections": "40",
    "password_encryption": "scram-sha-256",
}
WHO_MAY_ENTER = """\
local all all trust
host all all 127.0.0.1/32 scram-sha-256
host replication copier 127.0.0.1/32 scram-sha-256
"""
POOLER = """\
[databases]
casework = host=127.0.0.1 port={primary} dbname=casework
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {folder}/users.txt
pool_mode = transaction
default_pool_size = 8
max_client_conn = 200
query_wait_timeout = 15
stats_users = casework
logfile = {folder}/pgbouncer.log
pidfile = {folder}/pgbouncer.pid
"""
SECONDS_TO_START = 60


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(what: str, is_so: object) -> None:
    """Come back when the callable says yes; RuntimeError when it never does."""
    assert callable(is_so)
    until = time.monotonic() + SECONDS_TO_START
    while not is_so():
        if time.monotonic() > until:
            raise RuntimeError(f"waited in vain for {what}")
        time.sleep(0.1)


@dataclass
class Server:
    """One PostgreSQL server at a port, which can be stopped and started again."""

    folder: Path
    port: int
    settings: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its own address."""
        return f"postgresql://{ROLE}:{PASSWORD}@127.0.0.1:{self.port}/casework"

    def start(self) -> None:
        """Start it and come back when it answers."""
        own = {**self.settings, "port": str(self.port), "listen_addresses": "127.0.0.1"}
        own["unix_socket_directories"] = str(self.folder.parent)
        options = [f"--{name}={value}" for name, value in own.items()]
        program = str(newest_programs() / "postgres")
        with (self.folder.parent / f"{self.folder.name}.log").open("ab") as log:
            command = as_unprivileged_user(program, "-D", str(self.folder), *options)
            self.process = subprocess.Popen(
                command, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        wait_until(f"PostgreSQL at {self.port}", self.answers)

    def stop(self) -> None:
        """End everybody's connection and stop; what it did not send to its replica by then, it sends when it is back."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait()
            self.process = None

    def answers(self) -> bool:
        """Whether it lets us in."""
        try:
            self.asked("SELECT 1", base="postgres")
        except psycopg.OperationalError:
            return False
        return True

    def asked(self, statement: str, *, base: str = "casework") -> Sequence[tuple[object, ...]]:
        """What the server's owner is answered."""
        with psycopg.connect(
            host=str(self.folder.parent), port=self.port, user="postgres", dbname=base, autocommit=True
        ) as connection:
            found = connection.execute(statement)
            return found.fetchall() if found.description else ()

    def pages_read(self) -> int:
        """Transactions of the application so far; each page that only reads ends in a rollback."""
        self.asked("SELECT pg_stat_force_next_flush()")
        return int(
            str(self.asked("SELECT xact_rollback FROM pg_stat_database WHERE datname = 'casework'")[0][0])
        )


@dataclass(frozen=True)
class Servers:
    """The three, and where the pooler listens."""

    primary: Server
    replica: Server
    pooler_port: int

    @property
    def pooler_url(self) -> str:
        """The way to the primary through the pooler."""
        return f"postgresql://{ROLE}:{PASSWORD}@127.0.0.1:{self.pooler_port}/casework"

    def pooler(self, show: str) -> list[dict[str, object]]:
        """What PgBouncer says of itself: `SHOW POOLS` and the like."""
        address = self.pooler_url.rpartition("/")[0] + "/pgbouncer"
        with psycopg.connect(address, autocommit=True, prepare_threshold=None) as connection:
            cursor = psycopg.ClientCursor(connection)
            cursor.execute(f"SHOW {show}")
            names = [column.name for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@contextmanager
def started(folder: Path) -> Iterator[Servers]:
    """All three in this folder, for the length of the `with`."""
    if os.geteuid() == 0:
        shutil.chown(folder, unprivileged_user())
    primary = Server(folder / "primary", free_port(), PRIMARY)
    replica = Server(folder / "replica", free_port(), {"hot_standby": "on", "max_connections": "40"})
    with ExitStack() as ends:
        make_primary(primary)
        ends.callback(primary.stop)
        primary.start()
        primary.asked(f"CREATE ROLE {ROLE} LOGIN PASSWORD '{PASSWORD}'", base="postgres")
        primary.asked(f"CREATE ROLE {COPIER} LOGIN REPLICATION PASSWORD '{PASSWORD}'", base="postgres")
        primary.asked(f"CREATE DATABASE casework OWNER {ROLE}", base="postgres")
        primary.asked("SELECT pg_create_physical_replication_slot('reading')", base="postgres")
        copy(primary, replica)
        ends.callback(replica.stop)
        replica.start()
        servers = Servers(primary, replica, free_port())
        ends.callback(end, start_pooler(folder, servers))
        wait_until("PgBouncer", lambda: listens(servers.pooler_port))
        yield servers


def make_primary(primary: Server) -> None:
    """An empty cluster that asks everybody from outside for a password."""
    program = str(newest_programs() / "initdb")
    run(program, "-D", str(primary.folder), "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    (primary.folder / "pg_hba.conf").write_text(WHO_MAY_ENTER)


def copy(primary: Server, replica: Server) -> None:
    """A base backup that goes on following the primary (-R writes where, and that it is a standby)."""
    source = f"host=127.0.0.1 port={primary.port} user={COPIER} password={PASSWORD}"
    program = str(newest_programs() / "pg_basebackup")
    run(program, "-d", source, "-D", str(replica.folder), "-X", "stream", "-c", "fast", "-R", "-S", "reading")


def start_pooler(folder: Path, servers: Servers) -> subprocess.Popen[bytes]:
    """PgBouncer before the primary, giving a connection away after each transaction."""
    text = POOLER.format(primary=servers.primary.port, port=servers.pooler_port, folder=folder)
    (folder / "pgbouncer.ini").write_text(text)
    (folder / "users.txt").write_text(f'"{ROLE}" "{PASSWORD}"\n')
    program = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin")
    if program is None:
        raise FileNotFoundError("PgBouncer is not installed: apt-get install pgbouncer.")
    with (folder / "pgbouncer.out").open("wb") as log:
        command = as_unprivileged_user(program, str(folder / "pgbouncer.ini"))
        return subprocess.Popen(command, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def listens(port: int) -> bool:
    """Whether somebody listens at this port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def end(process: subprocess.Popen[bytes]) -> None:
    """Tell a process to end, and wait for it."""
    process.terminate()
    process.wait()


def run(*command: str) -> None:
    """Run a program as the unprivileged user; RuntimeError with what it said when it fails."""
    done = subprocess.run(
        as_unprivileged_user(*command), cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")
