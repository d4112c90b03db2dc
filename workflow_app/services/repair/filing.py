"""Who files an application for repair and for whom: which subject, which records, in what capacity.

Decided from the grants in force alone and never asked: the subject itself, an agent with a mandate, the administrator of
a bankruptcy, or the window of the credit office for whoever comes there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ...domain.people import FOR_A_SUBJECT, Actor, GrantKind
from ...domain.refusals import NotYours
from ...domain.repairability import Code, Repairability, judge
from ...domain.rulebook import Rulebook
from ...models.case import Case
from ...models.party import Subject
from ...models.record import CreditRecord
from ...models.repair import RepairApplication
from ...workflows.commitment import COMMITMENT
from ...workflows.repair import REPAIR
from ..people import grants
from ..records import records
from . import eligibility

MOST = 20
LEAST_TYPED = 2
"""Fewer characters of a name find half the district."""


@dataclass(frozen=True)
class Candidate:
    """A record that may be put into an application, or why not yet."""

    record: CreditRecord
    repair: Repairability

    @property
    def only_with_a_plan(self) -> bool:
        """Whether nothing but the period is in the way: then a restructuring or settlement opens it."""
        return {blocker.code for blocker in self.repair.blocked_by} == {Code.PERIOD}


def capacity(actor: Actor, subject_id: int) -> str:
    """In what capacity this person files for the subject: own, mandate or window. Raises NotYours."""
    own = [g.kind for g in actor.grants if g.subject_id == subject_id and g.covers(REPAIR.name)]
    if GrantKind.OWNER in own or GrantKind.ADMINISTRATOR in own:
        return "own"  # an administrator takes over the affairs of the debtor (企业破产法 25)
    if GrantKind.AGENT in own:
        return "mandate"
    if actor.holds(GrantKind.CLERK):
        return "window"
    raise NotYours


def may_sign(actor: Actor, subject_id: int) -> bool:
    """Whether this person may sign the letters, which are commitments of the subject."""
    return any(
        grant.subject_id == subject_id
        and grant.kind in FOR_A_SUBJECT
        and grant.covers(COMMITMENT.name)
        and grant.may_sign
        for grant in actor.grants
    )


def subjects(session: Session, actor: Actor) -> Sequence[Subject]:
    """The subjects for which this person may ask for repair."""
    wanted = select(Subject).where(Subject.id.in_(actor.subject_ids(workflow=REPAIR.name)))
    return session.scalars(wanted.order_by(Subject.id)).all()


def found_at_window(session: Session, typed: str) -> Sequence[Subject]:
    """The subjects with this very code, or whose name has these characters. Nothing for too few of them."""
    text = typed.strip()
    if len(text) < LEAST_TYPED:
        return ()
    by_code = Subject.code_digest == grants.code_digest(text.upper().replace(" ", ""))
    by_name = Subject.name.contains(text, autoescape=True)
    return session.scalars(
        select(Subject).where(or_(by_code, by_name)).order_by(Subject.id).limit(MOST)
    ).all()


def candidates(session: Session, subject_id: int, *, day: date, rulebook: Rulebook) -> list[Candidate]:
    """The records of a subject that still stand, those that may be repaired today first; entries on lists are left out."""
    on_a_list = records.on_a_list(session, subject_id)
    standing = [
        row
        for row in records.of_subject(session, subject_id)
        if row.publicity_ended_at is None and row.id not in on_a_list
    ]
    known = eligibility.standings(session, standing, day=day, rulebook=rulebook)
    found = [Candidate(record, judge(known[record.id], day)) for record in standing]
    return sorted(found, key=lambda one: (not one.repair.may_apply, not one.only_with_a_plan))


def chosen(session: Session, refs: Sequence[str], actor: Actor) -> list[CreditRecord]:
    """The records of these references, in the order of their rows, if this person may file for all. Raises NotYours."""
    known = [ref for ref in refs if "\0" not in ref]
    found = session.scalars(
        select(CreditRecord).where(CreditRecord.ref.in_(known)).order_by(CreditRecord.id)
    ).all()
    if len(found) != len(set(refs)):
        raise NotYours
    for subject_id in {record.subject_id for record in found}:
        capacity(actor, subject_id)
    return list(found)


def continued(
    session: Session, records_asked: Sequence[CreditRecord], actor: Actor
) -> RepairApplication | None:
    """The application with a draft for one of these records that this person may go on with; the newest."""
    wanted = (
        select(Case)
        .where(
            Case.record_id.in_([record.id for record in records_asked]),
            Case.workflow == REPAIR.name,
            Case.state == REPAIR.first.name,
            Case.application_id.is_not(None),
        )
        .order_by(Case.id.desc())
    )
    for case in session.scalars(wanted):
        if any(role.scope.holds(case, actor, {}) for role in REPAIR.first.editors):
            return case.application
    return None


def applications_of(session: Session, actor: Actor, *, most: int = 50) -> Sequence[RepairApplication]:
    """The applications of this person's subjects, and those filed by this person at the window; the newest first."""
    ids = actor.subject_ids(workflow=REPAIR.name)
    own = or_(RepairApplication.subject_id.in_(ids), RepairApplication.opened_by_id == actor.person_id)
    wanted = select(RepairApplication).where(own).order_by(RepairApplication.id.desc()).limit(most)
    return session.scalars(wanted).all()
