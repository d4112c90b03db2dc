"""The ledger of a clock: what was written into it, and the due day that follows from it.

The due day of a stored clock is always reckoned from its rule as it was when the clock started, its entries and the
calendar; nothing here or elsewhere sets it by hand. Entries are only ever added.
"""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from cattrs.preconf.json import make_converter
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ...domain.deadlines import Due, due, due_on_fixed_day
from ...domain.ledger import Entry, EntryKind, fault
from ...domain.refusals import Refused
from ...domain.rulebook import Rulebook
from ...domain.rules import Rule
from ...domain.words import N_, Sentence
from ...models.case import Case
from ...models.deadline import Deadline
from ...models.rulebook import ClockEntry
from ...workflows import BY_NAME
from ..rules import rulebooks
from . import alarms

RECOUNT = "recount"
"""The kind of an entry that says the calendar changed; it moves no day by itself."""
ACTS = {
    EntryKind.PAUSE: N_("暂停计时"),
    EntryKind.RESUME: N_("恢复计时"),
    EntryKind.EXTEND: N_("延长办理期限"),
    EntryKind.RESTART: N_("重新起算期限"),
    EntryKind.MOVE: N_("改按新的规则计算"),
    RECOUNT: N_("重新计算期限"),
}


class Ruled(Protocol):
    """A clock as far as its rule is asked for: a `Deadline`, or a row of these columns."""

    @property
    def rule_id(self) -> str: ...

    @property
    def rule_version(self) -> str: ...

    @property
    def starts_on(self) -> date: ...


_converter = make_converter()
_converter.register_structure_hook(date, lambda text, _: date.fromisoformat(text))
_converter.register_unstructure_hook(date, date.isoformat)


def entries(session: Session, deadline_id: int) -> Sequence[ClockEntry]:
    """Everything that was written into the ledger of a clock, oldest first."""
    wanted = select(ClockEntry).where(ClockEntry.deadline_id == deadline_id).order_by(ClockEntry.id)
    return session.scalars(wanted).all()


def last(session: Session, case_id: int) -> ClockEntry | None:
    """What was written last into the ledger of any clock of a case."""
    wanted = select(ClockEntry).join(Deadline).where(Deadline.case_id == case_id)
    return session.scalars(wanted.order_by(ClockEntry.id.desc()).limit(1)).first()


def as_entry(row: ClockEntry) -> Entry:
    """A stored entry as the reckoning reads it."""
    rule = _converter.structure(row.rule, Rule) if row.rule else None
    return Entry(EntryKind(row.kind), row.on, row.reason, rule=rule, was=row.was)


def reckon(
    session: Session, deadline: Deadline, case: Case, rulebook: Rulebook, *, added: Sequence[Entry] = ()
) -> Due:
    """The due day of a stored clock under this rulebook's calendar, with entries that may be added."""
    ledger = [as_entry(row) for row in entries(session, deadline.id) if row.kind != RECOUNT]
    ledger += added
    if not deadline.rule_id:
        return _term(deadline, case, rulebook, ledger)
    return due(rule_of(session, deadline, rulebook, ledger), deadline.starts_on, rulebook.calendar, ledger)


def rule_of(session: Session, deadline: Ruled, rulebook: Rulebook, ledger: Sequence[Entry] = ()) -> Rule:
    """The row of the rule a clock runs under: that of its version, or the one it was moved to on purpose."""
    for entry in reversed(ledger):
        if entry.kind is EntryKind.MOVE and entry.rule is not None:
            return entry.rule
    is_current = deadline.rule_version == rulebook.pack.version
    pack = rulebook.pack if is_current else rulebooks.pack_of(session, deadline.rule_version)
    return pack.rule(deadline.rule_id, on=deadline.starts_on, place=rulebook.place)


def _term(deadline: Deadline, case: Case, rulebook: Rulebook, ledger: Sequence[Entry]) -> Due:
    workflow = BY_NAME[case.workflow]
    fact = workflow.clock(deadline.state).deadline_fact
    return due_on_fixed_day(
        getattr(workflow.load(case.facts), fact),
        deadline.starts_on,
        rulebook.calendar,
        because=stated_term(workflow.labels[fact]),
        ledger=ledger,
    )


def stated_term(label: str) -> Sentence:
    """Why a day that stands in the case itself is the due day."""
    return Sentence(N_("期限由办件本身载明：%(fact)s。"), fact=Sentence(label))


def enter(
    session: Session, deadline: Deadline, entry: Entry, *, case: Case, seq: int, rulebook: Rulebook
) -> Due:
    """Write an entry and let the due day follow. Raises Refused when it doesn't fit what was written before."""
    written = [as_entry(row) for row in entries(session, deadline.id) if row.kind != RECOUNT]
    if wrong := fault((*written, entry), deadline.starts_on):
        raise Refused(wrong)
    reckoned = reckon(session, deadline, case, rulebook, added=(entry,))
    record(session, deadline, reckoned, entry=entry, case=case, seq=seq, rulebook=rulebook)
    return reckoned


def record(
    session: Session,
    deadline: Deadline,
    reckoned: Due,
    *,
    entry: Entry | None,
    case: Case,
    seq: int,
    rulebook: Rulebook,
    on: date | None = None,
    because: str = "",
) -> None:
    """Add the row of an entry, or of a recount where there is none, and let the clock say what was reckoned."""
    day = entry.on if entry else on
    assert day is not None
    session.execute(
        insert(ClockEntry).values(
            deadline_id=deadline.id,
            event_seq=seq,
            kind=entry.kind if entry else RECOUNT,
            on=day,
            reason=entry.reason if entry else because,
            rule=_converter.unstructure(entry.rule) if entry and entry.rule else None,
            was=entry.was if entry else "",
            old_due_on=deadline.due_on,
            new_due_on=reckoned.due_on,
        )
    )
    follow(deadline, reckoned, case=case, day=day, rulebook=rulebook)


def follow(deadline: Deadline, reckoned: Due, *, case: Case, day: date, rulebook: Rulebook) -> None:
    """Let the row of the clock say what was reckoned, and when time has to look at it next."""
    deadline.due_on = reckoned.due_on
    deadline.provisional = reckoned.provisional
    deadline.explanation = [line.as_json() for line in reckoned.explanation]
    deadline.paused_on = reckoned.paused_since
    if deadline.expired_at is not None and reckoned.due_on >= day:
        deadline.expired_at, deadline.escalated = None, 0
    is_waiting = deadline.act_on is not None and deadline.act_on <= day
    if deadline.paused_on is not None or not is_waiting:  # what waits for the sweep is not to be passed over
        state = BY_NAME[case.workflow].clock(deadline.state)
        deadline.act_on = alarms.next_for(deadline, state, after=day, rulebook=rulebook)
