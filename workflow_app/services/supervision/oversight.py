"""督办: who is late and who is silent, unit by unit, for those who answer for it.

A late case counts against whoever it waits for: the unit, or the office. One that waits for its subject counts against
nobody. Read from the index of open cases by due day, as far as today: it costs what is late, not what there is.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import Select, func, select, true
from sqlalchemy.orm import Session

from ...models.case import Case
from ...models.party import Unit
from ...workflows import ALL
from . import urgings
from .urgings import OF_A_UNIT, Owed

MOST_COUNTED = 100_000


@dataclass(frozen=True)
class Late:
    """The late cases of one state, and the due day of the one that is late for longest."""

    workflow: str
    state: str
    cases: int
    since: date


class Place(NamedTuple):
    """A unit by its names."""

    id: int
    name: str
    name_en: str
    is_office: bool


@dataclass(frozen=True)
class Standing:
    """One unit: what is late there, and the urgings that wait for its answer."""

    unit: Place
    late: tuple[Late, ...]
    owed: tuple[Owed, ...]

    @property
    def cases(self) -> int:
        """How many cases are late."""
        return sum(one.cases for one in self.late)

    @property
    def since(self) -> date | None:
        """The due day of what is late for longest."""
        return min((one.since for one in self.late), default=None)

    def silent(self, *, today: date) -> int:
        """How many urgings it left unanswered in time."""
        return sum(one.is_silent(today=today) for one in self.owed)


def board(
    session: Session, owed: Iterable[Owed], *, today: date, unit_ids: Collection[int] | None = None
) -> tuple[Standing, ...]:
    """Every unit that is late or owes one of these answers, those with most late cases first. `unit_ids` None: every unit."""
    places = [Place(*row) for row in session.execute(PLACES)]
    office = next((place.id for place in places if place.is_office), None)
    late = _late(session, office, today=today, unit_ids=unit_ids)
    owing: dict[int, list[Owed]] = defaultdict(list)
    for one in owed:
        owing[one.unit_id].append(one)
    found = [
        Standing(place, tuple(late.get(place.id, ())), tuple(owing.get(place.id, ())))
        for place in places
        if place.id in late or place.id in owing
    ]
    return tuple(sorted(found, key=lambda one: (-one.cases, -len(one.owed), one.unit.id)))


def _late(
    session: Session, office: int | None, *, today: date, unit_ids: Collection[int] | None
) -> Mapping[int, list[Late]]:
    """Unit → what is late there, state by state, most first."""
    sums: dict[tuple[int, str, str], tuple[int, date]] = {}
    for unit_id, workflow, state, cases, since in session.execute(_counted(today, unit_ids)):
        of_unit = WAITING.get((workflow, state))
        place = unit_id if of_unit else office
        if of_unit is None or place is None or (unit_ids is not None and place not in unit_ids):
            continue
        known, first = sums.get((place, workflow, state), (0, since))
        sums[place, workflow, state] = known + cases, min(first, since)
    found: dict[int, list[Late]] = defaultdict(list)
    for (place, workflow, state), (cases, since) in sorted(
        sums.items(), key=lambda one: (-one[1][0], one[0])
    ):
        found[place].append(Late(workflow, state, cases, since))
    return found


def _counted(today: date, unit_ids: Collection[int] | None) -> Select[int, str, str, int, date]:
    """The late cases of each unit, workflow and state, and the first due day."""
    late = (
        select(Case.unit_id, Case.workflow, Case.state, Case.due_on)
        .where(Case.ended_at.is_(None), Case.due_on < today)
        .where(Case.unit_id.in_(tuple(unit_ids)) if unit_ids is not None else true())
        .order_by(Case.due_on)
        .limit(MOST_COUNTED)
        .subquery()
    )  # a limit of its own, because SQLite would else go through every case in the order of the groups
    groups = (late.c.unit_id, late.c.workflow, late.c.state)
    return select(*groups, func.count(), func.min(late.c.due_on)).group_by(*groups)


PLACES = select(Unit.id, Unit.name, Unit.name_en, Unit.is_office).order_by(Unit.id)
WAITING = {
    (workflow.name, state.name): any(kind in OF_A_UNIT for kind in kinds)
    for workflow in ALL
    for state in workflow.states
    if (kinds := urgings.waited_in(workflow.name, state.name))
}
"""Workflow and state in which staff are waited for → whether they are the unit's, or else the office's."""
