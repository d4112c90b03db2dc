"""What the print process runs: pages come in, PDFs go out, until nobody asks any more. Started by `print_process` only.

Loads what printing needs and nothing else of ours: no settings, no database, no key. A page that takes too long or too
much memory ends this process and no other; what stopped it is read from its end.
"""

import importlib
import json
import resource
import signal
import sys
from base64 import b64decode
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import Any

PACKAGE = Path(__file__).resolve().parents[2]
PRINTED, REFUSED, FAILED = b"P", b"R", b"F"


def main(handle: int, memory: int, seconds: int) -> None:
    """Print what comes over this socket, each page within so many seconds and all within so many bytes of memory."""
    # A worker that is told to stop finishes what it has in hand; without it this process ends, too.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.alarm(seconds)  # ends the process even inside a library; no other clock is asked
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    printing = load_printing()
    with Connection(handle) as work:
        while (order := received(work)) is not None:
            signal.alarm(seconds)
            reply = answered(printing, json.loads(order))
            signal.alarm(0)
            work.send_bytes(reply)


def load_printing() -> Any:
    """The module that prints, without the application around it: that would take four times as long and as much memory."""
    bare = ModuleType(PACKAGE.name)
    bare.__path__ = [str(PACKAGE)]
    sys.modules[PACKAGE.name] = bare
    return importlib.import_module(f"{PACKAGE.name}.services.documents.printing")


def received(work: Connection) -> bytes | None:
    """The next order; None when whoever gives them is gone."""
    try:
        return work.recv_bytes()
    except (EOFError, ConnectionError):
        return None


def answered(printing: Any, order: dict[str, Any]) -> bytes:
    """The PDF, the sentence that refuses it, or what went wrong."""
    files = {name: b64decode(content) for name, content in order["attachments"].items()}
    try:
        made_at = datetime.fromisoformat(order["made_at"])
        return PRINTED + printing.render_pdf(order["html"], made_at=made_at, attachments=files)
    except printing.Refused as refused:
        told = {"sentence": refused.sentence.as_json(), "code": refused.code}
        return REFUSED + json.dumps(told, ensure_ascii=False).encode()
    except BaseException as error:  # as WeasyPrint's for a forbidden address; kept with the message
        return FAILED + f"{type(error).__name__}: {error}".encode()


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
