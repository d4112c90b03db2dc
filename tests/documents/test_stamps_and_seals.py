"""A time stamp authority and a seal service on this machine, as real as they get: asked over HTTP, and not trusted blindly."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from threading import Thread
from types import SimpleNamespace
from urllib.parse import unquote

import pytest
from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pypdf import PdfReader

from workflow_app import config
from workflow_app.domain import calendar, rules
from workflow_app.domain.refusals import Refused
from workflow_app.domain.rulebook import Rulebook
from workflow_app.services.documents import documents, keys, own_keys, printing, sealing, sheets, texts
from workflow_app.services.documents.sealing import Seal
from workflow_app.services.documents.signing import load_signer
from workflow_app.services.documents.stamping import Stamps

from .conftest import NOW, PARTICULARS, UNIT
from .test_documents import VALUES
from .test_printing import sheet
from .test_signing import external

WORDS = {"reason": "系统认证确认", "name": UNIT}
STAMPED = datetime.now(UTC).replace(microsecond=0) - timedelta(days=200)
STAMP_TYPE = "application/timestamp-reply"
SERVICE = "天津市政务电子印章平台"


@pytest.fixture(scope="module")
def pdf():
    return printing.render_pdf(sheets.page(sheet()), made_at=NOW)


@pytest.fixture
def service():
    """A server that answers as `answer` says: body → (status, type, bytes); keeps the headers of what came."""
    seen = SimpleNamespace(answer=None, headers=[])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            seen.headers.append(dict(self.headers))
            status, kind, body = seen.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            if status == 302:
                self.send_header("Location", "https://elsewhere.example/")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    seen.url = f"http://127.0.0.1:{server.server_port}/"
    yield seen
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def authority():
    """A time stamp authority: its certificate, and what answers for it."""
    key, name = rsa.generate_private_key(65537, 2048), own_keys.named("某时间戳服务中心")
    made = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(STAMPED - timedelta(days=1))
        .not_valid_after(STAMPED + timedelta(days=1))  # over since long: the moment of the stamp counts
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate = asn1.Certificate.load(made.public_bytes(serialization.Encoding.DER))
    private = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    stamper = DummyTimeStamper(certificate, asn1_keys.PrivateKeyInfo.load(private), fixed_dt=STAMPED)
    return SimpleNamespace(
        certificate=certificate,
        answer=lambda body: (
            200,
            STAMP_TYPE,
            stamper.request_tsa_response(tsp.TimeStampReq.load(body)).dump(),
        ),
    )


@pytest.fixture(scope="module")
def outside():
    """A signer whose certificate is older than the stamps."""
    return external()


def asking(outside, service, *roots):
    """The same signer, set to fetch stamps there, which count under these certificates."""
    stamps = Stamps(service.url, roots)
    return replace(outside, stamper=stamps.stamper(), stamp_roots=stamps.roots)


def test_a_stamp_says_when_the_signature_was_there(session, service, authority, pdf, outside):
    service.answer = authority.answer
    signer = asking(outside, service, authority.certificate)
    signed = signer.sign(pdf, **WORDS)
    verdict = keys.judge(session, signer, signed)
    assert (verdict.intact_and_trusted, verdict.stamped_at) == (True, STAMPED)
    later = outside.verify(signed)  # years later, the authority is not in the settings any more
    assert (later.intact_and_trusted, later.stamped_at) == (True, None)


def test_without_a_stamp_that_counts_nothing_is_signed(service, authority, pdf, outside):
    service.answer = authority.answer
    with pytest.raises(Refused, match="时间戳不可信"):
        asking(outside, service, outside.chain[-1]).sign(pdf, **WORDS)
    refused = bytes.fromhex("30053003020102")  # status 2, rejection, and no stamp
    for answer in (
        (500, "text/plain", b"out of order"),
        (200, "text/html", b"<p>"),
        (200, STAMP_TYPE, refused),
    ):
        service.answer = lambda _, answer=answer: answer
        with pytest.raises(Refused, match="没有给出时间戳"):
            asking(outside, service, authority.certificate).sign(pdf, **WORDS)


def with_seal(pdf, signer, field="Signature", **asked):
    """What a seal service makes of a PDF: a signature of its own in a revision of its own."""
    metadata = PdfSignatureMetadata(field_name=field, md_algorithm="sha256", name=UNIT, **asked)
    sealed: bytes = (
        PdfSigner(metadata, signer=signer.signer).sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf))).getvalue()
    )
    return sealed


@pytest.fixture
def seal(service):
    return Seal(service.url, "a-token", SERVICE)


@pytest.fixture
def receipt(session, case):
    book = Rulebook(rules.built_in(), calendar.built_in(), "120102")
    return documents.number_document(
        session, kind="receipt", case=case, event_seq=1, text=texts.get("receipt", 1), values=VALUES,
        particulars=PARTICULARS, rulebook=book, now=NOW,
    )  # fmt: skip


def test_a_document_is_sealed_first_and_signed_over_the_seal(
    session, service, seal, receipt, signer, storage, tmp_path
):
    ours = load_signer("", "", folder=tmp_path, seal=seal)
    service.answer = lambda body: (200, "application/pdf", with_seal(body, signer))
    documents.produce(
        session, receipt, storage=storage, signer=ours, site_url="https://credit.example.gov.cn", now=NOW
    )
    assert receipt.sealed_by == SERVICE
    (headers,) = service.headers
    assert headers["Authorization"] == "Bearer a-token"
    assert headers["X-Document-Number"] == "RC-120102-20260918-000001"
    assert unquote(headers["X-Issuing-Unit"]) == UNIT
    with storage.open(receipt.storage_key) as stored:
        content = stored.read()
    first, last = PdfFileReader(BytesIO(content)).embedded_signatures
    assert (first.field_name, last.field_name) == ("Signature", "PlatformSignature")
    first.compute_integrity_info()
    assert first.summarise_integrity_info()["docmdp_ok"]
    assert last.sig_object["/Reason"].startswith(
        "受理单，已由天津市政务电子印章平台加盖电子印章；签名内容 SHA-256 "
    )
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).replace("\n", "")
    assert "已由天津市政务电子印章平台加盖电子印章" in text
    assert "未加盖法定电子印章" not in text
    assert keys.judge(session, ours, content).intact_and_trusted
    assert not keys.judge(session, ours, with_seal(content, signer, "Later")).is_intact
    changed = bytearray(content)
    changed[content.index(b"obj") + 20] ^= 1
    assert not keys.judge(session, ours, bytes(changed)).is_intact


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda pdf, _: (500, "text/plain", b""), "拒绝盖章（HTTP 500）"),
        (lambda pdf, _: (302, "text/plain", b""), "拒绝盖章（HTTP 302）"),
        (lambda pdf, _: (200, "application/pdf", pdf), "没有印章"),
        (lambda pdf, _: (200, "application/pdf", b"%PDF-1.7 another"), "不是我们送去的文件"),
        (lambda pdf, _: (200, "application/pdf", pdf + b"nonsense"), "没有印章"),
        (lambda pdf, signer: (200, "application/pdf", with_seal(pdf, signer) + b"\n"), "没有覆盖整个文件"),
        (lambda pdf, _: (200, "application/pdf", pdf + bytes(sealing.MOST)), "过大"),
        (
            lambda pdf, signer: (
                200,
                "application/pdf",
                with_seal(pdf, signer, certify=True, docmdp_permissions=MDPPerm.NO_CHANGES),
            ),
            "不允许在其后签名",
        ),
    ],
)
def test_an_answer_that_is_not_our_file_with_a_seal_is_refused(service, seal, pdf, signer, answer, told):
    service.answer = lambda body: answer(body, signer)
    with pytest.raises(Refused, match=told):
        sealing.sealed(pdf, seal, number="RC-1", unit=UNIT)


def test_a_seal_over_other_bytes_is_refused(service, seal, pdf, signer):
    def forged(body):
        sealed = with_seal(body, signer)
        place = len(body) + sealed[len(body) :].index(b"/Name")
        return 200, "application/pdf", sealed[:place] + b"/Nome" + sealed[place + 5 :]

    service.answer = forged
    with pytest.raises(Refused, match="没有采用"):
        sealing.sealed(pdf, seal, number="RC-1", unit=UNIT)


def test_a_service_that_is_not_there_makes_the_document_wait(seal, pdf):
    gone = Seal("http://127.0.0.1:9/", "", SERVICE)
    with pytest.raises(Refused, match="没有应答"):
        sealing.sealed(pdf, gone, number="RC-1", unit=UNIT)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"TIMESTAMP_URL": "https://tsa.example"}, "TIMESTAMP_URL needs TIMESTAMP_CERT"),
        ({"TIMESTAMP_URL": "file:///etc", "TIMESTAMP_CERT": "x"}, "http://"),
        ({"SEAL_URL": "https://seal.example"}, "SEAL_URL and SEAL_NAME belong together"),
        ({"SEAL_URL": "http://seal.example", "SEAL_NAME": SERVICE}, "must begin with https://"),
    ],
)
def test_settings_that_would_prove_nothing_stop_the_start(settings, told):
    usual = {"SECRET_KEY": "s" * 40, "FIELD_KEYS": "c" * 43 + "="}
    with pytest.raises(config.BadSettings, match=told):
        config.read({**usual, **settings})
