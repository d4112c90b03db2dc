"""The commitment workflow, walked by everybody: who may take which step in which state, each guard, each clock.

The tables are typed by hand from the law and never computed.
"""

from datetime import date

import pytest
from sqlalchemy import update

from forms import form_for
from tests import factories
from tests.factories import NOW, draft, fill_in, legal, paper, stored, take
from workflow_app.domain import clock
from workflow_app.domain.refusals import NotYours, Refused
from workflow_app.models.case import Case
from workflow_app.models.catalogue import CommitmentItem
from workflow_app.services.cases import cases
from workflow_app.services.engine import circumstances, gate, history, opened, perform
from workflow_app.workflows.commitment import COMMITMENT

STEPS = (
    "sign", "discard", "take_effect", "accept", "return_for_correction", "refuse", "withdraw", "lapse",
    "note_second_return", "report_performance", "start_check", "confirm_fulfilled", "propose_breach", "reply", "accept_rectification",
    "drop_breach", "decide_breach", "set_aside", "pause", "resume", "extend", "restart",
)  # fmt: skip
SIGNERS = {"owner", "agent"}
FIRM = {"owner", "agent", "agent_without_signing"}
HANDLERS = {"handler", "second_handler", "handler_and_head"}
HEADS = {"head", "second_head", "handler_and_head"}
OFFICE = {"clerk", "second_clerk", "lead", "second_lead", "auditor"}
READERS = FIRM | HANDLERS | HEADS | OFFICE

# State → step → who may take it then, on the day the state was entered. Whoever is not named may not; a state or a
# step that is not named lets nobody. The handler proposed the breach; the marked part of the returned case was not
# mended; the item needs acceptance.
MAY = {
    "draft": {"sign": SIGNERS, "discard": FIRM | {"clock"}},
    "signed": {
        "accept": HANDLERS, "return_for_correction": HANDLERS, "refuse": HANDLERS, "withdraw": FIRM,
    },
    "returned": {"withdraw": FIRM, "lapse": {"clock"}},
    "active": {"withdraw": FIRM, "report_performance": FIRM, "start_check": HANDLERS | {"clock"}},
    "checking": {
        "confirm_fulfilled": HANDLERS, "propose_breach": HANDLERS, "pause": HANDLERS, "extend": HEADS,
    },
    "breach_proposed": {"reply": FIRM, "drop_breach": HEADS, "restart": HANDLERS},
    "breach_replied": {"accept_rectification": HANDLERS, "drop_breach": HEADS, "decide_breach": HEADS},
    "fulfilled": {}, "breached": {"set_aside": {"clock"}}, "refused": {}, "withdrawn": {}, "discarded": {},
}  # fmt: skip


@pytest.mark.parametrize("state", list(MAY))
def test_every_step_is_taken_by_those_who_may_and_by_nobody_else(state, sqlite, house):
    with sqlite.writing() as session:
        case = factories.case_in(session, state, sqlite.world, house)
        address, readers = case.address, FIRM if state in ("draft", "discarded") else READERS
        outcomes = {
            (step, who): outcome(session, address, step, actor, house)
            for step in STEPS
            for who, actor in sqlite.world.actors.items()
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


def outcome(session, address, step, actor, house):
    """What came of trying one step, all of it undone."""
    with session.begin_nested() as attempt:
        try:
            take(session, stored(session, address), step, actor, house)
            return "taken"
        except NotYours:
            return "not yours"
        except Refused:
            return "refused"
        finally:
            attempt.rollback()
            session.expire_all()


def test_the_clock_alone_lets_a_commitment_take_effect_that_needs_no_acceptance(sqlite, house):
    with sqlite.writing() as session:
        case = draft(session, sqlite.world, house, item="repair")
        take(session, case, "sign", sqlite.world.actors["owner"], house)
        assert case.state == "active"
        assert [(event.step, event.acting_as) for event in history.events(session, case.id)] == [
            ("sign", "owner"),
            ("take_effect", "clock"),
        ]


# Each guard's sentence: how the case is spoilt, and what is said then.
SENTENCES = {
    "letter complete": "承诺书还没有填完整。请补上承诺事由、承诺期限、联系人和联系手机。",
    "item open": "这个事项现在不接受新的承诺。请在承诺事项目录中另选，或向受理单位咨询普通办理程序。",
    "kind fits": "这个事项不面向贵方这一类主体。请在承诺事项目录中另选，或向受理单位咨询。",
    "type open": "贵方有尚未修复的违诺记录，暂不能使用审批替代型和证明替代型承诺。您可以按普通程序办理，或先申请信用修复。",
    "term fits": "承诺期限不在这个事项允许的范围内。请修改承诺有效期。",
    "papers": "还缺少这个事项要求的材料。请在“材料”一栏逐项上传后再签署。",
    "consent": "这个事项的承诺要向社会公示。请勾选同意公示后再签署；不同意的，可以选择普通办理程序。",
    "same letter": "承诺书文本在您填写期间有了新的版本。您填写的内容都在，请重新阅读新文本后再签署。",
    "identity": "签署前需要再次确认您的身份。请输入登录密码。",
    "marked parts": "退回时标出的地方还没有全部修改。请逐项修改后再提交。",
    "evidence": "请至少上传一份证明履行情况的材料（PDF、JPG 或 PNG）。",
    "reply period": "陈述申辩期还没有届满，现在不能作出决定。期限届满或收到陈述申辩后可以决定。",
    "four eyes": "违诺认定由您提出建议，须由另一位负责人决定（两人原则）。",
}


@pytest.mark.parametrize("missing", ["reason", "valid_until", "contact_name", "contact_mobile"])
def test_a_letter_that_lacks_a_part_is_not_signed(missing, sqlite, house):
    with sqlite.writing() as session:
        blank = None if missing == "valid_until" else ""
        case = draft(session, sqlite.world, house, **{missing: blank})
        assert refusal(session, case, "sign", "owner", sqlite, house) == SENTENCES["letter complete"]


def test_an_item_closed_today_takes_no_more_signatures(sqlite, house):
    with sqlite.writing() as session:
        case = draft(session, sqlite.world, house)
        session.execute(update(CommitmentItem).values(open_until=date(2026, 9, 18)))
        session.expire_all()
        assert refusal(session, case, "sign", "owner", sqlite, house) == SENTENCES["item open"]


def test_an_item_closed_from_tomorrow_takes_signatures_today(sqlite, house):
    with sqlite.writing() as session:
        case = draft(session, sqlite.world, house)
        session.execute(update(CommitmentItem).values(open_until=date(2026, 9, 19)))
        session.expire_all()
        assert refusal(session, case, "sign", "owner", sqlite, house) is None


def test_an_item_for_firms_is_not_signed_by_a_citizen(sqlite, house):
    with sqlite.writing() as session:
        case = draft(session, sqlite.world, house, by="citizen")
        assert refusal(session, case, "sign", "citizen", sqlite, house) == SENTENCES["kind fits"]


@pytest.mark.parametrize(
    ("item_type", "expected"),
    [
        ("SPTD", "type open"),
        ("ZMTD", "type open"),
        ("RQSL", None),
        ("XYXF", None),
        ("HYZL", None),
        ("ZDGS", None),
    ],
)
def test_a_breach_not_yet_repaired_closes_two_types(item_type, expected, sqlite, house):
    with sqlite.writing() as session:
        case = draft(session, sqlite.world, house)
        case.item.type = item_type
        breached(session, case)
        said = refusal(session, case, "sign", "owner", sqlite, house)
        assert said == (SENTENCES[expected] if expected else None)


def test_a_repaired_breach_closes_nothing(sqlite, house):
    with sqlite.writing() as session:
        case = draft(session, sqlite.world, house)
        breached(session, case, repaired_at=NOW)
        assert refusal(session, case, "sign", "owner", sqlite, house) is None


# Signed on 2026-09-18, the item's longest term is six months: the last day is 2027-03-18.
@pytest.mark.parametrize(
    ("last_day", "is_signed"),
    [
        (date(2026, 9, 17), False),
        (date(2026, 9, 18), False),
        (date(2026, 9, 19), True),
        (date(2027, 3, 18), True),
        (date(2027, 3, 19), False),
    ],
)
def test_the_term_ends_after_today_and_within_the_longest_term(last_day, is_signed, sqlite, house):
    with sqlite.writing() as session:
        case = draft(session, sqlite.world, house, valid_until=last_day)
        said = refusal(session, case, "sign", "owner", sqlite, house)
        assert said == (None if is_signed else SENTENCES["term fits"])


def test_a_required_paper_must_be_there_and_not_taken_back(sqlite, house):
    with sqlite.writing() as session:
        case = draft(session, sqlite.world, house, item="venue")
        assert refusal(session, case, "sign", "owner", sqlite, house) == SENTENCES["papers"]
        kept = paper(session, case, "site_plan", sqlite.world.actors["owner"])
        assert refusal(session, case, "sign", "owner", sqlite, house) is None
        kept.removed_at = NOW
        session.flush()
        assert refusal(session, case, "sign", "owner", sqlite, house) == SENTENCES["papers"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"publication_consent": False}, "consent"),
        ({"letter_version": 0}, "same letter"),
        ({"letter_version": 2}, "same letter"),
        ({"identity_confirmed": False}, "identity"),
    ],
)
def test_what_is_handed_in_at_signing_is_judged(given, expected, sqlite, house):
    with sqlite.writing() as session:
        case = draft(session, sqlite.world, house, publication_consent=False)
        assert refusal(session, case, "sign", "owner", sqlite, house, **given) == SENTENCES[expected]


def test_an_item_that_is_not_public_needs_no_consent(sqlite, house):
    with sqlite.writing() as session:
        case = draft(session, sqlite.world, house, item="internal", publication_consent=False)
        assert refusal(session, case, "sign", "owner", sqlite, house, publication_consent=False) is None


def test_the_first_reason_is_said_first(sqlite, house):
    with sqlite.writing() as session:
        case = draft(session, sqlite.world, house, item="venue", reason="", valid_until=date(2030, 1, 1))
        assert refusal(session, case, "sign", "owner", sqlite, house) == SENTENCES["letter complete"]


def test_a_returned_letter_is_signed_again_once_the_marked_part_changed(sqlite, house):
    with sqlite.writing() as session:
        case = factories.case_in(session, "returned", sqlite.world, house)
        assert refusal(session, case, "sign", "owner", sqlite, house) == SENTENCES["marked parts"]
        fill_in(session, case, sqlite.world, house, reason="许可证号 JY11201020001 延续")
        assert refusal(session, case, "sign", "owner", sqlite, house) is None


def test_a_marked_consent_is_answered_by_giving_it_at_signing(sqlite, house):
    with sqlite.writing() as session:
        case = draft(session, sqlite.world, house, item="internal", publication_consent=False)
        owner, handler = sqlite.world.actors["owner"], sqlite.world.actors["handler"]
        take(session, case, "sign", owner, house, publication_consent=False)
        marked = [{"code": "CM-R11", "target": "publication_consent", "note": "请确认。"}]
        take(session, case, "return_for_correction", handler, house, reasons=marked)
        assert refusal(session, case, "sign", "owner", sqlite, house, publication_consent=True) is None


def test_a_marked_paper_is_answered_by_a_new_file(sqlite, house):
    with sqlite.writing() as session:
        owner, handler = sqlite.world.actors["owner"], sqlite.world.actors["handler"]
        case = draft(session, sqlite.world, house, item="venue")
        paper(session, case, "site_plan", owner)
        take(session, case, "sign", owner, house)
        marked = [{"code": "CM-R12", "target": "site_plan", "note": "看不清。"}]
        take(session, case, "return_for_correction", handler, house, reasons=marked)
        assert refusal(session, case, "sign", "owner", sqlite, house) == SENTENCES["marked parts"]
        paper(session, case, "site_plan", owner)
        assert refusal(session, case, "sign", "owner", sqlite, house) is None


def test_only_the_marked_parts_of_a_returned_letter_can_be_changed(sqlite, house):
    with sqlite.writing() as session:
        case = factories.case_in(session, "returned", sqlite.world, house)
        with pytest.raises(Refused, match="只能修改退回时标出的地方"):
            fill_in(session, case, sqlite.world, house, contact_name="别人")


def test_nothing_of_a_signed_letter_can_be_changed(sqlite, house):
    with sqlite.writing() as session:
        case = factories.case_in(session, "signed", sqlite.world, house)
        with pytest.raises(Refused, match="现在不能修改"):
            fill_in(session, case, sqlite.world, house, reason="别的")


def test_a_report_of_performance_needs_evidence_that_is_new(sqlite, house):
    with sqlite.writing() as session:
        case = factories.case_in(session, "active", sqlite.world, house)
        order = perform.Order("report_performance", {"performance_report": "已经履行。"}, case.version)
        with pytest.raises(Refused) as refused:
            perform.perform(
                session, case.address, order, actor=sqlite.world.actors["owner"], now=NOW, house=house
            )
        assert str(refused.value.sentence) == SENTENCES["evidence"]


# The breach was proposed on 2026-09-18; five working days later is 2026-09-24 (Sunday the 20th is worked).
@pytest.mark.parametrize(("day", "is_over"), [("2026-09-24", False), ("2026-09-25", True)])
def test_without_a_reply_a_breach_is_decided_only_after_the_reply_period(day, is_over, sqlite, house):
    with sqlite.writing() as session:
        case = factories.case_in(session, "breach_proposed", sqlite.world, house)
        said = refusal(session, case, "decide_breach", "head", sqlite, house, now=legal(day, "23:59"))
        assert said == (None if is_over else SENTENCES["reply period"])


def test_whoever_proposed_a_breach_does_not_decide_it_whatever_grants_they_hold(sqlite, house):
    with sqlite.writing() as session:
        case = factories.case_in(session, "checking", sqlite.world, house)
        take(session, case, "propose_breach", sqlite.world.actors["handler_and_head"], house)
        take(session, case, "reply", sqlite.world.actors["owner"], house)
        assert (
            refusal(session, case, "decide_breach", "handler_and_head", sqlite, house)
            == SENTENCES["four eyes"]
        )
        assert refusal(session, case, "decide_breach", "head", sqlite, house) is None


def test_a_proposer_of_an_earlier_round_does_not_decide_a_later_one(sqlite, house):
    with sqlite.writing() as session:
        actors = sqlite.world.actors
        case = factories.case_in(session, "checking", sqlite.world, house)
        for step, who in (
            ("propose_breach", "handler_and_head"),
            ("reply", "owner"),
            ("accept_rectification", "handler"),
            ("propose_breach", "handler"),
            ("reply", "owner"),
        ):
            take(session, case, step, actors[who], house)
        assert (
            refusal(session, case, "decide_breach", "handler_and_head", sqlite, house)
            == SENTENCES["four eyes"]
        )


@pytest.mark.parametrize(
    ("state", "step", "who", "expected"),
    [
        ("draft", "sign", "agent_without_signing", "这一步由主体管理员或有签署权的经办人办理。"),
        ("signed", "accept", "owner", "这一步由部门经办办理。"),
        ("signed", "accept", "head", "这一步由部门经办办理。"),
        ("breach_replied", "decide_breach", "handler", "这一步由部门负责人办理。"),
        ("breach_replied", "decide_breach", "second_handler", "这一步由部门负责人办理。"),
        ("returned", "lapse", "owner", "这一步由系统时钟办理。"),
        ("active", "accept", "handler", "这件办件现在的状态是“承诺生效，履行中”，不能办理这一步。"),
    ],
)
def test_a_refusal_says_who_takes_the_step_or_why_it_is_not_the_time(
    state, step, who, expected, sqlite, house
):
    with sqlite.writing() as session:
        case = factories.case_in(session, state, sqlite.world, house)
        assert refusal(session, case, step, who, sqlite, house) == expected


def test_an_expired_mandate_is_told_with_its_last_day_and_the_way_out(sqlite, house):
    with sqlite.writing() as session:
        case = draft(session, sqlite.world, house)
        with pytest.raises(Refused) as refused:
            cases.visible(session, case.address, sqlite.world.actors["agent_expired"])
        assert str(refused.value.sentence) == (
            "您代办这个主体事项的授权已于 2026 年 8 月 31 日 到期。请主体管理员在“经办人与授权”中续期。"
        )


def breached(session, case, **changed):
    """A breach in the subject's record, from an earlier case."""
    earlier = session.merge(Case(**{**columns(case), "id": 900, "ref": "Dearlier"}))
    session.flush()
    factories.record(
        session,
        subject_id=case.subject_id,
        unit_id=case.unit_id,
        kind="other",
        case_id=earlier.id,
        **changed,
    )


def columns(case):
    """The columns of a case by name."""
    return {column.key: getattr(case, column.key) for column in Case.__table__.columns}


def refusal(session, case, step_name, who, sqlite, house, *, now=NOW, **given):
    """The sentence that the page shows beside the step, and that the engine says too; None when it may be taken."""
    said = engine_says(session, case, step_name, sqlite.world.actors[who], house, now=now, given=given)
    step = COMMITMENT.step(step_name, case.state)
    if step is not None:
        file = opened.again(session, case, day=clock.legal_day(now))
        handed_in = {**factories.GIVEN.get(step_name, {}), **given}
        sentence = gate.refusal(
            step, case, sqlite.world.actors[who], acted=file.acted,
            about=circumstances.with_given(file.about, step, handed_in, COMMITMENT),
        )  # fmt: skip
        assert (str(sentence) if sentence else None) == said
    return said


def engine_says(session, case, step_name, actor, house, *, now, given):
    """What the engine says to the step, all of it undone."""
    session.flush()
    with session.begin_nested() as attempt:
        try:
            take(session, case, step_name, actor, house, now=now, **given)
            return None
        except Refused as refused:
            return str(refused.sentence)
        finally:
            attempt.rollback()
            session.expire_all()


def test_the_form_of_a_draft_asks_for_nothing_but_what_a_draft_may_fill_in():
    asked = {field.name for field in form_for("commitment", "edit")()}
    assert asked <= set(COMMITMENT.fills)


def test_a_draft_can_not_write_what_only_a_step_may(sqlite, house):
    with sqlite.writing() as session:
        case = factories.draft(session, sqlite.world, house)
        owner = sqlite.world.actors["owner"]
        with pytest.raises(Refused):
            cases.save(
                session, case.address, {"degree": "partly"}, version=case.version,
                actor=owner, now=factories.NOW, house=house,
            )  # fmt: skip
