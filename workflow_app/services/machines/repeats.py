"""Answers kept for a day under the Idempotency-Key of a person, so that a repeat changes nothing (draft-ietf-httpapi-idempotency-key).

The key is taken in the transaction of the request: a second one with the same key waits for the first, or finds what
it was answered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ...domain.refusals import Refused
from ...domain.words import N_
from ...models.api import ApiAnswer

KEPT_FOR = timedelta(hours=24)
LONGEST = 200
OTHER = N_("这个 Idempotency-Key 在 24 小时内已经用于另一个请求。请为每个新的请求使用新的值。")

UNFINISHED = N_("上一次同样的请求没有办完。请先读取最新情况，确认没有办成，再用新的 Idempotency-Key 请求。")


class OtherRequest(Refused):
    """The key was used for something else."""


@dataclass(frozen=True)
class Kept:
    """What was answered before."""

    status: int
    headers: Mapping[str, str]
    body: str


def take(session: Session, person_id: int, key: str, *, digest: str, now: datetime) -> Kept | None:
    """Take a key for a request; None when it is new, what was answered when it is not. Raises OtherRequest, or Refused when it broke off."""
    session.execute(
        delete(ApiAnswer).where(
            ApiAnswer.person_id == person_id, ApiAnswer.key == key, ApiAnswer.at <= now - KEPT_FOR
        )
    )
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = {"person_id": person_id, "key": key, "digest": digest, "at": now, "headers": {}, "body": ""}
    taking = dialect.insert(ApiAnswer).values(row).on_conflict_do_nothing()
    if session.execute(taking.returning(ApiAnswer.id)).first() is not None:
        return None
    found = session.scalar(select(ApiAnswer).where(ApiAnswer.person_id == person_id, ApiAnswer.key == key))
    if found is None or found.digest != digest:
        raise OtherRequest(OTHER, code="other_request")
    if found.status is None:
        raise Refused(UNFINISHED, code="unfinished")
    return Kept(found.status, found.headers, found.body)


def keep(session: Session, person_id: int, key: str, *, digest: str, answer: Kept, now: datetime) -> None:
    """Keep the answer, also a refusal that undid everything else the request wrote."""
    values = {"status": answer.status, "headers": dict(answer.headers), "body": answer.body}
    taken = update(ApiAnswer).where(ApiAnswer.person_id == person_id, ApiAnswer.key == key)
    if session.execute(taken.values(**values)).rowcount == 0:  # type: ignore[attr-defined]
        session.execute(
            insert(ApiAnswer).values(person_id=person_id, key=key, digest=digest, at=now, **values)
        )


def forget(session: Session, *, now: datetime) -> int:
    """Drop what is older than a day; how many there were."""
    gone = session.execute(delete(ApiAnswer).where(ApiAnswer.at <= now - KEPT_FOR))
    return int(gone.rowcount)  # type: ignore[attr-defined]
