"""Credit records: entered, changed and read, each change with old and new, who and why.

The only module that writes `credit_record`. How long a record is published follows from the rules in force on the day of
the finding (`domain.publicity_period`) and is never typed in.
"""

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from ..domain.publicity_period import Period, RecordClass, publicity_period
from ..domain.rulebook import Rulebook
from ..models.record import CreditRecord, RecordChange

REF_BYTES = 9


def enter(
    session: Session, values: Mapping[str, Any], *, class_: str, rulebook: Rulebook, now: datetime
) -> CreditRecord:
    """Write a new finding; its periods follow from the day of the finding and its class. Raises Refused."""
    record = CreditRecord(
        ref=secrets.token_urlsafe(REF_BYTES),
        class_=class_,
        recorded_at=now,
        publicity_from=values["decided_on"],
        **values,
    )
    _follow(record, rulebook)
    session.add(record)
    session.flush()
    return record


def period(record: CreditRecord, rulebook: Rulebook) -> Period:
    """How long the record is published and from when it may be repaired, with the whole explanation."""
    return publicity_period(
        record.decided_on,
        (RecordClass(record.class_),),
        pack=rulebook.pack,
        place=rulebook.place,
        is_special_field=record.is_special_field,
    )


def change(
    session: Session,
    record: CreditRecord,
    values: Mapping[str, Any],
    *,
    why: str,
    by_id: int | None,
    now: datetime,
    rulebook: Rulebook,
    case_id: int | None = None,
) -> None:
    """Change what a record says; every column that differs leaves its old and new value."""
    for name, new in values.items():
        old = getattr(record, name)
        if old == new:
            continue
        setattr(record, name, new)
        session.add(
            RecordChange(
                record_id=record.id, at=now, by_id=by_id, case_id=case_id, field=name, old=told(old), new=told(new), why=why,
            )
        )  # fmt: skip
    if values.keys() & {"class_", "decided_on", "is_special_field"}:
        _follow(record, rulebook)
    session.flush()


def told(value: object) -> str:
    """A value as the history of changes keeps it."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _follow(record: CreditRecord, rulebook: Rulebook) -> None:
    found = period(record, rulebook)
    record.min_end_on, record.max_end_on = found.shortest_end_on, found.longest_end_on
