"""Documents: numbered inside the step's transaction, produced once by the worker, the same bytes for ever.

With them, what two people do to a document that should not be relied on any more, and the certificates that check the
signatures of all of them.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Instant, SealedJSON, SealedText
from .party import Person, Subject, Unit


class Document(Base):
    """One document of a case, or of a credit record where no case runs. `facts` are the frozen plain values its text needs; `sha256` of the stored bytes.

    `rules_version` is the rules table under which it was issued, `expires_on` the last day on which it may be relied on.
    `payload` and `signature` are what was signed when its bytes were made, with the key of `key_id`; `sealed_by` names the e-seal
    service (电子印章) whose seal it bears, if any. `status` is valid,
    revoked or superseded; `status_since` and `status_why` say when and why it changed, `successor_id` which one replaces it.
    """

    __tablename__ = "document"
    __table_args__ = (
        Index("ix_document_record_id", "record_id", postgresql_where=text("record_id IS NOT NULL"),
              sqlite_where=text("record_id IS NOT NULL")),
        Index("ix_document_ended", "status_since", "id", postgresql_where=text("status != 'valid'"),
              sqlite_where=text("status != 'valid'")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    record_id: Mapped[int | None] = mapped_column(ForeignKey("credit_record.id"))
    event_seq: Mapped[int]
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    facts: Mapped[dict[str, Any]] = mapped_column(SealedJSON)
    text_id: Mapped[str] = mapped_column(String(80))
    text_version: Mapped[int]
    rules_version: Mapped[str] = mapped_column(String(40), default="")
    issued_on: Mapped[date]
    expires_on: Mapped[date | None]
    issued_at: Mapped[datetime] = mapped_column(Instant)
    verify_code: Mapped[str] = mapped_column(String(40), unique=True)
    status: Mapped[str] = mapped_column(String(12), default="valid")
    status_since: Mapped[datetime | None] = mapped_column(Instant)
    status_why: Mapped[str] = mapped_column(String(40), default="")
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    payload: Mapped[str | None] = mapped_column(SealedText)
    signature: Mapped[str | None] = mapped_column(String(300))
    key_id: Mapped[str | None] = mapped_column(String(64), index=True)
    sealed_by: Mapped[str] = mapped_column(String(200), default="")
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    size: Mapped[int | None]
    storage_key: Mapped[str | None] = mapped_column(String(200))
    produced_at: Mapped[datetime | None] = mapped_column(Instant)
    subject: Mapped[Subject] = relationship()
    unit: Mapped[Unit | None] = relationship()
    successor: Mapped["Document | None"] = relationship(remote_side="Document.id")


class DocumentProposal(Base):
    """A document to be revoked (撤销) or replaced (换发), as it waits for or got the decision of a second person.

    `reason` is a code of `standing.REASONS`, `why` what the holder is told in full. `decision` is empty, confirmed,
    rejected or taken_back.
    """

    __tablename__ = "document_proposal"
    __table_args__ = (
        CheckConstraint("act IN ('revoke', 'replace')", name="act"),
        CheckConstraint("decision IN ('', 'confirmed', 'rejected', 'taken_back')", name="decision"),
        CheckConstraint("decided_by_id IS NULL OR decision = 'taken_back' OR decided_by_id != proposed_by_id",
                        name="four_eyes"),
        Index("uq_document_proposal_waiting", "document_id", unique=True, postgresql_where=text("decision = ''"),
              sqlite_where=text("decision = ''")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    act: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(40))
    why: Mapped[str] = mapped_column(String(1000))
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    decision: Mapped[str] = mapped_column(String(12), default="")
    decision_why: Mapped[str] = mapped_column(String(1000), default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    document: Mapped[Document] = relationship()
    proposed_by: Mapped[Person] = relationship(foreign_keys=[proposed_by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])


class SigningCertificate(Base):
    """A certificate with which documents were signed, own first and root last in `chain` (PEM): kept for ever, so that they stay checkable.

    `retired_at`: another key signs since. `withdrawn_at`: the key may be in wrong hands, so a signature alone proves
    nothing any more; what the platform knows by its digest stays what it is.
    """

    __tablename__ = "signing_certificate"

    id: Mapped[int] = mapped_column(primary_key=True)
    key_id: Mapped[str] = mapped_column(String(64), unique=True)
    chain: Mapped[str] = mapped_column(Text)
    first_used_at: Mapped[datetime] = mapped_column(Instant)
    retired_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_why: Mapped[str] = mapped_column(String(500), default="")
