"""What time brings about for records: told, taken down, flagged or hidden once, also by two workers or after an outage.

A penalty of class 一般 decided on 2026-05-06: repair from 2026-08-07, public until 2027-05-06. A minor one of the same
day is public until 2026-08-06.
"""

from datetime import date
from threading import Barrier, Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import RULEBOOK, legal, record
from workflow_app.database import begin_writing
from workflow_app.domain import clock
from workflow_app.domain.words import Sentence
from workflow_app.models.outbox import Message, Notice
from workflow_app.models.party import Person
from workflow_app.models.record import CreditRecord, RecordChange
from workflow_app.models.sync import SyncTask
from workflow_app.services.delivery import notices
from workflow_app.services.records import record_proposals as proposals
from workflow_app.services.records import record_watch, records


def penalty(session, world, **changed):
    return record(
        session, subject_id=world.subjects["firm"], unit_id=world.units["market"],
        decision_no="津演市监罚〔2026〕1号", **changed,
    )  # fmt: skip


def watch(session, house, day, time="10:00"):
    """What one worker does on this day; the jobs it did."""
    now = legal(day, time)
    found = record_watch.waiting(session, today=clock.legal_day(now))
    return [todo.job for todo in found if record_watch.act(session, todo, now=now, house=house)]


def told(session, kind="notice"):
    """Side and words of what was put before people, in order."""
    rows = session.scalars(select(Message).where(Message.kind == kind).order_by(Message.id))
    return [
        (row.payload["to"], Sentence.from_json(row.payload["sentence"]).told(lambda text: text, str))
        for row in rows
    ]


def test_the_subject_is_told_a_week_before_and_on_the_first_day(sqlite, house):
    with sqlite.writing() as session:
        penalty(session, sqlite.world)
        assert watch(session, house, "2026-07-30") == []
        assert watch(session, house, "2026-07-31") == ["remind"]
        assert watch(session, house, "2026-08-01") == []
        assert watch(session, house, "2026-08-06", "23:59") == []
        assert watch(session, house, "2026-08-07", "00:00") == ["remind"]
        assert watch(session, house, "2026-08-08") == []
        assert told(session) == [
            (
                "subject",
                "《津演市监罚〔2026〕1号》记载的失信信息从 2026-08-07起可以申请信用修复，不收取任何费用。"
                "请提前准备已经纠正并履行义务的证明。",
            ),
            (
                "subject",
                "《津演市监罚〔2026〕1号》记载的失信信息从 2026-08-07起可以申请信用修复，不收取任何费用，也不用找人代办。",
            ),
        ]


def test_after_an_outage_only_the_last_reminder_is_told(sqlite, house):
    with sqlite.writing() as session:
        penalty(session, sqlite.world)
        assert watch(session, house, "2026-09-18") == ["remind"]
        assert watch(session, house, "2026-09-19") == []
        ((side, words),) = told(session)
        assert side == "subject"
        assert words.endswith("也不用找人代办。")


@pytest.mark.parametrize(
    "changed",
    [{"not_repairable_because": "《药品管理法》第一百一十八条"}, {"class_": "minor"}, {"duties_done_on": None, "class_": "serious"}],
)  # fmt: skip
def test_nobody_is_told_of_a_repair_that_is_not_near(sqlite, house, changed):
    """One that can't be repaired; a minor one, which waits for no day; a serious one, which has a year to go."""
    with sqlite.writing() as session:
        penalty(session, sqlite.world, **changed)
        assert watch(session, house, "2026-08-06") == []


def test_a_changed_class_is_told_anew(sqlite, house):
    with sqlite.writing() as session:
        found = penalty(session, sqlite.world)
        watch(session, house, "2026-08-07")
        now = legal("2026-08-10")
        records.change(session, found, {"class_": "serious"}, why="", by_id=None, now=now, rulebook=RULEBOOK)
        assert watch(session, house, "2027-04-29") == []
        assert watch(session, house, "2027-04-30") == ["remind"]
        assert watch(session, house, "2027-05-07") == ["remind"]


def test_a_corrected_record_comes_down_after_its_longest_end(sqlite, house):
    with sqlite.writing() as session:
        found = penalty(session, sqlite.world, class_="minor", duties_done_on=date(2026, 6, 1))
        assert watch(session, house, "2026-08-06", "23:59") == []
        assert watch(session, house, "2026-08-07", "00:00") == ["end"]
        assert (found.ended_how, found.publicity_ended_at) == ("expired", legal("2026-08-07", "00:00"))
        assert watch(session, house, "2026-08-08") == []
        assert [side for side, _words in told(session)] == ["subject"]


def test_an_uncorrected_record_is_flagged_once_and_stays(sqlite, house):
    with sqlite.writing() as session:
        found = penalty(session, sqlite.world, class_="minor")
        assert watch(session, house, "2026-08-07") == ["end"]
        assert watch(session, house, "2026-08-08") == []
        assert (found.publicity_ended_at, found.flagged_at) == (None, legal("2026-08-07"))
        assert [side for side, _words in told(session)] == ["subject", "handler", "head"]
        assert told(session)[1][1] == (
            "《津演市监罚〔2026〕1号》（天津海河示范食品有限公司）最长公示期在 2026-08-06届满，还没有登记义务履行完毕。"
            "请核实：已经履行的，请登记；没有履行的，按本单位规定处理。"
        )


def test_a_flagged_record_comes_down_once_the_duties_are_noted(sqlite, house):
    with sqlite.writing() as session:
        found = penalty(session, sqlite.world, class_="minor")
        watch(session, house, "2026-08-07")
        records.establish_duties(
            session, found, date(2026, 8, 20), how="回执", by_id=None, now=legal("2026-08-20"),
            today=date(2026, 8, 20), rulebook=RULEBOOK,
        )  # fmt: skip
        assert watch(session, house, "2026-08-21") == ["end"]
        assert found.ended_how == "expired"


def test_a_withdrawal_that_nobody_decides_is_hidden_on_its_last_day(sqlite, house):
    """Known on Friday 2026-09-18: due on Tuesday 2026-09-22, as Sunday 09-20 is worked."""
    world = sqlite.world
    with sqlite.writing() as session:
        found = penalty(session, world, class_="serious")
        proposal = proposals.propose_withdrawal(
            session, found, why="判决撤销", known_on=date(2026, 9, 18), actor=world.actors["handler"],
            now=legal("2026-09-18"), today=date(2026, 9, 18), rulebook=RULEBOOK,
        )  # fmt: skip
        assert watch(session, house, "2026-09-21") == []
        assert watch(session, house, "2026-09-22") == ["hide"]
        assert watch(session, house, "2026-09-23") == []
        assert (found.hidden_at, found.publicity_ended_at) == (legal("2026-09-22"), None)
        assert [side for side, _words in told(session)] == ["head", "head", "lead"]  # the first: to decide
        proposals.reject(
            session,
            proposal,
            why="判决没有生效",
            actor=world.actors["head"],
            now=legal("2026-09-23"),
            rulebook=RULEBOOK,
        )
        assert found.hidden_at is None


def test_what_a_repair_hid_stays_hidden_when_the_withdrawal_is_rejected(sqlite, house):
    world = sqlite.world
    with sqlite.writing() as session:
        found = penalty(session, world, class_="serious")
        proposal = proposals.propose_withdrawal(
            session, found, why="判决撤销", known_on=date(2026, 9, 18), actor=world.actors["handler"],
            now=legal("2026-09-18"), today=date(2026, 9, 18), rulebook=RULEBOOK,
        )  # fmt: skip
        hidden = {"hidden_at": legal("2026-09-20")}
        records.change(session, found, hidden, why="", by_id=None, now=legal("2026-09-20"), rulebook=RULEBOOK)
        assert watch(session, house, "2026-09-22") == ["hide"]
        how = {"actor": world.actors["head"], "now": legal("2026-09-23"), "rulebook": RULEBOOK}
        proposals.reject(session, proposal, why="判决没有生效", **how)
        assert found.hidden_at == legal("2026-09-20")


def test_the_subject_reads_it_without_any_case_and_gets_a_mail(sqlite, house):
    with sqlite.writing() as session:
        penalty(session, sqlite.world)
        watch(session, house, "2026-08-07")
        (message,) = session.scalars(select(Message).where(Message.kind == "notice"))
        for _ in range(2):
            notices.deliver(session, message.key, message.payload, now=legal("2026-08-07"))
            session.flush()
        read = session.scalars(select(Notice).order_by(Notice.id)).all()
        people = [session.get_one(Person, notice.person_id).login for notice in read]
        assert people == ["owner", "agent_without_signing", "agent_for_repair", "agent_expired"]
        assert {notice.case_id for notice in read} == {None}
        mails = session.scalars(select(Message).where(Message.kind == "mail")).all()
        assert len(mails) == 4
        assert notices.lines(session, {"taken": [read[0].id]})[0].case == ""


def test_everything_happens_once_with_several_workers(database, house):
    """Each worker has read the same list before any of them begins."""
    with database.writing() as session:
        for number in range(6):
            record(
                session, subject_id=database.world.subjects["firm"], unit_id=database.world.units["market"],
                class_="minor", decision_no=str(number), duties_done_on=date(2026, 6, 1) if number % 2 else None,
            )  # fmt: skip
    now, start, done = legal("2026-08-07"), Barrier(3), []

    def worker():
        with Session(database.engine) as session:
            found = record_watch.waiting(session, today=date(2026, 8, 7))
            session.rollback()
            start.wait()
            for todo in found:
                begin_writing(session)
                if record_watch.act(session, todo, now=now, house=house):
                    done.append(todo.id)
                session.commit()

    workers = [Thread(target=worker) for _ in range(3)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join()
    assert sorted(done) == [1, 2, 3, 4, 5, 6]
    with database.reading() as session:
        ended = session.scalars(select(CreditRecord.ended_how).order_by(CreditRecord.id)).all()
        assert ended == ["", "expired", "", "expired", "", "expired"]
        flags = session.scalars(
            select(RecordChange.record_id).where(RecordChange.field == "flagged_at")
        ).all()
        assert sorted(flags) == [1, 3, 5]
        assert len(session.scalars(select(SyncTask)).all()) == 6  # two requests for each that came down
