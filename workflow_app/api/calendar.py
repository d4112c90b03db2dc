"""Counting days for machines: the same calendar, the same words and the same limits as the page 期限计算.

Public, no token, and nothing about a person: answers may be kept by whoever passes them on.
"""

from typing import Any

from marshmallow import ValidationError, pre_load
from werkzeug.datastructures import MultiDict

from forms.calculator import UNITS, DueQuery, first_errors

from ..domain.plain_period import due_after
from ..domain.words import N_
from ..extensions import db
from ..services.rules import rulebooks
from ..web.house import house
from ..web.ui import say_whole
from . import shapes
from .room import Room
from .showing import says

calendar = Room("calendar_api", __name__, title=N_("期限计算"), often="300 per minute")

KEPT_FOR = 300  # seconds; a holiday notice that comes in changes provisional days
HOW_COUNTED = N_(
    "当天不计入，第二天是第 1 天。working 只数工作日，调休上班的周末也数；calendar 数全部日子，最后一天放假时顺延到下一个工作日。"
    "任何人都可以使用，答复可以保存五分钟。"
)


class DueAsked(shapes.Shape):
    """A day, a length and a unit. Judged by the form of the page, so that both say the same."""

    from_ = shapes.Day(
        required=True,
        data_key="from",
        metadata=says(N_("收到、送达或作出决定的那一天，当天不计入；2004 年至 2100 年"), "2026-09-30"),
    )
    days = shapes.Whole(
        required=True, metadata=says(N_("天数，0 至 3650"), 1) | {"minimum": 0, "maximum": 3650}
    )
    unit = shapes.Text(
        required=True,
        metadata=says(N_("单位：working 工作日，calendar 自然日"), "working")
        | {"enum": ["working", "calendar"]},
    )

    @pre_load
    def judged(self, asked: Any, **_more: Any) -> dict[str, Any]:
        """What the form says of it; the names that it does not know are left for the shape to refuse."""
        form = DueQuery(
            MultiDict([(name, asked.get(name)) for name in ("from", "days", "unit") if name in asked])
        )
        if not form.validate():
            raise ValidationError({name: [sentence] for name, sentence in first_errors(form).items()})
        length, _unit, starts_on = form.asked()
        read = {"from": starts_on.isoformat(), "days": length, "unit": form.unit.data}
        return {name: asked.get(name) for name in asked} | read


class DayOff(shapes.Shape):
    """A day that does not count."""

    on = shapes.Day(required=True, metadata=says(N_("哪一天"), "2026-10-01"))
    why = shapes.Text(required=True, metadata=says(N_("为什么不计入"), "国庆节"))


class DueShape(shapes.Shape):
    """The due day, and the reckoning."""

    due_on = shapes.Day(required=True, metadata=says(N_("最后一天，到当天 24:00"), "2026-10-08"))
    provisional = shapes.Truth(
        required=True, metadata=says(N_("是否暂定：经过的年份还没有录入放假安排，录入以后可能改变"), False)
    )
    skipped = shapes.Listed(
        shapes.Part(DayOff),
        required=True,
        metadata=says(N_("不计入的每一天；unit=calendar 时只有最后顺延经过的日子")),
    )
    explanation = shapes.Listed(
        shapes.Text(),
        required=True,
        metadata=says(N_("全部推算过程，可以照着人工再算一遍"), ["起算日：2026 年 9 月 30 日（周三）。"]),
    )


@calendar.call("GET", "/calendar/due", N_("计算期限哪天届满"), more=HOW_COUNTED)
@calendar.arguments(DueAsked, location="query")
@calendar.response(200, DueShape)
def due(asked: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """The due day of so many days after a day, each day passed over, and the reckoning."""
    book = rulebooks.current(db.session(), house())
    found = due_after(asked["days"], UNITS[asked["unit"]], asked["from_"], calendar=book.calendar)
    told = {
        "due_on": found.due_on,
        "provisional": found.provisional,
        "skipped": [{"on": day, "why": say_whole(why)} for day, why in found.skipped],
        "explanation": [say_whole(line) for line in found.explanation],
    }
    return told, 200, {"Cache-Control": f"public, max-age={KEPT_FOR}", "Vary": "Accept-Language"}
