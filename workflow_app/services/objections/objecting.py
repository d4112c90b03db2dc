"""The way into an objection: who may object to which record and for whom, on which grounds, and the draft it begins with.

In what capacity somebody objects follows from the grants in force and is never asked. A subject objects to its own records;
to somebody else's only where that is public and only because it is not the one who is meant (同名误挂). Whether an
objection may be handed in is for the guards of the workflow.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ...domain.people import FOR_A_SUBJECT, Actor, Grant, GrantKind
from ...domain.refusals import NotYours, Refused
from ...domain.words import N_
from ...models.case import Case
from ...models.party import Person, Subject
from ...models.record import CreditRecord
from ...workflows import BY_NAME
from ...workflows.commitment import COMMITMENT
from ...workflows.objection import NONE_OPEN, OBJECTION
from ...workflows.objection_words import GROUNDS
from ...workflows.repair import REPAIR
from ..cases import cases
from ..engine import gate
from ..house import House
from ..records import publication

NOT_COVERED = N_(
    "您的授权不包括异议。请主体管理员在“经办人与授权”里把“异议”加进您的授权，或者由主体管理员自己提出。"
)
NO_GROUND = N_("这条记录不能以这个事由提出异议，请从列出的事由中选择。")
LISTS = ("serious_list", "abnormal_list")
DISPUTABLE = {
    "repair_result": (REPAIR.name, ("rejected", "not_accepted")),
    "breach": (COMMITMENT.name, ("breached",)),
}
"""The grounds that are about a case, and how such a case ended: a repair that was refused, a breach that was found."""


@dataclass(frozen=True)
class Dispute:
    """A record, the subject that objects to it, and in what capacity somebody fills that in."""

    record: CreditRecord
    subject: Subject
    filled_by: str

    @property
    def is_own(self) -> bool:
        """Whether the record is one of this very subject."""
        return self.record.subject_id == self.subject.id


def capacity(actor: Actor, subject_id: int) -> str:
    """In what capacity this person objects for the subject: own, mandate or window. Raises NotYours, or Refused."""
    kinds = {grant.kind for grant in actor.grants if grant.subject_id == subject_id and _reaches(grant)}
    if kinds - {GrantKind.AGENT}:
        return "own"
    if kinds:
        return "mandate"
    if actor.holds(GrantKind.CLERK):
        return "window"
    if any(grant.subject_id == subject_id for grant in actor.grants):
        raise Refused(NOT_COVERED, code="mandate")
    if ended := gate.ended_mandate_for(subject_id, actor):
        raise Refused(ended, code="mandate_ended")
    raise NotYours


def subjects(session: Session, actor: Actor) -> Sequence[Subject]:
    """The subjects for which this person may object."""
    ids = {grant.subject_id for grant in actor.grants if _reaches(grant)}
    return session.scalars(select(Subject).where(Subject.id.in_(ids)).order_by(Subject.id)).all()


def by_ref(session: Session, ref: str, actor: Actor, *, today: date) -> CreditRecord:
    """The record of this address, if this person or its subject is concerned, or the public may see it. Raises NotYours."""
    record = session.scalars(select(CreditRecord).where(CreditRecord.ref == ref.replace("\0", ""))).first()
    if record is None:
        raise NotYours
    if not _acts_for(actor, record.subject_id):
        publication.line(session, record.ref, today=today)
    return record


def for_whom(session: Session, record: CreditRecord, actor: Actor) -> Sequence[Subject]:
    """For whom this person would object to the record: for the one it is about, else for an own subject."""
    return [record.subject] if _acts_for(actor, record.subject_id) else subjects(session, actor)


def dispute(session: Session, record: CreditRecord, subject_id: int, *, actor: Actor, today: date) -> Dispute:
    """The record as this subject would dispute it. Raises NotYours, or Refused for a mandate that doesn't reach."""
    filled_by = capacity(actor, subject_id)
    subject = session.get(Subject, subject_id)
    if subject is None:
        raise NotYours
    if record.subject_id != subject_id:
        publication.line(session, record.ref, today=today)
    return Dispute(record, subject, filled_by)


def grounds(asked: Dispute, about: Mapping[str, Sequence[Case]]) -> tuple[str, ...]:
    """The grounds that fit the record, in their order; `about` are the cases that may be disputed."""
    record = asked.record
    if not asked.is_own:
        return ("same_name",)
    unfit = {
        "period": record.publicity_ended_at is not None,
        "listing": record.kind not in LISTS,
        **{ground: not about[ground] for ground in DISPUTABLE},
    }
    return tuple(ground for ground in GROUNDS if not unfit.get(ground))


def about_cases(session: Session, asked: Dispute) -> dict[str, Sequence[Case]]:
    """The cases that may be disputed with the record, by ground, the newest first."""
    found: dict[str, Sequence[Case]] = dict.fromkeys(DISPUTABLE, ())
    if asked.is_own:
        record = asked.record
        wanted = select(Case).where(or_(Case.record_id == record.id, Case.id == record.case_id))
        every = session.scalars(wanted.order_by(Case.id.desc())).all()
        for ground, (workflow, ends) in DISPUTABLE.items():
            found[ground] = [case for case in every if case.workflow == workflow and case.state in ends]
    return found


def running(session: Session, asked: Dispute) -> Sequence[Case]:
    """The objections and repairs of this subject that run on the record; drafts are not among them."""
    wanted = select(Case).where(
        Case.record_id == asked.record.id,
        Case.subject_id == asked.subject.id,
        Case.workflow.in_((OBJECTION.name, REPAIR.name)),
        Case.number.is_not(None),
    )
    found = session.scalars(wanted.order_by(Case.id.desc()))
    return [case for case in found if not BY_NAME[case.workflow].state(case.state).ended]


def drafts(session: Session, asked: Dispute, actor: Actor) -> list[Case]:
    """The drafts of objections to the record that this person may go on with, the newest first."""
    wanted = select(Case).where(
        Case.record_id == asked.record.id,
        Case.subject_id == asked.subject.id,
        Case.workflow == OBJECTION.name,
        Case.state == OBJECTION.first.name,
    )
    found = session.scalars(wanted.order_by(Case.id.desc()))
    return [case for case in found if _may_fill_in(case, actor)]


def open_for(
    session: Session, asked: Dispute, ground: str, *, about_case: str, actor: Actor, now: datetime, house: House
) -> tuple[Case, bool]:  # fmt: skip
    """The draft for this ground, and whether it is a new one. `about_case` is asked for where several cases may be
    disputed; the newest counts otherwise. Raises Refused for a ground that doesn't fit."""
    known = about_cases(session, asked)
    if ground not in grounds(asked, known):
        raise Refused(NO_GROUND, code="ground")
    if any(
        each.workflow == OBJECTION.name and each.facts["ground"] == ground for each in running(session, asked)
    ):
        raise Refused(NONE_OPEN.sentence, code="ground")
    about = chosen(known.get(ground, ()), about_case)
    for case in drafts(session, asked, actor):
        if (case.facts["ground"], case.facts["about_case"]) == (ground, about):
            return case, False
    facts = {"ground": ground, "about_case": about, "filled_by": asked.filled_by}
    opened = cases.open_draft(
        session,
        OBJECTION,
        subject_id=asked.subject.id,
        record=asked.record,
        facts=facts | contact(session, asked, actor),
        actor=actor,
        now=now,
        house=house,
    )
    return opened, True


def chosen(known: Sequence[Case], number: str) -> str:
    """The number of the case that is disputed: the one that was asked for, else the newest; empty where there is none."""
    numbers = [case.number for case in known if case.number]
    return number if number in numbers else next(iter(numbers), "")


def contact(session: Session, asked: Dispute, actor: Actor) -> dict[str, str]:
    """Whom to call: whoever fills it in. At the window that is asked of who came."""
    person = session.get(Person, actor.person_id) if asked.filled_by != "window" else None
    return {"contact_name": person.name, "contact_mobile": person.mobile or ""} if person else {}


def published(session: Session, typed: str, *, besides: Subject, today: date) -> list[publication.Line]:
    """The public records with this decision number or name that are not of this subject; nothing for nothing typed."""
    if not typed.strip():
        return []
    wanted = publication.Wanted(text=typed.strip())
    own = set(session.scalars(select(CreditRecord.ref).where(CreditRecord.subject_id == besides.id)))
    return [line for line in publication.page(session, wanted, today=today).lines if line.ref not in own]


def objections_of(session: Session, actor: Actor, *, most: int = 50) -> list[Case]:
    """The objections of this person's subjects and those opened at the window, drafts too; the newest first."""
    mine = or_(
        Case.subject_id.in_(actor.subject_ids(workflow=OBJECTION.name)), Case.opened_by_id == actor.person_id
    )
    wanted = select(Case).where(Case.workflow == OBJECTION.name, Case.state != "discarded", mine)
    found = session.scalars(wanted.order_by(Case.id.desc()).limit(most))
    return [case for case in found if OBJECTION.readers.holds(case, actor, {})]


def of_record(session: Session, record: CreditRecord, actor: Actor) -> list[Case]:
    """The objections to a record that this person may read, the newest first."""
    wanted = select(Case).where(
        Case.record_id == record.id, Case.workflow == OBJECTION.name, Case.state != "discarded"
    )
    found = session.scalars(wanted.order_by(Case.id.desc()))
    return [case for case in found if OBJECTION.readers.holds(case, actor, {})]


def disputed_record(session: Session, case: Case, actor: Actor) -> CreditRecord | None:
    """The record of which this person may dispute that the case ended as it did; None where that can't be disputed."""
    if not any((case.workflow, case.state) in _ends(ground) for ground in DISPUTABLE):
        return None
    if case.subject_id not in actor.subject_ids(workflow=OBJECTION.name):
        return None
    written = session.scalars(select(CreditRecord).where(CreditRecord.case_id == case.id)).first()
    return written if case.workflow == COMMITMENT.name else case.record


def _ends(ground: str) -> list[tuple[str, str]]:
    workflow, states = DISPUTABLE[ground]
    return [(workflow, state) for state in states]


def _acts_for(actor: Actor, subject_id: int) -> bool:
    """Whether this person has, or had, to do with the subject, or files for whoever comes to the window."""
    known = (*actor.grants, *actor.ended)
    return actor.holds(GrantKind.CLERK) or any(grant.subject_id == subject_id for grant in known)


def _reaches(grant: Grant) -> bool:
    """Whether the grant is one for a subject under which its holder may fill in an objection."""
    editors = {role.kind for role in OBJECTION.first.editors} & FOR_A_SUBJECT
    return grant.kind in editors and grant.covers(OBJECTION.name)


def _may_fill_in(case: Case, actor: Actor) -> bool:
    return any(role.scope.holds(case, actor, {}) for role in OBJECTION.first.editors)
