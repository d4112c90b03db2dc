"""Documents for people: the PDF for those who may see the case, and the public answer to "is this genuine?".

The verify pages need no account and keep nothing: a file handed in is compared and dropped. They are not listed
by search engines, because an address is as good as the paper it stands on.
"""

from datetime import date, datetime
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, current_app, redirect, request, send_file, url_for
from flask_babel import format_date
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from ...domain import clock
from ...domain.words import N_, Sentence
from ...extensions import db, limiter
from ...services.documents import documents as papers
from ...services.documents import enclosed, verification
from ...services.documents.answers import Answer, Outcome, Value
from ...services.documents.keys import Key
from ...services.reports import reports
from ..house import house
from ..pages import page
from ..ui import say, say_whole

documents = Blueprint("documents", __name__)

GUESSES = "60 per minute"  # per address; a code has 120 bits, this only keeps machines from asking all day
GUESSED_NUMBERS = "10 per minute; 60 per hour"  # numbers follow each other, and holders are known
RETRY_AFTER = 3  # seconds; the worker usually needs less
LONGEST_TYPED = 200  # characters shown again in a field
FORMS = ("code", "number")


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
    """Where to ask: by code, by number and holder, or by file; a given code leads to its lasting address."""
    typed = request.args.get("code", "").strip()
    if code := verification.meant(typed):
        return redirect(url_for("documents.verify_code", code=code), 303)
    if typed:
        return shown(Answer(Outcome.UNKNOWN), code=typed)
    return asking(number=verification.number_meant(request.args.get("number", "")))


@documents.get("/verify/<code>")
@limiter.limit(GUESSES)
def verify_code(code: str) -> BaseResponse:
    """The answer for one document; the address printed in its QR."""
    if code in FORMS:  # a reader who changes the language of an answer to a form comes back by its address
        return redirect(url_for("documents.verify"), 303)
    return shown(verification.answer(register(), code), code=code)


@documents.post("/verify/code")
@limiter.limit(GUESSES)
def verify_typed() -> BaseResponse:
    """What was typed or scanned: a code leads to its lasting address, the digits of a QR are checked at once."""
    typed = request.form.get("code", "").strip()
    if scan := enclosed.scanned(typed):
        answer = verification.answer_scan(register(), scan, site_url=house().site_url)
        return shown(answer, code=verification.meant(scan.code))
    if number := verification.number_meant(typed):
        return asking(say(N_("这是文书编号。编号可以猜到，所以请连同持有人一起填写。")), number=number)
    if code := verification.meant(typed):
        return redirect(url_for("documents.verify_code", code=code), 303)
    return asking(say(N_("请填写验真码，或粘贴扫描二维码得到的全部文字。")), code=typed, status=422)


@documents.post("/verify/number")
@limiter.limit(GUESSED_NUMBERS, deduct_when=lambda answered: answered.status_code == 200)
def verify_number() -> Response:
    """The answer for a number and its holder, which only who holds the paper knows together."""
    number, holder = (request.form.get(name, "").strip() for name in ("number", "holder"))
    typed = {"number": number[:LONGEST_TYPED], "holder": holder[:LONGEST_TYPED]}
    if not number or not holder:
        return asking(say(N_("请同时填写文书编号和持有人，都照文书上印的写。")), status=422, **typed)
    return shown(verification.answer_number(register(), number, holder), **typed)


@documents.post("/verify")
@limiter.limit(GUESSES)
def verify_file() -> Response:
    """The answer for a file, which is not kept."""
    upload = request.files.get("file")
    content = upload.read(verification.MAX_FILE + 1) if upload else b""
    if not content:
        return asking(say(N_("请选择要核验的 PDF 文件。")), status=422)
    if len(content) > verification.MAX_FILE:
        return asking(say(N_("文件超过 20 MB，不会是本平台签发的文书。请改用验真码核验。")), status=413)
    return shown(verification.answer_file(register(), content))


def register() -> verification.Register:
    """What is registered at this moment."""
    return verification.Register(db.session(), house().signer, clock.now())


def asking(problem: str = "", *, status: int = 200, **typed: Any) -> Response:
    """The page before an answer, with what was typed and what is wrong with it."""
    return page("documents/verify.html", status=status, answer=None, problem=problem, **typed)


def shown(answer: Answer, **typed: str) -> Response:
    """The page of an answer, with every field in the reader's words."""
    view: dict[str, Any] = {name: value[:LONGEST_TYPED] for name, value in typed.items()}
    response = page(
        "documents/verify.html",
        answer=answer,
        **details(answer),
        answered_at=told(clock.now()),
        changed_at=told(verification.changed_at(db.session())),
        **view,
    )
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def details(answer: Answer) -> dict[str, Any]:
    """Every field of an answer as the page shows it."""
    return {
        "rows": [{"title": say(label), "value": told(value)} for label, value in answer.fields],
        "since": told(answer.since),
        "key": key_told(answer.signed.key) if answer.signed and answer.signed.key else None,
        "stamped_at": told(answer.signed.stamped_at if answer.signed else None),
        "differs": [
            {"cells": (say(each.title), told(each.stated), told(each.registered))} for each in answer.differs
        ],
    }


def key_told(key: Key) -> dict[str, str]:
    """The key of a signature, and since when it is not used any more."""
    return {"id": key.key_id, "retired": told(key.retired_at), "withdrawn": told(key.withdrawn_at)}


def told(value: Value | datetime | None) -> str:
    """A field as it is compared with paper: a day always with its year, a moment in legal time."""
    if isinstance(value, datetime):
        return f"{told(clock.legal_day(value))} {value.astimezone(clock.LEGAL_ZONE):%H:%M}"
    if isinstance(value, date):
        return format_date(value, "long")  # as it is printed
    return say_whole(value) if isinstance(value, Sentence) else value or ""
