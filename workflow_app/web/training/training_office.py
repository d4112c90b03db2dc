"""The office's desk for training classes: enter one, look over what is missing, publish it, see it as a trainee will.

Clerks keep the classes, leads read them. Lessons and questions have a room of their own (`training_bank`), and so has
who took part (`training_register`). A view decides nothing: what may still be changed is the services'.
"""

from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse
from wtforms.fields import SelectChoice

from forms.training_classes import ClassForm

from ...domain import clock
from ...domain.refusals import Refused
from ...extensions import db
from ...models.training import TrainingClass
from ...services.rules import rulebooks
from ...services.training import lesson_text, training
from ...services.training import training_classes as classes
from ..access import take_kept_form
from ..house import house
from ..pages import page
from ..ui import named
from . import training_office_view as view

training_office = Blueprint("training_office", __name__, url_prefix="/training-office")


@training_office.get("/")
def index() -> Response:
    """All classes, published or not."""
    rows = [view.class_row(found, taken, today=today()) for found, taken in classes.all_classes(db.session())]
    return page("training_office/index.html", rows=rows, may_change=may_change())


@training_office.route("/new", methods=["GET", "POST"])
def new() -> Response | BaseResponse:
    """Enter a class; nobody else sees it yet."""
    form = form_of(None)
    if request.method == "POST" and form.validate():
        try:
            plan = classes.Plan(**form.said())
            made = classes.create(
                db.session(), plan, actor=current_user.actor, now=clock.now(), today=today()
            )
        except Refused as refused:
            form.refuse(refused.code, refused.sentence)
        else:
            flash(_("已建立“%(title)s”。接下来加课程和题目。", title=named(made)), "success")
            return redirect(url_for("training_bank.lessons", ref=made.ref), 303)
    return form_page(form)


@training_office.get("/classes/<ref>")
def show(ref: str) -> Response:
    """One class: what is said about it, and what is missing before it can be published."""
    return class_page(classes.by_ref(db.session(), ref))


@training_office.route("/classes/<ref>/edit", methods=["GET", "POST"])
def edit(ref: str) -> Response | BaseResponse:
    """Change a class; of one that was published only what harms nobody."""
    found = classes.by_ref(db.session(), ref)
    form = form_of(found)
    if request.method == "POST" and form.validate():
        try:
            plan = classes.Plan(**(vars(classes.plan_of(found)) | form.said()))
            who = {"actor": current_user.actor, "now": clock.now(), "today": today()}
            classes.change(db.session(), found, plan, **who)
        except Refused as refused:
            form.refuse(refused.code, refused.sentence)
        else:
            flash(_("已保存。"), "success")
            return redirect(url_for("training_office.show", ref=ref), 303)
    return form_page(form, found)


@training_office.post("/classes/<ref>/publish")
def publish(ref: str) -> Response | BaseResponse:
    """Announce the class."""
    found = classes.by_ref(db.session(), ref)
    book = rulebooks.current(db.session(), house())
    who = {"actor": current_user.actor, "now": clock.now(), "today": today()}
    try:
        classes.publish(db.session(), found, **who, rulebook=book)
    except Refused as refused:
        return class_page(found, refusal=refused)
    flash(_("已发布，从 %(day)s起可以报名。", day=view.told_day(found.opens_on)), "success")
    return redirect(url_for("training_office.show", ref=ref), 303)


@training_office.get("/classes/<ref>/preview")
def preview(ref: str) -> Response:
    """The class and its lessons as a trainee will see them; nothing is counted here."""
    found = classes.by_ref(db.session(), ref)
    lessons = [(lesson, lesson_text.parts(lesson)) for lesson in found.lessons]
    return page(
        "training_office/preview.html", held=found, lessons=lessons, **view.told(found, today=today())
    )


def class_page(found: TrainingClass, *, refusal: Refused | None = None) -> Response:
    """The page of a class; 409 when it could not be published."""
    session = db.session()
    book = rulebooks.current(session, house())
    return page(
        "training_office/show.html",
        status=409 if refusal else 200,
        held=found,
        refusal=refusal.sentence if refusal else None,
        looked=classes.look_over(session, found, today=today(), rulebook=book),
        tabs=tabs(found),
        facts=view.facts(found, seats_left=training.seats_left(session, found)),
        may_change=may_change(),
        **view.told(found, today=today()),
    )


def form_of(found: TrainingClass | None) -> ClassForm:
    """The form with what was sent, kept or stored; without what was announced."""
    sent = request.form if request.method == "POST" else take_kept_form()
    form = ClassForm(sent, data=view.first_values(found))
    if found is not None and found.published_at is not None:
        for name in [name for name in form.data if name not in classes.AFTERWARDS]:
            del form[name]
        return form
    units = [
        SelectChoice(str(unit.id), named(unit, "name"))
        for unit in classes.organisers(db.session(), on=today())
    ]
    form.unit_id.choices = units
    return form


def form_page(form: ClassForm, found: TrainingClass | None = None) -> Response:
    """The page of the form; 422 when something has to be mended."""
    return page("training_office/edit.html", status=422 if form.errors else 200, form=form, held=found)


def tabs(found: TrainingClass) -> list[dict[str, Any]]:
    """The parts of a class, each with how much there is of it."""
    session = db.session()
    taken = found.seats - training.seats_left(session, found)
    counts = {
        "training_bank.lessons": len(found.lessons),
        "training_bank.questions": classes.live_questions(session, found),
        "training_register.of_class": taken,
    }
    return view.tabs(found, counts)


def may_change() -> bool:
    """Whether the reader keeps the classes."""
    return classes.may_change(current_user.actor)


def today() -> date:
    """The legal day of this request."""
    return clock.legal_day(clock.now())
