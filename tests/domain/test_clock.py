"""The clock and the border between instants and legal days."""

from datetime import UTC, date, datetime
from threading import Thread
from zoneinfo import ZoneInfo

import pytest

from workflow_app.domain import clock

NOON = datetime(2026, 9, 18, 4, 0, tzinfo=UTC)


def test_now_is_an_aware_instant_in_utc():
    assert clock.now().tzinfo is UTC


def test_a_day_begins_at_midnight_in_china_which_is_four_in_the_afternoon_in_utc():
    assert clock.legal_day(datetime(2026, 9, 18, 15, 59, 59, tzinfo=UTC)) == date(2026, 9, 18)
    assert clock.legal_day(datetime(2026, 9, 18, 16, 0, 0, tzinfo=UTC)) == date(2026, 9, 19)


def test_a_year_begins_at_midnight_in_china():
    with clock.fixed(datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)):
        assert clock.this_year() == 2026
    with clock.fixed(datetime(2026, 12, 31, 16, 0, tzinfo=UTC)):
        assert clock.this_year() == 2027


def test_a_day_ends_at_24_00_in_china():
    assert clock.end_of(date(2026, 12, 31)) == datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    assert clock.end_of(date(2026, 12, 31)).tzinfo is UTC


def test_an_instant_without_a_zone_has_no_legal_day():
    with pytest.raises(ValueError, match="time zone"):
        clock.legal_day(datetime(2026, 9, 18, 12, 0))  # noqa: DTZ001


def test_a_fixed_clock_stands_still_and_goes_on_afterwards():
    with clock.fixed(NOON):
        assert clock.now() == NOON
        with clock.fixed(datetime(2026, 9, 19, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))):
            assert clock.now() == datetime(2026, 9, 19, 1, 30, tzinfo=UTC)
        assert clock.now() == NOON
    assert clock.now() != NOON


def test_a_fixed_clock_goes_on_after_a_failure():
    with pytest.raises(RuntimeError), clock.fixed(NOON):
        raise RuntimeError
    assert clock.now() != NOON


def test_a_fixed_clock_is_fixed_in_every_thread():
    seen = []
    with clock.fixed(NOON):
        thread = Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert seen == [NOON]


def test_the_clock_is_not_fixed_at_an_instant_without_a_zone():
    with pytest.raises(ValueError, match="time zone"), clock.fixed(datetime(2026, 9, 18)):  # noqa: DTZ001
        pass
