"""What the public sees of records: which are public, and each of them masked by field before anything is shown.

Records of natural persons are never listed (个人信息保护法第二十五条). Before a release the free text is searched for
personal fields, and one that is found blocks the release and is named; whatever came another way is masked here all
the same. Nothing outside this module hands a record to a public page.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, tuple_
from sqlalchemy.orm import Session, joinedload, selectinload

from ...domain import clock, masking
from ...domain.personal_traces import TITLES, traces, without_traces
from ...domain.refusals import NotYours, Refused
from ...domain.words import N_, Sentence
from ...models.party import Subject, Unit
from ...models.record import CreditRecord, RecordChange
from .. import keyset
from ..people.grants import code_digest
from . import marks, records
from .marks import Mark

PAGE = 20
FREE_TEXT = {
    "title": N_("违法行为类型"),
    "behaviour": N_("违法事实"),
    "basis": N_("认定依据"),
    "content": N_("处理内容"),
}
"""The fields in which personal data may have been written."""


@dataclass(frozen=True)
class Blocked:
    """Why a field can't be released, with the way to mend it."""

    field: str
    sentence: Sentence


@dataclass(frozen=True)
class Wanted:
    """What a reader looks for: part of a name, a whole code or decision number; a kind; a class; a unit. Empty: any."""

    text: str = ""
    kind: str = ""
    class_: str = ""
    unit: str = ""

    @property
    def is_anything(self) -> bool:
        """Whether nothing is asked for, so that an empty answer means an empty list."""
        return not any((self.text, self.kind, self.class_, self.unit))


@dataclass(frozen=True)
class Part:
    """One penalty of a decision; the amount is in 万元."""

    kind: str
    amount: Decimal | None
    what: str


@dataclass(frozen=True)
class Line:
    """A record as the public may see it. `may_apply_from` is the first day on which repair may be asked for."""

    ref: str
    subject_name: str
    subject_code: str
    kind: str
    decision_no: str
    decided_on: date
    title: str
    behaviour: str
    basis: str
    content: str
    parts: tuple[Part, ...]
    class_: str
    unit_name: str
    unit_code: str
    from_on: date
    may_apply_from: date
    max_end_on: date | None
    is_past_its_end: bool
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Page:
    """One page and the cursor of the next, or None at the end."""

    lines: tuple[Line, ...]
    following: str | None


@dataclass(frozen=True)
class Withdrawn:
    """What is said in public of a record whose basis was revoked (行政处罚法第四十八条) or that was found wrong.

    No name, only why it is gone; `how` is withdrawn or annulled. Of one that was wrong there is nothing more to say.
    """

    decision_no: str
    unit_name: str
    on: date
    why: str
    how: str = "withdrawn"


def blocked(values: Mapping[str, object], *, names: Iterable[str] = ()) -> tuple[Blocked, ...]:
    """The fields whose text would show a personal field. `names` are those of natural persons it must not hold."""
    known = tuple(names)
    return tuple(
        Blocked(field, _sentence(field, Sentence(TITLES[found[0].kind]), found[0].start + 1))
        for field in FREE_TEXT
        if (found := traces(str(values.get(field) or ""), known_names=known))
    )


def check_release(values: Mapping[str, object], *, names: Iterable[str] = ()) -> None:
    """Refuse a release that would show a personal field; the refusal names the field. Raises Refused."""
    for found in blocked(values, names=names):
        raise Refused(found.sentence, code=found.field)


def is_public(*, today: date) -> ColumnElement[bool]:
    """Which records of the join of record and subject the public sees on this day.

    One that was corrected is gone on the day after its longest end, whether or not the clock came by already.
    """
    is_over = and_(CreditRecord.max_end_on < today, CreditRecord.duties_done_on.is_not(None))
    return and_(
        CreditRecord.scope == "public",
        Subject.kind.in_(masking.ORGANISATIONS),
        CreditRecord.publicity_ended_at.is_(None),
        CreditRecord.hidden_at.is_(None),
        CreditRecord.publicity_from <= today,
        or_(is_over.is_(False), is_over.is_(None)),
    )


def was_public() -> ColumnElement[bool]:
    """Which records were ever meant for the public, also when a correction took them from it since."""
    narrowed = exists().where(
        RecordChange.record_id == CreditRecord.id, RecordChange.field == "scope", RecordChange.old == "public"
    )
    return or_(CreditRecord.scope == "public", narrowed)


def page(session: Session, wanted: Wanted, *, today: date, cursor: str = "") -> Page:
    """One page of the public records that match, the newest finding first. A broken cursor shows the beginning."""
    query = _lines().where(is_public(today=today), *_conditions(wanted))
    if before := keyset.read(cursor):
        query = query.where(tuple_(CreditRecord.decided_on, CreditRecord.id) < before)
    newest_first = (CreditRecord.decided_on.desc(), CreditRecord.id.desc())
    found = session.scalars(query.order_by(*newest_first).limit(PAGE + 1)).all()
    last = found[PAGE - 1] if len(found) > PAGE else None
    lines = tuple(line_of(record, today=today) for record in found[:PAGE])
    return Page(lines, keyset.written((last.decided_on, last.id)) if last else None)


def line(session: Session, ref: str, *, today: date) -> Line:
    """The public record of this address. Raises NotYours when nothing of it is public."""
    found = session.scalars(_lines().where(CreditRecord.ref == ref, is_public(today=today))).first()
    if found is None:
        raise NotYours
    return line_of(found, today=today)


def withdrawn(session: Session, ref: str) -> Withdrawn | None:
    """Why the record of this address is not public any more, if its basis was revoked or it was found wrong."""
    wanted = (
        CreditRecord.ref == ref,
        CreditRecord.ended_how.in_(("withdrawn", "annulled")),
        was_public(),
        Subject.kind.in_(masking.ORGANISATIONS),
    )
    record = session.scalars(_lines().where(*wanted)).first()
    if record is None or record.publicity_ended_at is None:
        return None
    ended_on = clock.legal_day(record.publicity_ended_at)
    if record.ended_how == "annulled":
        return Withdrawn(record.decision_no, record.unit.name, ended_on, "", how="annulled")
    said = select(RecordChange.why).where(
        RecordChange.record_id == record.id,
        RecordChange.field == "ended_how",
        RecordChange.new == "withdrawn",
    )
    why = session.scalars(said.order_by(RecordChange.id.desc())).first() or ""
    return Withdrawn(record.decision_no, record.unit.name, ended_on, without_traces(why))


def unit_names(session: Session) -> Sequence[str]:
    """The units of which anything was ever recorded for the public."""
    found = exists().where(CreditRecord.unit_id == Unit.id, CreditRecord.scope == "public")
    return session.scalars(select(Unit.name).where(found).order_by(Unit.id)).all()


def line_of(record: CreditRecord, *, today: date) -> Line:
    """A record masked by field. A sole trader stands with its trade name and code; no person does."""
    subject = record.subject
    is_person = subject.kind not in masking.ORGANISATIONS
    names = (subject.name,) if is_person else ()
    texts = {field: without_traces(getattr(record, field), known_names=names) for field in FREE_TEXT}
    return Line(
        ref=record.ref,
        subject_name=masking.mask_name(subject.name) if is_person else subject.name,
        subject_code=masking.mask_code(subject.kind, subject.code),
        kind=record.kind,
        decision_no=record.decision_no,
        decided_on=record.decided_on,
        parts=tuple(Part(item.kind, item.amount, without_traces(item.what)) for item in record.items),
        class_=record.class_,
        unit_name=record.unit.name,
        unit_code=record.unit.code,
        from_on=record.publicity_from,
        may_apply_from=records.may_apply_from(record),
        max_end_on=record.max_end_on,
        is_past_its_end=record.max_end_on is not None and record.max_end_on < today,
        marks=marks.in_public(record),
        **texts,
    )


def _lines() -> Select[CreditRecord]:
    parts = (
        joinedload(CreditRecord.subject),
        joinedload(CreditRecord.unit),
        selectinload(CreditRecord.items),
        selectinload(CreditRecord.marks),
    )
    return select(CreditRecord).join(Subject).options(*parts)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    exact = {CreditRecord.kind: wanted.kind, CreditRecord.class_: wanted.class_}
    conditions: list[ColumnElement[bool]] = [column == value for column, value in exact.items() if value]
    if wanted.unit:
        conditions.append(CreditRecord.unit_id.in_(select(Unit.id).where(Unit.name == wanted.unit)))
    if wanted.text:
        code = code_digest("".join(wanted.text.upper().split()))
        named = Subject.name.contains(wanted.text, autoescape=True)
        conditions.append(or_(named, Subject.code_digest == code, CreditRecord.decision_no == wanted.text))
    return conditions


def _sentence(field: str, what: Sentence, place: int) -> Sentence:
    text = N_(
        "“%(field)s”从第 %(place)s 个字起像是%(what)s，公示会泄露个人信息，没有放行。"
        "请删去，姓名可以写成“张某”；或者改为只在有关机关之间共享。"
    )
    return Sentence(text, field=Sentence(FREE_TEXT[field]), place=place, what=what)
