"""联合奖惩: the board of joint measures, one measure with its trail, and what a unit says about its own.

The office and the unit that decided on an entry look on; the unit that has to take a measure answers, reports and lifts.
The office urges who is silent. Rights beyond the door are asked of `joint_measures`.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from forms.fields import HouseForm

from ...database import in_one_transaction
from ...domain import clock, tables
from ...domain.people import GrantKind
from ...domain.refusals import NotYours, Refused
from ...domain.rulebook import Rulebook
from ...domain.words import N_, Sentence
from ...extensions import db
from ...models.lists import JointMeasure
from ...services import keyset
from ...services.lists import joint_measures, measure_lists, measure_urging
from ...services.papers import kept
from ...services.rules import rulebooks
from .. import kept_upload
from ..access import take_kept_form
from ..house import house
from ..kept_upload import KeptUpload
from ..pages import page
from ..sync.sync import download
from . import measure_page, measure_view
from .measure_page import Asking

measures = Blueprint("measures", __name__, url_prefix="/measures")
URGERS = frozenset({GrantKind.CLERK, GrantKind.LEAD})
KEYS = {"execution": "evidence_key", "lifting": "lift_evidence_key"}
MOVED_ON = N_(
    "这项措施已经不在这一步：也许刚才提交过，或者同事已经办理，或者名单已经移出。下面是现在的情况。"
)

Say = Callable[[JointMeasure, HouseForm, KeptUpload | None], None]


@measures.get("/")
def board() -> Response:
    """One page of what was asked for, and how every unit stands."""
    asked = measure_view.asked(request.args)
    after = keyset.read(request.args.get("after", ""))
    values = measure_view.board(
        db.session(), current_user.actor, asked, after=after, today=today(), calendar=book().calendar
    )
    return page("measures/board.html", may_urge=may_urge(), **values)


@measures.get("/table.<any(csv, xlsx):format_>")
def table(format_: str) -> Response:
    """All of what was asked for, to take along."""
    asked, day = measure_view.asked(request.args), today()
    with in_one_transaction(db.session()):  # which a cursor needs
        found = measure_lists.every(db.session(), current_user.actor, asked, today=day)
        lines = (measure_view.table_row(one, today=day) for one in found)
        content = tables.written(format_, measure_view.table_head(), lines)
    return download(content, tables.TYPES[format_], f"measures-{day}.{format_}")


@measures.get("/<int:measure_id>")
def show(measure_id: int) -> Response:
    """One measure with everything that happened to it."""
    found = joint_measures.measure(db.session(), measure_id, current_user.actor)
    return measure(found, Asking(measure_page.form_for(found, take_kept_form(), today=today())))


@measures.post("/<int:measure_id>/answer")
def answer(measure_id: int) -> Response | BaseResponse:
    """The unit takes the measure on, or says why it can't."""

    def say(found: JointMeasure, form: HouseForm, upload: KeptUpload | None) -> None:
        told = {"will": form["answer"].data == "will", "note": form["note"].data or ""}
        joint_measures.answer(db.session(), found, **told, **who(), rulebook=book())

    return said(measure_id, "answer", say, _("已响应。"))


@measures.post("/<int:measure_id>/execute")
def execute(measure_id: int) -> Response | BaseResponse:
    """The unit took the measure."""

    def say(found: JointMeasure, form: HouseForm, upload: KeptUpload | None) -> None:
        joint_measures.execute(
            db.session(), found, on=form["executed_on"].data, **shown(form, upload), **who()
        )

    return said(measure_id, "execute", say, _("已反馈执行情况。"))


@measures.post("/<int:measure_id>/lift")
def lift(measure_id: int) -> Response | BaseResponse:
    """The unit lifted the measure."""

    def say(found: JointMeasure, form: HouseForm, upload: KeptUpload | None) -> None:
        joint_measures.lift(db.session(), found, on=form["lifted_on"].data, **shown(form, upload), **who())

    return said(measure_id, "lift", say, _("已确认解除。"))


@measures.post("/<int:measure_id>/urge")
def urge(measure_id: int) -> BaseResponse:
    """Urge the unit; once a day."""
    found = joint_measures.measure(db.session(), measure_id, current_user.actor)
    if measure_urging.urge(db.session(), found, now=clock.now()):
        flash(_("已催办，单位的经办人和负责人会收到消息。"), "success")
    else:
        flash(_("这项措施今天已经催办过，没有重复发送。"), "info")
    return redirect(url_for("measures.show", measure_id=measure_id), 303)


@measures.get("/<int:measure_id>/evidence/<any(execution, lifting):which>")
def evidence(measure_id: int, which: str) -> Response:
    """A file that shows that a measure was taken or lifted, always as a download."""
    found = joint_measures.measure(db.session(), measure_id, current_user.actor)
    name = f"{which}-{measure_id}"
    return download(*kept.read(getattr(found, KEYS[which]), name=name, storage=house().storage))


def said(measure_id: int, step: str, say: Say, done: str) -> Response | BaseResponse:
    """Do what the form says; else show it again with what was typed and the file that came with it."""
    found = joint_measures.measure(db.session(), measure_id, current_user.actor, is_locked=True)
    if not joint_measures.is_own(found, current_user.actor):
        abort(403)
    form = measure_page.form_for(found, request.form, today=today())
    if form is None or measure_page.NEXT[joint_measures.stage(found)] != step:
        fresh = measure_page.form_for(found, None, today=today())
        return measure(found, Asking(fresh, refusal=Sentence(MOVED_ON)), status=409)
    form.validate()
    upload = uploaded(form, measure_id)
    if not form.errors:
        try:
            say(found, form, upload)
        except NotYours:
            raise
        except Refused as refused:
            form.refuse(refused.code, refused.sentence)
        else:
            flash(done, "success")
            return redirect(url_for("measures.show", measure_id=measure_id), 303)
    return measure(found, Asking(form, upload), status=422)


def uploaded(form: HouseForm, measure_id: int) -> KeptUpload | None:
    """The file that shows it, new or carried along; one that can't be kept gets its sentence at the field."""
    if "evidence_file" not in form:
        return None
    try:
        return kept_upload.taken("evidence_file", f"measure-{measure_id}")
    except Refused as refused:
        form.refuse("evidence_file", refused.sentence)
        return kept_upload.carried(f"measure-{measure_id}")


def shown(form: HouseForm, upload: KeptUpload | None) -> dict[str, Any]:
    """What shows that it was done."""
    return {"evidence": form["evidence"].data or "", "evidence_key": upload.key if upload else None}


def who() -> dict[str, Any]:
    """Who says it, and when."""
    return {"actor": current_user.actor, "now": clock.now()}


def measure(found: JointMeasure, asking: Asking, *, status: int = 200) -> Response:
    """The page of one measure."""
    session, actor = db.session(), current_user.actor
    values = measure_page.view(session, found, actor, today=today(), rulebook=book(), asking=asking)
    return page("measures/show.html", status=status, may_urge=may_urge(), **values)


def may_urge() -> bool:
    """Whether the reader may urge units."""
    return any(map(current_user.actor.holds, URGERS))


def book() -> Rulebook:
    """The rules in force."""
    return rulebooks.current(db.session(), house())


def today() -> date:
    """The legal day of this request."""
    return clock.legal_day(clock.now())
