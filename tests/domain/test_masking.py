"""What of a personal field others may see."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_app.domain import masking


@pytest.mark.parametrize(
    ("name", "shown"),
    [("张三", "张*"), ("欧阳修文", "欧*"), ("𠮷田", "𠮷*"), ("䶮", "䶮*"), ("  ", ""), ("", "")],
)
def test_a_name_keeps_its_first_character(name, shown):
    assert masking.mask_name(name) == shown


def test_an_identity_number_keeps_one_character_at_each_end():
    assert masking.mask_citizen_id("12010219900307001X") == "1****************X"


def test_a_number_too_short_to_mask_is_hidden_whole():
    assert masking.mask_citizen_id("12X") == "****"
    assert masking.mask_citizen_id("") == ""


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13800001234", "138****1234"),
        ("138 0000 1234", "138****1234"),
        ("+86 138-0000-1234", "138****1234"),
        ("022-12345678", "****78"),
        ("12345", "****"),
        ("", ""),
    ],
)
def test_a_telephone_number_hides_its_middle(number, shown):
    assert masking.mask_mobile(number) == shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("zhang@example.com", "z****@example.com"),
        ("a@b@example.com", "a****@example.com"),
        ("no-address", "****"),
        ("@example.com", "****"),
        ("", ""),
    ],
)
def test_a_mail_address_keeps_its_first_character_and_domain(address, shown):
    assert masking.mask_email(address) == shown


def test_a_bank_account_keeps_its_last_four_digits():
    assert masking.mask_bank_account("6222 0200 0000 0000 123") == "****0123"
    assert masking.mask_bank_account("12345") == "****"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("天津市河东区大王庄街道八纬路1号", "天津市河东区****"),
        ("广东省深圳市南山区科技园1号", "广东省深圳市南山区****"),
        ("内蒙古自治区呼和浩特市新城区中山路2号", "内蒙古自治区呼和浩特市新城区****"),
        ("河北省石家庄市正定县某村3号", "河北省石家庄市正定县****"),
        ("天津市幸福小区3号楼", "天津市****"),
        ("幸福小区3号楼1门101", "****"),
        ("", ""),
    ],
)
def test_an_address_is_shown_down_to_the_district(address, shown):
    assert masking.mask_address(address) == shown


def test_the_code_of_an_organisation_is_public_and_that_of_a_person_is_not():
    assert masking.mask_code("legal", "91110000600037341L") == "91110000600037341L"
    assert masking.mask_code("sole", "N2120102MF0000001L") == "N2120102MF0000001L"
    assert masking.mask_code("individual", "12010219900307001X") == "1****************X"
    assert masking.mask_code("unknown", "E12345678") == "E*******8"


@given(st.text("0123456789", min_size=17, max_size=17))
def test_no_digit_of_a_birth_date_is_ever_shown(digits):
    assert masking.mask_citizen_id(digits + "X")[1:17] == "*" * 16
