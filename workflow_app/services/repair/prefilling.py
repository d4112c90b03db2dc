"""What need not be typed again when an application for repair is opened: contact, what was decided, who can prove it.

Everything is a proposal that the applicant reads, corrects and signs. What stands in the record comes from the finding
unit; nothing is made up, so the days of payment and of correction are left to be added.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...domain.people import Actor, GrantKind
from ...models.case import Case
from ...models.party import Person
from ...models.record import CreditRecord
from ..delivery import notices

LOOKED_BACK = 20
"""So many of the subject's newest cases are asked for a contact."""


def shared(session: Session, records: Sequence[CreditRecord], *, actor: Actor, on: date) -> dict[str, Any]:
    """What is the same for all records: the contact, and that the units know of the duties if all of them do."""
    known = all(record.duties_done_on is not None for record in records)
    known_contact = contact(session, records[0].subject_id, actor=actor, on=on)
    return known_contact | {"proof_source": "fetched" if known else "uploaded"}


def own(record: CreditRecord) -> dict[str, str]:
    """What the record itself says about the correction and the duties, as the applicant would write it."""
    content = record.content.strip("。；; ") or "决定书要求的义务"
    duties = f"决定内容：{content}。已经全部履行。"
    if record.duties_done_on is not None:
        duties = f"决定内容：{content}。认定单位已经确认于 {record.duties_done_on.isoformat()} 履行完毕。"
    return {
        "correction": f"{record.decision_no}认定的行为（{record.title}）已经停止并纠正。",
        "duties": duties,
    }


def contact(session: Session, subject_id: int, *, actor: Actor, on: date) -> dict[str, str]:
    """The contact of the subject's newest case; else its owner, else the agent who fills in.

    Nothing for the window: who comes there says whom to call, and a number given elsewhere is not shown to the clerk.
    """
    if all(grant.subject_id != subject_id for grant in actor.grants):
        return {}
    newest = select(Case).where(Case.subject_id == subject_id).order_by(Case.id.desc()).limit(LOOKED_BACK)
    for case in session.scalars(newest):
        name, mobile = case.facts.get("contact_name"), case.facts.get("contact_mobile")
        if name and mobile:
            return {"contact_name": name, "contact_mobile": mobile}
    people = [
        *notices.on_side(session, "owner", subject_id=subject_id, unit_id=None, workflow="repair", on=on)
    ]
    if any(g.subject_id == subject_id and g.kind is not GrantKind.OWNER for g in actor.grants):
        people += session.scalars(select(Person).where(Person.id == actor.person_id))
    person = next((one for one in people if one.mobile), None)
    return {"contact_name": person.name, "contact_mobile": person.mobile or ""} if person else {}
