"""The public records for machines: the same lines, the same filters and the same marks as the page 处罚与名单公示.

Shows lines of `services.records.publication` only, which are masked. Never kept by whoever passes an answer on without asking
again, so that a mark that was put a moment ago is seen; asking again is cheap (ETag).
"""

from datetime import date
from typing import Any

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from ..domain import clock
from ..domain.intake.kinds import TITLES as PENALTIES
from ..domain.intake.kinds import PenaltyKind
from ..domain.publicity_period import NAMES
from ..domain.record_words import KINDS
from ..domain.words import N_, Sentence
from ..extensions import db
from ..services import keyset
from ..services.cases import lookup
from ..services.objections import correction_notices
from ..services.objections.correction_notices import Notice
from ..services.records import publication, records
from ..services.records.marks import Mark
from ..services.records.publication import Line
from ..web.commitments.publicity import class_name
from ..web.house import house
from ..web.ui import say, say_whole
from .problems import problem
from .public_records import PublicityQuery, PublicRecordShape, PublicRecordsShape
from .room import Room

publicity = Room("publicity_api", __name__, title=N_("处罚与名单公示"), often="120 per minute")
FILTERS = ("text", "kind", "class", "unit")
NO_SUCH_KIND = N_("没有这个信息种类 kind。可用的是 penalty、serious_list、abnormal_list、other。")
NO_SUCH_CLASS = N_("没有这个类别 class。可用的是 minor、general、serious。")
NO_SUCH_PLACE = N_("cursor 不是上一页给出的值。请从第一页重新读取。")
WHAT_IS_SHOWN = N_(
    "与公示页面逐项相同，逐项遮盖，标注是这一刻的。自然人、不公示的，以及已经修复、到期或者撤下的，既不列出，也查不到。"
    "不要不经询问就重复使用：带上 If-None-Match 再问，没有变化时答复 304。"
)


@publicity.call("GET", "/publicity", N_("公示的处罚与名单信息"), more=WHAT_IS_SHOWN)
@publicity.arguments(PublicityQuery, location="query")
@publicity.response(200, PublicRecordsShape)
def listed(sent: dict[str, str]) -> dict[str, Any] | BaseResponse:
    """One page of the public records, the newest finding first."""
    asked = {name: lookup.tidy(sent[name]) for name in FILTERS}
    cursor = sent["cursor"]
    if wrong := faults(asked, cursor):
        return problem(422, fields=wrong)
    wanted = publication.Wanted(asked["text"], asked["kind"], asked["class"], asked["unit"])
    found = publication.page(db.session(), wanted, today=today(), cursor=cursor)
    kept: dict[str, Any] = {name: value for name, value in asked.items() if value}
    following = url_for("publicity_api.listed", **kept, cursor=found.following) if found.following else ""
    next_page = house().site_url + following if following else ""
    return {"records": [as_json(line) for line in found.lines], "next": next_page}


@publicity.call("GET", "/publicity/<ref>", N_("一条公示信息和它的更正"), more=WHAT_IS_SHOWN)
@publicity.response(200, PublicRecordShape)
def one(ref: str) -> dict[str, Any]:
    """One public record with what was corrected in it."""
    line = publication.line(db.session(), ref, today=today())
    notices = correction_notices.of_record(db.session(), ref, today=today())
    return as_json(line) | {"corrections": [correction(notice) for notice in notices]}


def faults(asked: dict[str, str], cursor: str) -> dict[str, Sentence]:
    """The parameters that are wrong, each with its sentence."""
    found = {
        "kind": bool(asked["kind"]) and asked["kind"] not in KINDS and NO_SUCH_KIND,
        "class": bool(asked["class"]) and asked["class"] not in NAMES and NO_SUCH_CLASS,
        "cursor": bool(cursor) and keyset.read(cursor) is None and NO_SUCH_PLACE,
    }
    return {name: Sentence(text) for name, text in found.items() if text}


def as_json(line: Line) -> dict[str, Any]:
    """A line as other systems read it: codes beside words, days in ISO 8601, amounts in 万元 as text."""
    named = class_name(line)
    return {
        "ref": line.ref,
        "address": f"{house().site_url}/publicity/{line.ref}",
        "holder": {"name": line.subject_name, "code": line.subject_code},
        "kind": line.kind,
        "kind_title": say(KINDS[line.kind]),
        "decision_number": line.decision_no,
        "decided_on": line.decided_on,
        "decided_by": {"name": line.unit_name, "code": line.unit_code},
        "title": line.title,
        "behaviour": line.behaviour,
        "basis": line.basis,
        "content": line.content,
        "parts": [part(one) for one in line.parts],
        "class_": line.class_ if named else "",
        "class_title": say(named) if named else "",
        "published_from": line.from_on,
        "repair_from": line.may_apply_from,
        "published_until": line.max_end_on,
        "is_past_its_end": line.is_past_its_end,
        "marks": [mark(one) for one in line.marks],
    }


def part(found: publication.Part) -> dict[str, Any]:
    """One penalty of a decision."""
    amount = None if found.amount is None else records.told(found.amount)
    return {
        "kind": found.kind, "title": say(PENALTIES[PenaltyKind(found.kind)]), "amount": amount, "what": found.what,
    }  # fmt: skip


def mark(found: Mark) -> dict[str, Any]:
    """One kind of mark that stands."""
    return found.as_json() | {"title": say_whole(found.title)}


def correction(found: Notice) -> dict[str, Any]:
    """One notice of what was corrected."""
    return {
        "at": found.published_at,
        "fields_": [
            {"field": line.field, "old": line.old or None, "new": line.new} for line in found.corrections
        ],
    }


def today() -> date:
    """The legal day of the question."""
    return clock.legal_day(clock.now())


@publicity.after_request
def asked_again(response: Response) -> BaseResponse:
    """An answer is never used again without asking; 304 for one who has it."""
    if response.status_code != 200:
        return response
    response.headers["Cache-Control"] = "no-cache"
    response.vary.add("Accept-Language")
    response.add_etag()
    return response.make_conditional(request)
