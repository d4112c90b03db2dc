"""What differs between two wordings, piece by piece, so that a page can point at it. Knows neither pages nor records.

A piece is a run of words: a Chinese character each, but numbers and Latin words whole, so that 0.3 and 0.5 differ as
amounts and not in a digit. Long wordings are compared as wholes, because a comparison must never cost seconds.
"""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

WORD = re.compile(r"[0-9A-Za-z]+(?:[.,:/-][0-9A-Za-z]+)*|\s+|.", re.DOTALL)
MOST = 500_000
"""How many pairs of words may be compared at most."""
ALIKE = 0.4
"""Below this share of common words a wording is another one, not a changed one."""


class Kind(StrEnum):
    """Whether a piece stands in both wordings, only in the old or only in the new."""

    BOTH = "both"
    OLD = "old"
    NEW = "new"


@dataclass(frozen=True)
class Piece:
    """A run of text and where it stands."""

    kind: Kind
    text: str


def differences(old: str, new: str) -> tuple[Piece, ...]:
    """The new wording with what it leaves out and puts in, in reading order; whole against whole when little is alike."""
    before, after = WORD.findall(old), WORD.findall(new)
    if len(before) * len(after) > MOST:
        return _whole(old, new)
    matcher = SequenceMatcher(None, before, after)
    if matcher.ratio() < ALIKE:
        return _whole(old, new)
    pieces: list[Piece] = []
    for tag, start, end, first, last in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece(Kind.BOTH, "".join(before[start:end])))
            continue
        pieces += _whole("".join(before[start:end]), "".join(after[first:last]))
    return tuple(pieces)


def _whole(old: str, new: str) -> tuple[Piece, ...]:
    if old == new:
        return (Piece(Kind.BOTH, old),) if old else ()
    return tuple(piece for piece in (Piece(Kind.OLD, old), Piece(Kind.NEW, new)) if piece.text)
