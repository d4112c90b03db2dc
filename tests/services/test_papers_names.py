"""Names of papers are cleaned of what deceives or escapes and stay readable."""

import pytest

from workflow_app.services.papers import shown_name


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("营业执照副本.pdf", "营业执照副本.pdf"),
        ("𠮷㛃䶮.pdf", "𠮷㛃䶮.pdf"),
        ("\U0002ebf0\U000323af.pdf", "\U0002ebf0\U000323af.pdf"),  # younger than the tables of this Python
        ("葛\U000e0100城.pdf", "葛\U000e0100城.pdf"),  # a glyph chosen by a variation selector
        ("承诺书（盖章）—2026年.PDF", "承诺书（盖章）—2026年.PDF"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\王\\执照.pdf", "执照.pdf"),
        ("a\0b\r\nc\x1b[31m.pdf", "abc[31m.pdf"),
        ("执照\u202efdp.exe", "执照fdp.exe"),
        ("执\u200b照\ufeff\u2028\u2066.pdf", "执照.pdf"),
        ("bad\ud800.pdf", "bad.pdf"),
        ('a<b>"c|d?*:.pdf', "a_b__c_d___.pdf"),
        ("  两个　 空格  .pdf", "两个 空格.pdf"),
        (".pdf", "未命名.pdf"),
        ("...", "未命名"),
        ("", "未命名"),
        ("///", "未命名"),
        ("100%(name)s.pdf", "100%(name)s.pdf"),
        ("~$.htaccess", "~$.htaccess"),
    ],
)
def test_a_name_is_shown_as(raw, shown):
    assert shown_name(raw) == shown


def test_a_long_name_is_cut_to_120_characters_and_keeps_its_extension():
    shown = shown_name("照" * 500 + ".pdf")
    assert shown == "照" * 115 + "….pdf"
    assert len(shown) == 120


def test_a_name_of_120_characters_stays_whole():
    assert shown_name("照" * 116 + ".pdf") == "照" * 116 + ".pdf"


def test_cleaning_twice_changes_nothing():
    for raw in ("../a\u202e .pdf", "照" * 500 + ".pdf", " . .pdf", "a/b\\c?.png"):
        assert shown_name(shown_name(raw)) == shown_name(raw)
