"""The exam of a training class: its rules, the paper, handing in, the result. For the trainee alone.

The page counts nothing and marks nothing: a paper ends when the server says so, and a right answer is sent to the page
once its paper was handed in, never before. Everything works without a script; the paper then says when it ends.
"""

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from ...domain import clock
from ...domain.refusals import Refused
from ...extensions import db
from ...services.training import exams as verbs
from ..access import take_kept_form
from ..house import house
from ..pages import is_for_panel, page
from ..ui import say
from . import exam_view

exams = Blueprint("exams", __name__, url_prefix="/training")


@exams.get("/<address>/exam")
def show(address: str) -> Response:
    """The paper that is being sat; else the rules of the exam and the attempts so far."""
    now = clock.now()
    case = verbs.own(db.session(), address, current_user.actor)
    sat = verbs.running(verbs.attempts(db.session(), case))
    if sat is None:
        return page("exams/start.html", **exam_view.start_page(case, now=now))
    if now >= sat.ends_at:
        return page("exams/check.html", **exam_view.check_page(case, sat, now=now))
    kept = take_kept_form()
    typed = exam_view.answers_sent(kept, sat) if kept else None
    return page("exams/paper.html", **exam_view.paper_page(case, sat, typed or {}, now=now))


@exams.post("/<address>/exam")
def start(address: str) -> BaseResponse:
    """Begin the attempt that was offered, or go on with it."""
    case = verbs.own(db.session(), address, current_user.actor)
    number = request.form.get("number", type=int)
    sat = verbs.start(
        db.session(), case, actor=current_user.actor, now=clock.now(), house=house(), number=number
    )
    if sat.handed_in_at is None:
        return redirect(url_for("exams.show", address=address), 303)
    return redirect(url_for("exams.result", address=address, number=sat.number), 303)


@exams.post("/<address>/exam/<int:number>/answers")
def keep(address: str, number: int) -> Response | BaseResponse:
    """Keep what was chosen; answers the line that says so, or leads on to what was asked for."""
    now = clock.now()
    case = verbs.own(db.session(), address, current_user.actor)
    sat, refusal = verbs.attempt(db.session(), case, number), None
    try:
        verbs.keep(db.session(), sat, exam_view.answers_sent(request.form, sat) or {}, now=now)
    except Refused as refused:
        refusal = refused.sentence
    if is_for_panel():
        return page("exams/saved.html", **exam_view.saved_line(case, sat, saved_at=now, refusal=refusal))
    if refusal is not None:
        flash(say(refusal), "warning")
    onward = "exams.check" if request.form.get("go") == "check" else "exams.result"
    return redirect(url_for(onward, address=address, number=number), 303)


@exams.get("/<address>/exam/<int:number>/check")
def check(address: str, number: int) -> Response | BaseResponse:
    """What was left out, before the paper is handed in for good."""
    case = verbs.own(db.session(), address, current_user.actor)
    sat = verbs.attempt(db.session(), case, number)
    if sat.handed_in_at is not None:
        return redirect(url_for("exams.result", address=address, number=number), 303)
    return page("exams/check.html", **exam_view.check_page(case, sat, now=clock.now()))


@exams.post("/<address>/exam/<int:number>/hand-in")
def hand_in(address: str, number: int) -> BaseResponse:
    """Hand the paper in, once; whoever sends it again sees the same result."""
    case = verbs.own(db.session(), address, current_user.actor)
    sat = verbs.attempt(db.session(), case, number)
    answers = exam_view.answers_sent(request.form, sat)
    verbs.hand_in(db.session(), sat, answers, actor=current_user.actor, now=clock.now(), house=house())
    return redirect(url_for("exams.result", address=address, number=number), 303)


@exams.get("/<address>/exam/<int:number>")
def result(address: str, number: int) -> Response | BaseResponse:
    """The score, and each question with what was right and why; the paper itself while it is being sat."""
    case = verbs.own(db.session(), address, current_user.actor)
    sat = verbs.attempt(db.session(), case, number)
    if sat.handed_in_at is None:
        return redirect(url_for("exams.show", address=address), 303)
    return page("exams/result.html", **exam_view.result_page(case, sat, now=clock.now()))
