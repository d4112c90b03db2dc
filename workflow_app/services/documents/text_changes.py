"""What one version of a text changes in another, paragraph by paragraph, for people who don't read template code.

Placeholders are shown by their plain names in 〔〕, conditions in ［］; nothing that prints is left out, so that a changed
word can't hide. Decides nothing and reads no database.
"""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby

from ...domain.differing import Kind, Piece, differences
from ...domain.words import N_
from . import text_samples
from .texts import Text

COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
TAG = re.compile(r"\{%-?\s*(.*?)\s*-?%\}|\{\{-?\s*(.*?)\s*-?\}\}", re.DOTALL)
LOOP = re.compile(r"for (.+) in (\w+)")
QUOTED_OR_NAME = re.compile(
    r"\"[^\"]*\"|'[^']*'|not loop\.last|loop\.\w+|\w+\[\d+\]|[A-Za-z_]\w*|==|!=|[<>]=?"
)
RULE = re.compile(r"[|\s:-]+")
HEADING, HEADED = re.compile(r"^#+ "), "【小标题】"
NUMBERED = re.compile(r"\w+\[(\d+)\]")
ONE, NTH = "这一条", "第{}项"
BEGINS = {"if": "如果", "elif": "否则，如果"}
ENDS = {"else": "否则", "endif": "条件结束", "endfor": "逐条结束"}
WORDS = {
    "and": "，并且", "or": "，或者", "not": "没有：", "==": "是", "!=": "不是", ">": "晚于", "<": "早于", "loop.last": "最后一条",
    "not loop.last": "不是最后一条", "loop.index": "序号",
}  # fmt: skip
FOLDED = 3
"""So many unchanged paragraphs and more are folded away on the page."""


class Change(StrEnum):
    """What became of a paragraph."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class Paragraph:
    """One paragraph with what it leaves out and puts in."""

    change: Change
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Passage:
    """Paragraphs in reading order that are all unchanged, or all changed."""

    is_same: bool
    paragraphs: tuple[Paragraph, ...]

    @property
    def is_folded(self) -> bool:
        """Whether it is long enough and dull enough to be folded away."""
        return self.is_same and len(self.paragraphs) >= FOLDED


@dataclass(frozen=True)
class Comparison:
    """What differs between two versions: around the body by title, and in the body."""

    around: tuple[tuple[str, tuple[Piece, ...]], ...]
    passages: tuple[Passage, ...]

    @property
    def is_empty(self) -> bool:
        """Whether not a word differs."""
        return not self.around and all(passage.is_same for passage in self.passages)


def between(old: Text, new: Text) -> Comparison:
    """What the new version changes in the old one."""
    rows = (
        (N_("标题"), differences(old.title, new.title)),
        (N_("法律依据"), _listed(old.law, new.law)),
        (
            N_("要填入的内容"),
            _listed(*([sample.label for sample in text_samples.of(text)] for text in (old, new))),
        ),
    )
    around = tuple((title, pieces) for title, pieces in rows if _differ(pieces))
    found = groupby(_aligned(paragraphs(old), paragraphs(new)), lambda one: one.change is Change.SAME)
    return Comparison(around, tuple(Passage(is_same, tuple(group)) for is_same, group in found))


def paragraphs(text: Text) -> list[str]:
    """The body as people read it: one line each, notes of the drafters left out."""
    names = dict(text_samples.labels(text.id))
    plain = TAG.sub(lambda tag: _in_words(tag, names), COMMENT.sub("", text.body))
    lines = [HEADING.sub(HEADED, line.strip()) for line in plain.splitlines()]
    return [line for line in lines if line and not RULE.fullmatch(line)]


def _in_words(tag: re.Match[str], names: dict[str, str]) -> str:
    """A placeholder or a condition in plain words; a loop adds what its own names mean from here on."""
    rule, place = tag[1], tag[2]
    if place is not None:
        return f"〔{_named(place, names)}〕"
    if rule in ENDS:
        return f"［{ENDS[rule]}］"
    if loop := LOOP.fullmatch(rule):
        told = _named(loop[2], names)
        own = [name.strip() for name in loop[1].split(",")]
        names |= {own[0]: ONE} if len(own) == 1 else {name: NTH.format(n) for n, name in enumerate(own, 1)}
        return f"［逐条列出：{told}］"
    word, _, condition = rule.partition(" ")
    return f"［{BEGINS.get(word, word)}：{_named(condition, names)}］"


def _named(expression: str, names: dict[str, str]) -> str:
    """An expression with every name in plain words."""

    def word(found: re.Match[str]) -> str:
        name = found[0]
        if place := NUMBERED.fullmatch(name):
            return NTH.format(int(place[1]) + 1)
        return WORDS.get(name) or names.get(name) or name

    return "".join(QUOTED_OR_NAME.sub(word, expression).split())


def _aligned(old: list[str], new: list[str]) -> list[Paragraph]:
    found: list[Paragraph] = []
    for tag, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [Paragraph(Change.SAME, (Piece(Kind.BOTH, line),)) for line in old[start:end]]
        else:
            found += _replaced(old[start:end], new[first:last])
    return found


def _replaced(old: list[str], new: list[str]) -> list[Paragraph]:
    """Each new paragraph beside the next old one that it resembles; what has no like was removed or added."""
    found: list[Paragraph] = []
    for line in new:
        likes = ((place, differences(each, line)) for place, each in enumerate(old))
        like = next(
            ((place, pieces) for place, pieces in likes if any(p.kind is Kind.BOTH for p in pieces)), None
        )
        if like is None:
            found.append(Paragraph(Change.ADDED, (Piece(Kind.NEW, line),)))
            continue
        found += [Paragraph(Change.REMOVED, (Piece(Kind.OLD, each),)) for each in old[: like[0]]]
        found.append(Paragraph(Change.CHANGED, like[1]))
        old = old[like[0] + 1 :]
    return found + [Paragraph(Change.REMOVED, (Piece(Kind.OLD, each),)) for each in old]


def _listed(old: list[str] | tuple[str, ...], new: list[str] | tuple[str, ...]) -> tuple[Piece, ...]:
    """Two lists as one wording, item against item."""
    pieces: list[Piece] = []
    for tag, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces += [Piece(Kind.BOTH, f"{item}；") for item in old[start:end]]
        else:
            pieces += [Piece(Kind.OLD, f"{item}；") for item in old[start:end]]
            pieces += [Piece(Kind.NEW, f"{item}；") for item in new[first:last]]
    return tuple(pieces)


def _differ(pieces: tuple[Piece, ...]) -> bool:
    return any(piece.kind is not Kind.BOTH for piece in pieces)
