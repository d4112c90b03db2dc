"""两书同达: each penalty and serious list gets its letter once, with the first day of repair and the way to it."""

from datetime import date

import pytest
from sqlalchemy import func, select

from tests import factories
from tests.factories import NOW
from workflow_app.domain.refusals import NotYours
from workflow_app.models.document import Document
from workflow_app.models.outbox import Message
from workflow_app.services.documents import documents, verification
from workflow_app.services.repair import repair_notice


@pytest.fixture
def world(sqlite):
    return sqlite.world


def of_firm(session, world, **changed):
    """A record of the firm."""
    return factories.record(
        session, subject_id=world.subjects["firm"], unit_id=world.units["market"], **changed
    )


def sheet_words(document):
    """What stands on the sheet."""
    return " ".join(documents.sheets.article(documents.sheet_of(document, site_url="")).striptags().split())


def test_a_penalty_gets_its_letter_with_the_first_day_of_repair(database, house):
    with database.writing() as session:
        record = of_firm(session, database.world, decision_no="津河东示罚〔2026〕77号")
        document = repair_notice.issue(session, record, now=NOW, house=house)
        assert document.number == "NT-120102-20260918-000001"
        assert (document.case_id, document.record_id) == (None, record.id)
        words = sheet_words(document)
        for part in ("津河东示罚〔2026〕77号", "最早可以申请修复 2026年8月7日", "2026年5月6日至2027年5月6日",
                     "示范区市场监管局", "不收取任何费用", f"/r/{record.ref}"):  # fmt: skip
            assert part in words
        message = session.scalars(select(Message).where(Message.kind == "document")).one()
        assert message.payload == {"document_id": document.id}


def test_the_letter_is_issued_once(database, house):
    with database.writing() as session:
        record = of_firm(session, database.world)
        assert repair_notice.issue(session, record, now=NOW, house=house) is not None
        assert repair_notice.issue(session, record, now=NOW, house=house) is None
        assert session.scalar(select(func.count()).select_from(Document)) == 1
        assert repair_notice.issued(session, record) is not None


@pytest.mark.parametrize(
    ("kind", "is_issued"),
    [("penalty", True), ("serious_list", True), ("abnormal_list", False), ("other", False)],
)
def test_the_letter_goes_with_penalties_and_serious_lists(sqlite, world, house, kind, is_issued):
    with sqlite.writing() as session:
        record = of_firm(session, world, kind=kind, class_="serious" if kind == "serious_list" else "general")
        assert (repair_notice.issue(session, record, now=NOW, house=house) is not None) is is_issued


def test_a_minor_penalty_may_be_repaired_when_the_duty_is_done(sqlite, world, house):
    with sqlite.writing() as session:
        document = repair_notice.issue(session, of_firm(session, world, class_="minor"), now=NOW, house=house)
        assert "最早可以申请修复 履行完义务之日" in sheet_words(document)


def test_under_order_58_the_letter_names_no_class(sqlite, world, house):
    with sqlite.writing() as session:
        record = of_firm(session, world, decided_on=date(2026, 1, 15))
        words = sheet_words(repair_notice.issue(session, record, now=NOW, house=house))
        assert "最早可以申请修复 2026年4月16日" in words
        assert "第58号" in words
        assert "类别 一般" not in words


def test_what_cannot_be_repaired_is_said_with_the_instrument_and_without_a_way_to_apply(sqlite, world, house):
    with sqlite.writing() as session:
        record = of_firm(session, world, not_repairable_because="《药品管理法》第一百一十八条")
        document = repair_notice.issue(session, record, now=NOW, house=house)
        words = sheet_words(document)
        assert "依照《药品管理法》第一百一十八条，本条信息不能修复" in words
        assert "最早可以申请修复" not in words
        assert "二维码" not in words
        assert documents.sheet_of(document, site_url="").leads_to == ""


@pytest.mark.parametrize(
    ("reader", "reads"),
    [
        ("owner", True), ("agent_for_repair", True), ("handler", True), ("head", True), ("clerk", True),
        ("auditor", True), ("agent", False), ("agent_expired", False), ("other_owner", False),
        ("other_handler", False), ("system_admin", False),
    ],
)  # fmt: skip
def test_the_letter_is_read_by_the_subject_its_unit_and_the_office(sqlite, world, house, reader, reads):
    with sqlite.writing() as session:
        document = repair_notice.issue(session, of_firm(session, world), now=NOW, house=house)
        actor = world.actors[reader]
        if reads:
            assert documents.for_reader(session, document.number, actor=actor) is document
        else:
            with pytest.raises(NotYours):
                documents.for_reader(session, document.number, actor=actor)


def test_the_printed_letter_can_be_verified_and_a_person_is_masked(sqlite, world, house):
    with sqlite.writing() as session:
        record = factories.record(
            session, subject_id=world.subjects["citizen"], unit_id=world.units["market"]
        )
        document = repair_notice.issue(session, record, now=NOW, house=house)
        documents.produce(session, document, storage=house.storage, signer=house.signer, site_url=house.site_url, now=NOW)  # fmt: skip
        answer = verification.answer(verification.Register(session, house.signer, NOW), document.verify_code)
        assert answer.outcome == "valid"
        assert "2026年8月7日起可以申请修复" in [value for _, value in answer.fields]
        assert "120199199001010012" not in sheet_words(document)


def test_the_letter_is_asked_for_once_and_only_where_it_is_due(database):
    with database.writing() as session:
        penalty = of_firm(session, database.world)
        for record in (penalty, penalty, of_firm(session, database.world, kind="other")):
            repair_notice.ask(session, record, now=NOW)
        asked = session.scalars(select(Message).where(Message.kind == "repair_notice")).all()
        assert [message.payload for message in asked] == [{"record_id": penalty.id}]
