"""导出清单: lists of cases to take away, made by the worker as their owner would read them, and kept for seven days.

The bytes lie sealed in the storage, which forgets nothing; the key to them stands in the row alone, and is thrown away when
the days are over. Who took what is in the account log.
"""

import io
import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from cryptography.fernet import Fernet
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ...domain.people import Actor
from ...domain.refusals import NotYours, Refused
from ...domain.words import N_, Sentence
from ...models.party import Person
from ...models.queue import TakenList
from ..delivery import outbox
from ..people import account_log
from ..storage import Storage
from . import asked as words
from . import queues
from .lines import CaseLine

KIND = "taken_list"
FORMATS = ("csv", "xlsx")
KEPT_FOR = timedelta(days=7)
MOST = 20_000
"""Cases in one list; who wants more narrows the list and takes several."""
PORTION = 500
MOST_WAITING = 3
SHOWN = 30


def order(
    session: Session, actor: Actor, asked: Mapping[str, str], format_: str, *, now: datetime
) -> TakenList:
    """Have a list made of what was asked (tidy words). Raises Refused while too many of one's own are being made."""
    own = (TakenList.person_id == actor.person_id, TakenList.done_at.is_(None))
    waiting = session.scalar(select(func.count()).select_from(TakenList).where(*own)) or 0
    if waiting >= MOST_WAITING:
        text = N_("您已有 %(most)s 份清单正在生成，请等其中一份完成以后再导出。")
        raise Refused(Sentence(text, most=MOST_WAITING))
    row = TakenList(
        ref=secrets.token_urlsafe(12), person_id=actor.person_id, asked=dict(asked),
        format=format_ if format_ in FORMATS else FORMATS[0], made_at=now, cases=0,
    )  # fmt: skip
    session.add(row)
    session.flush()
    outbox.put(session, f"{KIND}/{row.id}", KIND, {"list_id": row.id}, now=now)
    return row


def of(session: Session, actor: Actor) -> Sequence[TakenList]:
    """One's own lists, the newest first."""
    own = select(TakenList).where(TakenList.person_id == actor.person_id)
    return session.scalars(own.order_by(TakenList.id.desc()).limit(SHOWN)).all()


def own(session: Session, actor: Actor, ref: str) -> TakenList:
    """One's own list. Raises NotYours."""
    wanted = select(TakenList).where(TakenList.ref == ref, TakenList.person_id == actor.person_id)
    found = session.scalar(wanted)
    if found is None:
        raise NotYours
    return found


def is_kept(row: TakenList, *, now: datetime) -> bool:
    """Whether the list can be fetched now."""
    return row.storage_key is not None and now < row.made_at + KEPT_FOR


def portions(
    session: Session, actor: Actor, asked: Mapping[str, str], *, today: date, division: str
) -> Iterator[Sequence[CaseLine]]:
    """The cases of a list in its order, in portions; at most MOST."""
    wanted, cursor, count = words.wanted(asked, division=division), "", 0
    while count < MOST:
        page = queues.page(
            session, actor, tab=asked["tab"], today=today, wanted=wanted, cursor=cursor, size=PORTION
        )
        yield page.cases
        count += len(page.cases)
        if page.following is None:
            return
        cursor = page.following


def put(content: bytes, storage: Storage) -> str:
    """Seal a made list and store it; what is returned is all one needs to read it."""
    key = Fernet.generate_key()
    stored = storage.put(io.BytesIO(Fernet(key).encrypt(content)))
    return f"{stored.key}.{key.decode()}"


def keep(session: Session, list_id: int, place: str, *, cases: int, now: datetime) -> None:
    """The list is made. A second making changes nothing."""
    row = session.get_one(TakenList, list_id, with_for_update=True)
    if row.done_at is not None:
        return
    row.done_at, row.storage_key, row.cases = now, place, cases
    over = {"list_id": list_id, "is_over": True}
    outbox.put(session, f"{KIND}/{list_id}/over", KIND, over, now=now, not_before=row.made_at + KEPT_FOR)
    person = session.get_one(Person, row.person_id)
    account_log.record(
        session, "list_taken", person=None, by=person, now=now, note=f"{row.ref} {row.format} {cases}"
    )


def content(row: TakenList, *, storage: Storage, now: datetime) -> bytes:
    """The bytes of a list. Raises Refused while it is being made and after its days."""
    if row.storage_key is None or not is_kept(row, now=now):
        over = N_("这份清单只保留七天，已经删除。请重新导出。")
        raise Refused(over if row.done_at else N_("这份清单还在生成，请稍后再下载。"))
    place, _, key = row.storage_key.partition(".")
    return Fernet(key.encode()).decrypt(storage.read_verified(place))


def forget(session: Session, list_id: int) -> None:
    """The days of a list are over: without its key nobody can read it any more."""
    session.get_one(TakenList, list_id, with_for_update=True).storage_key = None
