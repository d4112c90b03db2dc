"""What the rules of a training case ask for: is the class open, is a seat left, what is learnt, how the attempts went.

Also what its steps write beside the case. Lessons are counted by `study`, attempts drawn and marked by `exams`.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from ...domain.refusals import NotYours, Refused
from ...models.case import Case
from ...models.document import Document
from ...models.training import Attempt, Enrolment, Lesson, Study, TrainingClass
from ...workflows import kit
from ...workflows.training import ONE_PLACE, SEAT_LEFT
from ..engine.moment import Moment

CERTIFICATE = "training_certificate"
APPLICATIONS_END = timedelta(days=7)
"""So long before its end a class takes its last application: it has to be looked at (TR-02), and there is something to learn."""


def class_of(session: Session, case: Case) -> TrainingClass:
    """The class of a training case. Raises NotYours when there is none."""
    found = session.scalar(select(TrainingClass).where(TrainingClass.ref == case.facts.get("class_ref", "")))
    if found is None:
        raise NotYours
    return found


def is_open(found: TrainingClass, *, on: date) -> bool:
    """Whether the class takes applications on a legal day."""
    return found.published_at is not None and found.opens_on <= on <= applications_until(found)


def applications_until(found: TrainingClass) -> date:
    """The last day for applications; a class shorter than that takes them on its first day."""
    return max(found.opens_on, found.ends_on - APPLICATIONS_END)


def around(session: Session, case: Case, day: date) -> Mapping[str, Any]:
    """What the guards of the training workflow ask for."""
    found = class_of(session, case)
    attempts = session.scalars(select(Attempt).where(Attempt.case_id == case.id)).all()
    scores = [attempt.score for attempt in attempts if attempt.is_told and attempt.score is not None]
    return {
        "is_open": is_open(found, on=day),
        "seats_left": seats_left(session, found),
        "has_other_place": _has_other_place(session, case, found),
        "lessons_left": lessons_left(session, case, found),
        "attempts_left": found.attempts - len(attempts),
        "is_sitting": any(attempt.score is None for attempt in attempts),
        "untold_attempts": sum(attempt.score is not None and not attempt.is_told for attempt in attempts),
        "best_score": max(scores, default=None),
        "pass_mark": found.pass_mark,
    }


def seats_left(session: Session, found: TrainingClass) -> int:
    """How many seats nobody has taken. Whoever takes one locks the class first, so that the last is taken once."""
    taken = select(func.count()).select_from(Enrolment)
    return found.seats - (session.scalar(taken.where(Enrolment.class_id == found.id, _STANDS)) or 0)


def lessons_left(session: Session, case: Case, found: TrainingClass) -> int:
    """How many lessons were not studied for their least time yet."""
    done = select(Study.lesson_id).where(Study.case_id == case.id, Study.done_at.is_not(None))
    left = select(func.count()).select_from(Lesson).where(Lesson.class_id == found.id, Lesson.id.not_in(done))
    return session.scalar(left) or 0


def certificates_of(session: Session, person_id: int) -> Sequence[Document]:
    """The certificates that somebody earned, for whichever subject, newest first."""
    wanted = select(Document).join(Case, Case.id == Document.case_id)
    wanted = wanted.where(Document.kind == CERTIFICATE, Case.opened_by_id == person_id)
    return session.scalars(wanted.order_by(Document.id.desc())).all()


def enrol(effect: kit.Effect, moment: Moment) -> None:
    """Take a seat. Raises Refused when the last one was taken in the meantime, or one by the same person."""
    found = class_of(moment.session, moment.case)
    moment.session.refresh(found, with_for_update=True)
    if seats_left(moment.session, found) < 1:
        raise Refused(SEAT_LEFT.sentence, code="seats")
    if _has_other_place(moment.session, moment.case, found):
        raise Refused(ONE_PLACE.sentence, code="place")
    assert moment.case.opened_by_id is not None, "a trainee enrols in person"
    moment.session.add(
        Enrolment(
            case_id=moment.case.id, class_id=found.id, person_id=moment.case.opened_by_id, enrolled_at=moment.now
        )
    )  # fmt: skip


def leave(effect: kit.Effect, moment: Moment) -> None:
    """Give the seat back, or don't get it."""
    own = update(Enrolment).where(Enrolment.case_id == moment.case.id)
    moment.session.execute(own.values(left_at=moment.now))


def take_note(effect: kit.Effect, moment: Moment) -> None:
    """The engine has taken note of what was handed in, so that its score counts."""
    told = update(Attempt).where(Attempt.case_id == moment.case.id, Attempt.score.is_not(None))
    moment.session.execute(told.values(is_told=True))


def _has_other_place(session: Session, case: Case, found: TrainingClass) -> bool:
    other = exists().where(
        Enrolment.class_id == found.id,
        Enrolment.person_id == case.opened_by_id,
        Enrolment.case_id != case.id,
        _STANDS,
    )
    return bool(session.scalar(select(other)))


_STANDS = Enrolment.left_at.is_(None)

EFFECTS: dict[str, Callable[[kit.Effect, Moment], None]] = {
    "enrol": enrol,
    "leave": leave,
    "take_note": take_note,
}
