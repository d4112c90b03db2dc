"""What goes out: each column from its place, nobody named who must not be, the same file for the same days.

The world's Friday is 2026-09-18.
"""

import csv
import io
import json
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

from tests.factories import RULEBOOK, case_in, legal, record
from workflow_app.domain.refusals import Refused
from workflow_app.models.commitment import CommitmentPublicity
from workflow_app.models.lists import ListEntry, ListType
from workflow_app.models.party import AccountEvent, Person
from workflow_app.models.record import PenaltyItem
from workflow_app.services.exchange import fields, out, target_rows, written
from workflow_app.services.records import records

ASKED = {"from_on": date(2026, 9, 1), "to_on": date(2026, 9, 30)}
DOCS = Path(__file__).parents[2] / "docs" / "exchange.md"


def asked(kind, **more):
    return out.Asked(kind, **(ASKED | more))


def taken(session, actor, kind, format_="jsonl", **more):
    made = out.file(session, actor, asked(kind, **more), format_)
    return b"".join(written.pieces(made.content)), made


def rows(session, actor, kind, **more):
    return [json.loads(line) for line in taken(session, actor, kind, **more)[0].splitlines()]


def repaired(session, world, subject, *, at="2026-09-10", scope="public", **facts):
    row = record(
        session, subject_id=world.subjects[subject], unit_id=world.units["market"], scope=scope,
        title="未按规定公示价格", content="林霜降门店罚款，电话 13800000001",
    )  # fmt: skip
    row.items = [PenaltyItem(kind="fine", amount=1), PenaltyItem(kind="warning")]
    changed = {"repaired_at": legal(at), "publicity_ended_at": legal(at), "ended_how": "repaired", **facts}
    records.change(session, row, changed, why="修复", by_id=None, now=legal(at), rulebook=RULEBOOK)
    return row


def test_a_repair_stands_with_the_codes_of_the_national_list_and_its_four_facts(database):
    world, actors = database.world, database.world.actors
    with database.writing() as session:
        later = {
            name: legal("2026-09-16")
            for name in ("sharing_stopped_at", "measures_lifted_at", "evaluation_updated_at")
        }
        number = repaired(session, world, "firm", **later).decision_no
        repaired(session, world, "citizen", scope="limited", at="2026-09-11")
        repaired(session, world, "other_firm", scope="none")
        repaired(session, world, "other_firm", at="2026-08-31")
    with database.reading() as session:
        second, told = rows(session, actors["lead"], fields.REPAIRS)
        assert told == {
            "CF_XDR_MC": "天津海河示范食品有限公司", "CF_XDR_LB": "法人及非法人组织", "CF_XDR_SHXYM": "91120102MA0DEM010E",
            "CF_XDR_ZJLX": "", "CF_XDR_ZJHM": "", "XF_LB": "行政处罚信息", "CF_WSH": number,
            "CF_WFXW": "未按规定公示价格", "CF_CFLB": "警告；罚款", "CF_NR": told["CF_NR"], "CF_JDRQ": "2026-05-06",
            "CF_YXQ": "", "CF_GSJZQ": "2027-05-06", "CF_CFJG": "示范区市场监管局", "CF_CFJGDM": "11120102MB0000001A",
            "XF_BH": "", "XF_FS": "", "XF_JDRQ": "2026-09-10", "XF_GSRQ": "2026-09-10", "XF_GXRQ": "2026-09-16",
            "XF_CSRQ": "2026-09-16", "XF_PJRQ": "2026-09-16", "XF_WCRQ": "2026-09-16",
            "CF_SJLY": "示范区信用办", "CF_SJLYDM": "11120102MB0000003C", "BZ": "",
        }  # fmt: skip
        assert "13800000001" not in told["CF_NR"]
        assert (second["CF_XDR_MC"], second["CF_XDR_SHXYM"], second["CF_XDR_ZJHM"]) == (
            "林*",
            "",
            "1****************2",
        )
        assert "林霜降" not in second["CF_NR"]
        assert (second["XF_WCRQ"], second["XF_GXRQ"]) == ("", "")
        _, made = taken(session, actors["lead"], fields.REPAIRS)
        assert (made.count, made.subjects) == (2, {world.subjects["citizen"]})
        assert rows(session, actors["other_handler"], fields.REPAIRS) == []
        assert len(rows(session, actors["handler"], fields.REPAIRS)) == 2


def test_a_commitment_has_every_column_of_the_list_for_their_collection(database, house):
    with database.writing() as session:
        case_in(session, "active", database.world, house)
        line = session.scalars(select(CommitmentPublicity)).one()
        line.content = "=1+1"
        made_on, code = line.made_on, line.code
    with database.reading() as session:
        lead = database.world.actors["lead"]
        told = rows(session, lead, fields.COMMITMENTS)[0]
        assert list(told) == [field.code for field in fields.FIELDS[fields.COMMITMENTS]]
        assert (told["code"], told["type"], told["commitment_date"]) == (
            code,
            "审批替代型",
            made_on.isoformat(),
        )
        assert (told["fulfil_status"], told["confirm_unit"], told["content"]) == ("", "", "=1+1")
        as_csv, _ = taken(session, lead, fields.COMMITMENTS, "csv")
        lines = list(csv.DictReader(io.StringIO(as_csv.decode("utf-8-sig"))))
        assert lines == [told | {"content": "'=1+1"}]
        book = openpyxl.load_workbook(io.BytesIO(taken(session, lead, fields.COMMITMENTS, "xlsx")[0]))
        titles, codes, values = book.active.iter_rows(values_only=True)
        assert (titles[:2], codes[:2], values[0]) == (
            ("承诺编码", "承诺人名称"),
            ("code", "subject_name"),
            code,
        )
    with database.writing() as session:
        line = session.scalars(select(CommitmentPublicity)).one()
        line.status, line.unperformed, line.changed_at = "breached_partly", "没有自查", legal("2026-10-12")
        line.confirmed_on, line.type = date(2026, 10, 12), "ZMTD"
    with database.reading() as session:
        assert rows(session, lead, fields.COMMITMENTS) == []
        told = rows(session, lead, fields.COMMITMENTS, to_on=date(2026, 10, 12))[0]
        assert (told["fulfil_status"], told["unperformed"], told["type"]) == (
            "部分履行",
            "没有自查",
            "证明事项型",
        )
        assert (told["confirm_date"], told["confirm_unit"]) == ("2026-10-12", "示范区市场监管局")


def test_entries_and_exits_leave_the_focus_list_out_and_tell_of_what_was_annulled(database, house):
    world = database.world
    with database.writing() as session:
        for number, (kind, how) in enumerate(
            (("serious", ""), ("serious", "early"), ("red", "annulled"), ("focus", "early"))
        ):
            entry(session, world, house, number, kind, how)
    with database.reading() as session:
        lead = world.actors["lead"]
        entered, left = rows(session, lead, fields.LIST_ENTRIES), rows(session, lead, fields.LIST_EXITS)
        assert [(row["MD_MC"], row["MD_LRRQ"], row["MD_CS"]) for row in entered] == [
            ("名单 0", "2026-09-01", "限制评优"), ("名单 1", "2026-09-02", "限制评优"),
        ]  # fmt: skip
        assert [(row["MD_LB"], row["MD_YCFS"], row["MD_YCRQ"], row["MD_WCQK"], row["BZ"]) for row in left] == [
            ("严重失信主体名单", "提前移出", "2026-09-12", "否", ""),
            ("守信激励名单", "经异议核查撤销列入", "2026-09-13", "否", "视为自始未列入"),
        ]  # fmt: skip


def entry(session, world, house, number, kind, how):
    """An entry on a list of its own."""
    kept = ListType(
        key=f"list-{number}", kind=kind, name=f"名单 {number}", name_en="List", unit_id=world.units["market"], level="law",
        basis=["《某法》"], evidence="V", scope="none" if kind == "focus" else "public", standard="x", exit_conditions=[],
        measures=[{"key": "m", "unit": "health", "title": "限制评优", "basis": ""}], proposed_at=legal("2026-01-05"),
    )  # fmt: skip
    session.add(kept)
    session.flush()
    case = case_in(session, "active", world, house)
    session.add(
        ListEntry(
            ref=f"entry-{number}", type_id=kept.id, subject_id=world.subjects["firm"], unit_id=world.units["market"],
            case_id=case.id, behaviour="x", basis="y", measures=["m"], proposed_at=legal("2026-08-01"),
            decided_on=date(2026, 8, 20), listed_on=date(2026, 9, number + 1), exit_how=how,
            exited_at=legal(f"2026-09-1{number + 1}") if how else None,
        )
    )  # fmt: skip
    session.flush()


def test_portions_go_on_where_the_last_ended_and_the_log_says_who_took_what(database):
    world = database.world
    with database.writing() as session:
        for _ in range(5):
            repaired(session, world, "firm")
        whole = rows(session, world.actors["lead"], fields.REPAIRS)
        found, cursor = [], ""
        while cursor is not None:
            some = out.portion(session, world.actors["lead"], asked(fields.REPAIRS), cursor=cursor, size=2)
            found, cursor = found + some.rows, some.following
        assert found == whole
        assert len(whole) == 5
        lead = session.get_one(Person, world.people["lead"])
        out.note(session, asked(fields.REPAIRS), "csv", 5, by=lead, now=legal("2026-09-18"))
        session.flush()
        kept = session.scalars(select(AccountEvent).where(AccountEvent.what == "exchange_taken")).one()
        assert (kept.by_id, kept.note) == (lead.id, "repairs 2026-09-01~2026-09-30 csv 5")


def test_too_many_rows_and_days_the_wrong_way_round_are_refused(sqlite, monkeypatch):
    monkeypatch.setattr(out, "MOST", 1)
    with sqlite.writing() as session:
        repaired(session, sqlite.world, "firm")
        repaired(session, sqlite.world, "firm")
        with pytest.raises(Refused, match="缩短日期范围"):
            taken(session, sqlite.world.actors["lead"], fields.REPAIRS)
    for first, last in (((2026, 9, 2), (2026, 9, 1)), ((2025, 1, 1), (2026, 9, 1)), ((1, 1, 1), (1, 1, 2))):
        with pytest.raises(Refused):
            out.check(out.Asked(fields.REPAIRS, date(*first), date(*last)))


def test_the_book_tells_of_every_field():
    told = DOCS.read_text(encoding="utf-8")
    for kind, columns in fields.FIELDS.items():
        part = told.split(f"<!-- {kind} -->")[1].split("<!-- end -->")[0]
        lines = [
            [cell.strip() for cell in line.split("|")[1:-1]]
            for line in part.splitlines()
            if line.startswith("| `")
        ]
        assert [(code.strip("`"), title) for code, title, *_ in lines] == [
            (one.code, one.title) for one in columns
        ]
        assert [one.code for one in columns if not one.is_filled] == [
            code.strip("`") for code, _, source in lines if source.startswith("没有")
        ]
    part = told.split("<!-- target file -->")[1].split("<!-- end -->")[0]
    named = [line.split("|")[1].strip(" `") for line in part.splitlines() if line.startswith("| `")]
    assert named == [column.code for column in target_rows.LAYOUT.columns]
