"""What anybody may read of penalties and lists (处罚与名单公示): the list with its search, and one record's page.

Shows lines of `services.records.publication` only, which are masked; no record reaches a page here.
"""

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from ...domain import clock
from ...domain.intake.kinds import TITLES as PENALTIES
from ...domain.intake.kinds import PenaltyKind
from ...domain.publicity_period import NAMES, ORDER_36_FROM, RecordClass
from ...domain.record_words import KINDS
from ...domain.words import N_, Sentence
from ...extensions import db
from ...services.cases import lookup
from ...services.lists import list_lists
from ...services.objections import correction_notices
from ...services.records import licences as permits
from ...services.records import publication, records
from ...services.records.publication import Line, Part
from ..objections import correction_rows, objection_ways
from ..pages import page
from ..public_view import pages
from ..ui import unit_named

publicity = Blueprint("publicity", __name__)
MEANINGS = {
    "objection": N_("有人对这条信息提出异议，正在核查。核查期间继续公示，查明有误的会更正。引用时请注明。"),
    "unclear": N_("有人对这条信息提出过异议，经核查无法核实。引用时请注明。"),
    "review": N_("当事人对原决定申请了行政复议，正在审理。复议期间继续公示。"),
    "lawsuit": N_("当事人对原决定提起了行政诉讼，正在审理。诉讼期间继续公示。"),
}
"""What a mark means for somebody who reads it."""


@publicity.get("/publicity")
def index() -> Response:
    """The public records, the newest finding first."""
    asked = {name: lookup.tidy(request.args.get(name, "")) for name in ("text", "kind", "class_", "unit")}
    wanted, cursor = publication.Wanted(**asked), request.args.get("after", "")
    today = clock.legal_day(clock.now())
    found = publication.page(db.session(), wanted, today=today, cursor=cursor)
    return page(
        "publicity/index.html",
        asked=asked, is_filtered=not wanted.is_anything, kinds=KINDS, classes=NAMES,
        units=publication.unit_names(db.session()), rows=[row(line) for line in found.lines],
        **pages("publicity.index", asked, cursor=cursor, following=found.following),
    )  # fmt: skip


@publicity.get("/publicity/licences")
def licences() -> Response:
    """The public licences, the newest first."""
    text, cursor = lookup.tidy(request.args.get("text", "")), request.args.get("after", "")
    found = permits.page(db.session(), text, cursor=cursor)
    ways = pages("publicity.licences", {"text": text}, cursor=cursor, following=found.following)
    return page("publicity/licences.html", lines=found.lines, text=text, **ways)


@publicity.get("/publicity/corrections")
def corrections() -> Response:
    """What was published and had to be corrected, the newest notice first."""
    cursor, today = request.args.get("after", ""), clock.legal_day(clock.now())
    found = correction_notices.page(db.session(), cursor, today=today)
    rows = [correction_rows.row(notice) for notice in found.notices]
    ways = pages("publicity.corrections", {}, cursor=cursor, following=found.following)
    return page("publicity/corrections.html", rows=rows, **ways)


@publicity.get("/publicity/<ref>")
def show(ref: str) -> Response:
    """One public record; of one whose basis was revoked or that was wrong only that it is gone, and why."""
    session, today = db.session(), clock.legal_day(clock.now())
    gone = publication.withdrawn(session, ref)
    if gone is not None:
        return page("publicity/withdrawn.html", gone=gone)
    line = publication.line(session, ref, today=today)
    told = [correction_rows.row(notice) for notice in correction_notices.of_record(session, ref, today=today)]
    actor = current_user.actor if current_user.is_authenticated else None
    return page(
        "publicity/show.html",
        particulars=particulars(line), corrections=told, meanings=MEANINGS, entry=list_lists.of_record(session, ref, today=today),
        objection_way=objection_ways.from_public(session, ref, actor), **row(line),
    )  # fmt: skip


def row(line: Line) -> dict[str, Any]:
    """One line of the list."""
    return {
        "line": line,
        "url": url_for("publicity.show", ref=line.ref),
        "kind": Sentence(KINDS[line.kind]),
        "class_": class_name(line),
        "marks": line.marks,
    }


def class_name(line: Line) -> Sentence | None:
    """The class in words; decisions under the older order have none."""
    return Sentence(NAMES[RecordClass(line.class_)]) if line.decided_on >= ORDER_36_FROM else None


def particulars(line: Line) -> list[dict[str, Any]]:
    """Everything that is public of a record, by the fields of the national table."""
    rows: tuple[tuple[str, Any], ...] = (
        (N_("相对人名称"), line.subject_name),
        (N_("统一社会信用代码"), line.subject_code),
        (N_("信息种类"), Sentence(KINDS[line.kind])),
        (N_("决定书文号"), line.decision_no),
        (N_("文书日期"), line.decided_on),
        (N_("违法行为类型"), line.title),
        (N_("违法事实"), line.behaviour),
        (N_("认定依据"), line.basis),
        (N_("处罚种类"), [part_told(part) for part in line.parts]),
        (N_("处理内容"), line.content),
        (N_("认定单位"), unit_named(line.unit_name)),
        (N_("认定单位代码"), line.unit_code),
    )
    return [{"title": Sentence(title), "value": value} for title, value in rows if value]


def part_told(part: Part) -> Sentence:
    """One penalty with its amount or what it took."""
    kind = Sentence(PENALTIES[PenaltyKind(part.kind)])
    if part.amount is not None:
        return Sentence(N_("%(kind)s %(amount)s 万元"), kind=kind, amount=records.told(part.amount))
    return Sentence(N_("%(kind)s（%(what)s）"), kind=kind, what=part.what) if part.what else kind
