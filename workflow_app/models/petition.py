"""An objection of somebody who has no account here, as it came in, until a clerk has confirmed who it is."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Instant, SealedJSON
from .case import Case
from .party import Person
from .record import CreditRecord


class Petition(Base):
    """来件: what was typed and uploaded, and what came of it. Nothing of it touches a record before `decision`.

    `code_digest` is the digest of the code with which its author asks how it stands. `said` is sealed: who, how to be
    reached, and the objection itself. `files` names the stored uploads. `told_overdue_at`: when the lead was told that
    nobody decided in time.
    """

    __tablename__ = "petition"
    __table_args__ = (
        CheckConstraint("decision IN ('', 'confirmed', 'returned')", name="decision"),
        Index("ix_petition_decision", "decision", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    code_digest: Mapped[str] = mapped_column(String(64))
    record_id: Mapped[int] = mapped_column(ForeignKey("credit_record.id"), index=True)
    ground: Mapped[str] = mapped_column(String(20))
    said: Mapped[dict[str, Any]] = mapped_column(SealedJSON)
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    received_at: Mapped[datetime] = mapped_column(Instant)
    decision: Mapped[str] = mapped_column(String(12), default="")
    decision_why: Mapped[str] = mapped_column(String(500), default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    told_overdue_at: Mapped[datetime | None] = mapped_column(Instant)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    record: Mapped[CreditRecord] = relationship()
    decided_by: Mapped[Person | None] = relationship()
    case: Mapped[Case | None] = relationship()
