"""A training through the real engine: clocks on real days, seats under contention, one certificate whatever happens.

The day of every test is Friday 2026-09-18 unless it says another; see `tests.trainings` for the class and the days off.
"""

import threading
import time
from datetime import date

import pytest
from sqlalchemy import func, select

from tests.factories import NOW, legal
from tests.services.test_perform import at_once
from tests.services.test_repair_course import Course
from tests.services.test_sweep import swept
from tests.trainings import Training, open_class
from workflow_app.domain.refusals import Refused
from workflow_app.models.case import Case
from workflow_app.models.document import Document
from workflow_app.models.outbox import Message
from workflow_app.models.training import Attempt, Enrolment, TrainingClass
from workflow_app.services.engine import clocks, perform
from workflow_app.services.training import exams, training


@pytest.fixture
def course(sqlite, house):
    """A draft for a class with two seats."""
    with sqlite.writing() as session:
        yield Training(session, sqlite.world, house)


def told(session, case_id):
    """What was announced in the case by its steps and clocks, in order: (what, to whom)."""
    wanted = select(Message.key).where(Message.kind == "notice").order_by(Message.id)
    keys = [key.split("/") for key in session.scalars(wanted) if key.startswith(f"{case_id}/")]
    return [key[-1].removeprefix("notice-") for key in keys]


def state_of(database, case_id):
    with database.reading() as session:
        return session.get_one(Case, case_id).state


# The course from the application to the certificate.


def test_a_trainee_who_learns_and_passes_goes_the_whole_way(course):
    course.to("certified")
    assert course.documents() == ["receipt", "training_certificate"]
    assert told(course.session, course.case.id) == [
        "applied-clerk", "received-subject", "approved-subject", "exam_opened-subject", "certified-subject",
    ]  # fmt: skip


def test_the_certificate_comes_in_the_transaction_that_hands_in_the_paper(course):
    course.to("exam_open")
    course.hand_in(score=60)
    assert course.case.state == "certified"
    certificate = course.session.scalars(
        select(Document).where(Document.kind == "training_certificate")
    ).one()
    assert (certificate.issued_at, certificate.status) == (NOW, "valid")


def test_after_the_last_attempt_without_a_pass_the_class_is_over_for_the_trainee(course):
    course.to("failed")
    assert course.documents() == ["receipt"]
    assert told(course.session, course.case.id)[-1] == "failed-subject"
    assert course.seats_left() == 1


def test_the_clocks_of_each_state_end_on_the_days_that_were_promised(course):
    def due():
        return [(c.state, c.due_on) for c in clocks.running(course.session, course.case.id)]

    course.to("draft").take("apply", "owner")
    assert due() == [("applied", date(2026, 9, 22))]
    course.take("approve", "clerk")
    assert due() == [("learning", date(2026, 10, 30))]
    course.study()
    assert due() == [("exam_open", date(2026, 10, 30))]
    course.hand_in(score=100)
    assert due() == []


# Time. An application of Friday September 18 is to be looked at until Tuesday the 22nd, for Sunday the 20th is worked.


@pytest.fixture
def applied(sqlite, house):
    """An application that nobody has looked at: the id of its case."""
    with sqlite.writing() as session:
        return Training(session, sqlite.world, house).to("applied").case.id


def test_an_application_that_nobody_looks_at_is_approved_by_itself(applied, sqlite, house):
    swept(sqlite, house, legal("2026-09-22", "23:59"))
    assert state_of(sqlite, applied) == "applied"
    swept(sqlite, house, legal("2026-09-23", "00:01"))
    assert state_of(sqlite, applied) == "learning"
    with sqlite.reading() as session:
        assert told(session, applied)[-1] == "approved-subject"


@pytest.mark.parametrize("studies", [False, True])
def test_whoever_has_not_passed_on_the_last_day_is_reminded_before_and_through_after_it(
    studies, applied, sqlite, house
):
    with sqlite.writing() as session:
        training = Training(session, sqlite.world, house, case_id=applied).go(("approve", "clerk"))
        if studies:
            training.study()
    before = 4 if studies else 3
    for day in ("2026-10-22", "2026-10-23", "2026-10-24", "2026-10-29", "2026-10-30"):
        swept(sqlite, house, legal(day, "08:00"))
    with sqlite.reading() as session:
        assert told(session, applied)[before:] == ["remind-7", "remind-1"]
    assert state_of(sqlite, applied) == ("exam_open" if studies else "learning")
    swept(sqlite, house, legal("2026-10-31", "00:01"))
    assert state_of(sqlite, applied) == "incomplete"
    with sqlite.reading() as session:
        assert told(session, applied)[-1] == "closed-subject"


def test_a_class_that_ends_on_a_holiday_closes_after_the_next_working_day(sqlite, house):
    with sqlite.writing() as session:
        held = open_class(session, sqlite.world, ends_on=date(2026, 9, 26))
        case_id = Training(session, sqlite.world, house, of=held).to("learning").case.id
        assert [c.due_on for c in clocks.running(session, case_id)] == [date(2026, 9, 28)]
    swept(sqlite, house, legal("2026-09-28", "23:59"))
    assert state_of(sqlite, case_id) == "learning"
    swept(sqlite, house, legal("2026-09-29", "00:01"))
    assert state_of(sqlite, case_id) == "incomplete"


def test_an_application_of_the_last_day_that_nobody_looked_at_ends_with_the_class(sqlite, house):
    with sqlite.writing() as session:
        held = open_class(session, sqlite.world, opens_on=date(2026, 9, 18), ends_on=date(2026, 9, 18))
        case_id = Training(session, sqlite.world, house, of=held).to("applied").case.id
    for day in ("2026-09-23", "2026-09-24"):
        swept(sqlite, house, legal(day, "00:01"))
    assert state_of(sqlite, case_id) == "incomplete"


def test_a_draft_that_nobody_goes_on_with_takes_no_seat(course):
    assert (course.seat(), course.seats_left()) == (None, 2)


# Seats.


def test_a_seat_is_held_from_the_application_on(course):
    course.take("apply", "owner")
    assert (course.seat().left_at, course.seats_left()) == (None, 1)
    course.take("approve", "clerk")
    assert course.seats_left() == 1


@pytest.mark.parametrize(("state", "left_at"), [("declined", NOW), ("cancelled", NOW), ("incomplete", None)])
def test_a_seat_is_free_again_when_it_is_declined_or_given_back(state, left_at, course):
    course.to(state)
    assert course.seat().left_at == left_at
    assert course.seats_left() == (2 if left_at else 1)


def test_a_seat_that_is_given_back_goes_to_whoever_comes_next(sqlite, house):
    with sqlite.writing() as session:
        held = open_class(session, sqlite.world, seats=1)
        first = Training(session, sqlite.world, house, of=held).to("learning")
        late = Training(session, sqlite.world, house, by="other_owner", of=held)
        with pytest.raises(Refused, match="已经报满"):
            late.take("apply", "other_owner")
        first.take("cancel", "owner")
        assert late.take("apply", "other_owner").state == "applied"
        assert held.seats - training.seats_left(session, held) == 1


def hand_in_application(database, house, address, who, *, now=NOW, meanwhile=lambda: None):
    """Apply in a transaction of its own; `meanwhile` is what happens before it is committed."""
    with database.writing() as session:
        order = perform.Order("apply", {}, None)
        perform.perform(session, address, order, actor=database.world.actors[who], now=now, house=house)
        meanwhile()


def apply_at_once(database, house, *drafts):
    """Each hands in a draft, all at the same time; what each raised, or None."""
    return at_once(*(lambda draft=draft: hand_in_application(database, house, *draft) for draft in drafts))


def drafts_for(database, house, *people, seats):
    """A draft of each of these people for one class: (address, who)."""
    with database.writing() as session:
        held = open_class(session, database.world, seats=seats)
        return [
            (Training(session, database.world, house, by=who, of=held).case.address, who) for who in people
        ]


def places(database):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Enrolment).where(Enrolment.left_at.is_(None)))


def test_the_last_seat_is_taken_once_by_two_at_the_same_time(database, house):
    drafts = drafts_for(database, house, "owner", "other_owner", seats=1)
    raised = apply_at_once(database, house, *drafts)
    assert sorted(str(error) for error in raised) == [
        "None", "这个培训班已经报满。有人取消时会空出名额，也可以报名下一期。",
    ]  # fmt: skip
    assert places(database) == 1


def test_the_last_seat_is_taken_once_also_around_midnight(database, house):
    """The numbers of two days are counted apart, so nothing but the class makes one wait for the other."""
    first, second = drafts_for(database, house, "owner", "other_owner", seats=1)
    is_taken = threading.Event()

    def before_midnight():
        def hold():
            is_taken.set()
            time.sleep(0.5)  # long enough for the second to go past, if nothing held it

        hand_in_application(database, house, *first, now=legal("2026-09-18", "23:59"), meanwhile=hold)

    def after_midnight():
        is_taken.wait(5)
        hand_in_application(database, house, *second, now=legal("2026-09-19", "00:00"))

    raised = at_once(before_midnight, after_midnight)
    assert [type(error).__name__ for error in raised] == ["NoneType", "Refused"]
    assert places(database) == 1


def test_two_of_three_at_once_get_the_last_two_seats(database, house):
    drafts = drafts_for(database, house, "owner", "other_owner", "citizen", seats=2)
    raised = apply_at_once(database, house, *drafts)
    assert sorted(type(error).__name__ for error in raised) == ["NoneType", "NoneType", "Refused"]
    assert places(database) == 2


def test_one_person_with_two_drafts_at_once_gets_one_place(database, house):
    drafts = drafts_for(database, house, "owner", "owner", seats=5)
    raised = apply_at_once(database, house, *drafts)
    assert sorted(str(error) for error in raised) == ["None", "您已经报名了这个培训班，不需要重复报名。"]
    assert places(database) == 1


def test_a_number_that_was_not_given_in_the_rush_is_given_to_the_next(database, house):
    drafts = drafts_for(database, house, "owner", "other_owner", seats=1)
    apply_at_once(database, house, *drafts)
    with database.writing() as session:
        session.scalars(select(TrainingClass)).one().seats = 2
    loser = next(draft for draft in drafts if not is_applied(database, draft[0]))
    assert apply_at_once(database, house, loser) == [None]
    with database.reading() as session:
        numbers = session.scalars(
            select(Case.number).where(Case.number.is_not(None)).order_by(Case.number)
        ).all()
        assert numbers == ["TR-120102-20260918-000001", "TR-120102-20260918-000002"]


def is_applied(database, address):
    with database.reading() as session:
        return session.scalar(select(Case.state).where(Case.ref == address)) == "applied"


# The certificate.


def certificates(database):
    with database.reading() as session:
        wanted = select(func.count()).select_from(Document).where(Document.kind == "training_certificate")
        return session.scalar(wanted)


@pytest.fixture
def sitting(database, house):
    """Somebody who sits the exam with every question answered right: (case, attempt)."""
    with database.writing() as session:
        training = Training(session, database.world, house).to("exam_open")
        sat = training.sit()
        sat.answers = {str(at): one.right for at, one in enumerate(exams.paper(sat), start=1)}
        return training.case.id, sat.id


def hand_in(database, house, sat_id, *, breaks=False):
    with database.writing() as session:
        sat = session.get_one(Attempt, sat_id)
        exams.hand_in(session, sat, None, actor=database.world.actors["owner"], now=NOW, house=house)
        if breaks:
            raise RuntimeError("the machine stops before the commit")


def test_a_paper_handed_in_twice_at_once_gives_one_certificate(sitting, database, house):
    case_id, sat_id = sitting
    twice = [lambda: hand_in(database, house, sat_id)] * 2
    assert at_once(*twice) == [None, None]
    assert (state_of(database, case_id), certificates(database)) == ("certified", 1)


def test_the_step_taken_twice_at_once_gives_one_certificate(database, house):
    with database.writing() as session:
        training = Training(session, database.world, house).to("exam_open")
        training.mark(score=100)
        address = training.case.address

    def attempt():
        with database.writing() as session:
            order, actor = perform.Order("attempt", {}, None), database.world.actors["owner"]
            perform.perform(session, address, order, actor=actor, now=NOW, house=house)

    raised = at_once(attempt, attempt)
    assert sorted(str(error) for error in raised) == [
        "None", "这件办件现在的状态是“已结业”，不能办理这一步。",
    ]  # fmt: skip
    assert certificates(database) == 1


def test_the_clock_that_looks_again_after_a_restart_finds_nothing_to_do(sitting, database, house):
    case_id, sat_id = sitting
    hand_in(database, house, sat_id)
    for _ in range(2):
        with database.writing() as session:
            perform.follow(session, case_id, now=NOW, house=house)
    assert certificates(database) == 1
    with database.reading() as session:
        keys = session.scalars(select(Message.key).where(Message.kind == "document")).all()
        assert len([key for key in keys if key.endswith("document-training_certificate")]) == 1


def test_a_transaction_that_breaks_before_its_end_leaves_neither_score_nor_certificate(
    sitting, database, house
):
    case_id, sat_id = sitting
    with pytest.raises(RuntimeError):
        hand_in(database, house, sat_id, breaks=True)
    assert (state_of(database, case_id), certificates(database)) == ("exam_open", 0)
    hand_in(database, house, sat_id)
    assert (state_of(database, case_id), certificates(database)) == ("certified", 1)


def test_a_certificate_stands_with_the_open_repairs_of_the_subject_and_nobody_elses(sqlite, house):
    with sqlite.writing() as session:
        repair, ended, draft = (Course(session, sqlite.world, house) for _ in range(3))
        repair.go(("submit", "owner"))
        ended.go(("submit", "owner"), ("withdraw", "owner"))
        training = Training(session, sqlite.world, house).to("certified")
        other = Training(session, sqlite.world, house, by="other_owner", of=training.held)
        other.go(("apply", "other_owner"), ("approve", "clerk"), ("study", "other_owner"))
        other.hand_in(score=100, by="other_owner")
        assert (ended.case.state, draft.case.number) == ("withdrawn", None)
        assert training.stands_with() == [repair.case.id]
        assert other.stands_with() == []


def test_a_repair_goes_the_same_way_without_any_training(sqlite, house):
    with sqlite.writing() as session:
        repair = Course(session, sqlite.world, house)
        repair.go(("submit", "owner"), ("forward", "clerk"), ("accept", "handler"))
        assert repair.case.state == "reviewing"
        assert session.scalars(select(Case).where(Case.workflow == "training")).all() == []
