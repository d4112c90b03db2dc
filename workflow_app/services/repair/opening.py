"""An application for repair as it begins and as it is handed in: filled in as far as anything is known, and who is told then.

The way in for people and for machines alike; who may file for whom is said by `filing`, what the law demands by the guards.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from ...domain import clock
from ...domain.people import Actor
from ...domain.refusals import Refused
from ...domain.words import N_, Sentence
from ...models.case import Case
from ...models.record import CreditRecord
from ...models.repair import RepairApplication
from ...workflows.commitment import COMMITMENT
from ...workflows.repair import REPAIR
from ..cases import agents, cases
from ..delivery import notices
from ..house import House
from . import applications, filing, precheck, prefilling

FILED_FOR_YOU = N_(
    "信用办窗口为贵方提交了 %(count)s 条记录的修复申请。信用修复不收取任何费用；不是贵方要求的，请联系信用办。"
)
NO_APPLICATION = N_("这条记录还没有修复申请的草稿。请先建立修复申请，填写以后再签署承诺书。")


def application_for(
    session: Session, chosen: Sequence[CreditRecord], *, actor: Actor, now: datetime, house: House
) -> tuple[RepairApplication, bool]:
    """The application for these records of one subject, and whether it is a new one. Raises NotYours, Refused."""
    going_on = filing.continued(session, chosen, actor) if chosen else None
    if going_on is not None:
        return going_on, False
    known = prefilling.shared(session, chosen, actor=actor, on=clock.legal_day(now)) if chosen else {}
    filled_by = filing.capacity(actor, chosen[0].subject_id) if chosen else ""
    opened = applications.open_for(
        session, chosen, filled_by=filled_by, known=known, actor=actor, now=now, house=house
    )
    for case in applications.drafts_of(session, opened):
        assert case.record is not None
        values = prefilling.own(case.record)
        cases.save(session, case.address, values, version=case.version, actor=actor, now=now, house=house)
    return opened, True


def letter_for(
    session: Session, record: CreditRecord, *, actor: Actor, now: datetime, house: House
) -> tuple[Case, bool]:
    """The draft of the letter for a record in an application, and whether it is a new one. Raises Refused without one."""
    application = filing.continued(session, [record], actor)
    drafts = applications.drafts_of(session, application) if application else []
    case = next((each for each in drafts if each.record_id == record.id), None)
    if case is None:
        raise Refused(NO_APPLICATION, code="no_application")
    for letter in applications.letters_of(session, case):
        if letter.state == COMMITMENT.first.name and cases.may_edit(letter, actor):
            return letter, False
    return applications.open_letter(session, case, actor=actor, now=now, house=house), True


def handing_in(
    session: Session, drafts: Sequence[Case], *, actor: Actor, now: datetime, house: House
) -> None:
    """What comes before drafts of an application are handed in: what the check finds is kept. Letters are not checked."""
    of_repair = [case for case in drafts if case.workflow == REPAIR.name]
    precheck.keep(session, of_repair, actor=actor, now=now, house=house)


def handed_in(
    session: Session, application: RepairApplication, taken: Sequence[Case], *, now: datetime
) -> None:
    """What follows for cases of an application just handed in: clusters are watched, a subject served at the window is told."""
    of_repair = [case for case in taken if case.workflow == REPAIR.name]
    agents.watch(session, of_repair, now=now)
    if of_repair and application.filled_by == "window":
        told = Sentence(FILED_FOR_YOU, count=len(of_repair))
        key = f"window/{application.id}/{of_repair[0].id}"
        notices.tell(session, key, told, to="subject", subject_id=application.subject_id, now=now)
