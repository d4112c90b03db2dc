"""The story of every rule: what was proposed for it, by whom, who decided and why, and what answered before.

Nothing is ever taken out of it, and nothing here changes anything (see rule_changes.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from ...domain import rules
from ...domain.refusals import NotYours
from ...domain.rules import Rule, RulePack
from ...models.rulebook import Recount, RuleChange
from . import rulebooks


@dataclass(frozen=True)
class Chapter:
    """One change in the story of a rule: the row that answered before, the row as changed, and whether its id is new."""

    change: RuleChange
    old: Rule | None
    new: Rule
    is_new: bool


def waiting(session: Session) -> Sequence[RuleChange]:
    """The proposals nobody decided on yet, oldest first."""
    return session.scalars(_changes().where(RuleChange.decision.is_(None))).all()


def one(session: Session, change_id: int) -> RuleChange:
    """One change. Raises NotYours when unknown."""
    found = session.get(RuleChange, change_id)
    if found is None:
        raise NotYours
    return found


def chapter(session: Session, change: RuleChange) -> Chapter:
    """One change with the row that answers now, or answered before it was decided."""
    return next(one for one in history(session, change.rule_id) if one.change is change)


def history(session: Session, rule_id: str) -> tuple[Chapter, ...]:
    """Everything that was ever proposed for a rule, newest first, each with the row it found."""
    approved = session.scalars(
        select(RuleChange).where(RuleChange.applied_n.is_not(None)).order_by(RuleChange.applied_n)
    ).all()
    packs = [rules.built_in()]
    for change in approved:
        packs.append(packs[-1].with_changes((rulebooks.changed_row(change),)))
    of_rule = session.scalars(_changes().where(RuleChange.rule_id == rule_id)).all()
    return tuple(_chapter(change, packs[_found(change, approved)]) for change in reversed(of_rule))


def run_of(session: Session, change: RuleChange) -> Recount | None:
    """How far the running clocks were moved by a change that moves them."""
    wanted = select(Recount).where(Recount.kind == "rule", Recount.source_id == change.id)
    return session.scalars(wanted).first()


def _changes() -> Select[RuleChange]:
    people = (joinedload(RuleChange.proposed_by), joinedload(RuleChange.decided_by))
    return select(RuleChange).options(*people).order_by(RuleChange.id)


def _found(change: RuleChange, approved: Sequence[RuleChange]) -> int:
    """How many changes were in force when this one was decided, or are now."""
    if change.applied_n is not None:
        return change.applied_n - 1
    until = change.decided_at
    return sum(until is None or (other.decided_at or until) <= until for other in approved)


def _chapter(change: RuleChange, pack: RulePack) -> Chapter:
    new = rulebooks.changed_row(change)
    is_new = new.id not in pack.ids
    try:
        return Chapter(change, pack.rule(new.id, on=new.valid_from, place=new.place), new, is_new)
    except KeyError:
        return Chapter(change, None, new, is_new)
