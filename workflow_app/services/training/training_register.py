"""The class register (班级名册) and the training files (培训档案): who took part in what, how long, with which result.

One line for each application that was handed in. Names of natural persons are told to the clerks who keep the register
and to the trainees themselves; whoever only oversees sees them masked. Reads only.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from ...domain import masking
from ...domain.people import Actor
from ...domain.refusals import NotYours
from ...models.case import Case
from ...models.document import Document
from ...models.party import Person, Subject
from ...models.training import Attempt, Enrolment, Study, TrainingClass
from ...workflows import BY_NAME
from ...workflows.training import TRAINING
from .training_classes import may_change

CERTIFICATE = "training_certificate"
MINUTE = 60


@dataclass(frozen=True)
class Place:
    """One seat: whose, in which class, how far, with which result. `score` is the best one, in percent."""

    held: TrainingClass
    case: Case
    subject: Subject
    person_id: int
    trainee: str
    role: str
    is_masked: bool
    enrolled_at: datetime
    left_at: datetime | None
    minutes: int
    attempts: int
    score: int | None
    certificate: Document | None

    @property
    def subject_name(self) -> str:
        """Whose training it is; the name of a natural person masked like that of the trainee."""
        is_person = self.subject.kind not in masking.ORGANISATIONS
        return masking.mask_name(self.subject.name) if is_person and self.is_masked else self.subject.name

    @property
    def state(self) -> str:
        """The title of the state, as a message id."""
        return BY_NAME[TRAINING.name].state(self.case.state).title


def of_class(session: Session, found: TrainingClass, actor: Actor) -> list[Place]:
    """The register of a class, in the order of enrolment."""
    return _places(session, Enrolment.class_id == found.id, is_masked=not may_change(actor))


def of_person(session: Session, person_id: int, actor: Actor) -> tuple[Person, list[Place]]:
    """The training file of a person. Raises NotYours for somebody who never enrolled."""
    person = session.get(Person, person_id)
    found = _places(session, Enrolment.person_id == person_id, is_masked=not may_change(actor))
    if person is None or not found:
        raise NotYours
    return person, found


def of_subject(session: Session, subject_id: int, actor: Actor) -> tuple[Subject, list[Place]]:
    """The training file of a subject. Raises NotYours for one whose people never enrolled."""
    subject = session.get(Subject, subject_id)
    found = _places(session, Case.subject_id == subject_id, is_masked=not may_change(actor))
    if subject is None or not found:
        raise NotYours
    return subject, found


def own(session: Session, actor: Actor) -> list[Place]:
    """The actor's own training file, whomever they took part for."""
    return _places(session, Enrolment.person_id == actor.person_id, is_masked=False)


def shown_name(person: Person, actor: Actor) -> str:
    """The name of a person as the actor may see it."""
    return person.name if may_change(actor) else masking.mask_name(person.name)


def _places(session: Session, condition: ColumnElement[bool], *, is_masked: bool) -> list[Place]:
    wanted = (
        select(Enrolment, TrainingClass)
        .join(Case, Case.id == Enrolment.case_id)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .where(condition)
        .options(joinedload(Enrolment.case).joinedload(Case.subject), joinedload(TrainingClass.unit))
        .order_by(Enrolment.enrolled_at, Enrolment.case_id)
    )
    rows = session.execute(wanted).all()
    ids = [seat.case_id for seat, _ in rows]
    seconds, tries, papers = _seconds(session, ids), _attempts(session, ids), _certificates(session, ids)
    return [
        _place(seat, held, is_masked=is_masked, seconds=seconds.get(seat.case_id, 0),
               tries=tries.get(seat.case_id, (0, None)), certificate=papers.get(seat.case_id))
        for seat, held in rows
    ]  # fmt: skip


def _place(
    seat: Enrolment, held: TrainingClass, *, is_masked: bool, seconds: int, tries: tuple[int, int | None],
    certificate: Document | None,
) -> Place:  # fmt: skip
    facts: dict[str, Any] = seat.case.facts
    name = str(facts.get("trainee_name", ""))
    return Place(
        held=held,
        case=seat.case,
        subject=seat.case.subject,
        person_id=seat.person_id,
        trainee=masking.mask_name(name) if is_masked else name,
        role=str(facts.get("trainee_role", "")),
        is_masked=is_masked,
        enrolled_at=seat.enrolled_at,
        left_at=seat.left_at,
        minutes=seconds // MINUTE,
        attempts=tries[0],
        score=tries[1],
        certificate=certificate,
    )


def _seconds(session: Session, ids: Collection[int]) -> dict[int, int]:
    asked = (
        select(Study.case_id, func.sum(Study.seconds)).where(Study.case_id.in_(ids)).group_by(Study.case_id)
    )
    return {case_id: int(seconds) for case_id, seconds in session.execute(asked)}


def _attempts(session: Session, ids: Collection[int]) -> dict[int, tuple[int, int | None]]:
    asked = select(Attempt.case_id, func.count(), func.max(Attempt.score))
    asked = asked.where(Attempt.case_id.in_(ids)).group_by(Attempt.case_id)
    return {case_id: (count, best) for case_id, count, best in session.execute(asked)}


def _certificates(session: Session, ids: Collection[int]) -> dict[int, Document]:
    """By case; where one was replaced, the one that counts."""
    wanted = select(Document).where(Document.case_id.in_(ids), Document.kind == CERTIFICATE)
    wanted = wanted.order_by(Document.id)
    found: Sequence[Document] = session.scalars(wanted).all()
    return {document.case_id: document for document in found if document.case_id is not None}
