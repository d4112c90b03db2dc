"""The forms of the objection workflow: what they ask, what they refuse and with which words; and the coded reasons."""

import tomllib
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from forms import form_for
from workflow_app.workflows.objection import OBJECTION

FILLED = {
    "claims-fine": "罚款应当是 0.3 万元", "claims-title": "", "statement": "决定书写的是 3000 元。", "contact_name": "赵经纬",
    "contact_mobile": "138 0000 0001",
}  # fmt: skip
FOUND = {
    "finding": "wrong", "source-fine": "0.3", "remedy": "change", "difference-fine": "0.3",
    "answer": "核对了处罚决定书存根。",
}  # fmt: skip
REASONS = tomllib.loads(
    Path(__file__)
    .resolve()
    .parents[2]
    .joinpath("forms/catalogue/reasons_objection.toml")
    .read_text(encoding="utf-8")
)["reason"]


def sent(step, **typed):
    form = form_for("objection", step)(MultiDict(typed))
    form.validate()
    return form


def errors(step, **typed):
    return {name: [str(each) for each in found] for name, found in sent(step, **typed).errors.items()}


def test_a_draft_asks_what_should_be_there_why_and_who_can_be_asked():
    form = sent("edit", **FILLED)
    assert form.errors == {}
    assert form.data == {
        "claims": {"fine": "罚款应当是 0.3 万元"},
        "statement": "决定书写的是 3000 元。",
        "contact_name": "赵经纬",
        "contact_mobile": "13800000001",
    }


def test_an_empty_draft_is_told_what_to_write_and_no_field_of_the_record_is_forced():
    assert errors("edit") == {
        "statement": ["请写明哪里不对、为什么、有什么证据。写不全也可以先保存。"],
        "contact_name": ["请填写联系人姓名。"],
        "contact_mobile": ["请填写联系人的手机号，办理进度会通知到这个号码。"],
    }


def test_an_answer_holds_both_sides_as_the_facts_keep_them():
    form = sent("answer", **FOUND)
    assert form.errors == {}
    assert form.data == {
        "finding": "wrong",
        "source": {"fine": "0.3"},
        "remedy": "change",
        "difference": {"fine": "0.3"},
        "answer": "核对了处罚决定书存根。",
    }
    facts = OBJECTION.load(OBJECTION.plain(form.data))
    assert (facts.source, facts.difference) == ({"fine": "0.3"}, {"fine": "0.3"})


@pytest.mark.parametrize("finding", ["right", "unclear"])
def test_an_answer_that_changes_nothing_names_no_remedy(finding):
    form = sent("answer", finding=finding, remedy="", answer="与决定书一致。")
    assert form.errors == {}
    assert (form.remedy.data, form.difference.data) == ("", {})
    assert sent("answer", finding=finding, answer="与决定书一致。").remedy.data == ""


def test_a_finding_that_is_not_offered_is_refused():
    assert errors("answer", **{**FOUND, "finding": "perhaps"}) == {
        "finding": ["这一项不在可选范围内，请从列出的选项中重新选择。"]
    }
    assert errors("answer", **{**FOUND, "remedy": "forget"}) == {
        "remedy": ["这一项不在可选范围内，请从列出的选项中重新选择。"]
    }


def test_an_office_that_corrects_itself_and_a_review_that_corrects_name_the_remedy():
    assert errors("correct_own", answer="录入时多打了一个零。") == {"remedy": ["请选择更正方式。"]}
    assert errors("review_correct", review_reasons="原件上是 0.3 万元。") == {"remedy": ["请选择更正方式。"]}


def test_a_unit_must_be_chosen_from_those_that_are_offered():
    form = form_for("objection", "forward")(MultiDict({"provider": "elsewhere"}))
    form.provider.offer([("health", "区卫生健康委员会")])
    assert form.validate() is False
    form = form_for("objection", "forward")(MultiDict({"provider": "health"}))
    form.provider.offer([("health", "区卫生健康委员会")], likely="")
    assert form.validate() is True
    assert form.data == {"provider": "health"}
    form = form_for("objection", "forward")(MultiDict({"provider": ""}))
    form.provider.offer([("health", "区卫生健康委员会")])
    form.validate()
    assert [str(each) for each in form.provider.errors] == ["请选择由哪个单位核查。"]


def test_handing_over_to_another_unit_says_why():
    form = form_for("objection", "hand_over")(MultiDict({"provider": "health"}))
    form.provider.offer([("health", "区卫生健康委员会")])
    form.validate()
    assert {name: [str(each) for each in found] for name, found in form.errors.items()} == {
        "clock_reason": ["请写明为什么改由这个单位核查，例如原单位已经合并、职责已经划转。"]
    }


@pytest.mark.parametrize(
    ("step", "name", "sentence"),
    [
        ("withdraw", "withdrawal_reason", "请写明撤回的理由。"),
        ("hide_record", "hide_reasons", "请写明错误为什么明显、继续公示会造成什么损害。"),
        ("execute_correction", "decision_reasons", "请写明更正了什么、理由是什么、会通知哪些地方。"),
        ("maintain", "decision_reasons", "请逐点回应异议人的主张，写明为什么信息无误。"),
        ("leave_open", "decision_reasons", "请写明查过哪里、为什么查不清楚；有了新证据可以怎样再提出。"),
        ("request_review", "review_request", "请写明不同意哪一点、为什么；有新证据的，请一并上传。"),
        ("review_maintain", "review_reasons", "请逐点回应复核申请，写明为什么维持原处理结果。"),
    ],
)
def test_whoever_acts_says_why(step, name, sentence):
    assert errors(step, **{name: "  "}) == {name: [sentence]}
    assert errors(step, **{name: "理由"}) == {}


@pytest.mark.parametrize("step", ["request_supplement", "refuse"])
def test_each_coded_step_has_reasons_of_its_own(step):
    letter = {"request_supplement": "S", "refuse": "R"}[step]
    assert {each["code"][:4] for each in REASONS if step in each["steps"]} == {f"OB-{letter}"}


def test_a_reason_points_at_a_part_of_the_objection_and_says_how_to_mend_it():
    parts = {*OBJECTION.fills, *OBJECTION.attaches, "any"}
    coded = {step.name for step in OBJECTION.steps if step.coded}
    for each in REASONS:
        assert each["binds_to"] in parts
        assert each["how_to_mend"].endswith("。")
        assert each["how_to_mend_en"].endswith(".")
        assert set(each["steps"]) <= coded


def test_every_part_of_an_objection_may_be_named_in_a_supplement():
    named = {each["binds_to"] for each in REASONS if "request_supplement" in each["steps"]}
    assert {*OBJECTION.fills, *OBJECTION.attaches} - named == {"contact_name"}


def test_reasons_have_a_code_of_their_own():
    assert len({each["code"] for each in REASONS}) == len(REASONS) == 24
