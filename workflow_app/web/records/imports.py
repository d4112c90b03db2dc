"""Batch import (批量导入): hand in a file, follow it, decide on it, fetch the rejected rows, see who is late.

A view only keeps the file and the run; the worker reads it. Who may hand in and who may decide is checked at the door
and again by the services.
"""

from io import BytesIO

from flask import Blueprint, Response, abort, flash, redirect, request, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as BaseResponse

from forms.imports import DecisionForm, FileForm

from ...domain import clock
from ...domain.intake.sheets import LIMITS
from ...domain.refusals import NotYours, Refused
from ...domain.words import N_
from ...extensions import db
from ...models.record import ImportRun
from ...services.imports import import_decisions, import_file, import_lists
from ...services.imports import imports as verbs
from ...services.rules import rulebooks
from ..house import house
from ..pages import page
from ..ui import say
from . import import_rows

imports = Blueprint("imports", __name__, url_prefix="/office/imports")
NO_FILE = N_("请选择要导入的 CSV 或 XLSX 文件。")
NO_REASON = N_("不同意的，请写明理由，经办人会看到。")
MIMETYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@imports.get("")
def index() -> Response:
    """The form and what was handed in before."""
    return index_page(import_rows.file_form(db.session(), current_user.actor))


@imports.post("")
def hand_in() -> Response | BaseResponse:
    """Keep the file; the worker goes on with it."""
    form = import_rows.file_form(db.session(), current_user.actor, request.form)
    upload, is_whole = request.files.get("file"), form.validate()
    if upload is None or not upload.filename:
        form.refuse("file", NO_FILE)
    elif is_whole:
        try:
            return redirect(url_for("imports.show", ref=kept(form, upload).ref), 303)
        except Refused as refused:
            form.refuse("file", refused.sentence)
    return index_page(form, status=422)


@imports.get("/<ref>")
def show(ref: str) -> Response:
    """How far a file is, and what became of its rows."""
    return run_page(ref, DecisionForm())


@imports.post("/<ref>/confirm")
def confirm(ref: str) -> BaseResponse:
    """The second person lets the rows be written."""
    import_decisions.confirm(db.session(), ref, actor=current_user.actor, now=clock.now())
    flash(_("已同意，正在写入。"), "success")
    return redirect(url_for("imports.show", ref=ref), 303)


@imports.post("/<ref>/reject")
def reject(ref: str) -> Response | BaseResponse:
    """The second person sends the file back."""
    form = DecisionForm(request.form)
    if not form.validate() or not (form.why.data or "").strip():
        if not form.errors:
            form.refuse("why", NO_REASON)
        return run_page(ref, form, status=422)
    why = form.why.data or ""
    import_decisions.reject(db.session(), ref, why=why, actor=current_user.actor, now=clock.now())
    flash(_("已退回，没有写入任何一行。"), "success")
    return redirect(url_for("imports.show", ref=ref), 303)


@imports.post("/<ref>/take-back")
def take_back(ref: str) -> BaseResponse:
    """Who handed it in takes it back before the decision."""
    import_decisions.take_back(db.session(), ref, actor=current_user.actor, now=clock.now())
    flash(_("已收回，没有写入任何一行。"), "success")
    return redirect(url_for("imports.show", ref=ref), 303)


@imports.get("/<ref>/rejected.<any(csv, xlsx):format_>")
def rejected(ref: str, format_: str) -> Response:
    """The rows that were not taken, with what is wrong and how to mend it."""
    run = import_lists.by_ref(db.session(), ref, current_user.actor)
    if run.rejected_key is None:
        raise NotYours
    content = import_file.write_rejected(
        house().storage, run.rejected_key, kind=run.kind, format_=format_, say=say
    )
    return sent(content, _("退回的行"), format_)


@imports.get("/template/<any(penalties, licences):kind>.<any(csv, xlsx):format_>")
def template(kind: str, format_: str) -> Response:
    """An empty table to fill in."""
    return sent(import_file.write_template(kind, format_), say(verbs.KINDS[kind]), format_)


@imports.get("/punctuality")
def punctuality() -> Response:
    """Who kept the seven working days of a month."""
    asked, session = request.args.get("month", ""), db.session()
    today, book = clock.legal_day(clock.now()), rulebooks.current(session, house())
    return page(
        "imports/punctuality.html",
        **import_rows.punctuality(session, asked, actor=current_user.actor, today=today, rulebook=book),
    )


def kept(form: FileForm, upload: FileStorage) -> ImportRun:
    """The run of a file that was just sent. Raises Refused."""
    return verbs.start(
        db.session(),
        verbs.File(upload.filename or "", upload.stream.read(LIMITS.most_bytes + 1)),
        form.kind.data,
        unit_id=form.unit_id.data or None,
        by_id=current_user.actor.person_id,
        now=clock.now(),
        house=house(),
    )


def index_page(form: FileForm, *, status: int = 200) -> Response:
    """The page of all runs."""
    before = request.args.get("before", type=int)
    if before is not None and not 0 < before < 2**31:
        abort(404)
    found = import_rows.listed(db.session(), current_user.actor, before=before)
    return page("imports/index.html", status=status, form=form, most_bytes=LIMITS.most_bytes, **found)


def run_page(ref: str, form: DecisionForm, *, status: int = 200) -> Response:
    """The page of one run; its progress is a panel."""
    run = import_lists.by_ref(db.session(), ref, current_user.actor)
    shown = import_rows.shown(db.session(), run, actor=current_user.actor)
    return page("imports/show.html", panels=("run",), status=status, form=form, **shown)


def sent(content: bytes, name: str, format_: str) -> Response:
    """A file to keep."""
    response = send_file(
        BytesIO(content), mimetype=MIMETYPES[format_], as_attachment=True, download_name=f"{name}.{format_}"
    )
    response.headers["Cache-Control"] = "no-store"
    return response
