"""The signature: genuine is genuine, and every change is found."""

import stat
from io import BytesIO

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils.generic import NumberObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from workflow_app.services.documents import printing, sheets
from workflow_app.services.documents.signing import load_signer

from .test_printing import NOW, sheet


@pytest.fixture(scope="module")
def signed(signer):
    pdf = printing.render_pdf(sheets.page(sheet()), made_at=NOW)
    return signer.sign(pdf, reason="系统认证确认", name="天津市河东区市场监督管理局")


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
