"""What somebody had typed when the sign-in ran out, kept for the same person and given back after signing in.

Kept sealed, for a day, one form per page and person. It is given back whenever the page is opened until the form
is sent again, then it is gone: reading must not change anything, and a reload must not lose what was kept.
Passwords, codes and tokens are never kept, nor are files.
"""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ...models.party import KeptForm

KEPT_FOR = timedelta(hours=24)
MOST = 10
LONGEST_PATH = 300
NEVER_KEPT = frozenset({"csrf_token", "code", "otp", "next", "locale"})


def keep_form(
    session: Session,
    person_id: int,
    *,
    page: str,
    sent_to: str,
    typed: Iterable[tuple[str, str]],
    now: datetime,
) -> bool:
    """Keep what was typed on the page at path `page` and sent to path `sent_to`; whether it was worth keeping."""
    pairs = [(name, value) for name, value in typed if _may_be_kept(name)]
    if not any(value.strip() for _, value in pairs) or len(page) > LONGEST_PATH:
        return False
    session.execute(delete(KeptForm).where(KeptForm.created_at < now - KEPT_FOR))
    session.execute(delete(KeptForm).where(KeptForm.person_id == person_id, KeptForm.path == page))
    for row in _rows(session, person_id)[MOST - 1 :]:
        session.delete(row)
    values = json.dumps({"sent_to": sent_to, "typed": pairs}, ensure_ascii=False)
    session.add(KeptForm(person_id=person_id, path=page, values=values, created_at=now))
    return True


def take_kept_form(
    session: Session, person_id: int, *, page: str, now: datetime
) -> tuple[tuple[str, str], ...] | None:
    """What this person had typed on this page, as pairs of field and value, or None."""
    for row in _rows(session, person_id):
        if row.path == page and row.created_at >= now - KEPT_FOR:
            return tuple((name, value) for name, value in json.loads(row.values)["typed"])
    return None


def forget_form(session: Session, person_id: int, *, sent_to: str) -> None:
    """The form was sent again: what was kept of it has served. A paper added on the same page doesn't count."""
    for row in _rows(session, person_id):
        if sent_to in (row.path, json.loads(row.values)["sent_to"]):
            session.delete(row)


def _rows(session: Session, person_id: int) -> list[KeptForm]:
    query = select(KeptForm).where(KeptForm.person_id == person_id)
    return list(session.scalars(query.order_by(KeptForm.id.desc())))


def _may_be_kept(name: str) -> bool:
    return name not in NEVER_KEPT and "password" not in name
