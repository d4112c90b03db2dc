"""Documents for people: the PDF for those who may see the case, and the public answer to "is this genuine?".

The verify pages need no account and keep nothing: a file handed in is compared and dropped. They are not listed
by search engines, because an address is as good as the paper it stands on.
"""

from datetime import date
from io import BytesIO

from flask import Blueprint, Response, current_app, redirect, request, send_file, url_for
from flask_babel import format_date
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from ..domain.words import N_, Sentence
from ..extensions import db, limiter
from ..services.documents import documents as papers
from ..services.documents import verification
from ..services.documents.verification import Outcome
from ..services.reports import reports
from .pages import page
from .ui import say

documents = Blueprint("documents", __name__)

GUESSES = "60 per minute"  # per address; a code has 120 bits, this only keeps machines from asking all day
RETRY_AFTER = 3  # seconds; the worker usually needs less


@documents.get("/documents/<number>.pdf")
def pdf(number: str) -> BaseResponse:
    """The file of a document, for whoever may see its case; where the reason is logged, the way to say it."""
    document = papers.for_reader(db.session(), number, actor=current_user.actor)
    if reports.asks_why(document, current_user.actor):
        return redirect(url_for("reports.ask_why", number=document.number), 303)
    if document.storage_key is None:
        response = page("documents/pending.html", status=202, document=document)
        response.headers["Retry-After"] = str(RETRY_AFTER)
        return response
    content = current_app.extensions["house"].storage.read_verified(document.storage_key)
    response = send_file(BytesIO(content), mimetype="application/pdf", download_name=f"{document.number}.pdf")
    response.headers["Cache-Control"] = "private, no-store"
    return response


@documents.get("/verify")
def verify() -> BaseResponse:
    """Where to type a code or hand in a file; a code from the form leads to its lasting address."""
    typed = request.args.get("code", "").strip()
    if code := verification.meant(typed):
        return redirect(url_for("documents.verify_code", code=code), 303)
    if typed:
        return shown(verification.Answer(Outcome.UNKNOWN), code=typed[:64])
    return page("documents/verify.html", answer=None)


@documents.get("/verify/<code>")
@limiter.limit(GUESSES)
def verify_code(code: str) -> Response:
    """The answer for one document; the address printed in its QR."""
    return shown(verification.answer(db.session(), code[:64]), code=code[:64])


@documents.post("/verify")
@limiter.limit(GUESSES)
def verify_file() -> Response:
    """The answer for a file, which is not kept."""
    upload = request.files.get("file")
    content = upload.read(verification.MAX_FILE + 1) if upload else b""
    if not content:
        return page(
            "documents/verify.html", status=422, answer=None, problem=say(N_("请选择要核验的 PDF 文件。"))
        )
    if len(content) > verification.MAX_FILE:
        problem = say(N_("文件超过 20 MB，不会是本平台签发的文书。请改用验真码核验。"))
        return page("documents/verify.html", status=413, answer=None, problem=problem)
    signer = current_app.extensions["house"].signer
    return shown(verification.answer_file(db.session(), content, signer))


def shown(answer: verification.Answer, code: str = "") -> Response:
    """The page of an answer, with every field in the reader's words."""
    rows = [{"title": say(label), "value": told(value)} for label, value in answer.fields]
    response = page("documents/verify.html", answer=answer, rows=rows, code=code)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def told(value: str | date | Sentence) -> str:
    """A field as it is compared with paper: a day always with its year."""
    if isinstance(value, date):
        return format_date(value, "long")
    return say(value) if isinstance(value, Sentence) else value
