"""Subjects, units, people, what they are granted, and how they sign in."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..domain import name_parts
from .base import Base, Instant, SealedText


def _parts_of_name(context: Any) -> str:
    return name_parts.parts(context.get_current_parameters()["name"])


class Subject(Base):
    """信用主体: a legal person, sole trader or individual. `code` is sealed, `code_digest` finds it.

    `name_parts` goes into the search index of the database by a trigger; whoever changes the name changes it too.
    """

    __tablename__ = "subject"
    __table_args__ = (CheckConstraint("kind IN ('legal', 'sole', 'individual')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(200), index=True)
    code: Mapped[str] = mapped_column(SealedText)
    code_digest: Mapped[str] = mapped_column(String(64), unique=True)
    legal_representative: Mapped[str | None] = mapped_column(SealedText)
    address: Mapped[str | None] = mapped_column(SealedText)
    name_parts: Mapped[str] = mapped_column(Text, default=_parts_of_name)


class Unit(Base):
    """A department, or the credit office itself. `successor_id` is the unit that took over what an ended one did.

    `shares_out`: a case that begins to wait for its handlers is assigned to the one who has least to do.
    """

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    code: Mapped[str] = mapped_column(String(18), unique=True)
    is_office: Mapped[bool] = mapped_column(default=False)
    ended_on: Mapped[date | None]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    shares_out: Mapped[bool] = mapped_column(default=False)
    predecessors: Mapped[list["Unit"]] = relationship(viewonly=True, order_by="Unit.id")


class Person(Base):
    """Somebody with an account. `totp_secret` is set once the second factor was confirmed.

    `is_system`: no human being but a department's own system. It has no password, acts by tokens alone, and holds no right
    to decide: a machine has no eyes.
    """

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    mobile: Mapped[str | None] = mapped_column(SealedText)
    email: Mapped[str | None] = mapped_column(SealedText)
    password_hash: Mapped[str] = mapped_column(String(200))
    totp_secret: Mapped[str | None] = mapped_column(SealedText)
    totp_last_step: Mapped[int] = mapped_column(default=0)
    locale: Mapped[str] = mapped_column(String(12), default="zh_Hans_CN")
    must_change_password: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Instant)
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)
    is_system: Mapped[bool] = mapped_column(default=False)
    grants: Mapped[list["GrantRow"]] = relationship(
        foreign_keys="GrantRow.person_id", back_populates="person"
    )


class GrantRow(Base):
    """One grant of one person; a mandate (`agent`) has workflows and a last day, and ends by itself."""

    __tablename__ = "grant"
    __table_args__ = (
        CheckConstraint("(unit_id IS NULL) <> (subject_id IS NULL)", name="one_place"),
        Index("ix_grant_subject_kind", "subject_id", "kind"),
        Index("ix_grant_unit_kind", "unit_id", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("subject.id"))
    workflows: Mapped[list[str] | None] = mapped_column(JSON)
    may_sign: Mapped[bool] = mapped_column(default=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    person: Mapped[Person] = relationship(foreign_keys=[person_id], back_populates="grants")
    unit: Mapped[Unit | None] = relationship()
    subject: Mapped[Subject | None] = relationship()


class SignIn(Base):
    """One signed-in browser; the cookie holds the token, the row only its digest."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    second_factor_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ip: Mapped[str] = mapped_column(String(64))
    user_agent: Mapped[str] = mapped_column(String(300))
    person: Mapped[Person] = relationship()


class RecoveryCode(Base):
    """A one-time replacement for the second factor."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class Throttle(Base):
    """Failed sign-ins per key (account or address); the lock ends by itself."""

    __tablename__ = "throttle"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    failed: Mapped[int] = mapped_column(default=0)
    last_failed_at: Mapped[datetime] = mapped_column(Instant)
    locked_until: Mapped[datetime | None] = mapped_column(Instant)


class AccountEvent(Base):
    """What happened to accounts and rights: sign-ins, refusals, grants. Append-only."""

    __tablename__ = "account_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    what: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ip: Mapped[str] = mapped_column(String(64), default="")
    note: Mapped[str] = mapped_column(String(300), default="")


class KeptForm(Base):
    """What somebody had typed when the session ran out; given back once to the same person after signing in."""

    __tablename__ = "kept_form"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    path: Mapped[str] = mapped_column(String(300))
    values: Mapped[str] = mapped_column(SealedText)
    created_at: Mapped[datetime] = mapped_column(Instant)
