"""A mail server on the loopback that counts what it accepts, and that can be as slow as a test wants.

It stands for somebody else's server; it never answers for our own code.
"""

import re
import socketserver
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


class PostOffice(socketserver.ThreadingTCPServer):
    """Accepts every letter and counts them by their Message-ID; while `is_open` is not set, lets the sender wait."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Counterhand)
        self.accepted: Counter[str] = Counter()
        self.lock = threading.Lock()
        self.is_open = threading.Event()
        self.is_open.set()
        self.is_waited_for = threading.Event()

    @property
    def url(self) -> str:
        """What MAIL_URL says."""
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class Counterhand(socketserver.StreamRequestHandler):
    """As much of SMTP as a sender needs (RFC 5321)."""

    server: PostOffice

    def handle(self) -> None:
        """One conversation. A sender who hangs up before the end has handed in nothing."""
        self.answer("220 post office")
        while line := self.rfile.readline():
            verb = line[:4].upper().strip()
            if verb == b"MAIL":
                self.server.is_waited_for.set()
                self.server.is_open.wait(60)
            if verb == b"DATA":
                self.answer("354 go on")
                self.accept()
            self.answer("221 bye" if verb == b"QUIT" else "250 ok")

    def accept(self) -> None:
        """Read a letter to its end and count it."""
        letter = b""
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            letter += line
        found = re.search(rb"^Message-ID: <(.*)@.*>", letter, re.MULTILINE | re.IGNORECASE)
        with self.server.lock:
            self.server.accepted[found[1].decode() if found else "nameless"] += 1

    def answer(self, sentence: str) -> None:
        """Say one line; nobody may be listening any more."""
        try:
            self.wfile.write(f"{sentence}\r\n".encode())
        except OSError:
            self.rfile.close()


@contextmanager
def post_office() -> Iterator[PostOffice]:
    """A post office for the length of the `with`."""
    with PostOffice() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.is_open.set()
            server.shutdown()
            thread.join()
