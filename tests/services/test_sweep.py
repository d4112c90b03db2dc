"""What time brings about happens once and in order: at the right day, after an outage, after the calendar was changed.

Days were counted by hand over the real holidays of 2026: September 20 and October 10 are worked, September 25–27 and
October 1–7 are off. What several workers do at once stands in test_sweep_workers.py.
"""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from tests.factories import case_in, draft, legal, stored, take
from tests.services.test_carrier import database_url, environment, post, running_here
from tests.services.test_recount import run_to_the_end, with_extra_day_off
from workflow_app import config, create_app, worker
from workflow_app.domain import clock
from workflow_app.domain.ledger import Entry, EntryKind
from workflow_app.domain.words import Sentence
from workflow_app.models.case import Case
from workflow_app.models.deadline import Deadline
from workflow_app.models.event import Event
from workflow_app.models.outbox import Message
from workflow_app.services.cases import cases
from workflow_app.services.engine import history, ledger, recount, sweep
from workflow_app.services.rules import rulebooks

__all__ = ["database_url", "environment", "post"]


def swept(database, house, now):
    """One whole sweep as a worker does it; the ids of the clocks it handled, in its order."""
    handled, after, today = [], sweep.BEGINNING, clock.legal_day(now)
    while True:
        with database.writing() as session:
            deadline = sweep.next_due(session, today=today, after=after)
            if deadline is None:
                return handled
            after = sweep.place_of(deadline)
            handled.append(deadline.id)
            sweep.act(session, deadline, now=now, house=house)


def day_by_day(database, house, first, last):
    """Sweep twice a day; on which day which announcement was written: {day: [what, …]}."""
    day, written, known = date.fromisoformat(first), {}, len(announced(database))
    while day <= date.fromisoformat(last):
        for time in ("00:05", "12:00"):
            swept(database, house, legal(day.isoformat(), time))
        if new := announced(database)[known:]:
            written[day.isoformat()] = new
            known += len(new)
        day += timedelta(days=1)
    return written


def announced(database):
    """What the sweep announced so far, in its order: remind-30, overdue-head …"""
    with database.reading() as session:
        keys = session.scalars(
            select(Message.key)
            .where(Message.key.like("%/deadline-%"), Message.kind == "notice")
            .order_by(Message.id)
        )
        return [key.rpartition("/")[2] for key in keys]


def test_a_deadline_ends_with_its_day_not_before(sqlite, house):
    """Signed on Friday 2026-09-18: due on Tuesday the 22nd, until 24:00."""
    with sqlite.writing() as session:
        case_in(session, "signed", sqlite.world, house)
    assert swept(sqlite, house, legal("2026-09-22", "23:59")) == []
    assert len(swept(sqlite, house, legal("2026-09-23", "00:00"))) == 1


def test_a_returned_case_lapses_after_its_last_day(database, house):
    with database.writing() as session:
        address = case_in(session, "returned", database.world, house).address
    swept(database, house, legal("2026-10-10", "00:01"))
    with database.reading() as session:
        case = stored(session, address)
        assert (case.state, case.due_on) == ("withdrawn", date(9999, 12, 31))
        last = history.events(session, case.id)[-1]
        assert (last.step, last.acting_as, last.actor_id) == ("lapse", "clock", None)


def test_an_idle_draft_is_discarded_and_an_edited_one_is_not(sqlite, house):
    with sqlite.writing() as session:
        idle = draft(session, sqlite.world, house).address
        edited = draft(session, sqlite.world, house, now=legal("2026-09-21")).address
    swept(sqlite, house, legal("2026-10-20"))
    with sqlite.reading() as session:
        assert (stored(session, idle).state, stored(session, edited).state) == ("discarded", "draft")


def test_a_commitment_is_checked_after_its_last_day(sqlite, house):
    with sqlite.writing() as session:
        address = case_in(session, "active", sqlite.world, house).address
    swept(sqlite, house, legal("2026-12-18", "23:00"))
    with sqlite.reading() as session:
        assert stored(session, address).state == "active"
    swept(sqlite, house, legal("2026-12-19", "00:05"))
    with sqlite.reading() as session:
        assert stored(session, address).state == "checking"


@pytest.mark.parametrize(
    ("state", "written"),
    [
        # due on September 22; 24, 28 and 29 are the three working days after the head was told
        ("signed", {"2026-09-23": ["overdue-head"], "2026-09-30": ["overdue-lead"]}),
        # due on October 15 (20–24, 28–30, October 8–10, 12–15); then 19, 20, 21
        ("checking", {"2026-10-16": ["overdue-head"], "2026-10-22": ["overdue-lead"]}),
        # due on September 24; without a reply the head alone decides
        ("breach_proposed", {"2026-09-23": ["remind-1"], "2026-09-25": ["overdue-head"]}),
        # due on September 24; told in the holiday, three working days are 28, 29, 30
        ("breach_replied", {"2026-09-25": ["overdue-head"], "2026-10-01": ["overdue-lead"]}),
    ],
)
def test_an_overdue_case_is_told_to_the_head_then_to_the_lead_and_stays_where_it_is(
    state, written, database, house
):
    with database.writing() as session:
        address = case_in(session, state, database.world, house).address
    assert day_by_day(database, house, "2026-09-18", "2026-11-05") == written
    with database.reading() as session:
        assert stored(session, address).state == state


def test_over_the_national_holiday_the_lead_waits_for_the_working_days(sqlite, house):
    """Signed on Monday September 28: 29, 30, October 8. Saturday October 10 is worked: 10, 12, 13."""
    with sqlite.writing() as session:
        case = draft(session, sqlite.world, house)
        take(session, case, "sign", sqlite.world.actors["owner"], house, now=legal("2026-09-28"))
        assert case.due_on == date(2026, 10, 8)
    written = {"2026-10-09": ["overdue-head"], "2026-10-14": ["overdue-lead"]}
    assert day_by_day(sqlite, house, "2026-09-28", "2026-10-30") == written


def test_the_lead_is_not_told_of_a_case_that_moved_on(sqlite, house):
    with sqlite.writing() as session:
        address = case_in(session, "signed", sqlite.world, house).address
    assert day_by_day(sqlite, house, "2026-09-22", "2026-09-29") == {"2026-09-23": ["overdue-head"]}
    with sqlite.writing() as session:
        take(
            session, stored(session, address), "accept", sqlite.world.actors["handler"], house,
            now=legal("2026-09-29"),
        )  # fmt: skip
    assert day_by_day(sqlite, house, "2026-09-30", "2026-10-20") == {}


def test_overdue_is_a_question_about_today_and_stored_nowhere(sqlite, house):
    with sqlite.writing() as session:
        case = case_in(session, "signed", sqlite.world, house)
        address, version = case.address, case.version
    swept(sqlite, house, legal("2026-10-20"))
    with sqlite.reading() as session:
        case = stored(session, address)
        assert (case.version, case.state, case.due_on) == (version, "signed", date(2026, 9, 22))


def test_after_a_week_without_a_worker_everything_is_made_up_for_in_order(sqlite, house):
    """Drafts of three days, made in another order than they end in; nothing ran from before the first to after the last."""
    with sqlite.writing() as session:
        for day in ("2026-09-17", "2026-09-14", "2026-09-16"):
            draft(session, sqlite.world, house, now=legal(day))
    swept(sqlite, house, legal("2026-10-25"))
    with sqlite.reading() as session:
        discarded = session.scalars(
            select(Event.case_id).where(Event.step == "discard").order_by(Event.id)
        ).all()
        assert discarded == [2, 3, 1]
        assert session.scalars(select(Deadline).where(Deadline.closed_seq.is_(None))).all() == []


def reminders(database):
    """The reminders written so far, in order, by how many days before."""
    return [int(each.removeprefix("remind-")) for each in announced(database) if each.startswith("remind-")]


def test_the_firm_is_reminded_thirty_seven_and_one_days_before_each_once(database, house):
    """The term ends on Friday 2026-12-18."""
    with database.writing() as session:
        case_in(session, "active", database.world, house)
    assert day_by_day(database, house, "2026-11-10", "2026-12-18") == {
        "2026-11-18": ["remind-30"],
        "2026-12-11": ["remind-7"],
        "2026-12-17": ["remind-1"],
    }


@pytest.mark.parametrize(
    ("first_day_after", "expected"),
    [("2026-11-25", [30]), ("2026-12-12", [7]), ("2026-12-18", [1]), ("2026-12-19", [])],
)
def test_of_the_reminders_an_outage_held_up_the_last_is_made_up_for(first_day_after, expected, sqlite, house):
    with sqlite.writing() as session:
        case_in(session, "active", sqlite.world, house)
    swept(sqlite, house, legal(first_day_after))
    assert reminders(sqlite) == expected


def test_a_term_shorter_than_the_reminder_is_not_reminded_on_its_first_day(sqlite, house):
    with sqlite.writing() as session:
        case = draft(session, sqlite.world, house, valid_until=date(2026, 9, 25))
        take(session, case, "sign", sqlite.world.actors["owner"], house)
        take(session, case, "accept", sqlite.world.actors["handler"], house)
        assert case.due_on == date(2026, 9, 28)  # the 25th is Mid-Autumn
    swept(sqlite, house, legal("2026-09-18", "23:00"))
    assert reminders(sqlite) == []
    swept(sqlite, house, legal("2026-09-21"))
    assert reminders(sqlite) == [7]


def test_a_draft_edited_after_its_reminder_is_reminded_again(sqlite, house):
    """Its clock starts anew, so the reminder of the new day is another one, also under an id that was used before."""
    with sqlite.writing() as session:
        address = draft(session, sqlite.world, house).address
    swept(sqlite, house, legal("2026-10-12"))
    with sqlite.writing() as session:
        case, owner = stored(session, address), sqlite.world.actors["owner"]
        cases.save(
            session, address, {"statement": "另加一条"}, version=case.version, actor=owner, now=legal("2026-10-12"),
            house=house,
        )  # fmt: skip
    swept(sqlite, house, legal("2026-11-05"))
    assert reminders(sqlite) == [7, 7]


def test_after_an_outage_everything_is_made_up_for_in_the_order_of_its_days(database, house):
    """Nothing ran from September 18 to Sunday October 11, in the middle of four cases."""
    with database.writing() as session:
        for state in ("returned", "breach_proposed", "checking", "signed"):
            case_in(session, state, database.world, house)
    swept(database, house, legal("2026-10-11"))
    # breach_proposed had waited since its reminder on September 23, the signed one since its end on the same day, the
    # returned one since its reminder on October 6 and has ended meanwhile; the reminders of days gone by are not written.
    assert announced(database) == ["overdue-head", "overdue-head"]
    with database.reading() as session:
        told = session.scalars(
            select(Message.key).where(Message.kind == "notice", Message.created_at == legal("2026-10-11"))
            .order_by(Message.id)
        ).all()  # fmt: skip
    cases_told = [int(key.partition("/")[0]) for key in told]
    assert cases_told == [2, 4, 1]
    # The head had been told late, so the lead is told late too: the 12th, 13th and 14th are the head's.
    assert day_by_day(database, house, "2026-10-12", "2026-10-15") == {"2026-10-15": ["overdue-lead"]}
    assert day_by_day(database, house, "2026-10-16", "2026-10-16") == {
        "2026-10-16": ["overdue-head"]
    }  # checking


def test_a_clock_that_stands_is_not_acted_on_and_goes_on_where_it_stood(sqlite, house):
    """Checked since September 18, paused from the 28th to Monday October 12: five days used, ten are left (to the 23rd)."""
    with sqlite.writing() as session:
        address = case_in(session, "checking", sqlite.world, house).address
        own = session.scalars(select(Deadline).where(Deadline.closed_seq.is_(None))).one()
        act_on_the_clock(session, own, "pause", date(2026, 9, 28), house)
        assert own.act_on is None
    assert day_by_day(sqlite, house, "2026-09-28", "2026-10-31") == {}
    with sqlite.writing() as session:
        own = session.scalars(select(Deadline).where(Deadline.closed_seq.is_(None))).one()
        act_on_the_clock(session, own, "resume", date(2026, 10, 12), house)
        assert (own.due_on, own.act_on) == (date(2026, 10, 23), date(2026, 10, 24))
    assert day_by_day(sqlite, house, "2026-10-12", "2026-10-30") == {
        "2026-10-24": ["overdue-head"],
        "2026-10-29": ["overdue-lead"],  # 26, 27, 28
    }
    with sqlite.reading() as session:
        assert stored(session, address).state == "checking"


def act_on_the_clock(session, deadline, kind, on, house):
    """Write an entry into the ledger, as a step does."""
    case = session.get_one(Case, deadline.case_id)
    book = rulebooks.current(session, house)
    entry = Entry(EntryKind(kind), on, "委托检测")
    ledger.enter(session, deadline, entry, case=case, seq=case.version, rulebook=book)
    session.flush()


def count_again(database, house, *days, now):
    """An extra day off is announced, and the open clocks are counted again."""
    for day in days:
        with database.writing() as session:
            notice = with_extra_day_off(session, date.fromisoformat(day))
            run_id = recount.plan(session, "calendar", notice.id, now=now).id
        run_to_the_end(database, house, run_id, now=now)


def test_a_day_that_moves_after_its_reminder_is_reminded_of_anew(database, house):
    """The term ends on Friday December 18; on November 20 that day becomes a day off, so it ends on Monday the 21st."""
    with database.writing() as session:
        case_in(session, "active", database.world, house)
    assert day_by_day(database, house, "2026-11-17", "2026-11-19") == {"2026-11-18": ["remind-30"]}
    count_again(database, house, "2026-12-18", now=legal("2026-11-20"))
    assert day_by_day(database, house, "2026-11-20", "2026-12-21") == {
        "2026-11-21": ["remind-30"],
        "2026-12-14": ["remind-7"],
        "2026-12-20": ["remind-1"],
    }


def test_a_day_that_moves_after_its_end_was_told_ends_anew(sqlite, house):
    """Due on September 22; on the 23rd that day and the day before become days off: 20, 23, 24."""
    with sqlite.writing() as session:
        case_in(session, "signed", sqlite.world, house)
    assert day_by_day(sqlite, house, "2026-09-22", "2026-09-23") == {"2026-09-23": ["overdue-head"]}
    count_again(sqlite, house, "2026-09-21", "2026-09-22", now=legal("2026-09-23", "13:00"))
    assert day_by_day(sqlite, house, "2026-09-23", "2026-10-20") == {
        "2026-09-25": ["overdue-head"],
        "2026-10-01": ["overdue-lead"],  # 28, 29, 30
    }


def test_a_recount_passes_over_nothing_that_still_waits(sqlite, house):
    """The worker comes back on November 18 and counts again before it sweeps; the reminder of that day is not lost."""
    with sqlite.writing() as session:
        case_in(session, "active", sqlite.world, house)
        session.execute(update(Deadline).values(provisional=True))
    count_again(sqlite, house, "2026-11-30", now=legal("2026-11-18", "00:01"))
    assert day_by_day(sqlite, house, "2026-11-18", "2026-11-18") == {"2026-11-18": ["remind-30"]}


def test_what_was_told_before_the_clocks_were_looked_at_by_their_day_is_not_told_again(sqlite, house):
    """The migration lets the sweep look at every open clock once; the keys of what was told are the same as ever."""
    with sqlite.writing() as session:
        case_in(session, "active", sqlite.world, house)
    assert day_by_day(sqlite, house, "2026-11-18", "2026-11-18") == {"2026-11-18": ["remind-30"]}
    with sqlite.writing() as session:
        session.execute(
            update(Deadline).where(Deadline.closed_seq.is_(None)).values(act_on=Deadline.starts_on)
        )
    written = day_by_day(sqlite, house, "2026-11-19", "2026-12-11")
    assert written == {"2026-12-11": ["remind-7"]}
    with sqlite.reading() as session:
        keys = session.scalars(select(Message.key).where(Message.key.like("%/remind-%"))).all()
        assert keys == ["1/deadline-2-2026-12-18/remind-30", "1/deadline-2-2026-12-18/remind-7"]


def test_one_case_that_cannot_move_holds_up_no_other_and_is_tried_again(sqlite, environment, house):
    with sqlite.writing() as session:
        addresses = [case_in(session, "returned", sqlite.world, house).address for _ in range(3)]
        session.execute(update(Deadline).where(Deadline.case_id == 2).values(state="no_such_state"))
    with running_here(environment) as ours, clock.fixed(legal("2026-10-10")):
        assert worker.sweep_all(ours) == (2, 1)
        assert worker.sweep_all(ours) == (0, 1)
        with sqlite.writing() as session:
            session.execute(update(Deadline).where(Deadline.case_id == 2).values(state="returned"))
        assert worker.sweep_all(ours) == (1, 0)
        assert worker.sweep_all(ours) == (0, 0)
    with sqlite.reading() as session:
        assert {stored(session, address).state for address in addresses} == {"withdrawn"}


def test_of_two_clocks_of_one_case_each_is_told_with_its_own_day(sqlite, house):
    """Both were opened by the same event: one ends on September 22, and two others, of longer periods, on the 24th."""
    with sqlite.writing() as session:
        case_in(session, "signed", sqlite.world, house)
        own = session.scalars(select(Deadline).where(Deadline.closed_seq.is_(None))).one()
        columns = {
            each.key: getattr(own, each.key) for each in Deadline.__table__.columns if each.key != "id"
        }
        longer = {"due_on": date(2026, 9, 24), "act_on": date(2026, 9, 25)}
        for name in ("checking", "breach_replied"):
            session.add(Deadline(**{**columns, **longer, "state": name}))
    written = day_by_day(sqlite, house, "2026-09-22", "2026-09-25")
    assert written == {"2026-09-23": ["overdue-head"], "2026-09-25": ["overdue-head", "overdue-head"]}
    with sqlite.reading() as session:
        told = session.scalars(select(Message).where(Message.key.like("%overdue-head")).order_by(Message.id))
        said = [str(Sentence.from_json(message.payload["sentence"])) for message in told]
    assert [("9 月 22 日" in each, "9 月 24 日" in each) for each in said] == [
        (True, False),
        (False, True),
        (False, True),
    ]


def test_the_command_says_how_many_and_ends_badly_when_one_failed(sqlite, environment, house):
    with sqlite.writing() as session:
        for _ in range(2):
            case_in(session, "returned", sqlite.world, house)
        session.execute(update(Deadline).where(Deadline.case_id == 2).values(state="no_such_state"))
    run = create_app(config.read(environment)).test_cli_runner().invoke
    with clock.fixed(legal("2026-10-10")):
        said = run(args=["sweep", "--json"])
        assert (said.exit_code, json.loads(said.stdout)) == (1, {"handled": 1, "failed": 1})
        with sqlite.writing() as session:
            session.execute(update(Deadline).where(Deadline.case_id == 2).values(state="returned"))
        said = run(args=["sweep"])
        assert (said.exit_code, said.stdout) == (0, "1 handled, 0 failed\n")
