"""What happened to a case: page by page in words, and as the whole chain that anybody can verify."""

from typing import Any

from ..domain import clock
from ..domain.scopes import TokenScope
from ..domain.words import N_
from ..extensions import db
from ..services.engine import history as chain
from ..services.objections import foreign_records
from ..web.cases import case_rows
from ..web.cases.case_rows import Shown
from ..web.ui import say
from . import case_told, shapes
from .room import Room
from .showing import says

history = Room("history_api", __name__, title=N_("办理经过"))
OF_A_PAGE, MOST = 50, 200
MORE = N_(
    "每一步的 digest 由这一步的内容和上一步的 digest 算出（SHA-256）；verified 是系统重新核对整条链的结果。"
)
EXAMPLE = "d2b0c1e5a7…"


class Paging(shapes.Shape):
    """Which part of a list."""

    limit = shapes.Whole(
        load_default=OF_A_PAGE,
        validate=shapes.between(1, MOST),
        metadata=says(N_("一页最多几条，1 至 200"), 50),
    )
    cursor = shapes.Whole(
        load_default=0,
        validate=shapes.between(0, shapes.BIGGEST_ID),
        metadata=says(N_("上一页给出的 next"), 50),
    )


class HappenedShape(shapes.Shape):
    """A step that was taken."""

    seq = shapes.Whole(required=True, metadata=says(N_("第几步"), 2))
    step = shapes.Text(required=True, metadata=says(N_("步骤的名称"), "accept"))
    source = shapes.Text(required=True, metadata=says(N_("从哪个状态"), "signed"))
    target = shapes.Text(required=True, metadata=says(N_("到哪个状态"), "active"))
    acting_as = shapes.Text(required=True, metadata=says(N_("以什么身份办理"), "handler"))
    digest = shapes.Text(required=True, metadata=says(N_("这一步的摘要，SHA-256"), EXAMPLE))


class EventShape(HappenedShape):
    """A step that was taken, in words."""

    at = shapes.Instant(required=True, metadata=says(N_("办理的时间"), "2026-11-20T02:00:00+00:00"))
    title = shapes.Text(required=True, metadata=says(N_("步骤的标题"), "受理"))
    who = shapes.Text(required=True, metadata=says(N_("谁办理的；当事人只看到身份"), "部门经办"))


class EventsShape(shapes.Shape):
    """One page of the history."""

    items = shapes.Listed(shapes.Part(EventShape), required=True, metadata=says(N_("办理经过，早的在前")))
    next = shapes.Whole(
        required=True, allow_none=True, metadata=says(N_("下一页的 cursor；没有时为 null"), 50)
    )


class LinkShape(HappenedShape):
    """A link of the chain."""

    at = shapes.Text(required=True, metadata=says(N_("办理的时间"), "2026-11-20T02:00:00+00:00"))
    acted_for = shapes.Truth(required=True, metadata=says(N_("是否代外出的同事办理"), False))
    given = shapes.Anything(
        required=True, metadata=says(N_("这一步写的内容"), {"checked_what": "已逐项核查。"})
    )
    changes = shapes.Anything(
        required=True, metadata=says(N_("改变的内容：原来的值和新的值"), {"reason": ["", "增设堂食区"]})
    )
    withheld = shapes.Listed(
        shapes.Text(), required=True, metadata=says(N_("不给您看的内容的名称"), ["source"])
    )
    previous = shapes.Text(required=True, metadata=says(N_("上一步的摘要"), EXAMPLE))


class ChainShape(shapes.Shape):
    """The whole chain."""

    case = shapes.Text(required=True, metadata=says(N_("办件的编号"), "CM-120102-20261112-000001"))
    verified = shapes.Truth(required=True, metadata=says(N_("系统重新核对，整条链没有被改动"), True))
    events = shapes.Listed(shapes.Part(LinkShape), required=True, metadata=says(N_("每一步，早的在前")))


@history.call("GET", "/cases/<address>/events", N_("办理经过"), scope=TokenScope.CASES_READ)
@history.arguments(Paging, location="query")
@history.response(200, EventsShape)
def events(asked: dict[str, Any], address: str) -> dict[str, Any]:
    """What happened, oldest first."""
    shown = case_told.opened(address, now=clock.now())
    after = [event for event in shown.events if event.seq > asked["cursor"]]
    items = after[: asked["limit"]]
    following = items[-1].seq if len(after) > len(items) else None
    return {"items": [happened(shown, event) for event in items], "next": following}


@history.call(
    "GET", "/cases/<address>/history", N_("可以核对的完整经过"), scope=TokenScope.CASES_READ, more=MORE
)
@history.response(200, ChainShape)
def whole(address: str) -> dict[str, Any]:
    """The chain as its reader may keep and verify it."""
    shown = case_told.opened(address, now=clock.now())
    without = foreign_records.withheld(shown.case, shown.actor)
    return chain.as_json(db.session(), shown.case, without=without)


def happened(shown: Shown, event: chain.Told) -> dict[str, Any]:
    """One event as this reader may know it."""
    row = case_rows.event_row(shown, event)
    names = ("seq", "step", "source", "target", "acting_as", "at", "digest")
    return {name: getattr(event, name) for name in names} | {
        "title": say(row["title"]),
        "who": say(row["who"]),
    }
