"""列入名单: the way from a list and a subject to a draft; filling in and everything after it is the case room's.

Only a handler begins a listing, and only on a list of the own unit that is in force.
"""

from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from forms.listings import StartForm

from ...domain import clock
from ...domain.refusals import NotYours, Refused
from ...extensions import db
from ...services.lists import list_filing
from ..access import take_kept_form
from ..house import house
from ..pages import page
from ..records import credit_rows
from . import list_rows

listings = Blueprint("listings", __name__, url_prefix="/listings")


@listings.get("/start")
def start() -> Response:
    """Choose the list, type code and name."""
    return start_page(start_form(take_kept_form()))


@listings.post("/start")
def open_listing() -> Response | BaseResponse:
    """Open the draft, or go on with the one there is."""
    form, now = start_form(request.form), clock.now()
    if not form.validate():
        return start_page(form, status=422)
    asked = list_filing.Asked(form["list_key"].data, form["code"].data, form["name"].data)
    try:
        case, is_new = list_filing.open_for(
            db.session(), asked, actor=current_user.actor, now=now, today=clock.legal_day(now), house=house()
        )
    except NotYours:
        raise
    except Refused as refused:
        form.refuse(refused.code, refused.sentence)
        return start_page(form, status=409)
    if not is_new:
        flash(_("这个主体列入这个名单已经有一份草稿，请接着填写。"), "info")
    return redirect(url_for("cases.edit", address=case.address), 303)


def start_form(sent: Any) -> StartForm:
    """The form with the lists that the reader may use."""
    form = StartForm(sent)
    form.offer({one.key: list_rows.named(one) for one in usable()})
    return form


def usable() -> list[Any]:
    """The lists of the reader's unit that are in force."""
    return list_filing.usable(db.session(), current_user.actor, today=clock.legal_day(clock.now()))


def start_page(form: StartForm, *, status: int = 200) -> Response:
    """The page with its form; without a list it says how there comes to be one."""
    found = usable()
    return page(
        "listings/start.html",
        status=status,
        form=form,
        has_lists=bool(found),
        hints={one.key: list_rows.in_a_line(one) for one in found},
        lists_way=credit_rows.way("list_office.index"),
        reports_way=credit_rows.way("records.index"),
    )
