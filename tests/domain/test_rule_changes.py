"""Changes laid over a pack: which row a day finds, what may not be, and that every version can be rebuilt."""

from dataclasses import replace
from datetime import date

import pytest

from workflow_app.domain.refusals import Refused
from workflow_app.domain.rules import Unit, built_in

HEDONG = "120102"
TODAY = date(2026, 11, 21)
NEXT_YEAR = date(2027, 1, 1)
CM_02 = built_in().rule("CM-02", on=TODAY, place=HEDONG)
FIVE_DAYS = replace(CM_02, value=5, valid_from=NEXT_YEAR)
TERM = built_in().rule("LE-04-SAMR", on=TODAY, place=HEDONG)
OWN = replace(TERM, id="LE-04-PORT2", title="港口名单期限", value=18, unit=Unit.MONTH, valid_from=TODAY)
UNKNOWN = (
    "规则表里没有 …。编号由办理流程使用，不能在这里新增，请改用表里已有的编号；可以新增的只有给一个名单单独使用的期限，"
    "编号为 LE-01、LE-04 或者 LE-05 加上横线和 2 至 12 个大写字母或者数字，例如 LE-04-PORT。"
)


def value(pack, day, rule_id="CM-02", place=HEDONG):
    return pack.rule(rule_id, on=day, place=place).value


def refused(*changes):
    """The column to mend, and the sentence."""
    with pytest.raises(Refused) as told:
        built_in().with_changes(changes)
    return told.value.code, str(told.value.sentence)


def test_a_later_change_closes_the_row_in_force_and_follows_it():
    changed = built_in().with_changes((FIVE_DAYS,))
    assert (value(changed, date(2026, 12, 31)), value(changed, NEXT_YEAR)) == (3, 5)
    assert [(rule.valid_from, rule.valid_to) for rule in changed.of("CM-02")] == [
        (date(2021, 1, 1), date(2027, 1, 1)),
        (date(2027, 1, 1), None),
    ]


def test_a_change_of_the_same_first_day_replaces_the_row():
    changed = built_in().with_changes((replace(CM_02, value=4),))
    assert [(rule.value, rule.valid_from) for rule in changed.of("CM-02")] == [(4, date(2021, 1, 1))]


def test_a_change_of_one_place_leaves_the_others_as_they_are():
    changed = built_in().with_changes((replace(FIVE_DAYS, place="120102"),))
    assert value(changed, NEXT_YEAR) == 5
    assert value(changed, NEXT_YEAR, place="120103") == 3


def test_every_other_rule_stays_what_it_was():
    before = {rule for rule in built_in().rules if rule.id != "CM-02"}
    after = built_in().with_changes((FIVE_DAYS,)).rules
    assert {replace(rule, version="2026-11-24") for rule in after if rule.id != "CM-02"} == before


def test_the_version_counts_the_changes_and_stands_on_every_row():
    here = replace(FIVE_DAYS, place="120102")
    changed = built_in().with_changes((FIVE_DAYS,)).with_changes((here,))
    assert changed.version == "2026-11-24+2"
    assert {rule.version for rule in changed.rules} == {"2026-11-24+2"}
    assert changed == built_in().with_changes((FIVE_DAYS, here))


def test_without_a_change_the_pack_is_the_built_in_one():
    assert built_in().with_changes(()) is built_in()


def test_a_change_is_corrected_by_a_further_change():
    changed = built_in().with_changes((FIVE_DAYS, replace(FIVE_DAYS, value=6)))
    assert value(changed, NEXT_YEAR) == 6
    assert value(changed, TODAY) == 3


def test_a_value_for_some_months_needs_its_follower_first():
    may = date(2027, 5, 1)
    for_some_months = replace(FIVE_DAYS, valid_to=may)
    assert refused(for_some_months) == (
        "valid_to",
        "CM-02 从 2027 年 5 月 1 日起就没有值了，办件会无法计时。请把失效日留空，或者先录入从这一天起接续的一条。",
    )
    changed = built_in().with_changes((replace(CM_02, valid_from=may), for_some_months))
    assert [value(changed, day) for day in (TODAY, NEXT_YEAR, date(2027, 4, 30), may)] == [3, 5, 5, 3]


def test_a_value_of_one_place_may_end_because_the_wider_one_follows():
    here = replace(FIVE_DAYS, place="120102", valid_to=date(2027, 5, 1))
    assert value(built_in().with_changes((here,)), date(2027, 5, 1)) == 3


def test_a_value_of_the_past_may_be_entered_if_it_ends_before_the_next():
    old = replace(CM_02, value=9, valid_from=date(2019, 1, 1))
    assert refused(old) == (
        "valid_to",
        "CM-02 从 2021 年 1 月 1 日起已经另有一条。请把失效日填为这一天或者更早，或者改那一条。",
    )
    changed = built_in().with_changes((replace(old, valid_to=date(2021, 1, 1)),))
    assert (value(changed, date(2020, 6, 1)), value(changed, TODAY)) == (9, 3)


def test_a_change_may_not_reach_into_a_row_that_begins_later():
    code, sentence = refused(FIVE_DAYS, replace(FIVE_DAYS, value=4, valid_from=date(2026, 12, 1)))
    assert code == "valid_to"
    assert sentence.startswith("CM-02 从 2027 年 1 月 1 日起已经另有一条。")


@pytest.mark.parametrize(
    ("changed", "answer"),
    [
        (
            {"id": "CM-99"},
            ("id", UNKNOWN.replace("…", "CM-99")),
        ),
        (
            {"unit": Unit.COUNT},
            ("unit", "CM-02 的单位不能从“工作日”改成“次”，否则办理流程无法使用它。请换一个单位。"),
        ),
        (
            {"unit": Unit.NONE, "value": None},
            ("unit", "CM-02 的单位不能从“工作日”改成“没有固定期限”，否则办理流程无法使用它。请换一个单位。"),
        ),
        (
            {"workflow": "repair"},
            ("workflow", "CM-02 属于 commitment，不能改到别的办理事项。请填回原来的写法。"),
        ),
    ],
)
def test_what_a_workflow_could_not_work_with_is_refused(changed, answer):
    assert refused(replace(FIVE_DAYS, **changed)) == answer


def test_a_time_may_be_told_in_another_unit_of_time():
    changed = built_in().with_changes((replace(FIVE_DAYS, value=1, unit=Unit.MONTH),))
    assert changed.rule("CM-02", on=NEXT_YEAR, place=HEDONG).unit is Unit.MONTH


def test_what_a_change_takes_the_place_of():
    assert built_in().replaced_by(FIVE_DAYS) == CM_02
    assert built_in().replaced_by(replace(FIVE_DAYS, place="120102")) is None


def test_a_list_may_have_a_row_of_its_own_because_no_workflow_names_it():
    reply = replace(
        built_in().rule("LE-01", on=TODAY, place=HEDONG), id="LE-01-AB", value=10, valid_from=TODAY
    )
    early = replace(built_in().rule("LE-05-TAX", on=TODAY, place=HEDONG), id="LE-05-123456789012", value=9)
    changed = built_in().with_changes((OWN, reply, early, replace(OWN, value=24, valid_from=NEXT_YEAR)))
    assert changed.ids - built_in().ids == {"LE-04-PORT2", "LE-01-AB", "LE-05-123456789012"}
    found = {day: changed.rule("LE-04-PORT2", on=day, place=HEDONG) for day in (TODAY, NEXT_YEAR)}
    assert [(rule.title, rule.value, rule.version) for rule in found.values()] == [
        ("港口名单期限", 18, "2026-11-24+4"),
        ("港口名单期限", 24, "2026-11-24+4"),
    ]
    assert changed.rule("LE-04-SAMR", on=TODAY, place=HEDONG).value == 3


@pytest.mark.parametrize(
    "rule_id", ["LE-04", "LE-04-A", "LE-04-ABCDEFGHIJKLM", "LE-06-PORT", "LE-08-PORT", "CM-02-PORT"]
)
def test_every_other_id_stays_unknown(rule_id):
    assert refused(replace(OWN, id=rule_id)) == ("id", UNKNOWN.replace("…", rule_id))


@pytest.mark.parametrize(
    ("changed", "column", "told"),
    [
        ({"unit": Unit.COUNT}, "unit", "LE-04-PORT2 的单位不能从“年”改成“次”"),
        ({"unit": Unit.WORKING_DAY}, "unit", "在名单上的期限不按工作日计算"),
        ({"id": "LE-04-SAMR", "unit": Unit.WORKING_DAY}, "unit", "在名单上的期限不按工作日计算"),
        ({"workflow": "listing"}, "workflow", "LE-04-PORT2 属于 list_exit"),
        ({"valid_to": NEXT_YEAR}, "valid_to", "LE-04-PORT2 从 2027 年 1 月 1 日起就没有值了"),
    ],
)
def test_a_row_of_its_own_is_one_that_lists_can_count_with(changed, column, told):
    code, sentence = refused(replace(OWN, **changed))
    assert (code, sentence.startswith(told)) == (column, True), sentence
