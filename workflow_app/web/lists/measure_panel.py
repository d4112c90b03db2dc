"""The joint measures of an entry as a panel: on its listing and list exit cases and on its own page.

The subject is told which unit takes which measure, how far it is and on which days; never who did it or what shows it.
"""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...domain.calendar import Calendar
from ...domain.people import Actor
from ...models.case import Case
from ...models.lists import JointMeasure, ListEntry
from ...services.lists import joint_measures, list_entries, measure_lists
from ...workflows.list_exit import LIST_EXIT
from . import measure_view

OF_AN_ENTRY = frozenset({"list_key", "entry_ref"})
"""Facts of which a case about an entry has one."""


def of_case(
    session: Session, case: Case, actor: Actor, *, today: date, calendar: Calendar
) -> dict[str, Any] | None:
    """The panel of a case that this reader may see; None when no unit was asked for anything."""
    if not OF_AN_ENTRY & case.facts.keys():
        return None
    entry = list_entries.of_case(session, case)
    return of_entry(session, entry, actor, today=today, calendar=calendar) if entry else None


def of_entry(
    session: Session, entry: ListEntry, actor: Actor, *, today: date, calendar: Calendar
) -> dict[str, Any] | None:
    """What this reader may see of the measures because of an entry; None when that is nothing.

    Staff see what they see on the board, with the way to each measure; the people of the subject all of them without.
    """
    every = joint_measures.of_entry(session, entry.id)
    linked = frozenset(session.scalars(_readable(entry, actor))) if actor.is_staff else frozenset()
    is_subject = entry.subject_id in actor.subject_ids(workflow=LIST_EXIT.name)
    found = [one for one in every if is_subject or one.id in linked]
    if not found:
        return None
    rows = measure_view.rows(found, today=today, calendar=calendar)
    for row in rows:
        row["url"] = row["url"] if row["measure"].id in linked else None
    waits = [row for row in rows if joint_measures.stage(row["measure"]) in measure_lists.WAITING]
    return {"rows": rows, "waiting": len(waits), "late": sum(row["is_late"] for row in rows)}


def _readable(entry: ListEntry, actor: Actor) -> Any:
    return select(JointMeasure.id).where(JointMeasure.entry_id == entry.id, joint_measures.may_read(actor))
