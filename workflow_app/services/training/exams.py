"""The exam of a training class: draw a paper, keep what was chosen, hand it in, mark it. Each paper gets one score, once.

A paper is frozen when it is drawn, with its questions, the order of their options and what is right: whatever becomes of
the bank later, it is marked and shown as it was sat. Every verb locks the case first, so that two tabs, a double click
and the worker come one after the other; who comes second finds the paper handed in and gets the same result.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ...domain import clock
from ...domain.people import CLOCK, Actor
from ...domain.refusals import NotYours, Refused
from ...domain.words import N_, Sentence
from ...models.case import Case
from ...models.training import Attempt, Question, TrainingClass
from ...workflows.training import EXAM_OPEN, LEARNING, LESSONS_DONE, TRAINEE, TRAINING
from ..cases import cases
from ..engine import perform
from ..house import House
from . import training

CHANCE = secrets.SystemRandom()
GRACE = timedelta(seconds=30)
"""What was sent in time may arrive so much later: a request is given up after 20 seconds, and a slow phone begins late."""
SINGLE, KEEPS_ORDER = ("single", "true_false"), "true_false"

OVER = N_("考试时间已到，刚才选的没有记下。时间内选的都保留着，并按此评分，请点“看成绩”。")
HANDED_IN = N_("这份答卷已经交卷，不能再改。请看成绩。")
CLASS_OVER = N_("这一期培训班已经到了结束日，不能再开始考试。可以报名下一期。")
NONE_LEFT = N_("本期的考试机会已经用完。可以报名下一期。")
NO_QUESTIONS = N_("这个培训班的题库还没有试题，现在不能考试。请联系信用办，学习记录都保留着。")

Answers = Mapping[str, Sequence[int]]
"""Place of a question on the paper, from 1, as text → the places of the options chosen, from 0, as they were shown."""


@dataclass(frozen=True)
class Posed:
    """A question as it stands on one paper: its options in the order shown, and which of these are right."""

    question: int
    kind: str
    asked: str
    options: list[str]
    right: list[int]
    why: str

    @property
    def is_single(self) -> bool:
        """Whether one option alone can be chosen."""
        return self.kind in SINGLE


def own(session: Session, address: str, actor: Actor) -> Case:
    """The trainee's own case, once its exam was opened. Raises NotYours for everybody else, Refused before that."""
    case = cases.visible(session, address, actor)
    _refuse_others(case, actor)
    if case.state == LEARNING.name:
        raise Refused(LESSONS_DONE.sentence, code="lessons")
    if case.state != EXAM_OPEN.name and not attempts(session, case):
        raise Refused(perform.not_in_this_state(TRAINING, case))
    return case


def attempts(session: Session, case: Case) -> list[Attempt]:
    """The attempts of the case, the first one first."""
    wanted = select(Attempt).where(Attempt.case_id == case.id).order_by(Attempt.number)
    return list(session.scalars(wanted, execution_options={"populate_existing": True}))


def attempt(session: Session, case: Case, number: int) -> Attempt:
    """The attempt of this number. Raises NotYours when there is none."""
    found = next((one for one in attempts(session, case) if one.number == number), None)
    if found is None:
        raise NotYours
    return found


def running(taken: Sequence[Attempt]) -> Attempt | None:
    """The attempt that was not handed in yet, also when its time is over; None when there is none."""
    return next((one for one in taken if one.handed_in_at is None), None)


def why_not_start(session: Session, case: Case, *, now: datetime) -> Sentence | None:
    """Why no further attempt can begin now; None when one can. A running attempt is not asked about."""
    if case.state != EXAM_OPEN.name:
        return perform.not_in_this_state(TRAINING, case)
    held = training.class_of(session, case)
    if ends_at(held, case, now=now) <= now:
        return Sentence(CLASS_OVER)
    if len(attempts(session, case)) >= held.attempts:
        return Sentence(NONE_LEFT)
    return None if in_force(session, held, now=now) else Sentence(NO_QUESTIONS)


def ends_at(held: TrainingClass, case: Case, *, now: datetime) -> datetime:
    """When an attempt that begins now, in the open exam, ends: after its minutes, and before the class is over."""
    return min(now + timedelta(minutes=held.minutes), clock.end_of(case.due_on) - GRACE)


def in_force(session: Session, held: TrainingClass, *, now: datetime) -> Sequence[Question]:
    """The questions of the bank that may be drawn today."""
    not_ended = or_(Question.ended_on.is_(None), Question.ended_on > clock.legal_day(now))
    wanted = select(Question).where(Question.class_id == held.id, not_ended).order_by(Question.id)
    return session.scalars(wanted).all()


def start(
    session: Session, case: Case, *, actor: Actor, now: datetime, house: House, number: int | None = None
) -> Attempt:
    """Begin an attempt, or answer the one there is: a click that comes twice begins one, not two.

    `number` is the attempt that the person was offered; one that was begun since is answered as it is, also handed in.
    Raises NotYours for whoever is not the trainee, and Refused with the reason why none can begin.
    """
    case = perform.lock(session, case.address)
    _refuse_others(case, actor)
    taken = attempts(session, case)
    if number is not None and 0 < number <= len(taken):
        return taken[number - 1]
    sitting = running(taken)
    if sitting is not None:
        is_over = now >= sitting.ends_at
        return hand_in(session, sitting, None, actor=actor, now=now, house=house) if is_over else sitting
    sentence = why_not_start(session, case, now=now)
    if sentence is not None:
        raise Refused(sentence, code="exam")
    begun = _begin(session, case, number=len(taken) + 1, now=now)
    session.flush()
    return begun


def _begin(session: Session, case: Case, *, number: int, now: datetime) -> Attempt:
    held = training.class_of(session, case)
    paper = draw(in_force(session, held, now=now), held.draw, chance=CHANCE)
    begun = Attempt(
        case_id=case.id, number=number, drawn=[asdict(posed) for posed in paper], answers={}, started_at=now,
        ends_at=ends_at(held, case, now=now),
    )  # fmt: skip
    session.add(begun)
    return begun


def draw(bank: Sequence[Question], count: int, *, chance: Random) -> list[Posed]:
    """So many different questions in random order, or all when there are fewer; each is as likely as any other."""
    return [_posed(question, chance) for question in chance.sample(bank, min(count, len(bank)))]


def _posed(question: Question, chance: Random) -> Posed:
    places = list(range(len(question.options)))
    if question.kind != KEEPS_ORDER:
        chance.shuffle(places)
    return Posed(
        question=question.id,
        kind=question.kind,
        asked=question.asked,
        options=[question.options[place] for place in places],
        right=[at for at, place in enumerate(places) if place in question.answer],
        why=question.why,
    )


def paper(sat: Attempt) -> list[Posed]:
    """The questions of an attempt as they were posed."""
    return [Posed(**row) for row in sat.drawn]


def chosen(sat: Attempt, place: int) -> list[int]:
    """What was chosen at a place of the paper, from 1."""
    return list(sat.answers.get(str(place), []))


def unanswered(sat: Attempt) -> list[int]:
    """The places of the paper at which nothing was chosen."""
    return [place for place in range(1, len(sat.drawn) + 1) if not chosen(sat, place)]


def keep(session: Session, sat: Attempt, answers: Answers, *, now: datetime) -> None:
    """Keep what was chosen; a question that `answers` does not name stays as it was.

    Raises Refused when the paper was handed in, or when its time and the grace for what is under way are over.
    """
    _hold(session, sat)
    if sat.handed_in_at is not None:
        raise Refused(HANDED_IN, code="handed_in")
    if now > sat.ends_at + GRACE:
        raise Refused(OVER, code="time_over")
    sat.answers = {**sat.answers, **_readable(sat, answers)}
    session.flush()


def hand_in(
    session: Session, sat: Attempt, answers: Answers | None, *, actor: Actor, now: datetime, house: House
) -> Attempt:
    """Mark the attempt and let the engine take note of it, once; a paper that was handed in is answered as it is.

    `answers` that come too late don't count: marked is what was kept. `actor` is the trainee, or the clock once the time is
    over. Raises NotYours, and Refused when the class ended before.
    """
    case = _hold(session, sat)
    if actor is not CLOCK:
        _refuse_others(case, actor)
    if sat.handed_in_at is not None:
        return sat
    if answers is not None and now <= sat.ends_at + GRACE:
        sat.answers = {**sat.answers, **_readable(sat, answers)}
    sat.handed_in_at = min(now, sat.ends_at)
    sat.score = marked(paper(sat), sat.answers)
    session.flush()
    order = perform.Order("attempt", {}, None)
    perform.perform(session, case.address, order, actor=actor, now=now, house=house)
    session.refresh(sat)
    return sat


def marked(posed: Sequence[Posed], answers: Answers) -> int:
    """The score in whole percent, rounded down, so that nobody passes by rounding; each question counts the same."""
    right = sum(is_right(one, answers.get(str(place), ())) for place, one in enumerate(posed, start=1))
    return 100 * right // len(posed) if posed else 0


def is_right(posed: Posed, picked: Sequence[int]) -> bool:
    """Whether every right option was chosen and no wrong one."""
    return set(picked) == set(posed.right)


def _readable(sat: Attempt, answers: Answers) -> dict[str, list[int]]:
    """Of what was sent, the options that stand on the paper; where one alone can be chosen, several are none."""
    kept: dict[str, list[int]] = {}
    for place, posed in enumerate(paper(sat), start=1):
        if str(place) in answers:
            picked = sorted({at for at in answers[str(place)] if 0 <= at < len(posed.options)})
            kept[str(place)] = [] if posed.is_single and len(picked) > 1 else picked
    return kept


def _hold(session: Session, sat: Attempt) -> Case:
    """Lock the case, then read the attempt as it is now."""
    case = perform.lock(session, sat.case.address)
    session.refresh(sat)
    return case


def _refuse_others(case: Case, actor: Actor) -> None:
    """Nobody but the one who enrolled learns that there is an exam, let alone its questions."""
    if case.workflow != TRAINING.name or not any(role.scope.holds(case, actor, {}) for role in TRAINEE):
        raise NotYours
