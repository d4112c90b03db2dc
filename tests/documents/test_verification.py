"""Is it genuine? By code, by number and holder, by QR and by file: seven answers, and every change is caught."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from pyhanko.pdf_utils.generic import NumberObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from sqlalchemy import update

from workflow_app.domain import calendar, rules
from workflow_app.domain.rulebook import Rulebook
from workflow_app.domain.words import Sentence
from workflow_app.models.document import Document, SigningCertificate
from workflow_app.services.documents import (
    detached,
    documents,
    enclosed,
    keys,
    printing,
    standing,
    texts,
    verification,
)
from workflow_app.services.documents.answers import Answer, How, Outcome
from workflow_app.services.documents.payload import pack, read
from workflow_app.services.documents.signing import load_signer

from .conftest import FIRM, NOW, PARTICULARS, UNIT
from .test_documents import SITE, VALUES

LATER = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def number(session, case):
    """Numbers a receipt; what differs from the usual is given."""

    def numbered(**changed):
        usual = {
            "kind": "receipt", "case": case, "event_seq": 1, "text": texts.get("receipt", 1), "values": VALUES,
            "particulars": PARTICULARS, "rulebook": Rulebook(rules.built_in(), calendar.built_in(), "120102"), "now": NOW,
        }  # fmt: skip
        return documents.number_document(session, **{**usual, **changed})

    return numbered


@pytest.fixture
def produce(session, storage, signer, blank):
    """Signs a document, on an empty page where its own sheet does not matter."""

    def produced(document, render_pdf=blank):
        made = documents.made(document, signer=signer, site_url=SITE, render_pdf=render_pdf)
        documents.keep(session, document, made, storage=storage, now=NOW)
        return document

    return produced


@pytest.fixture(scope="module")
def blank():
    """Prints the same empty page for everybody."""
    page = printing.render_pdf("<html lang=zh-CN><head></head><body></body></html>", made_at=NOW)
    return lambda *_, **__: page


@pytest.fixture
def issued(session, number, produce, signer):
    """A receipt that was signed with a key that is remembered."""
    keys.remember(session, signer, now=NOW)
    return produce(number())


@pytest.fixture
def printed(session, number, produce, signer):
    """A receipt with its real file."""
    keys.remember(session, signer, now=NOW)
    return produce(number(), printing.render_pdf)


@pytest.fixture
def register(session, signer):
    return verification.Register(session, signer, NOW)


@pytest.fixture
def scan(register):
    """Asks by the text of a QR."""

    def asked(text):
        return verification.answer_scan(register, enclosed.scanned(text), site_url=SITE)

    return asked


def told(answer):
    """Every field with its label, as plain text."""
    return {
        str(label): str(value) if isinstance(value, Sentence) else value for label, value in answer.fields
    }


def qr_of(document):
    """The text of its QR."""
    return f"{SITE}/verify/{document.verify_code}#{pack(read(document.payload), document.signature)}"


def signed_by(signer, document, **changed):
    """The text of a QR over a payload that was changed and signed anew."""
    payload = replace(read(document.payload), **changed)
    return f"{SITE}/verify/{document.verify_code}#{pack(payload, detached.sign(signer, payload.canonical))}"


def test_anybody_sees_every_signed_field_by_the_code_however_it_is_typed(register, issued, signer):
    grouped = "-".join(issued.verify_code[at : at + 4] for at in range(0, 24, 4)).lower().replace("o", "0")
    expected = {
        "文书编号": "RC-120102-20260918-000001",
        "文书种类": "受理单（receipt）",
        "文书名称": "受理单",
        "持有人": FIRM,
        "持有人代码": "91120102MA05XXXX2K",
        "事项": "食品经营许可",
        "内容或结果": "已签署",
        "出具单位": UNIT,
        "出具日期": date(2026, 9, 18),
        "有效期至": "没有规定期限",
        "依据": "《中华人民共和国电子签名法》第十一条",
        "规则版本": rules.built_in().version,
        "文本版本": "receipt 第1版（2026-04-01起施行）",
        "验真码": issued.verify_code,
        "签名密钥": signer.key_id[:16],
    }
    for typed in (issued.verify_code, grouped + " ", f"{SITE}/verify/{issued.verify_code}"):
        answer = verification.answer(register, typed)
        assert (answer.outcome, answer.how, told(answer)) == (Outcome.VALID, How.CODE, expected)
    assert answer.signed.signature == issued.signature
    assert answer.signed.key.key_id == signer.key_id
    assert (answer.signed.payload_sha256, answer.signed.file_sha256) == (
        read(issued.payload).sha256, issued.sha256,
    )  # fmt: skip


@pytest.mark.parametrize(
    "code", ["", "RC-120102-20260918-000001", "A" * 24, "'; DROP TABLE document; --", "𠮷" * 30]
)
def test_another_code_or_a_number_alone_is_unknown(register, issued, code):
    assert verification.answer(register, code) == Answer(Outcome.UNKNOWN)


def test_number_and_holder_answer_only_together_and_a_wrong_pair_tells_nothing(register, issued):
    for number, holder in (
        (issued.number, FIRM),
        ("ｒｃ-120102－20260918—000001 ", " 天津海河晨光 餐饮管理有限公司"),
    ):
        answer = verification.answer_number(register, number, holder)
        assert (answer.outcome, told(answer)["持有人"]) == (Outcome.VALID, FIRM)
    wrong = [
        verification.answer_number(register, number, holder)
        for number, holder in (
            (issued.number, "天津海河晨光餐饮管理有限公"),
            (issued.number, ""),
            ("RC-120102-20260918-000002", FIRM),
            ("", FIRM),
            ("%", FIRM),
        )
    ]
    assert wrong == [Answer(Outcome.UNKNOWN, How.NUMBER)] * 5
    assert "编号和持有人都" in str(wrong[0].sentence)


def test_what_was_ended_says_since_when_and_why_and_what_replaces_it(session, issued, number, signer):
    newer = number()
    standing.end(
        session, Document.id == issued.id, status="superseded", why="particulars_changed", now=NOW, successor=newer.id
    )  # fmt: skip
    session.refresh(issued)
    later = verification.Register(session, signer, LATER)
    answer = verification.about(later, issued)
    assert (answer.outcome, answer.since, answer.successor) == (
        Outcome.SUPERSEDED, date(2026, 9, 18), "RC-120102-20260918-000002",
    )  # fmt: skip
    assert str(answer.why) == "其中的名称等事项已经变更"
    standing.end(session, Document.id == issued.id, status="revoked", why="issued_in_error", now=LATER)
    session.refresh(issued)
    answer = verification.about(later, issued)
    assert (answer.outcome, answer.since, str(answer.why)) == (
        Outcome.REVOKED, date(2026, 12, 1), "出具有误",
    )  # fmt: skip
    assert len(answer.fields) == 15
    assert verification.changed_at(session) == LATER


def test_a_document_is_valid_on_its_last_day_and_expired_on_the_next(session, number, signer):
    document = number()
    document.expires_on = date(2026, 12, 18)
    last = datetime(2026, 12, 18, 15, 59, tzinfo=UTC)  # 23:59 in the legal zone
    for now, outcome, since in (
        (last, Outcome.VALID, None),
        (last + timedelta(minutes=1), Outcome.EXPIRED, date(2026, 12, 18)),
    ):
        answer = verification.about(verification.Register(session, signer, now), document)
        assert (answer.outcome, answer.since) == (outcome, since)
        assert told(answer)["有效期至"] == date(2026, 12, 18)


def test_a_document_from_before_payloads_were_kept_still_answers(session, register, number):
    document = number()
    document.sha256, document.produced_at = "5" * 64, NOW
    answer = verification.about(register, document)
    assert (answer.outcome, told(answer)["持有人"], told(answer)["签名密钥"]) == (
        Outcome.VALID,
        FIRM,
        "没有记载",
    )
    assert (answer.signed.key, answer.signed.signature) == (None, "")


@pytest.mark.parametrize("field", ["holder", "result", "issued_on", "unit", "number"])
def test_a_row_that_no_longer_fits_its_signature_is_not_relied_on(session, register, issued, field):
    payload = read(issued.payload)
    changed = replace(payload, **{field: getattr(payload, field) + "1"})
    issued.payload = changed.canonical.decode()
    assert verification.about(register, issued).outcome is Outcome.ALTERED
    issued.payload, issued.signature = payload.canonical.decode(), None
    assert verification.about(register, issued).outcome is Outcome.ALTERED


def test_the_signed_payload_of_another_document_passes_for_no_row(session, register, issued, number):
    other = number()
    other.payload, other.signature, other.key_id = issued.payload, issued.signature, issued.key_id
    assert verification.about(register, other).outcome is Outcome.ALTERED


def test_the_text_of_a_qr_is_checked_field_by_field_also_broken_into_lines(scan, issued):
    text = qr_of(issued)
    in_lines = "\n".join(text[at : at + 60] for at in range(0, len(text), 60))
    for typed in (text, in_lines, text.partition("#")[2]):
        answer = scan(typed)
        assert (answer.outcome, answer.how, answer.compared) == (Outcome.VALID, How.SCAN, 15)
        assert not answer.elsewhere
    assert scan(text.replace(SITE, "https://credit.example.evil")).elsewhere


def test_a_qr_swapped_from_another_document_is_told_by_each_field_that_differs(scan, issued, number, produce):
    other = number(particulars=replace(PARTICULARS, holder_name="天津市晨星商贸有限公司", result="未签署"))
    produce(other)
    digits = qr_of(other).partition("#")[2]
    answer = scan(f"{SITE}/verify/{issued.verify_code}#{digits}")
    assert answer.outcome is Outcome.ALTERED
    assert {str(each.title): (each.stated, each.registered) for each in answer.differs} == {
        "文书编号": ("RC-120102-20260918-000002", "RC-120102-20260918-000001"),
        "持有人": ("天津市晨星商贸有限公司", FIRM),
        "内容或结果": ("未签署", "已签署"),
        "验真码": (other.verify_code, issued.verify_code),
    }
    assert told(answer)["持有人"] == FIRM


@pytest.mark.parametrize(
    ("field", "title"),
    [("holder", "持有人"), ("result", "内容或结果"), ("issued_on", "出具日期"), ("expires_on", "有效期至")],
)
def test_a_qr_with_a_changed_field_is_caught_whoever_signed_it(scan, issued, signer, tmp_path, field, title):
    other = "2027-01-01" if field.endswith("_on") else "天津市晨星商贸有限公司"
    stranger = load_signer("", "", folder=tmp_path)
    payload = replace(read(issued.payload), **{field: other})
    kept = f"{SITE}/verify/{issued.verify_code}#{pack(payload, issued.signature)}"
    for text in (
        kept,
        signed_by(stranger, issued, **{field: other}),
        signed_by(signer, issued, **{field: other}),
    ):
        answer = scan(text)
        assert answer.outcome is Outcome.ALTERED
        assert [str(each.title) for each in answer.differs] == [title]


def test_a_qr_of_strangers_is_foreign_and_a_broken_one_is_altered(scan, issued, tmp_path):
    stranger = load_signer("", "", folder=tmp_path)
    foreign = signed_by(stranger, issued, key=stranger.key_id[:16], code="B" * 24).partition("#")[2]
    assert scan(foreign).outcome is Outcome.FOREIGN
    assert scan("1" * 300).outcome is Outcome.FOREIGN
    broken = scan(qr_of(issued)[:-3])
    assert (broken.outcome, told(broken)["持有人"]) == (Outcome.ALTERED, FIRM)
    assert scan(f"{SITE}/verify/{'B' * 24}#{'1' * 300}") == Answer(Outcome.FOREIGN, How.SCAN)
    assert enclosed.scanned("https://credit.example.gov.cn/verify/ABC") is None


def test_a_genuine_qr_of_which_nothing_is_registered_is_unknown_and_worth_less_when_its_key_was_withdrawn(session, scan, issued, signer):  # fmt: skip
    text = signed_by(signer, issued, code="B" * 24).partition("#")[2]
    assert (scan(text).outcome, scan(text).is_withdrawn) == (Outcome.UNKNOWN, False)
    session.execute(update(SigningCertificate).values(withdrawn_at=NOW))
    session.expire_all()
    answer = scan(text)
    assert (answer.outcome, answer.is_withdrawn) == (Outcome.UNKNOWN, True)
    assert "密钥已经停用" in str(answer.sentence)
    known = scan(qr_of(issued))
    assert (known.outcome, known.is_withdrawn) == (Outcome.VALID, True)


def test_a_file_is_valid_and_every_change_of_it_is_altered(session, register, printed, storage):
    content = storage.read_verified(printed.storage_key)
    answer = verification.answer_file(register, content)
    assert (answer.outcome, answer.how, len(answer.fields)) == (Outcome.VALID, How.FILE, 15)
    changed = bytearray(content)
    changed[len(content) // 2] ^= 1
    for other in (bytes(changed), content + b"\n", appended(content), content[:-200]):
        assert verification.answer_file(register, other).outcome is Outcome.ALTERED
    told_so = verification.answer_file(register, appended(content))
    assert told(told_so)["持有人"] == FIRM  # its payload is still genuine, so what is registered can be told
    for foreign in (b"%PDF-1.7 something else", b"", b"GIF89a"):
        assert verification.answer_file(register, foreign) == Answer(Outcome.FOREIGN, How.FILE)


def test_a_genuine_file_that_is_not_registered_is_unknown(session, register, issued, storage):
    content = storage.read_verified(issued.storage_key)
    issued.sha256 = "0" * 64
    session.flush()
    assert verification.answer_file(register, content) == Answer(Outcome.UNKNOWN, How.FILE)
    session.execute(update(SigningCertificate).values(withdrawn_at=NOW))
    assert verification.answer_file(register, content).is_withdrawn


def test_what_lies_beside_the_pages_is_not_unpacked_beyond_a_payload(printed, storage):
    content = storage.read_verified(printed.storage_key)
    payload, signature = enclosed.payload_in(content)
    assert (payload, signature) == (read(printed.payload), printed.signature)
    for broken in (b"", b"%PDF-1.7", content[:3000], b"%PDF-1.7\n" + b"<<" * 5000):
        assert enclosed.payload_in(broken) is None


def appended(content):
    """The file with a revision behind it, as an editor leaves it."""
    writer = IncrementalPdfFileWriter(BytesIO(content))
    writer.root["/Added"] = NumberObject(1)
    writer.update_root()
    made = BytesIO()
    writer.write(made)
    return made.getvalue()
