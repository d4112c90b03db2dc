"""The public feeds of removals, marks and corrections, for sites that hold copies: no account, cheap to ask again (ETag).

Nothing here depends on the reader, so whoever passes it on may keep it for a minute.
"""

from flask import Blueprint, Response, current_app, request
from werkzeug.wrappers import Response as BaseResponse

from ...domain import clock
from ...extensions import db, limiter
from ...services.sync import feed as feeds
from ..house import house

feed = Blueprint("feed", __name__)
OFTEN = "120 per minute"  # per address and feed
KEPT_FOR = 60  # seconds


@feed.get(feeds.REMOVALS.path)
@limiter.limit(OFTEN)
def removals() -> BaseResponse:
    """What may no longer be shown, and what may be shown again."""
    return answered(feeds.removals(db.session(), house(), before=before()))


@feed.get(feeds.MARKS.path)
@limiter.limit(OFTEN)
def marks() -> BaseResponse:
    """What is disputed, what no longer is, and what could not be verified."""
    return answered(feeds.marks(db.session(), house(), before=before()))


@feed.get(feeds.CORRECTIONS.path)
@limiter.limit(OFTEN)
def corrections() -> BaseResponse:
    """What was corrected."""
    today = clock.legal_day(clock.now())
    return answered(feeds.corrections(db.session(), house(), today=today, before=before()))


def before() -> int | None:
    """The entry at which the page before ended."""
    return request.args.get("before", type=int)


def answered(found: feeds.Feed) -> BaseResponse:
    """One page of a feed, or 304 when it did not change."""
    response = Response(current_app.json.dumps(found.document), mimetype="application/json")
    response.set_etag(found.tag)
    if found.changed_at is not None:
        response.last_modified = found.changed_at
    response.headers["Cache-Control"] = f"public, max-age={KEPT_FOR}"
    return response.make_conditional(request)
