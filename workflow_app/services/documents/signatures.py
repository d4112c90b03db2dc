"""What the signature in a PDF says, judged with the certificates that we know: genuine, altered, or not ours at all.

Trust goes to the very certificates that signed here, not to whatever an authority may issue. A signature counts only if it
is the last one and reaches the last byte; a certificate must have been in force when it signed, not when somebody looks.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from asn1crypto import cms, tsp
from asn1crypto import x509 as asn1
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    PdfSignatureStatus,
    SignatureCoverageLevel,
    validate_pdf_signature,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

# Files that somebody changed are what this is for: each would fill the log with a traceback.
logging.getLogger("pyhanko.sign.validation").setLevel(logging.CRITICAL)

STAMP = "signature_time_stamp_token"
SIGNS_DOCUMENTS = KeyUsageConstraints(
    key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False
)

Chain = tuple[asn1.Certificate, ...]
"""The certificates of a key: its own first, its root last."""


@dataclass(frozen=True)
class Verdict:
    """What the signature of a file says.

    `claims_ours`: it bears a certificate of ours. `is_intact`: it holds, and covers every byte. `key_id` names the key of an
    intact one. `is_withdrawn`: that key may be in wrong hands. `stamped_at`: when a trusted authority saw the signature.
    """

    is_intact: bool
    claims_ours: bool
    key_id: str = ""
    is_withdrawn: bool = False
    stamped_at: datetime | None = None

    @property
    def intact_and_trusted(self) -> bool:
        """Whether the signature alone proves that the file is genuine."""
        return self.is_intact and not self.is_withdrawn


FOREIGN, ALTERED = Verdict(False, False), Verdict(False, True)


def judge(pdf: bytes, chains: Sequence[Chain], *, stamp_roots: Chain = ()) -> Verdict:
    """Whether these very bytes are what one of these keys signed.

    A file that carries none of the certificates is foreign and is not even parsed.
    """
    lower = pdf.lower()
    claimed = [chain for chain in chains if chain[0].dump().hex().encode() in lower]
    if not claimed:
        return FOREIGN
    try:
        signature = PdfFileReader(BytesIO(pdf)).embedded_signatures[-1]
        if covered(signature) != len(pdf):
            return ALTERED  # something stands behind the signed bytes
        own = signature.signer_cert.dump()
        chain = next(chain for chain in claimed if chain[0].dump() == own)
        stamped_at = _stamped_at(signature, stamp_roots)
        status = _status(signature, chain, stamped_at or signature.self_reported_timestamp)
        return (
            Verdict(True, True, chain[0].sha256.hex(), stamped_at=stamped_at) if _holds(status) else ALTERED
        )
    except Exception:  # a tampered file may break the parser anywhere: whatever it raises, it is not genuine
        return ALTERED


def covered(signature: EmbeddedPdfSignature) -> int:
    """Up to which byte the signature reaches."""
    _, _, start, length = signature.byte_range
    return int(start) + int(length)


def _holds(status: PdfSignatureStatus) -> bool:
    """The bottom line of the signature itself; a time stamp that can't be judged any more takes nothing from it."""
    is_unchanged = bool(status.docmdp_ok) or status.modification_level is None
    covers_all = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    return bool(status.intact and status.valid and status.trusted and is_unchanged and covers_all)


def _status(signature: EmbeddedPdfSignature, chain: Chain, moment: datetime | None) -> PdfSignatureStatus:
    trust = ValidationContext(trust_roots=[chain[-1]], other_certs=chain, allow_fetching=False, moment=moment)
    return validate_pdf_signature(
        signature, trust, ValidationContext(trust_roots=[], allow_fetching=False, moment=moment),
        key_usage_settings=SIGNS_DOCUMENTS,
    )  # fmt: skip


def _stamped_at(signature: EmbeddedPdfSignature, roots: Chain) -> datetime | None:
    """When a trusted authority saw the signature; None without a stamp, or with one that proves nothing."""
    at = time_in(signature.signer_info)
    if at is None or not roots:
        return None
    context = ValidationContext(trust_roots=list(roots), allow_fetching=False, moment=at)
    status = validate_pdf_signature(signature, context, context, key_usage_settings=SIGNS_DOCUMENTS)
    stamp = status.timestamp_validity
    return at if stamp is not None and stamp.intact and stamp.valid and stamp.trusted else None


def time_in(signer_info: cms.SignerInfo) -> datetime | None:
    """The time that the stamp of a signature states, not judged yet."""
    for attribute in signer_info["unsigned_attrs"]:
        if attribute["type"].native == STAMP:
            content = attribute["values"][0]["content"]["encap_content_info"]["content"]
            stated = content.parsed
            assert isinstance(stated, tsp.TSTInfo)
            at: datetime = stated["gen_time"].native
            return at
    return None
