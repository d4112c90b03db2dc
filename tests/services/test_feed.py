"""The public feeds: newest first, holders masked, signed so that anybody can check them without us."""

import base64
import hashlib
import json

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from sqlalchemy import select

from tests.factories import NOW, RULEBOOK, TODAY, draft, legal, record
from workflow_app.domain.downstream import ASKED_OF_PUBLISHERS, What
from workflow_app.models.record import CreditRecord
from workflow_app.services.documents import detached
from workflow_app.services.objections import correction_notices
from workflow_app.services.records import records
from workflow_app.services.sync import feed, sync


def remove(session, world, *, subject="firm", what="end_publicity", now=NOW, **changed):
    row = record(session, subject_id=world.subjects[subject], unit_id=world.units["market"], **changed)
    sync.ask(session, row, [what], case_id=None, now=now, rulebook=RULEBOOK)
    return row


def test_an_entry_says_what_ended_when_without_naming_the_holder(sqlite, house):
    with sqlite.writing() as session:
        ref = remove(session, sqlite.world, decision_no="津河东示罚〔2026〕9号").ref
        (entry,) = feed.removals(session, house).document["feed"]["entries"]
    assert entry == {
        "number": 1,
        "record": ref,
        "decision_number": "津河东示罚〔2026〕9号",
        "decided_by": "示范区市场监管局",
        "holder": "天津****公司",
        "holder_code": "****010E",
        "what": "end_publicity",
        "what_title": "停止公示",
        "at": "2026-09-18T02:00:00+00:00",
    }


def test_a_person_is_masked_more_than_a_firm(sqlite, house):
    with sqlite.writing() as session:
        remove(session, sqlite.world, subject="citizen")
        (entry,) = feed.removals(session, house).document["feed"]["entries"]
    assert (entry["holder"], entry["holder_code"]) == ("林*", "1****************2")


@pytest.mark.parametrize("scope", ["limited", "none"])
def test_a_record_that_was_never_public_is_not_in_it(sqlite, house, scope):
    with sqlite.writing() as session:
        remove(session, sqlite.world, scope=scope)
        assert feed.removals(session, house).document["feed"]["entries"] == []


def test_shielding_and_restoring_are_in_it_too_newest_first(sqlite, house):
    with sqlite.writing() as session:
        row = remove(session, sqlite.world, what="shield")
        later = legal("2026-09-21")
        sync.ask(session, row, ["restore"], case_id=None, now=later, rulebook=RULEBOOK)
        found = feed.removals(session, house)
    assert [entry["what"] for entry in found.document["feed"]["entries"]] == ["restore", "shield"]
    assert found.changed_at == later


def test_pages_follow_each_other_without_gap_or_repeat(sqlite, house):
    with sqlite.writing() as session:
        for _ in range(205):
            remove(session, sqlite.world)
        numbers, before, addresses = [], None, []
        while True:
            page = feed.removals(session, house, before=before).document["feed"]
            numbers += [entry["number"] for entry in page["entries"]]
            addresses.append(page["next"])
            if not page["next"]:
                break
            before = int(page["next"].rpartition("=")[2])
    assert numbers == list(range(205, 0, -1))
    assert addresses == [
        "http://127.0.0.1:8000/feed/removals.json?before=106",
        "http://127.0.0.1:8000/feed/removals.json?before=6",
        "",
    ]


def test_the_same_state_gives_the_same_document_and_a_change_another_tag(sqlite, house):
    with sqlite.writing() as session:
        remove(session, sqlite.world)
        first, again = feed.removals(session, house), feed.removals(session, house)
        assert first == again
        remove(session, sqlite.world)
        assert feed.removals(session, house).tag != first.tag


def test_an_empty_feed_is_signed_as_well(sqlite, house):
    with sqlite.reading() as session:
        found = feed.removals(session, house)
    assert found.changed_at is None
    assert is_signed(found.document)


def is_signed(document):
    """The check that docs/sync.md describes, written out with nothing of ours."""
    header, _, raw = document["signature"].split(".")
    own = x509.load_pem_x509_certificate(document["certificate"].encode())
    digest = hashlib.sha256(own.public_bytes(serialization.Encoding.DER)).digest()
    assert json.loads(read(header)) == {"alg": "ES256", "x5t#S256": written(digest)}
    body = json.dumps(document["feed"], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    numbers = read(raw)
    r, s = int.from_bytes(numbers[:32], "big"), int.from_bytes(numbers[32:], "big")
    signed = f"{header}.{written(body)}".encode()
    own.public_key().verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
    return True


def read(text):
    return base64.urlsafe_b64decode(text + "==")


def written(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def test_anybody_can_check_the_signature_and_an_alteration_is_caught(sqlite, house):
    with sqlite.writing() as session:
        remove(session, sqlite.world)
        document = json.loads(json.dumps(feed.removals(session, house).document))
    assert is_signed(document)
    certificate = document["certificate"]
    assert detached.is_genuine(
        document["signature"], detached.canonical(document["feed"]), certificate=certificate
    )
    document["feed"]["entries"][0]["what"] = "restore"
    altered = detached.canonical(document["feed"])
    assert not detached.is_genuine(document["signature"], altered, certificate=certificate)


@pytest.mark.parametrize("signature", ["", "..", "a.b.c", "e30..AAAA", "..." + "A" * 86])
def test_what_is_no_signature_is_not_genuine(house, signature):
    certificate = detached.certificate(house.signer)
    assert not detached.is_genuine(signature, b"{}", certificate=certificate)


def test_the_removal_stands_in_the_feed_before_anybody_confirmed(sqlite, house):
    """A third party follows the feed to learn of it, so it can't wait for the third party."""
    with sqlite.writing() as session:
        remove(session, sqlite.world)
        assert session.scalars(select(CreditRecord)).one().publicity_ended_at == NOW
        assert len(feed.removals(session, house).document["feed"]["entries"]) == 1


def disputed(session, world, house, *whats, subject="firm", **changed):
    """A record whose objection asked these one day after the other; the record and the case."""
    row = record(session, subject_id=world.subjects[subject], unit_id=world.units["market"], **changed)
    case = draft(session, world, house)
    for number, what in enumerate(whats):
        moment = legal(f"2026-09-{18 + number}")
        sync.ask(session, row, [what], case_id=case.id, now=moment, rulebook=RULEBOOK)
    return row, case


def entries(found):
    return found.document["feed"]["entries"]


def test_each_feed_has_its_own_requests_and_nothing_of_the_others(sqlite, house):
    with sqlite.writing() as session:
        disputed(session, sqlite.world, house, "mark", "correct", "unmark", "note", "end_publicity")
        found = {
            "removals": feed.removals(session, house),
            "marks": feed.marks(session, house),
            "corrections": feed.corrections(session, house, today=TODAY),
        }
    assert {name: [entry["what"] for entry in entries(each)] for name, each in found.items()} == {
        "removals": ["end_publicity"],
        "marks": ["note", "unmark", "mark"],
        "corrections": ["correct"],
    }
    assert {name: each.document["feed"]["format"] for name, each in found.items()} == {
        "removals": "casework-removals-1",
        "marks": "casework-marks-1",
        "corrections": "casework-corrections-1",
    }


def test_every_request_of_the_platform_itself_stands_in_one_feed():
    told = [what for topic in (feed.REMOVALS, feed.MARKS, feed.CORRECTIONS) for what in topic.whats]
    assert sorted(told) == sorted({What.END_PUBLICITY, What.STOP_SHARING, *ASKED_OF_PUBLISHERS})


def test_a_mark_stands_in_the_feed_with_the_holder_masked(sqlite, house):
    with sqlite.writing() as session:
        row, _case = disputed(session, sqlite.world, house, "mark", decision_no="津河东示罚〔2026〕9号")
        (entry,), ref = entries(feed.marks(session, house)), row.ref
    assert entry == {
        "number": entry["number"],
        "record": ref,
        "decision_number": "津河东示罚〔2026〕9号",
        "decided_by": "示范区市场监管局",
        "holder": "天津****公司",
        "holder_code": "****010E",
        "what": "mark",
        "what_title": "标注异议处理中",
        "at": "2026-09-18T02:00:00+00:00",
    }


def test_a_correction_says_the_new_words_that_the_public_may_see(sqlite, house):
    lines = [
        {"field": "behaviour", "old": "原文", "new": "投诉人王小明反映"},
        {"field": "duties_done_on", "old": "", "new": "2026-06-01"},
    ]
    with sqlite.writing() as session:
        row, case = disputed(session, sqlite.world, house, "correct")
        correction_notices.publish(session, row, case.id, how="changed", lines=lines, now=NOW)
        found = feed.corrections(session, house, today=TODAY)
        assert entries(found)[0]["corrections"] == [
            {"field": "behaviour", "title": "认定的事实", "new": "投诉人****反映"}
        ]
        assert is_signed(found.document)
        records.take_down(session, row, "repaired", why="", by_id=None, now=NOW, rulebook=RULEBOOK)
        later = feed.corrections(session, house, today=TODAY)
    assert entries(later)[0]["corrections"] == []
    assert later.tag != found.tag
    assert (found.changed_at, later.changed_at) == (None, None)


def test_of_a_person_a_correction_says_only_that_there_is_one(sqlite, house):
    with sqlite.writing() as session:
        row, case = disputed(session, sqlite.world, house, "correct", subject="citizen")
        line = {"field": "content", "old": "甲", "new": "乙"}
        correction_notices.publish(session, row, case.id, how="changed", lines=[line], now=NOW)
        (entry,) = entries(feed.corrections(session, house, today=TODAY))
    assert (entry["holder"], entry["corrections"]) == ("林*", [])


def test_what_a_correction_took_from_the_public_stays_in_the_feed_of_removals(sqlite, house):
    """A site that asks after the correction must still learn that it has to take its copy down."""
    with sqlite.writing() as session:
        row = remove(session, sqlite.world)
        records.change(session, row, {"scope": "limited"}, why="", by_id=None, now=NOW, rulebook=RULEBOOK)
        assert len(entries(feed.removals(session, house))) == 1


def test_the_next_page_of_each_feed_lies_at_its_own_address(sqlite, house):
    with sqlite.writing() as session:
        for _ in range(101):
            disputed(session, sqlite.world, house, "mark")
        following = feed.marks(session, house).document["feed"]["next"]
    assert following.startswith("http://127.0.0.1:8000/feed/marks.json?before=")
