"""网络通知 on the pages: from the form to somebody else's system, and back to a sentence when it isn't there."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories import NOW, case_in, legal
from tests.services.test_hooks import receiver
from tests.web.visitor import Visitor, give_passwords, real_office
from workflow_app import worker
from workflow_app.domain import clock
from workflow_app.extensions import db
from workflow_app.models.api import Hook, HookCall
from workflow_app.models.outbox import Message
from workflow_app.models.party import AccountEvent
from workflow_app.services.delivery import signed_call
from workflow_app.services.machines import hook_news

__all__ = ["receiver"]


@pytest.fixture
def app(sqlite, tmp_path):
    with sqlite.writing() as session:
        give_passwords(session)
    app = real_office(sqlite, tmp_path, sync_allowed_hosts=("127.0.0.0/8",))
    with clock.fixed(NOW):
        yield app


@pytest.fixture
def handler(app):
    """Somebody of the market authority who is signed in."""
    visitor = Visitor(app)
    visitor.sign_in("handler")
    visitor.enter_code(NOW)
    visitor.get("/notices")
    return visitor


def work(app):
    """What the worker does: look for news, and deliver the news that is due; how many went out and how many failed."""
    with app.app_context():
        worker.tend()
        due = select(Message.id).where(
            Message.kind == hook_news.MESSAGE, Message.done_at.is_(None), Message.dead_at.is_(None)
        )
        numbers = db.session.scalars(due).all()
        db.session.rollback()
        outcomes = [worker.deliver_one(app.extensions["house"], only=number) for number in numbers]
        db.session.remove()
    return outcomes.count(True), outcomes.count(False)


def test_a_hook_is_made_told_mended_and_ended(app, sqlite, handler, receiver):
    assert "还没有网络通知" in handler.get("/account/hooks").text
    sent = {"name": "执法系统", "url": "https://evil.example/", "kinds": ["case.step"]}
    refused = handler.post("/account/hooks", sent)
    assert (refused.status, "不在允许发往的名单里" in refused.text) == (422, True)
    made = handler.post("/account/hooks", sent | {"url": receiver.url})
    with sqlite.reading() as session:
        hook = session.scalars(select(Hook)).one()
        ref, secret = hook.ref, hook.secret
    assert secret in made.text
    address = f"/account/hooks/{ref}"
    assert secret not in handler.get(address).text
    with sqlite.writing() as session:
        number = case_in(session, "signed", sqlite.world, app.extensions["house"]).number
    assert work(app) == (1, 0)
    assert work(app) == (0, 0)
    told = [json.loads(body) for _headers, body in receiver.came]
    assert [one["step"] for one in told] == ["sign"]
    assert {one["case"] for one in told} == {number}
    assert "已送到" in handler.get(address).text

    receiver.answer.status = 503
    with sqlite.writing() as session:
        case_in(session, "signed", sqlite.world, app.extensions["house"])
    for at in ("10:00", "10:01", "10:05", "10:30", "13:00", "23:00"):
        with clock.fixed(legal("2026-09-18", at)):
            work(app)
    page = handler.get(address)
    assert "发送失败" in page.text
    assert "答复 HTTP 503，没有收下" in page.text
    with sqlite.reading() as session:
        dead = session.scalars(select(HookCall).where(HookCall.dead_at.is_not(None))).first()
        assert (dead.attempts, dead.dead_at) == (6, legal("2026-09-18", "23:00"))
        dead_id, dead_name = dead.id, dead.body["id"]
    rotated = handler.post(f"{address}/rotate", {})
    receiver.came.clear()
    receiver.answer.status = 204
    assert handler.post(f"{address}/calls/{dead_id}/send", {}).status == 303
    assert handler.post(f"{address}/calls/{dead_id}/send", {}).status == 409
    assert work(app) == (1, 0)
    ((headers, body),) = receiver.came
    with sqlite.reading() as session:
        newer = session.scalars(select(Hook)).one().secret
    assert newer != secret
    assert newer in rotated.text
    assert headers["X-Casework-Delivery"] == json.loads(body)["id"] == dead_name
    stamp, signature = headers["X-Casework-Timestamp"], headers["X-Casework-Signature"]
    assert signed_call.is_signed(newer, stamp, signature, body, now=NOW + timedelta(minutes=4))

    assert handler.post(f"{address}/end", {}).status == 303
    assert handler.post(f"{address}/rotate", {}).status == 409
    with sqlite.writing() as session:
        case_in(session, "signed", sqlite.world, app.extensions["house"])
    assert work(app) == (0, 0)
    with sqlite.reading() as session:
        noted = session.scalars(select(AccountEvent.what).where(AccountEvent.what.like("hook_%")))
        assert list(noted) == ["hook_made", "hook_rotated", "hook_ended"]
