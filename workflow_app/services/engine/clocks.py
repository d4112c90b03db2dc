"""The running clocks of a case: opened when a state is entered, closed by the event that leaves it.

The due day comes from `domain.deadlines` alone and is never edited here (later entries: `services.engine.ledger`);
`case.due_on` is a copy of the nearest open one for the queue's sake.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol

from sqlalchemy import bindparam, exists, func, insert, select, update
from sqlalchemy.orm import Session

from ...domain.deadlines import Due
from ...domain.ledger import Entry, EntryKind
from ...domain.rulebook import Rulebook
from ...models.base import table
from ...models.case import NO_DUE_DAY, Case
from ...models.deadline import Deadline
from ...workflows import BY_NAME
from ...workflows.kit import Span, State, Workflow
from . import alarms, ledger
from .moment import Moment

DEADLINE = table(Deadline)
BEGIN = insert(DEADLINE).inline()
END = update(DEADLINE).where(DEADLINE.c.case_id == bindparam("of_case"), DEADLINE.c.closed_seq.is_(None))
THE_CASE, IS_OPEN = DEADLINE.c.case_id == bindparam("case_id"), DEADLINE.c.closed_seq.is_(None)
OF_CASE = select(Deadline).where(THE_CASE).order_by(DEADLINE.c.due_on, DEADLINE.c.id)
RUNNING = OF_CASE.where(IS_OPEN)
IN_SHORT = (
    select(DEADLINE.c.state, DEADLINE.c.due_on, DEADLINE.c.paused_on)
    .where(THE_CASE, IS_OPEN)
    .order_by(DEADLINE.c.due_on, DEADLINE.c.id)
)


class Ticking(Protocol):
    """A clock that runs, as far as one asks whether its period is over: a `Deadline`, or a row of these columns."""

    @property
    def state(self) -> str: ...

    @property
    def due_on(self) -> date: ...

    @property
    def paused_on(self) -> date | None: ...


def turn_over(moment: Moment, source: State, target: State) -> date:
    """The clocks of the state left end, those of the state entered begin; spans go on. Returns the queue's due day."""
    session, case, spans = moment.session, moment.case, moment.workflow.spans
    going_on = [span for span in spans if source in span.over and target in span.over]
    _end(moment, [span.clock.name for span in going_on])
    for span in going_on:
        _stand_or_run(moment, span, target)
    entered = [
        span.clock
        for span in spans
        if target in span.over and span not in going_on and not (span.once and _began(session, case.id, span))
    ]
    due_days = [NO_DUE_DAY]
    for state in (target, *entered):
        due_on = open_for(
            session,
            case.id,
            state=state,
            workflow=moment.workflow,
            facts=moment.facts,
            seq=moment.seq,
            day=moment.day,
            rulebook=moment.rulebook,
        )
        if state.name not in moment.workflow.rights:
            due_days.append(due_on)
    return nearest(session, case) if going_on else min(due_days)


def _end(moment: Moment, going_on: list[str]) -> None:
    """End every clock that runs but those; what the session holds of the clocks of the case is read anew."""
    session, case_id = moment.session, moment.case.id
    if session.dirty or session.new:
        session.flush()
    ended = END.where(DEADLINE.c.state.not_in(going_on)) if going_on else END
    session.execute(ended, {"of_case": case_id, "closed_seq": moment.seq, "closed_at": moment.now})
    for row in session.identity_map.values():
        if isinstance(row, Deadline) and row.__dict__.get("case_id") == case_id:
            session.expire(row)


def _began(session: Session, case_id: int, span: Span) -> bool:
    """Whether the clock of a span ran in this case before."""
    earlier = exists().where(Deadline.case_id == case_id, Deadline.state == span.clock.name)
    return bool(session.scalar(select(earlier)))


def _stand_or_run(moment: Moment, span: Span, target: State) -> None:
    """A span stands while the case waits for somebody else, and runs again afterwards; both are entries of its ledger."""
    running_spans = (c for c in running(moment.session, moment.case.id) if c.state == span.clock.name)
    for found in running_spans:
        if (found.paused_on is None) == (target in span.paused_in):
            kind = EntryKind.PAUSE if found.paused_on is None else EntryKind.RESUME
            reason = span.because if kind is EntryKind.PAUSE else moment.step.title
            entry = Entry(kind, moment.day, reason)
            ledger.enter(
                moment.session, found, entry, case=moment.case, seq=moment.seq, rulebook=moment.rulebook
            )
            moment.session.flush()


def open_for(
    session: Session,
    case_id: int,
    *,
    state: State,
    workflow: Workflow,
    facts: Any,
    seq: int,
    day: date,
    rulebook: Rulebook,
) -> date:
    """Open the clock of the state entered, from this legal day; returns the due day for the queue."""
    if not state.deadline:
        return NO_DUE_DAY
    due = due_day(state, workflow, facts, day=day, rulebook=rulebook)
    act_on = alarms.next_on(
        state,
        starts_on=day,
        due_on=due.due_on,
        after=day,
        told_on=None,
        escalated=0,
        rulebook=rulebook,
    )
    started = row(due, case_id=case_id, state=state.name, seq=seq) | {"act_on": act_on}
    session.execute(BEGIN, started)
    return due.due_on


def queue_day(state: State, workflow: Workflow, facts: Any, *, day: date, rulebook: Rulebook) -> date:
    """The due day for the queue of a case whose clock starts on this day in this state; none where it has no clock."""
    return (
        due_day(state, workflow, facts, day=day, rulebook=rulebook).due_on if state.deadline else NO_DUE_DAY
    )


def met_at_once(moment: Moment, rule: str) -> None:
    """Write down the limit of a duty that this very step fulfils, as a clock that its event begins and ends."""
    due = moment.rulebook.due(rule, moment.day)
    started = row(due, case_id=moment.case.id, state=moment.case.state, seq=moment.seq)
    ended = {"closed_seq": moment.seq, "closed_at": moment.now}
    moment.session.execute(BEGIN, started | ended)


def row(due: Due, *, case_id: int, state: str, seq: int) -> dict[str, Any]:
    """A clock as it is written when the event `seq` starts it."""
    return {
        "case_id": case_id,
        "state": state,
        "rule_id": due.rule_id,
        "rule_version": due.rule_version,
        "starts_on": due.starts_on,
        "due_on": due.due_on,
        "provisional": due.provisional,
        "explanation": [line.as_json() for line in due.explanation],
        "opened_seq": seq,
        "escalated": 0,
    }


def due_day(state: State, workflow: Workflow, facts: Any, *, day: date, rulebook: Rulebook) -> Due:
    """When a clock that starts on this day in this state ends, by its rule or by the term in the case itself."""
    if state.deadline_fact:
        because = ledger.stated_term(workflow.labels[state.deadline_fact])
        return rulebook.term(getattr(facts, state.deadline_fact), day, because)
    return rulebook.due(state.rule_of(facts), day)


def is_over(running: Sequence[Ticking], day: date, *, state: str) -> bool:
    """Whether the period of the case's state ended before this legal day; a clock that stands never ends."""
    own = [clock for clock in running if clock.state == state] or running
    return bool(own) and max(clock.due_on for clock in own) < day and not is_paused(own)


def over(running: Sequence[Ticking], day: date) -> frozenset[str]:
    """The names of the clocks whose period ended before this legal day."""
    return frozenset(clock.state for clock in running if clock.due_on < day and clock.paused_on is None)


def is_paused(running: Sequence[Ticking]) -> bool:
    """Whether the clock of the case stands."""
    return any(clock.paused_on is not None for clock in running)


def nearest(session: Session, case: Case) -> date:
    """The nearest due day of the clocks that run, for the queue; none while the clock stands, and none of a mere right."""
    wanted = select(func.min(Deadline.due_on)).where(
        Deadline.case_id == case.id,
        Deadline.closed_seq.is_(None),
        Deadline.paused_on.is_(None),
        Deadline.state.not_in(BY_NAME[case.workflow].rights),
    )
    return session.scalar(wanted) or NO_DUE_DAY


def running(session: Session, case_id: int) -> Sequence[Deadline]:
    """The open clocks of a case, nearest first."""
    return session.scalars(RUNNING, {"case_id": case_id}).all()


def in_short(session: Session, case_id: int) -> Sequence[Ticking]:
    """The same as rows that say only when each ends and whether it stands."""
    found: Any = session.execute(IN_SHORT, {"case_id": case_id}).all()
    return tuple(found)


def of_case(session: Session, case_id: int) -> Sequence[Deadline]:
    """Every clock the case ever had, the nearest due day first."""
    return session.scalars(OF_CASE, {"case_id": case_id}).all()
