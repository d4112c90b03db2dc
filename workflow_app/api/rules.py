"""The rules in force for machines: each limit with its value, its source and how sure it is. No token.

The same rulebook as the page of the rules, on any day and for any place; nothing is counted here.
"""

from datetime import date
from typing import Any

from ..domain import clock
from ..domain.rules import Rule
from ..domain.words import N_
from ..extensions import db
from ..services.rules import rulebooks
from ..web.house import house
from . import shapes
from .room import Room

rules = Room("rules_api", __name__, title=N_("规则"))


class RulesQuery(shapes.Shape):
    """On which day and where."""

    on = shapes.Day(metadata={"description": N_("哪一天；不填是今天"), "example": "2026-09-18"})
    place = shapes.Text(
        validate=shapes.division,
        metadata={"description": N_("行政区划代码，六位数字；不填是本平台所在地"), "example": "120102"},
    )


class RuleShape(shapes.Shape):
    """A rule."""

    id = shapes.Text(required=True, metadata={"description": N_("编号"), "example": "CM-02"})
    title = shapes.Text(required=True, metadata={"description": N_("标题"), "example": "受理期限"})
    value = shapes.Whole(
        required=True,
        allow_none=True,
        metadata={"description": N_("数值；没有数值的规则为 null"), "example": 5},
    )
    unit = shapes.Text(required=True, metadata={"description": N_("单位"), "example": "WORKING_DAY"})
    place = shapes.Text(
        required=True, metadata={"description": N_("适用的地区；全国为空"), "example": "120102"}
    )
    valid_from = shapes.Day(required=True, metadata={"description": N_("从哪天起"), "example": "2026-01-01"})
    valid_to = shapes.Day(
        required=True, allow_none=True, metadata={"description": N_("到哪天以前；没有时为 null")}
    )
    instrument = shapes.Text(
        required=True, metadata={"description": N_("依据的文件"), "example": "《信用修复管理办法》"}
    )
    article = shapes.Text(required=True, metadata={"description": N_("条款"), "example": "第九条"})
    evidence = shapes.Text(
        required=True, metadata={"description": N_("可靠程度；V 和 V2 以外的尚待核实"), "example": "V"}
    )
    note = shapes.Text(required=True, metadata={"description": N_("说明"), "example": ""})


class RulesShape(shapes.Shape):
    """All rules of a day."""

    on = shapes.Day(required=True, metadata={"description": N_("哪一天"), "example": "2026-09-18"})
    version = shapes.Text(
        required=True, metadata={"description": N_("规则表的版本"), "example": "2026-11-23"}
    )
    items = shapes.Listed(
        shapes.Part(RuleShape), required=True, metadata={"description": N_("按编号排列的规则")}
    )
    next = shapes.Text(
        required=True, allow_none=True, metadata={"description": N_("下一页的 cursor；没有时为 null")}
    )


@rules.call("GET", "/rules", N_("某一天、某一地的全部规则"))
@rules.arguments(RulesQuery, location="query")
@rules.response(200, RulesShape)
def listed(asked: dict[str, Any]) -> dict[str, Any]:
    """Every rule in force."""
    book = rulebooks.current(db.session(), house())
    day: date = asked.get("on") or clock.legal_day(clock.now())
    found = book.pack.in_force(on=day, place=asked.get("place") or book.place)
    return {"on": day, "version": book.pack.version, "items": [as_item(rule) for rule in found], "next": None}


def as_item(rule: Rule) -> dict[str, Any]:
    """A rule as machines read it."""
    names = ("id", "title", "value", "place", "valid_from", "valid_to", "instrument", "article", "note")
    return {name: getattr(rule, name) for name in names} | {
        "unit": rule.unit.name,
        "evidence": str(rule.evidence),
    }
