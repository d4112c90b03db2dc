"""The trail of one joint measure: what happened, who did it, when, and what shows it. For staff, who may know the names."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from ...domain import clock
from ...domain.people import Actor
from ...domain.words import N_, Sentence
from ...models.case import Case
from ...models.lists import JointMeasure, ListEntry
from ...models.party import Person
from ...services.lists import joint_measures
from ..ui import unit_named

FINDING_UNIT = N_("%(unit)s公布列入决定")
EXIT_DECIDED = N_("移出名单的决定作出")
BY_NAME = N_("%(unit)s %(name)s")
BY_ITSELF = N_("系统")
URGED, BY_OFFICE = N_("催办"), N_("信用办")
ANSWERS = {"will": N_("响应：执行"), "cannot": N_("响应：不能执行")}


def trail(
    session: Session, measure: JointMeasure, urged: tuple[date, ...], actor: Actor
) -> list[dict[str, Any]]:
    """Everything that happened so far, newest first."""
    exit_case = session.get(Case, measure.lift_case_id) if measure.lift_case_id else None
    exit_url = case_url(exit_case, measure.entry, actor) if exit_case else None
    happened = [*_taken(measure, actor), *_lifted(measure, exit_case, exit_url)]
    happened += [{"title": Sentence(URGED), "who": Sentence(BY_OFFICE), "on": day} for day in urged]
    return sorted(happened, key=_day)[::-1]


def case_url(case: Case, entry: ListEntry, actor: Actor) -> str | None:
    """The way to a case of the entry for those who may open it: the unit that decided on it and the office."""
    may_open = entry.unit_id in joint_measures.units_of(actor) or any(map(actor.holds, joint_measures.OFFICE))
    return url_for("cases.show", address=case.address) if may_open else None


def _taken(measure: JointMeasure, actor: Actor) -> Iterator[dict[str, Any]]:
    """Asked for, answered, taken."""
    entry = measure.entry
    yield {
        "title": Sentence(N_("发起")), "who": Sentence(FINDING_UNIT, unit=unit_named(entry.unit.name)),
        "at": measure.initiated_at, "case": entry.case, "case_url": case_url(entry.case, entry, actor),
    }  # fmt: skip
    if measure.answered_at is not None:
        yield {
            "title": Sentence(ANSWERS[measure.answer]), "who": _by(measure, measure.answered_by), "at": measure.answered_at,
            "note": measure.answer_note,
        }  # fmt: skip
    if measure.executed_at is not None and measure.executed_on is not None:
        yield {
            "title": Sentence(N_("反馈：%(day)s已执行"), day=measure.executed_on), "who": _by(measure, measure.executed_by),
            "at": measure.executed_at, "note": measure.evidence, "file": _file(measure, "execution", measure.evidence_key),
        }  # fmt: skip


def _lifted(measure: JointMeasure, case: Case | None, url: str | None) -> Iterator[dict[str, Any]]:
    """Asked to lift, lifted."""
    if measure.lift_asked_at is not None:
        yield {
            "title": Sentence(N_("要求解除")), "who": Sentence(EXIT_DECIDED), "at": measure.lift_asked_at, "case": case,
            "case_url": url,
        }  # fmt: skip
    if measure.lifted_at is not None and measure.lifted_on is not None:
        who = _by(measure, measure.lifted_by) if measure.lifted_by else Sentence(BY_ITSELF)
        yield {
            "title": Sentence(N_("%(day)s已解除"), day=measure.lifted_on), "who": who, "at": measure.lifted_at,
            "note": Sentence(measure.lift_evidence) if measure.lifted_by is None else measure.lift_evidence,
            "file": _file(measure, "lifting", measure.lift_evidence_key),
        }  # fmt: skip


def _by(measure: JointMeasure, person: Person | None) -> Sentence:
    return Sentence(BY_NAME, unit=unit_named(measure.unit.name), name=person.name if person else "")


def _file(measure: JointMeasure, which: str, key: str | None) -> str | None:
    return url_for("measures.evidence", measure_id=measure.id, which=which) if key else None


def _day(event: dict[str, Any]) -> date:
    """The legal day of an event; urging is known by its day alone."""
    return event["on"] if "on" in event else clock.legal_day(event["at"])
