"""The credit report as a file: what a reader of the PDF finds in it, in the words that can be searched and copied."""

import re
import subprocess
from io import BytesIO

import pytest
from pypdf import PdfReader

from tests import factories
from tests.factories import NOW, RULEBOOK
from workflow_app.models.party import Subject
from workflow_app.services.documents import documents
from workflow_app.services.records import records
from workflow_app.services.reports import reports

BANK = {"given_to": "示范银行河东支行", "purpose": "申请贷款", "contact": "022-00000000"}


@pytest.fixture
def issue(sqlite, house):
    """Issues the report of a subject with its own hand and gives the file."""
    with sqlite.writing() as session:

        def issue(subject, by, *findings):
            place = {"subject_id": sqlite.world.subjects[subject], "unit_id": sqlite.world.units["market"]}
            for finding in findings:
                finding(session, factories.record(session, **place, title=finding.__name__))
            about, actor = session.get_one(Subject, place["subject_id"]), sqlite.world.actors[by]
            report = reports.issue(session, about, actor=actor, now=NOW, house=house, **BANK)
            return documents.made(report.document, signer=house.signer, site_url=house.site_url).content

        yield issue


def repaired(session, record):
    ended = {"publicity_ended_at": NOW, "repaired_at": NOW, "ended_how": "repaired"}
    records.change(session, record, ended, why="信用修复", by_id=None, now=NOW, rulebook=RULEBOOK)


def disputed(session, record):
    records.mark(session, record, "objection", now=NOW)


def words(pdf, folder):
    """The text of the file, without blanks."""
    (folder / "report.pdf").write_bytes(pdf)
    command = ["pdftotext", "-layout", "report.pdf", "-"]
    told = subprocess.run(command, cwd=folder, check=True, capture_output=True).stdout.decode()
    return re.sub(r"\s+", "", told)


def test_the_file_shows_the_mark_and_nothing_of_what_was_repaired(issue, tmp_path):
    said = words(issue("firm", "owner", disputed, repaired), tmp_path)
    for part in (
        "公共信用报告（普通版）",
        "PR-120102-20260918-000001",
        "第1条disputed",
        "异议处理中，自2026年9月18日起",
    ):
        assert part in said
    assert "repaired" not in said
    assert "第2条" not in said


def test_the_file_of_a_person_has_the_whole_name_and_a_masked_number(issue, tmp_path):
    pdf = issue("citizen", "citizen")
    said = words(pdf, tmp_path)
    assert "林霜降" in said
    assert "1****************2" in said
    assert "120199199001010012" not in said
    assert "022-00000000" not in said
    assert len(PdfReader(BytesIO(pdf)).pages) == 1
