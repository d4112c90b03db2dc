"""What a list and an entry on it say of themselves, as plain values for papers: basis, measures, terms, ways out.

Papers are issued in Chinese, so everything here is said in the source language. Two least times are always told side by
side, the list's own and Order 36's, because how they relate is not settled. Reads only.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...domain import list_period
from ...domain.list_period import ListPeriod
from ...domain.publicity_period import SHORTEST, RecordClass
from ...domain.rulebook import Rulebook
from ...domain.words import Sentence
from ...models.document import Document
from ...models.lists import ListEntry, ListType
from ...models.party import Unit
from ...workflows.listing_words import ADVERSE, KINDS
from ..documents.texts import Plain, in_chinese
from ..people import units
from ..records import records
from . import list_entries

PUBLISH_BY = "LE-03"
SINCE = {
    "listing": "列入之日",
    "correction": "认定单位确认纠正并履行完义务之日",
    "publication": "信息公布之日",
}
ORDER_36_RULES = {"serious": SHORTEST[RecordClass.SERIOUS], "abnormal": SHORTEST[RecordClass.GENERAL]}
SHOWN = {
    "public": "向社会公开，公开时隐去依法不得公开的信息",
    "limited": "不向社会公开，只在有关单位之间依法共享",
    "none": "不公开，也不向其他单位共享，只供内部监督使用",
}
NAMES_OF_MEASURES = {"red": "激励措施", "focus": "监督措施"}


def of_list(
    session: Session, found: ListType, chosen: Sequence[str], *, day: date, rulebook: Rulebook
) -> dict[str, Plain]:
    """What a list says: its basis, standard, the measures that were chosen, terms and the conditions for leaving."""
    return {
        "list_name": found.name,
        "list_kind": KINDS[found.kind],
        "is_adverse": found.kind in ADVERSE,
        "is_serious": found.kind == "serious",
        "is_red": found.kind == "red",
        "is_focus": found.kind == "focus",
        "list_basis": tuple(found.basis),
        "standard": found.standard,
        "measures_title": NAMES_OF_MEASURES.get(found.kind, "管理措施"),
        "measure_rows": _measures(session, found, chosen, day),
        "exit_conditions": tuple(found.exit_conditions),
        "early_title": "提前移出" if found.term_rule else "申请移出",
        "term": _length(found.term_rule, day, rulebook),
        "least": _length(found.early_rule, day, rulebook),
        "least_since": SINCE[found.early_from],
        "order_36_least": _length(ORDER_36_RULES.get(found.kind, ""), day, rulebook),
        "review_every": _length(found.review_rule, day, rulebook),
    }


def of_entry(session: Session, found: ListEntry, *, rulebook: Rulebook) -> dict[str, Plain]:
    """What an entry says: since when, until when, from when early exit, and the reckoning of each of these days."""
    order_36 = list_entries.order_36_from(found)
    least = list_entries.minimum(found, rulebook)
    return {
        "is_public": found.case.facts.get("scope") == "public",
        "entry_behaviour": found.behaviour,
        "entry_basis": found.basis,
        "listing_decision": _decision(session, found),
        "listing_decided_on": found.decided_on or "",
        "listed_on": found.listed_on or "",
        "channel": found.channel,
        "ends_on": found.ends_on or "",
        "term_reckoning": tuple(in_chinese(Sentence.from_json(line)) for line in found.explanation),
        "early_from": found.early_on or "",
        "early_reckoning": tuple(map(in_chinese, least.explanation)) if least else (),
        "order_36_from": order_36 or "",
        "order_36_reckoning": tuple(map(in_chinese, records.period(found.record, rulebook).explanation))
        if found.record
        else (),
        "is_least_shorter": bool(order_36 and found.early_on and found.early_on < order_36),
        "restricted_until": found.restricted_until or "",
        "restricted_because": found.restricted_because,
    }


def ahead(found: ListEntry, *, day: date, rulebook: Rulebook) -> dict[str, Plain]:
    """Days of an entry that is decided and not yet published, as late as they can be: if it is published on the last day."""
    publish_until = rulebook.due(PUBLISH_BY, found.decided_on or day).due_on
    term = _period(found.type.term_rule, publish_until, rulebook, "")
    last_on = term.last_on if term else None
    longest_on = found.record.max_end_on if found.record else None
    if last_on and longest_on:
        last_on = min(last_on, longest_on)
    counts_now = found.type.early_from != "correction"
    least = (
        _period(found.type.early_rule, publish_until, rulebook, found.type.early_from) if counts_now else None
    )
    order_36 = list_entries.order_36_from(found)
    return {
        "publish_until": publish_until,
        "ends_by": last_on or "",
        "early_by": least.over_from if least else "",
        "order_36_from": order_36 or "",
        "early_reckoning": tuple(map(in_chinese, least.explanation)) if least else (),
    }


def way_out(session: Session, found: ListEntry, *, day: date, rulebook: Rulebook) -> dict[str, Plain]:
    """What the letter says that goes with the decision: conditions and first days, exact ones once it was published."""
    said = of_list(session, found.type, found.measures, day=day, rulebook=rulebook)
    said |= of_entry(session, found, rulebook=rulebook)
    is_listed = found.listed_on is not None
    late = {} if is_listed else ahead(found, day=day, rulebook=rulebook)
    return said | {"is_listed": is_listed, "publish_until": "", "ends_by": "", "early_by": ""} | late


def _measures(
    session: Session, found: ListType, chosen: Sequence[str], day: date
) -> tuple[tuple[str, ...], ...]:
    """A row for each measure that was chosen: what, by which unit, on what basis."""
    taken = [measure for measure in found.measures if measure["key"] in chosen]
    return tuple(
        (
            measure["title"],
            _unit_name(session, measure["unit"], found, day),
            measure.get("basis") or "见名单的依据",
        )
        for measure in taken
    )


def _unit_name(session: Session, key: str, found: ListType, day: date) -> str:
    named = session.scalar(select(Unit).where(Unit.key == key))
    unit = units.responsible(session, named, on=day) if named else None
    return (unit or found.unit).name


def _decision(session: Session, found: ListEntry) -> str:
    """The decision by which it was listed, by its number; of what was listed without one, the number of the case."""
    wanted = select(Document.number).where(
        Document.case_id == found.case_id, Document.kind == "listing_decision"
    )
    return session.scalar(wanted.order_by(Document.id.desc()).limit(1)) or found.case.number or ""


def _length(rule_id: str, day: date, rulebook: Rulebook) -> str:
    """How long a rule is, in words; empty where there is no rule."""
    if not rule_id:
        return ""
    return str(rulebook.pack.rule(rule_id, on=day, place=rulebook.place).period).replace(" ", "")


def _period(rule_id: str, starts_on: date, rulebook: Rulebook, since: str) -> ListPeriod | None:
    """The term, or the least time `since` something; None where there is no rule."""
    if not rule_id:
        return None
    rule = rulebook.pack.rule(rule_id, on=starts_on, place=rulebook.place)
    return list_period.minimum(rule, since, starts_on) if since else list_period.term(rule, starts_on)
