"""修复培训: the classes for anybody, the way to a draft, and the lessons in which a trainee studies.

A class is free and voluntary, and no page says or does otherwise. Time is counted by `services.training.study`; a page only says
that it is still looked at, and without a script its reader presses a button instead.
"""

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from ...domain import clock
from ...domain.refusals import NotYours
from ...extensions import db
from ...services.cases import cases as verbs
from ...services.training import enrolling, study, training_videos
from ...services.training import training as verbs_of_classes
from ..house import house
from ..pages import is_for_panel, page
from ..ui import say
from . import training_view

training = Blueprint("training", __name__, url_prefix="/training")


@training.get("/")
def index() -> Response:
    """The classes that take applications, will, or are over; for whoever is signed in the own trainings first."""
    found = enrolling.classes(db.session(), on=training_view.day_of_request())
    actor = current_user.actor if current_user.is_authenticated else None
    own = enrolling.trainings_of(db.session(), actor) if actor else []
    return page("training/index.html", **training_view.classes(found), own=training_view.trainings(own))


@training.get("/classes/<ref>")
def show_class(ref: str) -> Response:
    """One class: when, for how many, which lessons, what exam, who runs it; and the way to enrol."""
    found = enrolling.published(db.session(), ref)
    actor = current_user.actor if current_user.is_authenticated else None
    return page("training/class.html", **training_view.class_page(found, actor))


@training.post("/classes/<ref>/start")
def start(ref: str) -> BaseResponse:
    """Open the draft with what is known, or go on with the one there is."""
    found = enrolling.published(db.session(), ref)
    subject_id = request.form.get("subject", type=int)
    if subject_id is None:
        raise NotYours
    now = clock.now()
    case, is_new = enrolling.open_for(
        db.session(), found, subject_id, actor=current_user.actor, now=now, house=house()
    )
    if not is_new:
        flash(_("这个培训班您已经有一份还没有提交的报名，请接着填写。"), "info")
    return redirect(url_for("cases.edit", address=case.address), 303)


@training.get("/<address>/lessons")
def lessons(address: str) -> Response:
    """The lessons of a training, how far each is studied, and what is left."""
    case = verbs.visible(db.session(), address, current_user.actor)
    found = verbs_of_classes.class_of(db.session(), case)
    return page("training/lessons.html", **training_view.lessons_page(case, found, current_user.actor))


@training.get("/<address>/lessons/<int:position>")
def lesson(address: str, position: int) -> Response:
    """One lesson to read or watch. It is given out here; time counts once the page says that it is looked at."""
    case = verbs.visible(db.session(), address, current_user.actor)
    found = study.lesson_of(db.session(), case, position)
    return page("training/lesson.html", **training_view.lesson_page(case, found, current_user.actor))


@training.get("/<address>/lessons/<int:position>/video")
def video(address: str, position: int) -> Response:
    """The video of a lesson, also from somewhere in the middle, as players ask for it."""
    case = verbs.visible(db.session(), address, current_user.actor)
    found = study.lesson_of(db.session(), case, position)
    opened = training_videos.open_video(found, house().storage)
    return training_view.in_parts(opened)


@training.post("/<address>/lessons/<int:position>/beat")
def beat(address: str, position: int) -> Response | BaseResponse:
    """The page is still looked at, or its reader says so: count, and tell how far the lesson is."""
    case = verbs.visible(db.session(), address, current_user.actor)
    if not enrolling.is_trainee(case, current_user.actor):
        raise NotYours
    found = study.lesson_of(db.session(), case, position)
    sent = training_view.beat_sent(case, found)
    told = study.beat(
        db.session(), case, found, tab=sent.tab, now=clock.now(), house=house(),
        by_hand=sent.by_hand, leaves=sent.leaves,
    )  # fmt: skip
    if sent.leaves:
        return Response(status=204)
    if is_for_panel():
        return page("training/progress.html", **training_view.progress(case, found, told, sent))
    flash(
        say(training_view.by_hand_told(case, told)),
        "success" if told.is_counting or told.is_done else "warning",
    )
    return redirect(url_for("training.lesson", address=case.address, position=position), 303)
