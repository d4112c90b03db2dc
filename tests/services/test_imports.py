"""Files of penalties and licences: checked, decided on, written row by row, idempotent, never half. Values by hand.

Everything happens on Friday 2026-09-18 unless a test says otherwise.
"""

import csv
import io
from decimal import Decimal

import openpyxl
import pytest
from sqlalchemy import func, select

from tests.factories import NOW, RULEBOOK, TODAY, legal
from tests.services.import_samples import HEALTH, MARKET, OFFICE, handed_in, licences, many, penalties
from workflow_app import importing
from workflow_app.domain import clock
from workflow_app.domain.refusals import NotYours, Refused
from workflow_app.domain.words import Sentence
from workflow_app.models.outbox import Message
from workflow_app.models.party import Subject
from workflow_app.models.record import CreditRecord, ImportRun, Licence, RecordChange
from workflow_app.services.imports import import_decisions, import_file, import_lists
from workflow_app.services.imports.imports import stage
from workflow_app.services.records import record_proposals


def carried(database, house, run_id, *, now=NOW):
    """The run after its pass, detached."""
    with clock.fixed(now), database.reading() as session:
        importing.carry(session, run_id, house, goes_on=lambda run: True)
        session.commit()
        return session.get_one(ImportRun, run_id)


def tally(run):
    return tuple(getattr(run, name) for name in ("created", "updated", "unchanged", "rejected"))


def done(database, house, content, *, head="head", now=NOW, **more):
    """A file handed in, checked, confirmed by the head and written."""
    with database.writing() as session:
        run = handed_in(session, database.world, house, content, now=now, **more)
        run_id, ref = run.id, run.ref
    run = carried(database, house, run_id, now=now)
    if stage(run) != "waiting":
        return run
    with database.writing() as session:
        import_decisions.confirm(session, ref, actor=database.world.actors[head], now=now)
    return carried(database, house, run_id, now=now)


def faults(run):
    """Line, column, what is wrong and how to mend it, in the source language."""
    found = [import_file.fault_from_json(stored) for stored in run.faults if not stored["is_warning"]]
    return [(fault.line, fault.column, str(fault.problem), str(fault.mend)) for fault in found]


def only_fault(run):
    assert tally(run) == (0, 0, 0, 1)
    ((_, column, problem, mend),) = faults(run)
    return column, problem, mend


def the_record(session):
    return session.scalars(select(CreditRecord)).one()


# --- checked first, then decided on, then written


def test_a_file_is_only_checked_until_the_head_of_the_unit_agrees(database, house):
    with database.writing() as session:
        run = handed_in(
            session, database.world, house, penalties({}, {"CF_WSH": "8号", "CF_JDRQ": "9/18/2026"}), now=NOW
        )
        run_id, ref = run.id, run.ref
    run = carried(database, house, run_id)
    assert (stage(run), tally(run), run.rows) == ("waiting", (1, 0, 0, 1), 2)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(CreditRecord)) == 0
        assert session.scalar(select(func.count()).select_from(Subject)) == 3
    with database.writing() as session:
        import_decisions.confirm(session, ref, actor=database.world.actors["head"], now=NOW)
    run = carried(database, house, run_id)
    assert (stage(run), tally(run)) == ("done", (1, 0, 0, 1))
    with database.reading() as session:
        record = the_record(session)
        assert (record.kind, record.decision_no, record.decided_on.isoformat()) == (
            "penalty",
            "津河东市监罚〔2026〕7号",
            "2026-09-10",
        )
        assert (record.title, record.class_, record.class_standard, record.scope) == (
            "经营超过保质期的食品",
            "general",
            "",
            "public",
        )
        assert [(item.kind, item.amount) for item in record.items] == [
            ("warning", None),
            ("fine", Decimal("1.5")),
        ]
        assert (record.min_end_on.isoformat(), record.max_end_on.isoformat()) == ("2026-12-10", "2027-09-10")
        assert (record.import_run_id, record.recorded_at, record.is_special_field) == (run_id, NOW, False)
        assert (record.subject.kind, record.subject.name, record.unit_id) == (
            "legal", "天津示范商贸有限公司", database.world.units["market"],
        )  # fmt: skip


def test_whoever_handed_a_file_in_never_decides_on_it_and_only_a_head_of_that_unit_does(sqlite, house):
    actors = sqlite.world.actors
    with sqlite.writing() as session:
        run = handed_in(session, sqlite.world, house, penalties({}), by="head", now=NOW)
        run_id, ref = run.id, run.ref
    assert stage(carried(sqlite, house, run_id)) == "waiting"
    with sqlite.writing() as session:
        for who in ("handler", "clerk", "lead", "other_head", "owner"):
            with pytest.raises(NotYours):
                import_decisions.confirm(session, ref, actor=actors[who], now=NOW)
        with pytest.raises(Refused, match="这是您自己交来的文件，需要本单位另一位负责人复核。"):
            import_decisions.confirm(session, ref, actor=actors["head"], now=NOW)
        run = import_lists.by_ref(session, ref, actors["head"])
        assert [who for who in actors if import_decisions.may_decide(run, actors[who])] == [
            "second_head",
            "handler_and_head",
        ]


def test_a_file_that_is_sent_back_writes_nothing_and_says_why(sqlite, house):
    with sqlite.writing() as session:
        run = handed_in(session, sqlite.world, house, penalties({}), now=NOW)
        run_id, ref = run.id, run.ref
    carried(sqlite, house, run_id)
    head = sqlite.world.actors["head"]
    with sqlite.writing() as session:
        with pytest.raises(Refused, match="请写明理由"):
            import_decisions.reject(session, ref, why="  ", actor=head, now=NOW)
        import_decisions.reject(session, ref, why="金额要再核对。", actor=head, now=NOW)
        with pytest.raises(Refused, match="现在不在等待复核"):
            import_decisions.confirm(session, ref, actor=head, now=NOW)
    run = carried(sqlite, house, run_id)
    assert (stage(run), run.decision_why) == ("rejected", "金额要再核对。")
    with sqlite.reading() as session:
        assert session.scalar(select(func.count()).select_from(CreditRecord)) == 0


def test_a_file_that_waits_is_taken_back_by_its_sender_alone_and_can_then_be_handed_in_again(sqlite, house):
    actors = sqlite.world.actors
    with sqlite.writing() as session:
        run = handed_in(session, sqlite.world, house, penalties({}), now=NOW)
        run_id, ref = run.id, run.ref
    carried(sqlite, house, run_id)
    with sqlite.writing() as session:
        with pytest.raises(Refused, match="同一个文件已经在 2026 年 9 月 18 日 交来，还没有办完。"):
            handed_in(session, sqlite.world, house, penalties({}), now=NOW)
        with pytest.raises(NotYours):
            import_decisions.take_back(session, ref, actor=actors["second_handler"], now=NOW)
        import_decisions.take_back(session, ref, actor=actors["handler"], now=NOW)
        assert stage(handed_in(session, sqlite.world, house, penalties({}), now=NOW)) == "checking"


# --- the same again, and corrections


def test_the_same_file_again_changes_nothing_and_is_recognised(database, house):
    first = done(database, house, many(5))
    again = done(database, house, many(5), now=legal("2026-09-21"))
    assert (tally(first), tally(again), stage(again)) == ((5, 0, 0, 0), (0, 0, 5, 0), "done")
    with database.reading() as session:
        assert import_lists.same_before(session, session.get_one(ImportRun, again.id)).id == first.id
        assert session.scalar(select(func.count()).select_from(RecordChange)) == 0


def test_a_number_written_with_other_brackets_is_the_same_decision(sqlite, house):
    done(sqlite, house, penalties({}))
    assert tally(done(sqlite, house, penalties({"CF_WSH": "津河东市监罚 [2026] 7号"}))) == (0, 0, 1, 0)


def test_a_changed_row_corrects_the_record_and_leaves_old_and_new_with_the_run(database, house):
    done(database, house, penalties({}))
    run = done(
        database,
        house,
        penalties(
            {
                "CF_NR": "吊销许可证。",
                "CF_CFLB": "吊销许可证件",
                "CF_NR_FK": "",
                "CF_NR_ZKDX": "食品经营许可证 1号",
            }
        ),
    )
    assert tally(run) == (0, 1, 0, 0)
    with database.reading() as session:
        record = the_record(session)
        assert (record.class_, [(i.kind, i.what) for i in record.items]) == (
            "serious",
            [("revoked_licence", "食品经营许可证 1号")],
        )
        changes = {row.field: (row.old, row.new) for row in session.scalars(select(RecordChange))}
        assert changes == {
            "content": ("警告，罚款一万五千元。", "吊销许可证。"),
            "items": ("警告；罚款 1.5", "吊销许可证件 食品经营许可证 1号"),
            "class_": ("general", "serious"),
        }
        row = session.scalars(select(RecordChange)).first()
        assert row.why == f"批量导入“九月.csv”（批次 {run.ref}）"
        assert row.by_id == database.world.people["head"]


def test_the_class_that_the_unit_chose_stays(sqlite, house):
    done(sqlite, house, penalties({}))
    with sqlite.writing() as session:
        the_record(session).class_standard = "《食品安全失信分类标准》第三条"
    run = done(sqlite, house, penalties({"CF_CFLB": "吊销许可证件", "CF_NR_FK": "", "CF_NR_ZKDX": "1号"}))
    assert tally(run) == (0, 1, 0, 0)
    with sqlite.reading() as session:
        assert the_record(session).class_ == "general"


def test_a_record_that_is_down_is_not_corrected_but_may_stand_in_the_table(sqlite, house):
    done(sqlite, house, penalties({}))
    with sqlite.writing() as session:
        the_record(session).publicity_ended_at = NOW
    assert tally(done(sqlite, house, penalties({}), name="b.csv")) == (0, 0, 1, 0)
    run = done(sqlite, house, penalties({"CF_NR": "罚款。"}))
    assert only_fault(run) == ("", "这条记录已经停止公示，不能再更正。", "请从表里删去这一行。")


# --- whose row it is


@pytest.mark.parametrize(
    ("change", "column", "problem"),
    [
        ({"CF_CFJGDM": HEALTH}, "CF_CFJGDM", f"作出决定的机关不是示范区市场监管局（它的代码是 {MARKET}）。"),
        ({"CF_SJLYDM": HEALTH}, "CF_SJLYDM", f"数据来源单位不是示范区市场监管局（它的代码是 {MARKET}）。"),
    ],
)
def test_a_unit_hands_in_only_its_own_decisions(sqlite, house, change, column, problem):
    run = done(sqlite, house, penalties(change))
    assert only_fault(run) == (
        column, problem, "只能导入本单位作出的决定。其他单位的决定请由那个单位报送，或者交信用办导入。",
    )  # fmt: skip


def test_the_office_may_be_the_source_of_a_units_decision(sqlite, house):
    assert tally(done(sqlite, house, penalties({"CF_SJLYDM": OFFICE}))) == (1, 0, 0, 0)


def test_the_clerks_file_of_several_units_goes_to_each_unit_and_is_decided_on_by_the_lead(sqlite, house):
    stranger = "11120102MB0000009R"
    content = penalties(
        {}, {"CF_CFJGDM": HEALTH, "CF_WSH": "津卫罚〔2026〕1号"}, {"CF_CFJGDM": stranger, "CF_WSH": "9号"}
    )
    run = done(sqlite, house, content, unit=None, by="clerk", head="lead")
    assert (stage(run), tally(run)) == ("done", (2, 0, 0, 1))
    with sqlite.reading() as session:
        found = dict(session.execute(select(CreditRecord.decision_no, CreditRecord.unit_id)).all())
        assert found == {
            "津河东市监罚〔2026〕7号": sqlite.world.units["market"], "津卫罚〔2026〕1号": sqlite.world.units["health"],
        }  # fmt: skip


def test_a_row_never_changes_another_units_record(sqlite, house):
    done(
        sqlite,
        house,
        penalties({"CF_CFJGDM": HEALTH, "CF_SJLYDM": HEALTH}),
        unit="health",
        by="other_handler",
        head="other_head",
    )
    run = done(sqlite, house, penalties({"CF_NR": "罚款。"}))
    assert only_fault(run) == (
        "CF_WSH", "这份决定已经由示范区卫健委报送过。", "只有报送的单位能改它，请核对文号，或联系那个单位。",
    )  # fmt: skip


# --- whom it concerns


def test_another_name_for_a_known_code_is_told_with_both_names(sqlite, house):
    done(sqlite, house, penalties({}))
    run = done(sqlite, house, penalties({"CF_XDR_MC": "天津另一家有限公司", "CF_WSH": "9号"}))
    assert only_fault(run) == (
        "CF_XDR_MC", "这个代码登记的名称是“天津示范商贸有限公司”，表里写的是“天津另一家有限公司”。",
        "请核对代码和名称。企业改过名的，请先联系信用办更正登记的名称，再导入。",
    )  # fmt: skip


def test_two_names_for_one_code_within_a_file_are_found_before_anything_is_written(sqlite, house):
    with sqlite.writing() as session:
        content = penalties({}, {"CF_XDR_MC": "天津另一家有限公司", "CF_WSH": "9号"})
        run_id = handed_in(session, sqlite.world, house, content, now=NOW).id
    run = carried(sqlite, house, run_id)
    assert (stage(run), tally(run), faults(run)[0][0]) == ("waiting", (1, 0, 0, 1), 3)


PERSON = {
    "CF_XDR_MC": "林霜降", "CF_XDR_LB": "自然人", "CF_XDR_SHXYM": "", "CF_XDR_ZJLX": "身份证",
    "CF_XDR_ZJHM": "11010519491231002X",
}  # fmt: skip


def test_a_natural_persons_record_is_not_for_the_public_and_a_wrong_name_does_not_betray_the_right_one(
    sqlite, house
):
    assert tally(done(sqlite, house, penalties(PERSON))) == (1, 0, 0, 0)
    with sqlite.reading() as session:
        assert (the_record(session).scope, the_record(session).subject.kind) == ("limited", "individual")
    run = done(sqlite, house, penalties(PERSON | {"CF_XDR_MC": "李立秋", "CF_WSH": "9号"}))
    column, problem, _ = only_fault(run)
    assert (column, problem) == ("CF_XDR_MC", "这个证件号码登记的姓名和表里的不一样。")


def test_personal_data_in_the_text_of_a_firms_row_keeps_it_out_and_names_each_column(sqlite, house):
    run = done(
        sqlite, house, penalties({"CF_SY": "联系电话 13812345678。", "CF_NR": "证件 11010519491231002X。"})
    )
    assert tally(run) == (0, 0, 0, 1)
    assert [(column, problem.partition("，")[0]) for _, column, problem, _ in faults(run)] == [
        ("CF_SY", "“违法事实”从第 6 个字起像是手机号"), ("CF_NR", "“处理内容”从第 4 个字起像是身份证号码"),
    ]  # fmt: skip


def test_a_text_that_is_too_long_for_a_record_is_told_and_not_cut(sqlite, house):
    run = done(sqlite, house, penalties({"CF_WFXW": "超" * 301}))
    assert only_fault(run) == (
        "CF_WFXW",
        "这一格有 301 个字，最多 300 个字。",
        "请缩短到主要内容，全文以决定书为准。",
    )


def test_a_decision_without_rules_for_its_day_is_rejected_and_one_under_order_58_is_to_be_checked(
    sqlite, house
):
    run = done(
        sqlite,
        house,
        penalties({"CF_JDRQ": "2023-04-30"}, {"CF_WSH": "8号", "CF_JDRQ": "2026-03-31"}, {"CF_WSH": "9号"}),
    )
    assert (tally(run), [line for line, *_ in faults(run)]) == ((2, 0, 0, 1), [2])
    with sqlite.reading() as session:
        assert import_lists.older_than_order_36(session, session.get_one(ImportRun, run.id)) == 1


# --- files as a whole, and what comes back


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        ("姓名,年龄\n甲,3\n".encode(), "a.csv", "没有找到行政处罚的表头。"),
        ("CF_XDR_MC,CF_XDR_LB,CF_WSH\n甲,企业,3\n".encode(), "a.csv", "表格缺少必填的列："),
        (b"PK\x03\x04 broken", "a.xlsx", "这个 XLSX 文件读不出来，可能已损坏。"),
        (b"\xff\xfe\x81\x81\x81", "a.csv", ""),
    ],
)
def test_a_file_that_cant_be_read_is_refused_whole_and_says_why(sqlite, house, content, name, told):
    with sqlite.writing() as session:
        run_id = handed_in(session, sqlite.world, house, content, name=name, now=NOW).id
    run = carried(sqlite, house, run_id)
    assert (stage(run), tally(run)) == ("refused", (0, 0, 0, 0))
    assert str(Sentence.from_json(run.refusal)).startswith(told)


def test_the_rejected_rows_come_back_as_a_file_that_is_mended_and_handed_in_again(database, house):
    content = penalties(
        {}, {"CF_WSH": "8号", "CF_JDRQ": "9/18/2026"}, {"CF_WSH": "9号", "CF_CFLB": "记过", "BZ": "=1+1"}
    )
    run = done(database, house, content)
    assert tally(run) == (1, 0, 0, 2)
    back = import_file.write_rejected(
        house.storage, run.rejected_key, kind="penalties", format_="csv", say=str
    )
    head, *rows = csv.reader(io.StringIO(back.decode("utf-8-sig")))
    assert head[:4] == ["行号", "问题", "怎样改", "CF_XDR_MC"]
    assert [row[0] for row in rows] == ["3", "4"]
    assert rows[1][head.index("BZ")] == "'=1+1"
    mended = back.decode("utf-8-sig").replace("9/18/2026", "2026-09-18").replace("记过", "警告；罚款")
    assert tally(done(database, house, mended.encode("utf-8-sig"))) == (2, 0, 0, 0)


def test_the_rejected_rows_of_several_portions_stand_in_the_order_of_the_file_and_run_nothing_in_a_workbook(
    sqlite, house
):
    run = done(sqlite, house, many(450, CF_JDRQ="=HYPERLINK(1)"))
    assert (tally(run), len(run.faults)) == ((0, 0, 0, 450), 50)
    back = import_file.write_rejected(
        house.storage, run.rejected_key, kind="penalties", format_="xlsx", say=str
    )
    rows = list(openpyxl.load_workbook(io.BytesIO(back)).active.iter_rows())
    assert [rows[place][0].value for place in (1, 200, 201, 450)] == ["2", "201", "202", "451"]
    assert {cell.data_type for row in rows for cell in row if cell.value} == {"s"}


# --- licences


def test_licences_are_written_at_once_corrected_and_recognised(database, house):
    first = done(database, house, licences({}, {"XK_WSH": "4号", "XK_YXQZI": "长期"}), kind="licences")
    assert (stage(first), tally(first)) == ("done", (2, 0, 0, 0))
    again = done(
        database,
        house,
        licences({"XK_NR": "准予热食制售。"}, {"XK_WSH": "4号", "XK_YXQZI": "长期"}),
        kind="licences",
    )
    assert tally(again) == (0, 1, 1, 0)
    with database.reading() as session:
        found = {row.decision_no: row for row in session.scalars(select(Licence))}
        kept = found["津河东市监许〔2026〕3号"]
        assert (kept.document_name, kept.kind, kept.certificate_no) == (
            "食品经营许可决定书",
            "普通",
            "JY11201020000001",
        )
        assert (kept.content, kept.valid_to.isoformat(), kept.import_run_id) == (
            "准予热食制售。",
            "2031-09-09",
            first.id,
        )
        assert found["4号"].valid_to.isoformat() == "2099-12-31"


def test_a_proposal_that_waits_keeps_the_table_from_changing_the_record(sqlite, house):
    done(sqlite, house, penalties({}))
    with sqlite.writing() as session:
        actor, record = sqlite.world.actors["handler"], the_record(session)
        record_proposals.propose_withdrawal(
            session, record, why="决定被撤销。", known_on=record.decided_on, actor=actor, now=NOW, today=TODAY,
            rulebook=RULEBOOK,
        )  # fmt: skip
    run = done(sqlite, house, penalties({"CF_NR": "罚款。"}))
    assert only_fault(run)[1] == "这条记录有一项更正或者撤回等待复核。"


def test_each_new_record_gets_its_repair_notice_one_after_the_other_and_a_correction_gets_none(sqlite, house):
    done(
        sqlite,
        house,
        penalties(
            {},
            {"CF_WSH": "8号"},
            {"CF_WSH": "9号", "CF_JDRQ": "2023-05-01", "CF_CFLB": "警告", "CF_NR_FK": ""},
        ),
    )
    done(sqlite, house, penalties({"CF_NR": "罚款。"}), name="b.csv")
    with sqlite.reading() as session:
        asked = session.scalars(
            select(Message).where(Message.kind == "repair_notice").order_by(Message.id)
        ).all()
        records = dict(session.execute(select(CreditRecord.id, CreditRecord.decision_no)).all())
        assert [(records[m.payload["record_id"]], (m.due_at - NOW).total_seconds()) for m in asked] == [
            ("津河东市监罚〔2026〕7号", 0), ("8号", 2),
        ]  # fmt: skip
