"""One act on many cases: each is judged and done by itself, in the version its reader saw, never round the workflow."""

from datetime import date

import pytest
from sqlalchemy import func, select, update

from forms.batches import step_form_for_many
from tests.factories import NOW, TODAY, case_in, legal, stored, take
from workflow_app import batching
from workflow_app.domain import clock
from workflow_app.domain.refusals import NotYours, Refused
from workflow_app.models.event import Event
from workflow_app.models.outbox import Message
from workflow_app.models.party import Person
from workflow_app.models.queue import BatchRow, HandOver, Urging
from workflow_app.services.engine import history
from workflow_app.services.queues import batches, known
from workflow_app.services.queues.batches import Doing, Picked
from workflow_app.workflows import ALL

ACCEPT = {"workflow": "commitment", "step": "accept", "given": {}}
# Typed by hand: what may be done to many at once, of everything that staff do in all the workflows.
FOR_MANY = {
    "commitment": {"accept", "start_check", "confirm_fulfilled", "resume", "extend"},
    "objection": {"accept", "resume", "extend"},
    "repair": {"forward", "accept", "resume", "extend"},
    "training": {"approve"},
    "listing": {"publish"},
    "list_exit": {"forward", "accept", "resume"},
}


@pytest.fixture
def desk(database, house):
    """Asks for a batch as somebody, lets it run to its end, and tells how each case went."""

    def ask(who, act, given, picked, *, ref="0" * 24):
        with database.writing() as session:
            actor = database.world.actors[who]
            return batches.begin(session, ref, act, given, picked=picked, actor=actor, now=NOW).id

    def run(number, *, most=99):
        with clock.fixed(NOW), database.writing() as session:
            left = iter(range(most - 1, -1, -1))
            return batching.carry(session, number, house, goes_on=lambda: next(left) > 0)

    def rows(number):
        with database.reading() as session:
            wanted = select(BatchRow).where(BatchRow.batch_id == number).order_by(BatchRow.position)
            return [(row.outcome, str(batches.told(row) or "")) for row in session.scalars(wanted)]

    ask.run, ask.rows, ask.database, ask.house, ask.world = run, rows, database, house, database.world
    return ask


def cases(desk, *states):
    """A case in each of these states, as somebody sees it now."""
    with desk.database.writing() as session:
        found = [case_in(session, state, desk.world, desk.house) for state in states]
        return [Picked(case.address, case.version) for case in found]


def states(desk, picked):
    with desk.database.reading() as session:
        return [stored(session, one.address).state for one in picked]


def test_each_case_is_done_by_itself_and_what_cannot_be_done_says_why_and_changes_nothing(desk):
    picked = cases(desk, "signed", "signed", "checking", "signed")
    with desk.database.writing() as session:
        take(session, stored(session, picked[1].address), "return_for_correction", desk.world.actors["second_handler"],
             desk.house)  # fmt: skip
    number = desk("handler", "step", ACCEPT, picked)
    assert desk.run(number) is False
    assert desk.rows(number) == [
        ("done", ""),
        ("stale", "您打开列表以后，这件办件有了新的变化，没有办理。请打开看看现在的情况。"),
        ("refused", "这件办件现在的状态是“履行核查中”，不能办理这一步。"),
        ("done", ""),
    ]
    assert states(desk, picked) == ["active", "returned", "checking", "active"]
    with desk.database.reading() as session:
        accepted = session.scalars(select(Event).where(Event.step == "accept", Event.at == NOW)).all()
        by = {event.actor.name for event in accepted if event.case_id in (1, 4)}
        assert by == {"郑谷雨"}
        assert all(history.faults(session, number) == [] for number in range(1, 5))
    with desk.database.writing() as session:
        again = batches.begin(
            session, "0" * 24, "step", ACCEPT, picked=picked, actor=desk.world.actors["handler"], now=NOW
        )
        assert again.id == number, "the same page sent twice is one batch"
        assert again.done_at is not None


def test_a_case_that_fails_halfway_leaves_nothing_and_holds_up_no_other(desk, monkeypatch, caplog):
    picked = cases(desk, "signed", "signed")
    known = batches.ACTS["step"]

    def break_after_the_first(doing):
        known.do(doing)
        if doing.case.id == 1:
            raise RuntimeError("the disk is full")

    monkeypatch.setitem(batches.ACTS, "step", batches.Act(known.title, known.why_not, break_after_the_first))
    number = desk("handler", "step", ACCEPT, picked)
    desk.run(number)
    assert [outcome for outcome, _ in desk.rows(number)] == ["failed", "done"]
    assert states(desk, picked) == ["signed", "active"]
    assert "the disk is full" in caplog.text
    with desk.database.reading() as session:
        assert session.scalar(select(func.count()).where(Event.case_id == 1, Event.step == "accept")) == 0


def test_whoever_stops_in_the_middle_loses_nothing_and_the_next_worker_goes_on(desk):
    picked = cases(desk, "signed", "signed", "signed")
    number = desk("handler", "step", ACCEPT, picked)
    assert desk.run(number, most=1) is True
    assert [outcome for outcome, _ in desk.rows(number)] == ["done", "", ""]
    with desk.database.writing() as session:
        session.execute(
            update(Person).where(Person.id == desk.world.people["handler"]).values(disabled_at=NOW)
        )
    assert desk.run(number) is False
    assert desk.rows(number)[1:] == [("refused", "提交以后您的账户已停用，这一件没有办理。")] * 2
    assert states(desk, picked) == ["active", "signed", "signed"]


def test_claiming_giving_and_urging_many_go_through_the_same_verbs_as_one(desk):
    picked = cases(desk, "signed", "signed", "fulfilled")
    assert desk.run(claim := desk("second_handler", "claim", {}, picked[:2], ref="1" * 24)) is False
    assert desk.rows(claim) == [("done", ""), ("done", "")]
    desk.run(late := desk("handler", "claim", {}, picked, ref="2" * 24))
    taken = "这件办件现在由王芒种办理。请选择别的办件，或与其联系。"
    assert desk.rows(late) == [
        ("refused", taken), ("refused", taken), ("refused", "这件办件已经办结，不需要领取。"),
    ]  # fmt: skip
    desk.run(step := desk("handler", "step", ACCEPT, picked[:1], ref="3" * 24))
    held = "王芒种自 10:00 起正在办理这件办件。请与其联系，或待其释放后再办。"
    assert desk.rows(step) == [("refused", held)]
    desk.run(back := desk("second_handler", "release", {}, picked[:1], ref="4" * 24))
    desk.run(again := desk("second_handler", "release", {}, picked[:1], ref="5" * 24))
    assert desk.rows(back) == [("done", "")]
    assert desk.rows(again) == [("refused", "这件办件现在不在您手里，不需要您释放。")]
    given = {"to": desk.world.people["handler"], "why": "郑谷雨熟悉这家企业。"}
    desk.run(assigned := desk("head", "assign", given, picked, ref="6" * 24))
    assert [outcome for outcome, _ in desk.rows(assigned)] == ["done", "done", "refused"]
    desk.run(own := desk("handler", "assign", given, picked[:1], ref="7" * 24))
    assert desk.rows(own) == [("refused", "分办由部门负责人办理。您可以领取这件办件，或请部门负责人分办。")]
    why = {"why": "离到期还有两天，请抓紧。"}
    desk.run(urged := desk("lead", "urge", why, picked, ref="8" * 24))
    desk.run(twice := desk("head", "urge", why, picked[:1], ref="9" * 24))
    assert [outcome for outcome, _ in desk.rows(urged)] == ["done", "done", "refused"]
    assert desk.rows(twice) == [("refused", "这件办件今天已经催办过，明天可以再催。")]
    with desk.database.reading() as session:
        handed = session.execute(select(HandOver.case_id, HandOver.what).order_by(HandOver.id)).all()
        assert handed == [
            (1, "claimed"), (2, "claimed"), (1, "released"), (1, "assigned"), (2, "assigned"),
        ]  # fmt: skip
        assert session.scalars(select(Urging.case_id).order_by(Urging.id)).all() == [1, 2]
        assert stored(session, picked[0].address).assignee_id == desk.world.people["handler"]


def test_what_is_told_before_is_what_happens_then(desk):
    picked = cases(desk, "signed", "checking", "fulfilled")
    given = {**ACCEPT, "to": desk.world.people["second_handler"], "why": "请办理。"}
    acts = [(who, act) for who in ("clerk", "lead", "head", "second_handler") for act in batches.ACTS]
    for place, (who, act) in enumerate(acts):
        with desk.database.reading() as session:
            actor = desk.world.actors[who]
            now = batches.found(session, picked, actor)
            together = known.of(session, now, day=TODAY)
            ahead = [
                batches.why_not(
                    act,
                    Doing(session, case, given, actor, NOW, desk.house, together[case.id]),
                    version=case.version,
                )
                for case in now
            ]
            seen = [Picked(case.address, case.version) for case in now]
        desk.run(number := desk(who, act, given, seen, ref=f"{place:024}"))
        assert desk.rows(number) == [("refused", str(why)) if why else ("done", "") for why in ahead], (
            who,
            act,
        )


def test_nobody_asks_for_what_they_may_not_see_for_nothing_or_for_too_much(desk):
    picked = cases(desk, "signed")
    for who, refusal, wanted in (
        ("other_handler", NotYours, picked), ("handler", Refused, []), ("handler", NotYours, [Picked("D0", 1)]),
        ("handler", Refused, picked * 101),
    ):  # fmt: skip
        with pytest.raises(refusal):
            desk(who, "claim", {}, wanted)
    number = desk("handler", "claim", {}, picked)
    with desk.database.writing() as session:
        batch = batches.own(session, "0" * 24, desk.world.actors["handler"])
        with pytest.raises(NotYours):
            batches.own(session, "0" * 24, desk.world.actors["second_handler"])
        batches.send(session, batch, now=NOW)
        batches.send(session, batch, now=legal("2026-09-18", "11:00"))
        sent = session.scalars(select(Message).where(Message.kind == "batch")).all()
        assert [(row.key, row.payload) for row in sent] == [(f"batch-{number}/1", {"batch_id": number})]


def test_only_what_needs_no_judgement_of_the_single_case_may_be_done_to_many():
    offered = {
        workflow.name: {step.name for step in workflow.steps if step_form_for_many(workflow, step)}
        for workflow in ALL
    }
    assert offered == FOR_MANY
    for workflow in ALL:
        for step in workflow.steps:
            if form := step_form_for_many(workflow, step):
                asked = {type(field).__name__ for field in form()}
                assert asked <= {"Paragraph", "Line"}, "what is typed is kept as it stands; nothing is signed"
                assert not step.coded, f"{workflow.name}.{step.name} names reasons case by case"


def test_an_account_is_judged_as_it_is_when_a_row_is_done(desk):
    (picked,) = cases(desk, "signed")
    number = desk("handler", "step", ACCEPT, [picked])
    with desk.database.writing() as session:
        person = session.get_one(Person, desk.world.people["handler"])
        person.grants[0].valid_to = date(2026, 9, 17)
    desk.run(number)
    (row,) = desk.rows(number)
    assert row[0] == "refused"
    assert states(desk, [picked]) == ["signed"]
