"""Security headers on every answer: a strict content policy without inline script or style, and the usual guards."""

from flask import Flask
from flask_talisman import Talisman

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


def bind(app: Flask) -> None:
    """Set the headers; HTTPS is only forced where the site's own address says so."""
    is_https = app.extensions["settings"].is_https
    Talisman(
        app,
        force_https=is_https,
        strict_transport_security=is_https,
        session_cookie_secure=is_https,
        content_security_policy=POLICY,
        referrer_policy="same-origin",
        frame_options="DENY",
    )
