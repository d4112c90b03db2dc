"""The log of calls: who asked for what, what was answered, and whose personal data left, with what for.

Written before the answer leaves, in a transaction of its own: an answer that can't be logged is not given.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ...models.api import ApiCall, ApiToken
from ...models.party import Person, Subject

PAGE = 50
MOST_TAKEN = 5000
"""How many lines one file holds."""
LAST = 2**31 - 1
IDS_AT_ONCE = 500


@dataclass(frozen=True)
class Call:
    """One call as it is kept. `subjects` are the natural persons whose data the answer holds."""

    method: str
    path: str
    endpoint: str
    status: int
    code: str
    ip: str
    purpose: str
    subjects: Collection[int]


def note(session: Session, call: Call, *, token: ApiToken | None, now: datetime) -> None:
    """Keep a call."""
    session.execute(
        insert(ApiCall).values(
            at=now,
            token_id=token.id if token else None,
            person_id=token.person_id if token else None,
            method=call.method[:10],
            path=_kept(call.path, 300),
            endpoint=call.endpoint[:80],
            status=call.status,
            code=call.code[:40],
            ip=call.ip[:64],
            purpose=_kept(call.purpose, 200),
            subjects=sorted(call.subjects),
        )
    )


@dataclass(frozen=True)
class Line:
    """One line of the log, with the names of its token, its person, and of those whose data the answer held."""

    call: ApiCall
    token: str
    person: str
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asked:
    """What is looked for: the calls of one person, those that were refused, those that held personal data."""

    login: str = ""
    is_denied: bool = False
    is_personal: bool = False


def lines(session: Session, asked: Asked, *, before: int | None = None, most: int = PAGE + 1) -> list[Line]:
    """At most so many, newest first: one page and one more unless told. `before` is the id to go on from."""
    query = (
        select(ApiCall, ApiToken.prefix, ApiToken.name, Person.name, Person.login)
        .outerjoin(ApiToken, ApiToken.id == ApiCall.token_id)
        .outerjoin(Person, Person.id == ApiCall.person_id)
        .order_by(ApiCall.id.desc())
        .limit(most)
    )
    if before is not None:
        query = query.where(ApiCall.id < max(0, min(before, LAST)))
    if asked.login:
        query = query.where(Person.login == asked.login)
    if asked.is_denied:
        query = query.where(ApiCall.status >= 400)
    if asked.is_personal:
        query = query.where(ApiCall.purpose != "")
    rows = session.execute(query).all()
    names = _names(session, {each for call, *_ in rows for each in call.subjects})
    return [
        Line(
            call,
            f"{prefix}… {name}" if prefix else "",
            f"{person}（{login}）" if login else "",
            tuple(names.get(each, str(each)) for each in call.subjects),
        )
        for call, prefix, name, person, login in rows
    ]


def _names(session: Session, ids: Collection[int]) -> Mapping[int, str]:
    """The names of subjects, asked for in portions that fit a statement."""
    wanted, found = sorted(ids), dict[int, str]()
    for at in range(0, len(wanted), IDS_AT_ONCE):
        some = wanted[at : at + IDS_AT_ONCE]
        rows = session.execute(select(Subject.id, Subject.name).where(Subject.id.in_(some)))
        found |= {row.id: row.name for row in rows}
    return found


def _kept(text: str, most: int) -> str:
    """What a database can hold of what somebody sent."""
    return text.replace("\0", "\ufffd")[:most]
