"""What machines leave behind: tokens, their calls, answers kept for a repeat, hooks and what was sent to them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Instant, SealedText
from .party import Person, Unit
from .record import CreditRecord
from .sync import SyncTarget


class ApiToken(Base):
    """令牌: lets a machine act as a person, or as a system, with the grants of that person on the day of the call.

    The row holds the digest; `prefix` is what its owner knows it by. `purpose` says what the data are read for. A rotated
    token names what replaced it and ends a day later. `networks` are the only ones it may be used from, if there are any.
    """

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    prefix: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(80))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    purpose: Mapped[str] = mapped_column(String(200))
    networks: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    expires_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("api_token.id"))
    last_used_at: Mapped[datetime | None] = mapped_column(Instant)
    last_used_ip: Mapped[str] = mapped_column(String(64), default="")
    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class ApiCall(Base):
    """One call of a machine, also one that was refused. Rows are only added; the auditor alone reads them.

    `subjects` are the natural persons whose data the answer held, `purpose` what they were read for.
    """

    __tablename__ = "api_call"
    __table_args__ = (Index("ix_api_call_person_id_id", "person_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    token_id: Mapped[int | None] = mapped_column(ForeignKey("api_token.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    method: Mapped[str] = mapped_column(String(10))
    path: Mapped[str] = mapped_column(String(300))
    endpoint: Mapped[str] = mapped_column(String(80))
    status: Mapped[int]
    code: Mapped[str] = mapped_column(String(40))
    ip: Mapped[str] = mapped_column(String(64))
    purpose: Mapped[str] = mapped_column(String(200))
    subjects: Mapped[list[int]] = mapped_column(JSON)


class ApiAnswer(Base):
    """What was answered to an Idempotency-Key of a person; kept for a day, given again to the same request."""

    __tablename__ = "api_answer"
    __table_args__ = (UniqueConstraint("person_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    key: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    status: Mapped[int | None]
    headers: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    body: Mapped[str] = mapped_column(SealedText, default="")


class Hook(Base):
    """网络通知: an address of a department's own system that is told what happens to the cases its owner may see.

    `after_event_id` is the last event that was looked at with nothing younger still to come.
    """

    __tablename__ = "hook"

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    url: Mapped[str] = mapped_column(String(500))
    secret: Mapped[str] = mapped_column(SealedText)
    kinds: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    after_event_id: Mapped[int] = mapped_column(default=0)
    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class HookCall(Base):
    """One thing one hook is told: waiting → sent, or dead after the last try, to be sent again by hand."""

    __tablename__ = "hook_call"
    __table_args__ = (
        UniqueConstraint("hook_id", "key"),
        Index("ix_hook_call_dead", "hook_id", "id", postgresql_where=text("dead_at IS NOT NULL"),
              sqlite_where=text("dead_at IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    hook_id: Mapped[int] = mapped_column(ForeignKey("hook.id"))
    key: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(40))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    dead_at: Mapped[datetime | None] = mapped_column(Instant)
    error: Mapped[str | None] = mapped_column(String(500))
    hook: Mapped[Hook] = relationship()


class TargetFile(Base):
    """What a target holds on a day, as a file it handed in, to be compared with what stands here.

    One that has `unreadable` lines is kept and compared with nothing; `compared_at` is when the worker was through.
    """

    __tablename__ = "target_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("sync_target.id"), index=True)
    day: Mapped[date]
    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    lines: Mapped[int]
    unreadable: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    storage_key: Mapped[str] = mapped_column(String(200))
    taken_in_at: Mapped[datetime] = mapped_column(Instant)
    taken_in_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    compared_at: Mapped[datetime | None] = mapped_column(Instant)
    target: Mapped[SyncTarget] = relationship()
    taken_in_by: Mapped[Person | None] = relationship(foreign_keys=[taken_in_by_id])


class Difference(Base):
    """差异: something a target's file says otherwise than we do. It has an owner, a clock, and ends with a reason or by itself.

    `kind` is missing_there, missing_here or differs; `gone_on` is the day of the file in which it was no more. `verdict` is
    what a person found: ours (is right), theirs, or accepted as it is.
    """

    __tablename__ = "difference"
    __table_args__ = (
        UniqueConstraint("target_id", "key", "found_on"),
        CheckConstraint("kind IN ('missing_there', 'missing_here', 'differs')", name="kind"),
        CheckConstraint("verdict IN ('', 'ours', 'theirs', 'accepted')", name="verdict"),
        Index("ix_difference_open", "due_on", "id", postgresql_where=text("gone_on IS NULL AND settled_at IS NULL"),
              sqlite_where=text("gone_on IS NULL AND settled_at IS NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("sync_target.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("target_file.id"))
    key: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    record_id: Mapped[int | None] = mapped_column(ForeignKey("credit_record.id"), index=True)
    decision_no: Mapped[str] = mapped_column(String(200))
    field: Mapped[str] = mapped_column(String(40), default="")
    ours: Mapped[str] = mapped_column(SealedText, default="")
    theirs: Mapped[str] = mapped_column(SealedText, default="")
    found_on: Mapped[date]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    due_on: Mapped[date]
    explanation: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    gone_on: Mapped[date | None]
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    verdict: Mapped[str] = mapped_column(String(10), default="")
    note: Mapped[str] = mapped_column(String(1000), default="")
    told_overdue_at: Mapped[datetime | None] = mapped_column(Instant)
    target: Mapped[SyncTarget] = relationship()
    record: Mapped[CreditRecord | None] = relationship()
    unit: Mapped[Unit] = relationship()
    settled_by: Mapped[Person | None] = relationship(foreign_keys=[settled_by_id])


class OidcIdentity(Base):
    """The account of a person at the city's own sign-in (OpenID Connect): the issuer's name for them, and nothing else."""

    __tablename__ = "oidc_identity"
    __table_args__ = (UniqueConstraint("issuer", "sub"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    issuer: Mapped[str] = mapped_column(String(300))
    sub: Mapped[str] = mapped_column(String(255))
    bound_at: Mapped[datetime] = mapped_column(Instant)
    bound_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
