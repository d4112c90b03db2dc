"""The plain values that the papers of a list exit name: how it leaves, what was checked, who has to lift what until when.

Each way out leaves papers of its own: early, ex officio, expired, annulled. Reads only, says everything in the source
language; `list_wording` asks it for list exits alone.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ...domain import clock
from ...domain.rulebook import Rulebook
from ...models.case import Case
from ...models.document import Document
from ...models.lists import JointMeasure, ListEntry
from ...models.record import RecordChange
from ...models.repair import RepairBar
from ...workflows.list_exit import LIST_EXIT, RECEIVED, Facts
from ...workflows.list_exit_words import WAYS
from ...workflows.listing_words import ADVERSE
from ..documents.texts import Plain, in_words
from ..engine import outlook
from ..engine.history import Told
from ..records import record_wording
from . import joint_measures, list_entries, list_terms

FORWARD, ACCEPT, DECIDE = "RP-01", "LE-12", "LE-06"
RESULTS = ("objection_review", "objection_result")
ASKED_FOR = "依申请移出"
"""What leaving at one's own request is called where there is no term that would be cut short."""


def of(
    session: Session, case: Case, told: Sequence[Told], *, day: date, rulebook: Rulebook
) -> dict[str, Plain]:
    """What the texts of a list exit may name."""
    facts, entry = LIST_EXIT.load(case.facts), list_entries.of_case(session, case)
    assert entry is not None, "a list exit is opened for an entry"
    return (
        list_terms.of_list(session, entry.type, entry.measures, day=day, rulebook=rulebook)
        | list_terms.of_entry(session, entry, rulebook=rulebook)
        | _way(facts, entry, day)
        | _course(session, case, told)
        | _annulment(session, entry)
        | _measures(session, case, entry)
        | _places(session, case, entry)
        | _again(session, case, entry, day=day, rulebook=rulebook)
        | _receipt(case, entry, day=day, rulebook=rulebook)
    )


def _way(facts: Facts, entry: ListEntry, day: date) -> dict[str, Plain]:
    """Which of the four ways, and whether Order 36's least time still runs, so that the unit had to choose."""
    order_36 = list_entries.order_36_from(entry)
    has_term = facts.kind in ADVERSE and bool(entry.type.term_rule)
    how = WAYS[facts.way] if has_term or facts.way != "early" else ASKED_FOR
    return {
        "is_early": facts.way == "early",
        "is_ex_officio": facts.way == "ex_officio",
        "is_expired": facts.way == "expired",
        "is_annulled": facts.way == "annulled",
        "left_how": how,
        "is_order_36_open": order_36 is not None and day < order_36,
        "outcome": f"{how}“{facts.matter}”" if entry.exited_at else "",
    }


def _course(session: Session, case: Case, told: Sequence[Told]) -> dict[str, Plain]:
    """When it was handed in, decided, and when everybody had confirmed."""
    days = {event.step: clock.legal_day(event.at) for event in told}
    left = next((days[step] for step in ("approve", "expire", "annul") if step in days), None)
    decided = select(Document.number).where(
        Document.case_id == case.id, Document.kind == "list_exit_decision"
    )
    return {
        "submitted_on": days.get("submit") or days.get("initiate") or "",
        "left_on": left or "",
        "replied_on": days.get("reply", ""),
        "exit_decision": session.scalar(decided.order_by(Document.id.desc()).limit(1)) or "",
    }


def _annulment(session: Session, entry: ListEntry) -> dict[str, Plain]:
    """The objection that found the entry wrong, and its letter, by their numbers."""
    case_id = _objection(session, entry)
    found = session.get(Case, case_id) if case_id else None
    letters = select(Document).where(Document.case_id == case_id, Document.kind.in_(RESULTS))
    letter = session.scalars(letters.order_by(Document.id.desc())).first() if found else None
    return {
        "objection_number": (found.number or "") if found else "",
        "objection_letter": f"《{letter.title}》（{letter.number}，{in_words(letter.issued_on)}）"
        if letter
        else "",
    }


def _objection(session: Session, entry: ListEntry) -> int | None:
    """The case that took the record of an entry down as wrong."""
    wanted = select(RecordChange.case_id).where(
        RecordChange.record_id == entry.record_id, RecordChange.field == "ended_how", RecordChange.new == "annulled"
    )  # fmt: skip
    return session.scalar(wanted.order_by(RecordChange.id.desc()).limit(1))


def _measures(session: Session, case: Case, entry: ListEntry) -> dict[str, Plain]:
    """What the units were asked to lift because of this exit, what they confirmed, and what they were asked for anew."""
    found = joint_measures.of_entry(session, entry.id)
    own = [measure for measure in found if measure.lift_case_id == case.id]
    return {
        "measures_asked": tuple(map(_asked, own)),
        "measures_lifted": tuple(_lifted(measure) for measure in own if measure.lifted_on),
        "measures_anew": tuple(_anew(measure) for measure in found if measure.lift_asked_at is None),
    }


def _asked(measure: JointMeasure) -> str:
    until = f"{in_words(measure.due_on)}前解除并确认" if measure.due_on else joint_measures.NOTHING_DONE
    return f"{measure.unit.name}：{measure.title}，{until}"


def _lifted(measure: JointMeasure) -> str:
    """What was never taken was not lifted either."""
    was_taken = measure.lift_evidence != joint_measures.NOTHING_DONE
    how = f"{in_words(measure.lifted_on)}解除" if was_taken else joint_measures.NOTHING_DONE
    return f"{measure.unit.name}：{measure.title}，{how}"


def _anew(measure: JointMeasure) -> str:
    until = f"，{in_words(measure.due_on)}前响应" if measure.due_on else ""
    return f"{measure.unit.name}：{measure.title}{until}"


def _places(session: Session, case: Case, entry: ListEntry) -> dict[str, Plain]:
    """The places that hold copies: asked in this case, or by the objection that found the entry wrong."""
    because = _objection(session, entry) if entry.exit_how == "annulled" else None
    tasks = record_wording.tasks(session, because or case.id) if entry.record else []
    return {
        "places_asked": record_wording.asked(tasks),
        "places_confirmed": record_wording.confirmed(tasks),
    }


def _again(
    session: Session, case: Case, entry: ListEntry, *, day: date, rulebook: Rulebook
) -> dict[str, Plain]:
    """From when exit may be asked for again: the least time of the list, and no bar that still runs."""
    bars = select(func.max(RepairBar.until_on)).where(
        RepairBar.subject_id == entry.subject_id, RepairBar.lifted_at.is_(None), RepairBar.until_on > day
    )
    barred_until, from_on = session.scalar(bars), entry.early_on
    return {
        "apply_again_on": max(filter(None, (day, from_on, barred_until))) if from_on else "",
        "barred_until": barred_until or "",
        "bar_reckoning": record_wording.bar_reckoning(session, case, rulebook),
    }


def _receipt(case: Case, entry: ListEntry, *, day: date, rulebook: Rulebook) -> dict[str, Plain]:
    """What a receipt says otherwise than for other cases: the last day of the decision, if nothing is missing."""
    told: dict[str, Plain] = {"item_title": entry.type.name, "item_code": entry.case.number or ""}
    if case.state != RECEIVED.name:
        return told
    forward_by = rulebook.due(FORWARD, day).due_on
    accept_by = rulebook.due(ACCEPT, forward_by).due_on
    decide_by = rulebook.due(DECIDE, accept_by).due_on
    limits: Sequence[tuple[str, date, str]] = (
        ("信用办转交认定单位", forward_by, FORWARD),
        ("认定单位决定是否受理", accept_by, ACCEPT),
        ("认定单位作出决定", decide_by, DECIDE),
    )
    steps = "，".join(f"{what}最迟{in_words(until)}（时限规则{rule}）" for what, until, rule in limits)
    return told | {
        "due_on": decide_by,
        "due_rule": f"{steps}。上一步提前办完的，以后各步的期限相应提前；需要补正的，补正的时间不计入。",
        "next_steps": (
            *map(str, outlook.what_next(LIST_EXIT, case.state)),
            "决定移出的，沿原公布渠道公告，采取措施的单位逐一确认解除，全部确认后出具完成证明。",
        ),
    }
