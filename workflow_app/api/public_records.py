"""What the public list of records takes and gives: nothing here that the page 处罚与名单公示 does not show."""

from typing import Any

from marshmallow import fields

from ..domain.publicity_period import NAMES
from ..domain.record_words import KINDS
from ..domain.words import N_
from . import shapes
from .showing import UnitShape, says


def asked(text: str, example: object = None, **more: Any) -> fields.String:
    """A parameter that is read as the page reads it: what can't be seen is dropped, not refused."""
    return fields.String(load_default="", metadata=says(text, example) | more)


class PublicityQuery(shapes.Shape):
    """What is looked for."""

    text = asked(N_("名称的一部分、完整的代码或者完整的决定书文号"), "海河")
    kind = asked(N_("信息种类"), "penalty", enum=["", *KINDS])
    class_ = fields.String(
        load_default="", data_key="class", attribute="class",
        metadata=says(N_("失信信息的类别"), "general") | {"enum": ["", *map(str, NAMES)]},
    )  # fmt: skip
    unit = asked(N_("作出决定的单位的名称"), "演示区市场监管局")
    cursor = asked(N_("上一页 next 里的值；next 是下一页的完整网址"))


class HolderShape(shapes.Shape):
    """Who a record is about."""

    name = shapes.Text(required=True, metadata=says(N_("名称"), "天津海河示范食品有限公司"))
    code = shapes.Text(required=True, metadata=says(N_("统一社会信用代码"), "91120102MA0DEM010E"))


class PenaltyShape(shapes.Shape):
    """One penalty of a decision."""

    kind = shapes.Text(required=True, metadata=says(N_("处罚种类"), "fine"))
    title = shapes.Text(required=True, metadata=says(N_("处罚种类的标题"), "罚款"))
    amount = shapes.Text(
        required=True, allow_none=True, metadata=says(N_("金额，以万元计的文字；没有金额时为 null"), "0.3")
    )
    what = shapes.Text(required=True, metadata=says(N_("具体内容；没有时为空"), ""))


class StandingMark(shapes.Shape):
    """One kind of mark that stands."""

    kind = shapes.Text(
        required=True, metadata=says(N_("标注：objection、review、lawsuit、shield 或 unclear"), "objection")
    )
    title = shapes.Text(required=True, metadata=says(N_("标注的标题"), "异议处理中（2 件）"))
    count = shapes.Whole(required=True, metadata=says(N_("有几件"), 2))
    since = shapes.Text(
        required=True,
        metadata=says(N_("最早从哪个时刻起"), "2026-11-20T02:00:00+00:00") | {"format": "date-time"},
    )


class PublicLine(shapes.Shape):
    """A public record."""

    ref = shapes.Text(required=True, metadata=says(N_("信用信息的编号"), "vwXYoHB6tTx0"))
    address = shapes.Text(
        required=True, metadata=says(N_("公示页面的网址"), "https://xy.example.gov.cn/publicity/vwXYoHB6tTx0")
    )
    holder = shapes.Part(HolderShape, required=True, metadata=says(N_("信用主体")))
    kind = shapes.Text(required=True, metadata=says(N_("信息种类"), "penalty"))
    kind_title = shapes.Text(required=True, metadata=says(N_("信息种类的标题"), "行政处罚信息"))
    decision_number = shapes.Text(required=True, metadata=says(N_("决定书文号"), "津演市监罚〔2026〕31号"))
    decided_on = shapes.Day(required=True, metadata=says(N_("作出决定的日期"), "2026-05-06"))
    decided_by = shapes.Part(UnitShape, required=True, metadata=says(N_("作出决定的单位")))
    title = shapes.Text(required=True, metadata=says(N_("信息的标题"), "未按规定公示价格"))
    behaviour = shapes.Text(required=True, metadata=says(N_("违法或失信的事实"), "门店没有明码标价。"))
    basis = shapes.Text(required=True, metadata=says(N_("依据"), "《价格法》第四十二条"))
    content = shapes.Text(required=True, metadata=says(N_("决定的内容"), "罚款 0.3 万元"))
    parts = shapes.Listed(shapes.Part(PenaltyShape), required=True, metadata=says(N_("决定的各项处罚")))
    class_ = shapes.Text(
        required=True, data_key="class", metadata=says(N_("类别；2026-04-01 以前的决定为空"), "general")
    )
    class_title = shapes.Text(required=True, metadata=says(N_("类别的标题；没有类别时为空"), "一般"))
    published_from = shapes.Day(required=True, metadata=says(N_("从哪天起公示"), "2026-05-06"))
    repair_from = shapes.Day(
        required=True, metadata=says(N_("纠正、履行以后，最早哪天可以申请修复"), "2026-08-07")
    )
    published_until = shapes.Day(
        required=True, allow_none=True, metadata=says(N_("最长公示到哪天；没有期限时为 null"), "2027-05-06")
    )
    is_past_its_end = shapes.Truth(required=True, metadata=says(N_("最长公示期是否已经过去"), False))
    marks = shapes.Listed(
        shapes.Part(StandingMark), required=True, metadata=says(N_("这一刻的标注；转用这条信息的，也要显示"))
    )


class PublicRecordsShape(shapes.Shape):
    """One page of public records."""

    records = shapes.Listed(
        shapes.Part(PublicLine), required=True, metadata=says(N_("公示信息，新的决定在前"))
    )
    next = shapes.Text(required=True, metadata=says(N_("下一页的完整网址；没有时为空"), ""))


class CorrectedField(shapes.Shape):
    """One thing that was corrected."""

    field = shapes.Text(required=True, metadata=says(N_("更正的字段"), "content"))
    old = shapes.Text(
        required=True, allow_none=True, metadata=says(N_("更正前；不宜重复时为 null"), "罚款 3 万元")
    )
    new = shapes.Text(required=True, metadata=says(N_("更正后"), "罚款 0.3 万元"))


class PublicCorrection(shapes.Shape):
    """One notice of what was corrected."""

    at = shapes.Instant(required=True, metadata=says(N_("公布的时刻"), "2026-09-18T02:00:00+00:00"))
    fields_ = shapes.Listed(
        shapes.Part(CorrectedField), required=True, data_key="fields", metadata=says(N_("更正的各项"))
    )


class PublicRecordShape(PublicLine):
    """A public record with what was corrected in it."""

    corrections = shapes.Listed(
        shapes.Part(PublicCorrection), required=True, metadata=says(N_("公布过的更正，按时间先后"))
    )
