"""What the page of a list exit shows of its entry: both days, the conditions as checked, and the term.

For every case whose facts name an entry; which sentences belong to whom is decided by the services.
"""

from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from ...domain.rulebook import Rulebook
from ...domain.words import Sentence
from ...models.lists import ListEntry
from ...services.lists import leaving, list_entries
from ...workflows.listing_words import ADVERSE
from ..cases.case_rows import Shown
from . import list_exit_view as view

CHECKED = ("duties_performed", "harm_removed", "commitment_made", "none_again")
PROPOSED = ("propose_approval", "propose_rejection")


def panel(session: Session, shown: Shown, *, today: date, rulebook: Rulebook) -> dict[str, Any] | None:
    """The values of the panel; None for a case that names no entry."""
    if not shown.case.facts.get("entry_ref"):
        return None
    entry = list_entries.of_case(session, shown.case)
    if entry is None:
        return None
    found = view.dates(entry, rulebook, today=today)
    is_open = not shown.workflow.state(shown.case.state).ended and entry.exited_at is None
    return {
        "entry": view.row(entry, today=today),
        "channel": entry.channel,
        "term": view.term(entry, today=today),
        "dates": found if is_open else [],
        "differ": view.differ(found) if is_open else None,
        "own_conditions": entry.type.exit_conditions,
        "conditions": view.conditions(session, entry, today=today) if is_open else [],
        "checked": _checked(shown),
        "letter_url": _letter_url(session, shown, entry),
    }


def _checked(shown: Shown) -> list[dict[str, Any]]:
    """The four conditions as the unit ticked them, once it has proposed."""
    facts, labels = shown.case.facts, shown.workflow.labels
    has_proposed = any(event.step in PROPOSED for event in shown.events)
    if not has_proposed or facts["kind"] not in ADVERSE:
        return []
    return [{"title": Sentence(labels[name]), "is_met": facts[name]} for name in CHECKED]


def _letter_url(session: Session, shown: Shown, entry: ListEntry) -> str | None:
    """Where the letter is signed, while a draft of the subject's own people still lacks it."""
    is_draft = shown.case.state == shown.workflow.first.name and shown.editable is not None
    has_to = is_draft and shown.case.facts["way"] == "early" and entry.type.kind in ADVERSE
    if not has_to or leaving.may_start(entry, shown.actor) not in ("own", "mandate"):
        return None
    return None if leaving.has_letter(session, entry) else url_for("list_exits.letter")
