"""The log of calls: who asked for what, what was answered, and whose personal data left, with what for.

Written before the answer leaves, in a transaction of its own: an answer that can't be logged is not given.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ...models.api import ApiCall, ApiToken
from ...models.party import Person

PAGE = 50


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
            path=call.path[:300],
            endpoint=call.endpoint[:80],
            status=call.status,
            code=call.code[:40],
            ip=call.ip[:64],
            purpose=call.purpose[:200],
            subjects=sorted(call.subjects),
        )
    )


@dataclass(frozen=True)
class Line:
    """One line of the log, with the names of its token and person."""

    call: ApiCall
    token: str
    person: str


def lines(
    session: Session,
    *,
    before: int | None = None,
    login: str = "",
    is_denied: bool = False,
    is_personal: bool = False,
) -> list[Line]:
    """One page and one more, newest first; of one person, of what was refused, or of what held personal data."""
    query = (
        select(ApiCall, ApiToken.prefix, ApiToken.name, Person.name)
        .outerjoin(ApiToken, ApiToken.id == ApiCall.token_id)
        .outerjoin(Person, Person.id == ApiCall.person_id)
        .order_by(ApiCall.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        query = query.where(ApiCall.id < before)
    if login:
        query = query.where(Person.login == login)
    if is_denied:
        query = query.where(ApiCall.status >= 400)
    if is_personal:
        query = query.where(ApiCall.purpose != "")
    return [
        Line(call, f"{prefix}… {name}" if prefix else "", person or "")
        for call, prefix, name, person in session.execute(query)
    ]
