"""督办: who is late and who is silent, unit by unit, for those who answer for it.

A late case counts against whoever it waits for: the unit, or the office. One that waits for its subject counts against
nobody. Read from the index of open cases by due day, as far as today: it costs what is late, not what there is.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from ...models.case import Case
from ...models.party import Unit
from ...workflows import ALL
from . import urgings
from .urgings import OF_A_UNIT

MOST_COUNTED = 100_000


@dataclass(frozen=True)
class Late:
    """The late cases of one state, and the due day of the one that is late for longest."""

    workflow: str
    state: str
    cases: int
    since: date


@dataclass(frozen=True)
class Standing:
    """One unit: what is late there, how many urgings it owes an answer, and how many of these it left unanswered in time."""

    unit: Unit
    late: tuple[Late, ...]
    owed: int
    silent: int

    @property
    def cases(self) -> int:
        """How many cases are late."""
        return sum(one.cases for one in self.late)

    @property
    def since(self) -> date | None:
        """The due day of what is late for longest."""
        return min((one.since for one in self.late), default=None)


def board(session: Session, *, today: date, unit_ids: Collection[int] | None = None) -> tuple[Standing, ...]:
    """Every unit that is late or owes an answer, those with most late cases first. `unit_ids` None means every unit."""
    late = _late(session, today=today, unit_ids=unit_ids)
    owed = urgings.owed_by_unit(session, unit_ids, today=today)
    wanted = select(Unit).where(Unit.id.in_({*late, *owed}))
    found = [
        Standing(unit, tuple(late.get(unit.id, ())), *owed.get(unit.id, (0, 0)))
        for unit in session.scalars(wanted)
    ]
    return tuple(sorted(found, key=lambda one: (-one.cases, -one.owed, one.unit.id)))


def _late(session: Session, *, today: date, unit_ids: Collection[int] | None) -> Mapping[int, list[Late]]:
    """Unit → what is late there, state by state, most first."""
    late = (
        select(Case.unit_id, Case.workflow, Case.state, Case.due_on)
        .where(Case.ended_at.is_(None), Case.due_on < today)
        .where(Case.unit_id.in_(tuple(unit_ids)) if unit_ids is not None else true())
        .order_by(Case.due_on)
        .limit(MOST_COUNTED)
        .subquery()
    )  # a limit of its own, because SQLite would else go through every case in the order of the groups
    groups = (late.c.unit_id, late.c.workflow, late.c.state)
    asked = select(*groups, func.count(), func.min(late.c.due_on)).group_by(*groups)
    office = session.scalar(select(Unit.id).where(Unit.is_office).order_by(Unit.id).limit(1))
    sums: dict[tuple[int, str, str], Late] = {}
    for unit_id, workflow, state, cases, since in session.execute(asked):
        of_unit = WAITING.get((workflow, state))
        place = unit_id if of_unit else office
        if of_unit is None or place is None or (unit_ids is not None and place not in unit_ids):
            continue
        known = sums.get((place, workflow, state), Late(workflow, state, 0, since))
        sums[place, workflow, state] = Late(workflow, state, known.cases + cases, min(known.since, since))
    found: dict[int, list[Late]] = defaultdict(list)
    for (place, _, _), one in sorted(sums.items(), key=lambda item: (-item[1].cases, item[0])):
        found[place].append(one)
    return found


WAITING = {
    (workflow.name, state.name): any(kind in OF_A_UNIT for kind in kinds)
    for workflow in ALL
    for state in workflow.states
    if (kinds := urgings.waited_in(workflow.name, state.name))
}
"""Workflow and state in which staff are waited for → whether they are the unit's, or else the office's."""
