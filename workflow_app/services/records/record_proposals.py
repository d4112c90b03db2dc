"""Two people for every record: one of the finding unit proposes, a head of that unit who is another person decides.

Entering, changing and withdrawing a record wait here; before the decision nothing is a record and nothing changes.
Duties done and measures are facts of the day that the handler notes alone, with how they were established.
"""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ...domain.people import Actor, GrantKind
from ...domain.refusals import NotYours, Refused
from ...domain.rulebook import Rulebook
from ...domain.words import N_, Sentence
from ...models.party import Subject
from ...models.proposal import RecordProposal
from ...models.record import CreditRecord
from ..delivery import notices
from ..repair import repair_notice
from ..sync import sync
from . import findings, publication, records
from .findings import Finding

CONFIRMED, REJECTED, TAKEN_BACK = "confirmed", "rejected", "taken_back"
KINDS = {"entry": N_("报送新记录"), "change": N_("更正"), "withdrawal": N_("撤回公示")}
DECISIONS = {
    "": N_("等待复核"),
    CONFIRMED: N_("已复核"),
    REJECTED: N_("没有通过"),
    TAKEN_BACK: N_("已收回"),
}
REVOKED = "RP-12"
TOO_LATE = N_("文书日期不能晚于今天。请核对决定书末页的日期。")
TO_DECIDE = N_("%(subject)s：%(kind)s等待复核。请到“信息报送”里的“等待复核”办理。")
SENT_BACK = N_("%(subject)s：%(kind)s没有通过复核。理由：%(why)s")
OF_WITHDRAWAL = ("end_publicity", "stop_sharing", "lift_measures", "update_evaluation")
"""What every place is asked when the basis is gone."""


def check(
    session: Session,
    finding: Finding,
    subject: Subject,
    *,
    today: date,
    rulebook: Rulebook,
    but: CreditRecord | None = None,
) -> None:
    """Whether this may be a record of this subject. Raises Refused with the field that is in the way."""
    if finding.decided_on > today:
        raise Refused(TOO_LATE, code="decided_on")
    if finding.kind == "serious_list" and finding.class_ != "serious":
        raise Refused(findings.SERIOUS_LIST, code="class_")
    findings.period(finding, rulebook)
    if finding.kind == "penalty" and not finding.items:
        raise Refused(N_("行政处罚至少有一种处罚种类。请照决定书勾选。"), code="kinds")
    check_fits(session, finding, subject, but=but)


def check_fits(
    session: Session, finding: Finding, subject: Subject, *, but: CreditRecord | None = None
) -> None:
    """Whether a record may say this: public only where that is lawful and safe, a document once. Raises Refused."""
    if finding.scope == "public" and subject.kind == "individual":
        text = N_(
            "自然人的失信信息不向社会公示（《个人信息保护法》第二十五条）。请选择“只在有关机关之间共享”。"
        )
        raise Refused(text, code="scope")
    same = select(CreditRecord.id).where(
        CreditRecord.kind == finding.kind,
        CreditRecord.decision_no == finding.decision_no,
        CreditRecord.subject_id == subject.id,
    )
    if session.scalar(same.where(CreditRecord.id != but.id) if but else same) is not None:
        text = N_("这个主体的这份文书（%(number)s）已经报送过。要改内容，请打开那条记录提出更正。")
        raise Refused(Sentence(text, number=finding.decision_no), code="decision_no")
    if finding.scope == "public":
        publication.check_release(_said_anew(finding, but), names=_names(subject))


def _said_anew(finding: Finding, but: CreditRecord | None) -> dict[str, Any]:
    """What the public has not read yet: an old flaw elsewhere in a record must not keep an error from being mended."""
    before = findings.of_record(but).as_json() if but and but.scope == "public" else {}
    return {name: value for name, value in finding.as_json().items() if value != before.get(name)}


def propose_entry(
    session: Session,
    finding: Finding,
    subject: Subject,
    *,
    unit_id: int,
    actor: Actor,
    now: datetime,
    today: date,
    rulebook: Rulebook,
) -> RecordProposal:
    """Put a new finding before the second person. Raises NotYours for another unit, Refused."""
    if unit_id not in records.units_of(actor):
        raise NotYours
    session.flush()
    check(session, finding, subject, today=today, rulebook=rulebook)
    return _propose(
        session,
        "entry",
        unit_id=unit_id,
        subject_id=subject.id,
        wanted=finding.as_json(),
        actor=actor,
        now=now,
    )


def propose_change(
    session: Session,
    record: CreditRecord,
    finding: Finding,
    *,
    why: str,
    actor: Actor,
    now: datetime,
    today: date,
    rulebook: Rulebook,
) -> RecordProposal:
    """Put a correction before the second person. Refused when it changes nothing or another one waits."""
    _check_free(session, record, actor)
    before, after = findings.of_record(record).as_json(), finding.as_json()
    changed = {name: value for name, value in after.items() if value != before[name]}
    if not changed:
        raise Refused(N_("没有改动任何一项。请修改后再提交，或者返回。"), code="why")
    check(session, finding, record.subject, today=today, rulebook=rulebook, but=record)
    place: dict[str, Any] = {
        "unit_id": record.unit_id,
        "subject_id": record.subject_id,
        "record_id": record.id,
    }
    return _propose(session, "change", wanted=changed, why=why, actor=actor, now=now, **place)


def propose_withdrawal(
    session: Session,
    record: CreditRecord,
    *,
    why: str,
    known_on: date,
    actor: Actor,
    now: datetime,
    today: date,
    rulebook: Rulebook,
) -> RecordProposal:
    """The basis was changed, revoked or found void: the record is to come down within RP-12 (行政处罚法 48)."""
    _check_free(session, record, actor)
    if known_on > today or known_on < record.decided_on:
        raise Refused(N_("得知的日期应在文书日期和今天之间，请核对。"), code="known_on")
    if publication.blocked({"content": why}, names=_names(record.subject)):
        text = N_("撤回的理由要公开说明，这里面像是写了个人信息。请删去，姓名可以写成“张某”。")
        raise Refused(text, code="why")
    return _propose(
        session, "withdrawal", unit_id=record.unit_id, subject_id=record.subject_id, record_id=record.id,
        wanted={}, why=why, known_on=known_on, due_on=rulebook.due(REVOKED, known_on).due_on, actor=actor, now=now,
    )  # fmt: skip


def wanted(proposal: RecordProposal) -> Finding | None:
    """The whole finding as it would be; none for a withdrawal."""
    if proposal.kind == "withdrawal":
        return None
    before = (
        findings.of_record(proposal.record).as_json() if proposal.record and proposal.kind == "change" else {}
    )
    return Finding.from_json(before | proposal.wanted)


def may_decide(proposal: RecordProposal, actor: Actor) -> bool:
    """Whether a person may decide: a head of the finding unit who is not the one who proposed."""
    is_head = proposal.unit_id in records.units_of(actor, GrantKind.HEAD)
    return proposal.decision == "" and is_head and actor.person_id != proposal.proposed_by_id


def confirm(
    session: Session,
    proposal: RecordProposal,
    *,
    actor: Actor,
    now: datetime,
    today: date,
    rulebook: Rulebook,
) -> CreditRecord:
    """Let it be so. Everything is checked again, as it is now. Raises Refused; the edge then undoes everything."""
    _decide(proposal, CONFIRMED, actor=actor, now=now)
    if proposal.kind == "entry":
        return _enter(session, proposal, now=now, today=today, rulebook=rulebook)
    record = session.get_one(CreditRecord, proposal.record_id, with_for_update=True)
    by: dict[str, Any] = {"why": proposal.why, "by_id": actor.person_id, "now": now, "rulebook": rulebook}
    if proposal.kind == "withdrawal":
        records.take_down(session, record, "withdrawn", **by)
        sync.ask(session, record, OF_WITHDRAWAL, now=now, rulebook=rulebook)
        return record
    finding = Finding.from_json(findings.of_record(record).as_json() | proposal.wanted)
    check(session, finding, record.subject, today=today, rulebook=rulebook, but=record)
    wanted = finding.columns() | {"class_": finding.class_}
    records.change(session, record, {name: wanted[name] for name in proposal.wanted}, **by)
    return record


def reject(
    session: Session, proposal: RecordProposal, *, why: str, actor: Actor, now: datetime, rulebook: Rulebook
) -> None:
    """Leave everything as it is; what the clock hid meanwhile is shown again. Raises Refused without a reason."""
    if not why.strip():
        raise Refused(N_("不同意的，请写明理由，经办人会看到。"), code="reason")
    _decide(proposal, REJECTED, actor=actor, now=now)
    proposal.decision_why = why
    told = Sentence(SENT_BACK, subject=proposal.subject.name, kind=Sentence(KINDS[proposal.kind]), why=why)
    key = f"proposal-{proposal.id}/rejected"
    notices.tell(session, key, told, to="handler", unit_id=proposal.unit_id, now=now)
    _show_again(session, proposal, actor=actor, now=now, rulebook=rulebook)


def take_back(
    session: Session, proposal: RecordProposal, *, actor: Actor, now: datetime, rulebook: Rulebook
) -> None:
    """The one who proposed thinks better of it. Raises Refused when it was decided already."""
    if actor.person_id != proposal.proposed_by_id:
        raise NotYours
    _check_waiting(proposal)
    proposal.decision, proposal.decided_by_id, proposal.decided_at = TAKEN_BACK, actor.person_id, now
    _show_again(session, proposal, actor=actor, now=now, rulebook=rulebook)


def by_ref(session: Session, ref: str, actor: Actor, *, is_locked: bool = False) -> RecordProposal:
    """The proposal of this address, for its unit and the office. Raises NotYours."""
    wanted = select(RecordProposal).where(RecordProposal.ref == ref)
    if not any(actor.holds(kind) for kind in records.OFFICE):
        wanted = wanted.where(RecordProposal.unit_id.in_(records.units_of(actor)))
    if is_locked:
        wanted = wanted.with_for_update(of=RecordProposal)
    found = session.scalars(wanted, execution_options={"populate_existing": is_locked}).first()
    if found is None:
        raise NotYours
    return found


def waiting(session: Session, actor: Actor) -> Sequence[RecordProposal]:
    """What waits in the reader's units, the oldest first; for the office in all."""
    wanted = select(RecordProposal).where(RecordProposal.decision == "").order_by(RecordProposal.id)
    if not any(actor.holds(kind) for kind in records.OFFICE):
        wanted = wanted.where(RecordProposal.unit_id.in_(records.units_of(actor)))
    parts = (
        joinedload(RecordProposal.subject),
        joinedload(RecordProposal.proposed_by),
        joinedload(RecordProposal.unit),
    )
    return session.scalars(wanted.options(*parts)).all()


def of_record(session: Session, record: CreditRecord) -> Sequence[RecordProposal]:
    """Everything that was proposed for a record, the newest first."""
    wanted = select(RecordProposal).where(RecordProposal.record_id == record.id)
    return session.scalars(wanted.order_by(RecordProposal.id.desc())).all()


def _propose(
    session: Session, kind: str, *, actor: Actor, now: datetime, wanted: dict[str, Any], **more: Any
) -> RecordProposal:
    made = RecordProposal(
        ref=secrets.token_urlsafe(records.REF_BYTES), kind=kind, wanted=wanted, proposed_by_id=actor.person_id,
        proposed_at=now, decision="", **more,
    )  # fmt: skip
    session.add(made)
    session.flush()
    told = Sentence(TO_DECIDE, subject=made.subject.name, kind=Sentence(KINDS[kind]))
    key = f"proposal-{made.id}/waiting"
    notices.tell(session, key, told, to="head", unit_id=made.unit_id, now=now)
    return made


def _enter(
    session: Session, proposal: RecordProposal, *, now: datetime, today: date, rulebook: Rulebook
) -> CreditRecord:
    finding = Finding.from_json(proposal.wanted)
    check(session, finding, proposal.subject, today=today, rulebook=rulebook)
    place = {"subject_id": proposal.subject_id, "unit_id": proposal.unit_id}
    record = records.enter(
        session, finding.columns() | place, class_=finding.class_, rulebook=rulebook, now=now
    )
    proposal.record_id = record.id
    repair_notice.ask(session, record, now=now)
    return record


def _decide(proposal: RecordProposal, decision: str, *, actor: Actor, now: datetime) -> None:
    _check_waiting(proposal)
    if proposal.unit_id not in records.units_of(actor, GrantKind.HEAD):
        raise NotYours
    if actor.person_id == proposal.proposed_by_id:
        raise Refused(N_("这是您自己提出的，需要本单位另一位负责人复核。"), code="four_eyes")
    proposal.decision, proposal.decided_by_id, proposal.decided_at = decision, actor.person_id, now


def _check_waiting(proposal: RecordProposal) -> None:
    if proposal.decision:
        raise Refused(N_("这一项已经有人办过了，请看办理结果。"), code="decided")


def _check_free(session: Session, record: CreditRecord, actor: Actor) -> None:
    if not records.may_change(record, actor):
        raise NotYours
    if record.publicity_ended_at is not None:
        raise Refused(N_("这条记录已经停止公示，不能再更正或者撤回。"), code="why")
    open_one = select(RecordProposal.id).where(
        RecordProposal.record_id == record.id, RecordProposal.decision == ""
    )
    if session.scalar(open_one) is not None:
        raise Refused(N_("这条记录已有一项更正或者撤回等待复核，请先办完那一项。"), code="why")


def _show_again(
    session: Session, proposal: RecordProposal, *, actor: Actor, now: datetime, rulebook: Rulebook
) -> None:
    """Undo what the clock hid for this proposal; what a repair or a shielding hid stays hidden."""
    if proposal.told_overdue_at is None or proposal.record_id is None:
        return
    record = session.get_one(CreditRecord, proposal.record_id, with_for_update=True)
    if record.hidden_at == proposal.told_overdue_at:
        why = proposal.decision_why or proposal.why
        by: dict[str, Any] = {"by_id": actor.person_id, "now": now, "rulebook": rulebook}
        records.change(session, record, {"hidden_at": None}, why=why, **by)


def _names(subject: Subject) -> tuple[str, ...]:
    return (subject.name,) if subject.kind == "individual" else ()
