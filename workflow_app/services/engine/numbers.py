"""Serial numbers without gaps: a counter row per series, locked until the transaction ends.

Two submissions at once wait for each other on that row; one that rolls back gives its number back.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ...domain import identifiers
from ...models.base import table
from ...models.case import Serial

SERIAL = table(Serial)


def _taking(insert: Any) -> Any:
    """The statement that takes so many numbers of a series, and begins it where it has none."""
    first = insert(SERIAL)
    again = {"last": SERIAL.c.last + first.excluded.last}
    return first.on_conflict_do_update(index_elements=["series"], set_=again).returning(*SERIAL.c)


TAKE = {"postgresql": _taking(postgresql.insert), "sqlite": _taking(sqlite.insert)}


def next_serials(session: Session, wanted: Sequence[str]) -> list[int]:
    """The next number of each of these series, beginning with 1, in this order; one that is named twice gives two.

    Rows are locked in the order of their names, so that two who want the same never wait for each other in a ring.
    """
    many = Counter(wanted)
    taken = [{"series": series, "last": many[series]} for series in sorted(many)]
    found = session.execute(TAKE[session.get_bind().dialect.name], taken)
    last = {series: reached - many[series] for series, reached in found}
    numbers = []
    for series in wanted:
        last[series] += 1
        numbers.append(last[series])
    return numbers


def next_serial(session: Session, series: str) -> int:
    """The next number of the series, beginning with 1."""
    return next_serials(session, (series,))[0]


def case_number(session: Session, prefix: str, *, division: str, day: date) -> str:
    """The next case number, for example CM-120102-20260918-000001."""
    serial = next_serial(session, f"{prefix}-{division}-{day:%Y%m%d}")
    return identifiers.case_number(prefix, division, day, serial)
