"""What time brings about happens once: with two workers, after a crash in between, after a week's outage."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import case_in, draft, legal, stored, take
from tests.services.test_perform import at_once
from workflow_app import database as connections
from workflow_app.domain import clock
from workflow_app.models.deadline import Deadline
from workflow_app.models.event import Event
from workflow_app.models.outbox import Message
from workflow_app.services import cases, history, sweep


def swept(database, house, now):
    """One whole sweep as a worker does it; the ids of the deadlines it handled, in its order."""
    handled, after, today = [], sweep.BEGINNING, clock.legal_day(now)
    while True:
        with database.writing() as session:
            deadline = sweep.next_expired(session, today=today, after=after)
            if deadline is None:
                sweep.remind(session, today=today, now=now)
                return handled
            after = sweep.place_of(deadline)
            handled.append(deadline.id)
            sweep.expire(session, deadline, now=now, house=house)


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


# Who is told when a deadline ends and nobody acted: head and lead, for a reply that did not come the head alone.
@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("signed", ["head", "lead"]),
        ("checking", ["head", "lead"]),
        ("breach_proposed", ["head"]),
        ("breach_replied", ["head", "lead"]),
    ],
)
def test_an_overdue_case_is_escalated_once_and_stays_where_it_is(state, told, database, house):
    with database.writing() as session:
        address = case_in(session, state, database.world, house).address
    for day in ("2026-10-20", "2026-10-20", "2026-10-21"):
        swept(database, house, legal(day))
    with database.reading() as session:
        case = stored(session, address)
        escalations = session.scalars(
            select(Message).where(Message.key.like("%overdue%")).order_by(Message.id)
        )
        assert [message.payload["to"] for message in escalations] == told
        assert case.state == state
        assert [event.step for event in history.events(session, case.id)].count("lapse") == 0


def test_overdue_is_a_question_about_today_and_stored_nowhere(sqlite, house):
    with sqlite.writing() as session:
        case = case_in(session, "signed", sqlite.world, house)
        address, version = case.address, case.version
    swept(sqlite, house, legal("2026-10-20"))
    with sqlite.reading() as session:
        case = stored(session, address)
        assert (case.version, case.state, case.due_on) == (version, "signed", date(2026, 9, 22))


def test_two_workers_at_once_handle_each_deadline_once(database, house):
    with database.writing() as session:
        made = [case_in(session, state, database.world, house) for state in ("returned", "signed") * 4]
        lapsing = [case.id for case in made if case.state == "returned"]
    handled = []
    raised = at_once(*(lambda: handled.append(swept(database, house, legal("2026-10-20"))) for _ in range(2)))
    assert raised == [None, None]
    swept(database, house, legal("2026-10-20"))  # what both skipped while the other held it
    with database.reading() as session:
        lapses = session.scalars(
            select(Event.case_id).where(Event.step == "lapse").order_by(Event.case_id)
        ).all()
        assert lapses == lapsing
        keys = session.scalars(select(Message.key).where(Message.key.like("%overdue%"))).all()
        assert len(keys) == 8


def test_a_worker_killed_between_two_cases_leaves_the_rest_for_the_next(database, house):
    """The first worker finished one case and dies in the middle of the second."""
    with database.writing() as session:
        first, second = (case_in(session, "returned", database.world, house).address for _ in range(2))
    now, today = legal("2026-10-20"), date(2026, 10, 20)
    with database.writing() as session:
        sweep.expire(session, sweep.next_expired(session, today=today), now=now, house=house)
    with Session(database.engine) as killed:
        connections.begin_writing(killed)
        sweep.expire(killed, sweep.next_expired(killed, today=today), now=now, house=house)
        killed.rollback()
    with database.reading() as session:
        assert [stored(session, address).state for address in (first, second)] == ["withdrawn", "returned"]
    swept(database, house, now)
    with database.reading() as session:
        assert session.scalars(select(Event.step).where(Event.step == "lapse")).all() == ["lapse", "lapse"]


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


def test_a_step_of_a_person_and_the_sweep_never_wait_for_each_other(database, house):
    """Both want the same returned case in the last minute; one gets it, nobody is left in a deadlock."""
    with database.writing() as session:
        returned = [case_in(session, "returned", database.world, house).address for _ in range(6)]

    def withdraw_all():
        for address in returned:
            with database.writing() as session:
                case = stored(session, address)
                if case.state == "returned":
                    take(
                        session,
                        case,
                        "withdraw",
                        database.world.actors["owner"],
                        house,
                        now=legal("2026-10-20"),
                    )

    told = at_once(withdraw_all, lambda: swept(database, house, legal("2026-10-20")))
    assert [type(each).__name__ for each in told if each is not None and type(each).__name__ != "Stale"] in (
        [],
        ["Refused"],
    )
    swept(database, house, legal("2026-10-20"))
    with database.reading() as session:
        assert {stored(session, address).state for address in returned} == {"withdrawn"}
        ends = session.scalars(
            select(Event.case_id).where(Event.target == "withdrawn").order_by(Event.case_id)
        ).all()
        assert ends == [1, 2, 3, 4, 5, 6]


# The term ends on Friday 2026-12-18: 30, 7 and 1 days before are November 18, December 11 and December 17.
REMINDERS = {"2026-11-18": 30, "2026-12-11": 7, "2026-12-17": 1}


def reminders(database):
    """The reminders written so far, in order, by how many days before."""
    with database.reading() as session:
        keys = session.scalars(select(Message.key).where(Message.key.like("%remind%")).order_by(Message.id))
        return [int(key.rpartition("-")[2]) for key in keys]


def test_the_firm_is_reminded_thirty_seven_and_one_days_before_each_once(database, house):
    with database.writing() as session:
        case_in(session, "active", database.world, house)
    day, written = date(2026, 11, 10), {}
    while day <= date(2026, 12, 18):
        before = reminders(database)
        for time in ("00:05", "12:00"):
            swept(database, house, legal(day.isoformat(), time))
        if new := reminders(database)[len(before) :]:
            assert len(new) == 1
            written[day.isoformat()] = new[0]
        day += timedelta(days=1)
    assert written == REMINDERS


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
