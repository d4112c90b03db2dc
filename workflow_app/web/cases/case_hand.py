"""In whose hand a case is, as one of the staff sees it: the sentence, what to press, and when the page should look again.

A firm never sees it. The mark of what is shown lets an open page ask again and again at next to no cost.
"""

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ...domain import clock
from ...domain.people import FOR_A_SUBJECT, Actor
from ...domain.words import N_, Sentence
from ...models.case import Case
from ...models.event import Event
from ...services.engine import leases
from ...services.engine.leases import Standing
from ...services.queues import assigning
from ...services.queues.lines import CaseLine
from ...workflows import BY_NAME
from ..addresses import address as url_for
from ..language import language
from ..ui import say, tell_day

FREE = N_("还没有人领取。领取以后半小时内，同事不会重复办理。")
OWN = N_("您自 %(since)s 起办理，领取到 %(until)s 为止；您接着办，时间会自动延长。")
OWN_ASSIGNED = N_("%(since)s起分办给您。")
FOR_ABSENT = N_("%(since)s起分办给%(name)s，您代办。")
TAKEN = N_("%(name)s自 %(since)s 起办理，没有继续办的，%(until)s 自动释放。")
ASSIGNED = N_("%(since)s起分办给%(name)s。")
CHANGED = N_("您打开这一页以后，这件办件有了新的变化，现在的状态是“%(state)s”。")
DECIDED = N_("您打开这一页以后，%(name)s于 %(at)s 办理了“%(step)s”，这件办件现在的状态是“%(state)s”。")


def watches(case: Case, actor: Actor) -> bool:
    """Whether this reader is told in whose hand the case is: staff, once it was handed in, and not for the subject."""
    for_subject = any(g.subject_id == case.subject_id and g.kind in FOR_A_SUBJECT for g in actor.grants)
    return actor.is_staff and not for_subject and case.number is not None


def panel(case: Case, actor: Actor, *, seen: int, now: datetime) -> dict[str, Any] | None:
    """The values of the panel; None for whoever is not told. `seen`: the version of the case that the page shows."""
    if not watches(case, actor):
        return None
    found = leases.standing(case, now=now)
    has_ended = BY_NAME[case.workflow].state(case.state).ended
    works = not has_ended and assigning.works_on(case, actor)
    is_own = found is not None and found.is_of(actor)
    gives = not has_ended and assigning.why_not_given_by(case, actor) is None
    address = case.address
    return {
        "sentence": told(found, actor, now=now) if found else Sentence(FREE) if works else None,
        "is_own": is_own,
        "is_taken": found is not None and not is_own,
        "claim_url": url_for("cases.claim", address=address) if works and found is None else None,
        "release_url": url_for("cases.release", address=address) if works and is_own else None,
        "renew_url": url_for("claims.renew", address=address)
        if is_own and found and not found.is_assigned
        else None,
        "assign_url": url_for("claims.assign", address=address) if gives else None,
        "is_assigned": found is not None and found.is_assigned,
        "watch_url": None
        if has_ended and case.version == seen
        else url_for("claims.hand", address=address, seen=seen),
        "mark": mark(case, seen=seen, now=now),
        "is_changed": case.version != seen,
        "address": address,
    }


def mark(case: Case, *, seen: int, now: datetime) -> str:
    """Changes whenever something else would be shown."""
    held = leases.standing(case, now=now) is not None
    parts = (case.version, seen, case.state, case.assignee_id, case.assigned_at, case.lease_until, held)
    return hashlib.sha256(repr((*parts, language())).encode()).hexdigest()[:20]


def told(found: Standing, actor: Actor, *, now: datetime) -> Sentence:
    """Who has it since when, and until when it stays so."""
    if found.until is None:
        since = tell_day(clock.legal_day(found.since))
        if found.person_id == actor.person_id:
            return Sentence(OWN_ASSIGNED, since=since)
        return Sentence(FOR_ABSENT if found.is_of(actor) else ASSIGNED, since=since, name=found.name)
    when = {"since": told_at(found.since, now=now), "until": told_at(found.until, now=now)}
    if found.person_id == actor.person_id:
        return Sentence(OWN, **when)
    return Sentence(TAKEN, name=found.name, **when)


def told_at(instant: datetime, *, now: datetime) -> str:
    """The hour, with the day where it is not today's."""
    there = instant.astimezone(clock.LEGAL_ZONE)
    is_today = there.date() == clock.legal_day(now)
    return f"{there:%H:%M}" if is_today else f"{tell_day(there.date())} {there:%H:%M}"


def changed(session: Session, case: Case, *, now: datetime) -> Sentence:
    """Who did what last, for a page that is older than the case."""
    state = Sentence(BY_NAME[case.workflow].state(case.state).title)
    newest = select(Event).where(Event.case_id == case.id).order_by(Event.seq.desc()).limit(1)
    event = session.scalar(newest.options(joinedload(Event.actor)))
    step = BY_NAME[case.workflow].step(event.step, event.source) if event else None
    if event is None or event.actor is None or step is None:
        return Sentence(CHANGED, state=state)
    at = told_at(event.at, now=now)
    return Sentence(DECIDED, name=event.actor.name, at=at, step=Sentence(step.title), state=state)


def of_row(case: Case | CaseLine, actor: Actor, *, now: datetime) -> dict[str, Any]:
    """What stands in the queue's column: who has the case since when, or that nobody has."""
    found = leases.standing(case, now=now)
    if found is None:
        return {"text": None, "is_own": False}
    is_own = found.person_id == actor.person_id
    day = tell_day(clock.legal_day(found.since))
    since = told_at(found.since, now=now) if found.until else day
    text = N_("您，%(since)s 起") if is_own else N_("%(name)s，%(since)s 起")
    values = {"since": since} if is_own else {"since": since, "name": found.name}
    return {"text": say(Sentence(text, **values)), "is_own": is_own}
