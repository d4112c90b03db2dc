"""Machines for tests: the demonstration district, and whoever calls it with a token of its own."""

from collections.abc import Callable, Collection

import pytest

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
