"""Cases of every workflow share one table; what only one workflow knows lies in `facts`.

Whatever is asked across cases is a column with the index its question needs. Only `services.engine.perform` writes
`state`, and it alone keeps `due_on`, a copy of the nearest open deadline that the queue sorts by.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Instant, SealedJSON
from .catalogue import CommitmentItem
from .party import Person, Subject, Unit
from .record import CreditRecord
from .repair import RepairApplication

NO_DUE_DAY = date(9999, 12, 31)
"""Stored for a case without a deadline, so that the queue can page by (due_on, id) without NULLs."""
OPEN, DONE = text("ended_at IS NULL"), text("ended_at IS NOT NULL")
ASSIGNED, OF_A_RECORD, APPLIED = (
    text(f"{column} IS NOT NULL") for column in ("assignee_id", "record_id", "application_id")
)

OF_A_SUBJECT = (
    *("subject_id", "workflow", "state", "due_on", "id"),
    *("created_at", "ended_at", "unit_id", "opened_by_id"),
)
"""All that a search by name asks of a case, so that it goes through thousands of them within the index."""
OF_THE_OPEN = ("due_on", "id", "unit_id", "workflow", "state")
"""All that the board of late cases asks of them."""


class Case(Base):
    """One case. `ref` addresses a draft; `number` is given when it is handed in, gap-free per day.

    `assignee_id` with `lease_until` is somebody who took it for a while; without, somebody to whom it was assigned.
    `ended_at` is kept by the engine: since when the case rests in a state that ends it.
    """

    __tablename__ = "case"
    __table_args__ = (
        Index("ix_case_unit_queue", "unit_id", "workflow", "state", "due_on", "id"),
        Index("ix_case_subject_queue", *OF_A_SUBJECT),
        Index("ix_case_serial", text("substr(number, 20)"), text("substr(number, 11, 8)"), "unit_id"),
        Index("ix_case_queue", "workflow", "state", "due_on", "id"),
        Index(
            "ix_case_assignee",
            "assignee_id",
            "due_on",
            "id",
            postgresql_where=ASSIGNED,
            sqlite_where=ASSIGNED,
        ),
        Index("ix_case_record_id", "record_id", postgresql_where=OF_A_RECORD, sqlite_where=OF_A_RECORD),
        Index("ix_case_application_id", "application_id", postgresql_where=APPLIED, sqlite_where=APPLIED),
        Index("ix_case_unit_open", "unit_id", "due_on", "id", postgresql_where=OPEN, sqlite_where=OPEN),
        Index("ix_case_subject_open", "subject_id", "due_on", "id", postgresql_where=OPEN, sqlite_where=OPEN),
        Index("ix_case_open", *OF_THE_OPEN, postgresql_where=OPEN, sqlite_where=OPEN),
        Index("ix_case_unit_done", "unit_id", "ended_at", "id", postgresql_where=DONE, sqlite_where=DONE),
        Index("ix_case_done", "ended_at", "id", postgresql_where=DONE, sqlite_where=DONE),
        Index("ix_case_all", "workflow", "created_at", "id"),
        Index("ix_case_unit_all", "unit_id", "workflow", "created_at", "id"),
        Index(
            "ix_case_ended", "workflow", "state", "created_at", "id", postgresql_where=DONE, sqlite_where=DONE
        ),
        Index(
            "ix_case_unit_ended",
            "unit_id",
            "workflow",
            "state",
            "created_at",
            "id",
            postgresql_where=DONE,
            sqlite_where=DONE,
        ),
        Index("ix_case_opened_by", "opened_by_id", "workflow", "created_at", "id"),
        Index(
            "ix_case_opened_by_done",
            "opened_by_id",
            "ended_at",
            "id",
            postgresql_where=DONE,
            sqlite_where=DONE,
        ),
        Index(
            "ix_case_opened_by_open", "opened_by_id", "due_on", "id", postgresql_where=OPEN, sqlite_where=OPEN
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    number: Mapped[str | None] = mapped_column(String(32), unique=True)
    workflow: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(30))
    version: Mapped[int] = mapped_column(default=1)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("commitment_item.id"))
    record_id: Mapped[int | None] = mapped_column(
        ForeignKey("credit_record.id", name="fk_case_record_id_credit_record", use_alter=True)
    )
    application_id: Mapped[int | None] = mapped_column(ForeignKey("repair_application.id"))
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assigned_at: Mapped[datetime | None] = mapped_column(Instant)
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    due_on: Mapped[date] = mapped_column(default=NO_DUE_DAY)
    facts: Mapped[dict[str, Any]] = mapped_column(SealedJSON)
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

    subject: Mapped[Subject] = relationship()
    unit: Mapped[Unit | None] = relationship()
    item: Mapped[CommitmentItem | None] = relationship()
    record: Mapped[CreditRecord | None] = relationship(foreign_keys=[record_id])
    application: Mapped[RepairApplication | None] = relationship()
    assignee: Mapped[Person | None] = relationship(foreign_keys=[assignee_id])

    @property
    def address(self) -> str:
        """What stands in its URL: the number once there is one, the draft's reference before."""
        return self.number or self.ref


class Serial(Base):
    """The last serial given, per kind of number, division and day; locked while the next is taken."""

    __tablename__ = "serial"

    series: Mapped[str] = mapped_column(String(40), primary_key=True)
    last: Mapped[int]
