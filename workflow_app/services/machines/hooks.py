"""Hooks: addresses of departments' own systems that are told what happens to cases. Made, given a new secret, ended.

What is told, and whether the owner may know it, is for `hook_news`; bringing it there for `hook_calls`. The secret is
shown by the answer that made it and kept encrypted.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ...domain.hook_kinds import HookKind
from ...domain.refusals import NotYours, Refused
from ...domain.words import N_, Sentence
from ...models.api import Hook
from ...models.event import Event
from ...models.party import Person
from ..house import House
from ..people.account_log import record
from ..sync import sync_addresses

MOST = 10
REF_BYTES = 9
SECRET_BYTES = 32
CLOSED = N_("这个账户已停用，不能新增网络通知。请先恢复账户。")
ENDED = N_("这个网络通知已经停用，请新建一个。")


@dataclass(frozen=True)
class Wish:
    """What a hook is wanted for."""

    name: str
    url: str
    kinds: Collection[HookKind]


def make(session: Session, person: Person, wish: Wish, *, by: Person, now: datetime, house: House) -> Hook:
    """A new hook of a person, or of a system, told of what happens from now on. Its secret is to be shown once.

    Refused names the field that does not fit; the address must be on a host that the operator named.
    """
    if person.disabled_at is not None:
        raise Refused(CLOSED, code="name")
    if len([row for row in of_person(session, person) if row.ended_at is None]) >= MOST:
        text = N_("最多同时有 %(most)s 个网络通知，请先停用不用的。")
        raise Refused(Sentence(text, most=MOST), code="name")
    if not wish.kinds:
        raise Refused(N_("请至少选择一种通知。"), code="kinds")
    try:
        sync_addresses.check_url(wish.url, house.sync_allowed_hosts)
    except Refused as refused:
        raise Refused(refused.sentence, code="url") from None
    hook = Hook(
        ref=secrets.token_urlsafe(REF_BYTES),
        name=wish.name,
        person=person,
        url=wish.url,
        secret=secrets.token_urlsafe(SECRET_BYTES),
        kinds=[str(kind) for kind in HookKind if kind in wish.kinds],
        created_at=now,
        created_by_id=by.id,
        after_event_id=session.scalar(select(func.max(Event.id))) or 0,
    )
    session.add(hook)
    record(session, "hook_made", person=person, by=by, now=now, note=f"{hook.ref} {hook.name}")
    session.flush()
    return hook


def rotate(session: Session, hook: Hook, *, by: Person, now: datetime) -> str:
    """A new secret, to be shown once; the old one ends. Refused for a hook that has ended."""
    if hook.ended_at is not None:
        raise Refused(ENDED)
    hook.secret = secrets.token_urlsafe(SECRET_BYTES)
    record(session, "hook_rotated", person=hook.person, by=by, now=now, note=f"{hook.ref} {hook.name}")
    session.flush()
    return hook.secret


def end(session: Session, hook: Hook, *, by: Person, now: datetime) -> None:
    """Nothing is told any more from this moment on; what was told stays."""
    if hook.ended_at is None:
        hook.ended_at = now
        record(session, "hook_ended", person=hook.person, by=by, now=now, note=f"{hook.ref} {hook.name}")
        session.flush()


def of_person(session: Session, person: Person) -> Sequence[Hook]:
    """Every hook of a person, those that work first, the newest first."""
    wanted = select(Hook).where(Hook.person_id == person.id)
    return session.scalars(wanted.order_by(Hook.ended_at.is_not(None), Hook.id.desc())).all()


def one(session: Session, ref: str, *, of: Person) -> Hook:
    """A hook of this person. Raises NotYours."""
    found = session.scalar(select(Hook).where(Hook.ref == ref, Hook.person_id == of.id))
    if found is None:
        raise NotYours
    return found
