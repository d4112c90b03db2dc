"""常用筛选: lists with their filters that somebody keeps under a name. They are their owner's alone."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.orm import Session

from ...domain.people import Actor
from ...domain.refusals import NotYours, Refused
from ...domain.words import N_, Sentence
from ...models.base import table
from ...models.queue import SavedView

MOST = 20


class View(NamedTuple):
    """What somebody keeps: a name, and the words of an address."""

    id: int
    name: str
    asked: dict[str, str]


_KEPT = table(SavedView).c
OWN = select(_KEPT.id, _KEPT.name, _KEPT.asked).where(_KEPT.person_id == bindparam("person_id"))
"""What a person keeps, as `View`s."""


def keep(session: Session, actor: Actor, name: str, asked: Mapping[str, str], *, now: datetime) -> SavedView:
    """Keep what was asked (tidy words) under a name; what stood under the same name gives way.

    Raises Refused when there are MOST already.
    """
    own = SavedView.person_id == actor.person_id
    found = session.scalar(select(SavedView).where(own, SavedView.name == name))
    if found is not None:
        found.asked = dict(asked)
        return found
    if (session.scalar(select(func.count()).select_from(SavedView).where(own)) or 0) >= MOST:
        text = N_("最多保存 %(most)s 组常用筛选。请先删除一组不用的，再保存。")
        raise Refused(Sentence(text, most=MOST), code="name")
    view = SavedView(person_id=actor.person_id, name=name, asked=dict(asked), made_at=now)
    session.add(view)
    session.flush()
    return view


def drop(session: Session, actor: Actor, view_id: int) -> str:
    """Delete one's own; returns its name. Raises NotYours for anybody else's."""
    own = (SavedView.id == view_id, SavedView.person_id == actor.person_id)
    name = session.scalar(delete(SavedView).where(*own).returning(SavedView.name))
    if name is None:
        raise NotYours
    return name
