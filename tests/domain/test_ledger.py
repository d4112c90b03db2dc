"""What pauses, extensions and restarts do to a due day: reckoned by hand on the calendar of 2026, and explained."""

from dataclasses import replace
from datetime import date

import pytest

from workflow_app.domain.calendar import built_in
from workflow_app.domain.deadlines import Due, Entry, EntryKind, due, due_on_fixed_day, fault
from workflow_app.domain.ledger import Pause
from workflow_app.domain.rule import Rule, Unit
from workflow_app.domain.words import Sentence

RULE = Rule(
    id="OB-06",
    title="信息提供单位核查并答复",
    workflow="objection",
    value=3,
    unit=Unit.WORKING_DAY,
    starts_when="信息提供单位收到异议",
    suspended_when="检验、检测、鉴定期间",
    on_expiry="",
    place="",
    valid_from=date(2021, 1, 1),
    valid_to=None,
    instrument="《上海市社会信用条例》",
    article="第三十六条",
    evidence="V",
    note="",
    version="2026-11-22",
)
LONGER = replace(
    RULE,
    id="OB-06-EXT",
    title="信息提供单位延长核查（限一次）",
    instrument="《深圳经济特区社会信用条例》",
    article="第五十一条",
    evidence="I",
)
REASONS = {
    "pause": "送检。",
    "resume": "收到报告",
    "extend": "案情复杂",
    "restart": "重新送达",
    "move": "规则已修订",
}
UNITS = {
    "wd": Unit.WORKING_DAY,
    "days": Unit.CALENDAR_DAY,
    "months": Unit.MONTH,
    "years": Unit.YEAR,
    "times": Unit.COUNT,
}


def day(text):
    """09-18 of 2026, or a day with its year."""
    return date.fromisoformat(text if len(text) > 5 else f"2026-{text}")


def ruled(length, rule=RULE):
    """The rule with a length such as `3 wd`."""
    value, unit = length.split()
    return replace(rule, value=int(value), unit=UNITS[unit])


def entry(text):
    """`pause 09-22`, or `extend 09-22 3 wd`."""
    kind, on, *length = text.split()
    return Entry(
        EntryKind(kind),
        day(on),
        REASONS[kind],
        rule=ruled(" ".join(length), LONGER) if length else None,
        was="2026-11-21" if kind == "move" else "",
    )


def ledger(text):
    """Entries between commas."""
    return tuple(entry(part) for part in text.split(",") if part.strip())


def counted(length, starts_on, entries) -> Due:
    return due(ruled(length), day(starts_on), built_in(), ledger(entries))


@pytest.mark.parametrize(
    ("starts_on", "length", "entries", "due_on"),
    [
        ("09-18", "3 wd", "", "09-22"),  # 09-20 is a Sunday that works
        ("09-18", "3 wd", "pause 09-22, resume 09-24", "09-24"),  # paused on the last day
        ("09-18", "3 wd", "pause 09-22, resume 09-22", "09-22"),  # and resumed on the same day
        ("09-18", "3 wd", "pause 09-22, resume 10-03", "10-08"),  # resumed within 国庆
        ("09-18", "3 wd", "pause 09-19, resume 09-20", "09-22"),  # paused on a Saturday off
        (
            "09-18",
            "3 wd",
            "pause 09-18, resume 09-21",
            "09-23",
        ),  # paused on the first day, over the Sunday that works
        ("10-08", "3 wd", "pause 10-10, resume 10-12", "10-13"),  # paused over the Saturday that works
        ("09-18", "5 wd", "pause 09-21, resume 09-22, pause 09-23, resume 09-24", "09-29"),
        ("09-18", "3 wd", "pause 09-28, resume 10-09", "09-22"),  # paused when it was over
        ("09-18", "3 wd", "extend 09-21 3 wd", "09-28"),  # 09-25 to 09-27 are off
        ("09-24", "3 wd", "extend 09-30 3 wd", "10-10"),  # 09-30, then 10-08, 10-09, 10-10
        ("09-18", "3 wd", "pause 09-22, extend 09-23 3 wd, resume 09-24", "09-30"),  # extended while paused
        (
            "09-18",
            "3 wd",
            "extend 09-22 3 wd, pause 09-24, resume 09-29",
            "09-30",
        ),  # paused within the extension
        ("09-18", "3 wd", "extend 09-22 1 wd, extend 09-23 1 wd", "09-24"),
        ("09-18", "3 wd", "extend 09-22 0 wd", "09-22"),
        ("09-18", "3 wd", "pause 09-21, restart 09-23", "09-29"),  # 09-24, 09-28, 09-29
        ("09-18", "3 wd", "extend 09-18 3 wd, restart 09-19", "09-22"),
        ("09-18", "3 wd", "pause 09-21, resume 09-22, restart 09-22, pause 09-24, resume 09-28", "09-29"),
        ("09-18", "3 wd", "move 09-21", "09-22"),
        ("09-10", "20 days", "pause 09-15, resume 09-16", "10-08"),  # 09-30 and a day is 10-01
        (
            "09-11",
            "20 days",
            "extend 09-28 3 wd",
            "10-10",
        ),  # from 10-01, not from 10-08: only the very end moves
        ("09-10", "20 days", "extend 09-28 2 days", "10-08"),
        ("08-31", "1 months", "", "09-30"),
        ("08-31", "1 months", "pause 09-22, resume 09-25", "10-08"),  # 09-30 and 3 days is 10-03
        ("08-31", "1 months", "pause 09-30, resume 10-09", "10-09"),  # the last day paused
        ("08-31", "1 months", "pause 09-22, resume 09-25, pause 10-04, resume 10-10", "10-10"),
        ("01-31", "1 months", "extend 02-10 1 months", "03-30"),  # from 02-28; 03-28 is a Saturday
        ("01-28", "1 months", "pause 01-29, resume 01-31", "03-02"),  # 02-28 and 2 days
        ("2025-02-28", "1 years", "pause 2025-06-01, resume 2025-06-11", "03-10"),
        ("10-01", "0 days", "pause 10-01, resume 10-03", "10-03"),  # due that very day, whatever day it is
        ("09-18", "0 days", "extend 09-18 3 wd", "09-22"),
        ("09-18", "0 days", "pause 09-18, extend 09-18 3 wd, resume 09-21", "09-23"),
    ],
)
def test_a_ledger_moves_the_due_day_as_reckoned_by_hand(starts_on, length, entries, due_on):
    found = counted(length, starts_on, entries)
    assert found.due_on == day(due_on)
    assert found.starts_on == day(starts_on)
    assert (found.paused_since, found.remaining) == (None, None)


@pytest.mark.parametrize(
    ("starts_on", "length", "entries", "due_on", "paused_since", "remaining"),
    [
        ("09-18", "3 wd", "pause 09-21", "09-22", "09-21", 2),  # 09-21 and 09-22
        ("09-18", "3 wd", "pause 09-22", "09-22", "09-22", 1),
        ("09-18", "3 wd", "pause 09-18", "09-22", "09-18", 3),  # the day of the event does not count
        ("09-18", "3 wd", "pause 09-23", "09-22", "09-23", 0),  # it was over
        ("09-18", "3 wd", "pause 09-21, extend 09-23 3 wd", "09-28", "09-21", 5),
        ("09-18", "3 wd", "pause 09-21, resume 09-22, pause 09-22", "09-23", "09-22", 2),
        ("08-31", "1 months", "pause 09-22", "09-30", "09-22", 9),  # 09-22 to 09-30
        ("09-11", "20 days", "pause 10-05", "10-08", "10-05", 0),  # only the days off at its end were left
    ],
)
def test_a_clock_that_stands_says_since_when_and_what_is_left(
    starts_on, length, entries, due_on, paused_since, remaining
):
    found = counted(length, starts_on, entries)
    assert (found.due_on, found.paused_since, found.remaining) == (day(due_on), day(paused_since), remaining)


@pytest.mark.parametrize(
    ("entries", "due_on"),
    [
        ("", "11-30"),
        ("pause 11-30, resume 12-02", "12-02"),
        ("pause 10-12, resume 10-22", "12-10"),
        ("extend 11-20 3 wd", "12-03"),
        ("extend 11-20 5 days", "12-07"),  # 12-05 is a Saturday
        ("pause 10-12, resume 10-22, restart 10-22", "11-30"),
        ("restart 12-05", "12-07"),  # never before the day it starts anew
    ],
)
def test_a_term_written_into_a_letter_is_paused_and_extended_like_any_other(entries, due_on):
    found = due_on_fixed_day(
        day("11-30"), day("09-18"), built_in(), Sentence("承诺书写明了期限。"), ledger(entries)
    )
    assert found.due_on == day(due_on)


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        ("pause 09-21, pause 09-22", "计时已经自 2026 年 9 月 21 日起暂停，请先恢复计时，再作新的暂停。"),
        ("resume 09-21", "计时正在进行，不需要恢复。"),
        ("pause 09-21, resume 09-22, resume 09-23", "计时正在进行，不需要恢复。"),
        ("pause 09-21, restart 09-22, resume 09-23", "计时正在进行，不需要恢复。"),
        (
            "pause 09-17",
            "2026 年 9 月 17 日早于起算日 2026 年 9 月 18 日，请填写起算日当天或者之后的日期。",
        ),
        (
            "pause 09-22, resume 09-21",
            "2026 年 9 月 21 日早于上一次计时变动的 2026 年 9 月 22 日，请填写那一天或者之后的日期。",
        ),
        ("extend 09-21", "延长期限要写明依据的时限规则，请选择一条以天、月或者年计算的规则。"),
        ("extend 09-21 2 times", "延长期限要写明依据的时限规则，请选择一条以天、月或者年计算的规则。"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused_with_its_reason(entries, sentence):
    assert str(fault(ledger(entries), day("09-18"))) == sentence
    with pytest.raises(ValueError, match=sentence[:8]):
        counted("3 wd", "09-18", entries)


def test_a_legal_order_has_no_fault():
    entries = (
        "pause 09-18, extend 09-18 3 wd, move 09-20, resume 09-21, pause 09-21, restart 09-24, pause 09-24"
    )
    assert fault(ledger(entries), day("09-18")) is None


def told(found):
    return [str(sentence) for sentence in found.explanation]


def test_a_pause_and_an_extension_are_explained_so_that_anybody_can_count_again():
    found = counted("3 wd", "09-18", "pause 09-22, resume 10-03, extend 10-08 3 wd")
    assert told(found) == [
        "起算事件：信息提供单位收到异议，2026 年 9 月 18 日。",
        "当天不计入，从 2026 年 9 月 19 日开始计算（《民法典》第二百零一条）。",
        "时限规则 OB-06：信息提供单位核查并答复，3 个工作日。",
        "依据：《上海市社会信用条例》第三十六条。",
        "不计 2026 年 9 月 19 日：周末。",
        "不计 2026 年 9 月 25 日至 2026 年 9 月 27 日：中秋节。",
        "不计 2026 年 10 月 1 日至 2026 年 10 月 7 日：国庆节。",
        "2026 年 9 月 20 日是周末，但按放假安排调休上班，计入工作日。",
        "自 2026 年 9 月 22 日起暂停计时：送检。2026 年 10 月 3 日恢复计时，其间 6 个工作日不计。",
        "第 3 个工作日是 2026 年 10 月 8 日。",
        "2026 年 10 月 8 日延长期限：案情复杂。从 2026 年 10 月 9 日接着计算。",
        "时限规则 OB-06-EXT：信息提供单位延长核查（限一次），3 个工作日。",
        "依据：《深圳经济特区社会信用条例》第五十一条。",
        "待核实：这个时限还没有与法律原文核对一致，如有出入，以主管部门公布的文本为准。",
        "不计 2026 年 10 月 11 日：周末。",
        "2026 年 10 月 10 日是周末，但按放假安排调休上班，计入工作日。",
        "延长的第 3 个工作日是 2026 年 10 月 12 日。",
        "到期：2026 年 10 月 12 日 24:00。",
    ]
    assert found.pauses == (Pause(date(2026, 9, 22), date(2026, 10, 3), "送检。", 6),)


def test_a_month_that_was_paused_is_explained_with_its_days():
    found = counted("1 months", "08-31", "pause 09-22, resume 09-25, move 09-25, pause 10-04, resume 10-10")
    assert told(found)[4:] == [
        "自 2026 年 9 月 25 日起改按现行的时限规则计算，原来适用 2026-11-21 版：规则已修订。",
        "自 2026 年 9 月 22 日起暂停计时：送检。2026 年 9 月 25 日恢复计时，其间 3 日不计。",
        "到期月没有对应日，以月末日 2026 年 9 月 30 日为最后一日（《民法典》第二百零二条）。",
        "没有暂停的话，从 2026 年 9 月 1 日到 2026 年 9 月 30 日共 30 日；"
        "扣除暂停的日子，第 30 日是 2026 年 10 月 3 日。",
        "不计 2026 年 10 月 3 日至 2026 年 10 月 7 日：国庆节。",
        "自 2026 年 10 月 4 日起暂停计时：送检。2026 年 10 月 10 日恢复计时，其间没有应当扣除的日子。",
        "2026 年 10 月 3 日是休息日或者在暂停期间，顺延到其后恢复计时的第一个工作日 2026 年 10 月 10 日"
        "（《民法典》第二百零三条）。",
        "到期：2026 年 10 月 10 日 24:00。",
    ]


def test_a_restart_is_explained_and_what_was_before_it_is_not_counted():
    found = counted("3 wd", "09-18", "pause 09-21, restart 09-23")
    assert told(found)[:3] == [
        "起算事件：信息提供单位收到异议，2026 年 9 月 18 日。",
        "2026 年 9 月 23 日重新起算：重新送达。此前的计数、暂停和延长不再计入。",
        "当天不计入，从 2026 年 9 月 24 日开始计算（《民法典》第二百零一条）。",
    ]
    assert found.pauses == ()
    assert not any("送检" in line for line in told(found))


@pytest.mark.parametrize(
    ("entries", "last"),
    [
        (
            "pause 09-22",
            [
                "自 2026 年 9 月 22 日起暂停计时：送检。还没有恢复，暂停时还剩 1 个工作日，从恢复当天起接着计算。",
                "暂停期间不会到期。假如暂停当天就恢复，到期日是 2026 年 9 月 22 日；恢复得晚，到期日相应推后。",
            ],
        ),
        (
            "pause 09-23",
            [
                "到期：2026 年 9 月 22 日 24:00。",
                "自 2026 年 9 月 23 日起暂停计时：送检。那时已经到期，到期日不变。",
            ],
        ),
    ],
)
def test_a_clock_that_stands_is_explained(entries, last):
    assert told(counted("3 wd", "09-18", entries))[-2:] == last


def test_a_weekend_day_that_works_says_whether_it_was_counted_or_paused():
    found = counted("3 wd", "10-08", "pause 10-10, resume 10-12")
    assert "2026 年 10 月 10 日是周末，但按放假安排调休上班，属于暂停期间扣除的工作日。" in told(found)
    assert found.pauses[0].taken_out == 1


def test_a_pause_that_took_nothing_out_says_so():
    found = counted("3 wd", "09-18", "pause 09-22, resume 09-22")
    assert told(found)[-3] == (
        "自 2026 年 9 月 22 日起暂停计时：送检。2026 年 9 月 22 日恢复计时，其间没有应当扣除的日子。"
    )


def test_what_is_due_at_once_waits_for_the_end_of_a_pause():
    assert told(counted("0 days", "10-01", "pause 10-01, resume 10-03"))[-2:] == [
        "到期当天计时暂停，移到恢复计时的 2026 年 10 月 3 日。",
        "到期：2026 年 10 月 3 日 24:00。",
    ]


def test_a_paused_term_of_a_letter_is_explained():
    found = due_on_fixed_day(
        day("11-30"),
        day("09-18"),
        built_in(),
        Sentence("承诺书写明了期限。"),
        ledger("pause 11-30, resume 12-02"),
    )
    assert told(found) == [
        "承诺书写明了期限。",
        "写明的期限是 2026 年 11 月 30 日。",
        "自 2026 年 11 月 30 日起暂停计时：送检。2026 年 12 月 2 日恢复计时，其间 2 日不计。",
        "没有暂停的话，从 2026 年 9 月 19 日到 2026 年 11 月 30 日共 73 日；"
        "扣除暂停的日子，第 73 日是 2026 年 12 月 2 日。",
        "到期：2026 年 12 月 2 日 24:00。",
    ]


def test_a_pause_into_a_year_without_a_notice_makes_the_date_provisional():
    assert counted("3 wd", "12-25", "pause 12-28, resume 2027-01-05").provisional
    assert not counted("3 wd", "12-25", "pause 12-28, resume 12-29").provisional
