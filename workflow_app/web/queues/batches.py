"""批量办理: what was ticked in a list, looked at before anything happens, done case by case, and told case by case.

Whether a case may be acted on is asked of the gate for each, on the page before and again when it is done.
"""

import secrets
from datetime import timedelta

from flask import Blueprint, Response, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from ... import batching
from ...domain import clock
from ...extensions import db
from ...services.queues import batches as verbs
from ..house import house
from ..pages import page
from . import batch_view

batches = Blueprint("batches", __name__, url_prefix="/batches")


@batches.get("/")
def index() -> Response:
    """What the reader asked lately."""
    found = verbs.lately(db.session(), current_user.actor)
    return page("batches/index.html", rows=[batch_view.line(batch) for batch in found])


@batches.get("/new")
def new() -> Response:
    """What will happen to which case, and which can't be done and why; nothing happens yet."""
    wanted = batch_view.wanted(request.args)
    if wanted.act == "step" and wanted.step is None:
        return page("batches/steps.html", **batch_view.choice(wanted))
    form = batch_view.form(wanted)
    return page("batches/new.html", **batch_view.ahead(wanted, form, ref=secrets.token_hex(12)))


@batches.post("/")
def create() -> Response | BaseResponse:
    """Do it: few cases at once, more by the worker. The same page sent twice is one batch."""
    wanted, ref, now = batch_view.decided(request.form), batch_view.reference(request.form), clock.now()
    form = batch_view.form(wanted)
    if not form.validate():
        return page("batches/new.html", status=422, **batch_view.ahead(wanted, form, ref=ref))
    session, actor, given = db.session(), current_user.actor, batch_view.given(wanted, form)
    batch = verbs.begin(session, ref, wanted.act, given, picked=wanted.picked, actor=actor, now=now)
    is_long = len(batch.rows) > verbs.AT_ONCE
    verbs.send(session, batch, now=now, waits=timedelta(0) if is_long else verbs.FOR_THE_PAGE)
    if not is_long:
        batching.carry(session, batch.id, house(), goes_on=lambda: True)
    return redirect(url_for("batches.show", ref=ref), 303)


@batches.get("/<ref>")
def show(ref: str) -> Response:
    """How each case went, and how far it is."""
    batch = verbs.own(db.session(), ref, current_user.actor)
    return page("batches/show.html", panels=("batch",), **batch_view.result(batch))
