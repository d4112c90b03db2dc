"""Versions of a year's holidays, and what entering one does to open clocks, day by day as counted by hand.

2027-01-01 is a Friday. Without a notice only that day and the weekends are off; the notice made up here also takes
Monday the 4th off and makes Saturday the 9th a working day.
"""

from datetime import date

import pytest
from sqlalchemy import func, select

from tests.factories import NOW, draft, legal, stored, take
from workflow_app import deliverers
from workflow_app.domain.calendar import Notice, built_in_notices, statutory_days
from workflow_app.domain.refusals import NotYours, Refused
from workflow_app.domain.words import Sentence
from workflow_app.models.case import NO_DUE_DAY
from workflow_app.models.deadline import Deadline
from workflow_app.models.event import Event
from workflow_app.models.outbox import Message
from workflow_app.models.outbox import Notice as Told
from workflow_app.models.party import AccountEvent
from workflow_app.models.rulebook import CalendarNotice, Recount
from workflow_app.services.engine import recount
from workflow_app.services.rules import calendars, rulebooks

NEW_YEAR = {date(2027, 1, day): "元旦" for day in (1, 2, 3, 4)}
NOTICE = Notice(
    year=2027,
    off=statutory_days(2027) | NEW_YEAR,
    working=frozenset({date(2027, 1, 9)}),
    source="国办发明电〔2026〕0 号（示例）",
)
ENTERED = legal("2026-12-31")
REASON = "国务院办公厅公布 2027 年放假安排"


def opened(session, database, house, day, *steps, term=date(2027, 3, 31)):
    """A case drafted on this day and brought on by these steps on the same day; its address."""
    actors, now = database.world.actors, legal(day)
    case = draft(session, database.world, house, now=now, valid_until=term)
    by = {"sign": "owner", "withdraw": "owner"}
    for step in steps:
        take(session, case, step, actors[by.get(step, "handler")], house, now=now)
    return case.address


def step(database, house, address, name, day, by="handler"):
    """One step in a case, in a transaction of its own."""
    with database.writing() as session:
        take(session, stored(session, address), name, database.world.actors[by], house, now=legal(day))


def entered(database, house, notice=NOTICE, *, now=ENTERED, by="clerk"):
    """Enter the notice and count to the end; how many clocks were moved."""
    with database.writing() as session:
        calendars.enter(session, notice, reason=REASON, by=database.world.actors[by], now=now)
        run_id = session.scalars(select(func.max(Recount.id))).one()
    more = True
    while more:
        with database.writing() as session:
            more = recount.carry_on(session, run_id, now=now, house=house)
    with database.reading() as session:
        return session.get_one(Recount, run_id).moved


def clock_of(database, address):
    """The due day of the newest clock of a case's state, and whether it is provisional."""
    with database.reading() as session:
        case = stored(session, address)
        wanted = select(Deadline).where(Deadline.case_id == case.id, Deadline.rule_id != "CM-04")
        wanted = wanted.order_by(Deadline.id.desc())
        found = session.scalars(wanted).first()
        return found.due_on.isoformat(), found.provisional


CHECKING = ("sign", "accept", "start_check")


@pytest.fixture
def cases(database, house):
    """One case of each kind, and an ended one: the address by what it shows."""
    with database.writing() as session:

        def case(day, *steps, **more):
            return opened(session, database, house, day, *steps, **more)

        return {
            "working days": case("2026-12-30", "sign"),
            "working days over a make-up day": case("2026-12-21", *CHECKING),
            "calendar days that roll": case("2026-12-05"),
            "a fixed day": case("2026-12-01", "sign", "accept", term=date(2027, 1, 2)),
            "paused": case("2026-12-11", *CHECKING),
            "not touched": case("2026-12-21", "sign"),
            "ended": case("2026-12-30", "sign", "withdraw"),
        }


# Counted by hand. The last day before, whether 暂定; the last day after, whether 暂定.
COUNTED = {
    # 3 working days from December 30: 31, January 4, 5; then 31, 5, 6.
    "working days": (("2027-01-05", True), ("2027-01-06", False)),
    # 15 from December 21: 22–25, 28–31, January 4–8, 11, 12; then the 4th is off and the 9th is worked.
    "working days over a make-up day": (("2027-01-12", True), ("2027-01-12", False)),
    # 30 days from December 5: Monday January 4; then Tuesday.
    "calendar days that roll": (("2027-01-04", True), ("2027-01-05", False)),
    # Saturday January 2: Monday the 4th; then Tuesday.
    "a fixed day": (("2027-01-04", True), ("2027-01-05", False)),
    # Friday December 21 + 3: 22, 23, 24.
    "not touched": (("2026-12-24", False), ("2026-12-24", False)),
    # Withdrawn on the day it was signed: stays as it was on that day.
    "ended": (("2027-01-05", True), ("2027-01-05", True)),
}


def test_open_clocks_change_exactly_as_the_table_says_and_ended_ones_never(database, house, cases):
    before = {name: clock_of(database, cases[name]) for name in COUNTED}
    assert before == {name: old for name, (old, _) in COUNTED.items()}
    entered(database, house)
    after = {name: clock_of(database, cases[name]) for name in COUNTED}
    assert after == {name: new for name, (_, new) in COUNTED.items()}


def test_a_paused_clock_goes_on_under_the_notice_that_came_meanwhile(database, house, cases):
    """15 from December 11, paused on the 30th after twelve (14–18, 21–25, 28, 29); three left from January 8: 8, 9, 11."""
    step(database, house, cases["paused"], "pause", "2026-12-30")
    entered(database, house)
    with database.reading() as session:
        assert stored(session, cases["paused"]).due_on == NO_DUE_DAY
    step(database, house, cases["paused"], "resume", "2027-01-08")
    assert clock_of(database, cases["paused"]) == ("2027-01-11", False)


def test_the_queue_sorts_by_the_new_day(database, house, cases):
    entered(database, house)
    with database.reading() as session:
        assert stored(session, cases["working days"]).due_on == date(2027, 1, 6)
        assert stored(session, cases["ended"]).due_on == NO_DUE_DAY


def test_the_preview_names_what_the_run_then_moves(database, house, cases):
    with database.reading() as session:
        found = calendars.preview(session, NOTICE, on=date(2026, 12, 31), house=house)
        foreseen = {
            move.case.address: (move.deadline.due_on.isoformat(), move.reckoned.due_on.isoformat())
            for move in found.moves
            if move.is_new_day
        }
    moved = {"working days", "calendar days that roll", "a fixed day", "paused"}
    assert set(foreseen) == {cases[name] for name in moved}
    assert foreseen[cases["working days"]] == ("2027-01-05", "2027-01-06")
    assert entered(database, house) == 4


def test_subject_and_handler_are_told_the_old_day_the_new_day_and_why(sqlite, house):
    with sqlite.writing() as session:
        address = opened(session, sqlite, house, "2026-12-30", "sign")
    entered(sqlite, house)
    with sqlite.writing() as session:
        for message in session.scalars(select(Message).where(Message.key.like("%notice-recounted-%"))):
            deliverers.deliver_notice(session, message, ENTERED, house)
    with sqlite.reading() as session:
        case = stored(session, address)
        rows = session.scalars(select(Told).where(Told.case_id == case.id)).all()
        told = {row.person_id: str(Sentence.from_json(row.sentence)) for row in rows}
    people = sqlite.world.people
    assert {people["owner"], people["handler"]} <= set(told)
    assert people["other_owner"] not in told
    for sentence in told.values():
        assert "2027 年 1 月 5 日" in sentence
        assert "2027 年 1 月 6 日" in sentence
        assert "国办发明电〔2026〕0 号（示例）：国务院办公厅公布 2027 年放假安排" in sentence


def test_who_is_not_moved_is_not_told(sqlite, house):
    with sqlite.writing() as session:
        opened(session, sqlite, house, "2026-12-21", *CHECKING)
        events = session.scalar(select(func.count(Event.id)))
    entered(sqlite, house)
    with sqlite.reading() as session:
        assert session.scalar(select(func.count(Event.id))) == events
        assert session.scalar(select(func.count(Message.id)).where(Message.key.like("%recounted%"))) == 0


def test_a_clock_that_starts_afterwards_counts_by_the_notice(sqlite, house):
    entered(sqlite, house)
    with sqlite.writing() as session:
        address = opened(session, sqlite, house, "2026-12-31", "sign")
    assert clock_of(sqlite, address) == ("2027-01-07", False)  # January 5, 6, 7


def test_an_extra_day_off_within_the_year_moves_the_clock_by_a_day(database, house):
    """3 from Monday December 21: 22, 23, 24; with the 23rd off: 22, 24, 25."""
    with database.writing() as session:
        address = opened(session, database, house, "2026-12-21", "sign")
        notice = calendars.with_day(
            session, date(2026, 12, 23), kind="off", name="临时放假", source="市政府办公厅通知（示例）"
        )
    assert entered(database, house, notice, now=legal("2026-12-22")) == 1
    assert clock_of(database, address) == ("2026-12-25", False)


def test_an_extra_working_day_brings_the_end_nearer_and_it_stays_provisional(database, house):
    """15 from December 21, with Saturday the 26th worked: the fifteenth is January 11, still guessed for 2027."""
    with database.writing() as session:
        address = opened(session, database, house, "2026-12-21", *CHECKING)
        notice = calendars.with_day(
            session, date(2026, 12, 26), kind="working", name="", source="通知（示例）"
        )
    assert entered(database, house, notice, now=legal("2026-12-22")) == 1
    assert clock_of(database, address) == ("2027-01-11", True)


def test_a_correction_is_a_further_version_and_moves_the_clock_back(database, house):
    with database.writing() as session:
        address = opened(session, database, house, "2026-12-30", "sign")
    entered(database, house)
    corrected = Notice(2027, statutory_days(2027), frozenset(), "更正（示例）")
    assert entered(database, house, corrected, now=legal("2026-12-31", "15:00"), by="lead") == 1
    assert clock_of(database, address) == ("2027-01-05", False)
    with database.reading() as session:
        assert [version.notice for version in calendars.versions(session, 2027)] == [corrected, NOTICE]


def test_versions_tell_who_when_why_and_what_changed(sqlite, house):
    entered(sqlite, house)
    with sqlite.reading() as session:
        (found,) = calendars.versions(session, 2027)
        assert (found.row.entered_by.login, found.row.entered_at, found.row.reason) == (
            "clerk",
            ENTERED,
            REASON,
        )
        assert (found.is_first, found.notice) == (True, NOTICE)
        assert [str(change) for change in found.changes] == [
            "新增放假：2027 年 1 月 2 日至 2027 年 1 月 4 日（元旦）",
            "新增调休上班：2027 年 1 月 9 日",
        ]
        assert rulebooks.current(session, house).calendar.sources[2027] == NOTICE.source


def test_the_built_in_version_of_a_year_stands_below_the_entered_ones(sqlite, house):
    with sqlite.writing() as session:
        notice = calendars.with_day(session, date(2026, 12, 23), kind="off", name="临时放假", source="通知")
        calendars.enter(session, notice, reason="强降雪", by=None, now=ENTERED)
    with sqlite.reading() as session:
        newest, oldest = calendars.versions(session, 2026)
        assert (newest.row.entered_by, [str(change) for change in newest.changes]) == (
            None, ["新增放假：2026 年 12 月 23 日（临时放假）"],
        )  # fmt: skip
        assert (oldest.row, oldest.notice) == (None, built_in_notices()[-1])
        assert len(calendars.versions(session)) == 24


def test_the_same_notice_is_not_entered_twice(sqlite, house):
    entered(sqlite, house)
    with sqlite.writing() as session, pytest.raises(Refused) as refused:
        calendars.enter(session, NOTICE, reason=REASON, by=None, now=NOW)
    assert str(refused.value.sentence) == (
        "内容与 2027 年现行的版本完全相同，不用再录入。请核对是否选对了文件。"
    )


@pytest.mark.parametrize("who", ["handler", "head", "owner", "auditor", "security_admin"])
def test_only_the_office_and_the_system_administrator_enter(who, sqlite):
    with sqlite.writing() as session, pytest.raises(NotYours):
        calendars.enter(session, NOTICE, reason=REASON, by=sqlite.world.actors[who], now=NOW)


@pytest.mark.parametrize("who", ["clerk", "lead", "system_admin"])
def test_entering_is_in_the_log_of_the_auditor(who, sqlite):
    with sqlite.writing() as session:
        calendars.enter(session, NOTICE, reason=REASON, by=sqlite.world.actors[who], now=NOW)
        logged = session.scalars(select(AccountEvent)).one()
        assert (logged.what, logged.by_id, logged.note) == (
            "calendar_entered", sqlite.world.people[who], "2027: 国办发明电〔2026〕0 号（示例）",
        )  # fmt: skip


@pytest.mark.parametrize("reason", ["", "  ", "长" * 501])
def test_a_version_needs_a_reason(reason, sqlite):
    with sqlite.writing() as session:
        with pytest.raises(Refused) as refused:
            calendars.enter(session, NOTICE, reason=reason, by=None, now=NOW)
        assert refused.value.code == "reason"
        assert session.scalar(select(func.count(CalendarNotice.id))) == 0


@pytest.mark.parametrize(
    ("day", "kind", "sentence"),
    [
        (date(2026, 12, 26), "off", "2026 年 12 月 26 日本来就不上班，不用再改。请核对日期。"),
        (date(2026, 10, 1), "off", "2026 年 10 月 1 日本来就不上班，不用再改。请核对日期。"),
        (date(2026, 12, 23), "working", "2026 年 12 月 23 日本来就上班，不用再改。请核对日期。"),
        (date(2026, 10, 10), "working", "2026 年 10 月 10 日本来就上班，不用再改。请核对日期。"),
        (
            date(2026, 10, 1),
            "working",
            "缺少法定节日 2026 年 10 月 1 日（国庆节）。《全国年节及纪念日放假办法》规定这一天放假，请补上一行。",
        ),
        (
            date(2027, 3, 1),
            "off",
            "2027 年的放假安排还没有录入，不能只改一天。请先录入这一年的全部安排。",
        ),
    ],
)
def test_a_day_that_can_not_be_changed_is_refused_with_the_reason(day, kind, sentence, sqlite):
    with sqlite.reading() as session, pytest.raises(Refused) as refused:
        calendars.with_day(session, day, kind=kind, name="临时放假", source="通知")
    assert (str(refused.value.sentence), refused.value.code) == (sentence, "day")


def test_a_day_of_a_holiday_made_a_working_day_is_off_no_more(sqlite):
    """October 7, 2026 is a Wednesday and no statutory day: off by the notice alone."""
    with sqlite.reading() as session:
        notice = calendars.with_day(session, date(2026, 10, 7), kind="working", name="", source="通知")
    assert date(2026, 10, 7) not in notice.off
    assert date(2026, 10, 7) not in notice.working
    assert len(notice.off) == 32


def test_a_make_up_day_made_a_day_off_is_worked_no_more(sqlite):
    with sqlite.reading() as session:
        notice = calendars.with_day(session, date(2026, 10, 10), kind="off", name="临时放假", source="通知")
    assert notice.off[date(2026, 10, 10)] == "临时放假"
    assert date(2026, 10, 10) not in notice.working


def test_a_version_is_seen_by_everybody_as_soon_as_it_is_committed(sqlite, house):
    with sqlite.reading() as session:
        assert not rulebooks.current(session, house).calendar.knows(2027)
    entered(sqlite, house)
    with sqlite.reading() as session:
        calendar = rulebooks.current(session, house).calendar
    assert calendar.knows(2027)
    assert not calendar.is_working(date(2027, 1, 4))
    assert calendar.is_working(date(2027, 1, 9))
