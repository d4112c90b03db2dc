"""The statistics of trainings that go up to the next level, by the columns of the national template of 2020.

One line for each certificate of an organisation and each of its records that has been repaired; a certificate without
such a record has one line all the same. A natural person is only counted. A training is voluntary: nothing here says, or
may be read to say, that a repair followed from it.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ...domain import clock
from ...domain.masking import ORGANISATIONS
from ...domain.record_words import HOW_ENDED, KINDS
from ...domain.words import N_
from ...models.case import Case
from ...models.commitment import CommitmentPublicity
from ...models.document import Document
from ...models.party import Subject
from ...models.record import CreditRecord
from ...models.training import Enrolment, TrainingClass
from .training_register import CERTIFICATE

COLUMNS = (
    N_("企业名称"), N_("统一社会信用代码"), N_("失信行为"), N_("失信类型"), N_("信用修复方式"), N_("处罚时间"), N_("完成修复时间"),
    N_("信用承诺公示网址"), N_("培训名称"), N_("培训时间"), N_("培训举办部门"), N_("培训内容"),
)  # fmt: skip
REPAIRED = "repaired"
NONE: tuple[CreditRecord | None, ...] = (None,)
"""What stands in the place of a record where none was repaired."""


@dataclass(frozen=True)
class Line:
    """One line of the template; everything about the record is empty where there is none. Words are message ids."""

    name: str
    code: str
    behaviour: str
    kind: str
    way: str
    decided_on: date | None
    repaired_on: date | None
    commitment_url: str
    training: str
    trained_from: date
    trained_until: date
    organiser: str
    content: str


@dataclass(frozen=True)
class Figures:
    """The lines of a period, and how many certificates of natural persons were left out of them."""

    since: date
    until: date
    lines: tuple[Line, ...]
    certificates: int
    left_out: int


def figures(session: Session, *, since: date, until: date, site_url: str) -> Figures:
    """The certificates issued from `since` to `until` (both included), with the repaired records of their subjects."""
    found = _certificates(session, since, until)
    listed = [row for row in found if row[2].kind in ORGANISATIONS]
    repaired = _repaired(session, {subject.id for _, _, subject in listed})
    addresses = _addresses(session, [one.id for records in repaired.values() for one in records], site_url)
    lines = [
        _line(paper, seat, subject, record, addresses, held)
        for paper, (seat, held), subject in listed
        for record in (repaired.get(subject.id) or NONE)
    ]
    return Figures(since, until, tuple(lines), len(listed), len(found) - len(listed))


def _certificates(
    session: Session, since: date, until: date
) -> Sequence[tuple[Document, tuple[Enrolment, TrainingClass], Subject]]:
    wanted = (
        select(Document, Enrolment, TrainingClass, Subject)
        .join(Enrolment, Enrolment.case_id == Document.case_id)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .join(Subject, Subject.id == Document.subject_id)
        .where(Document.kind == CERTIFICATE, Document.issued_on >= since, Document.issued_on <= until)
        .options(joinedload(TrainingClass.unit))
        .order_by(Document.issued_on, Document.id)
    )
    return [(paper, (seat, held), subject) for paper, seat, held, subject in session.execute(wanted)]


def _repaired(session: Session, subject_ids: Collection[int]) -> dict[int, list[CreditRecord]]:
    wanted = select(CreditRecord).where(
        CreditRecord.subject_id.in_(subject_ids),
        CreditRecord.repaired_at.is_not(None),
        CreditRecord.ended_how == REPAIRED,
    )
    found: dict[int, list[CreditRecord]] = defaultdict(list)
    for record in session.scalars(wanted.order_by(CreditRecord.decided_on, CreditRecord.id)):
        found[record.subject_id].append(record)
    return found


def _addresses(session: Session, record_ids: Collection[int], site_url: str) -> dict[int, str]:
    """Where the letter that was signed for a record is published, by record; the newest of several."""
    wanted = (
        select(Case.record_id, CommitmentPublicity.code)
        .join(Case, Case.id == CommitmentPublicity.case_id)
        .where(Case.record_id.in_(record_ids))
        .order_by(CommitmentPublicity.id)
    )
    return {
        record_id: f"{site_url.rstrip('/')}/commitments/{code}"
        for record_id, code in session.execute(wanted)
        if record_id is not None
    }


def _line(
    paper: Document, seat: Enrolment, subject: Subject, record: CreditRecord | None, addresses: dict[int, str],
    held: TrainingClass,
) -> Line:  # fmt: skip
    repaired_at = record.repaired_at if record else None
    return Line(
        name=subject.name,
        code=subject.code,
        behaviour=record.title if record else "",
        kind=KINDS[record.kind] if record else "",
        way=HOW_ENDED[record.ended_how] if record else "",
        decided_on=record.decided_on if record else None,
        repaired_on=clock.legal_day(repaired_at) if repaired_at else None,
        commitment_url=addresses.get(record.id, "") if record else "",
        training=held.title,
        trained_from=clock.legal_day(seat.enrolled_at),
        trained_until=paper.issued_on,
        organiser=held.unit.name,
        content="；".join(lesson.title for lesson in held.lessons),
    )
