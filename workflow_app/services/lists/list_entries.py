"""Entries on lists: who stands on which, until when, from when it may ask to leave, and how it left.

Written by the effects of the listing and list exit workflows alone. An annulled entry counts as never made: it is in the
history of its cases and nowhere else.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from ...domain import clock, list_period
from ...domain.identifiers import parse_citizen_id, parse_uscc
from ...domain.list_period import ListPeriod
from ...domain.refusals import NotYours, Refused
from ...domain.rule import Rule
from ...domain.rulebook import Rulebook
from ...models.case import Case
from ...models.event import Event
from ...models.lists import JointMeasure, ListEntry, ListType
from ...models.party import Subject
from ...workflows import BY_NAME
from ...workflows.listing_words import ADVERSE
from ..records import records

STANDS = and_(ListEntry.listed_on.is_not(None), ListEntry.exited_at.is_(None))
"""Whoever is on a list now."""


def of_case(session: Session, case: Case) -> ListEntry | None:
    """The entry that a listing or a list exit is about; None while nobody was told of a listing."""
    ref = case.facts.get("entry_ref")
    wanted = ListEntry.ref == ref if ref else ListEntry.case_id == case.id
    return session.scalar(select(ListEntry).where(wanted).options(joinedload(ListEntry.type)))


def entry(session: Session, ref: str) -> ListEntry:
    """The entry of this address. Raises NotYours."""
    found = session.scalar(select(ListEntry).where(ListEntry.ref == ref).options(joinedload(ListEntry.type)))
    if found is None:
        raise NotYours
    return found


def of_subject(session: Session, subject_id: int) -> Sequence[ListEntry]:
    """What a subject stood on or stands on, newest first; annulled entries count as never made."""
    wanted = select(ListEntry).where(
        ListEntry.subject_id == subject_id, ListEntry.listed_on.is_not(None), ListEntry.exit_how != "annulled"
    )
    parts = (joinedload(ListEntry.type), joinedload(ListEntry.unit))
    return session.scalars(
        wanted.options(*parts).order_by(ListEntry.listed_on.desc(), ListEntry.id.desc())
    ).all()


def type_of_case(session: Session, case: Case) -> ListType:
    """The list type that a listing names. Raises NotYours."""
    found = session.scalar(select(ListType).where(ListType.key == case.facts.get("list_key", "")))
    if found is None:
        raise NotYours
    return found


def is_in_force(found: ListType, *, on: date) -> bool:
    """Whether the list may be used: with a legal basis, confirmed by a second person, not ended."""
    return (
        bool(found.basis)
        and found.confirmed_at is not None
        and (found.ended_on is None or on < found.ended_on)
    )


def scope_for(found: ListType, subject: Subject) -> str:
    """Who may see an entry: what stands against a natural person is never public (个人信息保护法 25)."""
    is_withheld = found.scope == "public" and found.kind in ADVERSE and subject.kind == "individual"
    return "limited" if is_withheld else found.scope


def of_record(session: Session, record_id: int) -> ListEntry | None:
    """The entry of a credit record, if it is one."""
    return session.scalar(select(ListEntry).where(ListEntry.record_id == record_id))


def begin_term(found: ListEntry, *, day: date, rulebook: Rulebook) -> None:
    """Count the term, the least time before early exit and the re-check from this legal day."""
    found.listed_on, found.reminded_on = day, None
    found.ends_on, found.explanation = None, []
    if found.type.term_rule:
        term = list_period.term(_rule(found.type.term_rule, day, rulebook), day)
        found.ends_on, found.explanation = term.last_on, [line.as_json() for line in term.explanation]
    count_early(found, rulebook)
    found.review_on = rulebook.due(found.type.review_rule, day).due_on if found.type.review_rule else None


def end_with_record(found: ListEntry, rulebook: Rulebook) -> None:
    """An entry that is a record ends with its longest publicity at the latest; that one counts from the decision."""
    longest_on = found.record.max_end_on if found.record else None
    if found.record and found.ends_on and longest_on and longest_on < found.ends_on:
        found.ends_on = longest_on
        found.explanation = [line.as_json() for line in records.period(found.record, rulebook).explanation]


def count_early(found: ListEntry, rulebook: Rulebook) -> None:
    """Write down the first day on which early exit may be asked for; none while what counts has not happened."""
    least = minimum(found, rulebook)
    found.corrected_on = found.record.duties_done_on if found.record else None
    found.early_on = least.over_from if least else None if found.type.early_rule else found.listed_on


def minimum(found: ListEntry, rulebook: Rulebook) -> ListPeriod | None:
    """The least time before early exit with its explanation; None where there is none or it has not begun."""
    starts_on = found.listed_on
    if found.type.early_from == "correction":
        starts_on = found.record.duties_done_on if found.record else None
    if not found.type.early_rule or starts_on is None:
        return None
    return list_period.minimum(_early_rule(found, starts_on, rulebook), found.type.early_from, starts_on)


def _early_rule(found: ListEntry, starts_on: date, rulebook: Rulebook) -> Rule:
    """The row of the day it counts from; a list's own row may be younger than a correction, then that of the listing."""
    try:
        return _rule(found.type.early_rule, starts_on, rulebook)
    except KeyError:
        return _rule(found.type.early_rule, found.listed_on or found.decided_on or starts_on, rulebook)


def _rule(rule_id: str, day: date, rulebook: Rulebook) -> Rule:
    return rulebook.pack.rule(rule_id, on=day, place=rulebook.place)


def order_36_from(found: ListEntry) -> date | None:
    """The first day by Order 36's own minimum; None where the entry is no credit record."""
    return records.may_apply_from(found.record) if found.record else None


def around_listing(session: Session, case: Case, day: date) -> dict[str, Any]:
    """What the guards of the listing workflow ask for."""
    found, own = type_of_case(session, case), of_case(session, case)
    return {
        "is_in_force": is_in_force(found, on=day),
        "is_code_checked": has_code(case.subject),
        "stands_already": stands_already(session, case, found),
        "measures": frozenset(measure["key"] for measure in found.measures),
        "noticed_on": clock.legal_day(own.proposed_at) if own else day,
        "decided_on": own.decided_on if own and own.decided_on else day,
    }


def stands_already(session: Session, case: Case, found: ListType) -> bool:
    """Whether the subject of a listing is on the list, or about to be, because of another case."""
    return (
        session.scalar(_standing(found.id, case.subject_id).where(ListEntry.case_id != case.id)) is not None
    )


def _standing(type_id: int, subject_id: int) -> Select[int]:
    """Who is on a list or about to be; the database keeps it to one for each list and subject."""
    is_free = or_(ListEntry.exited_at.is_not(None), ListEntry.dropped_at.is_not(None))
    return select(ListEntry.id).where(
        ListEntry.type_id == type_id, ListEntry.subject_id == subject_id, ~is_free
    )


def has_code(subject: Subject) -> bool:
    """Whether the subject has a code whose check digit is right, and is not known by its name alone."""
    try:
        (parse_citizen_id if subject.kind == "individual" else parse_uscc)(subject.code)
    except Refused:
        return False
    return True


def around_exit(session: Session, case: Case, day: date) -> dict[str, Any]:
    """What the guards of the list exit workflow ask for."""
    found = of_case(session, case)
    if found is None:
        raise NotYours
    other, order_36 = found.exit_case, order_36_from(found)
    left = select(func.count()).select_from(JointMeasure)
    return {
        "stands": found.listed_on is not None and found.exited_at is None,
        "has_open_exit": other is not None and other.id != case.id and not BY_NAME[other.workflow].state(other.state).ended,
        "is_listed_anew": session.scalar(_standing(found.type_id, found.subject_id).where(ListEntry.id != found.id)) is not None,
        "early_from": found.early_on,
        "order_36_reached": order_36 is None or day >= order_36,
        "is_term_over": found.ends_on is not None and found.ends_on < day,
        "is_restricted": found.restricted_until is not None and day <= found.restricted_until,
        "was_annulled": found.record is not None and found.record.ended_how == "annulled",
        "measures_left": session.scalar(left.where(JointMeasure.lift_case_id == case.id, JointMeasure.lifted_on.is_(None))) or 0,
    }  # fmt: skip


def told(session: Session, case: Case, step: str) -> date | None:
    """The legal day on which a step was last taken in a case."""
    at = session.scalar(select(func.max(Event.at)).where(Event.case_id == case.id, Event.step == step))
    return clock.legal_day(at) if at else None
