"""What is asked across objections: one row for each, beside its case; and the public notices of what was corrected.

The case holds what people said; this holds what lists and figures ask for, so that nobody opens sealed facts for them.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Instant
from .case import Case
from .party import Unit
from .record import CreditRecord


class Objection(Base):
    """An objection from the day it was handed in. `unit_id` is the provider that answers for the record.

    `working_days` is how many passed from the receipt to the first result, whatever stood still meanwhile; `is_late`
    whether that was after the end of the overall clock (OB-09), which knows what stood still. `was_changed`: a review
    changed the result, also where it was corrected before and after.
    """

    __tablename__ = "objection"
    __table_args__ = (
        CheckConstraint(
            "result IN ('', 'corrected', 'maintained', 'unclear', 'refused', 'withdrawn')", name="result"
        ),
        Index("ix_objection_unit", "unit_id", "received_on"),
        Index("ix_objection_received", "received_on"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True, autoincrement=False)
    record_id: Mapped[int] = mapped_column(ForeignKey("credit_record.id"), index=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    ground: Mapped[str] = mapped_column(String(20))
    remedy: Mapped[str] = mapped_column(String(12), default="")
    result: Mapped[str] = mapped_column(String(12), default="")
    received_on: Mapped[date]
    answered_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    working_days: Mapped[int | None]
    is_late: Mapped[bool | None]
    filled_by: Mapped[str] = mapped_column(String(12), default="own")
    was_reviewed: Mapped[bool] = mapped_column(default=False)
    was_changed: Mapped[bool] = mapped_column(default=False)
    case: Mapped[Case] = relationship()
    record: Mapped[CreditRecord] = relationship()
    unit: Mapped[Unit] = relationship()


class CorrectionNotice(Base):
    """更正公告: what had been published and was wrong, told where it had been published. Never changed.

    `how` is changed, removed or ended; `lines` holds what may be shown in public: field, old and new.
    """

    __tablename__ = "correction_notice"
    __table_args__ = (
        CheckConstraint("how IN ('changed', 'removed', 'ended')", name="how"),
        Index("ix_correction_notice_published", "published_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("credit_record.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    how: Mapped[str] = mapped_column(String(10))
    decision_no: Mapped[str] = mapped_column(String(128))
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    published_at: Mapped[datetime] = mapped_column(Instant)
    record: Mapped[CreditRecord] = relationship()
