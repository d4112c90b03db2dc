"""Looks inside a PDF: whole, open to readers, nothing that runs or is attached, no bomb.

The outer form is checked here; the inside is read by `pdf_probe` in a process of its own with bounded memory
and time, without our settings or secrets, because PDF parsers are large and the files come from anybody.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

from . import hidden, wording

MOST_PAGES = 500
SECONDS = 30
_PROBE = Path(__file__).with_name("pdf_probe.py")
_END = b"%%EOF"
_GOES_ON_AS_PDF = re.compile(rb"\s*(?:%[^\r\n]*[\r\n]\s*)*(?:\d+\s+\d+\s+obj|xref\b)")

_REASONS = {
    "locked": wording.LOCKED,
    "broken": wording.BROKEN_PDF,
    "embedded_files": wording.EMBEDDED_FILES,
    "active_content": wording.ACTIVE,
    "bomb": wording.BOMB_PDF,
}


def pages_of(content: bytes, shown: str) -> int:
    """The number of pages of a PDF that may be kept; raises Refused."""
    _check_form(content, shown)
    reason, pages = _probe(content)
    if reason:
        raise _REASONS[reason].refused(shown)
    if pages > MOST_PAGES:
        raise wording.TOO_MANY_PAGES.refused(shown, pages=pages, limit=MOST_PAGES)
    return pages


def _check_form(content: bytes, shown: str) -> None:
    _, *revisions = content.split(_END)
    tail = revisions[-1] if revisions else b""
    strange = [after for after in revisions if not _GOES_ON_AS_PDF.match(after)]
    if hidden.holds_marks(content[5:1024]) or any(hidden.runs(after) for after in strange):
        raise wording.HIDDEN_IN_PDF.refused(shown)
    # A later revision cut short leaves the end mark of the earlier one; so does a fast-web file cut short.
    if not revisions or _GOES_ON_AS_PDF.match(tail):
        raise wording.BROKEN_PDF.refused(shown)
    if not hidden.is_padding(tail):
        raise wording.HIDDEN_IN_PDF.refused(shown)


def _probe(content: bytes) -> tuple[str, int]:
    """What the probe says. A probe that died ran into one of its bounds, or the parser fell over the file."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_PROBE)],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "bomb", 0
    if done.returncode < 0:
        return "bomb", 0
    if done.returncode > 0:
        return "broken", 0
    reason, pages = json.loads(done.stdout)
    return reason, pages
