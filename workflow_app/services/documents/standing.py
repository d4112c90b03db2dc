"""Whether a document may be relied on: valid, revoked, superseded or expired, since when, why, and what replaces it.

The one place that ends a document. Why is one of a few codes that anybody may read on the verify page and in the signed
list; what the holder is told in full stands elsewhere. Ending never touches the bytes.
"""

from datetime import date, datetime

from sqlalchemy import ColumnElement, case, update
from sqlalchemy.orm import Session

from ...domain.words import N_
from ...models.document import Document
from .cards import Card

VALID, REVOKED, SUPERSEDED, EXPIRED = "valid", "revoked", "superseded", "expired"
REASONS = {
    "decision_undone": N_("作为依据的决定已被撤销或者纠正"),
    "record_corrected": N_("其中的信息经核查有更正"),
    "issued_in_error": N_("出具有误"),
    "facts_untrue": N_("出具时依据的情况不属实"),
    "particulars_changed": N_("其中的名称等事项已经变更"),
}
"""Why a document may end, as the public reads it."""


def of(document: Document | Card, *, today: date) -> str:
    """Its standing on a legal day. What two people ended stays ended, whether or not its time is over too."""
    if document.status != VALID:
        return document.status
    is_over = document.expires_on is not None and document.expires_on < today
    return EXPIRED if is_over else VALID


def end(
    session: Session,
    wanted: ColumnElement[bool],
    *,
    status: str,
    why: str,
    now: datetime,
    successor: int | None = None,
) -> None:
    """End the documents that meet a condition: `why` is a code of REASONS. What is revoked is never only superseded.

    One that was superseded and is revoked now is revoked from now on.
    """
    assert why in REASONS, why
    still = Document.status == VALID if status == SUPERSEDED else Document.status != REVOKED
    values = {"status": status, "status_since": now, "status_why": why}
    kept = case((Document.successor_id.is_(None), successor), else_=Document.successor_id)
    session.execute(update(Document).where(wanted, still).values({**values, "successor_id": kept}))
