"""Papers of a case for those who may see it: download, and taking back what was not handed in yet."""

from io import BytesIO

from flask import Blueprint, Response, redirect, send_file, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from ...domain import clock
from ...domain.refusals import NotYours
from ...extensions import db
from ...services.cases import attachments
from ...services.cases import cases as verbs
from ...services.objections import foreign_records
from ..house import house

papers = Blueprint("papers", __name__, url_prefix="/cases/<address>/attachments")


@papers.get("/<int:paper_id>")
def show(address: str, paper_id: int) -> Response:
    """The file, always as a download: what somebody uploaded is never run as a page of ours."""
    case = verbs.visible(db.session(), address, current_user.actor)
    paper = attachments.one(db.session(), case, paper_id)
    if not foreign_records.may_open(case, current_user.actor, paper.field):
        raise NotYours
    content = house().storage.read_verified(paper.storage_key)
    response = send_file(BytesIO(content), mimetype=paper.type, as_attachment=True, download_name=paper.name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@papers.post("/<int:paper_id>/remove")
def remove(address: str, paper_id: int) -> BaseResponse:
    """Take a paper back before it is handed in."""
    case = verbs.visible(db.session(), address, current_user.actor)
    attachments.take_back(db.session(), case, paper_id, actor=current_user.actor, now=clock.now())
    return redirect(url_for("cases.show", address=address), 303)
