"""A target says by itself that it did what it was asked: a call signed with the secret of its webhook.

No account and no token: the signature over time and body is the proof (docs/sync.md). A wrong one, an unknown task and
another target's task are told apart by nobody. A repeat gives the same answer.
"""

import json
from typing import Any

from flask import Blueprint, Response, jsonify, request

from ..domain import clock
from ..domain.words import N_, Sentence
from ..extensions import csrf, db, limiter
from ..models.sync import SyncTask
from ..services.rules import rulebooks
from ..services.sync import sync as verbs
from ..services.sync import sync_delivery
from ..web.house import house
from ..web.ui import say
from .problems import problem

sync = Blueprint("sync_api", __name__, url_prefix="/api/v1/sync")
csrf.exempt(sync)
OFTEN = "120 per minute"  # per address
LARGEST = 64 * 1024  # bytes
LONGEST_EVIDENCE = 1000
NOT_SIGNED = N_("签名不对，或者时间相差超过 5 分钟。请核对密钥、时钟和签名的内容。")
NO_BODY = N_("请求体应是 JSON 对象，含 task（任务编号，与网址一致）和 evidence（凭据，1 至 1000 字）。")


@sync.post("/tasks/<int:task_id>/confirm")
@limiter.limit(OFTEN)
def confirm(task_id: int) -> Response:
    """Confirm a task of the target that signs."""
    now, task = clock.now(), db.session().get(SyncTask, task_id)
    body = request.get_data(cache=True) if (request.content_length or 0) <= LARGEST else None
    if body is None:
        return problem(413)
    if task is None or not is_theirs(task, body):
        return problem(401, say(NOT_SIGNED), code="not_signed")
    evidence = said(body, task_id)
    if evidence is None:
        return problem(422, fields={"evidence": Sentence(NO_BODY)})
    if task.confirmed_at is None:
        book = rulebooks.current(db.session(), house())
        verbs.confirm(db.session(), task, by_id=None, evidence=evidence, now=now, rulebook=book)
    response = jsonify(
        task=task.id, confirmed_at=task.confirmed_at.isoformat() if task.confirmed_at else None
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def is_theirs(task: SyncTask, body: bytes) -> bool:
    """Whether the call bears the secret of the task's own target."""
    stamp = request.headers.get(sync_delivery.TIMESTAMP, "")
    signature = request.headers.get(sync_delivery.SIGNATURE, "")
    is_webhook = task.target.deliverer == "webhook"
    return is_webhook and sync_delivery.is_signed(task.target.secret, stamp, signature, body, now=clock.now())


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
