"""Says a reckoning in sentences from which anybody can count it again by hand.

Each day off passed over with its name, each weekend day that was worked, each pause with what it took out, each
extension with its source, and each step that leads to the end. Counts nothing itself (see reckoning.py).
"""

from collections.abc import Iterable
from datetime import date
from itertools import groupby

from .calendar import Calendar
from .citing import cite
from .ledger import Entry, Pause, Timeline
from .reckoning import ONE_DAY, Reckoning, Stretch
from .rule import PERIODS, PERIODS_OF_ONE, Unit
from .words import N_, Sentence, Value

Skipped = tuple[tuple[date, Sentence], ...]


def tell(found: Reckoning, time: Timeline, calendar: Calendar) -> tuple[Sentence, ...]:
    """The sentences from the first day counted to the day the period ends, and 暂定 for a year without its notice."""
    return (
        *(sentence for stretch in found.stretches for sentence in _leg(stretch, calendar)),
        *_end(found, calendar),
        *_due(found, time),
        *(
            Sentence(
                N_("暂定：%(year)s 年的放假安排还没有录入，先按周末和法定节日推算，录入后重新计算。"),
                year=year,
            )
            for year in unknown_years(found, calendar)
        ),
    )


def skipped(found: Reckoning, calendar: Calendar) -> Skipped:
    """The days off that were passed over, those within a pause among them, each with its reason."""
    return _days_off(dict.fromkeys(found.judged), calendar)


def unknown_years(found: Reckoning, calendar: Calendar) -> list[int]:
    """The years that matter to the end and have no holiday notice."""
    return sorted({day.year for day in found.judged if not calendar.knows(day.year)})


def restarted(entry: Entry) -> Sentence:
    """That counting began anew."""
    return Sentence(
        N_("%(day)s重新起算：%(reason)s。此前的计数、暂停和延长不再计入。"),
        day=entry.on,
        reason=_reason(entry.reason),
    )


def moved(entry: Entry) -> Sentence:
    """That the clock goes by another version of its rule than the one it started under."""
    return Sentence(
        N_("自 %(day)s起改按现行的时限规则计算，原来适用 %(was)s 版：%(reason)s。"),
        day=entry.on,
        was=entry.was,
        reason=_reason(entry.reason),
    )


def _leg(stretch: Stretch, calendar: Calendar) -> tuple[Sentence, ...]:
    added = _extension(stretch.leg.extension, stretch.after) if stretch.leg.extension else ()
    return (*added, *_passed_over(stretch, calendar), *_last_day(stretch))


def _extension(entry: Entry, after: date) -> tuple[Sentence, ...]:
    assert entry.rule is not None  # an extension without its rule is not legal (see ledger.fault)
    intro = Sentence(
        N_("%(day)s延长期限：%(reason)s。从 %(next)s接着计算。"),
        day=entry.on,
        reason=_reason(entry.reason),
        next=after + ONE_DAY,
    )
    return (intro, *cite(entry.rule))


def _passed_over(stretch: Stretch, calendar: Calendar) -> tuple[Sentence, ...]:
    made_up = (
        Sentence(
            N_("%(day)s是周末，但按放假安排调休上班，属于暂停期间扣除的工作日。")
            if any(pause.holds(day) for pause in stretch.pauses)
            else N_("%(day)s是周末，但按放假安排调休上班，计入工作日。"),
            day=day,
        )
        for day in stretch.judged
        if calendar.is_make_up(day)
    )
    unit = Unit.WORKING_DAY if stretch.leg.is_in_working_days else Unit.CALENDAR_DAY
    paused = (_pause(pause, unit) for pause in stretch.pauses)
    return (*_runs(_days_off(stretch.judged, calendar)), *made_up, *paused)


def _pause(pause: Pause, unit: Unit) -> Sentence:
    if pause.taken_out:
        text = N_("自 %(day)s起暂停计时：%(reason)s。%(until)s恢复计时，其间 %(period)s不计。")
    else:
        text = N_("自 %(day)s起暂停计时：%(reason)s。%(until)s恢复计时，其间没有应当扣除的日子。")
    return Sentence(
        text,
        day=pause.from_on,
        reason=_reason(pause.reason),
        until=pause.until_on,
        **({"period": _period(pause.taken_out, unit)} if pause.taken_out else {}),
    )


def _period(count: int, unit: Unit) -> Sentence:
    return Sentence(PERIODS_OF_ONE[unit]) if count == 1 else Sentence(PERIODS[unit], count=count)


def _last_day(stretch: Stretch) -> tuple[Sentence, ...]:
    leg = stretch.leg
    if not leg.value or leg.last_day:
        return _without_pauses(stretch) if leg.last_day else ()
    if leg.unit in (Unit.MONTH, Unit.YEAR):
        return (_corresponding_day(stretch), *_without_pauses(stretch))
    if leg.is_in_working_days:
        text = N_("第 %(count)s 个工作日是 %(day)s。")
        longer = N_("延长的第 %(count)s 个工作日是 %(day)s。")
    else:
        text, longer = N_("第 %(count)s 日是 %(day)s。"), N_("延长的第 %(count)s 日是 %(day)s。")
    return (Sentence(longer if leg.extension else text, count=leg.value, day=stretch.ends_on),)


def _corresponding_day(stretch: Stretch) -> Sentence:
    if stretch.plain_end.day == stretch.plain_after.day:
        text = N_("到期月的对应日是 %(day)s（《民法典》第二百零二条）。")
    else:
        text = N_("到期月没有对应日，以月末日 %(day)s为最后一日（《民法典》第二百零二条）。")
    return Sentence(text, day=stretch.plain_end)


def _without_pauses(stretch: Stretch) -> tuple[Sentence, ...]:
    """How a stretch that ends on a named or corresponding day is counted when pauses move its end."""
    if stretch.ends_on == stretch.plain_end:
        return ()
    return (
        Sentence(
            N_(
                "没有暂停的话，从 %(first)s到 %(last)s共 %(count)s 日；"
                "扣除暂停的日子，第 %(count)s 日是 %(day)s。"
            ),
            first=stretch.plain_after + ONE_DAY,
            last=stretch.plain_end,
            count=(stretch.plain_end - stretch.plain_after).days,
            day=stretch.ends_on,
        ),
    )


def _end(found: Reckoning, calendar: Calendar) -> tuple[Sentence, ...]:
    """How the end moves to the due day, with the pauses that began after everything was counted."""
    unit = Unit.WORKING_DAY if found.is_in_working_days else Unit.CALENDAR_DAY
    late = tuple(_pause(pause, unit) for pause in found.late_pauses)
    if found.due_on == found.ends_on:
        return late
    if not found.has_length:
        return (*late, Sentence(N_("到期当天计时暂停，移到恢复计时的 %(due)s。"), due=found.due_on))
    is_paused = any(pause.holds(day) for pause in found.pauses for day in found.moved_over)
    if is_paused:
        text = N_(
            "%(day)s是休息日或者在暂停期间，顺延到其后恢复计时的第一个工作日 %(due)s"
            "（《民法典》第二百零三条）。"
        )
    else:
        text = N_("%(day)s是休息日，顺延到其后的第一个工作日 %(due)s（《民法典》第二百零三条）。")
    moved_to = Sentence(text, day=found.ends_on, due=found.due_on)
    return (*_runs(_days_off(found.moved_over, calendar)), *late, moved_to)


def _due(found: Reckoning, time: Timeline) -> tuple[Sentence, ...]:
    ends = Sentence(N_("到期：%(day)s 24:00。"), day=found.due_on)
    if not time.standing:
        return (ends,)
    since: dict[str, Value] = {"day": time.standing.on, "reason": _reason(time.standing.reason)}
    if found.due_on < time.standing.on:
        return (ends, Sentence(N_("自 %(day)s起暂停计时：%(reason)s。那时已经到期，到期日不变。"), **since))
    assert found.remaining is not None
    unit = Unit.WORKING_DAY if found.is_in_working_days else Unit.CALENDAR_DAY
    return (
        Sentence(
            N_("自 %(day)s起暂停计时：%(reason)s。还没有恢复，暂停时还剩 %(period)s，从恢复当天起接着计算。"),
            period=_period(found.remaining, unit),
            **since,
        ),
        Sentence(
            N_("暂停期间不会到期。假如暂停当天就恢复，到期日是 %(day)s；恢复得晚，到期日相应推后。"),
            day=found.due_on,
        ),
    )


def _days_off(judged: Iterable[date], calendar: Calendar) -> Skipped:
    return tuple((day, why) for day in judged if (why := calendar.why_off(day)))


def _runs(days_off: Skipped) -> tuple[Sentence, ...]:
    """One sentence for each unbroken run of days off that share a reason."""

    def run_key(numbered: tuple[int, tuple[date, Sentence]]) -> tuple[int, str]:
        place, (day, why) = numbered
        return day.toordinal() - place, why.text

    return tuple(_run(tuple(entry for _, entry in run)) for _, run in groupby(enumerate(days_off), run_key))


def _run(run: Skipped) -> Sentence:
    (first, why), (last, _) = run[0], run[-1]
    if first == last:
        return Sentence(N_("不计 %(day)s：%(why)s。"), day=first, why=why)
    return Sentence(N_("不计 %(first)s至 %(last)s：%(why)s。"), first=first, last=last, why=why)


def _reason(text: str) -> str:
    """What somebody typed, without the full stop that the sentence around it brings."""
    return text.strip().rstrip("。.；;")
