"""Every way to be told no, in one table: which status, which page, in the reader's language.

Rolls back first: raising undoes what the request wrote. Nothing internal reaches the reader. A machine is told the
same as problem+json and never gets a page.
"""

import logging

from flask import Flask, Response, current_app
from flask_babel import gettext as _
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import (
    HTTPException,
    InternalServerError,
    MethodNotAllowed,
    UnprocessableEntity,
)

from ..api import problems
from ..domain.refusals import NotYours, Refused, Stale
from ..extensions import db
from .pages import page
from .ui import say
from .ways import page_of_form

KNOWN = (400, 403, 404, 405, 409, 413, 415, 422, 429, 500)


def bind(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(NotYours, not_yours)
    app.register_error_handler(Refused, refused)
    app.register_error_handler(CSRFError, stale_form)
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(Exception, unexpected)


def not_yours(error: NotYours) -> Response:
    """404: not there, or not for this reader; which of the two is not said."""
    return answer(404, say(error.sentence), code=error.code)


def refused(error: Refused) -> Response:
    """409 with the sentence of the guard that failed."""
    version = error.version if isinstance(error, Stale) else None
    return answer(409, say(error.sentence), code=error.code, version=version)


def stale_form(error: CSRFError) -> Response:
    """400: the form is older than the session."""
    return answer(400, _("这个页面打开得太久了，安全令牌已失效。请返回上一页并刷新，再提交一次。"))


def http(error: HTTPException) -> Response:
    """A status raised by Flask itself, with our words."""
    status = error.code or 500
    messages = getattr(error, "data", {}).get("messages")  # of the shapes of the API
    if messages and problems.is_machine() and status == UnprocessableEntity.code:
        db.session.rollback()
        return problems.problem(status, fields=problems.by_field(messages))
    response = answer(status if status in KNOWN else 500, None)
    if isinstance(error, RateLimitExceeded):
        response.headers["Retry-After"] = str(error.limit.limit.get_expiry())
    if isinstance(error, MethodNotAllowed):
        response.allow.update(error.valid_methods or ())
    return response


def unexpected(error: Exception) -> Response:
    """500: logged with its trace, told without it."""
    logging.getLogger(__name__).exception("unexpected error", exc_info=error)
    if current_app.testing:
        raise error
    return answer(InternalServerError.code, None)


def answer(
    status: int, sentence: str | None, *, code: str | None = None, version: int | None = None
) -> Response:
    """The page of this status, or the problem for a machine, after undoing what the request wrote.

    `version` is the current one of a case that somebody else has changed meanwhile.
    """
    db.session.rollback()
    if problems.is_machine():
        return problems.problem(status, sentence, code=code, version=version)
    is_stale = version is not None
    return page(
        f"errors/{status}.html", status=status, sentence=sentence, back_url=page_of_form(), is_stale=is_stale
    )
