"""A machine that calls the API with a token, and judges every answer: JSON, problem+json, nothing for caches to keep."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.web.conftest import District
from workflow_app.domain import clock
from workflow_app.domain.scopes import TokenScope
from workflow_app.models.party import Person
from workflow_app.services.machines import tokens

ROOT = "/api/v1"


@dataclass
class Machine:
    """Whoever calls. Without a token: anybody."""

    district: District
    token: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, district: District, login: str, scopes: Collection[TokenScope] = tuple(TokenScope), **more: Any
    ) -> "Machine":
        """A machine with a new token of this person."""
        wish = {"name": "测试", "scopes": scopes, "purpose": "核对办件", "days": 30} | more
        with district.session() as session:
            person = session.scalars(select(Person).where(Person.login == login)).one()
            made = tokens.make(session, person, tokens.Wish(**wish), by=person, now=clock.now())
            return cls(district, made.text)

    def call(self, method: str, path: str, **more: Any) -> TestResponse:
        """One call; `json` or `data` is what is sent, `headers` are sent besides."""
        headers = self.headers | more.pop("headers", {})
        if self.token:
            headers = {"Authorization": f"Bearer {self.token}"} | headers
        with self.district.app.test_client() as client:
            answer = client.open(ROOT + path, method=method, headers=headers, **more)
        if answer.status_code >= 400:
            assert answer.mimetype == "application/problem+json", answer.get_data(as_text=True)
            assert set(answer.json) >= {"type", "title", "status", "detail", "code"}
            assert answer.json["status"] == answer.status_code
        return answer

    def get(self, path: str, **more: Any) -> TestResponse:
        """Read."""
        return self.call("GET", path, **more)

    def post(self, path: str, json: Any = None, **more: Any) -> TestResponse:
        """Write."""
        return (
            self.call("POST", path, json=json, **more)
            if json is not None
            else self.call("POST", path, **more)
        )
