"""Papers handed in with a case. The bytes lie in the storage; the row holds what was found out about them."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Instant


class Attachment(Base):
    """One file for one field. `submitted_seq` is the event that handed it in; until then it may be removed."""

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    field: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(200))
    type: Mapped[str] = mapped_column(String(60))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    storage_key: Mapped[str] = mapped_column(String(200))
    scan: Mapped[str] = mapped_column(String(12), default="not_scanned")
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    uploaded_at: Mapped[datetime] = mapped_column(Instant)
    submitted_seq: Mapped[int | None]
    removed_at: Mapped[datetime | None] = mapped_column(Instant)
