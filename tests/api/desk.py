"""A small office in one database and the machines of its people: quick, and every code is one that can be looked up."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.api.machine import Machine
from tests.factories import World
from tests.services.paper_samples import pdf_bytes
from tests.web.conftest import District
from tests.web.visitor import PASSWORD, give_passwords, real_office
from workflow_app.domain.scopes import TokenScope
from workflow_app.models.party import Subject
from workflow_app.services.people.grants import code_digest

FIRM, OTHER_FIRM, CITIZEN = "91120102MA0DEM010E", "91120102MA0DEM020F", "120199199001010012"
CONTACT = {"contact_name": "赵经纬", "contact_mobile": "13800000001"}
__all__ = ["CITIZEN", "CONTACT", "FIRM", "OTHER_FIRM", "PASSWORD", "Desk"]


@dataclass(frozen=True)
class Desk:
    """The office; each call of `machine` is a new token."""

    district: District
    world: World
    database: Any

    @classmethod
    def in_a_folder(cls, database: Any, folder: Path) -> "Desk":
        """An office over this database."""
        desk = cls(District(real_office(database, folder)), database.world, database)
        with desk.district.session() as session:
            give_passwords(session)
            for subject in session.scalars(select(Subject)):
                subject.code_digest = code_digest(subject.code)
        return desk

    def machine(self, login: str, scopes: Collection[TokenScope] = tuple(TokenScope)) -> Machine:
        """A machine of this person."""
        return Machine.of(self.district, login, scopes)

    @contextmanager
    def at(self, day: str, time: str = "10:00") -> Iterator[datetime]:
        """Another day."""
        with self.district.at(day, time) as instant:
            yield instant


def upload(
    machine: Machine, address: str, field: str, content: bytes | None = None, *, name: str = "材料.pdf"
) -> Any:
    """Hand up a file."""
    file = FileStorage(BytesIO(pdf_bytes() if content is None else content), name)
    boundary, body = encode_multipart({"field": field, "file": file})
    kind = f"multipart/form-data; boundary={boundary}"
    return machine.post(f"/cases/{address}/attachments", data=body, content_type=kind)


def take(machine: Machine, address: str, step: str, given: dict[str, Any] | None = None, **more: Any) -> Any:
    """Take a step in the version that the machine reads now."""
    version = machine.get(f"/cases/{address}").json["version"]
    sent = {"version": version, "given": given or {}}
    return machine.post(f"/cases/{address}/steps/{step}", sent, **more)


def step_of(case: dict[str, Any], name: str) -> dict[str, Any]:
    """A step as the case offers it."""
    found: dict[str, Any] = next(step for step in case["steps"] if step["name"] == name)
    return found
