"""Keeping the training classes: the office enters and changes them, looks over what is missing, and publishes.

A class costs nobody a right, so one clerk publishes it, and it is logged. Whoever enrolled must be able to rely on what
was announced: from then on there may only be more seats, a later end, and another summary. Nothing is ever deleted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from ...domain.people import Actor, GrantKind
from ...domain.refusals import NotYours, Refused
from ...domain.rulebook import Rulebook
from ...domain.words import N_, Sentence
from ...models.party import Person, Unit
from ...models.training import Enrolment, Lesson, Question, TrainingClass
from ..engine import numbers
from ..people import account_log, units

KEEPERS = frozenset({GrantKind.CLERK})
READERS = KEEPERS | {GrantKind.LEAD}
AFTERWARDS = ("seats", "ends_on", "summary", "summary_en")
"""What may still be changed when the class was published, the first two only upwards."""
ANNOUNCE = "TR-01"
ROOM_TO_DRAW = 2
"""So many times the questions of an attempt stand in the bank, so that two attempts differ."""

FIXED = N_("培训班已经发布，这一项不能再改。发布后只能增加名额、推迟结束日、修改简介。")
FEWER_SEATS = N_("培训班已经发布，名额只能增加，现在是 %(seats)s 个。")
EARLIER_END = N_("培训班已经发布，结束日只能推迟，现在是 %(day)s。")
BACKWARDS = N_("结束日应晚于开始报名的日期。请核对这两个日期。")
UNKNOWN_UNIT = N_("没有这个单位，或者它已经撤销。请从列表里选择举办部门。")
IS_PUBLISHED = N_("培训班已经发布，课程不能再改。要换内容，请另建新的一期。")


@dataclass(frozen=True)
class Plan:
    """Everything the office says about a class. English left empty falls back to the Chinese."""

    kind: str
    title: str
    title_en: str
    summary: str
    summary_en: str
    unit_id: int
    opens_on: date
    ends_on: date
    seats: int
    pass_mark: int
    attempts: int
    minutes: int
    draw: int


@dataclass(frozen=True)
class Looked:
    """What looking over a class found: what keeps it from being published, and what should be thought about."""

    faults: tuple[Sentence, ...]
    doubts: tuple[Sentence, ...]


def may_change(actor: Actor) -> bool:
    """Whether the actor keeps the classes."""
    return any(map(actor.holds, KEEPERS))


def all_classes(session: Session) -> Sequence[tuple[TrainingClass, int]]:
    """Every class with the seats that are taken, those that end last first."""
    taken = (
        select(Enrolment.class_id, func.count().label("taken"))
        .where(Enrolment.left_at.is_(None))
        .group_by(Enrolment.class_id)
        .subquery()
    )
    wanted = select(TrainingClass, func.coalesce(taken.c.taken, 0)).outerjoin(
        taken, taken.c.class_id == TrainingClass.id
    )
    wanted = wanted.options(joinedload(TrainingClass.unit))
    found = session.execute(wanted.order_by(TrainingClass.ends_on.desc(), TrainingClass.id.desc()))
    return [(row, count) for row, count in found]


def by_ref(session: Session, ref: str) -> TrainingClass:
    """The class of this reference. Raises NotYours."""
    found = session.scalar(select(TrainingClass).where(TrainingClass.ref == ref))
    if found is None:
        raise NotYours
    return found


def organisers(session: Session, *, on: date) -> list[Unit]:
    """The units that may hold a class: the office and the departments in being."""
    return units.units_in_being(session, on=on)


def create(session: Session, plan: Plan, *, actor: Actor, now: datetime, today: date) -> TrainingClass:
    """Enter a class that nobody sees yet. Raises Refused with the code of the field that is in the way."""
    _check(session, plan, today=today)
    made = TrainingClass(ref=_free_ref(session, today.year), created_by_id=actor.person_id, **_columns(plan))
    session.add(made)
    log(session, "class_entered", made, actor=actor, now=now)
    session.flush()
    return made


def change(
    session: Session, found: TrainingClass, plan: Plan, *, actor: Actor, now: datetime, today: date
) -> list[str]:
    """Change a class; returns the columns that changed. Raises Refused for what has been announced."""
    _check(session, plan, today=today, known=found)
    changed = {name: value for name, value in _columns(plan).items() if getattr(found, name) != value}
    if found.published_at is not None:
        _refuse_what_was_announced(found, plan, changed)
    for name, value in changed.items():
        setattr(found, name, value)
    if changed:
        log(session, "class_changed", found, actor=actor, now=now, note=", ".join(changed))
    session.flush()
    return list(changed)


def plan_of(found: TrainingClass) -> Plan:
    """What is said about a class now."""
    return Plan(**{field.name: getattr(found, field.name) for field in fields(Plan)})


def look_over(session: Session, found: TrainingClass, *, today: date, rulebook: Rulebook) -> Looked:
    """Everything that is missing before the class can be published, and whether it is announced in time (TR-01)."""
    live = live_questions(session, found)
    faults = (*_of_lessons(found.lessons), *_of_exam(found, live), *_of_days(found, today))
    return Looked(faults, tuple(_doubts(found, today, rulebook)))


def publish(
    session: Session, found: TrainingClass, *, actor: Actor, now: datetime, today: date, rulebook: Rulebook
) -> None:
    """Announce the class: from `opens_on` people may enrol. Raises Refused with the first thing that is missing."""
    if found.published_at is not None:
        raise Refused(N_("这个培训班已经发布过了。"), code="published")
    faults = look_over(session, found, today=today, rulebook=rulebook).faults
    if faults:
        raise Refused(faults[0], code="unfit")
    found.published_at = now
    log(session, "class_published", found, actor=actor, now=now)
    session.flush()


def live_questions(session: Session, found: TrainingClass) -> int:
    """How many questions of the bank may be drawn."""
    wanted = select(func.count()).select_from(Question)
    wanted = wanted.where(Question.class_id == found.id, Question.ended_on.is_(None))
    return session.scalar(wanted) or 0


def refuse_when_published(found: TrainingClass) -> None:
    """Raises Refused when the lessons stand fast: somebody may have studied them."""
    if found.published_at is not None:
        raise Refused(IS_PUBLISHED, code="published")


def log(
    session: Session, what: str, found: TrainingClass, *, actor: Actor, now: datetime, note: str = ""
) -> None:
    """The auditor's log names what was done with which class, by whom; the values stand in the class."""
    by = session.get(Person, actor.person_id) if actor.person_id is not None else None
    told = f"{found.ref}: {note}" if note else f"{found.ref} {found.title}"
    account_log.record(session, what, person=None, by=by, now=now, note=told)


def _free_ref(session: Session, year: int) -> str:
    """The next reference of the year; those that were loaded from files are passed over."""
    while True:
        ref = f"TC-{year}-{numbers.next_serial(session, f'training-class-{year}'):02d}"
        if session.scalar(select(TrainingClass.id).where(TrainingClass.ref == ref)) is None:
            return ref


def _columns(plan: Plan) -> dict[str, object]:
    english = {"title_en": plan.title_en or plan.title, "summary_en": plan.summary_en or plan.summary}
    return asdict(plan) | english


def _check(session: Session, plan: Plan, *, today: date, known: TrainingClass | None = None) -> None:
    offered = {unit.id for unit in organisers(session, on=today)} | ({known.unit_id} if known else set())
    if plan.unit_id not in offered:
        raise Refused(UNKNOWN_UNIT, code="unit_id")
    if plan.ends_on <= plan.opens_on:
        raise Refused(BACKWARDS, code="ends_on")


def _refuse_what_was_announced(found: TrainingClass, plan: Plan, changed: dict[str, object]) -> None:
    fixed = [name for name in changed if name not in AFTERWARDS]
    if fixed:
        raise Refused(FIXED, code=fixed[0])
    if plan.seats < found.seats:
        raise Refused(Sentence(FEWER_SEATS, seats=found.seats), code="seats")
    if plan.ends_on < found.ends_on:
        raise Refused(Sentence(EARLIER_END, day=found.ends_on), code="ends_on")


def _of_lessons(lessons: Sequence[Lesson]) -> Iterator[Sentence]:
    if not lessons:
        yield Sentence(N_("还没有课程。请至少加一门课程。"))
    for lesson in lessons:
        about: dict[str, str | int] = {"position": lesson.position, "title": lesson.title}
        if not lesson.body.strip():
            yield Sentence(N_("第 %(position)s 门课程“%(title)s”没有正文。请补上。"), **about)
        if lesson.kind == "video" and lesson.storage_key is None:
            yield Sentence(
                N_("第 %(position)s 门课程“%(title)s”还没有上传视频。请上传，或者改成文字。"), **about
            )
        if lesson.least_seconds <= 0:
            told = N_("第 %(position)s 门课程“%(title)s”的最少学习时间是 0。请填写学完大约要几分钟。")
            yield Sentence(told, **about)


def _of_exam(found: TrainingClass, live: int) -> Iterator[Sentence]:
    least = ROOM_TO_DRAW * found.draw
    if live < least:
        told = N_(
            "题库里有 %(live)s 道题，至少要有 %(least)s 道（每次抽 %(draw)s 道的两倍），还差 %(more)s 道。"
        )
        yield Sentence(told, live=live, least=least, draw=found.draw, more=least - live)
    if not 1 <= found.pass_mark <= 100:
        yield Sentence(N_("合格分数线应在 1 至 100 之间。请改正。"))
    if min(found.attempts, found.minutes, found.draw, found.seats) < 1:
        yield Sentence(N_("名额、考试次数、考试时间和抽题数都应至少为 1。请改正。"))


def _of_days(found: TrainingClass, today: date) -> Iterator[Sentence]:
    if found.ends_on <= found.opens_on:
        yield Sentence(BACKWARDS)
    if found.opens_on < today:
        told = N_("开始报名的日期 %(day)s已经过了。请改成今天或者以后的日期。")
        yield Sentence(told, day=found.opens_on)
    if not units.is_in_being(found.unit, on=today):
        yield Sentence(N_("举办部门“%(unit)s”已经撤销。请改选现有的部门。"), unit=found.unit.name)


def _doubts(found: TrainingClass, today: date, rulebook: Rulebook) -> Iterator[Sentence]:
    """TR-01: so many working days lie between the announcement and the first day of enrolment."""
    least = rulebook.pack.rule(ANNOUNCE, on=today, place=rulebook.place).value or 0
    left = rulebook.calendar.working_days_between(today, found.opens_on)
    if today <= found.opens_on and left < least:
        told = N_(
            "今天发布，离开始报名只有 %(left)s 个工作日，规则 TR-01 要求提前 %(least)s 个工作日公布。"
            "仍可以发布；时间充裕的，请把开始报名的日期改到 %(day)s或者以后。"
        )
        yield Sentence(told, left=left, least=least, day=rulebook.due(ANNOUNCE, today).due_on)
