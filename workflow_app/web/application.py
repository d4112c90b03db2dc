"""The Flask application, which works out once what it would work out anew for each request.

Nothing here changes an answer: what signs the session, which functions are coroutines (none) and where the cookies
stand are the same from the start of the process to its end.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask, Response
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer

from .in_memory import OwnRequest
from .templates import PageEnvironment

COOKIE, VARY = "Cookie", "Vary"


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

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """As it is: no view and no handler of ours is a coroutine."""
        return func
