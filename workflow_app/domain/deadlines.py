"""When a period ends, and how a reader can count it again by hand.

Pure functions of a rule, the day of the event, a calendar and the ledger of the clock: nothing is fetched, nothing is
stored. The day of the event is not counted (民法典第二百零一条); working days count make-up days; a period in days,
months or years that ends on a day off ends on the next working day (第二百零三条). Never edit a due day: change
what it is derived from.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from .calendar import Calendar
from .citing import cite
from .ledger import Entry, EntryKind, Pause, Timeline, fault, is_length_of_time, timeline
from .reckoning import ONE_DAY, Leg, Reckoning, reckon
from .rule import Rule, Unit
from .telling import Skipped, moved, restarted, skipped, tell, unknown_years
from .words import N_, Sentence

__all__ = ["Due", "Entry", "EntryKind", "Pause", "Skipped", "due", "due_on_fixed_day", "fault"]


@dataclass(frozen=True)
class Due:
    """The last day of a period (it ends at 24:00), with every day passed over and the whole reckoning.

    `provisional` is true when a day was judged in a year whose holiday notice is not known. While the clock stands,
    `paused_since` is the day it was stopped, `due_on` the day it would be if it ran again on that very day (so never
    later than the day it will be), and `remaining` what was left then: working days when base and extensions all
    count them, otherwise days. `skipped` names the days off passed over, `pauses` the pauses that are over.
    """

    rule_id: str
    rule_version: str
    starts_on: date
    due_on: date
    provisional: bool
    explanation: tuple[Sentence, ...]
    skipped: Skipped
    pauses: tuple[Pause, ...] = ()
    paused_since: date | None = None
    remaining: int | None = None


def due(rule: Rule, starts_on: date, calendar: Calendar, ledger: Sequence[Entry] = ()) -> Due:
    """The due day of `rule` for an event on `starts_on`, after what the ledger says happened to the clock.

    A value of 0 is due on the day of the event. Paused days do not count; an extension adds the value of its rule to
    the end; a restart counts anew from its own day. Raises ValueError when the rule is no length of time or the
    ledger is not legal (see `fault`).
    """
    if rule.value is None or not is_length_of_time(rule):
        raise ValueError(f"rule {rule.id} is no length of time")
    time = timeline(ledger, starts_on)
    found = reckon((Leg(rule.unit, rule.value), *_extensions(time)), time, calendar)
    told = (*_start(rule, starts_on, time), *cite(rule), *(moved(entry) for entry in time.moves))
    return _due(found, time, calendar, starts_on=starts_on, rule=rule, told=told)


def due_on_fixed_day(
    day: date, starts_on: date, calendar: Calendar, because: Sentence, ledger: Sequence[Entry] = ()
) -> Due:
    """The due day of a term that a paper names as a day, say the term written into a letter.

    A day off moves to the next working day like the end of any period. Paused days are added to the end. A restart
    leaves the day that is written down as it is, but the term never ends before it. The result carries no rule id.
    """
    time = timeline(ledger, starts_on)
    last_day = max(day, time.restart.on) if time.restart else day
    named = Leg(Unit.CALENDAR_DAY, 0, last_day=last_day)
    found = reckon((named, *_extensions(time)), time, calendar)
    told = (
        because,
        Sentence(N_("写明的期限是 %(day)s。"), day=day),
        *((restarted(time.restart),) if time.restart else ()),
        *(moved(entry) for entry in time.moves),
    )
    return _due(found, time, calendar, starts_on=starts_on, rule=None, told=told)


def _extensions(time: Timeline) -> tuple[Leg, ...]:
    return tuple(
        Leg(entry.rule.unit, entry.rule.value, extension=entry)
        for entry in time.extensions
        if entry.rule and entry.rule.value is not None
    )


def _due(
    found: Reckoning,
    time: Timeline,
    calendar: Calendar,
    *,
    starts_on: date,
    rule: Rule | None,
    told: tuple[Sentence, ...],
) -> Due:
    return Due(
        rule_id=rule.id if rule else "",
        rule_version=rule.version if rule else "",
        starts_on=starts_on,
        due_on=found.due_on,
        provisional=bool(unknown_years(found, calendar)),
        explanation=(*told, *tell(found, time, calendar)),
        skipped=skipped(found, calendar),
        pauses=found.pauses,
        paused_since=time.standing.on if time.standing else None,
        remaining=found.remaining,
    )


def _start(rule: Rule, starts_on: date, time: Timeline) -> tuple[Sentence, ...]:
    if rule.starts_when:
        event = Sentence(
            N_("起算事件：%(event)s，%(day)s。"), event=Sentence(rule.starts_when), day=starts_on
        )
    else:
        event = Sentence(N_("起算日：%(day)s。"), day=starts_on)
    begun = (event, restarted(time.restart)) if time.restart else (event,)
    if rule.value == 0:
        return (*begun, Sentence(N_("当天即到期，不另计天数。")))
    not_counted = Sentence(
        N_("当天不计入，从 %(day)s开始计算（《民法典》第二百零一条）。"), day=time.starts_on + ONE_DAY
    )
    return (*begun, not_counted)
