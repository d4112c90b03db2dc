"""Ways back: which page a request belongs to, and which addresses may be returned to.

An address from outside is only followed when it is a path of this site: no other host, no scheme, nothing that
a browser would read as one.
"""

import re
from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException

SUSPECT = re.compile(r"[\\\x00-\x20\x7f]")


def safe_path(text: str | None, *, otherwise: str) -> str:
    """`text` when it is a path of this site, else `otherwise`."""
    if (
        not text
        or len(text) > 500
        or not text.startswith("/")
        or text.startswith("//")
        or SUSPECT.search(text)
    ):
        return otherwise
    parts = urlsplit(text)
    return text if not parts.scheme and not parts.netloc else otherwise


def local_path(address: str) -> str:
    """The path of an address, without its query."""
    return urlsplit(address).path


def page_of_form() -> str:
    """The page the reader was on: the address itself if it can be opened, else the page that sent the form."""
    if request.method in ("GET", "HEAD"):
        return request.full_path if request.query_string else request.path
    if can_be_opened(request.path):
        return request.path
    sent_from = request.headers.get("HX-Current-URL") or request.referrer or ""
    parts = urlsplit(sent_from)
    if parts.netloc and parts.netloc != request.host:
        return "/"
    path = safe_path(parts.path, otherwise="/")
    return path if can_be_opened(path) else "/"


def can_be_opened(path: str) -> bool:
    """Whether GET of this path leads to a page."""
    routes = current_app.url_map.bind_to_environ(request.environ)
    try:
        routes.match(path, method="GET")
    except HTTPException:
        return False
    return True
