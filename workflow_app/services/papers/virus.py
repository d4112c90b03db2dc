"""Asks a ClamAV daemon about a paper, where one is configured (CLAMD_URL).

Speaks INSTREAM of clamd(8): length-prefixed pieces, an empty piece ends. It only reports a verdict; whether an
unscanned paper may be shown is decided by the caller. It never raises for what the daemon does.
"""

import socket
import struct
from dataclasses import dataclass
from enum import Enum
from typing import BinaryIO
from urllib.parse import urlsplit

from . import wording

SECONDS = 30
_PIECE = 64 * 1024
_LONGEST_ANSWER = 4096


class Verdict(Enum):
    """What is known about viruses in a paper; the value is what rows keep."""

    CLEAN = "clean"
    INFECTED = "infected"
    UNAVAILABLE = "unavailable"
    NOT_SCANNED = "not_scanned"


@dataclass(frozen=True)
class Scan:
    """A verdict, and for an infected paper the scanner's name of the virus (for staff, never for applicants)."""

    verdict: Verdict
    virus: str = ""


def scan(stream: BinaryIO, *, clamd_url: str | None) -> Scan:
    """The verdict on what `stream` holds, read from its beginning and left there.

    `clamd_url` is `tcp://host:port`, `unix:///path` or a plain absolute path; ValueError for anything else.
    """
    if not clamd_url:
        return Scan(Verdict.NOT_SCANNED)
    family, address = _address(clamd_url)
    stream.seek(0)
    try:
        with socket.socket(family, socket.SOCK_STREAM) as daemon:
            daemon.settimeout(SECONDS)
            daemon.connect(address)
            answer = _ask(daemon, stream)
    except OSError:
        return Scan(Verdict.UNAVAILABLE)
    finally:
        stream.seek(0)
    return _verdict(answer)


def refuse_if_infected(found: Scan, name: str) -> None:
    """Raise Refused for an infected paper shown as `name`; every other verdict passes."""
    if found.verdict is Verdict.INFECTED:
        raise wording.INFECTED.refused(name)


def _address(url: str) -> tuple[socket.AddressFamily, str | tuple[str, int]]:
    parts = urlsplit(url)
    if parts.scheme == "tcp" and parts.hostname and parts.port:
        return (socket.AF_INET6 if ":" in parts.hostname else socket.AF_INET), (parts.hostname, parts.port)
    if parts.scheme in ("unix", "") and parts.path.startswith("/") and not parts.netloc:
        return socket.AF_UNIX, parts.path
    raise ValueError("CLAMD_URL must be tcp://host:port or unix:///absolute/path")


def _ask(daemon: socket.socket, stream: BinaryIO) -> bytes:
    daemon.sendall(b"zINSTREAM\0")
    while piece := stream.read(_PIECE):
        daemon.sendall(struct.pack(">I", len(piece)) + piece)
    daemon.sendall(struct.pack(">I", 0))
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER and (more := daemon.recv(_PIECE)):
        answer += more
    return answer


def _verdict(answer: bytes) -> Scan:
    said = answer.rstrip(b"\0\r\n").decode("utf-8", "replace").removeprefix("stream: ")
    if said == "OK":
        return Scan(Verdict.CLEAN)
    if said.endswith(" FOUND"):
        return Scan(Verdict.INFECTED, said.removesuffix(" FOUND"))
    return Scan(Verdict.UNAVAILABLE)
