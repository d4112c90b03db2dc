"""Figures about objections (异议统计): how many, with what result, how fast, by unit, ground, result and remedy.

Counted from the rows of objections alone, by the day of receipt, so that a period never changes its objections when
they are answered later. Nothing sealed is opened and no subject is named.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import TypeVar

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from ...domain.tallies import per_mille_up
from ...models.objection import Objection
from ...models.party import Unit

Key = TypeVar("Key", int, str)
RESULTS = ("corrected", "maintained", "unclear", "refused", "withdrawn")
ANSWERED = RESULTS[:3]
"""Results on the merits. A refusal and a withdrawal answer nothing and count in no speed."""


@dataclass(frozen=True)
class Row:
    """What is asked of one objection."""

    unit_id: int
    ground: str
    remedy: str
    result: str
    working_days: int | None
    is_late: bool | None
    was_reviewed: bool
    was_changed: bool


@dataclass(frozen=True)
class Tally:
    """A group of objections.

    `received` is the sum of `still_open` (no result yet) and the five results. `median_days` is the median of the
    working days from receipt to the first result: put in order, the one in the middle, of an even number the mean of
    the two in the middle; `timed` is how many it was taken from, None of none. `late` of `judged` came after the
    overall clock (OB-09). Both look at results on the merits only, so those still open never count as in time.
    `changed` of the `reviewed` got another result by the review.
    """

    received: int
    still_open: int
    corrected: int
    maintained: int
    unclear: int
    refused: int
    withdrawn: int
    timed: int
    median_days: float | None
    judged: int
    late: int
    reviewed: int
    changed: int

    @property
    def answered(self) -> int:
        """How many have a result on the merits."""
        return self.corrected + self.maintained + self.unclear

    @property
    def late_per_mille(self) -> int | None:
        """Late ones in thousandths of those judged, rounded up so that one never shows as none; None of none."""
        return per_mille_up(self.late, self.judged)


@dataclass(frozen=True)
class Figures:
    """The objections received from one legal day to another, both included; groups in falling order of receipt."""

    since: date
    until: date
    all: Tally
    by_unit: tuple[tuple[Unit, Tally], ...]
    by_ground: tuple[tuple[str, Tally], ...]
    by_result: tuple[tuple[str, Tally], ...]
    by_remedy: tuple[tuple[str, Tally], ...]


def figures(
    session: Session, *, since: date, until: date, unit_ids: Collection[int] | None = None
) -> Figures:
    """The figures of a period; `unit_ids` None means every unit. Groups without an objection are left out."""
    rows = _rows(session, since=since, until=until, unit_ids=unit_ids)
    units = {unit.id: unit for unit in session.scalars(select(Unit))}
    corrected = [row for row in rows if row.remedy and row.result == "corrected"]
    return Figures(
        since,
        until,
        _tally(rows),
        tuple((units[unit_id], tally) for unit_id, tally in _grouped(rows, lambda row: row.unit_id)),
        _grouped(rows, lambda row: row.ground),
        _grouped([row for row in rows if row.result], lambda row: row.result),
        _grouped(corrected, lambda row: row.remedy),
    )


def _rows(session: Session, *, since: date, until: date, unit_ids: Collection[int] | None) -> list[Row]:
    asked = select(
        Objection.unit_id, Objection.ground, Objection.remedy, Objection.result, Objection.working_days,
        Objection.is_late, Objection.was_reviewed, Objection.was_changed,
    ).where(
        Objection.received_on >= since,
        Objection.received_on <= until,
        Objection.unit_id.in_(unit_ids) if unit_ids is not None else true(),
    )  # fmt: skip
    return [Row(*found) for found in session.execute(asked)]


def _grouped(rows: Iterable[Row], key: Callable[[Row], Key]) -> tuple[tuple[Key, Tally], ...]:
    groups: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return tuple(
        (name, _tally(groups[name])) for name in sorted(groups, key=lambda one: (-len(groups[one]), one))
    )


def _tally(rows: Collection[Row]) -> Tally:
    count = {result: sum(row.result == result for row in rows) for result in ("", *RESULTS)}
    answered = [row for row in rows if row.result in ANSWERED]
    days = [row.working_days for row in answered if row.working_days is not None]
    judged = [row.is_late for row in answered if row.is_late is not None]
    return Tally(
        received=len(rows),
        still_open=count.pop(""),
        **count,
        timed=len(days),
        median_days=median(days) if days else None,
        judged=len(judged),
        late=sum(judged),
        reviewed=sum(row.was_reviewed for row in rows),
        changed=sum(row.was_changed for row in rows),
    )
