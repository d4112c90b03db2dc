"""Subjects and their credit records for machines, each as far as the caller may read it on the pages."""

from typing import Any

from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session

from ..domain import clock
from ..domain.refusals import NotYours
from ..domain.scopes import TokenScope
from ..domain.words import N_
from ..extensions import db
from ..models.party import Subject
from ..models.record import CreditRecord
from ..services.people.grants import code_digest
from ..services.records import marks, records
from ..services.repair import eligibility
from ..services.rules import rulebooks
from ..web.house import house
from ..web.ui import say_whole
from . import shapes, showing
from .room import Room
from .showing import says

subjects = Room("subjects_api", __name__, title=N_("信用主体和信用信息"))
FACTS = ("publicity_ended_at", "sharing_stopped_at", "measures_lifted_at", "evaluation_updated_at")
DAYS = ("decided_on", "min_end_on", "max_end_on")


class MarkShape(shapes.Shape):
    """A kind of mark that stands on a record."""

    kind = shapes.Text(required=True, metadata=says(N_("标注的种类"), "objection"))
    title = shapes.Text(required=True, metadata=says(N_("标注的文字"), "异议处理中"))
    count = shapes.Whole(required=True, metadata=says(N_("有几件"), 1))
    since = shapes.Text(required=True, metadata=says(N_("从哪天起"), "2026-11-12"))


class RecordShape(shapes.Shape):
    """A credit record."""

    id = shapes.Text(required=True, metadata=says(N_("信用信息的编号"), "vwXYoHB6tTx0"))
    kind = shapes.Text(required=True, metadata=says(N_("种类"), "penalty"))
    class_ = shapes.Text(
        required=True,
        data_key="class",
        metadata=says(N_("minor 轻微，general 一般，serious 严重"), "general"),
    )
    decision_no = shapes.Text(required=True, metadata=says(N_("决定书文号"), "津演市监罚〔2026〕33号"))
    decided_on = shapes.Day(required=True, metadata=says(N_("决定日期"), "2026-06-18"))
    unit = shapes.Part(showing.UnitShape, required=True, metadata=says(N_("认定单位")))
    published = shapes.Truth(required=True, metadata=says(N_("是否正在向社会公示"), True))
    marks = shapes.Listed(shapes.Part(MarkShape), required=True, metadata=says(N_("正在标注的")))
    min_end_on = shapes.Day(required=True, allow_none=True, metadata=says(N_("最短公示期的最后一天")))
    max_end_on = shapes.Day(required=True, allow_none=True, metadata=says(N_("最长公示期的最后一天")))
    publicity_ended_at = shapes.Instant(required=True, allow_none=True, metadata=says(N_("终止公示的时刻")))
    sharing_stopped_at = shapes.Instant(required=True, allow_none=True, metadata=says(N_("停止共享的时刻")))
    measures_lifted_at = shapes.Instant(required=True, allow_none=True, metadata=says(N_("解除措施的时刻")))
    evaluation_updated_at = shapes.Instant(
        required=True, allow_none=True, metadata=says(N_("更新评价的时刻"))
    )


class RecordsShape(shapes.Shape):
    """The records of a subject."""

    items = shapes.Listed(shapes.Part(RecordShape), required=True, metadata=says(N_("信用信息，新的在前")))
    next = shapes.Text(required=True, allow_none=True, metadata=says(N_("下一页的 cursor；没有时为 null")))


class BlockerShape(shapes.Shape):
    """What stands in the way of a repair."""

    code = shapes.Text(required=True, metadata=says(N_("代码"), "too_early"))
    sentence = shapes.Text(required=True, metadata=says(N_("说明"), "2026 年 8 月 7 日起才可以申请。"))


class RepairabilityShape(shapes.Shape):
    """Whether repair may be asked for."""

    may_apply = shapes.Truth(required=True, metadata=says(N_("今天能不能申请"), False))
    from_on = shapes.Day(required=True, allow_none=True, metadata=says(N_("从哪天起可以申请"), "2027-06-19"))
    because = shapes.Listed(shapes.Text(), required=True, metadata=says(N_("为什么是那一天")))
    blocked_by = shapes.Listed(shapes.Part(BlockerShape), required=True, metadata=says(N_("还缺什么")))


@subjects.call("GET", "/subjects/<code>", N_("一个信用主体"), scope=TokenScope.RECORDS_READ)
@subjects.response(200, showing.SubjectShape)
def show(code: str) -> dict[str, Any]:
    """A subject for whoever may read anything of it."""
    found, _ = readable(db.session(), code)
    return showing.subject_of(found)


@subjects.call("GET", "/subjects/<code>/records", N_("一个信用主体的信用信息"), scope=TokenScope.RECORDS_READ)
@subjects.response(200, RecordsShape)
def its_records(code: str) -> dict[str, Any]:
    """The records of a subject that the caller may read, the newest finding first."""
    found, rows = readable(db.session(), code)
    showing.note_personal(found)
    return {"items": [as_item(row) for row in rows], "next": None}


@subjects.call("GET", "/records/<ref>", N_("一条信用信息"), scope=TokenScope.RECORDS_READ)
@subjects.response(200, RecordShape)
def record(ref: str) -> dict[str, Any]:
    """One record."""
    found = records.by_ref(db.session(), ref, current_user.actor)
    showing.note_personal(found.subject)
    return as_item(found)


@subjects.call(
    "GET", "/records/<ref>/repairability", N_("能不能申请修复，从哪天起"), scope=TokenScope.RECORDS_READ
)
@subjects.response(200, RepairabilityShape)
def repairability(ref: str) -> dict[str, Any]:
    """Whether repair of a record may be asked for today, and why."""
    session, today = db.session(), clock.legal_day(clock.now())
    found = records.by_ref(session, ref, current_user.actor)
    showing.note_personal(found.subject)
    judged = eligibility.repairability(
        session, found, day=today, rulebook=rulebooks.current(session, house())
    )
    return {
        "may_apply": judged.may_apply,
        "from_on": judged.from_on,
        "because": [say_whole(sentence) for sentence in judged.because],
        "blocked_by": [
            {"code": str(one.code), "sentence": say_whole(one.sentence)} for one in judged.blocked_by
        ],
    }


def readable(session: Session, code: str) -> tuple[Subject, list[CreditRecord]]:
    """A subject with those of its records the caller may read. Raises NotYours where there is nothing to read.

    Whether somebody stands in the register at all is told to nobody who may not read anything of them.
    """
    actor = current_user.actor
    wanted = select(Subject).where(Subject.code_digest == code_digest(code.strip().upper()))
    found = session.scalar(wanted)
    if found is None:
        raise NotYours
    allowed = (
        select(CreditRecord.id)
        .join(Subject)
        .where(CreditRecord.subject_id == found.id, records.may_read(actor))
    )
    ids = frozenset(session.scalars(allowed))
    is_open = found.id in actor.subject_ids() or any(map(actor.holds, records.OFFICE))
    if not ids and not is_open:
        raise NotYours
    return found, [row for row in records.of_subject(session, found.id) if row.id in ids]


def as_item(row: CreditRecord) -> dict[str, Any]:
    """A record as machines read it."""
    return {
        "id": row.ref,
        "kind": row.kind,
        "class_": row.class_,
        "decision_no": row.decision_no,
        "unit": showing.unit_of(row.unit),
        "published": row.scope == "public" and row.hidden_at is None and row.publicity_ended_at is None,
        "marks": [mark.as_json() | {"title": say_whole(mark.title)} for mark in marks.in_public(row)],
        **{name: getattr(row, name) for name in (*DAYS, *FACTS)},
    }
