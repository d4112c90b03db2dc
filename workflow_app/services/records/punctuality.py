"""Whether decisions were handed in within the seven working days of 双公示 (SG-01), unit by unit and month by month.

Counted from the day of the decision to the legal day on which it became a record or a licence here, on the calendar in
force. The month is that of the decision, so that what is still missing can't improve an older month.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from ...domain import clock
from ...domain.rule import Rule
from ...domain.rulebook import Rulebook
from ...models.party import Unit
from ...models.record import CreditRecord, Licence

RULE = "SG-01"
MOST_LISTED = 50


@dataclass(frozen=True)
class Late:
    """A decision that came too late; `used` are the working days it took. `ref` is empty for a licence."""

    kind: str
    decision_no: str
    ref: str
    unit: Unit
    decided_on: date
    due_on: date
    recorded_on: date
    used: int


@dataclass(frozen=True)
class Share:
    """How a unit kept the term in a month."""

    unit: Unit
    on_time: int
    late: int

    @property
    def per_mille(self) -> int:
        """The share in time, in thousandths, rounded down so that one late decision never shows as none."""
        return 1000 * self.on_time // (self.on_time + self.late)


@dataclass(frozen=True)
class Month:
    """One month: the units that decided anything, and the latest decisions, the latest first."""

    first: date
    shares: tuple[Share, ...]
    late: tuple[Late, ...]
    late_count: int
    rule: Rule


def month(session: Session, first: date, *, unit_ids: Collection[int] | None, rulebook: Rulebook) -> Month:
    """The month that begins on `first`; `unit_ids` None means every unit. Raises KeyError before there was a rule."""
    following = (first + timedelta(days=31)).replace(day=1)
    rule = rulebook.pack.rule(RULE, on=first, place=rulebook.place)
    units = {unit.id: unit for unit in session.scalars(select(Unit))}
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    late: list[Late] = []
    known: dict[date, date] = {}
    for kind, ref, unit_id, decision_no, decided_on, recorded_at in _rows(session, first, following):
        if unit_ids is not None and unit_id not in unit_ids:
            continue
        if decided_on not in known:
            known[decided_on] = rulebook.due(RULE, decided_on).due_on
        due_on, recorded_on = known[decided_on], clock.legal_day(recorded_at)
        counts[unit_id][recorded_on > due_on] += 1
        if recorded_on > due_on:
            used = rulebook.calendar.working_days_between(decided_on, recorded_on)
            late.append(Late(kind, decision_no, ref, units[unit_id], decided_on, due_on, recorded_on, used))
    late.sort(key=lambda one: (-one.used, one.decided_on, one.decision_no))
    shares = tuple(Share(units[unit_id], *counts[unit_id]) for unit_id in sorted(counts))
    return Month(first, shares, tuple(late[:MOST_LISTED]), len(late), rule)


def _rows(session: Session, first: date, following: date) -> Iterator[Any]:
    """Every decision of a month, of penalties and licences: kind, address, unit, number, day, instant."""
    penalties = select(
        literal("penalties"), CreditRecord.ref, CreditRecord.unit_id, CreditRecord.decision_no,
        CreditRecord.decided_on, CreditRecord.recorded_at,
    ).where(CreditRecord.kind == "penalty", CreditRecord.decided_on >= first, CreditRecord.decided_on < following)  # fmt: skip
    licences = select(
        literal("licences"), literal(""), Licence.unit_id, Licence.decision_no, Licence.decided_on, Licence.recorded_at
    ).where(Licence.decided_on >= first, Licence.decided_on < following)  # fmt: skip
    for asked in (penalties, licences):
        yield from session.execute(asked)
