"""Differences between what targets hold and our records: lists, one of them, settling; and the files they come from.

The office sees all, a unit those that it owns. Rights beyond the door are asked of `difference_lists` and `target_files`.
"""

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as BaseResponse
from wtforms.fields import SelectChoice

from forms.exchange import SettleForm, TargetFileForm

from ...domain import clock, tables
from ...domain.calendar import Calendar
from ...domain.intake.sheets import LIMITS
from ...domain.refusals import Refused
from ...domain.words import N_, Sentence
from ...extensions import db
from ...services.exchange import difference_lists as lists
from ...services.exchange import differences as verbs
from ...services.exchange import sending_again, target_files
from ...services.rules import rulebooks
from ..house import house
from ..pages import page
from ..ui import named, say
from . import difference_view
from .sync import download

differences = Blueprint("differences", __name__, url_prefix="/sync/differences")
NO_FILE = N_("请选择要交来的文件。")
NO_TARGET = N_("请选择是哪个同步对象。")


@differences.get("")
def index() -> Response:
    """One page of one tab."""
    asked, after, today = tidy(), request.args.get("after", ""), clock.legal_day(clock.now())
    session, actor = db.session(), current_user.actor
    found = lists.page(session, actor, lists.Wanted(**asked), today=today, cursor=after)
    view = difference_view.listing(found, asked, today=today, calendar=calendar(), is_first=not after)
    units = {unit.key: unit for unit in lists.units(session, actor)}
    open_files = bool(target_files.targets(session, actor, on=today))
    return page("sync/differences.html", units=units, may_hand_in=open_files, **view)


@differences.get("/differences.csv")
def as_csv() -> Response:
    """What the list shows, as a file; at most 5,000 rows."""
    today = clock.legal_day(clock.now())
    found = lists.page(
        db.session(), current_user.actor, lists.Wanted(**tidy()), today=today, size=lists.MOST_TAKEN
    )
    lines = (difference_view.cells(one, today=today) for one in found.rows)
    content = tables.as_csv([say(Sentence(title)) for title in difference_view.HEAD], lines)
    return download(content, tables.TYPES["csv"], f"differences-{today}.csv")


@differences.get("/<int:number>")
def show(number: int) -> Response:
    """One difference."""
    return one_page(number, SettleForm())


@differences.post("/<int:number>/settle")
def settle(number: int) -> Response | BaseResponse:
    """Somebody looked."""
    form = SettleForm(request.form)
    found = lists.one(db.session(), number, current_user.actor)
    if not lists.may_settle(found, current_user.actor):
        abort(403)
    if form.validate():
        verdict, note = form.verdict.data, form.note.data or ""
        try:
            verbs.settle(
                db.session(), found, verdict, note, actor=current_user.actor, now=clock.now(), house=house()
            )
            return settled(number, verdict)
        except Refused as refused:
            form.refuse(refused.code if refused.code in ("verdict", "note") else "verdict", refused.sentence)
    return one_page(number, form, status=422)


@differences.get("/files")
def files() -> Response:
    """The files that were handed in."""
    return files_page(file_form())


@differences.post("/files")
def hand_in() -> Response | BaseResponse:
    """Keep a file; the worker compares it."""
    form, upload = file_form(is_sent=True), request.files.get("file")
    is_whole = form.validate()
    if upload is None or not upload.filename:
        form.refuse("file", NO_FILE)
    elif not form.target.data:
        form.refuse("target", NO_TARGET)
    elif is_whole:
        try:
            return redirect(url_for("differences.file", file_id=kept(form, upload)), 303)
        except Refused as refused:
            form.refuse(
                refused.code if refused.code in ("file", "day", "target") else "file", refused.sentence
            )
    return files_page(form, status=422)


@differences.get("/files/<int:file_id>")
def file(file_id: int) -> Response:
    """One file: where it is, and what can't be read in it."""
    row = target_files.one(db.session(), file_id, current_user.actor)
    return page("sync/target_file.html", **difference_view.file_row(row))


def one_page(number: int, form: SettleForm, *, status: int = 200) -> Response:
    """The page of one difference."""
    found, today = lists.one(db.session(), number, current_user.actor), clock.legal_day(clock.now())
    is_open = found.settled_at is None and found.gone_on is None
    return page(
        "sync/difference.html",
        status=status,
        form=form,
        what=sending_again.title_of(found),
        explanation=[Sentence.from_json(line) for line in found.explanation],
        may_settle=is_open and lists.may_settle(found, current_user.actor),
        **difference_view.row(found, today=today, calendar=calendar()),
    )


def settled(number: int, verdict: str) -> BaseResponse:
    """On to what follows: to the record that has to be corrected, or back."""
    found = lists.one(db.session(), number, current_user.actor)
    if verdict == verbs.THEIRS and found.record is not None:
        flash(_("已记录。请在这里更正或者撤回这条信息。"), "success")
        return redirect(url_for("records.show", ref=found.record.ref), 303)
    flash(_("已记录核对结果。"), "success")
    return redirect(url_for("differences.show", number=number), 303)


def files_page(form: TargetFileForm, *, status: int = 200) -> Response:
    """The form and what was handed in before."""
    before, today = request.args.get("before", type=int), clock.legal_day(clock.now())
    if before is not None and not 0 < before < 2**31:
        abort(404)
    found = target_files.page(db.session(), current_user.actor, on=today, before=before)
    more = found[target_files.PAGE - 1].id if len(found) > target_files.PAGE else None
    return page(
        "sync/target_files.html",
        status=status,
        form=form,
        most_bytes=LIMITS.most_bytes,
        rows=[difference_view.file_row(one) for one in found[: target_files.PAGE]],
        next_url=url_for("differences.files", before=more) if more else None,
        first_url=url_for("differences.files") if before else None,
    )


def file_form(*, is_sent: bool = False) -> TargetFileForm:
    """The form with the targets this person hands in for."""
    today = clock.legal_day(clock.now())
    form = TargetFileForm(request.form) if is_sent else TargetFileForm(data={"day": today})
    open_to = target_files.targets(db.session(), current_user.actor, on=today)
    form.target.choices = [SelectChoice(target.key, named(target, "name")) for target in open_to]
    return form


def kept(form: TargetFileForm, upload: FileStorage) -> int:
    """The number of a file that was just sent. Raises Refused."""
    target = target_files.target_of(db.session(), form.target.data, current_user.actor)
    assert form.day.data is not None, "the form was validated"
    sent = target_files.Sent(upload.filename or "", upload.stream.read(LIMITS.most_bytes + 1), form.day.data)
    by_id, now = current_user.actor.person_id, clock.now()
    return target_files.take_in(db.session(), target, sent, by_id=by_id, now=now, house=house()).id


def tidy() -> dict[str, str]:
    """What was asked for; a tab nobody knows is the first."""
    asked = {name: request.args.get(name, "")[:40] for name in ("tab", "target", "unit", "kind")}
    return asked | {"tab": asked["tab"] if asked["tab"] in lists.TABS else "open"}


def calendar() -> Calendar:
    """The calendar in force."""
    return rulebooks.current(db.session(), house()).calendar
