"""The picture of a publicity period: each day at its place, no words over others."""

from datetime import date

import pytest

from workflow_app.domain import rules
from workflow_app.domain.publicity_period import RecordClass, publicity_period
from workflow_app.web.commitments.publicity_picture import LABEL, picture


def drawn(today, *, class_="general", ended_on=None, decided_on=date(2026, 5, 6)):
    """The picture of a record that was decided on 2026-05-06, as of `today`."""
    period = publicity_period(decided_on, (RecordClass(class_),), pack=rules.built_in(), place="120102")
    return picture(period, today=today, may_apply_from=period.may_apply_from, ended_on=ended_on)


def places(shown):
    """Where each day stands."""
    return {mark.look: mark.at for mark in shown.marks}


def test_days_stand_where_they_are_in_the_period():
    shown = drawn(date(2026, 11, 5))
    assert places(shown) == {"from": 0.0, "earliest": 25.48, "today": 50.14, "end": 100.0}
    assert [(part.look, part.at, part.width) for part in shown.stretches] == [
        ("wait", 0.0, 25.48),
        ("open", 25.48, 74.52),
    ]


def test_a_minor_record_has_no_shortest_period():
    shown = drawn(date(2026, 5, 20), class_="minor")
    assert [part.look for part in shown.stretches] == ["open"]
    assert "earliest" not in places(shown)


def test_an_overrun_period_makes_room_for_today_and_an_ended_one_shows_its_end():
    assert places(drawn(date(2028, 5, 6)))["end"] == 49.93
    ended = places(drawn(date(2028, 5, 6), ended_on=date(2026, 9, 18)))
    assert "today" not in ended
    assert ended["ended"] == 36.99


@pytest.mark.parametrize("class_", ["minor", "general", "serious"])
@pytest.mark.parametrize("decided_on", [date(2026, 5, 6), date(2026, 1, 15)])
@pytest.mark.parametrize("months", range(0, 60, 3))
def test_no_words_stand_over_others(class_, decided_on, months):
    today = date(2026 + (4 + months) // 12, 1 + (4 + months) % 12, 6)
    rows = {}
    for mark in drawn(today, class_=class_, decided_on=decided_on).marks:
        left = mark.at - {"start": 0, "middle": LABEL / 2, "end": LABEL}[mark.anchor]
        assert -1 <= left <= 101 - LABEL
        assert all(abs(left - other) >= LABEL for other in rows.setdefault(mark.row, []))
        rows[mark.row].append(left)


def test_a_record_that_cannot_be_repaired_shows_one_stretch():
    period = publicity_period(date(2026, 5, 6), (RecordClass.SERIOUS,), pack=rules.built_in(), place="120102")
    shown = picture(period, today=date(2026, 11, 5), may_apply_from=None, ended_on=None)
    assert [(part.look, part.width) for part in shown.stretches] == [("kept", 100.0)]


def test_a_line_ends_before_it_runs_through_other_words():
    marks = {mark.look: mark for mark in drawn(date(2026, 11, 5), decided_on=date(2026, 1, 15)).marks}
    assert marks["earliest"].row == 2
    assert marks["earliest"].line == (44, 70)
