"""What anybody needs to judge our documents without us: which ones ended, and whose signatures are ours. Dated and signed.

Names no holder and no number: who holds a document finds it by the digest of its verification code, and nobody else
learns of it here. That a document expired is no news: its last day stands in what was signed. Signed like the feeds.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from ...models.document import Document
from ..house import House
from . import detached
from .keys import Key, certificates
from .standing import REASONS, VALID

REVOCATIONS_FORMAT, KEYS_FORMAT = "casework-revocations-1", "casework-keys-1"
REVOCATIONS_PATH, KEYS_PATH, CHECKER_PATH = (
    "/verify/revocations.json",
    "/verify/keys.json",
    "/verify/checker.html",
)
HANDLE = 32  # hexadecimal characters of the SHA-256 of a code: 128 bits
FRESH_FOR = timedelta(days=7)  # who relies on an older list should fetch a new one


def revocations(session: Session, house: House, *, now: datetime) -> dict[str, Any]:
    """All documents that two people or a decision ended, oldest first: which, how, since when, why, and what replaces it.

    Two answers of the same minute are the same byte for byte where nothing happened between them.
    """
    successor = aliased(Document)
    rows = session.execute(
        select(
            Document.verify_code, Document.status, Document.status_since, Document.status_why, successor.verify_code
        )
        .outerjoin(successor, Document.successor_id == successor.id)
        .where(Document.status != VALID)
        .order_by(Document.status_since, Document.id)
    )  # fmt: skip
    entries = [
        _entry(code, status, since, why, replaced_by) for code, status, since, why, replaced_by in rows
    ]
    return _signed(
        house, REVOCATIONS_FORMAT, REVOCATIONS_PATH, now, {"reasons": dict(REASONS), "entries": entries}
    )


def keys(session: Session, house: House, *, now: datetime) -> dict[str, Any]:
    """Every certificate whose signature is ours, oldest first, the present one last; also those that were withdrawn."""
    known = certificates(session, house.signer)
    return _signed(house, KEYS_FORMAT, KEYS_PATH, now, {"entries": [_key(each) for each in known]})


def handle(code: str) -> str:
    """How the list names the document with this verification code."""
    return hashlib.sha256(code.encode()).hexdigest()[:HANDLE]


def _entry(
    code: str, status: str, since: datetime | None, why: str, replaced_by: str | None
) -> dict[str, str]:
    entry = {"document": handle(code), "status": status, "since": _at(since), "why": why}
    return entry | ({"successor": handle(replaced_by)} if replaced_by else {})


def _key(key: Key) -> dict[str, str]:
    return {
        "key": key.key_id,
        "certificates": key.pem,
        "first_used": _at(key.first_used_at),
        "retired": _at(key.retired_at),
        "withdrawn": _at(key.withdrawn_at),
        "why": key.withdrawn_why,
    }


def _at(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else ""


def _signed(house: House, format_: str, path: str, now: datetime, content: dict[str, Any]) -> dict[str, Any]:
    made_at = now.replace(second=0, microsecond=0)
    stated = {
        "format": format_,
        "issuer": house.site_name,
        "division": house.division,
        "address": f"{house.site_url}{path}",
        "made_at": _at(made_at),
        "fresh_until": _at(made_at + FRESH_FOR),
        **content,
    }
    signature = detached.sign(house.signer, detached.canonical(stated))
    return {"list": stated, "signature": signature, "certificate": detached.certificate(house.signer)}
