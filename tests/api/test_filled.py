"""Every form of every step, as a machine fills it in: it has a schema, and it takes what the schema describes."""

from dataclasses import dataclass

import pytest
from jsonschema import Draft202012Validator

from forms import form_for
from forms.fields import HouseForm, Ticks, UnitChoice
from forms.per_field import PerField
from forms.points import Answers
from forms.reasons import form_of
from tests.web.conftest import made
from workflow_app.api import filled
from workflow_app.api.form_schemas import schema_of
from workflow_app.workflows import ALL

STEPS = sorted(
    {(each.name, step.name) for each in ALL for step in each.steps} | {(each.name, "edit") for each in ALL}
)
ASKING = [(workflow, step) for workflow, step in STEPS if form_for(workflow, step) is not None]
TYPED = {
    "contact_mobile": "13800000001", "contact_email": "zhao@example.com", "claims": {"content": "罚款 0.2 万元"},
    "source": {"content": "罚款 0.2 万元", "decided_on": "2026-05-06"},
    "difference": {"content": "罚款 0.2 万元", "decided_on": "2026-05-06"}, "reply_points": ["产品已经召回。", "正在复议。"],
    "answers": {"1": "召回不影响认定。", "2": "复议不停止执行。"}, "measures": ["inspect"], "provider": "market",
}  # fmt: skip


@dataclass(frozen=True)
class Coded:
    """A coded reason as a form needs it."""

    code: str
    title: str
    binds_to: str


REASONS = form_of(
    [Coded("A-1", "缺少材料", "any"), Coded("A-2", "写得不清楚", "reason")],
    {"reason": "承诺事由", "statement": "补充承诺内容"},
    lambda reason: reason.title,
)


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return made(tmp_path_factory.mktemp("office"))


@pytest.fixture(autouse=True)
def reader(app):
    """Somebody who reads Chinese asks."""
    with app.test_request_context("/api/v1/cases"):
        yield


def offered(form: HouseForm) -> HouseForm:
    """The form with what the edge would offer in it."""
    for field in form:
        if isinstance(field, Ticks):
            field.offer({"inspect": "提高抽查比例", "venue": "从严审查"}, hints={}, is_required=True)
        if isinstance(field, UnitChoice):
            field.offer([("market", "示范区市场监管局"), ("health", "示范区卫健委")])
        if isinstance(field, Answers):
            field.offer(("产品已经召回。", "正在复议。"), said={})
    return form


def example(name, schema):
    """A value that the schema of this field describes."""
    if name in TYPED:
        return TYPED[name]
    if schema["type"] == "boolean":
        return True
    if schema["type"] == "integer":
        return 1
    if "enum" in schema:
        return next(value for value in schema["enum"] if value)
    return "2026-12-01" if schema.get("format") == "date" else "已经逐项核对。"


@pytest.mark.parametrize(("workflow", "step"), ASKING)
def test_a_form_takes_what_its_schema_describes(workflow, step):
    form_class = form_for(workflow, step)
    schema = schema_of(offered(form_class()))
    Draft202012Validator.check_schema(schema)
    assert schema["properties"]
    assert all(each["title"] and "title" in each for each in schema["properties"].values())
    said = {name: example(name, each) for name, each in schema["properties"].items()}
    Draft202012Validator(schema).validate(said)
    form = offered(form_class(filled.read(offered(form_class()), said, at="given")))
    assert form.validate(), filled.faults(form, said)
    for field in form:
        assert field.data or isinstance(field, PerField), field.name
    for name in schema.get("required", ()):
        lacking = {key: value for key, value in said.items() if key != name}
        short = offered(form_class(filled.read(offered(form_class()), lacking, at="given")))
        assert isinstance(short[name], Ticks) or not short.validate(), name


def test_a_schema_says_what_a_step_asks_in_the_words_of_its_page():
    assert schema_of(form_for("commitment", "decide_breach")()) == {
        "type": "object",
        "properties": {
            "degree": {
                "title": "履行程度", "type": "string", "enum": ["partly", "not_at_all"],
                "x-enum-titles": {"partly": "部分履行", "not_at_all": "全部未履行"},
            },
            "liability_pursued": {
                "title": "违诺责任追究内容", "type": "string", "maxLength": 2000, "minLength": 1, "pattern": "\\S",
            },
            "decision_reasons": {
                "title": "决定理由", "type": "string", "maxLength": 2000, "minLength": 1, "pattern": "\\S",
            },
        },
        "additionalProperties": False,
        "required": ["degree", "liability_pursued", "decision_reasons"],
    }  # fmt: skip


def test_coded_reasons_are_a_list_and_each_says_what_it_may_point_at():
    schema = schema_of(REASONS())
    Draft202012Validator.check_schema(schema)
    assert schema["required"] == ["reasons"]
    first, second = schema["properties"]["reasons"]["items"]["oneOf"]
    assert first["properties"]["code"] == {"const": "A-1", "title": "缺少材料"}
    assert first["properties"]["target"]["enum"] == ["reason", "statement"]
    assert second["properties"]["target"]["enum"] == ["reason"]
    said = {"reasons": [{"code": "A-2", "target": "reason", "note": "没有写明许可证号。"}]}
    Draft202012Validator(schema).validate(said)
    form = REASONS(filled.read(REASONS(), said, at="given"))
    assert form.validate()
    assert form.given() == said["reasons"]
    assert filled.read(REASONS(), {}, at="given") == {}


@pytest.mark.parametrize(
    ("name", "value", "wrong"),
    [
        ("reasons", {}, {"reasons": ["这一项应是列表。"]}),
        ("reasons", ["A-1"], {"reasons": {"0": ["这一项应是 JSON 对象。"]}}),
        ("reasons", [{"code": "A-1"}, {"code": "A-1"}], {"reasons": {"1": {"code": ["这条原因已经写过一次，请合并成一条。"]}}}),
        ("reasons", [{"code": 1, "why": ""}], {"reasons": {"0": {"why": filled.NOT_ASKED, "code": "这一项应是文字（字符串）。"}}}),
        ("tick_A-1", True, {"tick_A-1": [filled.NOT_ASKED]}),
    ],
)  # fmt: skip
def test_wrong_reasons_are_told_at_their_place(name, value, wrong):
    assert plain(refused(REASONS(), {name: value})) == plain(wrong)


@pytest.mark.parametrize(
    ("workflow", "step", "said", "wrong"),
    [
        ("commitment", "edit", {"valid_until": "tomorrow"}, {"valid_until": "这一项应是日期，写成 2026-09-18 的样子。"}),
        ("commitment", "edit", {"valid_until": "20260918"}, {"valid_until": "这一项应是日期，写成 2026-09-18 的样子。"}),
        ("commitment", "edit", {"reason": 1, "file_x": ""}, {"reason": "这一项应是文字（字符串）。", "file_x": filled.NOT_ASKED}),
        ("commitment", "sign", {"has_read": "yes"}, {"has_read": "这一项应是 true 或 false。"}),
        ("commitment", "sign", {"letter_version": True}, {"letter_version": "这一项应是整数。"}),
        ("commitment", "sign", {"letter_version": 10**400}, {"letter_version": "这一项应是整数。"}),
        ("listing", "edit", {"measures": "inspect"}, {"measures": "这一项应是列表。"}),
        ("listing", "edit", {"measures": [None]}, {"measures": "这一项应是文字（字符串）。"}),
        ("listing", "reply", {"reply_points": ["x"] * 21}, {"reply_points": "最多 20 点，请合并。"}),
        ("listing", "propose_decision", {"answers": {"3": "x"}}, {"answers": {"3": filled.NOT_ASKED}}),
        ("objection", "edit", {"claims": {"fine": 3, "colour": "x"}}, {"claims": {"colour": filled.NOT_ASKED, "fine": "这一项应是文字（字符串）。"}}),
        ("objection", "edit", {"claims": []}, {"claims": "这一项应是 JSON 对象。"}),
    ],
)  # fmt: skip
def test_a_value_of_another_type_is_told_at_its_name(workflow, step, said, wrong):
    assert plain(refused(offered(form_for(workflow, step)()), said)) == plain(wrong)


def refused(form, said):
    """What is told of `said`."""
    with pytest.raises(filled.Unfit) as caught:
        filled.read(form, said, at="given")
    return caught.value.data["messages"]["json"]["given"]


def plain(told):
    """The first sentence at each place."""
    if isinstance(told, dict):
        return {name: plain(part) for name, part in told.items()}
    return str(told[0] if isinstance(told, list) else told)
