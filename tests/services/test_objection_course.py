"""An objection through the real engine: the mark from the first minute, the correction everywhere, the clocks on real days.

The day of every test is Friday 2026-09-18 unless it says another; see `tests.objections` for the record and the days off.
"""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests import factories
from tests.factories import NOW, legal
from tests.objections import TO_RIGHT, TO_STATE, TO_UNCLEAR, Objecting
from workflow_app.domain.refusals import Refused
from workflow_app.models.deadline import Deadline
from workflow_app.models.document import Document
from workflow_app.models.objection import CorrectionNotice
from workflow_app.models.outbox import Message
from workflow_app.models.party import Unit
from workflow_app.models.record import Measure, PenaltyItem, RecordChange
from workflow_app.services.engine import clocks, sweep
from workflow_app.services.records import publication


@pytest.fixture
def objection(sqlite, house):
    with sqlite.writing() as session:
        yield Objecting(session, sqlite.world, house)


def documents(objection):
    """The kinds of documents that were issued in the case, in order."""
    wanted = select(Document.kind).where(Document.case_id == objection.case.id).order_by(Document.id)
    return list(objection.session.scalars(wanted))


def public_marks(objection):
    """The marks that the public page shows."""
    line = publication.line(objection.session, objection.record.ref, today=date(2026, 9, 18))
    return [mark.kind for mark in line.marks]


def due_days(objection):
    """The open clocks: name → last day."""
    return {c.state: c.due_on for c in clocks.running(objection.session, objection.case.id)}


def told(objection, what):
    """To which sides this notice of the case was sent."""
    keys = objection.session.scalars(select(Message.key).where(Message.kind == "notice"))
    return [key.rpartition("-")[2] for key in keys if f"/notice-{what}-" in key]


# The mark.


def test_the_mark_is_there_in_the_transaction_that_takes_the_objection_in(database, house):
    with database.writing() as session:
        objection = Objecting(session, database.world, house)
        assert public_marks(objection) == []
        objection.take("submit", "owner")
        assert public_marks(objection) == ["objection"]
        assert objection.asked() == [("site", "mark", False)]
        limit = session.scalars(select(Deadline).where(Deadline.rule_id == "OB-01")).one()
        assert (limit.due_on, limit.closed_at) == (date(2026, 9, 20), NOW)


def test_an_objection_that_is_not_handed_in_leaves_no_mark(objection):
    with pytest.raises(Refused):
        Objecting(objection.session, objection.world, objection.house, statement="").take("submit", "owner")
    assert objection.record.marks == []


@pytest.mark.parametrize("end", ["refused", "withdrawn", "maintained"])
def test_the_mark_goes_when_the_objection_is_over(end, objection):
    objection.to(end)
    assert (objection.marks(), public_marks(objection)) == ([], [])
    assert ("site", "unmark", False) in objection.asked()


def test_what_could_not_be_verified_stays_noted_on_the_record(objection):
    objection.to("unclear")
    assert public_marks(objection) == ["unclear"]
    assert [what for _place, what, done in objection.asked() if not done] == ["unmark", "note"]
    assert documents(objection) == ["receipt", "objection_result"]


def test_a_note_ends_when_a_later_objection_is_found_right(objection):
    objection.to("unclear")
    later = Objecting(objection.session, objection.world, objection.house, record=objection.record)
    later.to("undoing")
    assert objection.marks("unclear") == []


def test_of_two_objections_each_has_its_mark_and_the_last_one_takes_it_away(objection):
    other = Objecting(
        objection.session, objection.world, objection.house, record=objection.record, ground="listing"
    )
    objection.to("received")
    other.to("received")
    assert len(objection.marks()) == 2
    objection.take("withdraw", "owner")
    assert (len(objection.marks()), public_marks(objection)) == (1, ["objection"])
    other.take("withdraw", "owner")
    assert public_marks(objection) == []


# Hiding while it runs.


def test_what_is_plainly_wrong_can_be_hidden_and_is_shown_again_when_it_was_right(objection):
    objection.go(*TO_STATE["verifying"], ("hide_record", "head"))
    assert (objection.record.hidden_at, ("site", "shield", False) in objection.asked()) == (NOW, True)
    objection.go(*TO_RIGHT[-1:], ("maintain", "clerk"))
    assert (objection.record.hidden_at, public_marks(objection)) == (None, [])
    assert ("site", "unshield", False) in objection.asked()


def test_what_was_hidden_and_is_taken_down_is_never_shown_again(objection):
    objection.go(*TO_STATE["verifying"], ("hide_record", "head"))
    objection.take("answer", "handler", remedy="remove", difference={})
    objection.take("execute_correction", "clerk")
    assert (objection.record.ended_how, objection.record.publicity_ended_at) == ("annulled", NOW)
    assert [what for _place, what, _ in objection.asked() if what == "unshield"] == []


# The correction.


def test_a_correction_is_applied_told_in_public_and_asked_of_every_place(database, house):
    with database.writing() as session:
        objection = Objecting(session, database.world, house)
        session.add(
            Measure(
                record_id=objection.record.id, unit_id=database.world.units["health"], title="限制参加评优",
                started_on=date(2026, 5, 10),
            )
        )  # fmt: skip
        objection.to("undoing")
        assert objection.record.content == "罚款 0.2 万元"
        change = session.scalars(select(RecordChange).where(RecordChange.field == "content")).one()
        assert (change.old, change.new, change.case_id) == (
            "罚款 0.3 万元",
            "罚款 0.2 万元",
            objection.case.id,
        )
        notice = session.scalars(select(CorrectionNotice)).one()
        assert (notice.how, [line["field"] for line in notice.lines]) == ("changed", ["content"])
        still_open = [(place, what) for place, what, done in objection.asked() if not done]
        health = f"measures-{database.world.units['health']}"
        assert still_open == [("site", "correct"), (health, "recheck_measures"), ("site", "unmark")]
        objection.confirm_everything()
        assert objection.case.state == "corrected"
        row = objection.row()
        assert (row.result, row.remedy, row.working_days, row.is_late) == ("corrected", "change", 0, False)


def test_the_case_is_not_done_before_the_last_place_confirmed(objection):
    objection.to("undoing")
    assert (objection.case.state, due_days(objection)["undoing"]) == ("undoing", date(2026, 9, 22))
    assert told(objection, "completed") == []
    objection.confirm_everything()
    assert (objection.case.state, told(objection, "completed")) == ("corrected", ["subject"])


def test_a_wrong_fine_is_corrected_in_the_penalty_itself(objection):
    objection.record.items = [
        PenaltyItem(kind="fine", amount=Decimal("0.3")), PenaltyItem(kind="warning", amount=None)
    ]  # fmt: skip
    objection.to("verifying")
    objection.take("answer", "handler", difference={"fine": "0.2"})
    objection.take("execute_correction", "clerk")
    assert [(item.kind, item.amount) for item in objection.record.items] == [
        ("fine", Decimal("0.2")),
        ("warning", None),
    ]


def test_a_corrected_class_moves_the_end_of_publicity(objection):
    assert objection.record.max_end_on == date(2027, 5, 6)
    objection.to("verifying")
    objection.take("answer", "handler", difference={"class_": "minor"})
    objection.take("execute_correction", "clerk")
    assert (objection.record.class_, objection.record.max_end_on) == ("minor", date(2026, 8, 6))


def test_a_correction_that_would_publish_a_citizen_number_is_refused(objection):
    objection.to("verifying")
    objection.take("answer", "handler", difference={"content": "处罚张三 11010519491231002X 罚款"})
    with pytest.raises(Refused):
        objection.take("execute_correction", "clerk")


def test_a_correction_does_not_open_to_the_public_what_was_never_looked_over(sqlite, house):
    with sqlite.writing() as session:
        closed = factories.record(
            session, subject_id=sqlite.world.subjects["firm"], unit_id=sqlite.world.units["market"], scope="limited",
            behaviour="店长张三 11010519491231002X 未明码标价。",
        )  # fmt: skip
        objection = Objecting(session, sqlite.world, house, record=closed).to("verifying")
        objection.take("answer", "handler", difference={"scope": "public"})
        with pytest.raises(Refused, match="公示会泄露个人信息"):
            objection.take("execute_correction", "clerk")


def test_a_correction_does_not_publish_the_record_of_a_citizen(sqlite, house):
    with sqlite.writing() as session:
        own = factories.record(
            session,
            subject_id=sqlite.world.subjects["citizen"],
            unit_id=sqlite.world.units["market"],
            scope="limited",
        )
        objection = Objecting(session, sqlite.world, house, by="citizen", record=own)
        objection.go(("submit", "citizen"), ("accept", "clerk"), ("forward", "clerk"))
        objection.take("answer", "handler", difference={"scope": "public"})
        with pytest.raises(Refused, match="自然人的失信信息不向社会公示"):
            objection.take("execute_correction", "clerk")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [("decided_on", "2026-09-19", "不能晚于今天"), ("decision_no", "津河东示罚〔2026〕9001号", "已经报送过")],
)
def test_a_correction_is_held_to_the_rules_of_an_entry(field, value, said, sqlite, house):
    with sqlite.writing() as session:
        place = {"subject_id": sqlite.world.subjects["firm"], "unit_id": sqlite.world.units["market"]}
        factories.record(session, decision_no="津河东示罚〔2026〕9001号", **place)
        objection = Objecting(session, sqlite.world, house).to("verifying")
        objection.take("answer", "handler", difference={field: value})
        with pytest.raises(Refused, match=said):
            objection.take("execute_correction", "clerk")


def test_what_is_taken_down_ends_everywhere_with_its_measures(objection):
    objection.to("verifying")
    objection.take("answer", "handler", remedy="remove", difference={})
    objection.take("execute_correction", "clerk")
    still_open = [what for _place, what, done in objection.asked() if not done]
    assert still_open == ["end_publicity", "stop_sharing", "update_evaluation"]
    assert objection.session.scalars(select(CorrectionNotice.how)).one() == "removed"
    objection.confirm_everything()
    assert objection.case.state == "corrected"


def test_what_was_shown_too_long_ends_as_expired(sqlite, house):
    with sqlite.writing() as session:
        objection = Objecting(session, sqlite.world, house, ground="period", claims={}).to("verifying")
        objection.take("answer", "handler", remedy="end", difference={})
        objection.take("execute_correction", "clerk")
        assert objection.record.ended_how == "expired"


# What happens to the record meanwhile.


def test_a_record_that_came_down_meanwhile_is_still_corrected_and_only_its_users_are_told(objection):
    objection.to("verifying")
    objection.record.publicity_ended_at, objection.record.ended_how = NOW, "repaired"
    objection.take("answer", "handler")
    objection.take("execute_correction", "clerk")
    assert objection.record.content == "罚款 0.2 万元"
    assert objection.record.ended_how == "repaired"


def test_a_disputed_breach_is_handled_again(sqlite, house):
    with sqlite.writing() as session:
        breached = factories.case_in(session, "breached", sqlite.world, house)
        record = objection_record(session, breached)
        objection = Objecting(
            session, sqlite.world, house, record=record, ground="breach", about_case=breached.number
        ).to("verifying")
        objection.take("answer", "handler", remedy="redo", difference={})
        objection.take("execute_correction", "clerk")
        asked = session.scalars(select(Message).where(Message.kind == "take_step")).one()
        assert asked.payload == {"address": breached.number, "step": "set_aside"}
        factories.take(session, breached, "set_aside", sqlite.world.actors["clock"], house)
        assert (breached.state, record.ended_how) == ("checking", "annulled")
        assert session.scalars(select(Document.status).where(Document.kind == "breach_decision")).all() == [
            "revoked"
        ]


def test_a_breach_that_is_found_again_stands_in_the_same_record_again(sqlite, house):
    with sqlite.writing() as session:
        breached = factories.case_in(session, "breached", sqlite.world, house)
        record = objection_record(session, breached)
        record.publicity_ended_at, record.ended_how = NOW, "annulled"
        session.flush()
        actors = sqlite.world.actors
        for step, by in (
            ("set_aside", "clock"),
            ("propose_breach", "handler"),
            ("reply", "owner"),
            ("decide_breach", "head"),
        ):
            factories.take(session, breached, step, actors[by], house)
        assert (record.publicity_ended_at, record.ended_how, record.case_id) == (None, "", breached.id)


def objection_record(session, case):
    """The record that a breach wrote."""
    return session.scalars(
        select(factories.CreditRecord).where(factories.CreditRecord.case_id == case.id)
    ).one()


# Review.


def test_a_review_marks_again_and_may_change_the_result(objection):
    objection.to("maintained")
    objection.take("request_review", "owner")
    assert public_marks(objection) == ["objection"]
    assert due_days(objection) == {"reviewing": date(2026, 10, 9)}
    objection.take("review_correct", "lead")
    assert (objection.record.content, objection.case.state) == ("罚款 0.2 万元", "undoing")
    objection.confirm_everything()
    assert (objection.case.state, objection.row().result) == ("corrected", "corrected")
    assert (objection.row().was_reviewed, objection.row().was_changed) == (True, True)
    assert documents(objection) == ["receipt", "objection_result", "receipt", "objection_review"]


def test_a_review_that_maintains_ends_when_the_places_took_the_mark_away(objection):
    objection.to("maintained")
    objection.go(("request_review", "owner"), ("review_maintain", "second_lead"))
    objection.confirm_everything()
    assert (objection.case.state, objection.row().result) == ("maintained", "maintained")
    assert (objection.row().was_reviewed, objection.row().was_changed) == (True, False)


def test_the_window_for_review_opens_once(objection):
    objection.to("maintained")
    assert due_days(objection) == {"review_window": date(2026, 10, 9)}
    objection.go(("request_review", "owner"), ("review_maintain", "lead"))
    objection.confirm_everything()
    assert due_days(objection) == {}


def test_the_window_goes_on_while_the_places_confirm(objection):
    objection.to("undoing")
    assert due_days(objection)["review_window"] == date(2026, 10, 9)
    objection.confirm_everything(now=legal("2026-09-21"))
    assert due_days(objection) == {"review_window": date(2026, 10, 9)}


# Clocks.


def test_each_state_has_the_days_of_its_rule(objection):
    objection.to("received")
    assert due_days(objection) == {"received": date(2026, 9, 21), "overall": date(2026, 10, 9)}
    objection.take("accept", "clerk")
    assert due_days(objection)["checking"] == date(2026, 9, 22)
    objection.take("forward", "clerk")
    assert due_days(objection)["verifying"] == date(2026, 9, 24)
    objection.take("answer", "handler")
    assert due_days(objection)["answered"] == date(2026, 9, 20)


def test_silence_of_the_office_accepts_and_tells_the_lead(objection):
    objection.to("received")
    day = legal("2026-09-22", "00:30")
    while deadline := sweep.next_due(objection.session, today=date(2026, 9, 22)):
        sweep.act(objection.session, deadline, now=day, house=objection.house)
    assert (objection.case.state, told(objection, "deemed")) == ("checking", ["lead"])


def test_a_silent_provider_is_told_to_its_head_and_then_to_the_lead(objection):
    objection.to("verifying")
    for day in ("2026-09-28", "2026-10-09"):
        while deadline := sweep.next_due(objection.session, today=date.fromisoformat(day)):
            sweep.act(objection.session, deadline, now=legal(day), house=objection.house)
    keys = objection.session.scalars(select(Message.key).where(Message.kind == "notice")).all()
    own = [key.rpartition("overdue-")[2] for key in keys if "overdue-" in key and "overall" not in key]
    assert own == ["head", "lead"]


def test_the_overall_clock_stands_while_the_objector_mends_and_while_something_is_tested(objection):
    objection.to("supplement")
    overall = [c for c in clocks.running(objection.session, objection.case.id) if c.state == "overall"]
    assert overall[0].paused_on == date(2026, 9, 18)


def test_another_provider_has_its_own_days_and_the_overall_clock_goes_on(objection):
    objection.to("verifying")
    objection.take("hand_over", "clerk", now=legal("2026-09-22"))
    assert objection.case.unit_id == objection.world.units["health"]
    assert due_days(objection) == {"verifying": date(2026, 9, 30), "overall": date(2026, 10, 9)}
    objection.take("answer", "other_handler", now=legal("2026-09-23"))


def test_a_unit_that_is_no_more_gets_no_objection(objection):
    objection.to("checking")
    objection.session.get_one(Unit, objection.world.units["health"]).ended_on = date(2026, 9, 1)
    with pytest.raises(Refused, match="已经撤销"):
        objection.take("forward", "clerk", provider="health")


def test_a_late_result_is_kept_as_late(objection):
    objection.go(*TO_UNCLEAR)
    objection.take("leave_open", "clerk", now=legal("2026-10-12"))
    row = objection.row()
    assert (row.working_days, row.is_late, row.ended_on) == (12, True, date(2026, 10, 12))
