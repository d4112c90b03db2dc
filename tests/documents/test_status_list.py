"""The lists that let others judge our documents: no names, signed so that anybody can check them, the same for a minute."""

import base64
import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from tests.web.conftest import made
from workflow_app.domain import calendar, clock, rules
from workflow_app.domain.rulebook import Rulebook
from workflow_app.extensions import db
from workflow_app.models.base import Base
from workflow_app.models.document import Document, SigningCertificate
from workflow_app.services.documents import documents, keys, standing, status_list, texts
from workflow_app.services.documents.signing import load_signer
from workflow_app.web.documents import checker_words

from .conftest import FIRM, NOW, PARTICULARS
from .test_documents import VALUES

LATER = datetime(2026, 9, 20, 1, 15, 42, tzinfo=UTC)


@pytest.fixture
def numbered(session, case):
    """Receipts A, B and C with known codes."""
    found = []
    for code in ("A" * 24, "B" * 24, "C" * 24):
        document = documents.number_document(
            session, kind="receipt", case=case, event_seq=1, text=texts.get("receipt", 1), values=VALUES,
            particulars=PARTICULARS, now=NOW, rulebook=Rulebook(rules.built_in(), calendar.built_in(), "120102"),
        )  # fmt: skip
        document.verify_code = code
        found.append(document)
    session.flush()
    return found


def test_the_list_names_what_ended_by_a_digest_and_nobody_by_name(session, house, numbered):
    first, second, third = numbered
    standing.end(session, Document.id == second.id, status="revoked", why="issued_in_error", now=LATER)
    later = LATER + timedelta(hours=1)
    standing.end(
        session, Document.id == first.id, status="superseded", why="particulars_changed", now=later, successor=third.id
    )  # fmt: skip
    session.expire_all()
    found = status_list.revocations(session, house, now=later)["list"]
    assert found["entries"] == [
        {
            "document": "d6099a41f693f00f8a0d650103abc6de",
            "status": "revoked",
            "since": "2026-09-20T01:15:42+00:00",
            "why": "issued_in_error",
        },
        {
            "document": "1bda9f0aed80857d43c9329457f28b1c",
            "status": "superseded",
            "since": "2026-09-20T02:15:42+00:00",
            "why": "particulars_changed",
            "successor": "173aa712ff55b7f291c53515afa693f2",
        },
    ]
    assert (found["format"], found["made_at"], found["fresh_until"]) == (
        "casework-revocations-1", "2026-09-20T02:15:00+00:00", "2026-09-27T02:15:00+00:00",
    )  # fmt: skip
    assert found["reasons"]["issued_in_error"] == "出具有误"
    told = json.dumps(found, ensure_ascii=False)
    assert not [each for each in (FIRM, first.number, first.verify_code) if each in told]


def test_what_is_valid_or_only_expired_is_not_on_the_list(session, house, numbered):
    numbered[0].expires_on = NOW.date() - timedelta(days=30)
    session.flush()
    assert status_list.revocations(session, house, now=NOW)["list"]["entries"] == []


def test_every_key_that_ever_signed_is_told_with_its_end(session, house, tmp_path):
    old = load_signer("", "", folder=tmp_path)
    keys.remember(session, old, now=NOW)
    assert [entry["key"] for entry in listed_keys(session, house)] == [old.key_id, house.signer.key_id]
    assert [entry["first_used"] for entry in listed_keys(session, house)] == ["2026-09-18T02:30:00+00:00", ""]
    keys.remember(session, house.signer, now=LATER)
    row = session.query(SigningCertificate).filter_by(key_id=old.key_id).one()
    row.withdrawn_at, row.withdrawn_why = LATER, "备份丢失"
    session.flush()
    first, second = listed_keys(session, house)
    assert (first["retired"], first["withdrawn"]) == ("2026-09-20T01:15:42+00:00",) * 2
    assert (second["retired"], second["withdrawn"]) == ("", "")
    assert second["certificates"] == house.signer.pem
    assert (first["why"], second["why"]) == ("备份丢失", "")


def test_anybody_can_check_the_signature_with_nothing_of_ours(session, house, numbered):
    for signed in (
        status_list.revocations(session, house, now=LATER),
        status_list.keys(session, house, now=LATER),
    ):
        header, _, raw = signed["signature"].split(".")
        own = x509.load_pem_x509_certificate(signed["certificate"].encode())
        digest = hashlib.sha256(own.public_bytes(serialization.Encoding.DER)).digest()
        assert json.loads(read(header)) == {"alg": "ES256", "x5t#S256": written(digest)}
        body = json.dumps(signed["list"], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        r, s = int.from_bytes(read(raw)[:32], "big"), int.from_bytes(read(raw)[32:], "big")
        signature, content = encode_dss_signature(r, s), f"{header}.{written(body)}".encode()
        own.public_key().verify(signature, content, ec.ECDSA(hashes.SHA256()))


def test_within_a_minute_the_list_stays_the_same_and_a_change_shows(session, house, numbered):
    on_time = LATER.replace(second=1)
    first = status_list.revocations(session, house, now=on_time)
    assert status_list.revocations(session, house, now=LATER) == first
    standing.end(session, Document.id == numbered[0].id, status="revoked", why="facts_untrue", now=LATER)
    assert status_list.revocations(session, house, now=LATER)["signature"] != first["signature"]


def test_lists_and_checker_are_read_by_anybody_and_cheap_to_ask_again(tmp_path):
    app = made(tmp_path)
    with app.app_context(), clock.fixed(LATER):
        Base.metadata.create_all(db.engine)
        client = app.test_client()
        for name in ("revocations.json", "keys.json", "checker.html"):
            answer = client.get(f"/verify/{name}")
            assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "public, max-age=60")
            again = client.get(f"/verify/{name}", headers={"If-None-Match": answer.headers["ETag"]})
            assert (again.status_code, again.data) == (304, b"")
        policy = "default-src &#39;none&#39;; img-src blob:; base-uri &#39;none&#39;; form-action &#39;none&#39;; script-src"
        assert answer.headers["Content-Disposition"] == "attachment; filename=offline-checker.html"
        assert policy in answer.text
        assert "src=" not in answer.text
        db.engine.dispose()


def test_a_house_with_another_key_signs_with_that_one(session, house, tmp_path):
    other = replace(house, signer=load_signer("", "", folder=tmp_path))
    assert (
        status_list.keys(session, house, now=NOW)["certificate"]
        != status_list.keys(session, other, now=NOW)["certificate"]
    )


def test_no_word_of_the_checker_hides_another():
    tables = (
        checker_words.PAGE, checker_words.OUTCOMES, checker_words.SENTENCES, checker_words.WHY, checker_words.FIELDS,
    )  # fmt: skip
    names = [name for table in tables for name in table]
    assert len(names) == len(set(names))


def listed_keys(session, house):
    return status_list.keys(session, house, now=LATER)["list"]["entries"]


def read(text):
    return base64.urlsafe_b64decode(text + "==")


def written(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
