"""A list of cases as a file, in the language and with the rights its owner has when it is made.

What stands in it is what stands on the page of the queue; no code and no contact leaves with it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import force_locale
from sqlalchemy.orm import Session

from ...domain import clock, tables
from ...domain.words import N_
from ...models.queue import TakenList
from ...services.engine import leases
from ...services.house import House
from ...services.people import accounts, stand_ins
from ...services.queues import queues, taken_lists
from ...services.queues.lines import CaseLine
from ...workflows import BY_NAME
from ..cases import case_rows
from ..ui import say

HEAD = (
    N_("办件号"), N_("主体"), N_("事项"), N_("状态"), N_("到期日"), N_("承办人"), N_("办理单位"), N_("收件日"), N_("办结日"),
)  # fmt: skip


@dataclass(frozen=True)
class Made:
    """A file and how many cases stand in it."""

    content: bytes
    cases: int


def made(session: Session, list_id: int, *, now: datetime, house: House) -> Made | None:
    """Make the file of a list; None when it was made before. Reads only."""
    row = session.get_one(TakenList, list_id)
    if row.done_at is not None:
        return None
    today = clock.legal_day(now)
    own = accounts.load_actor(row.person, on=today)
    actor = stand_ins.with_stand_ins(session, own, on=today)
    format_, asked, lines = row.format, row.asked, list[tuple[str, ...]]()
    with force_locale(row.person.locale):
        for cases in taken_lists.portions(session, actor, asked, today=today, division=house.division):
            lines += _lines(session, cases, now=now)
        head = [say(title) for title in HEAD]
        return Made(tables.written(format_, head, lines), len(lines))


def _lines(session: Session, cases: Sequence[CaseLine], *, now: datetime) -> Iterator[tuple[str, ...]]:
    """The lines of some cases, each as the page of the queue tells of it."""
    due = queues.clocks(session, cases)
    for case in cases:
        workflow = BY_NAME[case.workflow]
        deadline, unit = due.get(case.id), case_rows.unit_name(case)
        yield (
            case.address,
            case.subject.name,
            say(case_rows.title_of(case, workflow)),
            say(workflow.state(case.state).title),
            deadline.due_on.isoformat() if deadline else "",
            leases.holder(case, now=now) or "",
            unit,
            _day(case.created_at),
            _day(case.ended_at),
        )


def _day(instant: datetime | None) -> str:
    found: date | None = clock.legal_day(instant) if instant else None
    return found.isoformat() if found else ""
