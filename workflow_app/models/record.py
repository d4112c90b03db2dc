"""Credit records (失信信息) of a subject: what was found, how long it is published, what happened to it since.

Days that follow from the rules are stored because lists are asked by them; `services.records.records` alone writes them and every
change leaves a row in `record_change`. The four facts of a repair (终止公示、停止共享、解除措施、更新评价) are four columns.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Numeric, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Instant, SealedJSON
from .party import Person, Subject, Unit


class CreditRecord(Base):
    """One finding against a subject (Order 36 art. 4). `ref` stands in its address; `class_` is 轻微, 一般 or 严重.

    `scope` says who may see it: everybody (public), authorities (limited) or nobody else (none). `min_end_on` and
    `max_end_on` end the shortest and longest publicity. `duties_done_on` is the day on which the finding unit
    established that the behaviour was corrected and every duty performed. `not_repairable_because` names the instrument.
    """

    __tablename__ = "credit_record"
    __table_args__ = (
        CheckConstraint("kind IN ('serious_list', 'penalty', 'abnormal_list', 'other')", name="kind"),
        CheckConstraint("class IN ('minor', 'general', 'serious')", name="class"),
        CheckConstraint("scope IN ('public', 'limited', 'none')", name="scope"),
        UniqueConstraint("kind", "decision_no", "subject_id"),
        Index("ix_credit_record_shown", "decided_on", "id", postgresql_where=text("publicity_ended_at IS NULL"),
              sqlite_where=text("publicity_ended_at IS NULL")),
        Index("ix_credit_record_ends", "max_end_on", "id", postgresql_where=text("publicity_ended_at IS NULL"),
              sqlite_where=text("publicity_ended_at IS NULL")),
        Index("ix_credit_record_reminded", "min_end_on", "id", postgresql_where=text("publicity_ended_at IS NULL"),
              sqlite_where=text("publicity_ended_at IS NULL")),
        Index("ix_credit_record_newest", "decided_on", "id"),
        Index("ix_credit_record_unit", "unit_id", "decided_on", "id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), unique=True)
    decision_no: Mapped[str] = mapped_column(String(128))
    decided_on: Mapped[date]
    title: Mapped[str] = mapped_column(String(300))
    behaviour: Mapped[str] = mapped_column(String(4000), default="")
    basis: Mapped[str] = mapped_column(String(4000), default="")
    content: Mapped[str] = mapped_column(String(4000), default="")
    personal: Mapped[dict[str, Any]] = mapped_column(SealedJSON, default=dict)
    degree: Mapped[str] = mapped_column(String(20), default="")
    class_: Mapped[str] = mapped_column("class", String(10), default="general")
    class_standard: Mapped[str] = mapped_column(String(300), default="")
    is_special_field: Mapped[bool] = mapped_column(default=False)
    scope: Mapped[str] = mapped_column(String(10), default="public")
    publicity_from: Mapped[date]
    min_end_on: Mapped[date | None]
    max_end_on: Mapped[date | None]
    duties_done_on: Mapped[date | None]
    not_repairable_because: Mapped[str] = mapped_column(String(300), default="")
    hidden_at: Mapped[datetime | None] = mapped_column(Instant)
    publicity_ended_at: Mapped[datetime | None] = mapped_column(Instant)
    sharing_stopped_at: Mapped[datetime | None] = mapped_column(Instant)
    measures_lifted_at: Mapped[datetime | None] = mapped_column(Instant)
    evaluation_updated_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_how: Mapped[str] = mapped_column(String(20), default="")
    repaired_at: Mapped[datetime | None] = mapped_column(Instant)
    reminded_on: Mapped[date | None]
    flagged_at: Mapped[datetime | None] = mapped_column(Instant)
    import_run_id: Mapped[int | None] = mapped_column(ForeignKey("import_run.id"), index=True)
    recorded_at: Mapped[datetime] = mapped_column(Instant)

    subject: Mapped[Subject] = relationship()
    unit: Mapped[Unit] = relationship()
    items: Mapped[list["PenaltyItem"]] = relationship(order_by="PenaltyItem.id", cascade="all, delete-orphan")
    marks: Mapped[list["RecordMark"]] = relationship(order_by="RecordMark.id")
    measures: Mapped[list["Measure"]] = relationship(order_by="Measure.id")


class PenaltyItem(Base):
    """One kind of penalty within a decision (行政处罚法 9). `amount` is in units of 10,000 yuan (万元)."""

    __tablename__ = "penalty_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("credit_record.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 6))
    what: Mapped[str] = mapped_column(String(200), default="")


class RecordMark(Base):
    """A mark on a record while something runs: an objection, a lawsuit, a shielding; `unclear` stays as a note."""

    __tablename__ = "record_mark"

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("credit_record.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(500), default="")
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    since: Mapped[datetime] = mapped_column(Instant)
    until: Mapped[datetime | None] = mapped_column(Instant)


class RecordChange(Base):
    """What changed in a record, old and new, who did it and why. Append-only."""

    __tablename__ = "record_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("credit_record.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    field: Mapped[str] = mapped_column(String(40))
    old: Mapped[str] = mapped_column(String(4000))
    new: Mapped[str] = mapped_column(String(4000))
    why: Mapped[str] = mapped_column(String(500))
    by: Mapped[Person | None] = relationship()


class Measure(Base):
    """A measure that a unit took because of a record (失信惩戒措施); lifted when the record is repaired."""

    __tablename__ = "measure"

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("credit_record.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    title: Mapped[str] = mapped_column(String(300))
    basis: Mapped[str] = mapped_column(String(300), default="")
    started_on: Mapped[date]
    lifted_on: Mapped[date | None]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    unit: Mapped[Unit] = relationship()


class Licence(Base):
    """行政许可 of a subject, published within the same seven working days as a penalty."""

    __tablename__ = "licence"
    __table_args__ = (UniqueConstraint("decision_no", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    decision_no: Mapped[str] = mapped_column(String(128))
    document_name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(100))
    certificate_name: Mapped[str] = mapped_column(String(200), default="")
    certificate_no: Mapped[str] = mapped_column(String(200), default="")
    content: Mapped[str] = mapped_column(String(4000))
    decided_on: Mapped[date] = mapped_column(index=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    import_run_id: Mapped[int | None] = mapped_column(ForeignKey("import_run.id"))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    subject: Mapped[Subject] = relationship()
    unit: Mapped[Unit] = relationship()


class ImportRun(Base):
    """One file of records that a unit handed in: progress while it runs, the tally and the rejected rows when it is done.

    The rows of penalties are first only checked (`checked_at`); then a second person decides on the whole file, and
    what `decision` confirmed is read once more and written. `rejected_key` is the newest of a chain of stored portions.
    """

    __tablename__ = "import_run"
    __table_args__ = (
        CheckConstraint("kind IN ('penalties', 'licences')", name="kind"),
        CheckConstraint("decision IN ('', 'confirmed', 'rejected', 'taken_back')", name="decision"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    storage_key: Mapped[str] = mapped_column(String(200))
    rejected_key: Mapped[str | None] = mapped_column(String(200))
    started_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    refusal: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    rows: Mapped[int] = mapped_column(default=0)
    created: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    reached_line: Mapped[int] = mapped_column(default=0)
    faults: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    checked_at: Mapped[datetime | None] = mapped_column(Instant)
    decision: Mapped[str] = mapped_column(String(12), default="")
    decision_why: Mapped[str] = mapped_column(String(500), default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    unit: Mapped[Unit | None] = relationship()
    by: Mapped[Person | None] = relationship(foreign_keys=[by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
