"""Looks at a paper before it is kept: size, kind, name against content, then what is inside.

Judges by content, never by the type that a browser claims. Holds at most `limit` + 1 bytes and never unpacks
more than the bounds of `pdf` and `images`. It keeps nothing; to keep a paper is the work of `storage`.
"""

import hashlib
import io
from dataclasses import dataclass
from typing import BinaryIO

from . import hidden, kinds, wording
from .images import check_jpeg, check_png
from .names import LONGEST, extension_of, shown_name
from .pdf import pages_of

LIMIT = 10 * 1024 * 1024
_CHUNK = 64 * 1024


@dataclass(frozen=True)
class Paper:
    """A paper that may be kept. `size` in bytes, `sha256` in hexadecimal, `pages` for a PDF only."""

    name: str
    size: int
    sha256: str
    type: str
    pages: int | None


def inspect(stream: BinaryIO, *, name: str, limit: int = LIMIT) -> Paper:
    """What the paper is; a stream that can be rewound is left at its beginning, ready to be stored.

    Raises Refused with a code: empty, too_big, wrong_type, wrong_extension, locked, broken, embedded_files,
    active_content, hidden_content, bomb, too_many_pages.
    """
    shown = shown_name(name)
    content = _read(stream, shown, limit=limit)
    kind = _kind(content, shown)
    if hidden.holds_archive(content):
        raise (wording.HIDDEN_IN_PDF if kind is kinds.PDF else wording.HIDDEN_IN_IMAGE).refused(shown)
    pages = _look_inside(content, shown, kind=kind)
    if not extension_of(shown):
        ending = f".{kind.extensions[0]}"
        shown = shown[: LONGEST - len(ending)] + ending
    return Paper(shown, len(content), hashlib.sha256(content).hexdigest(), kind.type, pages)


def _look_inside(content: bytes, shown: str, *, kind: kinds.Kind) -> int | None:
    if kind is kinds.PDF:
        return pages_of(content, shown)
    (check_png if kind is kinds.PNG else check_jpeg)(content, shown)
    return None


def _read(stream: BinaryIO, shown: str, *, limit: int) -> bytes:
    """All bytes of `stream`, of which never more than `limit` + 1 are taken."""
    if stream.seekable():
        stream.seek(0)
    held = io.BytesIO()
    while held.tell() <= limit and (chunk := stream.read(min(_CHUNK, limit + 1 - held.tell()))):
        held.write(chunk)
    size = held.tell()
    if stream.seekable():
        size = stream.seek(0, io.SEEK_END)
        stream.seek(0)
    if not size:
        raise wording.EMPTY.refused(shown)
    if size > limit and stream.seekable():
        raise wording.TOO_BIG.refused(shown, size=_megabytes(size), limit=_megabytes(limit))
    if size > limit:
        raise wording.TOO_BIG_UNMEASURED.refused(shown, limit=_megabytes(limit))
    return held.getvalue()


def _kind(content: bytes, shown: str) -> kinds.Kind:
    kind, extension = kinds.kind_of(content), extension_of(shown)
    if kind is None:
        # Readers of PDF accept a beginning within the first kilobyte; what stands before it is not the paper.
        if extension == "pdf" and b"%PDF-" in content[:1024]:
            raise wording.HIDDEN_IN_PDF.refused(shown)
        reason = kinds.why_not(content)
        if reason is wording.OTHER_IMAGE:
            raise reason.refused(shown, kind=kinds.title_of(content))
        raise reason.refused(shown)
    if extension and extension not in kind.extensions:
        raise wording.WRONG_EXTENSION.refused(shown, kind=kind.title, extension=kind.extensions[0])
    return kind


def _megabytes(size: int) -> str:
    """`size` in MB, rounded up to one decimal so that a little too much never reads like the limit itself."""
    tenths = -(-size * 10 // (1024 * 1024))
    return f"{tenths // 10} MB" if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10} MB"
