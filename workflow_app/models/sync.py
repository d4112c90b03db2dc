"""Where a record went, and what each place still has to do: targets as data, tasks with a clock of their own."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Instant, SealedText
from .case import Case
from .party import Person, Unit
from .record import CreditRecord


class SyncTarget(Base):
    """A place that holds copies of records: the national site, a register, the province, a unit, a third-party site.

    `deliverer` is how it is told: `webhook` (signed POST to `address`), `file` (a file in the folder `address`) or `hand`.
    `does` lists what it is asked for: end_publicity, stop_sharing, lift_measures, update_evaluation.
    """

    __tablename__ = "sync_target"
    __table_args__ = (CheckConstraint("deliverer IN ('webhook', 'file', 'hand')", name="deliverer"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    deliverer: Mapped[str] = mapped_column(String(10))
    address: Mapped[str] = mapped_column(String(500), default="")
    secret: Mapped[str] = mapped_column(SealedText, default="")
    does: Mapped[list[str]] = mapped_column(JSON)
    page_url: Mapped[str] = mapped_column(String(500), default="")
    ended_on: Mapped[date | None]
    unit: Mapped[Unit | None] = relationship()


class SyncTask(Base):
    """What one target has to do about one record: sent → confirmed → seen (on its public page). Overdue is a question.

    `what` is end_publicity, stop_sharing, lift_measures, update_evaluation, shield, unshield or restore. A task that no
    deliverer could bring is dead and shown; it may be sent again by hand.
    """

    __tablename__ = "sync_task"
    __table_args__ = (
        Index("ix_sync_task_open", "due_on", "id", postgresql_where=text("confirmed_at IS NULL"),
              sqlite_where=text("confirmed_at IS NULL")),
        Index("ix_sync_task_case", "case_id", "id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("credit_record.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    target_id: Mapped[int] = mapped_column(ForeignKey("sync_target.id"), index=True)
    what: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(Instant)
    starts_on: Mapped[date]
    due_on: Mapped[date]
    explanation: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(String(500))
    dead_at: Mapped[datetime | None] = mapped_column(Instant)
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    evidence: Mapped[str] = mapped_column(String(1000), default="")
    evidence_key: Mapped[str | None] = mapped_column(String(200))
    seen_at: Mapped[datetime | None] = mapped_column(Instant)
    seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    seen_note: Mapped[str] = mapped_column(String(1000), default="")
    seen_key: Mapped[str | None] = mapped_column(String(200))
    told_overdue_at: Mapped[datetime | None] = mapped_column(Instant)
    record: Mapped[CreditRecord] = relationship()
    case: Mapped[Case | None] = relationship()
    target: Mapped[SyncTarget] = relationship()
    confirmed_by: Mapped[Person | None] = relationship(foreign_keys=[confirmed_by_id])
    seen_by: Mapped[Person | None] = relationship(foreign_keys=[seen_by_id])
