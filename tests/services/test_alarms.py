"""On which day time acts on a clock: every day here was counted by hand over the real holidays of 2026.

September 20 and October 10 are days off that are worked; September 25–27 and October 1–7 are holidays.
"""

from datetime import date, timedelta

import pytest

from workflow_app.domain import calendar, rules
from workflow_app.domain.rulebook import Rulebook
from workflow_app.services.engine import alarms
from workflow_app.workflows.commitment import COMMITMENT

BOOK = Rulebook(rules.built_in(), calendar.built_in(), "120102")


def day(text):
    """A day of 2026, written MM-DD."""
    return date.fromisoformat(f"2026-{text}") if text else None


def following(state, starts, due, *, after, told=None, escalated=0):
    """The next day, as text."""
    found = alarms.next_on(
        COMMITMENT.state(state),
        starts_on=day(starts),
        due_on=day(due),
        after=day(after),
        told_on=day(told),
        escalated=escalated,
        rulebook=BOOK,
    )
    return f"{found:%m-%d}" if found else None


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("09-18", "11-18"),
        ("11-17", "11-18"),
        ("11-18", "12-11"),
        ("12-10", "12-11"),
        ("12-11", "12-17"),
        ("12-17", "12-19"),
        ("12-18", "12-19"),
        ("12-25", "12-26"),  # nothing ran for a week: on the next day there is
    ],
)
def test_a_term_is_looked_at_thirty_seven_and_one_days_before_its_end_and_the_day_after(after, expected):
    assert following("active", "09-18", "12-18", after=after) == expected


def test_a_clock_shorter_than_its_reminder_is_not_looked_at_before_it_begins():
    assert following("active", "09-18", "09-28", after="09-18") == "09-21"
    assert following("active", "09-25", "09-28", after="09-25") == "09-27"
    assert following("active", "09-27", "09-28", after="09-27") == "09-29"


# The day the head was told → the day the lead is told: the day after three working days.
@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("09-18", "09-23"),  # Sunday the 20th is worked: 20, 21, 22
        ("09-23", "09-30"),  # 24, 28, 29
        ("10-01", "10-11"),  # told in the holiday: October 8, 9 and Saturday the 10th, which is worked
        ("10-09", "10-14"),  # 10, 12, 13
    ],
)
def test_the_lead_is_told_three_working_days_after_the_head(told, expected):
    assert following("signed", "09-10", "09-15", after=told, told=told, escalated=1) == expected


def test_nobody_is_told_when_both_were_told():
    assert following("signed", "09-18", "09-22", after="09-30", told="09-23", escalated=2) is None


def test_a_state_that_names_only_the_head_tells_nobody_else():
    assert following("breach_proposed", "09-18", "09-24", after="09-23") == "09-25"
    assert following("breach_proposed", "09-18", "09-24", after="09-25", told="09-25", escalated=1) is None


def test_an_automatic_step_is_waited_for_once():
    assert following("returned", "09-18", "10-09", after="10-08") == "10-10"
    assert following("returned", "09-18", "10-09", after="10-10", told="10-10") is None


def test_the_lead_who_should_have_been_told_during_an_outage_is_told_on_the_next_day():
    """Due on September 22, the head was told on the 23rd, the lead was to be told on the 30th; nothing ran until October 20."""
    assert following("signed", "09-18", "09-22", after="10-20", told="09-23", escalated=1) == "10-21"


def test_the_day_looked_for_always_lies_ahead():
    """Whatever happened before, no clock is looked at twice on one day."""
    for state in COMMITMENT.states:
        for days in range(120):
            after = day("09-01") + timedelta(days=days)
            for told, escalated in ((None, 0), ("09-23", 0), ("09-23", 1), ("09-23", 2)):
                found = alarms.next_on(
                    state, starts_on=day("09-01"), due_on=day("09-22"), after=after, told_on=day(told),
                    escalated=escalated, rulebook=BOOK,
                )  # fmt: skip
                assert found is None or found > after
