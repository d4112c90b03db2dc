"""Claiming a case: a lease that ends by itself, so that two colleagues don't work on one case unknowingly."""

from datetime import datetime, timedelta

from ...domain.clock import LEGAL_ZONE
from ...domain.people import FOR_A_SUBJECT, Actor
from ...domain.refusals import Refused
from ...domain.words import N_, Sentence
from ...models.case import Case

LEASE = timedelta(minutes=30)


def holder(case: Case, *, now: datetime) -> str | None:
    """The name of whoever holds a lease on the case that has not ended; None when nobody does."""
    if case.assignee is None or case.lease_until is None or case.lease_until <= now:
        return None
    return case.assignee.name


def refuse_if_taken(case: Case, actor: Actor, *, now: datetime) -> None:
    """Refuse staff who act on a case that a colleague has taken; the subject's own acts are never held up."""
    name = holder(case, now=now)
    if name is None or case.assignee_id == actor.person_id or actor.person_id is None:
        return
    if any(grant.subject_id == case.subject_id and grant.kind in FOR_A_SUBJECT for grant in actor.grants):
        return
    since = case.assigned_at.astimezone(LEGAL_ZONE).strftime("%H:%M") if case.assigned_at else ""
    raise Refused(
        Sentence(
            N_("%(name)s自 %(since)s 起正在办理这件办件。请与其联系，或待其释放后再办。"),
            name=name,
            since=since,
        )
    )


def claim(case: Case, actor: Actor, *, now: datetime) -> None:
    """Take the case for half an hour, or renew one's own lease. Raises Refused when a colleague holds it."""
    refuse_if_taken(case, actor, now=now)
    if case.assignee_id != actor.person_id or case.lease_until is None or case.lease_until <= now:
        case.assigned_at = now
    case.assignee_id = actor.person_id
    case.lease_until = now + LEASE


def release(case: Case, actor: Actor) -> None:
    """Give the case back, if it is one's own."""
    if case.assignee_id == actor.person_id:
        case.assignee_id = case.assigned_at = case.lease_until = None
