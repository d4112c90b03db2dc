"""我的信用档案: what a subject's own people read of its records, with the papers that belong to each.

The file is for the subject alone: its owner, the agents whose mandate reaches repair, the administrator of a bankruptcy.
Staff read records in their own rooms. Reads only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ...domain.people import Actor
from ...domain.refusals import NotYours
from ...domain.repairability import Repairability, judge
from ...domain.rulebook import Rulebook
from ...models.case import Case
from ...models.document import Document
from ...models.party import Subject
from ...models.record import CreditRecord
from ..documents import documents
from ..records import records
from ..repair import eligibility


@dataclass(frozen=True)
class Entry:
    """One record with what may be done about it today."""

    record: CreditRecord
    repair: Repairability

    @property
    def has_ended(self) -> bool:
        """Whether it is published no longer."""
        return self.record.publicity_ended_at is not None


def subjects(session: Session, actor: Actor) -> Sequence[Subject]:
    """The subjects whose file this person may read."""
    wanted = select(Subject).where(Subject.id.in_(actor.subject_ids(workflow=eligibility.REPAIR)))
    return session.scalars(wanted.order_by(Subject.id)).all()


def of_subject(session: Session, subject: Subject, *, day: date, rulebook: Rulebook) -> list[Entry]:
    """All records of a subject: what still stands first, each part with the newest finding first."""
    found = records.of_subject(session, subject.id)
    known = eligibility.standings(session, found, day=day, rulebook=rulebook)
    entries = [Entry(record, judge(known[record.id], day)) for record in found]
    return sorted(entries, key=lambda entry: entry.has_ended)


def besides_lists(session: Session, subject: Subject, *, day: date, rulebook: Rulebook) -> list[Entry]:
    """The records of a subject that leave by repair: all but entries on lists. One that was annulled counts as never made."""
    on_a_list = records.on_a_list(session, subject.id)
    every = of_subject(session, subject, day=day, rulebook=rulebook)
    return [one for one in every if one.record.id not in on_a_list or one.record.ended_how == "annulled"]


def by_ref(session: Session, ref: str, actor: Actor) -> CreditRecord:
    """The record of this address in a file that this person may read. Raises NotYours."""
    record = records.by_ref(session, ref, actor)
    if record.subject_id not in actor.subject_ids(workflow=eligibility.REPAIR):
        raise NotYours
    return record


def papers(session: Session, record: CreditRecord, actor: Actor) -> list[Document]:
    """The documents about a record and its cases that this person may open, the newest first."""
    of_cases = select(Case.id).where(Case.record_id == record.id)
    wanted = select(Document).where(or_(Document.record_id == record.id, Document.case_id.in_(of_cases)))
    found = session.scalars(wanted.order_by(Document.id.desc()))
    return [document for document in found if documents.may_read(session, document, actor)]


def cases(session: Session, record: CreditRecord) -> Sequence[Case]:
    """The applications for the repair of a record, the newest first; drafts are among them."""
    wanted = select(Case).where(Case.record_id == record.id, Case.workflow == eligibility.REPAIR)
    return session.scalars(wanted.order_by(Case.id.desc())).all()
