"""What is read of lists: which there are, who stands on each, who is proposed for a red list, who left lately.

Whatever is for the public comes from `list_lines`. The whole of an entry is for its subject, the deciding unit and the
office alone. Reads only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, tuple_
from sqlalchemy.orm import Session, contains_eager, joinedload

from ...domain.people import Actor
from ...domain.refusals import NotYours
from ...models.case import Case
from ...models.lists import ListEntry, ListType
from ...models.party import Subject
from ...models.record import CreditRecord
from ...workflows.listing import LISTING
from .. import keyset
from ..people.grants import code_digest
from . import list_entries, list_lines
from .list_lines import LEFT, PROPOSED, STANDING, Line

PAGE = 20


ORDERS: dict[str, tuple[Any, bool]] = {
    STANDING: (ListEntry.listed_on, True),
    PROPOSED: (Case.due_on, False),
    LEFT: (ListEntry.exited_at, True),
}
"""By what each part is ordered, and whether the newest comes first."""


@dataclass(frozen=True)
class Listed:
    """A list with how many the public sees on it; `is_ended` when nobody is listed any more."""

    type: ListType
    count: int
    is_ended: bool


@dataclass(frozen=True)
class Page:
    """One page and the cursor of the next, or None at the end."""

    lines: tuple[Line, ...]
    following: str | None


def lists(session: Session, *, today: date) -> tuple[Listed, ...]:
    """The public lists by kind and name; one that ended only as long as somebody stands on it."""
    counted = (
        select(ListEntry.type_id, func.count())
        .join(ListEntry.type)
        .join(ListEntry.subject)
        .outerjoin(ListEntry.record)
        .where(list_lines.stands(today))
        .group_by(ListEntry.type_id)
    )
    counts = {row[0]: row[1] for row in session.execute(counted)}
    wanted = (
        select(ListType)
        .where(list_lines.is_public())
        .options(joinedload(ListType.unit))
        .order_by(ListType.id)
    )
    found = [
        Listed(kept, counts.get(kept.id, 0), not list_entries.is_in_force(kept, on=today))
        for kept in session.scalars(wanted)
    ]
    return tuple(
        sorted(
            (one for one in found if one.count or not one.is_ended),
            key=lambda one: list_lines.KINDS.index(one.type.kind),
        )
    )


def one(session: Session, key: str) -> ListType:
    """The public list of this key. Raises NotYours for every other."""
    wanted = (
        select(ListType).where(ListType.key == key, list_lines.is_public()).options(joinedload(ListType.unit))
    )
    found = session.scalars(wanted).first()
    if found is None:
        raise NotYours
    return found


def page(
    session: Session, part: str, kept: ListType, *, text: str = "", today: date, cursor: str = ""
) -> Page:
    """One page of a part of a list: part of a name, or a whole code. A broken cursor shows the beginning.

    Who stands comes the newest first, and so do exits; who is proposed by the day on which the comments end.
    """
    column, is_falling = ORDERS[part]
    query = _lines().where(list_lines.CONDITIONS[part](today), ListEntry.type_id == kept.id, *_named(text))
    if before := (keyset.read_moment if part == LEFT else keyset.read)(cursor):
        place = tuple_(column, ListEntry.id)
        query = query.where(place < before if is_falling else place > before)
    order = (column.desc(), ListEntry.id.desc()) if is_falling else (column, ListEntry.id)
    found = session.scalars(query.order_by(*order).limit(PAGE + 1)).all()
    lines = tuple(list_lines.line_of(entry, part) for entry in found[:PAGE])
    return Page(lines, _place(found[PAGE - 1], part) if len(found) > PAGE else None)


def line(session: Session, ref: str, *, today: date) -> Line:
    """The entry of this address as the public sees it. Raises NotYours when nothing of it is public."""
    for part in list_lines.PARTS:
        found = session.scalars(
            _lines().where(ListEntry.ref == ref, list_lines.CONDITIONS[part](today))
        ).first()
        if found is not None:
            return list_lines.line_of(found, part)
    raise NotYours


def of_record(session: Session, record_ref: str, *, today: date) -> Line | None:
    """The public entry that a public record is, if it is one."""
    wanted = _lines().where(CreditRecord.ref == record_ref, list_lines.stands(today))
    found = session.scalars(wanted).first()
    return list_lines.line_of(found, STANDING) if found else None


def whole(session: Session, ref: str, actor: Actor | None) -> ListEntry | None:
    """The entry with everything in it, for its subject, the deciding unit and the office; None for anybody else.

    They are the readers of its case from the day on which the subject was told. An annulled entry is nowhere.
    """
    if actor is None:
        return None
    wanted = _with_everything(select(ListEntry)).where(ListEntry.ref == ref, ListEntry.exit_how != "annulled")
    found = session.scalars(wanted).first()
    return found if found is not None and LISTING.readers.holds(found.case, actor, {}) else None


def seen_inside(entry: ListEntry) -> Line:
    """The entry as those see it who may see the whole of it."""
    part = LEFT if entry.exited_at else STANDING if entry.listed_on else PROPOSED
    return list_lines.line_of(entry, part, is_masked=False)


def red_standings(session: Session, subject: Subject, *, today: date) -> Sequence[ListEntry]:
    """The red lists on which a subject stands: what speaks for it in its own report (守信信息), also that of a person."""
    wanted = _lines().where(
        ListType.kind == list_lines.RED,
        ListType.scope != "none",
        ListEntry.subject_id == subject.id,
        list_lines.is_on(today),
    )
    return session.scalars(wanted.order_by(ListEntry.listed_on.desc(), ListEntry.id.desc())).all()


def _lines() -> Select[ListEntry]:
    parts = (
        contains_eager(ListEntry.type),
        contains_eager(ListEntry.subject),
        contains_eager(ListEntry.record).selectinload(CreditRecord.marks),
        joinedload(ListEntry.unit),
        joinedload(ListEntry.case),
    )
    joined = select(ListEntry).join(ListEntry.type).join(ListEntry.subject).join(ListEntry.case)
    return joined.outerjoin(ListEntry.record).options(*parts)


def _with_everything(query: Select[ListEntry]) -> Select[ListEntry]:
    return query.options(
        joinedload(ListEntry.type),
        joinedload(ListEntry.subject),
        joinedload(ListEntry.unit),
        joinedload(ListEntry.case),
        joinedload(ListEntry.exit_case),
        joinedload(ListEntry.record).selectinload(CreditRecord.marks),
    )


def _place(entry: ListEntry, part: str) -> str:
    day = {STANDING: entry.listed_on, PROPOSED: entry.case.due_on, LEFT: entry.exited_at}[part]
    assert day is not None, "a part is ordered by what every entry in it has"
    return keyset.written((day, entry.id))


def _named(text: str) -> list[ColumnElement[bool]]:
    """Part of a name or a whole code, as in the search of records."""
    if not text:
        return []
    code = code_digest("".join(text.upper().split()))
    return [or_(Subject.name.contains(text, autoescape=True), Subject.code_digest == code)]
