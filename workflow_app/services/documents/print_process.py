"""A process of its own that prints: whatever a page does to it, the worker lives on and its memory stays bounded.

It is given the page and the files beside it, and gives back the PDF; signing and storing stay with the worker, and the
process never sees a key, a setting or the database. It is started when first needed and again after some hundreds of
documents. One that dies fails the delivery at hand, which the outbox tries again; the number was given in the step, so
there is never a second one and no gap.
"""

import atexit
import json
import os
import signal
import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from types import MappingProxyType

from ...domain.refusals import Refused
from ...domain.words import Sentence
from . import printer

MEMORY = 1024**3
"""Bytes of address space, which a long paper with rare characters fills by a third."""
SECONDS = 60
"""For one document and the start of the process; a lease of the outbox is twice as long."""
MOST = 200
"""Documents printed by one process: what a library may leak is given back long before it matters."""
GRACE = 10
"""Seconds that a process is given beyond its own time limit before it is ended from outside."""
ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "XDG_CACHE_HOME", "FONTCONFIG_FILE", "FONTCONFIG_PATH",
               "LD_LIBRARY_PATH")  # fmt: skip
"""What it is told of the environment: nothing that could be a secret."""


class PrintingFailed(RuntimeError):
    """A page was not printed; says what the print process died of, or what it stumbled over."""


@dataclass
class AtWork:
    """A running print process, the way to it, and how many documents it was given."""

    process: subprocess.Popen[bytes]
    way: Connection
    given: int = 0


class PrintProcess:
    """Prints one page at a time in another process, whoever asks."""

    def __init__(self, *, memory: int = MEMORY, seconds: int = SECONDS, most: int = MOST):
        self._memory, self._seconds, self._most = memory, seconds, most
        self._at_work: AtWork | None = None
        self._lock = threading.Lock()

    @property
    def pid(self) -> int | None:
        """The process that prints now; None when there is none."""
        return self._at_work.process.pid if self._at_work else None

    def render_pdf(
        self, html: str, *, made_at: datetime, attachments: Mapping[str, bytes] = MappingProxyType({})
    ) -> bytes:
        """As `printing.render_pdf`, in the other process. Raises Refused as that does, and PrintingFailed."""
        files = {name: b64encode(content).decode() for name, content in attachments.items()}
        order = {"html": html, "made_at": made_at.isoformat(), "attachments": files}
        with self._lock:
            reply = self._ask(json.dumps(order).encode())
            self._look_after(reply[:1])
        return unwrapped(reply)

    def close(self) -> None:
        """End the process, if there is one; the next page starts another."""
        if self._at_work is not None:
            ended(self._at_work)
            self._at_work = None

    def _ask(self, order: bytes) -> bytes:
        if self._at_work is None:
            self._at_work = started(memory=self._memory, seconds=self._seconds)
        self._at_work.given += 1
        try:
            self._at_work.way.send_bytes(order)
            if not self._at_work.way.poll(self._seconds + GRACE):
                self._at_work.process.kill()
            return self._at_work.way.recv_bytes()
        except (EOFError, OSError):
            cause = cause_of_death(ended(self._at_work), self._seconds)
            self._at_work = None
            raise PrintingFailed(cause) from None

    def _look_after(self, outcome: bytes) -> None:
        """End a process that has done enough, or whose memory nobody vouches for after an error."""
        is_worn = self._at_work is not None and self._at_work.given >= self._most
        if is_worn or outcome == printer.FAILED:
            self.close()


def shared() -> PrintProcess:
    """The one print process of this process; one that was forked from it gets its own."""
    own = os.getpid()
    if own not in SHARED:
        SHARED[own] = PrintProcess()
        atexit.register(close_shared)
    return SHARED[own]


SHARED: dict[int, PrintProcess] = {}


def close_shared() -> None:
    """End the print process of this process, if it has one."""
    if (own := SHARED.get(os.getpid())) is not None:
        own.close()


def started(*, memory: int, seconds: int) -> AtWork:
    """A new print process with these limits."""
    ours, theirs = Pipe()
    # `-P`: the folder of the program must not stand before the libraries.
    arguments = [sys.executable, "-P", printer.__file__, str(theirs.fileno()), str(memory), str(seconds)]
    known = {name: value for name in ENVIRONMENT if (value := os.environ.get(name)) is not None}
    with theirs:
        process = subprocess.Popen(
            arguments, pass_fds=[theirs.fileno()], env=known, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )  # fmt: skip
    return AtWork(process, ours)


def ended(at_work: AtWork) -> int:
    """End a process: it goes by itself when nobody can ask it any more. Returns how it ended."""
    at_work.way.close()
    try:
        return at_work.process.wait(GRACE)
    except subprocess.TimeoutExpired:
        at_work.process.kill()
        return at_work.process.wait()


def cause_of_death(status: int, seconds: int) -> str:
    """Why a process ended in the middle of a page, for whoever reads the failed message."""
    if status == -signal.SIGALRM:
        return f"the page was not printed within {seconds} seconds"
    how = f"signal {-status}" if status < 0 else f"status {status}"
    return f"the print process ended with {how}, perhaps out of memory"


def unwrapped(reply: bytes) -> bytes:
    """The PDF of a reply. Raises Refused or PrintingFailed with what the other process said."""
    outcome, content = reply[:1], reply[1:]
    if outcome == printer.PRINTED:
        return content
    if outcome == printer.REFUSED:
        told = json.loads(content)
        raise Refused(Sentence.from_json(told["sentence"]), code=told["code"])
    raise PrintingFailed(content.decode())
