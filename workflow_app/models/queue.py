"""What reviewers leave around cases: who stands in for whom, saved views, acts on many cases at once, urging, second
looks, and lists to take away. None of it changes a case; only the engine does.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Instant, SealedJSON
from .case import Case
from .party import Person, Unit


class StandIn(Base):
    """代办: from the first to the last day, both included, the deputy handles the cases of somebody who is away.

    It carries the rights the absent person has in units on each day, for cases alone, and is never passed on.
    """

    __tablename__ = "stand_in"
    __table_args__ = (
        CheckConstraint("person_id != deputy_id", name="another_person"),
        CheckConstraint("from_on <= until_on", name="days"),
        Index("ix_stand_in_deputy", "deputy_id", "until_on"),
        Index("ix_stand_in_person", "person_id", "until_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    deputy_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    from_on: Mapped[date]
    until_on: Mapped[date]
    why: Mapped[str] = mapped_column(String(500))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    deputy: Mapped[Person] = relationship(foreign_keys=[deputy_id])
    made_by: Mapped[Person] = relationship(foreign_keys=[made_by_id])


class HandOver(Base):
    """A case changed hands: somebody took it (`claimed`) or gave it back (`released`), a head gave it to somebody
    (`assigned`), or it went to whoever had least to do (`shared_out`). Only added; beside the case, not in its history.
    """

    __tablename__ = "hand_over"
    __table_args__ = (
        CheckConstraint("what IN ('claimed', 'released', 'assigned', 'shared_out')", name="what"),
        Index("ix_hand_over_case", "case_id", "id"),
        Index("ix_hand_over_to", "to_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    what: Mapped[str] = mapped_column(String(10))
    from_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    to_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    why: Mapped[str] = mapped_column(String(500), default="")
    from_person: Mapped[Person | None] = relationship(foreign_keys=[from_id])
    to_person: Mapped[Person | None] = relationship(foreign_keys=[to_id])
    by: Mapped[Person | None] = relationship(foreign_keys=[by_id])


class SavedView(Base):
    """A tab of the queue with its filters under a name of its owner's choosing; `asked` are the words of its address."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("person_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(60))
    asked: Mapped[dict[str, str]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(Instant)


class Batch(Base):
    """One act on many cases: claim, assign, a step, or urging. Each row is judged and done by itself."""

    __tablename__ = "batch"
    __table_args__ = (CheckConstraint("act IN ('claim', 'release', 'assign', 'step', 'urge')", name="act"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    act: Mapped[str] = mapped_column(String(10))
    given: Mapped[dict[str, Any]] = mapped_column(SealedJSON)
    made_at: Mapped[datetime] = mapped_column(Instant)
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    person: Mapped[Person] = relationship()
    rows: Mapped[list["BatchRow"]] = relationship(back_populates="batch", order_by="BatchRow.position")


class BatchRow(Base):
    """One case of a batch: the version its reader saw, and how it went. `outcome` is empty, done, refused, stale or failed."""

    __tablename__ = "batch_row"
    __table_args__ = (
        UniqueConstraint("batch_id", "position"),
        CheckConstraint("outcome IN ('', 'done', 'refused', 'stale', 'failed')", name="outcome"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"))
    position: Mapped[int]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    seen_version: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(10), default="")
    why: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    batch: Mapped[Batch] = relationship(back_populates="rows")
    case: Mapped[Case] = relationship()


class Urging(Base):
    """催办、督办: somebody asks a unit to go on with a case, and the unit answers until the day it was given."""

    __tablename__ = "urging"
    __table_args__ = (
        Index("ix_urging_case", "case_id", "id"),
        Index("ix_urging_open", "unit_id", "answer_by", "id", postgresql_where=text("answered_at IS NULL"),
              sqlite_where=text("answered_at IS NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    acting_as: Mapped[str] = mapped_column(String(20))
    acted_for_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    why: Mapped[str] = mapped_column(String(1000))
    answer_by: Mapped[date]
    answer: Mapped[str] = mapped_column(String(1000), default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    case: Mapped[Case] = relationship()
    unit: Mapped[Unit] = relationship()
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
    acted_for: Mapped[Person | None] = relationship(foreign_keys=[acted_for_id])
    answered_by: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id])


class SecondLook(Base):
    """抽查: an ended case that was drawn with a published seed, to be looked at again by somebody who took no part in it.

    `verdict` is empty, sound or flawed.
    """

    __tablename__ = "second_look"
    __table_args__ = (
        UniqueConstraint("month", "case_id"),
        CheckConstraint("verdict IN ('', 'sound', 'flawed')", name="verdict"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[date]
    seed: Mapped[str] = mapped_column(String(64))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    drawn_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    drawn_at: Mapped[datetime] = mapped_column(Instant)
    verdict: Mapped[str] = mapped_column(String(10), default="")
    note: Mapped[str] = mapped_column(String(1000), default="")
    looked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    looked_at: Mapped[datetime | None] = mapped_column(Instant)
    case: Mapped[Case] = relationship()
    looked_by: Mapped[Person | None] = relationship(foreign_keys=[looked_by_id])


class TakenList(Base):
    """A list of cases to take away as CSV or XLSX, made by the worker from the words of an address, kept for a while."""

    __tablename__ = "taken_list"

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    asked: Mapped[dict[str, str]] = mapped_column(JSON)
    format: Mapped[str] = mapped_column(String(4))
    made_at: Mapped[datetime] = mapped_column(Instant)
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    cases: Mapped[int] = mapped_column(default=0)
    storage_key: Mapped[str | None] = mapped_column(String(200))
    person: Mapped[Person] = relationship()
