"""Exchange for machines: what changed, by days, in the field lists of the state; and what targets hold, to be compared.

The same services as the pages: rows with the rights of the token's person, natural persons masked, files kept and compared
by the worker. See docs/exchange.md.
"""

from typing import Any

from flask import Response, abort
from flask_login import current_user
from flask_smorest.fields import Upload
from werkzeug.datastructures import FileStorage

from ..domain import clock
from ..domain.intake.sheets import LIMITS
from ..domain.refusals import NotYours, Refused
from ..domain.scopes import TokenScope
from ..domain.words import N_, Sentence
from ..extensions import db
from ..models.api import TargetFile
from ..services.exchange import difference_lists, fields, out, target_files, written
from ..services.imports import import_file
from ..web.house import house
from ..web.ui import say_whole
from . import shapes
from .problems import problem
from .room import FILES, JSON, Room

exchange = Room("exchange_api", __name__, title=N_("交换文件"))
OF_A_PAGE = 100
MOST_OF_A_PAGE = 200
FORMATS = ("json", *written.FORMATS)
MORE_OF_READING = N_(
    "kind 是 commitments（承诺）、repairs（修复）、list_entries（名单列入）或者 list_exits（名单移出）。"
    "信用办取得全部，部门取得本单位的；自然人的姓名和证件号码隐去。format 是 json 时分页；其他格式一次给出整个文件，最多 20000 行。"
)
MORE_OF_SENDING = N_(
    "CSV、XLSX 或者 JSON lines，一行一份决定，字段见 docs/exchange.md。先收下，由后台对账；用返回的 id 查看结果。"
    "有一行读不出来的，整份不对账。同一天的同一个文件再交一次不重复。"
)


class Asked(shapes.Shape):
    """Which days, in which form."""

    from_on = shapes.Day(
        required=True, data_key="from",
        metadata={"description": N_("从哪天起有变化，含这一天"), "example": "2026-11-01"},
    )  # fmt: skip
    to_on = shapes.Day(
        required=True, data_key="to",
        metadata={"description": N_("到哪天为止，含这一天；最多 366 天"), "example": "2026-11-20"},
    )  # fmt: skip
    format = shapes.Text(
        load_default="json", validate=shapes.one_of(FORMATS),
        metadata={"description": N_("json、csv、xlsx 或者 jsonl；不填是 json"), "example": "json"},
    )  # fmt: skip
    cursor = shapes.Text(
        load_default="", validate=shapes.most(80),
        metadata={"description": N_("上一页的 next；只用于 json"), "example": "2026-11-02T01:00:00+00:00~17"},
    )  # fmt: skip
    limit = shapes.Whole(
        load_default=OF_A_PAGE, validate=shapes.between(1, MOST_OF_A_PAGE),
        metadata={"description": N_("一页最多几行，1 至 200；只用于 json"), "example": 100},
    )  # fmt: skip


BYTES = {"schema": {"type": "string"}}


class ColumnShape(shapes.Shape):
    """A column."""

    code = shapes.Text(required=True, metadata={"description": N_("字段代码"), "example": "CF_XDR_MC"})
    title = shapes.Text(required=True, metadata={"description": N_("字段名称"), "example": "行政相对人名称"})


class RowsShape(shapes.Shape):
    """One page of rows."""

    kind = shapes.Text(required=True, metadata={"description": N_("哪一类"), "example": "commitments"})
    fields_ = shapes.Listed(
        shapes.Part(ColumnShape), required=True, data_key="fields", metadata={"description": N_("这一类的全部字段，按顺序")}
    )  # fmt: skip
    items = shapes.Listed(
        shapes.Anything(), required=True,
        metadata={"description": N_("各行，变化早的在前；每个字段都是文字，没有值时是空的"), "example": []},
    )  # fmt: skip
    next = shapes.Text(
        required=True, allow_none=True, metadata={"description": N_("下一页的 cursor；没有时为 null")}
    )


class FileSent(shapes.Shape):
    """The file, and for which day it counts."""

    file = Upload(
        required=True,
        error_messages={"required": [Sentence(shapes.MISSING)]},
        metadata={"description": N_("对账文件，不超过 50 MB、5 万行")},
    )
    day = shapes.Day(
        metadata={"description": N_("文件说的是哪一天的情况；不填是今天"), "example": "2026-11-20"}
    )


class LineShape(shapes.Shape):
    """What can't be read."""

    line = shapes.Whole(required=True, metadata={"description": N_("第几行；0 是整个文件"), "example": 3})
    field = shapes.Text(
        required=True, metadata={"description": N_("哪个字段；整行的为空"), "example": "state"}
    )
    sentence = shapes.Text(
        required=True, metadata={"description": N_("哪里不对、怎样改"), "example": "“公示状态”没有填。"}
    )


class FileShape(shapes.Shape):
    """A file that was taken in."""

    id = shapes.Whole(required=True, metadata={"description": N_("编号"), "example": 12})
    target = shapes.Text(required=True, metadata={"description": N_("同步对象的代号"), "example": "province"})
    day = shapes.Day(required=True, metadata={"description": N_("哪一天的情况"), "example": "2026-11-20"})
    name = shapes.Text(required=True, metadata={"description": N_("文件名"), "example": "held.csv"})
    sha256 = shapes.Text(required=True, metadata={"description": N_("文件的 SHA-256"), "example": "9f86d0…"})
    state = shapes.Text(
        required=True,
        metadata={
            "description": N_("waiting 等待对账，unreadable 读不出来，compared 已对账"),
            "example": "waiting",
        },
    )
    lines = shapes.Whole(required=True, metadata={"description": N_("几行；对账以前是 0"), "example": 0})
    unreadable = shapes.Listed(
        shapes.Part(LineShape), required=True, metadata={"description": N_("读不出来的地方，最多 50 处")}
    )
    open = shapes.Whole(
        required=True, metadata={"description": N_("这个同步对象现在有几处差异待核对"), "example": 0}
    )


@exchange.call(
    "GET", "/exchange/<kind>", N_("按日期取得交换文件"), scope=TokenScope.EXCHANGE_READ, more=MORE_OF_READING
)
@exchange.doc(
    responses={
        "200": {
            "description": N_("一页，或者整份文件"),
            "content": {JSON: {"schema": RowsShape}} | dict.fromkeys(written.FORMATS.values(), BYTES),
        }
    }
)
@exchange.arguments(Asked, location="query")
@exchange.response(200, RowsShape)
def taken(wish: dict[str, Any], kind: str) -> Response | dict[str, Any]:
    """A page of rows, or a whole file."""
    if kind not in fields.KINDS:
        raise NotYours
    if not out.may_take(current_user.actor):
        abort(403)
    asked = out.Asked(kind, wish["from_on"], wish["to_on"])
    try:
        out.check(asked)
    except Refused as refused:
        return problem(422, fields={refused.code: refused.sentence})
    if wish["format"] != "json":
        return whole(asked, wish["format"])
    found = out.portion(db.session(), current_user.actor, asked, cursor=wish["cursor"], size=wish["limit"])
    current_user.subjects.update(found.subjects)
    columns = [{"code": field.code, "title": field.title} for field in fields.FIELDS[kind]]
    return {"kind": kind, "fields_": columns, "items": found.rows, "next": found.following}


def whole(asked: out.Asked, format_: str) -> Response:
    """The file, made before the answer begins, so that the log knows whose data are in it."""
    made = out.file(db.session(), current_user.actor, asked, format_)
    current_user.subjects.update(made.subjects)
    response = Response(written.pieces(made.content), mimetype=written.FORMATS[format_])
    response.headers.set("Content-Disposition", "attachment", filename=out.name_of(asked, format_))
    return response


@exchange.call(
    "POST", "/exchange/targets/<key>/file", N_("交来一个同步对象的对账文件"), scope=TokenScope.EXCHANGE_WRITE,
    more=MORE_OF_SENDING, takes=FILES,
)  # fmt: skip
@exchange.arguments(FileSent, location="multipart")
@exchange.response(202, FileShape)
def hand_in(told: dict[str, Any], key: str) -> Response | dict[str, Any]:
    """Keep the file; the worker compares it."""
    target, now = target_files.target_of(db.session(), key, current_user.actor), clock.now()
    upload: FileStorage = told["file"]
    content = upload.stream.read(LIMITS.most_bytes + 1)
    sent = target_files.Sent(upload.filename or "", content, told.get("day") or clock.legal_day(now))
    try:
        row = target_files.take_in(
            db.session(), target, sent, by_id=current_user.person_id, now=now, house=house()
        )
    except Refused as refused:
        if refused.code not in ("day", "file"):
            raise
        return problem(422, fields={refused.code: refused.sentence})
    return as_file(row)


@exchange.call(
    "GET",
    "/exchange/targets/<key>/files/<int:file_id>",
    N_("对账文件办到哪一步"),
    scope=TokenScope.EXCHANGE_WRITE,
)
@exchange.response(200, FileShape)
def show(key: str, file_id: int) -> dict[str, Any]:
    """How far a file is, and what can't be read in it."""
    target = target_files.target_of(db.session(), key, current_user.actor)
    row = target_files.one(db.session(), file_id, current_user.actor) if file_id < 2**31 else None
    if row is None or row.target_id != target.id:
        raise NotYours
    return as_file(row)


def as_file(row: TargetFile) -> dict[str, Any]:
    """A file as machines read it."""
    tallies = difference_lists.tallies(db.session(), current_user.actor, today=clock.legal_day(clock.now()))
    faults = [import_file.fault_from_json(stored) for stored in row.unreadable]
    return {
        "id": row.id,
        "target": row.target.key,
        "day": row.day,
        "name": row.name,
        "sha256": row.sha256,
        "state": target_files.stage(row),
        "lines": row.lines,
        "unreadable": [
            {"line": fault.line, "field": fault.column, "sentence": say_whole(fault.sentence)}
            for fault in faults
        ],
        "open": tallies[row.target_id].open if row.target_id in tallies else 0,
    }
