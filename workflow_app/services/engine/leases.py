"""领取、释放: who has a case in hand, so that two colleagues never work on one case unknowingly.

Somebody takes a case for half an hour (a lease that ends by itself), or it was assigned to somebody, which ends only by
another hand (see `services.queues.assigning`). The subject's own acts and the clock are never held up. Each change of
hands leaves a row; renewing one's own lease does not.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from ...domain import clock
from ...domain.clock import LEGAL_ZONE
from ...domain.people import FOR_A_SUBJECT, Actor, GrantKind
from ...domain.refusals import Refused
from ...domain.words import N_, Sentence
from ...models.case import Case
from ...models.queue import HandOver
from ..queues.lines import CaseLine

LEASE = timedelta(minutes=30)
IN_HAND = ("assignee_id", "assigned_at", "lease_until")
TAKEN = "taken"
"""The code of a refusal because a colleague has the case in hand."""


@dataclass(frozen=True)
class Standing:
    """Who has a case in hand since when; `until` is the end of a lease, None for somebody to whom it was assigned."""

    person_id: int
    name: str
    since: datetime
    until: datetime | None

    @property
    def is_assigned(self) -> bool:
        """Whether it stays in this hand until somebody changes it."""
        return self.until is None

    def is_of(self, actor: Actor) -> bool:
        """Whether it is in the hand of this person, or of somebody for whom this person stands in."""
        return self.person_id in actor.stands_for


def standing(case: Case | CaseLine, *, now: datetime) -> Standing | None:
    """Who has the case in hand now; None when nobody does, also when a lease has ended."""
    if case.assignee_id is None or (case.lease_until is not None and case.lease_until <= now):
        return None
    assert case.assignee is not None, "the person of this id"
    return Standing(
        case.assignee_id, case.assignee.name, case.assigned_at or case.updated_at, case.lease_until
    )


def holder(case: Case | CaseLine, *, now: datetime) -> str | None:
    """The name of whoever has the case in hand; None when nobody does."""
    found = standing(case, now=now)
    return found.name if found else None


def refuse_if_taken(case: Case, actor: Actor, *, now: datetime) -> None:
    """Refuse staff who act on a case that a colleague has taken for a while."""
    found = standing(case, now=now)
    if found is None or found.is_assigned or found.is_of(actor) or _is_never_held_up(case, actor):
        return
    text = N_("%(name)s自 %(since)s 起正在办理这件办件。请与其联系，或待其释放后再办。")
    since = found.since.astimezone(LEGAL_ZONE).strftime("%H:%M")
    raise Refused(Sentence(text, name=found.name, since=since), code=TAKEN)


def refuse_if_assigned(case: Case, actor: Actor, kind: GrantKind, *, now: datetime) -> None:
    """Refuse whoever would do, with the same kind of right, the work that was assigned to a colleague.

    Another side goes on undisturbed, and so does everybody when the colleague has no such right any more.
    """
    found = standing(case, now=now)
    if found is None or not found.is_assigned or found.is_of(actor) or _is_never_held_up(case, actor):
        return
    assert case.assignee is not None, "somebody has it in hand"
    is_there = case.assignee.disabled_at is None
    if is_there and any(row.kind == kind and row.ended_at is None for row in case.assignee.grants):
        raise _assigned(found)


def _assigned(found: Standing) -> Refused:
    text = N_("这件办件自%(day)s起分办给%(name)s。请由%(name)s办理；需要换人的，请负责人转办。")
    return Refused(Sentence(text, name=found.name, day=clock.legal_day(found.since)), code=TAKEN)


def _is_never_held_up(case: Case, actor: Actor) -> bool:
    """The clock, and whoever acts for the subject."""
    of_subject = (g for g in actor.grants if g.subject_id == case.subject_id and g.kind in FOR_A_SUBJECT)
    return actor.person_id is None or next(of_subject, None) is not None


def claim(session: Session, case: Case, actor: Actor, *, now: datetime) -> None:
    """Take the case for half an hour, or renew one's own lease. What was assigned to oneself stays so.

    To be called with the case locked. Raises Refused when a colleague has it in hand.
    """
    found = standing(case, now=now)
    if found is not None and found.is_assigned:
        if not found.is_of(actor):
            raise _assigned(found)
        return
    refuse_if_taken(case, actor, now=now)
    if found is None or found.person_id != actor.person_id:
        hand_over(session, case, "claimed", to=actor.person_id, by=actor, now=now, until=now + LEASE)
    else:
        case.lease_until = now + LEASE


def renew(case: Case, actor: Actor, *, now: datetime) -> bool:
    """Let one's own lease begin anew, because one goes on working. False when it is not one's own any more."""
    found = standing(case, now=now)
    if found is None or found.person_id != actor.person_id:
        return False
    if not found.is_assigned:
        case.lease_until = now + LEASE
    return True


def release(session: Session, case: Case, actor: Actor, *, now: datetime) -> bool:
    """Give the case back, if it is in one's own hand or in that of somebody one stands in for. Whether it was."""
    if case.assignee_id is None or case.assignee_id not in actor.stands_for:
        return False
    if standing(case, now=now) is None:
        lay_down(case)
        return True
    hand_over(session, case, "released", to=None, by=actor, now=now)
    return True


def hand_over(
    session: Session, case: Case, what: str, *, to: int | None, by: Actor, now: datetime, why: str = "",
    until: datetime | None = None,
) -> HandOver:  # fmt: skip
    """Put the case into another hand, or into none, and write that down. `until`: the end of a lease."""
    before = case.assignee_id if standing(case, now=now) else None
    row = HandOver(
        case_id=case.id, at=now, what=what, from_id=before, to_id=to, by_id=by.person_id, why=why[:500]
    )
    session.add(row)
    lay_down(case)
    if to is not None:
        case.assignee_id, case.assigned_at, case.lease_until = to, now, until
    session.flush()
    session.expire(case, ["assignee"])
    return row


def lay_down(case: Case) -> None:
    """Nobody has the case in hand."""
    for name in IN_HAND:
        setattr(case, name, None)


def ended_with_step(case: Case) -> dict[str, None]:
    """The columns that change as the case comes into another state: what was taken for a while is free again."""
    return dict.fromkeys(IN_HAND) if case.lease_until is not None else {}
