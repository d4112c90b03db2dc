"""The texts as the office reads them: which version is used on which days, by which documents, and how often it was.

The files under forms/ are the only place where a wording stands; this reads them and counts the documents. Read only: a new
version is a new file, never an edit, and takes effect by its day.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from ...domain.refusals import NotYours
from ...domain.words import N_
from ...models.catalogue import CommitmentItem
from ...models.document import Document
from ..repair import repair_notice
from ..sync import evidence_pack
from . import texts
from .kinds import KINDS
from .texts import Text

LETTER, LETTERS = "commitment_letter", "letter_"
PACKS = frozenset({evidence_pack.REPAIR_LETTER, evidence_pack.OBJECTION_LETTER})
"""Texts that are no documents: they stand in a pack of evidence, without a number."""
AREAS = {
    "commitment": N_("信用承诺"),
    "repair": N_("信用修复"),
    "objection": N_("异议"),
    "listing": N_("列入名单"),
    "list_exit": N_("移出名单"),
    "training": N_("培训"),
    "report": N_("信用报告"),
    "common": N_("各项业务共用"),
}
"""The part of the work a text belongs to, which is the folder of its file."""


class Standing(StrEnum):
    """What a version is on a legal day. `unused`: no day is left on which it would be taken."""

    PLANNED = "planned"
    IN_FORCE = "in_force"
    PAST = "past"
    UNUSED = "unused"


@dataclass(frozen=True)
class Stretch:
    """Days on which one version is used, from the first up to but not on `before`; no text: nothing can be issued."""

    text: Text | None
    from_on: date
    before: date | None

    def holds(self, on: date) -> bool:
        """Whether the day lies in it."""
        return self.from_on <= on and (self.before is None or on < self.before)


@dataclass(frozen=True)
class Issued:
    """How many documents were numbered under a version, and the last day."""

    count: int = 0
    last_on: date | None = None


@dataclass(frozen=True)
class Version:
    """One version with the days on which it is used, its standing today and the documents issued under it."""

    text: Text
    stretches: tuple[Stretch, ...]
    standing: Standing
    issued: Issued


@dataclass(frozen=True)
class Entry:
    """A text with its versions, the newest first. `kind` is the document it fills; empty for a letter in a pack."""

    id: str
    area: str
    kind: str
    file: str
    stretches: tuple[Stretch, ...]
    versions: tuple[Version, ...]
    today: date

    @property
    def title(self) -> str:
        """What it is called: by the version used today, else by the newest."""
        used = self.on(self.today)
        return (used or self.versions[0].text).title

    @property
    def kind_title(self) -> str:
        """What the document is called, in the source language."""
        return KINDS[self.kind].title if self.kind else ""

    @property
    def issued(self) -> int:
        """How many documents were numbered under all its versions."""
        return sum(version.issued.count for version in self.versions)

    @property
    def planned(self) -> Version | None:
        """The next version to take effect, if one is there."""
        ahead = [version for version in self.versions if version.standing is Standing.PLANNED]
        return min(ahead, key=lambda version: version.text.in_force_from, default=None)

    @property
    def next_file(self) -> str:
        """The file in which the next version would be written."""
        return self.file.format(version=max(version.text.version for version in self.versions) + 1)

    def on(self, day: date) -> Text | None:
        """The version that a document issued on this day would be made of; None when there is none."""
        return next((stretch.text for stretch in self.stretches if stretch.holds(day)), None)

    def version(self, number: int) -> Version:
        """The version of that number. Raises NotYours."""
        for version in self.versions:
            if version.text.version == number:
                return version
        raise NotYours


def every(session: Session, *, today: date) -> list[Entry]:
    """Every text of the house, in the order of the work it belongs to."""
    issued = _issued(session)
    by_id: dict[str, list[Text]] = defaultdict(list)
    for text in texts.library():
        by_id[text.id].append(text)
    found = [_entry(text_id, versions, issued, today=today) for text_id, versions in by_id.items()]
    return sorted(found, key=lambda entry: (list(AREAS).index(entry.area), entry.id))


def one(session: Session, text_id: str, *, today: date) -> Entry:
    """One text. Raises NotYours."""
    versions = [text for text in texts.library() if text.id == text_id]
    if not versions:
        raise NotYours
    return _entry(text_id, versions, _issued(session, text_id), today=today)


def items(session: Session, text_id: str, *, today: date) -> Sequence[CommitmentItem]:
    """The commitment items that are signed with this letter, now or later."""
    still = or_(CommitmentItem.open_until.is_(None), CommitmentItem.open_until > today)
    wanted = select(CommitmentItem).where(CommitmentItem.letter == text_id, still)
    return session.scalars(wanted.order_by(CommitmentItem.code)).all()


def kind_of(text_id: str) -> str:
    """The kind of document that a text fills; empty for a letter in a pack of evidence. KeyError when nothing uses it."""
    if text_id in PACKS:
        return ""
    if text_id.startswith(LETTERS):
        return LETTER
    kind = repair_notice.KIND if text_id == repair_notice.OF_A_LIST else text_id
    if kind not in KINDS:
        raise KeyError(f"no document is made of the text {text_id}")
    return kind


def stretches(versions: Iterable[Text]) -> tuple[Stretch, ...]:
    """Who is used when, without gaps from the first day on: the newest where two overlap, as `texts.current` takes it."""
    known = list(versions)
    ends = {text.in_force_to for text in known if text.in_force_to}
    days = sorted({text.in_force_from for text in known} | ends)
    found: list[Stretch] = []
    for first, before in zip(days, [*days[1:], None], strict=True):
        used = texts.newest(text for text in known if text.is_in_force(first))
        if found and found[-1].text == used:
            found[-1] = Stretch(used, found[-1].from_on, before)
        else:
            found.append(Stretch(used, first, before))
    return tuple(found)


def _entry(
    text_id: str, versions: list[Text], issued: dict[tuple[str, int], Issued], *, today: date
) -> Entry:
    used = stretches(versions)
    file = _file(text_id)
    return Entry(
        id=text_id,
        area=file.split("/")[1],
        kind=kind_of(text_id),
        file=file,
        stretches=used,
        versions=tuple(
            _version(text, used, issued.get((text_id, text.version), Issued()), today=today)
            for text in sorted(versions, key=lambda text: -text.version)
        ),
        today=today,
    )


def _version(text: Text, used: tuple[Stretch, ...], issued: Issued, *, today: date) -> Version:
    own = tuple(stretch for stretch in used if stretch.text == text)
    if any(stretch.holds(today) for stretch in own):
        standing = Standing.IN_FORCE
    elif any(stretch.from_on > today for stretch in own):
        standing = Standing.PLANNED
    else:
        standing = Standing.PAST if own else Standing.UNUSED
    return Version(text, own, standing, issued)


def _file(text_id: str) -> str:
    """Where its versions stand, below the folder of the program, with a place for the number."""
    path = next(texts.FORMS.rglob(f"{text_id}.v*.md"))
    return f"forms/{path.parent.name}/{text_id}.v{{version}}.md"


def _issued(session: Session, text_id: str | None = None) -> dict[tuple[str, int], Issued]:
    wanted = select(
        Document.text_id, Document.text_version, func.count(), func.max(Document.issued_on)
    ).group_by(Document.text_id, Document.text_version)
    if text_id is not None:
        wanted = wanted.where(Document.text_id == text_id)
    return {(key, number): Issued(count, last) for key, number, count, last in session.execute(wanted)}
