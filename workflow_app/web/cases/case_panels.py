"""The parts of a case page that not every workflow has. Each room adds its own to one table, and the page stays as it is.

A part is there when it has something to show; what a reader may see of a case at all was decided before.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from ...domain.rulebook import Rulebook
from ..lists import list_exit_panel, listing_panels, measure_panel
from ..objections import objection_sides, objection_ways
from ..supervision import supervision_view
from .case_rows import Shown

Part = Callable[[Session, Shown, date, Rulebook], Any]

PARTS: dict[str, Part] = {
    "objection_way": lambda session, shown, today, book: objection_ways.against(
        session, shown.case, shown.actor
    ),
    "measures": lambda session, shown, today, book: measure_panel.of_case(
        session, shown.case, shown.actor, today=today, calendar=book.calendar
    ),
    "leaving": lambda session, shown, today, book: list_exit_panel.panel(
        session, shown, today=today, rulebook=book
    ),
    "urged": lambda session, shown, today, book: supervision_view.panel(session, shown, today=today),
}
"""Parts by the name that the template knows them by."""

SEVERAL: tuple[Callable[..., dict[str, Any]], ...] = (objection_sides.panels, listing_panels.panels)
"""What brings more than one part at once, each under its name."""


def of_case(session: Session, shown: Shown, *, today: date, rulebook: Rulebook) -> dict[str, Any]:
    """Every part of the page of this case, by name."""
    found = {name: part(session, shown, today, rulebook) for name, part in PARTS.items()}
    for several in SEVERAL:
        found |= several(session, shown, today=today, rulebook=rulebook)
    return found
