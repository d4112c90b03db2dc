"""Machines for tests: the demonstration district, and whoever calls it with a token of its own."""

from collections.abc import Callable, Collection, Iterator

import pytest
from flask import Flask

from tests.api.machine import Machine
from tests.serving import served
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
    with served(worker_app, is_threaded=False) as address:
        yield address
