"""What lets anybody check our documents without us: the signed list of those that ended, the keys, and a checker.

No account, cheap to ask again (ETag). Nothing here depends on the reader, so whoever passes it on may keep it for a
minute. The checker is one file for keeping, with the two lists of the moment in it.
"""

from typing import Any

from flask import Blueprint, Response, current_app, request
from werkzeug.wrappers import Response as BaseResponse

from ...domain import clock
from ...extensions import db, limiter
from ...services.documents import status_list
from ..house import house
from . import checker_page

document_lists = Blueprint("document_lists", __name__)
OFTEN = "120 per minute"  # per address and list
KEPT_FOR = 60  # seconds
CHECKER_NAME = "offline-checker.html"


@document_lists.get(status_list.REVOCATIONS_PATH)
@limiter.limit(OFTEN)
def revocations() -> BaseResponse:
    """The documents that were revoked or superseded."""
    return answered(status_list.revocations(db.session(), house(), now=clock.now()))


@document_lists.get(status_list.KEYS_PATH)
@limiter.limit(OFTEN)
def keys() -> BaseResponse:
    """The certificates whose signatures are ours."""
    return answered(status_list.keys(db.session(), house(), now=clock.now()))


@document_lists.get(status_list.CHECKER_PATH)
@limiter.limit(OFTEN)
def checker() -> BaseResponse:
    """The checker as a file to keep."""
    now, session = clock.now(), db.session()
    known = status_list.keys(session, house(), now=now)
    ended = status_list.revocations(session, house(), now=now)
    response = Response(checker_page.written(house(), known, ended), mimetype="text/html")
    response.headers["Content-Disposition"] = f"attachment; filename={CHECKER_NAME}"
    return shared(response)


def answered(found: dict[str, Any]) -> BaseResponse:
    """A list, or 304 when it did not change."""
    return shared(Response(current_app.json.dumps(found), mimetype="application/json"))


def shared(response: Response) -> BaseResponse:
    """The same for everybody, and cheap to ask again."""
    response.add_etag()
    response.headers["Cache-Control"] = f"public, max-age={KEPT_FOR}"
    return response.make_conditional(request)
