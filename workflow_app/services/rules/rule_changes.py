"""Changing a value of the rules table: one person of the office proposes it, a lead who is somebody else decides.

A change is a row that stays for ever with who, when and why, also when it was rejected. Running clocks keep their rule
unless the change says that they are moved; what that would do is asked of the same function that does it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ...domain import rules
from ...domain.people import Actor, GrantKind
from ...domain.refusals import Refused
from ...domain.rules import Rule
from ...domain.words import N_, Sentence
from ...models.party import Person
from ...models.rulebook import RuleChange
from ..engine import recount
from ..engine.recount import Preview
from ..house import House
from ..people.account_log import record
from . import rulebooks

PROPOSERS = frozenset({GrantKind.CLERK, GrantKind.LEAD, GrantKind.SYSTEM_ADMIN})
DECIDERS = frozenset({GrantKind.LEAD})
APPROVED, REJECTED = "approved", "rejected"
LONGEST_REASON = 500


def may_propose(actor: Actor) -> bool:
    """Whether this person may propose a change."""
    return any(map(actor.holds, PROPOSERS))


def may_decide(actor: Actor, change: RuleChange) -> bool:
    """Whether this person may decide on this change: a lead, and never the one who proposed it."""
    return any(map(actor.holds, DECIDERS)) and actor.person_id != change.proposed_by_id


def fitting(session: Session, row: Mapping[str, str], *, house: House) -> Rule:
    """The rule of a row that fits the rules in force. Refused with the column as code."""
    rule = rules.from_row(row)
    pack = rulebooks.current(session, house).pack
    pack.with_changes((rule,))
    if rule in (replace(other, version="") for other in pack.of(rule.id)):
        raise Refused(
            N_("内容和现在的规则完全相同，没有要改的。请改好数值、日期或者依据后再提交。"), code="value"
        )
    return rule


def fitting_new(session: Session, row: Mapping[str, str], *, house: House) -> Rule:
    """The rule of a row whose id is new: not in the table and not waiting. Refused with the column as code."""
    rule_id = row["id"]
    if rule_id in rulebooks.current(session, house).pack.ids:
        told = N_("规则表里已经有 %(id)s。请换一个后半部分；要改它的值，请打开那条规则提出修改。")
        raise Refused(Sentence(told, id=rule_id), code="id")
    waits = select(RuleChange.id).where(RuleChange.rule_id == rule_id, RuleChange.decision.is_(None))
    if session.scalar(waits.limit(1)) is not None:
        told = N_("已经有人提出新增 %(id)s，正在等待决定。请换一个后半部分，或者等那一项决定以后再办。")
        raise Refused(Sentence(told, id=rule_id), code="id")
    return fitting(session, row, house=house)


def preview(session: Session, changes: Sequence[Rule], *, on: date, house: House) -> tuple[Preview, ...]:
    """What each of the changes would do to the clocks open now, if they were moved."""
    book = rulebooks.current(session, house)
    changed = replace(book, pack=book.pack.with_changes(changes))
    planned = (recount.for_rule(rule, changed, because="") for rule in changes)
    return tuple(recount.preview(session, one, on=on) for one in planned)


def propose(
    session: Session,
    row: Mapping[str, str],
    *,
    reason: str,
    moves_running: bool,
    by: Actor,
    now: datetime,
    house: House,
) -> RuleChange:
    """Put a change before the second person. Nothing is changed by it yet."""
    if not may_propose(by):
        raise Refused(N_("修改规则由信用办的经办、负责人或者系统管理员提出。请联系他们办理。"))
    rule = fitting(session, row, house=house)
    person = session.get_one(Person, by.person_id)
    change = RuleChange(
        rule_id=rule.id,
        place=rule.place,
        row=rules.to_row(rule),
        reason=_reason(reason),
        moves_running=moves_running,
        proposed_by=person,
        proposed_at=now,
    )
    session.add(change)
    record(session, "rule_proposed", person=None, by=person, now=now, note=_note(change))
    return change


def approve(
    session: Session, change: RuleChange, *, by: Actor, reason: str, now: datetime, house: House
) -> None:
    """Let the change take effect, as the next one on the pack. Refused when it no longer fits the rules in force."""
    _check_may_decide(session, change, by)
    fitting(session, change.row, house=house)
    latest = select(func.max(RuleChange.applied_n))
    change.applied_n = (session.scalar(latest) or 0) + 1
    _decide(session, change, APPROVED, reason=reason.strip(), by=by, now=now)
    if change.moves_running:
        recount.plan(session, "rule", change.id, now=now)


def reject(session: Session, change: RuleChange, *, by: Actor, reason: str, now: datetime) -> None:
    """Leave the rules as they are; the proposal and the reason stay."""
    _check_may_decide(session, change, by)
    _decide(session, change, REJECTED, reason=_reason(reason), by=by, now=now)


def _check_may_decide(session: Session, change: RuleChange, by: Actor) -> None:
    """One decision at a time, because each counts on the one before: the first row is held while deciding."""
    session.scalars(select(RuleChange.id).order_by(RuleChange.id).limit(1).with_for_update()).one()
    session.refresh(change)
    if change.decision is not None:
        raise Refused(N_("这项修改已经有人作出决定，不用再办。请看下面的结果。"), code="decided")
    if by.person_id == change.proposed_by_id:
        raise Refused(N_("修改由您提出，需要另一位信用办负责人决定。"), code="four_eyes")
    if not may_decide(by, change):
        raise Refused(N_("规则的修改由信用办负责人决定。请联系负责人办理。"))


def _decide(
    session: Session, change: RuleChange, decision: str, *, reason: str, by: Actor, now: datetime
) -> None:
    person = session.get_one(Person, by.person_id)
    change.decision, change.decision_reason = decision, reason[:LONGEST_REASON]
    change.decided_by, change.decided_at = person, now
    record(session, f"rule_{decision}", person=None, by=person, now=now, note=_note(change))


def _reason(text: str) -> str:
    if not text.strip():
        raise Refused(N_("请写明理由，以后查阅时要看。"), code="reason")
    return text.strip()[:LONGEST_REASON]


def _note(change: RuleChange) -> str:
    row = change.row
    return f"{row['id']} {row['place']} {row['value']} {row['unit']} {row['valid_from']}".replace("  ", " ")
