"""How long a trainee studies, counted by the server alone: what a page says about time is never believed.

A page that is looked at says so every few seconds (a beat); a page without a script says so when its reader presses a
button. What is credited always lies between two instants that the server saw and begins where the last counted beat
ended, in whichever lesson, window or device that was: no second counts twice, and a window that is closed earns nothing.
Reading again, or after the class, is free and counts nothing.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...domain.refusals import Refused
from ...domain.words import N_
from ...models.case import Case
from ...models.party import Person
from ...models.training import Lesson, Study
from ...workflows.training import CERTIFIED, EXAM_OPEN, FAILED, INCOMPLETE, LEARNING, PASSED
from ..engine import perform
from ..house import House
from . import training, training_lessons

EVERY = timedelta(seconds=15)
"""How often a page beats: seldom enough for a weak network, often enough that leaving costs little."""
MOST = 2 * EVERY
"""What one beat credits at most. One beat may get lost on the way; behind a longer gap nobody is known to have been."""
SILENCE = 4 * EVERY
"""After so long without a beat a window has been closed or lost, and another one may count."""
MOST_BY_HAND = timedelta(minutes=10)
"""What one press credits at most. A page of a lesson has up to about 3000 characters, which is ten minutes at an
unhurried 300 a minute; whoever needs longer presses in between, and an hour away counts as ten minutes."""
READABLE = frozenset(state.name for state in (LEARNING, EXAM_OPEN, PASSED, CERTIFIED, FAILED, INCOMPLETE))
NOT_YET = N_("报名通过以后才能学习课程。通过时会发消息给您。")


@dataclass(frozen=True)
class Tab:
    """A lesson as it stands open in one window, and the instant at which the server gave it out."""

    id: str
    opened_at: datetime


@dataclass(frozen=True)
class Progress:
    """How far a lesson is studied. `is_counting` is false for a second window, a lesson that is done, and afterwards."""

    seconds: int
    least_seconds: int
    is_done: bool
    lessons_left: int
    is_counting: bool


@dataclass(frozen=True)
class Studied:
    """A lesson of a class with the seconds that one trainee has studied it."""

    lesson: Lesson
    seconds: int
    is_done: bool


def lesson_of(session: Session, case: Case, position: int) -> Lesson:
    """The lesson of the case at this position. Raises NotYours, or Refused while there is no place in the class."""
    found = training_lessons.of_class(training.class_of(session, case), position)
    if case.state not in READABLE:
        raise Refused(NOT_YET, code="not_yet")
    return found


def open_page(*, now: datetime) -> Tab:
    """A lesson that is given out now. It writes nothing: the window carries this, sealed, and brings it back."""
    return Tab(secrets.token_hex(8), now)


def beat(
    session: Session, case: Case, lesson: Lesson, *, tab: Tab, now: datetime, house: House,
    by_hand: bool = False, leaves: bool = False,
) -> Progress:  # fmt: skip
    """Count the time since the last beat, and let the exam open when this was the last lesson.

    A window that `leaves` lets another one count at once; so does a press `by_hand`, which counts from the opening of
    its page on.
    """
    last = _lock(session, case)
    study = _study(session, case, lesson)
    if case.state != LEARNING.name or study.done_at is not None:
        return progress(session, case, lesson)
    is_holder = last is study and study.tab == tab.id
    if last is not None and _is_held(last, tab, now=now):
        return progress(session, case, lesson)
    if leaves and not is_holder:
        return progress(session, case, lesson)
    since, most = _since(study, last, tab=tab, now=now, by_hand=by_hand)
    _credit(study, lesson, since=since, most=most, now=now)
    if by_hand or leaves or study.done_at is not None:
        study.tab = ""
    else:
        study.tab = tab.id
    session.add(study)
    session.flush()
    told = progress(session, case, lesson, is_counting=study.done_at is None)
    if told.is_done and told.lessons_left == 0:
        perform.follow(session, case.id, now=now, house=house)
    return told


def progress(session: Session, case: Case, lesson: Lesson, *, is_counting: bool = False) -> Progress:
    """How far the lesson is studied."""
    found = session.scalars(
        select(Study).where(Study.case_id == case.id, Study.lesson_id == lesson.id)
    ).first()
    left = training.lessons_left(session, case, training.class_of(session, case))
    seconds, is_done = (found.seconds, found.done_at is not None) if found else (0, False)
    return Progress(seconds, lesson.least_seconds, is_done, left, is_counting)


def studied(session: Session, case: Case) -> list[Studied]:
    """Every lesson of the class in its order, with what the trainee of this case has studied of it."""
    kept = {row.lesson_id: row for row in session.scalars(select(Study).where(Study.case_id == case.id))}
    return [
        Studied(lesson, kept[lesson.id].seconds, kept[lesson.id].done_at is not None)
        if lesson.id in kept
        else Studied(lesson, 0, is_done=False)
        for lesson in training.class_of(session, case).lessons
    ]


def _lock(session: Session, case: Case) -> Study | None:
    """The last beat of this trainee in any lesson of any class, after all others of the same person have been counted.

    The person is locked, not one row of study: the first beat has no row yet, and a second window may show another
    lesson. Nothing that only refers to the person has to wait for it.
    """
    person = select(Person.id).where(Person.id == case.opened_by_id).with_for_update(key_share=True)
    session.execute(person)
    session.refresh(case, ["state"])
    wanted = select(Study).join(Case, Case.id == Study.case_id)
    wanted = wanted.where(Case.opened_by_id == case.opened_by_id, Study.beat_at.is_not(None))
    newest = wanted.order_by(Study.beat_at.desc(), Study.id.desc()).limit(1)
    return session.scalars(newest, execution_options={"populate_existing": True}).first()


def _study(session: Session, case: Case, lesson: Lesson) -> Study:
    """The row of this lesson, or a new one that is only kept once something counts."""
    wanted = select(Study).where(Study.case_id == case.id, Study.lesson_id == lesson.id)
    found = session.scalars(wanted, execution_options={"populate_existing": True}).first()
    return found or Study(case_id=case.id, lesson_id=lesson.id, seconds=0, tab="")


def _is_held(last: Study, tab: Tab, *, now: datetime) -> bool:
    """Whether another window counts at the moment."""
    assert last.beat_at is not None, "only beats are looked for"
    return last.tab not in ("", tab.id) and now - last.beat_at < SILENCE


def _since(
    study: Study, last: Study | None, *, tab: Tab, now: datetime, by_hand: bool
) -> tuple[datetime, timedelta]:
    """From when on time is counted, and how much of it at most. A window that begins, or comes back, begins now.

    Never from before the last beat of any window, also when the clock of the server was set back since.
    """
    beaten_at = last.beat_at if last is not None else None
    if beaten_at is not None and last is study and study.tab == tab.id and not by_hand:
        return beaten_at, MOST
    began_at, most = (min(tab.opened_at, now), MOST_BY_HAND) if by_hand else (now, MOST)
    return max(began_at, beaten_at or began_at), most


def _credit(study: Study, lesson: Lesson, *, since: datetime, most: timedelta, now: datetime) -> None:
    """Add whole seconds, no more than the lesson needs; what is left of the last one is counted with the next beat."""
    passed = max(now - since, timedelta())
    whole = int(min(passed, most).total_seconds())
    study.seconds = min(study.seconds + whole, lesson.least_seconds)
    study.beat_at = since + timedelta(seconds=whole) if passed < most else now
    if study.seconds >= lesson.least_seconds:
        study.done_at = now
