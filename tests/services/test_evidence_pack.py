"""The evidence pack for a stale page: everything in it can be checked without the house, and it is the same each time."""

import base64
import csv
import hashlib
import io
import json
import zipfile
from datetime import date

import pytest
from sqlalchemy import select

from tests.factories import NOW, RULEBOOK, TODAY, draft, legal, record
from tests.services.paper_samples import pdf_bytes
from workflow_app.domain.refusals import NotYours, Refused
from workflow_app.models.case import Case
from workflow_app.models.document import Document
from workflow_app.models.sync import SyncTarget, SyncTask
from workflow_app.services.documents import detached
from workflow_app.services.sync import evidence_pack, sync

LATE = date(2026, 9, 23)


DECISION = pdf_bytes()  # made once: a PDF says when it was made


@pytest.fixture
def repaired(sqlite, house):
    """A case with its decision, one target that confirmed and one that keeps silent; the database."""
    with sqlite.writing() as session:
        for key, kind in (("national", "national"), ("third", "third_party")):
            session.add(
                SyncTarget(
                    key=key, name={"national": "国家公示网站", "third": "示范企业查询网"}[key], name_en=key, kind=kind,
                    deliverer="file", address=key, does=["end_publicity"], page_url="https://example.com/firm/1",
                )
            )  # fmt: skip
        case = draft(session, sqlite.world, house)
        subject, unit = sqlite.world.subjects["firm"], sqlite.world.units["market"]
        row = record(session, subject_id=subject, unit_id=unit, decision_no="津河东示罚〔2026〕9号")
        session.add(decision(case, house))
        sync.ask(session, row, ["end_publicity"], case_id=case.id, now=NOW, rulebook=RULEBOOK)
        confirmed = session.scalars(
            select(SyncTask).join(SyncTarget).where(SyncTarget.key == "national")
        ).one()
        at = legal("2026-09-19", "09:30")
        sync.confirm(session, confirmed, by_id=None, evidence="回执", now=at, rulebook=RULEBOOK)
    return sqlite


def decision(case, house):
    stored = house.storage.put(io.BytesIO(DECISION))
    return Document(
        number="RD-120102-20260918-000001", kind="repair_decision", title="信用修复决定书", case_id=case.id,
        event_seq=1, subject_id=case.subject_id, unit_id=case.unit_id, facts={}, text_id="repair_decision",
        text_version=1, issued_on=TODAY, issued_at=NOW, verify_code="ABCDEFGHIJKLMNOPQRSTUVWX", sha256=stored.sha256,
        size=stored.size, storage_key=stored.key, produced_at=NOW,
    )  # fmt: skip


def opened(database, house, *, on=LATE, target=""):
    with database.reading() as session:
        case = session.scalars(select(Case)).one()
        content = evidence_pack.pack(session, case, on=on, house=house, target=target)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_pack_holds_decision_times_codes_and_a_letter_to_the_silent_site_alone(repaired, house):
    assert sorted(opened(repaired, house)) == [
        "README.txt", "certificate.pem", "complaint/third.txt", "decisions/RD-120102-20260918-000001.pdf",
        "manifest.json", "manifest.jws", "times.csv", "verify.txt",
    ]  # fmt: skip


def test_every_file_is_what_the_signed_list_says(repaired, house):
    files = opened(repaired, house)
    manifest = json.loads(files["manifest.json"])
    proofs = {"manifest.json", "manifest.jws", "certificate.pem"}
    assert {entry["name"]: (entry["sha256"], entry["size"]) for entry in manifest["files"]} == {
        name: (hashlib.sha256(content).hexdigest(), len(content))
        for name, content in files.items()
        if name not in proofs
    }
    signature, certificate = files["manifest.jws"].decode(), files["certificate.pem"].decode()
    assert detached.is_genuine(signature, files["manifest.json"], certificate=certificate)
    altered = files["manifest.json"].replace(b"2026-09-23", b"2026-09-24")
    assert not detached.is_genuine(signature, altered, certificate=certificate)
    assert base64.urlsafe_b64decode(signature.split(".")[0] + "==").startswith(b'{"alg":"ES256"')


def test_the_decision_is_the_file_that_was_signed(repaired, house):
    assert opened(repaired, house)["decisions/RD-120102-20260918-000001.pdf"] == DECISION


def test_the_times_are_told_in_legal_time(repaired, house):
    rows = list(csv.reader(io.StringIO(opened(repaired, house)["times.csv"].decode("utf-8-sig"))))
    assert rows[1:] == [
        ["国家公示网站", "国家公示网站", "停止公示", "2026-09-18 10:00", "", "2026-09-20", "2026-09-19 09:30", "", "已确认"],
        ["示范企业查询网", "第三方网站", "停止公示", "2026-09-18 10:00", "", "2026-09-22", "", "", "已超期"],
    ]  # fmt: skip


def test_the_letter_says_what_is_asked_on_which_ground_and_how_to_check(repaired, house):
    letter = opened(repaired, house)["complaint/third.txt"].decode()
    for words in (
        "示范企业查询网：", "天津海河示范食品有限公司（代码 91120102MA0DEM010E）", "津河东示罚〔2026〕9号", "- 停止公示",
        "信用修复决定书，编号 RD-120102-20260918-000001，验真码 ABCDEFGHIJKLMNOPQRSTUVWX", "2026年9月18日 通知你方",
        "最迟应于 2026年9月22日", "https://example.com/firm/1", "《信用修复管理办法》第三条", "不收取任何费用", "2026年9月23日",
    ):  # fmt: skip
        assert words in letter
    assert "<" not in letter
    assert "&" not in letter


def test_a_site_that_confirmed_and_still_shows_it_can_be_named(repaired, house):
    assert "complaint/national.txt" in opened(repaired, house, target="national")
    assert "complaint/third.txt" not in opened(repaired, house, target="national")


def test_the_same_state_on_the_same_day_gives_the_same_bytes(repaired, house):
    with repaired.reading() as session:
        case = session.scalars(select(Case)).one()
        made = [evidence_pack.pack(session, case, on=LATE, house=house) for _ in range(2)]
        assert made[0] == made[1]
        assert made[0] != evidence_pack.pack(session, case, on=date(2026, 9, 24), house=house)


def test_a_case_in_which_nobody_was_asked_has_no_pack(sqlite, house):
    with sqlite.writing() as session:
        case = draft(session, sqlite.world, house)
        with pytest.raises(NotYours):
            evidence_pack.pack(session, case, on=LATE, house=house)


def test_an_unknown_target_is_not_found(repaired, house):
    with pytest.raises(NotYours):
        opened(repaired, house, target="nowhere")


def test_a_decision_that_is_still_being_printed_is_waited_for(repaired, house):
    with repaired.writing() as session:
        session.scalars(select(Document)).one().storage_key = None
    with pytest.raises(Refused, match="文书正在生成"):
        opened(repaired, house)


def test_a_revoked_decision_proves_nothing(repaired, house):
    with repaired.writing() as session:
        session.scalars(select(Document)).one().status = "revoked"
    assert not any(name.startswith("decisions/") for name in opened(repaired, house))
