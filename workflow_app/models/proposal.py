"""What one person of a unit wants to do to a record and a second one decides: nothing is a record before that."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Instant, SealedJSON
from .party import Person, Subject, Unit
from .record import CreditRecord


class RecordProposal(Base):
    """A record to be entered, changed or withdrawn, as it waits for or got its decision.

    `wanted` holds the columns as they are to be. Of a withdrawal `known_on` is the day on which the unit knew that the
    decision was revoked, and `due_on` the last day of RP-12. `decision` is empty, confirmed, rejected or taken_back.
    """

    __tablename__ = "record_proposal"
    __table_args__ = (
        CheckConstraint("kind IN ('entry', 'change', 'withdrawal')", name="kind"),
        CheckConstraint("decision IN ('', 'confirmed', 'rejected', 'taken_back')", name="decision"),
        Index("ix_record_proposal_unit", "unit_id", "decision", "id"),
        Index("ix_record_proposal_due", "due_on", "id", postgresql_where=text("decision = ''"),
              sqlite_where=text("decision = ''")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"), index=True)
    record_id: Mapped[int | None] = mapped_column(ForeignKey("credit_record.id"), index=True)
    wanted: Mapped[dict[str, Any]] = mapped_column(SealedJSON)
    why: Mapped[str] = mapped_column(String(500), default="")
    known_on: Mapped[date | None]
    due_on: Mapped[date | None]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    decision: Mapped[str] = mapped_column(String(12), default="")
    decision_why: Mapped[str] = mapped_column(String(500), default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    told_overdue_at: Mapped[datetime | None] = mapped_column(Instant)

    unit: Mapped[Unit] = relationship()
    subject: Mapped[Subject] = relationship()
    record: Mapped[CreditRecord | None] = relationship()
    proposed_by: Mapped[Person] = relationship(foreign_keys=[proposed_by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
