"""Lists (名单): the types that an office keeps as data, who stands on them, and what each unit does because of it.

An entry on a list that stands against its subject is a credit record too, so that publicity, objections and places that
hold copies work as for every record. A red list or a focus list makes no credit record; a focus list is never public.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Instant
from .case import Case
from .party import Person, Subject, Unit
from .record import CreditRecord


class ListType(Base):
    """名单目录: one list with the instruments it rests on. Proposed by one person and confirmed by another before use.

    The periods are rules of the rules table by their id: `term_rule` (empty: until the duty is performed), `early_rule` for
    the least time before an early exit (empty: none) counted from `early_from`, `reply_rule`, `review_rule` for the re-check
    of those who stand on it. `measures` is a list of key, unit (its key), title and basis. `level` is the rank of the basis;
    the standard of a local list was open for comment from `consulted_from` (LE-11).
    """

    __tablename__ = "list_type"
    __table_args__ = (
        CheckConstraint("kind IN ('serious', 'abnormal', 'red', 'focus')", name="kind"),
        CheckConstraint("scope IN ('public', 'limited', 'none')", name="scope"),
        CheckConstraint("CAST(basis AS TEXT) <> '[]'", name="has_a_basis"),
        CheckConstraint("kind <> 'focus' OR scope = 'none'", name="focus_is_never_public"),
        CheckConstraint(
            "level IN ('law', 'regulation', 'policy', 'department_rule', 'local_law')", name="level"
        ),
        CheckConstraint("early_from IN ('listing', 'correction', 'publication')", name="early_from"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(300))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    level: Mapped[str] = mapped_column(String(20))
    basis: Mapped[list[str]] = mapped_column(JSON)
    evidence: Mapped[str] = mapped_column(String(4))
    note: Mapped[str] = mapped_column(String(1000), default="")
    scope: Mapped[str] = mapped_column(String(10))
    standard: Mapped[str] = mapped_column(String(4000))
    exit_conditions: Mapped[list[str]] = mapped_column(JSON)
    term_rule: Mapped[str] = mapped_column(String(40), default="")
    early_rule: Mapped[str] = mapped_column(String(40), default="")
    early_from: Mapped[str] = mapped_column(String(12), default="listing")
    reply_rule: Mapped[str] = mapped_column(String(40), default="LE-01")
    review_rule: Mapped[str] = mapped_column(String(40), default="")
    measures: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    consulted_from: Mapped[date | None]
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    refused_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    refused_at: Mapped[datetime | None] = mapped_column(Instant)
    refused_why: Mapped[str] = mapped_column(String(500), default="")
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_on: Mapped[date | None]
    ended_why: Mapped[str] = mapped_column(String(500), default="")
    unit: Mapped[Unit] = relationship()
    proposed_by: Mapped[Person | None] = relationship(foreign_keys=[proposed_by_id])
    confirmed_by: Mapped[Person | None] = relationship(foreign_keys=[confirmed_by_id])
    refused_by: Mapped[Person | None] = relationship(foreign_keys=[refused_by_id])
    ended_by: Mapped[Person | None] = relationship(foreign_keys=[ended_by_id])


class ListEntry(Base):
    """列入记录: somebody proposed for a list (`proposed_at`), on it from `listed_on`, off it from `exited_at`.

    `ends_on` is the last day of the term, explained by `explanation`; `early_on` the first day on which early exit may be
    asked for, counted from `corrected_on` where the list counts from the correction. `restricted_until`: no exit by time before that day, because a legal restriction runs.
    `exit_how` is early, ex_officio, expired or annulled; an annulled entry counts as never made. `is_exit_done` once every
    place and unit has confirmed. `review_on` is the day of the next re-check.
    """

    __tablename__ = "list_entry"
    __table_args__ = (
        CheckConstraint("exit_how IN ('', 'early', 'ex_officio', 'expired', 'annulled')", name="exit_how"),
        Index("uq_list_entry_standing", "type_id", "subject_id", unique=True,
              postgresql_where=text("exited_at IS NULL AND dropped_at IS NULL"),
              sqlite_where=text("exited_at IS NULL AND dropped_at IS NULL")),
        Index("ix_list_entry_shown", "type_id", "listed_on", "id"),
        Index("ix_list_entry_ends", "ends_on", postgresql_where=text("exited_at IS NULL"),
              sqlite_where=text("exited_at IS NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    type_id: Mapped[int] = mapped_column(ForeignKey("list_type.id"))
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), unique=True)
    record_id: Mapped[int | None] = mapped_column(ForeignKey("credit_record.id"), unique=True)
    behaviour: Mapped[str] = mapped_column(String(4000))
    basis: Mapped[str] = mapped_column(String(4000))
    measures: Mapped[list[str]] = mapped_column(JSON)
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    dropped_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_on: Mapped[date | None]
    listed_on: Mapped[date | None]
    channel: Mapped[str] = mapped_column(String(500), default="")
    ends_on: Mapped[date | None]
    explanation: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    corrected_on: Mapped[date | None]
    early_on: Mapped[date | None]
    restricted_until: Mapped[date | None]
    restricted_because: Mapped[str] = mapped_column(String(500), default="")
    review_on: Mapped[date | None]
    reminded_on: Mapped[date | None]
    exited_at: Mapped[datetime | None] = mapped_column(Instant)
    exit_how: Mapped[str] = mapped_column(String(12), default="")
    exit_case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    is_exit_done: Mapped[bool] = mapped_column(default=False)
    type: Mapped[ListType] = relationship()
    subject: Mapped[Subject] = relationship()
    unit: Mapped[Unit] = relationship()
    case: Mapped[Case] = relationship(foreign_keys=[case_id])
    record: Mapped[CreditRecord | None] = relationship()
    exit_case: Mapped[Case | None] = relationship(foreign_keys=[exit_case_id])
    joint_measures: Mapped[list["JointMeasure"]] = relationship(order_by="JointMeasure.id")


class JointMeasure(Base):
    """联合奖惩措施 of one unit because of one entry: 发起—响应—反馈—解除, each with who, when and what shows it.

    `answer` is will or cannot. It was taken and lifted on a legal day (`_on`) that the unit reported at an instant (`_at`).
    `due_on` is the last day of what the unit has to do next, explained by `explanation`; which
    step that is follows from what is there. `told_overdue`: how many were told that it is late.
    """

    __tablename__ = "joint_measure"
    __table_args__ = (
        CheckConstraint("answer IN ('', 'will', 'cannot')", name="answer"),
        Index("ix_joint_measure_unit", "unit_id", "due_on", "id"),
        Index("ix_joint_measure_entry", "entry_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("list_entry.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    title: Mapped[str] = mapped_column(String(300))
    basis: Mapped[str] = mapped_column(String(300), default="")
    due_on: Mapped[date | None]
    explanation: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    told_overdue: Mapped[int] = mapped_column(default=0)
    initiated_at: Mapped[datetime] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[str] = mapped_column(String(6), default="")
    answer_note: Mapped[str] = mapped_column(String(1000), default="")
    executed_on: Mapped[date | None]
    executed_at: Mapped[datetime | None] = mapped_column(Instant)
    executed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    evidence: Mapped[str] = mapped_column(String(1000), default="")
    evidence_key: Mapped[str | None] = mapped_column(String(200))
    lift_asked_at: Mapped[datetime | None] = mapped_column(Instant)
    lift_case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    lifted_on: Mapped[date | None]
    lifted_at: Mapped[datetime | None] = mapped_column(Instant)
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    lift_evidence: Mapped[str] = mapped_column(String(1000), default="")
    lift_evidence_key: Mapped[str | None] = mapped_column(String(200))
    entry: Mapped[ListEntry] = relationship(back_populates="joint_measures")
    unit: Mapped[Unit] = relationship()
    answered_by: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id])
    executed_by: Mapped[Person | None] = relationship(foreign_keys=[executed_by_id])
    lifted_by: Mapped[Person | None] = relationship(foreign_keys=[lifted_by_id])


class ListRestriction(Base):
    """限制期: a legal restriction that keeps an entry on its list after the term, or (`until_on` None) that it is over.

    Proposed by one person of the unit and noted or refused by its head; both stay as the history of the entry.
    """

    __tablename__ = "list_restriction"
    __table_args__ = (
        Index("ix_list_restriction_entry", "entry_id", "id"),
        Index("uq_list_restriction_waiting", "entry_id", unique=True,
              postgresql_where=text("decided_at IS NULL"), sqlite_where=text("decided_at IS NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("list_entry.id"))
    until_on: Mapped[date | None]
    because: Mapped[str] = mapped_column(String(240))
    basis: Mapped[str] = mapped_column(String(240))
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    is_noted: Mapped[bool] = mapped_column(default=False)
    refused_why: Mapped[str] = mapped_column(String(500), default="")
    entry: Mapped[ListEntry] = relationship()
    proposed_by: Mapped[Person | None] = relationship(foreign_keys=[proposed_by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
