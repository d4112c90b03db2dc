"""Is this document genuine? Answered to anybody, without signing in, with every field that was signed.

Asked by the random code of a document; by its number, which can be guessed, only together with its holder; by the text of
its QR; or by the file itself. What is handed in is compared with the register and not kept.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date, datetime
from hmac import compare_digest

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ...domain import clock
from ...domain.words import Sentence
from ...models.document import Document
from . import detached, keys, signed_fields, standing
from .answers import Answer, How, Outcome, Signed
from .documents import payload_of
from .enclosed import Scanned, payload_in
from .keys import Key
from .payload import Payload, key_of, signature_of, unpack
from .signing import Signer

MAX_FILE = 20 * 1024 * 1024  # bytes; our own documents have less than 1 MB
LOOKALIKES = str.maketrans("018", "OIB")  # a printed code has neither 0 nor 1 nor 8
NOT_IN_CODES = re.compile("[^A-Z2-7]+")
LONGEST_CODE = 40
NUMBER = re.compile(r"[A-Z]{2,4}-\d{6}-\d{8}-\d{6}")
DASHES = re.compile("[‐‑‒–—―−﹣－_]+")


@dataclass(frozen=True)
class Register:
    """From what is answered: what is registered, with which keys, at which moment."""

    session: Session
    signer: Signer
    now: datetime

    @property
    def today(self) -> date:
        """The legal day."""
        return clock.legal_day(self.now)

    def of_code(self, code: str) -> Document | None:
        """The document with this verification code."""
        return self.session.scalar(select(Document).where(Document.verify_code == code))

    def key_named(self, name: str) -> Key | None:
        """The key that signed here under this name, that of a payload or the whole digest."""
        known = keys.certificates(self.session, self.signer)
        return next((key for key in known if name and key_of(key.key_id) == key_of(name)), None)


def meant(code: str) -> str:
    """The code that somebody meant, also by its address: without the dashes of the print, look-alikes put right."""
    typed = code[:400].rpartition("/verify/")[2].partition("#")[0]
    return NOT_IN_CODES.sub("", typed.upper().translate(LOOKALIKES))[:LONGEST_CODE]


def number_meant(text: str) -> str:
    """The number of a document that somebody meant, or nothing: full-width signs, other dashes and blanks put right."""
    plain = "".join(unicodedata.normalize("NFKC", text[:200]).upper().split())
    number = DASHES.sub("-", plain)
    return number if NUMBER.fullmatch(number) else ""


def changed_at(session: Session) -> datetime | None:
    """When a document was last revoked or superseded."""
    return session.scalar(select(func.max(Document.status_since)).where(Document.status != standing.VALID))


def answer(register: Register, code: str) -> Answer:
    """The answer for a verification code as somebody typed it."""
    document = register.of_code(meant(code))
    return about(register, document) if document else Answer(Outcome.UNKNOWN)


def answer_number(register: Register, number: str, holder: str) -> Answer:
    """The answer for a number and the holder's name as printed. A wrong pair answers like a number that never was."""
    document = register.session.scalar(select(Document).where(Document.number == number_meant(number)))
    if document is not None:
        printed = payload_of(document, key="").holder
        if compare_digest(_folded(printed).encode(), _folded(holder[:200]).encode()):
            return replace(about(register, document), how=How.NUMBER)
    return Answer(Outcome.UNKNOWN, How.NUMBER)


def answer_scan(register: Register, scan: Scanned, *, site_url: str) -> Answer:
    """The answer for the text of a QR: its signature first, then each field against what is registered."""
    found = replace(_scanned(register, scan), how=How.SCAN)
    return replace(found, elsewhere=scan.site not in ("", site_url))


def answer_file(register: Register, content: bytes) -> Answer:
    """The answer for the bytes of a file: the stored digest decides, then the signature says what it is."""
    verdict = keys.judge(register.session, register.signer, content)
    digest = hashlib.sha256(content).hexdigest()
    document = register.session.scalar(select(Document).where(Document.sha256 == digest))
    if document:
        found = about(register, document)
        signed = replace(found.signed, stamped_at=verdict.stamped_at) if found.signed else None
        return replace(found, how=How.FILE, signed=signed)
    if verdict.is_intact:
        return Answer(Outcome.UNKNOWN, How.FILE, is_withdrawn=verdict.is_withdrawn)
    return _altered_file(register, content) if verdict.claims_ours else Answer(Outcome.FOREIGN, How.FILE)


def about(register: Register, document: Document) -> Answer:
    """The answer for a document that was issued here. What no longer fits its own signature is not relied on."""
    payload, key = _registered(document), register.key_named(document.key_id or "")
    stated = Outcome(standing.of(document, today=register.today))
    return Answer(
        stated if _fits(document, payload, key) else Outcome.ALTERED,
        kind=document.kind,
        fields=signed_fields.rows(payload),
        since=_since(document, stated),
        why=Sentence(standing.REASONS[document.status_why]) if document.status_why else None,
        successor=document.successor.number if document.successor else "",
        signed=_signature(document, payload, key),
        is_withdrawn=key is not None and key.withdrawn_at is not None,
    )


def _scanned(register: Register, scan: Scanned) -> Answer:
    """The answer for the digits of a QR and the code of its address."""
    of_address = register.of_code(meant(scan.code)) if scan.code else None
    try:
        stated, raw = unpack(scan.digits)
    except (
        ValueError
    ):  # cut off, mistyped, or never ours: the code of the address tells which document it should be
        return _altered(register, of_address) if of_address else Answer(Outcome.FOREIGN)
    registered = register.of_code(stated.code)
    key = register.key_named(stated.key)
    if key is None:
        return _altered(register, of_address, stated) if of_address else Answer(Outcome.FOREIGN)
    if not _is_genuine(stated, signature_of(raw, certificate=key.certificate), key):
        return _altered(register, of_address or registered, stated)
    if scan.code and meant(scan.code) != stated.code:  # the address of one document, the content of another
        return _altered(register, of_address, stated)
    if registered is None:
        return Answer(Outcome.UNKNOWN, is_withdrawn=key.withdrawn_at is not None)
    if signed_fields.differences(stated, _registered(registered)):
        return _altered(register, registered, stated)
    return replace(about(register, registered), compared=len(signed_fields.LABELS))


def _altered_file(register: Register, content: bytes) -> Answer:
    """A file that was changed after it was signed; its payload, where that is still genuine, tells what is registered."""
    found = payload_in(content)
    key = register.key_named(found[0].key) if found else None
    if found is None or not _is_genuine(*found, key):
        return Answer(Outcome.ALTERED, How.FILE)
    return replace(_altered(register, register.of_code(found[0].code)), how=How.FILE)


def _altered(register: Register, document: Document | None, stated: Payload | None = None) -> Answer:
    """Something that says otherwise than it was signed, with what is registered and each field that differs."""
    if document is None:
        return Answer(Outcome.ALTERED)
    differs = signed_fields.differences(stated, _registered(document)) if stated else ()
    return replace(about(register, document), outcome=Outcome.ALTERED, differs=differs)


def _registered(document: Document) -> Payload:
    return payload_of(document, key=key_of(document.key_id or ""))


def _signature(document: Document, payload: Payload, key: Key | None) -> Signed:
    signature = document.signature or ""
    digest = payload.sha256 if signature else ""
    return Signed(digest, document.sha256 or "", signature, key, document.sealed_by)


def _fits(document: Document, payload: Payload, key: Key | None) -> bool:
    """Whether a row still says what was signed for it. One from before payloads were kept has only its file."""
    if document.payload is None:
        return True
    is_its_own = (payload.number, payload.code) == (document.number, document.verify_code)
    return is_its_own and _is_genuine(payload, document.signature or "", key)


def _is_genuine(payload: Payload, signature: str, key: Key | None) -> bool:
    return key is not None and detached.is_genuine(signature, payload.canonical, certificate=key.certificate)


def _since(document: Document, stated: Outcome) -> date | None:
    if stated is Outcome.EXPIRED:
        return document.expires_on
    return clock.legal_day(document.status_since) if document.status_since else None


def _folded(name: str) -> str:
    """A name without what nobody sees on paper: blanks, width and case."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
