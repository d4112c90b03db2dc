"""What a document says of itself, once and for all: one canonical payload, signed.

The same payload stands in the QR, beside the pages in the PDF, under the PDF's signature and on the verify page, so a
name, a result or a day that was changed in one of them differs from the others. Canonical is the form of RFC 8785; the
signature is the detached JWS of `detached`. Personal codes are masked before they come here.
"""

import hashlib
import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from . import detached

FORMAT = "casework-document-1"
PACKED_1 = b"\x01"
SIGNATURE = 64  # bytes of r and s
RAW_DEFLATE = -15
MOST = 20_000  # bytes of a payload that is unpacked; ours have less than 2,000
GROUP = 7  # bytes that go together into digits: 56 bits take 17 of them, with hardly a waste
DIGITS = (0, 3, 5, 8, 10, 13, 15, 17)  # for so many bytes
KEY_LENGTH = 16  # hexadecimal characters of a certificate's SHA-256 that tell keys apart in a payload


@dataclass(frozen=True)
class Payload:
    """The signed fields. Days are ISO days, `expires_on` is empty when it does not expire.

    `rules` is the version of the rules table on the day of issue, `text` the text and its version, `code` the
    verification code, `key` the beginning of the SHA-256 of the certificate that checks the signature.
    """

    number: str
    kind: str
    title: str
    holder: str
    holder_code: str
    matter: str
    result: str
    unit: str
    issued_on: str
    expires_on: str
    law: tuple[str, ...]
    rules: str
    text: str
    code: str
    key: str

    @property
    def canonical(self) -> bytes:
        """The bytes that are signed."""
        return detached.canonical({"format": FORMAT, **asdict(self), "law": list(self.law)})

    @property
    def sha256(self) -> str:
        """The digest of what is signed, which the signature of the PDF repeats."""
        return hashlib.sha256(self.canonical).hexdigest()


def key_of(certificate_digest: str) -> str:
    """How a payload names the key of a certificate with this SHA-256."""
    return certificate_digest[:KEY_LENGTH]


def day(value: date | None) -> str:
    """A day as a payload says it."""
    return value.isoformat() if value else ""


def read(content: str | bytes) -> Payload:
    """The payload of canonical JSON. ValueError when it is not one of ours."""
    stated = _parsed(content)
    if not isinstance(stated, dict) or stated.pop("format", None) != FORMAT:
        raise ValueError("not a payload of this platform")
    return _from(stated)


def pack(payload: Payload, signature: str) -> str:
    """Payload and signature as decimal digits, which a QR holds most densely and an address may carry."""
    values: list[Any] = [getattr(payload, field.name) for field in fields(payload)]
    content = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
    squeeze = zlib.compressobj(9, zlib.DEFLATED, RAW_DEFLATE)
    packed = PACKED_1 + _raw(signature) + squeeze.compress(content) + squeeze.flush()
    return "".join(_digits(packed[start : start + GROUP]) for start in range(0, len(packed), GROUP))


def unpack(digits: str) -> tuple[Payload, bytes]:
    """The payload of a QR and its 64 bytes of signature, not yet checked. ValueError for anything else."""
    if not digits.isascii() or not digits.isdigit() or len(digits) > MOST:
        raise ValueError("not the digits of a payload")
    whole = DIGITS[GROUP]
    packed = b"".join(_bytes(digits[start : start + whole]) for start in range(0, len(digits), whole))
    if not packed.startswith(PACKED_1):
        raise ValueError("not a packed payload")
    squeezed = zlib.decompressobj(RAW_DEFLATE)
    try:
        content = squeezed.decompress(packed[1 + SIGNATURE :], MOST)
    except zlib.error as error:
        raise ValueError(f"not a packed payload: {error}") from error
    if not squeezed.eof or squeezed.unused_data:
        raise ValueError("not a whole packed payload, or more than one")
    values = _parsed(content)
    if not isinstance(values, list) or len(values) != len(fields(Payload)):
        raise ValueError("not the fields of a payload")
    names = (field.name for field in fields(Payload))
    return _from(dict(zip(names, values, strict=True))), packed[1 : 1 + SIGNATURE]


def signature_of(raw: bytes, *, certificate: str) -> str:
    """The detached signature whose 64 bytes stood in a QR, if they were made with the key of this certificate (PEM)."""
    return f"{detached.header_of(certificate)}..{urlsafe_b64encode(raw).rstrip(b'=').decode()}"


def _parsed(content: str | bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError as error:
        raise ValueError(f"not the JSON of a payload: {error}") from error


def _from(stated: dict[str, Any]) -> Payload:
    if stated.keys() != {field.name for field in fields(Payload)}:
        raise ValueError("not the fields of a payload")
    law = stated.pop("law")
    if not isinstance(law, list) or not all(isinstance(each, str) for each in (*law, *stated.values())):
        raise ValueError("not the fields of a payload")
    return Payload(law=tuple(law), **stated)


def _raw(signature: str) -> bytes:
    encoded = signature.rpartition(".")[2]
    return urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))


def _digits(group: bytes) -> str:
    return str(int.from_bytes(group)).zfill(DIGITS[len(group)])


def _bytes(digits: str) -> bytes:
    if len(digits) not in DIGITS:
        raise ValueError("not all the digits of a payload")
    try:
        return int(digits).to_bytes(DIGITS.index(len(digits)))
    except OverflowError as error:
        raise ValueError("not the digits of a payload") from error
