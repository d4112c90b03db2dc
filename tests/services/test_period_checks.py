"""The check of a stored record's publicity: from its columns, and as if still shown for the letter that says why it ended."""

from datetime import date

from tests import factories
from tests.factories import RULEBOOK, legal
from workflow_app.services.records import period_checks

PAST = date(2027, 5, 20)  # the longest publicity of a penalty of 2026-05-06 (一般) ends on 2027-05-06


def kept(session, world, **changed):
    return factories.record(
        session, subject_id=world.subjects["firm"], unit_id=world.units["market"], **changed
    )


def verdict(record, day, **asked):
    found = period_checks.of(record, day=day, rulebook=RULEBOOK, **asked)
    return found.is_past, found.is_too_long


def test_a_stored_record_is_judged_from_its_columns(sqlite):
    with sqlite.writing() as session:
        record = kept(session, sqlite.world, duties_done_on=date(2026, 5, 20))
        assert verdict(record, date(2027, 5, 6)) == (False, False)
        assert verdict(record, PAST) == (True, True)
        record.duties_done_on = None
        assert verdict(record, PAST) == (True, False)


def test_what_was_just_taken_down_is_judged_as_it_stood_for_its_letter(sqlite):
    with sqlite.writing() as session:
        record = kept(session, sqlite.world, duties_done_on=date(2026, 5, 20))
        record.publicity_ended_at = legal("2027-05-20")
        assert verdict(record, PAST) == (True, False)
        assert verdict(record, PAST, is_as_if_shown=True) == (True, True)


def test_a_decision_from_before_the_rules_is_answered_with_the_reason(sqlite):
    with sqlite.writing() as session:
        record = kept(session, sqlite.world)
        record.decided_on = date(2022, 5, 6)
        found = period_checks.of(record, day=PAST, rulebook=RULEBOOK)
        assert (found.is_past, found.is_too_long) == (False, False)
        assert "规则表没有收录当时的公示期" in str(found.sentence)
