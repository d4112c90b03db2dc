"""限制期: a legal restriction keeps an entry on its list, after the term too; noted with reason and basis, lifted the same way.

One person of the unit that decided the entry proposes, its head notes or refuses. The only module that writes
`list_restriction` and the two columns of an entry that follow from it.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ...domain import clock
from ...domain.people import Actor, GrantKind
from ...domain.refusals import NotYours, Refused
from ...domain.words import N_, Sentence
from ...models.lists import ListEntry, ListRestriction
from ..delivery import notices
from ..records import records

RESTRICTED = N_(
    "贵方列入“%(list)s”，因仍在法律规定的限制期间，到 %(day)s为止不能移出，也不能提前移出。理由和依据见信用档案，有异议的可以提出。"
)
LIFTED = N_("贵方列入“%(list)s”的限制已经解除，期限届满后自动移出。")
TO_NOTE = N_("%(subject)s（%(list)s）的限制期有一项提议，请核对后确认或者不同意。")
NOT_STANDING = N_("这条列入记录已经移出，或者没有期限，不需要记限制期。")
WAITS = N_("这条列入记录已经有一项等待确认的提议，请先确认或者不同意。")
NOT_LATER = N_("限制期应当在今天以后届满，请核对日期。")
NOTHING_TO_LIFT = N_("这条列入记录没有限制期，不需要解除。")
NOT_WAITING = N_("这项提议已经处理，不需要再处理。")
OWN = N_("提议由您提出，须由另一位负责人确认（两人原则）。")
WHY = N_("不同意的，请写明理由。")


def propose(
    session: Session,
    entry: ListEntry,
    *,
    until_on: date | None,
    because: str,
    basis: str,
    actor: Actor,
    now: datetime,
) -> ListRestriction:
    """Propose a restriction until a legal day, or (None) that it is over. Raises NotYours, Refused."""
    if entry.unit_id not in records.units_of(actor):
        raise NotYours
    if entry.ends_on is None or entry.exited_at is not None:
        raise Refused(NOT_STANDING)
    if waiting(session, entry) is not None:
        raise Refused(WAITS)
    if until_on is not None and until_on <= clock.legal_day(now):
        raise Refused(NOT_LATER, code="until_on")
    if until_on is None and entry.restricted_until is None:
        raise Refused(NOTHING_TO_LIFT, code="what")
    made = ListRestriction(
        entry_id=entry.id, until_on=until_on, because=because.strip(), basis=basis.strip(),
        proposed_by_id=actor.person_id, proposed_at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    told = Sentence(TO_NOTE, subject=entry.subject.name, list=entry.type.name)
    notices.tell(session, f"restriction-{made.id}", told, to="head", unit_id=entry.unit_id, now=now)
    return made


def decide(
    session: Session, entry: ListEntry, *, is_noted: bool, why: str, actor: Actor, now: datetime
) -> ListRestriction:
    """The head notes what was proposed, which changes the entry, or refuses it. Raises NotYours, Refused."""
    if not may_decide(entry, actor):
        raise NotYours
    found = waiting(session, entry, is_locked=True)
    if found is None:
        raise Refused(NOT_WAITING)
    if found.proposed_by_id == actor.person_id:
        raise Refused(OWN)
    if not is_noted and not why.strip():
        raise Refused(WHY, code="why")
    if is_noted and entry.exited_at is not None:
        raise Refused(NOT_STANDING)
    found.decided_by_id, found.decided_at = actor.person_id, now
    found.is_noted, found.refused_why = is_noted, "" if is_noted else why.strip()
    if is_noted:
        _note(session, entry, found, now=now)
    session.flush()
    return found


def may_decide(entry: ListEntry, actor: Actor) -> bool:
    """Whether a person is a head of the unit that decided the entry."""
    return entry.unit_id in records.units_of(actor, GrantKind.HEAD)


def waiting(session: Session, entry: ListEntry, *, is_locked: bool = False) -> ListRestriction | None:
    """The proposal that waits for the head, if any."""
    wanted = select(ListRestriction).where(
        ListRestriction.entry_id == entry.id, ListRestriction.decided_at.is_(None)
    )
    return session.scalar(wanted.with_for_update() if is_locked else wanted)


def history(session: Session, entry: ListEntry) -> Sequence[ListRestriction]:
    """Everything that was proposed for an entry, the newest first."""
    wanted = select(ListRestriction).where(ListRestriction.entry_id == entry.id)
    parts = (joinedload(ListRestriction.proposed_by), joinedload(ListRestriction.decided_by))
    return session.scalars(wanted.options(*parts).order_by(ListRestriction.id.desc())).all()


def is_restricted(entry: ListEntry, *, day: date) -> bool:
    """Whether the entry stays on its list on this legal day, whoever asks and whatever ended."""
    return entry.restricted_until is not None and day <= entry.restricted_until


def _note(session: Session, entry: ListEntry, found: ListRestriction, *, now: datetime) -> None:
    entry.restricted_until = found.until_on
    entry.restricted_because = f"{found.because}（{found.basis}）" if found.until_on else ""
    told = Sentence(LIFTED, list=entry.type.name)
    if found.until_on is not None:
        told = Sentence(RESTRICTED, list=entry.type.name, day=found.until_on)
    key = f"restriction-{found.id}/{clock.legal_day(now)}"
    notices.tell(session, key, told, to="subject", subject_id=entry.subject_id, now=now)
