"""When a period ends, and how a reader can count it again by hand.

Pure functions of a rule, the day of the event and a calendar: nothing is fetched, nothing is stored.
The day of the event is not counted (民法典第二百零一条); working days count make-up days; a period in days,
months or years that ends on a day off ends on the next working day (第二百零三条). Never edit a due day: change
what it is derived from.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from .calendar import Calendar
from .rules import Rule, Unit
from .words import N_, Sentence

ONE_DAY = timedelta(days=1)

Skipped = tuple[tuple[date, Sentence], ...]


@dataclass(frozen=True)
class Due:
    """The last day of a period (it ends at 24:00), with every day passed over and the whole reckoning.

    `provisional` is true when a day was judged in a year whose holiday notice is not known.
    """

    rule_id: str
    rule_version: str
    starts_on: date
    due_on: date
    provisional: bool
    explanation: tuple[Sentence, ...]
    skipped: Skipped


@dataclass(frozen=True)
class _Reckoning:
    """What counting found: the last day, the days that had to be judged, and the sentences about them."""

    due_on: date
    judged: tuple[date, ...]
    told: tuple[Sentence, ...]
    skipped: Skipped = ()


def due(rule: Rule, starts_on: date, calendar: Calendar) -> Due:
    """The due day of `rule` for an event on `starts_on`.

    A value of 0 is due on the day of the event. Raises ValueError when the rule is no length of time.
    """
    if rule.value is None or rule.unit in (Unit.COUNT, Unit.NONE):
        raise ValueError(f"rule {rule.id} is no length of time")
    if rule.value == 0:
        reckoning = _Reckoning(starts_on, (), ())
    elif rule.unit is Unit.WORKING_DAY:
        reckoning = _working_days(rule.value, starts_on, calendar)
    else:
        reckoning = _calendar_period(rule, starts_on, calendar)
    return Due(
        rule_id=rule.id,
        rule_version=rule.version,
        starts_on=starts_on,
        due_on=reckoning.due_on,
        provisional=bool(_unknown_years(reckoning, calendar)),
        explanation=(*_start(rule, starts_on), *_source(rule), *_finish(reckoning, calendar)),
        skipped=reckoning.skipped,
    )


def due_on_fixed_day(day: date, starts_on: date, calendar: Calendar, because: Sentence) -> Due:
    """The due day of a term that a paper names as a day, say the term written into a letter.

    A day off moves to the next working day like the end of any period. The result carries no rule id.
    """
    reckoning = _rolled_forward(day, calendar)
    return Due(
        rule_id="",
        rule_version="",
        starts_on=starts_on,
        due_on=reckoning.due_on,
        provisional=bool(_unknown_years(reckoning, calendar)),
        explanation=(because, Sentence(N_("写明的期限是 %(day)s。"), day=day), *_finish(reckoning, calendar)),
        skipped=reckoning.skipped,
    )


def _working_days(count: int, starts_on: date, calendar: Calendar) -> _Reckoning:
    judged: list[date] = []
    skipped: list[tuple[date, Sentence]] = []
    while len(judged) - len(skipped) < count:
        day = starts_on + ONE_DAY * (len(judged) + 1)
        judged.append(day)
        if why := calendar.why_off(day):
            skipped.append((day, why))
    made_up = tuple(
        Sentence(N_("%(day)s是周末，但按放假安排调休上班，计入工作日。"), day=day)
        for day in judged
        if calendar.is_make_up(day)
    )
    last = Sentence(N_("第 %(count)s 个工作日是 %(day)s。"), count=count, day=judged[-1])
    return _Reckoning(judged[-1], tuple(judged), (*_runs(skipped), *made_up, last), tuple(skipped))


def _calendar_period(rule: Rule, starts_on: date, calendar: Calendar) -> _Reckoning:
    assert rule.value is not None
    if rule.unit is Unit.CALENDAR_DAY:
        ends_on = starts_on + ONE_DAY * rule.value
        told = Sentence(N_("第 %(count)s 日是 %(day)s。"), count=rule.value, day=ends_on)
    else:
        months = rule.value * (12 if rule.unit is Unit.YEAR else 1)
        ends_on = _months_later(starts_on, months)
        if ends_on.day == starts_on.day:
            told = Sentence(N_("到期月的对应日是 %(day)s（《民法典》第二百零二条）。"), day=ends_on)
        else:
            told = Sentence(
                N_("到期月没有对应日，以月末日 %(day)s为最后一日（《民法典》第二百零二条）。"), day=ends_on
            )
    rolled = _rolled_forward(ends_on, calendar)
    return _Reckoning(rolled.due_on, rolled.judged, (told, *rolled.told), rolled.skipped)


def _months_later(day: date, months: int) -> date:
    """The corresponding day `months` later, or the last day of a month that has none (民法典第二百零二条)."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _rolled_forward(ends_on: date, calendar: Calendar) -> _Reckoning:
    due_on = calendar.first_working_day(ends_on)
    judged = tuple(ends_on + ONE_DAY * n for n in range((due_on - ends_on).days + 1))
    if due_on == ends_on:
        return _Reckoning(due_on, judged, ())
    skipped = tuple((day, why) for day in judged if (why := calendar.why_off(day)))
    moved = Sentence(
        N_("%(day)s是休息日，顺延到其后的第一个工作日 %(due)s（《民法典》第二百零三条）。"),
        day=ends_on,
        due=due_on,
    )
    return _Reckoning(due_on, judged, (*_runs(skipped), moved), skipped)


def _runs(skipped: list[tuple[date, Sentence]] | Skipped) -> tuple[Sentence, ...]:
    """One sentence for each unbroken run of days off that share a reason."""

    def run_key(numbered: tuple[int, tuple[date, Sentence]]) -> tuple[int, str]:
        place, (day, why) = numbered
        return day.toordinal() - place, why.text

    return tuple(_run(tuple(entry for _, entry in run)) for _, run in groupby(enumerate(skipped), run_key))


def _run(run: Skipped) -> Sentence:
    (first, why), (last, _) = run[0], run[-1]
    if first == last:
        return Sentence(N_("不计 %(day)s：%(why)s。"), day=first, why=why)
    return Sentence(N_("不计 %(first)s至 %(last)s：%(why)s。"), first=first, last=last, why=why)


def _start(rule: Rule, starts_on: date) -> tuple[Sentence, ...]:
    if rule.starts_when:
        event = Sentence(
            N_("起算事件：%(event)s，%(day)s。"), event=Sentence(rule.starts_when), day=starts_on
        )
    else:
        event = Sentence(N_("起算日：%(day)s。"), day=starts_on)
    if rule.value == 0:
        return (event, Sentence(N_("当天即到期，不另计天数。")))
    not_counted = Sentence(
        N_("当天不计入，从 %(day)s开始计算（《民法典》第二百零一条）。"), day=starts_on + ONE_DAY
    )
    return (event, not_counted)


def _source(rule: Rule) -> tuple[Sentence, ...]:
    limit = Sentence(
        N_("时限规则 %(id)s：%(title)s，%(period)s。"),
        id=rule.id,
        title=Sentence(rule.title),
        period=rule.period,
    )
    if rule.article:
        source = Sentence(
            N_("依据：%(instrument)s%(article)s。"),
            instrument=Sentence(rule.instrument),
            article=rule.article,
        )
    else:
        source = Sentence(N_("依据：%(instrument)s。"), instrument=Sentence(rule.instrument))
    if rule.is_confirmed:
        return (limit, source)
    return (
        limit,
        source,
        Sentence(N_("待核实：这个时限还没有与法律原文核对一致，如有出入，以主管部门公布的文本为准。")),
    )


def _finish(reckoning: _Reckoning, calendar: Calendar) -> tuple[Sentence, ...]:
    last = Sentence(N_("到期：%(day)s 24:00。"), day=reckoning.due_on)
    unknown = tuple(
        Sentence(
            N_("暂定：%(year)s 年的放假安排还没有录入，先按周末和法定节日推算，录入后重新计算。"), year=year
        )
        for year in _unknown_years(reckoning, calendar)
    )
    return (*reckoning.told, last, *unknown)


def _unknown_years(reckoning: _Reckoning, calendar: Calendar) -> list[int]:
    return sorted({day.year for day in reckoning.judged if not calendar.knows(day.year)})
