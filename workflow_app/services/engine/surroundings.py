"""What surrounds a case that only the guards of its own workflow ask for: one function for each such workflow."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from ...models.case import Case
from ...workflows.list_exit import LIST_EXIT
from ...workflows.listing import LISTING
from ...workflows.training import TRAINING
from ..lists import list_entries
from ..training import training

GATHERED: dict[str, Callable[[Session, Case, date], Mapping[str, Any]]] = {
    TRAINING.name: training.around,
    LISTING.name: list_entries.around_listing,
    LIST_EXIT.name: list_entries.around_exit,
}


def of(session: Session, case: Case, *, day: date) -> Mapping[str, Any]:
    """What surrounds the case on this legal day; nothing for workflows that need no more than everybody."""
    gather = GATHERED.get(case.workflow)
    return gather(session, case, day) if gather else {}
