"""What happened to a running clock: paused, resumed, extended, started again, moved to another rule.

Entries are only ever added, in the order of their days. This module says whether an order of entries is legal and
what of it still has an effect; it counts nothing (see deadlines.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from .rule import Rule, Unit
from .words import N_, Sentence


class EntryKind(StrEnum):
    """What an entry does to the clock."""

    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    RESTART = "restart"
    MOVE = "move"


@dataclass(frozen=True)
class Entry:
    """One entry: what it does, on which legal day it takes effect, and why (as it is shown to everybody concerned).

    EXTEND adds the value of `rule`. MOVE says that the clock was moved on purpose from the rule version `was` to the
    rule it is now counted by, and changes nothing else.
    """

    kind: EntryKind
    on: date
    reason: str
    rule: Rule | None = None
    was: str = ""


@dataclass(frozen=True)
class Pause:
    """A pause that is over. `from_on` is not counted, `until_on` is counted again.

    `taken_out` says how many units of the period it took out: working days or days, as the period counts there.
    """

    from_on: date
    until_on: date
    reason: str
    taken_out: int = 0

    def holds(self, day: date) -> bool:
        """Whether the clock stands on `day`."""
        return self.from_on <= day < self.until_on


@dataclass(frozen=True)
class Timeline:
    """What still has an effect: the day counting starts from, pauses that are over, the one that stands, extensions.

    Of several restarts only the last one has an effect; it also ends what was before it, except moves.
    """

    starts_on: date
    pauses: tuple[Pause, ...] = ()
    standing: Entry | None = None
    extensions: tuple[Entry, ...] = ()
    restart: Entry | None = None
    moves: tuple[Entry, ...] = ()

    def runs_on(self, day: date) -> bool:
        """Whether the clock runs on `day`. The standing pause is left out: nobody knows yet how long it is."""
        return not any(pause.holds(day) for pause in self.pauses)


def fault(ledger: Sequence[Entry], starts_on: date) -> Sentence | None:
    """Why these entries are not legal in this order for a clock started on `starts_on`; None when they are."""
    last_on, paused_on = starts_on, None
    for entry in ledger:
        if entry.on < starts_on:
            return Sentence(
                N_("%(day)s早于起算日 %(start)s，请填写起算日当天或者之后的日期。"),
                day=entry.on,
                start=starts_on,
            )
        if entry.on < last_on:
            return Sentence(
                N_("%(day)s早于上一次计时变动的 %(last)s，请填写那一天或者之后的日期。"),
                day=entry.on,
                last=last_on,
            )
        if reason := _fault_of(entry, paused_on):
            return reason
        last_on = entry.on
        if entry.kind is EntryKind.PAUSE:
            paused_on = entry.on
        elif entry.kind in (EntryKind.RESUME, EntryKind.RESTART):
            paused_on = None
    return None


def _fault_of(entry: Entry, paused_on: date | None) -> Sentence | None:
    """What is wrong with one entry when the clock stands since `paused_on` (None: it runs)."""
    if entry.kind is EntryKind.PAUSE and paused_on:
        return Sentence(N_("计时已经自 %(day)s起暂停，请先恢复计时，再作新的暂停。"), day=paused_on)
    if entry.kind is EntryKind.RESUME and not paused_on:
        return Sentence(N_("计时正在进行，不需要恢复。"))
    if entry.kind is EntryKind.EXTEND and not (entry.rule and is_length_of_time(entry.rule)):
        return Sentence(N_("延长期限要写明依据的时限规则，请选择一条以天、月或者年计算的规则。"))
    return None


def is_length_of_time(rule: Rule) -> bool:
    """Whether a rule says how long something takes, not how often or in what way."""
    return rule.value is not None and rule.unit not in (Unit.COUNT, Unit.NONE)


def timeline(ledger: Sequence[Entry], starts_on: date) -> Timeline:
    """What of the entries still has an effect. Raises ValueError when their order is not legal."""
    if wrong := fault(ledger, starts_on):
        raise ValueError(str(wrong))
    found = Timeline(starts_on)
    for entry in ledger:
        found = _after(found, entry)
    return found


def _after(found: Timeline, entry: Entry) -> Timeline:
    if entry.kind is EntryKind.PAUSE:
        return replace(found, standing=entry)
    if entry.kind is EntryKind.EXTEND:
        return replace(found, extensions=(*found.extensions, entry))
    if entry.kind is EntryKind.MOVE:
        return replace(found, moves=(*found.moves, entry))
    if entry.kind is EntryKind.RESTART:
        return Timeline(entry.on, restart=entry, moves=found.moves)
    assert found.standing is not None  # `fault` refuses to resume a clock that runs
    pause = Pause(found.standing.on, entry.on, found.standing.reason)
    return replace(found, pauses=(*found.pauses, pause), standing=None)
