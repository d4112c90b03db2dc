"""Finds what travels along with a paper: an archive, a script or a page before, after or around it.

Such a file is one thing to our checks and another to whoever opens it (GIFAR and its kin). Works on bytes that
are in memory already and never unpacks anything.
"""

import io
import re
import zipfile

# Long enough that chance does not hit them in ten megabytes of compressed picture.
_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
_MARKS = re.compile(
    rb"<script[\s>]|<html[\s>]|<\?php\s|<!doctype\s+html|%PDF-[0-9]|This program cannot be run", re.IGNORECASE
)
_SCRIPT = re.compile(rb"\balert\s*\(|\beval\s*\(|\brequire\s*\(|document\.|window\.|\bfunction[\s(]")
_PROGRAMS = (b"\x7fELF", b"#!", b"MZ")
_PADDING = b"\0 \t\r\n\f"


def holds_archive(content: bytes) -> bool:
    """Whether an unpacking tool would find an archive in `content`: such tools read from the end."""
    if zipfile.is_zipfile(io.BytesIO(content)) and b"PK\x01\x02" in content:
        return True
    return any(signature in content for signature in _ARCHIVES)


def holds_marks(around: bytes) -> bool:
    """Whether bytes that should be plain metadata hold a web page, a script, a program or another paper."""
    return bool(_MARKS.search(around))


def is_padding(tail: bytes) -> bool:
    """Whether what follows the end of a file is only the filling that scanners and systems add."""
    return not tail.strip(_PADDING)


def runs(tail: bytes) -> bool:
    """Whether what follows the end of a file is something that runs."""
    return holds_marks(tail) or tail.lstrip(_PADDING).startswith(_PROGRAMS) or bool(_SCRIPT.search(tail))
