"""A field that asks part by part for the fields of a record: what goes in, what comes out, and what is refused where."""

from dataclasses import dataclass, field

import pytest
from werkzeug.datastructures import MultiDict

from forms.fields import HouseForm, UnitChoice
from forms.per_field import FreeTexts, NewValues, PerField


class Both(HouseForm):
    """What is claimed and what it becomes."""

    claims = PerField("主张", FreeTexts)
    difference = PerField("更正后的内容", NewValues)
    unit = UnitChoice("单位")


@dataclass(frozen=True)
class Stored:
    """What facts keep."""

    claims: dict[str, str] = field(default_factory=dict)
    difference: dict[str, str] = field(default_factory=dict)


def sent(stored=None, **typed):
    form = Both(MultiDict(typed), obj=stored)
    form.validate()
    return form


def at_part(form, name):
    return [str(error) for error in form.difference[name].errors]


def test_a_part_is_asked_for_each_field_of_a_record_in_the_order_of_the_page():
    assert [part.short_name for part in Both().claims] == [
        "decision_no", "decided_on", "title", "behaviour", "basis", "content", "fine", "class_", "scope",
        "duties_done_on",
    ]  # fmt: skip


def test_what_was_filled_in_comes_out_as_text_and_blank_parts_are_left_out():
    typed = {
        "difference-decision_no": " 津东市监罚〔2026〕12号 ", "difference-decided_on": "2026年5月6日", "difference-title": "",
        "difference-fine": "０．３", "difference-class_": "minor", "difference-scope": "",
    }  # fmt: skip
    form = sent(**typed)
    assert form.difference.errors == []
    assert form.difference.data == {
        "decision_no": "津东市监罚〔2026〕12号", "decided_on": "2026-05-06", "fine": "0.3", "class_": "minor",
    }  # fmt: skip


def test_what_is_stored_stands_in_the_parts_and_comes_out_unchanged():
    stored = Stored({"decided_on": "应当是五月"}, {"decided_on": "2026-05-06", "class_": "minor"})
    form = Both(None, obj=stored)
    assert (form.claims.data, form.difference.data) == (stored.claims, stored.difference)
    assert 'value="2026-05-06"' in str(form.difference["decided_on"]())


def test_a_stored_part_can_be_emptied():
    form = sent(
        Stored(claims={"title": "甲", "content": "乙"}), **{"claims-title": "", "claims-content": "丙"}
    )
    assert form.claims.data == {"content": "丙"}


def test_a_claim_may_say_anything_even_where_a_record_keeps_a_day():
    form = sent(**{"claims-decided_on": "记不清了，大约五月初"})
    assert form.claims.errors == []
    assert form.claims.data == {"decided_on": "记不清了，大约五月初"}


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("decided_on", "五月初", "“五月初”不是一个存在的日期。请按“2026-09-18”的样子填写年、月、日。"),
        ("class_", "heavy", "“失信信息类别”请从列出的选项中选择。"),
        ("fine", "三千", "“罚款金额（万元）”请只写数字，单位是万元，小数点后最多六位，例如 0.5。"),
        ("fine", "1e5", "“罚款金额（万元）”请只写数字，单位是万元，小数点后最多六位，例如 0.5。"),
        ("fine", "-1", "“罚款金额（万元）”请只写数字，单位是万元，小数点后最多六位，例如 0.5。"),
        ("fine", "0.1234567", "“罚款金额（万元）”请只写数字，单位是万元，小数点后最多六位，例如 0.5。"),
        (
            "content",
            "联系 13800000001 催办。",
            "“处理内容”从第 4 个字起像是手机号，会向社会公示。请删去，姓名可以写成“张某”。",
        ),
        ("title", "字" * 301, "“失信行为类型”最多 300 个字，现在有 301 个，请删去 1 个字。"),
        (
            "decision_no",
            "津\u202e罚",
            "“决定书文号”的第 2 个字符看不见或无法识别，请删去它前后的内容重新输入。",
        ),
    ],
)
def test_what_a_record_can_not_take_is_told_at_that_very_part(name, typed, sentence):
    form = sent(**{f"difference-{name}": typed})
    assert at_part(form, name) == [sentence]
    assert [str(error) for error in form.errors["difference"]] == [sentence]
    assert typed[:20] in str(form.difference[name]()) or name == "class_"


def test_a_part_that_is_wrong_costs_none_of_the_others():
    stored = Stored(difference={"decided_on": "2026-05-06", "title": "甲"})
    form = sent(stored, **{"difference-decided_on": "五月", "difference-title": "乙"})
    assert form.difference.readable == {"decided_on": "2026-05-06", "title": "乙"}


def test_a_refusal_of_the_whole_stands_beside_those_of_the_parts():
    form = sent(**{"difference-fine": "三千"})
    form.refuse("difference", "请至少填写一项。")
    assert [str(error) for error in form.difference.own_errors] == ["请至少填写一项。"]
    assert len(form.difference.errors) == 2
    assert len(at_part(form, "fine")) == 1


def test_a_part_is_open_where_something_stands_is_wrong_or_was_said():
    form = sent(**{"difference-title": "乙", "difference-fine": "三千", "difference-basis": " "})
    form.difference.spoken_of = {"scope"}
    opened = [part.short_name for part in form.difference if form.difference.is_open(part)]
    assert opened == ["title", "fine", "scope"]


UNITS = [("market_regulation", "区市场监督管理局"), ("health", "区卫生健康委员会")]


def test_the_likely_unit_is_chosen_until_somebody_chooses():
    form = Both()
    form.unit.offer(UNITS, likely="health")
    assert form.unit.data == "health"
    assert [choice.value for choice in form.unit.iter_choices()] == ["market_regulation", "health"]
    form = Both(MultiDict({"unit": "market_regulation"}))
    form.unit.offer(UNITS, likely="health")
    assert form.unit.data == "market_regulation"


def test_without_a_likely_unit_nothing_is_chosen():
    form = Both()
    form.unit.offer(UNITS, likely="ended")
    assert form.unit.data == ""
    assert [choice.value for choice in form.unit.iter_choices()] == ["", "market_regulation", "health"]
