"""The offline checker as one file: markup, style, script, words in both languages and the two signed lists.

It works from a folder or a stick, on a machine without a network. Its own content policy allows it to load nothing
and to run only the script whose digest stands there, so a reader can see that nothing they drop on it leaves.
"""

import hashlib
from base64 import b64encode
from pathlib import Path
from typing import Any

from flask import render_template
from markupsafe import Markup

from ...services.documents import status_list
from ...services.house import House
from .checker_words import words

STATIC = Path(__file__).parents[1] / "static"
SCRIPTS = ("checker_proof.js", "checker.js")


def written(house: House, keys: dict[str, Any], revocations: dict[str, Any]) -> str:
    """The file, with the lists of this moment in it."""
    script = "\n" + "\n".join((STATIC / name).read_text("utf-8") for name in SCRIPTS)
    style = "\n" + (STATIC / "checker.css").read_text("utf-8")
    return render_template(
        "documents/checker.html",
        words=words(),
        script=Markup(script),
        style=Markup(style),
        policy=policy(script, style),
        site={"name": house.site_name, "address": house.site_url},
        fresh_days=str(status_list.FRESH_FOR.days),
        keys=keys,
        revocations=revocations,
    )


def policy(script: str, style: str) -> str:
    """Nothing may be loaded, and only this script and this style are obeyed."""
    allowed = "; ".join(
        f"{kind}-src '{digest(text)}'" for kind, text in (("script", script), ("style", style))
    )
    return f"default-src 'none'; img-src blob:; base-uri 'none'; form-action 'none'; {allowed}"


def digest(text: str) -> str:
    """The digest of an inline script or style, as a content policy names it."""
    return "sha256-" + b64encode(hashlib.sha256(text.encode()).digest()).decode()
