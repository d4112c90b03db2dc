"""Applications served by gunicorn on loopback while they are measured, and the processor time that they spend, from /proc."""

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.browsers import Browser
from bench.served import KINDS

GUNICORN = ("--worker-class", "gthread", "--workers", "2", "--threads", "4", "--keep-alive", "60",
            "--no-control-socket", "--log-level", "error")  # fmt: skip
SECONDS_TO_START = 60
TICK = os.sysconf("SC_CLK_TCK")
Cast = tuple[Browser, Browser, Browser]


@dataclass(frozen=True)
class Side:
    """One of the two: how it is started, how somebody signs in, a whole case, and the pages of a handler."""

    name: str
    command: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str]
    enter: Callable[[Browser, str, int], None]
    case: Callable[[Browser, Browser, Browser], None]
    pages: Mapping[str, str]


@dataclass(frozen=True)
class Served:
    """A side while it is served: its gunicorn, and the database server where there is one."""

    side: Side
    port: int
    processes: tuple[int, ...]

    def browser(self, kind: str, number: int) -> Browser:
        """Somebody who has signed in."""
        browser = Browser(self.port)
        self.side.enter(browser, kind, number)
        browser.answers.clear()
        return browser

    def cast(self, number: int) -> Cast:
        """The three people of one client."""
        owner, handler, head = (self.browser(kind, number) for kind in KINDS)
        return owner, handler, head

    def spent(self) -> list[float]:
        """Seconds of processor time so far, of each of the processes with all their children."""
        return [spent_by(process) for process in self.processes]


def spent_by(root: int) -> float:
    """Seconds of processor time of a process, of its living children and of those that ended."""
    parents, ticks = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        number = int(path.parent.name)
        parents[number], ticks[number] = int(fields[1]), sum(map(int, fields[11:15]))
    family = [root]
    for member in family:
        family += [child for child, parent in parents.items() if parent == member]
    return sum(ticks[member] for member in family) / TICK


@contextmanager
def serving(side: Side, database: Sequence[int]) -> Iterator[Served]:
    """A side by gunicorn on a free port; ended with everything it started."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        "setpriv",
        "--pdeathsig",
        "TERM",
        "--",
        *side.command,
        *GUNICORN,
        "--bind",
        f"127.0.0.1:{port}",
    ]
    with subprocess.Popen(command, cwd=side.folder, env={**os.environ, **side.environment}) as process:
        try:
            until = time.monotonic() + SECONDS_TO_START
            while process.poll() is None and time.monotonic() < until:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield Served(side, port, (process.pid, *database))
        finally:
            process.terminate()
