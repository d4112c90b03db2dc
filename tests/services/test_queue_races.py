"""Eight reviewers and two owners at fourteen cases at once, on PostgreSQL: nobody overwrites anybody, nothing is lost."""

import time

from tests import races
from tests.services.test_perform import at_once


def test_of_eight_who_take_a_case_at_once_one_has_it_and_whatever_they_do_then_is_done_once(postgres, house):
    room = races.room(postgres.engine, postgres.world, house, reviewers=8, wanted=14)
    with races.fast_time(time.monotonic()):
        told = claims_at_once(room)
        assert sorted(each.told for each in told) == [""] + ["taken"] * 5
        winner = next(each.who for each in told if not each.told)
        name = next(actor.name for actor in room.reviewers if actor.person_id == winner)
        assert all(each.sentence.startswith(f"{name}自 ") for each in told if each.told)
        did = races.run(room, range(8), acts=20, seed=21)
    assert races.faults(room, did) == []
    tally = races.tally(did)
    assert tally["type", "done"] == 40
    for expected in (
        ("claim", "taken"),
        ("release", "done"),
        ("assign", "done"),
        ("batch", "done"),
    ):
        assert tally[expected] > 0, expected
    assert any(tally[step, "done"] > 0 for steps in races.DECISIONS.values() for step in steps)


def claims_at_once(room):
    """What everybody was told who took the first case, all at once; without the two who stand in for each other."""
    did = []
    hands = [races.Hand(room, actor, None, did) for actor in room.reviewers[2:]]
    at_once(*(lambda hand=hand: hand.claim(room.cases[0]) for hand in hands))
    return did
