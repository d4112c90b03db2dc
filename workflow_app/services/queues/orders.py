"""In which order a list stands, and to what a reader narrows it: both as conditions on cases that an index answers."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, tuple_

from ...domain import clock
from ...models.case import NO_DUE_DAY, Case
from ...workflows import BY_NAME
from .lines import CaseLine

IS_OPEN, HAS_ENDED = Case.ended_at.is_(None), Case.ended_at.is_not(None)
Place = tuple[date | datetime, int]


@dataclass(frozen=True)
class Order:
    """How a list is ordered: by a column and the id, so that a page can begin where the last one ended."""

    name: str
    is_descending: bool

    @property
    def column(self) -> Any:
        """What is compared first."""
        return getattr(Case, self.name)

    @property
    def columns(self) -> tuple[Any, Any]:
        """What is compared."""
        return self.column, Case.id

    @property
    def sorting(self) -> tuple[Any, ...]:
        """The ORDER BY."""
        return self.sorted_by(*self.columns)

    def sorted_by(self, *columns: Any) -> tuple[Any, ...]:
        """The ORDER BY of what bears these names elsewhere."""
        return tuple(column.desc() if self.is_descending else column for column in columns)

    @property
    def after(self) -> ColumnElement[bool]:
        """What comes behind the place that is given as `place` and `place_id`."""
        columns = tuple_(*self.columns)
        place = tuple_(bindparam("place", type_=self.column.type), bindparam("place_id", type_=Case.id.type))
        return columns < place if self.is_descending else columns > place

    def written(self, case: Case | CaseLine) -> str:
        """The place of a case as it stands in an address."""
        return f"{getattr(case, self.name).isoformat()}.{case.id}"

    def read(self, cursor: str) -> Place | None:
        """The place that an address names; None for a broken one, which shows the beginning."""
        value, _, number = cursor.rpartition(".")
        if not re.fullmatch("[0-9]{1,9}", number):
            return None
        try:
            if self.name == "due_on":
                return date.fromisoformat(value), int(number)
            at = datetime.fromisoformat(value)
        except ValueError:
            return None
        return (at, int(number)) if at.tzinfo is not None else None


BY_DUE_DAY, BY_END, BY_AGE = Order("due_on", False), Order("ended_at", True), Order("created_at", True)
ORDERS = {"done": BY_END, "all": BY_AGE}


@dataclass(frozen=True)
class Wanted:
    """What a reader asks of a list; what is empty asks nothing. Days are legal days, both included.

    `division` completes a number of which only the end is searched.
    """

    workflow: str = ""
    state: str = ""
    search: str = ""
    division: str = ""
    officer_id: int | None = None
    unit_id: int | None = None
    due_from: date | None = None
    due_until: date | None = None
    opened_from: date | None = None
    opened_until: date | None = None

    def conditions(self, order: Order) -> list[ColumnElement[bool]]:
        """What was asked, as conditions, of a list in this order."""
        return [
            *((Case.workflow == self.workflow,) if self.workflow else ()),
            *((self._in_state(order),) if self.state else ()),
            *((Case.assignee_id == self.officer_id,) if self.officer_id is not None else ()),
            *((Case.unit_id == self.unit_id,) if self.unit_id is not None else ()),
            *((self._is_due,) if self.due_from or self.due_until else ()),
            *(
                (Case.created_at >= clock.end_of(self.opened_from - timedelta(1)),)
                if self.opened_from
                else ()
            ),
            *((Case.created_at < clock.end_of(self.opened_until),) if self.opened_until else ()),
        ]

    def _in_state(self, order: Order) -> ColumnElement[bool]:
        """In the state, and open or ended as the state is: each has indexes of its own, of which the open ones are small."""
        if order is BY_END:
            # Few ended lately, and in their order; an index of the state would find all that ever did.
            return Case.state.concat("") == self.state
        workflow = BY_NAME.get(self.workflow)
        is_known = workflow is not None and any(state.name == self.state for state in workflow.states)
        if workflow is None or not is_known:
            return Case.state == self.state
        return and_(Case.state == self.state, HAS_ENDED if workflow.state(self.state).ended else IS_OPEN)

    @property
    def _is_due(self) -> ColumnElement[bool]:
        """Only what is open has a due day."""
        first, last = self.due_from or date.min, min(self.due_until or date.max, NO_DUE_DAY - timedelta(1))
        return and_(IS_OPEN, Case.due_on >= first, Case.due_on <= last)


EVERYTHING = Wanted()
