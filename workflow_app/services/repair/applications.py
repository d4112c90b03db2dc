"""One application for many records: opened, filled in once for all, and handed in with a signed letter for each.

Each record is a case of its own with its own unit and outcome; this module only deals with them together. What the rules
say about a single one is said by the engine, and one that is refused does not hold up the others.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...domain import clock
from ...domain.people import Actor
from ...domain.refusals import NotYours, Refused
from ...domain.words import N_, Sentence
from ...models.case import Case
from ...models.catalogue import CommitmentItem
from ...models.record import CreditRecord
from ...models.repair import RepairApplication
from ...workflows.commitment import COMMITMENT
from ...workflows.repair import REPAIR
from ..cases import attachments, cases
from ..engine import circumstances, perform
from ..house import House
from ..records import records as kept

LETTER_TYPE = "XYXF"
NO_LETTER_ITEM = N_("信用修复承诺事项还没有开放，现在不能在线提交。请联系信用办窗口。")
ON_A_LIST = N_("列入名单的记录不从信用修复办理，请到“移出名单”申请移出，同样不收取任何费用。")
NOTHING_CHOSEN = N_("请至少选择一条要修复的记录。")


@dataclass(frozen=True)
class Outcome:
    """What came of handing in one case: it was taken, or the sentence why not."""

    case: Case
    refusal: Sentence | None


def open_for(
    session: Session,
    records: Sequence[CreditRecord],
    *,
    filled_by: str,
    known: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    house: House,
) -> RepairApplication:
    """Open an application with a draft for each record of one subject. Raises NotYours, or Refused for none.

    `known` are facts that need not be typed again; what the decision ordered is filled in from the record itself.
    """
    if not records:
        raise Refused(NOTHING_CHOSEN)
    if len({record.subject_id for record in records}) > 1:
        raise NotYours
    if kept.on_a_list(session, records[0].subject_id) & {record.id for record in records}:
        raise Refused(ON_A_LIST)
    application = RepairApplication(
        ref=secrets.token_urlsafe(9),
        subject_id=records[0].subject_id,
        opened_by_id=actor.person_id,
        filled_by=filled_by,
        opened_at=now,
    )
    session.add(application)
    session.flush()
    for record in records:
        cases.open_draft(
            session,
            REPAIR,
            subject_id=record.subject_id,
            record=record,
            application_id=application.id,
            actor=actor,
            now=now,
            house=house,
            facts={"filled_by": filled_by, **known},
        )
    return application


def visible(session: Session, ref: str, actor: Actor) -> RepairApplication:
    """The application of this reference, for whoever may see one of its cases. Raises NotYours."""
    found = session.scalars(select(RepairApplication).where(RepairApplication.ref == ref)).first()
    if found is None or not any(REPAIR.readers.holds(case, actor, {}) for case in cases_of(session, found)):
        raise NotYours
    return found


def cases_of(session: Session, application: RepairApplication) -> Sequence[Case]:
    """The cases of an application, in the order of their records; the letters that were signed for it are left out."""
    wanted = select(Case).where(Case.application_id == application.id, Case.workflow == REPAIR.name)
    wanted = wanted.order_by(Case.id)
    return session.scalars(wanted).all()


def letters_of(session: Session, case: Case) -> Sequence[Case]:
    """The letters that were signed for the record of this case within its application."""
    wanted = select(Case).where(
        Case.application_id == case.application_id,
        Case.record_id == case.record_id,
        Case.workflow == COMMITMENT.name,
    )
    return session.scalars(wanted.order_by(Case.id)).all() if case.application_id else ()


def drafts_of(session: Session, application: RepairApplication) -> list[Case]:
    """The cases that were not handed in yet."""
    return [case for case in cases_of(session, application) if case.state == REPAIR.first.name]


def save(
    session: Session,
    application: RepairApplication,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    house: House,
) -> None:
    """Keep what was filled in, for every draft of the application."""
    for case in drafts_of(session, application):
        cases.save(session, case.address, values, version=case.version, actor=actor, now=now, house=house)


def attach(
    session: Session,
    application: RepairApplication,
    field: str,
    content: bytes,
    *,
    name: str,
    actor: Actor,
    now: datetime,
    house: House,
) -> None:
    """Keep one file with every draft of the application; it is stored once. Raises Refused with what is wrong."""
    for case in drafts_of(session, application):
        attachments.attach(
            session, case, field, BytesIO(content), name=name, actor=actor, now=now, house=house
        )


def hand_in(
    session: Session,
    application: RepairApplication,
    *,
    signing: Mapping[str, Any] | None,
    actor: Actor,
    now: datetime,
    house: House,
) -> list[Outcome]:
    """Sign a letter for each record and hand its case in. One that is refused stays a draft with its sentence.

    `signing` is the record of the identity confirmed just now (电子签名法 13); None at the window, where the letters
    were signed on paper.
    """
    outcomes = []
    for case in drafts_of(session, application):
        try:
            with session.begin_nested():
                if signing is not None:
                    _sign_letter(session, case, signing, actor=actor, now=now, house=house)
                order = perform.Order("submit", {}, None)
                perform.perform(session, case.address, order, actor=actor, now=now, house=house)
            outcomes.append(Outcome(case, None))
        except Refused as refused:
            session.refresh(case)
            outcomes.append(Outcome(case, refused.sentence))
    if any(outcome.refusal is None for outcome in outcomes):
        application.submitted_at = application.submitted_at or now
    return outcomes


def letter_item(session: Session, record: CreditRecord, *, on: date) -> CommitmentItem:
    """The catalogue item under which the letter for a record is signed: one for its kind before one for any, that of
    its own unit first, then one of the office, which serves every unit. Raises Refused.
    """
    wanted = select(CommitmentItem).where(
        CommitmentItem.type == LETTER_TYPE, CommitmentItem.needs_acceptance.is_(False)
    )
    fitting = [
        item
        for item in session.scalars(wanted.order_by(CommitmentItem.code))
        if circumstances.item_on(item, on).is_open and record.subject.kind in item.open_to
        if item.record_kind in (record.kind, "")
    ]
    if not fitting:
        raise Refused(NO_LETTER_ITEM)
    return min(
        fitting,
        key=lambda item: (item.record_kind == "", item.unit_id != record.unit_id, not item.unit.is_office),
    )


def letter_facts(case: Case) -> dict[str, Any]:
    """What the letter for the record of this case says; what is read before signing says the same."""
    record, facts = case.record, REPAIR.load(case.facts)
    assert record is not None
    return {
        "reason": f"申请修复{record.decision_no}《{record.title}》",
        "statement": facts.correction,
        "contact_name": facts.contact_name,
        "contact_mobile": facts.contact_mobile,
        "publication_consent": True,
    }


def open_letter(session: Session, case: Case, *, actor: Actor, now: datetime, house: House) -> Case:
    """The draft of the letter for the record of this case. Raises Refused where no item is open for it."""
    record = case.record
    assert record is not None
    return cases.open_draft(
        session,
        COMMITMENT,
        subject_id=case.subject_id,
        item=letter_item(session, record, on=clock.legal_day(now)),
        record=record,
        application_id=case.application_id,
        actor=actor,
        now=now,
        house=house,
        facts=letter_facts(case),
    )


def _sign_letter(
    session: Session, case: Case, signing: Mapping[str, Any], *, actor: Actor, now: datetime, house: House
) -> None:
    """One letter for this record, in force at once; none when there is one already."""
    record = case.record
    assert record is not None
    if circumstances.has_letter(session, record.id, subject_id=case.subject_id):
        return
    letter = open_letter(session, case, actor=actor, now=now, house=house)
    assert letter.item is not None
    given = {
        "letter_version": circumstances.item_on(letter.item, clock.legal_day(now)).letter_version,
        "publication_consent": True,
        "identity_confirmed": True,
        "signing": dict(signing),
    }
    perform.perform(
        session, letter.address, perform.Order("sign", given, None), actor=actor, now=now, house=house
    )
