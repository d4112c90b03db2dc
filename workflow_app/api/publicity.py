"""The public records for machines: the same lines, the same filters and the same marks as the page 处罚与名单公示.

Shows lines of `services.records.publication` only, which are masked. Never kept by whoever passes an answer on without asking
again, so that a mark that was put a moment ago is seen; asking again is cheap (ETag).
"""

from datetime import date
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from ..domain import clock
from ..domain.intake.kinds import TITLES as PENALTIES
from ..domain.intake.kinds import PenaltyKind
from ..domain.publicity_period import NAMES
from ..domain.record_words import KINDS
from ..domain.words import N_, Sentence
from ..extensions import db, limiter
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

publicity = Blueprint("publicity_api", __name__, url_prefix="/api/v1/publicity")
OFTEN = "120 per minute"  # per address
FILTERS = ("text", "kind", "class", "unit")
NO_SUCH_KIND = N_("没有这个信息种类 kind。可用的是 penalty、serious_list、abnormal_list、other。")
NO_SUCH_CLASS = N_("没有这个类别 class。可用的是 minor、general、serious。")
NO_SUCH_PLACE = N_("cursor 不是上一页给出的值。请从第一页重新读取。")


@publicity.get("")
@limiter.limit(OFTEN)
def listed() -> BaseResponse:
    """One page of the public records, the newest finding first."""
    asked = {name: lookup.tidy(request.args.get(name, "")) for name in FILTERS}
    cursor = request.args.get("cursor", "")
    if wrong := faults(asked, cursor):
        return problem(422, fields=wrong)
    wanted = publication.Wanted(asked["text"], asked["kind"], asked["class"], asked["unit"])
    found = publication.page(db.session(), wanted, today=today(), cursor=cursor)
    kept: dict[str, Any] = {name: value for name, value in asked.items() if value}
    following = url_for("publicity_api.listed", **kept, cursor=found.following) if found.following else ""
    next_page = house().site_url + following if following else ""
    return answered({"records": [as_json(line) for line in found.lines], "next": next_page})


@publicity.get("/<ref>")
@limiter.limit(OFTEN)
def one(ref: str) -> BaseResponse:
    """One public record with what was corrected in it."""
    line = publication.line(db.session(), ref, today=today())
    notices = correction_notices.of_record(db.session(), ref, today=today())
    return answered(as_json(line) | {"corrections": [correction(notice) for notice in notices]})


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
        "decided_on": line.decided_on.isoformat(),
        "decided_by": {"name": line.unit_name, "code": line.unit_code},
        "title": line.title,
        "behaviour": line.behaviour,
        "basis": line.basis,
        "content": line.content,
        "parts": [part(one) for one in line.parts],
        "class": line.class_ if named else "",
        "class_title": say(named) if named else "",
        "published_from": line.from_on.isoformat(),
        "repair_from": line.may_apply_from.isoformat(),
        "published_until": line.max_end_on.isoformat() if line.max_end_on else None,
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
        "at": found.published_at.isoformat(),
        "fields": [
            {"field": line.field, "old": line.old or None, "new": line.new} for line in found.corrections
        ],
    }


def today() -> date:
    """The legal day of the question."""
    return clock.legal_day(clock.now())


def answered(body: dict[str, Any]) -> BaseResponse:
    """The answer, or 304 for one who has it."""
    response: Response = jsonify(body)
    response.headers["Cache-Control"] = "no-cache"
    response.vary.add("Accept-Language")
    response.add_etag()
    return response.make_conditional(request)
