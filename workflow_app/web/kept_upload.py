"""A file that was chosen together with a form that has to be mended: kept, and carried along by the page that is shown again.

Browsers don't send a file twice. What the page carries is sealed for one person and one thing, so that nobody hands in
a file that somebody else sent.
"""

from dataclasses import dataclass

from flask import current_app, request
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.datastructures import FileStorage

from ..services.papers import kept, shown_name
from .house import house

FIELD = "kept_file"


@dataclass(frozen=True)
class KeptUpload:
    """A stored file: its key, the name to show, and what the page carries."""

    key: str
    name: str
    sealed: str


def taken(field: str, about: str) -> KeptUpload | None:
    """The file of this request: a new one, else the one that the page carries. Raises Refused for one that can't be kept."""
    upload = request.files.get(field)
    if not isinstance(upload, FileStorage) or not upload.filename:
        return carried(about)
    place = house()
    key = kept.keep(upload.stream, name=upload.filename, storage=place.storage, clamd_url=place.clamd_url)
    name = shown_name(upload.filename)
    return KeptUpload(key, name, str(_sealing().dumps([key, name, about, current_user.person_id])))


def carried(about: str) -> KeptUpload | None:
    """The file that the page carries, if it was sealed for this person and thing."""
    sealed = request.form.get(FIELD, "")
    try:
        key, name, thing, person_id = _sealing().loads(sealed)
    except (BadSignature, ValueError):
        return None
    is_theirs = thing == about and person_id == current_user.person_id
    return KeptUpload(key, name, sealed) if is_theirs else None


def _sealing() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="kept-upload")
