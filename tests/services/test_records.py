"""Credit records: their periods, their history, their marks and measures, who reads them, and the two people.

A penalty of class 一般 decided on 2026-05-06 is public until 2027-05-06; repair may be asked for from 2026-08-07 on.
"""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.factories import NOW, RULEBOOK, TODAY, legal, record
from workflow_app.domain.refusals import NotYours, Refused
from workflow_app.models.party import Subject
from workflow_app.models.record import CreditRecord, RecordChange
from workflow_app.services.records import findings, measures, record_lists, records
from workflow_app.services.records import record_proposals as proposals
from workflow_app.services.records.findings import Finding, Item

FINDING = Finding(
    kind="penalty", decision_no="津演市监罚〔2026〕31号", decided_on=date(2026, 9, 10), title="未明码标价",
    behaviour="门店三种商品没有标价。", basis="《价格法》第四十二条", content="罚款 0.3 万元", class_="general",
    class_standard="《市场监管领域失信分类标准》第三项", is_special_field=False, scope="public",
    not_repairable_because="", items=(Item("fine", Decimal("0.3")),),
)  # fmt: skip


def penalty(session, world, **changed):
    return record(session, subject_id=world.subjects["firm"], unit_id=world.units["market"], **changed)


def proposed(session, world, finding=FINDING, *, by="handler", subject="firm"):
    return proposals.propose_entry(
        session, finding, session.get_one(Subject, world.subjects[subject]), unit_id=world.units["market"],
        actor=world.actors[by], now=NOW, today=TODAY, rulebook=RULEBOOK,
    )  # fmt: skip


def confirmed(session, world, proposal, *, by="head"):
    return proposals.confirm(
        session, proposal, actor=world.actors[by], now=NOW, today=TODAY, rulebook=RULEBOOK
    )


def changes(session, found):
    rows = session.scalars(
        select(RecordChange).where(RecordChange.record_id == found.id).order_by(RecordChange.id)
    )
    return [(row.field, row.old, row.new, row.why) for row in rows]


@pytest.mark.parametrize(
    ("class_", "first_day", "last_day"),
    [
        ("minor", date(2026, 5, 6), date(2026, 8, 6)),
        ("general", date(2026, 8, 7), date(2027, 5, 6)),
        ("serious", date(2027, 5, 7), date(2029, 5, 6)),
    ],
)
def test_the_class_decides_how_long_a_record_is_public(sqlite, class_, first_day, last_day):
    with sqlite.writing() as session:
        found = penalty(session, sqlite.world, class_=class_)
        assert (records.may_apply_from(found), found.max_end_on) == (first_day, last_day)


def test_a_decision_under_the_older_order_follows_its_periods(sqlite):
    with sqlite.writing() as session:
        plain = penalty(session, sqlite.world, decided_on=date(2026, 3, 31))
        special = penalty(session, sqlite.world, decided_on=date(2026, 3, 31), is_special_field=True)
        assert (records.may_apply_from(plain), plain.max_end_on) == (date(2026, 7, 1), date(2029, 3, 31))
        assert (records.may_apply_from(special), special.max_end_on) == (date(2027, 4, 1), date(2029, 3, 31))


def test_a_change_leaves_old_and_new_and_moves_the_periods(sqlite):
    with sqlite.writing() as session:
        found = penalty(session, sqlite.world)
        found.reminded_on = date(2026, 8, 7)
        head = sqlite.world.people["head"]
        values = {"class_": "serious", "title": found.title}
        records.change(session, found, values, why="按标准第五项", by_id=head, now=NOW, rulebook=RULEBOOK)
        assert changes(session, found) == [("class_", "general", "serious", "按标准第五项")]
        assert (found.min_end_on, found.max_end_on) == (date(2027, 5, 6), date(2029, 5, 6))
        assert found.reminded_on is None  # the new day must be told too


def test_a_record_taken_down_can_be_restored_with_everything_written(sqlite):
    with sqlite.writing() as session:
        found = penalty(session, sqlite.world)
        head = sqlite.world.people["head"]
        how = {"by_id": head, "now": NOW, "rulebook": RULEBOOK}
        records.take_down(session, found, "repaired", why="准予修复", **how)
        records.take_down(session, found, "expired", why="再次", **how)
        assert (found.publicity_ended_at, found.ended_how) == (NOW, "repaired")
        records.restore(session, found, why="材料虚假", **how)
        assert (found.publicity_ended_at, found.ended_how) == (None, "")
        assert [(field, new, why) for field, _old, new, why in changes(session, found)] == [
            ("publicity_ended_at", "2026-09-18T02:00:00+00:00", "准予修复"), ("ended_how", "repaired", "准予修复"),
            ("publicity_ended_at", "", "材料虚假"), ("ended_how", "", "材料虚假"),
        ]  # fmt: skip


def test_a_record_ends_only_in_a_known_way(sqlite):
    with sqlite.writing() as session, pytest.raises(ValueError, match="paid"):
        records.take_down(
            session,
            penalty(session, sqlite.world),
            "paid",
            why="",
            by_id=None,
            now=NOW,
            rulebook=RULEBOOK,
        )


def test_a_mark_stands_once_and_ends(sqlite):
    with sqlite.writing() as session:
        found = penalty(session, sqlite.world)
        first = records.mark(session, found, "lawsuit", note="（2026）津演行初 3 号", now=NOW)
        assert records.mark(session, found, "lawsuit", now=NOW) is first
        records.unmark(session, found, "lawsuit", now=legal("2026-10-08"))
        assert [row.until for row in found.marks] == [legal("2026-10-08")]


@pytest.mark.parametrize("done_on", [date(2026, 9, 19), date(2026, 5, 5)])
def test_duties_are_done_between_the_decision_and_today(sqlite, done_on):
    with sqlite.writing() as session:
        with pytest.raises(Refused) as refused:
            records.establish_duties(
                session, penalty(session, sqlite.world), done_on, how="罚款缴清", by_id=sqlite.world.people["handler"],
                now=NOW, today=TODAY, rulebook=RULEBOOK,
            )  # fmt: skip
        assert refused.value.code == "done_on"


def test_duties_done_are_kept_with_how_they_were_established(sqlite):
    with sqlite.writing() as session:
        found = penalty(session, sqlite.world)
        records.establish_duties(
            session, found, date(2026, 6, 1), how="罚款缴清，回执 2026-118", by_id=sqlite.world.people["handler"],
            now=NOW, today=TODAY, rulebook=RULEBOOK,
        )  # fmt: skip
        assert changes(session, found) == [("duties_done_on", "", "2026-06-01", "罚款缴清，回执 2026-118")]


def test_a_unit_starts_and_lifts_its_own_measure_only(sqlite):
    actors, units = sqlite.world.actors, sqlite.world.units
    with sqlite.writing() as session:
        found = penalty(session, sqlite.world)
        made = measures.start(
            session, found, unit_id=units["health"], title="提高抽查频次", basis="抽查办法", started_on=TODAY,
            actor=actors["other_handler"], now=NOW, today=TODAY,
        )  # fmt: skip
        with pytest.raises(NotYours):
            measures.lift(
                session, found, made.id, on=TODAY, why="修复", actor=actors["handler"], now=NOW, today=TODAY
            )
        measures.lift(
            session, found, made.id, on=TODAY, why="修复", actor=actors["other_head"], now=NOW, today=TODAY
        )
        assert (made.lifted_on, made.lifted_by_id) == (TODAY, sqlite.world.people["other_head"])
        assert [(field, old, new) for field, old, new, _why in changes(session, found)] == [
            ("measure", "", "提高抽查频次"), ("measure", "提高抽查频次", ""),
        ]  # fmt: skip


READERS = ("owner", "handler", "head", "other_handler", "clerk", "lead", "auditor")


@pytest.mark.parametrize(
    ("subject", "scope", "readers"),
    [
        ("firm", "public", READERS),
        ("firm", "none", tuple(r for r in READERS if r != "other_handler")),
        ("citizen", "limited", ("handler", "head", "clerk", "lead", "auditor")),
    ],
)
def test_a_record_is_read_by_its_unit_its_subject_and_the_office(sqlite, subject, scope, readers):
    world = sqlite.world
    with sqlite.writing() as session:
        found = record(
            session, subject_id=world.subjects[subject], unit_id=world.units["market"], scope=scope
        )

        def reads(who):
            try:
                return records.by_ref(session, found.ref, world.actors[who]) is found
            except NotYours:
                return False

        everybody = (*READERS, "other_owner", "system_admin", "security_admin")
        assert tuple(who for who in everybody if reads(who)) == readers


def test_the_list_of_a_unit_holds_its_own_records_by_status(sqlite):
    world, today = sqlite.world, date(2026, 9, 18)
    with sqlite.writing() as session:
        shown = penalty(session, world, title="公示中")
        soon = penalty(session, world, title="快到了", decided_on=date(2026, 6, 25))
        late = penalty(session, world, title="过期", class_="minor", decided_on=date(2026, 4, 2))
        record(session, subject_id=world.subjects["firm"], unit_id=world.units["health"], title="别的单位")

        def titles(who, **wanted):
            page = record_lists.page(
                session, record_lists.Wanted(**wanted), actor=world.actors[who], today=today
            )
            return [row.title for row in page.records]

        assert titles("handler") == ["快到了", "公示中", "过期"]
        assert titles("handler", status="soon") == ["快到了"]
        assert titles("handler", status="flagged") == ["过期"]
        assert titles("handler", text=shown.decision_no) == ["公示中"]
        assert titles("handler", class_="minor") == ["过期"]
        assert len(titles("clerk")) == 4
        assert titles("clerk", unit="health") == ["别的单位"]
        counted = record_lists.counts(session, actor=world.actors["handler"], today=today)
        assert counted == {"shown": 3, "soon": 1, "flagged": 1, "limited": 0, "ended": 0}
        assert [record_lists.status_of(row, today) for row in (soon, late)] == ["shown", "flagged"]


def test_the_next_page_goes_on_where_the_last_one_ended(sqlite):
    world = sqlite.world
    with sqlite.writing() as session:
        for _ in range(record_lists.PAGE + 5):
            penalty(session, world)
        asked = {"actor": world.actors["handler"], "today": TODAY}
        first = record_lists.page(session, record_lists.Wanted(), **asked)
        second = record_lists.page(session, record_lists.Wanted(), cursor=first.following, **asked)
        assert (len(first.records), len(second.records), second.following) == (30, 5, None)
        assert not {row.id for row in first.records} & {row.id for row in second.records}
        broken = record_lists.page(session, record_lists.Wanted(), cursor="neulich~1", **asked)
        assert broken.records == first.records


@pytest.mark.parametrize(
    ("kinds", "class_"),
    [
        (("warning",), "minor"), (("fine",), "general"), (("warning", "illegal_gains"), "general"),
        (("fine", "revoked_licence"), "serious"), (("other",), ""),
    ],
)  # fmt: skip
def test_the_heaviest_kind_of_penalty_proposes_the_class(kinds, class_):
    found = findings.proposal("penalty", tuple(map(Item, kinds)))
    assert findings.proposed_class(found) == class_


def test_a_finding_is_kept_and_read_back_as_it_was():
    assert Finding.from_json(FINDING.as_json()) == FINDING


def test_what_was_entered_is_no_record_before_a_second_person_confirms(sqlite):
    with sqlite.writing() as session:
        proposal = proposed(session, sqlite.world)
        assert session.scalars(select(CreditRecord)).all() == []
        found = confirmed(session, sqlite.world, proposal)
        assert (found.decision_no, found.class_, found.scope) == (
            "津演市监罚〔2026〕31号",
            "general",
            "public",
        )
        assert [(item.kind, item.amount) for item in found.items] == [("fine", Decimal("0.3"))]
        assert (proposal.decision, proposal.record_id) == ("confirmed", found.id)


def test_nobody_confirms_what_they_entered_themselves(sqlite):
    with sqlite.writing() as session:
        proposal = proposed(session, sqlite.world, by="handler_and_head")
        with pytest.raises(Refused) as refused:
            confirmed(session, sqlite.world, proposal, by="handler_and_head")
        assert refused.value.code == "four_eyes"
        assert proposal.decision == ""


@pytest.mark.parametrize("who", ["second_handler", "other_head", "clerk", "lead"])
def test_only_a_head_of_the_finding_unit_confirms(sqlite, who):
    with sqlite.writing() as session, pytest.raises(NotYours):
        confirmed(session, sqlite.world, proposed(session, sqlite.world), by=who)


def test_what_was_decided_is_not_decided_again(sqlite):
    with sqlite.writing() as session:
        proposal = proposed(session, sqlite.world)
        confirmed(session, sqlite.world, proposal)
        with pytest.raises(Refused) as refused:
            confirmed(session, sqlite.world, proposal, by="second_head")
        assert refused.value.code == "decided"


def test_another_unit_enters_nothing_here(sqlite):
    with sqlite.writing() as session, pytest.raises(NotYours):
        proposed(session, sqlite.world, by="other_handler")


@pytest.mark.parametrize(
    ("changed", "subject", "field"),
    [
        ({"decided_on": date(2026, 9, 19)}, "firm", "decided_on"),
        ({"decided_on": date(2023, 4, 30)}, "firm", "decided_on"),
        ({"items": ()}, "firm", "kinds"),
        ({"kind": "serious_list", "class_": "general"}, "firm", "class_"),
        ({}, "citizen", "scope"),
        ({"behaviour": "投诉人王小明反映没有标价。"}, "firm", "behaviour"),
        ({"title": "联系 13800000001"}, "firm", "title"),
    ],
)
def test_a_finding_that_can_not_stand_is_refused_at_its_field(sqlite, changed, subject, field):
    finding = Finding(**{**vars(FINDING), **changed})
    with sqlite.writing() as session:
        with pytest.raises(Refused) as refused:
            proposed(session, sqlite.world, finding, subject=subject)
        assert refused.value.code == field


def test_the_same_decision_against_the_same_subject_is_one_record(sqlite):
    with sqlite.writing() as session:
        confirmed(session, sqlite.world, proposed(session, sqlite.world))
        with pytest.raises(Refused) as refused:
            proposed(session, sqlite.world)
        assert refused.value.code == "decision_no"


def test_a_correction_changes_only_what_was_proposed(sqlite):
    world = sqlite.world
    with sqlite.writing() as session:
        found = confirmed(session, world, proposed(session, world))
        wanted = Finding(**{**vars(FINDING), "class_": "serious", "items": (Item("revoked_licence"),)})
        proposal = proposals.propose_change(
            session, found, wanted, why="按标准重新认定", actor=world.actors["handler"], now=NOW, today=TODAY,
            rulebook=RULEBOOK,
        )  # fmt: skip
        assert found.class_ == "general"
        records.change(session, found, {"title": "没有标价"}, why="", by_id=None, now=NOW, rulebook=RULEBOOK)
        confirmed(session, world, proposal)
        assert (found.class_, found.title) == ("serious", "没有标价")
        assert found.max_end_on == date(2029, 9, 10)
        assert [item.kind for item in found.items] == ["revoked_licence"]
        assert ("items", "罚款 0.3", "吊销许可证件", "按标准重新认定") in changes(session, found)


def test_one_change_waits_at_a_time_and_an_empty_one_not_at_all(sqlite):
    world = sqlite.world
    how = {"actor": world.actors["handler"], "now": NOW, "today": TODAY, "rulebook": RULEBOOK}
    with sqlite.writing() as session:
        found = confirmed(session, world, proposed(session, world))
        with pytest.raises(Refused, match="没有改动"):
            proposals.propose_change(session, found, FINDING, why="", **how)
        proposals.propose_withdrawal(session, found, why="复议撤销", known_on=TODAY, **how)
        with pytest.raises(Refused, match="已有一项"):
            proposals.propose_withdrawal(session, found, why="复议撤销", known_on=TODAY, **how)


def test_a_revoked_basis_withdraws_the_record_within_three_working_days(sqlite):
    """Known on Friday 2026-09-18: Saturday is off, Sunday 09-20 is worked, so the third working day is the 22nd."""
    world = sqlite.world
    how = {"actor": world.actors["handler"], "now": NOW, "today": TODAY, "rulebook": RULEBOOK}
    with sqlite.writing() as session:
        found = confirmed(session, world, proposed(session, world))
        proposal = proposals.propose_withdrawal(
            session, found, why="行政复议决定撤销原处罚", known_on=TODAY, **how
        )
        assert proposal.due_on == date(2026, 9, 22)
        confirmed(session, world, proposal)
        assert (found.ended_how, found.publicity_ended_at) == ("withdrawn", NOW)


def test_a_rejection_says_why_and_leaves_the_record(sqlite):
    world = sqlite.world
    how = {"actor": world.actors["head"], "now": NOW, "rulebook": RULEBOOK}
    with sqlite.writing() as session:
        proposal = proposed(session, world)
        with pytest.raises(Refused) as refused:
            proposals.reject(session, proposal, why=" ", **how)
        assert refused.value.code == "reason"
        proposals.reject(session, proposal, why="文号不全", **how)
        assert (proposal.decision, proposal.record_id) == ("rejected", None)
        assert session.scalars(select(CreditRecord)).all() == []
