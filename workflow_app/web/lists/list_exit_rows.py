"""The pages of list exits as plain values: lists of entries, one entry for its reader, what its unit noted.

Rights and findings come from the services; nothing is decided here.
"""

from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from ...domain import clock, masking
from ...domain.people import Actor
from ...domain.words import N_, Sentence
from ...models.case import Case
from ...models.lists import ListEntry, ListRestriction
from ...models.party import Subject
from ...services.house import House
from ...services.lists import joint_measures, leaving, list_entries, list_restrictions
from ...services.records import records
from ...services.rules import rulebooks
from ...workflows.list_exit import LIST_EXIT
from ...workflows.list_exit_words import WAYS
from ...workflows.listing_words import ADVERSE
from ..cases import case_view
from ..ui import unit_named
from . import list_exit_view as view

SAID = {
    "own": N_("您以本单位（本人）的名义申请。"),
    "mandate": N_("您是受委托的经办人，提交以后会通知委托您的主体。"),
    "window": N_("信用办窗口代为填写，记入办件，并通知申请人。请核对来人的身份证件和授权。"),
    "unit": N_("由认定单位依职权启动，提出建议后由另一位负责人签发。"),
}
"""The declaration who starts the exit, by capacity."""
OUTCOMES = {True: N_("已确认"), False: N_("不同意")}


def index(session: Session, actor: Actor | None, typed: str) -> dict[str, Any]:
    """The entries that this reader is concerned with, and in what part."""
    if actor is None:
        return {"own": [], "standing": [], "is_subject": False, "is_unit": False}
    today = clock.legal_day(clock.now())
    is_unit = bool(records.units_of(actor)) or any(map(actor.holds, leaving.READERS))
    standing = leaving.of_units(session, actor, search=typed) if is_unit else ()
    subjects = leaving.subjects(session, actor)
    return {
        "own": [{"name": one.name, "rows": of_subject(session, one.id)} for one in subjects],
        "standing": [view.row(entry, today=today) for entry in standing],
        "is_subject": bool(subjects),
        "is_unit": is_unit,
    }


def of_subject(session: Session, subject_id: int) -> list[dict[str, Any]]:
    """The entries of a subject in lines, what stands first."""
    today = clock.legal_day(clock.now())
    found = sorted(
        list_entries.of_subject(session, subject_id), key=lambda entry: entry.exited_at is not None
    )
    return [view.row(entry, today=today) for entry in found]


def subject_row(subject: Subject) -> dict[str, Any]:
    """A subject found at the window; the code masked as everywhere."""
    code = masking.mask_code(subject.kind, subject.code)
    return {"name": subject.name, "code": code, "url": url_for("list_exits.window", subject=subject.id)}


def entry_page(
    session: Session, entry: ListEntry, actor: Actor, *, now: datetime, house: House
) -> dict[str, Any]:
    """Everything on the page of an entry but its forms."""
    today, book = clock.legal_day(now), rulebooks.current(session, house)
    found = view.dates(entry, book, today=today)
    standing = entry.exited_at is None
    return {
        "entry": entry,
        "line": view.row(entry, today=today),
        "particulars": particulars(entry),
        "term": view.term(entry, today=today),
        "explanation": [Sentence.from_json(line) for line in entry.explanation],
        "dates": found if standing else [],
        "differ": view.differ(found) if standing else None,
        "conditions": view.conditions(session, entry, today=today) if standing else [],
        "measures": [measure_row(one) for one in joint_measures.of_entry(session, entry.id)],
        "exits": [exit_row(case) for case in leaving.exits_of(session, entry, actor)],
        "is_adverse": entry.type.kind in ADVERSE,
        "is_of_unit": is_of_unit(entry, actor),
        **way_in(session, entry, actor, now=now),
        **restriction(session, entry, actor),
    }


def way_in(session: Session, entry: ListEntry, actor: Actor, *, now: datetime) -> dict[str, Any]:
    """Whether this reader may start the exit now and as what, or why not."""
    capacity = leaving.may_start(entry, actor)
    draft = leaving.draft(session, entry, actor) if capacity else None
    why_not = leaving.refusal(session, entry, capacity, day=clock.legal_day(now)) if capacity else None
    needs_letter = entry.record is not None and entry.exited_at is None
    has_to_sign = needs_letter and capacity in ("own", "mandate") and not leaving.has_letter(session, entry)
    return {
        "capacity": capacity,
        "filler": Sentence(SAID[capacity]) if capacity else None,
        "draft_url": url_for("cases.show", address=draft.address) if draft else None,
        "why_not": why_not,
        "may_start": bool(capacity) and why_not is None,
        "may_sign": has_to_sign and (why_not is None or draft is not None),
        "not_covered": Sentence(leaving.NOT_COVERED) if is_not_covered(entry, actor) else None,
    }


def is_not_covered(entry: ListEntry, actor: Actor) -> bool:
    """Whether a mandate for the subject does not reach list exits."""
    own = actor.subject_ids()
    return entry.subject_id in own - actor.subject_ids(workflow=LIST_EXIT.name)


def is_of_unit(entry: ListEntry, actor: Actor) -> bool:
    """Whether a person works for the unit that decided the entry."""
    return entry.unit_id in records.units_of(actor)


def particulars(entry: ListEntry) -> list[dict[str, Any]]:
    """What the entry says."""
    values: list[tuple[str, Any]] = [
        (N_("名单"), view.name_of(entry)),
        (N_("作出列入决定的单位"), view.unit_of(entry)),
        (N_("列入日期"), view.whole_day(entry.listed_on)),
        (N_("列入的事实和理由"), entry.behaviour),
        (N_("列入的法律依据"), entry.basis),
        (N_("公布渠道"), entry.channel),
        (N_("列入决定的办件号"), entry.case.number or ""),
        (N_("移出方式"), Sentence(WAYS[entry.exit_how]) if entry.exit_how else ""),
    ]
    return [{"title": Sentence(title), "value": value} for title, value in values if value]


def measure_row(measure: Any) -> dict[str, Any]:
    """A measure because of the entry, and how far it is."""
    stage = joint_measures.stage(measure)
    return {
        "title": measure.title,
        "unit": unit_named(measure.unit.name),
        "basis": measure.basis,
        "stage": Sentence(joint_measures.STAGES[stage]),
        "is_over": stage in ("lifted", "cannot"),
        "lifted_on": measure.lifted_on,
    }


def exit_row(case: Case) -> dict[str, Any]:
    """An exit of the entry in a line."""
    state = LIST_EXIT.state(case.state)
    return {
        "url": url_for("cases.show", address=case.address),
        "number": case.number,
        "state": Sentence(state.title),
        "tone": case_view.tone(LIST_EXIT, state),
        "at": case.updated_at,
    }


def restriction(session: Session, entry: ListEntry, actor: Actor) -> dict[str, Any]:
    """The legal restriction with its history; who may propose and who may decide. For the unit's people alone."""
    if not is_of_unit(entry, actor) or entry.ends_on is None:
        return {"restriction": None}
    waiting = list_restrictions.waiting(session, entry)
    is_own = waiting is not None and waiting.proposed_by_id == actor.person_id
    return {
        "restriction": {
            "waiting": restriction_row(waiting) if waiting else None,
            "may_propose": waiting is None and entry.exited_at is None,
            "may_decide": waiting is not None and not is_own and list_restrictions.may_decide(entry, actor),
            "until_on": entry.restricted_until,
            "because": entry.restricted_because,
            "history": [
                restriction_row(one) for one in list_restrictions.history(session, entry) if one.decided_at
            ],
        }
    }


def restriction_row(found: ListRestriction) -> dict[str, Any]:
    """One proposal: what, why, by whom, and what became of it."""
    what = Sentence(N_("解除限制期"))
    if found.until_on is not None:
        what = Sentence(N_("限制期到 %(day)s"), day=found.until_on)
    return {
        "what": what,
        "because": found.because,
        "basis": found.basis,
        "by": found.proposed_by.name if found.proposed_by else "",
        "at": found.proposed_at,
        "outcome": Sentence(OUTCOMES[found.is_noted]) if found.decided_at else None,
        "decided_by": found.decided_by.name if found.decided_by else "",
        "decided_at": found.decided_at,
        "refused_why": found.refused_why,
    }
