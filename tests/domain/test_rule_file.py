"""A table of rules as a CSV file: what is read, and what is refused whole with the line and how to mend it."""

from datetime import date

import pytest

from workflow_app.domain import rules
from workflow_app.domain.holiday_faults import BadFile
from workflow_app.domain.refusals import Refused
from workflow_app.domain.rule_file import COLUMNS, from_row, read, to_row
from workflow_app.domain.rules import changes_in, pack_from

HEDONG = "120102"
HEAD = ",".join(COLUMNS)
GOOD = "CM-02,审核,commitment,3,working_day,提交,,提醒,,2026-01-01,2026-07-01,平台设定值,,I,"


def pack(*rows, version="trial"):
    return pack_from("\n".join((HEAD, *rows)).encode(), version)


def refused(content):
    """What a reader is told about a bad file."""
    with pytest.raises(BadFile) as told:
        read(content if isinstance(content, bytes) else content.encode())
    return [(fault.line, str(fault.sentence)) for fault in told.value.faults]


def test_a_good_table_is_read_and_carries_its_version():
    rule = pack(GOOD).rule("CM-02", on=date(2026, 6, 30), place=HEDONG)
    assert (pack(GOOD).version, rule.version, rule.title, rule.value) == ("trial", "trial", "审核", 3)


def test_an_interval_is_half_open():
    for day in (date(2026, 7, 1), date(2025, 12, 31)):
        with pytest.raises(KeyError):
            pack(GOOD).rule("CM-02", on=day, place=HEDONG)


def test_a_rule_may_follow_another_without_a_gap():
    follower = GOOD.replace("2026-01-01,2026-07-01", "2026-07-01,").replace(",3,", ",5,")
    assert pack(GOOD, follower).rule("CM-02", on=date(2026, 7, 1), place=HEDONG).value == 5


def test_the_narrowest_of_three_places_wins():
    city = GOOD.replace(",,2026-01-01", ",120000,2026-01-01").replace(",3,", ",4,")
    district = GOOD.replace(",,2026-01-01", ",120102,2026-01-01").replace(",3,", ",5,")
    found = pack(GOOD, city, district)
    values = [
        found.rule("CM-02", on=date(2026, 6, 1), place=place).value
        for place in ("120102", "120103", "310101", "")
    ]
    assert values == [5, 4, 3, 3]


def test_a_row_of_text_is_read_back_as_it_was_written():
    for rule in rules.built_in().rules:
        assert from_row(to_row(rule), rule.version) == rule


def test_a_file_as_spreadsheets_save_it_is_read():
    found = read(b"\xef\xbb\xbf" + "\r\n".join((HEAD, GOOD, "")).encode())
    assert [(line, rule.id) for line, rule in found] == [(2, "CM-02")]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (GOOD.replace("CM-02", "CM2"), "“CM2”不是规则编号。请用规则表里的编号，例如 OB-06 或者 OB-06-EXT。"),
        (GOOD.replace(",3,", ",three,"), "数值“three”不能用。请填 0 至 1000 的整数，不带负号、小数和单位。"),
        (GOOD.replace(",3,", ",-3,"), "数值“-3”不能用。请填 0 至 1000 的整数，不带负号、小数和单位。"),
        (GOOD.replace(",3,", ",3.5,"), "数值“3.5”不能用。请填 0 至 1000 的整数，不带负号、小数和单位。"),
        (GOOD.replace(",3,", ",３,"), "数值“３”不能用。请填 0 至 1000 的整数，不带负号、小数和单位。"),
        (GOOD.replace(",3,", ",1001,"), "数值“1001”不能用。请填 0 至 1000 的整数，不带负号、小数和单位。"),
        (GOOD.replace(",3,", ",,"), "数值“”不能用。请填 0 至 1000 的整数，不带负号、小数和单位。"),
        (GOOD.replace("working_day", "none"), "没有固定期限的规则不填数值。请清空数值，或者换一个单位。"),
        (GOOD.replace("working_day", "fortnight"), "“fortnight”不是可用的单位。请用 working_day、calendar_day、month、year、count 或者 none。"),
        (GOOD.replace("commitment", "promise"), "“promise”不是可用的办理事项。请照规则表里“适用于”一栏的写法填写。"),
        (GOOD.replace(",I,", ",X,"), "“X”不是证据等级。请用 V、V2、F、P、R、I 或者 ?。"),
        (GOOD.replace("平台设定值", ""), "没有写明依据。请填写文件的名称和文号；由本平台自己设定的，写“平台设定值”。"),
        (GOOD.replace("审核", " "), "“规则”没有填写，请补上。"),
        (GOOD.replace("审核", "审\u202e核"), "“规则”里有多余的空白或者看不见的字符，请删去后重新输入。"),
        (GOOD.replace("审核", "长" * 301), "“规则”最多 300 个字，请写短一些。"),
        (GOOD.replace(",,2026-01-01", ",天津,2026-01-01"), "“天津”不是六位行政区划代码。请填六位数字，例如 120102；不限地区就留空。"),
        (GOOD.replace(",,2026-01-01", ",000000,2026-01-01"), "“000000”不是六位行政区划代码。请填六位数字，例如 120102；不限地区就留空。"),
        (GOOD.replace("2026-01-01", "2026-02-30"), "“生效日”写的“2026-02-30”不是一个存在的日期。请按 2026-09-18 的样子填写。"),
        (GOOD.replace("2026-01-01", "20260101"), "“生效日”写的“20260101”不是一个存在的日期。请按 2026-09-18 的样子填写。"),
        (GOOD.replace("2026-07-01", "2026-01-01"), "失效日应晚于生效日 2026 年 1 月 1 日。一直有效就把失效日留空。"),
        (GOOD.replace("2026-07-01", "2025-07-01"), "失效日应晚于生效日 2026 年 1 月 1 日。一直有效就把失效日留空。"),
        (GOOD + ",more", "每一行应有 15 栏，这一行多了或者少了。内容里有逗号的，请用双引号括起来。"),
        ("CM-02,审核", "每一行应有 15 栏，这一行多了或者少了。内容里有逗号的，请用双引号括起来。"),
        ('"CM-02,审核', "这一行的引号不成对，或者有不该有的字符。请核对引号后再试。"),
    ],
)  # fmt: skip
def test_a_bad_row_is_refused_with_its_line_and_how_to_mend_it(row, sentence):
    assert refused(f"{HEAD}\n{row}\n") == [(2, sentence)]


def test_everything_wrong_with_a_file_is_told_at_once():
    told = refused("\n".join((HEAD, GOOD.replace("CM-02", "CM2"), GOOD, GOOD.replace(",3,", ",-3,"))))
    assert [line for line, _ in told] == [2, 4]


@pytest.mark.parametrize(
    "dates", ["2026-06-30,", "2025-01-01,", "2026-02-01,2026-03-01", "2026-01-01,2026-07-01"]
)
def test_two_values_for_one_day_and_place_are_refused(dates):
    with pytest.raises(BadFile) as told:
        pack(GOOD, GOOD.replace("2026-01-01,2026-07-01", dates))
    assert [(fault.line, str(fault.sentence)) for fault in told.value.faults] == [
        (3, "CM-02 与第 2 行在同一地区有重叠的日子。请改开两行的生效日或者失效日。")
    ]


@pytest.mark.parametrize("content", ["id,title\nCM-02,审核", "", f"{HEAD},more\n{GOOD},"])
def test_a_table_with_other_columns_is_refused(content):
    assert refused(content) == [
        (
            1,
            "第一行应当是栏名，依次为 id,title,workflow,value,unit,starts_when,suspended_when,on_expiry,place,"
            "valid_from,valid_to,instrument,article,evidence,note。",
        )
    ]


def test_a_table_without_a_row_is_refused():
    assert refused(HEAD) == [(1, "表头下面没有内容。请从第 2 行起，一行写一条规则。")]


def test_a_file_in_gb18030_is_named_with_the_line():
    content = HEAD.encode() + b"\n" + GOOD.encode("gb18030")
    assert refused(content) == [
        (2, "这一行不是 UTF-8 编码，像是 GB18030（GBK）。请在表格软件里另存为“CSV UTF-8”再试。")
    ]


@pytest.mark.parametrize("content", ["\ufeff中文".encode("utf-16-be") + b"\xff", b"id\xff\xff\xff"])
def test_a_file_that_is_no_text_is_refused(content):
    assert refused(content) == [(1, "这一行不是 UTF-8 编码的文字。请在表格软件里另存为“CSV UTF-8”再试。")]


def test_the_changes_of_a_file_are_refused_with_the_line_that_does_not_fit():
    good = GOOD.replace("2026-07-01", "")
    unknown = good.replace("CM-02", "CM-99")
    with pytest.raises(BadFile) as told:
        changes_in("\n".join((HEAD, good, unknown)).encode(), rules.built_in())
    (fault,) = told.value.faults
    assert fault.line == 3
    assert str(fault.sentence).startswith("规则表里没有 CM-99。编号由办理流程使用，不能在这里新增，")


def test_the_refusal_of_a_row_names_the_column():
    row = dict(zip(COLUMNS, GOOD.split(","), strict=True)) | {"instrument": ""}
    with pytest.raises(Refused) as told:
        from_row(row)
    assert told.value.code == "instrument"
