"""Figures of a month, counted once a day and never again when the month is over: what was published stays as it was."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Instant


class FigureMonth(Base):
    """One month of all units and workflows (办件统计), counted up to the end of `until`.

    `lines` are those of `services.supervision.figures`: counts alone, no case and no subject. Together with the cases they were
    counted from they would be a second truth, so nothing but figures is ever read from them.
    """

    __tablename__ = "figure_month"

    month: Mapped[date] = mapped_column(primary_key=True)
    until: Mapped[date]
    made_at: Mapped[datetime] = mapped_column(Instant)
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
