"""移出名单: an entry for whoever it concerns, the way into its exit, and what its unit notes about a legal restriction.

Filling in and handing in is the case room's. A subject's people start the exit of their own entries, the clerk for whoever
came to the window, the unit by itself for a red list or a focus list. GET never writes.
"""

from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from forms.list_exits import LIFT, NOTE, RestrictionDecisionForm, RestrictionForm

from ...domain import clock
from ...domain.people import GrantKind
from ...domain.refusals import NotYours, Refused
from ...extensions import db
from ...models.lists import ListEntry
from ...models.party import Subject
from ...services.lists import leaving, list_entries, list_restrictions
from ...services.repair import filing
from ...workflows.list_exit import LIST_EXIT
from ..house import house
from ..pages import page
from . import list_exit_rows as rows

list_exits = Blueprint("list_exits", __name__, url_prefix="/list-exits")


@list_exits.get("/")
def index() -> Response:
    """What leaving a list is; for a subject's people their entries, for a unit and the office those that stand."""
    actor = current_user.actor if current_user.is_authenticated else None
    typed = request.args.get("q", "")[:100]
    return page(
        "list_exits/index.html",
        q=typed,
        is_known=actor is not None,
        is_window=bool(actor and actor.holds(GrantKind.CLERK)),
        **rows.index(db.session(), actor, typed),
    )


@list_exits.get("/window")
def window() -> Response:
    """The clerk finds who came, then the entry."""
    session, typed = db.session(), request.args.get("q", "")[:100]
    number = request.args.get("subject", type=int)
    subject = session.get(Subject, number) if number is not None else None
    if number is not None and subject is None:
        raise NotYours
    found = () if subject else filing.found_at_window(session, typed)
    return page(
        "list_exits/window.html",
        q=typed,
        subject=subject,
        found=[rows.subject_row(one) for one in found],
        rows=rows.of_subject(session, subject.id) if subject else (),
    )


@list_exits.get("/start")
def start() -> Response | BaseResponse:
    """One entry: until when, from when and why, what is missing, what to do now."""
    ref = request.args.get("entry", "")
    if not ref:
        return redirect(url_for("list_exits.index"), 303)
    return entry_page(leaving.concerned(db.session(), ref, current_user.actor))


@list_exits.post("/start")
def open_exit() -> Response | BaseResponse:
    """Open the draft with what is known, or go on with the one there is."""
    entry = leaving.concerned(db.session(), request.form.get("entry", ""), current_user.actor)
    try:
        case, is_new = leaving.open_for(
            db.session(), entry, actor=current_user.actor, now=clock.now(), house=house()
        )
    except NotYours:
        raise
    except Refused as refused:
        return entry_page(entry, refusal=refused, status=409)
    if not is_new:
        flash(_("这条列入记录您已经有一份还没有提交的移出申请，请接着填写。"), "info")
    if case.facts["way"] != "early":
        return redirect(url_for("cases.step", address=case.address, name="initiate"), 303)
    return redirect(url_for("cases.edit", address=case.address), 303)


@list_exits.post("/letter")
def letter() -> Response | BaseResponse:
    """Open the letter for this entry, to be read in full and signed."""
    session, actor = db.session(), current_user.actor
    entry = leaving.concerned(session, request.form.get("entry", ""), actor)
    if entry.subject_id not in actor.subject_ids(workflow=LIST_EXIT.name):
        raise NotYours
    try:
        case = leaving.open_letter(session, entry, actor=actor, now=clock.now(), house=house())
    except NotYours:
        raise
    except Refused as refused:
        return entry_page(entry, refusal=refused, status=409)
    return redirect(url_for("cases.edit", address=case.address), 303)


@list_exits.post("/<ref>/restriction")
def restrict(ref: str) -> Response | BaseResponse:
    """Somebody of the unit proposes a restriction, or that it is over."""
    entry, form = of_unit(ref), RestrictionForm(request.form)
    if not form.validate():
        return entry_page(entry, restriction_form=form, status=422)
    until_on = None if form.what.data == LIFT else form.until_on.data
    try:
        list_restrictions.propose(
            db.session(), entry, until_on=until_on, because=form.because.data, basis=form.basis.data,
            actor=current_user.actor, now=clock.now(),
        )  # fmt: skip
    except Refused as refused:
        return refused_page(entry, refused, restriction_form=form)
    flash(_("已提交，等待另一位负责人确认。"), "success")
    return redirect(url_for("list_exits.start", entry=ref) + "#restriction", 303)


@list_exits.post("/<ref>/restriction/decide")
def decide_restriction(ref: str) -> Response | BaseResponse:
    """The head notes what was proposed, or refuses it."""
    entry, form = of_unit(ref), RestrictionDecisionForm(request.form)
    if not list_restrictions.may_decide(entry, current_user.actor):
        raise NotYours
    if not form.validate():
        return entry_page(entry, decision_form=form, status=422)
    is_noted = form.decision.data == NOTE
    try:
        list_restrictions.decide(
            db.session(), entry, is_noted=is_noted, why=form.why.data or "", actor=current_user.actor, now=clock.now(),
        )  # fmt: skip
    except Refused as refused:
        return refused_page(entry, refused, decision_form=form)
    flash(_("已确认，已记入列入记录。") if is_noted else _("已退回提议。"), "success")
    return redirect(url_for("list_exits.start", entry=ref) + "#restriction", 303)


def of_unit(ref: str) -> ListEntry:
    """The entry of this address for the people of its unit. Raises NotYours."""
    entry = list_entries.entry(db.session(), ref.replace("\0", ""))
    if not rows.is_of_unit(entry, current_user.actor):
        raise NotYours
    return entry


def refused_page(entry: ListEntry, refused: Refused, **forms: Any) -> Response:
    """409 with the sentence at its field, if it is about one. Raises what is not to be told."""
    if isinstance(refused, NotYours):
        raise refused
    (form,) = forms.values()
    if refused.code in form:
        form.refuse(refused.code, refused.sentence)
        return entry_page(entry, status=409, **forms)
    return entry_page(entry, refusal=refused, status=409, **forms)


def entry_page(
    entry: ListEntry, *, refusal: Refused | None = None, status: int = 200, **forms: Any
) -> Response:
    """The page of one entry for this reader."""
    shown = rows.entry_page(db.session(), entry, current_user.actor, now=clock.now(), house=house())
    forms = {"restriction_form": RestrictionForm(), "decision_form": RestrictionDecisionForm()} | forms
    return page(
        "list_exits/start.html",
        status=status,
        refusal=refusal.sentence if refusal else None,
        **forms,
        **shown,
    )
