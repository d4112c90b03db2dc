"""Records, proposals and their history as plain values for the pages of those who work with them. Decides nothing."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask import url_for

from ...domain.intake.kinds import TITLES as PENALTIES
from ...domain.intake.kinds import PenaltyKind
from ...domain.publicity_period import NAMES, RecordClass
from ...domain.record_words import KINDS, SCOPES
from ...domain.words import N_, Sentence
from ...models.proposal import RecordProposal
from ...models.record import CreditRecord, RecordChange
from ...services.records import findings, marks, record_lists, record_proposals, records
from ...services.records.findings import Finding, Item
from ..ui import say
from .credit_rows import FIELDS, value_told

TONES = {"shown": "doing", "soon": "wait", "flagged": "stop", "limited": "draft", "ended": "done"}
DECISION_TONES = {"": "wait", "confirmed": "done", "rejected": "stop", "taken_back": "draft"}
MEASURE = N_("惩戒措施")


def row(record: CreditRecord, *, today: date) -> dict[str, Any]:
    """One line of the list."""
    status = record_lists.status_of(record, today)
    return {
        "record": record,
        "url": url_for("records.show", ref=record.ref),
        "kind": Sentence(KINDS[record.kind]),
        "class_": class_name(record.class_),
        "state": status_told(record, status),
        "tone": TONES[status],
        "may_apply_from": records.may_apply_from(record),
        "marks": marks.inside(record),
    }


def status_told(record: CreditRecord, status: str) -> Sentence:
    """The status in words; of one that ended, how."""
    if status == "ended" and record.ended_how in records.HOW_ENDED:
        return Sentence(records.HOW_ENDED[record.ended_how])
    return Sentence(record_lists.STATUSES[status])


def class_name(class_: str) -> Sentence:
    """The class in words."""
    return Sentence(NAMES[RecordClass(class_)])


def particulars(finding: Finding) -> list[dict[str, Any]]:
    """What a finding says, field by field."""
    rows: tuple[tuple[str, Any], ...] = (
        (N_("信息种类"), Sentence(KINDS[finding.kind])),
        (N_("决定书文号"), finding.decision_no),
        (N_("违法行为类型"), finding.title),
        (N_("违法事实"), finding.behaviour),
        (N_("认定依据"), finding.basis),
        (N_("处罚种类"), items_told(finding.items)),
        (N_("处理内容"), finding.content),
        (N_("公示范围"), Sentence(SCOPES[finding.scope])),
        (N_("不能修复的依据"), finding.not_repairable_because),
    )
    return [{"title": Sentence(title), "value": value} for title, value in rows]


def items_told(items: Iterable[Item]) -> str:
    """The penalties of a decision in one line, amounts in 万元."""
    return say(N_("、")).join(
        say(Sentence(N_("%(kind)s %(amount)s 万元"), kind=_penalty(item), amount=records.told(item.amount)))
        if item.amount is not None
        else say(_penalty(item)) + (f"（{item.what}）" if item.what else "")
        for item in items
    )


def proposal_row(proposal: RecordProposal) -> dict[str, Any]:
    """One proposal: who wants what since when, and what became of it."""
    return {
        "proposal": proposal,
        "url": url_for("records.proposal", ref=proposal.ref),
        "kind": Sentence(record_proposals.KINDS[proposal.kind]),
        "decision": Sentence(record_proposals.DECISIONS[proposal.decision]),
        "tone": DECISION_TONES[proposal.decision],
    }


def differences(proposal: RecordProposal) -> list[dict[str, Any]]:
    """What a correction changes, old and new."""
    if proposal.record is None or proposal.kind != "change":
        return []
    before = findings.of_record(proposal.record).as_json()
    return [
        {"title": Sentence(FIELDS[name]), "old": _kept(name, before[name]), "new": _kept(name, new)}
        for name, new in proposal.wanted.items()
    ]


def history(found: Iterable[RecordChange]) -> list[dict[str, Any]]:
    """Every change, from what to what, who and why."""
    titles: Mapping[str, str] = FIELDS | {"measure": MEASURE}
    return [
        {
            "title": Sentence(titles.get(change.field, change.field)),
            "old": value_told(change.field, change.old),
            "new": value_told(change.field, change.new),
            "who": change.by.name if change.by else Sentence(N_("系统时钟")),
            "why": Sentence(change.why),
            "at": change.at,
        }
        for change in found
    ]


def _penalty(item: Item) -> Sentence:
    return Sentence(PENALTIES[PenaltyKind(item.kind)])


def _kept(name: str, value: Any) -> str:
    """A value of a kept finding in words."""
    if name == "items":
        return items_told(findings.items_from(value)) or "—"
    return value_told(name, str(value))
