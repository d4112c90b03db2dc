"""What a file is, judged by its first bytes, whatever its name claims.

Only three kinds are taken; for the others people commonly bring, the sentence names the kind and how to turn it
into one that is taken. Deny by default: what can't be recognised is refused.
"""

import re
from dataclasses import dataclass

import filetype

from . import wording
from .wording import Reason

HEAD = 8192  # filetype looks no further


@dataclass(frozen=True)
class Kind:
    """A kind of file that is taken: its media type, what people call it, its extensions (first = usual)."""

    type: str
    title: str
    extensions: tuple[str, ...]


PDF = Kind("application/pdf", "PDF", ("pdf",))
JPEG = Kind("image/jpeg", "JPEG", ("jpg", "jpeg", "jpe", "jfif"))
PNG = Kind("image/png", "PNG", ("png",))
ACCEPTED = (PDF, JPEG, PNG)

_MAGIC = ((b"%PDF-", PDF), (b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG))
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
_ISO_PHOTO = re.compile(rb"....ftyp.{0,24}?(hei[cxms]|hev[cx]|mif1|msf1|avif)", re.DOTALL)
_MARKUP = re.compile(rb"\s*(?:<\?xml|<!doctype|<html|<head|<body|<svg|<script|<!--)", re.IGNORECASE)


def kind_of(content: bytes) -> Kind | None:
    """The accepted kind that `content` begins as, or None."""
    return next((kind for magic, kind in _MAGIC if content.startswith(magic)), None)


def why_not(content: bytes) -> Reason:
    """The reason with the sentence for content that is none of the accepted kinds."""
    if _ISO_PHOTO.match(content):
        return wording.HEIC
    if content.startswith((_OLE, b"PK", b"{\\rtf")):
        return _office_or_archive(content)
    if content.startswith(_PROGRAMS):
        return wording.PROGRAM
    if _MARKUP.match(content.removeprefix(b"\xef\xbb\xbf")):
        return wording.WEB_PAGE
    guess = filetype.guess(content[:HEAD])
    family = guess.mime.partition("/")[0] if guess else ""
    if family in ("audio", "video"):
        return wording.RECORDING
    if family == "image":
        return wording.OTHER_IMAGE
    return wording.ARCHIVE if guess and guess.extension in _ARCHIVES else wording.UNKNOWN


_ARCHIVES = frozenset({"rar", "7z", "tar", "gz", "bz2", "xz", "Z", "lz", "lz4", "lzo", "zst", "cab"})


def title_of(content: bytes) -> str:
    """What people call this other kind of image: its usual extension in capitals."""
    guess = filetype.guess(content[:HEAD])
    return guess.extension.upper() if guess else ""


def _office_or_archive(content: bytes) -> Reason:
    # File names stand uncompressed inside these containers, so nothing has to be unpacked to see them.
    if content.startswith(b"{\\rtf") or b"word/" in content or "WordDocument".encode("utf-16-le") in content:
        return wording.WORD
    if b"OFD.xml" in content:
        return wording.OFD
    if content.startswith(_OLE) or b"xl/" in content or b"ppt/" in content:
        return wording.OFFICE
    return wording.ARCHIVE
