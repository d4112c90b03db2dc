"""The tracker: what every place that holds a record was asked, what it did, and what is late. For office and departments.

The office sends again, confirms for others with evidence and looks at public pages; a department confirms what it did
itself; the firm sees its own case and fetches the evidence pack. Rights beyond the door are asked of `sync_lists`.
"""

from io import BytesIO
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import CombinedMultiDict, FileStorage
from werkzeug.wrappers import Response as BaseResponse

from forms.sync import ConfirmForm, SeenForm

from ...domain import clock
from ...domain.refusals import Refused
from ...extensions import db
from ...models.sync import SyncTask
from ...services.cases import cases as case_verbs
from ...services.exchange import difference_lists
from ...services.reports import reports
from ...services.rules import rulebooks
from ...services.sync import evidence_pack, sync_lists, sync_papers, sync_targets
from ...services.sync import sync as verbs
from ..access import take_kept_form
from ..house import house
from ..pages import page
from . import sync_view

sync = Blueprint("sync", __name__)


@sync.get("/office/sync")
def tasks() -> Response:
    """One page of one tab; for the office with how each target stands."""
    actor, tab = current_user.actor, request.args.get("tab", "open")
    asked = {"tab": tab if tab in sync_lists.TABS else "open", "target": request.args.get("target", "")[:40]}
    before = request.args.get("before", type=int)
    today = clock.legal_day(clock.now())
    found = sync_lists.page(db.session(), actor, today=today, before=before, **asked)
    is_office = any(map(actor.holds, sync_lists.WATCHERS))
    tallies = sync_lists.tallies(db.session(), today=today) if is_office else ()
    differing = difference_lists.tallies(db.session(), actor, today=today)
    return page(
        "sync/tasks.html", panels=("tasks",), tallies=tallies, may_read_targets=may_read_targets(),
        differing=differing, differing_count=sum(one.open for one in differing.values()),
        **sync_view.listing(found, asked, is_first=before is None, calendar=calendar()),
    )  # fmt: skip


@sync.get("/office/sync/tasks/<int:task_id>")
def task(task_id: int) -> Response:
    """One task with everything that happened to it."""
    found = sync_lists.one(db.session(), task_id, current_user.actor)
    return task_page(found, confirm_form=ConfirmForm(take_kept_form()), seen_form=SeenForm())


@sync.post("/office/sync/tasks/<int:task_id>/confirm")
def confirm(task_id: int) -> Response | BaseResponse:
    """The target did it."""
    found = sync_lists.one(db.session(), task_id, current_user.actor)
    if not sync_lists.may_confirm(found, current_user.actor):
        abort(403)
    form = ConfirmForm(sent_form())
    if form.validate():
        try:
            key, told = kept(form.evidence_file.data), form.evidence.data or ""
            verbs.confirm(
                db.session(), found, by_id=current_user.person_id, evidence=told, evidence_key=key,
                now=clock.now(), rulebook=rulebooks.current(db.session(), house()),
            )  # fmt: skip
            return done(found, _("已确认。"))
        except Refused as refused:
            form.refuse(
                "evidence" if refused.code in ("evidence", "confirmed") else "evidence_file", refused.sentence
            )
    return task_page(found, confirm_form=form, seen_form=SeenForm())


@sync.post("/office/sync/tasks/<int:task_id>/seen")
def seen(task_id: int) -> Response | BaseResponse:
    """Somebody looked at the public page."""
    found = office_task(task_id)
    form = SeenForm(sent_form())
    if form.validate():
        try:
            key, note, now = kept(form.picture.data), form.note.data or "", clock.now()
            verbs.see(db.session(), found, by_id=current_user.person_id, note=note, now=now, picture_key=key)
            return done(found, _("已记录核实结果。"))
        except Refused as refused:
            form.refuse("note" if refused.code in ("note", "refused") else "picture", refused.sentence)
    return task_page(found, confirm_form=ConfirmForm(), seen_form=form)


@sync.post("/office/sync/tasks/<int:task_id>/send")
def send(task_id: int) -> BaseResponse:
    """Send once more."""
    found = office_task(task_id)
    verbs.send_again(db.session(), found, now=clock.now())
    return done(found, _("已重新发送，结果稍后显示在本页。"))


@sync.post("/office/sync/tasks/<int:task_id>/told")
def told(task_id: int) -> BaseResponse:
    """The office told the target by letter or telephone."""
    found = office_task(task_id)
    rulebook = rulebooks.current(db.session(), house())
    verbs.tell_by_hand(db.session(), found, now=clock.now(), rulebook=rulebook)
    return done(found, _("已登记告知日期，期限从今天起算。"))


@sync.get("/office/sync/tasks/<int:task_id>/<any(evidence, picture):which>")
def paper(task_id: int, which: str) -> Response:
    """A file that shows that the task was done, always as a download."""
    found = sync_lists.one(db.session(), task_id, current_user.actor)
    content, kind, name = sync_papers.read(found, which, house=house())
    return download(content, kind, name)


@sync.get("/cases/<address>/sync")
def of_case(address: str) -> Response:
    """Where a case stands with every target, for whoever may see the case."""
    case = case_verbs.visible(db.session(), address, current_user.actor)
    tasks = sync_lists.tellable(sync_lists.of_case(db.session(), case.id), case, current_user.actor)
    found = [row for row in tasks if row.target.kind != "own"]
    today = clock.legal_day(clock.now())
    return page(
        "sync/case.html", case=case, rows=sync_view.rows(found, today=today, calendar=calendar()),
        silent=evidence_pack.silent(found, today=today), targets={row.target.key: row.target for row in found},
    )  # fmt: skip


@sync.get("/cases/<address>/sync/evidence.zip")
def pack(address: str) -> Response:
    """The evidence pack, for the subject's people and everybody else who may see the case."""
    case = case_verbs.visible(db.session(), address, current_user.actor)
    target, today = request.args.get("target", "")[:40], clock.legal_day(clock.now())
    content = evidence_pack.pack(db.session(), case, on=today, house=house(), target=target)
    return download(content, "application/zip", f"evidence-{case.address}.zip")


def office_task(task_id: int) -> SyncTask:
    """A task for something only the office does."""
    found = sync_lists.one(db.session(), task_id, current_user.actor)
    if not sync_lists.may_send(current_user.actor):
        abort(403)
    return found


def sent_form() -> CombinedMultiDict[str, Any]:
    """What was typed together with what was chosen."""
    return CombinedMultiDict([request.form, request.files])


def kept(upload: FileStorage | None) -> str | None:
    """The key of an uploaded file, or None when none was chosen."""
    if not isinstance(upload, FileStorage) or not upload.filename:
        return None
    return sync_papers.keep(upload.stream, name=upload.filename, house=house())


def calendar() -> Any:
    """The calendar in force."""
    return rulebooks.current(db.session(), house()).calendar


def may_read_targets() -> bool:
    """Whether the list of targets is open to this reader."""
    return any(map(current_user.actor.holds, sync_targets.READERS))


def done(found: SyncTask, words: str) -> BaseResponse:
    """Back to the task."""
    flash(words, "success")
    return redirect(url_for("sync.task", task_id=found.id), 303)


def download(content: bytes, kind: str, name: str) -> Response:
    """A file that is never shown as a page of ours and never kept on the way."""
    response = send_file(BytesIO(content), mimetype=kind, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def task_page(found: SyncTask, *, confirm_form: ConfirmForm, seen_form: SeenForm) -> Response:
    """The page of one task; 422 when something has to be mended."""
    errors = confirm_form.errors or seen_form.errors
    view = sync_view.one(found, actor=current_user.actor, calendar=calendar(), site_url=house().site_url)
    return page(
        "sync/task.html",
        status=422 if errors else 200,
        confirm_form=confirm_form,
        seen_form=seen_form,
        report=reports.of_target(db.session(), found.target, current_user.actor),
        **view,
    )
