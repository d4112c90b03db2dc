"""The only clock of the system, and the border between instants and legal days.

Instants are aware and in UTC; what the law decides, it decides by the day in China (Asia/Shanghai).
Only the edges (web, command line, worker) call `now`; everything below them is handed the instant.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LEGAL_ZONE = ZoneInfo("Asia/Shanghai")

# One value for the whole process, not one per thread or context: a test that fixes the time also fixes it
# for the server thread it talks to.
_fixed_at: datetime | None = None


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _fixed_at or datetime.now(UTC)


def legal_day(instant: datetime) -> date:
    """The day in China on which `instant` falls. Raises ValueError for an instant without a zone."""
    return _aware(instant).astimezone(LEGAL_ZONE).date()


def this_year() -> int:
    """The year in China that is now."""
    there = datetime.now(LEGAL_ZONE) if _fixed_at is None else _fixed_at.astimezone(LEGAL_ZONE)
    return there.year


def end_of(day: date) -> datetime:
    """The instant, in UTC, at which `day` is over: 24:00 in China (民法典第二百零三条)."""
    return datetime.combine(day + timedelta(days=1), time.min, LEGAL_ZONE).astimezone(UTC)


@contextmanager
def fixed(instant: datetime) -> Iterator[None]:
    """Let `now` answer `instant` within the block, in every thread. For tests only."""
    global _fixed_at
    before, _fixed_at = _fixed_at, _aware(instant).astimezone(UTC)
    try:
        yield
    finally:
        _fixed_at = before


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"an instant needs a time zone: {instant.isoformat()}")
    return instant
