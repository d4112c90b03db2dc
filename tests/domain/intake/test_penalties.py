"""Rows of penalties and licences: what is taken, what is refused and with which words."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.intake.tables import (
    BUREAU,
    CITIZEN,
    FIRM,
    GOOD,
    GOOD_LICENCE,
    csv_of,
    sheet_of,
    told,
)
from workflow_app.domain.intake import licences, penalties
from workflow_app.domain.intake.classes import CreditClass
from workflow_app.domain.intake.kinds import PenaltyKind, SubjectCategory

TODAY = date(2026, 11, 21)
PERSON = {
    "CF_XDR_MC": "赵示范",
    "CF_XDR_LB": "自然人",
    "CF_XDR_SHXYM": "",
    "CF_XDR_ZJLX": "居民身份证",
    "CF_XDR_ZJHM": CITIZEN,
}


def outcomes(*rows):
    return list(penalties.read(sheet_of(csv_of(*rows)), today=TODAY))


def faults(**changes):
    (outcome,) = outcomes(GOOD | changes)
    assert (outcome.taken is None) == bool(outcome.faults)
    return [(fault.column, *told(fault)) for fault in outcome.faults]


def warnings(**changes):
    (outcome,) = outcomes(GOOD | changes)
    assert outcome.taken
    return [(fault.column, *told(fault)) for fault in outcome.warnings]


def test_a_good_row_is_taken_whole():
    (outcome,) = outcomes(GOOD)
    row = outcome.taken
    assert (outcome.faults, outcome.warnings) == ((), ())
    assert (row.line, row.decision_number, row.violation) == (
        2,
        "津东市监罚〔2026〕12号",
        "经营超过保质期的食品",
    )
    assert (row.kinds, row.fine) == ((PenaltyKind.WARNING, PenaltyKind.FINE), Decimal("1.5"))
    assert (row.decided_on, row.valid_until) == (date(2026, 9, 18), date(2027, 9, 18))
    assert (row.published_until, row.confiscated, row.remark) == (None, None, "")
    assert (row.authority_code, row.source_code) == (BUREAU, BUREAU)
    assert (row.subject.category, row.subject.code) == (SubjectCategory.ORGANISATION, FIRM)
    assert row.key == ("津东市监罚(2026)12号", FIRM)
    assert row.proposal.credit_class is CreditClass.GENERAL


def test_every_required_cell_that_is_empty_is_named_at_once():
    found = faults(CF_XDR_MC="", CF_WSH=" ", CF_SY="无", CF_JDRQ="", CF_CFJGDM="", CF_CFLB="", CF_XDR_LB="")
    required = "这一列必填，请照决定书补上。"
    assert found == [
        ("CF_XDR_MC", "“行政相对人名称”没有填。", required),
        ("CF_XDR_LB", "“行政相对人类别”没有填。", required),
        ("CF_WSH", "“行政处罚决定书文号”没有填。", required),
        ("CF_SY", "“违法事实”没有填。", required),
        ("CF_CFLB", "“处罚类别”没有填。", required),
        ("CF_JDRQ", "“处罚决定日期”没有填。", required),
        ("CF_CFJGDM", "“处罚机关统一社会信用代码”没有填。", required),
    ]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        (
            {"CF_JDRQ": "9/18/2026"},
            (
                "CF_JDRQ",
                "“处罚决定日期”：“9/18/2026”不是能认出的日期。",
                "请写成 2026-09-18 这样，年在前，四位数。",
            ),
        ),
        (
            {"CF_XDR_SHXYM": "91110000600037341X"},
            (
                "CF_XDR_SHXYM",
                "“行政相对人代码_1(统一社会信用代码)”：填写有误。",
                "统一社会信用代码第 18 位校验码不对，请对照营业执照逐位核对。",
            ),
        ),
        (
            {"CF_XDR_SHXYM": ""},
            (
                "CF_XDR_SHXYM",
                "法人及非法人组织没有填统一社会信用代码。",
                "请照营业执照或登记证书填写 18 位代码。",
            ),
        ),
        (
            {"CF_NR_FK": ""},
            (
                "CF_NR_FK",
                "处罚类别里有罚款，没有填罚款金额。",
                "请照决定书填写金额，单位万元；没有罚款的，请从类别里删去罚款。",
            ),
        ),
        (
            {"CF_NR_FK": "0"},
            (
                "CF_NR_FK",
                "处罚类别里有罚款，没有填罚款金额。",
                "请照决定书填写金额，单位万元；没有罚款的，请从类别里删去罚款。",
            ),
        ),
        (
            {"CF_NR_FK": "一万五"},
            (
                "CF_NR_FK",
                "“罚款金额（万元）”：“一万五”不是能认出的金额。",
                "请只写数字，单位是万元：一万五千元写 1.5。",
            ),
        ),
        (
            {"CF_JDRQ": "2026-11-22"},
            ("CF_JDRQ", "决定日期 2026 年 11 月 22 日 还没有到。", "请照决定书改正日期。"),
        ),
        (
            {"CF_YXQ": "2026-09-17"},
            (
                "CF_YXQ",
                "有效期到 2026 年 9 月 17 日，早于决定日期 2026 年 9 月 18 日。",
                "请核对两个日期；长期有效的写“长期”。",
            ),
        ),
        (
            {"CF_GSJZQ": "2026-09-18"},
            (
                "CF_GSJZQ",
                "公示截止期 2026 年 9 月 18 日 不晚于决定日期 2026 年 9 月 18 日。",
                "请核对两个日期；公示截止期不清楚的可以留空。",
            ),
        ),
        (
            {"CF_WSH": "文" * 129},
            (
                "CF_WSH",
                "“行政处罚决定书文号”有 129 个字，最多 128 个字。",
                "请缩短；若是几格内容挤在一起，请检查分隔符和引号。",
            ),
        ),
        (
            {"CF_FR_ZJHM": CITIZEN[:-1] + "0"},
            (
                "CF_FR_ZJHM",
                "“法定代表人证件号码”：填写有误。",
                "居民身份证号码第 18 位校验码不对，请对照身份证逐位核对。",
            ),
        ),
        (
            {"CF_FR_ZJHM": "E12345678"},
            ("CF_FR_ZJLX", "填了证件号码，没有填证件类型。", "请写明证件类型，如身份证、护照。"),
        ),
    ],
)
def test_a_row_that_is_wrong_says_what_and_how_to_mend_it(changes, fault):
    assert faults(**changes) == [fault]


def test_the_day_of_import_itself_is_not_the_future_and_one_day_is_a_term():
    assert faults(CF_JDRQ="2026-11-21", CF_YXQ="2026-11-21", CF_GSJZQ="2026-11-22") == []


def test_a_natural_person_is_known_by_an_identity_document():
    (outcome,) = outcomes(GOOD | PERSON)
    subject = outcome.taken.subject
    assert (subject.category, subject.code, subject.credit_code) == (
        SubjectCategory.NATURAL_PERSON,
        CITIZEN,
        "",
    )
    assert (subject.id_kind, subject.id_number) == ("身份证", CITIZEN)


def test_a_natural_person_with_a_passport_is_not_asked_for_a_check_character():
    (outcome,) = outcomes(GOOD | PERSON | {"CF_XDR_ZJLX": "护照", "CF_XDR_ZJHM": "e1234 5678"})
    assert outcome.taken.subject.code == "E12345678"


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        (
            {"CF_XDR_ZJHM": ""},
            ("CF_XDR_ZJHM", "相对人是自然人，没有填证件号码。", "请填自然人证件类型和证件号码。"),
        ),
        (
            {"CF_XDR_SHXYM": FIRM},
            (
                "CF_XDR_SHXYM",
                "相对人是自然人，却填了统一社会信用代码。",
                "请删去代码，填自然人证件类型和号码；或把类别改为个体工商户。",
            ),
        ),
        (
            {"CF_XDR_ZJHM": "1.2010219900307E+17"},
            (
                "CF_XDR_ZJHM",
                "“自然人证件号码”：号码被表格软件改成了科学计数法，末几位已经丢失。",
                "请把这一列的单元格格式改为“文本”，再照原件重新填写号码。",
            ),
        ),
    ],
)
def test_a_natural_person_needs_an_identity_number_and_no_credit_code(changes, fault):
    assert faults(**PERSON | changes) == [fault]


def test_no_sentence_repeats_a_persons_number():
    wrong = CITIZEN[:-1] + "0"
    for changes in ({"CF_XDR_ZJHM": wrong}, {"CF_XDR_ZJHM": wrong, "CF_XDR_ZJLX": ""}):
        assert all(wrong not in words for fault in faults(**PERSON | changes) for words in fault)


def test_the_number_of_a_person_in_the_row_of_a_firm_is_not_taken():
    (outcome,) = outcomes(GOOD | {"CF_XDR_ZJLX": "身份证", "CF_XDR_ZJHM": CITIZEN})
    assert (outcome.taken.subject.id_number, outcome.taken.subject.id_kind) == ("", "")
    assert [fault.column for fault in outcome.warnings] == ["CF_XDR_ZJHM"]


def test_a_sole_trader_without_a_code_is_known_by_its_registration_number():
    trader = {
        "CF_XDR_LB": "个体工商户",
        "CF_XDR_SHXYM": "00000000000000000X",
        "CF_XDR_GSZC": "120102600012345",
    }
    (outcome,) = outcomes(GOOD | trader)
    assert outcome.taken.subject.code == "120102600012345"
    assert [told(fault) for fault in outcome.warnings] == [
        ("统一社会信用代码填的是占位号码，没有采用。", "取得代码后请补填并重新导入。")
    ]
    assert faults(**trader | {"CF_XDR_GSZC": ""}) == [
        (
            "CF_XDR_SHXYM",
            "个体工商户没有任何能认出它的号码。",
            "请填统一社会信用代码；确实还没有的，请填工商注册号。",
        )
    ]


@pytest.mark.parametrize(
    ("changes", "warning"),
    [
        (
            {"BZ": "=HYPERLINK(1)"},
            ("BZ", "“备注”以公式符号开头，已按普通文字保存。", "如果不是有意填写，请改正。"),
        ),
        (
            {"CF_NR_FK": "15000元"},
            (
                "CF_NR_FK",
                "“罚款金额（万元）”：“15000元”换算成了 1.5 万元，请核对。",
                "如果不对，请改正后重新导入。",
            ),
        ),
        (
            {"CF_CFLB": "警告"},
            ("CF_NR_FK", "填了罚款金额，处罚类别里却没有罚款。", "请核对；确有罚款的，请在类别里加上罚款。"),
        ),
        (
            {"CF_NR_WFFF": "2"},
            (
                "CF_NR_WFFF",
                "填了没收金额，处罚类别里却没有没收违法所得或没收非法财物。",
                "请核对；确有没收的，请在类别里加上。",
            ),
        ),
        (
            {"CF_CFLB": "罚款；吊销许可证件"},
            (
                "CF_NR_ZKDX",
                "处罚类别里有暂扣或吊销证件，没有填证照名称及编号。",
                "请补填证照名称及编号，便于核对。",
            ),
        ),
    ],
)
def test_what_is_only_doubtful_is_taken_with_a_warning(changes, warning):
    assert warnings(**changes) == [warning]


def test_a_formula_is_kept_as_the_text_it_is():
    (outcome,) = outcomes(GOOD | {"BZ": "=1+1"})
    assert outcome.taken.remark == "=1+1"


def test_the_same_decision_against_the_same_subject_is_taken_once():
    second = GOOD | {"CF_WSH": "津东市监罚[2026] 12号"}
    first, again, other = outcomes(GOOD, second, second | {"CF_WSH": "津东市监罚〔2026〕13号"})
    assert (first.faults, other.faults) == ((), ())
    assert [told(fault) for fault in again.faults] == [
        ("和第 2 行是同一文号、同一相对人。", "请只留正确的一行；确是两份决定的，请核对文号。")
    ]


def test_one_decision_against_two_subjects_is_two_rows():
    assert [outcome.faults for outcome in outcomes(GOOD, GOOD | PERSON)] == [(), ()]


def test_a_row_that_was_not_taken_does_not_stand_in_the_way_of_a_good_one():
    bad, good = outcomes(GOOD | {"CF_JDRQ": ""}, GOOD)
    assert bad.taken is None
    assert good.taken


def test_an_unquoted_comma_that_shifts_the_cells_is_noticed():
    content = csv_of(GOOD).rstrip() + "，,多出来的".encode()
    (outcome,) = penalties.read(sheet_of(content), today=TODAY)
    assert told(outcome.faults[-1]) == (
        "这一行的格子比表头多，内容可能错位。",
        "内容里有逗号的格子请用双引号括起来，或另存为 XLSX 再导入。",
    )


def test_a_short_row_is_read_as_if_its_last_cells_were_empty():
    lines = csv_of(GOOD).split(b"\r\n")
    content = b"\r\n".join([lines[0], lines[1].rstrip(b",")])
    (outcome,) = penalties.read(sheet_of(content), today=TODAY)
    assert outcome.taken


def licence_outcomes(*rows):
    return list(licences.read(sheet_of(csv_of(*rows)), today=TODAY))


def test_a_licence_is_taken():
    (outcome,) = licence_outcomes(GOOD_LICENCE)
    row = outcome.taken
    assert (row.decision_number, row.category, row.content) == ("津东食许〔2026〕7号", "普通", "食品销售")
    assert (row.decided_on, row.valid_from, row.valid_until) == (
        date(2026, 9, 18),
        date(2026, 9, 18),
        date(2031, 9, 17),
    )
    assert (row.key, row.authority, row.source_code) == (
        ("津东食许(2026)7号", FIRM),
        "示范区行政审批局",
        BUREAU,
    )


def test_a_licence_for_ever_is_valid_to_the_last_day_of_the_table():
    (outcome,) = licence_outcomes(GOOD_LICENCE | {"XK_YXQZI": "长期"})
    assert outcome.taken.valid_until == date(2099, 12, 31)


def test_a_licence_that_ends_before_it_begins_is_refused():
    (outcome,) = licence_outcomes(GOOD_LICENCE | {"XK_YXQZ": "2031-09-18"})
    assert [told(fault) for fault in outcome.faults] == [
        (
            "有效期至 2031 年 9 月 17 日 早于有效期自 2031 年 9 月 18 日。",
            "请核对两个日期；长期有效的写“长期”。",
        )
    ]


def test_a_licence_is_taken_once():
    _, again = licence_outcomes(GOOD_LICENCE, GOOD_LICENCE)
    assert str(again.faults[0].problem) == "和第 2 行是同一文号、同一相对人。"


@given(st.sampled_from(sorted(GOOD)), st.text(max_size=30))
def test_any_cell_is_taken_or_refused_with_words(code, text):
    for outcome in outcomes(GOOD | {code: text}, GOOD | PERSON | {code: text}):
        assert (outcome.taken is None) == bool(outcome.faults)
        assert all(str(fault.sentence) for fault in (*outcome.faults, *outcome.warnings))
