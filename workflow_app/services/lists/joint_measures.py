"""联合奖惩措施: initiated, answered, executed, lifted, by each unit on its own with who, when and what shows it (发起—响应—反馈—解除).

Every stage has a last day (LE-13, LE-14, LE-07) that is stored with its explanation; whether a unit is silent is a
question about today. What was never executed needs no lifting.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from ...domain import clock
from ...domain.people import Actor, GrantKind
from ...domain.refusals import NotYours, Refused
from ...domain.rule import Rule
from ...domain.rulebook import Rulebook
from ...domain.words import N_, Sentence
from ...models.lists import JointMeasure, ListEntry
from ...models.party import Unit
from ..delivery import notices, outbox
from ..people import units
from ..records import records

TO_ANSWER, TO_EXECUTE, TO_LIFT = "LE-13", "LE-14", "LE-07"
RULES = {"initiated": TO_ANSWER, "answered": TO_EXECUTE, "lifting": TO_LIFT}
OFFICE = (GrantKind.CLERK, GrantKind.LEAD, GrantKind.AUDITOR)
ANSWERING = (*records.DEPARTMENT, GrantKind.CLERK, GrantKind.LEAD)
STAGES = {
    "initiated": N_("已发起，待响应"),
    "answered": N_("已响应，待反馈执行"),
    "executed": N_("已执行"),
    "cannot": N_("不予执行"),
    "lifting": N_("待解除"),
    "lifted": N_("已解除"),
}
NEW_MEASURE = N_("%(subject)s列入“%(list)s”，本单位的措施“%(measure)s”请在 %(due)s前响应。")
LIFT_IT = N_("%(subject)s移出“%(list)s”，本单位的措施“%(measure)s”请在 %(due)s前解除并确认。")
NOTHING_DONE = N_("没有执行过，无需解除")


def initiate(session: Session, entry: ListEntry, *, now: datetime, rulebook: Rulebook) -> None:
    """Ask each unit for its measure because of an entry; a unit that was merged is asked through its successor."""
    known = {measure["key"]: measure for measure in entry.type.measures}
    day = clock.legal_day(now)
    for key in entry.measures:
        unit = _responsible(session, known[key]["unit"], day) or session.get_one(Unit, entry.unit_id)
        made = JointMeasure(
            entry_id=entry.id, unit_id=unit.id, title=known[key]["title"], basis=known[key].get("basis", ""), initiated_at=now,
        )  # fmt: skip
        _due(made, TO_ANSWER, day, rulebook)
        session.add(made)
        session.flush()
        _tell(session, made, entry, NEW_MEASURE, "initiated", now=now)


def answer(
    session: Session,
    measure: JointMeasure,
    *,
    will: bool,
    note: str,
    actor: Actor,
    now: datetime,
    rulebook: Rulebook,
) -> None:
    """The unit takes the measure on, or says why it can't. Raises NotYours, Refused."""
    _check_own(measure, actor)
    if measure.answered_at is not None or measure.lift_asked_at is not None:
        raise Refused(N_("这项措施已经响应过，或者名单已经移出，不需要再响应。"), code="answer")
    if not will and not note.strip():
        raise Refused(N_("不能执行的，请写明理由。"), code="note")
    measure.answered_at, measure.answered_by_id = now, actor.person_id
    measure.answer, measure.answer_note = "will" if will else "cannot", note.strip()
    measure.told_overdue = 0
    if will:
        _due(measure, TO_EXECUTE, clock.legal_day(now), rulebook)
    else:
        measure.due_on = None
    session.flush()


def execute(
    session: Session,
    measure: JointMeasure,
    *,
    on: date,
    evidence: str,
    actor: Actor,
    now: datetime,
    evidence_key: str | None = None,
) -> None:
    """The unit took the measure on a legal day; what shows it. Raises NotYours, Refused."""
    _check_own(measure, actor)
    if measure.answer != "will" or measure.executed_on is not None or measure.lift_asked_at is not None:
        raise Refused(
            N_("先响应执行，才能反馈执行情况；已经反馈或者已经要求解除的，不能再反馈。"), code="executed_on"
        )
    if not clock.legal_day(measure.initiated_at) <= on <= clock.legal_day(now):
        raise Refused(N_("执行日期应在发起之日和今天之间，请核对。"), code="executed_on")
    _check_shown(evidence, evidence_key)
    measure.executed_on, measure.executed_at, measure.executed_by_id = on, now, actor.person_id
    measure.evidence, measure.evidence_key = evidence.strip(), evidence_key
    measure.due_on, measure.told_overdue = None, 0
    session.flush()


def ask_to_lift(
    session: Session, entry: ListEntry, *, case_id: int, now: datetime, rulebook: Rulebook
) -> None:
    """Ask every unit to lift its measure because the entry ended; what nobody will execute is done with."""
    day = clock.legal_day(now)
    standing = select(JointMeasure).where(JointMeasure.entry_id == entry.id, JointMeasure.lifted_on.is_(None))
    for measure in session.scalars(standing.order_by(JointMeasure.id)).all():
        measure.lift_asked_at, measure.lift_case_id, measure.told_overdue = now, case_id, 0
        if measure.answer == "cannot":
            measure.lifted_on, measure.lifted_at = day, now
            measure.lift_evidence, measure.due_on = NOTHING_DONE, None
            continue
        _due(measure, TO_LIFT, day, rulebook)
        _tell(session, measure, entry, LIFT_IT, f"lift-{case_id}", now=now)
    session.flush()


def lift(
    session: Session,
    measure: JointMeasure,
    *,
    on: date,
    evidence: str,
    actor: Actor,
    now: datetime,
    evidence_key: str | None = None,
) -> None:
    """The unit lifted its measure; the exit is looked at again. Raises NotYours, Refused."""
    _check_own(measure, actor)
    if measure.lift_asked_at is None or measure.lifted_on is not None:
        raise Refused(N_("没有要求解除，或者已经确认解除，不需要再确认。"), code="lifted_on")
    if not clock.legal_day(measure.lift_asked_at) <= on <= clock.legal_day(now):
        raise Refused(N_("解除日期应在移出决定之日和今天之间，请核对。"), code="lifted_on")
    _check_shown(evidence, evidence_key)
    measure.lifted_on, measure.lifted_at, measure.lifted_by_id = on, now, actor.person_id
    measure.due_on, measure.told_overdue = None, 0
    measure.lift_evidence, measure.lift_evidence_key = evidence.strip(), evidence_key
    session.flush()
    # Whether it was the last one is asked after commit: of two units that confirm at once neither sees the other here.
    key = f"lift/{measure.lift_case_id}/{measure.id}"
    outbox.put(session, key, "follow", {"case_id": measure.lift_case_id}, now=now)


def stage(measure: JointMeasure) -> str:
    """How far a measure is, one of STAGES."""
    if measure.lifted_on is not None:
        return "lifted"
    if measure.lift_asked_at is not None:
        return "lifting"
    if measure.answer == "cannot":
        return "cannot"
    if measure.executed_on is not None:
        return "executed"
    return "answered" if measure.answered_at is not None else "initiated"


def rule_running(measure: JointMeasure, rulebook: Rulebook) -> Rule | None:
    """The rule that gave the last day of what the unit has to do next; None when nothing waits."""
    begun = {
        "initiated": measure.initiated_at,
        "answered": measure.answered_at,
        "lifting": measure.lift_asked_at,
    }
    since = begun.get(stage(measure))
    if since is None:
        return None
    return rulebook.pack.rule(RULES[stage(measure)], on=clock.legal_day(since), place=rulebook.place)


def is_late(measure: JointMeasure, *, today: date) -> bool:
    """Whether the unit let the last day of its stage pass."""
    return measure.due_on is not None and measure.due_on < today


def is_own(measure: JointMeasure, actor: Actor) -> bool:
    """Whether a person answers for the unit of a measure, also as the unit that took over from it."""
    return measure.unit_id in units_of(actor)


def units_of(actor: Actor) -> frozenset[int]:
    """The units whose measures a person takes and lifts: those of the own grants and those that they took over from.

    What the office itself has to do is its clerks' and leads'.
    """
    grants = (grant for grant in actor.grants if grant.kind in ANSWERING)
    return frozenset(place for grant in grants for place in grant.places("unit_id") if place is not None)


def may_read(actor: Actor) -> ColumnElement[bool]:
    """Which measures a person may see: the office all, a unit its own and those of entries that it decided."""
    if any(map(actor.holds, OFFICE)):
        return JointMeasure.id.is_not(None)
    own = units_of(actor)
    decided = select(ListEntry.id).where(ListEntry.unit_id.in_(own))
    return JointMeasure.unit_id.in_(own) | JointMeasure.entry_id.in_(decided)


def measure(session: Session, measure_id: int, actor: Actor, *, is_locked: bool = False) -> JointMeasure:
    """One measure, if this person may see it. Raises NotYours."""
    wanted = select(JointMeasure).where(JointMeasure.id == measure_id, may_read(actor))
    if is_locked:
        wanted = wanted.with_for_update(of=JointMeasure)
    found = session.scalars(wanted, execution_options={"populate_existing": is_locked}).first()
    if found is None:
        raise NotYours
    return found


def of_entry(session: Session, entry_id: int) -> Sequence[JointMeasure]:
    """Every measure because of an entry, in the order in which they were asked for."""
    wanted = (
        select(JointMeasure).where(JointMeasure.entry_id == entry_id).options(joinedload(JointMeasure.unit))
    )
    return session.scalars(wanted.order_by(JointMeasure.id)).all()


def _responsible(session: Session, key: str, day: date) -> Unit | None:
    named = session.scalar(select(Unit).where(Unit.key == key))
    return units.responsible(session, named, on=day) if named else None


def _due(measure: JointMeasure, rule: str, day: date, rulebook: Rulebook) -> None:
    due = rulebook.due(rule, day)
    measure.due_on, measure.explanation = due.due_on, [line.as_json() for line in due.explanation]


def _tell(
    session: Session, measure: JointMeasure, entry: ListEntry, text: str, what: str, *, now: datetime
) -> None:
    told = Sentence(
        text,
        subject=entry.subject.name,
        list=entry.type.name,
        measure=measure.title,
        due=measure.due_on or clock.legal_day(now),
    )
    unit = session.get_one(Unit, measure.unit_id)
    side = "clerk" if unit.is_office else "handler"
    notices.tell(session, f"measure-{measure.id}/{what}", told, to=side, unit_id=unit.id, now=now)


def _check_own(measure: JointMeasure, actor: Actor) -> None:
    if not is_own(measure, actor):
        raise NotYours


def _check_shown(evidence: str, evidence_key: str | None) -> None:
    if not evidence.strip() and evidence_key is None:
        raise Refused(N_("请写明凭什么确认，或者上传凭据。"), code="evidence")
