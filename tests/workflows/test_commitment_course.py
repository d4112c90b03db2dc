"""What a commitment case goes through: its clocks on real days, its documents, and what the public column says.

The days are counted by hand from the yearly notices of the State Council.
"""

from datetime import date

import pytest
from sqlalchemy import select

from tests import factories
from tests.factories import draft, fill_in, legal, take
from workflow_app.domain import calendar, rules
from workflow_app.domain.rulebook import Rulebook
from workflow_app.models.commitment import CommitmentPublicity
from workflow_app.models.deadline import Deadline
from workflow_app.models.document import Document
from workflow_app.models.record import CreditRecord
from workflow_app.services.engine import clocks
from workflow_app.workflows.commitment import COMMITMENT

RULEBOOK = Rulebook(rules.built_in(), calendar.built_in(), "120102")


# What the clocks of a case on real days are. September 25 to 27 is Mid-Autumn, October 1 to 7 National Day; Sunday
# September 20 and Saturday October 10 are worked.
@pytest.mark.parametrize(
    ("state", "rule_id", "due_on"),
    [
        ("draft", "CM-01", date(2026, 10, 19)),  # 30 days: October 18 is a Sunday
        ("signed", "CM-02", date(2026, 9, 22)),  # 3 working days: 20, 21, 22
        ("returned", "CM-03", date(2026, 10, 9)),  # 10: 20–24, 28–30, October 8, 9
        ("active", "", date(2026, 12, 18)),  # the day written into the letter
        ("checking", "CM-05", date(2026, 10, 15)),  # 15: …, October 8, 9, 10, 12–15
        ("breach_proposed", "CM-06", date(2026, 9, 24)),  # 5: 20–24
        ("breach_replied", "CM-07", date(2026, 9, 24)),
    ],
)
def test_each_open_state_has_its_clock(state, rule_id, due_on, sqlite, house):
    with sqlite.writing() as session:
        case = factories.case_in(session, state, sqlite.world, house)
        running = clocks.running(session, case.id)
        assert [(line.rule_id, line.starts_on, line.due_on) for line in running] == [
            (rule_id, date(2026, 9, 18), due_on)
        ]
        assert case.due_on == due_on


@pytest.mark.parametrize("state", ["fulfilled", "breached", "refused", "withdrawn", "discarded"])
def test_an_ended_case_has_no_running_clock(state, sqlite, house):
    with sqlite.writing() as session:
        case = factories.case_in(session, state, sqlite.world, house)
        assert clocks.running(session, case.id) == []
        assert case.due_on == date(9999, 12, 31)


@pytest.mark.parametrize(
    ("state", "starts_on", "due_on"),
    [
        # the week of National Day 2026
        ("draft", date(2026, 9, 1), date(2026, 10, 8)),  # October 1 is off, so the first working day after
        ("signed", date(2026, 9, 30), date(2026, 10, 10)),  # October 8, 9, and Saturday 10, which is worked
        ("returned", date(2026, 9, 30), date(2026, 10, 20)),  # 8, 9, 10, 12–16, 19, 20
        ("checking", date(2026, 9, 30), date(2026, 10, 27)),  # … 21, 22, 23, 26, 27
        ("breach_proposed", date(2026, 9, 30), date(2026, 10, 13)),  # 8, 9, 10, 12, 13
        ("breach_replied", date(2026, 9, 24), date(2026, 10, 9)),  # 28, 29, 30, October 8, 9
        # Spring Festival 2026: February 15 to 23 is off, Saturdays 14 and 28 are worked
        ("signed", date(2026, 2, 13), date(2026, 2, 25)),  # 14, 24, 25
        ("returned", date(2026, 2, 13), date(2026, 3, 5)),  # 14, 24–28, March 2–5
        ("breach_proposed", date(2026, 2, 14), date(2026, 2, 28)),  # 24–28
        ("checking", date(2026, 2, 13), date(2026, 3, 12)),  # … March 6, 9–12
        ("draft", date(2026, 1, 20), date(2026, 2, 24)),  # February 19 is off
    ],
)  # fmt: skip
def test_the_clocks_count_real_days(state, starts_on, due_on):
    due = clocks.due_day(
        COMMITMENT.state(state), COMMITMENT, COMMITMENT.facts(), day=starts_on, rulebook=RULEBOOK
    )
    assert due.due_on == due_on
    assert not due.provisional


# Published at once; the limit of seven working days from the day of acceptance is kept as an ended clock.
@pytest.mark.parametrize(
    ("accepted", "due_on"), [("2026-09-18", date(2026, 9, 29)), ("2026-09-22", date(2026, 10, 9))]
)
def test_the_limit_for_publication_is_written_down(accepted, due_on, sqlite, house):
    with sqlite.writing() as session:
        case = factories.case_in(session, "signed", sqlite.world, house)
        take(session, case, "accept", sqlite.world.actors["handler"], house, now=legal(accepted))
        found = session.scalars(select(Deadline).where(Deadline.rule_id == "CM-04")).one()
        assert (found.due_on, found.closed_seq, found.closed_at) == (due_on, 2, legal(accepted))


def test_a_term_that_ends_on_a_saturday_ends_on_monday(sqlite, house):
    with sqlite.writing() as session:
        case = draft(session, sqlite.world, house, valid_until=date(2026, 12, 19))
        take(session, case, "sign", sqlite.world.actors["owner"], house)
        take(session, case, "accept", sqlite.world.actors["handler"], house)
        assert case.due_on == date(2026, 12, 21)


def test_each_edit_of_a_draft_starts_its_idle_clock_anew(sqlite, house):
    with sqlite.writing() as session:
        case = draft(session, sqlite.world, house)
        fill_in(session, case, sqlite.world, house, now=legal("2026-09-21"), statement="另加一条")
        assert [line.due_on for line in clocks.running(session, case.id)] == [date(2026, 10, 21)]
        assert case.due_on == date(2026, 10, 21)


def test_a_step_just_before_midnight_counts_for_the_legal_day_not_the_day_in_utc(sqlite, house):
    with sqlite.writing() as session:
        case = draft(session, sqlite.world, house)
        take(session, case, "sign", sqlite.world.actors["owner"], house, now=legal("2026-09-19", "00:30"))
        assert case.number == "CM-120102-20260919-000001"
        assert clocks.running(session, case.id)[0].starts_on == date(2026, 9, 19)


DOCUMENTS = {
    "signed": ["commitment_letter", "receipt"],
    "refused": ["commitment_letter", "receipt", "commitment_refusal"],
    "withdrawn": ["commitment_letter", "receipt", "commitment_closure"],
    "fulfilled": ["commitment_letter", "receipt", "fulfilment_certificate"],
    "breached": ["commitment_letter", "receipt", "breach_decision"],
    "discarded": [],
}


@pytest.mark.parametrize("state", list(DOCUMENTS))
def test_each_ended_case_has_its_document(state, sqlite, house):
    with sqlite.writing() as session:
        case = factories.case_in(session, state, sqlite.world, house)
        kinds = session.scalars(
            select(Document.kind).where(Document.case_id == case.id).order_by(Document.id)
        )
        assert list(kinds) == DOCUMENTS[state]


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("active", "active"),
        ("checking", "active"),
        ("fulfilled", "fulfilled"),
        ("breached", "breached_partly"),
    ],
)
def test_the_public_column_follows_the_case(state, status, sqlite, house):
    with sqlite.writing() as session:
        case = factories.case_in(session, state, sqlite.world, house)
        line = session.scalars(
            select(CommitmentPublicity).where(CommitmentPublicity.case_id == case.id)
        ).one()
        assert line.status == status


def test_a_withdrawal_shows_in_the_public_column(sqlite, house):
    with sqlite.writing() as session:
        case = factories.case_in(session, "active", sqlite.world, house)
        take(session, case, "withdraw", sqlite.world.actors["owner"], house)
        assert session.scalars(select(CommitmentPublicity.status)).one() == "withdrawn"


def test_a_breach_becomes_a_credit_record_of_the_kind_other(sqlite, house):
    with sqlite.writing() as session:
        case = factories.case_in(session, "breached", sqlite.world, house)
        record = session.scalars(select(CreditRecord)).one()
        assert (record.kind, record.case_id, record.decided_on, record.degree) == (
            "other", case.id, date(2026, 9, 18), "partly",
        )  # fmt: skip


def test_a_breach_whose_text_would_show_personal_data_is_not_published(sqlite, house):
    with sqlite.writing() as session:
        case = factories.case_in(session, "breach_replied", sqlite.world, house)
        liability = "通知联系人，电话 13800000001。"
        take(session, case, "decide_breach", sqlite.world.actors["head"], house, liability_pursued=liability)
        assert session.scalars(select(CreditRecord.scope)).one() == "limited"


def test_a_rectified_breach_is_checked_again_and_leaves_no_record(sqlite, house):
    with sqlite.writing() as session:
        case = factories.case_in(session, "breach_replied", sqlite.world, house)
        take(session, case, "accept_rectification", sqlite.world.actors["handler"], house)
        take(session, case, "confirm_fulfilled", sqlite.world.actors["second_handler"], house)
        assert case.state == "fulfilled"
        assert session.scalars(select(CreditRecord)).all() == []


@pytest.mark.parametrize("state", ["breach_proposed", "breach_replied"])
def test_a_dropped_breach_ends_with_the_certificate(state, sqlite, house):
    with sqlite.writing() as session:
        case = factories.case_in(session, state, sqlite.world, house)
        take(session, case, "drop_breach", sqlite.world.actors["head"], house)
        kinds = session.scalars(select(Document.kind).where(Document.case_id == case.id)).all()
        assert (case.state, kinds[-1]) == ("fulfilled", "fulfilment_certificate")
