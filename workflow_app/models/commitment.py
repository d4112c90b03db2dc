"""The public commitments column (承诺公示)."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Instant


class CommitmentPublicity(Base):
    """One line of the public commitments column (承诺公示), already masked; `status` is what became of it."""

    __tablename__ = "commitment_publicity"
    __table_args__ = (
        Index("ix_commitment_publicity_newest", "published_at", "id"),
        Index("ix_commitment_publicity_unit", "unit_name", "published_at", "id"),
    )

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
