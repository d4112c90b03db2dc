"""The clocks of a case for its page: the nearest with its reckoning, and all of them with what was written into each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from ...domain import clock, due_words
from ...domain.calendar import Calendar
from ...domain.due_words import DueWords
from ...domain.rulebook import Rulebook
from ...domain.words import N_, Sentence
from ...models.case import Case
from ...models.deadline import Deadline
from ...services.cases.case_file import Clock, Entry
from ...services.engine import ledger
from ...services.queues import queues
from ...services.queues.lines import CaseLine
from ...workflows.kit import Workflow
from .case_rows import Shown


def due(session: Session, deadline: Clock, rulebook: Rulebook) -> dict[str, Any]:
    """A clock with its explanation and whether its rule is confirmed."""
    rule = ledger.rule_of(session, deadline, rulebook) if deadline.rule_id else None
    return {
        "due_on": deadline.due_on,
        "provisional": deadline.provisional,
        "paused_on": deadline.paused_on,
        "explanation": [Sentence.from_json(line) for line in deadline.explanation],
        "is_confirmed": rule is None or rule.is_confirmed,
    }


@dataclass(frozen=True)
class Running:
    """The nearest clock of a duty, and the periods of rights that have not run out."""

    duty: Clock | None
    rights: tuple[Clock, ...]


def running(workflow: Workflow, clocks: Sequence[Clock], *, today: date) -> Running:
    """What the head of a case page tells of its clocks. A right that ran out is no delay and is told no more."""
    still_open = [found for found in clocks if found.closed_seq is None]
    duties = [found for found in still_open if found.state not in workflow.rights]
    rights = [found for found in still_open if found.state in workflow.rights and today <= found.due_on]
    return Running(duties[0] if duties else None, tuple(rights))


def right(
    deadline: Clock, row: dict[str, Any], workflow: Workflow, rulebook: Rulebook, *, today: date
) -> dict[str, Any]:
    """A right that may still be used, until when and why; `row` is that of its clock."""
    return {
        "title": Sentence(workflow.clock(deadline.state).title),
        "due": row,
        "words": words(deadline, today=today, calendar=rulebook.calendar),
    }


def rows(session: Session, shown: Shown, rulebook: Rulebook, *, today: date) -> dict[int, dict[str, Any]]:
    """Every clock the case had by its number, the newest first, with its ledger."""
    workflow, entries = shown.workflow, shown.file.entries
    return {
        found.id: due(session, found, rulebook)
        | {
            "title": title(session, found, workflow, rulebook),
            "is_open": found.closed_seq is None,
            "outcome": lapsed(found)
            if found.state in workflow.rights and found.closed_at is None and found.due_on < today
            else outcome(found),
            "entries": [entry(row) for row in entries.get(found.id, ())],
        }
        for found in sorted(shown.file.clocks, reverse=True)
    }


def title(session: Session, deadline: Clock, workflow: Workflow, rulebook: Rulebook) -> Sentence:
    """What the clock is for: the state or span it belongs to, or the duty of a rule of its own, say to publish."""
    owner = workflow.clock(deadline.state)
    if owner.rule_fact or deadline.rule_id in ("", owner.deadline):
        return Sentence(owner.title)
    return Sentence(ledger.rule_of(session, deadline, rulebook).title)


def outcome(deadline: Clock) -> Sentence:
    """How the period ended, or that it runs."""
    if deadline.closed_at is None:
        return Sentence(N_("计时已暂停")) if deadline.paused_on else Sentence(N_("正在计时"))
    ended_on = clock.legal_day(deadline.closed_at)
    if deadline.paused_on is None and ended_on > deadline.due_on:
        return Sentence(N_("%(day)s结束，已超期"), day=ended_on)
    return Sentence(N_("%(day)s结束，没有超期"), day=ended_on)


def lapsed(deadline: Clock) -> Sentence:
    """A right that was not used."""
    return Sentence(N_("%(day)s届满"), day=deadline.due_on)


def entry(row: Entry) -> dict[str, Any]:
    """One line of the ledger."""
    return {
        "title": Sentence(ledger.ACTS[row.kind]),
        "on": row.on,
        "reason": row.reason,
        "old_on": row.old_due_on,
        "new_on": None if row.kind == "pause" else row.new_due_on,
    }


def words(deadline: Deadline | Clock, *, today: date, calendar: Calendar) -> DueWords:
    """How an open clock is told today."""
    if deadline.paused_on is not None:
        return due_words.paused(map(Sentence.from_json, deadline.explanation))
    return due_words.told(deadline.due_on, today=today, calendar=calendar)


def told(
    session: Session, cases: Sequence[Case] | Sequence[CaseLine], *, today: date, calendar: Calendar
) -> dict[int, dict[str, Any]]:
    """The due day of each case that has one, for the rows of a list. Clocks that end on one day are told alike."""
    clocks = queues.clocks(session, cases)
    running = {
        day: due_words.told(day, today=today, calendar=calendar)
        for day in {found.due_on for found in clocks.values()}
    }
    return {
        case_id: {
            "words": running[found.due_on]
            if found.paused_on is None
            else due_words.paused(map(Sentence.from_json, found.explanation)),
            "provisional": found.provisional,
        }
        for case_id, found in clocks.items()
    }
