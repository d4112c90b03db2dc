"""What the office changes in the rulebook: holiday notices, rule values, and the ledger of every clock.

Nothing here is ever edited or deleted: a correction is a further row. What a row means is said in `domain.calendar`,
`domain.rules` and `domain.deadlines`; this module only keeps it.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Instant
from .deadline import Deadline
from .party import Person


class CalendarNotice(Base):
    """One version of the holiday notice of one year; of several the one with the highest id is in force.

    `off` maps ISO days to the name of the holiday, `working` lists the weekend days made working days.
    """

    __tablename__ = "calendar_notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(index=True)
    off: Mapped[dict[str, str]] = mapped_column(JSON)
    working: Mapped[list[str]] = mapped_column(JSON)
    source: Mapped[str] = mapped_column(String(300))
    reason: Mapped[str] = mapped_column(String(500))
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime] = mapped_column(Instant)
    entered_by: Mapped[Person | None] = relationship()


class RuleChange(Base):
    """A changed or added row of the rules table: proposed by one person, decided by another.

    `row` has the columns of the rules table as text. An approved change has `applied_n`, 1 for the first one; the pack
    of version `…+n` is the built-in one with the changes 1 to n laid over it. `moves_running`: clocks that run under the old
    value were moved on purpose.
    """

    __tablename__ = "rule_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_id: Mapped[str] = mapped_column(String(40), index=True)
    place: Mapped[str] = mapped_column(String(6))
    row: Mapped[dict[str, str]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(500))
    moves_running: Mapped[bool] = mapped_column(default=False)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decision: Mapped[str | None] = mapped_column(String(10))
    decision_reason: Mapped[str | None] = mapped_column(String(500))
    applied_n: Mapped[int | None] = mapped_column(unique=True)
    proposed_by: Mapped[Person] = relationship(foreign_keys=[proposed_by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])


class ClockEntry(Base):
    """One entry in the ledger of a clock. Append-only; the due day follows from all of them.

    `event_seq` is the event of the case's history that tells who wrote it, why, and with which paper. `rule` is the row
    of the rule that an extension goes by, frozen as it was.
    """

    __tablename__ = "clock_entry"
    __table_args__ = (Index("ix_clock_entry_deadline", "deadline_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deadline_id: Mapped[int] = mapped_column(ForeignKey("deadline.id"))
    event_seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(1000))
    rule: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    was: Mapped[str] = mapped_column(String(40), default="")
    old_due_on: Mapped[date]
    new_due_on: Mapped[date]
    deadline: Mapped[Deadline] = relationship()


class Recount(Base):
    """A new calendar version, or a rule moved on purpose, on its way through the open clocks; kept when it is done.

    `kind` is `calendar` or `rule`, `source_id` the notice or the change; `reached_id` the last deadline looked at.
    """

    __tablename__ = "recount"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    source_id: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    reached_id: Mapped[int] = mapped_column(default=0)
    looked_at: Mapped[int] = mapped_column(default=0)
    moved: Mapped[int] = mapped_column(default=0)
