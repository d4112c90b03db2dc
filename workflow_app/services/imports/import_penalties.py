"""Rows of penalties as credit records: new, corrected, unchanged, or refused with what is in the way.

What a record may be is judged by the same check that a single record passes (`record_proposals.check`). The class is
proposed from the kinds of penalty; the unit chooses it on the record's page and cites its standard there.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from ...domain.intake.faults import Fault
from ...domain.intake.kinds import PenaltyKind
from ...domain.intake.penalties import PenaltyRow
from ...domain.intake.values import key_of
from ...domain.refusals import Refused
from ...domain.words import N_, Sentence
from ...models.party import Unit
from ...models.proposal import RecordProposal
from ...models.record import CreditRecord, PenaltyItem
from ..records import findings, publication, record_proposals, records
from ..records.findings import Finding, Item
from ..repair import repair_notice
from .import_rows import (
    AS_IN_THE_DECISION,
    Does,
    Ground,
    Verdict,
    fault,
    judge_subject,
    judge_unit,
    rejected,
    settled,
    too_long,
)

PREFIX, KIND = "CF", "penalty"
COLUMNS = {
    "decision_no": "CF_WSH", "decided_on": "CF_JDRQ", "title": "CF_WFXW", "behaviour": "CF_SY", "basis": "CF_YJ",
    "content": "CF_NR", "kinds": "CF_CFLB", "what": "CF_NR_ZKDX",
}  # fmt: skip
"""The column of the table behind each of ours."""
LONGEST = {
    name: getattr(CreditRecord, name).type.length for name in ("title", "behaviour", "basis", "content")
} | {"what": PenaltyItem.what.type.length}
COMPARED = ("decided_on", "title", "behaviour", "basis", "content", "items")
CONFISCATIONS = (PenaltyKind.ILLEGAL_GAINS, PenaltyKind.ILLEGAL_GOODS)
LICENCES = (PenaltyKind.SUSPENDED_LICENCE, PenaltyKind.REVOKED_LICENCE)
WHEN_NO_RULE_SPEAKS = "general"
NOTICE_EVERY = timedelta(seconds=2)
"""The repair notices of a file (两书同达) follow each other so slowly that other work finds its place between them."""


@dataclass(frozen=True)
class Known:
    """The records that the subjects of a portion have, by subject and key of the number, and those a proposal waits for."""

    records: dict[tuple[int, str], CreditRecord]
    waiting: frozenset[int]


def known_to(ground: Ground) -> Known:
    """Look up every penalty of the subjects that are known."""
    ids = [subject.id for subject in ground.subjects.values()]
    wanted = select(CreditRecord).where(CreditRecord.subject_id.in_(ids), CreditRecord.kind == KIND)
    found = ground.session.scalars(wanted.options(selectinload(CreditRecord.items)))
    by_key = {(record.subject_id, key_of(record.decision_no)): record for record in found}
    open_ones = select(RecordProposal.record_id).where(
        RecordProposal.decision == "", RecordProposal.record_id.in_([r.id for r in by_key.values()])
    )
    return Known(by_key, frozenset(filter(None, ground.session.scalars(open_ones))))


def judge(ground: Ground, known: Known, row: PenaltyRow) -> Verdict:
    """What the row would do; nothing is written."""
    unit, faults = judge_unit(ground, row)
    subject, of_subject = judge_subject(ground, row)
    finding = finding_of(row, subject.kind)
    faults += of_subject + _too_long(row, finding)
    if faults or unit is None:
        return rejected(*faults)
    record = known.records.get((subject.id, key_of(row.decision_number))) if subject.id else None
    if record is None:
        faults = _unfit(ground, row, finding, subject)
        does = Verdict(Does.CREATED, (), unit, subject, None, {"finding": finding})
        return rejected(*faults) if faults else does
    return _judge_change(ground, known, row, finding, Verdict(Does.UNCHANGED, (), unit, subject, record))


def _judge_change(ground: Ground, known: Known, row: PenaltyRow, finding: Finding, same: Verdict) -> Verdict:
    record: CreditRecord = same.found
    if record.unit_id != getattr(same.unit, "id", None):
        problem = Sentence(N_("这份决定已经由%(unit)s报送过。"), unit=_unit_name(ground, record))
        return rejected(
            fault(row, "CF_WSH", problem, N_("只有报送的单位能改它，请核对文号，或联系那个单位。"))
        )
    before = findings.of_record(record)
    after = replace(before, **{name: getattr(finding, name) for name in COMPARED})
    if not before.class_standard and before.items != after.items:
        after = replace(
            after, class_=finding.class_
        )  # not chosen by the unit yet: it goes on following the kinds
    if after == before:
        return same
    if record.publicity_ended_at is not None:
        return rejected(fault(row, "", N_("这条记录已经停止公示，不能再更正。"), N_("请从表里删去这一行。")))
    if record.id in known.waiting:
        busy = N_("这条记录有一项更正或者撤回等待复核。")
        return rejected(fault(row, "", busy, N_("请先办完那一项，再重新导入。")))
    faults = _unfit(ground, row, after, same.subject, but=record)
    if faults:
        return rejected(*faults)
    columns = after.columns() | {"class_": after.class_}
    changed = {n: columns[n] for n in (*COMPARED, "class_") if getattr(before, n) != getattr(after, n)}
    return replace(same, does=Does.UPDATED, values=changed)


def carry_out(ground: Ground, verdict: Verdict, *, nth: int) -> None:
    """Write what was judged. The repair notice follows: that of the `nth` new record not before its turn has come."""
    by: dict[str, Any] = {"now": ground.now, "rulebook": ground.rulebook}
    if verdict.does is Does.UPDATED:
        order = ground.order
        records.change(ground.session, verdict.found, verdict.values, why=order.why, by_id=order.by_id, **by)
    if verdict.does is not Does.CREATED or verdict.subject is None or verdict.unit is None:
        return
    finding: Finding = verdict.values["finding"]
    place = {
        "subject": settled(ground, verdict.subject),
        "unit_id": verdict.unit.id,
        "import_run_id": ground.order.run_id,
    }
    record = records.enter(ground.session, finding.columns() | place, class_=finding.class_, **by)
    if record.max_end_on is None or record.max_end_on >= ground.today:
        repair_notice.ask(ground.session, record, now=ground.now, not_before=ground.now + nth * NOTICE_EVERY)


def finding_of(row: PenaltyRow, subject_kind: str) -> Finding:
    """The row as a finding. Of natural persons nothing is shown to the public (个人信息保护法 25)."""
    items = tuple(_items(row))
    proposed = findings.proposed_class(findings.proposal(KIND, items))
    return Finding(
        kind=KIND, decision_no=row.decision_number, decided_on=row.decided_on, title=row.violation,
        behaviour=row.facts, basis=row.basis, content=row.content, class_=proposed or WHEN_NO_RULE_SPEAKS,
        class_standard="", is_special_field=False,
        scope="limited" if subject_kind == "individual" else "public", not_repairable_because="", items=items,
    )  # fmt: skip


def _items(row: PenaltyRow) -> Iterator[Item]:
    """The amounts and names of a row beside the kinds they belong to; one sum for both confiscations stands once."""
    confiscated: Decimal | None = row.confiscated
    for kind in row.kinds:
        amount, what = None, ""
        if kind is PenaltyKind.FINE:
            amount = row.fine
        elif kind in CONFISCATIONS:
            amount, confiscated = confiscated, None
        elif kind in LICENCES:
            what = row.licence_taken
        elif kind is PenaltyKind.OTHER:
            what = row.other_kind
        yield Item(kind.value, amount, what)


def _too_long(row: PenaltyRow, finding: Finding) -> tuple[Fault, ...]:
    texts = [(COLUMNS[n], n, getattr(finding, n)) for n in ("title", "behaviour", "basis", "content")]
    texts += [(COLUMNS["what"], "what", item.what) for item in finding.items]
    return too_long(row, texts, LONGEST)


def _unfit(
    ground: Ground, row: PenaltyRow, finding: Finding, subject: Any, *, but: CreditRecord | None = None
) -> tuple[Fault, ...]:
    """Why this can't be a record, as the check of a single one says it; of personal traces every column that has one."""
    try:
        record_proposals.check(
            ground.session, finding, subject, today=ground.today, rulebook=ground.rulebook, but=but
        )
    except Refused as refused:
        if refused.code in publication.FREE_TEXT:
            found = publication.blocked(finding.as_json())
            return tuple(fault(row, COLUMNS[one.field], one.sentence, AS_IN_THE_DECISION) for one in found)
        return (fault(row, COLUMNS.get(refused.code, ""), refused.sentence, AS_IN_THE_DECISION),)
    return ()


def _unit_name(ground: Ground, record: CreditRecord) -> str:
    return ground.session.get_one(Unit, record.unit_id).name
