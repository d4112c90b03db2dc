"""Repair training (修复培训): classes with their lessons and questions, who studied how long, and every attempt at the exam.

A class is free and voluntary. What somebody earned lies in rows of its own beside the case: seconds counted by the
server for each lesson, and attempts with the questions that were drawn, never changed after they were handed in.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Instant
from .case import Case
from .document import Document
from .party import Person, Unit


class TrainingClass(Base):
    """培训班. It takes applications from `opens_on` to `ends_on`, the day on which whoever has not passed is through.

    `pass_mark` is in percent, `minutes` the time for one attempt, `draw` how many questions each attempt draws. A class
    that was published is changed in its seats and its end alone.
    """

    __tablename__ = "training_class"
    __table_args__ = (
        CheckConstraint("kind IN ('penalty', 'serious_list', 'general')", name="kind"),
        CheckConstraint("pass_mark BETWEEN 1 AND 100", name="pass_mark"),
        Index("ix_training_class_shown", "published_at", "ends_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    kind: Mapped[str] = mapped_column(String(20), default="general")
    title: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(String(2000))
    summary_en: Mapped[str] = mapped_column(String(2000))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    opens_on: Mapped[date]
    ends_on: Mapped[date]
    seats: Mapped[int]
    pass_mark: Mapped[int]
    attempts: Mapped[int]
    minutes: Mapped[int]
    draw: Mapped[int]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    unit: Mapped[Unit] = relationship()
    created_by: Mapped[Person | None] = relationship()
    lessons: Mapped[list["Lesson"]] = relationship(order_by="Lesson.position", cascade="all, delete-orphan")
    questions: Mapped[list["Question"]] = relationship(order_by="Question.id", cascade="all, delete-orphan")


class Lesson(Base):
    """课程. `body` is Markdown: a text, slides parted by `---`, or what is said in the video in `storage_key`."""

    __tablename__ = "lesson"
    __table_args__ = (
        CheckConstraint("kind IN ('text', 'slides', 'video')", name="kind"),
        UniqueConstraint("class_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("training_class.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10), default="text")
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    storage_key: Mapped[str | None] = mapped_column(String(200))
    least_seconds: Mapped[int]


class Question(Base):
    """A question of the bank. `answer` holds the places of the right options; `why` is told after the attempt."""

    __tablename__ = "question"
    __table_args__ = (CheckConstraint("kind IN ('single', 'multiple', 'true_false')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("training_class.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12), default="single")
    asked: Mapped[str] = mapped_column(String(1000))
    options: Mapped[list[str]] = mapped_column(JSON)
    answer: Mapped[list[int]] = mapped_column(JSON)
    why: Mapped[str] = mapped_column(String(1000), default="")
    ended_on: Mapped[date | None]


class Enrolment(Base):
    """The seat of one person in a class, from the application on; `left_at` when it was given back or not granted."""

    __tablename__ = "enrolment"
    __table_args__ = (
        Index("uq_enrolment_place", "class_id", "person_id", unique=True, postgresql_where=text("left_at IS NULL"),
              sqlite_where=text("left_at IS NULL")),
    )  # fmt: skip

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True, autoincrement=False)
    class_id: Mapped[int] = mapped_column(ForeignKey("training_class.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    enrolled_at: Mapped[datetime] = mapped_column(Instant)
    left_at: Mapped[datetime | None] = mapped_column(Instant)
    case: Mapped[Case] = relationship()
    person: Mapped[Person] = relationship()


class Study(Base):
    """How long one trainee studied one lesson, in seconds that the server saw go by; `tab` is the page that counts."""

    __tablename__ = "study"
    __table_args__ = (UniqueConstraint("case_id", "lesson_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"))
    seconds: Mapped[int] = mapped_column(default=0)
    tab: Mapped[str] = mapped_column(String(32), default="")
    beat_at: Mapped[datetime | None] = mapped_column(Instant)
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    lesson: Mapped[Lesson] = relationship()


class Attempt(Base):
    """One attempt at the exam. `drawn` is each question with the order of its options, `answers` what was chosen.

    `score` is in percent, once it was handed in or its time was over. `is_told` once the engine took note of it.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        Index("ix_attempt_running", "ends_at", postgresql_where=text("handed_in_at IS NULL"),
              sqlite_where=text("handed_in_at IS NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    number: Mapped[int]
    drawn: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    started_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    handed_in_at: Mapped[datetime | None] = mapped_column(Instant)
    score: Mapped[int | None]
    is_told: Mapped[bool] = mapped_column(default=False)
    case: Mapped[Case] = relationship()


class CaseEvidence(Base):
    """A document of another case that stands with a case as evidence, without anybody uploading it."""

    __tablename__ = "case_evidence"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    attached_at: Mapped[datetime] = mapped_column(Instant)
    document: Mapped[Document] = relationship()
