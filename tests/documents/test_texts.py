"""Texts: chosen by the day, frozen once published, and deaf to what people type."""

from datetime import date, datetime
from pathlib import Path

import pytest

from workflow_app.domain.refusals import Refused
from workflow_app.services.documents import texts

from .conftest import text_of

PUBLISHED = """---
id: letter_sample
version: {version}
title: 信用承诺书
law: ["《天津市社会信用条例》"]
in_force_from: {begins}
in_force_to: {ends}
placeholders: [name]
---
承诺人：{{{{ name }}}}{more}
"""


def write(
    folder: Path, *, version: int = 1, begins: str = "2026-04-01", ends: str = "null", more: str = ""
) -> Path:
    path = folder / f"letter_sample.v{version}.md"
    path.write_text(PUBLISHED.format(version=version, begins=begins, ends=ends, more=more), encoding="utf-8")
    texts.library.cache_clear()
    return path


def lock(folder: Path) -> Path:
    file = folder / "texts.lock"
    file.write_text("\n".join(texts.lock_lines(folder, file)) + "\n", encoding="utf-8")
    return file


def test_no_published_text_was_edited_and_every_text_is_locked():
    assert texts.check_lock() == ()


def test_every_text_of_the_house_declares_the_placeholders_it_uses():
    for text in texts.library():
        assert set(text.placeholders) == texts.placeholders_used(text.body)


def test_an_edited_text_is_caught_and_told_to_add_the_next_version(tmp_path):
    write(tmp_path)
    file = lock(tmp_path)
    write(tmp_path, more="，后加的一句")
    (problem,) = texts.check_lock(tmp_path, file)
    assert "add the next version" in problem
    with pytest.raises(ValueError, match="add the next version"):
        texts.lock_lines(tmp_path, file)


def test_ending_a_text_is_no_edit_and_a_new_version_only_wants_its_line(tmp_path):
    write(tmp_path)
    file = lock(tmp_path)
    write(tmp_path, ends="2027-01-01")
    assert texts.check_lock(tmp_path, file) == ()
    write(tmp_path, version=2, begins="2027-01-01")
    (problem,) = texts.check_lock(tmp_path, file)
    assert "letter_sample v2 is not in texts.lock" in problem
    assert [line.split()[:3] for line in texts.lock_lines(tmp_path, file)] == [
        ["letter_sample", "v1", "2026-04-01"],
        ["letter_sample", "v2", "2027-01-01"],
    ]


def test_a_removed_text_is_caught(tmp_path):
    path = write(tmp_path)
    file = lock(tmp_path)
    path.unlink()
    texts.library.cache_clear()
    assert texts.check_lock(tmp_path, file) == ("letter_sample v1 was published and is gone: put it back",)


def test_a_text_is_in_force_from_its_first_day_up_to_but_not_on_its_last():
    text = text_of("x", in_force_from=date(2026, 4, 1), in_force_to=date(2026, 12, 1))
    days = (date(2026, 3, 31), date(2026, 4, 1), date(2026, 11, 30), date(2026, 12, 1))
    assert [text.is_in_force(day) for day in days] == [False, True, True, False]


def test_the_day_chooses_the_version():
    assert texts.current("letter_proactive", on=date(2026, 11, 30)).version == 1
    assert texts.current("letter_proactive", on=date(2026, 12, 1)).version == 2


def test_a_day_without_a_text_is_refused_with_the_day_and_the_text():
    with pytest.raises(Refused, match="2020 年 1 月 1 日没有生效的文本“letter_permit”"):
        texts.current("letter_permit", on=date(2020, 1, 1))


def test_a_file_whose_name_differs_from_its_front_matter_is_refused(tmp_path):
    write(tmp_path).rename(tmp_path / "letter_sample.v3.md")
    with pytest.raises(ValueError, match="the name must be"):
        texts.read(tmp_path / "letter_sample.v3.md")


def test_a_placeholder_that_is_not_declared_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"declared and used differ: \['other'\]"):
        texts.read(write(tmp_path, more="{{ other }}"))


def test_days_are_written_as_official_papers_write_them():
    assert texts.render(text_of("于{{ on }}"), {"on": date(2026, 9, 18)}) == "<p>于2026年9月18日</p>"


@pytest.mark.parametrize(
    "typed",
    ["# 大标题", "**粗**", "![图](https://e.example/x.png)", "[点我](javascript:alert(1))", "<https://e.example>",
     "| a | b |", "1. 条", "{{ 7 * 7 }}", "{% for x in y %}", "&copy;", "`code`", "---"],
)  # fmt: skip
def test_what_is_typed_is_printed_as_typed(typed):
    shown = texts.render(text_of("{{ a }}\n\n前{{ a }}后"), {"a": typed})
    assert shown.striptags() == f"{typed} 前{typed}后"
    assert not any(tag in shown for tag in ("<h1", "<strong", "<img", "<a ", "<table", "<ol", "<code", "<hr"))


def test_html_that_is_typed_stays_text_and_lines_stay_lines():
    shown = texts.render(text_of("{{ a }}"), {"a": "<script>alert(1)</script>\n第二行"})
    assert shown == "<p>&lt;script&gt;alert(1)&lt;/script&gt;<br>第二行</p>"


def test_raw_html_in_a_text_is_no_markup_either():
    assert "<b>" not in texts.render(text_of("<b>{{ a }}</b>"), {"a": "x"})


@pytest.mark.parametrize(
    "body",
    ["{{ ''.__class__.__mro__ }}", "{{ a.__init__.__globals__ }}", "{{ self._TemplateReference__context }}",
     "{{ a.append(1) }}", "{{ range(9) }}", "{{ cycler.__init__ }}", "{{ none }}", "{{ true }}"],
)  # fmt: skip
def test_a_text_reaches_nothing_but_its_values(body):
    with pytest.raises(ValueError, match="sample version 1"):
        texts.render(text_of(body, placeholders=("a",)), {"a": ("x",)})


def test_a_missing_value_is_named():
    with pytest.raises(ValueError, match="'name' is undefined"):
        texts.render(text_of("{{ name }}"), {})


@pytest.mark.parametrize("value", [object(), {"a": 1}, 1.5, b"x", datetime(2026, 1, 1), [object()]])  # noqa: DTZ001
def test_only_plain_values_are_taken(value):
    with pytest.raises(ValueError, match="name is not a plain value"):
        texts.render(text_of("{{ name }}"), {"name": value})


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\u202e", "\ufdd0", "\uffff"])
def test_a_character_that_paper_cannot_bear_is_named(character):
    with pytest.raises(Refused, match=f"U\\+{ord(character):04X}"):
        texts.render(text_of("{{ name }}"), {"name": f"海{character}河"})


def test_the_addressee_stands_flush_left():
    assert texts.render(text_of("{{ a }}：\n\n正文。"), {"a": "甲公司"}).startswith(
        '<p class="to">甲公司：</p>'
    )
