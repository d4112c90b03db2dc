"""公共信用报告: have one issued, see those that were issued, open them. For the subject's people, and at the window.

What a report says and who may have one is decided in `services.reports.reports`. Opening the report of a natural person is a form
for everybody else, because it is logged with its reason and reading never writes.
"""

from io import BytesIO
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, request, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from forms.reports import ReportForm, WhyForm, WindowReportForm

from ...domain import clock, masking
from ...domain.refusals import NotYours, Refused
from ...domain.words import N_, Sentence
from ...extensions import db
from ...models.document import Document
from ...models.party import Subject
from ...models.report import CreditReport
from ...services.repair import filing
from ...services.reports import reports as verbs
from ..access import take_kept_form
from ..cases.case_rows import document_card
from ..house import house
from ..pages import page

reports = Blueprint("reports", __name__, url_prefix="/reports")
CORRECTED = N_("出具以后，其中的信息有更正，请重新出具")


@reports.get("/window")
def window() -> Response:
    """The clerk finds the subject that came to the window."""
    typed = request.args.get("q", "")[:100]
    found = filing.found_at_window(db.session(), typed)
    return page("reports/window.html", q=typed, rows=[subject_row(one) for one in found])


@reports.get("/<int:subject_id>")
def of_subject(subject_id: int) -> Response:
    """What a report is, the form for the next one, and those there are."""
    subject, capacity = asked(subject_id)
    form = form_of(capacity)(take_kept_form())
    return subject_page(subject, capacity, form)


@reports.post("/<int:subject_id>")
def issue(subject_id: int) -> Response | BaseResponse:
    """Issue a report."""
    subject, capacity = asked(subject_id)
    form, now = form_of(capacity)(request.form), clock.now()
    if capacity == verbs.READER:
        raise NotYours
    if not form.validate():
        return subject_page(subject, capacity, form, status=422)
    said = {name: str(form[name].data or "") for name in ("given_to", "purpose", "contact")}
    try:
        made = verbs.issue(db.session(), subject, **said, actor=current_user.actor, now=now, house=house())
    except Refused as refused:
        form.refuse("given_to", refused.sentence)
        return subject_page(subject, capacity, form, status=409)
    flash(_("信用报告 %(number)s 已经出具，文件通常几秒钟就好。", number=made.document.number), "success")
    return redirect(url_for("reports.of_subject", subject_id=subject.id) + "#issued", 303)


@reports.get("/file/<number>")
def ask_why(number: str) -> Response:
    """Where somebody says why they open the report of a natural person."""
    return why_page(number, WhyForm(take_kept_form()))


@reports.post("/file/<number>")
def open_file(number: str) -> Response:
    """The file, for whoever said why; logged where it has to be."""
    form, now = WhyForm(request.form), clock.now()
    if not form.validate():
        return why_page(number, form, status=422)
    said = {"why": form.why.data or "", "by": current_user.person, "actor": current_user.actor}
    document = verbs.opened(db.session(), number, now=now, **said)
    if document.storage_key is None:
        raise Refused(N_("文件正在生成，通常几秒钟就好。请稍后再打开。"))
    content = current_app.extensions["house"].storage.read_verified(document.storage_key)
    response = send_file(
        BytesIO(content), "application/pdf", as_attachment=True, download_name=f"{number}.pdf"
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


def asked(subject_id: int) -> tuple[Subject, str]:
    """The subject and in what capacity the reader is here. Raises NotYours."""
    capacity = verbs.capacity(current_user.actor, subject_id)
    subject = db.session.get(Subject, subject_id)
    if subject is None:
        raise NotYours
    return subject, capacity


def form_of(capacity: str) -> type[ReportForm]:
    """What is asked: at the window also that the identity was checked."""
    return WindowReportForm if capacity == verbs.WINDOW else ReportForm


def subject_page(subject: Subject, capacity: str, form: ReportForm, *, status: int = 200) -> Response:
    """The page about the reports of a subject."""
    return page(
        "reports/subject.html",
        status=status,
        subject=subject,
        code=masking.mask_code(subject.kind, subject.code),
        form=form,
        is_window=capacity == verbs.WINDOW,
        is_own=capacity not in (verbs.WINDOW, verbs.READER),
        may_issue=capacity != verbs.READER,
        rows=[report_row(report) for report in verbs.of_subject(db.session(), subject.id)],
    )


def why_page(number: str, form: WhyForm, *, status: int = 200) -> Response:
    """The page that asks why."""
    report = verbs.by_number(db.session(), number, current_user.actor)
    return page("reports/why.html", status=status, form=form, report=report, card=card(report.document))


def subject_row(subject: Subject) -> dict[str, Any]:
    """A subject that was found; the code masked as everywhere."""
    return {
        "name": subject.name,
        "code": masking.mask_code(subject.kind, subject.code),
        "url": url_for("reports.of_subject", subject_id=subject.id),
    }


def report_row(report: CreditReport) -> dict[str, Any]:
    """A report in the list, with its document."""
    return {"report": report, "card": card(report.document)}


def card(document: Document) -> dict[str, Any]:
    """The document with its ways on; a file that has to be asked for leads to where one says why."""
    shown = document_card(document)
    if document.status == "superseded":
        shown["status"] = Sentence(CORRECTED)
    if verbs.asks_why(document, current_user.actor):
        shown["pdf_url"] = url_for("reports.ask_why", number=document.number)
    return shown
