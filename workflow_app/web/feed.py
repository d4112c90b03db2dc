"""The public feed of removals, for sites that hold copies: no account, cheap to ask again (ETag, Last-Modified).

Nothing here depends on the reader, so whoever passes it on may keep it for a minute.
"""

from flask import Blueprint, Response, current_app, request
from werkzeug.wrappers import Response as BaseResponse

from ..extensions import db, limiter
from ..services import feed as removed
from .house import house

feed = Blueprint("feed", __name__)
OFTEN = "120 per minute"  # per address
KEPT_FOR = 60  # seconds


@feed.get("/feed/removals.json")
@limiter.limit(OFTEN)
def removals() -> BaseResponse:
    """One page of the feed, or 304 when it did not change."""
    found = removed.removals(db.session(), house(), before=request.args.get("before", type=int))
    response = Response(current_app.json.dumps(found.document), mimetype="application/json")
    response.set_etag(found.tag)
    if found.changed_at is not None:
        response.last_modified = found.changed_at
    response.headers["Cache-Control"] = f"public, max-age={KEPT_FOR}"
    return response.make_conditional(request)
