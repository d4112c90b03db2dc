"""The chained history: one row per step, each holding the digest of the one before. Never changed or deleted.

Database triggers refuse UPDATE and DELETE on both databases (see the migration).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Instant, SealedJSON
from .party import Person


class Event(Base):
    """A step that was taken, in the own name or for somebody who was away (`acted_for_id`). `given` is what was handed in, `changes` each fact's old and new value."""

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("case_id", "seq"),
        Index("ix_event_case_step_actor", "case_id", "step", "actor_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    seq: Mapped[int]
    step: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(30))
    target: Mapped[str] = mapped_column(String(30))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    acting_as: Mapped[str] = mapped_column(String(20))
    acted_for_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    given: Mapped[dict[str, Any]] = mapped_column(SealedJSON)
    changes: Mapped[dict[str, Any]] = mapped_column(SealedJSON)
    previous_digest: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    actor: Mapped[Person | None] = relationship(foreign_keys=[actor_id])
    acted_for: Mapped[Person | None] = relationship(foreign_keys=[acted_for_id])
