"""Serial numbers without gaps: a counter row per series, locked until the transaction ends.

Two submissions at once wait for each other on that row; one that rolls back gives its number back.
"""

from datetime import date

from sqlalchemy import bindparam, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ...domain import identifiers
from ...models.base import table
from ...models.case import Serial

SERIAL = table(Serial)
NEXT = (
    update(SERIAL)
    .where(SERIAL.c.series == bindparam("wanted"))
    .values(last=SERIAL.c.last + 1)
    .returning(SERIAL.c.last)
)


def next_serial(session: Session, series: str) -> int:
    """The next number of the series, beginning with 1."""
    taken: int | None = session.execute(NEXT, {"wanted": series}).scalar()
    if taken is not None:
        return taken
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    first = insert(Serial).values(series=series, last=1)
    again = first.on_conflict_do_update(index_elements=["series"], set_={"last": Serial.last + 1})
    return session.execute(again.returning(Serial.last)).scalar_one()


def case_number(session: Session, prefix: str, *, division: str, day: date) -> str:
    """The next case number, for example CM-120102-20260918-000001."""
    serial = next_serial(session, f"{prefix}-{division}-{day:%Y%m%d}")
    return identifiers.case_number(prefix, division, day, serial)
