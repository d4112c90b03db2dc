"""Machines for tests: the demonstration district, and whoever calls it with a token of its own."""

import logging
import threading
from collections.abc import Callable, Collection, Iterator

import pytest
from flask import Flask
from werkzeug.serving import make_server

from tests.api.machine import Machine
from tests.web.conftest import District, district, loaded, worker_app
from workflow_app.domain.scopes import TokenScope

__all__ = ["district", "loaded", "worker_app"]

Machines = Callable[..., Machine]


@pytest.fixture
def machine(district: District) -> Machines:
    """A machine with a new token of this person; every scope unless told."""

    def made(login: str, scopes: Collection[TokenScope] = tuple(TokenScope), **more: object) -> Machine:
        return Machine.of(district, login, scopes, **more)

    return made


@pytest.fixture
def server(worker_app: Flask) -> Iterator[str]:
    """The application behind a server on the loopback address."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    served = make_server("127.0.0.1", 0, worker_app, threaded=False)
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{served.port}"
    served.shutdown()
    thread.join(timeout=10)
    served.server_close()
