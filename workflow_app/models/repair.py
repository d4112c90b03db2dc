"""What a repair needs beyond its cases: the application that holds them, bars after falsehood, signs of paid agents."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Instant, SealedText
from .party import Person, Subject


class RepairApplication(Base):
    """One application for one or many records: each record is a case of its own, papers and page are shared.

    `filled_by` is who fills it in: own (the firm itself), mandate (an agent with a mandate) or window (the credit office for it).
    """

    __tablename__ = "repair_application"

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"), index=True)
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    filled_by: Mapped[str] = mapped_column(String(12), default="own")
    opened_at: Mapped[datetime] = mapped_column(Instant)
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    subject: Mapped[Subject] = relationship()
    opened_by: Mapped[Person | None] = relationship()


class RepairBar(Base):
    """A subject may not apply for repair from a day up to, but not on, another (Order 36: after falsehood)."""

    __tablename__ = "repair_bar"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date]
    basis: Mapped[str] = mapped_column(String(500))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    lifted_at: Mapped[datetime | None] = mapped_column(Instant)


class ClusterFlag(Base):
    """The same mobile number or the same file in the applications of many firms: for a person to look at, never a ground.

    `sign` is the digest that they share; `verdict` is what somebody found: agent, false_alarm, none while nobody looked, or watched
    for a sign that too few subjects share yet to be shown to anybody.
    """

    __tablename__ = "cluster_flag"
    __table_args__ = (Index("ix_cluster_flag_open", "verdict", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    sign: Mapped[str] = mapped_column(String(64), unique=True)
    shown: Mapped[str] = mapped_column(SealedText)
    subject_ids: Mapped[list[int]] = mapped_column(JSON)
    raised_at: Mapped[datetime] = mapped_column(Instant)
    verdict: Mapped[str | None] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(String(500), default="")
    looked_at: Mapped[datetime | None] = mapped_column(Instant)
    looked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    looked_by: Mapped[Person | None] = relationship()


class PriorCheck(Base):
    """What the check before sending found and whether the applicant went on; shows what such checks are worth."""

    __tablename__ = "prior_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    codes: Mapped[list[Any]] = mapped_column(JSON)
