"""Addresses that are the same for everybody: of our own files and of rooms that need nothing to be named.

Every page holds dozens of them. They depend on the place where the site is mounted, and are worked out once for each.
"""

from functools import lru_cache
from pathlib import Path

from flask import current_app, request, url_for

KEPT = 2048


def address(endpoint: str, **values: object) -> str:
    """What Flask's `url_for` answers, in a request."""
    if endpoint == "static":
        return _of_file(request.environ.get("SCRIPT_NAME", ""), str(values["filename"]))
    if values or endpoint[0] == ".":
        return url_for(endpoint, **values)  # type: ignore[arg-type]
    return _of_room(request.environ.get("SCRIPT_NAME", ""), endpoint)


def stamp(endpoint: str, values: dict[str, object]) -> None:
    """Browsers keep our files for an hour; a changed file has another address and is fetched at once."""
    if endpoint == "static" and current_app.static_folder and "filename" in values:
        changed_at = (Path(current_app.static_folder) / str(values["filename"])).stat().st_mtime
        values["v"] = f"{int(changed_at):x}"


@lru_cache(KEPT)
def _of_file(_mounted_at: str, filename: str) -> str:
    return url_for("static", filename=filename)


@lru_cache(KEPT)
def _of_room(_mounted_at: str, endpoint: str) -> str:
    return url_for(endpoint)
