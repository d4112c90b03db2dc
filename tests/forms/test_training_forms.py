"""The forms of the training workflow: what they ask, what they refuse and with which words; and the coded reasons."""

import tomllib
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from forms import form_for
from workflow_app.workflows.training import TRAINING

FILLED = {
    "trainee_name": "赵经纬", "trainee_role": "agent", "contact_mobile": "138 0000 0001", "contact_email": "", "conduct": "",
}  # fmt: skip
REASONS = tomllib.loads(
    Path(__file__)
    .resolve()
    .parents[2]
    .joinpath("forms/catalogue/reasons_training.toml")
    .read_text(encoding="utf-8")
)["reason"]


def sent(step, **typed):
    form = form_for("training", step)(MultiDict(typed))
    form.validate()
    return form


def errors(step, **typed):
    return {name: [str(each) for each in found] for name, found in sent(step, **typed).errors.items()}


def test_a_draft_asks_who_takes_part_and_how_to_reach_them():
    form = sent("edit", **FILLED)
    assert form.errors == {}
    assert form.data == {
        "trainee_name": "赵经纬",
        "trainee_role": "agent",
        "contact_mobile": "13800000001",
        "contact_email": "",
        "conduct": "",
    }


def test_an_empty_draft_is_told_what_to_write_and_nobody_has_to_tell_what_they_did():
    assert errors("edit") == {
        "trainee_name": ["请填写参加培训的人的姓名，证明上会写明。"],
        "trainee_role": ["请选择参加培训的人的身份。"],
        "contact_mobile": ["请填写联系手机，开班和考试会通知到这个号码。"],
    }


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("trainee_name", "赵" * 51),
        ("trainee_role", "teacher"),
        ("contact_mobile", "12345"),
        ("contact_email", "zhao"),
        ("conduct", "价" * 201),
    ],
)
def test_what_does_not_fit_is_refused_where_it_stands(name, typed):
    assert list(errors("edit", **{**FILLED, name: typed})) == [name]


@pytest.mark.parametrize(("name", "typed"), [("trainee_name", "赵" * 50), ("conduct", "价" * 200)])
def test_what_just_fits_is_taken(name, typed):
    assert errors("edit", **{**FILLED, name: typed}) == {}


def test_the_class_is_chosen_before_and_not_typed():
    assert not {"matter", "class_ref", "ends_on"} & set(sent("edit").data)


def test_whoever_cancels_says_why():
    assert errors("cancel", cancellation_reason=" ") == {
        "cancellation_reason": ["请写明取消的理由，例如时间冲突。"]
    }
    assert errors("cancel", cancellation_reason="时间冲突。") == {}


def test_a_reason_points_at_a_part_of_the_application_and_says_how_to_mend_it():
    for each in REASONS:
        assert each["workflow"] == "training"
        assert each["binds_to"] in {*TRAINING.fills, "any"}
        assert each["how_to_mend"].endswith("。")
        assert each["how_to_mend_en"].endswith(".")
        assert each["steps"] == ["reject"] == [step.name for step in TRAINING.steps if step.coded]


def test_reasons_have_a_code_of_their_own():
    assert [each["code"] for each in REASONS] == [f"TR-R0{number}" for number in range(1, 8)]


@pytest.mark.parametrize("word", ["必须", "应当参加", "才能申请", "才可以申请", "前提", "收费", "交费"])
def test_nothing_in_the_workflow_makes_training_a_gate_of_a_repair_or_asks_for_money(word):
    said = [TRAINING.story, *TRAINING.notices.values(), *TRAINING.labels.values()]
    said += [state.silence for state in TRAINING.states]
    said += [guard.sentence for step in TRAINING.steps for guard in step.only_if]
    said += [each["title"] + each["how_to_mend"] for each in REASONS]
    assert [sentence for sentence in said if word in sentence] == []
