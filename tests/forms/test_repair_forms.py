"""The forms of the repair workflow: what they ask, what they refuse and with which words; and the coded reasons."""

import tomllib
from datetime import date
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from forms import form_for
from workflow_app.workflows.repair import REPAIR

FILLED = {
    "basis": "completed", "correction": "已经补齐价签，9 月 1 日完成。", "duties": "罚款 8 月 20 日缴清。", "proof_source": "uploaded",
    "ruling_no": "", "plan_ends_on": "", "contact_name": "赵经纬", "contact_mobile": "13800000001", "filled_by": "own",
}  # fmt: skip
REASONS = tomllib.loads(
    Path(__file__)
    .resolve()
    .parents[2]
    .joinpath("forms/catalogue/reasons_repair.toml")
    .read_text(encoding="utf-8")
)["reason"]


def sent(step, **typed):
    form = form_for("repair", step)(MultiDict(typed))
    form.validate()
    return form


def errors(step, **typed):
    return {name: [str(each) for each in found] for name, found in sent(step, **typed).errors.items()}


def test_a_draft_asks_for_nine_things_and_nothing_that_the_record_says():
    assert [field.name for field in form_for("repair", "edit")()] == [
        "basis", "correction", "duties", "proof_source", "ruling_no", "plan_ends_on", "contact_name", "contact_mobile",
        "filled_by",
    ]  # fmt: skip


def test_a_complete_draft_fits():
    form = sent("edit", **FILLED)
    assert form.errors == {}
    assert (form.basis.data, form.plan_ends_on.data, form.contact_mobile.data) == (
        "completed",
        None,
        "13800000001",
    )


def test_the_ruling_and_the_term_are_read_as_people_write_them():
    form = sent(
        "edit",
        **{
            **FILLED,
            "basis": "restructuring",
            "ruling_no": " （2026）津02破8号之三 ",
            "plan_ends_on": "2027年6月30日",
        },
    )
    assert form.errors == {}
    assert (form.ruling_no.data, form.plan_ends_on.data) == ("（2026）津02破8号之三", date(2027, 6, 30))


def test_an_empty_draft_is_told_what_to_write_in_each_field():
    assert errors("edit") == {
        "basis": ["请选择申请依据。一般情况选第一项；只有重整、和解期间才选第二项。"],
        "correction": ["请写明怎样纠正了失信行为、何时纠正完毕。"],
        "duties": ["请逐项写明怎样履行了决定书上的义务，例如罚款何时缴清；没有其他义务的写“无其他义务”。"],
        "proof_source": ["请选择证明材料由谁提供。认定单位自己能核对的，不用您上传。"],
        "contact_name": ["请填写联系人姓名。"],
        "contact_mobile": ["请填写联系人的手机号，办理进度会通知到这个号码。"],
        "filled_by": ["请选择由谁填写。信用修复未授权任何机构代办。"],
    }


@pytest.mark.parametrize("name", ["basis", "proof_source", "filled_by"])
def test_a_choice_that_is_not_offered_is_refused(name):
    assert errors("edit", **{**FILLED, name: "agency"}) == {
        name: ["这一项不在可选范围内，请从列出的选项中重新选择。"]
    }


def test_an_unticked_condition_is_left_to_the_law_and_a_finding_is_asked_for():
    form = sent("propose_approval", period_reached="y", duties_performed="y", commitment_made="y")
    assert [form[name].data for name in ("period_reached", "duties_performed", "commitment_made")] == [
        True
    ] * 3
    assert form.other_conditions.data is False
    assert [str(each) for each in form.finding.errors] == ["请逐项写明核对了什么材料或系统、结果如何。"]


def test_a_rejection_names_the_day_from_which_one_may_ask_again():
    assert sent("propose_rejection", next_possible_on="2026-12-01").next_possible_on.data == date(2026, 12, 1)
    assert errors("propose_rejection") == {
        "next_possible_on": ["请填写可以再次申请的第一天；理由消除后随时可以申请的，填写今天。"]
    }


@pytest.mark.parametrize(
    ("step", "name", "sentence"),
    [
        ("note_second_return", "second_return_note", "请写明为什么第一次退回时没有提出、现在必须提出。"),
        ("withdraw", "withdrawal_reason", "请写明撤回的理由。"),
        ("send_back", "send_back_note", "请写明哪些情况需要重新核对。"),
        ("approve", "decision_reasons", "请写明同意修复的理由和依据。"),
        ("reject", "decision_reasons", "请写明不予修复的理由和依据，让申请人知道还缺什么、怎样做到。"),
        (
            "shield",
            "decision_reasons",
            "请写明同意临时屏蔽的理由，以及临时解除哪些妨碍计划执行的措施。",
        ),
        ("finalise", "plan_performed", "请写明计划或者协议何时执行完毕，以及裁定书的文号。"),
        (
            "restore",
            "plan_failed",
            "请写明计划或者协议怎样没有执行，以及裁定书或者证明材料的名称和文号。",
        ),
        ("reply", "reply", "请写明您的陈述申辩意见；有证据的，请一并上传。"),
        ("drop_revocation", "drop_reasons", "请写明不撤销修复的理由。"),
        (
            "revoke",
            "decision_reasons",
            "请写明撤销的理由，并逐点答复陈述申辩意见；没有收到陈述申辩的也请写明。",
        ),
    ],
)
def test_whoever_acts_says_why(step, name, sentence):
    assert errors(step, **{name: "  "}) == {name: [sentence]}
    assert errors(step, **{name: "理由"}) == {}


def test_a_revocation_is_proposed_with_facts_and_basis():
    assert errors("propose_revocation") == {
        "revocation_facts": ["请写明哪份材料虚假、哪项承诺严重不实或者被故意违反，以及认定的证据。"],
        "revocation_basis": ["请写明依据的规定或者承诺条款。"],
    }


@pytest.mark.parametrize("step", ["request_supplement", "refuse", "propose_rejection"])
def test_each_coded_step_has_reasons_of_its_own(step):
    assert {each["code"][3] for each in REASONS if step in each["steps"]} == {
        {"request_supplement": "S", "refuse": "N", "propose_rejection": "J"}[step]
    }


def test_a_reason_points_at_a_part_of_the_application_and_says_how_to_mend_it():
    parts = {*REPAIR.fills, *REPAIR.attaches, "any"}
    for each in REASONS:
        assert each["binds_to"] in parts
        assert each["how_to_mend"].endswith("。")
        assert each["how_to_mend_en"].endswith(".")
        assert each["steps"] == [
            step for step in each["steps"] if step in {s.name for s in REPAIR.steps if s.coded}
        ]


def test_reasons_have_a_code_of_their_own_and_only_a_supplement_points_at_a_part():
    assert len({each["code"] for each in REASONS}) == len(REASONS) == 29
    for each in REASONS:
        assert (each["binds_to"] == "any") == ("request_supplement" not in each["steps"])
