"""下一件: which case of a list comes next, after one was opened from it. Reads only.

The list goes on changing while somebody works through it, so what the reader saw is followed in the order in which it was
seen, and only what still stands in the list and is free comes next.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from ...domain import clock
from ...domain.people import Actor
from ...models.case import Case
from ..engine import leases
from . import queues
from .lines import CaseLine
from .orders import Wanted
from .queues import Page


@dataclass(frozen=True)
class Seen:
    """A page of a list as its reader saw it: what was asked, its cases in order, and where the next page begins."""

    tab: str
    wanted: Wanted
    rows: tuple[int, ...]
    cursor: str | None


def after(
    session: Session, actor: Actor, seen: Seen, *, last: int, now: datetime
) -> tuple[Case | CaseLine | None, Page | None]:
    """The next case after `last`, and the page on which it stands if a new one had to be read.

    Nothing at the end of the list. What a colleague is working on is passed over.
    """
    today = clock.legal_day(now)
    behind = seen.rows[seen.rows.index(last) + 1 :] if last in seen.rows else seen.rows
    now_there = queues.among(session, actor, behind, tab=seen.tab, today=today, wanted=seen.wanted)
    standing = {case.id: case for case in now_there}
    found = _free([standing[row] for row in behind if row in standing], actor, last, now=now)
    if found or not seen.cursor:
        return found, None
    page = queues.page(session, actor, tab=seen.tab, today=today, wanted=seen.wanted, cursor=seen.cursor)
    return _free(page.cases, actor, last, now=now), page


def _free(
    cases: Sequence[Case] | Sequence[CaseLine], actor: Actor, last: int, *, now: datetime
) -> Case | CaseLine | None:
    """The first that nobody else is working on."""
    for case in cases:
        is_own = case.assignee_id == actor.person_id
        if case.id != last and (is_own or leases.holder(case, now=now) is None):
            return case
    return None
