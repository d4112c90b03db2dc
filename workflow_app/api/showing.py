"""What several calls show in the same way: a subject, a unit, a case in a list, a document. Masked as on the pages.

Whoever shows data of a natural person says so here, so that the log of calls has the read with its purpose.
"""

from collections.abc import Mapping
from typing import Any

from flask_login import current_user

from ..domain.masking import mask_code, mask_name
from ..domain.words import N_
from ..models.case import NO_DUE_DAY, Case
from ..models.document import Document
from ..models.party import Subject, Unit
from ..services.documents.cards import Card
from ..web.cases import case_hand, case_rows
from ..web.ui import named, say
from ..workflows import BY_NAME
from . import bearer, shapes


def says(text: str, example: object = None) -> dict[str, Any]:
    """What the document tells of a field."""
    return {"description": text} | ({} if example is None else {"example": example})


class SubjectShape(shapes.Shape):
    """A subject (信用主体)."""

    kind = shapes.Text(
        required=True, metadata=says(N_("legal 法人，sole 个体工商户，individual 自然人"), "legal")
    )
    name = shapes.Text(required=True, metadata=says(N_("名称"), "天津海河示范饮品有限公司"))
    code = shapes.Text(
        required=True,
        metadata=says(N_("统一社会信用代码；自然人的证件号码掩去中间各位"), "91120102MA0DEM010E"),
    )


class UnitShape(shapes.Shape):
    """A unit."""

    name = shapes.Text(required=True, metadata=says(N_("名称"), "演示区市场监管局"))
    code = shapes.Text(required=True, metadata=says(N_("统一社会信用代码"), "11120102MB00000015"))


class CaseLineShape(shapes.Shape):
    """A case in a list."""

    number = shapes.Text(
        required=True, metadata=says(N_("编号，草稿是临时编号"), "CM-120102-20261112-000001")
    )
    workflow = shapes.Text(required=True, metadata=says(N_("流程"), "commitment"))
    state = shapes.Text(required=True, metadata=says(N_("状态"), "signed"))
    state_title = shapes.Text(required=True, metadata=says(N_("状态的标题"), "已签署，待受理"))
    title = shapes.Text(required=True, metadata=says(N_("事项"), "食品经营许可告知承诺"))
    subject = shapes.Part(SubjectShape, required=True, metadata=says(N_("信用主体")))
    unit = shapes.Part(UnitShape, required=True, allow_none=True, metadata=says(N_("受理单位")))
    assignee = shapes.Text(
        required=True, allow_none=True, metadata=says(N_("正在办理的人；信用主体看不到，为 null"), "张示范")
    )
    due_on = shapes.Day(required=True, allow_none=True, metadata=says(N_("到期日"), "2026-11-27"))
    version = shapes.Whole(required=True, metadata=says(N_("版本，每次改变加一"), 3))


class DocumentLineShape(shapes.Shape):
    """A document in a list."""

    number = shapes.Text(required=True, metadata=says(N_("文书编号"), "CMR-120102-20261112-000001"))
    kind = shapes.Text(required=True, metadata=says(N_("文书种类"), "commitment_receipt"))
    title = shapes.Text(required=True, metadata=says(N_("标题"), "信用承诺受理通知书"))
    issued_on = shapes.Day(required=True, metadata=says(N_("签发日期"), "2026-11-12"))
    status = shapes.Text(
        required=True, metadata=says(N_("valid 有效，revoked 已撤销，superseded 已被代替"), "valid")
    )


def note_personal(subject: Subject) -> None:
    """The answer holds data of this subject; of a natural person that is logged."""
    caller = bearer.calling()
    if caller is not None and subject.kind == "individual":
        caller.subjects.add(subject.id)


def subject_of(subject: Subject) -> dict[str, Any]:
    """A subject as those see it who may read the case: the code of a person is masked."""
    note_personal(subject)
    return {"kind": subject.kind, "name": subject.name, "code": mask_code(subject.kind, subject.code)}


def public_subject_of(subject: Subject) -> dict[str, Any]:
    """A subject as anybody may see it."""
    note_personal(subject)
    name = mask_name(subject.name) if subject.kind == "individual" else subject.name
    return {"kind": subject.kind, "name": name, "code": mask_code(subject.kind, subject.code)}


def unit_of(unit: Unit | None) -> dict[str, Any] | None:
    """A unit in the reader's language."""
    return {"name": named(unit, "name"), "code": unit.code} if unit else None


def case_line(case: Case) -> dict[str, Any]:
    """A case in a list."""
    workflow = BY_NAME[case.workflow]
    return {
        "number": case.address,
        "workflow": case.workflow,
        "state": case.state,
        "state_title": say(workflow.state(case.state).title),
        "title": say(case_rows.title_of(case, workflow)),
        "subject": subject_of(case.subject),
        "unit": unit_of(case.unit),
        "assignee": case.assignee.name
        if case.assignee and case_hand.watches(case, current_user.actor)
        else None,
        "due_on": None if case.due_on == NO_DUE_DAY else case.due_on,
        "version": case.version,
    }


def document_line(document: Document | Card) -> Mapping[str, Any]:
    """A document in a list."""
    return {
        "number": document.number,
        "kind": document.kind,
        "title": say(document.title),
        "issued_on": document.issued_on,
        "status": document.status,
    }
