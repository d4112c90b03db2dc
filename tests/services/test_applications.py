"""One application for many records: shared papers, a letter for each, mixed outcomes."""

from datetime import date

import pytest
from sqlalchemy import select

from tests import factories
from tests.factories import NOW, SIGNING, legal
from tests.services.paper_samples import pdf_bytes
from workflow_app.domain.refusals import NotYours, Refused
from workflow_app.models.attachment import Attachment
from workflow_app.models.case import Case
from workflow_app.services.engine import perform
from workflow_app.services.repair import applications

FACTS = {
    "correction": "已经整改。", "duties": "罚款已经缴纳。", "contact_name": "赵经纬", "contact_mobile": "13800000001",
}  # fmt: skip


def opened(session, world, house, *, records=2, by="owner", **changed):
    rows = [
        factories.record(session, subject_id=world.subjects["firm"], unit_id=world.units[unit], **changed)
        for unit in ("market", "health", "market", "health")[:records]
    ]
    return applications.open_for(
        session, rows, filled_by="own", known=FACTS, actor=world.actors[by], now=NOW, house=house
    )


def test_every_record_is_a_case_of_its_own_unit(database, house):
    with database.writing() as session:
        application = opened(session, database.world, house)
        found = applications.cases_of(session, application)
        units = database.world.units
        assert [case.unit_id for case in found] == [units["market"], units["health"]]
        assert {case.state for case in found} == {"draft"}


def test_papers_and_answers_are_shared(sqlite, house):
    with sqlite.writing() as session:
        application, owner = opened(session, sqlite.world, house), sqlite.world.actors["owner"]
        applications.attach(
            session,
            application,
            "correction_proof",
            pdf_bytes(),
            name="缴款凭证.pdf",
            actor=owner,
            now=NOW,
            house=house,
        )
        applications.save(session, application, {"duties": "全部缴清。"}, actor=owner, now=NOW, house=house)
        kept = session.scalars(select(Attachment)).all()
        assert len({row.case_id for row in kept}) == 2
        assert len({row.storage_key for row in kept}) == 1
        assert {case.facts["duties"] for case in applications.cases_of(session, application)} == {
            "全部缴清。"
        }


def test_each_record_gets_its_own_letter_and_its_own_number(database, house):
    with database.writing() as session:
        application = opened(session, database.world, house)
        owner = database.world.actors["owner"]
        applications.save(
            session, application, {"proof_source": "fetched"}, actor=owner, now=NOW, house=house
        )
        outcomes = applications.hand_in(
            session, application, signing=SIGNING, actor=owner, now=NOW, house=house
        )
        assert [(o.refusal, o.case.state) for o in outcomes] == [(None, "received"), (None, "received")]
        assert len({o.case.number for o in outcomes}) == 2
        letters = session.scalars(select(Case).where(Case.workflow == "commitment")).all()
        assert {letter.record_id for letter in letters} == {o.case.record_id for o in outcomes}
        assert {letter.state for letter in letters} == {"active"}
        assert application.submitted_at == NOW


def test_a_record_that_is_refused_does_not_hold_up_the_others(sqlite, house):
    """Decided on 2026-09-01, class 一般: its shortest publicity runs to December 1."""
    with sqlite.writing() as session:
        world, owner = sqlite.world, sqlite.world.actors["owner"]
        ripe = factories.record(session, subject_id=world.subjects["firm"], unit_id=world.units["market"])
        unripe = factories.record(
            session,
            subject_id=world.subjects["firm"],
            unit_id=world.units["market"],
            decided_on=date(2026, 9, 1),
        )
        application = applications.open_for(
            session, [unripe, ripe], filled_by="own", known=FACTS | {"proof_source": "fetched"}, actor=owner, now=NOW,
            house=house,
        )  # fmt: skip
        outcomes = applications.hand_in(
            session, application, signing=SIGNING, actor=owner, now=NOW, house=house
        )
        assert [o.case.state for o in outcomes] == ["draft", "received"]
        assert "最短公示期还没有届满" in str(outcomes[0].refusal)
        letters = session.scalars(select(Case.record_id).where(Case.workflow == "commitment")).all()
        assert letters == [ripe.id]


def test_four_records_may_end_in_four_ways(sqlite, house):
    with sqlite.writing() as session:
        world, actors = sqlite.world, sqlite.world.actors
        application = opened(session, world, house, records=4)
        applications.save(
            session, application, {"proof_source": "fetched"}, actor=actors["owner"], now=NOW, house=house
        )
        applications.hand_in(
            session, application, signing=SIGNING, actor=actors["owner"], now=NOW, house=house
        )
        one, two, three, four = applications.cases_of(session, application)

        def take(case, step, by, **given):
            order = perform.Order(step, given, None)
            perform.perform(
                session, case.address, order, actor=actors[by], now=legal("2026-09-21"), house=house
            )

        for case in (one, two, three):
            take(case, "forward", "clerk")
        take(one, "accept", "handler")
        conditions = ("period_reached", "duties_performed", "commitment_made", "other_conditions")
        take(one, "propose_approval", "handler", finding="相符。", **dict.fromkeys(conditions, True))
        take(one, "approve", "head", decision_reasons="四项条件均符合。")
        reasons = [{"code": "RP-X", "target": "any", "note": ""}]
        take(two, "accept", "other_handler")
        take(three, "withdraw", "owner", withdrawal_reason="暂不申请。")
        take(four, "request_supplement", "clerk", reasons=[reasons[0] | {"target": "correction"}])
        assert [case.state for case in (one, two, three, four)] == [
            "repaired", "reviewing", "withdrawn", "supplement",
        ]  # fmt: skip


def test_nobody_opens_an_application_for_another(sqlite, house):
    with sqlite.writing() as session, pytest.raises(NotYours):
        opened(session, sqlite.world, house, by="other_owner")


def test_an_application_needs_a_record(sqlite, house):
    with sqlite.writing() as session, pytest.raises(Refused, match="至少选择一条"):
        opened(session, sqlite.world, house, records=0)


def test_a_file_that_is_refused_is_kept_with_no_case(sqlite, house):
    with sqlite.writing() as session:
        application = opened(session, sqlite.world, house)
        with pytest.raises(Refused):
            applications.attach(
                session, application, "correction_proof", b"not a paper", name="x.pdf",
                actor=sqlite.world.actors["owner"], now=NOW, house=house,
            )  # fmt: skip
        assert session.scalars(select(Attachment)).all() == []
