"""The pages about documents: the PDF for whoever may see the case, the answer for everybody else."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.conftest import Database, prepared_engine
from tests.factories import FIELD_KEY, NOW, World, case_in
from workflow_app import config, create_app
from workflow_app.domain import clock
from workflow_app.extensions import db
from workflow_app.models.base import keyring
from workflow_app.models.document import Document
from workflow_app.models.party import Person
from workflow_app.services.documents import documents
from workflow_app.services.house import House
from workflow_app.services.people import signin


@dataclass(frozen=True)
class Room:
    """An application on a world where one commitment was fulfilled, its certificate and the other papers."""

    app: Flask
    database: Database
    house: House
    client: FlaskClient
    papers: dict[str, tuple[str, str, str | None]]

    def enter(self, who: str) -> FlaskClient:
        """A browser in which this person is signed in."""
        with self.database.writing() as session:
            person = session.get_one(Person, self.database.world.people[who])
            opened = signin.open_sign_in(session, person, caller=signin.Caller("192.0.2.1", "tests"), now=NOW)
            if who != "owner" and who != "other_owner":
                opened.row.second_factor_at = NOW
            token = opened.token
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie.update({"_user_id": token, "_fresh": True, "seen": int(NOW.timestamp())})
        return client


Papers = dict[str, tuple[str, str, str | None]]
"""Number, code and key in the store by the kind of paper; the receipt is not printed yet."""


@pytest.fixture(scope="module")
def printed(
    sqlite_template: tuple[Path, World], house: House, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Papers]:
    """A database with the fulfilled commitment, whose two papers are printed once for all tests, and the papers."""
    template, world = sqlite_template
    file = tmp_path_factory.mktemp("printed") / "casework.sqlite"
    shutil.copy(template, file)
    keyring.load((FIELD_KEY,))
    engine = prepared_engine(f"sqlite:///{file}")
    with Database("sqlite", f"sqlite:///{file}", engine, world).writing() as session:
        case_in(session, "fulfilled", world, house)
        made = {document.kind: document for document in session.scalars(select(Document))}
        for kind in ("commitment_letter", "fulfilment_certificate"):
            documents.produce(
                session,
                made[kind],
                storage=house.storage,
                signer=house.signer,
                site_url=house.site_url,
                now=NOW,
            )
        papers = {kind: (each.number, each.verify_code, each.storage_key) for kind, each in made.items()}
    engine.dispose()  # the last connection brings everything into the one file
    return file, papers


@pytest.fixture
def room(printed: tuple[Path, Papers], sqlite: Database, house: House, tmp_path: Path) -> Iterator[Room]:
    file, papers = printed
    shutil.copy(file, sqlite.url.removeprefix("sqlite:///"))
    settings = config.read({
        "VAR_FOLDER": str(tmp_path), "SECRET_KEY": "demo-" + "s" * 40, "DEMO_DISTRICT": "1",
        "FIELD_KEYS": FIELD_KEY, "DATABASE_URL": sqlite.url,
    })  # fmt: skip
    app = create_app(settings)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.extensions["house"] = house
    with clock.fixed(NOW):
        yield Room(app, sqlite, house, app.test_client(), papers)
    with app.app_context():
        db.engine.dispose()


def outcome(response: Any) -> str | None:
    """Which answer the page gives."""
    found = BeautifulSoup(response.text, "html.parser").select_one("[data-outcome]")
    return str(found["data-outcome"]) if found else None


def test_the_owner_and_the_handler_get_the_stored_bytes(room):
    number, _, key = room.papers["commitment_letter"]
    for who in ("owner", "handler"):
        response = room.enter(who).get(f"/documents/{number}.pdf")
        assert response.status_code == 200
        assert response.mimetype == "application/pdf"
        assert response.data == room.house.storage.read_verified(key)
        assert f"{number}.pdf" in response.headers["Content-Disposition"]


def test_another_firm_and_another_department_find_nothing(room):
    number = room.papers["commitment_letter"][0]
    for who in ("other_owner", "other_handler"):
        assert room.enter(who).get(f"/documents/{number}.pdf").status_code == 404


def test_without_an_account_the_way_leads_to_the_sign_in(room):
    response = room.client.get(f"/documents/{room.papers['commitment_letter'][0]}.pdf")
    assert response.status_code in (302, 303)
    assert "pdf" not in response.mimetype


def test_a_document_whose_file_is_not_ready_says_when_to_come_back(room):
    number = room.papers["receipt"][0]
    response = room.enter("owner").get(f"/documents/{number}.pdf")
    assert response.status_code == 202
    assert "正在生成" in response.text
    assert number in response.text
    assert response.headers["Retry-After"] == "3"


def test_anybody_sees_every_field_of_a_certificate(room):
    number, code, key = room.papers["fulfilment_certificate"]
    response = room.client.get(f"/verify/{code}")
    assert response.status_code == 200
    assert outcome(response) == "valid"
    for wanted in (number, key, "天津海河示范食品有限公司", "示范区市场监管局", "2026年9月18日",
                   "fulfilment_certificate 第1版", "《天津市社会信用条例》", "未加盖法定电子印章"):  # fmt: skip
        assert wanted in response.text
    assert response.headers["X-Robots-Tag"] == "noindex"


def test_the_verify_pages_speak_english_too(room):
    room.client.set_cookie("locale", "en")
    response = room.client.get(f"/verify/{room.papers['fulfilment_certificate'][1]}")
    assert "September 18, 2026" in response.text


def test_a_revoked_document_says_so(room):
    number, code, _ = room.papers["fulfilment_certificate"]
    with room.database.writing() as session:
        session.scalars(select(Document).where(Document.number == number)).one().status = "revoked"
    response = room.client.get(f"/verify/{code}")
    assert outcome(response) == "revoked"
    assert number in response.text


@pytest.mark.parametrize("code", ["AAAA", "<script>alert(1)</script>", "%00", "𠮷" * 50, "A" * 3000])
def test_an_unknown_code_is_unknown_and_harmless(room, code):
    response = room.client.get("/verify", query_string={"code": code}, follow_redirects=True)
    assert response.status_code == 200
    assert outcome(response) == "unknown"
    assert "<script>alert" not in response.text


def test_a_typed_code_leads_to_its_lasting_address(room):
    code = room.papers["receipt"][1]
    response = room.client.get("/verify", query_string={"code": f" {code} "})
    assert response.status_code == 303
    assert response.location == f"/verify/{code}"


def test_a_file_that_is_handed_in_is_judged_and_not_kept(room):
    key = room.papers["commitment_letter"][2]
    content = room.house.storage.read_verified(key)
    changed = bytearray(content)
    changed[3000] ^= 1
    for sent, wanted in (
        (content, "valid"),
        (bytes(changed), "altered"),
        (b"%PDF-1.4 of another office", "foreign"),
    ):
        response = room.client.post("/verify", data={"file": (BytesIO(sent), "a.pdf")})
        assert response.status_code == 200
        assert outcome(response) == wanted


def test_no_file_and_an_empty_file_are_told_what_to_do(room):
    for data in ({}, {"file": (BytesIO(b""), "a.pdf")}):
        response = room.client.post("/verify", data=data)
        assert response.status_code == 422
        assert "请选择要核验的 PDF 文件。" in response.text
