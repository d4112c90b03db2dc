"""Reading the public commitments column (承诺公示): lines as they were published, newest first.

Nothing is masked here: `publicity` masks before a line is written, so this module has only public values. It
never joins the case, the subject or any other table that holds more than the public may see; which marks a breach bears
is asked of `marks`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select, tuple_
from sqlalchemy.orm import Session

from ...domain.refusals import NotYours
from ...domain.words import N_
from ...models.commitment import CommitmentPublicity
from .. import keyset
from ..records import marks
from ..records.marks import Mark

STATUSES = {
    "active": N_("履行中"),
    "fulfilled": N_("全部履行"),
    "breached_partly": N_("部分履行"),
    "breached_not_at_all": N_("全部未履行"),
    "withdrawn": N_("已撤回"),
}
PAGE = 20


@dataclass(frozen=True)
class Wanted:
    """What a reader looks for: part of a name or a whole code, a type, a unit's name, a status. Empty means any."""

    text: str = ""
    type: str = ""
    unit: str = ""
    status: str = ""

    @property
    def is_anything(self) -> bool:
        """Whether nothing is asked for, so that an empty answer means an empty column."""
        return not any((self.text, self.type, self.unit, self.status))


@dataclass(frozen=True)
class Page:
    """One page of the column and the cursor of the next, or None at the end."""

    lines: Sequence[CommitmentPublicity]
    following: str | None


def page(session: Session, wanted: Wanted, *, cursor: str = "") -> Page:
    """One page of the lines that match, newest first. A broken cursor shows the beginning."""
    query = select(CommitmentPublicity).where(*_conditions(wanted))
    if before := keyset.read_moment(cursor):
        query = query.where(tuple_(CommitmentPublicity.published_at, CommitmentPublicity.id) < before)
    newest_first = (CommitmentPublicity.published_at.desc(), CommitmentPublicity.id.desc())
    lines = session.scalars(query.order_by(*newest_first).limit(PAGE + 1)).all()
    last = lines[PAGE - 1] if len(lines) > PAGE else None
    return Page(lines[:PAGE], keyset.written((last.published_at, last.id)) if last else None)


def newest(session: Session, *, most: int) -> Sequence[CommitmentPublicity]:
    """The newest lines of the column."""
    return page(session, Wanted()).lines[:most]


def line(session: Session, code: str) -> CommitmentPublicity:
    """The line of this commitment code. Raises NotYours when nothing of that code is public."""
    found = session.scalars(select(CommitmentPublicity).where(CommitmentPublicity.code == code)).first()
    if found is None:
        raise NotYours
    return found


def marks_of(session: Session, lines: Iterable[CommitmentPublicity]) -> dict[int, tuple[Mark, ...]]:
    """The public marks of the breaches among these lines, by case: whoever is disputed is disputed here too."""
    return marks.of_cases(session, [line.case_id for line in lines if line.status.startswith("breached")])


def unit_names(session: Session) -> Sequence[str]:
    """The accepting units that stand in the column, each found from the one before: DISTINCT would read every line."""
    name = CommitmentPublicity.unit_name
    found = select(func.min(name).label("name")).cte(recursive=True)
    following = select(func.min(name)).where(name > found.c.name).scalar_subquery()
    found = found.union_all(select(following).where(found.c.name.is_not(None)))
    return session.scalars(select(found.c.name).where(found.c.name.is_not(None)).order_by("name")).all()


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    exact = {
        CommitmentPublicity.type: wanted.type,
        CommitmentPublicity.unit_name: wanted.unit,
        CommitmentPublicity.status: wanted.status,
    }
    conditions: list[ColumnElement[bool]] = [column == value for column, value in exact.items() if value]
    if wanted.text:
        named = CommitmentPublicity.subject_name.contains(wanted.text, autoescape=True)
        codes = (CommitmentPublicity.subject_code, CommitmentPublicity.code)
        typed = "".join(wanted.text.upper().split())
        conditions.append(or_(named, *(code == typed for code in codes)))
    return conditions
