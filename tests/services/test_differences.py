"""A target says what it holds, and every difference gets an owner, three working days and an end.

The files are those of Monday 2026-09-21 and the days after: three working days after the 21st are over on Thursday the 24th.
After the 22nd they are over on Monday the 28th, because Friday the 25th begins a holiday.
"""

import json
import os
from datetime import date

import pytest
from sqlalchemy import select

from tests.factories import RULEBOOK, legal, record
from workflow_app.domain.refusals import Refused
from workflow_app.models.api import Difference, TargetFile
from workflow_app.models.outbox import Message
from workflow_app.models.record import CreditRecord
from workflow_app.models.sync import SyncTarget, SyncTask
from workflow_app.services.exchange import (
    difference_lists,
    difference_notices,
    differences,
    target_files,
    target_rows,
)
from workflow_app.services.records import records
from workflow_app.services.sync import sync, sync_delivery

MONDAY, TUESDAY = legal("2026-09-21"), legal("2026-09-22")
NATIONAL = {
    "key": "national", "name": "国家公示网站", "name_en": "National site", "kind": "national", "deliverer": "file",
    "address": "national", "does": ["end_publicity", "stop_sharing"],
}  # fmt: skip
HEAD = "决定书文号,公示状态,信息类别,认定单位,决定日期,相对人名称,相对人代码,失信程度,公示截止日"
FIRM, OTHER = "天津海河示范食品有限公司,91120102MA0DEM010E", "天津金河示范有限公司,91120102MA0DEM020F"


@pytest.fixture
def world(database):
    """A site, three records of the market authority: one shown, one repaired, one of a citizen; all known since Friday."""
    with database.writing() as session:
        session.add(SyncTarget(**NATIONAL))
        common = {"unit_id": database.world.units["market"]}
        firm = record(
            session, subject_id=database.world.subjects["firm"], decision_no="津示罚〔2026〕1号", **common
        )
        other = record(
            session,
            subject_id=database.world.subjects["other_firm"],
            decision_no="津示罚〔2026〕2号",
            **common,
        )
        record(
            session,
            subject_id=database.world.subjects["citizen"],
            decision_no="津示罚〔2026〕3号",
            scope="limited",
            **common,
        )
        record(session, subject_id=database.world.subjects["firm"], decision_no="津示罚〔2026〕4号", **common)
        ended = {
            "publicity_ended_at": legal("2026-09-18"),
            "repaired_at": legal("2026-09-18"),
            "ended_how": "repaired",
        }
        records.change(
            session, other, ended, why="修复", by_id=None, now=legal("2026-09-18"), rulebook=RULEBOOK
        )
        assert firm.max_end_on == date(2027, 5, 6)
    return database


def hand_in(world, house, content, *, now=MONDAY, name="held.csv", by="clerk", day=None):
    """Hand a file in and let the worker compare it."""
    with world.writing() as session:
        target = session.scalars(select(SyncTarget)).first()
        sent = target_files.Sent(name, content.encode(), day or now.date())
        row = target_files.take_in(session, target, sent, by_id=world.world.people[by], now=now, house=house)
        number = row.id
    with world.reading() as session:
        file = session.get_one(TargetFile, number)
        told = differences.read(file, house=house, now=now)
        found = [] if told.faults else differences.found_in(session, file, told.rows)
    with world.writing() as session:
        if told.faults:
            differences.keep_unreadable(session, number, told, now=now)
        else:
            differences.take(session, number, told, found, now=now, house=house)
    return number


def rows(*lines):
    return "\n".join((HEAD, *lines))


RIGHT = (
    f"津示罚[2026]1 号,公示中,行政处罚信息,示范区市场监管局,2026/5/6,{FIRM},一般,2027-05-06",
    f"津示罚〔2026〕4号,shown,penalty,11120102MB0000001A,2026-05-06,{FIRM},general,2027-05-06",
)
WRONG = (
    f"津示罚〔2026〕1号,公示中,行政处罚信息,示范区市场监管局,2026-05-06,{FIRM},严重,2029-05-06",
    f"津示罚〔2026〕2号,公示中,行政处罚信息,示范区市场监管局,2026-05-06,{OTHER},一般,2027-05-06",
    "津示罚〔2026〕3号,公示中,行政处罚信息,示范区市场监管局,2026-05-06,林霜降,120199199001010012,一般,2027-05-06",
    "外地罚〔2026〕9号,公示中,行政处罚信息,外地某局,2026-05-06,王某某,120199198001010019,一般,",
)


def standing(world, **more):
    """What is open, as kind, decision, field, ours, theirs, owner."""
    with world.reading() as session:
        units = {number: key for key, number in world.world.units.items()}
        found = session.scalars(select(Difference).where(difference_lists.OPEN).order_by(Difference.key))
        return {
            (row.kind, row.decision_no[-2:], row.field, row.ours, row.theirs, units[row.unit_id])
            for row in found
        }


def told(world):
    with world.reading() as session:
        found = session.scalars(
            select(Message).where(Message.kind == "notice", Message.key.startswith("difference"))
        )
        return [(row.payload.get("to", "person"), row.payload["sentence"]["text"][:12]) for row in found]


def test_a_file_that_says_the_same_in_other_words_differs_in_nothing(world, house):
    hand_in(world, house, rows(*RIGHT))
    assert standing(world) == set()
    with world.reading() as session:
        file = session.scalars(select(TargetFile)).one()
        assert (file.lines, file.unreadable, target_files.stage(file)) == (2, [], "compared")


def test_each_difference_has_its_owner_its_day_and_nobody_is_named(world, house):
    hand_in(world, house, rows(*WRONG))
    assert standing(world) == {
        ("differs", "1号", "class", "general", "serious", "market"),
        ("differs", "1号", "shown_until", "2027-05-06", "2029-05-06", "market"),
        ("missing_here", "2号", "", "repaired", "shown", "market"),
        ("missing_here", "3号", "", "person", "shown", "market"),
        ("missing_here", "9号", "", "unknown", "外地某局 1****************9", "office"),
        ("missing_there", "4号", "", "", "none", "market"),
    }
    with world.reading() as session:
        found = session.scalars(select(Difference)).all()
        assert {(row.found_on, row.due_on) for row in found} == {(date(2026, 9, 21), date(2026, 9, 24))}
        assert found[0].explanation[0]["text"]
    assert sorted(told(world)) == [("clerk", "“%(target)s”"), ("unit", "“%(target)s”")]


def test_the_same_difference_stays_one_row_until_a_file_is_without_it_and_a_new_one_when_it_comes_again(
    world, house
):
    hand_in(world, house, rows(WRONG[0], RIGHT[1]))
    hand_in(world, house, rows(WRONG[0].replace("2029-05-06", "2030-05-06"), RIGHT[1]), now=TUESDAY)
    with world.reading() as session:
        kept = session.scalars(select(Difference).order_by(Difference.key)).all()
        assert [(row.field, row.theirs, row.found_on.day, row.due_on.day) for row in kept] == [
            ("class", "serious", 21, 24), ("shown_until", "2030-05-06", 21, 24),
        ]  # fmt: skip
    hand_in(world, house, rows(*RIGHT), now=legal("2026-09-23"))
    assert standing(world) == set()
    hand_in(world, house, rows(WRONG[0], RIGHT[1]), now=legal("2026-09-24"))
    with world.reading() as session:
        all_rows = session.scalars(select(Difference).order_by(Difference.id)).all()
        assert [(row.field, row.found_on.day, row.gone_on and row.gone_on.day) for row in all_rows] == [
            ("class", 21, 23), ("shown_until", 21, 23), ("class", 24, None), ("shown_until", 24, None),
        ]  # fmt: skip


def test_a_file_that_cannot_be_read_says_line_and_reason_and_changes_nothing(world, house):
    hand_in(world, house, rows(*WRONG))
    before = standing(world)
    number = hand_in(
        world,
        house,
        rows(RIGHT[0], RIGHT[0], ",公示中,,,,,,,", "津示罚〔2026〕4号,也许,,,明天,,,,"),
        now=TUESDAY,
    )
    with world.reading() as session:
        file = session.get_one(TargetFile, number)
        lines = [(fault["line"], fault["column"]) for fault in file.unreadable]
        assert lines == [(3, ""), (4, "decision_number"), (5, "state"), (5, "decided_on")]
        assert file.compared_at is None
        assert house.storage.has(file.storage_key)
    assert standing(world) == before
    assert ("person", "“%(target)s”") in told(world)
    for content, name, line in (
        (b'{"decision_number": "1", "state": "shown"}\nnot json\n', "a.jsonl", 2),
        (b'{"decision_number": "1", "state": "shown", "colour": "red"}\n', "a.jsonl", 1),
        (b"[]\n", "a.jsonl", 1),
        (b"", "a.csv", 0),
        (HEAD.encode(), "a.csv", 0),
        (b"PK\x03\x04 no workbook", "a.xlsx", 0),
    ):
        read = target_rows.understood(content, name, today=date(2026, 9, 21))
        assert [fault.line for fault in read.faults] == [line], content


def test_json_lines_are_compared_only_in_the_fields_they_have(world, house):
    with world.reading() as session:
        ref = session.scalars(
            select(CreditRecord.ref).where(CreditRecord.decision_no == "津示罚〔2026〕1号")
        ).one()
    lines = [
        {"record": ref, "decision_number": "1", "state": "shown", "class": "minor"},
        {"decision_number": "津示罚〔2026〕4号", "state": "hidden", "class": None},
    ]
    hand_in(world, house, "\n".join(map(json.dumps, lines)), name="held.jsonl")
    assert standing(world) == {
        ("differs", "1号", "class", "general", "minor", "market"),
        ("missing_there", "4号", "", "", "hidden", "market"),
    }


def test_what_a_target_still_has_days_for_is_no_difference_yet(world, house):
    with world.writing() as session:
        repaired = session.scalars(
            select(CreditRecord).where(CreditRecord.decision_no == "津示罚〔2026〕2号")
        ).one()
        sync.ask(session, repaired, ["end_publicity"], case_id=None, now=MONDAY, rulebook=RULEBOOK)
    hand_in(world, house, rows(*RIGHT, WRONG[1]))
    assert standing(world) == set()
    hand_in(world, house, rows(*RIGHT, WRONG[1]), now=legal("2026-09-23"))
    assert standing(world) == {("missing_here", "2号", "", "repaired", "shown", "market")}


def test_ours_is_right_asks_the_target_again_and_what_does_not_help_is_looked_at_again(world, house):
    hand_in(world, house, rows(*WRONG))
    actors = world.world.actors
    with world.writing() as session:
        by_key = {(row.decision_no[-2:], row.field): row for row in session.scalars(select(Difference))}
        owner = {"actor": actors["handler"], "now": TUESDAY, "house": house}
        with pytest.raises(Refused, match="理由"):
            differences.settle(session, by_key["1号", "class"], "ours", " ", **owner)
        with pytest.raises(Refused, match="所属的单位"):
            differences.settle(session, by_key["9号", ""], "ours", "不是本区的", **owner)
        differences.settle(session, by_key["1号", "class"], "ours", "按决定书为一般", **owner)
        differences.settle(session, by_key["2号", ""], "ours", "已经修复", **owner)
        differences.settle(session, by_key["4号", ""], "theirs", "决定已经变更，去更正", **owner)
        differences.settle(
            session,
            by_key["9号", ""],
            "accepted",
            "对方按外地要求公示",
            actor=actors["clerk"],
            now=TUESDAY,
            house=house,
        )
        with pytest.raises(Refused, match="已经有结果"):
            differences.settle(session, by_key["2号", ""], "accepted", "再看", **owner)
        tasks = session.scalars(select(SyncTask).order_by(SyncTask.id)).all()
        assert [(task.what, task.case_id, task.record.decision_no[-2:]) for task in tasks] == [
            ("correct", None, "1号"), ("end_publicity", None, "2号"),
        ]  # fmt: skip
        assert sync_delivery.corrected(session, tasks[0]) == {
            "corrections": [{"field": "class", "title": "失信程度", "new": "general"}]
        }
    later = rows(*WRONG)
    hand_in(world, house, later, now=legal("2026-09-23"))
    still = {("differs", "1号", "shown_until", "2027-05-06", "2029-05-06", "market"),
             ("missing_here", "3号", "", "person", "shown", "market")}  # fmt: skip
    assert standing(world) == still
    hand_in(world, house, later, now=legal("2026-09-30"))
    assert {row[1] for row in standing(world)} == {"1号", "2号", "3号", "4号"}


def test_after_the_last_day_head_and_lead_are_told_once(world, house):
    hand_in(world, house, rows(WRONG[0], RIGHT[1]))
    with world.writing() as session:
        assert difference_notices.next_late(session, today=date(2026, 9, 24)) is None
        late = difference_notices.next_late(session, today=date(2026, 9, 28))
        difference_notices.tell_late(session, late, now=legal("2026-09-28"))
        assert difference_notices.next_late(session, today=date(2026, 9, 28)) is None
        message = session.scalars(
            select(Message).where(Message.key == f"difference/late/{late.id}/lead")
        ).one()
        assert message.payload["sentence"]["values"]["count"] == 2
    assert sorted(side for side, _ in told(world)) == ["head", "lead", "unit"]


def test_lists_show_a_unit_its_own_and_the_office_all_by_last_day(world, house):
    hand_in(world, house, rows(*WRONG))
    actors = world.world.actors
    with world.reading() as session:

        def numbers(who, **wanted):
            page = difference_lists.page(
                session, actors[who], difference_lists.Wanted(**wanted), today=date(2026, 9, 28), size=4
            )
            return len(page.rows), page.following is not None

        assert numbers("lead") == (4, True)
        assert numbers("handler") == (4, True)
        assert numbers("handler", kind="missing_here") == (2, False)
        assert numbers("other_handler") == (0, False)
        assert numbers("auditor", unit="office") == (1, False)
        assert numbers("lead", tab="overdue", target="national") == (4, True)
        tally = next(
            iter(difference_lists.tallies(session, actors["lead"], today=date(2026, 9, 24)).values())
        )
        assert (tally.open, tally.overdue) == (6, 0)


def test_older_files_future_days_and_targets_that_show_nothing_are_refused(world, house):
    hand_in(world, house, rows(*RIGHT), now=TUESDAY)
    for day, why in ((date(2026, 9, 21), "更早的"), (date(2026, 9, 23), "今天以后")):
        with pytest.raises(Refused, match=why):
            hand_in(world, house, rows(*RIGHT, ""), now=TUESDAY, day=day)
    with world.writing() as session:
        target = SyncTarget(
            key="m", name="m", name_en="m", kind="unit", deliverer="hand", does=["lift_measures"]
        )
        session.add(target)
        session.flush()
        sent = target_files.Sent("a.csv", b"x", date(2026, 9, 22))
        with pytest.raises(Refused, match="不公示"):
            target_files.take_in(session, target, sent, by_id=None, now=TUESDAY, house=house)


def test_files_in_the_folder_are_taken_in_once_and_put_away(world, house):
    inbox = house.sync_folder / "national" / "in"
    inbox.mkdir(parents=True, exist_ok=True)
    for name in ("a.csv", ".part.csv", "note.txt"):
        (inbox / name).write_text(rows(*RIGHT))
        os.utime(inbox / name, (MONDAY.timestamp() - 60,) * 2)
    (inbox / "fresh.csv").write_text("")
    os.utime(inbox / "fresh.csv", (MONDAY.timestamp() - 5,) * 2)
    with world.writing() as session:
        found = list(target_files.dropped(session, now=MONDAY, house=house))
        assert [path.name for _, path in found] == ["a.csv"]
        for _ in range(2):
            target_files.take_in_dropped(session, *found[0], now=MONDAY, house=house)
        target_files.put_away(found[0][1])
        row = session.scalars(select(TargetFile)).one()
        assert (row.name, row.day, row.taken_in_by_id) == ("a.csv", date(2026, 9, 21), None)
        assert list(target_files.dropped(session, now=MONDAY, house=house)) == []
    assert (inbox / "taken" / "a.csv").exists()
    for path in inbox.glob("*.*"):
        path.unlink()
