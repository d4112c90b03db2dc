"""Random walks through the ledger of a clock: whatever happens to it, the due day is the one a plain count gives.

The plain count knows nothing of the code it checks: it goes from day to day. The reader knows even less: only the
sentences of the explanation.
"""

from dataclasses import replace
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from workflow_app.domain.calendar import built_in
from workflow_app.domain.deadlines import Entry, EntryKind, due, fault
from workflow_app.domain.rule import Rule, Unit

ONE = timedelta(days=1)
WORK, DAYS, MONTHS, YEARS = Unit.WORKING_DAY, Unit.CALENDAR_DAY, Unit.MONTH, Unit.YEAR
PAUSE, RESUME, EXTEND, RESTART, MOVE = EntryKind
RULE = Rule(
    id="OB-06", title="核查", workflow="objection", value=3, unit=WORK, starts_when="", suspended_when="",
    on_expiry="", place="", valid_from=date(2021, 1, 1), valid_to=None, instrument="《条例》", article="",
    evidence="V", note="", version="2026-11-22",
)  # fmt: skip
MOST = {WORK: 30, DAYS: 60, MONTHS: 6, YEARS: 2}

starts = st.dates(date(2025, 6, 1), date(2026, 12, 31))


@st.composite
def rules(draw, units=(WORK, DAYS, MONTHS, YEARS), least=0):
    """A rule with a length."""
    unit = draw(st.sampled_from(units))
    return replace(RULE, value=draw(st.integers(least, MOST[unit])), unit=unit)


@st.composite
def ledgers(draw, starts_on, units=(WORK, DAYS, MONTHS, YEARS), kinds=tuple(EntryKind)):
    """A legal ledger: some days pass, then one of the things that may happen now."""
    entries, on, stands = [], starts_on, False
    for gap in draw(st.lists(st.integers(0, 25), max_size=7)):
        on += ONE * gap
        kind = draw(st.sampled_from([k for k in kinds if k != (PAUSE if stands else RESUME)]))
        stands = kind is PAUSE or (stands and kind not in (RESUME, RESTART))
        rule = draw(rules(units)) if kind is EXTEND else None
        entries.append(Entry(kind, on, "检验", rule, "2026-11-21" if kind is MOVE else ""))
    return tuple(entries)


@st.composite
def clocks(draw, units=(WORK, DAYS, MONTHS, YEARS), kinds=tuple(EntryKind), least=0):
    """A rule, a start and a legal ledger."""
    starts_on = draw(starts)
    return draw(rules(units, least)), starts_on, draw(ledgers(starts_on, units, kinds))


def counted(rule, starts_on, ledger):
    return due(rule, starts_on, built_in(), ledger)


def in_force(starts_on, ledger):
    """Where counting starts, the paused days, and the rules of the extensions: what is left after the last restart.

    A pause without an end takes nothing out: the due day is then the one of a clock that ran again at once.
    """
    paused, extensions, since = set(), [], None
    for entry in ledger:
        if entry.kind is RESTART:
            starts_on, paused, extensions, since = entry.on, set(), [], None
        if entry.kind is EXTEND:
            extensions.append(entry.rule)
        if entry.kind is PAUSE:
            since = entry.on
        if entry.kind is RESUME:
            paused |= {since + ONE * n for n in range((entry.on - since).days)}
    return starts_on, paused, extensions


def is_off(day):
    return not built_in().is_working(day)


def first_day(after, enough):
    """The first day that is enough, from `after` on."""
    day = after
    while not enough(day):
        day += ONE
    return day


def plainly_counted(rule, starts_on, ledger):
    """The due day by going from day to day, one leg after the other."""
    start, paused, extensions = in_force(starts_on, ledger)
    end = unpaused_end = start
    for leg in (rule, *extensions):
        if leg.unit is WORK:
            length = leg.value
            unpaused_next = unpaused_end
            for _ in range(length):
                unpaused_next = first_day(unpaused_next + ONE, built_in().is_working)
        else:
            name = {DAYS: "days", MONTHS: "months", YEARS: "years"}[leg.unit]
            unpaused_next = unpaused_end + relativedelta(**{name: leg.value})
            length = (unpaused_next - unpaused_end).days
        unpaused_end = unpaused_next
        while length:
            end += ONE
            length -= end not in paused and not (leg.unit is WORK and is_off(end))
    has_length = any(leg.value for leg in (rule, *extensions))
    return first_day(end, lambda day: day not in paused and not (has_length and is_off(day)))


@settings(max_examples=300)
@given(clocks())
def test_any_legal_ledger_gives_the_date_of_a_plain_count(clock):
    assert fault(clock[2], clock[1]) is None
    assert counted(*clock).due_on == plainly_counted(*clock)


@given(clocks(units=(WORK,), least=1))
def test_the_due_day_is_the_first_with_enough_working_days_behind_it(clock):
    rule, starts_on, ledger = clock
    start, paused, extensions = in_force(starts_on, ledger)
    needed = rule.value + sum(extension.value for extension in extensions)

    def behind(day):
        days = (start + ONE * n for n in range(1, (day - start).days + 1))
        return sum(not is_off(d) and d not in paused for d in days)

    due_on = counted(*clock).due_on
    assert behind(due_on) == needed
    assert behind(due_on - ONE) == needed - 1


@settings(max_examples=300)
@given(clocks())
def test_nothing_ends_before_it_starts_or_while_the_clock_stands(clock):
    _, starts_on, ledger = clock
    found = counted(*clock)
    start, paused, _ = in_force(starts_on, ledger)
    assert found.due_on >= start >= starts_on
    assert found.due_on not in paused
    assert found.remaining is None or found.remaining >= 0
    assert all(pause.taken_out >= 0 for pause in found.pauses)


@given(clocks(), rules(), st.integers(0, 40), st.integers(0, 40))
def test_extending_or_pausing_never_makes_it_earlier(clock, extra, gap, length):
    rule, starts_on, ledger = clock
    on = (ledger[-1].on if ledger else starts_on) + ONE * gap
    if counted(*clock).paused_since is not None:
        ledger = (*ledger, Entry(RESUME, on, ""))
    before = counted(rule, starts_on, ledger)
    assert counted(rule, starts_on, (*ledger, Entry(EXTEND, on, "", extra))).due_on >= before.due_on
    stands = (*ledger, Entry(PAUSE, on, ""))
    runs_again = (*stands, Entry(RESUME, on + ONE * length, ""))
    later = (*stands, Entry(RESUME, on + ONE * (length + 1), ""))
    assert counted(rule, starts_on, stands).due_on == before.due_on
    assert counted(rule, starts_on, runs_again).due_on >= before.due_on
    assert counted(rule, starts_on, later).due_on >= counted(rule, starts_on, runs_again).due_on


@given(st.data(), starts, st.integers(1, 10), rules())
def test_a_later_start_or_a_longer_period_never_ends_earlier(data, starts_on, days, rule):
    later_on = starts_on + ONE * days
    ledger = data.draw(ledgers(later_on, (WORK, DAYS)))
    found = counted(rule, starts_on, ledger)
    assert counted(rule, later_on, ledger).due_on >= found.due_on
    assume(
        rule.value
    )  # due at once on a day off is not comparable: only what has a length moves to a working day
    assert counted(replace(rule, value=rule.value + 1), starts_on, ledger).due_on >= found.due_on


@given(clocks(), st.lists(st.integers(0, 15), min_size=3, max_size=3))
def test_two_pauses_side_by_side_are_one(clock, gaps):
    rule, starts_on, ledger = clock
    last_on = ledger[-1].on if ledger else starts_on
    if counted(*clock).paused_since is not None:
        ledger = (*ledger, Entry(RESUME, last_on, ""))
    first, cut, last = (last_on + ONE * sum(gaps[: n + 1]) for n in range(3))
    whole = (*ledger, Entry(PAUSE, first, "检验"), Entry(RESUME, last, ""))
    halves = (*whole[:-1], Entry(RESUME, cut, ""), Entry(PAUSE, cut, "检验"), whole[-1])
    one, two = counted(rule, starts_on, whole), counted(rule, starts_on, halves)
    assert (one.due_on, one.skipped) == (two.due_on, two.skipped)
    assert sum(p.taken_out for p in one.pauses) == sum(p.taken_out for p in two.pauses)


@given(clocks())
def test_moving_a_clock_to_its_own_rule_changes_nothing(clock):
    rule, starts_on, ledger = clock
    without = tuple(entry for entry in ledger if entry.kind is not MOVE)
    assert counted(*clock).due_on == counted(rule, starts_on, without).due_on


@given(clocks(units=(WORK,), least=1), st.integers(0, 30))
def test_what_remained_is_what_is_counted_after_it_runs_again(clock, gap):
    rule, starts_on, ledger = clock
    if counted(*clock).paused_since is None:
        ledger = (*ledger, Entry(PAUSE, ledger[-1].on if ledger else starts_on, "检验"))
    found, again_on = counted(rule, starts_on, ledger), ledger[-1].on + ONE * gap
    due_on = counted(rule, starts_on, (*ledger, Entry(RESUME, again_on, ""))).due_on
    start, _, _ = in_force(starts_on, ledger)
    if found.remaining:
        assert built_in().working_days_between(max(again_on - ONE, start), due_on) == found.remaining
    else:
        assert due_on == found.due_on < found.paused_since


def values(found, text):
    """The values of the sentences that begin so."""
    return [line.values for line in found.explanation if line.text.startswith(text)]


def read_and_counted(found, starts_on):
    """The due day as a reader finds it who has nothing but the sentences."""
    off = {}
    for run in values(found, "不计"):
        first, last = run.get("first", run.get("day")), run.get("last", run.get("day"))
        off |= {first + ONE * n: run["why"] for n in range((last - first).days + 1)}
    paused = set()
    for pause in (v for v in values(found, "自 %(day)s起暂停计时") if "until" in v):
        paused |= {pause["day"] + ONE * n for n in range((pause["until"] - pause["day"]).days)}
    restarts = values(found, "%(day)s重新起算")
    end = unpaused_end = restarts[-1]["day"] if restarts else starts_on
    has_length = False
    for limit in values(found, "时限规则"):
        text, count = limit["period"].text, limit["period"].values.get("count", 1)
        has_length = has_length or count > 0
        if "工作日" in text or text.endswith(" 日"):
            passed_over = (paused | off.keys()) if "工作日" in text else paused
        else:
            unpaused_next = unpaused_end + relativedelta(**{"years" if "年" in text else "months": count})
            passed_over, count = paused, (unpaused_next - unpaused_end).days
        for _ in range(count):
            end = first_day(end + ONE, lambda day, over=passed_over: day not in over)
        unpaused_end = end
    return first_day(end, lambda day: day not in paused and not (has_length and day in off))


@settings(max_examples=300)
@given(clocks(units=(WORK, DAYS)) | clocks(kinds=(PAUSE, RESUME, RESTART, MOVE)))
def test_a_reader_who_has_only_the_explanation_finds_the_same_day(clock):
    found = counted(*clock)
    assert read_and_counted(found, clock[1]) == found.due_on
    told = values(found, "到期：%(day)s") or values(found, "暂停期间不会到期")
    assert told == [{"day": found.due_on}]


@given(clocks(units=(WORK,), least=1))
def test_every_day_up_to_the_end_is_counted_off_or_paused(clock):
    rule, starts_on, ledger = clock
    found = counted(*clock)
    start, paused, extensions = in_force(starts_on, ledger)
    days = {start + ONE * n for n in range(1, (found.due_on - start).days + 1)}
    off = {day for day, _ in found.skipped}
    assert len(days - off - paused) == rule.value + sum(extension.value for extension in extensions)
    assert sum(pause.taken_out for pause in found.pauses) == len((days & paused) - off)
    worked_weekends = {day for day in days - off if day.weekday() >= 5}
    told = {line.values["day"] for line in found.explanation if "调休上班" in line.text}
    assert told == worked_weekends


@given(clocks())
def test_an_explanation_survives_storage(clock):
    for sentence in counted(*clock).explanation:
        assert type(sentence).from_json(sentence.as_json()) == sentence
