"""The forms of a listing: points one by one, answers at their points, boxes to tick, a code and a name."""

import pytest
from werkzeug.datastructures import MultiDict

from forms import form_for
from forms.listings import StartForm
from workflow_app.domain.words import Sentence


def test_points_keep_their_order_and_leave_blank_boxes_out():
    typed = {"reply_points-1": " 产品已召回。 ", "reply_points-2": " ", "reply_points-4": "正在复议。"}
    form = form_for("listing", "reply")(MultiDict(typed))
    assert form.validate()
    assert form.data == {"reply_points": ("产品已召回。", "正在复议。")}
    assert len(form["reply_points"].shown) == 4
    assert not form.wants_more


def test_more_boxes_are_asked_for_up_to_twenty_and_what_is_beyond_is_nobodys():
    field = form_for("listing", "reply")(MultiDict({"reply_points-more": "1"}))["reply_points"]
    assert (len(field.shown), field.wants_more, field.has_more) == (6, True, True)
    typed = {f"reply_points-{place}": "说明" for place in ("19", "20", "21", "²", "9" * 5000)}
    field = form_for("listing", "reply")(MultiDict(typed | {"reply_points-more": "1"}))["reply_points"]
    assert (len(field.shown), field.has_more, field.data) == (20, False, ("说明", "说明"))


def test_a_point_that_is_too_long_is_told_at_its_own_box():
    form = form_for("listing", "reply")(MultiDict({"reply_points-1": "好。", "reply_points-2": "长" * 2001}))
    assert not form.validate()
    second = form["reply_points"].shown[1]
    assert [str(error) for error in second.errors] == [
        "“第 2 点”最多 2000 个字，现在有 2001 个，请删去 1 个字。"
    ]
    assert form["reply_points"].own_errors == []


def test_each_point_has_an_answer_and_an_earlier_one_stands_until_something_is_typed():
    form = form_for("listing", "propose_decision")()
    form["answers"].offer(("第一", "第二"), said={"1": "不采纳。"})
    assert [part.description for part in form["answers"].shown] == ["第一", "第二"]
    assert form["answers"].data == {"1": "不采纳。"}

    typed = MultiDict({"answers-1": "", "answers-2": "采纳。", "answers-3": "多余", "proposal": "建议列入。"})
    form = form_for("listing", "propose_decision")(typed)
    form["answers"].offer(("第一", "第二"), said={"1": "不采纳。"})
    assert not form.validate()
    assert form["answers"].data == {"2": "采纳。"}
    assert str(form["answers"].shown[0].errors[0]) == "请答复这一点：采纳的写明怎样采纳，不采纳的写明理由。"


def test_without_a_point_there_is_nothing_to_answer():
    form = form_for("listing", "propose_decision")(MultiDict({"proposal": "建议列入。"}))
    form["answers"].offer((), said={})
    assert form.validate()
    assert form.data == {"answers": {}, "proposal": "建议列入。"}


@pytest.mark.parametrize(
    ("ticked", "kept", "fits"), [(["b", "a", "b"], ("b", "a"), True), (["c"], ("c",), False), ([], (), True)]
)
def test_only_what_was_offered_can_be_ticked(ticked, kept, fits):
    form = form_for("listing", "edit")(MultiDict([("measures", key) for key in ticked]))
    form["measures"].offer({"a": Sentence("甲"), "b": Sentence("乙")}, hints={}, is_required=True)
    form.validate()
    assert form["measures"].data == kept
    assert bool(form["measures"].errors) is not fits


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("91120102MA0DEM010E", ""),
        ("９１１２０１０２ma0dem010e ", ""),
        ("120199199001010012", ""),
        ("120199199001010013", "居民身份证号码第 18 位校验码不对，请对照身份证逐位核对。"),
        ("911201020000000000", "统一社会信用代码第 18 位校验码不对，请对照营业执照逐位核对。"),
        ("", "请填写代码。只有名称、没有代码的，不能列入名单。"),
    ],
)
def test_the_code_is_one_of_an_organisation_or_of_a_citizen(code, error):
    form = StartForm(MultiDict({"list_key": "a", "code": code, "name": "甲"}))
    form.offer({"a": "名单"})
    assert form.validate() is (error == "")
    assert [str(told) for told in form["code"].errors] == ([error] if error else [])
