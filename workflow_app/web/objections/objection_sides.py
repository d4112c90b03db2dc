"""Two sides, one page: what is published, what the applicant claims, what the source holds, and what is to be changed.

Field by field with the differences pointed at, both sides' statements and papers, and who said what when. Which cases
have two sides is read from the declaration; what a reader may see of a case at all was decided before.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...domain import disputable
from ...domain.differing import Piece, differences
from ...domain.masking import HIDDEN
from ...domain.period_check import PeriodCheck
from ...domain.rulebook import Rulebook
from ...domain.words import N_, Sentence
from ...models.record import RecordChange
from ...services.cases.case_file import Paper
from ...services.engine.history import Told
from ...services.objections import foreign_records
from ...services.objections.disputed import kept
from ...services.records import period_checks
from ...workflows.kit import Step
from ..cases import case_around, case_rows
from ..cases.case_rows import Shown
from . import disputed_fields as disputed
from . import undoing

CONCLUSIONS = ("finding", "remedy")
"""What is said in a word together with a statement."""
JUDGING = frozenset({"finding", "source", "difference", *disputed.STATEMENTS} - {"statement"})
"""Whoever writes one of these has both sides before their eyes."""
PERIOD = "period"
"""The ground of a publicity past its end."""
IS, WAS = N_("现在公示的内容"), N_("原来公示的内容")
PAPERS = {"subject": ("evidence", "review_evidence"), "source": ("source_evidence",)}


@dataclass(frozen=True)
class Change:
    """What this case changed in one field of the record."""

    old: str
    new: str


@dataclass(frozen=True)
class Sides:
    """What each side says by field, as one reader may read it; a field that isn't in `before` is closed to the reader."""

    before: Mapping[str, str]
    claims: Mapping[str, str]
    source: Mapping[str, str]
    after: Mapping[str, str]


def panels(session: Session, shown: Shown, *, today: date, rulebook: Rulebook) -> dict[str, Any]:
    """Everything that the page of a case shows of a dispute and of what else runs on its record."""
    return {
        "sides": sides(session, shown),
        "period_check": period(shown, today=today, rulebook=rulebook),
        "undoing": undoing.undoing(session, shown, today=today, calendar=rulebook.calendar),
        "around": case_around.around(session, shown, today=today),
    }


def period(shown: Shown, *, today: date, rulebook: Rulebook) -> PeriodCheck | None:
    """The system's own check of the publicity, where that is what is disputed."""
    record = shown.case.record
    if record is None or shown.case.facts.get("ground") != PERIOD:
        return None
    return period_checks.of(record, day=today, rulebook=rulebook)


def needed_for(step: Step) -> bool:
    """Whether whoever takes this step judges between the sides."""
    return bool(JUDGING & set(step.asks))


def sides(session: Session, shown: Shown) -> dict[str, Any] | None:
    """The values of the table, the statements and the papers; None for a case that has no two sides."""
    case, workflow = shown.case, shown.workflow
    if case.record is None or not disputed.stand_in_table(case, workflow):
        return None
    facts = workflow.load(case.facts)
    changes = _changes(session, shown)
    is_ended = workflow.state(case.state).ended
    papers = [paper for paper in case_rows.papers(shown) if paper.submitted_seq is not None]
    return {
        "rows": _rows(shown, facts, changes),
        "is_corrected": bool(changes),
        "now_title": Sentence(WAS if changes or case.record.publicity_ended_at else IS),
        "has_difference": bool(changes or facts.difference) or not (is_ended or facts.answer),
        "is_silent": not facts.answer,
        "is_ended": is_ended,
        "statements": [
            _statement(shown, facts, name) for name in disputed.STATEMENTS if getattr(facts, name)
        ],
        "papers": {side: _papers(shown, papers, fields) for side, fields in PAPERS.items()},
        "is_source_closed": not foreign_records.is_told_all(case, shown.actor),
    }


def _rows(shown: Shown, facts: Any, changes: Mapping[str, Change]) -> list[dict[str, Any]]:
    """The fields that anybody named, each in what the reader may read of it; a closed one for the claim alone."""
    assert shown.case.record is not None
    old, new = ({name: getattr(change, side) for name, change in changes.items()} for side in ("old", "new"))
    before, source, after = (
        foreign_records.to_reader(shown.case, shown.actor, said)
        for said in (kept(shown.case.record) | old, facts.source, facts.difference | new)
    )
    sides = Sides(before, facts.claims, source, after)
    named = {*facts.claims, *source, *after} & set(disputable.FIELDS)
    return [_row(sides, name) for name in disputed.in_order(named)]


def _row(sides: Sides, name: str) -> dict[str, Any]:
    """One field on both sides. Once it was corrected, “now” is what it said before."""
    now, claim, source, new = (
        disputed.in_words(name, said.get(name, ""))
        for said in (sides.before, sides.claims, sides.source, sides.after)
    )
    return {
        "title": disputed.title(name),
        "is_closed": name not in sides.before,
        "now": now,
        "claim": _against(now, claim),
        "source": _against(now, source),
        "agreement": _agreement(now, claim, source),
        "new": _against(now, new),
    }


def _against(now: str, said: str) -> tuple[Piece, ...]:
    """What is said, with what differs from the publication pointed at; nothing where nothing is said."""
    return differences(now, said) if said else ()


def _agreement(now: str, claim: str, source: str) -> Sentence | None:
    """With whom the source agrees, where that can be told word by word."""
    if not source or HIDDEN in source:
        return None
    if source == claim:
        return Sentence(N_("与申请人主张一致"))
    return Sentence(N_("与公示内容一致")) if source == now else None


def _changes(session: Session, shown: Shown) -> dict[str, Change]:
    """What this case changed: the first old value and the last new one of each field."""
    if not shown.file.has_changes:
        return {}
    wanted = select(RecordChange).where(
        RecordChange.case_id == shown.case.id, RecordChange.record_id == shown.case.record_id,
        RecordChange.field.in_(disputable.FIELDS),
    )  # fmt: skip
    found: dict[str, Change] = {}
    for row in session.scalars(wanted.order_by(RecordChange.id)):
        first = found.get(row.field)
        found[row.field] = Change(first.old if first else row.old, row.new)
    return found


def _statement(shown: Shown, facts: Any, name: str) -> dict[str, Any]:
    """What somebody said in their own words, with what was chosen beside it, who and when."""
    text = getattr(facts, name)
    event = _said_in(shown.events, name, text)
    row = case_rows.event_row(shown, event) if event else {}
    chosen = {one: event.given.get(one) for one in CONCLUSIONS} if event else {}
    return {
        "title": Sentence(shown.workflow.labels[name]),
        "text": text,
        "conclusions": [Sentence(shown.workflow.choices[one][code]) for one, code in chosen.items() if code],
        "who": row.get("who"),
        "at": row.get("at"),
    }


def _said_in(events: Sequence[Told], name: str, text: str) -> Told | None:
    """The event in which a fact got this text."""
    said = (event for event in reversed(events) if name in event.changes)
    return next((event for event in said if event.changes[name][1] == text), None)


def _papers(shown: Shown, papers: Iterable[Paper], fields: Sequence[str]) -> list[dict[str, Any]]:
    return [case_rows.paper_row(shown, paper) for paper in papers if paper.field in fields]
