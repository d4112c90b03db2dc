"""Protection against paid agents: clusters are found once and refuse nobody, and the firm hears of its agent's acts."""

import pytest
from sqlalchemy import select

from tests import factories
from tests.factories import NOW, SIGNING, legal
from tests.services.paper_samples import pdf_bytes
from workflow_app.domain.refusals import NotYours
from workflow_app.models.outbox import Message
from workflow_app.models.party import Subject
from workflow_app.models.repair import ClusterFlag
from workflow_app.services.cases import agents
from workflow_app.services.engine import perform
from workflow_app.services.repair import applications

FACTS = {
    "correction": "5 月 8 日纠正。", "duties": "5 月 20 日缴清。", "contact_name": "中介", "contact_mobile": "13900000009",
    "proof_source": "fetched",
}  # fmt: skip
FIRMS = ("firm", "other_firm", "third_firm")


@pytest.fixture
def filed(database, house):
    """A function that hands in an application for one firm; there are three of them."""
    with database.writing() as session:
        third = Subject(
            kind="legal", name="天津银河示范有限公司", code="91120102MA0DEM030G", code_digest="4" * 64
        )
        session.add(third)
        session.flush()
        ids = database.world.subjects | {"third_firm": third.id}

    def file(session, firm, *, paper=None, **changed):
        row = factories.record(session, subject_id=ids[firm], unit_id=database.world.units["market"])
        clerk = database.world.actors["clerk"]
        application = applications.open_for(
            session, [row], filled_by="window", known=FACTS | changed, actor=clerk, now=NOW, house=house
        )
        if paper is not None:
            applications.attach(
                session, application, "other_proof", paper, name="说明.pdf", actor=clerk, now=NOW, house=house
            )
        found = applications.drafts_of(session, application)
        agents.watch(session, found, now=NOW)
        return found

    return file


def raised(session):
    return session.scalars(select(ClusterFlag).where(ClusterFlag.verdict.is_(None))).all()


def test_two_firms_are_no_cluster_and_the_third_makes_one(database, filed):
    with database.writing() as session:
        for firm in FIRMS[:2]:
            filed(session, firm)
        assert raised(session) == []
        filed(session, FIRMS[2])
        (flag,) = raised(session)
        assert (flag.kind, flag.shown, len(flag.subject_ids)) == ("mobile", "139****0009", 3)


def test_one_firm_with_many_applications_is_no_cluster(database, filed):
    with database.writing() as session:
        for _ in range(4):
            filed(session, "firm")
        assert raised(session) == []


def test_the_same_file_is_a_cluster_whatever_the_number(database, filed):
    with database.writing() as session:
        same = pdf_bytes()
        for digit, firm in enumerate(FIRMS):
            filed(session, firm, paper=same, contact_mobile=f"1390000000{digit}")
        assert [flag.kind for flag in raised(session)] == ["file"]


def test_a_cluster_is_raised_once_and_keeps_its_verdict(database, filed):
    with database.writing() as session:
        lead = database.world.actors["lead"]
        for firm in FIRMS:
            filed(session, firm)
        (flag,) = raised(session)
        agents.judge(
            session, flag, verdict="false_alarm", note="同一会计。", actor=lead, now=legal("2026-09-19")
        )
        filed(session, "firm")
        assert raised(session) == []
        assert (flag.verdict, flag.looked_by_id) == ("false_alarm", lead.person_id)
        told = agents.tally(session)
        assert (told.waiting, told.agents, told.false_alarms, told.rate) == (0, 0, 1, 1.0)


def test_no_rate_is_told_before_anybody_looked(sqlite):
    with sqlite.reading() as session:
        assert agents.tally(session).rate is None


def test_the_number_itself_is_not_stored_and_a_watched_sign_is_nobodys_business(database, filed):
    with database.writing() as session:
        filed(session, "firm")
        flag = session.scalars(select(ClusterFlag)).one()
        assert "13900000009" not in flag.sign + flag.shown
        assert agents.flags(session) == []
        with pytest.raises(NotYours):
            agents.flag(session, flag.id)


def acts_told(session):
    rows = session.scalars(select(Message).where(Message.key.endswith("/agent-acted")).order_by(Message.id))
    return [
        (row.payload["to"], row.payload["sentence"]["values"]["step"]["sentence"]["text"]) for row in rows
    ]


def test_the_firm_is_told_of_each_act_of_its_agent_and_not_of_its_own(sqlite, house):
    with sqlite.writing() as session:
        world, agent, owner = (
            sqlite.world,
            sqlite.world.actors["agent_for_repair"],
            sqlite.world.actors["owner"],
        )
        row = factories.record(session, subject_id=world.subjects["firm"], unit_id=world.units["market"])
        application = applications.open_for(
            session, [row], filled_by="mandate", known=FACTS, actor=agent, now=NOW, house=house
        )
        (case,) = applications.drafts_of(session, application)
        applications._sign_letter(session, case, SIGNING, actor=owner, now=NOW, house=house)
        assert acts_told(session) == []

        def take(step, actor, **given):
            order = perform.Order(step, given, None)
            perform.perform(session, case.address, order, actor=actor, now=NOW, house=house)

        take("submit", agent)
        reasons = [{"code": "RP-S01", "target": "correction", "note": "没有写明日期。"}]
        take("request_supplement", world.actors["clerk"], reasons=reasons)
        factories.fill_in(session, case, world, house, by="agent_for_repair", correction="9 月 1 日纠正。")
        take("supplement", agent)
        take("withdraw", agent, withdrawal_reason="暂不申请。")
        assert acts_told(session) == [("owner", "提交修复申请"), ("owner", "提交补正"), ("owner", "撤回申请")]
