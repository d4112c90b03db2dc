"""The way off a list: who may ask for which entry and in what capacity, why not yet, and the draft it begins with.

In what capacity somebody asks follows from the grants in force and is never asked. What the law demands of an application
is said by the guards of the workflow; what is refused here would only lead to a draft that nobody could hand in.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ...domain import clock
from ...domain.people import FOR_A_SUBJECT, Actor, GrantKind
from ...domain.refusals import NotYours, Refused
from ...domain.words import N_, Sentence
from ...models.case import Case
from ...models.lists import ListEntry, ListType
from ...models.party import Subject
from ...workflows import BY_NAME
from ...workflows.commitment import COMMITMENT
from ...workflows.list_exit import BY_APPLICATION, LIST_EXIT, NO_RESTRICTION, NONE_OPEN, STANDS
from ...workflows.listing_words import ADVERSE
from ...workflows.repair import NOT_BARRED
from ..cases import cases
from ..engine import circumstances, gate
from ..house import House
from ..records import records
from ..repair import applications, prefilling
from . import list_entries, list_restrictions

READERS = (GrantKind.CLERK, GrantKind.LEAD, GrantKind.AUDITOR)
MOST = 100
NOT_COVERED = N_(
    "您的授权不包括移出名单。请主体管理员在“经办人与授权”里把“移出名单”加进您的授权，或者由主体管理员自己申请。"
)
TOO_EARLY = N_("名单规定的最短期限还没有届满，从 %(day)s起可以申请提前移出，届时会提醒您。")
NOT_COUNTED = N_(
    "这个名单的最短期限从认定单位确认您纠正、履行完义务之日起算，现在还没有确认。已经履行的，请把证明交给认定单位核实。"
)
BARRED = N_("%(why)s从 %(day)s起可以再次申请。")
NO_RECORD = N_("这个名单的移出不需要签署守信承诺书。")


def concerned(session: Session, ref: str, actor: Actor) -> ListEntry:
    """The entry for its subject's people, its unit and the office. Raises NotYours; an annulled one was never made."""
    entry = list_entries.entry(session, ref.replace("\0", ""))
    is_seen = (
        any(grant.subject_id == entry.subject_id for grant in actor.grants)
        or any(map(actor.holds, READERS))
        or entry.unit_id in records.units_of(actor)
    )
    if not is_seen or entry.listed_on is None or entry.exit_how == "annulled":
        raise NotYours
    return entry


def capacity(entry: ListEntry, actor: Actor) -> str:
    """In what capacity this person starts the exit: own, mandate, window or unit. Raises NotYours, or Refused."""
    own = [grant for grant in actor.grants if grant.subject_id == entry.subject_id]
    kinds = {g.kind for g in own if g.kind in FOR_A_SUBJECT and g.covers(LIST_EXIT.name)}
    if kinds:
        return "own" if kinds - {GrantKind.AGENT} else "mandate"
    if own:
        raise Refused(NOT_COVERED, code="mandate")
    if entry.type.kind not in ADVERSE and entry.unit_id in records.units_of(actor, GrantKind.HANDLER):
        return "unit"
    if actor.holds(GrantKind.CLERK):
        return "window"
    if ended := gate.ended_mandate_for(entry.subject_id, actor):
        raise Refused(ended, code="mandate_ended")
    raise NotYours


def may_start(entry: ListEntry, actor: Actor) -> str:
    """The same; empty for whoever may only read."""
    try:
        return capacity(entry, actor)
    except Refused:
        return ""


def refusal(session: Session, entry: ListEntry, capacity_: str, *, day: date) -> Sentence | None:
    """Why the exit of this entry can't be started on this day; None when it can."""
    if entry.exited_at is not None:
        return Sentence(STANDS.sentence)
    if open_exit(entry) is not None:
        return Sentence(NONE_OPEN.sentence)
    if capacity_ == "unit":
        return None
    if entry.type.kind == "focus":
        return Sentence(BY_APPLICATION.sentence)
    until = circumstances.barred_until(session, entry.subject_id, day=day)
    if until is not None and day < until:
        return Sentence(BARRED, why=Sentence(NOT_BARRED.sentence), day=until)
    if list_restrictions.is_restricted(entry, day=day):
        return Sentence(NO_RESTRICTION.sentence)
    if entry.early_on is None:
        return Sentence(NOT_COUNTED)
    return Sentence(TOO_EARLY, day=entry.early_on) if day < entry.early_on else None


def open_exit(entry: ListEntry) -> Case | None:
    """The exit that was handed in and has not ended."""
    case = entry.exit_case
    return case if case is not None and not BY_NAME[case.workflow].state(case.state).ended else None


def open_for(
    session: Session, entry: ListEntry, *, actor: Actor, now: datetime, house: House
) -> tuple[Case, bool]:
    """The draft for this entry, and whether it is a new one. Raises NotYours, or Refused with the day from which."""
    filled_by = capacity(entry, actor)
    if (going_on := draft(session, entry, actor)) is not None:
        return going_on, False
    if (why := refusal(session, entry, filled_by, day=clock.legal_day(now))) is not None:
        raise Refused(why)
    facts = {
        "matter": entry.type.name, "entry_ref": entry.ref, "kind": entry.type.kind,
        **_known(session, entry, filled_by, actor=actor, on=clock.legal_day(now)),
    }  # fmt: skip
    opened = cases.open_draft(
        session, LIST_EXIT, subject_id=entry.subject_id, actor=actor, now=now, house=house, record=entry.record,
        unit_id=entry.unit_id, facts=facts,
    )  # fmt: skip
    return opened, True


def _known(session: Session, entry: ListEntry, filled_by: str, *, actor: Actor, on: date) -> dict[str, Any]:
    """What need not be typed: who fills in, whom to call, and what the unit has established already."""
    if filled_by == "unit":
        return {"way": "ex_officio"}
    known = {"filled_by": filled_by, **prefilling.contact(session, entry.subject_id, actor=actor, on=on)}
    if entry.record is not None and entry.record.duties_done_on is not None:
        done = entry.record.duties_done_on.isoformat()
        known |= {"duties": f"认定单位已经确认于 {done} 履行完毕。", "proof_source": "fetched"}
    return known


def exits_of(session: Session, entry: ListEntry, actor: Actor) -> list[Case]:
    """The exits of an entry that this person may read, drafts too, the newest first."""
    wanted = select(Case).where(
        Case.workflow == LIST_EXIT.name, Case.subject_id == entry.subject_id, Case.state != "discarded"
    )
    found = session.scalars(wanted.order_by(Case.id.desc()))
    return [
        case
        for case in found
        if case.facts.get("entry_ref") == entry.ref and LIST_EXIT.readers.holds(case, actor, {})
    ]


def draft(session: Session, entry: ListEntry, actor: Actor) -> Case | None:
    """The draft that this person may go on with: of the unit its own, of the subject's side not that of the unit."""
    way = "ex_officio" if may_start(entry, actor) == "unit" else "early"
    found = [
        case
        for case in exits_of(session, entry, actor)
        if case.state == LIST_EXIT.first.name and case.facts["way"] == way
    ]
    return next((c for c in found if any(r.scope.holds(c, actor, {}) for r in LIST_EXIT.first.editors)), None)


def has_letter(session: Session, entry: ListEntry) -> bool:
    """Whether the letter for this very entry was signed and is in force."""
    return entry.record is not None and circumstances.has_letter(
        session, entry.record.id, subject_id=entry.subject_id
    )


def open_letter(session: Session, entry: ListEntry, *, actor: Actor, now: datetime, house: House) -> Case:
    """The draft of the letter for an entry: the one there is, or a new one. Raises NotYours, Refused."""
    if entry.record is None:
        raise Refused(NO_RECORD)
    wanted = select(Case).where(
        Case.record_id == entry.record.id, Case.workflow == COMMITMENT.name,
        Case.state == COMMITMENT.first.name,
    )  # fmt: skip
    for case in session.scalars(wanted.order_by(Case.id.desc())):
        if any(role.scope.holds(case, actor, {}) for role in COMMITMENT.first.editors):
            return case
    day = clock.legal_day(now)
    facts = {
        "reason": f"申请提前移出“{entry.type.name}”（列入决定 {entry.record.decision_no}）",
        **prefilling.contact(session, entry.subject_id, actor=actor, on=day),
    }
    return cases.open_draft(
        session, COMMITMENT, subject_id=entry.subject_id, actor=actor, now=now, house=house, record=entry.record,
        item=applications.letter_item(session, entry.record, on=day), facts=facts,
    )  # fmt: skip


def subjects(session: Session, actor: Actor) -> Sequence[Subject]:
    """The subjects for which this person may ask to leave a list."""
    wanted = select(Subject).where(Subject.id.in_(actor.subject_ids(workflow=LIST_EXIT.name)))
    return session.scalars(wanted.order_by(Subject.id)).all()


def of_units(session: Session, actor: Actor, *, search: str = "") -> Sequence[ListEntry]:
    """The newest entries that stand by decision of this person's units; the office reads all of them."""
    wanted = select(ListEntry).where(list_entries.STANDS).join(ListType).join(Subject)
    if not any(map(actor.holds, READERS)):
        wanted = wanted.where(ListEntry.unit_id.in_(records.units_of(actor)))
    if search:
        wanted = wanted.where(Subject.name.contains(search, autoescape=True))
    parts = (joinedload(ListEntry.type), joinedload(ListEntry.unit), joinedload(ListEntry.subject))
    return session.scalars(wanted.options(*parts).order_by(ListEntry.id.desc()).limit(MOST)).all()
