"""Security headers on every answer: a strict content policy without inline script or style, and the usual guards.

They are the same on each answer, so they are put together once and added at the door, whatever went on inside. Where the
site's own address is one of HTTPS, whoever comes without it is led there, and browsers are told to come no other way.
"""

from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, current_app, redirect, request
from werkzeug.wrappers import Response as BaseResponse

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "media-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "manifest-src": "'self'",
}
HEADERS = (
    ("Permissions-Policy", "browsing-topics=()"),
    ("X-Frame-Options", "DENY"),
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "; ".join(f"{what} {whence}" for what, whence in POLICY.items())),
    ("Referrer-Policy", "same-origin"),
)
BY_HTTPS_ONLY = ("Strict-Transport-Security", "max-age=31556926; includeSubDomains")
"""For a year."""


def bind(app: Flask) -> None:
    """Set the headers; HTTPS is only forced where the site's own address says so."""
    is_https = app.extensions["settings"].is_https
    if is_https:
        app.before_request(lead_to_https)
    app.wsgi_app = guarded(app.wsgi_app, is_https=is_https)  # type: ignore[assignment, method-assign]


def guarded(site: WSGIApplication, *, is_https: bool) -> WSGIApplication:
    """The site with the headers on every answer; none of its views may set one of them."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
            kept_there = (BY_HTTPS_ONLY,) if is_https and is_by_https(environ) else ()
            return start_response(status, [*headers, *HEADERS, *kept_there], *error)

        return site(environ, start)

    return answer


def lead_to_https() -> BaseResponse | None:
    """The same address by HTTPS, for whoever came without."""
    if current_app.debug or is_by_https(request.environ):
        return None
    return redirect(request.url.replace("http://", "https://", 1))


def is_by_https(environ: WSGIEnvironment) -> bool:
    """Whether the browser came by HTTPS, to us or to whatever stands in front."""
    return "https" in (environ["wsgi.url_scheme"], environ.get("HTTP_X_FORWARDED_PROTO"))
