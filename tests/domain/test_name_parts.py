"""Names cut into pairs, so that any part of a Chinese name is found."""

import pytest

from workflow_app.domain.name_parts import parts, sought


@pytest.mark.parametrize(
    ("name", "cut"),
    [
        ("海河餐饮", "海河 河餐 餐饮 饮"),
        ("海河·海河（Ｔ1）", "海河 河海 河t t1 1"),
        ("𠮷野家", "𠮷野 野家 家"),
        ("海", "海"),
        ("（）", ""),
    ],
)
def test_a_name_is_kept_as_its_pairs_and_its_last_character(name, cut):
    assert parts(name) == cut


@pytest.mark.parametrize(
    ("typed", "pairs"),
    [
        ("河餐饮", ("河餐", "餐饮")),
        ("饮", ("饮",)),
        ("T1", ("t1",)),
        (" 海 河 ", ("海河",)),
        ("%", ()),
        ("", ()),
    ],
)
def test_what_is_typed_becomes_pairs_that_the_name_must_have(typed, pairs):
    assert sought(typed) == pairs
