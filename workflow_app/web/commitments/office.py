"""Where a department keeps its catalogue: its people read the items, its heads enter and change them."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse
from wtforms.fields import SelectChoice

from forms.office import ItemForm, of_item, to_choose

from ...domain import clock
from ...domain.refusals import Refused
from ...extensions import db
from ...models.catalogue import CommitmentItem
from ...services.commitments import items as catalogue
from ...services.commitments import samples
from ...services.documents import wording
from ...workflows.commitment import TYPES
from ..access import take_kept_form
from ..house import house
from ..pages import page
from ..ui import named

office = Blueprint("office", __name__, url_prefix="/office")


@office.get("/items")
def items() -> Response:
    """The items of the reader's units."""
    actor, today = current_user.actor, clock.legal_day(clock.now())
    found = catalogue.readable(db.session(), actor)
    may_enter = bool(catalogue.own_units(db.session(), actor, on=today))
    return page("office/items.html", items=found, types=TYPES, day=today, may_enter=may_enter)


@office.get("/items/<code>")
def item(code: str) -> Response:
    """One item as it stands."""
    found = catalogue.readable_item(db.session(), code, current_user.actor)
    return page(
        "office/item.html",
        item=found, types=TYPES, kinds=wording.SUBJECT_KINDS, publications=wording.PUBLICATIONS,
        day=clock.legal_day(clock.now()), may_change=catalogue.may_change(found, current_user.actor),
    )  # fmt: skip


@office.get("/items/<code>/letter")
def letter(code: str) -> Response:
    """The letter as it would print for a sample firm."""
    found = catalogue.readable_item(db.session(), code, current_user.actor)
    day = max(clock.legal_day(clock.now()), found.open_from)
    return page("office/letter.html", item=found, sheet=samples.letter(found, on=day, house=house()), on=day)


@office.route("/new-item", methods=["GET", "POST"])
def new_item() -> Response | BaseResponse:
    """Enter an item, blank or after the pattern of another."""
    if not catalogue.own_units(db.session(), current_user.actor, on=clock.legal_day(clock.now())):
        abort(403)
    form = form_for(pattern=request.args.get("like"))
    if request.method == "POST" and form.validate():
        try:
            entry = catalogue.Entry(**form.entry())
            made = catalogue.enter(db.session(), entry, actor=current_user.actor, now=clock.now())
        except Refused as refused:
            form.refuse(refused.code, refused.sentence)
        else:
            flash(_("已建立事项“%(title)s”。请核对承诺书的样子。", title=named(made)), "success")
            return redirect(url_for("office.letter", code=made.code), 303)
    return form_page(form)


@office.route("/items/<code>/edit", methods=["GET", "POST"])
def edit_item(code: str) -> Response | BaseResponse:
    """Change an item; what cases rest on stays."""
    found = catalogue.readable_item(db.session(), code, current_user.actor)
    if not catalogue.may_change(found, current_user.actor):
        abort(403)
    form = form_for(found)
    if request.method == "POST" and form.validate():
        try:
            entry = catalogue.Entry(**(vars(catalogue.entry_of(found)) | form.entry()))
            catalogue.change(db.session(), found, entry, actor=current_user.actor, now=clock.now())
        except Refused as refused:
            form.refuse(refused.code, refused.sentence)
        else:
            flash(_("已保存。"), "success")
            return redirect(url_for("office.item", code=found.code), 303)
    return form_page(form, found)


def form_for(item: CommitmentItem | None = None, *, pattern: str | None = None) -> ItemForm:
    """The form with what was sent, kept, stored or taken as a pattern; without what can't be changed any more."""
    today = clock.legal_day(clock.now())
    sent = request.form if request.method == "POST" else take_kept_form()
    form = ItemForm(sent, data=first_values(item, pattern, today))
    units = catalogue.own_units(db.session(), current_user.actor, on=today)
    form.unit_id.choices = to_choose([SelectChoice(str(unit.id), named(unit, "name")) for unit in units])
    letters = [SelectChoice(text.id, f"{text.title}（{text.id}）") for text in catalogue.letters(on=today)]
    form.letter.choices = to_choose(letters)
    if item is not None and catalogue.is_in_use(db.session(), item):
        for name in catalogue.FIXED:
            del form[name]
    return form


def first_values(item: CommitmentItem | None, pattern: str | None, today: date) -> dict[str, Any]:
    """What the fields hold before anything is typed."""
    if item is not None:
        return of_item(item)
    blank = {"open_from": today, "open_to": ["legal", "sole"], "term_unit": "months"}
    if not pattern:
        return blank
    like = catalogue.readable_item(db.session(), pattern, current_user.actor)
    return of_item(like) | {"code": "", "open_from": today, "open_until": None}


def form_page(form: ItemForm, item: CommitmentItem | None = None) -> Response:
    """The page of the form; 422 when something has to be mended."""
    return page("office/edit.html", status=422 if form.errors else 200, form=form, item=item)
