"""A case that is opened for a step: what the engine judges from, each part read when it is first asked for, once.

Whoever is going to write opens it locked: the lock is taken first and alone, so that everything read after it stays true
until the transaction ends. After a step was taken, what was read is of yesterday, and the case is asked anew. Only reads.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import cached_property
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Row, Select, bindparam, or_, select
from sqlalchemy.orm import Session, aliased, load_only
from sqlalchemy.orm.attributes import set_committed_value

from ...domain.refusals import NotYours
from ...domain.rulebook import Rulebook
from ...models.attachment import Attachment
from ...models.base import table
from ...models.case import Case
from ...models.catalogue import CommitmentItem
from ...models.deadline import Deadline
from ...models.party import Person, Subject, Unit
from ...models.record import CreditRecord
from ...models.together import Rows, Together
from ...workflows import BY_NAME
from ...workflows.circumstances import Circumstances
from ...workflows.kit import Workflow
from ...workflows.scope import Acted
from ..house import House
from ..rules import rulebooks
from . import answers, circumstances, clocks, history

ANEW = {"populate_existing": True}
CASE, DEADLINE, PAPER = table(Case), table(Deadline).c, table(Attachment).c
SOONEST = attrgetter("due_on", "id")
OF_CASE: BindParameter[int] = bindparam("case_id")
AT_ADDRESS = or_(CASE.c.number == bindparam("address"), CASE.c.ref == bindparam("address"))
LOCK = select(CASE.c.id).where(AT_ADDRESS).with_for_update()
NAMED: dict[str, Any] = {
    "subject": aliased(Subject, name="s"),
    "unit": aliased(Unit, name="u"),
    "item": aliased(CommitmentItem, name="i"),
    "record": aliased(CreditRecord, name="r"),
    "assignee": (ASSIGNEE := aliased(Person, name="p")),
}
"""Whom and what a case names. Each is read beside it and put into its place, which costs less than a joined load; by a short
name, because psycopg takes a statement of more than 4,096 characters apart anew each time."""
READ: Select[Any] = (
    select(Case, *NAMED.values()).where(AT_ADDRESS).options(load_only(ASSIGNEE.name, ASSIGNEE.disabled_at))
)
for _name, _named in NAMED.items():
    READ = READ.outerjoin(getattr(Case, _name).of_type(_named))
ASKED = (*answers.ANSWERS, *rulebooks.VERSIONS)
READ_ALL = READ.add_columns(*ASKED)
ASK = select(*ASKED).select_from(Case).where(CASE.c.id == bindparam("case_id"))


class Running(NamedTuple):
    """A clock that runs, as far as one asks whether its period is over."""

    id: int
    state: str
    due_on: date
    paused_on: date | None


class Filed(NamedTuple):
    """A paper, as far as one asks whether it is there and waits to be handed in."""

    field: str
    submitted_seq: int | None


class Opened:
    """A case with its rows, as they were when it was opened."""

    kinds = Together(
        {
            history.Told: history.OF_CASE,
            Running: select(*(DEADLINE[name] for name in Running._fields)).where(
                DEADLINE.case_id == OF_CASE, DEADLINE.closed_seq.is_(None)
            ),
            Filed: select(PAPER.field, PAPER.submitted_seq).where(
                PAPER.case_id == OF_CASE, PAPER.removed_at.is_(None)
            ),
        }
    )
    """What is read of the rows around the case, all at once."""

    def __init__(
        self, session: Session, case: Case, found: Row[Any], *, day: date, is_locked: bool = True
    ) -> None:
        """`found` are the answers about the case on this legal day (`ASKED`), whatever else stands beside them."""
        self.session, self.case, self.day, self._found = session, case, day, found
        self.workflow: Workflow = BY_NAME[case.workflow]
        self._locked_in = session.get_transaction() if is_locked else None

    @property
    def is_locked(self) -> bool:
        """Whether the transaction in which the case was locked still goes on, so that what was read of it holds."""
        return self._locked_in is not None and self._locked_in is self.session.get_transaction()

    @cached_property
    def rows(self) -> Rows:
        """The rows around the case."""
        return self.kinds.read(self.session, self.asked)

    @property
    def asked(self) -> dict[str, Any]:
        """By what the rows are found."""
        return {"case_id": self.case.id}

    @cached_property
    def told(self) -> Sequence[history.Told]:
        """The history, oldest first."""
        return history.in_order(self.rows[history.Told])

    @cached_property
    def acted(self) -> Acted:
        """Who took which step."""
        return history.acted(self.told)

    @property
    def running(self) -> Sequence[clocks.Ticking]:
        """The clocks that run, the nearest first."""
        return sorted(self.rows[Running], key=SOONEST)

    @property
    def held(self) -> Collection[tuple[str, bool]]:
        """The field of each paper, with whether it still waits to be handed in."""
        return [(paper.field, paper.submitted_seq is None) for paper in self.rows[Filed]]

    @cached_property
    def about(self) -> Circumstances:
        """What the guards look at."""
        rows = circumstances.Held(self._found, self.running, self.held)
        return circumstances.gather(
            self.session, self.case, self.workflow, day=self.day, told=self.told, rows=rows
        )

    def rulebook(self, house: House) -> Rulebook:
        """The rulebook in force."""
        return rulebooks.of_versions(self.session, house, self._found[-len(rulebooks.VERSIONS) :])


def lock(session: Session, address: str) -> None:
    """Hold the case at this address, if there is one, until the transaction ends."""
    if session.get_bind().dialect.name == "postgresql":  # SQLite locks everything as the transaction begins
        session.execute(LOCK, {"address": address})


def read(session: Session, wanted: Select[Any], given: Mapping[str, Any], *, is_locked: bool) -> Row[Any]:
    """Read the case at this address; locked first, what the transaction before this one did is seen whole."""
    if "\0" in given["address"]:  # which PostgreSQL would not read, and no address has
        raise NotYours
    if is_locked:
        lock(session, given["address"])
    found = session.execute(wanted, given, execution_options=ANEW).first()
    if found is None:
        raise NotYours
    for name, named in zip(NAMED, found[1:], strict=False):
        set_committed_value(found[0], name, named)
    return found


def locked(session: Session, address: str, *, day: date) -> Opened:
    """The case at this address, locked until the transaction ends. Raises NotYours."""
    found = read(session, READ_ALL, {"address": address, "day": day}, is_locked=True)
    return Opened(session, found[0], found, day=day)


def again(session: Session, case: Case, *, day: date) -> Opened:
    """A case that is locked already, with what its rows answer now."""
    return Opened(session, case, session.execute(ASK, {"case_id": case.id, "day": day}).one(), day=day)
