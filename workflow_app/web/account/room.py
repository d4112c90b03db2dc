"""The blueprint of the account room and what its pages share: where one goes next, and who is calling."""

from flask import Blueprint, current_app, request, url_for
from flask_login import current_user

from ...config import Settings
from ...domain.people import GrantKind
from ...services.people.signin import Caller
from ..ways import safe_path

account = Blueprint("account", __name__, url_prefix="/account")

HANDLING = (GrantKind.HANDLER, GrantKind.HEAD, GrantKind.CLERK, GrantKind.LEAD)
DOORS = (
    (GrantKind.SECURITY_ADMIN, "admin.people"),
    (GrantKind.SYSTEM_ADMIN, "admin.units"),
    (GrantKind.AUDITOR, "admin.log"),
)


def caller() -> Caller:
    """Where the request comes from."""
    return Caller(request.remote_addr or "", request.user_agent.string)


def settings() -> Settings:
    """The settings of this application."""
    return current_app.extensions["settings"]


def next_page() -> str:
    """Where the reader wanted to go, if it is a page of ours, else the reader's own first page."""
    return safe_path(request.values.get("next"), otherwise=first_page())


def first_page() -> str:
    """The page with the reader's work."""
    if not current_user.is_authenticated:
        return url_for("public.home")
    actor = current_user.actor
    if actor.subject_ids() or any(map(actor.holds, HANDLING)):
        return url_for("queues.show")
    for kind, endpoint in DOORS:
        if actor.holds(kind):
            return url_for(endpoint)
    return url_for("public.home")
