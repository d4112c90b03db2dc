"""The question bank of a class: added by hand or from a file, changed until the class is published, ended afterwards.

Attempts keep which questions were drawn, so after publishing a question is never changed or removed: it is ended, and
another is added. Enough questions stay for a fair draw.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...domain.people import Actor
from ...domain.refusals import NotYours, Refused
from ...domain.training_bank import MOST_QUESTIONS, Draft, problems
from ...domain.words import N_, Sentence
from ...models.training import Question, TrainingClass
from .training_classes import ROOM_TO_DRAW, live_questions, log

FIXED = N_("培训班已经发布，题目不能再改。请停用这道题，再加一道新的。")
TOO_FEW = N_("停用后题库只剩 %(left)s 道题，至少要有 %(least)s 道。请先加一道新的，再停用这一道。")
ENDED = N_("这道题已经停用。")
ASKED_ALREADY = N_("题库里已经有这道题。请改题目，或者先停用原来的那一道。")
FULL = N_("题库最多 1000 道题。")


def of_class(session: Session, found: TrainingClass) -> Sequence[Question]:
    """All questions, those that may be drawn first."""
    wanted = select(Question).where(Question.class_id == found.id)
    return session.scalars(wanted.order_by(Question.ended_on.is_not(None), Question.id)).all()


def one(session: Session, found: TrainingClass, question_id: int) -> Question:
    """One question of this class. Raises NotYours."""
    question = session.get(Question, question_id)
    if question is None or question.class_id != found.id:
        raise NotYours
    return question


def add(
    session: Session, found: TrainingClass, drafts: Sequence[Draft], *, actor: Actor, now: datetime
) -> int:
    """Add questions to the bank; returns how many. Raises Refused when one is unfit or stands in it already."""
    known = {question.asked for question in of_class(session, found) if question.ended_on is None}
    if len(known) + len(drafts) > MOST_QUESTIONS:
        raise Refused(FULL, code="asked")
    for draft in drafts:
        _refuse_unfit(draft)
        if draft.asked in known:
            raise Refused(ASKED_ALREADY, code="asked")
        known.add(draft.asked)
        session.add(Question(class_id=found.id, **_columns(draft)))
    log(session, "class_changed", found, actor=actor, now=now, note=f"+ {len(drafts)} 题")
    session.flush()
    session.expire(found, ["questions"])
    return len(drafts)


def change(
    session: Session, found: TrainingClass, question: Question, draft: Draft, *, actor: Actor, now: datetime
) -> None:
    """Change a question before the class is published. Raises Refused afterwards."""
    if found.published_at is not None:
        raise Refused(FIXED, code="published")
    _refuse_unfit(draft)
    others = (one for one in of_class(session, found) if one.id != question.id)
    if any(other.asked == draft.asked for other in others):
        raise Refused(ASKED_ALREADY, code="asked")
    for name, value in _columns(draft).items():
        setattr(question, name, value)
    log(session, "class_changed", found, actor=actor, now=now, note=f"± #{question.id}")
    session.flush()


def end(
    session: Session, found: TrainingClass, question: Question, *, actor: Actor, now: datetime, today: date
) -> None:
    """Let a question not be drawn any more; before publishing it is taken out, because nobody has seen it."""
    if question.ended_on is not None:
        raise Refused(ENDED, code="ended")
    if found.published_at is None:
        session.delete(question)
    else:
        left, least = live_questions(session, found) - 1, ROOM_TO_DRAW * found.draw
        if left < least:
            raise Refused(Sentence(TOO_FEW, left=left, least=least), code="too_few")
        question.ended_on = today
    log(session, "class_changed", found, actor=actor, now=now, note=f"- #{question.id}")
    session.flush()
    session.expire(found, ["questions"])


def draft_of(question: Question) -> Draft:
    """A stored question as it would be written."""
    return Draft(question.kind, question.asked, tuple(question.options), tuple(question.answer), question.why)


def _refuse_unfit(draft: Draft) -> None:
    for part, problem, mend in problems(draft):
        told = Sentence(N_("%(problem)s%(mend)s"), problem=problem, mend=mend)
        raise Refused(told, code=part)


def _columns(draft: Draft) -> dict[str, object]:
    return vars(draft) | {"options": list(draft.options), "answer": list(draft.answer)}
