"""The signature: genuine is genuine, and every change is found, also when the certificate is long over."""

import stat
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils.generic import NumberObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

from workflow_app.domain.refusals import Refused
from workflow_app.services.documents import own_keys, printing, sheets
from workflow_app.services.documents.signing import Signer, load_signer

from .test_printing import NOW, sheet

WORDS = {"reason": "系统认证确认", "name": "天津市河东区市场监督管理局"}


@pytest.fixture(scope="module")
def pdf():
    return printing.render_pdf(sheets.page(sheet()), made_at=NOW)


@pytest.fixture(scope="module")
def signed(signer, pdf):
    return signer.sign(pdf, **WORDS)


def external(curve=None, *, until=timedelta(days=365), usage=None):
    """A signer with a certificate of an outside authority: no intermediate, the usage that the authority gives."""
    now, ca_key = datetime.now(UTC), ec.generate_private_key(ec.SECP256R1())
    key, name = ec.generate_private_key(curve or ec.SECP256R1()), own_keys.named("某电子认证机构")
    ca = own_keys.certificate(
        name, name, ca_key.public_key(), now, until=now + timedelta(days=3650), is_ca=True
    )
    own = (
        x509.CertificateBuilder(issuer_name=name, subject_name=own_keys.named("某信用办公室"))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + until)
    )
    own = own.add_extension(usage or x509.KeyUsage(True, True, *[False] * 7), critical=True)
    made = [each.sign(ca_key, hashes.SHA256()) for each in (own, ca)]
    chain = b"".join(each.public_bytes(serialization.Encoding.PEM) for each in made)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Signer.from_pem(private, chain)


def test_a_signed_document_is_genuine(signer, signed):
    verdict = signer.verify(signed)
    assert verdict.intact_and_trusted
    assert verdict.claims_ours


def test_every_changed_byte_is_found(signer, signed):
    (signature,) = PdfFileReader(BytesIO(signed)).embedded_signatures
    _, until, again, length = (int(number) for number in signature.byte_range)
    assert again + length == len(signed)
    for place in [*range(9, until, until // 12), again + 1, len(signed) - 3]:
        changed = bytearray(signed)
        changed[place] ^= 0x01
        assert not signer.verify(bytes(changed)).intact_and_trusted, place


def test_an_appended_revision_is_found_although_the_signed_part_is_intact(signer, signed):
    writer = IncrementalPdfFileWriter(BytesIO(signed))
    writer.root["/Added"] = NumberObject(1)
    writer.update_root()
    appended = BytesIO()
    writer.write(appended)
    verdict = signer.verify(appended.getvalue())
    assert not verdict.intact_and_trusted
    assert verdict.claims_ours


@pytest.mark.parametrize("tail", [b"\n", b"%comment\n", b"x" * 100])
def test_anything_behind_the_signed_bytes_is_found(signer, signed, tail):
    assert not signer.verify(signed + tail).intact_and_trusted


def test_a_shortened_file_is_found(signer, signed):
    assert not signer.verify(signed[:-300]).intact_and_trusted


def test_a_file_of_another_office_is_not_ours(signed, tmp_path):
    verdict = load_signer("", "", folder=tmp_path).verify(signed)
    assert not verdict.intact_and_trusted
    assert not verdict.claims_ours


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\x00" * 1000, b"GIF89a"])
def test_something_else_is_not_ours(signer, content):
    assert not signer.verify(content).claims_ours


def test_own_keys_are_made_once_and_only_this_account_may_read_them(tmp_path):
    first, second = (load_signer("", "", folder=tmp_path) for _ in range(2))
    assert first.key_id == second.key_id
    for name in ("ca.key", "signer.key"):
        assert stat.S_IMODE((tmp_path / "signing" / name).stat().st_mode) == 0o600


def test_a_given_key_and_certificate_are_used_from_files_or_as_text(tmp_path, signed):
    own = load_signer("", "", folder=tmp_path)
    key, chain = tmp_path / "signing" / "signer.key", tmp_path / "signing" / "chain.pem"
    assert load_signer(str(key), str(chain), folder=tmp_path / "none").key_id == own.key_id
    assert load_signer(key.read_text(), chain.read_text(), folder=tmp_path / "none").key_id == own.key_id


def test_a_key_that_does_not_belong_to_the_certificate_is_refused(tmp_path):
    load_signer("", "", folder=tmp_path)
    stranger = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with pytest.raises(ValueError, match="must be its own"):
        load_signer(stranger.decode(), str(tmp_path / "signing" / "chain.pem"), folder=tmp_path)


def test_only_a_key_that_every_checker_can_read_is_taken():
    with pytest.raises(ValueError, match="P-256"):
        external(ec.SECP384R1())


def test_a_certificate_of_an_outside_authority_signs_whatever_of_the_two_usages_it_has(pdf):
    for agreed in (True, False):
        usage = x509.KeyUsage(agreed, not agreed, *[False] * 7)
        signer = external(usage=usage)
        verdict = signer.verify(signer.sign(pdf, **WORDS))
        assert (verdict.intact_and_trusted, verdict.key_id) == (True, signer.key_id)


def test_a_certificate_that_may_not_sign_or_is_over_stops_the_document_and_not_its_reader(pdf):
    for signer in (
        external(usage=x509.KeyUsage(False, False, True, *[False] * 6)),
        external(until=timedelta(days=-1)),
    ):
        with pytest.raises(Refused, match="自检没有通过"):
            signer.sign(pdf, **WORDS)


class LongAgo(PdfSigner):
    """Signs as one did two hundred days ago."""

    def init_signing_session(self, *given, **stated):
        session = super().init_signing_session(*given, **stated)
        session.system_time = datetime.now(UTC) - timedelta(days=200)
        return session


def test_what_was_signed_in_time_stays_genuine_when_the_certificate_is_over(pdf):
    signer = external(until=timedelta(days=-100))
    asked = PdfSignatureMetadata(
        "PlatformSignature", md_algorithm="sha256", certify=True, docmdp_permissions=MDPPerm.NO_CHANGES,
        subfilter=SigSeedSubFilter.PADES,
    )  # fmt: skip
    made = LongAgo(asked, signer=signer.signer).sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)))
    assert signer.verify(made.getvalue()).intact_and_trusted
