"""The listing workflow, walked by everybody: who may take which step in which state, each guard, and the days.

The tables are typed by hand from the contract of the workflows, and never computed. What goes beyond the contract: the
service of notice and decision is proved by steps of their own (or the notice signed for online), and without that proof
neither a proposal after the reply period nor the publication is possible.
"""

from datetime import date

import pytest
from sqlalchemy import select

from tests.factories import NOW, legal, stored
from tests.lists import TO_STATE, Listing, list_type
from tests.refused import refusal
from tests.services.test_sweep import day_by_day
from workflow_app.domain.refusals import NotYours, Refused
from workflow_app.models.event import Event
from workflow_app.models.outbox import Message
from workflow_app.models.record import CreditRecord
from workflow_app.services.engine import clocks
from workflow_app.services.records import publication
from workflow_app.workflows.listing import LISTING

STEPS = (
    "serve_notice", "discard", "prove_service", "sign_for", "enter_reply", "reply", "drop", "propose_decision", "send_back", "decide",
    "prove_decision_service", "annul", "publish", "restart",
)  # fmt: skip
FIRM = {"owner", "agent_without_signing"}
HANDLERS = {"handler", "second_handler", "handler_and_head"}
HEADS = {"head", "second_head", "handler_and_head"}
CLERKS = {"clerk", "second_clerk"}
UNIT = HANDLERS | HEADS
ONE_OF_EACH = ("owner", "other_owner", "handler", "head", "other_head", "clerk", "lead", "clock")
READERS = UNIT | FIRM | CLERKS | {"lead", "second_lead", "auditor"}

# State → step → who may take it then. Whoever is not named may not; a state or a step that is not named lets nobody. The
# handler told the firm on 2026-09-18, the firm replied, the handler proposed, the head decided; service of the notice and
# of the decision are not proved yet, so that nobody may propose without a reply or publish.
MAY = {
    "draft": {"serve_notice": HANDLERS, "discard": HANDLERS | {"clock"}},
    "noticed": {
        "prove_service": HANDLERS, "sign_for": FIRM, "reply": FIRM, "enter_reply": HANDLERS | CLERKS, "drop": HANDLERS, "restart": HANDLERS,
    },
    "replied": {"drop": HANDLERS, "propose_decision": HANDLERS},
    "awaiting_signature": {"send_back": HEADS, "decide": HEADS},
    "decided": {"prove_decision_service": HANDLERS},
    "listed": {}, "dropped": {}, "discarded": {},
}  # fmt: skip


@pytest.mark.parametrize("state", list(MAY))
def test_every_step_is_taken_by_those_who_may_and_by_nobody_else(state, sqlite, house):
    with sqlite.writing() as session:
        listing = Listing(session, sqlite.world, house).to(state)
        assert listing.case.state == state
        readers = UNIT if state in ("draft", "discarded") else READERS
        own = {step.name for step in LISTING.steps_from(state)}
        outcomes = {
            (step, who): outcome(listing, step, who)
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


def outcome(listing, step, who):
    """What came of trying one step, all of it undone."""
    with listing.session.begin_nested() as attempt:
        try:
            listing.take(step, who)
            return "taken"
        except NotYours:
            return "not yours"
        except Refused:
            return "refused"
        finally:
            attempt.rollback()


SENTENCES = {
    "basis": "这个名单没有登记法律依据，或者还没有经第二人确认、已经停用，不能用来列入。请先在名单目录中办理。",
    "code": "只有名称、代码没有核对一致的，不能列入名单。请核对统一社会信用代码（身份证号码）后重新办理。",
    "twice": "这个主体已经在这个名单上，或者另有一件正在办理，不能重复列入。",
    "stated": "请写明拟列入的事实和理由，以及写到条款的法律依据。",
    "measures": "请勾选列入后采取的管理措施；只能采取名单目录中登记了依据的措施。",
    "not served": "告知书还没有送达的证明。请先登记送达日期、方式并上传送达回证；当事人在线签收或者已经陈述申辩的，不用再登记。",
    "served already": "告知书已经送达，不需要再签收。",
    "proof": "请上传送达回证（签收单、邮寄回执、留置送达记录或者公告）。",
    "served on": "送达日期不能晚于今天，也不能早于告知。请核对回证。",
    "decision served on": "送达日期不能晚于今天，也不能早于决定。请核对回证。",
    "points": "请至少写明一点意见。",
    "answers": "陈述申辩意见要逐点答复：采纳的写明怎样采纳，不采纳的写明理由。",
    "period": "陈述申辩期还没有届满，现在不能提出建议。期限届满或者收到陈述申辩后可以办理。",
    "decision not served": "决定书还没有送达的证明，不能公布。请认定单位先登记送达。",
    "four eyes": "列入的建议由您提出，须由另一位负责人决定（两人原则）。",
}


def running(listing):
    """The open clocks of the case: name → rule and last day."""
    found = clocks.running(listing.session, listing.case.id)
    return {clock.state: (clock.rule_id, clock.due_on.isoformat()) for clock in found}


# Before anybody is told.


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({}, None),
        ({"confirmed": False}, "basis"),
        ({"ended_on": date(2026, 9, 18)}, "basis"),
        ({"ended_on": date(2026, 9, 19)}, None),
    ],
)
def test_only_a_list_in_force_with_a_basis_and_two_people_behind_it_is_used(columns, expected, sqlite, house):
    with sqlite.writing() as session:
        listing = Listing(session, sqlite.world, house, type_=list_type(session, sqlite.world, **columns))
        assert refusal(listing, "serve_notice", "handler") == (SENTENCES[expected] if expected else None)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"behaviour": ""}, "stated"),
        ({"basis": ""}, "stated"),
        ({"measures": ()}, "measures"),
        ({"measures": ("inspect", "whatever_comes_to_mind")}, "measures"),
        ({"measures": ("inspect",)}, None),
    ],
)
def test_the_notice_states_facts_basis_and_measures_of_the_list(facts, expected, sqlite, house):
    with sqlite.writing() as session:
        listing = Listing(session, sqlite.world, house, **facts)
        assert refusal(listing, "serve_notice", "handler") == (SENTENCES[expected] if expected else None)


def test_nobody_is_listed_by_name_alone(sqlite, house):
    with sqlite.writing() as session:
        listing = Listing(session, sqlite.world, house)
        code = listing.case.subject.code
        listing.case.subject.code = code[:-1] + "0"  # the check digit does not fit
        assert refusal(listing, "serve_notice", "handler") == SENTENCES["code"]
        listing.case.subject.code = ""
        assert refusal(listing, "serve_notice", "handler") == SENTENCES["code"]
        listing.case.subject.code = code
        assert refusal(listing, "serve_notice", "handler") is None


def test_an_entry_is_one_for_each_list_and_subject_and_a_dropped_one_frees_it(sqlite, house):
    with sqlite.writing() as session:
        first = Listing(session, sqlite.world, house).to("replied")
        again = Listing(session, sqlite.world, house, type_=first.type)
        assert refusal(again, "serve_notice", "handler") == SENTENCES["twice"]
        other_firm = Listing(session, sqlite.world, house, type_=first.type, subject="other_firm")
        assert refusal(other_firm, "serve_notice", "handler") is None
        other_list = Listing(session, sqlite.world, house, kind="wage")
        assert refusal(other_list, "serve_notice", "handler") is None
        first.take("drop", "handler")
        assert first.entry.dropped_at == NOW
        again.to("listed")
        assert refusal(Listing(session, sqlite.world, house, type_=first.type), "serve_notice", "handler") == SENTENCES["twice"]  # fmt: skip


def test_the_subject_sees_nothing_before_it_is_told(sqlite, house):
    with sqlite.writing() as session:
        listing = Listing(session, sqlite.world, house)
        for who in ("owner", "agent_without_signing", "clerk", "lead", "auditor"):
            with pytest.raises(NotYours):
                listing.take("discard", who)
        assert session.scalars(select(Message).where(Message.kind == "notice")).all() == []
        listing.take("serve_notice", "handler")
        assert refusal(listing, "reply", "owner") is None


# The reply and its clock. From 2026-09-18: five working days end on September 24, seven on the 29th (25 to 27 are off).


@pytest.mark.parametrize(
    ("kind", "rule_id", "due_on", "last_moment", "first_moment"),
    [
        ("serious", "LE-01", "2026-09-24", "2026-09-24", "2026-09-25"),
        ("abnormal", "LE-01", "2026-09-24", "2026-09-24", "2026-09-25"),
        ("red", "LE-08", "2026-09-29", "2026-09-29", "2026-09-30"),
        ("focus", "LE-01", "2026-09-24", "2026-09-24", "2026-09-25"),
    ],
)
def test_the_reply_period_is_the_one_that_the_list_names(
    kind, rule_id, due_on, last_moment, first_moment, sqlite, house
):
    with sqlite.writing() as session:
        listing = Listing(session, sqlite.world, house, kind=kind).to("noticed")
        assert running(listing) == {"noticed": (rule_id, due_on)}
        assert refusal(listing, "propose_decision", "handler", now=legal(last_moment)) == SENTENCES["not served"]  # fmt: skip
        listing.take("prove_service", "handler")
        listing.session.flush()
        late = legal(last_moment, "23:59")
        assert refusal(listing, "propose_decision", "handler", now=late) == SENTENCES["period"]
        assert refusal(listing, "propose_decision", "handler", now=legal(first_moment, "00:00")) is None


def test_the_period_counts_from_the_service_when_that_was_later(sqlite, house):
    """Handed over on Monday September 28: the 29th, the 30th, October 8, 9 and Saturday the 10th, which is worked."""
    with sqlite.writing() as session:
        listing = Listing(session, sqlite.world, house).to("noticed")
        served = {"served_on": date(2026, 9, 28)}
        listing.take("prove_service", "handler", now=legal("2026-09-30"), **served)
        assert running(listing) == {"noticed": ("LE-01", "2026-10-10")}
        assert listing.case.due_on == date(2026, 10, 10)
        assert refusal(listing, "propose_decision", "handler", now=legal("2026-10-10", "23:59")) == SENTENCES["period"]  # fmt: skip
        assert refusal(listing, "propose_decision", "handler", now=legal("2026-10-11")) is None
        assert refusal(listing, "sign_for", "owner", now=legal("2026-09-30")) == SENTENCES["served already"]


def test_signing_for_it_online_is_service_and_starts_the_period(sqlite, house):
    """Signed for on September 20, a Sunday that is worked: 21 to 24 and, after the days off, the 28th."""
    with sqlite.writing() as session:
        listing = Listing(session, sqlite.world, house).to("noticed")
        listing.take("sign_for", "owner", now=legal("2026-09-20"))
        assert running(listing) == {"noticed": ("LE-01", "2026-09-28")}
        assert refusal(listing, "propose_decision", "handler", now=legal("2026-09-28")) == SENTENCES["period"]
        assert refusal(listing, "propose_decision", "handler", now=legal("2026-09-29")) is None
        assert refusal(listing, "sign_for", "owner", now=legal("2026-09-21")) == SENTENCES["served already"]


def test_an_earlier_service_noted_later_gives_nobody_less_time(sqlite, house):
    with sqlite.writing() as session:
        listing = Listing(session, sqlite.world, house).to("noticed")
        listing.take("sign_for", "owner", now=legal("2026-09-22"))
        assert running(listing) == {"noticed": ("LE-01", "2026-09-30")}
        for served_on in ("2026-09-18", "2026-09-20"):  # so the handler says afterwards
            given = {"served_on": date.fromisoformat(served_on), "now": legal("2026-09-23")}
            listing.take("prove_service", "handler", **given)
            assert running(listing) == {"noticed": ("LE-01", "2026-09-30")}


@pytest.mark.parametrize(
    ("served_on", "expected"),
    [("2026-09-17", "served on"), ("2026-09-18", None), ("2026-09-21", None), ("2026-09-22", "served on")],
)
def test_a_day_of_service_lies_between_the_notice_and_today(served_on, expected, sqlite, house):
    with sqlite.writing() as session:
        listing = Listing(session, sqlite.world, house).to("noticed")
        given = {"served_on": date.fromisoformat(served_on), "now": legal("2026-09-21")}
        said = refusal(listing, "prove_service", "handler", **given)
        assert said == (SENTENCES[expected] if expected else None)


def test_service_is_proved_with_a_paper_of_its_own(sqlite, house):
    with sqlite.writing() as session:
        listing = Listing(session, sqlite.world, house).to("noticed")
        known = {"served_on": date(2026, 9, 18), "served_how": "handed"}
        assert without_paper(listing, "prove_service", known) == SENTENCES["proof"]
        listing.go(*TO_STATE["decided"][1:])
        given = {"decision_served_on": date(2026, 9, 18), "decision_served_how": "post"}
        assert without_paper(listing, "prove_decision_service", given) == SENTENCES["proof"]
        for day, expected in (("2026-09-17", "decision served on"), ("2026-09-21", "decision served on"), ("2026-09-18", None)):  # fmt: skip
            given = {"decision_served_on": date.fromisoformat(day)}
            said = refusal(listing, "prove_decision_service", "handler", **given)
            assert said == (SENTENCES[expected] if expected else None), day


def without_paper(listing, step, given):
    """What is said to a step that comes without the paper."""
    listing.session.flush()
    with listing.session.begin_nested() as attempt:
        try:
            listing.take_bare(step, "handler", **given)
            return None
        except Refused as refused:
            return str(refused.sentence)
        finally:
            attempt.rollback()
            listing.session.expire_all()


def test_each_point_of_the_reply_is_answered(sqlite, house):
    with sqlite.writing() as session:
        listing = Listing(session, sqlite.world, house).to("noticed")
        assert refusal(listing, "reply", "owner", reply_points=()) == SENTENCES["points"]
        listing.take("reply", "owner", reply_points=("已经召回。", "正在复议。", "请求延期。"))
        both = {"1": "不影响认定。", "2": "不停止执行。"}
        assert refusal(listing, "propose_decision", "handler", answers=both) == SENTENCES["answers"]
        assert refusal(listing, "propose_decision", "handler", answers=both | {"3": ""}) == SENTENCES["answers"]  # fmt: skip
        assert refusal(listing, "propose_decision", "handler", answers=both | {"3": "没有依据。"}) is None


# The answer, the signature, the publication.


def test_the_answer_has_one_clock_for_handler_and_head(sqlite, house):
    """Replied on September 22: 23, 24, 28, 29 and 30; a return starts nothing anew, the decision ends it."""
    with sqlite.writing() as session:
        listing = Listing(session, sqlite.world, house).to("noticed")
        listing.take("reply", "owner", now=legal("2026-09-22"))
        expected = {"answer": ("LE-02", "2026-09-30")}
        assert running(listing) == expected
        listing.take("propose_decision", "handler", now=legal("2026-09-24"))
        assert running(listing) == expected
        listing.go(("send_back", "head"), ("propose_decision", "handler"), now=legal("2026-09-28"))
        assert running(listing) == expected
        listing.take("decide", "head", now=legal("2026-09-29"))
        # Twenty working days: September 30, October 8, 9, 10, 12 to 16, 19 to 23, 26 to 30 and November 2.
        assert running(listing) == {"decided": ("LE-03", "2026-11-02")}


def test_whoever_proposed_does_not_decide(sqlite, house):
    with sqlite.writing() as session:
        listing = Listing(session, sqlite.world, house).to("replied")
        listing.take("propose_decision", "handler_and_head")
        assert refusal(listing, "decide", "handler_and_head") == SENTENCES["four eyes"]
        assert refusal(listing, "decide", "second_head") is None
        listing.go(("send_back", "head"), ("propose_decision", "handler"))
        assert refusal(listing, "decide", "handler_and_head") == SENTENCES["four eyes"]


def test_nothing_is_published_before_the_decision_was_served(sqlite, house):
    with sqlite.writing() as session:
        listing = Listing(session, sqlite.world, house).to("decided")
        assert refusal(listing, "publish", "clerk") == SENTENCES["decision not served"]
        assert session.get_one(CreditRecord, listing.case.record_id).scope == "none"
        listing.take("prove_decision_service", "handler")
        assert refusal(listing, "publish", "clerk") is None


def test_an_entry_that_is_published_is_a_serious_record_with_its_days_and_measures(sqlite, house):
    with sqlite.writing() as session:
        listing = Listing(session, sqlite.world, house).to("decided")
        listing.take("prove_decision_service", "handler", now=legal("2026-09-24"), decision_served_on=date(2026, 9, 24))  # fmt: skip
        listing.take("publish", "clerk", now=legal("2026-09-28"))
        entry, record = listing.entry, listing.entry.record
        assert (record.kind, record.class_, record.scope) == ("serious_list", "serious", "public")
        assert (record.decision_no, record.content) == (
            listing.case.number,
            "提高抽查比例和频次；从严审查卫生许可",
        )
        # On the list from September 28; three years from there end later than the three years of Order 36 from the decision.
        assert (entry.decided_on, entry.listed_on) == (date(2026, 9, 18), date(2026, 9, 28))
        assert (entry.ends_on, entry.early_on) == (date(2029, 9, 18), date(2027, 9, 29))
        # Five working days for the units to answer: 29, 30, October 8, 9, 10.
        assert [(m.unit.key, m.due_on) for m in listing.measures] == [
            ("market", date(2026, 10, 10)),
            ("health", date(2026, 10, 10)),
        ]
        assert entry.channel == "“信用中国（示例市）”网站和本平台"
        told = [e.step for e in session.scalars(select(Event).where(Event.case_id == listing.case.id))]
        assert told == [
            "serve_notice", "reply", "propose_decision", "decide", "prove_decision_service", "publish",
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "subject", "scope", "record_kind"),
    [
        ("serious", "firm", "public", "serious_list"),
        ("serious", "citizen", "limited", "serious_list"),
        ("abnormal", "citizen", "limited", "abnormal_list"),
        ("red", "citizen", "public", None),
        ("focus", "firm", "none", None),
        ("focus", "citizen", "none", None),
    ],
)
def test_who_may_see_an_entry_follows_from_list_and_subject(kind, subject, scope, record_kind, sqlite, house):
    """What stands against a natural person is never public, and a focus list never is."""
    with sqlite.writing() as session:
        listing = Listing(session, sqlite.world, house, kind=kind, subject=subject)
        replier = {"firm": "owner", "citizen": "citizen"}[subject]
        for step, by in (("serve_notice", "handler"), ("reply", replier), ("propose_decision", "handler"),
                         ("decide", "head"), ("prove_decision_service", "handler"), ("publish", "clerk")):  # fmt: skip
            listing.take(step, by)
        assert (listing.case.state, listing.case.facts["scope"]) == ("listed", scope)
        record = listing.entry.record
        assert (record and record.kind) == record_kind
        assert (record.scope if record else scope) == scope
        if record and scope != "public":
            with pytest.raises(NotYours):
                publication.line(session, record.ref, today=date(2026, 9, 18))


def test_a_focus_list_asks_for_no_measures_and_a_red_list_does(sqlite, house):
    with sqlite.writing() as session:
        focus = Listing(session, sqlite.world, house, kind="focus", measures=())
        assert refusal(focus, "serve_notice", "handler") is None
        red = Listing(session, sqlite.world, house, kind="red", measures=())
        assert refusal(red, "serve_notice", "handler") == SENTENCES["measures"]


def test_the_head_and_then_the_lead_hear_of_an_answer_that_is_late(sqlite, house):
    """LE-02 ended on September 30; the head is told in the holidays, and October 8, 9 and 10 are the three days after."""
    with sqlite.writing() as session:
        listing = Listing(session, sqlite.world, house).to("noticed")
        listing.take("reply", "owner", now=legal("2026-09-22"))
    assert day_by_day(sqlite, house, "2026-09-29", "2026-10-20") == {
        "2026-10-01": ["overdue-head"],
        "2026-10-11": ["overdue-lead"],
    }


def test_silence_after_the_notice_is_told_to_the_head_and_never_lists_anybody(sqlite, house):
    with sqlite.writing() as session:
        number = Listing(session, sqlite.world, house).to("noticed").case.number
    assert day_by_day(sqlite, house, "2026-09-19", "2026-10-12") == {
        "2026-09-23": ["remind-1"],
        "2026-09-25": ["overdue-head"],
    }
    with sqlite.reading() as session:
        assert stored(session, number).state == "noticed"
