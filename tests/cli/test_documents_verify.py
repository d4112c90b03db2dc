"""`flask documents verify FILE`: the answer of the verify page, for scripts."""

import json

import pytest
from sqlalchemy import select

from tests.factories import NOW
from tests.trainings import Training
from tests.web.visitor import real_office
from workflow_app.domain import clock
from workflow_app.models.document import Document
from workflow_app.services.documents import documents, standing

HOLDER = "天津海河示范食品有限公司"


@pytest.fixture
def office(sqlite, tmp_path):
    """An office with one receipt and its file, and the way to run the command on it."""
    app = real_office(sqlite, tmp_path)
    house = app.extensions["house"]
    with sqlite.writing() as session:
        Training(session, sqlite.world, house).to("applied")
        receipt = session.scalars(select(Document).where(Document.kind == "receipt")).one()
        documents.produce(session, receipt, storage=house.storage, signer=house.signer, site_url="", now=NOW)
        content, number = house.storage.read_verified(receipt.storage_key), receipt.number

    def run(sent, *words):
        with clock.fixed(NOW):
            return app.test_cli_runner().invoke(args=["documents", "verify", "-", *words], input=sent)

    run.content, run.number = content, number
    return run


def test_a_file_is_judged_with_every_signed_field_and_the_exit_code_says_whether_it_is_valid(office, sqlite):
    result = office(office.content)
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[0] == "valid"
    assert f"文书编号: {office.number}" in lines
    assert f"持有人: {HOLDER}" in lines
    told = json.loads(office(office.content, "--json").output)
    assert (told["outcome"], told["fields"]["出具日期"], len(told["fields"])) == ("valid", "2026-09-18", 15)
    for sent, outcome in ((office.content + b" ", "altered"), (b"%PDF-1.7", "foreign")):
        answered = office(sent, "--json")
        assert (answered.exit_code, json.loads(answered.output)["outcome"]) == (1, outcome)
    with sqlite.writing() as session:
        standing.end(session, Document.number == office.number, status="revoked", why="facts_untrue", now=NOW)
    answered = office(office.content, "--json")
    told = json.loads(answered.output)
    assert (answered.exit_code, told["outcome"], told["since"], told["why"]) == (
        1, "revoked", "2026-09-18", "出具时依据的情况不属实",
    )  # fmt: skip


def test_a_file_beyond_the_limit_is_not_looked_at(office):
    result = office(b"0" * (20 * 1024 * 1024 + 1))
    assert result.exit_code == 1
    assert "more than 20 MB" in result.output
