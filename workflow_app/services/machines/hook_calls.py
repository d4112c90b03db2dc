"""What a hook is told, on its way: read before, brought with no transaction open, noted after; sent again by hand.

Whether the owner may still read the case is asked once more at the moment it goes out.
"""

import json
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ...domain.refusals import NotYours, Refused
from ...domain.words import N_, Sentence
from ...models.api import Hook, HookCall
from ...models.case import Case
from ...models.outbox import Message
from ..delivery import outbox
from ..delivery.signed_call import Call, Undelivered
from ..house import House
from . import hook_news

LATEST = 50
NOT_ANY_MORE = N_("持有人已经看不到这个办件，或者账户已停用，所以没有发送。")
HOOK_ENDED = N_("网络通知已经停用，所以没有发送。")


def prepared(session: Session, call_id: int, *, now: datetime, house: House) -> Call | None:
    """What goes out now; None when nothing does, because it was sent or its owner may not know it any more."""
    row = session.get_one(HookCall, call_id)
    if row.sent_at is not None or row.dead_at is not None:
        return None
    if sentence := _why_not(session, row, now=now):
        row.dead_at, row.error = now, Undelivered(Sentence(sentence)).as_text()
        session.flush()
        return None
    told = row.body | {"link": f"{house.site_url}/api/v1/cases/{row.body['case']}"}
    return Call(row.hook.url, row.hook.secret, told["id"], json.dumps(told, ensure_ascii=False).encode())


def _why_not(session: Session, row: HookCall, *, now: datetime) -> str:
    if row.hook.ended_at is not None:
        return HOOK_ENDED
    address = row.body["case"]
    case = session.scalar(select(Case).where(or_(Case.number == address, Case.ref == address)))
    is_known = case is not None and hook_news.may_know(session, row.hook, case, now=now)
    return "" if is_known else NOT_ANY_MORE


def note_sent(session: Session, call_id: int, *, now: datetime) -> None:
    """It was taken."""
    row = session.get_one(HookCall, call_id, populate_existing=True)
    row.sent_at, row.dead_at, row.error = now, None, None
    row.attempts += 1
    session.flush()


def note_failure(session: Session, call_id: int, error: Undelivered, *, is_last: bool, now: datetime) -> None:
    """It could not be brought; after the last try it is dead and waits for a person."""
    row = session.get_one(HookCall, call_id, populate_existing=True)
    row.attempts += 1
    row.error, row.dead_at = error.as_text(), now if is_last else None
    session.flush()


def carried(session: Session) -> frozenset[int]:
    """The calls that a message still carries."""
    waiting = select(Message.key).where(
        Message.done_at.is_(None), Message.dead_at.is_(None), Message.kind == hook_news.MESSAGE
    )
    return frozenset(int(key.split("/")[1]) for key in session.scalars(waiting))


def is_given_up(row: HookCall, carried: Collection[int]) -> bool:
    """Whether nothing will bring it by itself: it is dead, or was left behind when workers died under its message."""
    return row.dead_at is not None or (row.sent_at is None and row.id not in carried)


def send_again(session: Session, row: HookCall, *, now: datetime) -> None:
    """Send one that was given up once more, with the same content under the same name. Refused while there is nothing to send."""
    if row.hook.ended_at is not None:
        raise Refused(HOOK_ENDED)
    if not is_given_up(row, carried(session)):
        raise Refused(N_("这条通知已经送到，或者正等待发送，请稍候再看结果。"))
    own = select(Message.id).where(
        Message.kind == hook_news.MESSAGE, Message.key.startswith(f"hook/{row.id}/")
    )
    row.dead_at = None
    again = len(session.scalars(own).all())
    outbox.put(session, hook_news.message_key(row.id, again), hook_news.MESSAGE, {"call_id": row.id}, now=now)
    session.flush()


def latest(session: Session, hook: Hook) -> Sequence[HookCall]:
    """The dead ones, and the newest of the others; the newest first."""
    own = select(HookCall).where(HookCall.hook_id == hook.id).order_by(HookCall.id.desc()).limit(LATEST)
    dead = session.scalars(own.where(HookCall.dead_at.is_not(None))).all()
    newest = session.scalars(own).all()
    return sorted({row.id: row for row in (*dead, *newest)}.values(), key=lambda row: -row.id)


def one(session: Session, call_id: int, *, of: Hook) -> HookCall:
    """A call of this hook. Raises NotYours."""
    found = session.get(HookCall, call_id)
    if found is None or found.hook_id != of.id:
        raise NotYours
    return found
