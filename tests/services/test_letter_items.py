"""Which letter is signed for a record: the catalogue item for its kind, that of its own unit first."""

import pytest

from tests import factories
from tests.factories import TODAY
from workflow_app.models.catalogue import CommitmentItem
from workflow_app.services.repair import applications


def item(session, world, code, record_kind, unit):
    like = session.get_one(CommitmentItem, world.items["repair"])
    columns = {c.name: getattr(like, c.name) for c in CommitmentItem.__table__.columns if c.name != "id"}
    session.add(
        CommitmentItem(**columns | {"code": code, "record_kind": record_kind, "unit_id": world.units[unit]})
    )
    session.flush()


@pytest.mark.parametrize(
    ("kind", "unit", "code"),
    [
        ("penalty", "market", "X-1"), ("penalty", "health", "X-1"), ("abnormal_list", "market", "X-2"),
        ("serious_list", "health", "X-3"), ("other", "market", "T-repair"),
    ],
)  # fmt: skip
def test_the_letter_is_the_one_for_this_kind_of_record(sqlite, house, kind, unit, code):
    with sqlite.writing() as session:
        world = sqlite.world
        item(session, world, "X-1", "penalty", "health")
        item(session, world, "X-2", "abnormal_list", "market")
        item(session, world, "X-3", "serious_list", "market")
        row = factories.record(
            session, subject_id=world.subjects["firm"], unit_id=world.units[unit], kind=kind
        )
        assert applications.letter_item(session, row, on=TODAY).code == code


def test_among_letters_of_one_kind_that_of_the_finding_unit_is_taken(sqlite, house):
    with sqlite.writing() as session:
        world = sqlite.world
        item(session, world, "X-1", "penalty", "health")
        item(session, world, "X-4", "penalty", "market")
        row = factories.record(session, subject_id=world.subjects["firm"], unit_id=world.units["market"])
        assert applications.letter_item(session, row, on=TODAY).code == "X-4"
