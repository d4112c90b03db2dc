"""The caller's queue for machines: the same lists, order and filters as the page of the queue."""

from typing import Any

from flask import Response
from flask_login import current_user

from ..domain import clock
from ..domain.scopes import TokenScope
from ..domain.words import N_, Sentence
from ..extensions import db
from ..services.queues import asked as words
from ..services.queues import queues as lists
from ..services.queues.orders import BY_DUE_DAY, ORDERS
from ..web.house import house
from ..workflows import BY_NAME
from . import shapes, showing
from .problems import problem
from .room import Room
from .showing import says

queue = Room("queue_api", __name__, title=N_("办件列表"))
MOST = 200
NO_SUCH_STATE = N_("这个流程没有这个状态，请核对 workflow 和 state。")
NO_SUCH_PLACE = N_("cursor 不是上一页给出的值。请从第一页重新读取。")


class QueueQuery(shapes.Shape):
    """Which list, narrowed how."""

    tab = shapes.Text(
        load_default="mine",
        validate=shapes.one_of(tuple(lists.TABS)),
        metadata=says(
            N_(
                "哪个列表：mine 等我办，open 在办，due_soon 即将到期，overdue 已超期，done 最近办结，all 全部"
            ),
            "mine",
        )
        | {"enum": list(lists.TABS)},
    )
    workflow = shapes.Text(
        load_default="",
        validate=shapes.one_of(("", *BY_NAME)),
        metadata=says(N_("只看一个流程"), "commitment"),
    )
    state = shapes.Text(load_default="", metadata=says(N_("只看一个状态，须同时写明流程"), "signed"))
    q = shapes.Text(
        load_default="", validate=shapes.most(words.LONGEST), metadata=says(N_("编号或名称的一部分"), "海河")
    )
    due_from = shapes.Day(metadata=says(N_("到期日从哪天起"), "2026-11-01"))
    due_until = shapes.Day(metadata=says(N_("到期日到哪天为止"), "2026-11-30"))
    opened_from = shapes.Day(metadata=says(N_("发起日从哪天起"), "2026-11-01"))
    opened_until = shapes.Day(metadata=says(N_("发起日到哪天为止"), "2026-11-30"))
    limit = shapes.Whole(
        load_default=lists.PAGE, validate=shapes.between(1, MOST), metadata=says(N_("一页最多几件"), 25)
    )
    cursor = shapes.Text(load_default="", metadata=says(N_("上一页给出的 next")))


class QueueShape(shapes.Shape):
    """One page of a list."""

    items = shapes.Listed(
        shapes.Part(showing.CaseLineShape), required=True, metadata=says(N_("办件，先到期的在前"))
    )
    next = shapes.Text(required=True, allow_none=True, metadata=says(N_("下一页的 cursor；没有时为 null")))


@queue.call("GET", "/queue", N_("我的办件列表"), scope=TokenScope.CASES_READ)
@queue.arguments(QueueQuery, location="query")
@queue.response(200, QueueShape)
def listed(sent: dict[str, Any]) -> dict[str, Any] | Response:
    """One page of one tab in its order."""
    texts = {name: str(value) for name, value in sent.items() if value not in ("", None)}
    asked = words.tidy(texts)
    if "state" in texts and "state" not in asked:
        return problem(422, code="state", fields={"state": Sentence(NO_SUCH_STATE)})
    order = ORDERS.get(sent["tab"], BY_DUE_DAY)
    if sent["cursor"] and order.read(sent["cursor"]) is None:
        return problem(422, code="cursor", fields={"cursor": Sentence(NO_SUCH_PLACE)})
    found = lists.page(
        db.session(), current_user.actor, tab=sent["tab"], today=clock.legal_day(clock.now()),
        wanted=words.wanted(asked, division=house().division), cursor=sent["cursor"], size=sent["limit"],
    )  # fmt: skip
    return {
        "items": [showing.case_line(case) for case in lists.whole(db.session(), found)],
        "next": found.following,
    }
