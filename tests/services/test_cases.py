"""Drafts and their readers: who opens and sees them, what can be saved, and that a stale page loses nothing."""

import pytest

from tests.factories import NOW, case_in, draft, fill_in, stored
from workflow_app.domain.refusals import NotYours, Stale
from workflow_app.models.catalogue import CommitmentItem
from workflow_app.services.cases import cases
from workflow_app.services.engine import history
from workflow_app.workflows.commitment import COMMITMENT


def test_nobody_opens_a_draft_for_a_subject_that_is_not_theirs(sqlite, house):
    with sqlite.writing() as session:
        item = session.get_one(CommitmentItem, sqlite.world.items["permit"])
        for who in ("other_owner", "handler", "lead", "agent_expired", "agent_for_repair"):
            with pytest.raises(NotYours):
                cases.open_draft(
                    session, COMMITMENT, subject_id=sqlite.world.subjects["firm"], item=item,
                    actor=sqlite.world.actors[who], now=NOW, house=house,
                )  # fmt: skip


def test_a_draft_has_no_number_and_is_found_by_its_reference(sqlite, house):
    with sqlite.writing() as session:
        case = draft(session, sqlite.world, house)
        assert (case.number, case.address) == (None, case.ref)
        assert cases.visible(session, case.ref, sqlite.world.actors["agent"]).id == case.id


@pytest.mark.parametrize(
    "who", ["handler", "head", "clerk", "lead", "auditor", "other_owner", "system_admin"]
)
def test_a_draft_is_seen_by_the_subject_alone(who, sqlite, house):
    with sqlite.writing() as session:
        case = draft(session, sqlite.world, house)
        with pytest.raises(NotYours):
            cases.visible(session, case.address, sqlite.world.actors[who])


def test_saving_on_a_stale_page_is_refused_and_changes_nothing(database, house):
    with database.writing() as session:
        case = draft(session, database.world, house)
        address, version = case.address, case.version
        fill_in(session, case, database.world, house, reason="同事先改的")
    owner = database.world.actors["owner"]
    with database.writing() as session, pytest.raises(Stale):
        cases.save(session, address, {"reason": "后改的"}, version=version, actor=owner, now=NOW, house=house)
    with database.reading() as session:
        assert stored(session, address).facts["reason"] == "同事先改的"


def test_rare_characters_and_markup_are_stored_as_they_were_typed(database, house):
    typed = "𠮷野家 㛃 䶮 <script>alert(1)</script> {{ 7*7 }} ' \" \\ % \u3000"
    with database.writing() as session:
        address = draft(session, database.world, house, reason=typed).address
    with database.reading() as session:
        assert stored(session, address).facts["reason"] == typed


def test_what_was_typed_lies_encrypted_in_the_database(database, house):
    with database.writing() as session:
        draft(session, database.world, house, contact_mobile="13800000001")
    with database.engine.connect() as connection:
        (told,) = connection.exec_driver_sql('SELECT facts FROM "case"').one()
    assert "13800000001" not in told
    assert "赵经纬" not in told


@pytest.mark.parametrize(
    ("state", "who", "parts"),
    [
        ("draft", "handler", None),
        ("signed", "owner", None),
        ("active", "owner", None),
        ("returned", "owner", {"reason"}),
        ("returned", "agent_without_signing", {"reason"}),
        ("returned", "handler", None),
    ],
)
def test_what_can_be_filled_in_is_decided_by_state_and_person(state, who, parts, sqlite, house):
    with sqlite.writing() as session:
        case = case_in(session, state, sqlite.world, house)
        told = history.events(session, case.id)
        assert cases.editable(case, sqlite.world.actors[who], lambda: told) == parts
