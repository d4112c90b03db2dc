"""Codes of firms and people, numbers of cases: what is accepted, what is mended, what is refused and how."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from workflow_app.domain.identifiers import (
    case_number,
    document_number,
    parse_citizen_id,
    parse_uscc,
    uscc_from,
)
from workflow_app.domain.refusals import Refused

SYMBOLS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def refusal(parse, text):
    with pytest.raises(Refused) as refused:
        parse(text)
    return str(refused.value.sentence)


@pytest.mark.parametrize("code", ["91110000600037341L", "N2120102MF0000001L"])
def test_a_code_with_the_right_check_character_is_accepted(code):
    assert parse_uscc(code) == code
    assert uscc_from(code[:17]) == code


@pytest.mark.parametrize(
    "typed",
    [
        " 91110000600037341l ",
        "９１１１００００６０００３７３４１Ｌ",
        "9111 0000 6000 3734 1L",
        "91110000\u3000600037341L\u200b",
        "\ufeff91110000600037341L\n",
    ],
)
def test_what_can_be_mended_without_doubt_is_mended(typed):
    assert parse_uscc(typed) == "91110000600037341L"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "请填写统一社会信用代码，共 18 位，印在营业执照或登记证书上。"),
        (" \u3000 ", "请填写统一社会信用代码，共 18 位，印在营业执照或登记证书上。"),
        ("120102000012345", "您填写的像是 15 位工商注册号，请填写营业执照上 18 位的统一社会信用代码。"),
        (
            "91110000600037341",
            "统一社会信用代码应为 18 位，您填写了 17 位，请对照营业执照补齐或删去多余的字符。",
        ),
        (
            "91110000600037341LL",
            "统一社会信用代码应为 18 位，您填写了 19 位，请对照营业执照补齐或删去多余的字符。",
        ),
        (
            "9111000060003734IL",
            "统一社会信用代码第 17 位是“I”，代码里不使用字母 I、O、S、V、Z，请核对是否把数字 1、0、5、2 或字母 U 看错了。",
        ),
        ("91110000-00037341L", "统一社会信用代码第 9 位“-”不是数字或英文字母，请对照营业执照修改。"),
        ("91110000公00037341L", "统一社会信用代码第 9 位“公”不是数字或英文字母，请对照营业执照修改。"),
        ("911A0000600037341L", "统一社会信用代码第 3 至 8 位只能是数字，第 4 位是“A”，请对照营业执照修改。"),
        ("911100006000373410", "统一社会信用代码第 18 位校验码不对，请对照营业执照逐位核对。"),
        ("91110000600037314L", "统一社会信用代码第 18 位校验码不对，请对照营业执照逐位核对。"),
    ],
)
def test_a_wrong_code_is_refused_with_the_way_to_mend_it(typed, sentence):
    assert refusal(parse_uscc, typed) == sentence


def test_a_code_is_not_made_of_too_few_characters():
    with pytest.raises(ValueError, match="17 characters"):
        uscc_from("9111")


USCC = st.builds(
    lambda head, division, tail: uscc_from(head + division + tail),
    st.text(SYMBOLS, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(SYMBOLS, min_size=9, max_size=9),
)


@given(USCC, st.integers(0, 17), st.sampled_from(SYMBOLS))
def test_any_single_wrong_character_of_a_code_is_caught(code, place, other):
    assume(code[place] != other)
    with pytest.raises(Refused):
        parse_uscc(code[:place] + other + code[place + 1 :])


@given(USCC, st.integers(0, 16))
def test_any_two_neighbours_of_a_code_that_change_places_are_caught(code, place):
    assume(code[place] != code[place + 1])
    with pytest.raises(Refused):
        parse_uscc(code[:place] + code[place + 1] + code[place] + code[place + 2 :])


@given(USCC)
def test_every_code_we_make_is_read_back_unchanged(code):
    assert parse_uscc(code) == code
    assert parse_uscc(code.lower()) == code


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_code_or_a_sentence(text):
    for parse in (parse_uscc, parse_citizen_id):
        try:
            answer = parse(text)
        except Refused as refused:
            answer = str(refused.sentence)
        assert len(answer) >= 15


@pytest.mark.parametrize("number", ["11010519491231002X", "12010219900307001X"])
def test_an_identity_number_with_the_right_check_character_is_accepted(number):
    assert parse_citizen_id(number) == number
    assert parse_citizen_id(f" {number[:6]} {number[6:14]} {number[14:].lower()}") == number


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "请填写居民身份证号码，共 18 位。"),
        ("120102900307001", "15 位的旧身份证号码已停止使用，请填写 18 位号码。"),
        ("1201021990030700", "居民身份证号码应为 18 位，您填写了 16 位，请对照身份证补齐或删去多余的字符。"),
        (
            "1201021990O307001X",
            "居民身份证号码第 11 位“O”不对：前 17 位是数字，末位是数字或 X，请对照身份证修改。",
        ),
        (
            "12010219900231001X",
            "居民身份证号码第 7 至 14 位是出生日期，您填写的日期不存在，请对照身份证核对。",
        ),
        ("120102199003070011", "居民身份证号码第 18 位校验码不对，请对照身份证逐位核对。"),
    ],
)
def test_a_wrong_identity_number_is_refused_with_the_way_to_mend_it(typed, sentence):
    assert refusal(parse_citizen_id, typed) == sentence


@given(st.integers(0, 17), st.sampled_from("0123456789X"))
def test_any_single_wrong_character_of_an_identity_number_is_caught(place, other):
    number = "12010219900307001X"
    assume(number[place] != other)
    with pytest.raises(Refused):
        parse_citizen_id(number[:place] + other + number[place + 1 :])


def test_a_number_names_kind_division_day_and_serial():
    assert case_number("CM", "120102", date(2026, 9, 18), 1) == "CM-120102-20260918-000001"
    assert case_number("RP", "120102", date(2026, 12, 31), 999_999) == "RP-120102-20261231-999999"
    assert document_number("CNS", "120102", date(2026, 9, 18), 27) == "CNS-120102-20260918-000027"


@pytest.mark.parametrize(
    ("prefix", "division", "serial"),
    [
        ("cm", "120102", 1),
        ("", "120102", 1),
        ("CM", "12010", 1),
        ("CM", "１２０１０２", 1),
        ("CM", "120102", 0),
        ("CM", "120102", 1_000_000),
    ],
)
def test_a_number_of_another_shape_is_never_made(prefix, division, serial):
    with pytest.raises(ValueError, match=r"prefix|division|serial"):
        case_number(prefix, division, date(2026, 9, 18), serial)
