"""A claim keeps colleagues apart for half an hour and never holds up the subject."""

import pytest

from tests.factories import case_in, legal, take
from workflow_app.domain.refusals import Refused
from workflow_app.services.engine import leases
from workflow_app.services.queues import assigning


@pytest.fixture
def claimed(sqlite, house):
    """A case that the handler claimed at ten o'clock, and the world."""
    with sqlite.writing() as session:
        case = case_in(session, "signed", sqlite.world, house)
        leases.claim(session, case, sqlite.world.actors["handler"], now=legal("2026-09-18", "10:00"))
        session.flush()
        session.refresh(case)
        yield session, case, sqlite.world.actors


def test_a_colleague_is_told_who_has_it_and_since_when(claimed, house):
    session, case, actors = claimed
    with pytest.raises(Refused) as refused:
        take(session, case, "accept", actors["second_handler"], house, now=legal("2026-09-18", "10:29"))
    assert str(refused.value.sentence) == "郑谷雨自 10:00 起正在办理这件办件。请与其联系，或待其释放后再办。"


def test_after_half_an_hour_the_colleague_may(claimed, house):
    session, case, actors = claimed
    take(session, case, "accept", actors["second_handler"], house, now=legal("2026-09-18", "10:30"))
    assert case.state == "active"


def test_whoever_claimed_it_and_the_subject_are_never_held_up(claimed, house):
    session, case, actors = claimed
    take(session, case, "withdraw", actors["owner"], house, now=legal("2026-09-18", "10:05"))
    assert case.state == "withdrawn"


def test_a_step_ends_the_claim(claimed, house):
    session, case, actors = claimed
    take(session, case, "accept", actors["handler"], house, now=legal("2026-09-18", "10:05"))
    assert (case.assignee_id, case.assigned_at, case.lease_until) == (None, None, None)


def test_a_renewed_claim_keeps_its_beginning(claimed):
    session, case, actors = claimed
    leases.claim(session, case, actors["handler"], now=legal("2026-09-18", "10:20"))
    assert (case.assigned_at, case.lease_until) == (
        legal("2026-09-18", "10:00"),
        legal("2026-09-18", "10:50"),
    )


def test_only_whoever_holds_it_releases_it(claimed):
    session, case, actors = claimed
    leases.release(session, case, actors["second_handler"], now=legal("2026-09-18", "10:10"))
    assert case.assignee_id == actors["handler"].person_id
    leases.release(session, case, actors["handler"], now=legal("2026-09-18", "10:10"))
    assert case.assignee_id is None


def test_renewing_is_for_the_holder_alone_and_leaves_no_row(claimed):
    session, case, actors = claimed
    assert not leases.renew(case, actors["second_handler"], now=legal("2026-09-18", "10:20"))
    assert leases.renew(case, actors["handler"], now=legal("2026-09-18", "10:25"))
    assert case.lease_until == legal("2026-09-18", "10:55")
    assert not leases.renew(case, actors["handler"], now=legal("2026-09-18", "10:55")), (
        "it has ended by itself"
    )
    leases.claim(session, case, actors["second_handler"], now=legal("2026-09-18", "10:56"))
    leases.release(session, case, actors["second_handler"], now=legal("2026-09-18", "10:57"))
    names = [
        (row.what, row.from_person and row.from_person.name, row.to_person and row.to_person.name)
        for row in reversed(assigning.trail(session, case))
    ]
    assert names == [("claimed", None, "郑谷雨"), ("claimed", None, "王芒种"), ("released", "王芒种", None)]
