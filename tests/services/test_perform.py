"""The transaction of a step, on both databases: all or nothing, once, in a chain nobody can change, also in a race."""

import threading
from dataclasses import replace

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.factories import GIVEN, NOW, TODAY, case_in, draft, paper, stored, take
from workflow_app import database as connections
from workflow_app.domain.refusals import NotYours, Refused, Stale
from workflow_app.models.attachment import Attachment
from workflow_app.models.case import Case, Serial
from workflow_app.models.catalogue import CommitmentItem
from workflow_app.models.commitment import CommitmentPublicity
from workflow_app.models.deadline import Deadline
from workflow_app.models.document import Document
from workflow_app.models.event import Event
from workflow_app.models.outbox import Message
from workflow_app.services.cases import case_file
from workflow_app.services.engine import history, perform

TABLES = (Case, Event, Deadline, Document, Message, CommitmentPublicity, Serial, Attachment)


def rows(session):
    """Everything that a step may write, row by row."""
    return {
        table.__tablename__: session.execute(
            select(*(column for column in table.__table__.columns if column.key not in ("given", "payload")))
        ).all()
        for table in TABLES
    }


def open_case(database, house, state="signed", **more):
    """The address of a committed case in this state."""
    with database.writing() as session:
        return case_in(session, state, database.world, house, **more).address


def attempt(database, house, address, step, who, *, version=None, **given):
    """One request: a session of its own, a writing transaction, commit or rollback."""
    with database.writing() as session:
        seen = stored(session, address).version if version is None else version
        order = perform.Order(step, {**GIVEN.get(step, {}), **given}, seen)
        perform.perform(session, address, order, actor=database.world.actors[who], now=NOW, house=house)


def test_a_step_on_an_older_version_is_stale_and_writes_nothing(database, house):
    address = open_case(database, house)
    with database.reading() as session:
        before, version = rows(session), stored(session, address).version
    with pytest.raises(Stale) as stale:
        attempt(database, house, address, "accept", "handler", version=version - 1)
    assert stale.value.version == version
    with database.reading() as session:
        assert rows(session) == before


@pytest.mark.parametrize(
    ("step", "who", "error"),
    [
        ("accept", "head", Refused),
        ("accept", "other_handler", NotYours),
        ("confirm_fulfilled", "handler", Refused),
        ("no_such_step", "handler", Refused),
    ],
)
def test_a_refused_step_writes_nothing(step, who, error, database, house):
    address = open_case(database, house)
    with database.reading() as session:
        before = rows(session)
    with pytest.raises(error):
        attempt(database, house, address, step, who)
    with database.reading() as session:
        assert rows(session) == before


def test_an_unknown_case_and_a_foreign_one_get_the_same_answer(database, house):
    address = open_case(database, house)
    answers = []
    for wanted in (address, "CM-120102-20260918-999999"):
        order, actor = perform.Order("accept", {}, 1), database.world.actors["other_owner"]
        with database.writing() as session, pytest.raises(NotYours) as no:
            perform.perform(session, wanted, order, actor=actor, now=NOW, house=house)
        answers.append(no.value.sentence)
    assert answers[0] == answers[1]


def test_a_form_sent_twice_takes_the_step_once(database, house):
    address = open_case(database, house)
    with database.reading() as session:
        version = stored(session, address).version
    attempt(database, house, address, "accept", "handler", version=version)
    with pytest.raises(Stale):
        attempt(database, house, address, "accept", "handler", version=version)
    with database.reading() as session:
        steps = session.scalars(select(Event.step).order_by(Event.seq)).all()
        assert steps == ["sign", "accept"]


def test_a_coded_step_that_names_no_reason_is_refused_with_a_sentence(database, house):
    address = open_case(database, house)
    for reasons in ([], None):
        with pytest.raises(Refused, match="请至少选择一条原因"):
            attempt(database, house, address, "return_for_correction", "handler", reasons=reasons)


def test_of_two_people_at_once_one_wins_and_the_other_is_told(database, house):
    """The handler accepts while the firm withdraws, both having seen the same page."""
    address = open_case(database, house)
    with database.reading() as session:
        version = stored(session, address).version
    told = at_once(
        lambda: attempt(database, house, address, "accept", "handler", version=version),
        lambda: attempt(database, house, address, "withdraw", "owner", version=version),
    )
    assert sorted(type(each).__name__ for each in told) == ["NoneType", "Stale"]
    with database.reading() as session:
        case = stored(session, address)
        assert (case.version, case.state) == (version + 1, "active" if told[0] is None else "withdrawn")
        assert history.faults(session, case.id) == []
        open_deadlines = select(func.count()).select_from(Deadline).where(Deadline.closed_seq.is_(None))
        assert session.scalar(open_deadlines) == (1 if case.state == "active" else 0)


def test_of_two_who_send_a_step_at_once_the_second_reads_all_that_the_first_did(database, house):
    """The page opens the case with its lock, so nobody is judged by what somebody else is just changing."""
    address = open_case(database, house)
    with database.reading() as session:
        version = stored(session, address).version
    seen = []

    def accept():
        actor = database.world.actors["handler"]
        with database.writing() as session:
            file = case_file.opened(session, address, actor, day=TODAY, is_locked=True)
            seen.append((file.case.state, file.case.version, *(event.step for event in file.told)))
            perform.perform_on(file, perform.Order("accept", {}, None), actor=actor, now=NOW, house=house)

    told = at_once(accept, accept)
    assert sorted(type(each).__name__ for each in told) == ["NoneType", "Refused"]
    assert seen == [("signed", version, "sign"), ("active", version + 1, "sign", "accept")]


@pytest.mark.parametrize("end", ["commit", "rollback"])
def test_a_step_is_taken_of_no_case_that_is_not_locked_any_more(end, database, house):
    address = open_case(database, house)
    actor, order = database.world.actors["handler"], perform.Order("accept", {}, None)
    with database.writing() as session:
        looked_at = case_file.opened(session, address, actor, day=TODAY)
        held = case_file.opened(session, address, actor, day=TODAY, is_locked=True)
        assert (looked_at.is_locked, held.is_locked) == (False, True)
        getattr(session, end)()
        connections.begin_writing(session)
        assert not held.is_locked
        for file in (looked_at, held):
            with pytest.raises(RuntimeError):
                perform.perform_on(file, order, actor=actor, now=NOW, house=house)


def test_two_who_did_not_say_what_they_saw_still_take_the_step_once(database, house):
    address = open_case(database, house)

    def accept():
        with database.writing() as session:
            order = perform.Order("accept", {}, None)
            actor = database.world.actors["handler"]
            perform.perform(session, address, order, actor=actor, now=NOW, house=house)

    told = at_once(accept, accept, accept)
    assert sorted(type(each).__name__ for each in told) == ["NoneType", "Refused", "Refused"]


def test_eight_who_sign_at_once_get_eight_numbers_without_a_gap(database, house):
    with database.writing() as session:
        drafts = [draft(session, database.world, house).address for _ in range(8)]
    told = at_once(*(lambda a=address: attempt(database, house, a, "sign", "owner") for address in drafts))
    assert told == [None] * 8
    with database.reading() as session:
        numbers = session.scalars(select(Case.number).order_by(Case.number)).all()
    assert numbers == [
        "CM-120102-20260918-000001",
        "CM-120102-20260918-000002",
        "CM-120102-20260918-000003",
        "CM-120102-20260918-000004",
        "CM-120102-20260918-000005",
        "CM-120102-20260918-000006",
        "CM-120102-20260918-000007",
        "CM-120102-20260918-000008",
    ]


def test_a_step_that_fails_in_the_middle_writes_nothing_and_gives_its_number_back(database, house):
    """The name of the item holds a control character, which the signed letter can't print."""
    with database.writing() as session:
        first, second = (draft(session, database.world, house).address for _ in range(2))
    with database.writing() as session:
        session.execute(update(CommitmentItem).values(title="示范\x0b事项"))
    with database.reading() as session:
        before = rows(session)
    with pytest.raises(Refused, match=r"U\+000B"):
        attempt(database, house, first, "sign", "owner")
    with database.reading() as session:
        assert rows(session) == before
    with database.writing() as session:
        session.execute(update(CommitmentItem).values(title="示范事项"))
    attempt(database, house, second, "sign", "owner")
    with database.reading() as session:
        numbers = session.scalars(select(Case.number).where(Case.number.is_not(None))).all()
        assert numbers == ["CM-120102-20260918-000001"]


def test_a_step_whose_text_does_not_exist_writes_nothing(database, house):
    address = open_case(database, house, "draft")
    with database.writing() as session:
        session.execute(update(CommitmentItem).values(letter="letter_that_is_missing"))
    with database.reading() as session:
        before = rows(session)
    with pytest.raises(Refused, match="没有生效的文本"):
        attempt(database, house, address, "sign", "owner")
    with database.reading() as session:
        assert rows(session) == before


def test_each_message_of_a_step_lies_in_the_outbox_once(database, house):
    address = open_case(database, house)
    attempt(database, house, address, "accept", "handler")
    with database.reading() as session:
        case_id = stored(session, address).id
        keys = session.scalars(select(Message.key).order_by(Message.id)).all()
    assert keys == [
        f"{case_id}/1/document-commitment_letter",
        f"{case_id}/1/document-receipt",
        f"{case_id}/1/notice-signed-handler",
        f"{case_id}/2/notice-accepted-subject",
    ]


def test_nobody_asks_for_acceptance_of_what_needs_none(database, house):
    with database.writing() as session:
        case = draft(session, database.world, house, item="repair")
        take(session, case, "sign", database.world.actors["owner"], house)
        keys = session.scalars(select(Message.key).where(Message.kind == "notice")).all()
        assert keys == [f"{case.id}/2/notice-took_effect-subject"]


@pytest.mark.parametrize("statement", ["UPDATE event SET step = 'other'", "DELETE FROM event"])
def test_the_database_itself_refuses_to_change_the_history(statement, database, house):
    open_case(database, house)
    with pytest.raises(DBAPIError, match="append-only"), database.writing() as session:
        session.execute(text(statement))
    with database.reading() as session:
        assert session.scalars(select(Event.step)).all() == ["sign"]


def test_the_database_itself_refuses_to_change_what_happened_to_accounts(database):
    with database.writing() as session:
        session.execute(
            text(
                "INSERT INTO account_event (at, what, ip, note) VALUES ('2026-09-18 02:00:00', 'signed_in', '', '')"
            )
        )
    for statement in ("UPDATE account_event SET what = 'other'", "DELETE FROM account_event"):
        with pytest.raises(DBAPIError, match="append-only"), database.writing() as session:
            session.execute(text(statement))


def test_papers_that_wait_for_another_step_are_not_handed_in_by_this_one(sqlite, house):
    with sqlite.writing() as session:
        case = case_in(session, "active", sqlite.world, house)
        waiting = paper(session, case, "performance_evidence", sqlite.world.actors["agent"])
        take(session, case, "start_check", sqlite.world.actors["handler"], house)
        session.refresh(waiting)
        assert waiting.submitted_seq is None


def test_papers_of_a_draft_are_handed_in_by_whoever_signs(sqlite, house):
    with sqlite.writing() as session:
        case = draft(session, sqlite.world, house, item="venue", by="agent")
        waiting = paper(session, case, "site_plan", sqlite.world.actors["agent"])
        take(session, case, "sign", sqlite.world.actors["owner"], house)
        session.refresh(waiting)
        assert waiting.submitted_seq == 1


def test_one_person_with_two_grants_acts_in_the_role_of_the_step(sqlite, house):
    with sqlite.writing() as session:
        both = sqlite.world.actors["handler_and_head"]
        case = case_in(session, "signed", sqlite.world, house)
        take(session, case, "accept", both, house)
        take(session, case, "start_check", both, house)
        take(session, case, "propose_breach", both, house)
        take(session, case, "drop_breach", both, house)
        assert [event.acting_as for event in history.events(session, case.id)] == [
            "owner", "handler", "handler", "handler", "head",
        ]  # fmt: skip


def test_four_eyes_look_at_the_person_also_when_the_grants_changed_in_between(sqlite, house):
    """Who proposed as handler and is head today, and no handler any more, still does not decide."""
    with sqlite.writing() as session:
        case = case_in(session, "breach_replied", sqlite.world, house)
        promoted = replace(sqlite.world.actors["handler"], grants=sqlite.world.actors["head"].grants)
        with pytest.raises(Refused, match="两人原则"):
            take(session, case, "decide_breach", promoted, house)


def at_once(*attempts):
    """Run each in a thread of its own, all started together; what each raised, or None, in order."""
    together, raised = threading.Barrier(len(attempts)), [None] * len(attempts)

    def run(place, work):
        together.wait()
        try:
            work()
        except Exception as error:
            raised[place] = error

    threads = [threading.Thread(target=run, args=entry) for entry in enumerate(attempts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return raised


def test_a_reader_is_not_held_up_by_a_step_that_is_not_finished(database, house):
    address = open_case(database, house)
    with Session(database.engine) as writing:
        connections.begin_writing(writing)
        perform.perform(
            writing, address, perform.Order("accept", {}, None),
            actor=database.world.actors["handler"], now=NOW, house=house,
        )  # fmt: skip
        with database.reading() as session:
            assert stored(session, address).state == "signed"
        writing.rollback()
