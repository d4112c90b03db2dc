"""What is written about a subject because of a case: the public commitments column and credit records."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Instant


class CommitmentPublicity(Base):
    """One line of the public commitments column (承诺公示), already masked; `status` is what became of it."""

    __tablename__ = "commitment_publicity"
    __table_args__ = (Index("ix_commitment_publicity_newest", "published_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), unique=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    subject_name: Mapped[str] = mapped_column(String(200), index=True)
    subject_category: Mapped[str] = mapped_column(String(16))
    subject_code: Mapped[str] = mapped_column(String(18), index=True)
    type: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(512))
    content: Mapped[str] = mapped_column(String(4000))
    liability: Mapped[str] = mapped_column(String(4000))
    made_on: Mapped[date]
    valid_until: Mapped[date]
    unit_name: Mapped[str] = mapped_column(String(200))
    unit_code: Mapped[str] = mapped_column(String(18))
    status: Mapped[str] = mapped_column(String(20))
    unperformed: Mapped[str] = mapped_column(String(4000), default="")
    liability_pursued: Mapped[str] = mapped_column(String(4000), default="")
    confirmed_on: Mapped[date | None]
    published_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime | None] = mapped_column(Instant)


class CreditRecord(Base):
    """失信信息 of a subject; a breach of a commitment is of the kind `other` (Order 36 art. 4)."""

    __tablename__ = "credit_record"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), unique=True)
    decided_on: Mapped[date]
    title: Mapped[str] = mapped_column(String(300))
    degree: Mapped[str] = mapped_column(String(20))
    repaired_at: Mapped[datetime | None] = mapped_column(Instant)
