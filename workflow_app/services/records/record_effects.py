"""What a step does to the credit record of its case, to the places that hold it, to bars and to earlier documents.

Each is a word of the workflows (see `effects`). The record itself is written by `records` alone.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_
from sqlalchemy.orm import Session

from ...domain.words import N_
from ...models.document import Document
from ...models.record import CreditRecord
from ...models.repair import RepairBar
from ...workflows.kit import Effect
from ..documents import standing
from ..engine.moment import Moment
from ..sync import sync
from . import records

FACTS = ("publicity_ended_at", "sharing_stopped_at", "measures_lifted_at", "evaluation_updated_at")
WHY = {
    "hide": N_("同意信用修复，停止公示"),
    "shield": N_("重整、和解期间临时屏蔽"),
    "show": N_("计划未能执行，恢复公示"),
    "repaired": N_("各同步对象均已确认，修复完成"),
    "revoked": N_("修复被撤销，恢复公示"),
}
SHIELD = "shield"
NO_LONGER_TRUE = (
    "repair_decision", "repair_completion", "repair_rejection", "repair_refusal", "breach_decision",
    "listing_decision", "list_exit_decision", "list_exit_completion",
)  # fmt: skip
"""What a case decided before and is set aside with its decision."""


def on_record(effect: Effect, moment: Moment) -> None:
    """Hide, show, shield, complete or restore the record."""
    record = _record(moment)
    changes: dict[str, dict[str, Any]] = {
        "hide": {"hidden_at": moment.now},
        "shield": {"hidden_at": moment.now},
        "show": {"hidden_at": records.hidden_for_objection(record)},
        "repaired": {"repaired_at": moment.now, "ended_how": "repaired"},
        "revoked": {
            "hidden_at": records.hidden_for_objection(record),
            "repaired_at": None,
            "ended_how": "",
            **dict.fromkeys(FACTS),
        },
    }
    records.change(
        moment.session,
        record,
        changes[effect.what],
        why=WHY[effect.what],
        by_id=moment.actor.person_id,
        now=moment.now,
        rulebook=moment.rulebook,
        case_id=moment.case.id,
    )
    _mark(effect.what, record, moment)


def _mark(what: str, record: CreditRecord, moment: Moment) -> None:
    """A shielding is a mark as long as it lasts."""
    if what == SHIELD:
        records.mark(moment.session, record, SHIELD, case_id=moment.case.id, note=WHY[what], now=moment.now)
    else:
        records.unmark(moment.session, record, SHIELD, case_id=moment.case.id, now=moment.now)


def ask_places(effect: Effect, moment: Moment) -> None:
    """One task for every place that holds the record and for everything it has to do."""
    sync.ask(
        moment.session,
        _record(moment),
        effect.what.split(),
        case_id=moment.case.id,
        now=moment.now,
        rulebook=moment.rulebook,
    )


def bar(effect: Effect, moment: Moment) -> None:
    """No new application until the period of the rule is over (Order 36: false material or an untrue commitment)."""
    until = moment.rulebook.due(effect.what, moment.day).due_on + timedelta(days=1)
    basis = moment.facts.revocation_basis or moment.workflow.title
    moment.session.add(
        RepairBar(
            subject_id=moment.case.subject_id,
            from_on=moment.day,
            until_on=until,
            basis=basis[:500],
            case_id=moment.case.id,
        )
    )


def revoke_documents(effect: Effect, moment: Moment) -> None:
    """What the case had decided answers “revoked” from now on: its decision was revoked or set aside."""
    revoke(moment.session, moment.case.id, now=moment.now)


def revoke(session: Session, case_id: int, *, now: datetime) -> None:
    """The decisions of a case answer “revoked” from now on."""
    issued = and_(Document.case_id == case_id, Document.kind.in_(NO_LONGER_TRUE))
    standing.end(session, issued, status=standing.REVOKED, why="decision_undone", now=now)


def _record(moment: Moment) -> CreditRecord:
    assert moment.case.record is not None, "a workflow that touches records runs on a record"
    return moment.case.record
