"""What a document says of itself: the same bytes everywhere, and nothing else passes for it."""

import json
from dataclasses import replace

import pytest

from workflow_app.services.documents import detached, payload
from workflow_app.services.documents.payload import Payload

CERTIFICATE = Payload(
    number="CT-120102-20261102-000001", kind="training_certificate", title="培训证明", holder="天津海河晨光餐饮管理有限公司",
    holder_code="91120102MA05XXXX2K", matter="信用修复专题培训班", result="王晓明（经办人）考试成绩 92 分", unit="天津市河东区信用办公室",
    issued_on="2026-11-02", expires_on="", law=("《信用修复管理办法》第五章",), rules="2026-11-23", text="training_certificate v1",
    code="ABCDEFGHIJKLMNOPQRSTUVWX", key="0123456789abcdef",
)  # fmt: skip
CANONICAL = (
    '{"code":"ABCDEFGHIJKLMNOPQRSTUVWX","expires_on":"","format":"casework-document-1","holder":"天津海河晨光餐饮管理有限公司",'
    '"holder_code":"91120102MA05XXXX2K","issued_on":"2026-11-02","key":"0123456789abcdef","kind":"training_certificate",'
    '"law":["《信用修复管理办法》第五章"],"matter":"信用修复专题培训班","number":"CT-120102-20261102-000001",'
    '"result":"王晓明（经办人）考试成绩 92 分","rules":"2026-11-23","text":"training_certificate v1","title":"培训证明",'
    '"unit":"天津市河东区信用办公室"}'
)


@pytest.fixture(scope="module")
def certificate(signer):
    return detached.certificate(signer)


@pytest.fixture(scope="module")
def packed(signer):
    return payload.pack(CERTIFICATE, detached.sign(signer, CERTIFICATE.canonical))


def test_the_signed_bytes_are_canonical_json_with_every_field():
    assert CERTIFICATE.canonical.decode() == CANONICAL
    assert payload.read(CANONICAL) == CERTIFICATE


def test_a_qr_gives_back_the_very_payload_and_a_signature_that_any_jose_library_checks(packed, certificate):
    assert packed.isdigit()
    found, raw = payload.unpack(packed)
    signature = payload.signature_of(raw, certificate=certificate)
    assert found == CERTIFICATE
    assert detached.is_genuine(signature, found.canonical, certificate=certificate)


def test_a_payload_longer_than_python_reads_as_one_number_is_packed_too(signer):
    long = replace(CERTIFICATE, result="".join(chr(0x4E00 + each) for each in range(2000)))
    digits = payload.pack(long, detached.sign(signer, long.canonical))
    assert len(digits) > 4300
    assert payload.unpack(digits)[0] == long


@pytest.mark.parametrize("field", ["holder", "result", "issued_on", "number", "unit", "expires_on", "code"])
def test_a_changed_field_breaks_the_signature(packed, certificate, field):
    found, raw = payload.unpack(packed)
    changed = replace(found, **{field: getattr(found, field) + "1"})
    signature = payload.signature_of(raw, certificate=certificate)
    assert not detached.is_genuine(signature, changed.canonical, certificate=certificate)


def test_the_signature_of_another_certificate_does_not_fit(signer, packed, certificate):
    other = replace(CERTIFICATE, number="CT-120102-20261102-000002")
    _, raw = payload.unpack(payload.pack(other, detached.sign(signer, other.canonical)))
    swapped = payload.signature_of(raw, certificate=certificate)
    assert not detached.is_genuine(swapped, CERTIFICATE.canonical, certificate=certificate)


@pytest.mark.parametrize(
    "digits", ["", "1", "12345", "9" * 17, "0" * 100, "１２３４５", "-12", "12 34", "9" * 30_000, "abc"]
)
def test_other_digits_are_no_payload(digits):
    with pytest.raises(ValueError, match="payload"):
        payload.unpack(digits)


def test_shortened_or_prolonged_digits_are_no_payload(packed):
    for digits in (packed[:-1], packed[:-17], packed[17:], packed + "00000000000000001"):
        with pytest.raises(ValueError, match="payload"):
            payload.unpack(digits)


@pytest.mark.parametrize(
    "content", ["[]", "{}", '{"format":"casework-document-2"}', CANONICAL.replace('"law":[', '"low":['), "{"]
)
def test_another_json_is_no_payload(content):
    with pytest.raises(ValueError, match="payload"):
        payload.read(content)


def test_a_payload_with_a_number_or_a_list_where_words_belong_is_refused():
    stated = json.loads(CANONICAL)
    for wrong in ({"holder": 7}, {"law": "one"}, {"law": [7]}, {"result": None}):
        with pytest.raises(ValueError, match="payload"):
            payload.read(json.dumps(stated | wrong))
