"""From the number to the bytes and ever after: a printing that dies, one that is asked for twice, and the check of all."""

import json
import os
import signal
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select, text, update

from tests.factories import NOW, case_in
from tests.web.visitor import real_office
from workflow_app import worker
from workflow_app.domain import clock
from workflow_app.extensions import db
from workflow_app.models.document import Document
from workflow_app.models.outbox import Message
from workflow_app.services.documents import print_process

LETTER, RECEIPT = "CL-120102-20260918-000001", "RC-120102-20260918-000001"
PAGE = "<html lang='zh-CN'><head></head><body>一</body></html>"


@pytest.fixture
def office(sqlite, tmp_path, house):
    """A real office in which a commitment was signed and its letter and its receipt have numbers and no bytes yet."""
    with sqlite.writing() as session:
        case_in(session, "signed", sqlite.world, house)
        session.execute(update(Message).where(Message.kind != "document").values(done_at=NOW))
    app = real_office(sqlite, tmp_path)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def deliver(office):
    """The worker delivers what is due so many seconds after the step."""

    def deliver(seconds):
        with clock.fixed(NOW + timedelta(seconds=seconds)):
            return worker.deliver(office.extensions["house"])

    return deliver


@pytest.fixture
def check(office):
    """`flask documents check`: its exit status and what it told."""

    def check():
        ended = office.test_cli_runner().invoke(args=["documents", "check", "--json"])
        db.session.rollback()
        return ended.exit_code, json.loads(ended.stdout)

    return check


def stored(sqlite):
    with sqlite.reading() as session:
        return session.scalars(select(Document).order_by(Document.number)).all()


def test_a_printing_that_dies_leaves_no_second_number_and_no_gap_and_what_was_made_is_never_made_again(
    sqlite, deliver, check, office
):
    numbered = [(document.number, document.verify_code) for document in stored(sqlite)]
    assert [number for number, _ in numbered] == [LETTER, RECEIPT]
    printer = print_process.shared()
    printer.render_pdf(PAGE, made_at=NOW)
    os.kill(printer.pid, signal.SIGKILL)
    assert deliver(1) == (1, 1)
    assert check() == (0, {"documents": 1, "waiting": 1, "faults": {}})
    with sqlite.reading() as session:
        (error,) = session.scalars(select(Message.error).where(Message.error.is_not(None)))
    assert error == "PrintingFailed: the print process ended with signal 9, perhaps out of memory"
    assert deliver(7) == (1, 0)

    made = stored(sqlite)
    assert [(document.number, document.verify_code) for document in made] == numbered
    assert check() == (0, {"documents": 2, "waiting": 0, "faults": {}})
    storage = office.extensions["house"].storage
    storage._path(made[0].sha256).unlink()
    with sqlite.writing() as session:
        session.execute(text("UPDATE outbox SET done_at = NULL, attempts = 0 WHERE kind = 'document'"))
    printer.close()
    assert deliver(9) == (2, 0)
    assert printer.pid is None, "nothing was printed a second time"
    assert not storage.has(made[0].sha256)
    assert [(now.sha256, now.produced_at) for now in stored(sqlite)] == [
        (then.sha256, then.produced_at) for then in made
    ]
    assert check() == (
        1,
        {"documents": 2, "waiting": 0, "faults": {LETTER: ["its file is missing from the store"]}},
    )


def test_whatever_became_of_a_stored_document_is_named(sqlite, deliver, check, office):
    assert deliver(1) == (2, 0)
    letter, receipt = stored(sqlite)
    storage = office.extensions["house"].storage
    place, content = storage._path(letter.sha256), storage.read_verified(letter.sha256)

    place.write_bytes(content[:-1] + b" ")
    assert check()[1]["faults"] == {
        LETTER: ["its file was changed: the SHA-256 is no longer that of what was stored"]
    }
    place.write_bytes(content)

    def found(**changed):
        with sqlite.writing() as session:
            session.execute(update(Document).where(Document.number == LETTER).values(**changed))
        status, told = check()
        with sqlite.writing() as session:
            then = {name: getattr(letter, name) for name in changed}
            session.execute(update(Document).where(Document.number == LETTER).values(**then))
        assert status == 1
        return told["faults"][LETTER]

    facts = letter.facts | {
        "particulars": letter.facts["particulars"] | {"holder_name": "天津金河示范有限公司"}
    }
    assert found(facts=facts) == ["its row was changed since it was signed: holder"]
    assert found(payload=letter.payload.replace("天津海河", "天津金河")) == [
        "the signed content in its row is not genuine",
        "the signed content in its file is not that of its row",
        "its row was changed since it was signed: holder",
    ]
    assert found(payload="{}") == [
        "the signed content in its row is not genuine",
        "the signed content in its row can't be read",
    ]
    assert found(signature=receipt.signature) == [
        "the signed content in its row is not genuine",
        "the signed content in its file is not that of its row",
    ]
    assert found(sha256=receipt.sha256, storage_key=receipt.sha256, size=receipt.size) == [
        "the signed content in its file is not that of its row"
    ]
    assert found(size=1) == ["its row names another file: SHA-256 or size differ"]
    assert found(key_id="0" * 64) == [
        "its file is signed with another key than its row says",
        "the signed content in its row is not genuine",
    ]
    appended = storage.put(BytesIO(content + b"\n"))
    assert found(sha256=appended.sha256, storage_key=appended.key, size=appended.size)[0] == (
        "the signature of its file does not hold, or its key is not known here"
    )
    assert check() == (0, {"documents": 2, "waiting": 0, "faults": {}})

    with sqlite.writing() as session:
        never = {"produced_at": None, "payload": None, "sha256": None, "storage_key": None}
        session.execute(update(Document).where(Document.number == RECEIPT).values(**never))
        sent = session.scalars(select(Message).where(Message.kind == "document"))
        message = next(each for each in sent if each.payload["document_id"] == receipt.id)
        message.done_at, message.dead_at, message.error = None, NOW, "PrintingFailed: x"
    ended = office.test_cli_runner().invoke(args=["documents", "check"])
    assert ended.exit_code == 1
    assert ended.stdout.splitlines() == [
        "RC-120102-20260918-000001: was given up printing: PrintingFailed: x",
        "1 documents, 1 waiting to be printed, 1 with faults",
    ]
