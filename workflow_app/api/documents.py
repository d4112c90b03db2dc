"""Documents for machines: their fields, their file, and the public answer to "is this genuine?"."""

from datetime import date
from io import BytesIO
from typing import Any

from flask import Response, current_app, request, send_file
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge, UnprocessableEntity

from ..domain.refusals import Refused
from ..domain.scopes import TokenScope
from ..domain.words import N_, Sentence
from ..extensions import db
from ..models.document import Document
from ..services.documents import documents as papers
from ..services.documents import verification
from ..services.documents.answers import Answer, Value
from ..services.reports import reports
from ..web.documents.documents import register
from ..web.ui import say, say_whole
from . import shapes, showing
from .problems import problem
from .room import FILES, Room
from .showing import says

documents = Room("documents_api", __name__, title=N_("文书"))
verify = Room("verify_api", __name__, title=N_("文书核验"), often="60 per minute")
PDF = "application/pdf"
NO_FILE = N_("请在 multipart 请求的 file 中放入要核验的 PDF 文件。")
TO_BE_LOGGED = N_("查阅自然人的信用报告要写明理由，请在页面上办理。")
NOT_YET = N_("文书正在生成，通常几秒钟。请稍后再取。")


class DocumentShape(showing.DocumentLineShape):
    """A document."""

    holder = shapes.Part(showing.SubjectShape, required=True, metadata=says(N_("持有人")))
    unit = shapes.Part(showing.UnitShape, required=True, allow_none=True, metadata=says(N_("出具单位")))
    expires_on = shapes.Day(required=True, allow_none=True, metadata=says(N_("有效期的最后一天")))
    verify_code = shapes.Text(required=True, metadata=says(N_("验真码"), "MFRGGZDFMZTWQ2LK"))
    rules_version = shapes.Text(required=True, metadata=says(N_("出具时的规则表版本"), "2026-11-23"))
    text = shapes.Text(required=True, metadata=says(N_("文本和版本"), "commitment_receipt.v1"))
    sha256 = shapes.Text(
        required=True, allow_none=True, metadata=says(N_("文件的 SHA-256；还没生成时为 null"))
    )
    payload = shapes.Text(required=True, allow_none=True, metadata=says(N_("签名的内容")))
    signature = shapes.Text(required=True, allow_none=True, metadata=says(N_("对内容的分离式 JWS 签名")))


class SignedField(shapes.Shape):
    """A signed field."""

    title = shapes.Text(required=True, metadata=says(N_("名称"), "持有人"))
    value = shapes.Text(required=True, metadata=says(N_("值"), "天津海河示范饮品有限公司"))


class AnswerShape(shapes.Shape):
    """The answer to "is this genuine?"."""

    answer = shapes.Text(
        required=True,
        metadata=says(N_("valid、revoked、superseded、expired、unknown、altered 或 foreign"), "valid"),
    )
    sentence = shapes.Text(required=True, metadata=says(N_("说明"), "这份文书有效。"))
    fields_ = shapes.Listed(
        shapes.Part(SignedField), required=True, data_key="fields", metadata=says(N_("签名的每一项"))
    )
    list_changed_at = shapes.Instant(
        required=True, allow_none=True, metadata=says(N_("撤销登记最近一次改变的时刻"))
    )


@documents.call("GET", "/documents/<number>", N_("一份文书的各项"), scope=TokenScope.DOCUMENTS_READ)
@documents.response(200, DocumentShape)
def show(number: str) -> dict[str, Any]:
    """The fields of a document for whoever may read it."""
    found = readable(number)
    return dict(showing.document_line(found)) | {
        "holder": showing.subject_of(found.subject),
        "unit": showing.unit_of(found.unit),
        "text": f"{found.text_id}.v{found.text_version}",
        **{
            name: getattr(found, name)
            for name in ("expires_on", "verify_code", "rules_version", "sha256", "payload", "signature")
        },
    }


@documents.call("GET", "/documents/<number>.pdf", N_("文书的文件"), scope=TokenScope.DOCUMENTS_READ)
@documents.alt_response(409, response="problem_409")
@documents.response(200, {"type": "string", "format": "binary"}, content_type=PDF)
def pdf(number: str) -> Response:
    """The file of a document; 409 while it is being made."""
    found = readable(number)
    showing.note_personal(found.subject)
    if found.storage_key is None:
        raise Refused(NOT_YET, code="pending")
    content = current_app.extensions["house"].storage.read_verified(found.storage_key)
    return send_file(BytesIO(content), mimetype=PDF, download_name=f"{found.number}.pdf")


@verify.call("GET", "/verify/<code>", N_("按验真码核验文书，不需要令牌"))
@verify.response(200, AnswerShape)
def by_code(code: str) -> dict[str, Any]:
    """Whether the document with this code is genuine."""
    return told(verification.answer(register(), code))


@verify.call("POST", "/verify", N_("核验文书的文件，不保存文件，不需要令牌"), takes=FILES)
@verify.doc(
    requestBody={
        "required": True,
        "content": {FILES: {"schema": {"type": "object", "required": ["file"],
                                       "properties": {"file": {"type": "string", "format": "binary"}}}}},
    }
)  # fmt: skip
@verify.response(200, AnswerShape)
def by_file() -> dict[str, Any] | Response:
    """Whether a file is genuine."""
    upload = request.files.get("file")
    content = upload.read(verification.MAX_FILE + 1) if upload else b""
    if not content:
        return problem(UnprocessableEntity.code, fields={"file": Sentence(NO_FILE)})
    if len(content) > verification.MAX_FILE:
        return problem(RequestEntityTooLarge.code)
    return told(verification.answer_file(register(), content))


def readable(number: str) -> Document:
    """A document the caller may read. Raises NotYours, or Refused where a reason has to be given on a page."""
    found = papers.for_reader(db.session(), number, actor=current_user.actor)
    if reports.asks_why(found, current_user.actor):
        raise Refused(TO_BE_LOGGED, code="reason_needed")
    return found


def told(answer: Answer) -> dict[str, Any]:
    """An answer as machines read it."""
    return {
        "answer": str(answer.outcome),
        "sentence": say(answer.sentence),
        "fields_": [{"title": say(label), "value": value_of(value)} for label, value in answer.fields],
        "list_changed_at": verification.changed_at(db.session()),
    }


def value_of(value: Value) -> str:
    """A field: a day in ISO 8601, everything else as it was signed."""
    if isinstance(value, date):
        return value.isoformat()
    return say_whole(value) if isinstance(value, Sentence) else value or ""
