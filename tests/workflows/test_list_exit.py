"""The list exit workflow, walked by everybody: who may take which step in which state, each guard, and the days.

The tables are typed by hand from the contract of the workflows, and never computed. What goes beyond the contract: the unit
may start the exit from a red list or a focus list itself, and where the list's least time is shorter than that of Order 36
the unit says which it holds to. Unless a test says otherwise the list knows no least time, so that early exit may be
asked for from the day of the listing, Friday 2026-09-18, and Order 36's year is not over.
"""

from datetime import date

import pytest
from sqlalchemy import select

from tests.factories import NOW, legal, paper, stored
from tests.lists import Leaving, Listing, book, lift_all, list_type, watch
from tests.refused import refusal
from tests.services.test_sweep import day_by_day
from workflow_app.domain.refusals import NotYours, Refused
from workflow_app.models.event import Event
from workflow_app.models.sync import SyncTask
from workflow_app.services.engine import clocks, perform
from workflow_app.services.records import records
from workflow_app.services.sync import sync
from workflow_app.workflows.list_exit import LIST_EXIT

STEPS = (
    "submit", "initiate", "expire", "annul", "discard", "forward", "note_second_return", "request_supplement", "supplement",
    "lapse", "accept", "refuse", "withdraw", "propose_approval", "propose_rejection", "send_back", "approve", "reject",
    "close", "complete", "propose_revocation", "reply", "drop_revocation", "revoke", "pause", "resume", "restart",
)  # fmt: skip
FIRM = {"owner", "agent_without_signing"}
HANDLERS = {"handler", "second_handler", "handler_and_head"}
HEADS = {"head", "second_head", "handler_and_head"}
CLERKS = {"clerk", "second_clerk"}
ONE_OF_EACH = ("owner", "other_owner", "handler", "head", "other_head", "clerk", "lead", "clock")
READERS = FIRM | HANDLERS | HEADS | CLERKS | {"lead", "second_lead", "auditor"}
BY_THE_LIST = {"minimum": "list_rule", "minimum_basis": "市场监管总局令第44号第十六条"}
TO_STATE = {
    "draft": (),
    "discarded": (("discard", "owner"),),
    "received": (("submit", "owner"),),
}
TO_STATE["supplement"] = (*TO_STATE["received"], ("request_supplement", "clerk"))
TO_STATE["withdrawn"] = (*TO_STATE["received"], ("withdraw", "owner"))
TO_STATE["forwarded"] = (*TO_STATE["received"], ("forward", "clerk"))
TO_STATE["not_accepted"] = (*TO_STATE["forwarded"], ("refuse", "handler"))
TO_STATE["reviewing"] = (*TO_STATE["forwarded"], ("accept", "handler"))
TO_STATE["awaiting_signature"] = (*TO_STATE["reviewing"], ("propose_approval", "handler", BY_THE_LIST))
TO_STATE["rejected"] = (*TO_STATE["reviewing"], ("propose_rejection", "handler"), ("reject", "head"))
TO_STATE["syncing"] = (*TO_STATE["awaiting_signature"], ("approve", "head"))
TO_STATE["exited"] = (*TO_STATE["syncing"], "everybody confirms")
TO_STATE["revocation_proposed"] = (*TO_STATE["exited"], ("propose_revocation", "handler"))
TO_STATE["revocation_replied"] = (*TO_STATE["revocation_proposed"], ("reply", "owner"))
TO_STATE["revoked"] = (*TO_STATE["revocation_replied"], ("revoke", "head"))

# State → step → who may take it then. Whoever is not named may not; a state or a step that is not named lets nobody. The
# owner filed it on 2026-09-18, the handler proposed the exit; nobody marked part is answered, no unit has confirmed yet.
MAY = {
    "draft": {"submit": FIRM, "discard": FIRM | {"clock"}},
    "received": {"forward": CLERKS | {"clock"}, "request_supplement": CLERKS, "withdraw": FIRM},
    "supplement": {"lapse": {"clock"}, "withdraw": FIRM},
    "forwarded": {"request_supplement": HANDLERS, "accept": HANDLERS, "refuse": HANDLERS, "withdraw": FIRM},
    "reviewing": {
        "propose_approval": HANDLERS, "propose_rejection": HANDLERS, "pause": HANDLERS, "withdraw": FIRM,
    },
    "awaiting_signature": {"send_back": HEADS, "approve": HEADS},
    "syncing": {},
    "exited": {"propose_revocation": HANDLERS},
    "revocation_proposed": {"reply": FIRM, "drop_revocation": HEADS, "restart": HANDLERS},
    "revocation_replied": {"drop_revocation": HEADS, "revoke": HEADS},
    "rejected": {}, "not_accepted": {}, "withdrawn": {}, "revoked": {}, "discarded": {},
}  # fmt: skip


def listed(session, database, house, *, kind="serious", now=NOW, **columns):
    """An entry that is published on 2026-09-18, on a list without a least time unless `columns` names one."""
    known = list_type(session, database.world, kind, **{"early_rule": "", **columns})
    return Listing(session, database.world, house, type_=known).to("listed").entry


def leaving(session, database, house, entry=None, **more):
    """The exit of an entry, a draft with the letter on paper."""
    entry = entry or listed(session, database, house)
    made = Leaving(session, database.world, house, entry, **more)
    paper(session, made.case, "paper_letter", database.world.actors["owner"])
    return made


def bring(exit_, state, *, now=NOW):
    """Go the straight way to a state."""
    for step in TO_STATE[state]:
        if step == "everybody confirms":
            confirm_everything(exit_, now=now)
        else:
            exit_.go(step, now=now)
    assert exit_.case.state == state
    return exit_


def confirm_everything(exit_, *, now=NOW):
    """Every place and unit confirms; then the clock looks again."""
    session, world, house = exit_.session, exit_.world, exit_.house
    lift_all(session, world, house, exit_.entry, now=now)
    wanted = select(SyncTask).where(SyncTask.case_id == exit_.case.id, SyncTask.confirmed_at.is_(None))
    for task in session.scalars(wanted).all():
        sync.confirm(session, task, by_id=None, evidence="已经撤下", now=now, rulebook=book(session, house))
    perform.follow(session, exit_.case.id, now=now, house=house)


@pytest.mark.parametrize("state", list(MAY))
def test_every_step_is_taken_by_those_who_may_and_by_nobody_else(state, sqlite, house):
    with sqlite.writing() as session:
        exit_ = bring(leaving(session, sqlite, house), state)
        readers = FIRM if state in ("draft", "discarded") else READERS
        own = {step.name for step in LIST_EXIT.steps_from(state)}
        outcomes = {
            (step, who): outcome(exit_, step, who)
            for step in STEPS
            for who in (sqlite.world.actors if step in own else ONE_OF_EACH)
        }
    for (step, who), came_of_it in outcomes.items():
        expected = (
            "taken"
            if who in MAY[state].get(step, ())
            else "refused"
            if who in readers | {"clock"}
            else "not yours"
        )
        assert came_of_it == expected, f"{state}: {step} by {who}"


def outcome(exit_, step, who):
    """What came of trying one step, all of it undone."""
    given = BY_THE_LIST if step == "propose_approval" else {}
    with exit_.session.begin_nested() as attempt:
        try:
            exit_.take(step, who, **given)
            return "taken"
        except NotYours:
            return "not yours"
        except Refused:
            return "refused"
        finally:
            attempt.rollback()


SENTENCES = {
    "gone": "这条列入记录已经移出，不需要再办理移出。",
    "open": "这条列入记录已经有一件正在办理的移出，不需要重复办理。",
    "barred": "因为在以前的修复申请中弄虚作假，现在还不能申请。可以再次申请的日期见信用档案。",
    "least time": "名单规定的最短期限还没有届满，现在不能申请提前移出。可以申请的日期见信用档案，届时会提醒您。",
    "duties": "请写明怎样纠正了失信行为、怎样履行了义务和消除了危害后果，并填写联系人和手机。",
    "proof": "请上传履行义务、消除危害后果的证明材料，或者选择由认定单位核对。",
    "letter": "申请提前移出前，请先为这条列入记录签署守信承诺书。在窗口办理的，请上传签好的承诺书。",
    "term": "列入名单的期限还没有届满。",
    "restricted": "仍在法律规定的限制期间，限制期满以前不能移出。",
    "not annulled": "没有查明列入有误的异议。",
    "adverse": "失信名单的移出由当事人申请，或者期限届满自动移出。只有守信激励、重点关注名单可以依职权移出。",
    "conditions": "建议移出失信名单，各项条件都要逐项核对并勾选；有一项不符合的，请建议不予移出。",
    "minimum": "名单规定的最短期限已满，但《信用修复管理办法》的最短期限未满：请选择适用哪一个，并写明依据；适用后者的，请建议不予移出。",
    "stay proposed": "经办的建议是不予移出，请按这一建议签发，或者退回重新核对。",
    "exit proposed": "经办的建议是移出，请按这一建议签发，或者退回重新核对。",
    "not early": "只有经申请提前移出的才能撤销；期限届满、依职权移出和经异议撤销的不适用。",
    "reply period": "陈述申辩期还没有届满，现在不能作出决定。期限届满或收到陈述申辩后可以决定。",
    "listed anew": "这个主体后来又被列入这个名单，不能再恢复这一次列入。请决定不撤销移出，按后一次列入办理。",
    "four eyes": "处理建议由您提出，须由另一位负责人签发（两人原则）。",
    "first return": "第一次退回时没有提出这些原因。再次退回要提出新的原因，须先由负责人或信用办负责人说明理由。",
    "parts": "退回时标出的地方还没有全部修改。请逐项修改后再提交。",
}


def running(exit_):
    """The open clocks of the case: name → rule and last day."""
    found = clocks.running(exit_.session, exit_.case.id)
    return {clock.state: (clock.rule_id, clock.due_on.isoformat()) for clock in found}


# Asking to leave.


@pytest.mark.parametrize(
    ("kind", "facts", "expected"),
    [
        ("serious", {"contact_name": ""}, "duties"),
        ("serious", {"contact_mobile": ""}, "duties"),
        ("serious", {"correction": ""}, "duties"),
        ("serious", {"duties": ""}, "duties"),
        ("abnormal", {"duties": ""}, "duties"),
        ("serious", {"proof_source": "uploaded"}, "proof"),
        ("serious", {}, None),
        ("red", {"correction": "", "duties": "", "proof_source": "uploaded"}, None),
        ("red", {"contact_name": ""}, "duties"),
    ],
)
def test_an_application_says_what_was_mended_and_who_to_call(kind, facts, expected, sqlite, house):
    """Nobody has anything to mend who asks to leave a red list."""
    with sqlite.writing() as session:
        exit_ = leaving(session, sqlite, house, listed(session, sqlite, house, kind=kind), **facts)
        assert refusal(exit_, "submit", "owner") == (SENTENCES[expected] if expected else None)


def test_proof_and_letter_may_be_brought_on_paper(sqlite, house):
    with sqlite.writing() as session:
        entry = listed(session, sqlite, house)
        exit_ = Leaving(session, sqlite.world, house, entry, proof_source="uploaded")
        assert refusal(exit_, "submit", "owner") == SENTENCES["proof"]
        paper(session, exit_.case, "correction_proof", sqlite.world.actors["owner"])
        assert refusal(exit_, "submit", "owner") == SENTENCES["letter"]
        paper(session, exit_.case, "paper_letter", sqlite.world.actors["owner"])
        assert refusal(exit_, "submit", "owner") is None
        red = Leaving(session, sqlite.world, house, listed(session, sqlite, house, kind="red"))
        assert refusal(red, "submit", "owner") is None


@pytest.mark.parametrize(
    ("kind", "refused_until", "allowed_from"),
    [("serious", "2027-09-18", "2027-09-19"), ("abnormal", None, "2026-09-18"), ("red", None, "2026-09-18")],
)
def test_the_least_time_counts_from_the_listing(kind, refused_until, allowed_from, sqlite, house):
    columns = {"early_rule": "LE-05-SAMR"} if kind == "serious" else {}
    with sqlite.writing() as session:
        exit_ = leaving(session, sqlite, house, listed(session, sqlite, house, kind=kind, **columns))
        if refused_until:
            last = legal(refused_until, "23:59")
            assert refusal(exit_, "submit", "owner", now=last) == SENTENCES["least time"]
        assert refusal(exit_, "submit", "owner", now=legal(allowed_from, "00:00")) is None


def test_the_least_time_of_the_wage_list_counts_from_the_correction(sqlite, house):
    """Corrected on September 24: six months end on 2027-03-24, also for those who were told of it only later."""
    with sqlite.writing() as session:
        entry = listed(session, sqlite, house, kind="wage", early_rule="LE-05-WAGE")
        exit_ = leaving(session, sqlite, house, entry)
        assert entry.early_on is None
        assert refusal(exit_, "submit", "owner", now=legal("2028-01-10")) == SENTENCES["least time"]
        correct(session, house, entry, "2026-09-24", now=legal("2026-09-28"))
        assert watch(session, house, now=legal("2026-09-28")) == ["count", "urge", "urge"]
        assert exit_.entry.early_on == date(2027, 3, 25)
        assert refusal(exit_, "submit", "owner", now=legal("2027-03-24", "23:59")) == SENTENCES["least time"]
        assert refusal(exit_, "submit", "owner", now=legal("2027-03-25", "00:00")) is None


def correct(session, house, entry, day, *, now):
    """The unit established that everything was corrected and performed on this day; None takes it back."""
    records.establish_duties(
        session, entry.record, day and date.fromisoformat(day), how="工资支付凭证", by_id=None, now=now, today=now.date(),
        rulebook=book(session, house),
    )  # fmt: skip


def test_of_two_least_times_the_unit_chooses_and_says_why(sqlite, house):
    """By the wage list from 2027-03-25, by Order 36 a year after the decision: from 2027-09-19."""
    with sqlite.writing() as session:
        entry = listed(session, sqlite, house, kind="wage", early_rule="LE-05-WAGE")
        correct(session, house, entry, "2026-09-24", now=legal("2026-09-28"))
        now = legal("2027-03-25")
        watch(session, house, now=now)
        exit_ = bring(leaving(session, sqlite, house, entry), "reviewing", now=now)
        for given, expected in (
            ({"minimum": "both"}, "minimum"),
            ({"minimum": "order_36", "minimum_basis": "办法第二条"}, "minimum"),
            ({"minimum": "list_rule", "minimum_basis": ""}, "minimum"),
            ({"minimum": "list_rule", "minimum_basis": "令第45号第十条"}, None),
        ):
            said = refusal(exit_, "propose_approval", "handler", now=now, **given)
            assert said == (SENTENCES[expected] if expected else None), given
        both = {"minimum": "both", "minimum_basis": ""}
        assert refusal(exit_, "propose_approval", "handler", now=legal("2027-09-18"), **both) == SENTENCES["minimum"]  # fmt: skip
        assert refusal(exit_, "propose_approval", "handler", now=legal("2027-09-19"), **both) is None


def test_one_exit_at_a_time_and_none_after_it(sqlite, house):
    with sqlite.writing() as session:
        first = bring(leaving(session, sqlite, house), "received")
        second = leaving(session, sqlite, house, first.entry)
        assert refusal(second, "submit", "owner") == SENTENCES["open"]
        first.take("withdraw", "owner")
        assert refusal(second, "submit", "owner") is None
        bring(second, "syncing")
        third = leaving(session, sqlite, house, first.entry)
        assert refusal(third, "submit", "owner") == SENTENCES["gone"]


def test_what_a_window_opened_the_same_window_hands_in(sqlite, house):
    with sqlite.writing() as session:
        exit_ = leaving(
            session, sqlite, house, listed(session, sqlite, house), by="clerk", filled_by="window"
        )
        with pytest.raises(NotYours):
            exit_.take("submit", "second_clerk")
        assert refusal(exit_, "submit", "clerk") is None


# The unit's side.


def test_the_clocks_of_an_exit_over_the_october_holidays(sqlite, house):
    """Forwarded on September 24: 28 and 29. Accepted on the 28th: 29, 30, October 8, 9, 10, 12, 13. Decided on the 30th:
    8, 9 and 10."""  # fmt: skip
    with sqlite.writing() as session:
        exit_ = leaving(session, sqlite, house)
        exit_.take("submit", "owner", now=legal("2026-09-19"))
        assert running(exit_) == {"received": ("RP-01", "2026-09-20")}
        exit_.take("forward", "clerk", now=legal("2026-09-24"))
        assert running(exit_) == {"forwarded": ("LE-12", "2026-09-29")}
        exit_.take("accept", "handler", now=legal("2026-09-28"))
        assert running(exit_) == {"decision": ("LE-06", "2026-10-13")}
        exit_.take("propose_approval", "handler", now=legal("2026-09-29"), **BY_THE_LIST)
        assert running(exit_) == {"decision": ("LE-06", "2026-10-13")}
        exit_.take("approve", "head", now=legal("2026-09-30"))
        assert running(exit_) == {"syncing": ("LE-07", "2026-10-10")}
        assert {m.due_on for m in exit_.entry.joint_measures} == {date(2026, 10, 10)}


def test_a_pause_holds_the_clock_of_the_decision(sqlite, house):
    """Accepted on September 18 and due on the 29th, the seventh working day; paused from the 22nd, with 20 and 21 used,
    until the 28th: five are left, 28, 29, 30, October 8 and 9."""  # fmt: skip
    with sqlite.writing() as session:
        exit_ = bring(leaving(session, sqlite, house), "reviewing")
        assert running(exit_) == {"decision": ("LE-06", "2026-09-29")}
        exit_.take("pause", "handler", now=legal("2026-09-22"))
        assert refusal(exit_, "pause", "handler", now=legal("2026-09-23")) == "计时已经暂停，请先恢复计时。"
        exit_.take("resume", "handler", now=legal("2026-09-28"))
        assert running(exit_) == {"decision": ("LE-06", "2026-10-09")}


@pytest.mark.parametrize("missing", ["duties_performed", "harm_removed", "commitment_made", "none_again"])
def test_every_condition_is_ticked_for_a_serious_list(missing, sqlite, house):
    with sqlite.writing() as session:
        exit_ = bring(leaving(session, sqlite, house), "reviewing")
        given = {**BY_THE_LIST, missing: False}
        assert refusal(exit_, "propose_approval", "handler", **given) == SENTENCES["conditions"]
        assert refusal(exit_, "propose_approval", "handler", **BY_THE_LIST) is None


def test_the_head_signs_what_was_proposed_by_somebody_else(sqlite, house):
    with sqlite.writing() as session:
        exit_ = bring(leaving(session, sqlite, house), "reviewing")
        exit_.take("propose_approval", "handler_and_head", **BY_THE_LIST)
        assert refusal(exit_, "approve", "handler_and_head") == SENTENCES["four eyes"]
        assert refusal(exit_, "reject", "head") == SENTENCES["exit proposed"]
        assert refusal(exit_, "approve", "head") is None
        exit_.go(("send_back", "head"), ("propose_rejection", "handler"))
        assert refusal(exit_, "approve", "head") == SENTENCES["stay proposed"]
        assert refusal(exit_, "reject", "handler_and_head") == SENTENCES["four eyes"]
        exit_.take("reject", "head")
        assert (exit_.case.state, exit_.entry.exited_at) == ("rejected", None)


def test_all_parts_are_asked_for_at_once_and_a_second_return_needs_a_note(sqlite, house):
    with sqlite.writing() as session:
        exit_ = bring(leaving(session, sqlite, house), "supplement")
        assert refusal(exit_, "supplement", "owner") == SENTENCES["parts"]
        exit_.fill_in("owner", duties="罚款已于 9 月 10 日缴清。")
        exit_.go(("supplement", "owner"), ("forward", "clerk"))
        other = {"reasons": [{"code": "LE-S02", "target": "correction", "note": "请写明日期。"}]}
        assert refusal(exit_, "request_supplement", "handler", **other) == SENTENCES["first return"]
        assert refusal(exit_, "request_supplement", "handler") is None
        exit_.take("note_second_return", "head", second_return_note="补正材料里有新的问题。")
        assert refusal(exit_, "request_supplement", "handler", **other) is None


def test_an_application_that_nobody_forwards_goes_to_the_unit_by_itself(sqlite, house):
    """Received on September 18, due on the 20th; LE-12 from the 21st ends on the 23rd; then 24, 28 and 29."""
    with sqlite.writing() as session:
        number = bring(leaving(session, sqlite, house), "received").case.number
    assert day_by_day(sqlite, house, "2026-09-19", "2026-10-08") == {
        "2026-09-24": ["overdue-head"],
        "2026-10-01": ["overdue-lead"],
    }
    with sqlite.reading() as session:
        case = stored(session, number)
        assert case.state == "forwarded"
        taken = select(Event.acting_as).where(Event.case_id == case.id, Event.step == "forward")
        assert session.scalar(taken) == "clock"


# Leaving, and coming back.


def test_leaving_asks_every_place_and_is_complete_when_all_have_confirmed(sqlite, house):
    with sqlite.writing() as session:
        exit_ = bring(leaving(session, sqlite, house), "syncing")
        entry, record = exit_.entry, exit_.entry.record
        assert (entry.exit_how, entry.is_exit_done, record.hidden_at) == ("early", False, NOW)
        assert (
            refusal(exit_, "complete", "clock")
            == "还有单位没有确认停止公示或者解除措施。全部确认后自动办结。"
        )
        confirm_everything(exit_)
        assert (exit_.case.state, entry.is_exit_done) == ("exited", True)
        assert (record.ended_how, record.publicity_ended_at is not None) == ("repaired", True)


def test_a_revoked_exit_puts_the_entry_back_and_bars_for_three_years(sqlite, house):
    with sqlite.writing() as session:
        exit_ = bring(leaving(session, sqlite, house), "exited")
        later = legal("2026-10-12")
        exit_.take("propose_revocation", "handler_and_head", now=later)
        # Five working days for the reply: 13, 14, 15, 16 and 19.
        assert running(exit_) == {"revocation_proposed": ("RP-16", "2026-10-19")}
        assert refusal(exit_, "revoke", "head", now=legal("2026-10-19", "23:59")) == SENTENCES["reply period"]
        last = legal("2026-10-20", "00:00")
        assert refusal(exit_, "revoke", "handler_and_head", now=last) == SENTENCES["four eyes"]
        exit_.take("revoke", "head", now=last)
        entry, record = exit_.entry, exit_.entry.record
        assert (exit_.case.state, entry.exited_at, entry.exit_how, entry.is_exit_done) == ("revoked", None, "", False)  # fmt: skip
        assert (entry.listed_on, record.hidden_at, record.publicity_ended_at) == (
            date(2026, 10, 20),
            None,
            None,
        )
        assert entry.ends_on == date(2029, 10, 20)
        asked = [(m.title, m.lifted_on, m.due_on) for m in entry.joint_measures]
        assert asked == [  # the first two were lifted; the new ones are to be answered by October 27
            ("提高抽查比例和频次", date(2026, 9, 18), None),
            ("从严审查卫生许可", date(2026, 9, 18), None),
            ("提高抽查比例和频次", None, date(2026, 10, 27)),
            ("从严审查卫生许可", None, date(2026, 10, 27)),
        ]
        again = leaving(session, sqlite, house, entry)
        assert refusal(again, "submit", "owner", now=legal("2026-10-21")) == SENTENCES["barred"]
        assert refusal(again, "submit", "owner", now=legal("2029-10-22")) == SENTENCES["barred"]
        assert refusal(again, "submit", "owner", now=legal("2029-10-23")) is None  # a Saturday, then Monday


def test_a_revocation_that_is_dropped_leaves_the_firm_off_the_list(sqlite, house):
    with sqlite.writing() as session:
        exit_ = bring(leaving(session, sqlite, house), "revocation_replied")
        exit_.take("drop_revocation", "head")
        assert (exit_.case.state, exit_.entry.is_exit_done, running(exit_)) == ("exited", True, {})


def test_an_entry_is_not_put_back_beside_a_later_one(sqlite, house):
    with sqlite.writing() as session:
        exit_ = bring(leaving(session, sqlite, house), "revocation_replied")
        assert refusal(exit_, "revoke", "head") is None
        later = Listing(session, sqlite.world, house, type_=exit_.entry.type).to("noticed")
        assert refusal(exit_, "revoke", "head") == SENTENCES["listed anew"]
        later.take("drop", "handler")
        assert refusal(exit_, "revoke", "head") is None


@pytest.mark.parametrize("kind", ["red", "focus"])
def test_a_unit_may_take_its_own_red_and_focus_lists_back(kind, sqlite, house):
    with sqlite.writing() as session:
        entry = listed(session, sqlite, house, kind=kind)
        exit_ = Leaving(session, sqlite.world, house, entry, by="handler", way="ex_officio")
        with pytest.raises(NotYours):
            exit_.take("initiate", "second_handler")
        exit_.take("initiate", "handler")
        other = Leaving(session, sqlite.world, house, entry, by="second_handler", way="ex_officio")
        assert refusal(other, "initiate", "second_handler") == SENTENCES["open"]
        nothing = {"duties_performed": False, "harm_removed": False, "minimum": "", "commitment_made": False}
        exit_.take("propose_approval", "handler", **nothing)
        assert refusal(exit_, "approve", "head") is None
        exit_.take("approve", "second_head")
        assert (exit_.case.state, entry.exit_how) == ("syncing", "ex_officio")
        confirm_everything(exit_)
        assert (exit_.case.state, entry.is_exit_done) == ("exited", True)
        assert refusal(exit_, "propose_revocation", "handler") == SENTENCES["not early"]


def test_nobody_takes_a_firm_off_a_serious_list_of_their_own_accord(sqlite, house):
    with sqlite.writing() as session:
        entry = listed(session, sqlite, house)
        exit_ = Leaving(session, sqlite.world, house, entry, by="handler", way="ex_officio")
        assert refusal(exit_, "initiate", "handler") == SENTENCES["adverse"]


def test_the_clock_takes_nobody_off_before_the_term_ends_or_while_a_restriction_runs(sqlite, house):
    """On the list until 2029-09-18; restricted by law until 2029-12-31."""
    with sqlite.writing() as session:
        exit_ = leaving(session, sqlite, house, way="expired")
        assert refusal(exit_, "expire", "clock", now=legal("2029-09-18", "23:59")) == SENTENCES["term"]
        exit_.entry.restricted_until = date(2029, 12, 31)
        assert refusal(exit_, "expire", "clock", now=legal("2029-09-19")) == SENTENCES["restricted"]
        assert refusal(exit_, "expire", "clock", now=legal("2029-12-31", "23:59")) == SENTENCES["restricted"]
        assert refusal(exit_, "annul", "clock") == SENTENCES["not annulled"]
        exit_.take("expire", "clock", now=legal("2030-01-01", "00:00"))
        again = leaving(session, sqlite, house, exit_.entry, way="expired")
        assert refusal(again, "expire", "clock", now=legal("2030-01-02")) == SENTENCES["gone"]
