"""The list of places that hold copies of records: read by the office, kept by its clerks and the system administrator."""

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse
from wtforms.fields import SelectChoice

from forms.sync import TargetForm

from ...domain import clock
from ...domain.downstream import BY_ITSELF, DELIVERERS, KINDS, WHATS
from ...domain.refusals import Refused
from ...extensions import db
from ...models.sync import SyncTarget
from ...services.people import units
from ...services.sync import sync_targets as verbs
from ..access import take_kept_form
from ..house import house
from ..pages import page
from ..ui import named

sync_targets = Blueprint("sync_targets", __name__, url_prefix="/office/sync/targets")


@sync_targets.get("")
def listed() -> Response:
    """Every target, those in use first."""
    return page(
        "sync/targets.html", targets=verbs.listed(db.session()), kinds=KINDS, deliverers=DELIVERERS, whats=WHATS,
        may_keep=verbs.may_keep(current_user.actor), day=clock.legal_day(clock.now()),
    )  # fmt: skip


@sync_targets.route("/new", methods=["GET", "POST"])
def new() -> Response | BaseResponse:
    """Enter a target."""
    form = form_for(None)
    if request.method == "POST" and form.validate():
        try:
            entry = verbs.Entry(**form.entry())
            made = verbs.enter(db.session(), entry, key=form.key.data or "", house=house())
        except Refused as refused:
            form.refuse(refused.code if refused.code in form else "address", refused.sentence)
        else:
            flash(_("已保存。"), "success")
            return redirect(url_for("sync_targets.edit", key=made.key), 303)
    return form_page(form)


@sync_targets.route("/<key>", methods=["GET", "POST"])
def edit(key: str) -> Response | BaseResponse:
    """Change a target; its key stays."""
    target = verbs.one(db.session(), key)
    form = form_for(target)
    if request.method == "POST" and form.validate():
        try:
            verbs.change(db.session(), target, verbs.Entry(**form.entry()), house=house())
        except Refused as refused:
            form.refuse(refused.code if refused.code in form else "address", refused.sentence)
        else:
            flash(_("已保存。"), "success")
            return redirect(url_for("sync_targets.edit", key=target.key), 303)
    return form_page(form, target)


@sync_targets.post("/<key>/secret")
def secret(key: str) -> Response:
    """Make a new secret and show it this once."""
    target = verbs.one(db.session(), key)
    made = verbs.new_secret(db.session(), target)
    return page("sync/target.html", form=form_for(target, is_fresh=True), target=target, secret=made)


def form_for(target: SyncTarget | None, *, is_fresh: bool = False) -> TargetForm:
    """The form with what was sent, kept or stored."""
    if target is not None and target.kind in BY_ITSELF:
        abort(404)
    sent = request.form if request.method == "POST" and not is_fresh else take_kept_form()
    form = TargetForm(sent, obj=target)
    today = clock.legal_day(clock.now())
    departments = [unit for unit in units.units_in_being(db.session(), on=today) if not unit.is_office]
    form.offer_units([SelectChoice(str(unit.id), named(unit, "name")) for unit in departments])
    if target is not None:
        del form["key"]
    return form


def form_page(form: TargetForm, target: SyncTarget | None = None) -> Response:
    """The page of the form; 422 when something has to be mended."""
    status = 422 if form.errors else 200
    return page("sync/target.html", status=status, form=form, target=target, secret=None)
