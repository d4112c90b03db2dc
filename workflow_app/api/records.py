"""Records handed in by machines: a list, or a file with the CF_* columns. The same checks and the same second person.

Nothing is entered by a call alone: a unit's head who is somebody else decides on what was handed in. A row is taken whole
or not at all, and the same list again changes nothing.
"""

import csv
import io
from datetime import timedelta
from typing import Any

from flask import Response, request, send_file
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import UnprocessableEntity

from ..domain import clock
from ..domain.intake.layouts import PENALTIES
from ..domain.intake.sheets import LIMITS
from ..domain.refusals import NotYours, Refused
from ..domain.scopes import TokenScope
from ..domain.words import N_, Sentence
from ..extensions import db
from ..models.party import Unit
from ..models.record import ImportRun
from ..services.imports import import_file, import_lists, imports
from ..services.imports.import_file import Portion
from ..web.house import house
from ..web.ui import say, say_whole
from . import shapes
from .problems import problem
from .room import FILES, Room
from .showing import says

records = Room("records_api", __name__, title=N_("报送信用信息"), often="60 per minute")
MOST_ROWS = 100
LEFT_TO_THE_CALL = timedelta(minutes=10)
"""After this the worker looks whether the call broke off, and goes on where it was."""
MORE = N_(
    "只核对，不直接写入：由本单位另一位负责人在“信息报送”的批量导入里同意以后才写入。每一行要么整行收下，要么说明哪一栏错在哪里、怎样改。"
)
NO_FILE = N_("请在 multipart 请求的 file 中放入 CSV 或 XLSX 文件。")
NO_UNIT = N_("您不能为这个单位报送。请核对 unit，或者向管理员申请权限。")


class ErrorShape(shapes.Shape):
    """One thing wrong in a row."""

    field = shapes.Text(required=True, metadata=says(N_("哪一栏；整行的为空"), "CF_NR_FK"))
    sentence = shapes.Text(required=True, metadata=says(N_("错在哪里，怎样改"), "金额应是数字，以万元计。"))


class RowShape(shapes.Shape):
    """What became of a row."""

    row = shapes.Whole(required=True, metadata=says(N_("第几行，从 1 起"), 1))
    status = shapes.Text(
        required=True, metadata=says(N_("created、updated、unchanged 或 rejected"), "created")
    )
    errors = shapes.Listed(shapes.Part(ErrorShape), required=True, metadata=says(N_("为什么没有收下")))


class RunShape(shapes.Shape):
    """How far what was handed in is."""

    id = shapes.Text(required=True, metadata=says(N_("批次"), "Jq3n0Zk1tTx0"))
    stage = shapes.Text(
        required=True,
        metadata=says(
            N_(
                "checking 核对中，waiting 等待同意，writing 写入中，done 完成，refused、rejected、taken_back 没有写入"
            ),
            "waiting",
        ),
    )
    why = shapes.Text(required=True, allow_none=True, metadata=says(N_("整份没有收下的理由")))
    rows = shapes.Whole(required=True, metadata=says(N_("一共几行"), 2))
    created = shapes.Whole(required=True, metadata=says(N_("新增几行"), 1))
    updated = shapes.Whole(required=True, metadata=says(N_("更正几行"), 0))
    unchanged = shapes.Whole(required=True, metadata=says(N_("没有变化几行"), 0))
    rejected = shapes.Whole(required=True, metadata=says(N_("没有收下几行"), 1))


class ListedRunShape(RunShape):
    """What became of a list, row by row."""

    items = shapes.Listed(shapes.Part(RowShape), required=True, metadata=says(N_("逐行的结果")))


class ListShape(shapes.Shape):
    """A list of penalties."""

    unit = shapes.Text(required=True, metadata=says(N_("报送单位的统一社会信用代码"), "11120102MB00000015"))
    records = shapes.Listed(
        shapes.Columns(),
        required=True,
        validate=shapes.some(MOST_ROWS),
        metadata=says(
            N_("每条一个对象，栏名是 CF_* 字段，值都是文字；最多 100 条"),
            [{"CF_WSH": "津演市监罚〔2026〕40号"}],
        ),
    )


@records.call("POST", "/records", N_("报送一批行政处罚"), more=MORE, scope=TokenScope.RECORDS_WRITE)
@records.arguments(ListShape)
@records.response(202, ListedRunShape)
def hand_in(sent: dict[str, Any]) -> dict[str, Any]:
    """Check a list row by row; a second person decides on it."""
    session, now = db.session(), clock.now()
    content = table_of(sent["records"])
    run = imports.start(
        session, imports.File("api.csv", content), "penalties", unit_id=unit_of_code(session, sent["unit"]),
        by_id=current_user.person_id, now=now, house=house(), waits=LEFT_TO_THE_CALL,
    )  # fmt: skip
    items = checked(session, run)
    return run_of(run) | {"items": items}


@records.call(
    "POST",
    "/records/import",
    N_("报送一份处罚或许可的文件"),
    more=MORE,
    scope=TokenScope.RECORDS_WRITE,
    takes=FILES,
)
@records.doc(
    requestBody={"required": True, "content": {FILES: {"schema": {
        "type": "object", "required": ["file", "unit"],
        "properties": {"file": {"type": "string", "format": "binary"}, "unit": {"type": "string"}},
    }}}}
)  # fmt: skip
@records.response(202, RunShape)
def hand_in_file() -> dict[str, Any] | Response:
    """Keep a file; the worker checks it."""
    upload = request.files.get("file")
    content = upload.read(LIMITS.most_bytes + 1) if upload else b""
    if upload is None or not content:
        return problem(UnprocessableEntity.code, fields={"file": Sentence(NO_FILE)})
    session, name = db.session(), upload.filename or ""
    unit_id = unit_of_code(session, request.form.get("unit", ""))
    kind = import_file.kind_of(content, name)
    run = imports.start(
        session, imports.File(name, content), kind, unit_id=unit_id, by_id=current_user.person_id,
        now=clock.now(), house=house(),
    )  # fmt: skip
    return run_of(run)


@records.call("GET", "/records/import/<ref>", N_("报送的文件办到哪一步"), scope=TokenScope.RECORDS_WRITE)
@records.response(200, RunShape)
def run(ref: str) -> dict[str, Any]:
    """How far a file is."""
    return run_of(import_lists.by_ref(db.session(), ref, current_user.actor))


@records.call(
    "GET", "/records/import/<ref>/rejected.csv", N_("没有收下的行，附理由"), scope=TokenScope.RECORDS_WRITE
)
@records.response(200, {"type": "string", "format": "binary"}, content_type="text/csv")
def rejected(ref: str) -> Response:
    """The rows that were not taken, with what is wrong."""
    found = import_lists.by_ref(db.session(), ref, current_user.actor)
    if found.rejected_key is None:
        raise NotYours
    content = import_file.write_rejected(
        house().storage, found.rejected_key, kind=found.kind, format_="csv", say=say
    )
    return send_file(io.BytesIO(content), mimetype="text/csv", download_name="rejected.csv")


def unit_of_code(session: Session, code: str) -> int:
    """The unit of this code, for which the caller may hand in. Raises Refused."""
    unit = session.scalar(select(Unit).where(Unit.code == code.strip().upper()))
    if unit is None or not imports.may_hand_in(current_user.actor, unit.id):
        raise Refused(NO_UNIT, code="unit")
    return unit.id


def table_of(rows: list[dict[str, str]]) -> bytes:
    """The list as the table that people hand in."""
    columns = list(dict.fromkeys((*PENALTIES.by_code, *(name for row in rows for name in row))))
    target = io.StringIO()
    writer = csv.DictWriter(target, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue().encode()


def checked(session: Session, run: ImportRun) -> list[dict[str, Any]]:
    """Check row after row, and say of each what would become of it."""
    try:
        whole = imports.open_walk(run, now=clock.now(), house=house()).portion(after=0)
    except Refused as refused:
        imports.refuse(session, run.id, refused.sentence, now=clock.now())
        return []
    told = []
    for place, outcome in enumerate(whole.outcomes, 1):
        before = {name: getattr(run, name) for name in imports.TALLY}
        is_last = place == len(whole.outcomes)
        one = Portion(whole.header, whole.row_count, (outcome,), is_last, whole.names)
        imports.carry_on(session, run.id, one, now=clock.now(), house=house())
        status = next(name for name in imports.TALLY if getattr(run, name) > before[name])
        told.append({"row": place, "status": status, "errors": errors_at(run, outcome.row.line)})
    return told


def errors_at(run: ImportRun, line: int) -> list[dict[str, str]]:
    """What is wrong in a line of the table."""
    found = [
        import_file.fault_from_json(one)
        for one in run.faults
        if one["line"] == line and not one["is_warning"]
    ]
    return [{"field": fault.column, "sentence": say_whole(fault.sentence)} for fault in found]


def run_of(found: ImportRun) -> dict[str, Any]:
    """A run as machines read it."""
    return {
        "id": found.ref,
        "stage": imports.stage(found),
        "why": say_whole(Sentence.from_json(found.refusal)) if found.refusal else found.decision_why or None,
        **{name: getattr(found, name) or 0 for name in ("rows", *imports.TALLY)},
    }
