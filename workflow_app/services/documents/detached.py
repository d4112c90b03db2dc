"""Signatures beside what they sign: a detached JWS (RFC 7515 appendix F, ES256) over canonical JSON (RFC 8785).

Made with the key that signs documents and checked with its certificate, by any JOSE library in any language. The same
content always gets the same signature (RFC 6979), so an answer that did not change stays the same byte for byte.
"""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from .signing import Signer

HALF = 32  # bytes of r and of s on P-256
ALGORITHM = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)


def canonical(content: Mapping[str, Any]) -> bytes:
    """The one form that is signed: sorted keys, no blanks, UTF-8. For strings, integers, lists and objects only."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sign(signer: Signer, content: bytes) -> str:
    """The detached signature: header and signature with nothing between the two dots."""
    key = serialization.load_der_private_key(signer.signer.signing_key.dump(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)  # `Signer.from_pem` takes no other
    header = _header(bytes.fromhex(signer.key_id))
    r, s = decode_dss_signature(key.sign(_signed_part(header, content), ALGORITHM))
    return f"{header}..{_encoded(r.to_bytes(HALF, 'big') + s.to_bytes(HALF, 'big'))}"


def is_genuine(signature: str, content: bytes, *, certificate: str) -> bool:
    """Whether the key of this certificate (PEM) signed exactly these bytes."""
    header, _, rest = signature.partition(".")
    try:
        raw = _decoded(rest.removeprefix("."))
        own = x509.load_pem_x509_certificate(certificate.encode())
        key = own.public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey) or len(raw) != 2 * HALF:
            return False
        if json.loads(_decoded(header)) != {
            "alg": "ES256",
            "x5t#S256": _encoded(hashlib.sha256(own.public_bytes(serialization.Encoding.DER)).digest()),
        }:
            return False
        r, s = int.from_bytes(raw[:HALF], "big"), int.from_bytes(raw[HALF:], "big")
        key.verify(encode_dss_signature(r, s), _signed_part(header, content), ec.ECDSA(hashes.SHA256()))
    except (ValueError, InvalidSignature):
        return False
    return True


def header_of(certificate: str) -> str:
    """The first part of every signature that the key of this certificate (PEM) makes."""
    own = x509.load_pem_x509_certificate(certificate.encode())
    return _header(own.fingerprint(hashes.SHA256()))


def certificate(signer: Signer) -> str:
    """The signing certificate as PEM, for those who check."""
    own = x509.load_der_x509_certificate(signer.chain[0].dump())
    return own.public_bytes(serialization.Encoding.PEM).decode()


def _header(certificate_digest: bytes) -> str:
    return _encoded(canonical({"alg": "ES256", "x5t#S256": _encoded(certificate_digest)}))


def _signed_part(header: str, content: bytes) -> bytes:
    return f"{header}.{_encoded(content)}".encode()


def _encoded(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
