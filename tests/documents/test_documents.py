"""A document's life: numbered in the step, produced once, checked by anybody, revoked."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from workflow_app.domain import calendar, rules
from workflow_app.domain.people import Actor, Grant, GrantKind
from workflow_app.domain.refusals import NotYours, Refused
from workflow_app.domain.rulebook import Rulebook
from workflow_app.models.document import Document
from workflow_app.services.documents import documents, texts
from workflow_app.services.documents.kinds import KINDS

from .conftest import FIRM, NOW, PARTICULARS, UNIT

SITE = "https://credit.example.gov.cn"
VALUES: dict[str, texts.Plain] = {
    "case_number": "CM-120102-20260918-000001", "subject_name": FIRM, "subject_code": "91120102MA05XXXX2K",
    "type_title": "审批替代型", "item_title": "食品经营许可", "item_code": "SPTD-01", "unit_name": UNIT,
    "signer_name": "王晓明", "contact_masked": "138****1234", "handler_name": "", "submitted_on": date(2026, 9, 18),
    "due_on": date(2026, 9, 25), "due_rule": "自次日起 5 个工作日。", "papers": ("营业执照.pdf",),
    "next_steps": ("等待受理。",), "site_name": "信用事项办理平台", "not_in_the_text": "没有用到",
}  # fmt: skip


@pytest.fixture
def number(session, case):
    """Numbers a receipt; what differs from the usual is given."""

    def numbered(**changed):
        usual = {
            "kind": "receipt", "case": case, "event_seq": 1, "text": texts.get("receipt", 1), "values": VALUES,
            "particulars": PARTICULARS, "rulebook": Rulebook(rules.built_in(), calendar.built_in(), "120102"), "now": NOW,
        }  # fmt: skip
        return documents.number_document(session, **{**usual, **changed})

    return numbered


@pytest.fixture
def produced(session, number, storage, signer):
    """A receipt with its file."""
    document = number()
    documents.produce(session, document, storage=storage, signer=signer, site_url=SITE, now=NOW)
    return document


def test_numbers_follow_each_other_per_kind_and_legal_day(number):
    late = datetime(2026, 9, 18, 16, 0, tzinfo=UTC)  # midnight of the 19th in the legal zone
    assert [number().number, number().number, number(now=late).number] == [
        "RC-120102-20260918-000001",
        "RC-120102-20260918-000002",
        "RC-120102-20260919-000001",
    ]


def test_a_rolled_back_step_leaves_no_gap(session, number):
    number()
    session.flush()
    nested = session.begin_nested()
    assert number().number == "RC-120102-20260918-000002"
    nested.rollback()
    assert number().number == "RC-120102-20260918-000002"


def test_documents_of_one_step_are_numbered_together_and_keep_their_order(session, case):
    first = documents.Paper("receipt", texts.get("receipt", 1), VALUES, PARTICULARS)
    between = replace(first, kind="clock_notice")
    book = Rulebook(rules.built_in(), calendar.built_in(), "120102")
    made = documents.number_documents(
        session, (first, between, first), case=case, event_seq=1, rulebook=book, now=NOW
    )
    rows = [session.get_one(Document, each) for each in made]
    assert [row.number for row in rows] == [
        "RC-120102-20260918-000001", "DN-120102-20260918-000001", "RC-120102-20260918-000002",
    ]  # fmt: skip
    assert [row.kind for row in rows] == ["receipt", "clock_notice", "receipt"]
    assert sorted(made) == list(made)


def test_no_two_kinds_share_a_prefix_with_each_other_or_with_cases():
    prefixes = [kind.prefix for kind in KINDS.values()]
    assert len(set(prefixes)) == len(prefixes)
    assert not set(prefixes) & {"CM", "OB", "RP", "TR", "LS", "LE"}


def test_what_a_document_says_is_frozen_and_holds_only_what_its_text_needs(session, number):
    document = number()
    session.flush()
    session.expire(document)
    assert document.facts["values"]["submitted_on"] == {"day": "2026-09-18"}
    assert document.facts["values"]["number"] == "RC-120102-20260918-000001"
    assert "not_in_the_text" not in document.facts["values"]
    assert documents.thawed(document.facts["values"])["papers"] == ("营业执照.pdf",)


def test_codes_are_long_random_and_different(number):
    codes = {number().verify_code for _ in range(20)}
    assert len(codes) == 20
    assert all(len(code) == 24 and set(code) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for code in codes)


def test_a_step_whose_paper_could_not_be_printed_is_refused_naming_the_character(number):
    with pytest.raises(Refused, match="“\ue123”（U\\+E123）"):
        number(
            particulars=replace(PARTICULARS, holder_name="海\ue123河"),
            values={**VALUES, "subject_name": "海\ue123河"},
        )


def test_a_step_that_lacks_a_value_fails_before_it_commits(number):
    with pytest.raises(ValueError, match="'case_number' is undefined"):
        number(values={name: value for name, value in VALUES.items() if name != "case_number"})


def test_a_produced_document_is_stored_signed_and_says_what_it_is(produced, storage, signer):
    content = storage.read_verified(produced.storage_key)
    assert (produced.sha256, produced.size, produced.produced_at) == (produced.storage_key, len(content), NOW)
    assert signer.verify(content).intact_and_trusted
    assert produced.number in PdfReader(BytesIO(content)).pages[0].extract_text()


def test_a_second_delivery_changes_nothing(session, produced, storage, signer):
    before = (produced.sha256, produced.produced_at)
    documents.produce(
        session, produced, storage=storage, signer=signer, site_url=SITE, now=NOW + timedelta(days=1)
    )
    assert (produced.sha256, produced.produced_at) == before


def test_a_document_is_not_there_for_people_outside_its_case(session, produced):
    with pytest.raises(NotYours):
        documents.for_reader(session, produced.number, actor=nobody())
    with pytest.raises(NotYours):
        documents.for_reader(session, "RC-120102-20260918-999999", actor=nobody())


def test_its_subject_and_its_unit_find_it_and_another_firm_does_not(session, produced, case):
    owner = Grant(GrantKind.OWNER, subject_id=case.subject_id)
    handler = Grant(GrantKind.HANDLER, unit_id=case.unit_id)
    for grant in (owner, handler):
        actor = Actor(person_id=7, name="李梅", grants=(grant,))
        assert documents.for_reader(session, produced.number, actor=actor) is produced
    stranger = Actor(
        person_id=8, name="周强", grants=(Grant(GrantKind.OWNER, subject_id=case.subject_id + 1),)
    )
    with pytest.raises(NotYours):
        documents.for_reader(session, produced.number, actor=stranger)


def nobody() -> Actor:
    return Actor(person_id=999, name="", grants=())
