"""Are the stored documents still what was issued? Reads bytes, signatures and rows of every one and changes nothing.

What it finds is said to whoever runs the machine, who can only restore from a backup: a document is never made again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ...models.document import Document
from ...models.outbox import Message
from ..storage import Changed, Missing, Storage
from . import detached, documents, enclosed, keys, signatures
from .keys import Key
from .payload import Payload, read
from .signing import Signer

PORTION = 100
MESSAGE = "document"


@dataclass(frozen=True)
class Examiner:
    """What the documents are compared with: the store, and every key that ever signed here by its id."""

    storage: Storage
    known: Mapping[str, Key]
    stamp_roots: signatures.Chain


def examiner(session: Session, *, storage: Storage, signer: Signer) -> Examiner:
    """Everything that is needed to look at documents one by one."""
    known = {key.key_id: key for key in keys.certificates(session, signer)}
    return Examiner(storage, known, signer.stamp_roots)


def counted(session: Session) -> tuple[int, int]:
    """How many documents are stored, and how many are numbered and still wait for their bytes."""
    is_stored = Document.produced_at.is_not(None)
    stored = session.scalar(select(func.count()).select_from(Document).where(is_stored)) or 0
    return stored, (session.scalar(select(func.count()).select_from(Document)) or 0) - stored


def portion(session: Session, *, after: int) -> Sequence[Document]:
    """The next stored documents in the order of their ids; none when all were seen."""
    wanted = select(Document).where(Document.id > after, Document.produced_at.is_not(None))
    return session.scalars(wanted.order_by(Document.id).limit(PORTION)).all()


def given_up(session: Session) -> dict[str, str]:
    """The documents that have a number and no bytes, and nobody tries any more: number and last error."""
    dead = session.scalars(select(Message).where(Message.kind == MESSAGE, Message.dead_at.is_not(None)))
    errors = {message.payload["document_id"]: message.error or "" for message in dead}
    waiting = select(Document.id, Document.number).where(Document.produced_at.is_(None))
    rows = session.execute(waiting.order_by(Document.id)).all()
    return {number: errors[key] for key, number in rows if key in errors}


def faults(document: Document, by: Examiner) -> tuple[str, ...]:
    """What is wrong with a stored document, for whoever runs the machine; empty when it is what was issued."""
    try:
        content = by.storage.read_verified(document.storage_key or "")
    except Missing:
        return ("its file is missing from the store",)
    except Changed:
        return ("its file was changed: the SHA-256 is no longer that of what was stored",)
    except OSError as error:
        return (f"its file can't be read: {error.strerror}",)
    said = (*_of_row(document, len(content)), *_of_signature(document, content, by))
    return said if document.payload is None else (*said, *_of_payload(document, content, by))


def _of_row(document: Document, size: int) -> Sequence[str]:
    is_named = document.storage_key == document.sha256 and document.size == size
    return () if is_named else ("its row names another file: SHA-256 or size differ",)


def _of_signature(document: Document, content: bytes, by: Examiner) -> Sequence[str]:
    chains = [key.chain for key in by.known.values()]
    verdict = signatures.judge(content, chains, stamp_roots=by.stamp_roots)
    if not verdict.is_intact:
        return ("the signature of its file does not hold, or its key is not known here",)
    if document.key_id is not None and verdict.key_id != document.key_id:
        return ("its file is signed with another key than its row says",)
    return ()


def _of_payload(document: Document, content: bytes, by: Examiner) -> list[str]:
    """What was signed, as the row keeps it: by the key it names, as in the file, and as the row's other columns say."""
    assert document.payload is not None
    found, key = [], by.known.get(document.key_id or "")
    signed = document.payload.encode()
    if key is None or not detached.is_genuine(document.signature or "", signed, certificate=key.certificate):
        found.append("the signed content in its row is not genuine")
    try:
        payload = read(document.payload)
    except ValueError:
        return [*found, "the signed content in its row can't be read"]
    if enclosed.payload_in(content) != (payload, document.signature):
        found.append("the signed content in its file is not that of its row")
    if changed := _changed(payload, documents.payload_of_row(document, key=payload.key)):
        found.append(f"its row was changed since it was signed: {', '.join(changed)}")
    return found


def _changed(signed: Payload, stated: Payload) -> list[str]:
    names = (field.name for field in fields(Payload))
    return [name for name in names if getattr(signed, name) != getattr(stated, name)]
