"""Acting on a clock through the engine: who, once only, told in advance; and the due day that follows, counted by hand.

The case of every test is `checking` from Friday 2026-09-18 (CM-05, 15 working days): due on Thursday 2026-10-15.
September 20 and October 10 are worked, September 25 to 27 and October 1 to 7 are off.
"""

from datetime import date

import pytest
from sqlalchemy import select

from tests import factories
from tests.factories import legal, stored, take
from workflow_app.domain.due_words import end_of
from workflow_app.domain.refusals import Refused
from workflow_app.domain.words import Sentence
from workflow_app.models.case import NO_DUE_DAY
from workflow_app.models.document import Document
from workflow_app.models.outbox import Message
from workflow_app.models.rulebook import ClockEntry
from workflow_app.services.engine import clocks, history


@pytest.fixture
def checking(sqlite, house):
    """A session with a case under check, and a function that takes a step in it on a day."""
    with sqlite.writing() as session:
        case = factories.case_in(session, "checking", sqlite.world, house)

        def act(step, day, by="handler", **given):
            actor = sqlite.world.actors[by]
            take(session, case, step, actor, house, now=legal(day), **given)
            session.flush()
            return clocks.running(session, case.id)[0] if not case.state.startswith("fulf") else None

        yield session, case, act


def test_a_paused_clock_stands_and_the_case_leaves_the_queue_of_what_is_due(checking):
    _, case, act = checking
    found = act("pause", "2026-09-22")
    assert (found.paused_on, found.act_on, case.due_on) == (date(2026, 9, 22), None, NO_DUE_DAY)


def test_the_days_of_a_pause_are_not_counted(checking):
    """Paused on Tuesday the 22nd, resumed on Monday the 28th: 22, 23 and 24 were working days, so three more."""
    _, case, act = checking
    act("pause", "2026-09-22")
    found = act("resume", "2026-09-28")
    assert (found.due_on, found.paused_on, case.due_on) == (date(2026, 10, 20), None, date(2026, 10, 20))


def test_an_extension_adds_the_days_of_its_rule(checking):
    """CM-05-EXT is 7 working days: October 16, 19, 20, 21, 22, 23, 26."""
    _, case, act = checking
    found = act("extend", "2026-10-15", by="head")
    assert (found.due_on, case.due_on) == (date(2026, 10, 26), date(2026, 10, 26))


def test_a_clock_is_extended_while_it_stands(checking):
    """Three days out and seven on top: October 20, then 21, 22, 23, 26, 27, 28, 29."""
    _, _, act = checking
    act("pause", "2026-09-22")
    act("extend", "2026-09-23", by="head")
    assert act("resume", "2026-09-28").due_on == date(2026, 10, 29)


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ((("pause", "2026-09-21"), ("pause", "2026-09-22")), "计时已经暂停，请先恢复计时。"),
        ((("resume", "2026-09-21"),), "计时没有暂停，不需要恢复。"),
        (
            (("extend", "2026-09-21", "head"), ("extend", "2026-09-22", "second_head")),
            "这个期限已经延长过一次，不能再次延长。",
        ),
        (
            (("extend", "2026-10-16", "head"),),
            "期限已经届满，不能再延长。延长应当在期限届满前决定并告知当事人。",
        ),
        ((("pause", "2026-10-16"),), "期限已经届满，不能再暂停计时。请尽快办理。"),
    ],
)
def test_an_act_that_is_not_open_says_why(steps, said, checking):
    _, _, act = checking
    *before, last = steps
    for step in before:
        act(*step)
    with pytest.raises(Refused) as refused:
        act(*last)
    assert str(refused.value.sentence) == said


def test_a_pause_needs_its_paper(sqlite, house):
    with sqlite.writing() as session:
        case = factories.case_in(session, "checking", sqlite.world, house)
        order = factories.perform.Order("pause", factories.GIVEN["pause"], case.version)
        with pytest.raises(Refused, match="请上传作为依据的材料"):
            factories.perform.perform(
                session,
                case.address,
                order,
                actor=sqlite.world.actors["handler"],
                now=legal("2026-09-21"),
                house=house,
            )


def test_a_reply_period_starts_anew_when_the_notice_is_served_again(sqlite, house):
    """CM-06, 5 working days from Wednesday 2026-09-23: 24, 28, 29, 30 and October 8."""
    with sqlite.writing() as session:
        case = factories.case_in(session, "breach_proposed", sqlite.world, house)
        take(session, case, "restart", sqlite.world.actors["handler"], house, now=legal("2026-09-23"))
        assert case.due_on == date(2026, 10, 8)


def test_each_act_is_an_event_an_entry_a_letter_and_a_notice(database, house):
    with database.writing() as session:
        case = factories.case_in(session, "checking", database.world, house)
        address = case.address
        take(session, case, "extend", database.world.actors["head"], house, now=legal("2026-10-12"))
    with database.reading() as session:
        case = stored(session, address)
        event = history.events(session, case.id)[-1]
        assert (event.step, event.acting_as, event.given) == (
            "extend",
            "head",
            {"clock_reason": "两处门店还没有核查完"},
        )
        entry = session.scalars(select(ClockEntry)).one()
        assert (entry.kind, entry.on, entry.old_due_on, entry.new_due_on, entry.event_seq) == (
            "extend", date(2026, 10, 12), date(2026, 10, 15), date(2026, 10, 26), event.seq,
        )  # fmt: skip
        letter = session.scalars(select(Document).where(Document.event_seq == event.seq)).one()
        assert (letter.kind, letter.facts["values"]["clock_act"]) == ("clock_notice", "延长办理期限")
        told = session.scalars(
            select(Message.payload).where(Message.key.like("%notice-clock_extended%"))
        ).one()
        assert told["sentence"]["values"]["old_due"] == {"sentence": end_of(date(2026, 10, 15)).as_json()}
        assert history.faults(session, case.id) == []


def test_the_explanation_names_every_act_and_both_rules(checking):
    _, _, act = checking
    act("pause", "2026-09-22")
    act("resume", "2026-09-28")
    found = act("extend", "2026-09-29", by="head")
    told = [str(Sentence.from_json(line)) for line in found.explanation]
    assert (
        "自 2026 年 9 月 22 日起暂停计时：委托检测机构检验留样。2026 年 9 月 28 日恢复计时，其间 3 个工作日不计。"
        in told
    )
    assert "2026 年 9 月 29 日延长期限：两处门店还没有核查完。从 2026 年 10 月 21 日接着计算。" in told
    assert "时限规则 CM-05-EXT：核查延长期限（限一次），7 个工作日。" in told
    assert told[-1] == "到期：2026 年 10 月 29 日 24:00。"


def test_the_ledger_refuses_to_be_changed(database, house):
    with database.writing() as session:
        case = factories.case_in(session, "checking", database.world, house)
        take(session, case, "extend", database.world.actors["head"], house, now=legal("2026-09-21"))
    with pytest.raises(Exception, match="append-only"), database.writing() as session:
        session.query(ClockEntry).update({"reason": "other"})


def test_the_marked_parts_of_a_returned_case_survive_what_only_acts_on_its_clock(sqlite, house):
    with sqlite.writing() as session:
        case = factories.case_in(session, "returned", sqlite.world, house)
        told = history.events(session, case.id)
        assert history.entered(told).step == "return_for_correction"
