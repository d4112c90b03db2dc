"""领取、分办: an open page asks in whose hand a case is, a head gives it to somebody, and says whether cases are shared out.

Taking a case and giving it back stand with the case (`web.cases.cases`). What an open page asks by itself never counts as use
of the sign-in (see `web.signed_in`).
"""

import hashlib
import json
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from forms.batches import AssignManyForm
from forms.claims import SharingForm

from ...domain import clock
from ...domain.people import GrantKind
from ...domain.refusals import NotYours, Refused
from ...domain.words import N_, Sentence
from ...extensions import db
from ...models.case import Case
from ...models.party import Unit
from ...services.cases import cases
from ...services.engine import leases, perform
from ...services.people import units
from ...services.queues import assigning
from ...services.queues.colleagues import Colleague
from ...workflows import BY_NAME
from ..pages import page
from . import case_hand, case_rows

claims = Blueprint("claims", __name__)
MOST_ASKED = 60
HAS = N_("%(name)s（已分办 %(count)s 件）")
HAS_DEPUTY = N_("%(name)s（已分办 %(count)s 件；今天外出，由%(deputy)s代办）")


@claims.get("/cases/<address>/hand")
def hand(address: str) -> Response | BaseResponse:
    """In whose hand the case is, for a page that stands open; 304 while nothing else would be said."""
    now, seen = clock.now(), request.args.get("seen", 0, type=int)
    case = cases.visible(db.session(), address, current_user.actor)
    if not case_hand.watches(case, current_user.actor):
        raise NotYours
    mark = case_hand.mark(case, seen=seen, now=now)
    if mark in request.if_none_match:
        return unchanged(mark)
    changed = case_hand.changed(db.session(), case, now=now) if case.version != seen else None
    panel = case_hand.panel(case, current_user.actor, seen=seen, now=now)
    return marked(page("claims/hand.html", hand=panel, changed=changed), mark)


@claims.get("/queue/hands")
def hands() -> Response:
    """In whose hands the cases of an open list are, by number; 304 while nothing else would be said."""
    wanted = request.args.getlist("n")[:MOST_ASKED]
    rows = assigning.visible(db.session(), current_user.actor, wanted)
    now = clock.now()
    told = {case.address: case_hand.of_row(case, current_user.actor, now=now) for case in rows}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    mark = hashlib.sha256(text.encode()).hexdigest()[:20]
    if mark in request.if_none_match:
        return unchanged(mark)
    return marked(Response(text, mimetype="application/json"), mark)


def marked(response: Response, mark: str) -> Response:
    """Let the page ask next time whether this still holds. Nothing is kept between them: the page remembers."""
    response.set_etag(mark)
    response.headers["Cache-Control"] = "no-store"
    return response


def unchanged(mark: str) -> Response:
    """Nothing new."""
    return marked(Response(status=304), mark)


@claims.post("/cases/<address>/renew")
def renew(address: str) -> Response:
    """Whoever has the case goes on working: the half hour begins anew. 409 when it is in another hand."""
    case = cases.claimable(db.session(), address, current_user.actor)
    is_own = leases.renew(case, current_user.actor, now=clock.now())
    return Response(status=204 if is_own else 409)


@claims.route("/cases/<address>/assign", methods=["GET", "POST"])
def assign(address: str) -> Response | BaseResponse:
    """Give a case to a colleague, whoever has it in hand."""
    case = givable(address)
    form, now = AssignManyForm(request.form), clock.now()
    found = assigning.choice(db.session(), case, current_user.actor, on=clock.legal_day(now))
    form.offer({each.person.id: titled(each) for each in found if each.may_have_it})
    if request.method == "POST" and form.validate():
        to, why = form["to"].data, form["why"].data or ""
        try:
            assigning.assign(db.session(), case, current_user.actor, to=to, why=why, now=now)
        except Refused as refused:
            form.refuse("to", refused.sentence)
        else:
            flash(
                _("已分办给%(name)s，双方会收到消息。", name=case.assignee.name if case.assignee else ""),
                "success",
            )
            return redirect(url_for("cases.show", address=address), 303)
    status = 422 if form.errors else 200
    absent = [each.person.name for each in found if not each.may_have_it]
    return page("claims/assign.html", status=status, form=form, absent=absent, **about(case))


def givable(address: str) -> Case:
    """The case, locked where it is about to be given. Raises NotYours or Refused for whoever doesn't give it."""
    if request.method == "POST":
        case = perform.lock(db.session(), address)
    else:
        case = cases.visible(db.session(), address, current_user.actor)
    if not case_hand.watches(case, current_user.actor):
        raise NotYours
    cases.refuse_unclaimable(case, current_user.actor)
    if sentence := assigning.why_not_given_by(case, current_user.actor):
        raise Refused(sentence, code="assign")
    return case


def titled(each: Colleague) -> Sentence:
    """A colleague with how much they have."""
    if each.is_away:
        return Sentence(HAS_DEPUTY, name=each.person.name, count=each.open_cases, deputy=each.deputy or "")
    return Sentence(HAS, name=each.person.name, count=each.open_cases)


def about(case: Case) -> dict[str, Any]:
    """The case as the pages about its hands name it."""
    now = clock.now()
    found = leases.standing(case, now=now)
    return {
        "case": case,
        "title": case_rows.title_of(case, BY_NAME[case.workflow]),
        "standing": case_hand.told(found, current_user.actor, now=now) if found else None,
    }


@claims.get("/cases/<address>/hands")
def trail(address: str) -> Response:
    """Through whose hands the case went."""
    case = cases.visible(db.session(), address, current_user.actor)
    if not case_hand.watches(case, current_user.actor):
        raise NotYours
    return page("claims/trail.html", rows=assigning.trail(db.session(), case), **about(case))


@claims.route("/unit/sharing", methods=["GET", "POST"])
def sharing() -> Response | BaseResponse:
    """Whether the own unit shares out what comes in."""
    unit = own_unit()
    form = SharingForm(request.form, data={"sharing": "yes" if unit.shares_out else "no"})
    if request.method == "POST" and form.validate():
        shares_out = form["sharing"].data == "yes"
        assigning.set_sharing(
            db.session(), unit, shares_out=shares_out, by=current_user.person, now=clock.now()
        )
        flash(_("已保存。") if not shares_out else _("已保存。新到的办件会自动分办。"), "success")
        return redirect(url_for("claims.sharing"), 303)
    return page("claims/sharing.html", status=422 if form.errors else 200, form=form, unit=unit)


def own_unit() -> Unit:
    """The unit whose head, or the office whose lead, is reading."""
    heads = (GrantKind.HEAD, GrantKind.LEAD)
    found = (grant.unit_id for grant in current_user.actor.grants if grant.kind in heads)
    unit_id = next((each for each in found if each is not None), None)
    if unit_id is None:
        raise NotYours
    return units.unit(db.session(), unit_id)
