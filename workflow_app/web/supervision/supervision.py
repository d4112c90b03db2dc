"""督办: who is late and silent, urging and its answer, and second looks (抽查) at what has ended.

The office sees every unit, a department itself, the auditor everything. Who may urge, answer or look is the services' to say.
"""

from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from forms.supervision import AnswerForm, DrawForm, LookForm, UrgeForm

from ...domain import clock
from ...domain.refusals import NotYours, Refused
from ...extensions import db
from ...services.cases import cases
from ...services.supervision import oversight, second_looks, urgings
from ..access import take_kept_form
from ..house import house
from ..pages import page
from ..sync.sync import download
from . import supervision_view as view

USUAL = 10
LISTED = 25
"""Of the urgings that wait for an answer; whoever owes how many stands above them."""
supervision = Blueprint("supervision", __name__, url_prefix="/supervision")


@supervision.get("/")
def board() -> Response:
    """The units that are late or owe an answer."""
    unit_ids = view.own_units(current_user.actor)
    owed = urgings.owed(db.session(), unit_ids)
    found = oversight.board(db.session(), owed, today=today(), unit_ids=unit_ids)
    listed = urgings.lines(db.session(), owed[:LISTED]) if owed else ()
    return page(
        "supervision/board.html", **view.board(found, listed, is_whole=unit_ids is None, today=today())
    )


@supervision.route("/cases/<address>/urge", methods=["GET", "POST"])
def urge(address: str) -> Response | BaseResponse:
    """Urge whoever a case waits for."""
    case = cases.visible(db.session(), address, current_user.actor)
    form = UrgeForm(request.form or take_kept_form())
    if request.method == "POST" and form.validate():
        try:
            urgings.urge(db.session(), address, form.why.data or "", **who(), house=house())
        except NotYours:
            raise
        except Refused as refused:
            return urging_asked(address, form, refused)
        flash(_("已催办，负责的人会收到消息。答复会出现在办件页上，也会发消息给您。"), "success")
        return redirect(url_for("cases.show", address=case.address), 303)
    return urging_asked(address, form)


def urging_asked(address: str, form: UrgeForm, refused: Refused | None = None) -> Response:
    """The form, or why it can't be sent now with what was typed."""
    case = cases.visible(db.session(), address, current_user.actor)
    why_not = urgings.refusal(db.session(), case, current_user.actor, today=today())
    status = 409 if refused or (why_not and request.method == "POST") else 422 if form.errors else 200
    if request.method == "GET" and not form.why.data:
        form.why.data = view.usual_why(case, today=today())
    values = view.to_urge(case, house(), today=today())
    return page("supervision/urge.html", status=status, form=form, refusal=why_not, **values)


@supervision.get("/urgings/<ref>")
def urging(ref: str) -> Response:
    """One urging, and the form for its answer."""
    return urging_page(ref, AnswerForm(take_kept_form()))


@supervision.post("/urgings/<ref>")
def answer(ref: str) -> Response | BaseResponse:
    """Say how the case goes on."""
    told, form = urgings.one(db.session(), ref, current_user.actor), AnswerForm(request.form)
    if not urgings.may_answer(told.row, current_user.actor):
        raise NotYours
    if told.row.answered_at is None and not form.validate():
        return urging_page(ref, form, status=422)
    try:
        urgings.answer(db.session(), ref, form.answer.data or "", **who())
    except Refused as refused:
        return urging_page(ref, form, status=409, refusal=refused.sentence)
    flash(_("已答复，催办的人会收到消息。"), "success")
    return redirect(url_for("supervision.urging", ref=ref), 303)


def urging_page(ref: str, form: AnswerForm, *, status: int = 200, refusal: Any = None) -> Response:
    """One urging as this reader sees it."""
    told = urgings.one(db.session(), ref, current_user.actor)
    values = view.one(told, current_user.actor, today=today())
    return page("supervision/urging.html", status=status, form=form, refusal=refusal, **values)


@supervision.get("/second-looks")
def months() -> Response:
    """The months of which something was drawn, and the draw of last month."""
    return drawing(DrawForm(data={"count": USUAL}))


@supervision.post("/second-looks")
def draw() -> Response | BaseResponse:
    """Draw from last month."""
    form, month = DrawForm(request.form), second_looks.last_month(today())
    if not form.validate():
        return drawing(form, status=422)
    try:
        second_looks.draw(db.session(), month, form.count.data or 0, **who())
    except Refused as refused:
        form.refuse("count", refused.sentence)
        return drawing(form, status=409)
    flash(_("已抽出，请由没有参加过办理的人查看。"), "success")
    return redirect(url_for("supervision.drawn", month=f"{month:%Y-%m}"), 303)


def drawing(form: DrawForm, *, status: int = 200) -> Response:
    """The months, and the form for whoever may draw."""
    values = view.months(second_looks.months(db.session()), current_user.actor, today=today())
    return page("supervision/months.html", status=status, form=form, **values)


@supervision.get("/second-looks/<month>")
def drawn(month: str) -> Response:
    """What was drawn of a month, with the seed, and what was found."""
    first_day = view.month_of(month)
    rows = second_looks.drawn(db.session(), first_day)
    if not rows:
        raise NotYours
    return page("supervision/drawn.html", **view.drawn(rows, first_day, current_user.actor))


@supervision.get("/second-looks/<month>/numbers.txt")
def numbers(month: str) -> Response:
    """The numbers out of which the month is drawn, one a line, to draw it again with any tool."""
    found = second_looks.numbers(db.session(), view.month_of(month))
    content = "".join(f"{number}\n" for number in found).encode()
    return download(content, "text/plain; charset=utf-8", f"ended-{month}.txt")


@supervision.route("/second-looks/<month>/<number>", methods=["GET", "POST"])
def look(month: str, number: str) -> Response | BaseResponse:
    """Look at one case again and say what was found."""
    row = second_looks.one(db.session(), view.month_of(month), number)
    refusal = second_looks.refusal(db.session(), row, current_user.actor)
    form = LookForm(request.form or take_kept_form())
    is_sent = request.method == "POST"
    if is_sent and refusal is None and form.validate():
        said = {"verdict": form.verdict.data, "note": form.note.data or ""}
        try:
            second_looks.look(db.session(), row.month, number, **said, **who())
        except Refused as refused:
            form.refuse(refused.code if refused.code in form else "note", refused.sentence)
        else:
            flash(_("已记下抽查结果。"), "success")
            return redirect(url_for("supervision.drawn", month=month), 303)
    status = 409 if is_sent and refusal else 422 if form.errors else 200
    return page("supervision/look.html", status=status, form=form, refusal=refusal, **view.look(row))


def who() -> dict[str, Any]:
    """Who acts, and when."""
    return {"actor": current_user.actor, "now": clock.now()}


def today() -> date:
    """The legal day of this request."""
    return clock.legal_day(clock.now())
