"""A case as a machine reads it: plain values from the rows and the gate, in the shape that every call about it answers.

Decides nothing about rights: what is masked or left out is what the pages mask and leave out for the same reader.
"""

from datetime import datetime
from typing import Any

from flask_login import current_user

from forms.fields import HouseForm

from ..domain import clock
from ..domain.refusals import Stale
from ..domain.words import N_, Sentence
from ..extensions import db
from ..models.attachment import Attachment
from ..services.cases.case_file import Clock, Paper
from ..services.engine import circumstances, gate, leases
from ..services.objections import foreign_records
from ..web.cases import case_clocks, case_forms, case_hand, case_rows, case_view
from ..web.cases.case_rows import Shown
from ..web.house import house
from ..web.ui import say, say_whole
from . import shapes, showing
from .form_schemas import schema_of
from .showing import says

VERSION = "letter_version"
"""The field that says which version of a letter was read."""


class DeadlineShape(shapes.Shape):
    """A clock that runs."""

    rule = shapes.Text(required=True, metadata=says(N_("规则的编号；按约定的日期计算的为空"), "CM-02"))
    title = shapes.Text(required=True, metadata=says(N_("是哪一段期限"), "已签署，待受理"))
    due_on = shapes.Day(required=True, metadata=says(N_("到期日，含这一天"), "2026-11-27"))
    provisional = shapes.Truth(
        required=True, metadata=says(N_("这一年的放假安排还没有公布，日期可能变"), False)
    )
    overdue = shapes.Truth(required=True, metadata=says(N_("是否已超期"), False))
    paused = shapes.Truth(required=True, metadata=says(N_("是否暂停计时"), False))
    explanation = shapes.Listed(
        shapes.Text(),
        required=True,
        metadata=says(N_("怎样算出来的，一句一步"), ["起算日：2026 年 11 月 20 日（周五）。"]),
    )


class OfferShape(shapes.Shape):
    """A step out of the state of the case."""

    name = shapes.Text(required=True, metadata=says(N_("步骤的名称"), "accept"))
    title = shapes.Text(required=True, metadata=says(N_("步骤的标题"), "受理"))
    allowed = shapes.Truth(required=True, metadata=says(N_("您现在能不能办理"), True))
    why_not = shapes.Text(
        required=True,
        allow_none=True,
        metadata=says(N_("不能办理的理由；能办理时为 null"), "这一步由部门经办办理。"),
    )
    given_schema = shapes.Anything(
        required=True, allow_none=True,
        metadata=says(N_("given 的 JSON Schema，按现在的情况列出；不能办理时为 null"), {"type": "object"}),
    )  # fmt: skip


class AttachmentShape(shapes.Shape):
    """A file of a case."""

    id = shapes.Whole(required=True, metadata=says(N_("材料的编号"), 41))
    field = shapes.Text(required=True, metadata=says(N_("是哪一种材料"), "site_plan"))
    title = shapes.Text(required=True, metadata=says(N_("材料的标题"), "经营场所平面布局示意图"))
    name = shapes.Text(required=True, metadata=says(N_("文件名"), "平面图.pdf"))
    type = shapes.Text(required=True, metadata=says(N_("按内容识别的类型"), "application/pdf"))
    size = shapes.Whole(required=True, metadata=says(N_("大小，字节"), 48213))
    sha256 = shapes.Text(required=True, metadata=says(N_("文件的 SHA-256"), "9f86d081884c7d65…"))
    uploaded_at = shapes.Instant(required=True, metadata=says(N_("上传时间"), "2026-11-20T02:00:00+00:00"))
    submitted = shapes.Truth(required=True, metadata=says(N_("是否已随办理步骤提交"), False))


class CaseShape(shapes.Shape):
    """A case as its reader sees it."""

    number = shapes.Text(
        required=True, metadata=says(N_("编号，草稿是临时编号"), "CM-120102-20261112-000001")
    )
    workflow = shapes.Text(required=True, metadata=says(N_("流程"), "commitment"))
    title = shapes.Text(required=True, metadata=says(N_("事项"), "食品经营许可告知承诺"))
    state = shapes.Text(required=True, metadata=says(N_("状态"), "signed"))
    state_title = shapes.Text(required=True, metadata=says(N_("状态的标题"), "已签署，待受理"))
    version = shapes.Whole(required=True, metadata=says(N_("版本，每次改变加一；办理时原样送回"), 3))
    subject = shapes.Part(showing.SubjectShape, required=True, metadata=says(N_("信用主体")))
    unit = shapes.Part(showing.UnitShape, required=True, allow_none=True, metadata=says(N_("办理单位")))
    assignee = shapes.Text(
        required=True,
        allow_none=True,
        metadata=says(N_("正在办理的人；没有人领取或者您不必知道时为 null"), "张示范"),
    )
    facts = shapes.Anything(
        required=True,
        metadata=says(N_("办件记载的内容，按名称；日期写成 2026-09-18 的样子"), {"reason": "增设堂食区"}),
    )
    facts_schema = shapes.Anything(
        required=True, allow_none=True,
        metadata=says(N_("现在可以填写的 facts 的 JSON Schema；不能填写时为 null"), {"type": "object"}),
    )  # fmt: skip
    deadlines = shapes.Listed(
        shapes.Part(DeadlineShape), required=True, metadata=says(N_("正在计算的期限，早到期的在前"))
    )
    steps = shapes.Listed(
        shapes.Part(OfferShape), required=True, metadata=says(N_("从现在的状态可以办理的步骤"))
    )
    documents = shapes.Listed(
        shapes.Part(showing.DocumentLineShape), required=True, metadata=says(N_("办件的文书，新的在前"))
    )
    attachments = shapes.Listed(
        shapes.Part(AttachmentShape), required=True, metadata=says(N_("材料，早的在前"))
    )


def opened(address: str, *, now: datetime, version: int | None = None, is_locked: bool = False) -> Shown:
    """A case for its reader, as it was read before where `version` says which; locked to take a step.

    Raises NotYours, Stale, Refused.
    """
    shown = case_view.load(db.session(), address, current_user.actor, now=now, is_locked=is_locked)
    showing.note_personal(shown.case.subject)
    if version is not None and version != shown.case.version:
        raise Stale(version=shown.case.version)
    return shown


def reopened(address: str, *, now: datetime) -> Shown:
    """A case after something was done: nothing that was read before is trusted."""
    db.session.flush()
    db.session.expire_all()
    return opened(address, now=now)


def anew(address: str, *, now: datetime) -> dict[str, Any]:
    """The whole case after something was done."""
    return told(reopened(address, now=now), now=now)


def told(shown: Shown, *, now: datetime) -> dict[str, Any]:
    """The whole case."""
    case, workflow = shown.case, shown.workflow
    form = case_forms.edit_form(shown, None) if shown.editable is not None else None
    return {
        "number": case.address,
        "workflow": case.workflow,
        "title": say(case_rows.title_of(case, workflow)),
        "state": case.state,
        "state_title": say(workflow.state(case.state).title),
        "version": case.version,
        "subject": showing.subject_of(case.subject),
        "unit": showing.unit_of(case.unit),
        "assignee": leases.holder(case, now=now) if case_hand.watches(case, shown.actor) else None,
        "facts": facts(shown),
        "facts_schema": schema_of(form, is_partial=True) if form is not None else None,
        "deadlines": deadlines(shown, now=now),
        "steps": [step(shown, offer, now=now) for offer in shown.offers],
        "documents": [showing.document_line(document) for document in shown.file.documents],
        "attachments": [attachment(shown, paper) for paper in case_rows.papers(shown)],
    }


def facts(shown: Shown) -> dict[str, Any]:
    """The facts by name: personal ones masked for whoever doesn't work the case, foreign ones left out."""
    stored = shown.workflow.dump(shown.workflow.load(shown.case.facts))
    hidden = foreign_records.withheld(shown.case, shown.actor)
    masked = {} if case_rows.is_worked_by(shown.case, shown.actor) else case_rows.PERSONAL
    return {
        name: masked[name](value) if value and name in masked else value
        for name, value in stored.items()
        if name not in hidden
    }


def deadlines(shown: Shown, *, now: datetime) -> list[dict[str, Any]]:
    """The clocks that run. The period of a right that ran out is no delay and is told no more."""
    today, rights = clock.legal_day(now), shown.workflow.rights
    running = [
        found
        for found in shown.file.clocks
        if found.closed_seq is None and not (found.state in rights and found.due_on < today)
    ]
    return [deadline(shown, found, now=now) for found in running]


def deadline(shown: Shown, found: Clock, *, now: datetime) -> dict[str, Any]:
    """One clock with its reckoning."""
    rulebook = shown.file.rulebook(house())
    return {
        "rule": found.rule_id,
        "title": say(case_clocks.title(db.session(), found, shown.workflow, rulebook)),
        "due_on": found.due_on,
        "provisional": found.provisional,
        "overdue": found.paused_on is None and found.due_on < clock.legal_day(now),
        "paused": found.paused_on is not None,
        "explanation": [say_whole(Sentence.from_json(line)) for line in found.explanation],
    }


def step(shown: Shown, offer: gate.Offer, *, now: datetime) -> dict[str, Any]:
    """A step, with what it asks where it may be taken now."""
    form = blank(shown, offer.step.name, now=now) if offer.is_allowed else None
    return {
        "name": offer.step.name,
        "title": say(offer.step.title),
        "allowed": offer.is_allowed,
        "why_not": say_whole(offer.why_not) if offer.why_not else None,
        "given_schema": schema_of(form) if form is not None else None,
    }


def blank(shown: Shown, name: str, *, now: datetime) -> HouseForm:
    """The form of a step with nothing in it but the version of the letter that is to be read. Raises NotYours."""
    form = case_forms.step_form(db.session(), shown, name, None)
    if VERSION in form and shown.case.item is not None:
        form[VERSION].data = circumstances.item_on(shown.case.item, clock.legal_day(now)).letter_version
    return form


def attachment(shown: Shown, paper: Attachment | Paper) -> dict[str, Any]:
    """A file."""
    titles = {**shown.workflow.papers, **case_rows.paper_titles(shown.case, shown.workflow)}
    names = ("id", "field", "name", "type", "size", "sha256", "uploaded_at")
    return {name: getattr(paper, name) for name in names} | {
        "title": say(titles.get(paper.field, paper.field)),
        "submitted": paper.submitted_seq is not None,
    }
