"""Files of a case for machines: handed up one by one, looked at by content, and given out again as they were."""

from io import BytesIO
from typing import Any, BinaryIO, cast

from flask import Response, send_file
from flask_login import current_user
from flask_smorest.fields import Upload
from marshmallow import ValidationError
from werkzeug.datastructures import FileStorage

from ..domain import clock
from ..domain.refusals import NotYours, Refused
from ..domain.scopes import TokenScope
from ..domain.words import N_, Sentence
from ..extensions import db
from ..services.cases import attachments as papers
from ..services.objections import foreign_records
from ..web.house import house
from . import case_told, shapes
from .problems import problem
from .room import FILES, Room
from .showing import says

attachments = Room("attachments_api", __name__, title=N_("材料"))
STATUSES = {"too_big": 413, "wrong_type": 415, "wrong_extension": 415}
IN_THE_WAY = "refused"
"""The code of what has nothing to do with the file itself."""
NO_FILE = N_("这一项应是文件（multipart/form-data 中带文件名的部分）。")
MORE = N_(
    "PDF、JPG 或 PNG，不超过 10 MB，按内容识别。field 是哪一种材料，见事项和流程的说明；随后办理的步骤把它一起提交。"
    "太大答复 413，类型不收答复 415，打不开、加密或者带有病毒的答复 422。"
)


def a_file(sent: object) -> None:
    """A part with a file, not with text."""
    if not isinstance(sent, FileStorage):
        raise ValidationError([Sentence(NO_FILE)])


class PaperSent(shapes.Shape):
    """The file, and which paper it is."""

    file = Upload(
        required=True, validate=a_file, error_messages={"required": [Sentence(shapes.MISSING)]},
        metadata={"description": N_("材料的文件")},
    )  # fmt: skip
    field = shapes.Text(
        required=True, validate=shapes.most(60), metadata=says(N_("是哪一种材料"), "site_plan")
    )


@attachments.call(
    "POST", "/cases/<address>/attachments", N_("上传材料"), scope=TokenScope.CASES_WRITE, more=MORE, takes=FILES
)  # fmt: skip
@attachments.arguments(PaperSent, location="multipart")
@attachments.response(201, case_told.AttachmentShape)
def attach(sent: dict[str, Any], address: str) -> Response | dict[str, Any]:
    """Keep a file with the case until a step hands it in."""
    now, upload = clock.now(), sent["file"]
    shown = case_told.opened(address, now=now)
    try:
        paper = papers.attach(
            db.session(), shown.case, sent["field"], cast(BinaryIO, upload.stream), name=upload.filename or "",
            actor=current_user.actor, now=now, house=house(),
        )  # fmt: skip
    except Refused as refused:
        if isinstance(refused, NotYours) or refused.code == IN_THE_WAY:
            raise
        status = STATUSES.get(refused.code, 422)
        fields = {"file": refused.sentence} if status == 422 else None
        return problem(status, None if fields else refused.sentence, code=refused.code, fields=fields)
    return case_told.attachment(shown, paper)


@attachments.call(
    "GET", "/cases/<address>/attachments/<int:paper_id>", N_("下载材料"), scope=TokenScope.CASES_READ
)
@attachments.doc(
    responses={
        "200": {
            "description": N_("文件，与上传时一字不差"),
            "content": {
                kind: {"schema": {"type": "string", "format": "binary"}}
                for kind in ("application/pdf", "image/jpeg", "image/png")
            },
        }
    }
)
def download(address: str, paper_id: int) -> Response:
    """The file as it was handed up."""
    shown = case_told.opened(address, now=clock.now())
    paper = papers.one(db.session(), shown.case, paper_id) if paper_id <= shapes.BIGGEST_ID else None
    if paper is None or not foreign_records.may_open(shown.case, shown.actor, paper.field):
        raise NotYours
    content = house().storage.read_verified(paper.storage_key)
    return send_file(BytesIO(content), mimetype=paper.type, as_attachment=True, download_name=paper.name)
