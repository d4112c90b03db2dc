"""How the author of a petition follows it without an account: with its number and the code that was shown once.

A wrong number and a wrong code get the same answer, and each counts against the address it came from. What is told is
what the subject itself may know of its case; nothing here changes a petition.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...domain.refusals import NotYours, Refused
from ...domain.words import N_, Sentence
from ...models.case import Case
from ...models.catalogue import Reason
from ...models.deadline import Deadline
from ...models.document import Document
from ...models.petition import Petition
from ..engine import clocks, history
from ..house import House
from ..people import throttle
from . import petitions

WRONG = N_("来件号或者查询码不对。请对照当时抄下或者打印的内容，逐位核对。")
NOBODY = "0" * 64


@dataclass(frozen=True)
class Standing:
    """How a petition stands: `due_on` while nobody decided on it; its case, clock, reasons and documents after that."""

    petition: Petition
    due_on: date | None
    case: Case | None
    clock: Deadline | None
    reasons: tuple[tuple[Reason, str], ...]
    documents: Sequence[Document]


def found(session: Session, ref: str, code: str, *, ip: str, now: datetime) -> Petition:
    """The petition of this number if the code belongs to it. Raises Refused; the caller keeps what was counted."""
    key = f"standing:{ip}"[:120]
    until = throttle.locked_until(session, (key,), now=now)
    if until is not None:
        text = N_("输错的次数较多，请在 %(time)s 之后再查，或者带上来件号到窗口查询。")
        raise Refused(Sentence(text, time=throttle.over_at(until)), code="too_many")
    petition = session.scalars(select(Petition).where(Petition.ref == ref.replace("\0", ""))).first()
    kept = petition.code_digest if petition else NOBODY
    if not hmac.compare_digest(kept, petitions.digest(code)) or petition is None:
        throttle.failed(session, key, now=now)
        raise Refused(WRONG, code="wrong")
    return petition


def standing(session: Session, petition: Petition, *, house: House) -> Standing:
    """Everything that its author is told now."""
    case = petition.case
    due_on = None if petition.decision else petitions.due(session, petition, house=house).due_on
    if case is None:
        return Standing(petition, due_on, None, None, (), ())
    running = clocks.running(session, case.id)
    return Standing(
        petition, due_on, case, running[0] if running else None, _reasons(session, case), _documents(session, case)
    )  # fmt: skip


def document(session: Session, petition: Petition, number: str) -> Document:
    """One document of the petition's case. Raises NotYours."""
    wanted = select(Document).where(Document.number == number.replace("\0", ""))
    found = session.scalars(wanted.where(Document.case_id == petition.case_id)).first()
    if found is None or petition.case_id is None:
        raise NotYours
    return found


def _documents(session: Session, case: Case) -> Sequence[Document]:
    wanted = select(Document).where(Document.case_id == case.id)
    return session.scalars(wanted.order_by(Document.id.desc())).all()


def _reasons(session: Session, case: Case) -> tuple[tuple[Reason, str], ...]:
    """The coded reasons with which the case came to where it stands, each with its note."""
    entered = history.entered(history.events(session, case.id))
    if entered is None or "reasons" not in entered.given:
        return ()
    known = {reason.code: reason for reason in session.scalars(select(Reason))}
    return tuple((known[given["code"]], given["note"]) for given in entered.given["reasons"])
