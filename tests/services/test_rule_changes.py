"""A rule is changed by two people; running clocks keep theirs unless moved on purpose. Days counted by hand.

CM-02 gives three working days. Signed on Friday 2026-09-18: Sunday the 20th is worked, so 20, 21, 22.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from tests.factories import NOW, TODAY, case_in, legal, stored
from workflow_app.domain.people import Actor, Grant, GrantKind
from workflow_app.domain.refusals import Refused
from workflow_app.domain.rules import built_in, to_row
from workflow_app.models.deadline import Deadline
from workflow_app.models.outbox import Message
from workflow_app.models.party import AccountEvent
from workflow_app.models.rulebook import ClockEntry, Recount, RuleChange
from workflow_app.services.engine import recount
from workflow_app.services.rules import rule_changes, rule_history, rulebooks

CM_02 = built_in().rule("CM-02", on=TODAY, place="120102")
FIVE = to_row(CM_02) | {"value": "5", "valid_from": "2026-09-19"}
LATER = legal("2026-09-19", "11:00")


def propose(session, world, house, row=FIVE, *, by="clerk", reason="办件量大。", moves=False):
    return rule_changes.propose(
        session, row, reason=reason, moves_running=moves, by=world.actors[by], now=NOW, house=house
    )


def approve(session, change, house, actor, *, now=LATER):
    rule_changes.approve(session, change, by=actor, reason="同意。", now=now, house=house)


def approved(session, world, house, row=FIVE, *, moves=False, now=LATER):
    change = propose(session, world, house, row, moves=moves)
    approve(session, change, house, world.actors["lead"], now=now)
    return change


def as_lead(world, person):
    """Somebody of the world who is a lead of the office too."""
    actor = world.actors[person]
    office = Grant(GrantKind.LEAD, unit_id=world.units["office"])
    return replace(actor, grants=(*actor.grants, office))


def run_to_the_end(database, house):
    with database.reading() as session:
        run_id = session.scalars(select(Recount.id)).one()
    more = True
    while more:
        with database.writing() as session:
            more = recount.carry_on(session, run_id, now=LATER, house=house)


def refused(act):
    with pytest.raises(Refused) as told:
        act()
    return told.value.code, str(told.value.sentence)


def test_a_change_is_in_force_when_a_second_person_approved_it(database, house):
    world = database.world
    with database.writing() as session:
        change = propose(session, world, house)
        assert rulebooks.current(session, house).pack.version == "2026-11-24"
        approve(session, change, house, world.actors["lead"])
    with database.reading() as session:
        pack = rulebooks.current(session, house).pack
        values = [pack.rule("CM-02", on=day, place="120102").value for day in (TODAY, date(2026, 9, 19))]
        assert (pack.version, values) == ("2026-11-24+1", [3, 5])


def test_new_clocks_take_the_new_value_and_running_ones_keep_theirs(database, house):
    """Opened on Monday the 21st under five days: 22, 23, 24, then 25–27 off, 28, 29."""
    with database.writing() as session:
        running = case_in(session, "signed", database.world, house).address
        approved(session, database.world, house)
        rule = rulebooks.current(session, house).due("CM-02", date(2026, 9, 21))
        assert (rule.due_on, rule.rule_version) == (date(2026, 9, 29), "2026-11-24+1")
    with database.reading() as session:
        assert session.scalars(select(Recount)).all() == []
        deadline = session.scalars(select(Deadline).where(Deadline.rule_id == "CM-02")).one()
        assert (deadline.due_on, deadline.rule_version) == (date(2026, 9, 22), "2026-11-24")
        assert stored(session, running).due_on == date(2026, 9, 22)


def test_moving_the_running_clocks_does_what_the_preview_said(database, house):
    """Five days from Friday the 18th: 20, 21, 22, 23, 24."""
    with database.writing() as session:
        addresses = [case_in(session, "signed", database.world, house).address for _ in range(2)]
        for state in ("draft", "checking", "withdrawn", "fulfilled"):
            case_in(session, state, database.world, house)
        change = propose(session, database.world, house, moves=True)
        (foreseen,) = rule_changes.preview(
            session, (rulebooks.changed_row(change),), on=date(2026, 9, 19), house=house
        )
        told = {(m.deadline.id, m.deadline.due_on, m.reckoned.due_on) for m in foreseen.moves}
        explained = {
            m.deadline.id: [line.as_json() for line in m.reckoned.explanation] for m in foreseen.moves
        }
        approve(session, change, house, database.world.actors["lead"])
    run_to_the_end(database, house)
    with database.reading() as session:
        entries = session.scalars(select(ClockEntry)).all()
        assert {(entry.deadline_id, entry.old_due_on, entry.new_due_on) for entry in entries} == told
        assert {(entry.kind, entry.was, entry.reason) for entry in entries} == {
            ("move", "2026-11-24", "办件量大。")
        }
        assert {(old, new) for _, old, new in told} == {(date(2026, 9, 22), date(2026, 9, 24))}
        run = session.scalars(select(Recount)).one()
        assert (run.moved, run.looked_at, foreseen.looked_at) == (2, 2, 2)
        assert [stored(session, address).due_on for address in addresses] == [date(2026, 9, 24)] * 2
        for deadline in session.scalars(select(Deadline).where(Deadline.id.in_(explained))):
            assert len(deadline.explanation) == len(explained[deadline.id])


def test_a_move_to_the_value_that_runs_already_touches_no_clock(sqlite, house):
    """Only the source was corrected: nobody is told of a day that stays."""
    with sqlite.writing() as session:
        case_in(session, "signed", sqlite.world, house)
        row = to_row(CM_02) | {"instrument": "《示范办法》", "evidence": "V"}
        approved(session, sqlite.world, house, row, moves=True)
    run_to_the_end(sqlite, house)
    with sqlite.reading() as session:
        assert session.scalars(select(ClockEntry)).all() == []
        assert session.scalars(select(Message).where(Message.key.like("%recounted%"))).all() == []


@pytest.mark.parametrize("person", ["clerk", "lead", "system_admin"])
def test_the_office_proposes(sqlite, house, person):
    with sqlite.writing() as session:
        change = propose(session, sqlite.world, house, by=person)
        session.flush()
        assert change.proposed_by_id == sqlite.world.people[person]


@pytest.mark.parametrize("person", ["handler", "head", "owner", "security_admin", "auditor"])
def test_nobody_else_proposes(sqlite, house, person):
    with sqlite.writing() as session:
        told = refused(lambda: propose(session, sqlite.world, house, by=person))
        assert told == ("refused", "修改规则由信用办的经办、负责人或者系统管理员提出。请联系他们办理。")


@pytest.mark.parametrize("decide", ["approve", "reject"])
def test_four_eyes_are_two_people_whatever_they_are_granted(sqlite, house, decide):
    with sqlite.writing() as session:
        change = propose(session, sqlite.world, house)
        session.flush()
        both = as_lead(sqlite.world, "clerk")

        def alone():
            if decide == "approve":
                return approve(session, change, house, both)
            return rule_changes.reject(session, change, by=both, reason="不同意。", now=LATER)

        assert refused(alone) == ("four_eyes", "修改由您提出，需要另一位信用办负责人决定。")
        assert not rule_changes.may_decide(both, change)
        approve(session, change, house, as_lead(sqlite.world, "system_admin"))
        assert (change.decided_by_id, change.applied_n) == (sqlite.world.people["system_admin"], 1)


@pytest.mark.parametrize("person", ["system_admin", "head", "auditor"])
def test_only_a_lead_decides(sqlite, house, person):
    with sqlite.writing() as session:
        change = propose(session, sqlite.world, house)
        session.flush()
        told = refused(lambda: approve(session, change, house, sqlite.world.actors[person]))
        assert told == ("refused", "规则的修改由信用办负责人决定。请联系负责人办理。")
        assert (change.decision, change.applied_n, change.decided_by_id) == (None, None, None)


def test_a_change_is_decided_once(database, house):
    lead = database.world.actors["lead"]
    with database.writing() as session:
        change = approved(session, database.world, house)
        again = ("decided", "这项修改已经有人作出决定，不用再办。请看下面的结果。")
        assert refused(lambda: approve(session, change, house, lead)) == again
        no = lambda: rule_changes.reject(session, change, by=lead, reason="不。", now=LATER)  # noqa: E731
        assert refused(no) == again


def test_a_rejected_change_changes_nothing_and_stays_with_its_reason(sqlite, house):
    lead = sqlite.world.actors["lead"]
    with sqlite.writing() as session:
        change = propose(session, sqlite.world, house)
        session.flush()
        silent = lambda: rule_changes.reject(session, change, by=lead, reason=" ", now=LATER)  # noqa: E731
        assert refused(silent) == ("reason", "请写明理由，以后查阅时要看。")
        rule_changes.reject(session, change, by=lead, reason="先补充依据。", now=LATER)
    with sqlite.reading() as session:
        assert rulebooks.current(session, house).pack.version == "2026-11-24"
        kept = session.scalars(select(RuleChange)).one()
        assert (kept.decision, kept.decision_reason, kept.applied_n) == ("rejected", "先补充依据。", None)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"instrument": ""}, "instrument"),
        ({"value": "-1"}, "value"),
        ({"value": "many"}, "value"),
        ({"unit": "fortnight"}, "unit"),
        ({"unit": "count"}, "unit"),
        ({"evidence": "Z"}, "evidence"),
        ({"id": "CM-99"}, "id"),
        ({"place": "hedong"}, "place"),
        ({"valid_to": "2026-09-19"}, "valid_to"),
        ({"valid_to": "2026-12-31"}, "valid_to"),
        ({"valid_from": "2019-01-01"}, "valid_to"),
        ({"value": "3", "valid_from": "2021-01-01"}, "value"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field_and_nothing_is_kept(sqlite, house, changed, code):
    with sqlite.writing() as session:
        told, sentence = refused(lambda: propose(session, sqlite.world, house, FIVE | changed))
        assert told == code
        assert sentence.endswith("。")
        assert session.scalars(select(RuleChange)).all() == []


def test_a_change_needs_a_reason(sqlite, house):
    with sqlite.writing() as session:
        told = refused(lambda: propose(session, sqlite.world, house, reason="  "))
        assert told == ("reason", "请写明理由，以后查阅时要看。")


def test_a_proposal_that_no_longer_fits_is_not_approved(sqlite, house):
    with sqlite.writing() as session:
        first = propose(session, sqlite.world, house, FIVE | {"valid_from": "2026-10-01"})
        second = propose(session, sqlite.world, house, FIVE | {"valid_from": "2026-09-25", "value": "4"})
        session.flush()
        approve(session, first, house, sqlite.world.actors["lead"])
        code, _ = refused(lambda: approve(session, second, house, sqlite.world.actors["lead"]))
        assert (code, second.decision, second.applied_n) == ("valid_to", None, None)


def test_every_version_can_be_rebuilt(sqlite, house):
    with sqlite.writing() as session:
        for value in ("4", "6", "7"):
            approved(session, sqlite.world, house, to_row(CM_02) | {"value": value})
    with sqlite.reading() as session:
        found = {
            version: rulebooks.pack_of(session, version).rule("CM-02", on=TODAY, place="120102").value
            for version in (
                "2026-11-21",
                "2026-11-22",
                "2026-11-24",
                "2026-11-24+1",
                "2026-11-24+2",
                "2026-11-24+3",
            )
        }
        assert list(found.values()) == [3, 3, 3, 4, 6, 7]


def test_the_story_of_a_rule_tells_old_and_new_who_and_why(sqlite, house):
    with sqlite.writing() as session:
        approved(session, sqlite.world, house, to_row(CM_02) | {"value": "4"})
        no = propose(session, sqlite.world, house, to_row(CM_02) | {"value": "9"}, reason="太短。")
        session.flush()
        rule_changes.reject(
            session, no, by=sqlite.world.actors["lead"], reason="够了。", now=legal("2026-09-20")
        )
        approved(session, sqlite.world, house, to_row(CM_02) | {"value": "6"}, now=legal("2026-09-21"))
        propose(session, sqlite.world, house, to_row(CM_02) | {"value": "8"})
    with sqlite.reading() as session:
        story = rule_history.history(session, "CM-02")
        assert [(one.old.value, one.new.value, one.change.decision) for one in story] == [
            (6, 8, None), (4, 6, "approved"), (4, 9, "rejected"), (3, 4, "approved"),
        ]  # fmt: skip
        rejected = story[2].change
        assert (rejected.proposed_by.name, rejected.decided_by.name, rejected.reason) == (
            "沈白露", "韩处暑", "太短。",
        )  # fmt: skip
        assert rule_history.history(session, "CM-03") == ()


def test_the_auditor_finds_who_proposed_and_who_decided(sqlite, house):
    with sqlite.writing() as session:
        approved(session, sqlite.world, house)
    with sqlite.reading() as session:
        rows = session.execute(select(AccountEvent.what, AccountEvent.by_id, AccountEvent.note)).all()
        people = sqlite.world.people
        assert [tuple(row) for row in rows] == [
            ("rule_proposed", people["clerk"], "CM-02 5 working_day 2026-09-19"),
            ("rule_approved", people["lead"], "CM-02 5 working_day 2026-09-19"),
        ]


def test_a_person_of_no_grant_decides_nothing(sqlite, house):
    with sqlite.writing() as session:
        change = propose(session, sqlite.world, house)
        session.flush()
        nobody = Actor(sqlite.world.people["head"], "冯清明")
        assert not rule_changes.may_decide(nobody, change)
        assert not rule_changes.may_propose(nobody)


def test_two_decisions_at_once_follow_each_other(database, house):
    lead = database.world.actors["lead"]
    with database.writing() as session:
        changes = [
            propose(session, database.world, house, FIVE | {"id": rule_id}) for rule_id in ("CM-02", "CM-03")
        ]
        session.flush()
        ids = [change.id for change in changes]

    def decide(change_id):
        with database.writing() as session:
            approve(session, rule_history.one(session, change_id), house, lead)

    with ThreadPoolExecutor(2) as both:
        list(both.map(decide, ids))
    with database.reading() as session:
        given = session.scalars(select(RuleChange.applied_n).order_by(RuleChange.applied_n))
        assert list(given) == [1, 2]
        assert rulebooks.current(session, house).pack.version == "2026-11-24+2"
