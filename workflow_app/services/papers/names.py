"""The name of a paper as it is shown and stored: readable Chinese, nothing that deceives or escapes.

A name is never used as a path. Rare characters, whether this Python knows them or not, are kept: a person's or
firm's name must stay what it is.
"""

import re
import unicodedata

LONGEST = 120
_EXTENSION = re.compile(r"\.(?=[0-9]*[A-Za-z])[A-Za-z0-9]{1,8}$")
_RESERVED = re.compile(r'[<>:"|?*]')
_UNNAMED = "未命名"

# Control and format characters (bidi overrides, zero width, tags), line and paragraph ends, lone surrogates.
# Not "unassigned": characters added to Unicode after this Python would be lost.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def extension_of(name: str) -> str:
    """The extension in lower case without its dot; empty when the name ends in none. A number is none."""
    found = _EXTENSION.search(name)
    return found.group()[1:].lower() if found else ""


def shown_name(raw: str) -> str:
    """`raw` made safe to show, to print and to offer as a download: at most 120 characters, extension kept."""
    name = re.split(r"[/\\]", raw.rstrip("/\\"))[-1]
    name = "".join(char for char in name if unicodedata.category(char) not in _UNSEEN)
    name = " ".join(_RESERVED.sub("_", name).split())
    extension = _EXTENSION.search(name)
    ending = extension.group() if extension else ""
    stem = name.removesuffix(ending).strip(" .") or _UNNAMED
    room = LONGEST - len(ending)
    return (stem if len(stem) <= room else stem[: room - 1] + "…") + ending
