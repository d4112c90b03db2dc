"""Corrections: what an objection found wrong is put right here, told in public, and asked of every place that has it.

The difference is applied to the record with old and new; whoever published, used or was given the error gets a task
(消除不良影响), and the objection counts as done when none is open. Only the engine calls this, after two people.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from ...domain import disputable
from ...domain.refusals import Refused
from ...domain.words import N_
from ...models.record import CreditRecord, RecordMark
from ...workflows.kit import Effect
from ..delivery import outbox
from ..engine.moment import Moment
from ..records import findings, record_proposals, records
from ..records.findings import Finding
from ..reports import reports
from ..sync import sync
from . import correction_notices, disputed

WHY = {
    "change": N_("经异议核查，内容有误，予以更正"),
    "remove": N_("经异议核查，信息有误，予以撤下"),
    "end": N_("经异议核查，停止公示"),
    "redo": N_("经异议核查，原决定撤销，重新办理"),
}
HOW = {"change": "changed", "remove": "removed", "end": "ended", "redo": "removed"}
EVERYWHERE = ("end_publicity", "stop_sharing", "lift_measures", "update_evaluation")
ANEW = {"repair_result": "reopen", "breach": "set_aside"}
"""What the disputed case has to do again, by the ground of the objection."""


def carry_out(effect: Effect, moment: Moment) -> None:
    """Put right what was found wrong, in the way that was chosen. Raises Refused for text that must not be published."""
    record, remedy = moment.case.record, moment.facts.remedy
    assert record is not None
    by: dict[str, Any] = {
        "why": WHY[remedy], "by_id": moment.actor.person_id, "now": moment.now, "case_id": moment.case.id,
    }  # fmt: skip
    was_over, before = record.publicity_ended_at is not None, disputed.kept(record)
    if remedy == "change":
        _apply(moment, record, **by)
    elif remedy in ("remove", "end") or moment.facts.ground == "breach":
        how = "expired" if (remedy, moment.facts.ground) == ("end", "period") else "annulled"
        records.take_down(moment.session, record, how, rulebook=moment.rulebook, **by)
    _end_notes(moment.session, record, now=moment.now)
    if remedy == "redo":
        _ask_anew(moment)
    if (remedy, moment.facts.ground) != ("redo", "repair_result"):
        _tell_everybody(moment, record, before, was_over=was_over)


def _apply(moment: Moment, record: CreditRecord, **by: Any) -> None:
    """What is entered by two people of a unit and what an objection corrects is held to the same rules."""
    session, values = moment.session, disputable.typed(moment.facts.difference)
    said = {field.name: values[field.name] for field in fields(Finding) if field.name in values}
    if said.get("decided_on", moment.day) > moment.day:
        raise Refused(record_proposals.TOO_LATE, code="difference")
    finding = replace(findings.of_record(record), **said)
    record_proposals.check_fits(session, finding, record.subject, but=record)
    if (amount := values.pop(records.FINE, None)) is not None:
        records.set_fine(session, record, amount, **by)
    records.change(session, record, values, rulebook=moment.rulebook, **by)


def _end_notes(session: Session, record: CreditRecord, *, now: datetime) -> None:
    """What was left open by an earlier objection is settled by this one."""
    session.execute(
        update(RecordMark)
        .where(RecordMark.record_id == record.id, RecordMark.kind == "unclear", RecordMark.until.is_(None))
        .values(until=now)
    )


def _ask_anew(moment: Moment) -> None:
    """Let the disputed case be handled again, in a transaction of its own."""
    payload = {"address": moment.facts.about_case, "step": ANEW[moment.facts.ground]}
    key = f"{moment.case.id}/{moment.seq}/anew"
    outbox.put(moment.session, key, "take_step", payload, now=moment.now)


def _tell_everybody(
    moment: Moment, record: CreditRecord, before: Mapping[str, str], *, was_over: bool
) -> None:
    """In public, to the users of reports, to every place. Of a record that was down only its users are left to tell."""
    remedy, after = moment.facts.remedy, disputed.kept(record)
    lines = [
        {"field": name, "old": before[name], "new": after[name]}
        for name in after
        if before[name] != after[name]
    ]
    correction_notices.publish(
        moment.session, record, moment.case.id, how=HOW[remedy], lines=lines, now=moment.now
    )
    reports.supersede(moment.session, record, moment.now)
    whats = ["correct", "recheck_measures"] if remedy == "change" else [] if was_over else list(EVERYWHERE)
    sync.ask(
        moment.session,
        record,
        [*whats, "tell"],
        case_id=moment.case.id,
        now=moment.now,
        rulebook=moment.rulebook,
    )
