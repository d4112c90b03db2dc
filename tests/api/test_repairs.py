"""Repair through the API alone: what precedes and follows the handing in is what the pages do."""

import pytest
from sqlalchemy import select

from tests.api.desk import CONTACT, FIRM, PASSWORD, Desk, take, upload
from tests.factories import NOW, record
from tests.services.paper_samples import picture
from workflow_app.domain import clock
from workflow_app.models.repair import PriorCheck
from workflow_app.services.repair import applications, opening

DONE = {
    "correction": "5 月 8 日已经明码标价。",
    "duties": "罚款 5 月 20 日缴清。",
    "proof_source": "uploaded",
}
SIGNED = {"letter_version": 1, "has_read": True, "publication_consent": True, "password": PASSWORD}


@pytest.fixture
def desk(sqlite, tmp_path):
    with clock.fixed(NOW):
        yield Desk.in_a_folder(sqlite, tmp_path)


def records_of(desk, count):
    """Penalties of the firm, in one application that is not handed in; their references and the drafts."""
    ids = {"subject_id": desk.world.subjects["firm"], "unit_id": desk.world.units["market"]}
    with desk.database.writing() as session:
        rows = [record(session, **ids) for _ in range(count)]
        house = desk.district.app.extensions["house"]
        made, _ = opening.application_for(
            session, rows, actor=desk.world.actors["owner"], now=NOW, house=house
        )
        drafts = applications.drafts_of(session, made)
        return [(row.ref, draft.ref, draft.id) for row, draft in zip(rows, drafts, strict=True)]


def checks(desk):
    """What was kept of each check: which case, what was found."""
    with desk.district.session() as session:
        kept = session.execute(select(PriorCheck.case_id, PriorCheck.codes).order_by(PriorCheck.id))
        return [tuple(row) for row in kept]


def test_what_the_check_finds_is_kept_when_a_machine_hands_in(desk):
    owner, ((ref, draft, case_id), _other) = desk.machine("owner"), records_of(desk, 2)
    case = owner.get(f"/cases/{draft}").json
    sent = {"version": case["version"], "facts": DONE | CONTACT}
    assert owner.call("PATCH", f"/cases/{draft}", json=sent).status_code == 200
    small = picture("PNG", size=(300, 400))
    assert upload(owner, draft, "correction_proof", small, name="缴款.png").status_code == 201
    assert take(owner, draft, "submit").status_code == 409, "there is no letter yet"
    letter = owner.post("/cases", {"workflow": "commitment", "subject": FIRM, "record": ref}).json
    assert take(owner, letter["number"], "sign", SIGNED).json["state"] == "active"
    assert checks(desk) == [], "nothing was handed in yet"
    assert take(owner, draft, "submit").json["state"] == "received"
    assert checks(desk) == [(case_id, ["small_picture"])]


def test_a_draft_that_is_given_up_is_not_checked(desk):
    owner, ((_ref, draft, _id),) = desk.machine("owner"), records_of(desk, 1)
    assert take(owner, draft, "discard").json["state"] == "discarded"
    assert checks(desk) == []
