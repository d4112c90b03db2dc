"""What goes out as a file: the rows that changed within some days, in portions, with the rights of whoever takes them.

The office takes everything, a department what it decided or accepted itself. Records that are shared with nobody and
the focus lists never leave. Same days, same state: same file. Who took what is in the account log.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import IO, Any

from sqlalchemy import ColumnElement, Select, and_, func, select, true, tuple_
from sqlalchemy.orm import Session, joinedload, selectinload

from ...domain import clock
from ...domain.people import Actor, GrantKind
from ...domain.refusals import Refused
from ...domain.words import N_, Sentence
from ...models.case import Case
from ...models.commitment import CommitmentPublicity
from ...models.lists import ListEntry, ListType
from ...models.party import Person, Unit
from ...models.record import CreditRecord
from .. import keyset
from ..people import account_log
from ..records import records
from . import fields, rows, written

READERS = frozenset({GrantKind.HANDLER, GrantKind.HEAD, GrantKind.CLERK, GrantKind.LEAD})
OFFICE = (GrantKind.CLERK, GrantKind.LEAD)
PORTION = 500
MOST = 20_000
"""Rows of one file."""
MOST_DAYS = 366
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)
TOO_MANY = N_("这几天有 %(most)s 行以上，一个文件装不下。请缩短日期范围，分几次取。")


@dataclass(frozen=True)
class Asked:
    """What is wanted: a kind, from a day to a day, both included."""

    kind: str
    from_on: date
    to_on: date


@dataclass(frozen=True)
class Portion:
    """Some rows in their order, the natural persons they are about, and the place to go on from, None at the end."""

    rows: list[rows.Row]
    subjects: frozenset[int]
    following: str | None


@dataclass(frozen=True)
class Taken:
    """A file: its bytes to be read from the beginning, how many rows it has, and the natural persons in it."""

    content: IO[bytes]
    count: int
    subjects: frozenset[int]


@dataclass(frozen=True)
class Source:
    """Where the rows of a kind come from: a query, the instant or day they are ordered by, their id, their owner."""

    query: Callable[[], Select[Any]]
    changed: Callable[[Session], Any]
    number: Any
    unit: Any
    is_day: bool = False


def check(asked: Asked) -> None:
    """Refused when the days are the wrong way round or too many."""
    if asked.from_on < EARLIEST or asked.to_on > LATEST:
        raise Refused(
            Sentence(N_("日期应在 %(first)s 至 %(last)s 之间。"), first=EARLIEST, last=LATEST), code="from"
        )
    if asked.from_on > asked.to_on:
        raise Refused(N_("开始日期在结束日期之后，请对调。"), code="to")
    if (asked.to_on - asked.from_on).days > MOST_DAYS:
        raise Refused(Sentence(N_("一次最多取 %(most)s 天，请分几次取。"), most=MOST_DAYS), code="to")


def may_take(actor: Actor) -> bool:
    """Whether there is anything this person may take."""
    return any(map(actor.holds, READERS))


def portion(
    session: Session, actor: Actor, asked: Asked, *, cursor: str = "", size: int = PORTION
) -> Portion:
    """One portion, the oldest change first. A broken cursor begins at the beginning."""
    source = SOURCES[asked.kind]
    changed = source.changed(session)
    query = source.query().add_columns(changed).where(_within(source, changed, asked), _of(source, actor))
    place = keyset.read(cursor) if source.is_day else keyset.read_moment(cursor)
    if place is not None:
        query = query.where(tuple_(changed, source.number) > place)
    found = session.execute(query.order_by(changed, source.number).limit(size + 1)).unique().all()
    shown = [row[0] for row in found[:size]]
    following = None
    if len(found) > size:
        last, at = found[size - 1]
        following = keyset.written((at, last.id))
    codes = [field.code for field in fields.FIELDS[asked.kind]]
    told = [{code: row.get(code, "") for code in codes} for row in _told(session, asked.kind, shown)]
    return Portion(told, _people(shown), following)


def file(session: Session, actor: Actor, asked: Asked, format_: str) -> Taken:
    """The whole file. Refused beyond MOST rows."""
    head, subjects, count = fields.FIELDS[asked.kind], set[int](), 0

    def walk() -> Iterator[rows.Row]:
        nonlocal count
        cursor: str | None = ""
        while cursor is not None:
            found = portion(session, actor, asked, cursor=cursor)
            count += len(found.rows)
            if count > MOST:
                raise Refused(Sentence(TOO_MANY, most=MOST), code="too_many")
            subjects.update(found.subjects)
            yield from found.rows
            cursor = found.following

    content = written.WRITERS[format_](head, walk())
    content.seek(0)
    return Taken(content, count, frozenset(subjects))


def note(session: Session, asked: Asked, format_: str, count: int, *, by: Person, now: datetime) -> None:
    """Keep who took what."""
    told = f"{asked.kind} {asked.from_on}~{asked.to_on} {format_} {count}"
    account_log.record(session, "exchange_taken", person=None, by=by, now=now, note=told)


def name_of(asked: Asked, format_: str) -> str:
    """What the file is called."""
    return f"{asked.kind}-{asked.from_on}-{asked.to_on}.{format_}"


def _told(session: Session, kind: str, found: list[Any]) -> list[rows.Row]:
    if kind == fields.COMMITMENTS:
        return [rows.commitment(line) for line in found]
    office = the_office(session)
    if kind == fields.REPAIRS:
        cases = rows.repair_cases(session, found)
        return [rows.repair(row, cases.get(row.id, rows.RepairCase("", "")), office) for row in found]
    tell = rows.list_entry if kind == fields.LIST_ENTRIES else rows.list_exit
    return [tell(entry, office) for entry in found]


def the_office(session: Session) -> Unit:
    """The credit office, from which all files come."""
    return session.scalars(select(Unit).where(Unit.is_office).order_by(Unit.id).limit(1)).one()


def _people(found: list[Any]) -> frozenset[int]:
    """The natural persons, also where they stand masked; a published line of a commitment names nobody."""
    subjects = [row.subject for row in found if hasattr(row, "subject")]
    return frozenset(subject.id for subject in subjects if subject.kind == "individual")


def _within(source: Source, changed: ColumnElement[Any], asked: Asked) -> ColumnElement[bool]:
    if source.is_day:
        return and_(changed >= asked.from_on, changed <= asked.to_on)
    begins = clock.end_of(asked.from_on - timedelta(days=1))
    return and_(changed >= begins, changed < clock.end_of(asked.to_on))


def _of(source: Source, actor: Actor) -> ColumnElement[bool]:
    if any(map(actor.holds, OFFICE)):
        return true()
    return source.unit.in_(sorted(records.units_of(actor)))


def _commitments() -> Select[Any]:
    return select(CommitmentPublicity).join(Case, Case.id == CommitmentPublicity.case_id)


def _repairs() -> Select[Any]:
    parts = (
        joinedload(CreditRecord.subject),
        joinedload(CreditRecord.unit),
        selectinload(CreditRecord.items),
    )
    wanted = select(CreditRecord).options(*parts)
    return wanted.where(CreditRecord.repaired_at.is_not(None), CreditRecord.scope != "none")


def _entries() -> Select[Any]:
    parts = (
        joinedload(ListEntry.subject), joinedload(ListEntry.unit), joinedload(ListEntry.record),
        joinedload(ListEntry.exit_case),
    )  # fmt: skip
    wanted = select(ListEntry).join(ListType).options(*parts, joinedload(ListEntry.type))
    return wanted.where(ListType.scope != "none", ListEntry.listed_on.is_not(None))


def _standing() -> Select[Any]:
    return _entries().where(ListEntry.exit_how != "annulled")


def _left() -> Select[Any]:
    return _entries().where(ListEntry.exited_at.is_not(None))


def _repair_changed(session: Session) -> ColumnElement[Any]:
    """The last of the repair and of the facts that came after it."""
    repaired = CreditRecord.repaired_at
    facts = (
        CreditRecord.publicity_ended_at, CreditRecord.sharing_stopped_at, CreditRecord.measures_lifted_at,
        CreditRecord.evaluation_updated_at,
    )  # fmt: skip
    latest = func.greatest if session.get_bind().dialect.name == "postgresql" else func.max
    return latest(repaired, *(func.coalesce(fact, repaired) for fact in facts), type_=repaired.type)


SOURCES = {
    fields.COMMITMENTS: Source(
        _commitments,
        lambda _: func.coalesce(
            CommitmentPublicity.changed_at, CommitmentPublicity.published_at, type_=CommitmentPublicity.published_at.type
        ),
        CommitmentPublicity.id,
        Case.unit_id,
    ),
    fields.REPAIRS: Source(_repairs, _repair_changed, CreditRecord.id, CreditRecord.unit_id),
    fields.LIST_ENTRIES: Source(_standing, lambda _: ListEntry.listed_on, ListEntry.id, ListEntry.unit_id, is_day=True),
    fields.LIST_EXITS: Source(_left, lambda _: ListEntry.exited_at, ListEntry.id, ListEntry.unit_id),
}  # fmt: skip
