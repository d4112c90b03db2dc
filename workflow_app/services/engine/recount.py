"""Counting open clocks again: after a new calendar version, or when a changed rule is moved onto running clocks.

The preview and the real run ask the same question of the same clocks. The run goes through them in portions, each in a
transaction of its own; every clock whose day moves gets an event, an entry in its ledger, and a notice to both sides
with the old day, the new day and why. Ended clocks are never looked at.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from ...domain import clock
from ...domain.deadlines import Due
from ...domain.ledger import Entry, EntryKind
from ...domain.people import GrantKind
from ...domain.rulebook import Rulebook
from ...domain.rules import Rule
from ...models.case import Case
from ...models.deadline import Deadline
from ...models.rulebook import CalendarNotice, Recount, RuleChange
from ..delivery import notices, outbox
from ..house import House
from ..rules import rulebooks
from . import clocks, history, ledger

PORTION = 200
SAME_ROW = ("id", "place", "valid_from", "value", "unit")
"""What makes two rows the same one; a later change may end a row while the run is still on its way."""
HELD_BACK = timedelta(seconds=5)
"""Longer than a step takes, so that a clock opened under the old rulebook a moment ago is seen by the run."""


@dataclass(frozen=True)
class Planned:
    """What is to be counted again: the rulebook as it will be, why, and the clocks it may touch.

    `days` are the first and last day whose meaning changes (calendar); `rule` is the changed row (rule).
    """

    rulebook: Rulebook
    because: str
    days: tuple[date, date] | None = None
    rule: Rule | None = None


@dataclass(frozen=True)
class Move:
    """A clock whose reckoning changes, with both days."""

    case: Case
    deadline: Deadline
    reckoned: Due
    entry: Entry | None

    @property
    def is_new_day(self) -> bool:
        """Whether the day people were told changes: not only whether it is provisional, and not while the clock stands."""
        return self.reckoned.paused_since is None and self.deadline.due_on != self.reckoned.due_on


@dataclass(frozen=True)
class Preview:
    """What a run would do to the clocks open now; `is_complete` when all of them were looked at."""

    moves: tuple[Move, ...]
    looked_at: int
    is_complete: bool


def preview(session: Session, planned: Planned, *, on: date, most: int = 2000) -> Preview:
    """The dry run, over at most so many clocks."""
    deadlines = session.scalars(touched(planned).limit(most + 1)).all()
    moves = tuple(_moves(session, deadlines[:most], planned, on=on))
    return Preview(moves, min(len(deadlines), most), len(deadlines) <= most)


def plan(session: Session, kind: str, source_id: int, *, now: datetime) -> Recount:
    """Write down that the clocks are to be counted again; the worker does it after the commit."""
    run = Recount(kind=kind, source_id=source_id, started_at=now)
    session.add(run)
    session.flush()
    _send(session, run, now=now + HELD_BACK)
    return run


def carry_on(session: Session, run_id: int, *, now: datetime, house: House) -> bool:
    """Count the next portion again; whether there is more to do. A run that is finished stays finished."""
    run = session.scalars(select(Recount).where(Recount.id == run_id).with_for_update()).one()
    if run.finished_at is not None:
        return False
    planned = planned_by(session, run, house)
    wanted = touched(planned).where(Deadline.id > run.reached_id).limit(PORTION)
    deadlines = session.scalars(wanted).all()
    for found in _moves(session, deadlines, planned, on=clock.legal_day(now), locking=True):
        run.moved += found.is_new_day
        _carry_out(session, found, planned, now=now)
    run.looked_at += len(deadlines)
    if len(deadlines) < PORTION:
        run.finished_at = now
        return False
    run.reached_id = deadlines[-1].id
    _send(session, run, now=now)
    return True


def planned_by(session: Session, run: Recount, house: House) -> Planned:
    """What a stored run counts again, under the rulebook in force."""
    rulebook = rulebooks.current(session, house)
    if run.kind == "calendar":
        return for_notice(session, session.get_one(CalendarNotice, run.source_id), rulebook)
    change = session.get_one(RuleChange, run.source_id)
    return for_rule(rulebooks.changed_row(change), rulebook, because=change.reason)


def for_notice(session: Session, notice: CalendarNotice, rulebook: Rulebook) -> Planned:
    """The days between the first and the last whose meaning a notice changed; the whole year when it was not known."""
    return for_days(
        rulebooks.days_changed_by(session, notice), rulebook, because=f"{notice.source}：{notice.reason}"
    )


def for_days(days: tuple[date, date], rulebook: Rulebook, *, because: str) -> Planned:
    """Clocks whose count reaches into these days."""
    return Planned(rulebook, because, days=days)


def for_rule(rule: Rule, rulebook: Rulebook, *, because: str) -> Planned:
    """Clocks that run under another value of this rule, in the place of the rulebook."""
    return Planned(rulebook, because, rule=rule)


def touched(planned: Planned) -> Select[Deadline]:
    """The open clocks that a run has to look at, in the order of their ids."""
    wanted = select(Deadline).where(Deadline.closed_seq.is_(None)).order_by(Deadline.id)
    if planned.days is not None:
        first, last = planned.days
        wanted = wanted.where(Deadline.starts_on <= last, Deadline.due_on >= first)
    if planned.rule is not None:
        wanted = wanted.where(Deadline.rule_id == planned.rule.id)
    return wanted


def _moves(
    session: Session, deadlines: Sequence[Deadline], planned: Planned, *, on: date, locking: bool = False
) -> Iterator[Move]:
    """The clocks that change, with their cases; with `locking` each case is held until the transaction ends."""
    wanted = select(Case).where(Case.id.in_({found.case_id for found in deadlines})).order_by(Case.id)
    wanted = wanted.options(joinedload(Case.subject))
    if locking:
        wanted = wanted.with_for_update(of=Case)
    cases = {case.id: case for case in session.scalars(wanted, execution_options={"populate_existing": True})}
    for deadline in deadlines:
        if locking:
            session.refresh(deadline)
        move = _move(session, cases[deadline.case_id], deadline, planned, on=on)
        if deadline.closed_seq is None and move is not None:
            yield move


def _move(session: Session, case: Case, deadline: Deadline, planned: Planned, *, on: date) -> Move | None:
    entry = None
    if planned.rule is not None:
        entry = _moved_rule(session, deadline, planned.rule, planned, on=on)
        if entry is None:
            return None
    added = () if entry is None else (entry,)
    reckoned = ledger.reckon(session, deadline, case, planned.rulebook, added=added)
    if (reckoned.due_on, reckoned.provisional) == (deadline.due_on, deadline.provisional) and entry is None:
        return None
    return Move(case, deadline, reckoned, entry)


def _moved_rule(
    session: Session, deadline: Deadline, rule: Rule, planned: Planned, *, on: date
) -> Entry | None:
    """The entry that moves a clock under the changed row; None where that row does not govern or is the same."""
    book = planned.rulebook
    governing = book.pack.rule(rule.id, on=max(deadline.starts_on, rule.valid_from), place=book.place)
    written = [
        ledger.as_entry(row) for row in ledger.entries(session, deadline.id) if row.kind != ledger.RECOUNT
    ]
    before = ledger.rule_of(session, deadline, book, written)
    if any(getattr(governing, name) != getattr(rule, name) for name in SAME_ROW):
        return None
    if (before.value, before.unit) == (rule.value, rule.unit):
        return None
    return Entry(EntryKind.MOVE, on, planned.because, rule=governing, was=before.version)


def _carry_out(session: Session, move: Move, planned: Planned, *, now: datetime) -> None:
    """The event, the entry, the row, and who is told; a day that stays is not told to anybody."""
    case, deadline, day = move.case, move.deadline, clock.legal_day(now)
    if not move.is_new_day and move.entry is None:
        ledger.follow(deadline, move.reckoned, case=case, day=day, rulebook=planned.rulebook)
        return
    seq, digest = history.last(history.events(session, case.id))
    history.append(
        session,
        seq=seq + 1,
        previous_digest=digest,
        case_id=case.id,
        step=ledger.RECOUNT,
        source=case.state,
        target=case.state,
        actor_id=None,
        acting_as=GrantKind.CLOCK,
        acted_for_id=None,
        at=now,
        given={
            "rule": deadline.rule_id,
            "old_due_on": deadline.due_on.isoformat(),
            "new_due_on": move.reckoned.due_on.isoformat(),
            "because": planned.because,
        },
        changes={},
    )
    ledger.record(
        session,
        deadline,
        move.reckoned,
        entry=move.entry,
        case=case,
        seq=seq + 1,
        rulebook=planned.rulebook,
        on=day,
        because=planned.because,
    )
    session.flush()
    case.due_on = clocks.nearest(session, case)
    for side in ("subject", "handler"):
        key = f"{case.id}/{seq + 1}/notice-recounted-{side}"
        notices.announce(session, case, key, what="recounted", to=side, now=now, is_held=True, about=deadline)


def _send(session: Session, run: Recount, *, now: datetime) -> None:
    outbox.put(session, f"recount/{run.id}/{run.reached_id}", "recount", {"recount_id": run.id}, now=now)
