"""Entries of lists as anybody may read them: which of them are shown where, and each masked as records are masked.

Never shown: focus lists, natural persons, lists that are not for the public, and an entry whose record is hidden or gone.
An annulled entry counts as never made and leaves nothing; its correction notice tells. Nothing outside this module and
`list_lists` hands an entry to a public page.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_

from ...domain import clock, masking
from ...domain.personal_traces import without_traces
from ...models.case import NO_DUE_DAY, Case
from ...models.lists import ListEntry, ListType
from ...models.party import Subject
from ...models.record import CreditRecord, RecordMark
from ...workflows.listing import NOTICED
from ..records import marks, publication
from ..records.marks import Mark
from . import list_entries

TOLD_FOR = timedelta(days=30)
"""How long an exit is told where the entry stood: whoever saw it can learn of it, and then it is forgotten (platform value)."""
KINDS = ("serious", "abnormal", "red")
"""The kinds that may be public, in the order in which they are shown."""
RED = "red"
TRACED = ("early", "ex_officio", "expired")
HIDING = ("hidden", "shield")
STANDING, PROPOSED, LEFT = PARTS = ("standing", "proposed", "left")


@dataclass(frozen=True)
class Line:
    """An entry as the public may see it. `part` is standing, proposed or left.

    Of one that left there is only that it left, when and how (`exit_how`). `comments_until` is the last day on which
    something can be said to a proposed one. `record_ref` is empty where the entry is no credit record.
    """

    part: str
    ref: str
    type: ListType
    subject_name: str
    subject_code: str
    unit_name: str
    behaviour: str = ""
    basis: str = ""
    measures: tuple[str, ...] = ()
    listed_on: date | None = None
    ends_on: date | None = None
    early_on: date | None = None
    channel: str = ""
    comments_until: date | None = None
    exited_on: date | None = None
    exit_how: str = ""
    record_ref: str = ""
    marks: tuple[Mark, ...] = ()

    @property
    def told_until(self) -> date | None:
        """The last day on which an exit is told."""
        return self.exited_on + TOLD_FOR if self.exited_on else None


def is_public() -> ColumnElement[bool]:
    """Which lists the public may know of."""
    return and_(ListType.scope == "public", ListType.kind.in_(KINDS), ListType.confirmed_at.is_not(None))


def _is_for_the_public() -> ColumnElement[bool]:
    return and_(is_public(), Subject.kind.in_(masking.ORGANISATIONS))


def is_on(today: date) -> ColumnElement[bool]:
    """On the list today. One whose term is over is gone on the next day, whether or not the clock came by already."""
    return and_(
        list_entries.STANDS,
        ListEntry.listed_on <= today,
        or_(ListEntry.ends_on.is_(None), ListEntry.ends_on >= today, ListEntry.restricted_until >= today),
    )


def stands(today: date) -> ColumnElement[bool]:
    """On the list today, for everybody to see."""
    is_seen = or_(ListType.kind == RED, publication.is_public(today=today))
    return and_(_is_for_the_public(), is_on(today), is_seen)


def _is_proposed(today: date) -> ColumnElement[bool]:
    """A name that is open for comment before it comes on a red list."""
    return and_(
        _is_for_the_public(),
        ListType.kind == RED,
        ListEntry.listed_on.is_(None),
        ListEntry.dropped_at.is_(None),
        Case.state == NOTICED.name,
    )


def _has_left(today: date) -> ColumnElement[bool]:
    """Off the list a short while ago, and nothing since then says that it should never have been seen there."""
    is_hidden = exists().where(
        RecordMark.record_id == CreditRecord.id, RecordMark.kind.in_(HIDING), RecordMark.until.is_(None)
    )
    was_seen = and_(
        CreditRecord.scope == "public",
        CreditRecord.ended_how.not_in(("annulled", "withdrawn")),
        is_hidden.is_(False),
    )
    return and_(
        _is_for_the_public(),
        ListEntry.exit_how.in_(TRACED),
        ListEntry.exited_at >= clock.end_of(today - TOLD_FOR - timedelta(days=1)),
        or_(ListType.kind == RED, was_seen),
    )


CONDITIONS: dict[str, Callable[[date], ColumnElement[bool]]] = {
    STANDING: stands,
    PROPOSED: _is_proposed,
    LEFT: _has_left,
}


def line_of(entry: ListEntry, part: str, *, is_masked: bool = True) -> Line:
    """What may be read of an entry; what its record says counts, because that may have been corrected."""
    subject, record = entry.subject, entry.record
    line = Line(
        part, entry.ref, entry.type, subject.name, masking.mask_code(subject.kind, subject.code), entry.unit.name,
        listed_on=entry.listed_on, channel=entry.channel, record_ref=record.ref if record else "",
    )  # fmt: skip
    if part == LEFT:
        assert entry.exited_at is not None, "whoever left did so at some time"
        line = replace(line, exited_on=clock.legal_day(entry.exited_at), exit_how=entry.exit_how)
    if part == LEFT and is_masked:
        return line
    told = without_traces if is_masked else str
    titles = {measure["key"]: measure["title"] for measure in entry.type.measures}
    return replace(
        line,
        behaviour=told((record or entry).behaviour),
        basis=told((record or entry).basis),
        measures=tuple(titles[key] for key in entry.measures if key in titles),
        ends_on=entry.ends_on,
        early_on=entry.early_on if entry.type.kind != RED else None,
        comments_until=entry.case.due_on if part == PROPOSED and entry.case.due_on != NO_DUE_DAY else None,
        marks=_marks(record, is_masked=is_masked) if record else (),
    )


def _marks(record: CreditRecord, *, is_masked: bool) -> tuple[Mark, ...]:
    return marks.in_public(record) if is_masked else marks.inside(record)
