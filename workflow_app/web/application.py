"""The Flask application, which works out once what it would work out anew for each request.

Nothing here changes an answer: what signs the session, which functions are coroutines (none) and where the cookies
stand are the same from the start of the process to its end.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, has_request_context
from flask.globals import request_ctx
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer
from werkzeug.routing import Rule

from . import addresses
from .in_memory import OwnRequest
from .templates import PageEnvironment

COOKIE, VARY = "Cookie", "Vary"
FOR_FLASK = frozenset({"_anchor", "_method", "_scheme", "_external"})


class OwnSessions(SecureCookieSessionInterface):
    """Flask's sessions in a signed cookie, of one application: what signs and reads them is made once."""

    def __init__(self) -> None:
        self._signing: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """The one of the application's key."""
        if self._signing is None:
            self._signing = super().get_signing_serializer(app)
        return self._signing

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """A session that nobody changed is sent to nobody; that it was looked at is said in `Vary`, once."""
        if session.modified or session.permanent:
            super().save_session(app, session, response)
        elif session.accessed and COOKIE not in response.headers.get(VARY, ""):
            response.vary.add(COOKIE)


class Application(Flask):
    """Flask with requests and sessions of our own."""

    request_class = OwnRequest
    jinja_environment = PageEnvironment

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.session_interface = OwnSessions()
        self._only_rules: dict[str, Rule | None] = {}

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """As it is: no view and no handler of ours is a coroutine."""
        return func

    def url_for(self, /, endpoint: str, **given: Any) -> str:
        """Flask's answer. Most endpoints have one rule, which is asked at once here; Flask looks for it each time."""
        if endpoint not in self._only_rules:
            self._only_rules[endpoint] = self._only_rule(endpoint)
        rule = self._only_rules[endpoint]
        if rule and has_request_context() and FOR_FLASK.isdisjoint(given) and None not in given.values():
            found = addresses.by_rule(rule, given, request_ctx.url_adapter)
            if found is not None:
                return found
        return super().url_for(endpoint, **given)

    def _only_rule(self, endpoint: str) -> Rule | None:
        """The rule of an endpoint that has no other; None where Flask has to choose, or to fill something in."""
        if endpoint.startswith(".") or endpoint == "static":
            return None
        rules = list(self.url_map.iter_rules(endpoint)) if endpoint in self.view_functions else []
        return rules[0] if len(rules) == 1 and not rules[0].defaults else None
