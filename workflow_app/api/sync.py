"""Tasks of the places that hold copies: read by whoever works on them, and confirmed by them or by the target itself.

A target needs no account and no token: its signature over time and body is the proof (docs/sync.md). A wrong one, an
unknown task and another target's task are told apart by nobody. A repeat gives the same answer.
"""

import json
from datetime import date
from typing import Any

from flask import Response, abort, request
from flask_login import current_user

from ..domain import clock
from ..domain.scopes import TokenScope
from ..domain.words import N_, Sentence
from ..extensions import db
from ..models.sync import SyncTask
from ..services.delivery import signed_call
from ..services.rules import rulebooks
from ..services.sync import sync as verbs
from ..services.sync import sync_lists
from ..web.house import house
from ..web.ui import say
from . import bearer, shapes, showing
from .problems import problem
from .room import JSON, Room
from .showing import says

sync = Room("sync_api", __name__, title=N_("同步任务"), often="120 per minute")
LARGEST = 64 * 1024  # bytes
LONGEST_EVIDENCE = 1000
NOT_SIGNED = N_("签名不对，或者时间相差超过 5 分钟。请核对密钥、时钟和签名的内容。")
NO_BODY = N_("请求体应是 JSON 对象，含 task（任务编号，与网址一致）和 evidence（凭据，1 至 1000 字）。")
BY_SIGNATURE = N_(
    "同步对象自己确认时，用请求头 X-Casework-Timestamp 和 X-Casework-Signature 签名，不需要令牌；"
    "单位或者信用办的人用范围为 sync:write 的令牌确认。重复确认得到同样的答复。"
)


class TasksQuery(shapes.Shape):
    """Which tasks."""

    state = shapes.Text(
        load_default="open",
        validate=shapes.one_of(tuple(sync_lists.TABS)),
        metadata=says(
            N_("open 未完成，overdue 已超期，dead 发送失败，confirmed 待核实，seen 已核实，all 全部"), "open"
        )
        | {"enum": list(sync_lists.TABS)},
    )
    target = shapes.Text(
        load_default="", validate=shapes.most(40), metadata=says(N_("只看一个同步对象"), "national")
    )
    cursor = shapes.Whole(
        validate=shapes.between(1, shapes.BIGGEST_ID), metadata=says(N_("上一页给出的 next"), 40)
    )


class TaskShape(shapes.Shape):
    """What one target has to do about one record."""

    id = shapes.Whole(required=True, metadata=says(N_("任务编号"), 16))
    target = shapes.Text(required=True, metadata=says(N_("同步对象"), "national"))
    what = shapes.Text(required=True, metadata=says(N_("要办的事"), "end_publicity"))
    record = shapes.Text(required=True, metadata=says(N_("信用信息的编号"), "vwXYoHB6tTx0"))
    decision_no = shapes.Text(required=True, metadata=says(N_("决定书文号"), "津演市监罚〔2026〕33号"))
    case = shapes.Text(
        required=True, allow_none=True, metadata=says(N_("办件编号"), "RE-120102-20261012-000001")
    )
    standing = shapes.Text(
        required=True, metadata=says(N_("waiting、sent、overdue、dead、confirmed 或 seen"), "sent")
    )
    due_on = shapes.Day(required=True, metadata=says(N_("最后一天"), "2026-11-27"))
    sent_at = shapes.Instant(required=True, allow_none=True, metadata=says(N_("送到的时刻")))
    confirmed_at = shapes.Instant(required=True, allow_none=True, metadata=says(N_("确认的时刻")))


class TasksShape(shapes.Shape):
    """One page of tasks."""

    items = shapes.Listed(shapes.Part(TaskShape), required=True, metadata=says(N_("任务，新的在前")))
    next = shapes.Whole(required=True, allow_none=True, metadata=says(N_("下一页的 cursor；没有时为 null")))


class ConfirmedShape(shapes.Shape):
    """A task that is confirmed."""

    task = shapes.Whole(required=True, metadata=says(N_("任务编号"), 16))
    confirmed_at = shapes.Text(required=True, metadata=says(N_("确认的时刻"), "2026-11-20T02:00:00+00:00"))


class ConfirmShape(shapes.Shape):
    """What shows that a task was done."""

    task = shapes.Whole(required=True, metadata=says(N_("任务编号，与网址一致"), 16))
    evidence = shapes.Text(required=True, metadata=says(N_("凭据，1 至 1000 字"), "receipt 2026-113"))


@sync.call("GET", "/sync/tasks", N_("同步任务"), scope=TokenScope.SYNC_READ)
@sync.arguments(TasksQuery, location="query")
@sync.response(200, TasksShape)
def listed(asked: dict[str, Any]) -> dict[str, Any]:
    """One page of the tasks the caller works on."""
    today = clock.legal_day(clock.now())
    found = sync_lists.page(
        db.session(), current_user.actor, tab=asked["state"], today=today, target=asked["target"],
        before=asked.get("cursor"),
    )  # fmt: skip
    return {"items": [as_item(task, today=today) for task in found.tasks], "next": found.following}


@sync.call("POST", "/sync/tasks/<int:task_id>/confirm", N_("确认一项同步任务"), more=BY_SIGNATURE)
@sync.doc(requestBody={"required": True, "content": {JSON: {"schema": ConfirmShape}}})
@sync.alt_response(401, response="problem_401")
@sync.alt_response(403, response="problem_403")
@sync.response(200, ConfirmedShape)
def confirm(task_id: int) -> dict[str, Any] | Response:
    """Confirm a task: by the target that signs, or by somebody who works on it."""
    now = clock.now()
    body = request.get_data(cache=True) if (request.content_length or 0) <= LARGEST else None
    if body is None:
        return problem(413)
    task, by_id = entered(task_id, body)
    if task is None:
        return problem(401, say(NOT_SIGNED), code="not_signed")
    evidence = said(body, task_id)
    if evidence is None:
        return problem(422, fields={"evidence": Sentence(NO_BODY)})
    if task.confirmed_at is None:
        book = rulebooks.current(db.session(), house())
        verbs.confirm(db.session(), task, by_id=by_id, evidence=evidence, now=now, rulebook=book)
    return {"task": task.id, "confirmed_at": task.confirmed_at.isoformat() if task.confirmed_at else ""}


def entered(task_id: int, body: bytes) -> tuple[SyncTask | None, int | None]:
    """The task for whoever may confirm it and who that is; no task without a right one. Raises NotYours, 403."""
    caller = bearer.calling()
    if caller is None:
        task = db.session().get(SyncTask, task_id) if task_id <= shapes.BIGGEST_ID else None
        return (task, None) if task is not None and is_theirs(task, body) else (None, None)
    if TokenScope.SYNC_WRITE not in caller.token.scopes:
        abort(403)
    task = sync_lists.one(db.session(), min(task_id, shapes.BIGGEST_ID), caller.actor)
    if not sync_lists.may_confirm(task, caller.actor):
        abort(403)
    return task, caller.person_id


def as_item(task: SyncTask, *, today: date) -> dict[str, Any]:
    """A task as machines read it."""
    showing.note_personal(task.record.subject)
    return {
        "id": task.id,
        "target": task.target.key,
        "what": task.what,
        "record": task.record.ref,
        "decision_no": task.record.decision_no,
        "case": task.case.number if task.case else None,
        "standing": sync_lists.standing(task, today=today),
        "due_on": task.due_on,
        "sent_at": task.sent_at,
        "confirmed_at": task.confirmed_at,
    }


def is_theirs(task: SyncTask, body: bytes) -> bool:
    """Whether the call bears the secret of the task's own target."""
    stamp = request.headers.get(signed_call.TIMESTAMP, "")
    signature = request.headers.get(signed_call.SIGNATURE, "")
    is_webhook = task.target.deliverer == "webhook"
    return is_webhook and signed_call.is_signed(task.target.secret, stamp, signature, body, now=clock.now())


def said(body: bytes, task_id: int) -> str | None:
    """The evidence in the body; None when it is not about this task, so that a call can't be turned on another."""
    try:
        sent: Any = json.loads(body)
    except ValueError:
        return None
    if not isinstance(sent, dict) or sent.get("task") != task_id or not isinstance(sent.get("evidence"), str):
        return None
    evidence: str = sent["evidence"].strip()
    return evidence if 0 < len(evidence) <= LONGEST_EVIDENCE else None
