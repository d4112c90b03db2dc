"""Cells: what days, amounts, kinds and texts are read from what people and programs write."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_app.domain.intake.amounts import parse_amount, told
from workflow_app.domain.intake.days import ENDLESS, parse_day
from workflow_app.domain.intake.faults import Unreadable
from workflow_app.domain.intake.formulas import as_sent, disarmed, is_dangerous
from workflow_app.domain.intake.kinds import (
    KindsFound,
    PenaltyKind,
    SubjectCategory,
    parse_category,
    parse_kinds,
)
from workflow_app.domain.intake.values import citizen_id, key_of, plain, unit_code
from workflow_app.domain.refusals import Refused

EIGHTEENTH = date(2026, 9, 18)


def unreadable(parse, text):
    with pytest.raises(Unreadable) as raised:
        parse(text)
    return str(raised.value.problem), str(raised.value.mend)


@pytest.mark.parametrize(
    "written",
    [
        "2026-09-18",
        "2026-9-18",
        "2026/9/18",
        "2026/09/18",
        "2026.9.18",
        "20260918",
        "2026年9月18日",
        "2026 年 9 月 18 日",
        "2026年09月18",
        "２０２６－０９－１８",
        "2026-09-18 00:00:00",
        "2026/9/18 8:05",
        "2026-09-18T16:30:00Z",
        "2026-09-18T16:30:00.123",
        "20260918163000",
        "18-Sep-2026",
        "18 September 2026",
        "18sep2026",
    ],
)
def test_a_day_is_read_in_every_common_style(written):
    assert parse_day(written) == (EIGHTEENTH, None)


def test_a_time_of_day_does_not_run_into_the_day():
    assert parse_day("2026-9-1 10:00") == (date(2026, 9, 1), None)


@pytest.mark.parametrize(
    ("written", "day", "doubt"),
    [
        ("18-Sep-26", EIGHTEENTH, "年份只有两位，读作 2026 年 9 月 18 日，请核对。"),
        ("46283", EIGHTEENTH, "按表格软件的日期序号读作 2026 年 9 月 18 日，请核对。"),
        ("46283.75", EIGHTEENTH, "按表格软件的日期序号读作 2026 年 9 月 18 日，请核对。"),
        ("36526", date(2000, 1, 1), "按表格软件的日期序号读作 2000 年 1 月 1 日，请核对。"),
    ],
)
def test_a_day_that_was_guessed_is_asked_about(written, day, doubt):
    read, said = parse_day(written)
    assert (read, str(said)) == (day, doubt)


def test_a_day_number_of_1904_counts_from_there():
    assert parse_day("44821", counts_from_1904=True)[0] == EIGHTEENTH


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("9/18/2026", "“9/18/2026”不是能认出的日期。"),
        ("3.4.26", "“3.4.26”不是能认出的日期。"),
        ("2026-9/18", "“2026-9/18”不是能认出的日期。"),
        ("2026年9月", "“2026年9月”不是能认出的日期。"),
        ("12345", "“12345”不是能认出的日期。"),
        ("去年", "“去年”不是能认出的日期。"),
        ("18-Spt-26", "“Spt”不是能认出的月份。"),
    ],
)
def test_a_day_that_could_be_two_days_or_none_is_refused(written, problem):
    assert unreadable(parse_day, written) == (problem, "请写成 2026-09-18 这样，年在前，四位数。")


def test_a_day_that_is_in_no_calendar_is_refused():
    problem = "日历上没有 2026 年 2 月 29 日。"
    assert unreadable(parse_day, "2026-02-29") == (problem, "请照决定书改成正确的日期。")


def test_a_day_long_ago_is_a_slip():
    problem = "1026 年 9 月 18 日不像是这里该有的日期。"
    assert unreadable(parse_day, "1026-09-18") == (problem, "请核对年份。")


@pytest.mark.parametrize("written", ["长期", "永久", "长期有效", "2099-12-31"])
def test_for_ever_is_the_last_day_of_the_table(written):
    assert parse_day(written, may_be_endless=True) == (ENDLESS, None)


def test_the_year_9999_is_for_ever_and_asked_about():
    day, doubt = parse_day("9999-12-31", may_be_endless=True)
    assert (day, str(doubt)) == (date(2099, 12, 31), "9999 年 12 月 31 日按“长期”读取。")


def test_a_decision_is_not_made_for_ever():
    with pytest.raises(Unreadable):
        parse_day("长期")


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("1.5", "1.5"),
        ("0", "0"),
        ("0.000001", "0.000001"),
        (".5", "0.5"),
        ("2.", "2"),
        ("1,234.5", "1234.5"),
        ("１，２３４．５", "1234.5"),
        ("1.500000000", "1.5"),
        ("1.5万元", "1.5"),
        ("1.5 万", "1.5"),
        ("¥1.5万元整", "1.5"),
        ("人民币1.5万元", "1.5"),
        ("￥2", "2"),
        ("+3", "3"),
        ("-0", "0"),
    ],
)
def test_an_amount_is_ten_thousand_yuan(written, amount):
    assert parse_amount(written) == (Decimal(amount), None)


@pytest.mark.parametrize(
    ("written", "amount", "doubt"),
    [
        ("15000元", "1.5", "“15000元”换算成了 1.5 万元，请核对。"),
        ("15,000 元", "1.5", "“15,000元”换算成了 1.5 万元，请核对。"),
        ("0.01元", "0.000001", "“0.01元”换算成了 0.000001 万元，请核对。"),
        ("0.5亿元", "5000", "“0.5亿元”换算成了 5000 万元，请核对。"),
        ("15000", "15000", "15000 万元就是 150000000 元，请确认填写的单位是万元。"),
    ],
)
def test_an_amount_that_was_converted_or_is_very_large_is_asked_about(written, amount, doubt):
    read, said = parse_amount(written)
    assert (read, str(said)) == (Decimal(amount), doubt)


HOW = "请只写数字，单位是万元：一万五千元写 1.5。"


@pytest.mark.parametrize(
    ("written", "problem", "mend"),
    [
        ("一万五千元", "“一万五千元”不是能认出的金额。", HOW),
        ("1,5", "“1,5”不是能认出的金额。", HOW),
        ("1.5.2", "“1.5.2”不是能认出的金额。", HOW),
        ("1e5", "“1e5”不是能认出的金额。", HOW),
        ("$5", "“$5”不是能认出的金额。", HOW),
        ("-1.5", "金额不能是负数。", HOW),
        ("1000000000000", "金额太大，整数部分最多 12 位。", HOW),
        (
            "1.0000001",
            "金额比一分钱还细，小数最多 6 位。",
            "请照决定书填写到分，万元后最多 6 位小数。",
        ),
    ],
)
def test_an_amount_that_is_none_is_refused(written, problem, mend):
    assert unreadable(parse_amount, written) == (problem, mend)


def test_a_long_fraction_is_not_rounded_away():
    problem, _ = unreadable(parse_amount, "1.000000000000000000000000000001")
    assert problem == "金额比一分钱还细，小数最多 6 位。"


@pytest.mark.parametrize(
    ("amount", "text"), [("1.500000", "1.5"), ("100", "100"), ("0.000000", "0"), ("5000.000000", "5000")]
)
def test_an_amount_is_told_without_needless_zeros(amount, text):
    assert told(Decimal(amount)) == text


@pytest.mark.parametrize(
    ("written", "kinds", "other"),
    [
        ("警告", ["warning"], ""),
        ("警告、罚款", ["warning", "fine"], ""),
        ("罚款;警告", ["warning", "fine"], ""),
        ("罚款；没收违法所得，没收非法财物", ["fine", "illegal_gains", "illegal_goods"], ""),
        ("罚款/责令停产停业\n限制从业", ["fine", "halted_business", "barred_from_trade"], ""),
        ("罚款, 罚款", ["fine"], ""),
        ("吊销营业执照", ["revoked_licence"], ""),
        ("暂扣许可证件；降低资质等级", ["suspended_licence", "lowered_grade"], ""),
        ("通报批评；行政拘留；责令关闭", ["criticism", "closed_down", "detention"], ""),
        ("限制开展生产经营活动", ["restricted_business"], ""),
        ("其他", ["other"], ""),
        ("警告;其他-责令补办", ["warning", "other"], "责令补办"),
        ("其他（责令改正、限期拆除）；罚款", ["fine", "other"], "责令改正、限期拆除"),
    ],
)
def test_the_kinds_of_a_penalty_are_read_in_the_order_of_the_law(written, kinds, other):
    assert parse_kinds(written) == KindsFound(tuple(PenaltyKind(kind) for kind in kinds), other)


ALL_KINDS = (
    "请用这些名称，几种之间用“；”隔开：警告、通报批评、罚款、没收违法所得、没收非法财物、暂扣许可证件、降低资质等级、"
    "吊销许可证件、限制开展生产经营活动、责令停产停业、责令关闭、限制从业、行政拘留、其他。没有列出的写“其他-具体种类”。"
)


def test_a_kind_the_law_does_not_know_is_refused_with_those_it_knows():
    expected = ("“记过”不是行政处罚法第九条的处罚种类。", ALL_KINDS)
    assert unreadable(parse_kinds, "罚款、记过") == expected
    assert unreadable(parse_kinds, "；") == ("没有写处罚种类。", ALL_KINDS)


@pytest.mark.parametrize(
    ("written", "piece"),
    [
        ("暂扣或者吊销许可证、暂扣或者吊销执照", "暂扣或者吊销许可证"),
        ("罚款；暂扣、吊销许可证件", "暂扣、吊销许可证件"),
    ],
)
def test_the_old_joint_names_are_asked_about(written, piece):
    problem = f"“{piece}”没有说是暂扣还是吊销。"
    mend = "请照决定书只写“暂扣许可证件”或“吊销许可证件”。"
    assert unreadable(parse_kinds, written) == (problem, mend)


@pytest.mark.parametrize(
    ("written", "category"),
    [
        ("法人及非法人组织", SubjectCategory.ORGANISATION),
        ("法人和非法人组织", SubjectCategory.ORGANISATION),
        (" 自然人 ", SubjectCategory.NATURAL_PERSON),
        ("个体工商户", SubjectCategory.SOLE_TRADER),
    ],
)
def test_the_category_of_a_subject_is_read(written, category):
    assert parse_category(written) is category


def test_a_number_for_a_category_is_refused():
    expected = ("“1”不是相对人类别。", "请写“法人及非法人组织”“自然人”或“个体工商户”。")
    assert unreadable(parse_category, "1") == expected


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  海河 \u3000", "海河"),
        ("Ａ座１２号（东）", "A座12号（东）"),
        ("甲\u200b乙\u202e\x00丙\x0b", "甲乙丙"),
        ("一\r\n二\r三", "一\n二\n三"),
        ("左\t右", "左 右"),
        ("-", ""),
        ("无", ""),
        ("/", ""),
        ("，。", "，。"),
    ],
)
def test_a_cell_is_cleaned_and_chinese_punctuation_kept(cell, text):
    assert plain(cell) == text


@pytest.mark.parametrize(
    "number",
    [
        "津东市监罚〔2026〕12号",
        "津东市监罚[2026]12号",
        "津东市监罚【2026】 12 号",
        "津东市监罚（２０２６）12号",
    ],
)
def test_a_document_number_is_the_same_with_any_brackets(number):
    assert key_of(number) == "津东市监罚(2026)12号"


def test_a_code_that_a_spreadsheet_has_rounded_is_lost():
    expected = (
        "号码被表格软件改成了科学计数法，末几位已经丢失。",
        "请把这一列的单元格格式改为“文本”，再照原件重新填写号码。",
    )
    assert unreadable(citizen_id, "1.2010219900307E+17") == expected
    assert unreadable(unit_code, "9.1110000600037E+17") == expected


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", " =1", "'=1", "\n=1"]
)
def test_what_a_spreadsheet_might_run_is_disarmed(cell):
    assert disarmed(cell) == "'" + cell
    assert as_sent(disarmed(cell)) == cell


@pytest.mark.parametrize("cell", ["", "海河", "1-2", "a=b", "'引号'"])
def test_what_runs_nothing_is_left_alone(cell):
    assert disarmed(cell) == cell
    assert as_sent(cell) == cell


@given(st.text(alphabet=st.sampled_from("'=+-@\t\r\n ＝a1")))
def test_disarming_is_undone_exactly_and_leaves_nothing_to_run(cell):
    assert as_sent(disarmed(cell)) == cell
    assert disarmed(cell).startswith("'") or not is_dangerous(cell)


@given(st.text() | st.from_regex(r"[0-9.,/年月日:万元亿TSep -]{1,24}"))
def test_parsers_answer_or_say_why_not_and_never_break(text):
    for parse in (parse_day, parse_amount, parse_kinds, parse_category, unit_code, citizen_id):
        try:
            parse(plain(text))
        except (Unreadable, Refused):
            continue


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2099, 12, 31)))
def test_a_day_is_the_same_in_every_style(day):
    styles = (
        f"{day:%Y-%m-%d}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        str((day - date(1899, 12, 30)).days),
    )
    assert {parse_day(style)[0] for style in styles} == {day}
