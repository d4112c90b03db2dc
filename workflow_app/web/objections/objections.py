"""异议: what it is, and the way from a record to a draft; filling in and handing in is the case room's.

Anybody reads what an objection is. A record is objected to by the people of the subject it is about, by the clerk at the
window for whoever came, and, where it is public, by somebody who says that another is meant.
"""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from forms.fields import HouseForm
from forms.objections import form_of

from ...domain import clock
from ...domain.people import GrantKind
from ...domain.refusals import NotYours, Refused
from ...extensions import db
from ...models.party import Subject
from ...services.objections import objecting
from ...services.objections.objecting import Dispute
from ...services.repair import filing
from ..access import take_kept_form
from ..house import house
from ..pages import page
from ..records import credit_rows
from . import objection_view

objections = Blueprint("objections", __name__, url_prefix="/objections")


@objections.get("/")
def index() -> Response:
    """What an objection is, for which grounds, how long it takes; for whoever is signed in also the objections so far."""
    actor = current_user.actor if current_user.is_authenticated else None
    found = objecting.objections_of(db.session(), actor) if actor else []
    return page(
        "objections/index.html",
        rows=objection_view.objection_rows(found),
        is_subject=bool(actor and objecting.subjects(db.session(), actor)),
        is_window=bool(actor and actor.holds(GrantKind.CLERK)),
        is_known=actor is not None,
        petition_way=credit_rows.way("petitions.new"),
        **objection_view.limits(),
    )


@objections.get("/window")
def window() -> Response:
    """The clerk finds who came, then the record: one of theirs, or a public one under the same name."""
    session, typed = db.session(), request.args.get("q", "")[:100]
    number = request.args.get("subject", type=int)
    if number is None:
        rows = [objection_view.subject_row(one) for one in filing.found_at_window(session, typed)]
        return page(
            "objections/window.html", q=typed, rows=rows, petition_way=credit_rows.way("petitions.new")
        )
    subject = objection_view.found_subject(number)
    (known,) = objection_view.own_records([subject])
    lines = objecting.published(session, typed, besides=subject, today=objection_view.day_of_request())
    return page(
        "objections/at_window.html",
        q=typed,
        subject=subject,
        rows=known["rows"],
        lines=[objection_view.public_line(line, subject) for line in lines],
    )


@objections.get("/start")
def start() -> Response:
    """The record as it is shown now, and the choice of the ground; without a record, the choice of one."""
    kept: Mapping[str, str] = take_kept_form() or {}
    ref = request.args.get("ref") or kept.get("ref")
    if not ref:
        return choice()
    record = objecting.by_ref(db.session(), ref, current_user.actor, today=objection_view.day_of_request())
    whom = objecting.for_whom(db.session(), record, current_user.actor)
    number = request.args.get("subject", type=int) or (whom[0].id if len(whom) == 1 else None)
    if number is None:
        return choice(ref=ref, whom=whom)
    asked = disputed(ref, number)
    return start_page(asked, start_form(asked, kept), about=request.args.get("about", ""))


@objections.post("/start")
def open_objection() -> Response | BaseResponse:
    """Open the draft with what is known, or go on with the one there is."""
    asked = disputed(request.form.get("ref", ""), request.form.get("subject", type=int))
    form, about = start_form(asked, request.form), request.form.get("about", "")
    if not form.validate():
        return start_page(asked, form, about=about, status=422)
    try:
        case, is_new = objecting.open_for(
            db.session(), asked, form["ground"].data, about_case=about, actor=current_user.actor, now=clock.now(), house=house()
        )  # fmt: skip
    except NotYours:
        raise
    except Refused as refused:
        form.refuse("ground", refused.sentence)
        return start_page(asked, form, about=about, status=409)
    if not is_new:
        flash(_("这条信息您已经有一份同一事由、还没有提交的异议，请接着填写。"), "info")
    return redirect(url_for("cases.edit", address=case.address), 303)


def disputed(ref: str, subject_id: int | None) -> Dispute:
    """The record of this address as this subject disputes it. Raises NotYours, or Refused."""
    if not ref or subject_id is None:
        raise NotYours
    actor, today = current_user.actor, objection_view.day_of_request()
    record = objecting.by_ref(db.session(), ref, actor, today=today)
    return objecting.dispute(db.session(), record, subject_id, actor=actor, today=today)


def start_form(asked: Dispute, sent: Any) -> HouseForm:
    """The choice of the grounds that fit; that of the case which the address names stands chosen."""
    known = objecting.about_cases(db.session(), asked)
    named = request.args.get("about", "")
    wanted = next((g for g, found in known.items() if named in [case.number for case in found]), None)
    fitting = objecting.grounds(asked, known)
    return form_of(fitting)(sent or None, data={"ground": wanted} if wanted else None)


def start_page(asked: Dispute, form: HouseForm, *, about: str, status: int = 200) -> Response:
    """The start page with its form."""
    shown = objection_view.start_page(asked, current_user.actor, about)
    return page("objections/start.html", status=status, form=form, about_asked=about, **shown)


def choice(*, ref: str = "", whom: Any = ()) -> Response:
    """Which record, of those of the reader's subjects; or for which of them, for a public record of somebody else."""
    found: Any = objecting.subjects(db.session(), current_user.actor)
    return page(
        "objections/choice.html",
        ref=ref,
        whom=list[Subject](whom),
        subjects=[] if ref else objection_view.own_records(found),
        petition_way=credit_rows.way("petitions.new", **({"ref": ref} if ref else {})),
    )
