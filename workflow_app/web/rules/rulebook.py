"""The rules as people read them, and how the office changes one: propose after a preview, then a second person decides.

Everybody who works here reads; who proposes and who decides is checked at the door and again by the service. Calendars
have rooms of their own.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from forms.rulebook import DecisionForm, RuleForm, of_row

from ...domain import clock
from ...domain.list_rules import family_of
from ...domain.refusals import NotYours, Refused
from ...domain.rule import AREAS
from ...domain.rules import Rule, from_row, to_row
from ...extensions import db
from ...models.rulebook import RuleChange
from ...services.lists import list_types
from ...services.rules import rule_changes as verbs
from ...services.rules import rule_history as story
from ...services.rules import rulebooks
from ..access import take_kept_form
from ..house import house
from ..pages import page
from .rule_rows import Touched, listed, touched

rulebook = Blueprint("rulebook", __name__, url_prefix="/office/rules")


@rulebook.get("")
def rules() -> Response:
    """Every rule as it stands today, of all the work or of one part of it."""
    book = rulebooks.current(db.session(), house())
    area = request.args.get("area", "")
    rows = listed(book, on=today(), area=area)
    waiting = story.waiting(db.session()) if verbs.may_propose(current_user.actor) else ()
    return page("rulebook/rules.html", book=book, rows=rows, areas=AREAS, area=area, waiting=waiting)


@rulebook.get("/<rule_id>")
def rule(rule_id: str) -> Response:
    """One rule: its rows for every time and place, and everything that was proposed for it.

    A new id that waits or was rejected has its story and no row.
    """
    book = rulebooks.current(db.session(), house())
    rows = sorted(book.pack.of(rule_id), key=lambda row: (row.place, row.valid_from), reverse=True)
    chapters = story.history(db.session(), rule_id)
    if not rows and not chapters:
        raise NotYours
    return page(
        "rulebook/rule.html", rule=standing(rule_id) if rows else chapters[0].new, rows=rows, place=book.place,
        areas=AREAS, day=today(), chapters=chapters, may_propose=verbs.may_propose(current_user.actor),
        may_be_own=bool(rows) and family_of(rule_id) is not None,
    )  # fmt: skip


@rulebook.route("/<rule_id>/change", methods=["GET", "POST"])
def propose(rule_id: str) -> Response | BaseResponse:
    """Write a change, see what it would do, and put it before the second person."""
    base = standing(rule_id)
    may_be_own = family_of(rule_id) is not None
    return weighed(form_for(base), base, verbs.fitting, "rulebook/propose.html", may_be_own=may_be_own)


@rulebook.get("/changes")
def waiting() -> Response:
    """What waits for the second person."""
    found = [story.chapter(db.session(), change) for change in story.waiting(db.session())]
    return page("rulebook/waiting.html", chapters=found)


@rulebook.get("/changes/<int:change_id>")
def change(change_id: int) -> Response:
    """One change, with what it would do today while it waits, and what was done with it afterwards."""
    return change_page(story.one(db.session(), change_id), DecisionForm(take_kept_form()))


@rulebook.post("/changes/<int:change_id>")
def decide(change_id: int) -> Response | BaseResponse:
    """Approve or reject."""
    found, form, now = story.one(db.session(), change_id), DecisionForm(request.form), clock.now()
    if not form.validate():
        return change_page(found, form, status=422)
    reason, actor = form.reason.data or "", current_user.actor
    try:
        if request.form.get("decision") == verbs.APPROVED:
            verbs.approve(db.session(), found, by=actor, reason=reason, now=now, house=house())
            flash(_("已批准，从生效日起按新的规则计时。"), "success")
        else:
            verbs.reject(db.session(), found, by=actor, reason=reason, now=now)
            flash(_("已记录：不同意修改，规则不变。"), "success")
    except Refused as refused:
        form.refuse("reason", refused.sentence)
        return change_page(found, form, status=422 if refused.code == "reason" else 409)
    return redirect(url_for("rulebook.change", change_id=found.id), 303)


def today() -> date:
    """The legal day of the request."""
    return clock.legal_day(clock.now())


def standing(rule_id: str) -> Rule:
    """The row asked for by place and first day, else the one in force here today, else any. Raises NotYours."""
    book = rulebooks.current(db.session(), house())
    rows = book.pack.of(rule_id)
    if not rows:
        raise NotYours
    asked = (request.args.get("place", ""), request.args.get("from", ""))
    found = [row for row in rows if (row.place, row.valid_from.isoformat()) == asked]
    found += [row for row in book.pack.in_force(on=today(), place=book.place) if row.id == rule_id]
    return (found or list(rows))[0]


def weighed(
    form: RuleForm, base: Rule, fitting: Callable[..., Rule], template: str, **shown: Any
) -> Response | BaseResponse:
    """Put before the second person what was sent after its preview; else show the form, with the preview of what was typed."""
    row, seen = to_row(base), None
    if request.method == "POST" and form.validate():
        row = form.row(row)
        try:
            changed = fitting(db.session(), row, house=house())
        except Refused as refused:
            form.refuse(form.field_of(refused.code), refused.sentence)
        else:
            if request.form.get("act") == "send" and form.seen.data == form.mark(row):
                return sent(row, form)
            seen, form.seen.data = seen_by(changed), form.mark(row)
    status = 422 if form.errors else 200
    return page(template, status=status, form=form, rule=base, row=row, touched=seen, **shown)


def form_for(base: Rule) -> RuleForm:
    """The form with what was sent or kept, or with the row as it stands."""
    sent = request.form if request.method == "POST" else take_kept_form()
    first: dict[str, Any] = of_row(to_row(base))
    if "from" in request.args:
        first |= {"valid_from": base.valid_from, "valid_to": base.valid_to}
    form = RuleForm(sent, data=first)
    form.offer_units_like(base)
    return form


def seen_by(changed: Rule) -> Touched:
    """The preview of a row for this reader."""
    (found,) = verbs.preview(db.session(), (changed,), on=today(), house=house())
    return touched(found, current_user.actor)


def sent(row: dict[str, str], form: RuleForm) -> BaseResponse:
    """Put the change before the second person."""
    made = verbs.propose(
        db.session(), row, reason=form.reason.data or "", moves_running=form.moves_running.data,
        by=current_user.actor, now=clock.now(), house=house(),
    )  # fmt: skip
    db.session.flush()
    flash(_("已提交，等待另一位信用办负责人决定。"), "success")
    return redirect(url_for("rulebook.change", change_id=made.id), 303)


def change_page(found: RuleChange, form: DecisionForm, *, status: int = 200) -> Response:
    """The page of one change. One that no longer fits says why, and shows no preview."""
    seen, misfit = None, None
    if found.decision is None:
        try:
            seen = seen_by(from_row(found.row))
        except Refused as refused:
            misfit = refused.sentence
    return page(
        "rulebook/change.html", status=status, chapter=story.chapter(db.session(), found), form=form, touched=seen,
        misfit=misfit, may_decide=verbs.may_decide(current_user.actor, found), run=story.run_of(db.session(), found),
        may_list=list_types.may_propose(current_user.actor),
    )  # fmt: skip
