"""Figures about cases (办件统计): of each month, unit and workflow how many came, ended, how long, how late, why returned.

Read from months that `figure_count` counted, so that a page costs the same at a thousand cases as at a million: at most
a dozen rows. Counts alone; no case is opened and no subject named.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import reduce
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...domain.tallies import median_of, per_mille_up
from ...models.figures import FigureMonth

MONTHS = 12


@dataclass(frozen=True)
class Tally:
    """Cases of one month, or several tallies together.

    `received` were handed in during the month, `ended` came to an end in it; everything else is about these ended ones.
    `withdrawn` of them were, and count in no speed. `days`: working days in the hands of unit and office, and how many
    cases took so long. `late` of these let a day pass that the law gives unit or office. `returned` came back to the
    subject at least once, `returned_again` more than once; `reasons` are the codes named, each once a case. `urged`: how
    often the unit was urged in the month.
    """

    received: int = 0
    ended: int = 0
    withdrawn: int = 0
    late: int = 0
    returned: int = 0
    returned_again: int = 0
    urged: int = 0
    days: Mapping[int, int] = field(default_factory=dict)
    reasons: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: "Tally") -> "Tally":
        numbers = {name: getattr(self, name) + getattr(other, name) for name in NUMBERS}
        days, reasons = (
            Counter(self.days) + Counter(other.days),
            Counter(self.reasons) + Counter(other.reasons),
        )
        return Tally(**numbers, days=days, reasons=reasons)

    @property
    def timed(self) -> int:
        """How many have a speed: those that ended otherwise than by being withdrawn."""
        return sum(self.days.values())

    @property
    def median_days(self) -> float | None:
        """The median of the working days; None of none."""
        return median_of(self.days)

    @property
    def late_per_mille(self) -> int | None:
        """Late ones in thousandths of those with a speed, rounded up."""
        return per_mille_up(self.late, self.timed)

    @property
    def again_per_mille(self) -> int | None:
        """Those returned more than once, in thousandths of those returned at all."""
        return per_mille_up(self.returned_again, self.returned)

    @property
    def written(self) -> dict[str, Any]:
        """The tally as it is stored."""
        days = {str(value): many for value, many in sorted(self.days.items())}
        return {name: getattr(self, name) for name in NUMBERS} | {"days": days, "reasons": dict(self.reasons)}

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Tally":
        """The tally that was stored."""
        days = {int(value): many for value, many in stored["days"].items()}
        return cls(**{name: stored[name] for name in NUMBERS}, days=days, reasons=stored["reasons"])


NUMBERS = ("received", "ended", "withdrawn", "late", "returned", "returned_again", "urged")


@dataclass(frozen=True)
class Line:
    """The tally of one unit and workflow; `unit_id` is None for cases of no unit, which are the office's."""

    unit_id: int | None
    workflow: str
    tally: Tally


@dataclass(frozen=True)
class Month:
    """One month as it was counted, up to the end of `until`."""

    first: date
    until: date
    lines: tuple[Line, ...]

    @property
    def is_over(self) -> bool:
        """Whether the whole month was counted; it is never counted again."""
        return self.until == last_of(self.first)

    @property
    def all(self) -> Tally:
        """Everything in it."""
        return together(line.tally for line in self.lines)

    def of(self, *, unit_ids: Collection[int] | None = None, workflow: str = "") -> "Month":
        """The same month of these units alone (None: of all), and of one workflow (empty: of each)."""
        kept = (
            line
            for line in self.lines
            if (unit_ids is None or line.unit_id in unit_ids) and workflow in ("", line.workflow)
        )
        return Month(self.first, self.until, tuple(kept))


def last_of(first: date) -> date:
    """The last day of the month that begins on `first`."""
    return following(first) - timedelta(days=1)


def following(first: date) -> date:
    """The first day of the month after."""
    return (first + timedelta(days=31)).replace(day=1)


def together(tallies: Iterable[Tally]) -> Tally:
    """Several tallies as one; medians are taken from the cases of all."""
    return reduce(Tally.__add__, tallies, Tally())


def counted(session: Session, *, only_over: bool = False) -> tuple[date, ...]:
    """The months that there are figures of, the latest first; a month still going on is left out if asked."""
    rows = session.execute(select(FigureMonth.month, FigureMonth.until).order_by(FigureMonth.month.desc()))
    return tuple(row.month for row in rows if not only_over or row.until == last_of(row.month))


def months(session: Session, last: date, *, many: int = MONTHS) -> tuple[Month, ...]:
    """This month and those before it, at most so many, in their order."""
    wanted = (
        select(FigureMonth).where(FigureMonth.month <= last).order_by(FigureMonth.month.desc()).limit(many)
    )
    return tuple(_read(row) for row in reversed(session.scalars(wanted).all()))


def _read(row: FigureMonth) -> Month:
    lines = (Line(one["unit"], one["workflow"], Tally.read(one)) for one in row.lines)
    return Month(row.month, row.until, tuple(lines))
