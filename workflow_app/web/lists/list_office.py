"""The office's catalogue of lists: adopt one that comes built in or propose another, confirm, refuse, end.

Everybody who works with lists reads it; a clerk or lead proposes, a lead who is somebody else decides. A view decides
nothing: what may be a list is the services'.
"""

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from forms.list_types import ConfirmForm, WhyForm, field_of

from ...domain import clock
from ...domain.list_plan import Plan
from ...domain.refusals import Refused
from ...domain.rulebook import Rulebook
from ...extensions import db
from ...models.lists import ListType
from ...services.lists import built_in_lists, list_types
from ...services.rules import rulebooks
from ..access import take_kept_form
from ..house import house
from ..pages import page
from . import list_office_view as view

list_office = Blueprint("list_office", __name__, url_prefix="/office/lists")


@list_office.get("")
def index() -> Response:
    """Every list, what waits for a second person, and what comes built in and is not used yet."""
    session, actor = db.session(), current_user.actor
    rows = view.type_rows(session, actor, today=view.legal_day())
    offered = view.not_adopted(list_types.all_types(session), today=view.legal_day())
    return page(
        "list_office/index.html", rows=rows, offered=offered, may_propose=list_types.may_propose(actor)
    )


@list_office.get("/<key>")
def show(key: str) -> Response:
    """One list with everything it says, and what may be done with it."""
    return type_page(list_types.by_key(db.session(), key))


@list_office.route("/new", methods=["GET", "POST"])
def new() -> Response | BaseResponse:
    """Propose a list; `like` names one to begin from."""
    form = view.list_form(request.form if request.method == "POST" else take_kept_form(), like=likeness())
    if request.method == "POST" and form.validate():
        try:
            made = list_types.propose(db.session(), form.plan(), **who())
        except Refused as refused:
            form.refuse(field_of(refused.code, form), refused.sentence)
        else:
            return proposed(made)
    return page("list_office/edit.html", status=422 if form.errors else 200, form=form, **view.edit_words())


@list_office.route("/built-in/<key>", methods=["GET", "POST"])
def adopt(key: str) -> Response | BaseResponse:
    """One built-in list, and the form by which a unit takes it over."""
    built = built_in_lists.of_key(key)
    form = view.adopt_form(request.form if request.method == "POST" else take_kept_form(), built)
    if request.method == "POST" and form.validate():
        unit_id, units_of = int(form.unit_id.data), form.units_of()
        try:
            made = list_types.adopt(db.session(), key, unit_id=unit_id, units_of=units_of, **who())
        except Refused as refused:
            form.refuse("unit_id", refused.sentence)
        else:
            return proposed(made)
    shown = view.plan_facts(built.plan, book(), today=view.legal_day())
    may_propose = list_types.may_propose(current_user.actor)
    return page(
        "list_office/adopt.html", status=422 if form.errors else 200, built=built, form=form, may_propose=may_propose, **shown
    )  # fmt: skip


@list_office.post("/<key>/confirm")
def confirm(key: str) -> Response | BaseResponse:
    """The second person says that the list may be used."""
    found, form = list_types.by_key(db.session(), key), ConfirmForm(request.form)
    if not form.validate():
        return type_page(found, confirming=form)
    try:
        list_types.confirm(db.session(), found, **who())
    except Refused as refused:
        return type_page(found, refusal=refused)
    flash(_("已确认，认定单位现在可以按这个名单办理列入。"), "success")
    return redirect(url_for("list_office.show", key=key), 303)


@list_office.post("/<key>/refuse")
def refuse(key: str) -> Response | BaseResponse:
    """The second person does not agree."""
    found, form = list_types.by_key(db.session(), key), WhyForm(request.form)
    if not form.validate():
        return type_page(found, refusing=form)
    by = {"actor": current_user.actor, "now": clock.now()}
    try:
        list_types.refuse(db.session(), found, why=form.why.data or "", **by)
    except Refused as refused:
        return type_page(found, refusal=refused)
    flash(_("已记录：不同意，名单没有建立。"), "success")
    return redirect(url_for("list_office.show", key=key), 303)


@list_office.route("/<key>/end", methods=["GET", "POST"])
def end(key: str) -> Response | BaseResponse:
    """Nobody is put on the list any more; whoever stands on it stays under its rules."""
    found = list_types.by_key(db.session(), key)
    form = WhyForm(request.form if request.method == "POST" else take_kept_form())
    if request.method == "POST" and form.validate():
        by = {"actor": current_user.actor, "now": clock.now()}
        try:
            list_types.end(db.session(), found, why=form.why.data or "", **by)
        except Refused as refused:
            return type_page(found, refusal=refused)
        flash(_("已停用，从今天起不再列入新的主体。已经在名单上的仍按原来的规定办理。"), "success")
        return redirect(url_for("list_office.show", key=key), 303)
    count = list_types.counts(db.session()).get(found.id, 0)
    return page(
        "list_office/end.html", status=422 if form.errors else 200, held=found, form=form, count=count
    )


def type_page(
    found: ListType, *, confirming: ConfirmForm | None = None, refusing: WhyForm | None = None, refusal: Refused | None = None
) -> Response:  # fmt: skip
    """The page of a list; 422 when a form has to be mended, 409 when it could not be done."""
    actor, is_wrong = current_user.actor, confirming or refusing
    kept = None if is_wrong else take_kept_form()
    return page(
        "list_office/show.html",
        status=422 if is_wrong else 409 if refusal else 200,
        held=found,
        confirming=confirming or ConfirmForm(),
        refusing=refusing or WhyForm(kept),
        refusal=refusal.sentence if refusal else None,
        rights=view.rights(found, actor, today=view.legal_day()),
        **view.type_facts(db.session(), found, actor, book(), today=view.legal_day()),
    )


def proposed(made: ListType) -> BaseResponse:
    """To the page of what was proposed."""
    flash(_("已提交，等待另一位信用办负责人确认。"), "success")
    return redirect(url_for("list_office.show", key=made.key), 303)


def likeness() -> Plan | None:
    """The list that a new one begins from; None for an empty form. Raises NotYours."""
    key = request.args.get("like", "")
    return list_types.plan_of(list_types.by_key(db.session(), key)) if key else None


def book() -> Rulebook:
    """The rules of this office."""
    return rulebooks.current(db.session(), house())


def who() -> view.Who:
    """By whom and when something is done, under which rules."""
    return {"actor": current_user.actor, "now": clock.now(), "rulebook": book()}
