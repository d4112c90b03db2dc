"""A browser without a window: keeps its cookies, sends forms with the token of the page they stand on."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import FIELD_KEY
from workflow_app import config, create_app
from workflow_app.domain import clock
from workflow_app.models.party import Person
from workflow_app.services.people import passwords, second_factor

PASSWORD = "纸船 月台 koala 47"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
COMPILED = FileSystemBytecodeCache()
"""Each test opens an application of its own; translating its templates into Python once is enough for all."""


def give_passwords(session: Session) -> None:
    """Everybody in the world gets the same password, the staff also an app."""
    hashed = passwords.hash_password(PASSWORD, is_cheap=True)
    for person in session.scalars(select(Person)):
        person.password_hash = hashed
        if any(row.unit_id for row in person.grants):
            person.totp_secret = SECRET


def real_office(database, folder: Path, **changed: Any) -> Flask:
    """The application of a real office over this database, with cheap passwords; settings may be changed."""
    environment = {
        "VAR_FOLDER": str(folder / "var"), "DATABASE_URL": database.url, "FIELD_KEYS": FIELD_KEY,
        "SECRET_KEY": "a-real-secret-of-a-real-office-" + "s" * 20, "CHEAP_PASSWORDS": "1",
    }  # fmt: skip
    app = create_app(replace(config.read(environment), **changed))
    app.testing = True
    app.jinja_env.bytecode_cache = COMPILED
    return app


class Seen:
    """An answer and what stands in it."""

    def __init__(self, response) -> None:
        self.status: int = response.status_code
        self.location: str = response.headers.get("Location", "")
        self.headers = response.headers
        self.html: str = response.get_data(as_text=True)
        self.page = BeautifulSoup(self.html, "html.parser")

    @property
    def heading(self) -> str:
        """The first heading."""
        found = self.page.find("h1")
        return found.get_text(strip=True) if found else ""

    @property
    def text(self) -> str:
        """All words of the main part."""
        part = self.page.find("main") or self.page
        return " ".join(part.get_text(" ").split())

    def value(self, name: str) -> str:
        """What stands in the field of this name."""
        found = (self.page.find("main") or self.page).find(None, {"name": name})
        assert found is not None, f"no field {name} on the page"
        return str(found.get("value", "")) if found.name != "textarea" else found.get_text().strip()


class Visitor:
    """Somebody at a browser."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.token = ""

    def get(self, path: str, **headers: str) -> Seen:
        """Open a page."""
        seen = Seen(self.client.get(path, headers=_dashed(headers)))
        self._note_token(seen)
        return seen

    def post(
        self, path: str, sent: dict[str, object] | None = None, token: str | None = None, **headers: str
    ) -> Seen:
        """Send a form with the token of the last page, or another one."""
        if not self.token:
            self.get("/account/sign-in")
        data = {"csrf_token": self.token if token is None else token, **(sent or {})}
        seen = Seen(self.client.post(path, data=data, headers=_dashed(headers)))
        self._note_token(seen)
        return seen

    def sign_in(self, login: str, password: str = PASSWORD, next_page: str = "") -> Seen:
        """Type login and password."""
        self.get("/account/sign-in")
        return self.post("/account/sign-in", {"login": login, "password": password, "next": next_page})

    def enter_code(self, now: datetime | None = None) -> Seen:
        """Type what the app shows."""
        code = second_factor.current_code(SECRET, now=now or clock.now())
        self.get("/account/second-factor")
        return self.post("/account/second-factor", {"code": code})

    def cookie(self) -> str:
        """The signed session cookie."""
        found = self.client.get_cookie("session")
        return found.value if found else ""

    def _note_token(self, seen: Seen) -> None:
        field = seen.page.find("input", attrs={"name": "csrf_token"})
        if field is not None:
            self.token = str(field["value"])


def _dashed(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
