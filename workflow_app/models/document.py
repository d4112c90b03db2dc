"""Documents: numbered inside the step's transaction, produced once by the worker, the same bytes for ever."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Instant, SealedJSON
from .party import Subject, Unit


class Document(Base):
    """One document of a case, or of a credit record where no case runs. `facts` are the frozen plain values its text needs; `sha256` of the stored bytes."""

    __tablename__ = "document"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    record_id: Mapped[int | None] = mapped_column(ForeignKey("credit_record.id"), index=True)
    event_seq: Mapped[int]
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    facts: Mapped[dict[str, Any]] = mapped_column(SealedJSON)
    text_id: Mapped[str] = mapped_column(String(80))
    text_version: Mapped[int]
    issued_on: Mapped[date]
    issued_at: Mapped[datetime] = mapped_column(Instant)
    verify_code: Mapped[str] = mapped_column(String(40), unique=True)
    status: Mapped[str] = mapped_column(String(12), default="valid")
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    size: Mapped[int | None]
    storage_key: Mapped[str | None] = mapped_column(String(200))
    produced_at: Mapped[datetime | None] = mapped_column(Instant)
    subject: Mapped[Subject] = relationship()
    unit: Mapped[Unit | None] = relationship()
