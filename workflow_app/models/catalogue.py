"""What the office and the departments keep as data: commitment items and coded reasons."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base
from .party import Unit


class CommitmentItem(Base):
    """事项: a matter on which a commitment may be made, kept by its accepting unit.

    The term is `term_months` or `term_days` from signing at the longest; `term_is_chosen` lets the subject
    pick an earlier last day. `letter` is the id of the letter's text in `forms/commitment`. `record_kind` names the kind of
    credit record for whose repair the letter is signed; empty for any, and for everything but repair.
    """

    __tablename__ = "commitment_item"
    __table_args__ = (CheckConstraint("publication IN ('public', 'limited', 'none')", name="publication"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    type: Mapped[str] = mapped_column(String(10), index=True)
    title: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(300))
    summary: Mapped[str] = mapped_column(String(500))
    summary_en: Mapped[str] = mapped_column(String(800))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    needs_acceptance: Mapped[bool]
    term_days: Mapped[int | None]
    term_months: Mapped[int | None]
    term_is_chosen: Mapped[bool] = mapped_column(default=False)
    publication: Mapped[str] = mapped_column(String(10))
    open_to: Mapped[list[str]] = mapped_column(JSON)
    conditions: Mapped[list[str]] = mapped_column(JSON)
    liability: Mapped[str] = mapped_column(String(2000))
    at_end: Mapped[str] = mapped_column(String(1000))
    at_end_en: Mapped[str] = mapped_column(String(1500))
    papers: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    letter: Mapped[str] = mapped_column(String(80))
    phone: Mapped[str] = mapped_column(String(40), default="")
    basis: Mapped[list[str]] = mapped_column(JSON)
    record_kind: Mapped[str] = mapped_column(String(20), default="")
    open_from: Mapped[date]
    open_until: Mapped[date | None]
    unit: Mapped[Unit] = relationship()


class Reason(Base):
    """A coded reason (退回或不予受理的原因), bound to the field or paper it speaks of."""

    __tablename__ = "reason"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    workflow: Mapped[str] = mapped_column(String(20), index=True)
    steps: Mapped[list[str]] = mapped_column(JSON)
    binds_to: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(300))
    how_to_mend: Mapped[str] = mapped_column(String(500))
    how_to_mend_en: Mapped[str] = mapped_column(String(800))
    ended_on: Mapped[date | None]
