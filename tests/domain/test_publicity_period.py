"""How long a record stays public, reckoned by hand, and which order says so."""

from datetime import date

import pytest

from workflow_app.domain.publicity_period import RecordClass, publicity_period
from workflow_app.domain.refusals import Refused
from workflow_app.domain.rules import built_in

MINOR, GENERAL, SERIOUS = RecordClass
HEDONG = "120102"


def period(decided_on, *classes, is_special_field=False):
    return publicity_period(
        date.fromisoformat(decided_on),
        classes,
        pack=built_in(),
        place=HEDONG,
        is_special_field=is_special_field,
    )


def told(found):
    return [str(sentence) for sentence in found.explanation]


@pytest.mark.parametrize(
    ("decided_on", "classes", "shortest", "longest", "may_apply_from"),
    [
        ("2026-04-01", (MINOR,), None, "2026-07-01", "2026-04-01"),
        ("2026-04-01", (GENERAL,), "2026-07-01", "2027-04-01", "2026-07-02"),
        ("2026-04-01", (SERIOUS,), "2027-04-01", "2029-04-01", "2027-04-02"),
        ("2026-11-30", (GENERAL,), "2027-02-28", "2027-11-30", "2027-03-01"),  # February has no 30th
        ("2027-11-30", (GENERAL,), "2028-02-29", "2028-11-30", "2028-03-01"),  # a leap year
        ("2028-02-29", (SERIOUS,), "2029-02-28", "2031-02-28", "2029-03-01"),
        ("2028-02-29", (GENERAL,), "2028-05-29", "2029-02-28", "2028-05-30"),
        (
            "2026-07-03",
            (GENERAL,),
            "2026-10-03",
            "2027-07-03",
            "2026-10-04",
        ),  # 10-03 is a holiday: it does not move
        ("2026-05-31", (MINOR,), None, "2026-08-31", "2026-05-31"),
        ("2026-08-31", (GENERAL,), "2026-11-30", "2027-08-31", "2026-12-01"),
        ("2026-04-01", (MINOR, SERIOUS, GENERAL), "2027-04-01", "2029-04-01", "2027-04-02"),
        ("2026-04-01", (GENERAL, MINOR), "2026-07-01", "2027-04-01", "2026-07-02"),
    ],
)
def test_order_36_counts_by_class(decided_on, classes, shortest, longest, may_apply_from):
    found = period(decided_on, *classes)
    assert found.from_on == date.fromisoformat(decided_on)
    assert found.shortest_end_on == (date.fromisoformat(shortest) if shortest else None)
    assert found.longest_end_on == date.fromisoformat(longest)
    assert found.may_apply_from == date.fromisoformat(may_apply_from)


@pytest.mark.parametrize("classes", [(), (MINOR,), (GENERAL,), (SERIOUS,), (MINOR, SERIOUS)])
@pytest.mark.parametrize(
    ("decided_on", "is_special", "shortest", "longest"),
    [
        ("2026-03-31", False, "2026-06-30", "2029-03-31"),
        ("2026-03-31", True, "2027-03-31", "2029-03-31"),
        ("2023-05-01", False, "2023-08-01", "2026-05-01"),
        ("2024-02-29", True, "2025-02-28", "2027-02-28"),
        ("2024-11-30", False, "2025-02-28", "2027-11-30"),
    ],
)
def test_order_58_counts_by_field_whatever_the_class(decided_on, is_special, shortest, longest, classes):
    found = period(decided_on, *classes, is_special_field=is_special)
    assert found.shortest_end_on == date.fromisoformat(shortest)
    assert found.longest_end_on == date.fromisoformat(longest)


def test_a_special_field_means_nothing_to_order_36():
    assert period("2026-04-01", GENERAL, is_special_field=True) == period("2026-04-01", GENERAL)


def test_repair_may_be_asked_for_the_day_after_the_shortest_period_if_the_duty_is_done():
    found = period("2026-04-01", GENERAL)
    assert not found.may_apply(date(2026, 7, 1), is_performed=True)
    assert found.may_apply(date(2026, 7, 2), is_performed=True)
    assert not found.may_apply(date(2026, 7, 2), is_performed=False)


def test_a_minor_record_may_be_repaired_as_soon_as_the_duty_is_done():
    found = period("2026-04-01", MINOR)
    assert found.may_apply(date(2026, 4, 1), is_performed=True)
    assert not found.may_apply(date(2026, 6, 1), is_performed=False)


def test_the_last_day_of_march_2026_keeps_the_old_periods_and_gets_the_new_procedure():
    assert str(period("2026-03-31", GENERAL).regime) == (
        "文书作出于 2026 年 4 月 1 日之前，公示期适用当时的"
        "《失信行为纠正后的信用信息修复管理办法（试行）》（国家发展改革委令第58号）；"
        "2026 年 4 月 1 日起开始办理的修复手续，不论文书何时作出，都适用"
        "《信用修复管理办法》（国家发展改革委令第36号）。"
    )
    assert str(period("2026-04-01", GENERAL).regime) == (
        "文书作出于 2026 年 4 月 1 日或者之后，公示期和修复手续都适用"
        "《信用修复管理办法》（国家发展改革委令第36号）。"
    )


def test_a_decision_before_the_old_order_is_refused_with_the_way_out():
    with pytest.raises(Refused) as refused:
        period("2023-04-30", GENERAL)
    assert str(refused.value.sentence) == (
        "这份文书作出于 2023 年 4 月 30 日，早于 2023 年 5 月 1 日，规则表没有收录当时的公示期。"
        "请向作出文书的单位核实当时适用的规定。"
    )


def test_order_36_needs_a_class():
    with pytest.raises(Refused, match="请选择轻微、一般或者严重"):
        period("2026-04-01")


def test_a_general_record_is_explained_with_rules_and_sources():
    assert told(period("2026-04-01", GENERAL)) == [
        "文书作出于 2026 年 4 月 1 日，公示期从这一天起算，当天不计入（《民法典》第二百零一条）。",
        "文书作出于 2026 年 4 月 1 日或者之后，公示期和修复手续都适用《信用修复管理办法》（国家发展改革委令第36号）。",
        "失信信息的类别：一般。",
        "时限规则 CL-01：一般失信信息最短公示期，3 个月。",
        "依据：《信用修复管理办法》（国家发展改革委令第36号）。",
        "最短公示期的最后一日是 2026 年 7 月 1 日；履行完义务的，从 2026 年 7 月 2 日起可以申请信用修复。",
        "时限规则 CL-04：一般失信信息最长公示期，1 年。",
        "依据：《信用修复管理办法》（国家发展改革委令第36号）。",
        "最长公示期的最后一日是 2027 年 4 月 1 日。到期时已经纠正的，停止公示；没有纠正的，按认定单位的规定处理。",
        "公示期按月、按年计算（《民法典》第二百零二条），最后一日是休息日的不顺延："
        "第二百零三条的顺延保护需要在期限内办事的人。这是平台设定，待核实。",
        "规则表版本：2026-11-24。",
    ]


def test_several_classes_name_the_rule_and_that_it_is_unconfirmed_under_order_36():
    lines = told(period("2026-04-01", MINOR, SERIOUS))
    assert lines[2] == (
        "一份文书有几类失信信息，按其中最重的一类“严重”计算（规则 CL-06，《信用修复管理办法》（国家发展改革委令第36号））。"
    )
    assert lines[3].startswith("待核实：")


def test_a_minor_record_says_that_there_is_no_shortest_period():
    assert "轻微失信信息没有最短公示期，履行完义务就可以申请信用修复。" in told(period("2026-04-01", MINOR))


def test_the_old_order_says_by_which_field_it_counts():
    assert (
        told(period("2026-03-31"))[2]
        == "旧办法不分轻微、一般、严重；这份文书不属于特定领域，按一般行政处罚计算。"
    )
    assert told(period("2026-03-31", is_special_field=True))[2:4] == [
        "旧办法不分轻微、一般、严重；这份文书属于特种设备、安全生产、消防等特定领域，按特定领域计算。",
        "时限规则 CL-02：特定领域行政处罚信息最短公示期，1 年。",
    ]
