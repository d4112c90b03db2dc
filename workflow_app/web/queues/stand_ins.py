"""外出代办: who is away and who stands in, naming a deputy, and ending it early.

Who may name whom, and for which days, is asked of `services.people.deputies`; a refusal is said at its field.
"""

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from forms.stand_ins import StandInForm

from ...domain import clock
from ...extensions import db
from ...models.party import Person
from ...models.queue import StandIn
from ...services.people import deputies, stand_in_lists
from ..access import take_kept_form
from ..pages import page
from ..records.record_view import mended
from . import stand_in_view as view

stand_ins = Blueprint("stand_ins", __name__, url_prefix="/stand-ins")


@stand_ins.get("")
def index() -> Response:
    """Who is away now or soon, and who was."""
    before = request.args.get("before", "")
    cursor = int(before) if before.isdecimal() and len(before) < 10 else None
    values = view.index(db.session(), current_user.actor, today=clock.legal_day(clock.now()), before=cursor)
    return page("stand_ins/index.html", **values)


@stand_ins.route("/new", methods=["GET", "POST"])
def new() -> Response | BaseResponse:
    """Name a deputy."""
    now = clock.now()
    absent, colleagues = deputies.candidates(db.session(), current_user.actor, on=clock.legal_day(now))
    form = StandInForm(request.form if request.method == "POST" else take_kept_form())
    form.offer(view.choices(absent), view.choices(colleagues))
    if request.method == "POST" and form.validate():
        with mended(form, otherwise="why"):
            made = deputies.appoint(
                db.session(), asked(form, absent + colleagues), actor=current_user.actor, now=now
            )
            flash(_("已指定代办人，两个人都会收到消息。"), "success")
            return redirect(url_for("stand_ins.show", ref=made.ref), 303)
    is_alone = len({*absent, *colleagues}) < 2
    return page("stand_ins/new.html", status=422 if form.errors else 200, form=form, is_alone=is_alone)


@stand_ins.get("/<ref>")
def show(ref: str) -> Response:
    """One of them."""
    return page("stand_ins/show.html", **view.one(db.session(), found(ref), current_user.actor))


@stand_ins.post("/<ref>/end")
def end(ref: str) -> BaseResponse:
    """End it early."""
    deputies.end(db.session(), found(ref), actor=current_user.actor, now=clock.now())
    flash(_("已提前结束，两个人都会收到消息。"), "success")
    return redirect(url_for("stand_ins.show", ref=ref), 303)


def found(ref: str) -> StandIn:
    """The one with this reference, for whoever may see it. Raises NotYours."""
    return stand_in_lists.by_ref(db.session(), ref, current_user.actor, today=clock.legal_day(clock.now()))


def asked(form: StandInForm, people: list[Person]) -> deputies.Absence:
    """What was filled in; whoever chooses for nobody else is away in person."""
    by_id = {str(person.id): person for person in people}
    absent = by_id[form.person.data] if form.person else current_user.person
    assert form.from_on.data is not None
    assert form.until_on.data is not None
    days = (form.from_on.data, form.until_on.data)
    return deputies.Absence(absent, by_id[form.deputy.data], *days, form.why.data or "")
