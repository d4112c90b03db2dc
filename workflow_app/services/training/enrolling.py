"""The way into a training class: which classes there are, for whom somebody may enrol, and the draft it begins with.

A class is free and voluntary. Whoever enrols is the trainee; for which subject follows from the grants in force. Whether
the application may be handed in is for the guards of the workflow.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from ...domain import clock
from ...domain.people import FOR_A_SUBJECT, Actor, GrantKind
from ...domain.refusals import NotYours, Refused
from ...models.case import Case
from ...models.party import Person, Subject
from ...models.training import Enrolment, TrainingClass
from ...workflows.training import CLASS_OPEN, ONE_PLACE, SEAT_LEFT, TRAINING
from ..cases import cases
from ..house import House
from . import training

MOST_OVER = 20
"""So many classes that are over are listed, the newest first."""


@dataclass(frozen=True)
class Classes:
    """The published classes: those that take applications, those that will, those that take none any more."""

    open: Sequence[TrainingClass]
    coming: Sequence[TrainingClass]
    over: Sequence[TrainingClass]


def classes(session: Session, *, on: date) -> Classes:
    """The published classes as they stand on a legal day, each list in the order in which it is of use."""
    published = select(TrainingClass).where(TrainingClass.published_at.is_not(None))
    running = session.scalars(published.where(TrainingClass.ends_on >= on).order_by(TrainingClass.ends_on))
    found = running.all()
    over = published.where(TrainingClass.ends_on < on).order_by(TrainingClass.ends_on.desc())
    return Classes(
        open=[each for each in found if training.is_open(each, on=on)],
        coming=[each for each in found if each.opens_on > on],
        over=[each for each in found if training.applications_until(each) < on]
        + list(session.scalars(over.limit(MOST_OVER))),
    )


def published(session: Session, ref: str) -> TrainingClass:
    """The class of this address. Raises NotYours for one that is not published."""
    wanted = select(TrainingClass).where(TrainingClass.ref == ref.replace("\0", ""))
    found = session.scalars(wanted.where(TrainingClass.published_at.is_not(None))).first()
    if found is None:
        raise NotYours
    return found


def subjects(session: Session, actor: Actor) -> Sequence[Subject]:
    """The subjects for which this person may take part."""
    ids = {each.subject_id for each in actor.grants if _kinds(actor, each.subject_id)}
    return session.scalars(select(Subject).where(Subject.id.in_(ids)).order_by(Subject.id)).all()


def trainings_of(session: Session, actor: Actor, *, most: int = 50) -> list[Case]:
    """The trainings of this person, drafts too; the newest first."""
    wanted = select(Case).where(Case.workflow == TRAINING.name, Case.opened_by_id == actor.person_id)
    found = session.scalars(wanted.where(Case.state != "discarded").order_by(Case.id.desc()).limit(most))
    return [case for case in found if TRAINING.readers.holds(case, actor, {})]


def is_trainee(case: Case, actor: Actor) -> bool:
    """Whether this person is the one who studies in this case and sits its exam."""
    return any(role.scope.holds(case, actor, {}) for role in TRAINING.first.editors)


def open_for(
    session: Session, found: TrainingClass, subject_id: int, *, actor: Actor, now: datetime, house: House
) -> tuple[Case, bool]:  # fmt: skip
    """The draft for this class and subject, and whether it is a new one. Raises NotYours, or Refused with the reason."""
    kinds = _kinds(actor, subject_id)
    subject = session.get(Subject, subject_id)
    if not kinds or subject is None:
        raise NotYours
    for case in trainings_of(session, actor):
        is_same = (case.facts["class_ref"], case.subject_id) == (found.ref, subject_id)
        if is_same and case.state == TRAINING.first.name:
            return case, False
    _refuse_if_closed(session, found, actor, on=clock.legal_day(now))
    opened = cases.open_draft(
        session, TRAINING, subject_id=subject_id, unit_id=found.unit_id, actor=actor, now=now, house=house,
        facts=_known(session, found, subject, actor=actor, kinds=kinds),
    )  # fmt: skip
    return opened, True


def _refuse_if_closed(session: Session, found: TrainingClass, actor: Actor, *, on: date) -> None:
    """Say at once what the guards would say when the application is handed in."""
    has_place = exists().where(
        Enrolment.class_id == found.id, Enrolment.person_id == actor.person_id, Enrolment.left_at.is_(None)
    )
    if not training.is_open(found, on=on):
        raise Refused(CLASS_OPEN.sentence, code="class")
    if session.scalar(select(has_place)):
        raise Refused(ONE_PLACE.sentence, code="place")
    if training.seats_left(session, found) < 1:
        raise Refused(SEAT_LEFT.sentence, code="seats")


def _known(
    session: Session, found: TrainingClass, subject: Subject, *, actor: Actor, kinds: set[GrantKind]
) -> dict[str, Any]:
    """What need not be typed: the class, and who takes part. In what role an owner does is asked."""
    person = session.get_one(Person, actor.person_id)
    role = "agent" if kinds == {GrantKind.AGENT} else "self" if subject.kind == "individual" else ""
    return {
        "matter": found.title,
        "class_ref": found.ref,
        "ends_on": found.ends_on,
        "trainee_name": person.name,
        "trainee_role": role,
        "contact_mobile": person.mobile or "",
        "contact_email": person.email or "",
    }


def _kinds(actor: Actor, subject_id: int | None) -> set[GrantKind]:
    """The grants for this subject under which somebody may take part."""
    editors = {role.kind for role in TRAINING.first.editors} & FOR_A_SUBJECT
    return {
        grant.kind
        for grant in actor.grants
        if grant.subject_id is not None and grant.subject_id == subject_id
        and grant.kind in editors and grant.covers(TRAINING.name)
    }  # fmt: skip
