"""In whose hand a case is: taken for half an hour, given back, given to a colleague. 409 says who has it since when."""

from datetime import datetime
from typing import Any

from flask_login import current_user
from sqlalchemy import select

from ..domain import clock
from ..domain.refusals import NotYours, Refused
from ..domain.scopes import TokenScope
from ..domain.words import N_, Sentence
from ..extensions import db
from ..models.case import Case
from ..models.party import Person
from ..services.cases import cases as verbs
from ..services.engine import leases, perform
from ..services.queues import assigning, batches
from ..web.cases import case_hand
from . import filled, shapes, showing
from .room import Room
from .showing import says

claims = Room("claims_api", __name__, title=N_("领取和分办"))
NOBODY = N_("没有这个登录名的同事可以办理这件办件。请核对登录名。")
MORE_OF_GIVING = N_(
    "由部门负责人或信用办负责人分办；to 是同事的登录名，why 双方会看到。已经在别人手里的也可以转办。"
)


class Giving(shapes.Shape):
    """To whom a case is given, and why."""

    to = shapes.Text(
        required=True,
        validate=[shapes.filled_in, shapes.most(80)],
        metadata=says(N_("同事的登录名"), "handler.shichang"),
    )
    why = shapes.Text(
        required=True, validate=[shapes.filled_in, shapes.most(500)],
        metadata=says(N_("说明，双方会看到"), "原经办人休假。"),
    )  # fmt: skip


class HandShape(shapes.Shape):
    """In whose hand a case is."""

    number = shapes.Text(required=True, metadata=says(N_("办件的编号"), "CM-120102-20261112-000001"))
    version = shapes.Whole(required=True, metadata=says(N_("版本；领取和分办不改变它"), 3))
    assignee = shapes.Text(
        required=True, allow_none=True, metadata=says(N_("在谁手里；没有人时为 null"), "张示范")
    )
    since = shapes.Instant(
        required=True, allow_none=True, metadata=says(N_("从什么时候起"), "2026-11-20T02:00:00+00:00")
    )
    until = shapes.Instant(
        required=True,
        allow_none=True,
        metadata=says(N_("领取到什么时候；分办的没有期限，为 null"), "2026-11-20T02:30:00+00:00"),
    )


@claims.call("POST", "/cases/<address>/claim", N_("领取一件办件"), scope=TokenScope.CASES_WRITE)
@claims.response(200, HandShape)
def claim(address: str) -> dict[str, Any]:
    """Take the case for half an hour, or go on having it."""
    now, case = clock.now(), verbs.claimable(db.session(), address, current_user.actor)
    leases.claim(db.session(), case, current_user.actor, now=now)
    return told(case, now=now)


@claims.call("POST", "/cases/<address>/release", N_("放回一件办件"), scope=TokenScope.CASES_WRITE)
@claims.response(200, HandShape)
def release(address: str) -> dict[str, Any]:
    """Give the case back."""
    now, case = clock.now(), verbs.claimable(db.session(), address, current_user.actor)
    leases.refuse_if_taken(case, current_user.actor, now=now)
    if not leases.release(db.session(), case, current_user.actor, now=now):
        raise Refused(batches.NOT_IN_YOUR_HAND)
    return told(case, now=now)


@claims.call(
    "POST", "/cases/<address>/assign", N_("分办一件办件"), scope=TokenScope.CASES_WRITE, more=MORE_OF_GIVING
)
@claims.arguments(Giving)
@claims.response(200, HandShape)
def assign(sent: dict[str, Any], address: str) -> dict[str, Any]:
    """Give the case to a colleague, whoever has it in hand."""
    now, session = clock.now(), db.session()
    case = perform.lock(session, address)
    verbs.refuse_unseen(case, current_user.actor)
    if not case_hand.watches(case, current_user.actor):
        raise NotYours
    verbs.refuse_unclaimable(case, current_user.actor)
    person = session.scalar(select(Person.id).where(Person.login == sent["to"].lower()))
    if person is None:
        raise filled.Unfit({"to": [Sentence(NOBODY)]})
    assigning.assign(session, case, current_user.actor, to=person, why=sent["why"], now=now)
    return told(case, now=now)


def told(case: Case, *, now: datetime) -> dict[str, Any]:
    """Who has the case, as whoever works on it is told."""
    showing.note_personal(case.subject)
    found = leases.standing(case, now=now)
    return {
        "number": case.address,
        "version": case.version,
        "assignee": found.name if found else None,
        "since": found.since if found else None,
        "until": found.until if found else None,
    }
