"""The case: its page, filling it in, taking a step. Serves every workflow; knows none of them by name."""

from flask import Blueprint, Response, flash, jsonify, redirect, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from ...domain import clock
from ...domain.refusals import Refused, Stale
from ...extensions import db
from ...services.cases import cases as verbs
from ...services.engine import history as chain
from ...services.engine import leases
from ...services.objections import foreign_records
from ..addresses import address as url_for
from ..house import house
from ..pages import page
from ..queues import queue_way
from . import asking, case_forms, case_view, taking, typed

cases = Blueprint("cases", __name__, url_prefix="/cases")
PANELS = ("four", "deeds")


@cases.get("/<address>")
def show(address: str) -> Response:
    """One case, as this reader sees it."""
    now = clock.now()
    shown = case_view.load(db.session(), address, current_user.actor, now=now)
    view = case_view.page(db.session(), shown, now=now, house=house())
    return page("case/page.html", panels=PANELS, way=queue_way.of_case(shown.case), **view)


@cases.route("/<address>/edit", methods=["GET", "POST"])
def edit(address: str) -> Response | BaseResponse:
    """Fill in a draft, or the marked parts of a returned case."""
    now = clock.now()
    is_sent = request.method == "POST"
    shown = case_view.load(db.session(), address, current_user.actor, now=now, is_locked=is_sent)
    if is_sent and shown.editable is None:
        return asking.refused_page(
            address, "edit", case_forms.typed_form(shown, typed.form()), Refused(verbs.NOT_EDITABLE)
        )
    form = case_forms.edit_form(shown, typed.form())
    if is_sent:
        try:
            is_whole = taking.save(shown, form, request.files, version=typed.seen_version(), now=now)
        except Stale as stale:
            return asking.stale_page(address, form, stale)
        if request.form.get("save") == "later":
            flash(_("已保存。您可以随时回来继续填写。"), "success")
            return redirect(url_for("cases.show", address=address), 303)
        if is_whole:
            return redirect(url_for("cases.step", address=address, name=asking.next_step(shown)), 303)
    view = asking.edit_page(asking.as_it_is(shown, now=now))
    return page("case/edit.html", status=typed.status(form), form=form, **view)


@cases.post("/<address>/autosave")
def autosave(address: str) -> Response:
    """Keep what was typed so far, without judging it; answers the line that says when."""
    now = clock.now()
    shown = case_view.load(db.session(), address, current_user.actor, now=now, is_locked=True)
    try:
        form = case_forms.edit_form(shown, typed.form())
        taking.save(shown, form, request.files, version=typed.seen_version(), now=now)
    except Refused as refused:
        return asking.not_saved(refused)
    leases.renew(shown.case, current_user.actor, now=now)
    return page("case/saved.html", saved_at=now, version=shown.case.version, autosave_url=request.path)


@cases.route("/<address>/steps/<name>", methods=["GET", "POST"])
def step(address: str, name: str) -> Response | BaseResponse:
    """Ask for what a step needs, and take it."""
    now = clock.now()
    is_sent = request.method == "POST"
    shown = case_view.load(db.session(), address, current_user.actor, now=now, is_locked=is_sent)
    form = case_forms.step_form(db.session(), shown, name, typed.form())
    if is_sent and taking.is_ready(shown, name, form, files=request.files, now=now):
        try:
            taken = taking.take(shown, name, form, version=typed.seen_version(), now=now)
        except Refused as refused:
            taking.put_back(refused)
            return asking.refused_page(address, name, form, refused)
        flash(asking.done(taken, name, shown.case.state), "success")
        return redirect(url_for("cases.show", address=taken.address), 303)
    view = asking.step_page(asking.as_it_is(shown, now=now), name, form, now=now)
    return page("case/step.html", panels=PANELS, status=typed.status(form), **view)


@cases.post("/<address>/claim")
def claim(address: str) -> BaseResponse:
    """Take the case for half an hour."""
    case = verbs.claimable(db.session(), address, current_user.actor)
    leases.claim(db.session(), case, current_user.actor, now=clock.now())
    return redirect(url_for("cases.show", address=address), 303)


@cases.post("/<address>/release")
def release(address: str) -> BaseResponse:
    """Give the case back."""
    case = verbs.claimable(db.session(), address, current_user.actor)
    leases.release(db.session(), case, current_user.actor, now=clock.now())
    return redirect(url_for("cases.show", address=address), 303)


@cases.get("/<address>/history.json")
def history(address: str) -> Response:
    """The chained history as the reader may download and verify it."""
    case = verbs.visible(db.session(), address, current_user.actor)
    without = foreign_records.withheld(case, current_user.actor)
    return jsonify(chain.as_json(db.session(), case, without=without))
