"""What was typed into a page about a case: the form that was sent, or kept when a session ran out, and the version it showed.

The only part of a case's pages that reads the form of the request; below this it is an argument.
"""

from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from forms.fields import HouseForm

from ..access import take_kept_form


def form() -> MultiDict[str, Any] | None:
    """What was sent, with its files; else what was kept; None for a page that is only opened."""
    sent: MultiDict[str, Any] | None = request.form.copy() if request.method == "POST" else take_kept_form()
    if sent is not None:
        for name in request.files:
            sent.setlist(name, request.files.getlist(name))
    return sent


def seen_version() -> int:
    """The version of the case that the page showed; 0, which no case has, when it says none."""
    return request.form.get("version", 0, type=int)


def status(filled: HouseForm) -> int:
    """422 when something sent has to be mended."""
    return 422 if request.method == "POST" and (filled.errors or filled.form_errors) else 200
