"""Deadlines of cases. The due day is computed by `domain.deadlines`, stored for the sweep and never edited."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Instant


class Deadline(Base):
    """One running or ended clock of a case, under the rule version in force when it started."""

    __tablename__ = "deadline"
    __table_args__ = (
        Index(
            "ix_deadline_open_due",
            "due_on",
            "id",
            postgresql_where=text("closed_seq IS NULL"),
            sqlite_where=text("closed_seq IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    state: Mapped[str] = mapped_column(String(30))
    rule_id: Mapped[str] = mapped_column(String(40))
    rule_version: Mapped[str] = mapped_column(String(40))
    starts_on: Mapped[date]
    due_on: Mapped[date]
    provisional: Mapped[bool]
    explanation: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    opened_seq: Mapped[int]
    closed_seq: Mapped[int | None]
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    expired_at: Mapped[datetime | None] = mapped_column(Instant)
