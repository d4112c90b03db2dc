"""Deadlines of cases. The due day is computed by `domain.deadlines`, stored for the sweep and never edited."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Instant


class Deadline(Base):
    """One running or ended clock of a case, under the rule version in force when it started.

    `act_on` is the next legal day on which time itself has something to do for it: remind, expire, tell the next one
    up; None when nothing is left. `escalated` counts who was told so far. `paused_on`: the clock stands since that day.
    """

    __tablename__ = "deadline"
    __table_args__ = (
        Index(
            "ix_deadline_open_due",
            "due_on",
            "id",
            postgresql_where=text("closed_seq IS NULL"),
            sqlite_where=text("closed_seq IS NULL"),
        ),
        Index(
            "ix_deadline_to_act",
            "act_on",
            "id",
            postgresql_where=text("closed_seq IS NULL AND act_on IS NOT NULL"),
            sqlite_where=text("closed_seq IS NULL AND act_on IS NOT NULL"),
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
    act_on: Mapped[date | None]
    escalated: Mapped[int] = mapped_column(default=0)
    paused_on: Mapped[date | None]
