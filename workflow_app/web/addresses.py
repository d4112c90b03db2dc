"""Addresses as Flask tells them, of which every page holds dozens: Flask is asked once for each room.

What an address quotes nothing of, such as a number, is filled into its open place. The rest depends on the room and the
place where the site is mounted alone. Everything else is left to Flask.
"""

import re
from functools import lru_cache
from pathlib import Path

from flask import current_app, request, url_for
from werkzeug.routing import BuildError

KEPT = 2048
is_plain = re.compile(r"[\w-]+", re.ASCII).fullmatch


def address(endpoint: str, **values: object) -> str:
    """What Flask's `url_for` answers, in a request."""
    mounted_at = request.environ.get("SCRIPT_NAME", "")
    if endpoint == "static":
        return _of_file(mounted_at, str(values["filename"]))
    found = _with_open_places(mounted_at, endpoint, *values)
    if found is None:
        return url_for(endpoint, **values)  # type: ignore[arg-type]
    for name, value in values.items():
        if type(value) not in (str, int) or not is_plain(str(value)):
            return url_for(endpoint, **values)  # type: ignore[arg-type]
        found = found.replace(f"~{name}~", str(value))
    return found


def stamp(endpoint: str, values: dict[str, object]) -> None:
    """Browsers keep our files for an hour; a changed file has another address and is fetched at once."""
    if endpoint == "static" and current_app.static_folder and "filename" in values:
        changed_at = (Path(current_app.static_folder) / str(values["filename"])).stat().st_mtime
        values["v"] = f"{int(changed_at):x}"


@lru_cache(KEPT)
def _of_file(_mounted_at: str, filename: str) -> str:
    return url_for("static", filename=filename)


@lru_cache(KEPT)
def _with_open_places(_mounted_at: str, endpoint: str, *names: str) -> str | None:
    """The address of a room with a place for each value; None where a value decides more than what stands in its place."""
    if endpoint[0] == "." or any(name[0] == "_" for name in names):
        return None
    try:
        return url_for(endpoint, **{name: f"~{name}~" for name in names})  # type: ignore[arg-type]
    except (BuildError, ValueError):
        return None  # a number or one of a few words is wanted there, or something is missing
