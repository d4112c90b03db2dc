"""What a difference may say of each field that an objection disputes; whatever can't be read names its field."""

from datetime import date
from decimal import Decimal

import pytest

from workflow_app.domain.disputable import typed
from workflow_app.domain.refusals import Refused


def test_values_are_read_as_the_record_keeps_them():
    assert typed(
        {"decided_on": "2026-05-06", "fine": "0.25", "class_": "minor", "scope": "limited", "title": " 未明码标价 "}
    ) == {
        "decided_on": date(2026, 5, 6), "fine": Decimal("0.25"), "class_": "minor", "scope": "limited", "title": "未明码标价",
    }  # fmt: skip


def test_what_is_left_blank_changes_nothing():
    assert typed({"title": "  ", "fine": ""}) == {}


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("fine", "三千元", "“罚款金额（万元）”请只写数字，单位是万元，小数点后最多六位，例如 0.5。"),
        ("fine", "1e5", "“罚款金额（万元）”请只写数字，单位是万元，小数点后最多六位，例如 0.5。"),
        ("fine", "-1", "“罚款金额（万元）”请只写数字，单位是万元，小数点后最多六位，例如 0.5。"),
        ("fine", "0.1234567", "“罚款金额（万元）”请只写数字，单位是万元，小数点后最多六位，例如 0.5。"),
        ("decided_on", "2026-02-30", "“认定日期”请按“2026-09-18”的样子填写日期。"),
        ("duties_done_on", "去年", "“履行完义务的日期”请按“2026-09-18”的样子填写日期。"),
        ("class_", "特别严重", "“失信信息类别”请从列出的选项中选择。"),
        ("subject_id", "7", "“subject_id”不能通过异议更正。"),
    ],
)
def test_what_can_not_be_read_says_which_field_and_how_to_mend_it(field, text, said):
    with pytest.raises(Refused) as refused:
        typed({field: text})
    assert (str(refused.value.sentence), refused.value.code) == (said, "difference")
