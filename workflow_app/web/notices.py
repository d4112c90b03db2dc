"""What a person was told in the application, newest first; reading it marks nothing, pressing the button does."""

from flask import Blueprint, Response, redirect, url_for
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from ..domain import clock
from ..domain.words import Sentence
from ..extensions import db
from ..models.case import Case
from ..services.delivery import notices as kept
from .pages import page

notices = Blueprint("notices", __name__)


@notices.get("/notices")
def show() -> Response:
    """The newest notices, the unread ones marked, each with the way to its case."""
    found = kept.latest(db.session(), current_user.person_id)
    wanted = select(Case).where(Case.id.in_({notice.case_id for notice in found if notice.case_id}))
    cases = {case.id: case for case in db.session.scalars(wanted)}
    rows = [
        {
            "sentence": Sentence.from_json(notice.sentence),
            "at": notice.created_at,
            "is_unread": notice.read_at is None,
            "case": cases.get(notice.case_id or 0),
        }
        for notice in found
    ]
    return page("notices/show.html", rows=rows, unread=kept.unread(db.session(), current_user.person_id))


@notices.post("/notices")
def read() -> BaseResponse:
    """Mark all as read."""
    kept.mark_read(db.session(), current_user.person_id, now=clock.now())
    return redirect(url_for("notices.show"), 303)
