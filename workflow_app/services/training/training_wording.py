"""The plain values about a training that its papers name: the class, its lessons, how long was studied, how the exam went.

What was earned is read from the rows that the server counted and marked, never from what the trainee typed. Reads only,
says everything in the source language, and gives nothing for other workflows.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ...domain import clock, masking
from ...domain.words import N_
from ...models.case import Case
from ...models.training import Attempt, Study, TrainingClass
from ...workflows.training import APPLIED, TRAINING
from ...workflows.training_words import KINDS, ROLES
from ..documents.texts import Plain, in_words
from ..engine import outlook
from .training import class_of

SECONDS = 60
AFTER_APPROVAL = N_("上面写明的是审核报名的期限。报名通过后，请在%(ends_on)s前学完课程并通过考试。")
FREE = N_("培训免费、自愿参加，不是信用修复的条件。不参加、没有学完或者没有通过考试，都不影响申请信用修复。")


def of(session: Session, case: Case) -> dict[str, Plain]:
    """What the texts of a training may name."""
    if case.workflow != TRAINING.name:
        return {}
    found = class_of(session, case)
    return _class(found) | _trainee(case) | _earned(session, case, found) | _receipt(case, found)


def _class(found: TrainingClass) -> dict[str, Plain]:
    return {
        "unit_name": found.unit.name,
        "item_code": found.ref,
        "class_title": found.title,
        "class_ref": found.ref,
        "class_kind": KINDS[found.kind],
        "class_from": found.opens_on,
        "class_until": found.ends_on,
        "pass_mark": found.pass_mark,
        "lessons": tuple(lesson.title for lesson in found.lessons),
        "lesson_count": len(found.lessons),
    }


def _trainee(case: Case) -> dict[str, Plain]:
    """Who learns, and whether that is the subject itself, so that no paper names it twice."""
    name, mobile = case.facts.get("trainee_name", ""), case.facts.get("contact_mobile", "")
    role = case.facts.get("trainee_role", "")
    return {
        "trainee_role": ROLES.get(role, ""),
        "is_the_subject": role == "self",
        "contact_masked": f"{masking.mask_name(name)} {masking.mask_mobile(mobile)}"
        if name and mobile
        else "",
    }


def _named(case: Case) -> str:
    """Who learns; a citizen who learns for themselves by the name that is registered, as everywhere on the paper."""
    is_the_subject = case.facts.get("trainee_role") == "self"
    return case.subject.name if is_the_subject else str(case.facts["trainee_name"])


def _earned(session: Session, case: Case, found: TrainingClass) -> dict[str, Plain]:
    """Whole minutes that were studied, and the best attempt that the engine took note of; of two alike the first."""
    seconds = session.scalar(select(func.sum(Study.seconds)).where(Study.case_id == case.id)) or 0
    minutes = seconds // SECONDS
    told = select(Attempt).where(
        Attempt.case_id == case.id,
        Attempt.is_told,
        Attempt.handed_in_at.is_not(None),
        Attempt.score.is_not(None),
    )
    best = session.scalars(told.order_by(Attempt.score.desc(), Attempt.number)).first()
    if best is None or best.handed_in_at is None:
        return {"minutes_studied": minutes, "score": "", "examined_on": ""}
    return {
        "minutes_studied": minutes,
        "score": best.score,
        "examined_on": (examined_on := clock.legal_day(best.handed_in_at)),
        "outcome": (
            f"{_named(case)}（{ROLES[case.facts['trainee_role']]}）学完全部课程，共 {minutes} 分钟；"
            f"{in_words(examined_on)}考试成绩 {best.score} 分，合格分数线 {found.pass_mark} 分，考试合格"
        ),
    }


def _receipt(case: Case, found: TrainingClass) -> dict[str, Plain]:
    """What follows an application: the office decides it (TR-02), silence does too, and nothing hangs on it."""
    if case.state != APPLIED.name:
        return {}
    following = map(str, outlook.what_next(TRAINING, case.state))
    by_when = AFTER_APPROVAL % {"ends_on": in_words(found.ends_on)}
    return {"next_steps": (*following, by_when, FREE)}
