"""The auditor's door: what happened to accounts and rights, to read."""

from flask import request
from werkzeug.wrappers import Response as BaseResponse

from ...extensions import db
from ...services.people import account_log
from ..pages import page
from .room import admin


@admin.get("/log")
def log() -> BaseResponse:
    """One page of the log, newest first."""
    what, login = request.args.get("what", ""), request.args.get("login", "").strip().lower()[:80]
    before = request.args.get("before", type=int)
    found = account_log.entries(db.session(), before=before, what=what, login=login)
    shown = found[: account_log.PAGE]
    return page(
        "admin/log.html",
        entries=shown,
        kinds=account_log.WHAT,
        what=what,
        login=login,
        more=shown[-1][0].id if len(found) > len(shown) else None,
    )
